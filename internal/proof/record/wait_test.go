package record_test

import (
	"context"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
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

		w.Kin(auth.From(w.Head).Person, w.Vols[0].PersonID)
		clock.Set(clock.In(w.System).Add(24 * time.Hour))
		if err := w.say(manager, w.entered(manager, resident, 0, false), "paper", ""); err != nil {
			t.Fatal(err)
		}
		waits("nobody at the station may", 0, 1, 0, 4)
		if d, err = w.s.Get(w.Head, record.GetInput{ID: w.latest().ID}); err != nil || d.Cannot == "" {
			t.Errorf("the head reads why not: %q %v", d.Cannot, err)
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
