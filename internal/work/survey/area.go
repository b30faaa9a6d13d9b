package survey

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

var kept = db.Query[int64](`SELECT count(*) FROM survey_answer WHERE person_id = $1`)

// waits of the desk: changed questions that nobody is asked yet.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 47, Perm: Keep, Href: desk, Word: "改好的问卷，等发布", Button: "去发布", Page: pageOf},
		`s.id, s.title AS what, s.made_by AS who, s.made_at AS at, 0 AS due`, `survey s WHERE s.state = 'open' AND s.next_no > 0`,
		auth.Columns{Region: "s.region", Station: "s.station_id"}),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "survey", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "去帮别人", Rank: 34, Perm: Fill, Href: my, Label: "走访问卷", Icon: "doc", Line: "入户走访时填的问卷"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 106, Perm: View, Href: desk, Label: "走访问卷", Icon: "doc"},
		},
		Waits:  waits,
		Live:   []area.Live{{Table: "survey", Word: "走访问卷", Where: "state IN ('draft', 'open')"}},
		Stay:   []string{"survey_answer"},
		Checks: []area.Check{{Name: "surveys", Word: "问卷的答案都符合它那一版的题目，敏感的都加密", Run: s.Verify}},
		Held:   s.Held,
		Forget: s.Forget,
		Kept:   []area.Kept{{Count: kept, Words: "走访问卷 %d 份：只留问过的日期，答案和照片都已清空"}},
		Demo:   s.Demo,
	}
}

const (
	desk = "/desk/surveys"
	leaf = "/desk/survey-answers"
	my   = "/my/surveys"
)

func pageOf(id db.ID) string { return desk + "/" + id.String() }

func leafOf(id db.ID) string { return leaf + "/" + id.String() }
