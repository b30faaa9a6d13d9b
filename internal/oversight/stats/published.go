package stats

import (
	"cmp"
	"context"
	"slices"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Published is the officers' page of what is before the public.
type Published struct {
	Stand
	Items []Snapshot
	Last  Choice // the period that is proposed
}

// PublishedInput is empty: the page is that of the actor's own place.
type PublishedInput struct{}

// Published lists what the actor's division has published.
func (s *Service) Published(ctx context.Context, _ PublishedInput) (Published, error) {
	return act.Read(ctx, s.db, Publish, func(tx *db.Tx) (out Published, err error) {
		if out.Stand, err = stand(ctx, tx, OverviewInput{}); err != nil {
			return out, err
		}
		out.Last = out.choices()[1]
		out.Items, err = snapshotsOf.All(ctx, tx, int64(out.Region))
		return out, err
	})
}

// PublicInput asks for published figures: the latest of the autonomous region, or of whoever published last, when nothing is named.
type PublicInput struct {
	Region auth.Region `query:"region"`
	ID     db.ID       `query:"id" doc:"哪一次公布的"`
}

// Public is the public page.
type Public struct {
	Kept       Kept
	There      bool
	Where      string
	Earlier    []Snapshot
	Publishers []region.Step
	Said       []Said
	indicators []Indicator
}

// Look gives published figures; public.
func (s *Service) Look(ctx context.Context, in PublicInput) (Public, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Public, err error) {
		out.indicators = s.publicOnes()

		all, err := publishers.All(ctx, tx)
		if err != nil || len(all) == 0 && in.ID == 0 {
			return out, err
		}
		for _, at := range all {
			name, err := region.Name(ctx, tx, at)
			if err != nil {
				return out, err
			}
			out.Publishers = append(out.Publishers, region.Step{Code: at, Name: name, Level: int64(at.Level())})
		}
		if in.ID != 0 {
			snap, err := found(snapshotByID.One(ctx, tx, in.ID))
			if err != nil || !snap.Public || snap.Ended {
				return out, cmp.Or(err, error(errs.ErrNotFound))
			}
			in.Region = snap.Region
		}
		if in.Region == 0 {
			in.Region = all[0]
		}
		if out.Earlier, err = latestPublic.All(ctx, tx, int64(in.Region)); err != nil || len(out.Earlier) == 0 {
			return out, err
		}
		if out.Where, err = region.FullName(ctx, tx, in.Region); err != nil {
			return out, err
		}
		out.There = true
		out.Kept, err = s.Reopen(ctx, tx, cmp.Or(in.ID, out.Earlier[0].ID))
		for _, i := range out.indicators {
			if f, kept := out.Kept.Figures[in.Region][i.Code]; kept {
				out.Said = append(out.Said, Said{i, f})
			}
		}
		return out, err
	})
}

// below are the divisions of a published table.
func (v Public) below() []auth.Region {
	return slices.DeleteFunc(slices.Clone(v.Kept.Order), func(at auth.Region) bool { return at == v.Kept.Region })
}

// Tabled says whether the published table of divisions has room for an indicator.
func (i Indicator) Tabled() bool {
	return slices.Contains([]string{"coverage", "stations", "registered", "services", "hours", "closed_rate", "satisfaction"}, i.Code)
}

// few are those of the published table.
func (v Public) few() []Indicator {
	return slices.DeleteFunc(slices.Clone(v.indicators), func(i Indicator) bool { return !i.Tabled() })
}

// NextPublic gives the first publication after one, and the indicators that are public; without a later one nothing.
func (s *Service) NextPublic(ctx context.Context, tx *db.Tx, after db.ID) (Kept, []Indicator, error) {
	snap, there, err := db.Found(nextPublic.One(ctx, tx, int64(after)))
	if err != nil || !there {
		return Kept{}, nil, err
	}
	kept, err := s.Reopen(ctx, tx, snap.ID)
	return kept, s.publicOnes(), err
}
