package pairing

import (
	"context"
	"strconv"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// GetInput names a pairing.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives a pairing to the desk, to the person and to those who go.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.pairings, in.ID, func(tx *db.Tx, g Pairing) (Detail, error) { return s.detail(ctx, tx, g.ID) })
}

// show is how a change answers.
func (s *Service) show(ctx context.Context) func(*db.Tx, Pairing) (Detail, error) {
	return func(tx *db.Tx, g Pairing) (Detail, error) { return s.detail(ctx, tx, g.ID) }
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	out.Today = clock.DayOf(tx.Now)
	if out.Pairing, err = load(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Members, err = membersOf.All(ctx, tx, id, out.Today); err != nil {
		return out, err
	}
	if out.Windows, err = windowsOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	out.can = powers{keep: auth.Can(ctx, Keep, out.place()), approve: auth.Can(ctx, Approve, out.place()),
		read: auth.Can(ctx, Read, auth.Place{Region: out.Region, Persons: out.goers})}
	out.Visits, err = visitsOf.All(ctx, tx, id)
	return out, err
}

// ListInput looks for pairings.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	State  string      `query:"state" set:"pairing.state,"`
	Q      string      `query:"q" maxLength:"40" doc:"姓名或拼音"`
	Sort   string      `query:"sort" enum:"name,newest," maxLength:"10"`
	db.Paging
}

// Listing is one page of pairings.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Pairing]
	Places map[auth.Region]string `json:"-"`
	Counts Covered                `json:"-"`
}

// List gives the pairings of the actor's place.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Listing, err error) {
		scope := auth.ScopeOf(ctx, Keep)
		out.In = in
		if out.Page, err = list.Page(ctx, tx, sought{in, scope}, in.Paging); err != nil {
			return out, err
		}
		rows, err := coverage.All(ctx, tx, counting{At: in.Region, Day: clock.DayOf(tx.Now), Scope: scope})
		for _, c := range rows {
			out.Counts.add(c)
		}
		if err != nil {
			return out, err
		}
		out.Places, err = places(ctx, tx, out.Items, func(p Pairing) auth.Region { return p.Region })
		return out, err
	})
}

// places gives the short names of the communities of rows.
func places[T any](ctx context.Context, tx *db.Tx, rows []T, of func(T) auth.Region) (map[auth.Region]string, error) {
	out := map[auth.Region]string{}
	for _, r := range rows {
		at := of(r)
		if _, known := out[at]; known {
			continue
		}
		name, err := region.Name(ctx, tx, at)
		if err != nil {
			return nil, err
		}
		out[at] = region.Short(name, int64(at.Level()))
	}
	return out, nil
}

// UnpairedInput looks for people of a key group without a pairing.
type UnpairedInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Q      string      `query:"q" maxLength:"40" doc:"姓名或拼音"`
	db.Paging
}

// Unpaired is somebody of a key group whom nobody goes to see.
type Unpaired struct {
	ID          db.ID       `json:"person_id"`
	Name        string      `json:"name"`
	Region      auth.Region `json:"region"`
	Householder string      `json:"householder"`
	Group       string      `json:"group" db:"hamlet"`
	BirthDay    clock.Day   `json:"birth_day"`
	PairingID   db.ID       `json:"pairing_id" doc:"正在等同意、等批准的，或者没有人能去的结对"`
	Why         string      `json:"why" doc:"空着是没有结对；proposed 等同意、等批准；active 结对的志愿者都歇着或退出了"`
}

// UnpairedPage is one page of them.
type UnpairedPage struct {
	In UnpairedInput `json:"-"`
	db.Page[Unpaired]
	Places map[auth.Region]string `json:"-"`
	Today  clock.Day              `json:"-"`
}

// Unpaired lists the people of a key group who have neither a pairing with somebody who goes nor an excuse in force.
func (s *Service) Unpaired(ctx context.Context, in UnpairedInput) (UnpairedPage, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out UnpairedPage, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		if out.Page, err = unpaired.Page(ctx, tx, lacking{in, out.Today, auth.ScopeOf(ctx, Keep)}, in.Paging); err != nil {
			return out, err
		}
		out.Places, err = places(ctx, tx, out.Items, func(p Unpaired) auth.Region { return p.Region })
		return out, err
	})
}

