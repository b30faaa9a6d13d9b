package area_test

import (
	"context"
	"testing"
	"time"

	"linli/internal/people/volunteer"
	"linli/internal/platform/area"
	"linli/internal/platform/clock"
	"linli/internal/platform/web/ui"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance/attendancetest"
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

func counted(items []ui.NavItem, href string, n int) bool {
	for _, it := range items {
		if it.Href == href {
			return it.Count == n && it.Alarm
		}
	}
	return false
}
