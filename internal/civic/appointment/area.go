package appointment

import (
	"context"
	_ "embed"

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
		Name: "appointment", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "gov", Group: "人与事", Part: "账号和设置", Rank: 93, Perm: Confirm, Href: govPath, Label: "任命核实", Icon: "key",
				Line: "下级新任命的人，当面或者打电话核实"},
			{Shell: "admin", Rank: 25, Perm: View, Href: adminPath, Label: "任命核实", Icon: "key", Line: "谁给谁开的账号、任命的，核实了没有"},
		},
		Waits:  []area.Wait{toReach, toRead},
		Live:   []area.Live{{Table: "account_act", Word: "任命和账号的核实"}},
		Checks: []area.Check{{Name: "appointments", Word: "任命、改密码、换手机号都有经办记录", Run: Verify, Notes: Founders}},
	}
}

// Verify names appointments and changes of accounts that lack the act of who did them.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	err := bareGrants.Each(ctx, tx, func(id db.ID) error {
		report("role_grant/"+id.String(), "任命没有经办记录")
		return nil
	})
	if err != nil {
		return err
	}
	return bareTrail.Each(ctx, tx, func(x trailed) error {
		report("account/"+x.ObjectID, x.Action+" 没有经办记录")
		return nil
	})
}

// Founders names the first three administrators, whom nobody could confirm, for ever.
func Founders(ctx context.Context, tx *db.Tx, note func(object, what string)) error {
	return founders.Each(ctx, tx, func(f named) error {
		note("account/"+f.ID.String(), f.Name+" 是在控制台开的最早的管理员，没有人核实过")
		return nil
	})
}
