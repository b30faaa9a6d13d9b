// Package portal is the public face: the home page, how personal data is protected, how to read with difficulty. It owns the shells of
// all pages.
package portal

import (
	"cmp"
	"context"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/coverage"
	"linli/internal/oversight/stats"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/release"
	"linli/internal/platform/web/ui"
	"linli/internal/reach/console"
	"linli/internal/reach/platforms"
	"linli/internal/reach/press"
)

// Permissions.
const (
	View  auth.Perm = "portal.view"  // reading the public pages
	Enter auth.Perm = "portal.enter" // the first page after signing in
	// Search is the search field of pages of work; what it finds is each of its own permission.
	Search auth.Perm = "portal.search"
)

// Service holds the operations.
type Service struct {
	db      *db.DB
	stats   *stats.Service
	persons *person.Service

	published func(context.Context) (string, error) // see Keep; nil where no page is kept
	front     front
}

// New makes the service, which shows what figures tells and knows persons by their telephone.
func New(d *db.DB, figures *stats.Service, persons *person.Service) *Service {
	return &Service{db: d, stats: figures, persons: persons}
}

// offered are the entries of a navigation that the reader may open, but for the page he reads, under their headings; neighbours that have
// none stand together.
func offered(ctx context.Context, nav string) (out []ui.Fold) {
	here := ui.From(ctx)
	var open []ui.NavItem
	for _, e := range here.Navs.Of(ctx, nav) {
		if e.Href != here.Path && ui.Opens(ctx, e.Href) {
			open = append(open, e)
		}
	}
	for _, f := range ui.Folds(open) {
		if n := len(out); n > 0 && f.Name == "" && out[n-1].Name == "" {
			out[n-1].Items = append(out[n-1].Items, f.Items...)
			continue
		}
		out = append(out, f)
	}
	return out
}

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Home is what the front page shows.
type Home struct {
	Leagues     []League
	Communities int64
	Figures     Figures
	News        []press.Item
}

// League is one, with the communities that count.
type League struct {
	region.Step
	Communities int64
}

// Figures are what the region has done, as it stands in the registers.
type Figures struct {
	Stations   int64 // open today, without points
	Volunteers int64 // in the register today
	Minutes    int64 // counted, of services since the first of the month
}

// hours says minutes in whole hours.
func (f Figures) hours() int64 { return f.Minutes / 60 }

// Home gives the front page; public.
func (s *Service) Home(ctx context.Context, _ Nothing) (Home, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Home, err error) {
		return out, s.home(ctx, tx, &out)
	})
}

// home is read from counters alone: the page is everybody's first one.
func (s *Service) home(ctx context.Context, tx *db.Tx, out *Home) error {
	today := clock.DayOf(tx.Now)
	names, err := region.Under(ctx, tx, region.Top)
	if err != nil {
		return err
	}
	counts, err := coverage.Count(ctx, tx, region.Top, auth.LevelLeague, today)
	if err != nil {
		return err
	}
	for _, l := range names {
		out.Leagues = append(out.Leagues, League{l, counts[l.Code].Communities})
		out.Communities += counts[l.Code].Communities
		out.Figures.Stations += counts[l.Code].Stations
	}
	said, err := s.stats.Figures(ctx, tx, region.Top, today/100*100+1, today, "registered", "hours")
	if err != nil {
		return err
	}
	for code, to := range map[string]*int64{"registered": &out.Figures.Volunteers, "hours": &out.Figures.Minutes} {
		if n := said[code].Figure.Numerator; n != nil {
			*to = *n
		}
	}
	out.News, err = press.Latest(ctx, tx, 3)
	return err
}

// unread is the number at the tile of messages.
func unread(ctx context.Context, href string) int {
	if href != ui.PathMessages {
		return 0
	}
	return ui.News(ctx)
}

// Text gives a page of fixed words; public.
func (s *Service) Text(ctx context.Context, _ Nothing) (Nothing, error) {
	return Nothing{}, auth.Allow(ctx, View)
}

// Seat is what officers see first: how their place stands this year. Who sees no figures has none.
type Seat struct {
	Where string
	Said  []stats.Said
}

// Gov gives the first page of officers.
func (s *Service) Gov(ctx context.Context, _ Nothing) (out Seat, err error) {
	at := cmp.Or(auth.From(ctx).Seat(), region.Top)
	if err := auth.Allow(ctx, Enter); err != nil || !auth.Can(ctx, stats.View, auth.Place{Region: at}) {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Where, err = region.FullName(ctx, tx, at); err != nil {
			return err
		}
		today, codes := clock.DayOf(tx.Now), []string{"coverage", "standard_rate", "registered", "hours", "open_orders", "satisfaction"}
		said, err := s.stats.Figures(ctx, tx, at, today.NewYear(), today, codes...)
		for _, code := range codes {
			out.Said = append(out.Said, said[code])
		}
		return err
	})
	return out, err
}

// Machine is what administrators see first. Program says which release runs, Installation the number by which other systems know this
// one, to who keeps it running.
type Machine struct{ Program, Installation string }

// Admin gives the first page of administrators.
func (s *Service) Admin(ctx context.Context, _ Nothing) (out Machine, err error) {
	if err := auth.Allow(ctx, Enter); err != nil || !auth.Holds(ctx, console.RetryJobs) {
		return out, err
	}
	r, err := release.This()
	if err != nil {
		return out, err
	}
	out.Program = r.Words()
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		out.Installation, err = platforms.Installation(ctx, tx)
		return err
	})
	return out, err
}

// Open gives the first page of a shell: what its reader may do there; each tile is checked again where it leads.
func (s *Service) Open(ctx context.Context, _ Nothing) (Nothing, error) {
	return Nothing{}, auth.Allow(ctx, Enter)
}
