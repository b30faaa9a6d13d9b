package fund

import (
	"context"

	"linli/internal/civic/appointment"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// stage is who plays in the demo: two of each level, for no step is taken alone.
type stage struct {
	manager, town, town2, banner, banner2 context.Context
	today                                 clock.Day
}

// Demo sets up two programmes of the demo's banner, one that is open and one in preparation, with proposals in several states.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	g := stage{manager: auth.With(ctx, v.Manager), today: clock.Today(ctx)}
	there, err := s.cast(ctx, v, &g)
	if err != nil || !there {
		return err // a demo with too few officers for two at each step
	}
	f, err := s.demoProgramme(g, ProgrammeInput{Name: "演示：优秀志愿服务项目资助", Mode: Grant, AuthorityNo: "演示〔2026〕8号",
		Rules:      "有经常性项目的站点和在册的队伍可以申报。不买固定资产，不给服务对象发钱发物。",
		ForStation: true, ForTeam: true, ForRegion: true, Year: int64(g.today) / 10000, From: g.today, To: g.today.AddDays(60), Most: 1_000_000,
		ShareStart: 50, ShareAccepted: 40, ShareClosed: 10})
	if err == nil {
		f, err = s.Publish(g.banner2, MoveInput{ID: f.ID, Version: f.Version})
	}
	if err != nil {
		return err
	}
	next, err := s.demoProgramme(g, ProgrammeInput{Name: "演示：规范化管理项目资金", Mode: Regulated, AuthorityNo: "演示〔2026〕9号",
		Rules: "记录及时、证明规范的苏木乡镇（街道）可以申报。", ForRegion: true, Year: int64(g.today)/10000 + 1, From: g.today, To: g.today.AddDays(90),
		Most: 2_000_000, ShareAccepted: 100})
	if err == nil {
		_, err = s.AddSource(g.banner, SourceInput{ID: next.ID, Kind: "donation", Payer: "演示慈善会", Document: "演示协议 12", Day: g.today,
			Amount: 800_000})
	}
	if err != nil {
		return err
	}
	return s.demoProposals(g, f)
}

// cast finds the officers of the demo.
func (s *Service) cast(ctx context.Context, v area.Village, g *stage) (there bool, err error) {
	g.town, g.town2, there, err = appointment.Pair(ctx, s.db, auth.TownOfficer, v.Region.At(auth.LevelTown))
	if err != nil || !there {
		return false, err
	}
	g.banner, g.banner2, there, err = appointment.Pair(ctx, s.db, auth.BannerOfficer, v.Region.At(auth.LevelBanner))
	return there, err
}

// demoProgramme prepares a programme with money that was compared with its paper.
func (s *Service) demoProgramme(g stage, in ProgrammeInput) (Programme, error) {
	f, err := s.Create(g.banner, in)
	if err != nil {
		return f, err
	}
	x, err := s.AddSource(g.banner, SourceInput{ID: f.ID, Kind: "lottery", Payer: "自治区民政厅（演示）", Document: "演示财社〔2026〕18号", Day: g.today,
		Amount: 5_000_000})
	if err == nil {
		_, err = s.Confirm(g.banner2, DecideInput{ID: x.ID, Version: x.Version})
	}
	return f, err
}

// demoProposals asks for money in the name of the station, and goes with each proposal a step further than with the one before.
func (s *Service) demoProposals(g stage, f Programme) error {
	for i, title := range []string{"演示：清雪队的工具", "演示：暑期托管班", "演示：楼道小药箱", "演示：老年人手机课", "演示：一家一张便民卡", "演示：周三义诊"} {
		p, err := s.Propose(g.manager, ProposeInput{ID: f.ID, Applicant: "station",
			Plan: Plan{Title: title, Responsible: auth.From(g.manager).Name, Purpose: "演示数据：给住得远、岁数大的居民，每周一次。", From: g.today.AddDays(-30),
				To: g.today.AddDays(60), TargetEvents: 8, TargetTimes: 160, Lines: []LineInput{{Category: "material", What: "耗材", Amount: 320_000},
					{Category: "insurance", What: "保险", Amount: 40_000}}}})
		switch {
		case err != nil:
		case i == 1:
			_, err = s.sign(p, g.town, g.banner)
		case i == 2:
			_, err = s.Return(g.town, DecideInput{ID: p.ID, Version: p.Version, Reason: "缺活动安排"})
		case i > 2:
			err = s.demoWork(g, p, i-3)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sign lets officers agree to a proposal, one after the other.
func (s *Service) sign(p Proposal, who ...context.Context) (_ Proposal, err error) {
	for _, x := range who {
		if p, err = s.Approve(x, ApproveInput{ID: p.ID, Version: p.Version, Amount: p.Asked, Opinion: "同意"}); err != nil {
			break
		}
	}
	return p, err
}

// demoWork goes on with a proposal: paid in part, with receipts; handed in; accepted.
func (s *Service) demoWork(g stage, p Proposal, far int) error {
	p, err := s.sign(p, g.town, g.banner, g.banner2)
	if err != nil {
		return err
	}
	if p, err = s.Pay(g.banner, PayInput{ID: p.ID, Version: p.Version, Amount: p.Approved / 2, Voucher: "演示记-" + p.Title, Day: g.today,
		Payee: p.ApplicantName}); err != nil {
		return err
	}
	v, err := s.Get(g.manager, GetInput{ID: p.ID})
	if err != nil {
		return err
	}
	for i, r := range []ReceiptInput{{Number: "00451", Amount: 86_500, What: "试纸和消毒用品"}, {Number: "00452", Amount: 12_000, What: "横幅"}} {
		r.ID, r.Issuer, r.Day, r.Category = p.ID, "演示商店"+p.Title, g.today, "material"
		if i == 0 && len(v.near) > 0 {
			r.ActivityID = v.near[0].ID
		}
		x, err := s.Enter(g.manager, r)
		if err == nil && i == 0 {
			_, err = s.Check(g.town2, DecideInput{ID: x.ID, Version: x.Version})
		}
		if err != nil {
			return err
		}
	}
	if far == 0 || len(v.near) == 0 {
		return nil
	}
	p, err = s.Finish(g.manager, FinishInput{ID: p.ID, Version: p.Version, Text: "每周一次，按名单办的。", DoneEvents: 6, DoneTimes: 132,
		Activities: []db.ID{v.near[0].ID}})
	if err == nil && far > 1 {
		_, err = s.Accept(g.town2, AcceptInput{ID: p.ID, Version: p.Version, Amount: p.Approved, Opinion: "看了名单和现场"})
	}
	return err
}
