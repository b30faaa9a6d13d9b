package timebank_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/ledger"
	"linli/internal/platform/ledger/recount"
	"linli/internal/proof/record"
	"linli/internal/proof/timebank"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

const banner = auth.Region(152502000000)

// world is the gacha with its records and its bank.
type world struct {
	*attendancetest.World
	s             *timebank.Service
	records       *record.Service
	banner        context.Context
	granny, child db.ID
	grannyAt      context.Context
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, s: timebank.New(base.DB, base.Persons), records: record.New(base.DB, base.Persons)}
		w.Att.CheckedOut.Subscribe(w.records.OnCheckedOut)
		w.Orders.Confirmed.Subscribe(w.records.OnConfirmed)
		w.Orders.Disputed.Subscribe(w.records.OnDisputed)
		w.Orders.Resolved.Subscribe(w.records.OnResolved)
		w.s.Follow(w.Persons, w.Orders, w.records)
		w.banner, _ = w.Actor("旗民政局", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.granny = w.Person("老额吉", 4)
		w.born(w.granny, 19450101)
		w.grannyAt, _ = w.Actor("老额吉", w.granny, auth.Grant{Role: auth.Resident})
		w.child = w.person(0)
		test(w)
		w.sound()
	})
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func (w *world) person(i int) db.ID { return auth.From(w.Vols[i].Ctx).Person }

func (w *world) born(id db.ID, day clock.Day) {
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build("UPDATE person SET birth_day = ? WHERE id = ?", int64(day), int64(id)).Run(w.System, tx)
		return err
	})
}

// sound wants the books to be whole, and the area's invariants.
func (w *world) sound() {
	w.T.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		report := func(object, what string) { w.T.Error(object, what) }
		if err := recount.Run(w.System, tx, report); err != nil {
			return err
		}
		return timebank.Verify(w.System, tx, report)
	}); err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) is(err error, want string) {
	w.T.Helper()
	errstest.Is(w.T, err, want)
}

// opens switches the bank on and lets the first volunteer join.
func (w *world) opens() {
	w.T.Helper()
	_, err := w.s.Switch(w.banner, timebank.SwitchInput{Region: banner, On: true, Name: "时光存折"})
	w.is(err, "")
	_, err = w.s.Join(w.Vols[0].Ctx, timebank.JoinInput{})
	w.is(err, "")
}

// serves lets the first volunteer serve so many minutes, counted; it gives the order.
func (w *world) serves(minutes int64) order.Detail {
	w.T.Helper()
	o := w.Served(minutes)
	w.Confirm(o.ID)
	return o
}

func (w *world) has(id db.ID, balance, held, owed int64) timebank.Account {
	w.T.Helper()
	a, err := w.s.Account(w.Manager, timebank.AccountInput{PersonID: id})
	w.is(err, "")
	if a.Balance != balance || a.Held != held || a.Owed != owed {
		w.T.Errorf("balance %d held %d owed %d, not %d %d %d", a.Balance, a.Held, a.Owed, balance, held, owed)
	}
	return a
}

func (w *world) pool(want int64) {
	w.T.Helper()
	v, err := w.s.BalanceSheet(w.banner, timebank.SheetInput{})
	w.is(err, "")
	if len(v.Banks) != 1 || v.Banks[0].Pool != want || v.Total != 0 || v.Banks[0].Total != 0 ||
		v.Banks[0].Issued != v.Banks[0].Saved+v.Banks[0].Pool-v.Banks[0].Owed {
		w.T.Errorf("%+v, pool not %d", v.Banks, want)
	}
}

// rule writes a rule of the day.
func (w *world) rule(change func(*timebank.Terms)) {
	w.T.Helper()
	in := timebank.RuleInput{Region: banner, Terms: timebank.Terms{EarnAge: 18, Cap: 90_000, SpendAge: 60, GiveAge: 60}, Note: "会议纪要"}
	change(&in.Terms)
	_, err := w.s.SetRule(w.banner, in)
	w.is(err, "")
}

