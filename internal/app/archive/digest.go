// Package archive treats the whole database as one thing: a digest of its content, a backup, a restore. It works on the catalogue of
// tables, so that a new area is in it by itself.
package archive

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

// uncounted is what a digest leaves out: tables that pass away, and columns (table.column) that are another under other keys.
type uncounted struct {
	Passing []string `json:"passing"`
	Keyed   []string `json:"keyed"`
}

func uncountedOf(areas []area.Area) (out uncounted) {
	for _, a := range areas {
		out.Passing, out.Keyed = append(out.Passing, a.Passing...), append(out.Keyed, a.Keyed...)
	}
	return out
}

// Digest gives one SHA-256 over the business values with their ids: equal for equal content, on either engine, under any keys. Sealed
// values count by what they seal; other bytes are keyed or salted and do not count.
func Digest(ctx context.Context, d *db.DB, keys *seal.Keys, areas []area.Area) (string, error) {
	return digest(ctx, d, keys, uncountedOf(areas))
}

func digest(ctx context.Context, d *db.DB, keys *seal.Keys, out uncounted) (string, error) {
	h := sha256.New()
	err := d.Read(ctx, func(tx *db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil {
			return err
		}
		slices.SortFunc(tables, func(a, b db.Table) int { return strings.Compare(a.Name, b.Name) })
		for _, t := range tables {
			if slices.Contains(out.Passing, t.Name) {
				continue
			}
			sum, err := digestTable(ctx, tx, keys, t, out.Keyed)
			if err != nil {
				return err
			}
			h.Write([]byte(t.Name))
			h.Write(sum)
		}
		return nil
	})
	return hex.EncodeToString(h.Sum(nil)), err
}

// digestTable adds up the hashes of the rows, so that their order does not matter.
func digestTable(ctx context.Context, tx *db.Tx, keys *seal.Keys, t db.Table, keyed []string) ([]byte, error) {
	var total [sha256.Size]byte
	id := slices.Index(t.Columns, "id")
	err := db.EachRow(ctx, tx, t, func(values []any) error {
		row := sha256.New()
		for i, v := range values {
			if slices.Contains(keyed, t.Name+"."+t.Columns[i]) {
				continue
			}
			if sealed, ok := v.([]byte); ok {
				v = opened(keys, t, t.Columns[i], values, id, sealed)
			}
			row.Write(canonical(t.Columns[i], v))
		}
		add(&total, row.Sum(nil))
		return nil
	})
	return total[:], err
}

func opened(keys *seal.Keys, t db.Table, column string, values []any, id int, sealed []byte) any {
	if id < 0 {
		return nil
	}
	n, ok := values[id].(int64)
	if !ok {
		return nil
	}
	plain, err := keys.Open(sealed, seal.At(t.Name, column, n))
	if err != nil {
		return nil
	}
	return string(plain)
}

// canonical writes a value the same from both engines.
func canonical(column string, v any) []byte {
	out := append([]byte(column), 0)
	switch v := v.(type) {
	case nil:
		return append(out, 'n')
	case bool:
		if v {
			return append(out, 'i', 0, 0, 0, 0, 0, 0, 0, 1)
		}
		return append(out, 'i', 0, 0, 0, 0, 0, 0, 0, 0)
	case int64:
		return binary.BigEndian.AppendUint64(append(out, 'i'), uint64(v))
	case float64:
		return binary.BigEndian.AppendUint64(append(out, 'f'), math.Float64bits(v))
	case time.Time:
		return binary.BigEndian.AppendUint64(append(out, 't'), uint64(v.UnixMicro()))
	case string:
		out = binary.BigEndian.AppendUint64(append(out, 's'), uint64(len(v)))
		return append(out, v...)
	}
	return append(out, '?')
}

// add is addition of 256-bit numbers: commutative, and a row counted twice counts.
func add(total *[sha256.Size]byte, x []byte) {
	carry := 0
	for i := len(x) - 1; i >= 0; i-- {
		n := int(total[i]) + int(x[i]) + carry
		total[i], carry = byte(n), n>>8
	}
}
