package offline

import (
	"context"
	"slices"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/homevisit"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
)

// Nothing is the input of what asks for nothing.
type Nothing struct{}

// Pack is what a telephone takes along: only the actor's own tasks, pairings and lists, for his work without a network.
type Pack struct {
	AccountID db.ID     `json:"account_id"`
	Name      string    `json:"name"`
	At        time.Time `json:"at"`
	Tasks     []Task    `json:"tasks"`
	Pairings  []Pair    `json:"pairings"`
	Rolls     []Sheet   `json:"rolls"`
	Homes     []House   `json:"homes"`
}

// Task is an order that he accepted, with whom he goes to.
type Task struct {
	OrderID     db.ID           `json:"order_id"`
	No          string          `json:"no"`
	Title       string          `json:"title"`
	Version     int64           `json:"version"`
	CheckedIn   bool            `json:"checked_in"`
	WindowStart time.Time       `json:"window_start"`
	WindowEnd   time.Time       `json:"window_end"`
	Address     string          `json:"address"`
	Detail      string          `json:"detail"`
	Risk        string          `json:"risk"`
	Contact     *person.Contact `json:"contact,omitempty"`
}

// Pair is a pairing in which he goes.
type Pair struct {
	PairingID   db.ID          `json:"pairing_id"`
	PersonID    db.ID          `json:"person_id"`
	Version     int64          `json:"version"`
	Name        string         `json:"name"`
	TwoVisitors bool           `json:"two_visitors"`
	DueDay      clock.Day      `json:"due_day"`
	Contact     person.Contact `json:"contact"`
	Others      []Other        `json:"others"`
}

// House is a home of a day of visits on which he goes: whom he meets there, and how to find it.
type House struct {
	HomeID  db.ID          `json:"home_id"`
	Day     clock.Day      `json:"day"`
	Until   clock.Day      `json:"until" doc:"过了这天，手机上就不留了"`
	Contact person.Contact `json:"contact"`
	Lives   []Lives        `json:"lives"`
	Others  []Goer         `json:"others" doc:"那天还有谁去"`
}

// Goer is one who goes along to a home.
type Goer struct {
	PersonID db.ID  `json:"person_id"`
	Name     string `json:"name"`
}

// Lives is one of those who are visited there.
type Lives struct {
	PersonID db.ID  `json:"person_id"`
	Name     string `json:"name"`
}

// Other is one who goes along.
type Other struct {
	VolunteerID db.ID  `json:"volunteer_id"`
	Name        string `json:"name"`
}

// Sheet is the list of an activity that he leads.
type Sheet struct {
	ActivityID db.ID     `json:"activity_id"`
	Version    int64     `json:"version"`
	Title      string    `json:"title"`
	Place      string    `json:"place"`
	StartsAt   time.Time `json:"starts_at"`
	EndsAt     time.Time `json:"ends_at"`
	Seats      []Seat    `json:"seats"`
}

// Seat is one line of it.
type Seat struct {
	PlaceID db.ID  `json:"place_id"`
	Name    string `json:"name"`
	Post    string `json:"post"`
	Came    string `json:"came"`
}

// Pack gives it. Each part is read by the operation that shows it on its page, so nobody takes along what he may not see.
func (s *Service) Pack(ctx context.Context, _ Nothing) (out Pack, err error) {
	if err := auth.Allow(ctx, Send); err != nil {
		return out, err
	}
	me := auth.From(ctx)
	out = Pack{AccountID: me.Account, Name: me.Name, At: clock.In(ctx), Tasks: []Task{}, Pairings: []Pair{}, Rolls: []Sheet{},
		Homes: []House{}}
	if me.Person == 0 {
		return out, nil
	}
	if auth.Holds(ctx, attendance.Check) && auth.Holds(ctx, order.Serve) {
		if out.Tasks, err = s.tasks(ctx); err != nil {
			return out, err
		}
	}
	if out.Pairings, err = s.pairs(ctx); err != nil {
		return out, err
	}
	if out.Rolls, err = s.rolls(ctx); err != nil || !auth.Holds(ctx, homevisit.Go) {
		return out, err
	}
	out.Homes, err = s.homes(ctx)
	return out, err
}

