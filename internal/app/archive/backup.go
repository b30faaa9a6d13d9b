package archive

import (
	"archive/zip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

const (
	format     = "linli backup 1"
	headerName = "header.json"
	tableDir   = "tables/"
	fileDir    = "files/"
)

// header says what a backup is; restore reads it first. The first ones say neither their schema nor what their digest leaves out.
type header struct {
	Format string           `json:"format"`
	Made   time.Time        `json:"made"`
	Schema int64            `json:"schema"` // number of the newest migration; 0 where it is not said
	Digest string           `json:"digest"` // of the content, for the check after a restore
	Out    *uncounted       `json:"uncounted"`
	Rows   map[string]int64 `json:"rows"`
}

// skipped are tables that belong to a running program: its leases.
var skipped = map[string]bool{"node": true}

// Whole is a database with its keys, its areas and its folder of uploads.
type Whole struct {
	DB    *db.DB
	Keys  *seal.Keys
	Areas []area.Area
	Files string
	// Migrate brings the schema of what was restored up to this program's.
	Migrate func(ctx context.Context) error
}

// Backup writes one zip file: every table as JSON lines from one snapshot, and the uploads. Sealed values stay sealed; keys are never
// in it. Its digest, which is given back, is stored for the check after a restore. The file appears at once, when it is whole.
func Backup(ctx context.Context, w Whole, to string) (string, error) {
	left := uncountedOf(w.Areas)
	h := header{Format: format, Made: time.Now().UTC(), Out: &left, Rows: map[string]int64{}}
	var err error
	if h.Schema, err = w.DB.Schema(ctx); err != nil {
		return "", err
	}
	if h.Digest, err = digest(ctx, w.DB, w.Keys, left); err != nil {
		return "", err
	}
	tmp := to + ".part"
	out, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer os.Remove(tmp)
	z := zip.NewWriter(out)
	if err := w.DB.Read(ctx, func(tx *db.Tx) error { return dumpTables(ctx, tx, z, h.Rows) }); err != nil {
		out.Close()
		return "", err
	}
	err = errors.Join(dumpFiles(z, w.Files), writeJSON(z, headerName, h), z.Close(), out.Sync(), out.Close())
	if err != nil {
		return "", err
	}
	return h.Digest, os.Rename(tmp, to)
}

// Says gives the digest that a backup says its content has.
func Says(from string) (string, error) {
	z, h, err := open(from)
	if err != nil {
		return "", err
	}
	return h.Digest, z.Close()
}

func writeJSON(z *zip.Writer, name string, v any) error {
	w, err := z.Create(name)
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(v)
}

func dumpTables(ctx context.Context, tx *db.Tx, z *zip.Writer, rows map[string]int64) error {
	tables, err := db.Tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if skipped[t.Name] {
			continue
		}
		w, err := z.Create(tableDir + t.Name + ".jsonl")
		if err != nil {
			return err
		}
		enc := json.NewEncoder(w)
		if err := enc.Encode(t.Columns); err != nil {
			return err
		}
		if err := db.EachRow(ctx, tx, t, func(values []any) error {
			rows[t.Name]++
			return enc.Encode(packed(values))
		}); err != nil {
			return err
		}
	}
	return nil
}

// packed marks the kinds of value that JSON lacks: whole numbers keep all digits as text.
func packed(values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case int64:
			out[i] = map[string]string{"i": fmt.Sprint(v)}
		case []byte:
			out[i] = map[string]string{"b": base64.StdEncoding.EncodeToString(v)}
		case time.Time:
			out[i] = map[string]string{"t": v.Format(time.RFC3339Nano)}
		default:
			out[i] = v
		}
	}
	return out
}

func dumpFiles(z *zip.Writer, dir string) error {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		w, err := z.Create(fileDir + filepath.ToSlash(name))
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
