package stats_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/coverage"
	"linli/internal/network/station"
	"linli/internal/oversight/stats"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// world is the gacha with its figures.
type world struct {
	*attendancetest.World
	s       *stats.Service
	records *record.Service
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, a *attendancetest.World) {
		w := &world{World: a, s: stats.New(a.DB), records: record.New(a.DB, a.Persons)}
		a.Orders.Changed.Subscribe(w.s.OnOrder)
		a.Att.CheckedOut.Subscribe(w.records.OnCheckedOut)
		a.Orders.Confirmed.Subscribe(w.records.OnConfirmed)
		a.Orders.Disputed.Subscribe(w.records.OnDisputed)
		a.Orders.Resolved.Subscribe(w.records.OnResolved)
		w.records.Changed.Subscribe(w.s.OnRecord)
		w.recount() // the volunteers of the world came before anybody counted
		test(t, w)
		w.whole(0)
	})
}

func (w *world) recount() {
	w.T.Helper()
	if err := w.s.Recount(w.System); err != nil {
		w.T.Fatal(err)
	}
}

// fold brings all figures up to what happened, those of the network too.
func (w *world) fold() {
	w.T.Helper()
	network := coverage.New(w.DB)
	w.Write(func(tx *db.Tx) error {
		return network.OnDivisions(w.System, tx, region.ChangedEvent{At: attendancetest.Gacha})
	})
	if err := errors.Join(network.Fold(w.System), w.s.Fold(w.System)); err != nil {
		w.T.Fatal(err)
	}
}

// whole fails unless verify finds n numbers that differ from their recount.
func (w *world) whole(n int) {
	w.T.Helper()
	found := []string{}
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return stats.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.T.Errorf("verify finds %d, want %d: %v %v", len(found), n, err, found)
	}
}

// says is an indicator of the town in a few words: numerator/denominator=value, or why there is none.
func (w *world) says(code string, from, to clock.Day) string {
	w.T.Helper()
	w.fold()
	a, err := w.s.Get(w.Town, stats.GetInput{Code: code, From: from, To: to})
	if err != nil {
		w.T.Fatal(code, err)
	}
	return words(a.Figure)
}

func words(f stats.Figure) string {
	switch {
	case f.Hidden:
		return "hidden"
	case f.NoData:
		if f.Numerator != nil || f.Value != nil {
			return "no data, and a number"
		}
		return "no data"
	}
	out := fmt.Sprint(*f.Numerator)
	if f.Denominator != nil {
		out += fmt.Sprint("/", *f.Denominator)
	}
	return out + "=" + *f.Value
}

func (w *world) expect(from, to clock.Day, want map[string]string) {
	w.T.Helper()
	for code, text := range want {
		if got := w.says(code, from, to); got != text {
			w.T.Errorf("%s %s–%s: %s, want %s", code, from, to, got, text)
		}
	}
}

