package db

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"linli/internal/platform/errs"
)

// Relation is the table that holds values of T: its columns are T's fields, by the same names that a query reads. It writes rows so
// that no column and no value has to be put in the right place by hand. Its statements are registered as all others are, and prepared
// on both engines by a test.
//
// A field's tag `db` may say more than the column's name: `db:",once"` is written when the row is made and never again, `db:",read"`
// belongs to another table or to an expression and is never written, `db:"-"` is no column.
type Relation[T any] struct {
	name    string
	columns []column
	keys    []column
	version []int // index of the field Version; nil where rows have none
	get     *Rows[T]
	insert  *Command
	add     *Command
	update  *Command
	lock    *Rows[int64]
	while   string // what holds for a row that may still be written; "" for any
}

// column is one column with the field that holds its value.
type column struct {
	name       string
	at         []int
	once, read bool
}

// NewRelation registers the statements of a table whose rows are named by the columns of key, "id" when none is given. It panics where
// T lacks one of them: relations are package variables, so the program does not start.
func NewRelation[T any](name string, key ...string) *Relation[T] {
	t := reflect.TypeFor[T]()
	r := &Relation[T]{name: name, columns: columnsOf(t, nil)}
	if len(key) == 0 {
		key = []string{"id"}
	}
	for _, k := range key {
		i := slices.IndexFunc(r.columns, func(c column) bool { return c.name == k })
		if i < 0 {
			panic(fmt.Sprintf("db: %v has no field for column %q of %s", t, k, name))
		}
		r.keys = append(r.keys, r.columns[i])
	}
	if i := slices.IndexFunc(r.columns, func(c column) bool { return c.name == "version" && !c.read }); i >= 0 {
		r.version = r.columns[i].at
		r.lock = Query[int64]("SELECT version FROM " + name + " WHERE " + equals(r.keys, 1) + " FOR UPDATE")
	}
	if !slices.ContainsFunc(r.columns, func(c column) bool { return c.read }) {
		r.get = r.Where(equals(r.keys, 1))
	}
	r.insert = fromStruct(r.insertText())
	r.add = fromStruct(r.insertText() + " ON CONFLICT DO NOTHING")
	if len(r.set()) > 0 {
		r.update = fromStruct(r.updateText())
	}
	return r
}

// While says until when a row is written, e.g. "out_at IS NULL": a row for which the condition no longer holds is not touched and Update
// gives ErrStale. It is for rows without a version that change once and then stand for ever.
func (r *Relation[T]) While(condition string) *Relation[T] {
	r.while = condition
	r.update = fromStruct(r.updateText() + " AND (" + condition + ")")
	return r
}

// fromStruct registers a command whose values come from the fields of a row.
func fromStruct(q string) *Command {
	c := SQL(q)
	registry[len(registry)-1].Struct = true
	return c
}

