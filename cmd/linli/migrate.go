package main

import (
	"context"

	"linli/internal/platform/config"
	"linli/internal/platform/db"
)

type migrateCmd struct{ config.Store }

func (c *migrateCmd) Run(ctx context.Context) error {
	d, err := db.Open(ctx, c.DB)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx)
}
