package honour

import (
	"context"

	"linli/internal/civic/appointment"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
)

// Demo enters commendations and writes models of the demo's station, each a step further than the one before.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager, town := auth.With(ctx, v.Manager), auth.With(ctx, v.Town)
	today := clock.Today(ctx)
	if len(v.Volunteers) < 3 {
		return nil
	}
	for i, title := range []string{"演示：社区暖心志愿者", "演示：清雪能手", "演示：助老之星"} {
		x, err := s.Enter(manager, EnterInput{Kind: Volunteer, VolunteerNo: v.Volunteers[i].No, Source: "own", Title: title, Giver: "演示志愿服务站",
			Day: today})
		if err == nil && i > 0 {
			_, err = s.Confirm(town, DecideInput{ID: x.ID, Version: x.Version})
		}
		if err != nil {
			return err
		}
	}
	for i, title := range []string{"演示：一张便民卡连起一栋楼", "演示：清雪不过夜", "演示：周三义诊办了两年", "演示：楼道里的小药箱"} {
		m, err := s.Draft(manager, DraftInput{Kind: "case", Level: "banner", Content: Content{Title: title, Story: "演示数据：从三个人开始，每周一次，一年没有断过。",
			Copying: "要一间屋子、两个负责的人、一张排班表；第一个月只做一栋楼。", Contact: "站里座机，上班时间"}})
		if err == nil && i > 0 {
			m, err = s.Submit(manager, SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
		}
		if err == nil && i == 2 {
			_, err = s.Return(town, DecideInput{ID: m.ID, Version: m.Version, Reason: "写清楚花了多少钱"})
		}
		if err == nil && i == 3 {
			err = s.demoPublish(ctx, m, town)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// demoPublish takes a model through the levels, where the demo has officers enough.
func (s *Service) demoPublish(ctx context.Context, m Model, town context.Context) error {
	m, err := s.Approve(town, DecideInput{ID: m.ID, Version: m.Version, Reason: "同意"})
	if err != nil {
		return err
	}
	first, second, there, err := appointment.Pair(ctx, s.db, auth.BannerOfficer, m.Owner)
	if err != nil || !there {
		return err
	}
	if m, err = s.Approve(first, DecideInput{ID: m.ID, Version: m.Version, Reason: "同意"}); err == nil {
		_, err = s.PublishModel(second, DecideInput{ID: m.ID, Version: m.Version})
	}
	return err
}
