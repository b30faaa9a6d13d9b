package partner

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Blank is the form of a new unit, with the places it may lie in.
type Blank struct{ Places []Choice }

// Choice is a community.
type Choice struct {
	Code auth.Region
	Name string
}

// Blank gives the form of a new unit.
func (s *Service) Blank(ctx context.Context, _ NoInput) (Blank, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Blank, err error) {
		at := auth.From(ctx).Seat()
		codes := []auth.Region{at}
		if at.Level() == auth.LevelTown {
			below, err := region.Below(ctx, tx, at)
			if err != nil {
				return out, err
			}
			codes = nil
			for _, r := range below {
				codes = append(codes, r.Code)
			}
		}
		for _, c := range codes {
			name, err := region.FullName(ctx, tx, c)
			if err != nil {
				return out, err
			}
			out.Places = append(out.Places, Choice{c, name})
		}
		return out, nil
	})
}
