package record_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// list is how many records wait on somebody's list.
func (w *world) list(ctx context.Context) (n int) {
	w.T.Helper()
	for in := (record.WaitingInput{}); ; {
		got, err := w.s.Waiting(ctx, in)
		if err != nil {
			w.T.Fatal(err)
		}
		if n += len(got.Records.Items); got.Records.Next == nil {
			return n
		}
		in.Cursor = *got.Records.Next
	}
}

// messages are how many somebody was sent.
func (w *world) messages(ctx context.Context) (n int) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		return tx.Raw().QueryRowContext(ctx, "SELECT COUNT(*) FROM notify_inbox WHERE account_id = $1 AND kind = 'record'",
			int64(auth.From(ctx).Account)).Scan(&n)
	})
	return n
}

// What waits for a second person waits with the head, after three working days with the town's clerk, then with the banner's officer; at
// once with the town where nobody at the station may. Each is told once, and an officer of the banner decides nothing before.
func TestWaitingRises(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		banner, _ := w.Actor("旗县经办", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		for _, ctx := range []context.Context{w.Head, w.Town, banner} {
			w.Seat(ctx)
		}
		manager := auth.From(w.Manager)
		waits := func(what string, head, town, up, told int) {
			t.Helper()
			if a, b, c := w.list(w.Head), w.list(w.Town), w.list(banner); a != head || b != town || c != up {
				t.Errorf("%s: on the lists of head, town and banner stand %d, %d and %d, want %d, %d and %d", what, a, b, c, head, town, up)
			}
			if n := w.messages(w.Head) + w.messages(w.Town) + w.messages(banner); n != told {
				t.Errorf("%s: %d messages, want %d", what, n, told)
			}
		}
		pass := func(days int) {
			clock.Set(clock.In(w.System).AddDate(0, 0, days))
			if err := w.s.Rise(w.System); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.say(manager, w.entered(manager, resident, 0, false), "paper", ""); err != nil {
			t.Fatal(err)
		}
		r := w.latest()
		waits("said", 1, 0, 0, 1)
		pass(2)
		waits("two days later", 1, 0, 0, 1)
		errstest.Is(t, w.yes(auth.From(banner), r), "denied: 先由嘎查村")
		_, err := w.s.Void(banner, record.VoidInput{ID: r.ID, Ground: "false", Reason: "没有去"})
		errstest.Is(t, err, "denied: 先由嘎查村")
		pass(1) // Tuesday to Friday
		waits("three working days later", 1, 1, 0, 2)
		pass(0)
		waits("looked at again", 1, 1, 0, 2)
		pass(3)
		waits("over the week-end", 1, 1, 0, 2)
		pass(2)
		waits("three more", 1, 1, 1, 3)
		var d record.Detail
		d, err = w.s.Get(w.Vols[0].Ctx, record.GetInput{ID: r.ID})
		if err != nil || d.Waits == nil || d.Waits.Who() != "旗县（市、区）经办人" || d.Waits.Next() != "" {
			t.Errorf("the volunteer reads: %+v %v", d.Waits, err)
		}
		if err := w.yes(auth.From(banner), r); err != nil || w.counted() != 30 {
			t.Errorf("the banner's officer: %d %v", w.counted(), err)
		}
		_, err = w.s.Void(banner, record.VoidInput{ID: r.ID, Ground: "false", Reason: "没有去"})
		errstest.Is(t, err, "denied: 先由嘎查村")
		if d, err = w.s.Get(banner, record.GetInput{ID: r.ID}); err != nil || d.MayReview {
			t.Errorf("what has been decided below shows the banner's officer buttons: %v", err)
		}
		waits("looked at", 0, 0, 0, 3)
		if d, err = w.s.Get(w.Head, record.GetInput{ID: r.ID}); err != nil || d.NoVoid != "" {
			t.Errorf("who may make it void: %q %v", d.NoVoid, err)
		}

		w.Kin(auth.From(w.Head).Person, w.Vols[0].PersonID)
		clock.Set(clock.In(w.System).Add(24 * time.Hour))
		if err := w.say(manager, w.entered(manager, resident, 0, false), "paper", ""); err != nil {
			t.Fatal(err)
		}
		waits("nobody at the station may", 0, 1, 0, 4)
		if d, err = w.s.Get(w.Head, record.GetInput{ID: w.latest().ID}); err != nil || d.Cannot == "" || d.NoVoid == "" {
			t.Errorf("the head reads why not: %q %q %v", d.Cannot, d.NoVoid, err)
		}
	})
}

