package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"linli/internal/app"
	"linli/internal/app/check"
	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/proof/log"
)

type logCmd struct {
	Checkpoint logCheckpointCmd `cmd:"" help:"Print the newest signed checkpoint."`
	Verify     logVerifyCmd     `cmd:"" help:"Compare database, log and older checkpoints; exit 1 and what does not fit."`
	Prove      logProveCmd      `cmd:"" help:"Print the proof (tlog-proof) that a record, certificate or transfer stands in the log."`
}

// openLog runs fn over the log of a database.
func openLog(ctx context.Context, store config.Store, fn func(ctx context.Context, d *db.DB, s *log.Service) error) error {
	d, keys, err := app.Look(ctx, store)
	if err != nil {
		return err
	}
	defer d.Close()
	return fn(auth.AsSystem(ctx, "console"), d, log.New(d, keys))
}

type logCheckpointCmd struct{ config.Store }

func (c *logCheckpointCmd) Run(ctx context.Context) error {
	return openLog(ctx, c.Store, func(ctx context.Context, _ *db.DB, s *log.Service) error {
		f, err := s.Checkpoint(ctx, log.Nothing{})
		if err == nil {
			_, err = os.Stdout.Write(f.Body)
		}
		return err
	})
}

type logVerifyCmd struct {
	config.Store
	Checkpoint []string `type:"existingfile" help:"An older checkpoint to extend; those of the data folder are asked too."`
	JSON       bool     `name:"json" help:"As JSON."`
}

func (c *logVerifyCmd) Run(ctx context.Context) error {
	found := []check.Finding{}
	report := func(object, what string) { found = append(found, check.Finding{Object: object, What: what}) }
	if err := openLog(ctx, c.Store, func(ctx context.Context, d *db.DB, s *log.Service) error {
		return d.Read(ctx, func(tx *db.Tx) error {
			for _, dir := range c.Checkpoints() {
				if err := s.VerifyFiles(ctx, tx, dir, report); err != nil {
					return err
				}
			}
			for _, path := range c.Checkpoint {
				if err := s.VerifyFile(ctx, tx, path, report); err != nil {
					return err
				}
			}
			return s.Verify(ctx, tx, report)
		})
	}); err != nil {
		return err
	}
	var err error
	if c.JSON {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	for _, f := range found {
		if !c.JSON {
			fmt.Printf("%s: %s\n", f.Object, f.What)
		}
	}
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("the log does not fit in %d places", len(found))
	}
	return err
}

type logProveCmd struct {
	config.Store
	Object string `arg:"" help:"record/ID, certificate/ID or transfer/ID."`
}

func (c *logProveCmd) Run(ctx context.Context) error {
	return openLog(ctx, c.Store, func(ctx context.Context, _ *db.DB, s *log.Service) error {
		out, err := s.Prove(ctx, c.Object)
		if err == nil {
			_, err = os.Stdout.Write(out)
		}
		return err
	})
}
