package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/reach/console"
)

// NoteBackup notes in the database, for the page of the administrator, that a backup was made, or tried by restoring it elsewhere. A
// database of an older schema is not told.
func NoteBackup(ctx context.Context, d *db.DB, file, digest string, tried bool) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	if old, err := d.Outdated(ctx); err != nil || old {
		return err
	}
	if err := d.Start(ctx); err != nil {
		return err
	}
	r := console.BackupRun{Kind: console.BackupMade, Place: strings.TrimSpace(host + " " + path), Size: info.Size(), Digest: digest}
	if tried {
		r.Kind = console.BackupTried
	}
	return d.Write(ctx, func(tx *db.Tx) error { return console.NoteBackup(auth.AsSystem(ctx, "console"), tx, r) })
}
