package db_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
)

func mac(purpose string, data []byte) []byte {
	h := hmac.New(sha256.New, []byte("key of "+purpose))
	h.Write(data)
	return h.Sum(nil)
}

// differing names the rows that are not as the program left them.
func differing(t *testing.T, d *db.DB) (out []string) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		return audit.VerifyRows(t.Context(), d, tx, func(object, what string) { out = append(out, object) })
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// Every way in which the program writes leaves an imprint that fits; whatever is done otherwise is named by table and key.
func TestImprints(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		d.Watch(db.Watch{MAC: mac, Free: []string{"node"}, Out: []string{"stamp.value"}})
		if _, err := audit.Adopt(ctx, d); err != nil {
			t.Fatal(err)
		}
		run := func(q string, args ...any) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, q, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		hole := func(n int) string {
			if d.Postgres() {
				return fmt.Sprintf("$%d", n)
			}
			return "?"
		}
		insert := "INSERT INTO volunteer_serial (prefix, last) VALUES (" + hole(1) + ", " + hole(2) + ")"
		for i, p := range []string{"a", "b", "c", "d"} {
			run(insert, p, i)
		}
		run(insert+" ON CONFLICT (prefix) DO UPDATE SET last = 7", "a", 9)
		run(insert+" ON CONFLICT DO NOTHING", "b", 9)
		run("UPDATE volunteer_serial AS v SET last = s.last + v.last FROM volunteer_serial s WHERE s.prefix = 'd' AND v.prefix = 'c'")
		run("DELETE FROM volunteer_serial WHERE prefix = 'd'")
		run("INSERT INTO stamp (name, value) VALUES ('x', 'y')")
		if err := d.Batch(ctx, func(ctx context.Context) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				return tx.InsertMany(ctx, "certificate_serial", []string{"region", "year", "last"}, 3,
					func(i int) []any { return []any{i, 2026, 1} }, "")
			})
		}); err != nil {
			t.Fatal(err)
		}
		failed := errors.New("no")
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, insert, "z", 1)
			return errors.Join(err, failed)
		}); !errors.Is(err, failed) {
			t.Fatal(err)
		}
		var last int64
		if err := d.Write(ctx, func(tx *db.Tx) (err error) {
			last, err = db.SelectOne[int64](ctx, tx,
				tx.Build("UPDATE volunteer_serial SET last = last + 1 WHERE prefix IN ('a', 'b') RETURNING last"))
			return err
		}); err != nil || last == 0 {
			t.Fatal(last, err)
		}
		if got := differing(t, d); len(got) != 0 {
			t.Fatalf("what the program wrote: %q", got)
		}
		behind := func(q string) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error { tx.Unwatched(); _, err := tx.Exec(ctx, q); return err }); err != nil {
				t.Fatal(q, err)
			}
		}
		for _, c := range []struct{ spoil, mend, want string }{
			{"UPDATE volunteer_serial SET last = last + 1 WHERE prefix = 'a'", "UPDATE volunteer_serial SET last = last - 1 WHERE prefix = 'a'",
				"volunteer_serial a"},
			{"INSERT INTO volunteer_serial VALUES ('d', 3)", "DELETE FROM volunteer_serial WHERE prefix = 'd'", "volunteer_serial d"},
			{"DELETE FROM certificate_serial WHERE region = 1", "INSERT INTO certificate_serial VALUES (1, 2026, 1)", "certificate_serial 1/2026"},
			{"UPDATE certificate_serial SET region = 9 WHERE region = 0", "UPDATE certificate_serial SET region = 0 WHERE region = 9",
				"certificate_serial 0/2026 certificate_serial 9/2026"},
			{"UPDATE stamp SET value = 'z'", "SELECT 1", ""},
		} {
			behind(c.spoil)
			if got := strings.Join(differing(t, d), " "); got != c.want {
				t.Errorf("%s: named %q, want %q", c.spoil, got, c.want)
			}
			behind(c.mend)
			if got := differing(t, d); len(got) != 0 {
				t.Errorf("%s: %q", c.mend, got)
			}
		}
	})
}
