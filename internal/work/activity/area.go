package activity

import (
	"context"
	_ "embed"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 37, Perm: Publish, Href: desk, Word: "要发布的活动", Button: "去发布", Page: pageOf},
		`a.id, a.title AS what, '' AS who, a.made_at AS at, a.day AS due`, `activity a WHERE a.state = 'draft' AND a.starts_at > {now}`,
		columnsAt),
	area.Waiting(area.Wait{Shell: "desk", Rank: 38, Perm: Publish, Href: desk, Word: "活动结束了，等交名单", Button: "去交", Page: pageOf},
		`a.id, a.title AS what, '' AS who, a.ends_at AS at, a.due_day AS due`, `activity a WHERE (a.state = 'open' OR a.state = 'handed_in'
		AND EXISTS (SELECT 1 FROM sheet h WHERE h.id = a.sheet_id AND h.state = 'returned')) AND a.ends_at <= {now}`, columnsAt),
	area.Waiting(area.Wait{Shell: "phone", Rank: 8, Perm: Join, Href: my, Word: "活动空出名额，等您答复", Button: "去答复", Page: minePath},
		`a.id, a.title AS what, '' AS who, p.asked_at AS at, 0 AS due`, ofPlace+`p.state = 'offered' AND a.state = 'open'`, ofMine),
	area.Waiting(area.Wait{Shell: "phone", Rank: 14, Perm: Join, Href: my, Word: "您报了名的活动", Button: "看一看", Page: minePath},
		`a.id, a.title AS what, a.place AS who, a.starts_at AS at, 0 AS due`,
		ofPlace+`p.state = 'held' AND a.state = 'open' AND a.day <= {week} AND (a.ends_at > {now}
		OR p.came = 'code' AND p.left_at IS NULL AND a.day = {today})`, ofMine),
	area.Waiting(area.Wait{Shell: "phone", Rank: 16, Perm: Lead, Href: my, Word: "您队里的活动结束了，等交名单", Button: "去交", Page: minePath},
		`a.id, a.title AS what, t.name AS who, a.ends_at AS at, a.due_day AS due`, `activity a JOIN team t ON t.id = a.team_id
		JOIN team_role o ON o.team_id = t.id AND o.to_day = 0 AND o.role = 'leader' WHERE a.state = 'open' AND a.ends_at <= {now}`,
		auth.Columns{Person: "o.person_id"}),
}

const ofPlace = `activity_place p JOIN activity a ON a.id = p.activity_id WHERE `

var ofMine = auth.Columns{Person: "p.person_id"}

var columnsAt = auth.Columns{Region: "a.region", Station: "a.station_id"}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "activity", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "参与", Rank: 43, Perm: Public, Href: "/activities", Label: "活动", Icon: "calendar"},
			{Shell: "start", Group: "参加", Rank: 37, Perm: Join, Href: my, Label: "活动", Icon: "calendar", Line: "身边有什么活动，报个名"},
			{Shell: "desk", Group: "活动与项目", Rank: 140, Perm: Publish, Href: desk, Label: "活动", Icon: "calendar"},
			{Shell: "gov", Group: "人与事", Part: "活动和项目", Rank: 85, Perm: station.Oversee, Href: gov, Label: "活动", Icon: "calendar",
				Line: "十五类活动，办了哪些"},
		},
		Waits:  waits,
		Live:   []area.Live{{Table: "activity", Word: "活动", Where: "state IN ('draft', 'open')"}},
		Work:   func(r *job.Runner) { r.Every("activity.sweep", time.Minute, s.Sweep) },
		Checks: []area.Check{{Name: "activities", Word: "活动的名额一个不多，经过能重放", Run: Verify}},
		Held:   held,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}

func pageOf(id db.ID) string { return at(desk, id.String()) }

func minePath(id db.ID) string { return at(my, id.String()) }

// held is everything that is kept about a person's places.
func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := seatsFor.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}
