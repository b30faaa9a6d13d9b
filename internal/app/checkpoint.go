package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"linli/internal/civic/alarm"
	"linli/internal/platform/audit"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/proof/log"
)

// checkpoint writes the checkpoint into every folder. What the database lacks of an older one is an alarm: the older one is kept, so
// that verify goes on naming it, and the work goes on (docs/adr/0016).
func (a *App) checkpoint(ctx context.Context) error {
	for _, dir := range a.places {
		lost, err := audit.Publish(ctx, a.DB, a.Keys, dir)
		if err == nil && lost == "" {
			lost, err = a.Log.Publish(ctx, dir)
		}
		if lost != "" {
			slog.Error("the database lacks what a checkpoint holds", "folder", dir, "what", lost)
			err = errors.Join(err, a.DB.Write(ctx, func(tx *db.Tx) error {
				return alarm.Raise(ctx, tx, alarm.Alarm{Object: "database", ID: "checkpoint", Title: "数据库里少了检查点记下的内容", Text: lost +
					"。可能是从旧备份或慢了一步的备机恢复，也可能有人改动了数据库。请用 linli verify 核对；查明以后，把留下的旧检查点移走。"})
			}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Checkpoint numbers the trail and writes the checkpoint, for a command that has filled a database.
func (a *App) Checkpoint(ctx context.Context) error { return a.sequencer.CatchUp(ctx) }

// checkpoints names what the database lacks of any checkpoint.
func (a *App) checkpoints(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, dir := range a.places {
		if err := audit.VerifyCheckpoints(ctx, tx, a.Keys, dir, report); err != nil {
			return err
		}
		if err := a.Log.VerifyFiles(ctx, tx, dir, report); err != nil {
			return err
		}
	}
	return nil
}

// notEmptied refuses a database without any trail where a checkpoint says that there was one: it would be taken for a new one.
func notEmptied(ctx context.Context, d *db.DB, keys *seal.Keys, store config.Store) error {
	b, err := bondOf(ctx, d, nil)
	if err != nil || b.filled {
		return err
	}
	for _, dir := range store.Checkpoints() {
		if had, err := audit.Had(dir, keys); err != nil || had {
			return errors.Join(err, audit.ErrEmptied)
		}
	}
	return nil
}

// Restored writes the checkpoint of a database that was restored on purpose. The one before is put aside, under a name that verify does
// not look for; the new name is told.
func Restored(ctx context.Context, d *db.DB, keys *seal.Keys, store config.Store) (aside []string, err error) {
	for _, dir := range store.Checkpoints() {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return aside, err
		}
		for _, name := range []string{audit.CheckpointFile, log.CheckpointFile} {
			to := filepath.Join(dir, fmt.Sprintf("before-restore-%d-%s", time.Now().UnixMilli(), name))
			switch err := os.Rename(filepath.Join(dir, name), to); {
			case err == nil:
				aside = append(aside, to)
			case !errors.Is(err, fs.ErrNotExist):
				return aside, err
			}
		}
		if _, err := audit.Publish(ctx, d, keys, dir); err != nil {
			return aside, err
		}
		if _, err := log.New(d, keys).Publish(ctx, dir); err != nil {
			return aside, err
		}
	}
	return aside, nil
}
