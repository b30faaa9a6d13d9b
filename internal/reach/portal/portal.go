// Package portal is the public face: the home page, how personal data is protected, how to read with difficulty. It owns the shells of all pages.
package portal

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Permissions.
const (
	View  auth.Perm = "portal.view"  // reading the public pages
	Enter auth.Perm = "portal.enter" // the first page after signing in
)

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Home is what the front page shows.
type Home struct {
	Leagues     []region.Division
	Communities int64
	Figures     Figures
}

// Figures are what the region has done, as it stands in the registers.
type Figures struct {
	Stations   int64 // open today
	Volunteers int64 // approved
	Minutes    int64 // counted this month
}

// hours says minutes in whole hours.
func (f Figures) hours() int64 { return f.Minutes / 60 }

// Home gives the front page; public.
func (s *Service) Home(ctx context.Context, _ Nothing) (out Home, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Figures, err = figures(ctx, tx); err != nil {
			return err
		}
		out.Leagues, err = region.Below(ctx, tx, region.Top)
		return err
	})
	for _, l := range out.Leagues {
		out.Communities += l.Communities
	}
	return out, err
}

// Text gives a page of fixed words; public.
func (s *Service) Text(ctx context.Context, _ Nothing) (Nothing, error) {
	return Nothing{}, auth.Allow(ctx, View)
}

// Open gives the first page of a shell: what its reader may do there; each tile is checked again where it leads.
func (s *Service) Open(ctx context.Context, _ Nothing) (Nothing, error) {
	return Nothing{}, auth.Allow(ctx, Enter)
}