// Until a banner opens its bank nothing is saved; what counts afterwards is, once, up to the cap, and the surplus goes to the pool.
func TestSaving(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.s.Join(w.Vols[0].Ctx, timebank.JoinInput{})
		w.is(err, "wrong_state: 没有开办")
		w.serves(30)
		clock.Set(clock.Now().AddDate(0, 0, 1))
		_, err = w.s.Switch(w.Town, timebank.SwitchInput{Region: banner, On: true})
		w.is(err, "denied")
		_, err = w.s.Switch(w.banner, timebank.SwitchInput{Region: attendancetest.Gacha, On: true})
		w.is(err, "invalid region: 旗县区")
		w.opens()
		_, err = w.s.Join(w.Vols[0].Ctx, timebank.JoinInput{})
		w.is(err, "wrong_state: 已经有")
		w.has(w.child, 0, 0, 0)
		w.serves(30)
		w.has(w.child, 30, 0, 0)
		w.rule(func(t *timebank.Terms) { t.Cap = 60 })
		w.serves(50)
		a := w.has(w.child, 60, 0, 0)
		if a.Entries[0].What != "服务存入" || a.Entries[0].Minutes != 30 || a.Entries[0].Balance != 60 {
			w.T.Errorf("%+v", a.Entries)
		}
		w.pool(20)
		_, err = w.s.Leave(w.Vols[0].Ctx, timebank.LeaveInput{PersonID: w.child, Reason: "搬走了"})
		w.is(err, "")
		w.serves(20)
		w.has(w.child, 60, 0, 0)
		_, err = w.s.Join(w.Manager, timebank.JoinInput{PersonID: w.child})
		w.is(err, "")
		w.pool(40) // what counted while he was away is saved when he comes back: beyond the cap
		_, err = w.s.Join(w.Elsewhere, timebank.JoinInput{PersonID: w.granny})
		w.is(err, "not_found")
	})
}

// A record that no longer counts is taken back; what was spent already is owed, and made up for first.
func TestReversal(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		o := w.serves(60)
		_, err := w.s.Transfer(w.Vols[0].Ctx, timebank.TransferInput{Minutes: 40, Kind: "donation"})
		w.is(err, "")
		w.has(w.child, 20, 0, 0)
		_, err = w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 3})
		w.is(err, "")
		_, err = w.Orders.Reopen(w.Resident, order.DisputeInput{Ask: order.Ask{ID: o.ID, Reason: "没有做完"}})
		w.is(err, "")
		w.has(w.child, 0, 0, 40)
		w.sound()
		w.serves(50)
		w.has(w.child, 10, 0, 0)
	})
}

// kin has the granny entered as close to the first volunteer by the desk, and seen by a second person.
func (w *world) kin() {
	w.T.Helper()
	k, err := w.s.EnterKin(w.Manager, timebank.KinInput{PersonID: w.child, OtherID: w.granny, Relation: "grandparent", Evidence: "户口簿"})
	w.is(err, "")
	_, err = w.s.Approve(w.Manager, timebank.DecideInput{ID: k.ID, Version: k.Version})
	w.is(err, "denied")
	_, err = w.s.Approve(w.Elsewhere, timebank.DecideInput{ID: k.ID, Version: k.Version})
	w.is(err, "not_found")
	_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: k.ID, Version: k.Version})
	w.is(err, "")
}

// far is somebody who lives in another banner, whose bank is open too.
func (w *world) far() (id db.ID) {
	w.T.Helper()
	at := attendancetest.Far.At(auth.LevelBanner)
	_, err := w.s.Switch(w.System, timebank.SwitchInput{Region: at, On: true})
	w.is(err, "")
	w.Write(func(tx *db.Tx) error {
		p, err := w.Persons.Add(w.System, tx, person.NewPerson{Name: "ᠪᠠᠲᠤ𠮷", Phone: "12900000099", Region: attendancetest.Far,
			BirthDay: 19800101, Consent: person.BySpoken})
		id = p.ID
		return err
	})
	return id
}

