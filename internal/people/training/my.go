package training

import (
	"context"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// MineInput may name the qualification that somebody looks for.
type MineInput struct {
	Code string `query:"want" maxLength:"40" pattern:"^[a-z0-9_]*$" doc:"要学到哪种资格"`
}

// Mine is one's own training: what one signed up for, what became of it, what one holds, and what can be learnt nearby.
type Mine struct {
	Items  []Seat    `json:"items"`
	Held   []Holding `json:"qualifications"`
	Near   []Sitting `json:"near"`
	Read   []Course  `json:"courses" doc:"图文课"`
	Leads  []Sitting `json:"leads"`
	Learnt int64     `json:"minutes" doc:"学习时长，分钟；不是服务时长"`

	In    MineInput `json:"-"`
	Want  string    `json:"-"` // the qualification that he looks for, in words
	Home  bool      `json:"-"`
	Today clock.Day `json:"-"`
}

// Holding is a qualification that somebody holds or held.
type Holding struct {
	volunteer.Dated
	Label string `json:"label"`
	State string `json:"state" enum:"valid,soon,over,later" doc:"valid 有效，soon 快到期，over 过期了，later 还没开始"`
}

// soon is how many days before its end a qualification is told to end.
const soon = 30

// holdings are the qualifications of a volunteer with their words.
func holdings(ctx context.Context, tx *db.Tx, v volunteer.Profile) ([]Holding, error) {
	words, err := setting.Words(ctx, tx, setting.Qualification)
	today, out := clock.DayOf(tx.Now), []Holding{}
	for _, q := range v.Qualifications {
		h := Holding{Dated: q, Label: setting.Label(words, q.Code), State: "valid"}
		switch {
		case q.To != 0 && q.To < today:
			h.State = "over"
		case q.From > today:
			h.State = "later"
		case q.To != 0 && q.To <= today.AddDays(soon):
			h.State = "soon"
		}
		out = append(out, h)
	}
	return out, err
}

// Mine gives one's own training.
func (s *Service) Mine(ctx context.Context, in MineInput) (Mine, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Mine, err error) {
		out = Mine{In: in, Items: []Seat{},
			Held: []Holding{}, Near: []Sitting{}, Read: []Course{}, Leads: []Sitting{}, Today: clock.DayOf(tx.Now)}
		me := auth.From(ctx).Person
		if in.Code != "" {
			words, err := setting.Words(ctx, tx, setting.Qualification)
			if err != nil {
				return out, err
			}
			out.Want = setting.Label(words, in.Code)
		}
		id, has, err := db.Found(volunteerOf.One(ctx, tx, me))
		if err != nil || !has {
			return out, err
		}
		out.Home = true
		v, err := volunteer.Load(ctx, tx, id)
		if err != nil {
			return out, err
		}
		if out.Held, err = holdings(ctx, tx, v); err != nil {
			return out, err
		}
		return out, out.fill(ctx, tx, v)
	})
}

// fill adds what he signed up for, what he leads and what is held nearby.
func (m *Mine) fill(ctx context.Context, tx *db.Tx, v volunteer.Profile) error {
	list, err := seatsFor.All(ctx, tx, v.PersonID)
	if err != nil {
		return err
	}
	on := map[db.ID]bool{}
	for _, p := range list {
		if p.State == GivenUp {
			continue
		}
		m.Items = append(m.Items, p)
		on[p.SittingID] = true
		if p.State == Confirmed {
			m.Learnt += p.Minutes
		}
	}
	leads, err := ledBy.All(ctx, tx, v.PersonID)
	if err != nil {
		return err
	}
	m.Leads = append(m.Leads, leads...)
	read, err := lessons.First(ctx, tx, ahead{v.Region.At(auth.LevelBanner), m.In.Code, tx.Now}, 30)
	if err != nil {
		return err
	}
	m.Read = append(m.Read, read...)
	near, err := coming.First(ctx, tx, ahead{v.Region.At(auth.LevelBanner), m.In.Code, tx.Now}, 30)
	for _, x := range near {
		if !on[x.ID] {
			m.Near = append(m.Near, x)
		}
	}
	return err
}

// Card is a sitting for somebody who is signed in, with his own place.
type Card struct {
	Sitting
	Content string `json:"content"`
	Mine    *Seat  `json:"mine"`
	Leads   bool   `json:"leads"`
	Opens   Opens  `json:"opens"`

	Now    time.Time `json:"-"`
	Serves bool      `json:"-"`
}

// Card gives a sitting with one's own place.
func (s *Service) Card(ctx context.Context, in GetInput) (Card, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Card, err error) {
		if out.Sitting, err = sittingOf(ctx, tx, in.ID); err != nil {
			return out, err
		}
		c, err := Get(ctx, tx, out.CourseID)
		if err != nil {
			return out, err
		}
		out.Content, out.Now, out.Leads = c.Content, tx.Now, auth.Can(ctx, Lead, out.at())
		me := auth.From(ctx).Person
		id, serves, err := db.Found(volunteerOf.One(ctx, tx, me))
		if out.Serves = serves; err == nil && serves {
			out.Opens, err = s.opens(ctx, tx, id, out.Qualification)
		}
		if err != nil {
			return out, err
		}
		p, has, err := db.Found(myPlace.One(ctx, tx, in.ID, me))
		if has {
			out.Mine = &p
		}
		return out, err
	})
}

// arrives says that it is time to type the code.
func (c Card) arrives() bool {
	return c.State == Open && c.Mine.State == Held && c.Mine.Came == "" && !c.Now.Before(c.StartsAt.Add(-early)) &&
		!c.Now.After(c.EndsAt.Add(early))
}

// SeatIn names a place.
type SeatIn struct {
	ID db.ID `path:"id"`
}

// Place gives a place to whose it is and to whoever runs the place where it is.
func (s *Service) Place(ctx context.Context, in SeatIn) (Seat, error) {
	return s.seats.Get(ctx, s.db, in.ID)
}

// HeldInput names a volunteer.
type HeldInput struct {
	ID db.ID `path:"id"`
}

// Holdings are the qualifications of a volunteer.
type Holdings struct {
	Items []Holding `json:"items"`
}

// Qualifications gives what a volunteer holds to himself and to whoever runs the place.
func (s *Service) Qualifications(ctx context.Context, in HeldInput) (Holdings, error) {
	return act.Read(ctx, s.db, volunteer.View, func(tx *db.Tx) (out Holdings, err error) {
		v, err := volunteer.Load(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, volunteer.View, volunteer.View, auth.Place{Region: v.Region, Station: v.StationID,
				Persons: []db.ID{v.PersonID}})
		}
		if err != nil {
			return out, err
		}
		out.Items, err = holdings(ctx, tx, v)
		return out, err
	})
}
