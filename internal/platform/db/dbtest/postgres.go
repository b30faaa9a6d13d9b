package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver for databases of one test

	"linli/internal/platform/db"
)

// cluster is the test server. A database on it is named by its owner: this test process, or the schema, whose migrated template all
// processes share. Who uses an owner's databases holds a shared lock on the owner as long as he lives, so that the next process drops
// what nobody uses any more, however its user ended.
type cluster struct {
	pool   *sql.DB
	locks  *sql.Conn
	dsn    *url.URL
	owner  string // this process
	schema string // the owner of the migrated template
	n      atomic.Int64
}

const prefix = "linli_test_"

var server = sync.OnceValues(func() (*cluster, error) {
	dsn := os.Getenv("LINLI_TEST_POSTGRES")
	if dsn == "" {
		return nil, errors.New("no PostgreSQL: run `make test`, or `scripts/withpg go test`")
	}
	print, err := db.Fingerprint()
	if err != nil {
		return nil, err
	}
	c := &cluster{owner: fmt.Sprintf("%s%016x", prefix, rand.Uint64()), schema: prefix + print[:16]}
	if c.dsn, err = url.Parse(dsn); err != nil {
		return nil, err
	}
	if c.pool, err = sql.Open("pgx", dsn); err != nil {
		return nil, err
	}
	if c.locks, err = c.pool.Conn(context.Background()); err != nil {
		return nil, err
	}
	for _, owner := range []string{c.owner, c.schema} {
		if err := c.lock("SELECT pg_advisory_lock_shared(hashtextextended($1, 0))", owner); err != nil {
			return nil, err
		}
	}
	return c, c.sweep()
})

func (c *cluster) lock(text, owner string) error {
	_, err := c.locks.ExecContext(context.Background(), text, owner)
	return err
}

// sweep drops the databases of owners whom nobody holds.
func (c *cluster) sweep() error {
	rows, err := c.pool.Query("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix)
	if err != nil {
		return err
	}
	owned := map[string][]string{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		owner := name[:len(prefix)+16]
		owned[owner] = append(owned[owner], name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for owner, names := range owned {
		var free bool
		if owner == c.owner || owner == c.schema {
			continue
		}
		if err := c.locks.QueryRowContext(context.Background(), "SELECT pg_try_advisory_lock(hashtextextended($1, 0))",
			owner).Scan(&free); err != nil || !free {
			return err
		}
		for _, name := range names {
			if err := c.drop(name); err != nil {
				return err
			}
		}
		if err := c.lock("SELECT pg_advisory_unlock(hashtextextended($1, 0))", owner); err != nil {
			return err
		}
	}
	return nil
}

// name is a new one of this process.
func (c *cluster) name() string { return fmt.Sprintf("%s_%d", c.owner, c.n.Add(1)) }

func (c *cluster) url(name string) string {
	u := *c.dsn
	u.Path = "/" + name
	return u.String()
}

// copy gives a copy of a database, or an empty one of none. Copying files is quicker here than writing the copy to the log, which is
// made for large clusters.
func (c *cluster) copy(template string) (name string, err error) {
	name = c.name()
	text := "CREATE DATABASE " + name
	if template != "" {
		text += " TEMPLATE " + template + " STRATEGY FILE_COPY"
	}
	_, err = c.pool.Exec(text)
	return name, err
}

func (c *cluster) drop(name string) error {
	_, err := c.pool.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
	return err
}

// migratedDatabase gives the name of the template that all processes of one schema share; the first one makes it.
func migratedDatabase() (string, error) {
	c, err := server()
	if err != nil {
		return "", err
	}
	name, making := c.schema+"_migrated", c.schema+" is being made"
	if err := c.lock("SELECT pg_advisory_lock(hashtextextended($1, 0))", making); err != nil {
		return "", err
	}
	defer c.lock("SELECT pg_advisory_unlock(hashtextextended($1, 0))", making)
	var there bool
	if err := c.pool.QueryRow("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	made, err := c.copy("")
	if err == nil {
		err = migrate(c.url(made))
	}
	if err == nil {
		_, err = c.pool.Exec("ALTER DATABASE " + made + " RENAME TO " + name)
	}
	return name, err
}

// PostgresURL gives the address of an empty database without tables, dropped after the test.
func PostgresURL(t testing.TB) string {
	t.Helper()
	return newDatabase(t, func() (string, error) { return "", nil })
}

// PostgresURL gives the address of a copy, dropped after the test.
func (m *Template) PostgresURL(t testing.TB) string {
	t.Helper()
	return newDatabase(t, m.pg)
}

func newDatabase(t testing.TB, template func() (string, error)) string {
	t.Helper()
	c, err := server()
	if err != nil {
		t.Fatal(err)
	}
	from, err := template()
	if err != nil {
		t.Fatal(err)
	}
	name, err := c.copy(from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.drop(name); err != nil {
			t.Error(err)
		}
	})
	return c.url(name)
}
