package pairing

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// AskInput asks one more volunteer to go, or one who follows another.
type AskInput struct {
	ID          db.ID `path:"id"`
	Version     int64 `json:"version" minimum:"1"`
	VolunteerID db.ID `json:"volunteer_id"`
	FollowsID   db.ID `json:"follows_id" required:"false" doc:"接替哪一位；不填为再添一位"`
}

// Ask adds a volunteer to a pairing. Whom he follows goes on until he agrees, so that nobody stands alone in between.
func (s *Service) Ask(ctx context.Context, in AskInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "pairing.ask", ID: in.ID, Version: in.Version, From: []string{Proposed, Active}}
	return act.ChangeTo(ctx, s.db, &s.pairings, op, func(tx *db.Tx, g *Pairing) error {
		if in.FollowsID != 0 {
			was, err := memberAt.Get(ctx, tx, in.FollowsID, clock.DayOf(tx.Now))
			if errs.KindOf(err) == errs.NotFound || err == nil && (was.PairingID != g.ID || was.State != Agreed) {
				return errs.Field("follows_id", "他现在不在这个结对里")
			}
			if err != nil {
				return err
			}
		}
		return ask(ctx, tx, *g, "volunteer_id", in.VolunteerID, in.FollowsID)
	}, s.show(ctx))
}

// ReleaseInput lets one of several go no more.
type ReleaseInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	MemberID db.ID  `json:"member_id"`
	Reason   string `json:"reason" minLength:"1" maxLength:"200"`
}

// Release lets a volunteer go no more where enough others do; the last one needs a successor, or the pairing ends.
func (s *Service) Release(ctx context.Context, in ReleaseInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "pairing.release", ID: in.ID, Version: in.Version, From: []string{Proposed, Active}, Cause: in.Reason}
	return act.ChangeTo(ctx, s.db, &s.pairings, op, func(tx *db.Tx, g *Pairing) error {
		m, err := memberAt.Get(ctx, tx, in.MemberID, clock.DayOf(tx.Now))
		if errs.KindOf(err) == errs.NotFound || err == nil && (m.PairingID != g.ID || m.State != Agreed && m.State != Asked) {
			return errs.Field("member_id", "他现在不在这个结对里")
		}
		if err != nil {
			return err
		}
		if g.State == Active && m.State == Agreed && s.enough(ctx, tx, *g, m.ID) != nil {
			return errs.WrongState("他走了就没有人去了：先请一位接替，等接替的人答应；或者结束结对")
		}
		m.State, m.ToDay, m.ByName, m.At = Over, clock.DayOf(tx.Now), auth.From(ctx).Name, tx.Now
		return memberTable.Update(ctx, tx, &m)
	}, s.show(ctx))
}

// EndInput ends a pairing without a successor: the person has a dated excuse instead.
type EndInput struct {
	ID       db.ID     `path:"id"`
	Version  int64     `json:"version" minimum:"1"`
	Kind     string    `json:"kind" set:"pairing_excuse.kind," doc:"为什么不再结对；不再属于重点人群的不填"`
	UntilDay clock.Day `json:"until_day" required:"false" doc:"到哪天再问；不愿意的不填为一年"`
	Reason   string    `json:"reason" minLength:"1" maxLength:"200"`
}

// End ends a pairing for the reason that the person gives, or because of what became of him. A change of volunteers is no end.
func (s *Service) End(ctx context.Context, in EndInput) (Detail, error) {
	op := act.Op{Perm: Approve, Action: "pairing.end", ID: in.ID, Version: in.Version, From: []string{Active}, Cause: in.Reason,
		Check: func() error { return checkExcuse(in.Reason, in.UntilDay, clock.Today(ctx)) }}
	return act.ChangeTo(ctx, s.db, &s.pairings, op, func(tx *db.Tx, g *Pairing) error {
		if in.Kind == "" {
			key, err := isKey.One(ctx, tx, g.PersonID)
			if err == nil && key {
				err = errs.Field("kind", "他还属于重点人群：请选为什么不再结对，换人去的请一位接替")
			}
			if err != nil {
				return err
			}
		} else if _, err := excuse(ctx, tx, g.PersonID, in.Kind, in.Reason, in.UntilDay); err != nil {
			return err
		}
		return over(ctx, tx, g, in.Reason)
	}, s.show(ctx))
}

