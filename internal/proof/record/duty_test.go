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
	"linli/internal/work/order"
)

// Who may decide for the community decides over no correction that he asked for, no record that he entered, and none of himself or his kin.
func TestNobodyJudgesHisOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		r, manager := w.latest(), auth.From(w.Manager).Account
		more := int64(75)
		if _, err := w.s.Ask(w.Manager, record.AskInput{ID: r.ID, Minutes: &more, Reason: "多待了一刻钟"}); err != nil {
			t.Fatal(err)
		}
		relative := w.Person("娜仁的姐姐", 9)
		w.Kin(relative, r.PersonID)
		as := func(account, person db.ID) context.Context {
			return auth.With(t.Context(), auth.Actor{Account: account, Person: person,
				Grants: []auth.Grant{{Role: auth.CommunityHead, Region: attendancetest.Gacha}}})
		}
		for what, c := range map[string]struct {
			by   context.Context
			want string
		}{
			"who asked":     {as(manager, 0), "denied: 自己录入"},
			"who tapped":    {as(r.RecordedBy, 0), "denied: 自己的时长"},
			"the volunteer": {as(990, r.PersonID), "denied: 自己的时长"},
			"his kin":       {as(991, relative), "denied: 亲属"},
			"the program":   {w.System, "denied: 由人来做"},
		} {
			t.Log(what)
			_, err := w.s.Decide(c.by, record.ApproveInput{ID: r.ID, Decision: "approve"})
			errstest.Is(t, err, c.want)
			_, err = w.s.Approve(c.by, record.ApproveInput{ID: r.ID, Decision: "reject", Reason: "x"})
			errstest.Is(t, err, c.want)
			if what == "who asked" {
				continue
			}
			_, err = w.s.Void(c.by, record.VoidInput{ID: r.ID, Ground: "false", Reason: "x"})
			errstest.Is(t, err, c.want)
		}
		yes := record.ApproveInput{ID: r.ID, Decision: "approve"}
		if d, err := w.s.Decide(as(992, 0), yes); err != nil || d.Minutes != 60 {
			t.Errorf("somebody else: %+v %v", d, err)
		}
		if d, err := w.s.Decide(as(993, 0), yes); err != nil || d.Minutes != 75 {
			t.Errorf("and another: %+v %v", d, err)
		}
	})
}

// Eight hours of a day count without a second person, a minute more does not.
func TestDirectLimit(t *testing.T) {
	for minutes, want := range map[int64]record.Status{180: record.Counted, 181: record.Pending} {
		each(t, func(t *testing.T, w *world) {
			clock.Set(time.Date(2026, 11, 25, 5, 0, 0, 0, clock.Shanghai))
			if err := w.sheet(sheetRow(w, "2026-11-25", "00:00", "05:00")); err != nil {
				t.Fatal(err)
			}
			w.Confirm(w.Served(minutes).ID)
			if r := w.latest(); r.Minutes != minutes || r.Status != want || (r.Why == "") != (want == record.Counted) {
				t.Errorf("%d minutes more: %s, %q", minutes, r.Status, r.Why)
			}
		})
	}
}

// A correction of the words alone leaves the minutes, and the other way round; what is void stays so.
func TestCorrectionOfOnePart(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		r := w.latest()
		decide := func(in record.AskInput, minutes int64, content string) {
			t.Helper()
			in.ID, in.Reason = r.ID, "记错了"
			if _, err := w.s.Ask(w.Manager, in); err != nil {
				t.Fatal(err)
			}
			d, err := w.s.Decide(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"})
			if err != nil || d.Minutes != minutes || d.Content != content || d.Status != record.Counted || d.Confirmation != record.Reviewed {
				t.Errorf("%+v %v", d, err)
			}
		}
		none, less := int64(0), int64(45)
		decide(record.AskInput{Content: "理发"}, 60, "理发")
		decide(record.AskInput{Minutes: &less}, 45, "理发")
		decide(record.AskInput{Minutes: &none}, 0, "理发")
		void := record.VoidInput{ID: r.ID, Ground: "false", Reason: "没去"}
		if _, err := w.s.Void(w.Head, void); err != nil {
			t.Fatal(err)
		}
		_, err := w.s.Void(w.Head, void)
		errstest.Is(t, err, "wrong_state: 已经作废")
		_, err = w.s.Ask(w.Manager, record.AskInput{ID: r.ID, Reason: "其实去了"})
		errstest.Is(t, err, "wrong_state: 补录单")
	})
}