// An order is made, answered, served, confirmed, rated and opened again; every figure follows, and equals its recount after each step.
func TestFollows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.expect(20261101, 20261130, map[string]string{"orders": "0=0", "satisfaction": "no data", "registered": "3=3", "active": "0=0",
			"active_rate": "0/3=0.0000", "hours_per_volunteer": "no data", "response_time": "no data", "stations": "1=1",
			"standard_rate": "0/1=0.0000", "registered_share": "no data"})
		w.expect(20270101, 20270131, map[string]string{"orders": "no data", "stations": "no data"})
		w.expect(20200101, 20201231, map[string]string{"orders": "no data", "registered": "no data"})
		o := w.Served(90) // from two hours from now, for 90 minutes
		w.expect(20261101, 20261130, map[string]string{"orders": "1=1", "open_orders": "1=1", "closed_rate": "0/1=0.0000", "hours": "0=0.00",
			"services": "0=0", "response_time": "0/1=0", "completion_time": "210/1=210", "on_time": "no data"})
		w.whole(0)
		w.Confirm(o.ID)
		w.expect(20261101, 20261130, map[string]string{"hours": "90=1.50", "services": "1=1", "active": "1=1", "active_rate": "1/3=0.3333",
			"hours_per_volunteer": "90/1=1.50", "confirmation": "1/1=1.0000"})
		w.expect(20261001, 20261231, map[string]string{"active": "1=1"})
		w.expect(20260101, 20261231, map[string]string{"active": "1=1"})
		w.expect(20261120, 20261124, map[string]string{"active": "1=1", "hours": "90=1.50"}) // no calendar period
		w.expect(20261101, 20261123, map[string]string{"active": "0=0", "hours": "0=0.00", "orders": "0=0"})
		w.whole(0)
		if _, err := w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 4}); err != nil {
			t.Fatal(err)
		}
		w.expect(20261101, 20261130, map[string]string{"satisfaction": "1/1=1.0000", "unrated": "0/1=0.0000", "closed_rate": "1/1=1.0000",
			"open_orders": "0=0"})
		w.whole(0)
		clock.Set(attendancetest.Noon.Add(48 * time.Hour))
		if _, err := w.Orders.Reopen(w.Resident, order.DisputeInput{Ask: order.Ask{ID: o.ID, Reason: "其实没送到"}}); err != nil {
			t.Fatal(err)
		}
		w.expect(20261101, 20261130, map[string]string{"satisfaction": "no data", "hours": "0=0.00", "active": "0=0", "open_orders": "1=1",
			"orders": "1=1"})
		w.whole(0)
		if _, err := w.Orders.Resolve(w.Head2, order.ResolveInput{Ask: order.Ask{ID: o.ID, Version: w.Order(o.ID).Version, Reason: "电话问过，送到了"},
			Decision: "confirm"}); err != nil {
			t.Fatal(err)
		}
		w.expect(20261101, 20261130, map[string]string{"hours": "90=1.50", "active": "1=1", "confirmation": "0/1=0.0000"})
		w.whole(0)
		// Ten working days later it is due, and was in time.
		clock.Set(attendancetest.Noon.Add(20 * 24 * time.Hour))
		w.expect(20261201, 20261231, map[string]string{"on_time": "1/1=1.0000"})
	})
}

