package gateway

import (
	_ "embed"

	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

const path = "/admin/sms"

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "gateway", Routes: s.Routes, Words: routeWords,
		Menu:  []area.Entry{{Shell: "admin", Rank: 84, Perm: View, Href: path, Label: "短信通道", Icon: "bell", Line: "阿里云、腾讯云、移动 CMPP"}},
		Keyed: []string{"sms_gateway.secret"},
		Work:  func(r *job.Runner) { job.Handle(r, reportKind, s.note) },
	}
}
