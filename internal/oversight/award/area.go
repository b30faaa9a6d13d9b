package award

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
	public          = "/awards"
	followed        = "/award-objections"
	my              = "/my/awards"
	desk            = "/desk/awards"
	gov             = "/gov/awards"
	deskNominations = "/desk/nominations"
	govNominations  = "/gov/nominations"
)

// line is what a list of what waits shows of a nomination; no name.
const line = `n.id, c.name AS what, a.title AS who, n.at AS at, 0 AS due`

const joined = `award_nomination n JOIN award a ON a.id = n.award_id AND a.state = 'open' JOIN award_category c ON c.award_id = n.award_id
	AND c.n = n.category WHERE `

func toPage(base string) func(db.ID) string { return func(id db.ID) string { return page(base, id) } }

var (
	inRegion = auth.Columns{Region: "n.region"}
	atDesk   = auth.Columns{Region: "n.region", Station: "n.station_id"}
	ofAward  = auth.Columns{Region: "a.region"}
)

var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "gov", Rank: 80, Perm: Advance, Href: govNominations, Word: "下面报上来的推荐，等您这一级的意见", Button: "去写意见",
		Page: toPage(govNominations)}, line, joined+`n.state = 'nominated' AND n.holder = {seat}`, inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 81, Perm: Score, Href: govNominations, Word: "请您当评委的，等您打分", Button: "去打分",
		Page: toPage(govNominations)}, line, joined+`n.state = 'deciding' AND EXISTS (SELECT 1 FROM award_judge j WHERE j.award_id = a.id
		AND j.account_id = {me}) AND NOT EXISTS (SELECT 1 FROM award_mark m WHERE m.nomination_id = n.id AND m.account_id = {me})
		AND NOT EXISTS (SELECT 1 FROM award_conflict x WHERE x.nomination_id = n.id AND x.account_id = {me})`, ofAward),
	area.Waiting(area.Wait{Shell: "gov", Rank: 82, Perm: Manage, Href: govNominations, Word: "到了本级的推荐，等评审、拟定", Button: "去看",
		Page: toPage(govNominations)}, line, joined+`n.state = 'deciding' AND n.holder = {seat}`, inRegion),
	area.Waiting(area.Wait{Shell: "gov", Rank: 83, Perm: Manage, Href: gov, Word: "公示名单有人提出异议，等核查答复", Button: "去答复",
		Page: toPage(gov)}, `a.id, a.title AS what, '' AS who, a.made_at AS at, 0 AS due`, `award a WHERE a.region = {seat} AND a.state = 'notice'
		AND EXISTS (SELECT 1 FROM award_objection o WHERE o.award_id = a.id AND o.state = 'open')`, ofAward),
	area.Waiting(area.Wait{Shell: "gov", Rank: 84, Perm: Manage, Href: gov, Word: "公示过了，等公布", Button: "去公布",
		Page: toPage(gov)}, `a.id, a.title AS what, a.noticer AS who, a.made_at AS at, 0 AS due`, `award a WHERE a.region = {seat}
		AND a.state = 'notice' AND a.notice_until < {today} AND a.noticed_by <> {me} AND NOT EXISTS (SELECT 1 FROM award_objection o WHERE o.award_id = a.id AND o.state = 'open')`, ofAward),
	area.Waiting(area.Wait{Shell: "desk", Rank: 95, Perm: Nominate, Href: deskNominations, Word: "退回来的推荐，等补充", Button: "去补充",
		Page: toPage(deskNominations)}, line, joined+`n.state = 'returned'`, atDesk),
	area.Waiting(area.Wait{Shell: "desk", Rank: 96, Perm: Nominate, Href: desk, Word: "正在提名的评选、推荐，本站还没有报", Button: "去提名",
		Page: toPage(desk)}, `a.id, a.title AS what, a.unit AS who, a.made_at AS at, a.to_day AS due`, `award a JOIN station s
		ON a.region IN (s.region / 10000000000 * 10000000000, s.region / 100000000 * 100000000, s.region / 1000000 * 1000000,
		s.region / 1000 * 1000) WHERE a.state = 'open' AND a.from_day <= {today} AND a.to_day >= {today} AND s.kind = 'station'
		AND s.status = 'open' AND s.region = {seat}
		AND NOT EXISTS (SELECT 1 FROM award_nomination n WHERE n.award_id = a.id AND n.region = s.region)`,
		auth.Columns{Region: "s.region", Station: "s.id"}),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "award", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 56, Perm: Look, Href: public, Label: "评选公示", Icon: "medal"},
			{Shell: "start", Group: "自己的事", Rank: 84, Perm: Own, Href: my, Label: "我的荣誉", Icon: "medal", Line: "评选入选的，荣誉证书在这里下载"},
			{Shell: "desk", Group: "记录与证明", Part: "评选表彰", Rank: 170, Perm: View, Href: desk, Label: "评选推荐", Icon: "medal"},
			{Shell: "desk", Group: "记录与证明", Part: "评选表彰", Rank: 171, Perm: Nominate, Href: deskNominations, Label: "提名", Icon: "users"},
			{Shell: "gov", Group: "激励", Part: "评选表彰", Rank: 100, Perm: View, Href: gov, Label: "评选表彰", Icon: "medal",
				Line: "四个100 和本级的评选、推荐"},
			{Shell: "gov", Group: "激励", Part: "评选表彰", Rank: 101, Perm: View, Href: govNominations, Label: "推荐名单", Icon: "users",
				Line: "逐级推荐、评审、拟定"},
		},
		Waits: waits,
		Live: []area.Live{{Table: "award", Word: "评选", Where: "state IN ('open', 'notice')"},
			{Table: "award_objection", Word: "公示的异议", Where: "state = 'open'"}},
		Stay:   []string{"award_nomination"},
		Keyed:  []string{"award_snapshot.key_id", "award_snapshot.signature", "award_objection.receipt", "award_objection.body"},
		Checks: []area.Check{{Name: "awards", Word: "评选：证据快照和签名相符，公示过了才公布，没有一个人办两步的", Run: s.Verify}},
		Demo:   s.Demo,
		Held:   s.Held, Forget: s.Forget,
	}
}
