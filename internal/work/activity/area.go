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
}

var columnsAt = auth.Columns{Region: "a.region", Station: "a.station_id"}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "activity", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "参与", Rank: 43, Perm: Public, Href: "/activities", Label: "活动", Icon: "calendar"},
			{Shell: "start", Group: "去帮别人", Rank: 37, Perm: Join, Href: my, Label: "活动", Icon: "calendar", Line: "身边有什么活动，报个名"},
			{Shell: "desk", Group: "活动与项目", Rank: 148, Perm: Publish, Href: desk, Label: "活动", Icon: "calendar"},
			{Shell: "gov", Group: "人与事", Rank: 73, Perm: station.Oversee, Href: gov, Label: "活动", Icon: "calendar", Line: "十五类活动，办了哪些"},
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
