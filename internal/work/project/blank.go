package project

import (
	"context"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// BlankInput asks for the form of a new project, or of the copy of one.
type BlankInput struct {
	From db.ID `query:"from" doc:"照着哪个项目办"`
}

// Blank is the form of a new project, with what is chosen from.
type Blank struct {
	Stations []choice
	Teams    []choice
	Groups   []setting.Word
	First    clock.Day
	From     *Project
}

// Blank gives the form of a new project: at the actor's stations, or those that guide the teams he leads.
func (s *Service) Blank(ctx context.Context, in BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Plan, func(tx *db.Tx) (out Blank, err error) {
		where := mineAt{auth.ScopeOf(ctx, Plan), auth.From(ctx).Person}
		if out.Stations, err = stations.First(ctx, tx, where, 100); err != nil {
			return out, err
		}
		if out.Teams, err = teams.First(ctx, tx, where, 100); err != nil {
			return out, err
		}
		if in.From != 0 {
			p, err := public(ctx, tx, in.From)
			if err != nil {
				return out, err
			}
			out.From = &p
		}
		out.First = clock.DayOf(tx.Now)
		out.Groups, err = setting.Words(ctx, tx, setting.Groups)
		return out, err
	})
}

// mineAt is what lies in a scope, or is led by a person.
type mineAt struct {
	Scope auth.Scope
	Me    db.ID
}

var (
	stations = db.ListOf(func(b *db.Builder, in mineAt) {
		b.Add(`SELECT s.id, s.name, 0 AS day FROM station s WHERE s.status <> 'closed' AND (EXISTS (SELECT 1 FROM team t JOIN team_role o
			ON o.team_id = t.id AND o.to_day = 0 WHERE t.station_id = s.id AND t.state = 'active' AND o.person_id = ?) OR (1 = 1`, in.Me)
		in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
		b.Add("))")
	}, choices)
	teams = db.ListOf(func(b *db.Builder, in mineAt) {
		b.Add(`SELECT t.id, t.name, 0 AS day FROM team t WHERE t.state = 'active' AND (EXISTS (SELECT 1 FROM team_role o
			WHERE o.team_id = t.id AND o.to_day = 0 AND o.person_id = ?) OR (1 = 1`, in.Me)
		in.Scope.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
		b.Add("))")
	}, choices)
)

func choices(mineAt) db.Order[choice] {
	return db.Order[choice]{By: "name, id", Key: func(c choice) []any { return []any{c.Name, c.ID} }}
}
