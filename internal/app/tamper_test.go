package app_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/app/demo"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
)

// filled is a town's demo on each engine, with keys and folders of its own, written as the program writes.
var filled = sync.OnceValues(func() (*dbtest.Template, *installation) {
	in := &installation{keys: seal.Ephemeral(), dir: folder("tamper")}
	return dbtest.Filled(func(ctx context.Context, d *db.DB) error {
		demo.Count(d, 1)
		now := time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)
		ctx = clock.At(ctx, now)
		if err := app.Prepare(ctx, d, in.keys, in.store(d), true); err != nil {
			return err
		}
		a, err := app.New(d, in.keys, in.store(d), config.Server{Demo: true})
		if err != nil {
			return err
		}
		if _, err = demo.Fill(ctx, a, town, 1, now); err != nil {
			return err
		}
		for i := range 20 { // a demo is few large transactions: some small ones behind it
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return audit.Write(auth.AsSystem(ctx, "test"), tx, audit.Entry{Action: "test", Object: "thing", ID: fmt.Sprint(i)})
			}); err != nil {
				return err
			}
		}
		return a.Checkpoint(ctx)
	}), in
})

// installation is what lies beside the database.
type installation struct {
	keys *seal.Keys
	dir  string
}

func (in *installation) store(d *db.DB) config.Store {
	return config.Store{Data: filepath.Join(in.dir, map[bool]string{true: "postgres", false: "sqlite"}[d.Postgres()])}
}

// intruder has the database and not the keys.
type intruder struct {
	t      *testing.T
	app    *app.App
	d      *db.DB
	random *rand.Rand
	tables []db.Table
	rows   map[string][][]any // of each table, the first ones
	used   map[string]bool    // rows that were edited already
}

// rowsHeld is how many rows of a table the intruder knows.
const rowsHeld = 300

// intrude runs test with an intruder on a copy of the demo, on each engine.
func intrude(t *testing.T, test func(in *intruder)) {
	t.Helper()
	template, home := filled()
	template.Each(t, func(t *testing.T, d *db.DB) {
		a, err := app.New(d, home.keys, home.store(d), config.Server{Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		in := &intruder{t: t, app: a, d: d, random: rand.New(rand.NewPCG(7, 7)), rows: map[string][][]any{}, used: map[string]bool{}}
		free := app.Free()
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			tables, err := db.Tables(t.Context(), tx)
			if err != nil {
				return err
			}
			for _, table := range tables {
				if free[table.Name] != "" || table.Name == "imprint" {
					continue
				}
				if err := db.EachRow(t.Context(), tx, table, func(values []any) error {
					if len(in.rows[table.Name]) < rowsHeld {
						in.rows[table.Name] = append(in.rows[table.Name], slices.Clone(values))
					}
					return nil
				}); err != nil {
					return err
				}
				if len(in.rows[table.Name]) > 1 {
					in.tables = append(in.tables, table)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		test(in)
	})
}

var errUndo = errors.New("undo")

// behind does something behind the system's back, asks what verify finds, and undoes it.
func (in *intruder) behind(do func(tx *db.Tx) error) (found []string) {
	in.t.Helper()
	ctx := in.t.Context()
	err := in.d.Write(ctx, func(tx *db.Tx) error {
		tx.Unwatched()
		found = nil
		free := "PRAGMA defer_foreign_keys = 1"
		if in.d.Postgres() {
			free = "SET LOCAL session_replication_role = replica"
		}
		if _, err := tx.Exec(ctx, free); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		for _, area := range in.app.Areas {
			for _, c := range area.Checks {
				if !slices.Contains([]string{"rows", "audit", "checkpoint"}, c.Name) {
					continue
				}
				if err := c.Run(ctx, tx, func(object, what string) { found = append(found, object+" "+what) }); err != nil {
					return err
				}
			}
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		in.t.Fatal(err)
	}
	return found
}

// edit is one edit and the rows that verify has to name.
type edit struct {
	what  string
	names []string
}

func keyOf(t db.Table, values []any) string {
	var parts []string
	for _, k := range t.Key {
		parts = append(parts, fmt.Sprint(values[slices.Index(t.Columns, k)]))
	}
	return t.Name + " " + strings.Join(parts, "/")
}

// at is the condition that finds a row.
func at(t db.Table, values []any) (where string, args []any) {
	for i, k := range t.Key {
		if i > 0 {
			where += " AND "
		}
		where += `"` + k + `" = ?`
		args = append(args, values[slices.Index(t.Columns, k)])
	}
	return where, args
}

// changed gives another value of the same kind, nil where there is none.
func (in *intruder) changed(v any) any {
	switch v := v.(type) {
	case int64:
		return v + 1 + in.random.Int64N(3)
	case bool:
		return !v
	case string:
		return v + "改"
	case float64:
		return v + 0.5
	case time.Time:
		return v.Add(time.Second)
	case []byte:
		if len(v) == 0 {
			return nil
		}
		out := slices.Clone(v)
		out[in.random.IntN(len(out))] ^= 1 << in.random.IntN(8)
		return out
	}
	return nil
}

// pick gives a row that was not edited yet.
func (in *intruder) pick(t db.Table) []any {
	for range 50 {
		row := in.rows[t.Name][in.random.IntN(len(in.rows[t.Name]))]
		if key := keyOf(t, row); !in.used[key] {
			in.used[key] = true
			return row
		}
	}
	return nil
}

// column gives a column that is no part of the key and that the chain of the trail does not look after.
func (in *intruder) column(t db.Table) int {
	for {
		i := in.random.IntN(len(t.Columns))
		if c := t.Columns[i]; !slices.Contains(t.Key, c) && !(t.Name == "audit" && (c == "seq" || c == "chain")) {
			return i
		} else if len(t.Key) == len(t.Columns) {
			return i
		}
	}
}

// edit makes one edit at random; ok is false where the engine refused it or nothing could be changed.
func (in *intruder) edit(tx *db.Tx, t db.Table) (e edit, ok bool) {
	a, b := in.pick(t), in.pick(t)
	if a == nil || b == nil {
		return e, false
	}
	if _, err := tx.Exec(in.t.Context(), "SAVEPOINT one"); err != nil {
		in.t.Fatal(err)
	}
	kinds := []func(*db.Tx, db.Table, []any, []any) (edit, error){in.update, in.update, in.remove, in.insert, in.swap, in.reorder}
	e, err := kinds[in.random.IntN(len(kinds))](tx, t, a, b)
	if err != nil {
		if _, err := tx.Exec(in.t.Context(), "ROLLBACK TO SAVEPOINT one"); err != nil {
			in.t.Fatal(err)
		}
		return e, false
	}
	if _, err := tx.Exec(in.t.Context(), "RELEASE SAVEPOINT one"); err != nil {
		in.t.Fatal(err)
	}
	return e, true
}

var errNothing = errors.New("nothing to change")

func (in *intruder) set(tx *db.Tx, t db.Table, row []any, column string, value any) error {
	where, args := at(t, row)
	q := fmt.Sprintf(`UPDATE "%s" SET "%s" = ? WHERE %s`, t.Name, column, where)
	n, err := tx.Build(q, append([]any{value}, args...)...).Run(in.t.Context(), tx)
	if err == nil && n != 1 {
		err = errNothing
	}
	return err
}

func (in *intruder) update(tx *db.Tx, t db.Table, a, _ []any) (edit, error) {
	i := in.column(t)
	v := in.changed(a[i])
	if v == nil || len(t.Key) == len(t.Columns) {
		return edit{}, errNothing
	}
	return edit{"update " + t.Columns[i], []string{keyOf(t, a)}}, in.set(tx, t, a, t.Columns[i], v)
}

func (in *intruder) remove(tx *db.Tx, t db.Table, a, _ []any) (edit, error) {
	where, args := at(t, a)
	n, err := tx.Build(`DELETE FROM "`+t.Name+`" WHERE `+where, args...).Run(in.t.Context(), tx)
	if err == nil && n != 1 {
		err = errNothing
	}
	return edit{"delete", []string{keyOf(t, a)}}, err
}

func (in *intruder) insert(tx *db.Tx, t db.Table, a, _ []any) (edit, error) {
	row := slices.Clone(a)
	for i, c := range t.Columns {
		if t.Name == "audit" && (c == "seq" || c == "chain") {
			row[i] = nil // not numbered yet
		}
	}
	i := slices.Index(t.Columns, t.Key[0])
	if row[i] = in.changed(row[i]); row[i] == nil {
		return edit{}, errNothing
	}
	in.used[keyOf(t, row)] = true
	return edit{"insert", []string{keyOf(t, row)}}, t.Append(in.t.Context(), tx, [][]any{row})
}

func (in *intruder) swap(tx *db.Tx, t db.Table, a, b []any) (edit, error) {
	i := in.column(t)
	if fmt.Sprint(a[i]) == fmt.Sprint(b[i]) || len(t.Key) == len(t.Columns) {
		return edit{}, errNothing
	}
	err := in.set(tx, t, a, t.Columns[i], b[i])
	if err == nil {
		err = in.set(tx, t, b, t.Columns[i], a[i])
	}
	return edit{"swap " + t.Columns[i], []string{keyOf(t, a), keyOf(t, b)}}, err
}

// reorder lets two rows change their keys.
func (in *intruder) reorder(tx *db.Tx, t db.Table, a, b []any) (edit, error) {
	i := slices.Index(t.Columns, t.Key[0])
	x, ok := a[i].(int64)
	y, _ := b[i].(int64)
	if len(t.Key) > 1 || !ok || len(t.Columns) == 1 {
		return edit{}, errNothing
	}
	free := slices.Clone(a)
	free[i] = int64(-1)
	moved := slices.Clone(b)
	err := in.set(tx, t, a, t.Key[0], int64(-1))
	if err == nil {
		err = in.set(tx, t, moved, t.Key[0], x)
	}
	if err == nil {
		err = in.set(tx, t, free, t.Key[0], y)
	}
	return edit{"reorder", []string{keyOf(t, a), keyOf(t, b)}}, err
}

// favoured are the tables that an intruder would think of first.
var favoured = []string{"role_grant", "account", "certificate", "certificate_record", "person", "order_event", "sheet_row", "setting",
	"blob", "service_record", "record_change", "orders", "audit", "station", "volunteer"}

// Of some hundred edits of every kind by somebody with the database and without the keys, verify names each with table and key. Rows of
// the tables in free.txt may be edited: nothing that counts stands in them.
func TestTampering(t *testing.T) { tamper(t, 120) }

// The same with the number that the issue asks for.
func TestDrillTampering(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return
	}
	tamper(t, 500)
}

// perLook is how many edits are made before verify is asked.
const perLook = 60

func tamper(t *testing.T, n int) {
	intrude(t, func(in *intruder) {
		if found := in.behind(func(*db.Tx) error { return nil }); len(found) > 0 {
			in.t.Fatalf("before any edit: %q", found)
		}
		kinds := map[string]int{}
		var missed []string
		for made := 0; made < n; {
			var edits []edit
			clear(in.used)
			found := in.behind(func(tx *db.Tx) error {
				edits = nil
				for tries := 0; len(edits) < min(perLook, n-made); tries++ {
					table := in.tables[in.random.IntN(len(in.tables))]
					favourite := favoured[tries/2%len(favoured)]
					i := slices.IndexFunc(in.tables, func(t db.Table) bool { return t.Name == favourite })
					if tries%2 == 0 && i >= 0 {
						table = in.tables[i]
					}
					if e, ok := in.edit(tx, table); ok {
						edits = append(edits, e)
					}
				}
				return nil
			})
			for _, e := range edits {
				kind, _, _ := strings.Cut(e.what, " ")
				kinds[kind]++
				for _, name := range e.names {
					if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, name+" ") }) {
						missed = append(missed, e.what+" "+name)
					}
				}
			}
			made += len(edits)
		}
		if len(missed) > 0 {
			in.t.Errorf("verify does not name %d of %d edits: %q", len(missed), n, missed)
		}
		in.t.Log(n, "edits:", kinds)
	})
}

// What is done to the chains and their ends is named too: by the chain itself, and where the end is set back with it by the checkpoint.
func TestChainsAreNotCut(t *testing.T) {
	intrude(t, func(in *intruder) {
		head := func(id int, table string) string {
			return fmt.Sprintf(`UPDATE audit_head SET seq = (SELECT COALESCE(MAX(seq), 0) FROM %[1]s),
				chain = (SELECT chain FROM %[1]s ORDER BY seq DESC LIMIT 1) WHERE id = %[2]d`, table, id)
		}
		cut := func(table string) string {
			return fmt.Sprintf("DELETE FROM %[1]s WHERE seq > (SELECT MAX(seq) - 5 FROM %[1]s)", table)
		}
		for _, c := range []struct {
			name string
			sql  []string
			want string
		}{
			{"the trail's tail cut", []string{cut("audit")}, "不见了"},
			{"the trail's tail cut and its head set back", []string{cut("audit"), head(1, "audit")}, "checkpoint.json "},
			{"the trail emptied and its head set back", []string{"DELETE FROM audit", "UPDATE audit_head SET seq = 0, chain = NULL WHERE id = 1"},
				"checkpoint.json "},
			{"the imprints' tail cut", []string{cut("imprint")}, "不见了"},
			{"the imprints' tail cut and their head set back", []string{cut("imprint"), head(2, "imprint")}, "checkpoint.json "},
			{"the imprints emptied", []string{"DELETE FROM imprint", "DELETE FROM audit_head WHERE id = 2"}, "多出来一行"},
			{"an imprint changed", []string{"UPDATE imprint SET body = (SELECT body FROM imprint WHERE seq = 3) WHERE seq = 4"}, "imprint 4 "},
			{"an imprint taken out", []string{"DELETE FROM imprint WHERE seq = 4"}, "imprint 4 "},
			{"two imprints in other places", []string{"UPDATE imprint SET seq = -1 WHERE seq = 4", "UPDATE imprint SET seq = 4 WHERE seq = 5",
				"UPDATE imprint SET seq = 5 WHERE seq = -1"}, "imprint 4 "},
			{"an old imprint repeated as a new one", []string{`INSERT INTO imprint (no, id, body, mac)
				SELECT (SELECT MAX(no) + 1 FROM imprint), id + 1, body, mac FROM imprint WHERE seq = 4`}, "imprint no "},
			{"all set back to an hour ago", []string{cut("audit"), head(1, "audit"), cut("imprint"), head(2, "imprint")}, "checkpoint.json "},
		} {
			found := in.behind(func(tx *db.Tx) error {
				for _, q := range c.sql {
					if n, err := tx.Exec(in.t.Context(), q); err != nil || n == 0 {
						return fmt.Errorf("%s: %d rows, %w", q, n, err)
					}
				}
				return nil
			})
			if !strings.Contains(strings.Join(found, "\n"), c.want) {
				in.t.Errorf("%s: found %.600q", c.name, found)
			}
		}
	})
}

// A hundred single bits turned in uploads are named, each with its file.
func TestBitsInUploads(t *testing.T) {
	template, home := filled()
	d := template.SQLite(t)
	a, err := app.New(d, home.keys, home.store(d), config.Server{Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(home.store(d).Files(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatal("the demo has no uploads", err)
	}
	random := rand.New(rand.NewPCG(5, 5))
	for range 100 {
		path := files[random.IntN(len(files))]
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		spoilt := slices.Clone(was)
		spoilt[random.IntN(len(spoilt))] ^= 1 << random.IntN(8)
		var found []string
		if err := errors.Join(os.WriteFile(path, spoilt, 0o600), d.Read(t.Context(), func(tx *db.Tx) error {
			return a.Blobs.Verify(t.Context(), tx, func(object, _ string) { found = append(found, object) })
		}), os.WriteFile(path, was, 0o600)); err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 || !strings.HasPrefix(found[0], "blob ") {
			t.Errorf("a bit in %s: %q", filepath.Base(path), found)
		}
	}
}
