package poll

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
	public = "/polls"
	gov    = "/gov/polls"
)

func page(id db.ID) string { return gov + "/" + id.String() }

// waits: communities of one's place where nobody has entered anything.
func waits() area.Wait {
	return area.Waiting(area.Wait{Shell: "gov", Rank: 58, Perm: Enter, Href: gov, Word: "知晓率调查，等登记的社区", Button: "去登记", Page: page},
		`k.id, k.title AS what, r.name AS who, k.at AS at, k.to_day AS due`,
		`poll_place p JOIN poll k ON k.id = p.poll_id JOIN region r ON r.code = p.region WHERE k.state = 'open' AND p.at IS NULL
		AND k.from_day <= {today}`, auth.Columns{Region: "p.region"})
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "poll", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 57, Perm: Public, Href: public, Label: "知晓率调查", Icon: "chart"},
			{Shell: "desk", Group: "活动与项目", Rank: 144, Perm: Enter, Href: gov, Label: "知晓率调查", Icon: "chart"},
			{Shell: "gov", Group: "人与事", Part: "活动和项目", Rank: 90, Perm: View, Href: gov, Label: "知晓率调查", Icon: "chart",
				Line: "抽几个社区，问多少人知道、赞成志愿服务"},
		},
		Waits:  []area.Wait{waits()},
		Live:   []area.Live{{Table: "poll", Word: "知晓率调查", Where: "state = 'open'"}},
		Stay:   []string{"poll_place"},
		Demo:   s.Demo,
		Checks: []area.Check{{Name: "polls", Word: "抽中的社区就是种子抽出来的", Run: Verify}},
	}
}
