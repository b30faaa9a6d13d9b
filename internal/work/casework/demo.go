package casework

import (
	"context"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	demoWorkers = db.Query[demoWorker](`SELECT a.id, a.person_id, a.name, a.login FROM role_grant g JOIN account a ON a.id = g.account_id
		WHERE g.role = 'social_worker' AND g.region = $1 ORDER BY a.id`)
	demoPeople = db.Query[db.ID](`SELECT p.id FROM person p WHERE p.region = $1 AND p.state = 'active' AND p.recipient_groups IS NOT NULL
		ORDER BY p.id LIMIT 3`)
)

type demoWorker struct {
	ID, PersonID db.ID
	Name, Login  string
}

// Demo opens the cases of the demo: one with a helper, a step and a note, one that is closed.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	var workers []demoWorker
	var people []db.ID
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if workers, err = demoWorkers.All(ctx, tx, v.Region); err == nil {
			people, err = demoPeople.All(ctx, tx, v.Region)
		}
		return err
	})
	if err != nil || len(workers) == 0 || len(people) < 2 || len(v.Volunteers) == 0 {
		return err
	}
	w := workers[0]
	me := auth.With(ctx, auth.Actor{Account: w.ID, Person: w.PersonID, Name: w.Name,
		Grants: []auth.Grant{{Role: auth.SocialWorker, Region: v.Region}}})
	today := clock.Today(ctx)
	in := OpenInput{PersonID: people[0], Ground: "paper", GroundRef: "演示同意书 1 号", GroundDay: today.AddDays(-1), Goal: "演示：老人每天有一顿热饭，冬天不断煤",
		Safety: "院里有狗，先打电话", ReviewDay: today.AddDays(90)}
	c, err := s.Open(me, in)
	if err == nil {
		c, err = s.Plan(me, StepInput{ID: c.ID, Version: c.Version, Text: "演示：联系助餐点", DueDay: today.AddDays(7)})
	}
	if err == nil {
		c, err = s.NameHelper(me, HelperInput{ID: c.ID, Version: c.Version, No: v.Volunteers[0].No, Until: today.AddDays(60)})
	}
	if err == nil {
		_, err = s.Note(me, NoteInput{ID: c.ID, Audience: ForHelpers, Text: "演示：周三去过，炉子好用"})
	}
	if err != nil {
		return err
	}
	in.PersonID, in.Goal = people[1], "演示：办好残疾证"
	if c, err = s.Open(me, in); err == nil {
		_, err = s.Close(me, CloseInput{ID: c.ID, Version: c.Version, Outcome: "reached"})
	}
	return err
}
