package training

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Follow lets places go with the entries of persons and with the register of volunteers; what a trainer who leaves still had to lead
// falls to the station.
func (s *Service) Follow(persons *person.Service, volunteers *volunteer.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	volunteers.Changed.Subscribe(func(ctx context.Context, tx *db.Tx, e volunteer.ChangedEvent) error {
		if e.Volunteer.Status != volunteer.Left {
			return nil
		}
		if _, err := leaveToUs.Run(ctx, tx, e.Volunteer.PersonID); err != nil {
			return err
		}
		return s.out(ctx, tx, e.Volunteer.PersonID)
	})
}

// OnMerged lets the places of an entry go on with the other; where both are on one list, one of them gives up first.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	theirs, err := seatsFor.All(ctx, tx, e.From)
	if err != nil {
		return err
	}
	for _, p := range theirs {
		if p.State == GivenUp || p.SittingID == 0 {
			continue
		}
		_, both, err := db.Found(myPlace.One(ctx, tx, p.SittingID, e.To))
		if err == nil && both {
			err = errs.Clash("两条都报了同一场培训：先退出一条，再合并")
		}
		if err != nil {
			return err
		}
	}
	if _, err = follow.Run(ctx, tx, e.From, e.To); err != nil {
		return err
	}
	_, err = followLed.Run(ctx, tx, e.From, e.To)
	return err
}

// out gives back the places of somebody who is no volunteer any more, on sittings that are still to come.
func (s *Service) out(ctx context.Context, tx *db.Tx, id db.ID) error {
	list, err := seatsFor.All(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.State != Held || p.StartsAt == nil || !tx.Now.Before(*p.StartsAt) {
			continue
		}
		if err := s.seats.Alter(ctx, tx, act.Op{Action: "training.give_up"}, &p, func(tx *db.Tx, p *Seat) error {
			p.State = GivenUp
			_, err := freeRoom.Run(ctx, tx, p.SittingID)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Forget gives back an erased person's places and takes out what he said and that he taught; that somebody was there stays, without a name.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := seatsFor.All(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := s.out(ctx, tx, id); err != nil {
		return err
	}
	n := int64(0)
	for _, q := range []*db.Command{unsay, lecturerIs, forgetLed} {
		m, err := q.Run(ctx, tx, id)
		if err != nil {
			return err
		}
		n += m
	}
	if len(list) == 0 && n == 0 {
		return nil
	}
	e := audit.Entry{Action: "training.erase", Object: "person", ID: id.String(), Cause: reason}
	if len(list) > 0 {
		e.Region = list[0].Region
	}
	return audit.Write(ctx, tx, e)
}

// held is everything that is kept about a person's training.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := seatsFor.All(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	leads, err := ledBy.All(ctx, tx, id)
	if err != nil || len(list)+len(leads) == 0 {
		return nil, err
	}
	return struct {
		Places []Seat    `json:"places"`
		Leads  []Sitting `json:"leads"`
	}{list, leads}, nil
}

// Verify: what a training gave has a qualification, a second person other than the first, and was learnt by somebody who came; and as many
// places are taken as there are.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query        *db.Rows[db.ID]
		object, what string
	}{
		{lacking, "training_place", "确认合格了，却没有发资格"}, {strange, "training_place", "发的资格和课程、本人不一致"},
		{alone, "training_place", "没有第二人就确认了，或者没来也有结果"}, {miscounted, "training_sitting", "报了名的人数和名单不一致"},
	} {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report(f.object+" "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

var (
	lacking = db.Query[db.ID](`SELECT x.id FROM training_place x JOIN training_course c ON c.id = x.course_id WHERE x.state = 'confirmed'
		AND x.result = 'passed' AND c.qualification_code <> '' AND x.dated_id IS NULL ORDER BY x.id`)
	strange = db.Query[db.ID](`SELECT x.id FROM training_place x JOIN training_course c ON c.id = x.course_id
		JOIN volunteer_dated d ON d.id = x.dated_id WHERE d.volunteer_id <> x.volunteer_id OR d.code <> c.qualification_code
		OR d.kind <> 'qualification' OR x.state <> 'confirmed' OR x.result <> 'passed' ORDER BY x.id`)
	alone = db.Query[db.ID](`SELECT x.id FROM training_place x WHERE x.state = 'confirmed' AND (x.confirmed_by IS NULL
		OR x.confirmed_by = x.noted_by OR x.sitting_id IS NOT NULL AND (x.came = '' OR x.noted_by IS NULL)
		OR x.sitting_id IS NULL AND NOT EXISTS (SELECT 1 FROM training_try t WHERE t.place_id = x.id AND t.passed)) ORDER BY x.id`)
	miscounted = db.Query[db.ID](`SELECT s.id FROM training_sitting s WHERE s.taken <> (SELECT COUNT(*) FROM training_place x
		WHERE x.sitting_id = s.id AND x.state <> 'given_up') ORDER BY s.id`)
)