// Nothing is lost of a list of which the reader may not do the greater part: the pages go on behind what is not his.
func TestWaitingPages(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Seat(w.Head)
		w.Kin(auth.From(w.Head).Person, w.Vols[0].PersonID)
		at := attendancetest.Noon.AddDate(0, -2, 0)
		for i := range 25 {
			no := w.Vols[0].No
			if i == 24 {
				no = w.Vols[1].No
			}
			from := at.Add(time.Duration(i) * 2 * time.Hour)
			if _, err := w.s.ImportRow(w.Manager, record.ImportInput{VolunteerNo: no, Region: attendancetest.Gacha, Title: "秋收帮工",
				Category: "farming", Content: "收土豆", StartedAt: from, EndedAt: from.Add(time.Hour), Unit: "嘎查村民委员会"}); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := w.s.Waiting(w.Head, record.WaitingInput{}); err != nil || len(got.Records.Items) != 1 {
			t.Errorf("the head's first page holds %d: %v", len(got.Records.Items), err)
		}
	})
}

// What else waits for a second person rises as minutes do: sheets, corrections and disputes. Where nobody at the station may, they are the
// town's at once; who may not reads who has to, and why not he.
func TestOthersRise(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		banner, _ := w.Actor("旗县经办", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		for _, ctx := range []context.Context{w.Head, w.Town, banner} {
			w.Seat(ctx)
		}
		lists := func(what string, want ...string) {
			t.Helper()
			for i, ctx := range []context.Context{w.Head, w.Town, banner} {
				got, err := w.s.Waiting(ctx, record.WaitingInput{})
				if err != nil {
					t.Fatal(err)
				}
				if n := fmt.Sprint(len(got.Sheets), len(got.Corrections), len(got.Orders.Disputed), len(got.Others)); n != want[i] {
					t.Errorf("%s: %s reads %s (sheets, corrections, disputes, others), want %s: %+v", what, auth.From(ctx).Name, n, want[i],
						got.Others)
				}
			}
		}
		pass := func(days int) {
			clock.Set(clock.In(w.System).AddDate(0, 0, days))
			for _, rise := range []func(context.Context) error{w.s.Rise, w.Att.Rise, w.Orders.Rise} {
				if err := rise(w.System); err != nil {
					t.Fatal(err)
				}
			}
		}
		spoken := order.Voice{Channel: "phone_call", SpokenBy: "本人"}
		manager := auth.From(w.Manager)
		at := clock.In(w.System).AddDate(0, -1, 0)
		old, err := w.s.ImportRow(w.Manager, record.ImportInput{VolunteerNo: w.Vols[1].No, Region: attendancetest.Gacha, Title: "秋收帮工",
			Category: "farming", Content: "收土豆", StartedAt: at, EndedAt: at.Add(time.Hour), Unit: "嘎查村民委员会"})
		if err != nil || w.yes(auth.From(w.Head), old) != nil {
			t.Fatal(err)
		}
		more := int64(50)
		if _, err := w.s.Ask(w.Vols[1].Ctx, record.AskInput{ID: old.ID, Minutes: &more, Reason: "早走了十分钟"}); err != nil {
			t.Fatal(err)
		}
		dispute := func(by context.Context, o order.Detail) order.Detail {
			t.Helper()
			d, err := w.Orders.Dispute(by, order.DisputeInput{Ask: order.Ask{ID: o.ID, Version: o.Version, Reason: "没做完", Voice: spoken}})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		d := dispute(w.Manager, w.entered(manager, resident, 0, true))
		sh := w.sheetBy(w.Manager, sheetRow(w, "2026-11-23", "09:00", "10:00"))
		lists("entered", "1 1 1 0", "0 0 0 3", "0 0 0 3")
		if n := w.messages(w.Head); n != 4 {
			t.Errorf("the head has %d messages, want one of each kind", n)
		}
		pass(3)
		lists("three working days", "1 1 1 0", "1 1 1 0", "0 0 0 3")
		_, err = w.Att.ApproveSheet(banner, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"})
		errstest.Is(t, err, "denied: 先由苏木乡镇")
		_, err = w.s.Decide(banner, record.ApproveInput{ID: old.ID, Decision: "approve"})
		errstest.Is(t, err, "denied: 先由嘎查村")
		pass(5)
		lists("six working days", "1 1 1 0", "1 1 1 0", "1 1 1 0")
		if n := w.messages(w.Town) + w.messages(banner); n != 6 {
			t.Errorf("town and banner have %d messages, want three each", n)
		}
		if _, err = w.Att.ApproveSheet(banner, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"}); err != nil {
			t.Error("the banner's officer:", err)
		}
		if _, err = w.s.Decide(w.Town, record.ApproveInput{ID: old.ID, Decision: "approve"}); err != nil {
			t.Error("the town's clerk:", err)
		}
		_, err = w.Orders.Resolve(w.Head, order.ResolveInput{Ask: order.Ask{ID: d.ID, Version: d.Version, Reason: "打过电话", Voice: spoken},
			Decision: "confirm"})
		if err != nil {
			t.Error("the head:", err)
		}
		lists("decided", "0 0 0 0", "0 0 0 0", "0 0 0 0")

		clock.Set(clock.In(w.System).Add(24 * time.Hour))
		dispute(w.Head, w.entered(auth.From(w.Head), resident, 0, true))
		late := w.sheetBy(w.Head, sheetRow(w, clock.DayOf(clock.In(w.System)).AddDays(-1).String(), "07:00", "08:00"))
		lists("nobody at the station may", "0 0 0 2", "1 0 1 0", "0 0 0 2")
		got, err := w.s.Waiting(w.Head, record.WaitingInput{})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range got.Others {
			if !strings.Contains(o.Why, "复核") && !strings.Contains(o.Why, "换一个人") || !strings.HasPrefix(o.Words, "现在由苏木乡镇") {
				t.Errorf("the head reads %+v", o)
			}
		}
		page, err := w.Att.GetSheet(w.Manager, attendance.SheetInput{ID: late.ID})
		if err != nil || page.Waits == nil || page.Waits.Who() != "苏木乡镇（街道）经办人" {
			t.Errorf("the manager reads of the sheet: %+v %v", page.Waits, err)
		}
	})
}

// After one who looked and agreed, what still lacks one more goes up at once where nobody else is there; and a record that becomes void
// takes the correction asked for with it.
func TestOneMoreIsAskedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, ctx := range []context.Context{w.Head, w.Town} {
			w.Seat(ctx)
		}
		at := clock.In(w.System).AddDate(0, -1, 0)
		old, err := w.s.ImportRow(w.Manager, record.ImportInput{VolunteerNo: w.Vols[1].No, Region: attendancetest.Gacha, Title: "秋收帮工",
			Category: "farming", Content: "收土豆", StartedAt: at, EndedAt: at.Add(time.Hour), Unit: "嘎查村民委员会"})
		if err != nil || w.yes(auth.From(w.Head), old) != nil {
			t.Fatal(err)
		}
		more := int64(90)
		if _, err := w.s.Ask(w.Manager, record.AskInput{ID: old.ID, Minutes: &more, Reason: "多待了"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Decide(w.Head, record.ApproveInput{ID: old.ID, Decision: "approve"}); err != nil {
			t.Fatal(err)
		}
		if got, err := w.s.Waiting(w.Town, record.WaitingInput{}); err != nil || len(got.Corrections) != 1 {
			t.Errorf("the town reads %d corrections: %v", len(got.Corrections), err)
		}
		if got, err := w.s.Waiting(w.Head, record.WaitingInput{}); err != nil || len(got.Corrections) != 0 || len(got.Others) != 1 {
			t.Errorf("the head reads %+v: %v", got, err)
		}
		if _, err = w.s.Void(w.Town, record.VoidInput{ID: old.ID, Ground: "false", Reason: "没有去"}); err != nil {
			t.Fatal(err)
		}
		got, err := w.s.Get(w.Town, record.GetInput{ID: old.ID})
		if err != nil || got.Asked() != nil || got.Corrections[0].Answer != "没有去" && !strings.HasSuffix(got.Corrections[0].Answer, "没有去") {
			t.Errorf("what was asked of a void record: %+v %v", got.Corrections, err)
		}
		if got, err := w.s.Waiting(w.Town, record.WaitingInput{}); err != nil || len(got.Corrections)+len(got.Others) != 0 {
			t.Errorf("the town still reads %+v: %v", got, err)
		}
	})
}
