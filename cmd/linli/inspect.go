package main

import (
	"fmt"
	"os"
	"strings"

	"linli/internal/oversight/inspection/spotcheck"
)

type inspectCmd struct {
	Draw inspectDrawCmd `cmd:"" help:"Draw a spot-check sample from a published population and seed; one id a line, the forced ones first (docs/spot-check.md)."`
}

type inspectDrawCmd struct {
	Population string `required:"" type:"existingfile" help:"File of ids, one a line."`
	Seed       string `required:"" help:"Seed in hex."`
	Rate       string `required:"" help:"Share to draw, such as 0.1 or 10%."`
	Min        int    `required:"" help:"How many to draw at least."`
	Forced     string `type:"existingfile" help:"File of ids that must be in the sample, one a line."`
}

func (c *inspectDrawCmd) Run() error {
	seed, err := spotcheck.ParseSeed(c.Seed)
	if err != nil {
		return err
	}
	rate, err := spotcheck.ParseRate(c.Rate)
	if err != nil {
		return err
	}
	population, err := ids(c.Population)
	if err != nil {
		return err
	}
	forced, err := ids(c.Forced)
	if err != nil {
		return err
	}
	sample, err := spotcheck.Draw(population, seed, rate, c.Min, forced)
	for _, id := range sample.All() {
		fmt.Println(id)
	}
	return err
}

// ids reads a file of ids, one a line; none without a name.
func ids(name string) ([]string, error) {
	if name == "" {
		return nil, nil
	}
	b, err := os.ReadFile(name)
	return strings.Fields(string(b)), err
}
