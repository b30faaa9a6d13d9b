package problem

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	table   = db.NewRelation[Problem]("problem")
	columns = "SELECT " + table.Columns("p") + ", s.name AS station FROM problem p JOIN station s ON s.id = p.station_id WHERE "

	byID       = db.Query[Problem](columns + `p.id = $1`)
	unanswered = db.Query[Problem](columns + `p.state = 'waiting' AND p.level = 'town' AND p.due_day < $1 ORDER BY p.id LIMIT 500`)

	stepTable = db.NewRelation[Step]("problem_step")
	stepsOf   = stepTable.Where(`problem_id = $1 ORDER BY id`)
)

// search is what a list of problems is of.
type search struct {
	ListInput
	Scope auth.Scope
	Today clock.Day
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(columns + "1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "p.region", Station: "p.station_id"})
	auth.Within(b, "p.region", in.Region)
	if in.State == "overdue" {
		b.Add(" AND p.state = 'waiting' AND p.due_day < ?", in.Today)
	} else {
		b.If(in.State != "", " AND p.state = ?", in.State)
	}
	b.If(in.Kind != "", " AND p.kind = ?", in.Kind).If(in.Level != "", " AND p.level = ?", in.Level)
	b.If(in.Q != "", " AND p.body LIKE ? ESCAPE '!'", db.Holding(in.Q))
}, func(search) db.Order[Problem] {
	return db.Order[Problem]{By: "p.id", Down: true, Key: func(p Problem) []any { return []any{p.ID} }}
})
