package catalogue

import "linli/internal/platform/db"

const above = "region IN ($1, $2, $3, $4, $5)"

var (
	table  = db.NewRelation[Item]("catalogue_item").Lasting()
	menu   = table.Where("active AND " + above + " ORDER BY sort, id").Lasting()
	shelf  = table.Where(above + " ORDER BY sort, id")
	total  = db.Query[int64](`SELECT count(*) FROM catalogue_item`)
	leftBy = db.Query[left](`SELECT item_id, why FROM catalogue_left WHERE station_id = $1`)
	leave  = db.SQL(`INSERT INTO catalogue_left (station_id, item_id, why) VALUES ($1, $2, $3) ON CONFLICT (station_id, item_id)
		DO UPDATE SET why = excluded.why`)
	takeUp = db.SQL(`DELETE FROM catalogue_left WHERE station_id = $1 AND item_id = $2`)
)

var list = db.ListOf(func(b *db.Builder, in ListInput) {
	r := in.Region
	b.Add(table.Select("")+" WHERE 1 = 1").If(!in.All, " AND active")
	b.If(r != 0, " AND region IN (?, ?, ?, ?, ?)", r.At(1), r.At(2), r.At(3), r.At(4), r).If(r == 0, " AND region % 10000000000 = 0")
	b.If(in.Category != "", " AND category = ?", in.Category)
}, func(ListInput) db.Order[Item] {
	return db.Order[Item]{By: "sort, id", Key: func(i Item) []any { return []any{i.Sort, i.ID} }}
})
