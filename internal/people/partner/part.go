package partner

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/activity"
	"linli/internal/work/order"
	"linli/internal/work/project"
)

// Of names what a unit takes part in: one of the three.
type Of struct {
	ActivityID db.ID `json:"activity_id" required:"false"`
	OrderID    db.ID `json:"order_id" required:"false"`
	ProjectID  db.ID `json:"project_id" required:"false"`
}

// thing is an activity, an order or a project as a unit takes part in it.
type thing struct {
	Title    string
	Category string
	Day      clock.Day
	Region   auth.Region
	Station  db.ID
	Over     string // why nobody joins it any more; "" while one may
	Back     string // its own page
}

// load finds what is named; who may not use units there is told that there is none.
func (of Of) load(ctx context.Context, tx *db.Tx) (t thing, err error) {
	n := 0
	for _, id := range []db.ID{of.ActivityID, of.OrderID, of.ProjectID} {
		if id != 0 {
			n++
		}
	}
	if n != 1 {
		return t, errs.Field("activity_id", "请说明是哪一场活动、哪一单或者哪个项目")
	}
	switch {
	case of.ActivityID != 0:
		a, err := activity.Get(ctx, tx, of.ActivityID)
		if err != nil {
			return t, err
		}
		t = thing{a.Title, a.Category, a.Day, a.Region, a.StationID, "", "/desk/activities/" + a.ID.String()}
		if a.State == activity.Cancelled {
			t.Over = "活动已经取消"
		}
	case of.OrderID != 0:
		o, err := order.Get(ctx, tx, of.OrderID)
		if err != nil {
			return t, err
		}
		t = thing{"订单 " + o.No, o.Category, clock.DayOf(o.WindowStart), o.Region, o.StationID, "", "/desk/orders/" + o.ID.String()}
		if o.State == "cancelled" || o.State == "rejected" {
			t.Over = "订单已经撤单或者不能提供"
		}
	default:
		p, err := project.Get(ctx, tx, of.ProjectID)
		if err != nil {
			return t, err
		}
		t = thing{p.Name, "", p.FromDay, p.Region, p.StationID, "", "/desk/projects/" + p.ID.String()}
		if p.State == project.Refused {
			t.Over = "项目没有批准"
		}
	}
	return t, auth.Require(ctx, Use, Use, auth.Place{Region: t.Region, Station: t.Station})
}

// JoinInput takes a unit into an activity, an order or a project.
type JoinInput struct {
	ID      db.ID  `path:"id"`
	OfferID db.ID  `json:"offer_id" required:"false" doc:"用的是哪一项服务"`
	What    string `json:"what" required:"false" maxLength:"100" doc:"单位出什么；用服务的可以不写"`
	Of
}

// Join takes a unit into something that is held where one may use units: with an offer that reaches there, or a unit of the same town;
// also afterwards, where nobody had entered it. Its contact is told.
func (s *Service) Join(ctx context.Context, in JoinInput) (Part, error) {
	op := act.Op{Perm: Use, Action: "partner.join"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Part, err error) {
		t, err := in.load(ctx, tx)
		if err != nil {
			return out, err
		}
		p, err := get(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		what, err := in.what(ctx, tx, p, t)
		if err != nil {
			return out, err
		}
		if t.Over != "" {
			return out, errs.WrongState(t.Over)
		}
		if err := table.Lock(ctx, tx, p); err != nil {
			return out, err
		}
		x := Part{ID: tx.NewID(), Version: 1, PartnerID: p.ID, OfferID: in.OfferID, ActivityID: in.ActivityID, OrderID: in.OrderID,
			ProjectID: in.ProjectID, What: what, State: Planned, MadeBy: auth.From(ctx).Account, MadeAt: tx.Now, Region: t.Region}
		if err := s.joined(ctx, tx, op, x); err != nil {
			return out, err
		}
		if p.ContactID != 0 {
			if err := tell(ctx, tx, p.ContactID, "站里请您单位一起办", t.Title+"，"+t.Day.Date()+"："+what, minePath(p.ID)); err != nil {
				return out, err
			}
		}
		return partByID.Get(ctx, tx, x.ID)
	})
}

