package activity

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Follow lets places go with the entries of persons and with the register of volunteers, and what a team still had to do go to its
// successor.
func (s *Service) Follow(persons *person.Service, volunteers *volunteer.Service, teams *team.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	volunteers.Changed.Subscribe(func(ctx context.Context, tx *db.Tx, e volunteer.ChangedEvent) error {
		if e.Volunteer.Status != volunteer.Left {
			return nil
		}
		return s.out(ctx, tx, e.Volunteer.PersonID)
	})
	teams.Dissolved.Subscribe(func(ctx context.Context, tx *db.Tx, e team.DissolvedEvent) error {
		_, err := handOver.Run(ctx, tx, e.Team.ID, e.Successor.ID)
		return err
	})
}

// OnMerged lets the places of an entry go on with the other; where both are on one list, one of them gives up first.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	theirs, err := seatsFor.All(ctx, tx, e.From)
	if err != nil {
		return err
	}
	for _, p := range theirs {
		if p.State != Held && p.State != Waiting && p.State != Offered {
			continue
		}
		_, both, err := db.Found(myPlace.One(ctx, tx, p.ActivityID, e.To))
		if err == nil && both {
			err = errs.Clash("两条都报了同一个活动：先退出一条，再合并")
		}
		if err != nil {
			return err
		}
	}
	_, err = follow.Run(ctx, tx, e.From, e.To)
	return err
}

// out gives back what somebody had on activities that are still to come, who is no volunteer any more.
func (s *Service) out(ctx context.Context, tx *db.Tx, id db.ID) error {
	list, err := seatsFor.All(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, p := range list {
		a, err := Get(ctx, tx, p.ActivityID)
		if err != nil {
			return err
		}
		if p.State != Held && p.State != Waiting && p.State != Offered || a.over(tx.Now) != nil {
			continue
		}
		what := "give_up"
		if p.State == Waiting {
			what = "end"
		}
		if err := s.seats.Alter(ctx, tx, act.Op{Action: "activity.give_up"}, &p, func(tx *db.Tx, p *Seat) error {
			return s.vacate(ctx, tx, a, p, GivenUp, what)
		}); err != nil {
			return err
		}
	}
	return nil
}

// Forget gives back an erased person's places and takes out what he said; that somebody was there stays, without a name.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := seatsFor.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	if err := s.out(ctx, tx, id); err != nil {
		return err
	}
	if _, err := unsay.Run(ctx, tx, id); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "activity.erase", Object: "person", ID: id.String(), Region: list[0].Region,
		Cause: reason})
}
