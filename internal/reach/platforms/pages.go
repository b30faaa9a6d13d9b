package platforms

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/ui"
)

// ground says in a sentence on which ground a platform is given anything.
func ground(platform string) string {
	if groundOf(platform) == "law" {
		return "依法报送（民政部令第67号第四条），含身份证件号码"
	}
	return "只报本人同意“向其他平台提供信息”的，不含身份证件号码"
}

// TargetInput names a platform.
type TargetInput struct {
	Platform string `path:"platform" maxLength:"12"`
}

// Target is the page on which a batch of one platform is made.
type Target struct {
	Platform    string
	Seat        auth.Region
	Where       string
	From, Today clock.Day
	Open        []Batch
}

// Target gives the page of one platform.
func (s *Service) Target(ctx context.Context, in TargetInput) (Target, error) {
	return act.Read(ctx, s.db, Send, func(tx *db.Tx) (out Target, err error) {
		if !Targets.Has(in.Platform) {
			return out, errs.ErrNotFound
		}
		out = Target{Platform: in.Platform, Seat: seat(ctx), Today: clock.DayOf(tx.Now)}
		out.From = out.Today/10000*10000 + 101 // the first of January
		if out.Where, err = region.FullName(ctx, tx, out.Seat); err != nil {
			return out, err
		}
		open, err := openOf.All(ctx, tx, in.Platform)
		for _, b := range open {
			if auth.Require(ctx, Send, Send, b.place()) == nil {
				out.Open = append(out.Open, b)
			}
		}
		return out, err
	})
}

// seat is the division that the actor reports for.
func seat(ctx context.Context) auth.Region {
	if at := auth.From(ctx).Seat(); at != 0 {
		return at
	}
	return region.Top
}

// link leads to the same search elsewhere.
func (v Ledgers) link(path string) string {
	return ui.Href(path, "platform", v.In.Platform, "kind", v.In.Kind, "state", v.In.State, "from", v.In.From, "to", v.In.To,
		"batch_id", v.In.BatchID,
		"person_id", v.In.PersonID)
}
