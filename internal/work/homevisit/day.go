package homevisit

import (
	"context"
	"slices"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// AnswerInput is the answer of somebody who was asked to go.
type AnswerInput struct {
	ID       db.ID  `path:"id"`
	PersonID db.ID  `json:"person_id" required:"false" doc:"站里代记时写是谁；不填就是本人"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

// Agree takes a day on. Once all who are asked have agreed, and two where two are needed, it holds.
func (s *Service) Agree(ctx context.Context, in AnswerInput) (Receipt, error) {
	op := act.Op{Perm: Go, Action: "homevisit.agree", ID: in.ID, From: []string{Asked}}
	return s.answer(ctx, op, in, func(tx *db.Tx, d *Day, g *Goer) error {
		if g.State != Asked {
			return errs.WrongState("已经答复过了")
		}
		if d.Day < clock.DayOf(tx.Now) {
			return errs.WrongState("那天已经过了")
		}
		g.State = Agreed
		return nil
	})
}

// Decline says that one cannot go, before or after having agreed. Where too few are left the homes go back to the list of the plan.
func (s *Service) Decline(ctx context.Context, in AnswerInput) (Receipt, error) {
	op := act.Op{Perm: Go, Action: "homevisit.decline", ID: in.ID, From: []string{Asked, Agreed}, Cause: in.Reason}
	return s.answer(ctx, op, in, func(_ *db.Tx, _ *Day, g *Goer) error {
		if g.State == Declined {
			return errs.WrongState("已经答复过了")
		}
		g.State = Declined
		return nil
	})
}

// Receipt is what a change of a day or a visit answers: nobody's name.
type Receipt struct {
	ID      db.ID  `json:"id"`
	Version int64  `json:"version"`
	State   string `json:"state"`
}

func (s *Service) answer(ctx context.Context, op act.Op, in AnswerInput, fn func(tx *db.Tx, d *Day, g *Goer) error) (Receipt, error) {
	return act.ChangeTo(ctx, s.db, &s.days, op, func(tx *db.Tx, d *Day) error {
		list, err := goersOf.All(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		who, me := in.PersonID, auth.From(ctx).Person
		if who == 0 {
			who = me
		}
		if who != me && !auth.Can(ctx, Keep, auth.Place{Region: d.Region}) {
			return errs.Deny("只能替自己答复")
		}
		i := slices.IndexFunc(list, func(g Goer) bool { return g.PersonID == who && who != 0 })
		if i < 0 {
			return errs.Field("person_id", "没有请他去")
		}
		if err := fn(tx, d, &list[i]); err != nil {
			return err
		}
		list[i].ByName, list[i].At = auth.From(ctx).Name, tx.Now
		if err := goerTable.Update(ctx, tx, &list[i]); err != nil {
			return err
		}
		return d.settle(ctx, tx, list)
	}, func(_ *db.Tx, d Day) (Receipt, error) { return Receipt{d.ID, d.Version, d.State}, nil })
}

// settle says what a day is by the answers: held, awaited, or given back where too few are left.
func (d *Day) settle(ctx context.Context, tx *db.Tx, list []Goer) error {
	asked, agreed := 0, 0
	for _, g := range list {
		switch g.State {
		case Asked:
			asked++
		case Agreed:
			agreed++
		}
	}
	needed := 1
	if d.TwoVisitors {
		needed = 2
	}
	switch {
	case asked+agreed < needed:
		d.State = Over
		return free(ctx, tx, d.ID)
	case asked == 0:
		d.State = Agreed
	default:
		d.State = Asked
	}
	return nil
}

// OffInput takes a day back.
type OffInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// CallOff takes a day back: its homes are to be given to somebody else.
func (s *Service) CallOff(ctx context.Context, in OffInput) (Receipt, error) {
	op := act.Op{Perm: Keep, Action: "homevisit.call_off", ID: in.ID, Version: in.Version, From: []string{Asked, Agreed}, Cause: in.Reason}
	return act.ChangeTo(ctx, s.db, &s.days, op, func(tx *db.Tx, d *Day) error {
		d.State = Over
		return free(ctx, tx, d.ID)
	}, func(_ *db.Tx, d Day) (Receipt, error) { return Receipt{d.ID, d.Version, d.State}, nil })
}

// MoveInput puts a home elsewhere in the order of its day.
type MoveInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	HomeID  db.ID `json:"home_id"`
	Place   int64 `json:"place" minimum:"1" maximum:"40" doc:"第几家"`
}

// Move puts a home elsewhere in the order of its day, by who goes or by the desk.
func (s *Service) Move(ctx context.Context, in MoveInput) (Receipt, error) {
	op := act.Op{Perm: Go, Action: "homevisit.move", ID: in.ID, Version: in.Version, From: []string{Asked, Agreed}}
	return act.ChangeTo(ctx, s.db, &s.days, op, func(tx *db.Tx, d *Day) error {
		if err := d.knows(ctx, tx); err != nil {
			return err
		}
		homes, err := homesOn.All(ctx, tx, d.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(homes, func(h Home) bool { return h.ID == in.HomeID })
		if i < 0 {
			return errs.Field("home_id", "那天不去这一户")
		}
		h := homes[i]
		to := min(int(in.Place), len(homes)) - 1
		homes = slices.Insert(slices.Delete(homes, i, i+1), to, h)
		for i := range homes {
			if homes[i].Place == int64(i+1) {
				continue
			}
			homes[i].Place = int64(i + 1)
			if err := homeTable.Update(ctx, tx, &homes[i]); err != nil {
				return err
			}
		}
		return nil
	}, func(_ *db.Tx, d Day) (Receipt, error) { return Receipt{d.ID, d.Version, d.State}, nil })
}

// knows refuses who may not know whose homes these are: everybody but the desk and who has agreed to go himself, soon.
func (d Day) knows(ctx context.Context, tx *db.Tx) error {
	err := d.goes(ctx, tx)
	if err == nil && d.far(clock.DayOf(tx.Now)) && !auth.Can(ctx, Keep, auth.Place{Region: d.Region}) {
		err = errs.WrongState(ahead)
	}
	return err
}

// Until is the last day on which who went is told whose homes these were: so long he may enter what came of it.
func (d Day) Until() clock.Day { return d.Day.AddDays(ownDays) }

// far says whether who goes is not told yet whose homes these are.
func (d Day) far(today clock.Day) bool { return d.Day > today.AddDays(Ahead) }

// goes refuses everybody but the desk and who has agreed to go himself.
func (d Day) goes(ctx context.Context, tx *db.Tx) error {
	if auth.Can(ctx, Keep, auth.Place{Region: d.Region}) {
		return nil
	}
	list, err := goersOf.All(ctx, tx, d.ID)
	me := auth.From(ctx).Person
	if err == nil && !slices.ContainsFunc(list, func(g Goer) bool { return g.PersonID == me && me != 0 && g.State == Agreed }) {
		err = errs.Deny("答应以后才看得到去哪几家")
	}
	return err
}
