package press

import (
	"context"

	"linli/internal/app/demo/scene"
	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Demo writes articles in every state: published by the town and by the station, one that waits for its second review, one that has a
// day, one sent back.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager, head, town := auth.With(ctx, v.Manager), auth.With(ctx, v.Head), auth.With(ctx, v.Town)
	notice := Fields{Section: "notice", Title: "演示：冬季志愿服务时间调整",
		Text: "从下周起，各站白天的服务时间改为上午十点到下午四点。\n\n雪天路滑，上门服务请两人同行；看望独自在家的老人，先打电话。"}
	deed := Fields{Section: "deed", Title: "演示：一场雪，二十双手", Format: "html",
		Text: `<p>昨夜落了今年第一场大雪。天亮以前，志愿者已经把站门口到卫生室的路扫了出来。</p><p>[图1]</p><h2>怎样分的工</h2>` +
			`<ul><li>年轻人扫坡道和台阶；</li><li>会开车的送早上透析的人；</li><li>其余的挨家敲门，问炉子旺不旺。</li></ul><p>扫完雪，大家在活动室喝了一碗热茶。</p>`}
	for _, x := range []struct {
		by     context.Context
		at     auth.Region
		fields Fields
		steps  int // 1 handed in, 2 passed once, 3 passed, 4 published
	}{
		{town, v.Region.At(auth.LevelTown), notice, 0},
		{manager, v.Region, deed, 4},
		{manager, v.Region, Fields{Section: "result", Title: "演示：十一月服务小结", Text: "这个月的求助单都有人接，老人的药按时送到。"}, 2},
		{manager, v.Region, Fields{Section: "policy", Title: "演示：求助不收钱", Text: "志愿服务不收钱，也不收礼。有人向您要钱，请投诉。",
			When: When{PublishDay: clock.Today(ctx).AddDays(20)}}, 3},
	} {
		d, err := s.Create(x.by, CreateInput{Region: x.at, Fields: x.fields})
		if err == nil && x.fields.Section == "deed" {
			d, err = s.illustrate(manager, v, d)
		}
		if err == nil && x.steps > 0 {
			err = s.walk(d, x.by, head, town, x.steps)
		}
		if err != nil {
			return err
		}
	}
	_, err := s.Report(manager, ReportInput{Region: v.Region, Day: clock.Today(ctx).AddDays(-3), Outlet: "演示日报", Level: "banner",
		Title: "演示：雪天里的志愿者",
		Link:  "第 2 版"})
	return err
}

// walk takes an article through its reviews, as far as steps says.
func (s *Service) walk(d Detail, by, first, second context.Context, steps int) (err error) {
	if d, err = s.Submit(by, SubmitInput{ID: d.ID, Version: d.Version, Checked: true}); err != nil || steps < 2 {
		return err
	}
	for _, who := range []context.Context{first, second}[:min(steps-1, 2)] {
		if d, err = s.Approve(who, ApproveInput{ID: d.ID, Version: d.Version, Reason: "事实清楚"}); err != nil {
			return err
		}
	}
	if steps == 4 {
		_, err = s.Publish(second, PublishInput{ID: d.ID, Version: d.Version})
	}
	return err
}

// illustrate puts a drawn picture to an article, and lists a volunteer in it who agrees.
func (s *Service) illustrate(ctx context.Context, v area.Village, d Detail) (Detail, error) {
	file, err := scene.Draw(scene.Door)
	if err != nil {
		return d, err
	}
	d, err = s.AddFile(ctx, FileInput{ID: d.ID, Version: d.Version, Kind: picture, Caption: "扫出来的路（演示图）", Alt: "画出来的站门口，地上有雪",
		File: file})
	if err != nil || len(v.Volunteers) == 0 || v.Volunteers[0].Actor.Account == 0 {
		return d, err
	}
	var who entry
	one := v.Volunteers[0]
	if err := s.db.Write(auth.With(ctx, one.Actor), func(tx *db.Tx) (err error) {
		if who, err = registered.One(ctx, tx, one.No, db.ID(0)); err != nil {
			return err
		}
		return person.Consent(auth.With(ctx, one.Actor), tx, one.Person, person.PurposePublish, person.BySelf, 0)
	}); err != nil {
		return d, err
	}
	return s.Name(ctx, NameInput{ID: d.ID, Version: d.Version, Name: who.Name, No: one.No})
}
