package award

import (
	"context"

	"linli/internal/civic/appointment"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// stage is who plays in the demo.
type stage struct {
	manager, town, banner, banner2 context.Context
	today                          clock.Day
}

// demoLists are the lists of the demo's recommendation; each has a nomination that went further than the one before.
var demoLists = []string{"邻里互助社区（村）", "助老暖心社区（村）", "清洁家园社区（村）", "平安守望社区（村）", "志愿服务最美社区（村）"}

// Demo runs a selection of the demo's banner that is before the public, and a recommendation with nominations in several states.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	g := stage{manager: auth.With(ctx, v.Manager), today: clock.Today(ctx)}
	var there bool
	var err error
	if g.town, _, there, err = appointment.Pair(ctx, s.db, auth.TownOfficer, v.Region.At(auth.LevelTown)); err != nil || !there {
		return err
	}
	if g.banner, g.banner2, there, err = appointment.Pair(ctx, s.db, auth.BannerOfficer, v.Region.At(auth.LevelBanner)); err != nil || !there {
		return err // a demo with too few officers for two at each step
	}
	in := CreateInput{Title: "演示：“最美志愿服务社区（村）”评选", Mode: Award, AuthorityNo: "演示旗办发〔2026〕6号", Unit: "演示旗委社会工作部、旗民政局", Cycle: "每年一次",
		From: g.today, To: g.today.AddDays(20), Categories: []CategoryInput{{Kind: Community, Name: "最美志愿服务社区（村）", Winners: 5}}}
	a, err := s.Create(g.banner, in)
	if err == nil {
		_, err = s.demoNomination(g, a, 1, 3)
	}
	if err == nil {
		_, err = s.Notice(g.banner, MoveInput{ID: a.ID, Version: a.Version})
	}
	if err != nil {
		return err
	}
	in.Title, in.Mode, in.AuthorityNo, in.Categories = "演示：全旗志愿服务先进推荐", Recommend, "", nil
	for _, name := range demoLists {
		in.Categories = append(in.Categories, CategoryInput{Kind: Community, Name: name, Winners: 5})
	}
	b, err := s.Create(g.banner, in)
	if err != nil {
		return err
	}
	for i, far := range []int{0, 1, 2, 3, 2} {
		if _, err := s.demoNomination(g, b, int64(i+1), far); err != nil {
			return err
		}
	}
	return s.demoJudge(g, b)
}

// demoNomination puts the demo's community forward: nominated, returned, sent on, chosen.
func (s *Service) demoNomination(g stage, a Campaign, list int64, far int) (Nomination, error) {
	n, err := s.Nominate(g.manager, NominateInput{ID: a.ID, Category: list, Case: Case{Story: "演示数据：站里每周三有义诊，冬天有清雪队，老人手机课办了两期。"}})
	switch {
	case err != nil || far == 0:
		return n, err
	case far == 1:
		return s.Return(g.town, ReasonInput{ID: n.ID, Version: n.Version, Reason: "缺今年的情况"})
	}
	n, err = s.Advance(g.town, AdvanceInput{ID: n.ID, Version: n.Version, Opinion: "看过现场，同意"})
	if err == nil && far == 3 {
		n, err = s.Advance(g.banner2, AdvanceInput{ID: n.ID, Version: n.Version, Opinion: "同意"})
	}
	return n, err
}

// demoJudge calls the first who may be one.
func (s *Service) demoJudge(g stage, a Campaign) error {
	var list []choice
	err := s.db.Read(g.banner, func(tx *db.Tx) (err error) {
		list, err = callable(g.banner, tx, a)
		return err
	})
	if err == nil && len(list) > 0 {
		_, err = s.AddJudge(g.banner, JudgeInput{ID: a.ID, AccountID: list[0].ID})
	}
	return err
}
