package coverage

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Kinds of target.
const (
	coverageTarget = "coverage" // communities covered, of all
	upgradeTarget  = "upgrade"  // stations that are 提档升级, of the open ones
)

// Target is what a division set for a year; no share goes back to what stands above.
type Target struct {
	ID      db.ID       `json:"id"`
	Region  auth.Region `json:"region"`
	Kind    string      `json:"kind" doc:"coverage 覆盖，upgrade 提档升级"`
	Year    int64       `json:"year"`
	Share   *int64      `json:"-"`
	Current bool        `json:"-"`
	Reason  string      `json:"reason"`
	ByName  string      `json:"by_name"`
	At      time.Time   `json:"at"`
	Value   *Share      `json:"share" db:"-" doc:"空：恢复上级的目标"`
}

func (t *Target) fill() {
	if t.Share != nil {
		s := Share(*t.Share)
		t.Value = &s
	}
}

// plan is what the plan asks (二（三）, 四): 60 % in 2021, 80 % in 2022, all from 2023 on, and the upgrade of all in 2025.
var plan = []Target{{Kind: coverageTarget, Year: 2021}, {Kind: coverageTarget, Year: 2022}, {Kind: coverageTarget, Year: 2023},
	{Kind: upgradeTarget, Year: 2025}}

var planShares = []int64{6_000, 8_000, 10_000, 10_000}

// seedTargets enters them as of the plan's first year, whenever a database is made: equal databases are equal.
func seedTargets(ctx context.Context, tx *db.Tx) error {
	since := clock.Day(20210101).Time()
	for i, t := range plan {
		t.ID, t.Region, t.Share = tx.NewID(), region.Top, &planShares[i]
		t.Reason, t.ByName, t.At = "《内蒙古自治区城乡社区志愿服务站（点）建设方案》二（三）", "系统", since
		if err := enterTarget(ctx, tx, &t); err != nil {
			return err
		}
	}
	return nil
}

// targetSet is what was set for some divisions and all above them.
type targetSet []Target

// of gives the target that holds for a division on a day: that of the latest year up to the day's, and of those the nearest above.
func (list targetSet) of(kind string, at auth.Region, day clock.Day) *Share {
	t := list.from(kind, at, day.Year())
	if t == nil {
		return nil
	}
	return t.Value
}

// from is the target behind of.
func (list targetSet) from(kind string, at auth.Region, year int64) *Target {
	var best *Target
	for i := range list {
		t := &list[i]
		if t.Kind != kind || t.Value == nil || t.Year > year || !t.Region.Contains(at) {
			continue
		}
		if best == nil || t.Year > best.Year || t.Year == best.Year && t.Region > best.Region {
			best = t
		}
	}
	return best
}

// targetsOf reads what was set for divisions, and for those above them, up to the year of a day.
func targetsOf(ctx context.Context, tx *db.Tx, codes []auth.Region, day clock.Day) (targetSet, error) {
	var all []auth.Region
	for _, c := range codes {
		for level := auth.LevelRegion; level <= c.Level(); level++ {
			all = append(all, c.At(level))
		}
	}
	list, err := currentTargets(ctx, tx, all, day.Year())
	for i := range list {
		list[i].fill()
	}
	return list, err
}

// TargetYear is one year on the page of targets.
type TargetYear struct {
	Year   int64
	Kind   string
	Target *Target // that holds; nil for none
	Own    *Target // that the division set itself, for just this year
}

// TargetList is what a division has to reach, with how it came about.
type TargetList struct {
	Region  auth.Region   `json:"region"`
	Place   string        `json:"place"`
	Years   []TargetYear  `json:"-"`
	History []Target      `json:"history" doc:"本级设过的，新的在前"`
	Edits   bool          `json:"-"`
	Path    []region.Step `json:"-"`
}

// TargetsInput names a division.
type TargetsInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
}