// MissedInput looks for visits that did not take place and that nobody has dealt with.
type MissedInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Rung   int64       `query:"rung" minimum:"0" maximum:"3" default:"0" doc:"只看报到这一级以上的"`
	db.Paging
}

// MissedVisit is a window in which nobody was met.
type MissedVisit struct {
	Window
	Name       string `json:"name"`
	RhythmDays int64  `json:"rhythm_days"`
}

// MissedPage is one page of them, the oldest first.
type MissedPage struct {
	In MissedInput `json:"-"`
	db.Page[MissedVisit]
	Places map[auth.Region]string `json:"-"`
}

// Missed lists them.
func (s *Service) Missed(ctx context.Context, in MissedInput) (MissedPage, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out MissedPage, err error) {
		out.In = in
		if out.Page, err = missed.Page(ctx, tx, late{in, auth.ScopeOf(ctx, Keep)}, in.Paging); err != nil {
			return out, err
		}
		out.Places, err = places(ctx, tx, out.Items, func(m MissedVisit) auth.Region { return m.Region })
		return out, err
	})
}

// RateInput asks for the rate of visits in a stretch of days.
type RateInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	From   clock.Day   `query:"from" doc:"不填为本月一日"`
	To     clock.Day   `query:"to" doc:"不填为今天"`
}

// fill sets what was left out and refuses days in the wrong order.
func (in *RateInput) fill(today clock.Day) error {
	if in.To == 0 {
		in.To = today
	}
	if in.From == 0 {
		in.From = in.To - in.To%100 + 1
	}
	if in.From > in.To {
		return errs.Field("from", "不能晚于结束的日子")
	}
	return nil
}

// Rate is how many of the visits that were due took place. Rate is a decimal with four digits, null where none was due.
type Rate struct {
	Due    int64   `json:"due" doc:"应访：最后一天在这段时间里的访视期，外出的和结对结束的不算"`
	Served int64   `json:"served" doc:"实访：见面、视频或者电话通了的"`
	Rate   *string `json:"rate"`
}

func rateOf(c counted) Rate {
	out := Rate{Due: c.Due, Served: c.Served}
	if c.Due > 0 {
		text := strconv.FormatFloat(float64(c.Served)/float64(c.Due), 'f', 4, 64)
		out.Rate = &text
	}
	return out
}

// Percent is the rate as people read it.
func (r Rate) Percent() string {
	if r.Due == 0 {
		return "—"
	}
	return strconv.FormatFloat(float64(r.Served*1000/r.Due)/10, 'f', 1, 64) + "%"
}

// Rate gives the rate of visits: one definition, used everywhere.
func (s *Service) Rate(ctx context.Context, in RateInput) (Rate, error) {
	return act.Read(ctx, s.db, Figures, func(tx *db.Tx) (out Rate, err error) {
		if err := in.fill(clock.DayOf(tx.Now)); err != nil {
			return out, err
		}
		c, err := rated.One(ctx, tx, counting{At: in.Region, From: in.From, To: in.To, Scope: auth.ScopeOf(ctx, Figures)})
		return rateOf(c), err
	})
}

// Covered is how the people of key groups of a division stand.
type Covered struct {
	Code     auth.Region `json:"code"`
	Name     string      `json:"name"`
	People   int64       `json:"people" doc:"重点人群"`
	Paired   int64       `json:"paired" doc:"有结对、有人能去"`
	Excused  int64       `json:"excused" doc:"有说明的：不愿意、搬走、在机构、去世"`
	Unpaired int64       `json:"unpaired" doc:"没有结对也没有说明"`
	Rate     `db:"-"`
}

func (c *Covered) add(o Covered) {
	c.People, c.Paired, c.Excused, c.Unpaired = c.People+o.People, c.Paired+o.Paired, c.Excused+o.Excused, c.Unpaired+o.Unpaired
	c.Due, c.Served = c.Due+o.Due, c.Served+o.Served
}

// Overview is how the divisions below one stand.
type Overview struct {
	In    RateInput `json:"-"`
	Name  string    `json:"name"`
	Items []Covered `json:"items"`
	Total Covered   `json:"total"`
}

// Overview gives, for officers, where people of key groups have no pairing and how many visits took place: numbers, nobody's name.
func (s *Service) Overview(ctx context.Context, in RateInput) (Overview, error) {
	return act.Read(ctx, s.db, Figures, func(tx *db.Tx) (Overview, error) { return overview(ctx, tx, in) })
}

