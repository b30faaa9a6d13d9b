package activity

import (
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
)

// GetInput names an activity.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is an activity with its posts and lists, for who leads it and who guides it.
type Detail struct {
	Activity
	Posts []Post `json:"posts"`
	Seats []Seat `json:"places"`

	Station string    `json:"-"`
	Where   string    `json:"-"`
	Now     time.Time `json:"-"`
}

// Get gives an activity to whoever leads or guides it.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.activities, in.ID, func(tx *db.Tx, a Activity) (Detail, error) { return s.detail(ctx, tx, a.ID) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	if out.Activity, err = Get(ctx, tx, id); err != nil {
		return out, err
	}
	out.Now = tx.Now
	if out.Posts, err = postsIn(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Seats, err = seatsOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Seats == nil {
		out.Seats = []Seat{}
	}
	st, err := station.Get(ctx, tx, out.StationID)
	if err != nil {
		return out, err
	}
	out.Station = st.Name
	out.Where, err = region.FullName(ctx, tx, out.Region)
	return out, err
}

// ListInput filters the activities of a place.
type ListInput struct {
	Region   auth.Region `query:"region"`
	State    string      `query:"state" set:"activity.state," maxLength:"10"`
	Category string      `query:"category" set:"catalogue_item.category," maxLength:"20"`
	From     clock.Day   `query:"from"`
	To       clock.Day   `query:"to"`
	Q        string      `query:"q" maxLength:"40" doc:"名称里的字"`
	Sort     string      `query:"sort" enum:"late,early," maxLength:"5" doc:"时间晚的在前，或早的在前"`
	db.Paging
}

// Register is one page of the activities of a place.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Activity]
}

// List gives the activities in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}

// PublicInput looks for activities to join.
type PublicInput struct {
	Region   auth.Region `query:"region"`
	Category string      `query:"category" set:"catalogue_item.category," maxLength:"20"`
	db.Paging
}

// Face is what everybody may see of an activity: nobody's name stands there.
type Face struct {
	ID         db.ID     `json:"id"`
	ProjectID  db.ID     `json:"project_id"`
	Title      string    `json:"title"`
	Category   string    `json:"category" set:"catalogue_item.category"`
	Content    string    `json:"content"`
	Place      string    `json:"place"`
	Conditions string    `json:"conditions"`
	Risk       string    `json:"risk"`
	GuideUnit  string    `json:"guide_unit"`
	Insured    bool      `json:"insurance_needed"`
	Agreement  bool      `json:"agreement_needed"`
	StartsAt   time.Time `json:"starts_at"`
	EndsAt     time.Time `json:"ends_at"`
	State      string    `json:"state" set:"activity.state"`
	Reason     string    `json:"reason"`
	Team       string    `json:"team"`
	Station    string    `json:"station"`
	Needed     int64     `json:"needed"`
	Taken      int64     `json:"taken"`
	Posts      []Post    `json:"posts"`
	Partners   []string  `json:"partners,omitempty" doc:"一起办的驻区单位；一场的页面上才有"`
}

// Faces is one page of activities that are still to come.
type Faces struct {
	In PublicInput `json:"-"`
	db.Page[Face]
}

func faceOf(ctx context.Context, tx *db.Tx, a Activity) (Face, error) {
	st, err := station.Get(ctx, tx, a.StationID)
	if err != nil {
		return Face{}, err
	}
	posts, err := postsIn(ctx, tx, a.ID)
	return Face{ID: a.ID, ProjectID: a.ProjectID, Title: a.Title,
		Category: a.Category, Content: a.Content, Place: a.Place, Conditions: a.Conditions, Risk: a.Risk, Insured: a.Insured,
		Agreement: a.Agreement,
		GuideUnit: a.GuideUnit, StartsAt: a.StartsAt, EndsAt: a.EndsAt, State: a.State, Reason: a.Reason, Team: a.Team, Station: st.Name,
		Needed: a.Needed, Taken: a.Taken, Posts: posts}, err
}

// Faces gives the activities that anybody may join, the next first.
func (s *Service) Faces(ctx context.Context, in PublicInput) (Faces, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Faces, err error) {
		page, err := coming.Page(ctx, tx, ahead{in, tx.Now}, in.Paging)
		if err != nil {
			return out, err
		}
		out.In, out.Next, out.Items = in, page.Next, []Face{}
		for _, a := range page.Items {
			f, err := faceOf(ctx, tx, a)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, f)
		}
		return out, nil
	})
}

