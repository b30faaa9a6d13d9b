package db

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Table is one table as it stands in the database, for whatever treats all of them alike: backup, digest, the search for plain numbers.
type Table struct {
	Name    string
	Columns []string
	Key     []string // columns of the primary key
	Refers  []Reference
	truth   []bool // which columns are BOOLEAN: SQLite gives them as whole numbers
}

// Reference is a column that names a row of a table, maybe of its own.
type Reference struct{ Column, Table string }

var (
	pgColumns = `SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL),
			COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
		WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
		ORDER BY c.relname, a.attnum`
	pgRefers = `SELECT c.relname::text, a.attname || ' ' || f.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		JOIN pg_class f ON f.oid = k.confrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
		WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2`
	liteColumns = `SELECT m.name, c.name, lower(c.type), c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`
	liteRefers = `SELECT m.name, f."from" || ' ' || f."table" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' ORDER BY 1, 2`
)

// Tables lists all tables but goose's own, each after those it refers to.
func Tables(ctx context.Context, tx *Tx) ([]Table, error) {
	byName, err := bareTables(ctx, tx)
	if err != nil {
		return nil, err
	}
	refers := liteRefers
	if tx.db.pg {
		refers = pgRefers
	}
	err = listed(ctx, tx, refers, func(rows *sql.Rows) error {
		var table, other string
		err := rows.Scan(&table, &other)
		if t := byName[table]; t != nil {
			column, to, _ := strings.Cut(other, " ")
			t.Refers = append(t.Refers, Reference{column, to})
		}
		return err
	})
	return sorted(byName), err
}

// bareTables gives the tables by name, without what they refer to.
func bareTables(ctx context.Context, tx *Tx) (map[string]*Table, error) {
	columns := liteColumns
	if tx.db.pg {
		columns = pgColumns
	}
	byName := map[string]*Table{}
	err := listed(ctx, tx, columns, func(rows *sql.Rows) error {
		var table, name, kind string
		var place int // in the primary key, from 1
		if err := rows.Scan(&table, &name, &kind, &place); err != nil || strings.HasPrefix(table, "goose_") {
			return err
		}
		t := byName[table]
		if t == nil {
			t = &Table{Name: table}
			byName[table] = t
		}
		t.Columns, t.truth = append(t.Columns, name), append(t.truth, kind == "boolean")
		if place > 0 {
			t.Key = append(t.Key, make([]string, max(0, place-len(t.Key)))...)
			t.Key[place-1] = name
		}
		return nil
	})
	return byName, err
}

func sorted(byName map[string]*Table) []Table {
	var out []Table
	done := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		t := byName[name]
		if t == nil || done[name] {
			return
		}
		done[name] = true
		for _, r := range t.Refers {
			visit(r.Table)
		}
		out = append(out, *t)
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		visit(name)
	}
	return out
}

func listed(ctx context.Context, tx *Tx, q string, fn func(*sql.Rows) error) error {
	rows, err := tx.tx.QueryContext(ctx, q)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Pointing names, as table.column, a column of any table but those left out by which some row points to the row id of a table; "" when
// none does. tables are what Tables gave: an area that comes later is asked by itself.
func Pointing(ctx context.Context, tx *Tx, tables []Table, table string, id ID, leftOut ...string) (string, error) {
	for _, t := range tables {
		for _, r := range t.Refers {
			if r.Table != table || slices.Contains(leftOut, t.Name) {
				continue
			}
			found, err := Select[int64](ctx, tx, tx.Build(fmt.Sprintf(`SELECT 1 FROM "%s" WHERE "%s" = ? LIMIT 1`, t.Name, r.Column), id))
			if err != nil || len(found) > 0 {
				return t.Name + "." + r.Column, err
			}
		}
	}
	return "", nil
}

// EachRow calls fn with the values of every row, in the order of the first column. A value is nil, int64, float64, bool, string,
// []byte or time.Time in UTC.
func EachRow(ctx context.Context, tx *Tx, t Table, fn func(values []any) error) error {
	rows, err := tx.tx.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM "%s" ORDER BY 1`, quoted(t.Columns), t.Name))
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	defer rows.Close()
	for rows.Next() {
		values := make([]any, len(t.Columns))
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
		for i, v := range values {
			switch v := v.(type) {
			case time.Time:
				values[i] = v.UTC()
			case int64:
				if t.truth[i] {
					values[i] = v != 0
				}
			}
		}
		if err := fn(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Append writes rows of values, each in the order of the table's columns.
func (t Table) Append(ctx context.Context, tx *Tx, rows [][]any) error {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = `"` + c + `"`
	}
	return tx.InsertMany(ctx, `"`+t.Name+`"`, columns, len(rows), func(i int) []any { return rows[i] }, "")
}

func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }
