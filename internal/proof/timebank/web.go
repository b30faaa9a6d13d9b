package timebank

import (
	"context"
	"fmt"

	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	const api = "/api/v1/timebank"
	key := web.NeedKey
	web.JSON(r, "POST "+api+"/switch", "timebank.switch", Manage, s.Switch, web.Status(201), web.Again(s.bankAgain))
	web.JSON(r, "POST "+api+"/rules", "timebank.rules", Manage, s.SetRule, web.Status(201))
	web.JSON(r, "GET "+api+"/balance-sheet", "timebank.sheet", Tables, s.BalanceSheet)
	web.JSON(r, "GET "+api+"/run-test", "timebank.run_test", Tables, s.RunTest)
	web.JSON(r, "GET "+api+"/accounts", "timebank.list", View, s.Members)
	web.JSON(r, "GET "+api+"/accounts/{person_id}", "timebank.account", View, s.Account)
	web.JSON(r, "POST "+api+"/accounts", "timebank.join", Own, s.Join, web.Status(201), web.Again(s.joinAgain))
	web.JSON(r, "POST "+api+"/accounts/{person_id}/leave", "timebank.leave", Own, s.Leave, web.Again(s.leaveAgain))
	web.JSON(r, "POST "+api+"/transfers", "timebank.transfer", Own, s.Transfer, web.Status(201), key)
	web.JSON(r, "POST "+api+"/kin", "timebank.enter_kin", Desk, s.EnterKin, web.Status(201))
	web.JSON(r, "GET "+api+"/transfers", "timebank.waiting", Second, s.Waiting)
	web.JSON(r, "POST "+api+"/transfers/{id}/approve", "timebank.approve", Second, s.Approve)
	web.JSON(r, "POST "+api+"/transfers/{id}/refuse", "timebank.refuse", Second, s.Refuse)
	web.JSON(r, "POST "+api+"/holds", "timebank.hold", Own, s.Hold, web.Status(201), key)
	web.JSON(r, "POST "+api+"/holds/{id}/settle", "timebank.settle", Own, s.Settle)
	web.JSON(r, "POST "+api+"/holds/{id}/void", "timebank.void", Own, s.Release)
	web.JSON(r, "POST "+api+"/orders", "timebank.pay", Own, s.PayInTime, web.Status(201))
	s.pages(r)
}

func (s *Service) pages(r *web.Router) {
	web.Page(r, "GET "+myPath, "timebank.mine", Own, s.Mine, myPage)
	web.Form(r, "POST "+myPath+"/join", "timebank.join", Own, s.Join, here[JoinInput](myPath), to[JoinInput, Account](myPath))
	web.Form(r, "POST "+myPath+"/{person_id}/leave", "timebank.leave", Own, s.Leave, here[LeaveInput](myPath),
		to[LeaveInput, Account](myPath))
	web.Form(r, "POST "+myPath+"/transfers", "timebank.transfer", Own, s.Transfer, here[TransferInput](myPath),
		to[TransferInput, Application](myPath))
	web.Form(r, "POST "+myPath+"/orders", "timebank.pay", Own, s.PayInTime, here[PayInput](myPath), to[PayInput, Paid](myPath))

	web.Page(r, "GET "+deskPath, "timebank.list", View, s.Members, listPage)
	web.Page(r, "GET "+deskPath+"/{person_id}", "timebank.account", View, s.Account, accountPage)
	web.Form(r, "POST "+deskPath+"/join", "timebank.join", Own, s.Join, func(in JoinInput) string { return at(in.PersonID) },
		func(in JoinInput, _ Account) string { return at(in.PersonID) })
	web.Form(r, "POST "+deskPath+"/{person_id}/leave", "timebank.leave", Own, s.Leave, func(in LeaveInput) string { return at(in.PersonID) },
		func(in LeaveInput, _ Account) string { return at(in.PersonID) })
	web.Form(r, "POST "+deskPath+"/transfers", "timebank.transfer", Own, s.Transfer, TransferInput.page,
		func(in TransferInput, _ Application) string { return in.page() })
	web.Form(r, "POST "+deskPath+"/orders", "timebank.pay", Own, s.PayInTime, here[PayInput](deskPath), to[PayInput, Paid](deskPath))
	web.Form(r, "POST "+deskPath+"/kin", "timebank.enter_kin", Desk, s.EnterKin, func(in KinInput) string { return at(in.PersonID) },
		func(in KinInput, _ Application) string { return at(in.PersonID) })
	web.Page(r, "GET "+secondPath, "timebank.waiting", Second, s.Waiting, waitingPage)
	web.Form(r, "POST "+secondPath+"/{id}/approve", "timebank.approve", Second, s.Approve, here[DecideInput](secondPath),
		to[DecideInput, Application](secondPath))
	web.Form(r, "POST "+secondPath+"/{id}/refuse", "timebank.refuse", Second, s.Refuse, here[DecideInput](secondPath),
		to[DecideInput, Application](secondPath))

	web.Page(r, "GET "+govPath, "timebank.sheet", Tables, s.BalanceSheet, sheetPage)
	web.File(r, "GET "+govPath+"/export", "timebank.export", Tables, s.Export)
	web.Form(r, "POST "+govPath+"/switch", "timebank.switch", Manage, s.Switch, here[SwitchInput](govPath), to[SwitchInput, Bank](govPath))
	web.Form(r, "POST "+govPath+"/rules", "timebank.rules", Manage, s.SetRule, here[RuleInput](govPath), to[RuleInput, Rule](govPath))
	web.Page(r, "GET "+runPath, "timebank.run_test", Tables, s.RunTest, runPage)
	web.File(r, "GET "+runPath+"/export", "timebank.run_export", Tables, s.ExportRunTest)
}

// here is where a refused form is shown again, to where a done one leads.
func here[In any](page string) func(In) string { return func(In) string { return page } }

func to[In, Out any](page string) func(In, Out) string { return func(In, Out) string { return page } }

func at(person fmt.Stringer) string { return deskPath + "/" + person.String() }

// page is where somebody's minutes are given away at the desk.
func (in TransferInput) page() string {
	if in.FromID == 0 {
		return at(in.ToID)
	}
	return at(in.FromID)
}

func (s *Service) joinAgain(ctx context.Context, in JoinInput, _ string) (Account, error) {
	if in.PersonID == 0 {
		return s.Mine(ctx, MineInput{})
	}
	return s.Account(ctx, AccountInput{PersonID: in.PersonID})
}

func (s *Service) leaveAgain(ctx context.Context, in LeaveInput, _ string) (Account, error) {
	return s.Account(ctx, AccountInput{PersonID: in.PersonID})
}

func (s *Service) bankAgain(ctx context.Context, in SwitchInput, _ string) (Bank, error) {
	v, err := s.BalanceSheet(ctx, SheetInput{Region: in.Region})
	return v.Bank, err
}
