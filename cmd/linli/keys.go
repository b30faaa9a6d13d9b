package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"linli/internal/platform/config"
	"linli/internal/platform/seal"
)

type keysCmd struct {
	Init   keysInitCmd   `cmd:"" help:"Make the first keys; refuses when there are some."`
	List   keysListCmd   `cmd:"" help:"List generations; never the keys."`
	Rotate keysRotateCmd `cmd:"" help:"Make a new active generation; older ones go on opening what they sealed."`
	Export keysExportCmd `cmd:"" help:"Write all keys to one file under a passphrase. A backup never holds keys: keep this file elsewhere, without it no backup can be read."`
	Import keysImportCmd `cmd:"" help:"Put exported keys into a folder that has none."`
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

// passphrase comes from standard input, so that no list of processes shows it.
func passphrase() (string, error) {
	fmt.Fprintln(os.Stderr, "口令（一行，至少 12 个字）：")
	return secret{PasswordStdin: true}.read()
}

type keysExportCmd struct {
	config.Store
	To string `help:"File to write; standard output without it. The passphrase is the first line of standard input."`
}

func (c *keysExportCmd) Run() error {
	keys, err := seal.Open(c.Keys())
	if err != nil {
		return err
	}
	word, err := passphrase()
	if err != nil {
		return err
	}
	sealed, err := keys.Export(word)
	if err != nil {
		return err
	}
	return writeTo(c.To, func(w io.Writer) error {
		_, err := w.Write(append(sealed, '\n'))
		return err
	})
}

type keysImportCmd struct {
	config.Store
	File string `arg:"" help:"File of keys export. The passphrase is the first line of standard input."`
}

func (c *keysImportCmd) Run() error {
	sealed, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	word, err := passphrase()
	if err != nil {
		return err
	}
	return seal.Import(c.Keys(), word, sealed)
}
