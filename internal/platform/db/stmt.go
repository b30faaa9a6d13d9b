package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
)

// ErrNoRow is what One gives when there is none.
var ErrNoRow = sql.ErrNoRows

// text is one statement in both spellings: PostgreSQL has $1, SQLite ?1.
type text struct {
	pg, lite string
	to       target
}

func both(pg string, lite []string) text {
	t := text{pg: pg, lite: pg, to: targetOf(pg)}
	if len(lite) == 1 {
		t.lite = lite[0]
	}
	t.lite = noLocks.Replace(plain(t.lite))
	return t
}

var value = regexp.MustCompile(`\$(\d+)`)

// plain puts SQLite's signs for values: ? where each value stands once and in its order, else ?n, for which the driver searches a name
// for every value.
func plain(q string) string {
	for i, m := range value.FindAllStringSubmatch(q, -1) {
		if m[1] != strconv.Itoa(i+1) {
			return strings.ReplaceAll(q, "$", "?")
		}
	}
	return value.ReplaceAllString(q, "?")
}

// noLocks takes out what SQLite neither knows nor needs: it has one writer.
var noLocks = strings.NewReplacer(" FOR UPDATE SKIP LOCKED", "", " FOR UPDATE", "", " FOR KEY SHARE", "")

func (t text) in(pg bool) string {
	if pg {
		return t.pg
	}
	return t.lite
}

// Registered is one statement and, for a query, the type that its rows become; a test prepares them all on both engines.
type Registered struct {
	text
	Row    reflect.Type
	Struct bool // its values come from the fields of a row: see Relation
}

// Text gives the spelling for an engine.
func (r Registered) Text(pg bool) string { return r.in(pg) }

// Writes is the table that it writes to, "" for one that only reads.
func (r Registered) Writes() string { return r.to.table }

var registry []Registered

// Statements gives all statements of the program, in the order of package initialisation.
func Statements() []Registered { return registry }

// Command is a statement that gives no rows.
type Command struct{ text }

// SQL registers a command. A second text, for SQLite, is for the very few statements that cannot be shared.
func SQL(pg string, lite ...string) *Command {
	c := &Command{both(pg, lite)}
	registry = append(registry, Registered{text: c.text})
	return c
}

// Run executes the command and gives the number of rows it touched.
func (c *Command) Run(ctx context.Context, tx *Tx, args ...any) (int64, error) {
	return tx.exec(ctx, c.in(tx.db.pg), c.to, args)
}

// Exec runs a text in the spelling of the engine; for statements built at run time.
func (t *Tx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	return t.exec(ctx, q, targetOf(q), args)
}

// Rows is a query whose rows become T: a struct, column by column by name (snake_case), or one scalar.
type Rows[T any] struct {
	text
	lasting bool
}

// Query registers a query.
func Query[T any](pg string, lite ...string) *Rows[T] {
	q := &Rows[T]{text: both(pg, lite)}
	registry = append(registry, Registered{text: q.text, Row: reflect.TypeFor[T]()})
	return q
}

// Lasting says that the rows are reference data (settings, divisions), which no batch changes: a batch asks for them once.
func (q *Rows[T]) Lasting() *Rows[T] {
	q.lasting = true
	return q
}

// All gives every row.
func (q *Rows[T]) All(ctx context.Context, tx *Tx, args ...any) ([]T, error) {
	if q.lasting && tx.known != nil && len(args) <= lastingArgs {
		return q.remembered(ctx, tx, args)
	}
	return collect[T](ctx, tx, q.in(tx.db.pg), q.to, args, 0)
}

// One gives the first row, or ErrNoRow.
func (q *Rows[T]) One(ctx context.Context, tx *Tx, args ...any) (T, error) {
	if q.lasting {
		return first(q.All(ctx, tx, args...))
	}
	return first(collect[T](ctx, tx, q.in(tx.db.pg), q.to, args, 1))
}

// Get is One for a thing that a person names: NotFound when there is none.
func (q *Rows[T]) Get(ctx context.Context, tx *Tx, args ...any) (T, error) {
	row, err := q.One(ctx, tx, args...)
	if errors.Is(err, ErrNoRow) {
		err = errs.ErrNotFound
	}
	return row, err
}

// asked is a query with its values.
type asked struct {
	query any
	args  [lastingArgs]any
}

// lastingArgs is how many values a query has at most that a batch remembers.
const lastingArgs = 6

