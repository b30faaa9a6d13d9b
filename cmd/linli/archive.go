package main

import (
	"context"
	"fmt"

	"linli/internal/app"
	"linli/internal/app/archive"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

type digestCmd struct{ config.Store }

func (c *digestCmd) Run(ctx context.Context) error {
	d, keys, err := app.Look(ctx, c.Store)
	if err != nil {
		return err
	}
	defer d.Close()
	a, err := app.Assemble(d, keys, c.Store, config.Server{})
	if err != nil {
		return err
	}
	sum, err := a.Digest(ctx)
	if err == nil {
		fmt.Println(sum)
	}
	return err
}

type backupCmd struct {
	config.Store
	To string `required:"" help:"File to write; it appears when it is whole."`
}

func (c *backupCmd) Run(ctx context.Context) error {
	d, keys, err := app.Open(ctx, c.Store, "")
	if err != nil {
		return err
	}
	defer d.Close()
	w, err := wholeOf(d, keys, c.Store)
	if err != nil {
		return err
	}
	return archive.Backup(ctx, w, c.To)
}

// wholeOf is the database with all that belongs to it.
func wholeOf(d *db.DB, keys *seal.Keys, store config.Store) (archive.Whole, error) {
	a, err := app.Assemble(d, keys, store, config.Server{})
	if err != nil {
		return archive.Whole{}, err
	}
	return archive.Whole{DB: d, Keys: keys, Areas: a.Areas, Files: store.Files(),
		Migrate: func(ctx context.Context) error { return app.Upgrade(ctx, d, keys) }}, nil
}

type restoreCmd struct {
	config.Store
	From string `required:"" help:"A backup of this program."`
}

func (c *restoreCmd) Run(ctx context.Context) error {
	d, keys, err := app.Look(ctx, c.Store)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := app.MayRestore(keys, c.Store, c.From); err != nil {
		return err
	}
	w, err := wholeOf(d, keys, c.Store)
	if err != nil {
		return err
	}
	if err := archive.Restore(ctx, w, c.From); err != nil {
		return err
	}
	aside, err := app.Restored(ctx, d, keys, c.Store)
	for _, path := range aside {
		fmt.Println("恢复以前的检查点留在", path)
	}
	return err
}
