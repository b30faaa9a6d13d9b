// Package imprint digests rows and packs the digests that a transaction leaves behind: see db.Watch. It knows no database.
package imprint

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MAC gives a code that only the program can compute.
type MAC func(purpose string, data []byte) []byte

// Size is that of a digest in an imprint.
const Size = 12

// Digest is the keyed digest of a row; Gone stands for one that was deleted.
type Digest [Size]byte

// Gone is the digest of a row that is no longer there.
var Gone Digest

// Shape is what has to be known of a table to digest its rows.
type Shape struct {
	Table  string
	order  []int    // columns in the order of their names, those left out left out
	labels [][]byte // what stands before the value of each column, by place
	keys   []int    // columns of the primary key
	prefix []byte
}

// NewShape gives the shape of a table; out are columns that are left out of its digests, as table.column.
func NewShape(table string, columns, key, out []string) *Shape {
	s := &Shape{Table: table, prefix: append([]byte(table), 0)}
	for i, c := range columns {
		s.labels = append(s.labels, append([]byte(c), 0))
		if !slices.Contains(out, table+"."+c) {
			s.order = append(s.order, i)
		}
	}
	slices.SortFunc(s.order, func(a, b int) int { return strings.Compare(columns[a], columns[b]) })
	for _, k := range key {
		s.keys = append(s.keys, slices.Index(columns, k))
	}
	return s
}

// Width is the number of columns.
func (s *Shape) Width() int { return len(s.labels) }

// Digest writes a row the same from both engines and gives its digest, and buf for the next row.
func (s *Shape) Digest(mac MAC, values []any, buf []byte) (sum Digest, _ []byte) {
	buf = append(buf[:0], s.prefix...)
	for _, i := range s.order {
		buf = append(buf, s.labels[i]...)
		buf = canonical(buf, values[i])
	}
	copy(sum[:], mac("row", buf))
	return sum, buf
}

// canonical appends a value. Whole numbers, truths and instants are numbers: what a column is, its table says.
func canonical(b []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		if v {
			return canonical(b, int64(1))
		}
		return canonical(b, int64(0))
	case int64:
		return binary.BigEndian.AppendUint64(append(b, 'i'), uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(v))
	case time.Time:
		return canonical(b, v.UnixMicro())
	case string:
		return append(binary.AppendUvarint(append(b, 's'), uint64(len(v))), v...)
	case []byte:
		if len(v) > 0 {
			return append(binary.AppendUvarint(append(b, 'b'), uint64(len(v))), v...)
		}
	}
	return append(b, 'n')
}

// Key names a row: eight bytes behind a zero for a number, else the values of its key as text.
func (s *Shape) Key(values []any) string {
	if len(s.keys) == 1 {
		if n, ok := values[s.keys[0]].(int64); ok {
			return string(binary.BigEndian.AppendUint64([]byte{0}, uint64(n)))
		}
	}
	parts := make([]string, len(s.keys))
	for i, k := range s.keys {
		parts[i] = fmt.Sprint(values[k])
	}
	return "\x01" + strings.Join(parts, "/")
}

// KeyText is a key as people read it.
func KeyText(key string) string {
	if key[0] == 0 {
		return strconv.FormatInt(int64(binary.BigEndian.Uint64([]byte(key[1:]))), 10)
	}
	return key[1:]
}

// Body is what a transaction leaves: for each row table, key and digest, in the order in which they were written. A table is named where
// it changes.
type Body struct {
	Bytes   []byte
	last    string
	scratch []byte
}

// Row adds a row as a statement left it, or its key where it was deleted.
func (b *Body) Row(mac MAC, s *Shape, deleted bool, values []any) {
	sum := Gone
	if !deleted {
		sum, b.scratch = s.Digest(mac, values, b.scratch)
	}
	b.Add(s.Table, s.Key(values), sum)
}

// Add adds a digest.
func (b *Body) Add(table, key string, sum Digest) {
	name := table
	if name == b.last {
		name = ""
	}
	b.last = table
	b.Bytes = append(append(b.Bytes, byte(len(name))), name...)
	b.Bytes = append(binary.AppendUvarint(b.Bytes, uint64(len(key))), key...)
	b.Bytes = append(b.Bytes, sum[:]...)
}

// Take gives what was gathered and begins again.
func (b *Body) Take() []byte {
	out := b.Bytes
	b.Bytes, b.last = nil, ""
	return out
}

// ErrBody says that a body cannot be read.
var ErrBody = errors.New("imprint: it cannot be read")

// Each calls fn for everything in a body.
func Each(body []byte, fn func(table, key string, sum Digest)) error {
	table := ""
	for len(body) > 0 {
		n := int(body[0])
		if len(body) < 1+n {
			return ErrBody
		}
		if n > 0 {
			table = string(body[1 : 1+n])
		}
		size, w := binary.Uvarint(body[1+n:])
		from := 1 + n + w
		if w <= 0 || size == 0 || size > uint64(len(body)) || uint64(len(body)-from) < size+Size {
			return ErrBody
		}
		at := from + int(size)
		fn(table, string(body[from:at]), Digest(body[at:]))
		body = body[at+Size:]
	}
	return nil
}