// Minutes go to relatives of an age whom two people have seen, and to nobody else.
func TestGiving(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(120)
		give := func(who context.Context, in timebank.TransferInput) error {
			_, err := w.s.Transfer(who, in)
			return err
		}
		gift := timebank.TransferInput{ToID: w.granny, Minutes: 60, Kind: "relative"}
		w.is(give(w.Vols[0].Ctx, gift), "not_found")
		k, err := w.s.EnterKin(w.Manager, timebank.KinInput{PersonID: w.child, OtherID: w.granny, Relation: "grandparent", Evidence: "户口簿"})
		w.is(err, "")
		w.is(give(w.Vols[0].Ctx, gift), "wrong_state: 第二人")
		_, err = w.s.EnterKin(w.Manager, timebank.KinInput{PersonID: w.granny, OtherID: w.child, Relation: "spouse", Evidence: "户口簿"})
		w.is(err, "conflict")
		_, err = w.s.EnterKin(w.Elsewhere, timebank.KinInput{PersonID: w.far(), OtherID: w.child, Relation: "child", Evidence: "户口簿"})
		w.is(err, "invalid other_person_id: 没有这个人")
		_, err = w.s.EnterKin(w.Manager, timebank.KinInput{PersonID: w.granny, OtherID: w.granny, Relation: "spouse", Evidence: "户口簿"})
		w.is(err, "invalid other_person_id: 两个人")
		_, err = w.s.Refuse(w.Head2, timebank.DecideInput{ID: k.ID, Version: k.Version, Answer: "不是一家"})
		w.is(err, "")
		w.is(give(w.Vols[0].Ctx, gift), "not_found")
		w.kin()
		by := auth.From(w.Vols[0].Ctx)
		by.Key = &auth.Key{Reads: map[auth.Perm]bool{timebank.View: true}}
		for who, n := range map[context.Context]int{w.Vols[0].Ctx: 1, auth.With(w.System, by): 0} {
			a, err := w.s.Account(who, timebank.AccountInput{PersonID: w.child})
			if w.is(err, ""); len(a.Relatives) != n {
				w.T.Errorf("%d relatives, want %d", len(a.Relatives), n)
			}
		}
		w.is(give(w.Vols[0].Ctx, gift), "")
		w.has(w.child, 60, 0, 0)
		w.has(w.granny, 60, 0, 0)
		w.is(give(w.Vols[0].Ctx, timebank.TransferInput{ToID: w.granny, Minutes: 61, Kind: "relative"}), "insufficient")
		w.born(w.granny, clock.DayOf(clock.Now().AddDate(-60, 0, 1)))
		w.is(give(w.Vols[0].Ctx, gift), "invalid to_person_id: 60 周岁")
		w.born(w.granny, clock.DayOf(clock.Now().AddDate(-60, 0, 0)))
		w.is(give(w.Vols[0].Ctx, gift), "")
		w.has(w.child, 0, 0, 0)
		w.is(give(w.Vols[1].Ctx, timebank.TransferInput{Minutes: 1, Kind: "donation"}), "wrong_state: 还没有账户")
		w.is(give(w.Vols[1].Ctx, timebank.TransferInput{FromID: w.granny, Minutes: 1, Kind: "donation"}), "not_found")
		_, err = w.s.Switch(w.banner, timebank.SwitchInput{Region: banner})
		w.is(err, "")
		w.is(give(w.grannyAt, timebank.TransferInput{Minutes: 1, Kind: "donation"}), "wrong_state: 没有开办")
	})
}

// What the desk does for somebody waits for a second person, with the minutes promised; it runs out by itself.
func TestDesk(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(120)
		w.kin()
		ask := func(n int64) timebank.Application {
			w.T.Helper()
			a, err := w.s.Transfer(w.Manager, timebank.TransferInput{FromID: w.child, ToID: w.granny, Minutes: n, Kind: "relative", Reason: "来站里说的"})
			w.is(err, "")
			if a.State != timebank.Waits || a.HoldID == 0 {
				w.T.Errorf("%+v", a)
			}
			return a
		}
		a := ask(50)
		heaps := area.Heaps(w.DB, []area.Area{w.s.Area()})
		for want, who := range map[int]context.Context{0: w.Manager, 1: w.Head2} {
			if list, err := heaps(who, "desk", 1); err != nil || len(list) != want {
				w.T.Errorf("what one entered waits for another: %+v, not %d: %v", list, want, err)
			}
		}
		w.has(w.child, 120, 50, 0)
		_, err := w.s.Approve(w.Manager, timebank.DecideInput{ID: a.ID, Version: 1})
		w.is(err, "denied")
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: a.ID, Version: 2})
		w.is(err, "stale_version")
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: a.ID, Version: 1})
		w.is(err, "")
		w.has(w.child, 70, 0, 0)
		w.has(w.granny, 50, 0, 0)
		_, err = w.s.Refuse(w.Head2, timebank.DecideInput{ID: a.ID, Version: 2, Answer: "改主意"})
		w.is(err, "wrong_state: 已办")
		b := ask(20)
		v, err := w.s.Waiting(w.Manager, timebank.WaitingInput{})
		if err != nil || len(v.Items) != 1 || v.Items[0].FromName != "娜仁高娃" || v.Items[0].Why == "" {
			w.T.Errorf("%+v %v", v, err)
		}
		_, err = w.s.Refuse(w.Head2, timebank.DecideInput{ID: b.ID, Version: 1, Answer: "没有说过"})
		w.is(err, "")
		w.has(w.child, 70, 0, 0)
		c := ask(20)
		clock.Set(clock.Now().Add(16 * 24 * time.Hour))
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: c.ID, Version: 1})
		w.is(err, "hold_expired")
		w.Write(func(tx *db.Tx) error { _, err := ledger.Expire(w.System, tx, 10); return err })
		w.is(w.s.Sweep(w.System), "")
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: c.ID, Version: 2})
		w.is(err, "wrong_state: 过期")
		w.has(w.child, 70, 0, 0)
	})
}

