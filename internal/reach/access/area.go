package access

import (
	_ "embed"
	"strconv"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Where the pages stand.
const (
	my        = "/my/keys"
	admin     = "/admin/keys"
	reference = "/developers"
	hooks     = "/my/webhooks" // of the area above
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "access", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Group: "公开", Rank: 59, Perm: Look, Href: reference, Label: "接口说明", Icon: "book"},
			{Shell: "start", Group: "给程序用的", Rank: 97, Perm: Own, Href: my, Label: "接口钥匙", Icon: "key", Line: "给别的程序用，只能读"},
			{Shell: "admin", Rank: 35, Perm: Watch, Href: admin, Label: "接口钥匙", Icon: "key", Line: "谁的程序在读什么，可以作废"},
		},
		Keyed:  []string{"access_key.token_hash", "access_key.hint", "access_key.seen_at"},
		Checks: []area.Check{{Name: "access", Word: "接口钥匙作废有原因，注销的人没有钥匙", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("access.sweep", time.Hour, s.Sweep) },
		Held:   held,
		Forget: forget,
		Demo:   s.Demo,
		Limits: []area.Limit{
			{Name: "key.of_account", Value: strconv.Itoa(MaxKeys), What: "一个账号在用的接口钥匙最多几把"},
			{Name: "key.days", Value: strconv.Itoa(MaxDays), What: "一把接口钥匙最多用多少天"},
			{Name: "key.person_rate", Value: strconv.Itoa(PersonRate) + "/min", What: "个人的接口钥匙每分钟请求次数"},
			{Name: "key.office_rate", Value: strconv.Itoa(OfficeRate) + "/min", What: "单位、任职的人的接口钥匙每分钟请求次数"},
		},
	}
}
