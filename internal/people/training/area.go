package training

import (
	_ "embed"

	"linli/internal/network/station"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

const (
	desk = "/desk/training"
	my   = "/my/training"
	gov  = "/gov/training"
)

var at = auth.Columns{Region: "c.region", Station: "c.station_id", Shared: true}

// Waits of the desk: sittings that are over without results, and results that lack the second person.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 42, Perm: Plan, Href: desk, Word: "培训结束了，等登记结果", Button: "去登记", Page: sheetPath},
		`s.id, c.title AS what, COALESCE((SELECT p.name FROM person p WHERE p.id = s.trainer_id), '') AS who, s.ends_at AS at, 0 AS due`,
		`training_sitting s JOIN training_course c ON c.id = s.course_id WHERE s.state = 'open' AND s.ends_at <= {now}
		AND EXISTS (SELECT 1 FROM training_place x WHERE x.sitting_id = s.id AND x.state IN ('held', 'returned'))`, at),
	area.Waiting(area.Wait{Shell: "desk", Rank: 43, Perm: Confirm, Href: desk, Word: "培训结果，等第二人确认", Button: "去确认", Page: sheetPath},
		`s.id, c.title AS what, COALESCE((SELECT p.name FROM person p WHERE p.id = s.trainer_id), '') AS who, s.ends_at AS at, 0 AS due`,
		`training_sitting s JOIN training_course c ON c.id = s.course_id WHERE EXISTS (SELECT 1 FROM training_place x
		WHERE x.sitting_id = s.id AND x.state = 'noted')`, at),
	area.Waiting(area.Wait{Shell: "desk", Rank: 44, Perm: Confirm, Href: desk, Word: "测验合格，等第二人确认", Button: "去确认", Page: coursePath},
		`c.id, c.title AS what, p.name AS who, x.noted_at AS at, 0 AS due`, `training_place x JOIN training_course c ON c.id = x.course_id
		JOIN person p ON p.id = x.person_id WHERE x.sitting_id IS NULL AND x.state = 'noted'`, at),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "training", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "参加", Rank: 40, Perm: Join, Href: my, Label: "培训", Icon: "book", Line: "学什么、报哪一场、有哪些资格"},
			{Shell: "desk", Group: "人", Part: "队伍和培训", Rank: 116, Perm: Plan, Href: desk, Label: "培训", Icon: "book"},
			{Shell: "gov", Group: "人与事", Part: "队伍和培训", Rank: 80, Perm: station.Oversee, Href: gov, Label: "培训", Icon: "book",
				Line: "开了哪些课，多少人合格"},
		},
		Waits:  waits,
		Work:   s.work,
		Live:   []area.Live{{Table: "training_course", Word: "培训课程", Where: "state IN ('draft', 'open')"}},
		Checks: []area.Check{{Name: "training", Word: "培训发的资格都有两个人和一个来了的人", Run: Verify}},
		Held:   held,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}

func coursePath(id db.ID) string { return desk + "/" + id.String() }

func sheetPath(id db.ID) string { return desk + "/sittings/" + id.String() }

const (
	lessonBase = "/my/lessons"
	testBase   = "/my/tests"
)

func questionsPath(id db.ID) string { return desk + "/questions/" + id.String() }

func lessonPath(id db.ID) string { return lessonBase + "/" + id.String() }

func testPath(id db.ID) string { return testBase + "/" + id.String() }

// page is where somebody sees his place.
func (p Seat) page() string {
	if p.SittingID == 0 {
		return lessonPath(p.CourseID)
	}
	return cardPath(p.SittingID)
}

func cardPath(id db.ID) string { return my + "/" + id.String() }