// columnsOf gives the columns of a struct in the order of its fields; embedded structs are flattened.
func columnsOf(t reflect.Type, at []int) (out []column) {
	for i := range t.NumField() {
		f := t.Field(i)
		ix := append(slices.Clone(at), i)
		name, how, _ := strings.Cut(f.Tag.Get("db"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && f.Type.Kind() == reflect.Struct && !isScalar(f.Type):
			out = append(out, columnsOf(f.Type, ix)...)
		default:
			if name == "" {
				name = snake(f.Name)
			}
			out = append(out, column{name, ix, how == "once", how == "read"})
		}
	}
	return out
}

// Columns gives the names for a SELECT, each with alias in front where there is one; those marked read are left to whoever writes the
// query.
func (r *Relation[T]) Columns(alias string) string {
	if alias != "" {
		alias += "."
	}
	var out []string
	for _, c := range r.columns {
		if !c.read {
			out = append(out, alias+c.name)
		}
	}
	return strings.Join(out, ", ")
}

// Select is "SELECT columns FROM table alias", for queries that go on from there.
func (r *Relation[T]) Select(alias string) string {
	return strings.TrimSpace("SELECT " + r.Columns(alias) + " FROM " + r.name + " " + alias)
}

// Where registers a query for the rows that hold to a condition; it may go on with ORDER BY, LIMIT, FOR UPDATE and FOR KEY SHARE.
func (r *Relation[T]) Where(condition string) *Rows[T] {
	return Query[T](r.Select("") + " WHERE " + condition)
}

// equals is "a = $n AND b = $n+1".
func equals(columns []column, n int) string {
	var out []string
	for i, c := range columns {
		out = append(out, c.name+" = $"+strconv.Itoa(n+i))
	}
	return strings.Join(out, " AND ")
}

func (r *Relation[T]) insertText() string {
	var names, holes []string
	for _, c := range r.columns {
		if !c.read {
			names, holes = append(names, c.name), append(holes, "$"+strconv.Itoa(len(names)+1))
		}
	}
	return "INSERT INTO " + r.name + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(holes, ", ") + ")"
}

// set are the columns that an update writes.
func (r *Relation[T]) set() (out []column) {
	for _, c := range r.columns {
		if !c.read && !c.once && !slices.ContainsFunc(r.keys, func(k column) bool { return k.name == c.name }) && c.name != "version" {
			out = append(out, c)
		}
	}
	return out
}

func (r *Relation[T]) updateText() string {
	set := strings.ReplaceAll(equals(r.set(), 1), " AND ", ", ")
	n := len(r.set()) + 1
	where := equals(r.keys, n)
	if r.version != nil {
		set, where = set+", version = version + 1", where+" AND version = $"+strconv.Itoa(n+len(r.keys))
	}
	return "UPDATE " + r.name + " SET " + set + " WHERE " + where
}

// Get gives the row of a key; NotFound when there is none. Relations with columns of other tables have a query of their own instead.
func (r *Relation[T]) Get(ctx context.Context, tx *Tx, key ...any) (T, error) {
	return r.get.Get(ctx, tx, key...)
}

// Lasting says that the rows are reference data, as Rows.Lasting does.
func (r *Relation[T]) Lasting() *Relation[T] {
	r.get.Lasting()
	return r
}

// Insert makes a row. A row that breaks a UNIQUE ends the transaction: see Add.
func (r *Relation[T]) Insert(ctx context.Context, tx *Tx, row T) error {
	_, err := r.insert.Run(ctx, tx, r.values(row, r.columns)...)
	return err
}

// Add makes a row unless one of its kind is there already, by any UNIQUE of the table; it says whether it did.
func (r *Relation[T]) Add(ctx context.Context, tx *Tx, row T) (bool, error) {
	n, err := r.add.Run(ctx, tx, r.values(row, r.columns)...)
	return n == 1, err
}

// InsertAll makes many rows in few statements.
func (r *Relation[T]) InsertAll(ctx context.Context, tx *Tx, rows []T) error {
	return tx.InsertMany(ctx, r.name, strings.Split(r.Columns(""), ", "), len(rows), func(i int) []any { return r.values(rows[i], r.columns) },
		"")
}

// Update writes what is not marked once. Where rows have a version it is the one that was read: the row's grows by one in the database
// and in *row, and ErrStale is given when another one stands there. Without a version a row that is gone gives NotFound, and one that is
// no longer written (While) ErrStale.
func (r *Relation[T]) Update(ctx context.Context, tx *Tx, row *T) error {
	args := append(r.values(*row, r.set()), r.values(*row, r.keys)...)
	v := reflect.ValueOf(row).Elem()
	if r.version != nil {
		args = append(args, v.FieldByIndex(r.version).Int())
	}
	n, err := r.update.Run(ctx, tx, args...)
	switch {
	case err != nil:
		return err
	case n == 0 && (r.version != nil || r.while != ""):
		return errs.ErrStale
	case n == 0:
		return errs.ErrNotFound
	case r.version != nil:
		f := v.FieldByIndex(r.version)
		f.SetInt(f.Int() + 1)
	}
	return nil
}

// Lock holds a row that was read until the transaction ends, so that of two changes at the same moment the second waits and is then
// told ErrStale: for changes that do more than write the row.
func (r *Relation[T]) Lock(ctx context.Context, tx *Tx, row T) error {
	version, err := r.lock.Get(ctx, tx, r.values(row, r.keys)...)
	if err == nil && version != r.VersionOf(row) {
		err = errs.ErrStale
	}
	return err
}

// IDOf gives the id of a row; the relation's one key is an ID.
func (r *Relation[T]) IDOf(row T) ID {
	return reflect.ValueOf(&row).Elem().FieldByIndex(r.keys[0].at).Interface().(ID)
}

// VersionOf gives the version of a row, 0 where rows have none.
func (r *Relation[T]) VersionOf(row T) int64 {
	if r.version == nil {
		return 0
	}
	return reflect.ValueOf(&row).Elem().FieldByIndex(r.version).Int()
}

// values gives those of the columns that are written.
func (r *Relation[T]) values(row T, columns []column) []any {
	v := reflect.ValueOf(&row).Elem()
	out := make([]any, 0, len(columns)+len(r.keys)+1)
	for _, c := range columns {
		if !c.read {
			out = append(out, plainOf(v.FieldByIndex(c.at)))
		}
	}
	return out
}

// plainOf gives named numbers and texts as plain ones, which every driver takes; what knows its own value (driver.Valuer) and all else
// stays.
func plainOf(v reflect.Value) any {
	x := v.Interface()
	if v.Type().Implements(valuerType) || v.Type().PkgPath() == "" {
		return x
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Float64:
		return v.Float()
	}
	return x
}
