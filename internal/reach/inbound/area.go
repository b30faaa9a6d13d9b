package inbound

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
	gov  = "/gov/inbound"
	desk = "/desk/inbound"
	my   = "/my/inbound"
)

func sourceAt(id db.ID) string { return gov + "/sources/" + id.String() }
func page(id db.ID) string     { return gov + "/batches/" + id.String() }
func deskAt(id db.ID) string   { return desk + "/" + id.String() }

func linesAt(id db.ID, field string) string { return page(id) + "/lines?field=" + field }

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "inbound", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{{Shell: "gov", Group: "报表", Part: "平台报送", Rank: 152, Perm: View, Href: gov, Label: "接收批次", Icon: "download",
			Line: "其他平台和别处报来的记录"},
			{Shell: "desk", Group: "记录与证明", Rank: 91, Perm: Confirm, Href: desk, Label: "别处报来的", Icon: "download",
				Line: "别处报来的时长，等第二人复核"},
			{Shell: "start", Group: "时长和积分", Rank: 58, Perm: Own, Href: my, Label: "别处的记录", Icon: "archive", Line: "别的平台报来的您的服务"}},
		Waits: []area.Wait{
			area.Waiting(area.Wait{Shell: "gov", Rank: 82, Perm: Take, Href: gov, Word: "对方的公钥，等第二人核对", Button: "去核对", Page: sourceAt},
				`s.id, s.name AS what, k.by_name AS who, k.made_at AS at, 0 AS due`,
				`inbound_key k JOIN inbound_source s ON s.id = k.source_id WHERE k.state = 'entered' AND k.by_id <> {me}`,
				auth.Columns{Region: "k.region"}),
			area.Waiting(area.Wait{Shell: "gov", Rank: 83, Perm: Take, Href: gov, Word: "收到的批次，等核对", Button: "去核对", Page: page},
				`b.id, b.number AS what, b.by_name AS who, b.made_at AS at, 0 AS due`, `inbound_batch b WHERE b.state IN ('loading', 'open', 'taking')`,
				auth.Columns{Region: "b.region"}),
			area.Waiting(area.Wait{Shell: "gov", Rank: 84, Perm: Take, Href: gov, Word: "要整批撤销的，等第二人同意", Button: "去看", Page: page},
				`b.id, b.number AS what, b.withdrawn_name AS who, b.made_at AS at, 0 AS due`,
				`inbound_batch b WHERE b.state IN ('withdrawing', 'undoing') AND b.withdrawn_by <> {me}`, auth.Columns{Region: "b.region"}),
		},
		Stay:   []string{"inbound_source", "inbound_key", "inbound_batch", "inbound_line"},
		Checks: []area.Check{{Name: "inbound", Word: "收到的批次条数齐，冲突和条目相符", Run: Verify}},
		Held:   s.Held, Forget: s.Forget,
		Kept:   []area.Kept{{Count: keptLines, Words: "别处报来的条目 %d 条：只留编号和状态，内容已删"}},
		Limits: []area.Limit{{Name: "inbound.page", Value: "10 MiB", What: "在页面上收的一批最大多少；更大的用命令 linli exchange receive"}},
	}
}
