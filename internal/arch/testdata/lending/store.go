package lending

import "linli/internal/platform/db"

var table = db.NewRelation[Loan]("lending")

var list = db.ListOf(func(b *db.Builder, in ListInput) {
	b.Add(table.Select("")+" WHERE station_id = ?", in.ID).If(in.State != "", " AND state = ?", in.State)
}, func(ListInput) db.Order[Loan] {
	return db.Order[Loan]{By: "state, id", Down: true, Key: func(l Loan) []any { return []any{l.State, l.ID} }}
})
