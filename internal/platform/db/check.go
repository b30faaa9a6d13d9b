package db

import (
	"context"
	"regexp"
	"strconv"

	"github.com/jackc/pgx/v5/stdlib"
)

// check prepares one statement and matches its columns.
func (d *DB) check(ctx context.Context, s Registered) error {
	columns := d.liteColumns
	if d.pg {
		columns = d.pgColumns
	}
	cols, err := columns(ctx, s)
	if err == nil && s.Row != nil && cols != nil {
		_, err = planFor(s.Row, cols)
	}
	if err == nil && s.to.table != "" { // as it is sent while the database is watched
		_, err = columns(ctx, Registered{text: text{pg: s.to.seen(s.pg, true), lite: s.to.seen(s.lite, false)}})
	}
	return err
}

func (d *DB) pgColumns(ctx context.Context, s Registered) (cols []string, err error) {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return cols, conn.Raw(func(c any) error {
		desc, err := c.(*stdlib.Conn).Conn().Prepare(ctx, "", s.pg)
		if err != nil {
			return err
		}
		for _, f := range desc.Fields {
			cols = append(cols, f.Name)
		}
		return nil
	})
}

const sqliteConstraint = 19

var liteHole = regexp.MustCompile(`\?(\d*)`)

// liteColumns runs a query with zeros for values, in a transaction that is rolled back: database/sql tells columns only of rows. An INSERT
// … RETURNING may break a constraint; then its text was understood and its columns are left to PostgreSQL.
func (d *DB) liteColumns(ctx context.Context, s Registered) ([]string, error) {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	stmt, err := tx.PrepareContext(ctx, s.lite)
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	if s.Row == nil {
		return nil, nil
	}
	zeros, err := zerosFor(s.lite)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, zeros...)
	switch {
	case liteCode(err) == sqliteConstraint:
		return nil, nil
	case err != nil:
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

func zerosFor(q string) ([]any, error) {
	n := 0
	for _, m := range liteHole.FindAllStringSubmatch(q, -1) {
		if m[1] == "" { // the next value
			n++
			continue
		}
		i, err := strconv.Atoi(m[1])
		if err != nil {
			return nil, err
		}
		n = max(n, i)
	}
	zeros := make([]any, n)
	for i := range zeros {
		zeros[i] = 0
	}
	return zeros, nil
}
