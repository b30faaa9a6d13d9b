package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

func put(t *testing.T, d *db.DB, name, value string) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return stamp(t.Context(), tx, name, value) }); err != nil {
		t.Fatal(err)
	}
}

func stamp(ctx context.Context, tx *db.Tx, name, value string) error {
	_, err := tx.Build("INSERT INTO stamp (name, value) VALUES (?, ?)", name, value).Run(ctx, tx)
	return err
}

func stamps(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		out, err = db.Select[string](t.Context(), tx, tx.Build("SELECT name FROM stamp ORDER BY name"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func TestWriteCommitsAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		wrong := errors.New("wrong")
		told := false
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { told = true })
			return errors.Join(stamp(t.Context(), tx, "a", "1"), wrong)
		})
		if !errors.Is(err, wrong) || told || len(stamps(t, d)) != 0 {
			t.Fatalf("err %v, told %v, rows %v", err, told, stamps(t, d))
		}
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { told = true })
			return stamp(t.Context(), tx, "a", "1")
		})
		if err != nil || !told || !slices.Equal(stamps(t, d), []string{"a"}) {
			t.Fatalf("err %v, told %v, rows %v", err, told, stamps(t, d))
		}
	})
}

// Operations of a batch see one another's writes, each at its own time, and stay or go together.
func TestBatch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		wrong := errors.New("wrong")
		told := 0
		fill := func(result error) error {
			return d.Batch(t.Context(), func(ctx context.Context) error {
				for i, name := range []string{"a", "b"} {
					at := time.Date(2026, 11, 1+i, 8, 0, 0, 0, clock.Shanghai)
					_, err := db.Do(clock.At(ctx, at), d, func(tx *db.Tx) (int, error) {
						tx.AfterCommit(func() { told++ })
						if !tx.Now.Equal(at) {
							t.Errorf("now is %v", tx.Now)
						}
						return 0, stamp(ctx, tx, name, "1")
					})
					if err != nil {
						return err
					}
				}
				n := int64(0)
				if err := d.Read(ctx, func(tx *db.Tx) (err error) {
					n, err = db.SelectOne[int64](ctx, tx, tx.Build("SELECT COUNT(*) FROM stamp"))
					return err
				}); err != nil || n != 2 {
					t.Errorf("inside: %d %v", n, err)
				}
				return result
			})
		}
		if err := fill(wrong); !errors.Is(err, wrong) || told != 0 || len(stamps(t, d)) != 0 {
			t.Fatalf("err %v, told %d, rows %v", err, told, stamps(t, d))
		}
		if err := d.Fill(t.Context(), func() error { return fill(nil) }); err != nil || told != 2 || len(stamps(t, d)) != 2 {
			t.Fatalf("err %v, told %d, rows %v", err, told, stamps(t, d))
		}
	})
}

// A reference to what is not there is found at the end of a Fill, and at once afterwards.
func TestFillChecksReferences(t *testing.T) {
	d := dbtest.SQLite(t)
	astray := func() error {
		return d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO order_due (id, order_id, kind, due_at) VALUES (1, 2, 'review', 0)")
			return err
		})
	}
	if err := d.Fill(t.Context(), astray); err == nil || !strings.Contains(err.Error(), "1 rows") {
		t.Errorf("filled with a stray row: %v", err)
	}
	if err := astray(); err == nil {
		t.Error("references are not checked after a Fill")
	}
}

var lasting = db.Query[string](`SELECT value FROM stamp WHERE name = $1`).Lasting()

// Reference data is asked for once in a batch, and each time elsewhere.
func TestLasting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		read := func(ctx context.Context) (rows []string) {
			if err := d.Read(ctx, func(tx *db.Tx) (err error) { rows, err = lasting.All(ctx, tx, "a"); return err }); err != nil {
				t.Fatal(err)
			}
			return rows
		}
		err := d.Batch(t.Context(), func(ctx context.Context) error {
			before := read(ctx)
			err := d.Write(ctx, func(tx *db.Tx) error { return stamp(ctx, tx, "a", "1") })
			if after := read(ctx); len(before) != 0 || len(after) != 0 {
				t.Errorf("in the batch: %v, %v", before, after)
			}
			return err
		})
		if after := read(t.Context()); err != nil || len(after) != 1 {
			t.Errorf("afterwards: %v %v", after, err)
		}
	})
}

func TestReadIsOneSnapshotAndCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		count := func(tx *db.Tx) int64 {
			n, err := db.SelectOne[int64](t.Context(), tx, tx.Build("SELECT COUNT(*) FROM stamp"))
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			before := count(tx)
			put(t, d, "a", "1")
			if after := count(tx); after != before {
				t.Errorf("the snapshot moved from %d to %d", before, after)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return stamp(t.Context(), tx, "b", "1") }); err == nil {
			t.Error("Read has written")
		}
		if got := stamps(t, d); !slices.Equal(got, []string{"a"}) {
			t.Errorf("rows %v", got)
		}
	})
}

