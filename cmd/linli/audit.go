package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"linli/internal/app"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Walk the whole chain; exit 1 and the exact row when it does not fit."`
	Export auditExportCmd `cmd:"" help:"Write the trail as JSON lines, the oldest first."`
}

type auditVerifyCmd struct {
	config.Store
	JSON bool `name:"json" help:"As JSON."`
}

// auditBreak is one place where the chain does not fit.
type auditBreak struct {
	Seq  int64  `json:"seq"`
	What string `json:"what"`
}

func (c *auditVerifyCmd) Run(ctx context.Context) error {
	d, keys, err := app.Look(ctx, c.Store)
	if err != nil {
		return err
	}
	defer d.Close()
	out := struct {
		Checked int64        `json:"checked"`
		Tail    int64        `json:"tail"`
		Breaks  []auditBreak `json:"breaks"`
	}{Breaks: []auditBreak{}}
	err = d.Read(ctx, func(tx *db.Tx) (err error) {
		out.Checked, out.Tail, err = audit.Verify(ctx, tx, keys, func(seq int64, what string) {
			out.Breaks = append(out.Breaks, auditBreak{seq, what})
		})
		return err
	})
	if err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(out)
	} else {
		fmt.Printf("已核对 %d 条，待编号 %d 条\n", out.Checked, out.Tail)
		for _, b := range out.Breaks {
			fmt.Println("   ", b.What)
		}
	}
	if err == nil && len(out.Breaks) > 0 {
		err = fmt.Errorf("the chain is broken in %d places", len(out.Breaks))
	}
	return err
}

type auditExportCmd struct {
	config.Store
	To   string    `help:"File to write; standard output without it."`
	From clock.Day `help:"First day, as 2026-01-31."`
	Till clock.Day `help:"Last day."`
}

func (c *auditExportCmd) Run(ctx context.Context) error {
	d, err := db.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer d.Close()
	ctx = auth.AsSystem(ctx, "console")
	return writeTo(c.To, func(w io.Writer) error {
		return d.Read(ctx, func(tx *db.Tx) error {
			return audit.Export(ctx, tx, w, audit.Filter{From: c.From, To: c.Till})
		})
	})
}

// writeTo gives fn standard output, or a new file, readable by its owner alone, that appears when it is whole.
func writeTo(path string, fn func(io.Writer) error) error {
	if path == "" {
		return fn(os.Stdout)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".linli-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := fn(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
