package archive

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/internal/platform/db"
)

const (
	format     = "linli backup 1"
	headerName = "header.json"
	tableDir   = "tables/"
	fileDir    = "files/"
)

// header says what a backup is; restore reads it first.
type header struct {
	Format string           `json:"format"`
	Made   time.Time        `json:"made"`
	Digest string           `json:"digest"` // of the content, for the check after a restore
	Rows   map[string]int64 `json:"rows"`
}

// skipped are tables that belong to a running program: its leases.
var skipped = map[string]bool{"node": true}

// Backup writes one zip file: every table as JSON lines from one snapshot, and the uploads. Sealed values stay sealed; keys are never
// in it. digest is stored for the check after a restore. The file appears at once, when it is whole.
func Backup(ctx context.Context, d *db.DB, files, to, digest string) error {
	tmp := to + ".part"
	out, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	z := zip.NewWriter(out)
	h := header{Format: format, Made: time.Now().UTC(), Digest: digest, Rows: map[string]int64{}}
	if err := d.Read(ctx, func(tx *db.Tx) error { return dumpTables(ctx, tx, z, h.Rows) }); err != nil {
		out.Close()
		return err
	}
	err = errors.Join(dumpFiles(z, files), writeJSON(z, headerName, h), z.Close(), out.Sync(), out.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp, to)
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

// Restore reads a backup into an empty, migrated database of either kind and the uploads into files. It gives the digest that the
// backup was made with.
func Restore(ctx context.Context, d *db.DB, files, from string) (digest string, err error) {
	z, err := zip.OpenReader(from)
	if err != nil {
		return "", err
	}
	defer z.Close()
	var h header
	if err := readJSON(&z.Reader, headerName, &h); err != nil || h.Format != format {
		return "", errors.Join(fmt.Errorf("%s is not a backup of this program", from), err)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { return loadTables(ctx, tx, &z.Reader, h.Rows) }); err != nil {
		return "", err
	}
	return h.Digest, loadFiles(&z.Reader, files)
}

func readJSON(z *zip.Reader, name string, v any) error {
	f, err := z.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return json.NewDecoder(f).Decode(v)
}

// ErrNotEmpty says that a restore would mix two databases.
var ErrNotEmpty = errors.New("the database already holds data: restore into an empty one")

func loadTables(ctx context.Context, tx *db.Tx, z *zip.Reader, rows map[string]int64) error {
	tables, err := db.Tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if skipped[t.Name] {
			continue
		}
		n := int64(0)
		if err := db.EachRow(ctx, tx, t, func([]any) error { n++; return nil }); err != nil {
			return err
		}
		if n > 0 {
			return ErrNotEmpty
		}
		if err := loadTable(ctx, tx, z, t, rows[t.Name]); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	return nil
}

// longestRow bounds one line of a backup.
const longestRow = 64 << 20

func loadTable(ctx context.Context, tx *db.Tx, z *zip.Reader, t db.Table, want int64) error {
	f, err := z.Open(tableDir + t.Name + ".jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a table that the backup's program did not have yet
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestRow)
	if !lines.Scan() {
		return io.ErrUnexpectedEOF
	}
	if err := json.Unmarshal(lines.Bytes(), &t.Columns); err != nil {
		return err
	}
	in := loader{table: t, tx: tx}
	for lines.Scan() {
		var row []any
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return err
		}
		values, err := unpacked(row)
		if err != nil {
			return err
		}
		if err := in.add(ctx, values); err != nil {
			return err
		}
	}
	if lines.Err() != nil {
		return lines.Err()
	}
	if err := in.finish(ctx); err != nil {
		return err
	}
	if in.n != want {
		return fmt.Errorf("holds %d rows, the header says %d", in.n, want)
	}
	return nil
}

func unpacked(row []any) ([]any, error) {
	for i, v := range row {
		marked, ok := v.(map[string]any)
		if !ok {
			continue
		}
		for kind, text := range marked {
			value, err := unpack(kind, text.(string))
			if err != nil {
				return nil, err
			}
			row[i] = value
		}
	}
	return row, nil
}

func unpack(kind, text string) (v any, err error) {
	switch kind {
	case "i":
		var n int64
		_, err = fmt.Sscan(text, &n)
		return n, err
	case "b":
		return base64.StdEncoding.DecodeString(text)
	case "t":
		return time.Parse(time.RFC3339Nano, text)
	}
	return nil, fmt.Errorf("unknown kind of value %q", kind)
}

func loadFiles(z *zip.Reader, dir string) error {
	for _, f := range z.File {
		name, ok := strings.CutPrefix(f.Name, fileDir)
		if !ok || !filepath.IsLocal(name) {
			continue
		}
		if err := loadFile(f, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func loadFile(f *zip.File, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
