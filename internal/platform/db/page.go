package db

import (
	"encoding/base64"
	"strings"

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

// Size is the page size, 20 unless asked otherwise.
func (p Paging) Size() int {
	if p.Limit <= 0 {
		return 20
	}
	return int(min(p.Limit, 100))
}

// Key gives the n parts of the cursor, or nil on the first page. A cursor that this system did not make is an error of its field.
func (p Paging) Key(n int) ([]string, error) {
	if p.Cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	parts := strings.Split(string(b), "\x1f")
	if err != nil || len(parts) != n {
		return nil, errs.Field("cursor", "翻页位置无效，请从第一页看起")
	}
	return parts, nil
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