func checkExcuse(reason string, until, today clock.Day) error {
	c := errs.Check{}
	c.That(strings.TrimSpace(reason) != "", "reason", "请写明原因")
	c.That(until == 0 || until > today, "until_day", "要晚于今天")
	return c.Err()
}

// refusalDays is how long somebody who does not want a pairing is not asked again, unless he names a day; a convention of this system.
const refusalDays = 365

// excuse writes why somebody has no pairing, from today on.
func excuse(ctx context.Context, tx *db.Tx, id db.ID, kind, reason string, until clock.Day) (Excuse, error) {
	today := clock.DayOf(tx.Now)
	if kind == "refused" && until == 0 {
		until = today.AddDays(refusalDays)
	}
	x := Excuse{ID: tx.NewID(), Version: 1, PersonID: id, Kind: kind, FromDay: today, UntilDay: until, Reason: strings.TrimSpace(reason),
		ByName: auth.From(ctx).Name, At: tx.Now}
	return x, excuseTable.Insert(ctx, tx, x)
}

// over ends a pairing with its open window and those who go. The caller writes the pairing.
func over(ctx context.Context, tx *db.Tx, g *Pairing, why string) error {
	today := clock.DayOf(tx.Now)
	windows, err := openWindow.All(ctx, tx, g.ID)
	if err != nil {
		return err
	}
	for _, w := range windows {
		w.State = Stopped
		if err := windowTable.Update(ctx, tx, &w); err != nil {
			return err
		}
	}
	list, err := membersOf.All(ctx, tx, g.ID, today)
	if err != nil {
		return err
	}
	for _, m := range list {
		if m.State != Asked && m.State != Agreed {
			continue
		}
		m.State, m.ToDay = Over, today
		if err := memberTable.Update(ctx, tx, &m); err != nil {
			return err
		}
	}
	g.State, g.EndedBy, g.EndedDay, g.EndedWhy = Ended, auth.From(ctx).Name, today, why
	return nil
}

// ExcuseInput says why somebody of a key group has no pairing.
type ExcuseInput struct {
	ID       db.ID     `path:"id" doc:"居民"`
	Kind     string    `json:"kind" set:"pairing_excuse.kind"`
	UntilDay clock.Day `json:"until_day" required:"false" doc:"到哪天再问；不愿意的不填为一年"`
	Reason   string    `json:"reason" minLength:"1" maxLength:"200" doc:"谁说的、怎么说的"`
}

// Excuse keeps, with its day, that somebody does not want a pairing or cannot have one. He is off the list until its end.
func (s *Service) Excuse(ctx context.Context, in ExcuseInput) (out Excuse, err error) {
	op := act.Op{Perm: Keep, Action: "pairing.excuse", Cause: in.Reason,
		Check: func() error { return checkExcuse(in.Reason, in.UntilDay, clock.Today(ctx)) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Excuse, error) {
		p, err := person.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Keep, Keep, auth.Place{Region: p.Region})
		}
		if err != nil {
			return out, err
		}
		if _, has, err := db.Found(openOf.One(ctx, tx, p.ID)); err != nil || has {
			if err == nil {
				err = errs.WrongState("他有结对，或者正在等批准：在结对里办结束")
			}
			return out, err
		}
		if out, err = excuse(ctx, tx, p.ID, in.Kind, in.Reason, in.UntilDay); err != nil {
			return out, err
		}
		return out, note(ctx, tx, op.Action, p, in.Reason)
	})
}
