package green_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/ledger"
	"linli/internal/platform/ledger/recount"
	"linli/internal/proof/green"
	"linli/internal/work/attendance/attendancetest"
)

const banner = auth.Region(152502000000)

// world is the gacha with its green account.
type world struct {
	*attendancetest.World
	s      *green.Service
	banner context.Context
	house  green.Household
	kinds  map[string]green.Kind
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, s: green.New(base.DB, base.Persons), kinds: map[string]green.Kind{}}
		w.s.Follow(w.Persons)
		w.banner, _ = w.Actor("旗环境局", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		test(w)
		if err := w.DB.Read(w.System, func(tx *db.Tx) error {
			report := func(object, what string) { w.T.Error(object, what) }
			if err := recount.Run(w.System, tx, report); err != nil {
				return err
			}
			return green.Verify(w.System, tx, report)
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func (w *world) is(err error, want string) {
	w.T.Helper()
	errstest.Is(w.T, err, want)
}

// opens switches the account on and registers the household of the resident.
func (w *world) opens() {
	w.T.Helper()
	_, err := w.s.Switch(w.banner, green.SwitchInput{Region: banner, On: true})
	w.is(err, "")
	v, err := w.s.Rules(w.banner, green.RulesInput{})
	w.is(err, "")
	for _, k := range v.Kinds {
		w.kinds[k.Name] = k
	}
	w.house, err = w.s.Register(w.Manager, green.RegisterInput{Region: attendancetest.Gacha, Name: "东头第三家",
		Members: []db.ID{w.ResidentPerson}})
	w.is(err, "")
}

func (w *world) note(who context.Context, kind string, times int64) (green.Act, error) {
	return w.s.Note(who, green.NoteInput{ID: w.house.ID, KindID: w.kinds[kind].ID, Times: times})
}

func (w *world) has(balance, held int64) green.Account {
	w.T.Helper()
	a, err := w.s.Get(w.Manager, green.GetInput{ID: w.house.ID})
	w.is(err, "")
	if a.Balance != balance || a.Held != held {
		w.T.Errorf("balance %d held %d, not %d %d", a.Balance, a.Held, balance, held)
	}
	return a
}

// Points come by the rule: within the season, up to the day's limit, above the limit by a second person, never for one's own household.
func TestNoting(t *testing.T) {
	each(t, func(w *world) {
		reg := green.RegisterInput{Region: attendancetest.Gacha, Name: "东头第三家", Members: []db.ID{w.ResidentPerson}}
		_, err := w.s.Register(w.Manager, reg)
		w.is(err, "wrong_state: 没有开办")
		_, err = w.s.Switch(w.banner, green.SwitchInput{Region: attendancetest.Gacha, On: true})
		w.is(err, "invalid region: 旗县区")
		w.opens()
		_, err = w.s.Register(w.Manager, reg)
		w.is(err, "invalid members: 只属于一户")
		_, err = w.s.Register(w.Elsewhere, reg)
		w.is(err, "not_found")
		_, err = w.note(w.Elsewhere, "回收旧物", 1)
		w.is(err, "not_found")
		_, err = w.note(w.Resident, "回收旧物", 1)
		w.is(err, "denied")
		_, err = w.note(w.Manager, "没有", 1)
		w.is(err, "invalid kind_id: 没有这一项")
		_, err = w.note(w.Manager, "回收旧物", 4)
		w.is(err, "invalid times: 3 次")
		_, err = w.note(w.Manager, "回收旧物", 2)
		w.is(err, "")
		_, err = w.note(w.Manager, "回收旧物", 2)
		w.is(err, "invalid times: 已经记了 2 次")
		w.has(6, 0)
		_, err = w.s.SetKind(w.banner, green.KindInput{Region: banner, Name: "植树、护绿", Points: 11, DayMost: 2, SecondAbove: 21, Active: true})
		w.is(err, "")
		a, err := w.note(w.Manager, "植树、护绿", 2)
		w.is(err, "")
		w.has(6, 0)
		_, err = w.s.Approve(w.Manager, green.DecideInput{ID: a.ID, Version: 1})
		w.is(err, "denied")
		v, err := w.s.Waiting(w.Head2, green.WaitingInput{})
		if err != nil || len(v.Items) != 1 || v.Items[0].Why != "" || v.Items[0].Points != 22 {
			w.T.Errorf("%+v %v", v, err)
		}
		_, err = w.s.Approve(w.Head2, green.DecideInput{ID: a.ID, Version: 1})
		w.is(err, "")
		w.has(28, 0)
		_, err = w.s.Refuse(w.Head2, green.DecideInput{ID: a.ID, Version: 2})
		w.is(err, "wrong_state: 已记分")
		clock.Set(time.Date(2027, 1, 1, 9, 0, 0, 0, clock.Shanghai))
		_, err = w.note(w.Manager, "回收旧物", 1)
		w.is(err, "wrong_state: 不在这一季")
		_, err = w.s.Switch(w.banner, green.SwitchInput{Region: banner, On: true, From: 20270101, To: 20261231})
		w.is(err, "invalid to: 不能早于")
		_, err = w.s.Switch(w.banner, green.SwitchInput{Region: banner, On: true, Season: "第二季", From: 20270101, To: 20270331})
		w.is(err, "")
		_, err = w.note(w.Manager, "回收旧物", 1)
		w.is(err, "")
		w.has(31, 0)
	})
}

// The head may note for others, not for his own household or his kin's.
func TestOwnHousehold(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		own := auth.From(w.Head).Person
		h, err := w.s.Register(w.Manager, green.RegisterInput{Region: attendancetest.Gacha, Name: "书记家", Members: []db.ID{own}})
		w.is(err, "")
		in := green.NoteInput{ID: h.ID, KindID: w.kinds["回收旧物"].ID, Times: 1}
		_, err = w.s.Note(w.Head, in)
		w.is(err, "denied")
		_, err = w.s.Note(w.Manager, in)
		w.is(err, "")
		w.Kin(own, w.ResidentPerson)
		_, err = w.note(w.Head, "回收旧物", 1)
		w.is(err, "denied")
	})
}

// shop opens a 兑换点 with soap.
func (w *world) shop(stock int64) (green.Shop, green.Goods) {
	w.T.Helper()
	x, err := w.s.OpenShop(w.Manager, green.ShopInput{Region: attendancetest.Gacha, Name: "兑换点", Hours: "每月 15 日"})
	w.is(err, "")
	g, err := w.s.SetGoods(w.Manager, green.GoodsInput{ID: x.ID, Kind: "goods", Name: "肥皂", Points: 10, Add: stock, Active: true})
	w.is(err, "")
	return x, g
}

// A household sorts waste and fetches soap: points are promised, the thing leaves the shelf, a code fetches it once; what nobody fetches
// goes back.
func TestRedeeming(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		x, g := w.shop(3)
		_, err := w.note(w.Manager, "植树、护绿", 2)
		w.is(err, "")
		_, err = w.note(w.Manager, "调解邻里矛盾", 1)
		w.is(err, "")
		w.has(30, 0)
		redeem := func(who context.Context, n int64) (green.Ticket, error) {
			return w.s.Redeem(who, green.RedeemInput{ID: w.house.ID, GoodsID: g.ID, Count: n})
		}
		_, err = redeem(w.Vols[0].Ctx, 1)
		w.is(err, "not_found")
		_, err = redeem(w.Resident, 4)
		w.is(err, "invalid count: 只剩 3 件")
		a, err := redeem(w.Resident, 1)
		w.is(err, "")
		b, err := redeem(w.Manager, 1)
		w.is(err, "")
		w.has(30, 20)
		_, err = redeem(w.Resident, 1)
		w.is(err, "")
		_, err = w.s.SetGoods(w.Manager, green.GoodsInput{ID: x.ID, Kind: "goods", Name: "肥皂", Points: 10, Add: 1, Active: true})
		w.is(err, "")
		_, err = redeem(w.Resident, 1)
		w.is(err, "insufficient")
		_, err = w.s.HandOver(w.Manager, green.HandInput{ID: a.ID, Code: "0" + a.PickUp})
		w.is(err, "invalid code: 不对")
		_, err = w.s.HandOver(w.Elsewhere, green.HandInput{ID: a.ID, Code: a.PickUp})
		w.is(err, "not_found")
		r, err := w.s.HandOver(w.Manager, green.HandInput{ID: a.ID, Code: a.PickUp[:3] + " " + a.PickUp[3:]})
		w.is(err, "")
		if r.Receipt == "" || r.HandedAt == nil {
			w.T.Errorf("%+v", r)
		}
		w.has(20, 20)
		_, err = w.s.HandOver(w.Manager, green.HandInput{ID: a.ID, Code: a.PickUp})
		w.is(err, "wrong_state: 已领取")
		_, err = w.s.Cancel(w.Resident, green.CancelInput{ID: a.ID})
		w.is(err, "wrong_state: 已领取")
		_, err = w.s.Cancel(w.Vols[0].Ctx, green.CancelInput{ID: b.ID})
		w.is(err, "not_found")
		_, err = w.s.Cancel(w.Resident, green.CancelInput{ID: b.ID})
		w.is(err, "")
		w.has(20, 10)
		clock.Set(clock.Now().Add(41 * 24 * time.Hour))
		w.Write(func(tx *db.Tx) error { _, err := ledger.Expire(w.System, tx, 10); return err })
		w.is(w.s.Sweep(w.System), "")
		w.has(20, 0)
		c, err := w.s.Shop(w.Manager, green.ShopView{ID: x.ID})
		if err != nil || len(c.Redemptions.Items) != 3 || c.Goods[0].Stock != 3 {
			w.T.Errorf("%+v %v", c, err)
		}
	})
}