// Face gives one activity to everybody; what was never published is nobody's, also once it is called off.
func (s *Service) Face(ctx context.Context, in GetInput) (Face, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (Face, error) { return s.face(ctx, tx, in.ID) })
}

func (s *Service) face(ctx context.Context, tx *db.Tx, id db.ID) (Face, error) {
	a, err := Get(ctx, tx, id)
	if err == nil && a.Published == nil {
		err = errs.ErrNotFound
	}
	if err != nil {
		return Face{}, err
	}
	f, err := faceOf(ctx, tx, a)
	if err == nil && s.Ask.Partners != nil {
		f.Partners, err = s.Ask.Partners(ctx, tx, id)
	}
	return f, err
}

// Card is an activity for somebody who is signed in, with his own place and how he came to it.
type Card struct {
	Face
	Mine   *Seat    `json:"mine"`
	Before int64    `json:"before" doc:"候补里排在前面的人数"`
	Why    []string `json:"why" doc:"名额是怎样来的，一步一步"`
	Leads  bool     `json:"leads"`

	Cannot []Cannot  `json:"cannot" doc:"哪些岗位还报不了，为什么"`
	Now    time.Time `json:"-"`
	Serves bool      `json:"-"`
}

// Card gives an activity with one's own place.
func (s *Service) Card(ctx context.Context, in GetInput) (Card, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Card, err error) {
		if out.Face, err = s.face(ctx, tx, in.ID); err != nil {
			return out, err
		}
		me := auth.From(ctx).Person
		out.Now, out.Cannot = tx.Now, []Cannot{}
		id, serves, err := db.Found(volunteerOf.One(ctx, tx, me))
		if err != nil {
			return out, err
		}
		a, err := Get(ctx, tx, in.ID)
		if out.Serves = serves; err == nil && serves {
			err = out.cannot(ctx, tx, id, a)
		}
		if err != nil {
			return out, err
		}
		out.Leads = auth.Can(ctx, Lead, a.at())
		p, has, err := db.Found(myPlace.One(ctx, tx, in.ID, me))
		if err != nil || !has {
			return out, err
		}
		out.Mine = &p
		return out, out.explain(ctx, tx, p)
	})
}

// Queue is the log of all posts of an activity, each step with its reason, without names.
type Queue struct {
	Items []QueueLine `json:"items"`
}

// QueueLine is one step.
type QueueLine struct {
	Post string `json:"post"`
	moveLine
	Words string `json:"words"`
	Mine  bool   `json:"mine"`
}

// Queue gives the steps of the lists of an activity in their order, to whoever is on it or leads it: anybody can play them again.
func (s *Service) Queue(ctx context.Context, in GetInput) (Queue, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Queue, err error) {
		a, err := Get(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		me := auth.From(ctx).Person
		_, on, err := db.Found(myPlace.One(ctx, tx, a.ID, me))
		if err == nil && !on && !auth.Can(ctx, Lead, a.at()) {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		posts, err := postsOf.All(ctx, tx, a.ID)
		out.Items = []QueueLine{}
		for _, p := range posts {
			if err != nil {
				return out, err
			}
			moves, e := movesOf.All(ctx, tx, p.ID)
			for _, m := range moves {
				out.Items = append(out.Items, QueueLine{p.Name, m, moveWords.Word(m.What), m.PersonID == me})
			}
			err = e
		}
		return out, err
	})
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Mine is what somebody has signed up for and what is still to come near him.
type Mine struct {
	Items []Face `json:"items"`
	Near  []Face `json:"near"`

	Home auth.Region `json:"-"`
}

// Mine gives one's own activities, and those of one's town.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Mine, err error) {
		out.Items, out.Near = []Face{}, []Face{}
		me := auth.From(ctx).Person
		list, err := mine.All(ctx, tx, me, tx.Now.Add(-early)) // one may still sign out
		if err != nil {
			return out, err
		}
		if out.Home, _, err = db.Found(homeOf.One(ctx, tx, me)); err != nil {
			return out, err
		}
		var near []Activity
		if out.Home != 0 {
			near, err = coming.First(ctx, tx, ahead{PublicInput{Region: out.Home.At(auth.LevelTown)}, tx.Now}, 20)
		}
		seen := map[db.ID]bool{}
		for i, a := range append(list, near...) {
			if err != nil {
				return out, err
			}
			f, e := faceOf(ctx, tx, a)
			if err = e; seen[a.ID] {
				continue
			}
			if seen[a.ID] = true; i < len(list) {
				out.Items = append(out.Items, f)
			} else {
				out.Near = append(out.Near, f)
			}
		}
		return out, err
	})
}

