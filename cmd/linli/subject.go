package main

import (
	"context"
	"encoding/json"
	"io"

	"linli/internal/app"
	"linli/internal/platform/db"
)

type subjectCmd struct {
	Export subjectExportCmd `cmd:"" help:"Write everything held about one person as JSON, in plain: check who asks, and hand it over safely."`
}

type subjectExportCmd struct {
	console
	Person db.ID  `required:"" help:"Id of the person."`
	To     string `help:"File to write, readable by its owner alone; standard output without it."`
}

func (c *subjectExportCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		held, err := a.ExportSubject(ctx, c.Person, c.Reason)
		if err != nil {
			return err
		}
		return writeTo(c.To, func(w io.Writer) error {
			enc := json.NewEncoder(w)
			enc.SetIndent("", " ")
			enc.SetEscapeHTML(false)
			return enc.Encode(held)
		})
	})
}
