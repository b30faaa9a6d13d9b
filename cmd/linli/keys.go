package main

import (
	"encoding/json"
	"fmt"
	"os"

	"linli/internal/platform/config"
	"linli/internal/platform/seal"
)

type keysCmd struct {
	Init   keysInitCmd   `cmd:"" help:"Make the first keys; refuses when there are some."`
	List   keysListCmd   `cmd:"" help:"List generations; never the keys."`
	Rotate keysRotateCmd `cmd:"" help:"Make a new active generation; older ones go on opening what they sealed."`
}

type keysInitCmd struct {
	config.Store
	Suite string `default:"international" enum:"international,sm" help:"international or sm."`
}

func (c *keysInitCmd) Run() error { return seal.Init(c.Keys(), c.Suite) }

type keysListCmd struct {
	config.Store
	JSON bool `name:"json" help:"As JSON."`
}

func (c *keysListCmd) Run() error {
	keys, err := seal.Open(c.Keys())
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(keys.List())
	}
	for _, k := range keys.List() {
		fmt.Printf("%+v\n", k)
	}
	return nil
}

type keysRotateCmd struct{ config.Store }

func (c *keysRotateCmd) Run() error {
	keys, err := seal.Open(c.Keys())
	if err != nil {
		return err
	}
	return keys.Rotate()
}
