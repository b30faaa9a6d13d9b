package db

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Bulk writes very many rows at once: see DB.Bulk.
type Bulk struct {
	lite *Tx
	pg   pgx.Tx
}

// Bulk lets fn load rows into tables, in one transaction: all of it is there afterwards, or nothing. On PostgreSQL the tables lose
// their indexes and references meanwhile and get them back at the end, when every row is checked: nobody else can use them until then.
// For whoever fills a database, alone; within Fill on SQLite, which checks the references there. The rows leave no imprints: whoever
// loads them adopts them afterwards (audit.Adopt).
func (d *DB) Bulk(ctx context.Context, tables []string, fn func(*Bulk) error) error {
	if !d.pg {
		return d.Batch(ctx, func(ctx context.Context) error {
			return d.Write(ctx, func(tx *Tx) error {
				tx.Unwatched()
				return fn(&Bulk{lite: tx})
			})
		})
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(raw any) error {
		return pgx.BeginFunc(ctx, raw.(*stdlib.Conn).Conn(), func(tx pgx.Tx) error {
			return bare(ctx, tx, tables, func() error { return fn(&Bulk{pg: tx}) })
		})
	})
}

// perLoad is how many rows go into one statement where there is no COPY.
const perLoad = 500

// Load writes rows of a table, each in the order of columns. A row may be used again once the next one is asked for.
func (b *Bulk) Load(ctx context.Context, table string, columns []string, rows iter.Seq[[]any]) error {
	if b.pg != nil {
		next, stop := iter.Pull(rows)
		defer stop()
		_, err := b.pg.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
			row, _ := next() // nil at the end
			return row, nil
		}))
		if err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		return nil
	}
	into := Table{Name: table, Columns: columns}
	var waiting [][]any
	for row := range rows {
		if waiting = append(waiting, slices.Clone(row)); len(waiting) == perLoad {
			if err := into.Append(ctx, b.lite, waiting); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
			waiting = waiting[:0]
		}
	}
	if err := into.Append(ctx, b.lite, waiting); err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}

// What stands on the tables: how it is taken away, and how it is made again. References go first, for they rest on keys.
const (
	constraints = `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname),
		format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid
		WHERE k.connamespace = current_schema()::regnamespace AND (c.relname = ANY($1) AND k.contype IN ('f', 'p', 'u')
		OR f.relname = ANY($1) AND k.contype = 'f') ORDER BY k.contype = 'f' DESC, c.relname, k.conname`
	indexes = `SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid) FROM pg_index i
		JOIN pg_class c ON c.oid = i.indrelid
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint k
		WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) ORDER BY c.relname, 1`
)

// bare runs fn while tables have neither indexes nor references.
func bare(ctx context.Context, tx pgx.Tx, tables []string, fn func() error) error {
	var drops, makes []string
	for _, q := range []string{constraints, indexes} {
		rows, err := tx.Query(ctx, q, tables)
		if err != nil {
			return err
		}
		var drop, again string
		if _, err := pgx.ForEachRow(rows, []any{&drop, &again}, func() error {
			drops, makes = append(drops, drop), append(makes, again)
			return nil
		}); err != nil {
			return err
		}
	}
	if err := all(ctx, tx, drops); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	slices.Reverse(makes)
	if err := all(ctx, tx, append([]string{"SET LOCAL maintenance_work_mem = '512MB'"}, makes...)); err != nil {
		return err
	}
	for _, t := range tables {
		if err := all(ctx, tx, []string{"ANALYZE " + pgx.Identifier{t}.Sanitize()}); err != nil {
			return err
		}
	}
	return nil
}

func all(ctx context.Context, tx pgx.Tx, statements []string) error {
	for _, s := range statements {
		if _, err := tx.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}