// The same numbers by division, by month and by kind; small cells of delicate kinds are hidden, and with a lone one the least of the
// others.
func TestCuts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		w.says("orders", 0, 0)
		get := func(code, by string) map[string]string {
			t.Helper()
			a, err := w.s.Get(w.Town, stats.GetInput{Code: code, From: 20261001, To: 20261130, By: by})
			if err != nil {
				t.Fatal(code, by, err)
			}
			out := map[string]string{}
			for _, p := range a.Series {
				out[p.Key] = words(p.Figure)
			}
			return out
		}
		if got := get("orders", "region"); got[attendancetest.Gacha.String()] != "1=1" || len(got) < 5 {
			t.Errorf("by division: %v", got)
		}
		if got := get("hours", "month"); got["2026-11"] != "60=1.00" || got["2026-10"] != "no data" || len(got) != 2 {
			t.Errorf("by month: %v", got)
		}
		if got := get("order_states", "kind"); fmt.Sprint(got) != "map[confirmed:1=1]" {
			t.Errorf("by state: %v", got)
		}
		if got := get("hours", "kind"); fmt.Sprint(got) != "map["+w.Item.Category+":60=1.00]" {
			t.Errorf("by category: %v", got)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE service_record SET category = 'counselling'`).Run(w.System, tx)
			return err
		})
		w.whole(4) // the recount sees what no operation did: minutes and number, before and after
		w.recount()
		w.whole(0)
		if got := get("hours", "kind"); fmt.Sprint(got) != "map[counselling:hidden]" {
			t.Errorf("a small cell: %v", got)
		}
		w.says("orders", 0, 0)
	})
}

// Nobody sees figures outside his place; what cannot be asked is refused by its field.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		banner := attendancetest.Gacha.At(auth.LevelBanner)
		for what, c := range map[string]struct {
			in   stats.GetInput
			kind errs.Kind
		}{"the banner": {stats.GetInput{Code: "orders", Region: banner}, errs.NotFound},
			"no such division":  {stats.GetInput{Code: "orders", Region: attendancetest.Gacha.At(4) + 999}, errs.NotFound},
			"no such indicator": {stats.GetInput{Code: "x"}, errs.NotFound},
			"no such cut":       {stats.GetInput{Code: "stations", By: "day"}, errs.Invalid},
			"backwards":         {stats.GetInput{Code: "orders", From: 20261101, To: 20261001}, errs.Invalid},
			"too many months":   {stats.GetInput{Code: "orders", From: 20100101, By: "month"}, errs.Invalid}} {
			if _, err := w.s.Get(w.Town, c.in); errs.KindOf(err) != c.kind {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, who := range []struct {
			name string
			kind errs.Kind
		}{{"resident", errs.Denied}} {
			if _, err := w.s.Get(w.Resident, stats.GetInput{Code: "orders"}); errs.KindOf(err) != who.kind {
				t.Errorf("%s: %v", who.name, err)
			}
		}
		if _, err := w.s.Get(w.Elsewhere, stats.GetInput{Code: "orders", Region: attendancetest.Gacha}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("elsewhere: %v", err)
		}
	})
}

// Two volunteers leave and come; who is registered follows on each day, and by identity.
func TestMembers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		people := volunteer.New(w.DB)
		people.Changed.Subscribe(w.s.OnVolunteer)
		clock.Set(attendancetest.Noon.Add(10 * 24 * time.Hour))
		v := w.Vols[0]
		if _, err := people.Leave(v.Ctx, volunteer.LeaveInput{ID: v.ID, Version: v.Version}); err != nil {
			t.Fatal(err)
		}
		w.expect(20261101, 20261130, map[string]string{"registered": "3=3", "identities": "3=3"})
		w.expect(20261201, 20261204, map[string]string{"registered": "2=2", "identities": "2=2"})
		w.whole(0)
	})
}

// A station moves to the next gacha and is closed, a volunteer leaves: figures of the days before stay as they were, place by place,
// and those since tell what happened.
func TestPast(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		people, stations := volunteer.New(w.DB), station.New(w.DB, w.Keys)
		people.Changed.Subscribe(w.s.OnVolunteer)
		w.Confirm(w.Served(60).ID)
		next := w.neighbour()
		clock.Set(attendancetest.Noon.Add(10 * 24 * time.Hour)) // 4 December
		st, err := stations.Move(w.Town, station.MoveInput{ID: w.Station.ID, Version: w.Station.Version, Region: next, Address: "新址", Lat: 43.9,
			Lng: 116.1, Reason: "合并办公"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := people.Leave(w.Vols[0].Ctx, volunteer.LeaveInput{ID: w.Vols[0].ID, Version: w.Vols[0].Version}); err != nil {
			t.Fatal(err)
		}
		clock.Set(attendancetest.Noon.Add(12 * 24 * time.Hour)) // 6 December
		if _, err := stations.SetStatus(w.Town, station.StatusInput{ID: st.ID, Version: st.Version, Status: station.Closed,
			Reason: "撤销"}); err != nil {
			t.Fatal(err)
		}
		w.fold()
		town := attendancetest.Gacha.At(auth.LevelTown)
		for _, x := range []struct {
			at   auth.Region
			day  clock.Day
			want string // stations, standard_rate, registered, hours, orders, active: of the month until the day
		}{
			{town, 20261130, "1=1 0/1=0.0000 3=3 60=1.00 1=1 1=1"}, {attendancetest.Gacha, 20261130, "1=1 0/1=0.0000 3=3 60=1.00 1=1 1=1"},
			{next, 20261130, "0=0 no data 0=0 0=0.00 0=0 0=0"},
			{town, 20261205, "1=1 0/1=0.0000 2=2 0=0.00 0=0 0=0"}, {attendancetest.Gacha, 20261205, "0=0 no data 2=2 0=0.00 0=0 0=0"},
			{next, 20261205, "1=1 0/1=0.0000 0=0 0=0.00 0=0 0=0"},
			{town, 20261206, "0=0 no data 2=2 0=0.00 0=0 0=0"}, {next, 20261206, "0=0 no data 0=0 0=0.00 0=0 0=0"},
		} {
			var got []string
			for _, code := range []string{"stations", "standard_rate", "registered", "hours", "orders", "active"} {
				a, err := w.s.Get(w.Town, stats.GetInput{Code: code, Region: x.at, From: x.day/100*100 + 1, To: x.day})
				if err != nil {
					t.Fatal(code, err)
				}
				got = append(got, words(a.Figure))
			}
			if text := strings.Join(got, " "); text != x.want {
				t.Errorf("%s on %s: %s, want %s", x.at, x.day, text, x.want)
			}
		}
	})
}

// neighbour is another community of the town that counts.
func (w *world) neighbour() (out auth.Region) {
	w.T.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		out, err = db.SelectOne[auth.Region](w.System, tx,
			tx.Build(`SELECT MIN(code) FROM region WHERE parent = ? AND code <> ? AND counts_as_community`,
				int64(attendancetest.Gacha.At(auth.LevelTown)), int64(attendancetest.Gacha)))
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return out
}

// The interface answers as the contract says.
func TestInterface(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		w.says("orders", 0, 0)
		s := w.Web(w.s.Routes)
		for path, want := range map[string][]string{
			"/api/v1/indicators": {`"code":"coverage"`, `"definition":"`, `"numerator":"`, `"denominator":"`, `"source":"`, `"unit":"ratio"`,
				`"cuts":["region","month"]`},
			"/api/v1/indicators/orders?from=2026-11-01&to=2026-11-30": {`"numerator":1`, `"denominator":null`, `"value":"1"`,
				`"no_data":false`, `"series":[]`},
			"/api/v1/indicators/satisfaction?region=152502200000&by=region": {`"numerator":null`, `"value":null`, `"no_data":true`,
				`"series":[{"key":"152502200`},
		} {
			code, body := s.Do("town", "GET", path, "")
			for _, x := range want {
				if code != 200 || !strings.Contains(body, x) {
					t.Errorf("%s: %d without %s: %.600s", path, code, x, body)
				}
			}
		}
	})
}

