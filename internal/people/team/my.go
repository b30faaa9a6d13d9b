package team

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Face is what everybody may see of a team: nobody's name stands there.
type Face struct {
	ID         db.ID       `json:"id"`
	Name       string      `json:"name"`
	Kind       string      `json:"kind" set:"team.kind"`
	Purpose    string      `json:"purpose"`
	Region     auth.Region `json:"region"`
	FoundedDay clock.Day   `json:"founded_day"`
	Members    int64       `json:"members"`

	Where string `json:"where" db:",read"`

	Honours []string `json:"honours,omitempty" db:"-" doc:"受过的表彰"`
}

// PublicInput looks for teams.
type PublicInput struct {
	Region auth.Region `query:"region"`
	Kind   string      `query:"kind" set:"team.kind," maxLength:"20"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	db.Paging
}

// Faces is one page of the teams that everybody may see.
type Faces struct {
	In PublicInput `json:"-"`
	db.Page[Face]
}

// Faces gives the teams of a place, the newest first.
func (s *Service) Faces(ctx context.Context, in PublicInput) (Faces, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Faces, err error) {
		out.In = in
		if out.Page, err = open.Page(ctx, tx, in, in.Paging); err != nil {
			return out, err
		}
		for i, f := range out.Items {
			if out.Items[i].Where, err = region.FullName(ctx, tx, f.Region); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

// Face gives one team to everybody.
func (s *Service) Face(ctx context.Context, in GetInput) (Face, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Face, err error) {
		if out, err = face.Get(ctx, tx, in.ID); err != nil {
			return out, err
		}
		if out.Where, err = region.FullName(ctx, tx, out.Region); err == nil && s.Honours != nil {
			out.Honours, err = s.Honours(ctx, tx, out.ID)
		}
		return out, err
	})
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Mine is somebody's teams: where he is, where he was asked, what he asked for.
type Mine struct {
	Items     []Membership `json:"items"`
	Volunteer bool         `json:"-"`
	Home      auth.Region  `json:"-"`
	Where     string       `json:"-"`
}

// Mine gives the actor's own teams.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Mine, err error) {
		me := auth.From(ctx).Person
		if out.Items, err = mineOf.All(ctx, tx, me); err != nil {
			return out, err
		}
		h, ok, err := db.Found(homeOf.One(ctx, tx, me))
		if err != nil || !ok {
			return out, err
		}
		out.Volunteer, out.Home = true, h
		out.Where, err = region.FullName(ctx, tx, h)
		return out, err
	})
}

var homeOf = db.Query[auth.Region](`SELECT region FROM volunteer WHERE person_id = $1 AND status = 'active'`)

// Card is one's own page of a team: everybody's part of it, one's own place in it, and for who leads it all of it.
type Card struct {
	Face
	State   string      `json:"state" set:"team.state"`
	Mine    *Membership `json:"mine"`
	Leads   bool        `json:"leads"`
	Serves  bool        `json:"-"` // is a volunteer and may ask to join
	Detail  Detail      `json:"-"`
	Applies bool        `json:"-"`
}

// Card gives a team to a member, or to whoever thinks of becoming one: also before it is approved, for it needs those who agree.
func (s *Service) Card(ctx context.Context, in GetInput) (Card, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Card, err error) {
		t, err := Get(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		me := auth.From(ctx).Person
		m, has, err := db.Found(inside.One(ctx, tx, t.ID, me))
		if err != nil {
			return out, err
		}
		if has {
			out.Mine = &m
		}
		if t.State != Active && t.State != Applied && !has {
			return out, errs.ErrNotFound
		}
		out.Face = Face{ID: t.ID, Name: t.Name, Kind: t.Kind, Purpose: t.Purpose, Region: t.Region, FoundedDay: t.FoundedDay, Members: t.Members}
		out.State = t.State
		if out.Where, err = region.FullName(ctx, tx, t.Region); err != nil {
			return out, err
		}
		if _, out.Serves, err = db.Found(homeOf.One(ctx, tx, me)); err != nil {
			return out, err
		}
		if out.Leads = has && m.State == In && m.Office != ""; out.Leads {
			out.Detail, err = s.detail(ctx, tx, t.ID)
		}
		return out, err
	})
}

// Blank is the form of an application, with the places it may be made for.
type Blank struct {
	Desk   bool
	Ready  bool // is a volunteer, or enters for somebody
	Places []Choice
	Least  int64
}

// Choice is a community that may guide a team.
type Choice struct {
	Code auth.Region
	Name string
}

// Blank gives one's own form of an application.
func (s *Service) Blank(ctx context.Context, _ NoInput) (Blank, error) {
	return act.Read(ctx, s.db, Found, func(tx *db.Tx) (out Blank, err error) {
		h, ok, err := db.Found(homeOf.One(ctx, tx, auth.From(ctx).Person))
		if err != nil || !ok {
			return out, err
		}
		out.Ready = true
		return out, out.offer(ctx, tx, h)
	})
}

// DeskBlank gives the desk's form of an application.
func (s *Service) DeskBlank(ctx context.Context, _ NoInput) (Blank, error) {
	return act.Read(ctx, s.db, Approve, func(tx *db.Tx) (out Blank, err error) {
		out.Desk, out.Ready = true, true
		return out, out.offer(ctx, tx, auth.From(ctx).Seat())
	})
}

// offer lists a community, or those of a town.
func (b *Blank) offer(ctx context.Context, tx *db.Tx, at auth.Region) (err error) {
	if b.Least, err = setting.Int(ctx, tx, setting.TeamLeast, at); err != nil {
		return err
	}
	codes := []auth.Region{at}
	if at.Level() == auth.LevelTown {
		below, err := region.Below(ctx, tx, at)
		if err != nil {
			return err
		}
		codes = nil
		for _, r := range below {
			codes = append(codes, r.Code)
		}
	}
	for _, c := range codes {
		name, err := region.FullName(ctx, tx, c)
		if err != nil {
			return err
		}
		b.Places = append(b.Places, Choice{c, name})
	}
	return nil
}
