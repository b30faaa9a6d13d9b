package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"linli/internal/app"
	"linli/internal/platform/db"
	"linli/internal/reach/inbound"
)

type batchReceiveCmd struct {
	console
	File   string `arg:"" type:"existingfile" help:"The batch."`
	Source string `required:"" help:"Number of the source, from the address of its page (/gov/inbound/sources/NUMBER)."`
}

// Run takes a batch of any length in. Officers decide over its conflicts and take it on its page: the console is nobody's hand.
func (c *batchReceiveCmd) Run(ctx context.Context) error {
	var source db.ID
	if err := source.UnmarshalText([]byte(c.Source)); err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		d, err := a.Inbound.Read(ctx, source, f, func(b inbound.Batch) {
			fmt.Fprintf(os.Stderr, "\r%d / %d", b.Done, b.Items)
		})
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(os.Stdout).Encode(d)
		}
		fmt.Printf("批次 %s 收到了，%d 条，没决定的冲突 %d 处；到 /gov/inbound/batches/%s 核对\n", d.Number, d.Done, d.Open, d.ID)
		return nil
	})
}
