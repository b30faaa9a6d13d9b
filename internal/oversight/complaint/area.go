package complaint

import (
	_ "embed"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// toHandle are complaints that wait for the officers of the division that holds them.
var toHandle = area.Waiting(area.Wait{Shell: "gov", Rank: 10, Perm: Handle, Href: gov, Word: "投诉建议，等办理", Button: "去办理", Page: at},
	`c.id, '投诉建议' AS what, '' AS who, c.made_at AS at, c.due_day AS due`,
	`complaint c WHERE c.state IN ('received', 'accepted', 'reviewing') AND c.region = {seat}`, auth.Columns{Region: "c.region"})

// Area is what the program knows of this area. Nobody's person is in it: the receipt is the only key.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "complaint", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Rank: 80, Perm: Make, Href: public, Label: "投诉建议", Icon: "chat"},
			{Shell: "start", Group: "自己的事", Rank: 95, Perm: Make, Href: public, Label: "投诉建议", Icon: "chat", Line: "不用说自己是谁"},
			{Shell: "gov", Group: "督导", Rank: 61, Perm: View, Href: gov, Label: "投诉建议", Icon: "chat", Line: "谁也看不到是谁投诉的，上一级办"},
		},
		Waits: []area.Wait{toHandle},
		Live:  []area.Live{{Table: "complaint", Word: "投诉建议", Where: "state NOT IN ('closed', 'transferred')"}},
		Keyed: []string{"complaint.receipt", "complaint.body", "complaint.contact", "complaint_step.body"},
		Work:  func(r *job.Runner) { r.Every("complaint.sweep", time.Hour, s.Sweep) },
	}
}
