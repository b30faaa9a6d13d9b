package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"linli/internal/app"
	"linli/internal/platform/clock"
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

func (c *keysInitCmd) Run(ctx context.Context) error { return app.InitKeys(ctx, c.Store, c.Suite) }

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
	suites := map[string]string{seal.International: "国际算法（AES-256-GCM）", seal.SM: "商用密码（SM4-GCM）"}
	for _, k := range keys.List() {
		use := "打开以前写下的内容"
		if k.Active {
			use = "正在使用"
		}
		fmt.Printf("%s  %s  %s 生成  %s\n    签名公钥 %s\n", k.ID, use, k.Created.In(clock.Shanghai).Format("2006-01-02 15:04"),
			suites[k.Suite], k.Public)
	}
	return nil
}

type keysRotateCmd struct{ config.Store }

func (c *keysRotateCmd) Run(ctx context.Context) error {
	info, err := app.RotateKeys(ctx, c.Store)
	if err == nil {
		fmt.Printf("新密钥 %s 已经生成。正在运行的服务一分钟内改用它，不用重启；以前的密钥照旧打开以前的内容。请重新导出一份密钥另外保管。\n", info.ID)
	}
	return err
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

func (c *keysExportCmd) Run(ctx context.Context) error {
	word, err := passphrase()
	if err != nil {
		return err
	}
	sealed, err := app.ExportKeys(ctx, c.Store, word)
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

func (c *keysImportCmd) Run(ctx context.Context) error {
	sealed, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	word, err := passphrase()
	if err != nil {
		return err
	}
	return app.ImportKeys(ctx, c.Store, word, sealed)
}
