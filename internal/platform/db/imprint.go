package db

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"linli/internal/platform/imprint"
)

// Watch is how a database knows whether somebody edits it behind the program's back: every transaction leaves an imprint, which holds
// a keyed digest of each row that it wrote, as it left it, and the key of each row that it deleted.
type Watch struct {
	MAC  imprint.MAC // only the program can compute it
	Free []string    // tables whose rows leave no imprint
	Out  []string    // columns, as table.column, that are left out of the digests
}

// watching is a watch with what it has learned of the tables.
type watching struct {
	Watch
	mu     sync.Mutex
	shapes map[string]*imprint.Shape
}

// Watch begins to watch every write of the program. A database that nobody watches leaves no imprints.
func (d *DB) Watch(w Watch) { d.watch.Store(&watching{Watch: w}) }

// Watched says whether somebody watches.
func (d *DB) Watched() bool { return d.watch.Load() != nil }

// imprintTable holds the imprints; they watch over the others and are chained by the trail's sequencer.
const imprintTable = "imprint"

// Shapes are the tables that are watched, by name; none while nobody watches, or the schema is older than imprints.
func (d *DB) Shapes(ctx context.Context, tx *Tx) (map[string]*imprint.Shape, error) {
	w := d.watch.Load()
	if w == nil {
		return nil, nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shapes != nil {
		return w.shapes, nil
	}
	tables, err := bareTables(ctx, tx)
	if err != nil || tables[imprintTable] == nil {
		return nil, err
	}
	w.shapes = map[string]*imprint.Shape{}
	for _, t := range tables {
		if !slices.Contains(w.Free, t.Name) && t.Name != imprintTable {
			w.shapes[t.Name] = imprint.NewShape(t.Name, t.Columns, t.Key, w.Out)
		}
	}
	return w.shapes, nil
}

// shapeOf gives the shape of a statement's table, nil when its rows leave no imprint.
func (t *Tx) shapeOf(ctx context.Context, to target) (*imprint.Shape, error) {
	if to.table == "" || t.db.watch.Load() == nil || t.unwatched {
		return nil, nil
	}
	shapes, err := t.db.Shapes(ctx, t)
	return shapes[to.table], err
}

// marks are what a transaction has left so far, with room for the row that is read.
type marks struct {
	imprint.Body
	values, into []any
}

// own is what a statement gives by itself: where its columns go, and what is done for each row.
type own func(columns []string) (into []any, each func() error, err error)

// observe runs a statement and marks each row that it left.
func (t *Tx) observe(ctx context.Context, s *imprint.Shape, q string, to target, args []any, mine own) (n int64, err error) {
	rows, err := t.tx.QueryContext(ctx, to.seen(q, t.db.pg), args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", firstLine(q), err)
	}
	defer rows.Close()
	m, w := t.marks, t.db.watch.Load()
	m.into = m.into[:0]
	each := func() error { return nil }
	if mine != nil {
		cols, err := rows.Columns()
		if err != nil {
			return 0, err
		}
		if m.into, each, err = mine(cols[:len(cols)-s.Width()]); err != nil {
			return 0, err
		}
	}
	m.values = slices.Grow(m.values[:0], s.Width())[:s.Width()]
	for i := range m.values {
		m.into = append(m.into, &m.values[i])
	}
	for rows.Next() {
		if err := rows.Scan(m.into...); err != nil {
			return n, fmt.Errorf("%s: %w", firstLine(q), err)
		}
		n++
		m.Row(w.MAC, s, to.deletes, m.values)
		if err := each(); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

var leaveImprint = SQL(`INSERT INTO imprint (id, body, mac) VALUES ($1, $2, $3)`)

// mostMarks is how many bytes of marks go into one imprint, about.
const mostMarks = 64 << 10

// leave writes the imprint of what the transaction has done so far.
func (t *Tx) leave(ctx context.Context) error {
	if t.marks == nil || len(t.marks.Bytes) == 0 {
		return nil
	}
	return t.Leave(ctx, t.marks.Take())
}

// Leave writes an imprint that was put together elsewhere.
func (t *Tx) Leave(ctx context.Context, body []byte) error {
	i := Imprint{ID: t.NewID(), Body: body}
	_, err := t.plain(ctx, leaveImprint.in(t.db.pg), i.ID, body, i.Code(t.db.watch.Load().MAC))
	return err
}

// Imprint is one imprint as the chain holds it.
type Imprint struct {
	No    int64
	ID    ID
	Body  []byte
	Mac   []byte
	Seq   *int64
	Chain []byte
}

// codeSize is the size of the code under an imprint.
const codeSize = 16

// Code is the code that belongs under the imprint.
func (i Imprint) Code(mac imprint.MAC) []byte {
	return mac("imprint", append(binary.BigEndian.AppendUint64(nil, uint64(i.ID)), i.Body...))[:codeSize]
}

// EachDigest digests the rows of a table as they stand.
func EachDigest(ctx context.Context, tx *Tx, s *imprint.Shape, fn func(key string, sum imprint.Digest)) error {
	rows, err := tx.tx.QueryContext(ctx, fmt.Sprintf(`SELECT * FROM "%s"`, s.Table))
	if err != nil {
		return fmt.Errorf("%s: %w", s.Table, err)
	}
	defer rows.Close()
	values, into := make([]any, s.Width()), make([]any, s.Width())
	for i := range values {
		into[i] = &values[i]
	}
	mac := tx.db.watch.Load().MAC
	var buf []byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("%s: %w", s.Table, err)
		}
		var sum imprint.Digest
		sum, buf = s.Digest(mac, values, buf)
		fn(s.Key(values), sum)
	}
	return rows.Err()
}

// Renumber lets the numbers of imprints go on behind those that were loaded; SQLite does so by itself.
func Renumber(ctx context.Context, tx *Tx) error {
	if !tx.db.pg {
		return nil
	}
	tables, err := bareTables(ctx, tx)
	if err != nil || tables[imprintTable] == nil {
		return err
	}
	_, err = SelectOne[int64](ctx, tx,
		tx.Build("SELECT setval(pg_get_serial_sequence('imprint', 'no'), COALESCE(MAX(no), 0) + 1) FROM imprint"))
	return err
}
