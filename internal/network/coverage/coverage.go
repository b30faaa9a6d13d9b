// Package coverage sets the network against its targets: how many communities there are, how many have a station that meets the
// standard, on any day and in any division; what the plan asks for; what is still missing where, and where the next stations help
// most.
//
// Nouns: figures (of a division on a day), share, target, reported figure, lack, siting, boundary. Verbs: get, show, list (what is
// missing), set (a target), report, withdraw, suggest, import, fold, recount.
package coverage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Permissions.
const (
	Public  auth.Perm = "coverage.public" // the figures of banners and above
	View    auth.Perm = "coverage.view"   // what officers see, down to the station
	Targets auth.Perm = "coverage.target"
	Report  auth.Perm = "coverage.report"
	Map     auth.Perm = "coverage.map"
)

// Share is a part of a whole in ten-thousandths: 9339 is 93.39 %. In JSON it is a decimal with four digits, "0.9339"; one that is not
// known is null, never zero.
type Share int64

// whole is all of it.
const whole Share = 10_000

// ratio is n of a whole, rounded; nil when there is no whole to be a part of.
func ratio(n, of int64) *Share {
	if of == 0 {
		return nil
	}
	s := Share((n*2*int64(whole) + of) / (2 * of))
	return &s
}

// String gives the decimal with four digits.
func (s Share) String() string { return fmt.Sprintf("%d.%04d", s/whole, s%whole) }

// MarshalText gives the form of String.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Schema tells the API's document what a share looks like.
func (Share) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Pattern: `^[0-9]+\.[0-9]{4}$`, Nullable: true, Description: "四位小数；没有数据时为 null"}
}

// Percent is the share as people read it, with one digit; what is not quite all is never written as 100 %.
func (s Share) Percent() string {
	tenths := (int64(s) + 5) / 10
	if s < whole {
		tenths = min(tenths, 999)
	}
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// percent is Percent, or a dash for a share that is not known.
func percent(s *Share) string {
	if s == nil {
		return "—"
	}
	return s.Percent()
}

// Figures are what is counted in a division on a day.
type Figures struct {
	Communities int64 // that count as one
	Stations    int64 // open
	Points      int64 // open
	Served      int64 // communities with an open station
	Covered     int64 // communities whose open station meets the mandatory items of the standard
	Upgraded    int64 // open stations with 六有 and the six functions
	Met         int64 // open stations and points that meet the mandatory items of the standard
}

func (f Figures) plus(o Figures, sign int64) Figures {
	return Figures{f.Communities + sign*o.Communities, f.Stations + sign*o.Stations, f.Points + sign*o.Points, f.Served + sign*o.Served,
		f.Covered + sign*o.Covered, f.Upgraded + sign*o.Upgraded, f.Met + sign*o.Met}
}

// Sites are the stations and points: 站（点）.
func (f Figures) Sites() int64 { return f.Stations + f.Points }

// Missing is how many communities are not covered yet.
func (f Figures) Missing() int64 { return f.Communities - f.Covered }

// Rate is the verified coverage: communities with a station that meets the standard, of all.
func (f Figures) Rate() *Share { return ratio(f.Covered, f.Communities) }

// PlanRatio is the plan's own figure, 站（点）数 ÷ 社区数 (二（三）); points count, so it may exceed the whole.
func (f Figures) PlanRatio() *Share { return ratio(f.Sites(), f.Communities) }

// UpgradedShare is the part of the open stations that are 提档升级.
func (f Figures) UpgradedShare() *Share { return ratio(f.Upgraded, f.Stations) }

// Coverage is a division on a day, and those directly below it, as the contract has it.
type Coverage struct {
	Region      auth.Region `json:"region"`
	Date        clock.Day   `json:"date"`
	Communities int64       `json:"communities" doc:"计入的嘎查村（社区）数，按当天的区划"`
	Stations    int64       `json:"stations" doc:"开放的站和点"`
	Covered     int64       `json:"covered" doc:"有达标的站的嘎查村（社区）数"`
	Rate        *Share      `json:"rate" doc:"covered ÷ communities；没有数据时为 null"`
	PlanRatio   *Share      `json:"plan_ratio" doc:"建设方案的口径：站（点）数 ÷ 社区数"`
	Target      *Share      `json:"target" doc:"当年的目标；没有定时为 null"`
	Children    []Coverage  `json:"children" doc:"直接下级，同样的内容；下级的下级不展开"`
}

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// GetInput names a division and a day.
type GetInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方，没有登录时为自治区"`
	Date   clock.Day   `query:"date" doc:"不填为今天"`
}

