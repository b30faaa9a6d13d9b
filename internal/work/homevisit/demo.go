package homevisit

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// demoHomes are the homes of a day, in order.
var demoHomes = db.Query[db.ID](`SELECT id FROM home_visit_home WHERE day_id = $1 ORDER BY place, id`)

// Demo makes a plan in the base community: a day that holds, with one home reached, one not met and one to go to, a day that waits for
// an answer, a day that was taken back, and the rest to be given to somebody; and a plan that was made by mistake.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager, now := auth.With(ctx, v.Manager), clock.Today(ctx)
	if len(v.Volunteers) < 3 {
		return nil
	}
	in := PlanInput{Region: v.Region, Title: "演示：入冬前走访", FromDay: now, ToDay: now.AddDays(30), RecentDays: 0,
		Groups: person.Codes{"lone_elder", "left_elder", "disabled", "destitute", "low_income", "left_child"}}
	p, err := s.Plan(manager, in)
	for i, n := range []int64{3, 2, 1} {
		if err != nil || len(p.waiting()) == 0 {
			return err
		}
		send := SendInput{ID: p.ID, Version: p.Version, Day: now.AddDays(i), Count: n}
		for _, g := range v.Volunteers[:2] {
			send.GoerIDs = append(send.GoerIDs, g.Person)
		}
		p, err = s.Send(manager, send)
	}
	if err != nil {
		return err
	}
	if _, err := s.CallOff(manager, OffInput{ID: p.Days[2].ID, Version: p.Days[2].Day.Version, Reason: "演示：要下雪"}); err != nil {
		return err
	}
	if err := s.demoDay(ctx, manager, p.Days[0]); err != nil {
		return err
	}
	in.Title = "演示：做错了的计划"
	if p, err = s.Plan(manager, in); err == nil {
		_, err = s.Cancel(manager, EndInput{ID: p.ID, Version: p.Version, Reason: "演示：和前一个一样"})
	}
	return err
}

// demoDay lets a day take place, but for its last home.
func (s *Service) demoDay(ctx, manager context.Context, day Route) error {
	for _, g := range day.Goers {
		if _, err := s.Agree(manager, AnswerInput{ID: day.ID, PersonID: g.PersonID}); err != nil {
			return err
		}
	}
	var homes []db.ID
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) { homes, err = demoHomes.All(ctx, tx, day.ID); return err }); err != nil {
		return err
	}
	for i, result := range []string{Met, Missed}[:min(2, len(homes))] {
		if _, err := s.Record(manager, RecordInput{ID: homes[i], Result: result, GoerID: day.Goers[0].PersonID}); err != nil {
			return err
		}
	}
	return nil
}