// Grants go from the pool to who is in need, by two people; a dead person's minutes to whom the rule lets them.
func TestGrantsAndHeirs(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(120)
		w.kin()
		_, err := w.s.Transfer(w.Vols[0].Ctx, timebank.TransferInput{Minutes: 100, Kind: "donation"})
		w.is(err, "")
		w.pool(100)
		grant := timebank.TransferInput{ToID: w.granny, Minutes: 60, Kind: "grant", Reason: "独居"}
		_, err = w.s.Transfer(w.Manager, grant)
		w.is(err, "invalid to_person_id: 独居")
		p := w.groups(w.granny, "lone_elder")
		_, err = w.s.Transfer(w.grannyAt, grant)
		w.is(err, "denied")
		a, err := w.s.Transfer(w.Manager, grant)
		w.is(err, "")
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: a.ID, Version: 1})
		w.is(err, "")
		w.pool(40)
		w.has(p, 60, 0, 0)
		leave := timebank.TransferInput{FromID: w.granny, ToID: w.child, Minutes: 60, Kind: "inherit", Reason: "死亡证明"}
		_, err = w.s.Transfer(w.Manager, leave)
		w.is(err, "wrong_state: 先为本人办理退出")
		_, err = w.s.Leave(w.Manager, timebank.LeaveInput{PersonID: w.granny, Reason: "去世"})
		w.is(err, "")
		_, err = w.s.Transfer(w.Manager, leave)
		w.is(err, "invalid to_person_id: 不可以继承")
		w.rule(func(t *timebank.Terms) { t.Inherit = true })
		a, err = w.s.Transfer(w.Manager, leave)
		w.is(err, "")
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: a.ID, Version: 1})
		w.is(err, "")
		w.has(w.granny, 0, 0, 0)
		w.has(w.child, 80, 0, 0)
	})
}

// groups says in the register which groups somebody belongs to.
func (w *world) groups(id db.ID, codes ...string) db.ID {
	w.T.Helper()
	d, err := w.Persons.Get(w.Manager, person.GetInput{ID: id})
	w.is(err, "")
	_, err = w.Persons.Update(w.Manager, person.UpdateInput{ID: id, Version: d.Version, Name: d.Name, BirthDay: d.BirthDay,
		Region: d.Region, Groups: codes})
	w.is(err, "")
	return id
}

