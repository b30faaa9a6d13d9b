package main

import (
	"context"

	"linli/internal/app"
	"linli/internal/platform/config"
)

type migrateCmd struct{ config.Store }

func (c *migrateCmd) Run(ctx context.Context) error {
	return app.Migrate(ctx, c.Store)
}
