package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/internal/app"
	"linli/internal/reach/batch"
	"linli/internal/reach/exchange"
)

type importCmd struct {
	console
	Kind    string `arg:"" help:"people, volunteers, stations or records."`
	File    string `arg:"" help:"CSV or XLSX with the columns that export writes."`
	DryRun  bool   `help:"Check everything and store nothing."`
	Consent string `type:"existingfile" help:"Photograph or PDF of the sheet of signatures by which everybody in the file agreed on paper."`
}

func (c *importCmd) Run(ctx context.Context) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	f := exchange.Source{Name: filepath.Base(c.File), Data: data}
	if c.Consent != "" {
		f.Consent.Name = filepath.Base(c.Consent)
		if f.Consent.Data, err = os.ReadFile(c.Consent); err != nil {
			return err
		}
	}
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		r, err := a.Exchange.Import(ctx, c.Kind, f, c.DryRun)
		if err != nil {
			return err
		}
		if c.JSON {
			err = json.NewEncoder(os.Stdout).Encode(r)
		} else {
			c.print(r)
		}
		if err == nil && len(r.Problems) > 0 {
			err = fmt.Errorf("%d problems, nothing is stored", len(r.Problems))
		}
		return err
	})
}

func (c *importCmd) print(r exchange.Report) {
	for _, p := range r.Problems {
		fmt.Printf("第 %d 行 %s：%s\n", p.Line, p.Field, p.Message)
	}
	if r.Stored {
		fmt.Printf("已导入 %d 行\n", r.Rows)
	} else {
		fmt.Printf("共 %d 行，没有写入\n", r.Rows)
	}
}

type exportCmd struct {
	console
	Kind string `arg:"" help:"people, volunteers, stations or records."`
	To   string `required:"" help:"File to write: .csv or .xlsx."`
}

func (c *exportCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		return writeTo(c.To, func(w io.Writer) error {
			return a.Exchange.Export(ctx, c.Kind, strings.HasSuffix(c.To, ".xlsx"), w)
		})
	})
}

type exchangeCmd struct {
	Check   batchCheckCmd   `cmd:"" help:"Check a batch (JSON Lines or CSV) line by line; exit 1 and what is wrong with which field of which line."`
	Receive batchReceiveCmd `cmd:"" help:"Take in a batch of a registered source, of any length; broken off, it goes on where it stopped."`
}

type batchCheckCmd struct {
	File string `arg:"" type:"existingfile" help:"The batch."`
	JSON bool   `name:"json" help:"As JSON."`
}

// Run checks a batch without any database: whoever hands one over may ask before.
func (c *batchCheckCmd) Run() error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := batch.Check(f, time.Now(), nil)
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(r)
	} else {
		for _, v := range r.Violations {
			fmt.Println(strings.Replace(fmt.Sprintf("第 %d 行 %s：%s", v.Line, v.Field, v.Words), " ：", "：", 1))
		}
		if r.Good() {
			fmt.Printf("批次 %s，%d 行，都对；签名的公钥 %s，是谁的请另外核实\n", r.Batch, r.Lines, r.Key)
		}
	}
	if err == nil && !r.Good() {
		err = fmt.Errorf("%d violations", len(r.Violations))
	}
	return err
}
