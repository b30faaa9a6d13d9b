package person_test

import (
	"context"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/sms"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
)

// hours is a world in which the first volunteer has counted minutes, with the messages that go to people's numbers.
func hours(w world) (me person.Detail, sent *[]string, certificates *certificate.Service) {
	w.T.Helper()
	sent = new([]string)
	w.s.SMS = func(_ context.Context, _ *db.Tx, phone string, m sms.Text) error {
		*sent = append(*sent, phone+" "+m.Words)
		return nil
	}
	w.s.Ask = person.Outside{Counted: record.Held, Independent: func(_ context.Context, _ *db.Tx, a, b db.ID) (string, error) {
		if a == auth.From(w.Head2).Account && b == auth.From(w.Manager).Account {
			return "是您任命的", nil
		}
		return "", nil
	}}
	w.s.Merged.Subscribe(volunteer.New(w.DB).OnMerged)
	rs := record.New(w.DB, w.s)
	w.s.Merged.Subscribe(rs.OnMerged)
	w.Orders.Confirmed.Subscribe(rs.OnConfirmed)
	w.Att.CheckedOut.Subscribe(rs.OnCheckedOut)
	w.Confirm(w.Served(60).ID)
	return w.get(w.Vols[0].PersonID), sent, certificate.New(w.DB, w.Keys, w.s, certificate.Config{Demo: true})
}

// C2 a: one manager renames a volunteer and certifies a stranger. Nothing changes before a second person; the old number is told; the
// honest way goes through, and what was certified keeps the name of then.
func TestRenameNeedsTwo(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		me, sent, certificates := hours(w)
		period := certificate.IssueInput{VolunteerID: w.Vols[0].ID, From: 20260101, To: 20261231}
		before, err := certificates.Issue(w.Manager, period)
		if err != nil || before.Name != me.Name {
			t.Fatalf("%q %v", before.Name, err)
		}
		stranger := person.UpdateInput{ID: me.ID, Version: me.Version, Name: "陌生人", IDNumber: number, Region: me.Region,
			BirthDay: me.BirthDay, Householder: "巴雅尔"}
		d, err := w.s.Update(w.Manager, stranger)
		if err != nil || d.Name != me.Name || d.IDNumber != me.IDNumber || d.Householder != "巴雅尔" {
			t.Fatalf("%q %q %q %v", d.Name, d.IDNumber, d.Householder, err)
		}
		if len(d.Changes) != 1 || d.Changes[0].State != person.ChangeWaits {
			t.Fatalf("%+v", d.Changes)
		}
		if len(*sent) != 1 || !strings.HasPrefix((*sent)[0], "12900000001 ") {
			t.Errorf("the old number is told %q", *sent)
		}
		change := person.DecideInput{ID: d.Changes[0].ID, Version: 1, Note: "看过身份证"}
		_, err = w.s.ApproveChange(w.Manager, change)
		errstest.Is(t, err, "denied: 您自己申请的")
		_, err = w.s.ApproveChange(w.Head2, change)
		errstest.Is(t, err, "denied: 是您任命的")
		_, err = w.s.ApproveChange(w.System, change)
		errstest.Is(t, err, "denied: 另一位")
		_, err = w.s.ApproveChange(withPerson(w.Head, me.ID), change)
		w.Refused(err, "denied", "by the person himself")
		_, err = w.s.ApproveChange(w.Elsewhere, change)
		w.Refused(err, "not_found", "from elsewhere")
		again := stranger
		again.Version = d.Version
		_, err = w.s.Update(w.Manager, again)
		w.Refused(err, "wrong_state", "while one waits")
		page, err := w.s.Waitings(w.Manager, person.ChangesInput{})
		if err != nil || len(page.Items) != 1 || page.Items[0].May || !strings.Contains(strings.Join(page.Items[0].What, " "), "陌生人") {
			t.Errorf("as who asked sees it: %+v %v", page.Items, err)
		}
		if page, err = w.s.Waitings(w.Head, person.ChangesInput{}); err != nil || len(page.Items) != 1 || !page.Items[0].May {
			t.Errorf("as the head sees it: %+v %v", page.Items, err)
		}
		if w.get(me.ID).Name != me.Name {
			t.Fatal("renamed by one hand")
		}
		if c, err := certificates.Issue(w.Manager, period); err != nil || c.Name != me.Name {
			t.Errorf("a certificate while it waits: %q %v", c.Name, err)
		}
		if c, err := w.s.ApproveChange(w.Head, change); err != nil || c.State != person.ChangeDone || c.DecidedName != "书记巴特尔" {
			t.Fatalf("%+v %v", c, err)
		}
		if d = w.get(me.ID); d.Name != "陌生人" || d.IDNumber == "" || len(d.Changes) != 1 {
			t.Errorf("after two: %+v", d)
		}
		names := map[string]int{}
		list, err := certificates.List(w.Head, certificate.ListInput{VolunteerID: w.Vols[0].ID})
		for _, c := range list.Items {
			names[c.Name]++
		}
		if err != nil || names[me.Name] != len(list.Items) || len(list.Items) == 0 {
			t.Errorf("certificates of before: %v %v", names, err)
		}
		change.Version = 2
		_, err = w.s.ApproveChange(w.Head2, change)
		w.Refused(err, "wrong_state", "twice")
	})
}

