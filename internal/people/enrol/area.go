package enrol

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

// waits are disputes, for who had no part in the matter; and the lists on which one stands oneself.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 32, Perm: Judge, Href: desk, Word: "本人说没有同意登记，等弄清楚", Button: "去看", Page: pageOf},
		`g.id, p.name AS what, g.unit AS who, e.objected_at AS at, 0 AS due`, `enrolment e JOIN enrolment_group g ON g.id = e.group_id
		JOIN person p ON p.id = e.person_id WHERE e.state = 'disputed' AND g.made_by <> {me} AND COALESCE(e.agreed_by, 0) <> {me}`,
		auth.Columns{Region: "g.region"}),
	area.Waiting(area.Wait{Shell: "phone", Rank: 20, Perm: Own, Href: my, Word: "有人替您登记了志愿者，等您自己答复", Button: "去答复",
		Page: func(db.ID) string { return my }}, `e.id, g.unit AS what, g.by_name AS who, g.made_at AS at, e.due_day AS due`,
		`enrolment e JOIN enrolment_group g ON g.id = e.group_id JOIN person p ON (e.phone = p.phone_blind OR e.phone = p.phone2_blind) WHERE e.state = 'pending'`,
		auth.Columns{Person: "p.id"}),
}

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "enrol", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "自己的事", Rank: 92, Perm: Own, Href: my, Label: "谁替我登记的", Icon: "user", Line: "名单上有我、凭纸条答复"},
			{Shell: "desk", Group: "人", Part: "队伍和培训", Rank: 117, Perm: Enter, Href: desk, Label: "替人登记", Icon: "inbox"},
		},
		Waits:  waits,
		Live:   []area.Live{{Table: "enrolment_group", Word: "替人登记的名单", Where: "id IN (SELECT group_id FROM enrolment WHERE state = 'pending')"}},
		Keyed:  []string{"enrolment.facts", "enrolment.code", "enrolment.phone"},
		Checks: []area.Check{{Name: "enrolments", Word: "替人登记的都有本人自己的同意", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("enrol.lapse", time.Hour, s.Lapse) },
		Held:   held,
		Forget: s.Forget,
		Demo:   s.Demo,
	}
}

const (
	public = "/claim"
	desk   = "/desk/enrolments"
	my     = "/my/enrolments"
)

func pageOf(id db.ID) string { return desk + "/" + id.String() }