// ListTargets gives the targets of a division, year by year, and how they were set.
func (s *Service) ListTargets(ctx context.Context, in TargetsInput) (TargetList, error) {
	if in.Region == 0 {
		in.Region = seat(ctx)
	}
	return act.ReadAt(ctx, s.db, View, in.Region, func(tx *db.Tx) (out TargetList, err error) {
		if out.Path, err = region.Path(ctx, tx, in.Region); err != nil {
			return out, err
		}
		if out.Place, err = region.FullName(ctx, tx, in.Region); err != nil {
			return out, err
		}
		out.Region, out.Edits = in.Region, auth.Can(ctx, Targets, auth.Place{Region: in.Region})
		last := clock.DayOf(tx.Now)/10_000 + 3
		list, err := targetsOf(ctx, tx, []auth.Region{in.Region}, last*10_000)
		if err != nil {
			return out, err
		}
		for _, kind := range []string{coverageTarget, upgradeTarget} {
			for year := int64(2021); year <= int64(last); year++ {
				if t := list.from(kind, in.Region, year); t != nil && t.Year == year {
					y := TargetYear{Year: year, Kind: kind, Target: t}
					if t.Region == in.Region {
						y.Own = t
					}
					out.Years = append(out.Years, y)
				}
			}
		}
		out.History, err = targetHistory.All(ctx, tx, in.Region)
		for i := range out.History {
			out.History[i].fill()
		}
		return out, err
	})
}

// SetTargetInput sets the target of a division for a year.
type SetTargetInput struct {
	Region  auth.Region `json:"region"`
	Kind    string      `json:"kind" set:"coverage_target.kind"`
	Year    int64       `json:"year" minimum:"2021" maximum:"2100"`
	Percent int64       `json:"percent" required:"false" minimum:"0" maximum:"200" doc:"百分之几"`
	Clear   bool        `json:"clear" required:"false" doc:"不再自己定，恢复上级的目标"`
	Reason  string      `json:"reason" required:"false" maxLength:"200" doc:"超过 100 % 的、以前年份的必填"`
}

func (in SetTargetInput) check(today clock.Day) error {
	c := errs.Check{}
	why := strings.TrimSpace(in.Reason) != ""
	c.That(in.Clear || in.Percent > 0, "percent", "请填百分之几")
	c.That(in.Clear || in.Percent <= 100 || why, "reason", "目标超过 100 %，请写明原因")
	c.That(in.Year >= today.Year() || why, "reason", "改以前年份的目标，请写明原因")
	return c.Err()
}

// SetTarget sets what a division has to reach in a year, for itself and all below that set none of their own.
func (s *Service) SetTarget(ctx context.Context, in SetTargetInput) (Target, error) {
	op := act.Op{Perm: Targets, Action: "coverage.target", Cause: in.Reason, Check: func() error { return in.check(clock.Today(ctx)) }}
	return targets.Add(ctx, s.db, op, there(ctx, Targets, in.Region), func(tx *db.Tx) (Target, error) {
		t := Target{ID: tx.NewID(), Region: in.Region, Kind: in.Kind, Year: in.Year, Reason: in.Reason, ByName: auth.From(ctx).Name, At: tx.Now}
		if !in.Clear {
			share := in.Percent * 100
			t.Share = &share
		}
		t.fill()
		return t, nil
	})
}

// there is the place of something new in a division that there is, of the actor's.
func there(ctx context.Context, perm auth.Perm, at auth.Region) func(*db.Tx) (auth.Place, error) {
	return func(tx *db.Tx) (auth.Place, error) {
		place := auth.Place{Region: at}
		if !auth.Can(ctx, perm, place) || at == 0 {
			return place, errs.Field("region", "这个地方不归您管，或者没有这个区划")
		}
		known, err := region.Exists(ctx, tx, at)
		if err == nil && !known {
			err = errs.Field("region", "没有这个区划")
		}
		return place, err
	}
}