// Behind each figure stands a list of just as many rows, under the same division, period and kind.
func TestDrill(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.Served(60)
		w.Confirm(o.ID)
		if _, err := w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 3}); err != nil {
			t.Fatal(err)
		}
		clock.Set(attendancetest.Noon.Add(24 * time.Hour))
		w.Served(30)
		w.fold()
		for _, i := range w.s.All() {
			a, err := w.s.Get(w.Town, stats.GetInput{Code: i.Code, From: 20261101, To: 20261130, By: map[bool]string{true: "kind"}[i.Kind != ""]})
			if err != nil {
				t.Fatal(err)
			}
			same := func(part, kind string, want *int64) {
				t.Helper()
				rows, err := w.s.Drill(w.Town, stats.RowsInput{Code: i.Code, From: 20261101, To: 20261130, Part: part, Kind: kind})
				n := int64(0)
				if want != nil {
					n = *want
				}
				if err != nil || rows.Total != n || int64(len(rows.Items)) != n {
					t.Errorf("%s %s %q: %d rows (%d shown), the figure says %d: %v", i.Code, part, kind, rows.Total, len(rows.Items), n, err)
				}
			}
			if i.Behind.Of != "" && i.Unit != stats.Hours && i.Quantile == 0 && !a.NoData {
				same("", "", a.Numerator)
				for _, p := range a.Series {
					if !p.Hidden {
						same("", p.Key, p.Numerator)
					}
				}
			}
			if i.BehindDen.Of != "" {
				same("denominator", "", a.Denominator)
			}
		}
	})
}

