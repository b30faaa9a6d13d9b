package project

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/people/team"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
)

// Follow lets projects go with the entries of their leaders and from a team to its successor, and asks for each activity that is planned
// in one.
func (s *Service) Follow(persons *person.Service, teams *team.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := follow.Run(ctx, tx, e.From, e.To)
		return err
	})
	teams.Dissolved.Subscribe(func(ctx context.Context, tx *db.Tx, e team.DissolvedEvent) error {
		_, err := handOver.Run(ctx, tx, e.Team.ID, e.Successor.ID)
		return err
	})
	s.activities.Planned.Subscribe(s.planned)
}

// led is what is kept of a project that somebody led.
type led struct {
	ID    db.ID  `json:"id"`
	Name  string `json:"name"`
	State string `json:"state" set:"project.state"`
}

// held is everything that is kept about a person here: which projects he leads.
func kept(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := everLed.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var out []led
	for _, p := range list {
		out = append(out, led{p.ID, p.Name, p.State})
	}
	return out, nil
}

// Forget takes an erased person off his projects, which the team or the station has from then on.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := everLed.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	if _, err := unlead.Run(ctx, tx, id); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "project.erase", Object: "person", ID: id.String(), Region: list[0].Region, Cause: reason})
}

// Findings of Verify.
var findings = []struct {
	query *db.Rows[db.ID]
	what  string
}{
	{db.Query[db.ID](`SELECT id FROM project WHERE state IN ('active', 'closed') AND (decided_by IS NULL OR decided_by = made_by)`),
		"没有经另一个人批准就开始"},
	{db.Query[db.ID](`SELECT DISTINCT a.project_id FROM activity a LEFT JOIN project p ON p.id = a.project_id WHERE a.project_id IS NOT NULL
		AND (p.id IS NULL OR p.state NOT IN ('active', 'closed') OR p.station_id <> a.station_id)`), "活动归在不是这个站点的、没有批准的项目里"},
	{db.Query[db.ID](`SELECT p.id FROM project p JOIN project f ON f.id = p.copied_from WHERE p.origin_id <> COALESCE(f.origin_id, f.id)`),
		"照着办的不认得最早的项目"},
	{db.Query[db.ID](`SELECT p.id FROM project p WHERE p.state = 'closed' AND (p.closed_day = 0 OR p.summary = '' OR EXISTS (SELECT 1
		FROM activity a WHERE a.project_id = p.id AND a.state IN ('draft', 'open')))`), "办结了，还有没办的活动或者没有总结"},
}

// Verify: nobody approved his own project, activities are in projects of their station, copies know where they come from, and what is
// over is over.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range findings {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("project "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
