package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"linli/internal/app"
	"linli/internal/platform/config"
)

type limitsCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

func (c *limitsCmd) Run() error {
	a, err := app.Assemble(nil, nil, config.Store{}, config.Server{})
	if err != nil {
		return err
	}
	limits := a.Limits()
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(limits)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, l := range limits {
		fmt.Fprintf(w, "%s\t%s\t%s\n", l.Name, l.Value, l.What)
	}
	return w.Flush()
}