// What was published stays as it was, whatever happens afterwards, and is worked out again from what was kept.
func TestPublish(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		banner, _ := w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		w.Confirm(w.Served(60).ID)
		w.says("hours", 0, 0)
		in := stats.PublishInput{Title: "十一月", From: 20261101, To: 20261124}
		if _, err := w.s.Publish(w.Town, in); errs.KindOf(err) != errs.Denied {
			t.Errorf("the town publishes: %v", err)
		}
		for what, bad := range map[string]stats.PublishInput{"tomorrow": {Title: "x", From: 20261101, To: 20261125},
			"backwards": {Title: "x", From: 20261102, To: 20261101}} {
			if _, err := w.s.Publish(banner, bad); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", what, err)
			}
		}
		snap, err := w.s.Publish(banner, in)
		if err != nil {
			t.Fatal(err)
		}
		clock.Set(attendancetest.Noon.Add(24 * time.Hour))
		w.Confirm(w.Served(30).ID)
		w.says("hours", 0, 0)
		s := w.Web(w.s.Routes)
		if code, page := s.Do("", "GET", "/figures", ""); code != 200 || !strings.Contains(page, "十一月") ||
			!strings.Contains(page, "<b>1.0</b> 小时") {
			t.Errorf("the public page: %d %.3000s", code, page)
		}
		w.whole(0)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE stats_snapshot_figure SET value = '9.99' WHERE indicator = 'hours' AND region = ?`,
				int64(attendancetest.Gacha.At(auth.LevelBanner))).Run(w.System, tx)
			return err
		})
		w.whole(1)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE stats_snapshot_figure SET value = '1.00' WHERE indicator = 'hours' AND value = '9.99'`).Run(w.System, tx)
			return err
		})
		if _, err := w.s.Withdraw(w.Town, stats.WithdrawInput{ID: snap.ID}); errs.KindOf(err) != errs.Denied {
			t.Errorf("the town withdraws: %v", err)
		}
		if _, err := w.s.Withdraw(banner, stats.WithdrawInput{ID: snap.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Withdraw(banner, stats.WithdrawInput{ID: snap.ID}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("twice: %v", err)
		}
		if code, page := s.Do("", "GET", "/figures", ""); code != 200 || !strings.Contains(page, "还没有公布") {
			t.Errorf("nothing is published: %d", code)
		}
		if code, _ := s.Do("", "GET", "/figures?id="+snap.ID.String(), ""); code != 404 {
			t.Errorf("withdrawn: %d", code)
		}
	})
}

// The officer reads the pages, and takes the figures away as a file.
func TestPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(90).ID)
		w.says("orders", 0, 0)
		s := w.Web(w.s.Routes)
		for path, want := range map[string][]string{
			"/gov/indicators":                                    {"站点覆盖率", "<b>1.5</b> 小时", "没有数据", "1 ÷ 3"},
			"/gov/indicators/hours":                              {"十二个月", "按服务类别", "下面各地", "导出 XLSX"},
			"/gov/indicators/satisfaction":                       {"没有数据"},
			"/gov/indicators/active_rate/rows":                   {"一共 1 条", "居民"},
			"/gov/indicators/orders/rows?part=denominator":       nil,
			"/gov/indicators/hours/export?by=month":              {"2026年11月,1.5,90,"},
			"/gov/indicators/hours/export?by=region&format=xlsx": {"PK"},
		} {
			code, page := s.Do("town", "GET", path, "")
			if want == nil && code != 422 || want != nil && code != 200 {
				t.Errorf("%s: %d", path, code)
			}
			for _, x := range want {
				if !strings.Contains(page, x) {
					t.Errorf("%s without %s", path, x)
				}
			}
		}
	})
}