// C2 b: one manager merges a volunteer into a stranger, and the hours go with him. Two do, and the records follow.
func TestMergeNeedsTwo(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		me, sent, _ := hours(w)
		stranger := w.register(somebody("陌生人"))
		merge := person.MergeInput{ID: stranger.ID, Version: 1, Other: me.ID, OtherVersion: me.Version, Reason: "同一个人"}
		d, err := w.s.Merge(w.Manager, merge)
		if err != nil || len(d.Absorbed) != 0 || len(d.Changes) != 1 || len(*sent) != 1 {
			t.Fatalf("%+v %q %v", d, *sent, err)
		}
		held := func(id db.ID) (n int64) {
			w.Write(func(tx *db.Tx) (err error) { n, err = record.Held(w.System, tx, id); return err })
			return n
		}
		if held(me.ID) != 60 || held(stranger.ID) != 0 {
			t.Fatal("the hours went by one hand")
		}
		clock.Set(clock.In(w.System).AddDate(0, 0, 200))
		if held(stranger.ID) != 0 {
			t.Fatal("time approved")
		}
		if _, err := w.s.ApproveChange(w.Head, person.DecideInput{ID: d.Changes[0].ID, Version: 1}); err != nil {
			t.Fatal(err)
		}
		if held(me.ID) != 0 || held(stranger.ID) != 60 || w.get(me.ID).State != person.Merged {
			t.Error("two agreed, and the hours stayed")
		}
	})
}

// Refused with a reason, by who asked too; a person without counted minutes is changed at once.
func TestRefuseChange(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		me, _, _ := hours(w)
		d, err := w.s.Update(w.Manager, person.UpdateInput{ID: me.ID, Version: me.Version, Name: "陌生人", Region: me.Region, BirthDay: me.BirthDay})
		if err != nil {
			t.Fatal(err)
		}
		in := person.DecideInput{ID: d.Changes[0].ID, Version: 1}
		if _, err := w.s.RefuseChange(w.Head, in); fields(err) != "note" {
			t.Errorf("without a reason: %v", err)
		}
		in.Note = "不是他"
		if c, err := w.s.RefuseChange(w.Manager, in); err != nil || c.State != person.ChangeRefused {
			t.Errorf("%+v %v", c, err)
		}
		if w.get(me.ID).Name != me.Name {
			t.Error("refused, and renamed")
		}
		plain := w.register(somebody("没有时长"))
		if d, err := w.s.Update(w.Manager, person.UpdateInput{ID: plain.ID, Version: 1, Name: "改了名", Region: plain.Region}); err != nil ||
			d.Name != "改了名" || len(d.Changes) != 0 {
			t.Errorf("%+v %v", d, err)
		}
	})
}

// A change that was asked for an entry which is another since is not carried out.
func TestStaleChange(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		me, _, _ := hours(w)
		d, err := w.s.Update(w.Manager, person.UpdateInput{ID: me.ID, Version: me.Version, Name: "陌生人", Region: me.Region, BirthDay: me.BirthDay})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(w.System, "UPDATE person SET birth_day = 19900101 WHERE id = "+me.ID.String())
			return err
		})
		_, err = w.s.ApproveChange(w.Head, person.DecideInput{ID: d.Changes[0].ID, Version: 1})
		w.Refused(err, "stale_version", "another day of birth since")
	})
}
