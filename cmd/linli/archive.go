package main

import (
	"context"
	"errors"
	"fmt"

	"linli/internal/app"
	"linli/internal/app/archive"
	"linli/internal/platform/config"
)

type digestCmd struct{ config.Store }

func (c *digestCmd) Run(ctx context.Context) error {
	d, keys, err := app.Open(ctx, c.Store, "")
	if err != nil {
		return err
	}
	defer d.Close()
	sum, err := archive.Digest(ctx, d, keys)
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
	sum, err := archive.Digest(ctx, d, keys)
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
	got, err := archive.Digest(ctx, d, keys)
	if err == nil && got != want {
		err = errors.New("the restored content is not what was backed up, or the keys are others: digest " + got + ", backup " + want)
	}
	return err
}
