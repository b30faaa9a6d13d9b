package stats

import (
	"context"
	_ "embed"
	"linli/internal/civic/region"
	"linli/internal/people/volunteer"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
	"linli/internal/work/order"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// recountKind is the work of counting anew once all rows have followed their divisions.
const recountKind = "stats.recount_moved"

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "stats", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 56, Perm: Look, Href: "/figures", Label: "数据", Icon: "chart"},
			{Shell: "gov", Group: "进度", Rank: 30, Perm: View, Href: "/gov/indicators", Label: "指标", Icon: "chart",
				Line: "每个数怎么算的、名单是哪些、和别处比"},
		},
		Stay:    []string{"stats_counter", "stats_delta", "stats_recount", "stats_snapshot", "stats_snapshot_figure", "stats_snapshot_sum"},
		Passing: []string{"stats_delta", "stats_counter", "stats_recount"},
		Checks:  []area.Check{{Name: "counters", Word: "统计的计数等于重新计算的结果", Run: Verify}},
		Work: func(r *job.Runner) {
			r.Every("stats.fold", time.Second/2, s.Fold)
			r.Every("stats.recount", 24*time.Hour, s.Recount)
			job.Handle(r, recountKind, func(ctx context.Context, _ any) error { return s.CountAnew(ctx) })
		},
	}
}

// Follow counts what happens to orders, records and volunteers, and counts anew once all rows have followed their divisions.
func (s *Service) Follow(regions *region.Service, volunteers *volunteer.Service, orders *order.Service, records *record.Service) {
	regions.Settled.Subscribe(func(ctx context.Context, tx *db.Tx, _ region.Edition) error {
		return job.Enqueue(ctx, tx, recountKind, nil, job.Key(recountKind))
	})
	volunteers.Changed.Subscribe(s.OnVolunteer)
	orders.Changed.Subscribe(s.OnOrder)
	records.Changed.Subscribe(s.OnRecord)
}