func overview(ctx context.Context, tx *db.Tx, in RateInput) (out Overview, err error) {
	today := clock.DayOf(tx.Now)
	if err := in.fill(today); err != nil {
		return out, err
	}
	if in.Region == 0 {
		in.Region = auth.From(ctx).Seat()
	}
	out.In = in
	if in.Region != 0 {
		if out.Name, err = region.Name(ctx, tx, in.Region); err != nil {
			return out, err
		}
	}
	ask := counting{At: in.Region, Day: today, From: in.From, To: in.To, Scope: auth.ScopeOf(ctx, Figures)}
	if out.Items, err = coverage.All(ctx, tx, ask); err != nil {
		return out, err
	}
	rates, err := ratedBelow.All(ctx, tx, ask)
	by := map[auth.Region]counted{}
	for _, r := range rates {
		by[r.Code] = r.counted
	}
	for i := range out.Items {
		c := &out.Items[i]
		c.Name = region.Short(c.Name, int64(c.Code.Level()))
		c.Rate = rateOf(by[c.Code])
		out.Total.add(*c)
	}
	out.Total.Rate = rateOf(counted{out.Total.Due, out.Total.Served})
	return out, err
}

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Own are the pairings of the actor: whom he goes to see, and who comes to him.
type Own struct {
	Items    []Detail                 `json:"items"`
	Contacts map[db.ID]person.Contact `json:"contacts" doc:"去看望的人的电话和住址，按结对的编号"`
	Me       db.ID                    `json:"-"`
}

// Mine gives them.
func (s *Service) Mine(ctx context.Context, _ Nothing) (Own, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Own, err error) {
		out.Contacts = map[db.ID]person.Contact{}
		if out.Me = auth.From(ctx).Person; out.Me == 0 {
			return out, nil
		}
		ids, err := mine.All(ctx, tx, out.Me)
		for _, id := range ids {
			if err != nil {
				return out, err
			}
			var d Detail
			d, err = s.detail(ctx, tx, id)
			out.Items = append(out.Items, d)
			if m, goes := out.mine(d); err == nil && goes && m.State == Agreed && d.State == Active {
				out.Contacts[id], err = s.persons.Contact(ctx, tx, d.PersonID)
			}
		}
		return out, err
	})
}

// BlankInput begins a pairing of a person.
type BlankInput struct {
	PersonID db.ID `query:"person_id"`
}

// Blank is the form of a new pairing.
type Blank struct {
	Person    person.Person
	Guardians []person.Guardian
	Choices   []choice
	Two       bool
}

// Blank gives the form, with the volunteers of the community, those with the fewest pairings first.
func (s *Service) Blank(ctx context.Context, in BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Blank, err error) {
		if out.Person, err = person.Get(ctx, tx, in.PersonID); err == nil {
			err = auth.Require(ctx, Keep, Keep, auth.Place{Region: out.Person.Region})
		}
		if err != nil {
			return out, err
		}
		if out.Guardians, err = person.Guardians(ctx, tx, out.Person.ID); err != nil {
			return out, err
		}
		if out.Two, err = s.needsTwo(ctx, tx, out.Person.ID); err != nil {
			return out, err
		}
		out.Choices, err = able.All(ctx, tx, int64(out.Person.Region), out.Person.ID)
		return out, err
	})
}

// Sheet is the desk's page of one pairing, with whom may be asked besides.
type Sheet struct {
	Detail
	Choices []choice
	Need    db.ID `json:"-"` // of which it was made
}

// Sheet gives it.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Look(ctx, s.db, &s.pairings, in.ID, func(tx *db.Tx, g Pairing) (out Sheet, err error) {
		if out.Detail, err = s.detail(ctx, tx, g.ID); err == nil && out.can.keep {
			out.Choices, err = able.All(ctx, tx, int64(g.Region), g.PersonID)
		}
		if err == nil && s.Origin != nil {
			out.Need, err = s.Origin(ctx, tx, g.ID)
		}
		return out, err
	})
}

// Goes says whether somebody goes to see a person in a pairing in force.
func Goes(ctx context.Context, tx *db.Tx, who, person db.ID) (bool, error) {
	n, err := goes.One(ctx, tx, who, person)
	return n > 0, err
}
