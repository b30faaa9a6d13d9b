package partner

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// weekdays are the days of a week as RFC 5545 writes them, from Monday on.
var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// OfferFacts are what an offer says.
type OfferFacts struct {
	Service     string        `json:"service" minLength:"1" maxLength:"60" doc:"提供什么服务"`
	Description string        `json:"description" required:"false" maxLength:"500" doc:"怎样提供，给谁"`
	Category    string        `json:"category" set:"catalogue_item.category" maxLength:"20"`
	Location    string        `json:"service_at_location" minLength:"1" maxLength:"100" doc:"在哪里，或者上门"`
	Reach       string        `json:"reach" set:"partner_offer.reach" maxLength:"12" doc:"给哪一片的人"`
	ByDay       setting.Codes `json:"byday" required:"false" maxItems:"7" doc:"星期几；不选为每天"`
	OpensAt     string        `json:"opens_at" required:"false" maxLength:"5" pattern:"^(([01][0-9]|2[0-3]):[0-5][0-9])?$" patternDescription:"写成 09:00 这样"`
	ClosesAt    string        `json:"closes_at" required:"false" maxLength:"5" pattern:"^(([01][0-9]|2[0-3]):[0-5][0-9])?$" patternDescription:"写成 09:00 这样"`
	ValidFrom   clock.Day     `json:"valid_from"`
	ValidTo     clock.Day     `json:"valid_to"`
	Capacity    int64         `json:"capacity" required:"false" minimum:"0" maximum:"1000" doc:"一周最多几次；0 为不限"`
}

// longest is how many days an offer holds at most before it is said anew.
const longest = 2 * 366

func (f OfferFacts) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(f.Service) != "", "service", "请写提供什么")
	c.That(strings.TrimSpace(f.Location) != "", "service_at_location", "请写在哪里")
	c.That((f.OpensAt == "") == (f.ClosesAt == ""), "closes_at", "几点到几点要一起写")
	c.That(f.OpensAt == "" || f.OpensAt < f.ClosesAt, "closes_at", "要晚于开始")
	c.That(f.ValidFrom != 0, "valid_from", "请写从哪天起")
	c.That(f.ValidTo >= f.ValidFrom, "valid_to", "不能早于开始")
	for _, d := range f.ByDay {
		c.That(slices.Contains(weekdays, d), "byday", "没有这个星期几")
	}
	if f.ValidFrom != 0 && f.ValidTo >= f.ValidFrom {
		c.That(f.ValidTo.Sub(f.ValidFrom) <= longest, "valid_to", "最长两年，到期再说一次")
	}
	return c.Err()
}

func (f OfferFacts) write(o *Offer) {
	o.Service, o.Description, o.Category = strings.TrimSpace(f.Service), strings.TrimSpace(f.Description), f.Category
	o.Location, o.Reach, o.ByDay = strings.TrimSpace(f.Location), f.Reach, nil
	for _, d := range weekdays { // each once, in their order
		if slices.Contains(f.ByDay, d) {
			o.ByDay = append(o.ByDay, d)
		}
	}
	o.OpensAt, o.ClosesAt, o.ValidFrom, o.ValidTo, o.Capacity = f.OpensAt, f.ClosesAt, f.ValidFrom, f.ValidTo, f.Capacity
}

// OfferInput says what a unit offers.
type OfferInput struct {
	ID db.ID `path:"id"`
	OfferFacts
}

// AddOffer enters what a unit offers: by its contact, or at the desk for him.
func (s *Service) AddOffer(ctx context.Context, in OfferInput) (Offer, error) {
	op := act.Op{Perm: Offers, Action: "partner.add_offer", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (o Offer, err error) {
		p, err := get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Offers, View, p.place())
		}
		if err != nil {
			return o, err
		}
		if p.State != Active {
			return o, errs.WrongState("这个单位现在是“" + states.Word(p.State) + "”")
		}
		if err := table.Lock(ctx, tx, p); err != nil {
			return o, err
		}
		o = Offer{ID: tx.NewID(), Version: 1, PartnerID: p.ID, State: Open, MadeBy: auth.From(ctx).Account, MadeAt: tx.Now,
			Partner: p.Name, Region: p.Region, Standing: p.State, ContactID: p.ContactID}
		in.write(&o)
		if err := s.offers.Enter(ctx, tx, op, &o); err != nil {
			return o, err
		}
		return offerByID.Get(ctx, tx, o.ID)
	})
}

// ChangeInput says an offer anew.
type ChangeInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	OfferFacts
}

// ChangeOffer says an offer anew.
func (s *Service) ChangeOffer(ctx context.Context, in ChangeInput) (Offer, error) {
	op := act.Op{Perm: Offers, Action: "partner.change_offer", ID: in.ID, Version: in.Version, From: []string{Open}, Check: in.check}
	return s.offers.Change(ctx, s.db, op, func(_ *db.Tx, o *Offer) error {
		in.write(o)
		return nil
	})
}

// MoveInput names a thing and the version of it that was read.
type MoveInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// EndOffer says that something is offered no longer; what was agreed on stays.
func (s *Service) EndOffer(ctx context.Context, in MoveInput) (Offer, error) {
	op := act.Op{Perm: Offers, Action: "partner.end_offer", ID: in.ID, Version: in.Version, From: []string{Open}}
	return s.offers.Change(ctx, s.db, op, func(tx *db.Tx, o *Offer) error {
		o.State, o.EndedDay = Ended, clock.DayOf(tx.Now)
		return nil
	})
}

// GetOffer gives one offer to whoever sees its unit.
func (s *Service) GetOffer(ctx context.Context, in GetInput) (Offer, error) {
	return s.offers.Get(ctx, s.db, in.ID)
}

// holds says whether an offer is there on a day.
func (o Offer) holds(day clock.Day) bool {
	return day >= o.ValidFrom && day <= o.ValidTo && (o.EndedDay == 0 || day <= o.EndedDay) &&
		(len(o.ByDay) == 0 || slices.Contains(o.ByDay, weekdayOf(day)))
}

// weekdayOf is the weekday of a day as RFC 5545 writes it.
func weekdayOf(day clock.Day) string { return weekdays[(int(day.Time().Weekday())+6)%7] }

// fits says whether an offer would have done for an order: kind, place, day and hour.
func (o Offer) fits(w want) bool {
	if o.Category != w.Category || !o.Within().Contains(w.Region) || !o.holds(w.Day) {
		return false
	}
	return o.OpensAt == "" || clock.Hour(w.WindowStart) < o.ClosesAt && o.OpensAt < clock.Hour(w.WindowEnd)
}
