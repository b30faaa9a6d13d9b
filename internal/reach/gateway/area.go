package gateway

import (
	_ "embed"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

const path = "/admin/sms"

// proposed are changes that wait for another administrator than who made them.
var proposed = area.Waiting(area.Wait{Shell: "admin", Rank: 12, Perm: Confirm, Href: path, Word: "短信通道的改动，等另一位管理员确认", Button: "去核对",
	Page: func(db.ID) string { return path }}, `p.id, p.sign AS what, p.by_name AS who, p.at AS at, p.until_day AS due`,
	`sms_gateway_proposal p WHERE p.state = 'waits' AND p.by_id <> {me}`, auth.Columns{Region: "CAST(" + region.Top.String() + " AS BIGINT)"})

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "gateway", Routes: s.Routes, Words: routeWords,
		Menu:  []area.Entry{{Shell: "admin", Rank: 84, Perm: View, Href: path, Label: "短信通道", Icon: "bell", Line: "阿里云、腾讯云、移动 CMPP"}},
		Keyed: []string{"sms_gateway.secret", "sms_gateway_proposal.secret"},
		Waits: []area.Wait{proposed},
		Work: func(r *job.Runner) {
			job.Handle(r, reportKind, s.note)
			r.Every("gateway.lapse", time.Hour, s.Lapse)
		},
	}
}
