package person

import (
	"context"
	_ "embed"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "person", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "phone", Rank: 50, Perm: Own, Href: "/my/profile", Label: "我的", Icon: "user"},
			{Shell: "start", Group: "自己的事", Rank: 70, Perm: Own, Href: "/my/profile", Label: "我的信息", Icon: "user", Line: "登记了什么，同意过什么"},
			{Shell: "desk", Group: "人", Rank: 100, Perm: Edit, Href: "/desk/persons", Label: "居民", Icon: "user"},
			{Shell: "desk", Group: "人", Part: "登记和账号", Rank: 126, Perm: Second, Href: waitingPath, Label: "登记修改复核", Icon: "check"},
		},
		Live: []area.Live{
			{Table: "person", Word: "居民", Where: "state = 'active'"},
			{Table: "person_address", Word: "住址"},
			{Table: "person_guardian", Word: "监护关系"},
			{Table: "person_kin", Word: "亲属和同住的人"},
			{Table: "person_known", Word: "核实过的人"},
			{Table: "person_change", Word: "等复核的登记修改", Where: "state = 'waits'"},
		},
		Stay:    []string{"person_consent"},
		Passing: []string{"person_code"},
		Keyed:   []string{"person_known.phone_blind"},
		Work: func(r *job.Runner) {
			r.Every("person.sweep", time.Hour, s.Sweep)
		},
		Forget: s.Erase,
		Removals: map[string]area.Removal{"person": {Tables: Tables, Undo: func(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
			return Remove(ctx, tx, id)
		}}},
	}
}
