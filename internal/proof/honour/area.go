package honour

import (
	"context"
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
	public       = "/honours"
	publicModels = "/models"
	desk         = "/desk/honours"
	gov          = "/gov/honours"
	deskModels   = "/desk/models"
	govModels    = "/gov/models"
	deskBackbone = "/desk/backbone"
	govBackbone  = "/gov/backbone"
)

func page(base string, id db.ID) string { return base + "/" + id.String() }

func toPage(base string) func(db.ID) string { return func(id db.ID) string { return page(base, id) } }

var (
	placeOf = auth.Columns{Region: "c.region"}
	modelAt = auth.Columns{Region: "m.region", Station: "m.station_id"}
)

const (
	entered = `c.id, c.title AS what, c.by_name AS who, c.at AS at, 0 AS due`
	drafted = `m.id, m.title AS what, m.maker AS who, m.at AS at, 0 AS due`
)

// waits are the heaps: what another entered, and what goes through the levels.
func waits() (out []area.Wait) {
	for _, x := range []struct{ shell, base string }{{"desk", desk}, {"gov", gov}} {
		out = append(out, area.Waiting(area.Wait{Shell: x.shell, Rank: 96, Perm: Decide, Href: x.base, Word: "别人登记的表彰，等您核实",
			Button: "去核实", Page: toPage(x.base)}, entered, `commendation c WHERE c.state = 'entered' AND c.by_id <> {me}`, placeOf))
	}
	return append(out,
		area.Waiting(area.Wait{Shell: "desk", Rank: 97, Perm: Enter, Href: deskModels, Word: "退回来的案例，等补充", Button: "去补充",
			Page: toPage(deskModels)}, drafted, `model m WHERE m.state = 'returned'`, modelAt),
		area.Waiting(area.Wait{Shell: "gov", Rank: 97, Perm: Review, Href: govModels, Word: "报上来的案例和品牌，等审", Button: "去审",
			Page: toPage(govModels)}, drafted, `model m WHERE m.state = 'submitted' AND m.holder = {seat}`, modelAt),
		area.Waiting(area.Wait{Shell: "gov", Rank: 98, Perm: Review, Href: govModels, Word: "审过的案例和品牌，等公开", Button: "去公开",
			Page: toPage(govModels)}, drafted, `model m WHERE m.state = 'approved' AND m.owner = {seat}`, modelAt))
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "honour", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 54, Perm: Look, Href: publicModels, Label: "优秀案例", Icon: "book"},
			{Shell: "site", Group: "公开", Rank: 55, Perm: Look, Href: public, Label: "表彰", Icon: "medal"},
			{Shell: "desk", Group: "人", Part: "队伍和培训", Rank: 118, Perm: View, Href: deskBackbone, Label: "骨干名单", Icon: "star"},
			{Shell: "gov", Group: "人与事", Part: "队伍和培训", Rank: 84, Perm: View, Href: govBackbone, Label: "骨干名单", Icon: "star",
				Line: "按时长、培训、评价和年限算，谁还差一条"},
			{Shell: "desk", Group: "记录与证明", Part: "评选表彰", Rank: 172, Perm: View, Href: desk, Label: "表彰登记", Icon: "medal"},
			{Shell: "desk", Group: "记录与证明", Part: "评选表彰", Rank: 173, Perm: View, Href: deskModels, Label: "案例和品牌", Icon: "book"},
			{Shell: "gov", Group: "激励", Part: "评选表彰", Rank: 102, Perm: View, Href: gov, Label: "表彰登记", Icon: "medal",
				Line: "志愿者、队伍、项目受过的表彰，第二人核实"},
			{Shell: "gov", Group: "激励", Part: "评选表彰", Rank: 103, Perm: View, Href: govModels, Label: "案例和品牌", Icon: "book",
				Line: "优秀案例、品牌项目、骨干、优秀组织"},
		},
		Waits: waits(),
		Live: []area.Live{{Table: "model", Word: "案例和品牌", Where: "state <> 'published'"},
			{Table: "commendation", Word: "待核实的表彰", Where: "state = 'entered'"}},
		Checks: []area.Check{{Name: "honours", Word: "公开的表彰和案例，写到的人都同意，登记和核实的不是一个人", Run: Verify}},
		Demo:   s.Demo,
		Held:   s.Held, Forget: s.Forget,
	}
}

const unwilling = `NOT EXISTS (SELECT 1 FROM person_consent p WHERE p.purpose = 'publish' AND p.withdrawn_at IS NULL AND p.person_id = `

var (
	unwanted = db.Query[db.ID](`SELECT c.id FROM commendation c WHERE c.state = 'published' AND c.kind = 'volunteer' AND ` + unwilling +
		`c.person_id) ORDER BY c.id`)
	unwantedModels = db.Query[db.ID](`SELECT DISTINCT m.id FROM model m JOIN model_named n ON n.model_id = m.id WHERE m.state = 'published' AND ` +
		unwilling + `n.person_id) ORDER BY 1`)
	alone = db.Query[db.ID](`SELECT m.id FROM model m WHERE m.state = 'published' AND 2 > (SELECT COUNT(DISTINCT x.by_id) FROM model_step x
		WHERE x.model_id = m.id AND x.action IN ('approve', 'publish')) ORDER BY m.id`)
)

// Verify: nobody is before the public who does not agree, and no model is there by one person's word.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query        *db.Rows[db.ID]
		object, what string
	}{{unwanted, "commendation", "公开的表彰，本人没有同意"}, {unwantedModels, "model", "公开的案例，写到的人没有同意"}, {alone, "model", "公开的案例没有两个人审过"}} {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report(f.object+" "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
