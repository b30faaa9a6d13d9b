package green

import (
	"context"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Demo opens the green account of the demo's banner: some households with points, a shop with goods, something fetched and something
// that waits.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	system, manager, head := auth.AsSystem(ctx, "demo"), auth.With(ctx, v.Manager), auth.With(ctx, v.Head)
	if _, err := s.Switch(system, SwitchInput{Region: v.Region.At(auth.LevelBanner), On: true, Season: "本年"}); err != nil {
		return err
	}
	x, err := s.OpenShop(manager, ShopInput{Region: v.Region, Name: "演示兑换点", Hours: "每月 15 日上午"})
	if err != nil {
		return err
	}
	var things []Goods
	for _, in := range []GoodsInput{{ID: x.ID, Kind: "goods", Name: "肥皂", Points: 8, Add: 40, Active: true},
		{ID: x.ID, Kind: "goods", Name: "垃圾袋（一卷）", Points: 5, Add: 60, Active: true},
		{ID: x.ID, Kind: "service", Name: "磨剪子磨刀一次", Points: 10, Add: 20, Active: true}} {
		g, err := s.SetGoods(manager, in)
		if err != nil {
			return err
		}
		things = append(things, g)
	}
	rules, err := s.Rules(system, RulesInput{Region: v.Region.At(auth.LevelBanner)})
	if err != nil {
		return err
	}
	const households = 5
	for i := range min(households, len(v.Volunteers)) {
		if err := s.demoHousehold(manager, head, v, i, rules.Kinds, things); err != nil {
			return err
		}
	}
	return nil
}

// demoHousehold registers one household and lets it do something; who is close to the head or the manager is left out.
func (s *Service) demoHousehold(manager, head context.Context, v area.Village, i int, kinds []Kind, things []Goods) error {
	names := []string{"东头第一家", "东头第二家", "西头第一家", "西头第二家", "南排第一家"}
	h, err := s.Register(manager, RegisterInput{Region: v.Region, Name: names[i], Members: []db.ID{v.Volunteers[i].Person}, Listed: i%2 == 0})
	if err != nil {
		return err
	}
	a, err := s.Get(manager, GetInput{ID: h.ID})
	if err != nil || a.why != "" {
		return err
	}
	for _, k := range []Kind{kinds[0], kinds[2]} {
		if _, err := s.Note(manager, NoteInput{ID: h.ID, KindID: k.ID, Times: 1}); err != nil {
			return err
		}
	}
	if i == 1 {
		k, err := s.SetKind(auth.AsSystem(manager, "demo"), KindInput{Region: v.Region.At(auth.LevelBanner), Name: "义务清雪（整条街）", Points: 30,
			DayMost: 1, SecondAbove: 20, Active: true})
		if err == nil {
			_, err = s.Note(manager, NoteInput{ID: h.ID, KindID: k.ID, Times: 1, Note: "雪后清了一条街"})
		}
		return err
	}
	r, err := s.Redeem(head, RedeemInput{ID: h.ID, GoodsID: things[0].ID, Count: 1})
	if err == nil && i == 0 {
		_, err = s.HandOver(manager, HandInput{ID: r.ID, Code: r.Code})
	}
	return err
}
