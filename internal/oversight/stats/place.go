package stats

import (
	"context"
	"maps"
	"slices"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Place is a division with its figures, for areas that print them.
type Place struct {
	Code    auth.Region
	Name    string
	Figures map[string]Figure
	sums    tally
}

// Kind is how many of a kind the numerator of an indicator has there.
func (p Place) Kind(i Indicator, kind string) int64 { return p.sums.sum(i.Num, kind) }

// Places gives indicators of a division, which comes first, and of those directly below it.
func (s *Service) Places(ctx context.Context, tx *db.Tx, at auth.Region, from, to clock.Day, codes ...string) ([]Place, error) {
	var which []Indicator
	for _, code := range codes {
		i, err := s.indicator(code)
		if err != nil {
			return nil, err
		}
		which = append(which, i)
	}
	all, err := s.both(ctx, tx, which, at, from, to)
	if err != nil {
		return nil, err
	}
	c, err := s.calc(ctx, tx, Indicator{}, from, to)
	if err != nil {
		return nil, err
	}
	var out []Place
	for _, code := range slices.Sorted(maps.Keys(all)) {
		p := Place{Code: code, Figures: map[string]Figure{}, sums: all[code]}
		if p.Name, err = region.Name(ctx, tx, code); err != nil {
			return nil, err
		}
		for _, i := range which {
			c.ind = i
			p.Figures[i.Code] = c.figure(all[code], "")
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b Place) int { return btoi(b.Code == at) - btoi(a.Code == at) })
	return out, nil
}
