package portal_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"linli/internal/platform/area"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// run changes something that no operation would.
func run(w *attendancetest.World, q string, args ...any) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// heapsOf gives what waits for somebody in a shell, with where it leads.
func heapsOf(w *attendancetest.World, who context.Context, shell string) ([]ui.Heap, error) {
	return area.Heaps(w.DB, []area.Area{portal.New(w.DB, nil, nil).Area()})(who, shell, 10)
}

// What waits at the station and for who asked and who goes, by the state of the order and by whether its time is over.
func TestWaitsOfOrders(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		here := portal.New(w.DB, nil, nil).Area()
		o := w.Accepted(1, 60)
		now := clock.In(w.System)
		who := o.Title + ", " + o.Recipient
		never := []order.State{order.Rejected, order.Unconfirmed, order.Disputed, order.Closed, order.Cancelled}
		live := []order.State{order.Submitted, order.Queued, order.Open, order.Offered, order.Accepted}
		for _, state := range slices.Concat(never, live, []order.State{order.NeedsInfo, order.InService, order.Served, order.Confirmed}) {
			for end, late := range map[time.Time]bool{now: false, now.Add(-time.Second): true} {
				run(w, `UPDATE orders SET state = ?, window_start = ?, window_end = ? WHERE id = ?`, string(state), end.Add(-time.Hour), end, o.ID)
				var desk, phone, task []string
				switch {
				case late && slices.Contains(live, state):
					desk = append(desk, "约定的时间过了，还没有人去: "+who)
				case !late && state == order.Submitted:
					desk = append(desk, "新来的求助，等审核: "+who)
				case !late && (state == order.Queued || state == order.Open):
					desk = append(desk, "还没有人去的，等派单: "+who)
				}
				if slices.Contains([]order.State{order.Served, order.NeedsInfo, order.Confirmed}, state) {
					phone = append(phone, "等您确认的: "+o.Title)
				}
				if state == order.InService || slices.Contains(live, state) {
					phone = append(phone, "正在办的求助: "+who)
				}
				if state == order.Accepted {
					task = append(task, "您答应去的: "+o.Title)
				}
				for _, at := range []context.Context{w.Manager, w.Head, w.Town} {
					areatest.IsTodo(t, w.DB, here, at, "desk", desk...)
				}
				areatest.IsTodo(t, w.DB, here, w.Elsewhere, "desk")
				areatest.IsTodo(t, w.DB, here, w.Resident, "desk")
				areatest.IsTodo(t, w.DB, here, w.Resident, "phone", phone...)
				areatest.IsTodo(t, w.DB, here, w.Vols[0].Ctx, "phone", task...)
				areatest.IsTodo(t, w.DB, here, w.Vols[1].Ctx, "phone")
			}
		}
		run(w, `UPDATE orders SET state = 'in_service' WHERE id = ?`, o.ID)
		for state, want := range map[string]string{"offered": "请您去帮忙的，等您答复: ", "checked_in": "正在服务，走的时候记得签退: ", "accepted": "",
			"declined": "", "withdrawn": ""} {
			run(w, `UPDATE assignment SET state = ? WHERE order_id = ?`, state, o.ID)
			var task []string
			if want != "" {
				task = append(task, want+o.Title)
			}
			areatest.IsTodo(t, w.DB, here, w.Vols[0].Ctx, "phone", task...)
			run(w, `UPDATE orders SET round = round + 1 WHERE id = ?`, o.ID) // what was of an earlier round waits for nobody
			areatest.IsTodo(t, w.DB, here, w.Vols[0].Ctx, "phone")
			run(w, `UPDATE orders SET round = round - 1 WHERE id = ?`, o.ID)
		}
	})
}

// A change of who somebody is waits for another than who asked for it, where the person lives.
func TestWaitsOfChanges(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		here := portal.New(w.DB, nil, nil).Area()
		name := "曾娜仁"
		id := w.Person(name, 7)
		run(w, `INSERT INTO person_change (id, version, person_id, region, kind, state, by_id, by_name, reason, at, decided_name, note)
			VALUES (7, 1, ?, ?, 'identity', 'waits', ?, '巴图', '', ?, '', '')`, id, attendancetest.Gacha, w.HeadID, clock.In(w.System))
		want := "登记修改，等另一位复核: " + name + ", 巴图"
		areatest.IsTodo(t, w.DB, here, w.Head, "desk")
		areatest.IsTodo(t, w.DB, here, w.Manager, "desk", want)
		areatest.IsTodo(t, w.DB, here, w.Town, "desk", want)
		areatest.IsTodo(t, w.DB, here, w.Elsewhere, "desk")
		run(w, `UPDATE person_change SET by_id = NULL`)
		areatest.IsTodo(t, w.DB, here, w.Head, "desk", want)
		run(w, `UPDATE person_change SET state = 'refused'`)
		areatest.IsTodo(t, w.DB, here, w.Manager, "desk")
	})
}

// Each heap leads to its list, and each thing in it to its page.
func TestWaitsLead(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		o := w.Accepted(1, 60)
		for who, want := range map[context.Context][2]string{w.Resident: {"/my/orders", "/my/orders/"},
			w.Vols[0].Ctx: {"/my/tasks", "/my/tasks/"}} {
			heaps, err := heapsOf(w, who, "phone")
			if err != nil || len(heaps) != 1 || heaps[0].Href != want[0] || heaps[0].Items[0].Href != want[1]+o.ID.String() {
				t.Errorf("%+v %v, want %v", heaps, err, want)
			}
		}
		clock.Set(attendancetest.Noon.AddDate(0, 0, 30))
		heaps, err := heapsOf(w, w.Manager, "desk")
		if err != nil || len(heaps) != 1 || !heaps[0].Alarm || heaps[0].Href != "/desk/board" ||
			heaps[0].Items[0].Href != "/desk/orders/"+o.ID.String() {
			t.Errorf("%+v %v", heaps, err)
		}
		var none auth.Actor
		if heaps, err := heapsOf(w, auth.With(w.System, none), "desk"); err != nil || len(heaps) != 0 {
			t.Errorf("%+v %v", heaps, err)
		}
	})
}
