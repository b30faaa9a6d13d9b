package volunteer

import (
	"context"
	_ "embed"
	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "volunteer", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "start", Group: "去帮别人", Rank: 36, Perm: View, Href: "/my/volunteer", Label: "我是志愿者", Icon: "users",
				Line: "登记，或者看自己的编号、歇几天"},
			{Shell: "desk", Group: "人", Rank: 101, Perm: Enrol, Href: "/desk/volunteers", Label: "志愿者", Icon: "users", Tab: true},
		},
		Waits: []area.Wait{applied},
		Live: []area.Live{
			{Table: "volunteer", Word: "志愿者", Where: "status IN ('pending', 'active')"},
		},
		Checks: []area.Check{{Name: "volunteer_consent", Word: "志愿者都同意过登记", Run: Verify}},
		Held:   subjectData,
		Forget: s.Forget,
		Removals: map[string]area.Removal{"volunteer": {Tables: Tables, Undo: func(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
			return Remove(ctx, tx, id)
		}}},
	}
}

// Follow lets the lines of the register go with the entries of persons, and gives the account of an approved volunteer, if he has one,
// the role that goes with it.
func (s *Service) Follow(persons *person.Service, accounts *account.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	persons.Withdrawn.Subscribe(s.OnWithdrawn)
	s.Approved.Subscribe(func(ctx context.Context, tx *db.Tx, e ApprovedEvent) error {
		acc, ok, err := account.OfPerson(ctx, tx, e.Volunteer.PersonID)
		if err != nil || !ok {
			return err
		}
		return accounts.Grant(ctx, tx, acc.ID, auth.Volunteer, 0, 0)
	})
}

// subjectData is everything held about a person who is or was a volunteer.
func subjectData(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	v, ok, err := OfPerson(ctx, tx, id)
	if err != nil || !ok {
		return nil, err
	}
	return Load(ctx, tx, v.ID)
}