// The granddaughter saves, gives to her grandmother, who has her order paid in time: held when taken, settled by the minutes served.
func TestOrder(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(120)
		w.kin()
		w.born(w.ResidentPerson, 19500101)
		k, err := w.s.EnterKin(w.Manager, timebank.KinInput{PersonID: w.child, OtherID: w.ResidentPerson, Relation: "parent", Evidence: "户口簿"})
		w.is(err, "")
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: k.ID, Version: 1})
		w.is(err, "")
		_, err = w.s.Transfer(w.Vols[0].Ctx, timebank.TransferInput{ToID: w.ResidentPerson, Minutes: 100, Kind: "relative"})
		w.is(err, "")
		start := clock.Now().Add(2 * time.Hour)
		o, err := w.Orders.Create(w.Resident, order.CreateInput{CatalogueID: w.Item.ID, Title: "打扫", Region: attendancetest.Gacha, Needed: 1,
			Window: order.Window{WindowStart: start, WindowEnd: start.Add(time.Hour)}})
		w.is(err, "")
		_, err = w.s.PayInTime(w.Vols[0].Ctx, timebank.PayInput{OrderID: o.ID})
		w.is(err, "not_found")
		pay := func(back bool, want string) {
			w.T.Helper()
			_, err := w.s.PayInTime(w.Resident, timebank.PayInput{OrderID: o.ID, Back: back})
			w.is(err, want)
		}
		pay(true, "wrong_state")
		pay(false, "")
		pay(false, "wrong_state")
		pay(true, "")
		pay(false, "")
		w.rule(func(t *timebank.Terms) { t.SpendAge = 90 })
		pay(true, "wrong_state: 90 周岁")
		w.rule(func(t *timebank.Terms) {})
		d, err := w.Orders.Review(w.Manager, order.ReviewInput{Ask: order.Ask{ID: o.ID, Version: o.Version}, Decision: "accept"})
		w.is(err, "")
		d, err = w.Orders.Dispatch(w.Manager, order.DispatchInput{Ask: order.Ask{ID: o.ID, Version: d.Version},
			VolunteerIDs: []db.ID{w.Vols[1].ID}})
		w.is(err, "")
		d, err = w.Orders.Accept(w.Vols[1].Ctx, order.PartInput{Ask: order.Ask{ID: o.ID}})
		w.is(err, "")
		w.has(w.ResidentPerson, 100, o.Minutes, 0)
		pay(true, "wrong_state: 已经有人接单")
		_, err = w.Orders.HandBack(w.Vols[1].Ctx, order.PartInput{Ask: order.Ask{ID: o.ID, Reason: "有事"}})
		w.is(err, "")
		w.has(w.ResidentPerson, 100, 0, 0)
		d = w.Order(o.ID)
		d, err = w.Orders.Dispatch(w.Manager, order.DispatchInput{Ask: order.Ask{ID: o.ID, Version: d.Version},
			VolunteerIDs: []db.ID{w.Vols[2].ID}})
		w.is(err, "")
		_, err = w.Orders.Accept(w.Vols[2].Ctx, order.PartInput{Ask: order.Ask{ID: o.ID}})
		w.is(err, "")
		w.has(w.ResidentPerson, 100, o.Minutes, 0)
		w.attends(2, start, 20*time.Minute, o.ID)
		_, err = w.Orders.Confirm(w.Manager, order.ConfirmInput{Ask: order.Ask{ID: o.ID, Version: w.Order(o.ID).Version,
			Voice: order.Voice{Channel: "phone_call", SpokenBy: "其木格"}}, Evidence: "call_back"})
		w.is(err, "")
		w.has(w.ResidentPerson, 100, o.Minutes, 0) // one hand: nothing counts yet, and nothing is taken
		w.look()
		a := w.has(w.ResidentPerson, 80, 0, 0)
		if len(a.Orders) != 1 || a.Orders[0].State != timebank.Settled || a.Orders[0].Settled != 20 {
			w.T.Errorf("%+v", a.Orders)
		}
	})
}

// look lets a second person look at every record that waits.
func (w *world) look() {
	w.T.Helper()
	var ids []db.ID
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		ids, err = db.Select[db.ID](w.System, tx, tx.Build("SELECT id FROM service_record WHERE status = 'pending' ORDER BY id"))
		return err
	}); err != nil || len(ids) == 0 {
		w.T.Fatal(ids, err)
	}
	for _, id := range ids {
		_, err := w.records.Approve(w.Head2, record.ApproveInput{ID: id})
		w.is(err, "")
	}
}

