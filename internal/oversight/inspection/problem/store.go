package problem

import (
	"context"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const columns = `SELECT p.id, p.version, p.station_id, s.name AS station, p.region, p.kind, p.body, p.wish, p.level, p.state, p.due_day,
	p.answer, p.solve_day, p.rating, p.by_name, p.made_at, p.answered_at FROM problem p JOIN station s ON s.id = p.station_id`

var (
	byID = db.Query[Problem](columns + ` WHERE p.id = $1`)
	add  = db.SQL(`INSERT INTO problem (id, version, station_id, region, kind, body, wish, level, state, due_day, answer, solve_day, rating,
		by_name, made_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, '', 0, 0, $10, $11)`)
	change = db.SQL(`UPDATE problem SET level = $4, state = $5, due_day = $6, answer = $7, solve_day = $8, rating = $9, answered_at = $10,
		version = version + 1
		WHERE id = $1 AND version = $2 AND state = $3`)
	unanswered = db.Query[Problem](columns + ` WHERE p.state = 'waiting' AND p.level = 'town' AND p.due_day < $1 ORDER BY p.id LIMIT 500`)
	stepsOf    = db.Query[Step](`SELECT action, level, text, by_name, at FROM problem_step WHERE problem_id = $1 ORDER BY id`)
	addStep    = db.SQL(`INSERT INTO problem_step (id, problem_id, action, level, text, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
)

func insertProblem(ctx context.Context, tx *db.Tx, p Problem) error {
	_, err := add.Run(ctx, tx, p.ID, p.StationID, p.Region, p.Kind, p.Body, p.Wish, p.Level, p.State, p.DueDay, p.ByName, p.MadeAt)
	return err
}

func updateProblem(ctx context.Context, tx *db.Tx, p Problem, was string) error {
	return inspection.Stale(change.Run(ctx, tx, p.ID, p.Version, was, p.Level, p.State, p.DueDay, p.Answer, p.SolveDay, p.Rating, p.AnsweredAt))
}

func problems(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput, today clock.Day, more bool, after db.ID,
	most int) ([]Problem, error) {
	b := tx.Build(columns + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "p.region", Station: "p.station_id"})
	auth.Within(b, "p.region", in.Region)
	if in.State == "overdue" {
		b.Add(" AND p.state = 'waiting' AND p.due_day < ?", today)
	} else {
		b.If(in.State != "", " AND p.state = ?", in.State)
	}
	b.If(in.Kind != "", " AND p.kind = ?", in.Kind).If(in.Level != "", " AND p.level = ?", in.Level)
	b.If(in.Q != "", " AND p.body LIKE ? ESCAPE '!'", db.Holding(in.Q))
	b.If(more, " AND p.id < ?", after)
	return db.Select[Problem](ctx, tx, b.Add(" ORDER BY p.id DESC LIMIT ?", most))
}