// Two transactions that lock two rows in opposite order: PostgreSQL breaks the deadlock, SQLite runs them one after the other.
func TestWriteRetriesDeadlock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		put(t, d, "a", "0")
		put(t, d, "b", "0")
		var both sync.WaitGroup
		var runs atomic.Int64
		both.Add(2)
		var wg sync.WaitGroup
		for _, order := range [][]string{{"a", "b"}, {"b", "a"}} {
			wg.Go(func() {
				first := true
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					runs.Add(1)
					for i, name := range order {
						if _, err := tx.Build("UPDATE stamp SET value = value || 'x' WHERE name = ?", name).Run(t.Context(), tx); err != nil {
							return err
						}
						if i == 0 && first && d.Postgres() {
							first = false
							both.Done()
							both.Wait()
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if d.Postgres() && runs.Load() != 3 {
			t.Errorf("%d runs, want 2 and one repeated", runs.Load())
		}
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			vs, err := db.Select[string](t.Context(), tx, tx.Build("SELECT value FROM stamp"))
			if !slices.Equal(vs, []string{"0xx", "0xx"}) {
				t.Errorf("values %v: an effect was lost or doubled", vs)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestUnreachable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "100%?#.db")
	d, err := db.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v, %v: others may read it", info, err)
	}
	gone, err := db.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=1")
	if err != nil {
		t.Fatal(err)
	}
	defer gone.Close()
	if err := gone.Write(t.Context(), func(*db.Tx) error { return nil }); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("no server: %v", err)
	}
}

func TestIDsAreUniqueAndAscend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const workers, each = 8, 20000
		got := make([][]db.ID, workers)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() { got[w] = ids(t, d, each) })
		}
		wg.Wait()
		seen := map[db.ID]bool{}
		for _, list := range got {
			if !slices.IsSorted(list) {
				t.Error("ids of one worker do not ascend")
			}
			for _, id := range list {
				seen[id] = true
			}
		}
		if len(seen) != workers*each {
			t.Fatalf("%d different ids of %d", len(seen), workers*each)
		}
	})
}

// ids makes n ids in small transactions, as SQLite has one writer.
func ids(t *testing.T, d *db.DB, n int) (out []db.ID) {
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		for range n {
			out = append(out, tx.NewID())
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return out
}

func TestIDsAscendOverRestart(t *testing.T) {
	urls := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "linli.db"), "postgres": dbtest.PostgresURL(t)}
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			var last db.ID
			for range 4 {
				d := open(t, url)
				list := ids(t, d, 50000) // more than the milliseconds passed can hold: the generator runs ahead of the clock
				if list[0] <= last {
					t.Fatalf("after a restart %d follows %d", list[0], last)
				}
				last = slices.Max(list)
				if err := d.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func open(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

// Processes that run at once hold different node numbers; also those that start in the same moment.
func TestIDsOfProcesses(t *testing.T) {
	if url := os.Getenv("LINLI_TEST_IDS"); url != "" {
		d := open(t, url)
		for _, id := range ids(t, d, 5000) {
			fmt.Println("id", id)
		}
		if os.Getenv("LINLI_TEST_CRASH") == "" {
			d.Close()
		}
		os.Exit(0)
	}
	dbtest.EachURL(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		seen := map[string]bool{}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				cmd := exec.Command(os.Args[0], "-test.run=^TestIDsOfProcesses$")
				cmd.Env = append(os.Environ(), "LINLI_TEST_IDS="+url)
				if i%2 == 0 {
					cmd.Env = append(cmd.Env, "LINLI_TEST_CRASH=1")
				}
				out, err := cmd.Output()
				if err != nil {
					t.Errorf("%v: %s", err, out)
				}
				mu.Lock()
				defer mu.Unlock()
				for line := range strings.Lines(string(out)) {
					if id, ok := strings.CutPrefix(line, "id "); ok {
						seen[id] = true
					}
				}
			})
		}
		wg.Wait()
		if len(seen) != 4*5000 {
			t.Errorf("%d different ids, want %d", len(seen), 4*5000)
		}
	})
}

// A process that slept through its lease loses the number to another, takes a new one and repeats the transaction.
func TestLostLease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		db.ExpireLease(d)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE node SET holder = 'thief' WHERE holder <> ''").Run(t.Context(), tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		runs := 0
		var id db.ID
		err = d.Write(t.Context(), func(tx *db.Tx) error {
			runs++
			id = tx.NewID()
			return stamp(t.Context(), tx, id.String(), "")
		})
		if err != nil || runs != 2 || !slices.Equal(stamps(t, d), []string{id.String()}) {
			t.Errorf("runs %d, id %d, rows %v, err %v", runs, id, stamps(t, d), err)
		}
	})
}

type row struct {
	ID        db.ID
	At        time.Time
	AccountID db.ID
	Seq       *int64
	inner
	Hidden string `db:"-"`
}