func (q *Rows[T]) remembered(ctx context.Context, tx *Tx, args []any) ([]T, error) {
	key := asked{query: q}
	copy(key.args[:], args)
	if rows, ok := tx.known[key].([]T); ok {
		return slices.Clone(rows), nil
	}
	rows, err := collect[T](ctx, tx, q.in(tx.db.pg), q.to, args, 0)
	if err == nil {
		tx.known[key] = rows
	}
	return slices.Clone(rows), err
}

func first[T any](rows []T, err error) (T, error) {
	var zero T
	if err != nil {
		return zero, err
	}
	if len(rows) == 0 {
		return zero, ErrNoRow
	}
	return rows[0], nil
}

// Each calls fn for every row without keeping them; for exports and checks over whole tables. fn must not use tx: its connection is busy.
func (q *Rows[T]) Each(ctx context.Context, tx *Tx, fn func(T) error, args ...any) error {
	return each(ctx, tx, q.in(tx.db.pg), q.to, args, fn)
}

// Found turns "no row" into ok=false.
func Found[T any](v T, err error) (T, bool, error) {
	if errors.Is(err, ErrNoRow) {
		return v, false, nil
	}
	return v, err == nil, err
}

func collect[T any](ctx context.Context, tx *Tx, q string, to target, args []any, limit int) ([]T, error) {
	var out []T
	err := each(ctx, tx, q, to, args, func(v T) error {
		out = append(out, v)
		if limit > 0 && len(out) == limit {
			return errStop
		}
		return nil
	})
	return out, err
}

var errStop = errors.New("stop")

func each[T any](ctx context.Context, tx *Tx, q string, to target, args []any, fn func(T) error) error {
	if to.table != "" {
		if s, err := tx.shapeOf(ctx, to); s != nil || err != nil {
			return eachWritten(ctx, tx, s, q, to, args, fn, err)
		}
	}
	rows, err := tx.tx.QueryContext(ctx, q, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", firstLine(q), err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	p, err := planFor(reflect.TypeFor[T](), cols)
	if err != nil {
		return err
	}
	dst := make([]any, len(cols))
	for rows.Next() {
		var v T
		rv := reflect.ValueOf(&v).Elem()
		p.targets(rv, dst)
		if err := rows.Scan(dst...); err != nil {
			return fmt.Errorf("%s: %w", firstLine(q), err)
		}
		p.localise(rv)
		if err := fn(v); err != nil {
			if errors.Is(err, errStop) {
				return nil
			}
			return err
		}
	}
	return rows.Err()
}

// plan says which field each column goes to, and which fields are times (given in +08:00).
type plan struct {
	scalar bool
	fields [][]int
	times  [][]int
}

type planKey struct {
	t    reflect.Type
	cols string
}

var plans sync.Map

var timeType = reflect.TypeFor[time.Time]()

func planFor(t reflect.Type, cols []string) (*plan, error) {
	k := planKey{t, strings.Join(cols, ",")}
	if p, ok := plans.Load(k); ok {
		return p.(*plan), nil
	}
	p := &plan{scalar: isScalar(t)}
	if !p.scalar {
		byName := map[string][]int{}
		fieldsOf(t, nil, byName)
		for _, c := range cols {
			ix, ok := byName[c]
			if !ok {
				return nil, fmt.Errorf("%v has no field for column %q", t, c)
			}
			p.fields = append(p.fields, ix)
			if ft := t.FieldByIndex(ix).Type; ft == timeType || ft == reflect.PointerTo(timeType) {
				p.times = append(p.times, ix)
			}
		}
	} else if len(cols) != 1 {
		return nil, fmt.Errorf("%v takes one column, not %d", t, len(cols))
	}
	plans.Store(k, p)
	return p, nil
}

func isScalar(t reflect.Type) bool {
	return t.Kind() != reflect.Struct || t == timeType || reflect.PointerTo(t).Implements(reflect.TypeFor[sql.Scanner]())
}

// fieldsOf maps columns to fields: the snake_case of the name, or the tag `db`; embedded structs are flattened; `db:"-"` is left out.
func fieldsOf(t reflect.Type, at []int, out map[string][]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		ix := append(append([]int{}, at...), i)
		tag, _, _ := strings.Cut(f.Tag.Get("db"), ",")
		switch {
		case tag == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			fieldsOf(f.Type, ix, out)
		case tag != "":
			out[tag] = ix
		default:
			out[snake(f.Name)] = ix
		}
	}
}

