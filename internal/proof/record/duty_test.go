package record_test

import (
	"context"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
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
			"who entered":   {as(r.RecordedBy, 0), "denied: 自己录入"},
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
		if d, err := w.s.Decide(as(992, 0), record.ApproveInput{ID: r.ID, Decision: "approve"}); err != nil || d.Minutes != 75 {
			t.Errorf("somebody else: %+v %v", d, err)
		}
	})
}
