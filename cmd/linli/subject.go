package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"linli/internal/app"
	"linli/internal/platform/db"
)

type subjectCmd struct {
	Export subjectExportCmd `cmd:"" help:"Write everything held about one person as JSON, in plain: check who asks, and hand it over safely."`
	Erase  subjectEraseCmd  `cmd:"" help:"Erase a person on his request, as the law allows: who he was goes, what the law keeps stays locked without him. Refused while something of his is open."`
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

type subjectEraseCmd struct {
	console
	Person db.ID `required:"" help:"Id of the person."`
}

func (c *subjectEraseCmd) Run(ctx context.Context) error {
	return c.with(ctx, func(ctx context.Context, a *app.App) error {
		done, err := a.EraseSubject(ctx, c.Person, c.Reason)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(os.Stdout).Encode(done)
		}
		fmt.Printf("已注销 %s\n", done.Person)
		for _, k := range done.Kept {
			fmt.Println("保留：" + k)
		}
		return nil
	})
}
