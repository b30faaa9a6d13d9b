package area_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"linli/internal/people/volunteer"
	"linli/internal/platform/area"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// What waits is told to those who may do something about it where it is, with its number, until it is done.
func TestHeaps(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		vols := volunteer.New(w.DB)
		areas := []area.Area{w.Orders.Area(), vols.Area(), portal.New(w.DB, nil, nil).Area()}
		heaps := area.Heaps(w.DB, areas)
		waits := func(ctx context.Context, word string) (found ui.Heap) {
			t.Helper()
			list, err := heaps(ctx, "desk", 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range list {
				if h.Word == word {
					found = h
				}
			}
			return found
		}
		const apply, missed = "想当志愿者的，等审核", "约定的时间过了，还没有人去"
		if h := waits(w.Head, apply); h.Total != 0 {
			t.Errorf("before anybody applied: %+v", h)
		}
		var last volunteer.Volunteer
		for i := range 2 {
			p := w.Person("曾娜仁", 6+i)
			v, err := vols.Register(w.Head, volunteer.RegisterInput{PersonID: p, Agreed: true, Consent: "paper",
				Facts: volunteer.Facts{Identities: []string{"resident"}, MaxKm: 5}})
			if err != nil {
				t.Fatal(err)
			}
			last = v
		}
		if h := waits(w.Head, apply); h.Total != 2 || len(h.Items) != 1 || h.Items[0].What != "曾娜仁" || h.Items[0].Href == "" {
			t.Errorf("two applied: %+v", h)
		}
		for name, ctx := range map[string]context.Context{"elsewhere": w.Elsewhere, "a resident": w.Resident, "a visitor": t.Context()} {
			if h := waits(ctx, apply); h.Total != 0 {
				t.Errorf("%s is told of %+v", name, h)
			}
		}
		if _, err := vols.Approve(w.Head, volunteer.ApproveInput{ID: last.ID, Version: last.Version, Decision: "approve"}); err != nil {
			t.Fatal(err)
		}
		if h := waits(w.Head, apply); h.Total != 1 {
			t.Errorf("one was approved: %+v", h)
		}
		o := w.Accepted(1, 60)
		if h := waits(w.Manager, missed); h.Total != 0 {
			t.Errorf("before its time: %+v", h)
		}
		after := clock.At(w.Manager, o.WindowEnd.Add(time.Second))
		if h := waits(after, missed); h.Total != 1 || !h.Alarm || h.Items[0].Href != "/desk/orders/"+o.ID.String() {
			t.Errorf("after its time: %+v", h)
		}
		if items := area.Navs(areas, heaps).Of(after, "desk"); !counted(items, "/desk/board", 1) {
			t.Errorf("the rail does not count it: %+v", items)
		}
	})
}

// A volunteer is told of what he agreed to do, then that he has to check out; the station until then of what nobody was sent to.
func TestOwnHeaps(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		heaps := area.Heaps(w.DB, []area.Area{portal.New(w.DB, nil, nil).Area()})
		words := func(ctx context.Context, shell string) (out []string) {
			t.Helper()
			list, err := heaps(ctx, shell, 5)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range list {
				out = append(out, h.Word+" "+strconv.Itoa(h.Total))
			}
			return out
		}
		is := func(ctx context.Context, shell string, want ...string) {
			t.Helper()
			if got := words(ctx, shell); !slices.Equal(got, want) {
				t.Errorf("%v waits and not %v", got, want)
			}
		}
		vol := w.Vols[0].Ctx
		is(vol, "phone")
		o := w.Accepted(1, 60)
		is(vol, "phone", "您答应去的 1")
		is(w.Vols[1].Ctx, "phone")
		clock.Set(o.WindowStart)
		in := attendance.CheckInput{ID: o.ID, Code: w.Att.StationCode(w.Station.ID, clock.DayOf(o.WindowStart))}
		if _, err := w.Att.CheckIn(vol, in); err != nil {
			t.Fatal(err)
		}
		is(vol, "phone", "正在服务，走的时候记得签退 1")
		clock.Set(o.WindowEnd)
		if _, err := w.Att.CheckOut(vol, in); err != nil {
			t.Fatal(err)
		}
		is(vol, "phone")
		is(w.Manager, "desk")
		next, err := w.Orders.Create(w.Resident, order.CreateInput{CatalogueID: w.Item.ID, Title: "送一顿晚饭", Region: attendancetest.Gacha,
			Window: order.Window{WindowStart: o.WindowEnd.Add(time.Hour), WindowEnd: o.WindowEnd.Add(2 * time.Hour)}})
		if err != nil {
			t.Fatal(err)
		}
		is(w.Manager, "desk", "新来的求助，等审核 1")
		if _, err := w.Orders.Review(w.Manager,
			order.ReviewInput{Ask: order.Ask{ID: next.ID, Version: next.Version}, Decision: "accept"}); err != nil {
			t.Fatal(err)
		}
		is(w.Manager, "desk", "还没有人去的，等派单 1")
		is(w.Elsewhere, "desk")
	})
}

func counted(items []ui.NavItem, href string, n int) bool {
	for _, it := range items {
		if it.Href == href {
			return it.Count == n && it.Alarm
		}
	}
	return false
}

// Who works for a town begins his day at the desk, and meets what waits for him as an authority there, once.
func TestTownMeetsAllAtTheDesk(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		one := func(context.Context, *db.Tx, int) ([]area.Own, int, error) {
			return []area.Own{{ID: 1, What: "一件"}}, 1, nil
		}
		heaps := area.Heaps(w.DB, []area.Area{{Waits: []area.Wait{
			{Shell: "gov", Rank: 1, Perm: order.Handle, Word: "等您这一级的意见", Own: one},
			{Shell: "gov", Rank: 3, Perm: order.Handle, Word: "两边都有的", Own: one},
			{Shell: "desk", Rank: 2, Perm: order.Handle, Word: "两边都有的", Own: one},
		}}})
		for want, ctx := range map[string]context.Context{"等您这一级的意见 两边都有的 ": w.Town, "两边都有的 ": w.Manager} {
			list, err := heaps(ctx, "desk", 1)
			got := ""
			for _, h := range list {
				got += h.Word + " "
			}
			if err != nil || got != want {
				t.Errorf("%q, not %q: %v", got, want, err)
			}
		}
	})
}
