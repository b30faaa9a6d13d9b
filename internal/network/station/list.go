package station

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/golang/geo/s2"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/geo"
)

// ListInput asks for the stations of a division, or for those nearest to a place.
type ListInput struct {
	Region auth.Region `query:"region"`
	Near   string      `query:"near" maxLength:"40" doc:"纬度,经度：由近到远"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	From   string      `query:"from" maxLength:"40" doc:"near 是从哪里算起，只在页面上用来说明"`
	Status string      `query:"status" set:"station.status," maxLength:"10" doc:"不填为没有撤销的"`
	Now    bool        `query:"now" doc:"只要现在开门的"`
	Kind   string      `query:"kind" set:"station.kind," maxLength:"7"`
	Sort   string      `query:"sort" enum:"place,name," maxLength:"5" doc:"不填按设立先后，或按地方、按名称"`
	db.Paging
}

// List gives stations, the closed ones only when they are asked for; public.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Station], error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out db.Page[Station], err error) {
		of := search{ListInput: in}
		if in.Now {
			if of.Hour, err = hourOf(ctx, tx); err != nil {
				return out, err
			}
		}
		if in.Near != "" {
			out.Items, err = nearest(ctx, tx, of)
		} else {
			out, err = list.Page(ctx, tx, of, in.Paging)
		}
		if err == nil {
			err = s.show(ctx, tx, out.Items)
		}
		return out, err
	})
}

// show makes stations ready to be seen: with their telephones, and whether somebody is there now.
func (s *Service) show(ctx context.Context, tx *db.Tx, list []Station) error {
	for i := range list {
		if err := s.open(&list[i]); err != nil {
			return err
		}
	}
	return doors(ctx, tx, list)
}

// radii are the circles in which nearest looks, in metres, until enough are found.
var radii = []float64{5_000, 50_000, 500_000, 3_000_000}

func nearest(ctx context.Context, tx *db.Tx, of search) ([]Station, error) {
	lat, lng, err := parsePoint(of.Near)
	if err != nil {
		return nil, err
	}
	here, out := geo.Point(lat, lng), []Station{}
	for _, r := range radii {
		if out, err = within(ctx, tx, here, r, of); err != nil || len(out) >= of.Size() {
			break
		}
	}
	slices.SortFunc(out, func(a, b Station) int {
		if a.Metres != b.Metres {
			return int(a.Metres - b.Metres)
		}
		return int(a.ID - b.ID)
	})
	return out[:min(len(out), of.Size())], err
}

// within gives the stations inside a circle with their distances: S2 cells narrow the search, the exact distance decides.
func within(ctx context.Context, tx *db.Tx, here s2.Point, metres float64, of search) ([]Station, error) {
	circle := s2.CapFromCenterAngle(here, geo.Angle(metres))
	of.Cells = cells((&s2.RegionCoverer{MaxLevel: 16, MaxCells: 8}).Covering(circle))
	rows, err := inCells.All(ctx, tx, of)
	out := []Station{}
	for _, st := range rows {
		if d := geo.Length(here.Distance(geo.Point(st.Lat, st.Lng))); d <= metres {
			st.Metres = int64(math.Round(d))
			out = append(out, st)
		}
	}
	return out, err
}

func parsePoint(text string) (lat, lng float64, err error) {
	a, b, _ := strings.Cut(text, ",")
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lng, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if err1 != nil || err2 != nil || !(math.Abs(lat) <= 90) || !(math.Abs(lng) <= 180) {
		return 0, 0, errs.Field("near", "应是“纬度,经度”，如 43.93,116.09")
	}
	return lat, lng, nil
}
