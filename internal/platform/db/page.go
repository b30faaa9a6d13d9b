package db

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"linli/internal/platform/errs"
)

// Page is one page of a list and the cursor of the next, if there is one.
type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Paging is what every list takes: `?limit=` and `?cursor=`.
type Paging struct {
	Limit  int64  `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"每页条数"`
	Cursor string `query:"cursor" maxLength:"400" doc:"上一页给的 next"`
}

// MaxPage is the most rows that one page of a list holds.
const MaxPage = 100

// Size is the page size, 20 unless asked otherwise.
func (p Paging) Size() int {
	if p.Limit <= 0 {
		return 20
	}
	return int(min(p.Limit, MaxPage))
}

// Key gives the n parts of the cursor, or nil on the first page. A cursor that this system did not make is an error of its field.
func (p Paging) Key(n int) ([]string, error) {
	if p.Cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	parts := strings.Split(string(b), "\x1f")
	if err != nil || len(parts) != n || !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		return nil, errCursor
	}
	return parts, nil
}

var errCursor = errs.Field("cursor", "翻页位置无效，请从第一页看起")

// After reads the cursor into the parts of the sort key, pointers to time.Time, int64, string or what reads its own text (ID,
// clock.Day), and says whether there is one: false on the first page. The parts are those that Key gave PageOf.
func (p Paging) After(into ...any) (bool, error) {
	parts, err := p.Key(len(into))
	if err != nil || parts == nil {
		return false, err
	}
	for i, dst := range into {
		switch dst := dst.(type) {
		case *string:
			*dst = parts[i]
		case *time.Time:
			*dst, err = time.Parse(time.RFC3339Nano, parts[i])
		case *int64:
			*dst, err = strconv.ParseInt(parts[i], 10, 64)
		case encoding.TextUnmarshaler:
			err = dst.UnmarshalText([]byte(parts[i]))
		default:
			err = fmt.Errorf("db: no cursor holds a %T", dst)
		}
		if err != nil {
			return false, errCursor
		}
	}
	return true, nil
}

// values reads the cursor into values of the kinds that the parts of a key have; nil on the first page.
func (p Paging) values(kinds []any) ([]any, error) {
	into := make([]any, len(kinds))
	for i, k := range kinds {
		into[i] = reflect.New(reflect.TypeOf(k)).Interface()
	}
	more, err := p.After(into...)
	if err != nil || !more {
		return nil, err
	}
	for i, v := range into {
		into[i] = plainOf(reflect.ValueOf(v).Elem())
	}
	return into, nil
}

// Key writes the parts of a sort key (time.Time, ID, int64 or string) for PageOf.
func Key(parts ...any) []string {
	out := make([]string, len(parts))
	for i, v := range parts {
		if t, ok := v.(time.Time); ok {
			v = t.Format(time.RFC3339Nano)
		}
		out[i] = fmt.Sprint(v)
	}
	return out
}

// CursorOf makes the opaque cursor from the sort key of a row.
func CursorOf(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x1f")))
}

// PageOf cuts rows, read with one more than the page size, into a page; key gives the sort key of its last row.
func PageOf[T any](rows []T, p Paging, key func(T) []string) Page[T] {
	out := Page[T]{Items: rows}
	if len(rows) > p.Size() {
		out.Items = rows[:p.Size()]
		c := CursorOf(key(out.Items[p.Size()-1])...)
		out.Next = &c
	}
	if out.Items == nil {
		out.Items = []T{}
	}
	return out
}
