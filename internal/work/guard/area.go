package guard

import (
	"context"
	_ "embed"
	"strconv"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Where the pages stand.
const (
	minePath = "/my/guards"
	deskPath = "/desk/guards"
	govPath  = "/gov/guards"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "guard", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "去帮别人", Rank: 34, Perm: Use, Href: minePath, Label: "入户平安提醒", Icon: "shield", Line: "出门前报一下，到时没回来有人找您"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 110, Perm: Answer, Href: deskPath, Label: "平安提醒", Icon: "shield"},
			{Shell: "desk", Group: "人", Part: "走访结对", Rank: 111, Perm: Town, Href: govPath, Label: "上报的平安提醒", Icon: "shield"},
			{Shell: "gov", Group: "人与事", Part: "走访结对", Rank: 70, Perm: Town, Href: govPath, Label: "平安提醒", Icon: "shield",
				Line: "入户到时没有回来的"},
		},
		Waits: []area.Wait{ringing("desk", Desk, deskPath, 2), ringing("desk", Head, deskPath, 3), ringing("gov", Town, govPath, 4),
			ringing("desk", Town, govPath, 4), out}, // the town's clerk begins his day at the desk
		Stay:   []string{"guard"},
		Checks: []area.Check{{Name: "guard", Word: "平安提醒没有不出声的", Run: Verify}},
		Work:   func(r *job.Runner) { r.Every("guard.sweep", time.Minute, s.Sweep) },
		Held: func(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
			list, err := of.All(ctx, tx, id)
			if err != nil || len(list) == 0 {
				return nil, err
			}
			return list, nil
		},
		Forget: func(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
			_, err := blank.Run(ctx, tx, id, person.ErasedName)
			return err
		},
		Demo: s.Demo,
	}
}

// Verify finds alarms that were told to nobody.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	ids, err := silent.All(ctx, tx)
	for _, id := range ids {
		report("guard "+id.String(), "到时没有回来，没有告诉过谁")
	}
	return err
}

// Follow lets guards go with the entries of persons.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := followPerson.Run(ctx, tx, e.From, e.To)
		return err
	})
}

// ringing are the alarms that have risen so far and that nobody has taken.
func ringing(shell string, perm auth.Perm, href string, rung int) area.Wait {
	return area.Waiting(area.Wait{Shell: shell, Rank: 5, Perm: perm, Href: href, Word: "入户到时没有回来", Button: "我来处理", Alarm: true,
		Page: func(db.ID) string { return href }},
		`g.id, p.name AS what, '' AS who, g.until_at AS at, 0 AS due`,
		`guard g JOIN person p ON p.id = g.person_id WHERE g.state = 'alarm' AND g.rung >= `+strconv.Itoa(rung), auth.Columns{Region: "g.region"})
}

// out is the reader himself, of whom nobody has heard that he is back.
var out = area.Waiting(area.Wait{Shell: "phone", Rank: 4, Perm: Use, Href: minePath, Word: "入户平安提醒开着，回来了说一声", Button: "我回来了", Alarm: true,
	Page: func(db.ID) string { return minePath }},
	`g.id, '入户平安提醒' AS what, '' AS who, g.started_at AS at, 0 AS due`,
	`guard g WHERE g.state <> 'back'`, auth.Columns{Person: "g.person_id"})

// Demo leaves one volunteer who is out, and one who came back.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	for _, x := range v.Volunteers {
		if x.Actor.Account == 0 {
			continue
		}
		own := auth.With(ctx, x.Actor)
		mine, err := s.Mine(own, Nothing{})
		if err != nil {
			return err
		}
		if len(mine.Goals) == 0 {
			continue
		}
		in := StartInput{PairingID: mine.Goals[0].PairingID, OrderID: mine.Goals[0].OrderID, Minutes: 240}
		g, err := s.Start(own, in)
		if err == nil {
			_, err = s.Back(own, BackInput{ID: g.ID})
		}
		if err == nil {
			_, err = s.Start(own, in)
		}
		return err
	}
	return nil
}
