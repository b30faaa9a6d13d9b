package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

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
	digest, err := archive.Backup(ctx, w, c.To)
	if err != nil {
		return err
	}
	noted(app.NoteBackup(ctx, d, c.To, digest, false))
	return nil
}

// noted says that a backup could not be noted, as on a standby; it is good all the same.
func noted(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "备份好好的，只是没有记进数据库：", err)
	}
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
	Try  bool   `help:"Restore into a database that is thrown away, compare its content, and note in this database that it was tried."`
}

func (c *restoreCmd) Run(ctx context.Context) error {
	d, keys, err := app.Look(ctx, c.Store)
	if err != nil {
		return err
	}
	defer d.Close()
	if c.Try {
		return c.try(ctx, d, keys)
	}
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

// triedIn begins the names of the folders in which backups are tried.
const triedIn = "linli-try"

// sweepTries takes away what tries that were killed left behind: folders into which nothing was put for a day.
func sweepTries(dir string, now time.Time) {
	left, _ := filepath.Glob(filepath.Join(dir, triedIn+"*")) // the pattern is right
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && info.IsDir() && now.Sub(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(path) // another's stays
		}
	}
}

// try restores a backup into a database of its own that is thrown away; what is in use is not touched but for the note.
func (c *restoreCmd) try(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	sweepTries(os.TempDir(), time.Now())
	dir, err := os.MkdirTemp("", triedIn+"*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store := config.Store{DB: "sqlite:" + filepath.Join(dir, "linli.db"), Data: dir}
	spare, err := db.Open(ctx, store.DB)
	if err != nil {
		return err
	}
	defer spare.Close()
	w, err := wholeOf(spare, keys, store)
	if err != nil {
		return err
	}
	if err := archive.Restore(ctx, w, c.From); err != nil {
		return err
	}
	digest, err := archive.Says(c.From)
	if err != nil {
		return err
	}
	fmt.Println("试着恢复了，内容与备份相符")
	if _, err := wholeOf(d, keys, c.Store); err != nil { // the note is a row of the program, with its imprint
		return err
	}
	noted(app.NoteBackup(ctx, d, c.From, digest, true))
	return nil
}
