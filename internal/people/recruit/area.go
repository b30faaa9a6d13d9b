package recruit

import (
	_ "embed"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// waits are applications that nobody has answered.
var waits = area.Waiting(area.Wait{Shell: "desk", Rank: 33, Perm: Plan, Href: desk, Word: "报名招募的，等答复", Button: "去答复", Page: pageOf},
	`c.id, p.name AS what, c.title AS who, a.made_at AS at, 0 AS due`, `campaign_application a JOIN campaign c ON c.id = a.campaign_id
	JOIN person p ON p.id = a.person_id WHERE a.state = 'applied'`, auth.Columns{Region: "c.region", Station: "c.station_id", Shared: true})

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "recruit", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "参与", Rank: 43, Perm: Public, Href: site, Label: "招募", Icon: "speaker"},
			{Shell: "start", Group: "参加", Rank: 38, Perm: Join, Href: my, Label: "招募和报名", Icon: "speaker", Line: "哪里在招志愿者，我报的名怎样了"},
			{Shell: "desk", Group: "人", Part: "队伍和培训", Rank: 115, Perm: Plan, Href: desk, Label: "招募", Icon: "speaker"},
			{Shell: "gov", Group: "人与事", Part: "队伍和培训", Rank: 79, Perm: View, Href: gov, Label: "志愿者招募", Icon: "speaker",
				Line: "哪里在招人，招到了多少"},
		},
		Waits:  []area.Wait{waits},
		Live:   []area.Live{{Table: "campaign", Word: "招募", Where: "state IN ('draft', 'published')"}},
		Checks: []area.Check{{Name: "campaigns", Word: "招募都先写了风险，录用的不超过名额，都有人答复", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("recruit.sweep", time.Hour, s.Sweep) },
		Held:   held,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}

const (
	site = "/campaigns"
	desk = "/desk/campaigns"
	gov  = "/gov/campaigns"
	my   = "/my/campaigns"
)

func at(base string, id db.ID) string { return base + "/" + id.String() }

func pageOf(id db.ID) string { return at(desk, id) }

func minePath(id db.ID) string { return at(my, id) }
