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

// Reported is a figure that was reported upwards before there was a system. It is shown beside what is verified and never mixed with it.
type Reported struct {
	ID          db.ID       `json:"id"`
	Region      auth.Region `json:"region"`
	Day         clock.Day   `json:"day" doc:"截至哪一天"`
	Communities int64       `json:"communities"`
	Stations    int64       `json:"stations" doc:"站（点）数"`
	Source      string      `json:"source" doc:"出处：文号、表名"`
	ByName      string      `json:"by_name"`
	At          time.Time   `json:"at"`
	Withdrawn   bool        `json:"withdrawn"`
	Reason      string      `json:"reason" doc:"撤回的原因"`
}

// Ratio is the plan's ratio as it was reported.
func (r Reported) Ratio() *Share { return ratio(r.Stations, r.Communities) }

// ReportInput is a figure of the past with its source.
type ReportInput struct {
	Region      auth.Region `json:"region"`
	Day         clock.Day   `json:"day" doc:"截至哪一天"`
	Communities int64       `json:"communities" minimum:"1" maximum:"100000"`
	Stations    int64       `json:"stations" minimum:"0" maximum:"1000000"`
	Source      string      `json:"source" minLength:"1" maxLength:"200" doc:"出处：文号、表名"`
}

// AddReported enters a figure that was reported before; one for a division and a day.
func (s *Service) AddReported(ctx context.Context, in ReportInput) (Reported, error) {
	op := act.Op{Perm: Report, Action: "coverage.report", Cause: in.Source, Check: func() error { return in.check(clock.Today(ctx)) },
		Detail: map[string]any{"day": in.Day, "communities": in.Communities, "stations": in.Stations}}
	return reports.Add(ctx, s.db, op, there(ctx, Report, in.Region), func(tx *db.Tx) (Reported, error) {
		return Reported{ID: tx.NewID(), Region: in.Region, Day: in.Day, Communities: in.Communities, Stations: in.Stations, Source: in.Source,
			ByName: auth.From(ctx).Name, At: tx.Now}, nil
	})
}

func (in ReportInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(in.Day != 0 && in.Day <= today, "day", "填已经过去的日子")
	c.That(in.Day == 0 || in.Day >= began, "day", "不能早于 "+began.String())
	c.That(strings.TrimSpace(in.Source) != "", "source", "请写明出处")
	return c.Err()
}

// WithdrawInput takes a reported figure back.
type WithdrawInput struct {
	ID     db.ID  `path:"id"`
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// WithdrawReported takes a figure back that was entered by mistake; it stays to be seen.
func (s *Service) WithdrawReported(ctx context.Context, in WithdrawInput) (Reported, error) {
	op := act.Op{Perm: Report, Action: "coverage.withdraw", ID: in.ID, Cause: in.Reason}
	return reports.Change(ctx, s.db, op, func(_ *db.Tx, r *Reported) error {
		if r.Withdrawn {
			return errs.WrongState("已经撤回了")
		}
		r.Withdrawn, r.Reason = true, in.Reason
		return nil
	})
}

// LastReported gives what was reported last, up to a day, for the divisions that are or lie in one and were reported for. It is a
// part, which asks nobody's rights.
func LastReported(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) (map[auth.Region]Reported, error) {
	out := map[auth.Region]Reported{}
	return out, reportedUpTo.Each(ctx, tx, onDay{at, day}, func(r Reported) error {
		out[r.Region] = r
		return nil
	})
}

// ReportedList is the series of a division.
type ReportedList struct {
	Region auth.Region           `json:"region"`
	Place  string                `json:"place"`
	Items  []Reported            `json:"items"`
	Path   []region.Step         `json:"-"`
	Edits  bool                  `json:"-"`
	Beside map[clock.Day]Figures `json:"-"` // what the system knows of the same days; nothing for those before its first station
	Today  clock.Day             `json:"-"`
}

// ListReported gives what was reported for a division, the newest day first, withdrawn figures too.
func (s *Service) ListReported(ctx context.Context, in TargetsInput) (ReportedList, error) {
	if in.Region == 0 {
		in.Region = seat(ctx)
	}
	return act.ReadAt(ctx, s.db, View, in.Region, func(tx *db.Tx) (out ReportedList, err error) {
		if out.Path, err = region.Path(ctx, tx, in.Region); err != nil {
			return out, err
		}
		if out.Place, err = region.FullName(ctx, tx, in.Region); err != nil {
			return out, err
		}
		out.Region, out.Edits, out.Today = in.Region, auth.Can(ctx, Report, auth.Place{Region: in.Region}), clock.DayOf(tx.Now)
		if out.Items, err = reportedOf.All(ctx, tx, in.Region); err != nil {
			return out, err
		}
		out.Beside = map[clock.Day]Figures{}
		for _, r := range out.Items {
			all, err := figuresOn(ctx, tx, []auth.Region{in.Region, region.Top}, r.Day)
			if err != nil {
				return out, err
			}
			if all[region.Top].all.Sites() > 0 {
				out.Beside[r.Day] = all[in.Region].all
			}
		}
		return out, nil
	})
}