// settle fills in what was left out: one's own division, today.
func (in *GetInput) settle(ctx context.Context, today clock.Day) error {
	if in.Region == 0 {
		in.Region = seat(ctx)
	}
	if in.Date == 0 {
		in.Date = today
	}
	if in.Date > today {
		return errs.Field("date", "不能晚于今天")
	}
	return nil
}

func seat(ctx context.Context) auth.Region {
	if at := auth.From(ctx).Seat(); at != 0 {
		return at
	}
	return region.Top
}

// Get gives the figures of a division and of those directly below. The public sees banners and above; what lies below is for who
// oversees it.
func (s *Service) Get(ctx context.Context, in GetInput) (Coverage, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Coverage, err error) {
		if err := in.settle(ctx, clock.DayOf(tx.Now)); err != nil {
			return out, err
		}
		v, err := look(ctx, tx, in, visible(ctx, in.Region))
		if err != nil {
			return out, err
		}
		out = v.coverage(v.Here)
		for _, c := range v.Below {
			out.Children = append(out.Children, v.coverage(c))
		}
		return out, nil
	})
}

// visible says how deep the actor may look below a division: to banners, or to communities where he oversees.
func visible(ctx context.Context, at auth.Region) int {
	if auth.Can(ctx, View, auth.Place{Region: at}) {
		return auth.LevelCommunity
	}
	return auth.LevelBanner
}

// Row is a division with its figures.
type Row struct {
	region.Span
	Figures
	Urban  Figures // of them, in communities that are urban
	Target *Share
	Where  string // the division above, where the page does not say it
}

// view is a division and those below it on a day.
type view struct {
	Here  Row
	Below []Row
	Date  clock.Day
	// known says that the system knows of stations on that day at all; before, a rate is no zero but nothing.
	known bool
}

// look reads a division on a day with those directly below, no deeper than a level.
func look(ctx context.Context, tx *db.Tx, in GetInput, deepest int) (v view, err error) {
	v.Date = in.Date
	if in.Region.Level() > deepest {
		return v, errs.ErrNotFound
	}
	here, err := divisionOn.Get(ctx, tx, in.Region, region.KnownFrom(in.Date))
	if err != nil {
		return v, err
	}
	v.Here = Row{Span: here}
	if in.Region.Level() < deepest {
		below, err := region.On(ctx, tx, in.Region, in.Date)
		if err != nil {
			return v, err
		}
		for _, d := range below {
			v.Below = append(v.Below, Row{Span: d})
		}
	}
	return v, v.count(ctx, tx)
}

// rows are all rows of the view.
func (v *view) rows() []*Row {
	out := []*Row{&v.Here}
	for i := range v.Below {
		out = append(out, &v.Below[i])
	}
	return out
}

// count fills the figures and the targets in.
func (v *view) count(ctx context.Context, tx *db.Tx) error {
	codes := []auth.Region{region.Top}
	for _, r := range v.rows() {
		codes = append(codes, r.Code)
	}
	all, err := figuresOn(ctx, tx, codes, v.Date)
	if err != nil {
		return err
	}
	targets, err := targetsOf(ctx, tx, codes, v.Date)
	if err != nil {
		return err
	}
	v.known = all[region.Top].all.Sites() > 0
	for _, r := range v.rows() {
		f := all[r.Code]
		r.Figures, r.Urban, r.Target = f.all, f.urban, targets.of(coverageTarget, r.Code, v.Date)
	}
	return nil
}

// rate is the verified coverage of a row, nil where nothing is known.
func (v view) rate(r Row) *Share {
	if !v.known {
		return nil
	}
	return r.Rate()
}

// ratio is the plan's ratio of a row, nil where nothing is known.
func (v view) ratio(r Row) *Share {
	if !v.known {
		return nil
	}
	return r.PlanRatio()
}

func (v view) coverage(r Row) Coverage {
	return Coverage{Region: r.Code, Date: v.Date, Communities: r.Communities, Stations: r.Sites(), Covered: r.Covered, Rate: v.rate(r),
		PlanRatio: v.ratio(r), Target: r.Target, Children: []Coverage{}}
}

// sorted orders rows by a column; what is not known comes last.
func (v view) sorted(rows []Row, by string, desc bool) {
	key := func(r Row) int64 {
		share := func(s *Share) int64 {
			if s == nil {
				return -1
			}
			return int64(*s)
		}
		switch by {
		case "communities":
			return r.Communities
		case "stations":
			return r.Sites()
		case "ratio":
			return share(v.ratio(r))
		case "covered":
			return r.Covered
		case "rate":
			return share(v.rate(r))
		case "missing":
			return r.Missing()
		}
		return int64(r.Code)
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		if desc {
			a, b = b, a
		}
		return cmp.Compare(key(a), key(b))
	})
}
