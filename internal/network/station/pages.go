package station

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Finder is the public page: what was asked for and the stations found.
type Finder struct {
	In    ListInput
	Place string
	db.Page[Station]
}

// Find gives the page of stations; public.
func (s *Service) Find(ctx context.Context, in ListInput) (out Finder, err error) {
	out.In = in
	if out.Page, err = s.List(ctx, in); err != nil || in.Region == 0 {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		out.Place, err = region.FullName(ctx, tx, in.Region)
		return err
	})
	return out, err
}

// Register is the page of those who look after stations: the stations of their place.
func (s *Service) Register(ctx context.Context, in ListInput) (out Finder, err error) {
	if err := auth.Allow(ctx, Desk); err != nil {
		return out, err
	}
	if in.Region == 0 {
		in.Region = place(ctx)
	}
	return s.Find(ctx, in)
}

// place is where the actor looks after stations.
func place(ctx context.Context) auth.Region { return cmp.Or(auth.From(ctx).Seat(), region.Top) }

// Sheet is the page of one station for those who look after it; without an id it is the form of a new one.
type Sheet struct {
	Station
	Where       string
	Hosts       []setting.Word
	Managers    int
	Communities []region.Division
	edits, town bool
}

// Sheet gives one station with what its keepers may do.
func (s *Service) Sheet(ctx context.Context, in GetInput) (out Sheet, err error) {
	if err := auth.Allow(ctx, Desk); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Station, err = Get(ctx, tx, in.ID); err != nil {
			return err
		}
		if err := auth.Require(ctx, Desk, Desk, out.Place()); err != nil {
			return err
		}
		if err := s.open(&out.Station); err != nil {
			return err
		}
		who, err := Managers(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		out.Managers, out.edits, out.town = len(who), auth.Can(ctx, Edit, out.Place()), auth.Can(ctx, Confirm, out.Place())
		return out.words(ctx, tx)
	})
	if err != nil {
		out = Sheet{}
	}
	return out, err
}

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Blank prepares the form of a new station in the actor's place.
func (s *Service) Blank(ctx context.Context, _ Nothing) (out Sheet, err error) {
	if err := auth.Allow(ctx, Create); err != nil {
		return out, err
	}
	out.Region = place(ctx)
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := out.words(ctx, tx); err != nil {
			return err
		}
		if out.Region.Level() == auth.LevelCommunity {
			d, err := region.Get(ctx, tx, out.Region)
			out.Communities = []region.Division{d}
			return err
		}
		out.Communities, err = region.Below(ctx, tx, out.Region)
		return err
	})
	return out, err
}

func (v *Sheet) words(ctx context.Context, tx *db.Tx) (err error) {
	if v.Where, err = region.FullName(ctx, tx, v.Region); err != nil {
		return err
	}
	v.Hosts, err = setting.Words(ctx, tx, "host")
	return err
}

func (v Sheet) path() string { return "/desk/stations/" + v.ID.String() }

func (v Sheet) version() string { return strconv.FormatInt(v.Version, 10) }

func (v Sheet) communityOptions() []ui.Option {
	var out []ui.Option
	for _, d := range v.Communities {
		if d.Level == auth.LevelCommunity {
			out = append(out, ui.Option{Value: d.Code.String(), Label: d.Name})
		}
	}
	return out
}

var (
	kindWords   = map[string]string{"station": "站", "point": "点"}
	statusWords = map[string]string{Open: "开放", Suspended: "暂停", Closed: "已撤销"}
	statusTones = map[string]string{Open: "done", Suspended: "wait", Closed: ""}
)

func degrees(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// distance is said in the unit that people use for it.
func distance(metres int64) string {
	if metres < 1000 {
		return strconv.FormatInt(metres, 10) + " 米"
	}
	return fmt.Sprintf("%.1f 公里", float64(metres)/1000)
}

func (f Finder) next(path string) string {
	if f.Next == nil {
		return ""
	}
	q := url.Values{"cursor": {*f.Next}}
	if f.In.Q != "" {
		q.Set("q", f.In.Q)
	}
	if f.In.Region != 0 {
		q.Set("region", f.In.Region.String())
	}
	return path + "?" + q.Encode()
}