// Promises outside of an order: settled by what was served, or let go, once; never of somebody too young, never for ever.
func TestHolds(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(60)
		late := clock.Now().Add(time.Hour)
		in := timebank.HoldInput{PersonID: w.child, Minutes: 40, ExpiresAt: late, Reason: "陪同看病"}
		_, err := w.s.Hold(w.Manager, in)
		w.is(err, "wrong_state: 年龄")
		w.rule(func(t *timebank.Terms) { t.SpendAge = 18 })
		p, err := w.s.Hold(w.Manager, in)
		w.is(err, "")
		w.has(w.child, 60, 40, 0)
		_, err = w.s.Hold(w.Vols[0].Ctx, timebank.HoldInput{Minutes: 21, ExpiresAt: late, Reason: "陪同看病"})
		w.is(err, "insufficient")
		_, err = w.s.Hold(w.Vols[1].Ctx, in)
		w.is(err, "not_found")
		_, err = w.s.Settle(w.Elsewhere, timebank.SettleInput{ID: p.ID, Minutes: 1})
		w.is(err, "not_found")
		_, err = w.s.Settle(w.Manager, timebank.SettleInput{ID: p.ID, Minutes: 41})
		w.is(err, "over_hold")
		waits, err := w.s.Settle(w.Manager, timebank.SettleInput{ID: p.ID, Minutes: 25, Reason: "陪同看病两次"})
		w.is(err, "")
		w.has(w.child, 60, 40, 0)
		if waits.State != timebank.Waits || waits.Settled != 0 {
			w.T.Errorf("%+v", waits)
		}
		_, err = w.s.Settle(w.Head2, timebank.SettleInput{ID: p.ID, Minutes: 25})
		w.is(err, "conflict: 在那里办理")
		v, err := w.s.Waiting(w.Head2, timebank.WaitingInput{})
		if err != nil || len(v.Items) != 1 || v.Items[0].Kind != "spent" || v.Items[0].Why != "" || v.Items[0].Minutes != 25 {
			w.T.Fatalf("%+v %v", v, err)
		}
		_, err = w.s.Approve(w.Manager, timebank.DecideInput{ID: v.Items[0].ID, Version: 1})
		w.is(err, "denied")
		_, err = w.s.Approve(w.Head2, timebank.DecideInput{ID: v.Items[0].ID, Version: 1})
		w.is(err, "")
		w.has(w.child, 35, 0, 0)
		_, err = w.s.Release(w.Manager, timebank.ReleaseInput{ID: p.ID})
		w.is(err, "hold_resolved")
		for _, bad := range []time.Time{clock.Now(), clock.Now().Add(91 * 24 * time.Hour)} {
			_, err = w.s.Hold(w.Manager, timebank.HoldInput{PersonID: w.child, Minutes: 1, ExpiresAt: bad, Reason: "陪同看病"})
			w.is(err, "invalid expires_at: 90 天")
		}
		p, err = w.s.Hold(w.Vols[0].Ctx, timebank.HoldInput{Minutes: 35, ExpiresAt: late, Reason: "陪同看病"})
		w.is(err, "")
		clock.Set(late)
		_, err = w.s.Settle(w.Vols[0].Ctx, timebank.SettleInput{ID: p.ID, Minutes: 1})
		w.is(err, "hold_expired")
		_, err = w.s.Release(w.Vols[0].Ctx, timebank.ReleaseInput{ID: p.ID})
		w.is(err, "")
		w.has(w.child, 35, 0, 0)
	})
}

