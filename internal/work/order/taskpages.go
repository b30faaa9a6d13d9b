package order

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/second"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Tasks is the volunteer's page: what he is asked, what he has taken, and what is open near him.
type Tasks struct {
	Offered []Row
	Taken   []Row
	Open    []Suited
}

// Suited is an open order and why it suits the reader.
type Suited struct {
	Row
	Reasons []string
}

// TasksInput is empty.
type TasksInput struct{}

// Tasks gives the actor's tasks. Open orders are those of his town that he may serve.
func (s *Service) Tasks(ctx context.Context, _ TasksInput) (Tasks, error) {
	return act.Read(ctx, s.db, Serve, func(tx *db.Tx) (out Tasks, err error) {
		me := auth.From(ctx).Person
		if me == 0 {
			return out, nil
		}
		if out.Offered, err = partRows(ctx, tx, me, PartOffered); err != nil {
			return out, err
		}
		if out.Taken, err = partRows(ctx, tx, me, PartAccepted, PartCheckedIn); err != nil {
			return out, err
		}
		if out.Open, err = suited(ctx, tx, me); err != nil {
			return out, err
		}
		for i := range out.Offered {
			out.Offered[i].Recipient = person.MaskName(out.Offered[i].Recipient)
		}
		for i := range out.Open {
			out.Open[i].Recipient = person.MaskName(out.Open[i].Recipient)
		}
		return out, nil
	})
}

// SecondPart is what a second person does with orders: by exception, not one by one.
type SecondPart struct {
	Disputed []Row
	Late     []Row // served for a week and still without the resident's word, or past it
}

// SecondRows gives the orders that wait for the actor as a second person, and the disputes of his scope that wait for somebody else.
func SecondRows(ctx context.Context, tx *db.Tx, persons *person.Service) (out SecondPart, others []second.Other, err error) {
	scope := auth.ScopeOf(ctx, Second)
	pick := func(where string, args ...any) ([]Row, error) {
		return rows(ctx, tx, scope, func(b *db.Builder) { b.Add(where, args...).Add(` ORDER BY o.state_at, o.id LIMIT 60`) })
	}
	disputed, err := pick(` AND o.state = 'disputed'`)
	if err != nil {
		return out, nil, err
	}
	for _, r := range disputed {
		st, there, err := byDispute(persons).Standing(ctx, tx, r.ID)
		switch {
		case err != nil:
			return out, nil, err
		case st.Mine:
			out.Disputed = append(out.Disputed, r)
		case there:
			others = append(others, st.Other(ctx, "不满意："+r.Title, r.deskPath()))
		}
	}
	out.Late, err = pick(` AND (o.state = 'unconfirmed' AND o.state_at > ? OR o.state = 'served' AND o.state_at <= ?)`,
		tx.Now.AddDate(0, -2, 0), tx.Now.AddDate(0, 0, -7))
	return out, others, err
}

// Handover is what passes from one manager to the next: open work and who holds which role at the station.
type Handover struct {
	Now      time.Time
	Counts   map[State]int64
	Open     []Row
	Stations []Keeper
}

// Keeper is a station and those who run it.
type Keeper struct {
	Station station.Station
	Names   []string
}

// Handover gives the list for a change of staff.
func (s *Service) Handover(ctx context.Context, _ TodayInput) (Handover, error) {
	return act.Read(ctx, s.db, Handle, func(tx *db.Tx) (out Handover, err error) {
		scope := auth.ScopeOf(ctx, Handle)

		out.Now = tx.Now
		if out.Counts, err = counts(ctx, tx, scope); err != nil {
			return out, err
		}
		if out.Open, err = rows(ctx, tx, scope, func(b *db.Builder) {
			b.Add(` AND o.state NOT IN ('rejected', 'closed', 'cancelled') ORDER BY o.window_start, o.id LIMIT 200`)
		}); err != nil {
			return out, err
		}
		for _, g := range auth.From(ctx).Grants {
			if g.Role != auth.StationManager {
				continue
			}
			k, err := keeper(ctx, tx, g.Station)
			if err != nil {
				return out, err
			}
			out.Stations = append(out.Stations, k)
		}
		return out, nil
	})
}

func keeper(ctx context.Context, tx *db.Tx, id db.ID) (k Keeper, err error) {
	if k.Station, err = station.Get(ctx, tx, id); err != nil {
		return k, err
	}
	managers, err := station.Managers(ctx, tx, id)
	if err != nil {
		return k, err
	}
	for _, m := range managers {
		a, err := account.Get(ctx, tx, m)
		if err != nil {
			return k, err
		}
		k.Names = append(k.Names, a.Name)
	}
	return k, nil
}
