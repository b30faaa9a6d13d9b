package db_test

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

// bare is the migrated database.
var bare = dbtest.Seeded()

// server speaks to the test's database past the program.
func server(t *testing.T, address string) func(format string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(u.Path, "/")
	pool, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(text string) {
		if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), strings.ReplaceAll(text, "$db", `"`+name+`"`)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

const (
	lock   = "ALTER DATABASE $db SET default_transaction_read_only = on"
	unlock = "ALTER DATABASE $db RESET default_transaction_read_only"
	throw  = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`
)

// A server that takes no changes for a moment, as one that was just made the primary, is waited for; one that stays so is Unavailable.
func TestReadOnlyServer(t *testing.T) {
	address := bare.PostgresURL(t)
	ask := server(t, address)
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	put(t, d, "before", "1")
	ask(lock)
	ask(throw)
	tries := 0
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		if tries++; tries == 3 {
			ask(unlock)
		}
		return stamp(t.Context(), tx, "meanwhile", "1")
	})
	if err != nil || tries < 3 {
		t.Errorf("%d tries: %v", tries, err)
	}
	ask(lock)
	ask(throw)
	start := time.Now()
	err = d.Write(t.Context(), func(tx *db.Tx) error { return stamp(t.Context(), tx, "never", "1") })
	if errs.KindOf(err) != errs.Unavailable || time.Since(start) < 4*time.Second {
		t.Errorf("after %v: %v", time.Since(start), err)
	}
	told := 0
	if err := db.Wait(t.Context(), address, func(error) {
		if told++; told == 2 {
			ask(unlock)
			ask(throw)
		}
	}); err != nil || told < 2 {
		t.Errorf("waited %d times: %v", told, err)
	}
	put(t, d, "after", "1")
}

// A connection that ends in the middle of a transaction is another try; a commit whose end nobody saw is none.
func TestLostConnection(t *testing.T) {
	address := bare.PostgresURL(t)
	ask := server(t, address)
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	tries := 0
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		err := stamp(t.Context(), tx, "one", "1")
		if tries++; tries == 1 {
			ask(throw)
			_, err = tx.Build("SELECT 1").Run(t.Context(), tx)
		}
		return err
	})
	if err != nil || tries != 2 {
		t.Errorf("%d tries: %v", tries, err)
	}
	tries = 0
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		tries++
		defer ask(throw)
		return stamp(t.Context(), tx, "two", "1")
	})
	if errs.KindOf(err) != errs.Unavailable || tries != 1 {
		t.Errorf("lost at its commit, %d tries: %v", tries, err)
	}
}

// A statement of a server ends at its limit, one of patient work does not; to wait for neither hides who waits in vain.
func TestStatementLimit(t *testing.T) {
	address := bare.PostgresURL(t)
	d, err := db.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	d.Limit(4, 50*time.Millisecond)
	sleep := func(ctx context.Context) error {
		return d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Build("SELECT pg_sleep(0.3)").Run(ctx, tx)
			return err
		})
	}
	if err := sleep(t.Context()); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("without end: %v", err)
	}
	if err := sleep(db.Patient(t.Context())); err != nil {
		t.Errorf("patient work: %v", err)
	}
}

// A constraint never comes in one command with its column: a distributed engine refuses that, and one without a name cannot be changed.
func TestConstraintsStandAlone(t *testing.T) {
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(names) < 40 {
		t.Fatalf("%d migrations: %v", len(names), err)
	}
	released := []string{"0014", "0016", "0069"} // never edited
	both := regexp.MustCompile(`(?is)ADD\s+COLUMN[^;]*\b(CHECK|REFERENCES|UNIQUE)\b`)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if number := filepath.Base(name)[:4]; both.Match(text) && !slices.Contains(released, number) {
			t.Errorf("%s adds a column with its constraint", name)
		}
	}
}