// A promise is settled by its owner, or by two people at the desk: never by one of them, nor by one who is of the family, nor through an
// account of the owner that the desk could sign in with.
func TestHoldByOneHand(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(60)
		w.rule(func(t *timebank.Terms) { t.SpendAge = 18 })
		hold := func(who context.Context) timebank.Promise {
			w.T.Helper()
			p, err := w.s.Hold(who, timebank.HoldInput{PersonID: w.child, Minutes: 20, ExpiresAt: clock.Now().Add(time.Hour), Reason: "陪同看病"})
			w.is(err, "")
			return p
		}
		p := hold(w.Manager)
		_, err := w.s.Settle(w.Vols[0].Ctx, timebank.SettleInput{ID: p.ID, Minutes: 10})
		w.is(err, "")
		w.has(w.child, 50, 0, 0)
		p = hold(w.Vols[0].Ctx)
		_, err = w.s.Settle(w.Manager, timebank.SettleInput{ID: p.ID, Minutes: 10})
		w.is(err, "")
		w.has(w.child, 50, 20, 0)
		refuse := func() {
			w.T.Helper()
			v, err := w.s.Waiting(w.Head2, timebank.WaitingInput{})
			if err != nil || len(v.Items) != 1 {
				w.T.Fatalf("%+v %v", v, err)
			}
			_, err = w.s.Refuse(w.Head2, timebank.DecideInput{ID: v.Items[0].ID, Version: 1, Answer: "没有去"})
			w.is(err, "")
			w.has(w.child, 50, 0, 0)
		}
		refuse()
		p = hold(w.Manager)
		_, err = w.s.Settle(w.Manager, timebank.SettleInput{ID: p.ID})
		w.is(err, "")
		w.has(w.child, 50, 0, 0)
		_, err = w.s.Settle(w.Manager, timebank.SettleInput{ID: p.ID, Minutes: 1})
		w.is(err, "hold_resolved")

		p = hold(w.Manager)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
				VALUES (?, 1, ?, ?, 'password', ?, TRUE, ?, '')`, tx.NewID(), auth.From(w.Vols[0].Ctx).Account, w.ManagerID, attendancetest.Gacha,
				tx.Now).Run(w.System, tx)
			return err
		})
		_, err = w.s.Settle(w.Vols[0].Ctx, timebank.SettleInput{ID: p.ID, Minutes: 10})
		w.is(err, "")
		w.has(w.child, 50, 20, 0)
		a, err := w.s.Transfer(w.Vols[0].Ctx, timebank.TransferInput{Minutes: 5, Kind: "donation"})
		if err != nil || a.State != timebank.Waits {
			w.T.Errorf("%+v %v", a, err)
		}
		_, err = w.s.Approve(w.Manager, timebank.DecideInput{ID: a.ID, Version: 1})
		w.is(err, "denied")
	})
}

// The tables as computed by hand: 150 minutes served in a year make 12 a month; who is old enough could ask for 100.
func TestTables(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(150)
		w.kin()
		run := func() timebank.RunTest {
			w.T.Helper()
			v, err := w.s.RunTest(w.banner, timebank.RunInput{})
			w.is(err, "")
			return v
		}
		if v := run(); len(v.Banks) != 1 || v.First != nil || v.Banks[0].Supply != 12 || v.Banks[0].Demand != 0 {
			w.T.Errorf("%+v", v)
		}
		_, err := w.s.Transfer(w.Vols[0].Ctx, timebank.TransferInput{ToID: w.granny, Minutes: 100, Kind: "relative"})
		w.is(err, "")
		v := run()
		if v.First == nil || v.First.Members != 1 || v.First.Demand != 100 || v.First.Gap != 88 || v.First.Days != 250 {
			w.T.Errorf("%+v", v.First)
		}
		w.rule(func(t *timebank.Terms) { t.MonthMost = 10 })
		if v := run(); v.First != nil || v.Banks[0].Demand != 10 {
			w.T.Errorf("%+v", v.Banks)
		}
		b, err := w.s.BalanceSheet(w.banner, timebank.SheetInput{})
		if err != nil || len(b.Flows) != 2 || b.Flows[0].Code != "earned" || b.Flows[0].Minutes != 150 || b.Flows[1].Minutes != 100 {
			w.T.Errorf("%+v %v", b.Flows, err)
		}
		_, err = w.s.BalanceSheet(w.banner, timebank.SheetInput{Region: 150102000000})
		w.is(err, "not_found")
		for format, start := range map[string]string{"pdf": "%PDF", "xlsx": "PK", "csv": "\ufeff旗县区"} {
			f, err := w.s.Export(w.banner, timebank.ExportInput{Format: format})
			if err != nil || !bytes.HasPrefix(f.Body, []byte(start)) {
				w.T.Errorf("%s: %.20q %v", format, f.Body, err)
			}
			f, err = w.s.ExportRunTest(w.banner, timebank.RunExportInput{Format: format})
			if err != nil || !bytes.HasPrefix(f.Body, []byte(start)) {
				w.T.Errorf("%s: %.20q %v", format, f.Body, err)
			}
		}
		list, err := w.s.Members(w.Manager, timebank.MembersInput{})
		if err != nil || len(list.Items) != 2 {
			w.T.Errorf("%+v %v", list.Items, err)
		}
		list, err = w.s.Members(w.Manager, timebank.MembersInput{Q: "巴图", For: w.child})
		if err != nil || len(list.Items) != 1 || list.Items[0].State != "" || list.For.ID != w.child {
			w.T.Errorf("%+v %v", list.Items, err)
		}
	})
}

// The same account asks many times at once for all that it has: one gets it.
func TestAtOnce(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(60)
		var all sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 12 {
			all.Go(func() {
				if _, err := w.s.Transfer(w.Vols[0].Ctx, timebank.TransferInput{Minutes: 60, Kind: "donation"}); err == nil {
					mu.Lock()
					done++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if done != 1 {
			w.T.Errorf("%d got all of it", done)
		}
		w.has(w.child, 0, 0, 0)
		w.pool(60)
	})
}

// What is held about a person is his account; it is not forgotten while there is something in it, and follows a merged entry.
func TestSubject(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(60)
		forget := func(id db.ID) error {
			return w.DB.Write(w.System, func(tx *db.Tx) error { return w.s.Forget(w.System, tx, id, "本人要求") })
		}
		if err := w.DB.Read(w.System, func(tx *db.Tx) error {
			v, err := w.s.Held(w.System, tx, w.child)
			if err != nil || v == nil {
				w.T.Errorf("%v %v", v, err)
			}
			v, err = w.s.Held(w.System, tx, w.granny)
			if err != nil || v != nil {
				w.T.Errorf("%v %v", v, err)
			}
			return nil
		}); err != nil {
			w.T.Fatal(err)
		}
		w.is(forget(w.child), "wrong_state: 还有 60 分钟")
		w.is(forget(w.granny), "")
		_, err := w.s.Join(w.Vols[1].Ctx, timebank.JoinInput{})
		w.is(err, "")
		w.Write(func(tx *db.Tx) error {
			return w.s.OnMerged(w.System, tx, person.MergedEvent{From: w.child, To: w.person(1)})
		})
		w.has(w.person(1), 60, 0, 0)
		w.Write(func(tx *db.Tx) error {
			return w.s.OnMerged(w.System, tx, person.MergedEvent{From: w.person(1), To: w.granny})
		})
		w.has(w.granny, 60, 0, 0)
	})
}

// Pages say in people's words what there is.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		w.serves(90)
		w.kin()
		web := w.Web(w.s.Routes)
		for _, c := range []struct{ who, path, want string }{
			{"volunteer", "/my/time", "1小时30分钟"}, {"volunteer", "/my/time", "老额吉（祖父母、外祖父母）"}, {"volunteer", "/my/time", "我的时光存折"},
			{"other", "/my/time", "您还没有账户"}, {"manager", "/desk/time", "娜仁高娃"}, {"manager", "/desk/time/" + w.child.String(), "服务存入"},
			{"manager", "/desk/time?q=巴图&for=" + w.child.String(), "是娜仁高娃的"}, {"head2", "/desk/time-second", "没有要复核的"},
			{"town", "/gov/time", "时间存取平衡表"}, {"town", "/gov/time-run", "供需压力测算"},
		} {
			code, page := web.Do(c.who, "GET", c.path, "")
			if code != 200 || !strings.Contains(page, c.want) {
				w.T.Errorf("%s %s: %d without %s", c.who, c.path, code, c.want)
			}
		}
		code, to := web.Do("volunteer", "POST", "/my/time/transfers", "kind=donation&from_person_id="+w.child.String()+"&minutes=30")
		if code != 303 || to != "/my/time" {
			w.T.Errorf("%d %s", code, to)
		}
		w.has(w.child, 60, 0, 0)
	})
}

// Where the banner has not opened its bank, or has shut it, each page to which a menu leads says so.
func TestPagesWithoutABank(t *testing.T) {
	each(t, func(w *world) {
		web := w.Web(w.s.Routes)
		say := func(want string, pages ...string) {
			w.T.Helper()
			for _, page := range pages {
				who, path, _ := strings.Cut(page, " ")
				if code, text := web.Do(who, "GET", path, ""); code != 200 || !strings.Contains(text, want) {
					w.T.Errorf("%s: %d without %s", page, code, want)
				}
			}
		}
		say("还没有开办", "volunteer /my/time", "manager /desk/time", "manager /desk/time/"+w.child.String(), "head2 /desk/time-second")
		say("还没有旗县区开办", "town /gov/time", "town /gov/time-run")
		say("还没有登记到人", "manager /my/time")
		w.opens()
		_, err := w.s.Switch(w.banner, timebank.SwitchInput{Region: banner})
		w.is(err, "")
		say("已经停办", "manager /desk/time", "head2 /desk/time-second")
	})
}

// attends lets a volunteer check in at the start and out after a while.
func (w *world) attends(i int, start time.Time, long time.Duration, id db.ID) {
	w.T.Helper()
	clock.Set(start)
	in := attendance.CheckInput{ID: id, Code: w.Att.StationCode(w.Station.ID, clock.DayOf(start))}
	_, err := w.Att.CheckIn(w.Vols[i].Ctx, in)
	w.is(err, "")
	clock.Set(start.Add(long))
	_, err = w.Att.CheckOut(w.Vols[i].Ctx, in)
	w.is(err, "")
}
