package main

import (
	"encoding/json"
	"fmt"
	"os"

	"linli/internal/platform/release"
)

type versionCmd struct {
	JSON bool `name:"json" help:"As JSON."`
}

func (c *versionCmd) Run() error {
	r, err := release.This()
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	_, err = fmt.Println(r.Words())
	return err
}
