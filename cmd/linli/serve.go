package main

import (
	"context"

	"linli/internal/app"
	"linli/internal/app/demo"
	"linli/internal/platform/config"
)

type serveCmd struct {
	config.Store
	config.Server
}

func (c *serveCmd) Run(ctx context.Context) error {
	return app.Serve(ctx, c.Store, c.Server, demo.FillEmpty)
}