type inner struct {
	Actor string `db:"actor"`
}

func TestRowsComeBackAsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		at := time.Date(2026, 11, 24, 8, 0, 0, 123456000, time.UTC)
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			cols := []string{"id", "at", "account_id", "actor", "role", "action", "object", "object_id", "region", "cause", "detail"}
			err := tx.InsertMany(t.Context(), "audit", cols, 1203, func(i int) []any {
				return []any{i + 1, at.Add(time.Duration(i) * time.Microsecond), db.ID(0), "某人", "", "", "", "", 150000000000, "", "{}"}
			}, "ON CONFLICT DO NOTHING")
			if err != nil {
				return err
			}
			b := tx.Build("SELECT id, at, account_id, seq, actor FROM audit WHERE 1 = 1").If(true, " AND id < ?", 100).If(false, " AND id = ?", 0)
			rows, err := db.Select[row](t.Context(), tx, db.In(b, " AND id", []int{3, 4, 900}).Add(" ORDER BY id"))
			if err != nil {
				return err
			}
			if len(rows) != 2 || rows[0].ID != 3 || !rows[0].At.Equal(at.Add(2*time.Microsecond)) || rows[0].At.Location() != clock.Shanghai ||
				rows[0].AccountID != 0 || rows[0].Seq != nil || rows[0].Actor != "某人" {
				t.Errorf("rows %+v", rows)
			}
			n, err := db.SelectOne[int64](t.Context(), tx, tx.Build("SELECT COUNT(*) FROM audit"))
			if n != 1203 {
				t.Errorf("%d rows", n)
			}
			_, ok, err2 := db.Found(db.SelectOne[row](t.Context(), tx, tx.Build("SELECT id FROM audit WHERE id = ?", 0)))
			if ok || err2 != nil {
				t.Errorf("found %v, %v", ok, err2)
			}
			if _, err := db.Select[row](t.Context(), tx, tx.Build("SELECT id AS stranger FROM audit")); err == nil {
				t.Error("a column without a field was dropped silently")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Text sorts by code point on both engines.
func TestTextOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, name := range []string{"乙", "b", "甲", "B", "𠮷"} {
			put(t, d, name, "")
		}
		if got := stamps(t, d); !slices.Equal(got, []string{"B", "b", "乙", "甲", "𠮷"}) {
			t.Errorf("order %v", got)
		}
	})
}

func TestPaging(t *testing.T) {
	rows := []int64{5, 4, 3, 2, 1}
	p := db.Paging{Limit: 2}
	var got []int64
	for {
		var at time.Time
		var id db.ID
		var name string
		var n int64 = 6
		if _, err := p.After(&at, &id, &name, &n); err != nil {
			t.Fatal(err)
		}
		var read []int64
		for _, r := range rows {
			if r < n && len(read) <= p.Size() {
				read = append(read, r)
			}
		}
		page := db.PageOf(read, p, func(r int64) []string {
			return db.Key(time.Unix(r, 1000), db.ID(r), "名"+strconv.FormatInt(r, 10), r)
		})
		got = append(got, page.Items...)
		if page.Next == nil {
			break
		}
		p.Cursor = *page.Next
	}
	if !slices.Equal(got, rows) {
		t.Errorf("pages give %v", got)
	}
	if page := db.PageOf[int](nil, p, nil); page.Items == nil || page.Next != nil {
		t.Errorf("an empty list is %v", page)
	}
}

// No cursor, however made, gets past After other than as a typed value or an error of its field.
func FuzzCursor(f *testing.F) {
	f.Add(db.CursorOf(db.Key(time.Unix(0, 0), db.ID(1), "x")...))
	f.Add(db.CursorOf("2026-11-24T00:00:00Z", "", "\x00"))
	f.Add(db.CursorOf("2026-11-24T00:00:00Z", "1", "\xff"))
	f.Add("%%%")
	f.Fuzz(func(t *testing.T, cursor string) {
		var at time.Time
		var id db.ID
		var name string
		ok, err := db.Paging{Cursor: cursor}.After(&at, &id, &name)
		switch {
		case err != nil:
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%q: %v", cursor, err)
			}
		case ok != (cursor != ""):
			t.Errorf("%q: ok %v", cursor, ok)
		case ok:
			if again, err := (db.Paging{Cursor: db.CursorOf(db.Key(at, id, name)...)}).Key(3); err != nil || strings.ContainsRune(again[2], 0) {
				t.Errorf("%q does not survive: %v", cursor, err)
			}
		}
	})
}

func TestRawJoinsTheTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Raw().ExecContext(t.Context(), "INSERT INTO stamp (name, value) VALUES ('raw', '')"); err != nil {
				t.Error(err)
			}
			return sql.ErrTxDone
		})
		if got := stamps(t, d); len(got) != 0 {
			t.Errorf("rows %v", got)
		}
	})
}
