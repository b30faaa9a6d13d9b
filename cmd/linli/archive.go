package main

import (
	"context"
	"errors"
	"fmt"

	"linli/internal/app"
	"linli/internal/app/archive"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

type digestCmd struct{ config.Store }

func (c *digestCmd) Run(ctx context.Context) error {
	d, keys, err := app.Open(ctx, c.Store, "")
	if err != nil {
		return err
	}
	defer d.Close()
	sum, err := digestOf(ctx, d, keys, c.Store)
	if err == nil {
		fmt.Println(sum)
	}
	return err
}

// digestOf is the digest of the whole database.
func digestOf(ctx context.Context, d *db.DB, keys *seal.Keys, store config.Store) (string, error) {
	a, err := app.Assemble(d, keys, store, config.Server{})
	if err != nil {
		return "", err
	}
	return a.Digest(ctx)
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
	sum, err := digestOf(ctx, d, keys, c.Store)
	if err != nil {
		return err
	}
	return archive.Backup(ctx, d, c.Files(), c.To, sum)
}

type restoreCmd struct {
	config.Store
	From string `required:"" help:"A backup of this program."`
}

func (c *restoreCmd) Run(ctx context.Context) error {
	d, keys, err := app.Open(ctx, c.Store, "")
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	want, err := archive.Restore(ctx, d, c.Files(), c.From)
	if err != nil {
		return err
	}
	got, err := digestOf(ctx, d, keys, c.Store)
	if err == nil && got != want {
		err = errors.New("the restored content is not what was backed up, or the keys are others: digest " + got + ", backup " + want)
	}
	return err
}