// One account does not fetch a household's points alone: what the desk asked for in its place another one hands out, and so where the desk
// could sign in as the household.
func TestRedeemingByOneHand(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		x, g := w.shop(3)
		_, err := w.note(w.Manager, "植树、护绿", 2)
		w.is(err, "")
		redeem := func(who context.Context) green.Ticket {
			w.T.Helper()
			r, err := w.s.Redeem(who, green.RedeemInput{ID: w.house.ID, GoodsID: g.ID, Count: 1})
			w.is(err, "")
			return r
		}
		hand := func(who context.Context, r green.Ticket, want string) {
			w.T.Helper()
			_, err := w.s.HandOver(who, green.HandInput{ID: r.ID, Code: r.PickUp})
			w.is(err, want)
		}
		a := redeem(w.Manager)
		hand(w.Manager, a, "denied: 您自己")
		w.has(20, 10)
		c, err := w.s.Shop(w.Manager, green.ShopView{ID: x.ID})
		if err != nil || len(c.Redemptions.Items) != 1 || c.Redemptions.Items[0].Why == "" {
			w.T.Errorf("%+v %v", c, err)
		}
		if c, err = w.s.Shop(w.Head2, green.ShopView{ID: x.ID}); err != nil || c.Redemptions.Items[0].Why != "" {
			w.T.Errorf("%+v %v", c, err)
		}
		hand(w.Head2, a, "")
		w.has(10, 0)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
				VALUES (?, 1, ?, ?, 'password', ?, TRUE, ?, '')`, tx.NewID(), auth.From(w.Resident).Account, w.ManagerID, attendancetest.Gacha,
				tx.Now).Run(w.System, tx)
			return err
		})
		b := redeem(w.Resident)
		hand(w.Manager, b, "denied: 换人")
		hand(w.Head2, b, "")
		w.has(0, 0)
	})
}

// Stock is counted with what is kept for people; a difference has a reason.
func TestStock(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		x, g := w.shop(5)
		_, err := w.note(w.Manager, "植树、护绿", 2)
		w.is(err, "")
		_, err = w.s.Redeem(w.Resident, green.RedeemInput{ID: w.house.ID, GoodsID: g.ID, Count: 2})
		w.is(err, "")
		count := func(version, n int64, reason string) error {
			_, err := w.s.TakeStock(w.Manager, green.CountInput{ID: g.ID, Version: version, Counted: n, Reason: reason})
			return err
		}
		w.is(count(1, 5, ""), "stale_version")
		w.is(count(2, 5, ""), "")
		w.is(count(3, 4, ""), "invalid reason: 5 件")
		w.is(count(3, 1, "丢了"), "invalid counted: 2 件")
		w.is(count(3, 4, "受潮扔了一件"), "")
		c, err := w.s.Shop(w.Manager, green.ShopView{ID: x.ID})
		if err != nil || c.Goods[0].Stock != 2 {
			w.T.Errorf("%+v %v", c.Goods, err)
		}
		for format, start := range map[string]string{"pdf": "%PDF", "xlsx": "PK", "csv": "\ufeff日期"} {
			f, err := w.s.Export(w.Manager, green.ExportInput{ID: x.ID, Format: format})
			if err != nil || !bytes.HasPrefix(f.Body, []byte(start)) {
				w.T.Errorf("%s: %.20q %v", format, f.Body, err)
			}
		}
	})
}

// The last thing on the shelf, and the last points, are had once.
func TestAtOnce(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		_, g := w.shop(1)
		_, err := w.note(w.Manager, "植树、护绿", 2)
		w.is(err, "")
		var all sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 8 {
			all.Go(func() {
				if _, err := w.s.Redeem(w.Resident, green.RedeemInput{ID: w.house.ID, GoodsID: g.ID, Count: 1}); err == nil {
					mu.Lock()
					done++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if done != 1 {
			w.T.Errorf("%d had the last one", done)
		}
		w.has(20, 10)
	})
}

// A person's data are his household's; who is forgotten leaves it, the last one not before its points are used; a merged entry follows.
func TestSubject(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		_, err := w.note(w.Manager, "回收旧物", 1)
		w.is(err, "")
		if err := w.DB.Read(w.System, func(tx *db.Tx) error {
			v, err := w.s.Held(w.System, tx, w.ResidentPerson)
			if err != nil || v == nil {
				w.T.Errorf("%v %v", v, err)
			}
			return err
		}); err != nil {
			w.T.Fatal(err)
		}
		forget := func(id db.ID) error {
			return w.DB.Write(w.System, func(tx *db.Tx) error { return w.s.Forget(w.System, tx, id, "本人要求") })
		}
		w.is(forget(w.ResidentPerson), "wrong_state: 先兑换")
		other := auth.From(w.Vols[0].Ctx).Person
		w.is(forget(other), "")
		w.Write(func(tx *db.Tx) error {
			return w.s.OnMerged(w.System, tx, person.MergedEvent{From: w.ResidentPerson, To: other})
		})
		a, err := w.s.Mine(w.Vols[0].Ctx, green.Nothing{})
		if err != nil || a.ID != w.house.ID || a.Balance != 3 || !a.Mine {
			w.T.Errorf("%+v %v", a, err)
		}
	})
}

// Pages say in people's words what there is; the code stands on the page of the household alone.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		x, g := w.shop(5)
		_, err := w.note(w.Manager, "植树、护绿", 2)
		w.is(err, "")
		r, err := w.s.Redeem(w.Resident, green.RedeemInput{ID: w.house.ID, GoodsID: g.ID, Count: 1})
		w.is(err, "")
		web := w.Web(w.s.Routes)
		house := "/desk/green/" + w.house.ID.String()
		for _, c := range []struct{ who, path, want string }{
			{"resident", "/my/green", r.PickUp}, {"resident", "/my/green", "肥皂"}, {"volunteer", "/my/green", "您家还没有登记"},
			{"manager", "/desk/green", "东头第三家"}, {"manager", "/desk/green?q=巴图", "登记一户"}, {"manager", house, "记积分"},
			{"manager", "/desk/green-shops", "兑换点"}, {"manager", "/desk/green-shops/" + x.ID.String(), "等领取"},
			{"head2", "/desk/green-second", "没有要复核的"},
		} {
			code, page := web.Do(c.who, "GET", c.path, "")
			if code != 200 || !strings.Contains(page, c.want) {
				w.T.Errorf("%s %s: %d without %s", c.who, c.path, code, c.want)
			}
			if c.who == "manager" && strings.Contains(page, r.PickUp) {
				w.T.Errorf("%s shows the code", c.path)
			}
		}
		code, to := web.Do("resident", "POST", "/my/green/"+w.house.ID.String()+"/redemptions", "goods_id="+g.ID.String()+"&count=1")
		if code != 303 || to != "/my/green" {
			w.T.Errorf("%d %s", code, to)
		}
		w.has(20, 20)
	})
}

// Where the banner has not opened it, or has shut it, each page to which a menu leads says so, and offers nothing that is refused.
func TestPagesWithoutAScheme(t *testing.T) {
	each(t, func(w *world) {
		web := w.Web(w.s.Routes)
		pages := []string{"resident /my/green", "manager /desk/green?q=巴图", "manager /desk/green-shops", "head2 /desk/green-second"}
		say := func(want string) {
			w.T.Helper()
			for _, page := range pages {
				who, path, _ := strings.Cut(page, " ")
				code, text := web.Do(who, "GET", path, "")
				if code != 200 || !strings.Contains(text, want) || strings.Contains(text, "登记一户") || strings.Contains(text, "设立</button>") {
					w.T.Errorf("%s: %d without %s", page, code, want)
				}
			}
		}
		say("还没有开办绿色账户")
		w.opens()
		_, err := w.s.Switch(w.banner, green.SwitchInput{Region: banner})
		w.is(err, "")
		pages = pages[1:] // the resident has a household now
		say("已经停办绿色账户")
	})
}