// homes are those of his days of visits whose addresses he may read today.
func (s *Service) homes(ctx context.Context) ([]House, error) {
	out := []House{}
	own, err := s.Homes.Mine(ctx, homevisit.Nothing{})
	for _, r := range own.Items {
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(r.Goers, func(g homevisit.Goer) bool { return g.PersonID == own.Me && g.State == homevisit.Agreed }) {
			continue
		}
		var day homevisit.DayPage
		day, err = s.Homes.Way(ctx, homevisit.DayInput{ID: r.ID})
		for _, x := range day.Stops {
			if x.Contact == nil {
				continue
			}
			h := House{HomeID: x.ID, Day: r.Day.Day, Until: r.Day.Until(), Contact: *x.Contact, Lives: []Lives{}, Others: []Goer{}}
			for _, g := range r.Goers {
				if g.State == homevisit.Agreed && g.PersonID != own.Me {
					h.Others = append(h.Others, Goer{g.PersonID, g.Name})
				}
			}
			for i, id := range x.LivesIDs {
				h.Lives = append(h.Lives, Lives{id, x.Lives[i]})
			}
			out = append(out, h)
		}
	}
	return out, err
}

func (s *Service) tasks(ctx context.Context) ([]Task, error) {
	out := []Task{}
	mine, err := s.Orders.Tasks(ctx, order.TasksInput{})
	for _, r := range mine.Taken {
		if err != nil {
			return nil, err
		}
		var d order.Detail
		d, err = s.Orders.Get(ctx, order.GetInput{ID: r.ID})
		out = append(out, Task{OrderID: d.ID, No: d.No, Title: d.Title, Version: d.Version, CheckedIn: d.MyPart() == order.PartCheckedIn,
			WindowStart: d.WindowStart, WindowEnd: d.WindowEnd, Address: d.Address, Detail: d.Detail, Risk: d.Risk, Contact: d.Contact})
	}
	return out, err
}

func (s *Service) pairs(ctx context.Context) ([]Pair, error) {
	out := []Pair{}
	own, err := s.Pairings.Mine(ctx, pairing.Nothing{})
	for _, d := range own.Items {
		c, goes := own.Contacts[d.ID]
		if !goes {
			continue
		}
		p := Pair{PairingID: d.ID, PersonID: d.PersonID, Version: d.Version, Name: d.Name, TwoVisitors: d.TwoVisitors, Contact: c,
			Others: []Other{}}
		for _, w := range d.Windows {
			if w.State == pairing.Open {
				p.DueDay = w.DueDay
			}
		}
		for _, m := range d.Members {
			if m.State == pairing.Agreed && m.PersonID != own.Me {
				p.Others = append(p.Others, Other{m.VolunteerID, m.Name})
			}
		}
		out = append(out, p)
	}
	return out, err
}

// rolls are the lists of the teams that he leads, of the last two days and the week to come.
func (s *Service) rolls(ctx context.Context) ([]Sheet, error) {
	out := []Sheet{}
	today := clock.Today(ctx)
	ids, err := act.Read(ctx, s.db, Send, func(tx *db.Tx) ([]db.ID, error) {
		return leads.All(ctx, tx, auth.From(ctx).Person, today.AddDays(-2), today.AddDays(7))
	})
	for _, id := range ids {
		if err != nil {
			return nil, err
		}
		var d activity.Detail
		d, err = s.Activities.Get(ctx, activity.GetInput{ID: id})
		sheet := Sheet{ActivityID: d.ID, Version: d.Version, Title: d.Title, Place: d.Place, StartsAt: d.StartsAt, EndsAt: d.EndsAt,
			Seats: []Seat{}}
		for _, p := range d.Seats {
			if p.State == activity.Held {
				sheet.Seats = append(sheet.Seats, Seat{p.ID, p.Name, p.Post, p.Came})
			}
		}
		out = append(out, sheet)
	}
	return out, err
}
