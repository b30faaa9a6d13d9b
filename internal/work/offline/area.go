package offline

import (
	"context"
	_ "embed"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "offline", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "去帮别人", Rank: 33, Perm: attendance.Check, Href: pocketPath, Label: "离线办事", Icon: "offline",
				Line: "没有网络也能签到、记探访、点名"},
			{Shell: "desk", Group: "记录与证明", Rank: 152, Perm: Decide, Href: deskPath, Label: "离线补记", Icon: "phone"},
			{Shell: "gov", Group: "人与事", Rank: 69, Perm: Decide, Href: govPath, Label: "离线补记", Icon: "phone",
				Line: "没有网络时记的、系统没有收下的事"},
		},
		Waits:  []area.Wait{handed("desk", deskPath), handed("gov", govPath)},
		Live:   []area.Live{{Table: "offline_action", Word: "离线补记", Where: "state = 'waiting'"}},
		Keyed:  []string{"offline_action.hash"},
		Checks: []area.Check{{Name: "offline", Word: "没有网络时记的签到签退都有服务记录", Run: Verify}},
		Held: func(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
			list, err := of.All(ctx, tx, id)
			if err != nil || len(list) == 0 {
				return nil, err
			}
			return list, nil
		},
		Forget: forget,
		Demo:   s.Demo,
	}
}

// handed are the items that a place has been given.
func handed(shell, href string) area.Wait {
	return area.Waiting(area.Wait{Shell: shell, Rank: 30, Perm: Decide, Href: href, Word: "没有网络时记的，等站点处理", Button: "去处理",
		Page: func(id db.ID) string { return href + "/" + id.String() }},
		`x.id, c.name AS what, '' AS who, x.handed_at AS at, 0 AS due`,
		`offline_action x JOIN account c ON c.id = x.account_id WHERE x.state = 'waiting'`, auth.Columns{Region: "x.region"})
}

// Verify finds check-ins and check-outs that were answered as done without being so.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	ids, err := baseless.All(ctx, tx)
	for _, id := range ids {
		report("offline_action "+id.String(), "说收下了，没有服务记录")
	}
	return err
}

// Follow lets items go with the entries of persons.
func (s *Service) Follow(persons *person.Service) {
	persons.Merged.Subscribe(func(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
		_, err := followPerson.Run(ctx, tx, e.From, e.To)
		if err == nil {
			_, err = followAsked.Run(ctx, tx, e.From, e.To)
		}
		return err
	})
}

// forget takes out what somebody said and what was said about him, when nothing of his waits.
func forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	n, err := waits.One(ctx, tx, id)
	if err == nil && n > 0 {
		err = errs.Clash("他在没有网络时记的事还等站点处理，先处理完")
	}
	if err == nil {
		_, err = blank.Run(ctx, tx, id)
	}
	return err
}

// Demo leaves two check-ins that came too late and wait for the desk.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	n := 0
	for _, x := range v.Volunteers {
		if x.Actor.Account == 0 || n == len(demoIDs) {
			continue
		}
		own := auth.With(ctx, x.Actor)
		pack, err := s.Pack(own, Nothing{})
		if err != nil || len(pack.Tasks) == 0 {
			if err != nil {
				return err
			}
			continue
		}
		at := pack.At.Add(-80 * time.Hour).Format(time.RFC3339)
		passed := (80 * time.Hour).Milliseconds()
		if _, err := s.Sync(own, SyncInput{Device: "demo", Actions: []Action{{ID: demoIDs[n], Kind: CheckIn, At: at, ElapsedMS: &passed,
			Body: map[string]any{"order_id": pack.Tasks[0].OrderID.String()}}}}); err != nil {
			return err
		}
		n++
	}
	return nil
}

var demoIDs = []string{"00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"}