func (p *plan) targets(rv reflect.Value, dst []any) {
	if p.scalar {
		dst[0] = rv.Addr().Interface()
		return
	}
	for i, ix := range p.fields {
		dst[i] = rv.FieldByIndex(ix).Addr().Interface()
	}
}

func (p *plan) localise(rv reflect.Value) {
	if p.scalar && rv.Type() == timeType {
		rv.Set(reflect.ValueOf(rv.Interface().(time.Time).In(clock.Shanghai)))
	}
	for _, ix := range p.times {
		switch v := rv.FieldByIndex(ix).Addr().Interface().(type) {
		case *time.Time:
			if !v.IsZero() {
				*v = v.In(clock.Shanghai)
			}
		case **time.Time:
			if *v != nil {
				t := (*v).In(clock.Shanghai)
				*v = &t
			}
		}
	}
}

func snake(s string) string {
	var b strings.Builder
	r := []rune(s)
	for i, c := range r {
		if unicode.IsUpper(c) && i > 0 && (!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

func firstLine(q string) string {
	q = strings.Join(strings.Fields(q), " ")
	return q[:min(len(q), 90)]
}

// Builder makes statements whose filters depend on the input. Text uses ? for values.
type Builder struct {
	sb   strings.Builder
	args []any
	pg   bool
}

// Build starts a statement for tx's engine.
func (t *Tx) Build(text string, args ...any) *Builder {
	return (&Builder{pg: t.db.pg}).Add(text, args...)
}

// Add appends text; each ? takes one of args, in order.
func (b *Builder) Add(text string, args ...any) *Builder {
	if !b.pg {
		text = noLocks.Replace(text)
	}
	for _, a := range args {
		i := strings.IndexByte(text, '?')
		b.sb.WriteString(text[:i])
		b.args = append(b.args, a)
		if b.pg {
			b.sb.WriteByte('$')
			b.sb.WriteString(strconv.Itoa(len(b.args)))
		} else {
			b.sb.WriteByte('?') // a numbered ?n costs SQLite a search of all names for every value
		}
		text = text[i+1:]
	}
	b.sb.WriteString(text)
	return b
}

// If is Add under a condition.
func (b *Builder) If(ok bool, text string, args ...any) *Builder {
	if ok {
		b.Add(text, args...)
	}
	return b
}

// In appends "text IN (…)" or, for no values, a condition that never holds.
func In[T any](b *Builder, text string, values []T) *Builder {
	if len(values) == 0 {
		return b.Add(" AND 1 = 0")
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return b.Add(text+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// Select runs the built query.
func Select[T any](ctx context.Context, tx *Tx, b *Builder) ([]T, error) {
	return collect[T](ctx, tx, b.sb.String(), targetOf(b.sb.String()), b.args, 0)
}

// SelectOne runs the built query for its first row, or ErrNoRow.
func SelectOne[T any](ctx context.Context, tx *Tx, b *Builder) (T, error) {
	return first(collect[T](ctx, tx, b.sb.String(), targetOf(b.sb.String()), b.args, 1))
}

// Stream runs the built query and calls fn for every row, as Each does.
func Stream[T any](ctx context.Context, tx *Tx, b *Builder, fn func(T) error) error {
	return each(ctx, tx, b.sb.String(), targetOf(b.sb.String()), b.args, fn)
}

// Run executes the built command.
func (b *Builder) Run(ctx context.Context, tx *Tx) (int64, error) {
	return tx.Exec(ctx, b.sb.String(), b.args...)
}

// InsertMany writes n rows in multi-row INSERTs; row(i) gives the values of cols. suffix is "" or an ON CONFLICT clause.
func (t *Tx) InsertMany(ctx context.Context, table string, cols []string, n int, row func(i int) []any, suffix string) error {
	per := max(1, min(n, 30000/len(cols), 500))
	for at := 0; at < n; at += per {
		b := t.Build("INSERT INTO " + table + " (" + strings.Join(cols, ", ") + ") VALUES ")
		for i := at; i < min(at+per, n); i++ {
			sep := ", ("
			if i == at {
				sep = "("
			}
			b.Add(sep+"?"+strings.Repeat(", ?", len(cols)-1)+")", row(i)...)
		}
		if _, err := b.Add(" "+suffix).Run(ctx, t); err != nil {
			return err
		}
	}
	return nil
}
