package insurance

import (
	"context"
	"strings"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
)

// Demo enters policies of the demo: one of the station, one that ended before its day, one with a list that ends soon, and what happened
// to somebody.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	if len(v.Volunteers) < 4 {
		return nil
	}
	manager, today := auth.With(ctx, v.Manager), clock.Today(ctx)
	terms := TermsInput{Kind: "accident", From: today.AddDays(-200), To: today.AddDays(164), Limit: "200000",
		Covers: "演示：服务途中和服务中的意外身故、伤残，意外医疗 2 万元", Holder: "演示：服务站"}
	p, err := s.Enter(manager, EnterInput{Scope: OfStation, StationID: v.Station, Insurer: "演示保险公司", Number: "DEMO-2026-001",
		TermsInput: terms})
	if err == nil {
		terms.Covers = "演示：服务途中和服务中的意外身故、伤残，意外医疗 3 万元"
		p, err = s.Amend(manager, AmendInput{ID: p.ID, Version: p.Version, Why: "批单 1：医疗提高到 3 万元", TermsInput: terms})
	}
	if err != nil {
		return err
	}
	if err := s.demoLists(manager, v, terms); err != nil {
		return err
	}
	x, err := s.Note(manager, NoteInput{StationID: v.Station, VolunteerNo: v.Volunteers[0].No, Day: today.AddDays(-30), Place: "示范路（演示）",
		Text: "演示：雪天送餐路上滑倒，扭了脚，去了卫生院"})
	if err == nil {
		x, err = s.Report(manager, ReportInput{ID: x.ID, Version: x.Version, PolicyID: p.ID, Day: today.AddDays(-29), ReportNo: "DEMO-BA-1"})
	}
	if err == nil {
		_, err = s.Close(manager, CloseInput{ID: x.ID, Version: x.Version, Outcome: "paid", Paid: "386.50"})
	}
	if err == nil {
		_, err = s.Note(manager, NoteInput{StationID: v.Station, VolunteerNo: v.Volunteers[1].No, Day: today.AddDays(-1), Place: "社区门口（演示）",
			Text: "演示：扫雪时手划破了，包扎了一下"})
	}
	return err
}

// demoLists are a policy with a list that ends soon, and one that was given up.
func (s *Service) demoLists(ctx context.Context, v area.Village, terms TermsInput) error {
	today := clock.Today(ctx)
	terms.From, terms.To, terms.Limit = today.AddDays(-340), today.AddDays(25), "100000"
	p, err := s.Enter(ctx, EnterInput{Scope: OfNamed, StationID: v.Station, Insurer: "演示保险公司", Number: "DEMO-2025-107",
		TermsInput: terms})
	if err == nil {
		var nos []string
		for _, x := range v.Volunteers[:3] {
			nos = append(nos, x.No)
		}
		p, err = s.Add(ctx, AddInput{ID: p.ID, Version: p.Version, Numbers: strings.Join(nos, "\n")})
	}
	if err == nil {
		_, err = s.Strike(ctx, StrikeInput{ID: p.ID, Version: p.Version, VolunteerID: v.Volunteers[2].Volunteer, Last: today, Reason: "演示：搬走了"})
	}
	if err != nil {
		return err
	}
	terms.Kind, terms.To = "liability", today.AddDays(200)
	p, err = s.Enter(ctx, EnterInput{Scope: OfRegion, Region: v.Region, Insurer: "演示保险公司", Number: "DEMO-2025-210", TermsInput: terms})
	if err == nil {
		_, err = s.End(ctx, EndInput{ID: p.ID, Version: p.Version, Last: today.AddDays(-10), Reason: "演示：换了保险公司"})
	}
	return err
}
