package console

import (
	_ "embed"

	"linli/internal/platform/area"
	"linli/internal/platform/audit"
	"linli/internal/platform/notify"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "console", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "自己的事", Rank: 80, Perm: notify.Own, Href: "/messages", Label: "消息", Icon: "bell", Line: "单子有动静，在这里告诉您"},
			{Shell: "admin", Rank: 90, Perm: ViewJobs, Href: jobsPath, Label: "后台任务", Icon: "clock"},
			{Shell: "admin", Rank: 100, Perm: audit.View, Href: "/admin/audit", Label: "操作记录", Icon: "archive"},
		},
		Waits: []area.Wait{given},
	}
}
