package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"linli/internal/app"
	"linli/internal/app/demo"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
)

type demoCmd struct {
	config.Store
	Scale    string  `default:"small" enum:"small,banner,region" env:"LINLI_SCALE" help:"How much: small, banner or region."`
	Share    float64 `default:"1" env:"LINLI_SHARE" help:"How much of the region: 0.01 is a hundredth."`
	Seed     uint64  `default:"1" env:"LINLI_SEED" help:"Equal seed and time give equal data."`
	Now      string  `env:"LINLI_NOW" help:"Business time at which the data ends, RFC 3339; the machine's when it is left out."`
	Manifest string  `env:"LINLI_MANIFEST" help:"File that gets the accounts and everything else a test needs to know."`
	Suite    string  `env:"LINLI_SUITE" default:"international" enum:"international,sm" help:"Cryptographic suite of new keys: international or sm."`
}

// Run fills an empty database. Business time stands at the end of the data while it runs.
func (c *demoCmd) Run(ctx context.Context) error {
	if c.Now != "" {
		now, err := time.Parse(time.RFC3339, c.Now)
		if err != nil {
			return err
		}
		ctx = clock.At(ctx, now)
	}
	scale, err := demo.ScaleOf(c.Scale)
	if err != nil {
		return err
	}
	if scale, err = scale.Of(c.Share); err != nil {
		return err
	}
	d, keys, err := app.Open(ctx, c.Store, c.Suite)
	if err != nil {
		return err
	}
	defer d.Close()
	demo.Count(d, c.Seed)
	if err := app.Prepare(ctx, d, keys, c.Store, true); err != nil {
		return err
	}
	a, err := app.New(d, keys, c.Store, config.Server{Demo: true})
	if err != nil {
		return err
	}
	manifest, err := demo.Fill(ctx, a, scale, c.Seed, clock.In(ctx))
	if err == nil {
		err = a.Checkpoint(ctx)
	}
	if err != nil || c.Manifest == "" {
		return err
	}
	data, err := json.MarshalIndent(manifest, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(c.Manifest, data, 0o600)
}