// Whoever asked for a correction does not end it by taking the record out, nor by having the order done again: somebody else does.
func TestWhoAskedTakesNothingOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		r := w.latest()
		ask := record.AskInput{ID: r.ID, Reason: "内容不对"}
		if _, err := w.s.Ask(w.Head, ask); err != nil {
			t.Fatal(err)
		}
		in := record.VoidInput{ID: r.ID, Ground: "false", Reason: "没去"}
		_, err := w.s.Void(w.Head, in)
		errstest.Is(t, err, "wrong_state: "+r.Day.Words(w.Head)+"的记录，您申请的更正还在核实")
		if now := w.latest(); now.Status != record.Counted {
			t.Errorf("%+v", now)
		}
		d, err := w.s.Void(w.Head2, in)
		if err != nil || d.Status != record.Void || len(d.Corrections) != 1 || d.Corrections[0].State != "refused" {
			t.Errorf("%+v %v", d, err)
		}
		o := w.Served(60)
		if _, err := w.Orders.Dispute(w.Resident, order.DisputeInput{Ask: order.Ask{ID: o.ID, Reason: "来得太晚"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Ask(w.Manager, record.AskInput{ID: w.latest().ID, Reason: "内容不对"}); err != nil {
			t.Fatal(err)
		}
		redo := order.ResolveInput{Ask: order.Ask{ID: o.ID, Version: w.Order(o.ID).Version, Reason: "再去一次",
			Voice: order.Voice{Channel: "phone_call", SpokenBy: "其木格"}}, Decision: "redo"}
		_, err = w.Orders.Resolve(w.Manager, redo)
		errstest.Is(t, err, "wrong_state: 您申请的更正还在核实")
		if _, err = w.Orders.Resolve(w.Head, redo); err != nil || w.latest().Status != record.Void {
			t.Errorf("%+v %v", w.latest(), err)
		}
	})
}

// Only an imported record at which nobody has looked is taken out with its file; with a whole batch that two withdraw one that counts, too.
func TestUndoImport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		undo := func(id db.ID) error {
			return w.DB.Write(w.Manager, func(tx *db.Tx) error { return w.s.UndoImport(w.Manager, tx, id, "撤销") })
		}
		withdraw := func(id db.ID) error {
			return w.DB.Write(w.Manager, func(tx *db.Tx) error { return w.s.WithdrawImport(w.Manager, tx, id, "整批撤销") })
		}
		w.Served(60)
		errstest.Is(t, withdraw(w.latest().ID), "wrong_state: 不是导入的")
		errstest.Is(t, undo(w.latest().ID), "wrong_state") // of an order, pending
		at := attendancetest.Noon.AddDate(0, -2, 0)
		in := record.ImportInput{VolunteerNo: w.Vols[0].No, Name: "娜仁高娃", Region: attendancetest.Gacha, Title: "秋收帮工", Category: "farming",
			Content: "收土豆", StartedAt: at, EndedAt: at.Add(time.Hour), Unit: "哈那乌拉嘎查村民委员会"}
		r, err := w.s.ImportRow(w.Head, in)
		if err != nil {
			t.Fatal(err)
		}
		errstest.Is(t, undo(r.ID), "")
		errstest.Is(t, undo(r.ID), "wrong_state")
		if r, err = w.s.ImportRow(w.Head, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Approve(w.Head2, record.ApproveInput{ID: r.ID, Decision: "approve"}); err != nil {
			t.Fatal(err)
		}
		errstest.Is(t, undo(r.ID), "wrong_state")
		errstest.Is(t, withdraw(r.ID), "")
		now, err := w.s.Get(w.Head, record.GetInput{ID: r.ID})
		if err != nil || now.Status != record.Void || now.Reason != "整批撤销" || now.CountedAt != nil {
			t.Errorf("%+v %v", now.Record, err)
		}
		errstest.Is(t, withdraw(r.ID), "")
		if again, err := w.s.Get(w.Head, record.GetInput{ID: r.ID}); err != nil || again.Version != now.Version {
			t.Errorf("what is void is changed again: %d to %d, %v", now.Version, again.Version, err)
		}
	})
}
