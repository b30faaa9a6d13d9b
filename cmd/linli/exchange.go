package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"linli/internal/app"
	"linli/internal/reach/exchange"
)

// files gives the bulk exchange of an open program.
func files(a *app.App) *exchange.Service { return exchange.New(a.DB, a.Station, a.Record) }

type importCmd struct {
	console
	Kind   string `arg:"" help:"stations or records."`
	File   string `arg:"" help:"CSV or XLSX with the columns that export writes."`
	DryRun bool   `help:"Check everything and store nothing."`
}

func (c *importCmd) Run(ctx context.Context) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		r, err := files(a).Import(ctx, c.Kind, data, c.DryRun)
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
	Kind string `arg:"" help:"stations or records."`
	To   string `required:"" help:"File to write: .csv or .xlsx."`
}

func (c *exportCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		return writeTo(c.To, func(w io.Writer) error {
			return files(a).Export(ctx, c.Kind, strings.HasSuffix(c.To, ".xlsx"), w)
		})
	})
}
