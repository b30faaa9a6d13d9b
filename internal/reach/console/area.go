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
			{Shell: "admin", Rank: 85, Perm: ViewSent, Href: sentPath, Label: "发出的消息", Icon: "bell", Line: "短信、邮件发成没有"},
			{Shell: "admin", Rank: 90, Perm: ViewJobs, Href: jobsPath, Label: "后台任务", Icon: "clock", Line: "迟了的、没做成的"},
			{Shell: "admin", Rank: 93, Perm: ViewKeys, Href: keysPath, Label: "密钥", Icon: "key", Line: "哪一代在用，从什么时候"},
			{Shell: "admin", Rank: 96, Perm: ViewBackups, Href: backupsPath, Label: "备份", Icon: "archive", Line: "最近一次，试过恢复没有"},
			{Shell: "admin", Rank: 100, Perm: audit.View, Href: "/admin/audit", Label: "操作记录", Icon: "archive"},
		},
		Waits:   []area.Wait{given, stuck},
		Passing: []string{"backup_run"},
	}
}
