package need

import (
	"context"
	_ "embed"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

const (
	desk = "/desk/needs"
	gov  = "/gov/needs"
)

func pageOf(id db.ID) string { return desk + "/" + id.String() }

// waits: what its owner has not looked at in time, and what nobody sees to or an owner has let lie for a week.
var waits = []area.Wait{
	area.Waiting(area.Wait{Shell: "desk", Rank: 48, Perm: Keep, Href: desk, Word: "我管的需求，到日子了", Button: "去看", Alarm: true, Page: pageOf},
		`n.id, n.content AS what, p.name AS who, n.made_at AS at, n.follow_day AS due`,
		`need n JOIN person p ON p.id = n.person_id WHERE n.state = 'in_hand' AND n.owner_id = {me} AND n.follow_day <= {today}`, columnsAt),
	area.Waiting(area.Wait{Shell: "desk", Rank: 49, Perm: Keep, Href: desk, Word: "没人管的需求", Button: "去接", Page: pageOf},
		`n.id, n.content AS what, p.name AS who, n.made_at AS at, n.follow_day AS due`,
		`need n JOIN person p ON p.id = n.person_id WHERE (n.state = 'open' OR n.state = 'in_hand' AND (n.owner_id <> {me}
		AND n.follow_day < {today} AND NOT EXISTS (SELECT 1 FROM account c WHERE c.id = n.owner_id AND c.state = 'active')))`, columnsAt),
}

var columnsAt = auth.Columns{Region: "n.region"}

var kept = db.Query[int64](`SELECT count(*) FROM need WHERE person_id = $1`)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "need", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "desk", Group: "人", Rank: 102, Perm: View, Href: desk, Label: "需求", Icon: "inbox"},
			{Shell: "gov", Group: "人与事", Part: "走访结对", Rank: 75, Perm: Figures, Href: gov, Label: "需求在哪里", Icon: "chart",
				Line: "哪里、哪类人、要什么"},
		},
		Waits:  waits,
		Keyed:  []string{"need_group.blind"},
		Live:   []area.Live{{Table: "need", Word: "需求", Where: "state IN ('open', 'in_hand')"}},
		Checks: []area.Check{{Name: "needs", Word: "需求有人管、有日子，转成的都在", Run: Verify}},
		Held:   held,
		Forget: s.Forget,
		Kept:   []area.Kept{{Count: kept, Words: "需求 %d 条：只留种类和结果的代码，内容、属于哪类人群都已清空"}},
		Demo:   s.Demo,
	}
}

// FollowPersons lets needs go with the entries of persons.
func (s *Service) FollowPersons(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := follow.Run(ctx, tx, e.From, e.To)
		return err
	})
}

func held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := about.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list, nil
}

// Forget takes out what an erased person needed and of which groups he was; what was open ends.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := about.All(ctx, tx, id)
	if err != nil || len(list) == 0 {
		return err
	}
	if _, err := blank.Run(ctx, tx, id, clock.DayOf(tx.Now)); err != nil {
		return err
	}
	if _, err := dropGroups.Run(ctx, tx, id); err != nil {
		return err
	}
	if _, err := unsaid.Run(ctx, tx, id); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "need.erase", Object: "person", ID: id.String(), Region: list[0].Region, Cause: reason})
}

// Verify finds needs in hand without an owner, ends without a day, and needs that became what is not there.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, c := range []struct {
		find *db.Rows[db.ID]
		what string
	}{{unowned, "状态、责任人和日子合不上"}, {lost, "转成的单、项目或结对不在"}} {
		ids, err := c.find.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			report("need "+id.String(), c.what)
		}
	}
	return nil
}

// Demo enters made-up needs of the demo's volunteers' neighbours: the volunteers themselves stand for them.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager := auth.With(ctx, v.Manager)
	for i, in := range []AddInput{
		{Kind: "housing", Content: "演示：炉子不热，想有人看看烟道", Urgency: "urgent", Source: "visit", Groups: person.Codes{"lone_elder"}},
		{Kind: "company", Content: "演示：平时没人说话", Urgency: "soon", Source: "phone", Groups: person.Codes{"left_elder"}},
		{Kind: "education", Content: "演示：放学后孩子没人看", Urgency: "normal", Source: "desk", Groups: person.Codes{"left_child"}},
	} {
		if i >= len(v.Volunteers) {
			break
		}
		in.PersonID = v.Volunteers[i].Person
		d, err := s.Add(manager, in)
		if err == nil && i == 1 {
			_, err = s.Follow(manager, StepInput{ID: d.ID, Version: d.Version, Note: "打过电话，周末去看"})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
