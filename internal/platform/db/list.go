package db

import (
	"context"
	"reflect"
	"strings"
)

// List is a query whose filters depend on its input: build writes it up to its conditions, which must end so that " AND …" may follow.
// It is registered, and a test prepares it on both engines for every variant of its input: see variantsOf.
type List[T, In any] struct {
	build func(*Builder, In)
	order func(In) Order[T]
}

// Order is a keyset order: columns that together are unique, all one way, and their values in a row.
type Order[T any] struct {
	By   string // as "sort, id"
	Down bool   // the largest first
	Key  func(T) []any
}

// ListOf registers a list; order may depend on the input too.
func ListOf[T, In any](build func(*Builder, In), order func(In) Order[T]) *List[T, In] {
	l := &List[T, In]{build, order}
	dynamic = append(dynamic, built{row: reflect.TypeFor[T](), variants: func(pg bool) (out []*Builder) {
		for _, v := range variantsOf(reflect.TypeFor[In]()) {
			in := v.Interface().(In)
			var zero T
			out = append(out, l.after(&Builder{pg: pg}, in, nil), l.after(&Builder{pg: pg}, in, order(in).Key(zero)))
		}
		return out
	}})
	return l
}

// after writes the whole query: what lies behind key in the list's order, all of it without one.
func (l *List[T, In]) after(b *Builder, in In, key []any) *Builder {
	l.build(b, in)
	o := l.order(in)
	way, than := "", " > "
	if o.Down {
		way, than = " DESC", " < "
	}
	columns := strings.Split(o.By, ", ")
	if key != nil {
		holes := "?" + strings.Repeat(", ?", len(columns)-1)
		b.Add(" AND ("+o.By+")"+than+"("+holes+")", key...)
	}
	return b.Add(" ORDER BY " + strings.Join(columns, way+", ") + way)
}

// Page gives one page, by keyset: the same rows come once each however the list grows meanwhile.
func (l *List[T, In]) Page(ctx context.Context, tx *Tx, in In, p Paging) (Page[T], error) {
	key := l.order(in).Key
	var zero T
	after, err := p.values(key(zero))
	if err != nil {
		return Page[T]{}, err
	}
	b := l.after(tx.Build(""), in, after).Add(" LIMIT ?", p.Size()+1)
	rows, err := Select[T](ctx, tx, b)
	return PageOf(rows, p, func(row T) []string { return Key(key(row)...) }), err
}

// First gives the first rows, at most of them.
func (l *List[T, In]) First(ctx context.Context, tx *Tx, in In, most int) ([]T, error) {
	return Select[T](ctx, tx, l.after(tx.Build(""), in, nil).Add(" LIMIT ?", most))
}

// All gives every row.
func (l *List[T, In]) All(ctx context.Context, tx *Tx, in In) ([]T, error) {
	return Select[T](ctx, tx, l.after(tx.Build(""), in, nil))
}

// Each calls fn for every row without keeping them; fn must not use tx.
func (l *List[T, In]) Each(ctx context.Context, tx *Tx, in In, fn func(T) error) error {
	return Stream(ctx, tx, l.after(tx.Build(""), in, nil), fn)
}

// Dynamic is a statement without an order whose text depends on its input: figures of a list, a change of many rows. It is registered
// and prepared as a List is.
type Dynamic[T, In any] struct{ build func(*Builder, In) }

// DynamicOf registers a statement; T is what its rows become, struct{} for a command.
func DynamicOf[T, In any](build func(*Builder, In)) *Dynamic[T, In] {
	row := reflect.TypeFor[T]()
	if row == reflect.TypeFor[struct{}]() {
		row = nil
	}
	dynamic = append(dynamic, built{row: row, variants: func(pg bool) (out []*Builder) {
		for _, v := range variantsOf(reflect.TypeFor[In]()) {
			b := &Builder{pg: pg}
			build(b, v.Interface().(In))
			out = append(out, b)
		}
		return out
	}})
	return &Dynamic[T, In]{build}
}

func (s *Dynamic[T, In]) in(tx *Tx, in In) *Builder {
	b := tx.Build("")
	s.build(b, in)
	return b
}

// All gives every row.
func (s *Dynamic[T, In]) All(ctx context.Context, tx *Tx, in In) ([]T, error) {
	return Select[T](ctx, tx, s.in(tx, in))
}

// One gives the first row, or ErrNoRow.
func (s *Dynamic[T, In]) One(ctx context.Context, tx *Tx, in In) (T, error) {
	return SelectOne[T](ctx, tx, s.in(tx, in))
}

// Each calls fn for every row without keeping them; fn must not use tx.
func (s *Dynamic[T, In]) Each(ctx context.Context, tx *Tx, in In, fn func(T) error) error {
	return Stream(ctx, tx, s.in(tx, in), fn)
}

// Run executes a command and gives the number of rows it touched.
func (s *Dynamic[T, In]) Run(ctx context.Context, tx *Tx, in In) (int64, error) {
	return s.in(tx, in).Run(ctx, tx)
}