// joined writes a part; a unit has one of a thing that was not dropped.
func (s *Service) joined(ctx context.Context, tx *db.Tx, op act.Op, x Part) error {
	with, err := partsWith.All(ctx, tx, x.ActivityID, x.OrderID, x.ProjectID)
	for _, y := range with {
		if err == nil && y.PartnerID == x.PartnerID && y.State != Dropped {
			err = errs.Clash("这个单位已经在里面了")
		}
	}
	if err != nil {
		return err
	}
	return s.parts.Enter(ctx, tx, op, &x)
}

// what says what the unit brings, and refuses what it does not offer there.
func (in JoinInput) what(ctx context.Context, tx *db.Tx, p Partner, t thing) (string, error) {
	if p.State != Active {
		return "", errs.ErrNotFound
	}
	what := strings.TrimSpace(in.What)
	if in.OfferID == 0 {
		if p.Region.At(auth.LevelTown) != t.Region.At(auth.LevelTown) {
			return "", errs.ErrNotFound
		}
		return what, said("what", what, "请写单位出什么")
	}
	o, ok, err := db.Found(offerByID.One(ctx, tx, in.OfferID))
	if err != nil {
		return "", err
	}
	if !ok || o.PartnerID != p.ID || !o.Within().Contains(t.Region) {
		return "", errs.ErrNotFound
	}
	if o.State != Open || in.ProjectID == 0 && !o.holds(t.Day) {
		return "", errs.Field("offer_id", "这项服务那天不提供")
	}
	if what == "" {
		what = o.Service
	}
	return what, nil
}

// AttestInput says whether a unit came.
type AttestInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Came    bool  `json:"came"`
}

// Attest says, when a thing was held, whether the unit came. Its own contact does not say it.
func (s *Service) Attest(ctx context.Context, in AttestInput) (Part, error) {
	op := act.Op{Perm: Use, Action: "partner.attest", ID: in.ID, Version: in.Version, From: []string{Planned}}
	return s.parts.Change(ctx, s.db, op, func(tx *db.Tx, x *Part) error {
		if me := auth.From(ctx).Person; me != 0 && me == x.ContactID {
			return errs.Deny("您是这个单位的联系人，请站里另一个人来记")
		}
		if !x.Held {
			return errs.WrongState("办完了才能记：活动的名单经第二人复核，或者订单已经确认")
		}
		x.State = Absent
		if in.Came {
			x.State = Came
		}
		x.decide(ctx, tx, "")
		return nil
	})
}

func (x *Part) decide(ctx context.Context, tx *db.Tx, reason string) {
	at := tx.Now
	x.DecidedBy, x.DecidedAt, x.Reason = auth.From(ctx).Account, &at, reason
}

// Drop takes a unit out of something again: the station, or the unit by its contact.
func (s *Service) Drop(ctx context.Context, in EndInput) (Part, error) {
	op := act.Op{Perm: Offers, Action: "partner.drop", ID: in.ID, Version: in.Version, From: []string{Planned}, Check: in.check}
	return s.parts.Change(ctx, s.db, op, func(tx *db.Tx, x *Part) error {
		x.State = Dropped
		x.decide(ctx, tx, strings.TrimSpace(in.Reason))
		if x.ContactID != 0 && x.ContactID != auth.From(ctx).Person {
			return tell(ctx, tx, x.ContactID, "约好的事取消了", x.Title+"："+x.Reason, minePath(x.PartnerID))
		}
		return nil
	})
}

// GetPart gives one part, to both sides.
func (s *Service) GetPart(ctx context.Context, in GetInput) (Part, error) {
	return s.parts.Get(ctx, s.db, in.ID)
}

// Bidden gives the names of the units that are to come to an activity, for everybody.
func Bidden(ctx context.Context, tx *db.Tx, activity db.ID) ([]string, error) {
	return bidden.All(ctx, tx, activity, db.ID(0))
}

// BiddenTo gives those of a project.
func BiddenTo(ctx context.Context, tx *db.Tx, project db.ID) ([]string, error) {
	return bidden.All(ctx, tx, db.ID(0), project)
}
