package agreement

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// demoDrawing is a made-up scribble, of the size of the hand that drew it.
func demoDrawing(n int) string {
	var dots []string
	for i := range 40 {
		dots = append(dots, fmt.Sprintf("%d,%d", 60+12*i, 100+((i*(7+n))%13-6)*8))
	}
	return strings.Join(dots, " ")
}

// Demo writes a template and makes agreements of the demo: signed by both sides, signed by one, and not yet.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	var able []area.Villager
	for _, x := range v.Volunteers {
		if x.Actor.Account != 0 {
			able = append(able, x)
		}
	}
	if len(able) < 3 {
		return nil
	}
	town, manager, today := auth.With(ctx, v.Town), auth.With(ctx, v.Manager), clock.Today(ctx)
	c := Clauses{Content: "演示：照服务目录上门服务，一次不超过说好的时间", Conditions: "演示：服务站提供马甲、工具和饮水",
		Safety: "演示：两人同行；雪天先看路；出事先打 120", Risk: "演示：路滑、烫伤、狗咬", Insurance: "演示：服务站买人身意外伤害保险",
		Liability: "演示：不收钱物；个人信息不外传"}
	t, err := s.WriteTemplate(town, WriteInput{Region: v.Region.At(auth.LevelTown), Kind: WithStation, Name: "演示：志愿服务协议", Clauses: c})
	if err == nil {
		c.Safety += "；夜里不单独上门"
		t, err = s.Revise(town, ReviseInput{ID: t.ID, Version: t.Version, Clauses: c})
	}
	if err != nil {
		return err
	}
	unused, err := s.WriteTemplate(town, WriteInput{Region: v.Region.At(auth.LevelTown), Kind: OfUnit, Name: "演示：共建协议（旧）", Clauses: c})
	if err == nil {
		_, err = s.Retire(town, MoveInput{ID: unused.ID, Version: unused.Version})
	}
	if err != nil {
		return err
	}
	for i, x := range able[:3] {
		d, err := s.Make(manager, MakeInput{StationID: v.Station, TemplateID: t.ID, VolunteerNo: x.No, From: today, To: today.AddDays(364),
			When: "演示：每周一次，按排班", Where: "演示：本社区"})
		if err == nil && i < 2 {
			d, err = s.Sign(auth.With(ctx, x.Actor), SignInput{ID: d.ID, Version: d.Version, Shown: d.Shown, Drawing: demoDrawing(i), Read: true})
		}
		if err == nil && i == 0 {
			_, err = s.Sign(manager, SignInput{ID: d.ID, Version: d.Version, Shown: d.Shown, Drawing: demoDrawing(5), Read: true})
		}
		if err != nil {
			return err
		}
	}
	return s.demoOver(manager, v, t.ID, able[0].No)
}

// demoOver is an agreement that was taken back.
func (s *Service) demoOver(ctx context.Context, v area.Village, template db.ID, no string) error {
	today := clock.Today(ctx)
	d, err := s.Make(ctx, MakeInput{StationID: v.Station, TemplateID: template, VolunteerNo: no, From: today, To: today.AddDays(30),
		When: "演示：周末", Where: "演示：写错了的地方"})
	if err == nil {
		_, err = s.Withdraw(ctx, EndInput{ID: d.ID, Version: d.Version, Reason: "演示：地点写错了"})
	}
	return err
}
