package main

import (
	"encoding/json"
	"fmt"
	"os"

	"linli/internal/platform/blob"
	"linli/internal/platform/config"
	"linli/internal/platform/release"
	"linli/internal/reach/platforms"
)

type versionCmd struct {
	config.Store
	JSON bool `name:"json" help:"As JSON."`
}

// running is a release with the number of the installation that it serves, where the data folder bears one.
type running struct {
	release.Release
	Installation string `json:"installation,omitempty"`
}

func (c *versionCmd) Run() error {
	r, err := release.This()
	if err != nil {
		return err
	}
	mark, _, err := blob.Installation(c.Files())
	if err != nil {
		return err
	}
	out := running{Release: r}
	if mark != "" {
		out.Installation = platforms.Number(mark)
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(out)
	}
	words := r.Words()
	if out.Installation != "" {
		words += "，系统编号 " + out.Installation
	}
	_, err = fmt.Println(words)
	return err
}
