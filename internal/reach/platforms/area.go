package platforms

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
	gov      = "/gov/platforms"
	toTarget = gov + "/to/"
	book     = gov + "/ledger"
)

func page(id db.ID) string { return gov + "/batches/" + id.String() }

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "platforms", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "gov", Group: "报表", Part: "平台报送", Rank: 150, Perm: View, Href: gov, Label: "平台报送", Icon: "upload",
				Line: "报给上级和其他平台的志愿服务记录"},
			{Shell: "gov", Group: "报表", Part: "平台报送", Rank: 151, Perm: View, Href: book, Label: "报送台账", Icon: "archive",
				Line: "什么报给了谁、凭什么"},
		},
		Waits: []area.Wait{
			area.Waiting(area.Wait{Shell: "gov", Rank: 80, Perm: Send, Href: gov, Word: "做好了的批次，等报送", Button: "去报送", Page: page},
				`b.id, b.number AS what, b.unit AS who, b.made_at AS at, 0 AS due`, `platform_batch b WHERE b.state = 'queued'`,
				auth.Columns{Region: "b.region"}),
			area.Waiting(area.Wait{Shell: "gov", Rank: 81, Perm: Send, Href: gov, Word: "没有收下的条目，等改好再报", Button: "去看", Page: page},
				`b.id, b.number AS what, b.unit AS who, b.made_at AS at, 0 AS due`, `platform_batch b WHERE b.state IN ('partly', 'refused')
				AND NOT EXISTS (SELECT 1 FROM platform_batch n WHERE n.platform = b.platform AND n.region = b.region AND n.id > b.id)`,
				auth.Columns{Region: "b.region"}),
		},
		Stay:   []string{"platform_batch", "platform_item"},
		Keyed:  []string{"platform_batch.number", "platform_batch.installation"},
		Checks: []area.Check{{Name: "platforms", Word: "报送的批次和台账一样，依据和平台相符", Run: Verify}},
		Held:   s.Held, Forget: s.Forget,
		Kept:   []area.Kept{{Count: kept, Words: "报送台账 %d 条：向谁提供过个人信息的记录至少保存三年（个人信息保护法第五十六条），内容摘要已删"}},
		Limits: []area.Limit{{Name: "platforms.export", Value: "100000", What: "报送台账一次导出的行数"}},
	}
}
