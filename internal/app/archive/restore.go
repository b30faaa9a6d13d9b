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
	"slices"
	"strings"
	"time"

	"linli/internal/platform/db"
)

// Restore reads a backup of this release or an earlier one into a database of either kind that holds nothing, and the uploads into its
// folder: the schema of the backup, its rows, the check of its digest, and then the migrations since. A file that is damaged, of a later
// release, or no backup is refused by name before anything is written.
func Restore(ctx context.Context, w Whole, from string) error {
	z, h, err := open(from)
	if err != nil {
		return err
	}
	defer z.Close()
	schema, err := schemaOf(ctx, &z.Reader, h)
	if err != nil {
		return err
	}
	has, err := w.DB.Schema(ctx)
	if err != nil {
		return err
	}
	if has > schema {
		return fmt.Errorf("%w: its schema is %d, the backup's %d", ErrNotEmpty, has, schema)
	}
	if err := w.DB.MigrateTo(ctx, schema); err != nil {
		return err
	}
	if err := w.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Unwatched() // the imprints of its rows come with the backup
		if err := loadTables(ctx, tx, &z.Reader, h.Rows); err != nil {
			return err
		}
		return db.Renumber(ctx, tx)
	}); err != nil {
		return err
	}
	if err := loadFiles(&z.Reader, w.Files); err != nil {
		return err
	}
	if err := same(ctx, w, h); err != nil {
		return err
	}
	return w.Migrate(ctx)
}

// open reads the header of a backup and every byte of it once.
func open(from string) (*zip.ReadCloser, header, error) {
	var h header
	if err := ended(from); err != nil {
		return nil, h, err
	}
	z, err := zip.OpenReader(from)
	if err != nil {
		return nil, h, fmt.Errorf("%s is not a backup of this program, or it was cut: %w", from, err)
	}
	err = readJSON(&z.Reader, headerName, &h)
	if err == nil && h.Format != format {
		err = fmt.Errorf("its format is %q", h.Format)
	}
	if err != nil {
		return nil, h, errors.Join(fmt.Errorf("%s is not a backup of this program: %w", from, err), z.Close())
	}
	for _, f := range z.File {
		if err := whole(f); err != nil {
			return nil, h, errors.Join(fmt.Errorf("%s is damaged at %s: %w", from, f.Name, err), z.Close())
		}
	}
	return z, h, nil
}

// endMark begins the last record of a zip file, endSize is its length where there is no comment (APPNOTE.TXT 4.3.16).
const (
	endMark = "PK\x05\x06"
	endSize = 22
)

// ended says that nothing stands behind the end of a backup: readers of zip files pass over it.
func ended(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	end := make([]byte, endSize)
	info, err := f.Stat()
	if err == nil && info.Size() > endSize {
		_, err = f.ReadAt(end, info.Size()-endSize)
	}
	if err == nil && !strings.HasPrefix(string(end), endMark) {
		err = fmt.Errorf("%s is not a backup of this program: it was cut, or something was put behind its end", path)
	}
	return err
}

// whole reads one file of a backup to its end, where its checksum stands.
func whole(f *zip.File) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(io.Discard, in)
	return err
}

// same compares the restored content with what the backup says of itself.
func same(ctx context.Context, w Whole, h header) error {
	out := uncountedOf(w.Areas)
	if h.Out != nil {
		out = *h.Out
	}
	got, err := digest(ctx, w.DB, w.Keys, out)
	if err == nil && got != h.Digest {
		err = errors.New("the restored content is not what was backed up, or the keys are others: digest " + got + ", backup " + h.Digest)
	}
	return err
}

// schemaOf is the number of the migration under which a backup was made. A header that does not say it is that of the first schema with
// just these tables and columns.
func schemaOf(ctx context.Context, z *zip.Reader, h header) (int64, error) {
	newest, err := db.SchemaNumber()
	if err != nil {
		return 0, err
	}
	if h.Schema > newest {
		return 0, fmt.Errorf("the backup is of schema %d, this program knows %d: restore it with the release that made it, or a later one",
			h.Schema, newest)
	}
	if h.Schema != 0 {
		return h.Schema, nil
	}
	want, err := shapeOf(z)
	if err != nil {
		return 0, err
	}
	return firstSchema(ctx, want, newest)
}

// shapeOf gives the columns of each table of a backup.
func shapeOf(z *zip.Reader) (map[string][]string, error) {
	out := map[string][]string{}
	for _, f := range z.File {
		name, ok := strings.CutPrefix(f.Name, tableDir)
		if !ok {
			continue
		}
		var columns []string
		if err := readJSON(z, f.Name, &columns); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		slices.Sort(columns)
		out[strings.TrimSuffix(name, ".jsonl")] = columns
	}
	return out, nil
}

// firstSchema looks for a shape by way of all migrations, in a database that is thrown away.
func firstSchema(ctx context.Context, want map[string][]string, newest int64) (int64, error) {
	dir, err := os.MkdirTemp("", "schema")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(dir, "x.db"))
	if err != nil {
		return 0, err
	}
	defer d.Close()
	for v := int64(1); v <= newest; v++ {
		if err := d.MigrateTo(ctx, v); err != nil {
			return 0, err
		}
		same := false
		if err := d.Read(ctx, func(tx *db.Tx) error {
			tables, err := db.Tables(ctx, tx)
			same = shaped(tables, want)
			return err
		}); err != nil || same {
			return v, err
		}
	}
	return 0, errors.New("the tables of the backup are those of no release: nothing was restored")
}

// shaped says whether the tables are those of a backup, column by column in any order.
func shaped(tables []db.Table, want map[string][]string) bool {
	n := 0
	for _, t := range tables {
		if skipped[t.Name] {
			continue
		}
		n++
		columns := slices.Sorted(slices.Values(t.Columns))
		if !slices.Equal(columns, want[t.Name]) {
			return false
		}
	}
	return n == len(want)
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
