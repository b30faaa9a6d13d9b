package green

import (
	"context"
	"fmt"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/greenaccount"
	web.JSON(r, "POST "+api+"/switch", "green.switch", Manage, s.Switch, web.Status(201), web.Again(s.schemeAgain))
	web.JSON(r, "POST "+api+"/kinds", "green.set_kind", Manage, s.SetKind, web.Status(201))
	web.JSON(r, "GET "+api+"/rules", "green.rules", Manage, s.Rules)
	web.JSON(r, "GET "+api+"/households", "green.list", Desk, s.List)
	web.JSON(r, "POST "+api+"/households", "green.register", Desk, s.Register, web.Status(201))
	web.JSON(r, "GET "+api+"/households/{id}", "green.get", View, s.Get)
	web.JSON(r, "POST "+api+"/households/{id}/acts", "green.note", Desk, s.Note, web.Status(201))
	web.JSON(r, "GET "+api+"/acts", "green.waiting", Second, s.Waiting)
	web.JSON(r, "POST "+api+"/acts/{id}/approve", "green.approve", Second, s.Approve)
	web.JSON(r, "POST "+api+"/acts/{id}/refuse", "green.refuse", Second, s.Refuse)
	web.JSON(r, "POST "+api+"/households/{id}/redemptions", "green.redeem", View, s.Redeem, web.Status(201), web.NeedKey)
	web.JSON(r, "POST "+api+"/redemptions/{id}/hand-over", "green.hand_over", Desk, s.HandOver)
	web.JSON(r, "POST "+api+"/redemptions/{id}/cancel", "green.cancel", View, s.Cancel)
	web.JSON(r, "GET "+api+"/shops", "green.shops", Desk, s.Shops)
	web.JSON(r, "POST "+api+"/shops", "green.open_shop", Desk, s.OpenShop, web.Status(201))
	web.JSON(r, "GET "+api+"/shops/{id}", "green.shop", Desk, s.Shop)
	web.JSON(r, "POST "+api+"/shops/{id}/goods", "green.set_goods", Desk, s.SetGoods, web.Status(201))
	web.JSON(r, "POST "+api+"/goods/{id}/count", "green.take_stock", Desk, s.TakeStock)
	s.pages(r)
}

func (s *Service) pages(r *web.Router) {
	web.Page(r, "GET "+myPath, "green.mine", Own, s.Mine, myPage)
	web.Form(r, "POST "+myPath+"/{id}/redemptions", "green.redeem", View, s.Redeem, here[RedeemInput](myPath), to[RedeemInput, Ticket](myPath))
	web.Form(r, "POST "+myPath+"/redemptions/{id}/cancel", "green.cancel", View, s.Cancel, here[CancelInput](myPath),
		to[CancelInput, Redemption](myPath))

	web.Page(r, "GET "+deskPath, "green.list", Desk, s.List, listPage)
	web.Form(r, "POST "+deskPath, "green.register", Desk, s.Register, here[RegisterInput](deskPath),
		func(_ RegisterInput, h Household) string { return house(h.ID) })
	web.Page(r, "GET "+deskPath+"/{id}", "green.get", View, s.Get, householdPage)
	web.Form(r, "POST "+deskPath+"/{id}/acts", "green.note", Desk, s.Note, func(in NoteInput) string { return house(in.ID) },
		func(in NoteInput, _ Act) string { return house(in.ID) })
	web.Page(r, "GET "+secondPath, "green.waiting", Second, s.Waiting, waitingPage)
	web.Form(r, "POST "+secondPath+"/{id}/approve", "green.approve", Second, s.Approve, here[DecideInput](secondPath),
		to[DecideInput, Act](secondPath))
	web.Form(r, "POST "+secondPath+"/{id}/refuse", "green.refuse", Second, s.Refuse, here[DecideInput](secondPath),
		to[DecideInput, Act](secondPath))

	web.Page(r, "GET "+shopPath, "green.shops", Desk, s.Shops, shopsPage)
	web.Form(r, "POST "+shopPath, "green.open_shop", Desk, s.OpenShop, here[ShopInput](shopPath),
		func(_ ShopInput, x Shop) string { return counter(x.ID) })
	web.Page(r, "GET "+shopPath+"/{id}", "green.shop", Desk, s.Shop, shopPage)
	web.File(r, "GET "+shopPath+"/{id}/export", "green.export", Desk, s.Export)
	web.Form(r, "POST "+shopPath+"/{id}/goods", "green.set_goods", Desk, s.SetGoods, func(in GoodsInput) string { return counter(in.ID) },
		func(in GoodsInput, _ Goods) string { return counter(in.ID) })
	web.Form(r, "POST "+shopPath+"/goods/{id}/count", "green.take_stock", Desk, s.TakeStock, here[CountInput](shopPath),
		func(_ CountInput, g Goods) string { return counter(g.ShopID) })
	web.Form(r, "POST "+shopPath+"/redemptions/{id}/hand-over", "green.hand_over", Desk, s.HandOver, here[HandInput](shopPath),
		func(_ HandInput, x Redemption) string { return counter(x.ShopID) })

	web.Page(r, "GET "+govPath, "green.rules", Manage, s.Rules, rulesPage)
	web.Form(r, "POST "+govPath+"/switch", "green.switch", Manage, s.Switch, here[SwitchInput](govPath), to[SwitchInput, Scheme](govPath))
	web.Form(r, "POST "+govPath+"/kinds", "green.set_kind", Manage, s.SetKind, here[KindInput](govPath), to[KindInput, Kind](govPath))
}

// here is where a refused form is shown again, to where a done one leads.
func here[In any](page string) func(In) string { return func(In) string { return page } }

func to[In, Out any](page string) func(In, Out) string { return func(In, Out) string { return page } }

func house(id fmt.Stringer) string { return deskPath + "/" + id.String() }

func counter(id fmt.Stringer) string { return shopPath + "/" + id.String() }

func (s *Service) schemeAgain(ctx context.Context, in SwitchInput, _ string) (Scheme, error) {
	v, err := s.Rules(ctx, RulesInput{Region: in.Region})
	return v.Scheme, err
}
