package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"linli/internal/platform/set"
)

// built is a statement that is put together at run time, with the texts that it can become.
type built struct {
	row      reflect.Type
	variants func(pg bool) []*Builder
}

var dynamic []built

var valuerType = reflect.TypeFor[driver.Valuer]()

// Sampler is a type that knows by itself which of its values lead to different statements.
type Sampler interface{ Samples() []any }

// variantsOf gives inputs that lead to the texts of a statement: the empty one, each field alone with something in it (each of its
// values where its tag names them), and all fields at once.
func variantsOf(t reflect.Type) []reflect.Value {
	empty := reflect.New(t).Elem()
	out := []reflect.Value{empty}
	if list := samplesOf(t, nil); t.Kind() != reflect.Struct || len(list) > 0 {
		return append(out, list...)
	}
	full := reflect.New(t).Elem()
	for _, ix := range leaves(t, nil) {
		f := t.FieldByIndex(ix)
		for _, v := range samplesOf(f.Type, accepted(f.Tag)) {
			one := reflect.New(t).Elem()
			one.FieldByIndex(ix).Set(v)
			full.FieldByIndex(ix).Set(v)
			out = append(out, one)
		}
	}
	return append(out, full)
}

// accepted are the values, none left out, that a field's tag names: a closed set's or an enum's.
func accepted(tag reflect.StructTag) []string {
	list := set.Tagged(tag)
	if list == nil {
		list = strings.Split(tag.Get("enum"), ",")
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// leaves are the exported fields, embedded structs and structs without values of their own flattened.
func leaves(t reflect.Type, at []int) (out [][]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		ix := append(append([]int{}, at...), i)
		switch {
		case !f.IsExported() && !f.Anonymous || f.Type == reflect.TypeFor[Paging]():
		case f.Type.Kind() == reflect.Struct && len(samplesOf(f.Type, nil)) == 0:
			out = append(out, leaves(f.Type, ix)...)
		case f.IsExported():
			out = append(out, ix)
		}
	}
	return out
}

// samplesOf gives values of a type that are not its zero.
func samplesOf(t reflect.Type, accepted []string) (out []reflect.Value) {
	if s, ok := reflect.New(t).Elem().Interface().(Sampler); ok {
		for _, v := range s.Samples() {
			out = append(out, reflect.ValueOf(v))
		}
		return out
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.String:
		if len(accepted) == 0 {
			accepted = []string{"x"}
		}
		for _, word := range accepted {
			w := reflect.New(t).Elem()
			w.SetString(word)
			out = append(out, w)
		}
		return out
	case reflect.Slice:
		for _, e := range samplesOf(t.Elem(), nil) {
			out = append(out, reflect.Append(v, e))
		}
		return out
	case reflect.Pointer:
		for _, e := range samplesOf(t.Elem(), nil) {
			p := reflect.New(t.Elem())
			p.Elem().Set(e)
			out = append(out, p)
		}
		return out
	case reflect.Struct:
		if t != timeType {
			return nil
		}
		v.Set(reflect.ValueOf(time.Unix(0, 0)))
	default:
		return nil
	}
	return []reflect.Value{v}
}

// checkBuilt has the engine prepare every variant of every statement that is put together at run time.
func (d *DB) checkBuilt(ctx context.Context) (faults []error) {
	known := map[string]bool{}
	for _, s := range dynamic {
		for _, b := range s.variants(d.pg) {
			q := b.sb.String()
			if known[q] {
				continue
			}
			known[q] = true
			if err := d.check(ctx, Registered{text: text{pg: q, lite: q, to: targetOf(q)}, Row: s.row}); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", strings.Join(strings.Fields(q), " "), err))
			}
		}
	}
	return faults
}

// Check has the engine prepare every statement of the program, those put together at run time in each variant, and matches the columns
// of each query with the fields of its row. It gives all faults, joined.
func (d *DB) Check(ctx context.Context) error {
	var faults []error
	for _, s := range registry {
		if err := d.check(ctx, s); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", firstLine(s.in(d.pg)), err))
		}
	}
	return errors.Join(append(faults, d.checkBuilt(ctx)...)...)
}
