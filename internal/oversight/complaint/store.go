package complaint

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	table     = db.NewRelation[Complaint]("complaint")
	byReceipt = table.Where(`receipt = $1`)
	ripe      = table.Where(`(state = 'answered' AND review_day < $1)
		OR (state IN ('received', 'accepted', 'reviewing') AND due_day < $1 AND reminded <> due_day) ORDER BY id LIMIT 500`)

	stepTable = db.NewRelation[Step]("complaint_step", "complaint_id", "n")
	stepsOf   = stepTable.Where(`complaint_id = $1 ORDER BY n`)
)

// search is what a list of complaints is of.
type search struct {
	ListInput
	Scope auth.Scope
	Today clock.Day
}

func (in search) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "region"})
	auth.Within(b, "place", in.Region)
	if in.State == "overdue" {
		b.Add(" AND state IN ('received', 'accepted', 'reviewing') AND due_day < ?", in.Today)
	} else {
		b.If(in.State != "", " AND state = ?", in.State)
	}
	b.If(in.Kind != "", " AND kind = ?", in.Kind)
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(table.Select("") + " WHERE 1 = 1")
	in.narrow(b)
}, func(search) db.Order[Complaint] {
	return db.Order[Complaint]{By: "made_at, id", Down: true, Key: func(c Complaint) []any { return []any{c.MadeAt, c.ID} }}
})

// sum is how many of a kind ended how.
type sum struct {
	Kind    string `json:"kind"`
	Outcome string `json:"outcome"`
	N       int64  `json:"n"`
}

var sums = db.DynamicOf[sum](func(b *db.Builder, in search) {
	b.Add("SELECT kind, outcome, count(*) AS n FROM complaint WHERE 1 = 1")
	in.narrow(b)
	b.Add(" GROUP BY kind, outcome ORDER BY kind, outcome")
})
