package account

import (
	_ "embed"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "account", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "自己的事", Rank: 90, Perm: Own, Href: "/my/security", Label: "账号和安全", Icon: "lock", Line: "密码、动态码、登录过的设备"},
			{Shell: "admin", Rank: 20, Perm: View, Href: "/admin/accounts", Label: "账号", Icon: "users"},
			{Shell: "admin", Rank: 30, Perm: ViewRoles, Href: "/admin/roles", Label: "职务", Icon: "key"},
		},
		Live: []area.Live{
			{Table: "account", Word: "账号"},
		},
		Stay:    []string{"role_grant"},
		Passing: []string{"session", "device", "device_account", "attempt", "sms_code"},
		Keyed:   []string{"account.password", "account.password_until"},
		Checks:  []area.Check{{Name: "accounts", Word: "账号、职务和会话一致", Run: Verify}},
		Work: func(r *job.Runner) {
			r.Every("account.sweep", time.Hour, s.Sweep)
		},
		Held:   s.Held,
		Forget: s.Forget,
		Limits: Limits,
	}
}

// Follow lets accounts go with the entries of the register.
func (s *Service) Follow(persons *person.Service) { persons.Merged.Subscribe(s.OnMerged) }
