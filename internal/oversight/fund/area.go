package fund

import (
	_ "embed"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Where the pages stand.
const (
	public        = "/funds"
	desk          = "/desk/funds"
	gov           = "/gov/funds"
	deskProposals = "/desk/fund-proposals"
	govProposals  = "/gov/fund-proposals"
)

const line = `p.id, p.title AS what, p.applicant_name AS who, p.proposed_at AS at, `

func toPage(base string) func(db.ID) string { return func(id db.ID) string { return page(base, id) } }

var (
	inRegion = auth.Columns{Region: "p.region"}
	atDesk   = auth.Columns{Region: "p.region", Station: "p.station_id"}
)

var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "gov", Rank: 70, Perm: Decide, Href: govProposals, Word: "项目资金申报，等审批", Button: "去审批",
		Page: toPage(govProposals)}, line+`0 AS due`, `fund_proposal p WHERE p.state = 'proposed' AND p.holder = {seat} AND COALESCE(p.signed_by, 0) <> {me}`, inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 71, Perm: Decide, Href: govProposals, Word: "交了成果的项目，等验收", Button: "去验收",
		Page: toPage(govProposals)}, line+`0 AS due`, `fund_proposal p WHERE p.state = 'finished' AND p.holder = {seat}
		AND NOT EXISTS (SELECT 1 FROM fund_step x WHERE x.proposal_id = p.id AND x.by_id = {me} AND x.action IN ('propose', 'resubmit',
		'approve', 'finish', 'accept'))`, inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 72, Perm: Decide, Href: govProposals, Word: "项目资金的票据，等核对", Button: "去核对",
		Page: toPage(govProposals)}, line+`0 AS due`,
		`fund_proposal p WHERE p.above = {seat} AND EXISTS (SELECT 1 FROM fund_receipt r WHERE r.proposal_id = p.id AND r.state = 'entered')`,
		inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 73, Perm: Record, Href: govProposals, Word: "批了、公示过了、结了项的项目，等拨付", Button: "去登记",
		Page: toPage(govProposals)}, line+`0 AS due`, `fund_proposal p JOIN fund_programme f ON f.id = p.programme_id
		JOIN ledger_account c ON c.id = p.committed_id AND c.balance > 0 WHERE p.owner = {seat}
		AND (p.state = 'closed' OR p.state = 'doing' AND c.balance > p.approved - p.approved * f.share_start / 100 OR p.state = 'accepted'
		AND p.notice_until < {today} AND p.score < 0
		AND c.balance > p.granted - p.granted * (f.share_start + f.share_accepted) / 100)`, inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 74, Perm: Record, Href: govProposals, Word: "交了绩效自评的项目，等结项", Button: "去结项",
		Page: toPage(govProposals)}, line+`0 AS due`, `fund_proposal p WHERE p.state = 'accepted' AND p.score >= 0 AND p.owner = {seat}`,
		inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 75, Perm: Manage, Href: gov, Word: "登记的资金，等第二人核对", Button: "去核对",
		Page: toPage(gov)}, `f.id, f.name AS what, x.payer AS who, x.at AS at, 0 AS due`, `fund_source x JOIN fund_programme f ON f.id = x.programme_id
		WHERE x.state = 'waits' AND x.region = {seat} AND x.by_id <> {me}`, auth.Columns{Region: "x.region"}),
	area.Waiting(area.Wait{Shell: "gov", Rank: 76, Perm: Manage, Href: gov, Word: "别人设好的资金项目，钱到位了，等您公布", Button: "去公布",
		Page: toPage(gov)}, `f.id, f.name AS what, f.maker AS who, f.made_at AS at, 0 AS due`, `fund_programme f
		JOIN ledger_account b ON b.id = f.budget_id AND b.balance > 0 WHERE f.state = 'draft' AND f.region = {seat} AND f.made_by <> {me}`,
		auth.Columns{Region: "f.region"}),
	area.Waiting(area.Wait{Shell: "desk", Rank: 90, Perm: Propose, Href: deskProposals, Word: "退回来的资金申报，等补充", Button: "去补充",
		Page: toPage(deskProposals)}, line+`0 AS due`, `fund_proposal p WHERE p.state = 'returned'`, atDesk),
	area.Waiting(area.Wait{Shell: "desk", Rank: 91, Perm: Propose, Href: deskProposals, Word: "项目到期了，等交成果", Button: "去交",
		Page: toPage(deskProposals)}, line+`p.to_day AS due`, `fund_proposal p WHERE p.state = 'doing' AND p.to_day < {today}`, atDesk),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "fund", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 58, Perm: Look, Href: public, Label: "项目资金公示", Icon: "doc"},
			{Shell: "desk", Group: "活动与项目", Part: "项目资金", Rank: 146, Perm: Propose, Href: desk, Label: "项目资金", Icon: "medal"},
			{Shell: "desk", Group: "活动与项目", Part: "项目资金", Rank: 147, Perm: Propose, Href: deskProposals, Label: "资金申报", Icon: "doc"},
			{Shell: "gov", Group: "激励", Part: "项目资金", Rank: 110, Perm: View, Href: gov, Label: "项目资金", Icon: "medal",
				Line: "以奖代补、规范化管理项目资金，来源和预算"},
			{Shell: "gov", Group: "激励", Part: "项目资金", Rank: 111, Perm: View, Href: govProposals, Label: "资金申报", Icon: "doc",
				Line: "审批、验收、拨付、票据"},
		},
		Waits: waits,
		Live: []area.Live{{Table: "fund_programme", Word: "资金项目", Where: "state <> 'closed'"},
			{Table: "fund_source", Word: "待核对的资金", Where: "state = 'waits'"},
			{Table: "fund_receipt", Word: "待核对的票据", Where: "state = 'entered'"}},
		Stay:   []string{"fund_proposal", "fund_payment"},
		Checks: []area.Check{{Name: "funds", Word: "项目资金：批的、拨的、报的和账上一样，没有一个人办两步的", Run: Verify}},
		Demo:   s.Demo,
		Held:   s.Held, Forget: s.Forget,
	}
}