var homeOf = db.Query[auth.Region](`SELECT region FROM volunteer WHERE person_id = $1 AND status = 'active'`)

// Screen is the code that the station's screen shows now.
type Screen struct {
	Activity
	Code  string `json:"code"`
	Came  int64  `json:"came"`
	Holds int64  `json:"holds"`
}

// Show gives the code of this half minute, for the screen.
func (s *Service) Show(ctx context.Context, in GetInput) (Screen, error) {
	return act.Read(ctx, s.db, Lead, func(tx *db.Tx) (out Screen, err error) {
		d, err := s.led(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		out = Screen{Activity: d.Activity, Code: s.codes.Code(what, d.ID, tx.Now)}
		for _, p := range d.Seats {
			if p.State == Held {
				out.Holds++
			}
			if p.State == Held && (p.Came == ByCode || p.Came == ByList) {
				out.Came++
			}
		}
		return out, nil
	})
}

// led gives an activity to whoever leads it.
func (s *Service) led(ctx context.Context, tx *db.Tx, id db.ID) (Detail, error) {
	a, err := Get(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, Lead, View, a.at())
	}
	if err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, tx, id)
}

// Ticks tells the screen every ten seconds to fetch the code anew.
func (s *Service) Ticks(ctx context.Context, in GetInput) (<-chan string, error) {
	if _, err := s.Show(ctx, in); err != nil {
		return nil, err
	}
	out := make(chan string)
	go func() {
		defer close(out)
		tick := time.NewTicker(10 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			select {
			case <-ctx.Done():
				return
			case out <- in.ID.String():
			}
		}
	}()
	return out, nil
}

// BlankInput says of which project, station and team the new activity is to be, where that is known.
type BlankInput struct {
	ProjectID db.ID `query:"project_id"`
	StationID db.ID `query:"station_id"`
	TeamID    db.ID `query:"team_id"`
}

// Blank is the form of a new activity, with what is chosen from.
type Blank struct {
	In       BlankInput
	Stations []choice
	Teams    []choice
	Skills   []setting.Word
	Codes    []setting.Word
	Menu     []catalogue.Item
	Days     clock.Day
}

type choice struct {
	ID   db.ID
	Name string
}

// Blank gives the form of a new activity: at the actor's stations, or those that guide the teams he leads.
func (s *Service) Blank(ctx context.Context, in BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Plan, func(tx *db.Tx) (out Blank, err error) {
		out.In = in
		me := auth.From(ctx).Person
		scope := auth.ScopeOf(ctx, Publish)
		if out.Stations, err = openStations.First(ctx, tx, mineAt{scope, me}, 100); err != nil {
			return out, err
		}
		if out.Teams, err = openTeams.First(ctx, tx, mineAt{scope, me}, 100); err != nil {
			return out, err
		}
		out.Days = clock.DayOf(tx.Now).AddDays(7)
		if out.Skills, err = setting.Words(ctx, tx, setting.Skills); err != nil {
			return out, err
		}
		if out.Codes, err = setting.Words(ctx, tx, setting.Qualification); err == nil {
			out.Menu, err = out.menu(ctx, tx)
		}
		return out, err
	})
}

// mineAt is what lies in a scope, or is led by a person.
type mineAt struct {
	Scope auth.Scope
	Me    db.ID
}

var (
	openStations = db.ListOf(func(b *db.Builder, in mineAt) {
		b.Add(`SELECT s.id, s.name FROM station s WHERE s.status <> 'closed' AND (EXISTS (SELECT 1 FROM team t JOIN team_role o
			ON o.team_id = t.id AND o.to_day = 0 WHERE t.station_id = s.id AND t.state = 'active' AND o.person_id = ?) OR (1 = 1`, in.Me)
		in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
		b.Add("))")
	}, choices)
	openTeams = db.ListOf(func(b *db.Builder, in mineAt) {
		b.Add(`SELECT t.id, t.name FROM team t WHERE t.state = 'active' AND (EXISTS (SELECT 1 FROM team_role o WHERE o.team_id = t.id
			AND o.to_day = 0 AND o.person_id = ?) OR (1 = 1`, in.Me)
		in.Scope.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
		b.Add("))")
	}, choices)
)

func choices(mineAt) db.Order[choice] {
	return db.Order[choice]{By: "name, id", Key: func(c choice) []any { return []any{c.Name, c.ID} }}
}
