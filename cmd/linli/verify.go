package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"linli/internal/app"
	"linli/internal/app/check"
	"linli/internal/platform/config"
)

type verifyCmd struct {
	config.Store
	JSON bool `name:"json" help:"As JSON."`
}

func (c *verifyCmd) Run(ctx context.Context) error {
	d, keys, err := app.Look(ctx, c.Store)
	if err != nil {
		return err
	}
	defer d.Close()
	a, err := app.Assemble(d, keys, c.Store, config.Server{})
	if err != nil {
		return err
	}
	results, err := a.Verify(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(results)
	} else {
		print(results)
	}
	for _, r := range results {
		if r.Count > 0 {
			err = errors.Join(err, fmt.Errorf("%s: %d", r.Name, r.Count))
		}
	}
	return err
}

func print(results []check.Result) {
	for _, r := range results {
		word := "ok"
		if r.Count > 0 {
			word = fmt.Sprintf("%d", r.Count)
		}
		fmt.Printf("%-24s %-8s %s\n", r.Name, word, r.Word)
		for _, f := range r.Findings {
			fmt.Printf("    %s: %s\n", f.Object, f.What)
		}
		for _, f := range r.Notes {
			fmt.Printf("    （提示）%s: %s\n", f.Object, f.What)
		}
	}
}
