package audit

import (
	"context"
	"hash/fnv"
	"maps"
	"slices"

	"linli/internal/platform/db"
	"linli/internal/platform/imprint"
)

var (
	chainedBodies = db.Query[[]byte](`SELECT body FROM imprint WHERE seq IS NOT NULL ORDER BY seq`)
	waitingBodies = db.Query[[]byte](`SELECT body FROM imprint WHERE seq IS NULL ORDER BY no`)
)

// eachMark calls fn for every digest of every imprint, the oldest first.
func eachMark(ctx context.Context, tx *db.Tx, fn func(table, key string, sum imprint.Digest)) error {
	for _, q := range []*db.Rows[[]byte]{chainedBodies, waitingBodies} {
		if err := q.Each(ctx, tx, func(body []byte) error { return imprint.Each(body, fn) }); err != nil {
			return err
		}
	}
	return nil
}

// mostHeld is how many digests are held in memory at once; more are compared in several walks.
const mostHeld = 2_000_000

// portion is what one walk compares: some tables, or one slice of a large one.
type portion struct {
	tables    map[string]*imprint.Shape
	slice, of uint32
}

func (p portion) has(table, key string) bool {
	if p.tables[table] == nil {
		return false
	}
	if p.of < 2 {
		return true
	}
	h := fnv.New32a()
	h.Write([]byte(key))
	return h.Sum32()%p.of == p.slice
}

// portions cuts the tables so that no walk holds much more than most digests.
func portions(shapes map[string]*imprint.Shape, counts map[string]int, most int) (out []portion) {
	now, held := portion{tables: map[string]*imprint.Shape{}}, 0
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		n := counts[name]
		if of := uint32(n/most + 1); of > 1 {
			for i := range of {
				out = append(out, portion{map[string]*imprint.Shape{name: shapes[name]}, i, of})
			}
			continue
		}
		if held+n > most {
			out, now, held = append(out, now), portion{tables: map[string]*imprint.Shape{}}, 0
		}
		now.tables[name], held = shapes[name], held+n
	}
	return append(out, now)
}

// What a row that differs from its newest digest may be.
const (
	rowAdded   = "多出来一行，不是程序写的"
	rowChanged = "被改动，和程序写下的不符"
	rowGone    = "不见了，不是程序删的"
)

// difference is a row that is not as the program left it; sum is its digest as it stands.
type difference struct {
	table, key, what string
	sum              imprint.Digest
}

// differ compares every row of every watched table with its newest digest and calls fn for each that differs.
func differ(ctx context.Context, d *db.DB, tx *db.Tx, most int, fn func(difference)) error {
	shapes, err := d.Shapes(ctx, tx)
	if err != nil || shapes == nil {
		return err
	}
	counts := map[string]int{}
	if err := eachMark(ctx, tx, func(table, _ string, _ imprint.Digest) { counts[table]++ }); err != nil {
		return err
	}
	for _, p := range portions(shapes, counts, most) {
		if err := p.differ(ctx, tx, fn); err != nil {
			return err
		}
	}
	return nil
}

func (p portion) differ(ctx context.Context, tx *db.Tx, fn func(difference)) error {
	held := map[string]map[string]imprint.Digest{}
	for table := range p.tables {
		held[table] = map[string]imprint.Digest{}
	}
	if err := eachMark(ctx, tx, func(table, key string, sum imprint.Digest) {
		if p.has(table, key) {
			held[table][key] = sum
		}
	}); err != nil {
		return err
	}
	for _, table := range slices.Sorted(maps.Keys(p.tables)) {
		marked := held[table]
		if err := db.EachDigest(ctx, tx, p.tables[table], func(key string, sum imprint.Digest) {
			if !p.has(table, key) {
				return
			}
			was, ok := marked[key]
			delete(marked, key)
			switch {
			case !ok || was == imprint.Gone:
				fn(difference{table, key, rowAdded, sum})
			case was != sum:
				fn(difference{table, key, rowChanged, sum})
			}
		}); err != nil {
			return err
		}
		for key, was := range marked {
			if was != imprint.Gone {
				fn(difference{table, key, rowGone, imprint.Gone})
			}
		}
	}
	return nil
}

// VerifyRows reports every row of a watched table that is not as the program left it.
func VerifyRows(ctx context.Context, d *db.DB, tx *db.Tx, report func(object, what string)) error {
	return differ(ctx, d, tx, mostHeld, func(x difference) { report(x.table+" "+imprint.KeyText(x.key), x.what) })
}

// perAdoption is about how many bytes go into one imprint of adopted rows.
const perAdoption = 64 << 10

// Adopt takes the rows as they stand for what the program left: the first time that a database is watched, for what a migration has
// changed, and for what was loaded in bulk; of some tables, or of all where none are named. It gives how many were adopted, by table.
func Adopt(ctx context.Context, d *db.DB, tables ...string) (map[string]int, error) {
	adopted := map[string]int{}
	var bodies [][]byte
	var b imprint.Body
	err := d.Read(ctx, func(tx *db.Tx) error {
		return differ(ctx, d, tx, mostHeld, func(x difference) {
			if len(tables) > 0 && !slices.Contains(tables, x.table) {
				return
			}
			adopted[x.table]++
			if b.Add(x.table, x.key, x.sum); len(b.Bytes) >= perAdoption {
				bodies = append(bodies, b.Take())
			}
		})
	})
	if err != nil || len(adopted) == 0 {
		return adopted, err
	}
	if len(b.Bytes) > 0 {
		bodies = append(bodies, b.Take())
	}
	for _, body := range bodies {
		if err := d.Write(ctx, func(tx *db.Tx) error { return tx.Leave(ctx, body) }); err != nil {
			return adopted, err
		}
	}
	return adopted, nil
}
