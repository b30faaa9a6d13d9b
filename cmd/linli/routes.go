package main

import (
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"

	"linli/internal/app"
	"linli/internal/platform/config"
	"linli/internal/platform/seal"
)

type routesCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

// unconnected is the program without a database: enough for its route table and document.
func unconnected() (*app.App, error) {
	return app.New(nil, seal.Ephemeral(), config.Store{}, config.Server{})
}

func (c *routesCmd) Run() error {
	a, err := unconnected()
	if err != nil {
		return err
	}
	routes := a.Router.Routes()
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", " ")
		return enc.Encode(routes)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, r := range routes {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Method, r.Path, r.Kind, r.Operation, r.Permission, r.Function)
	}
	return w.Flush()
}

type openapiCmd struct{}

func (c *openapiCmd) Run() error {
	a, err := unconnected()
	if err != nil {
		return err
	}
	doc, err := a.Router.OpenAPI()
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(doc)
	return err
}
