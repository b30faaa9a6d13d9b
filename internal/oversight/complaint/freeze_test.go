package complaint_test

import (
	"context"
	"strings"
	"testing"

	"linli/internal/oversight/complaint"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
)

// served gives a counted record of the first volunteer.
func (w *world) served() record.Record {
	w.T.Helper()
	w.Confirm(w.Served(60).ID)
	page, err := w.records.OfVolunteer(w.Vols[0].Ctx, record.OfVolunteerInput{ID: w.Vols[0].ID})
	w.Must(err)
	return page.Items[0]
}

// seen is the record as its volunteer reads it.
func (w *world) seen(r record.Record) record.Detail {
	w.T.Helper()
	d, err := w.records.Get(w.Vols[0].Ctx, record.GetInput{ID: r.ID})
	w.Must(err)
	return d
}

// accepted gives a complaint that the town has taken up.
func (w *world) accepted(about string, holder context.Context) (string, complaint.File) {
	w.T.Helper()
	receipt, f := w.made(about, holder)
	f, err := w.s.Accept(holder, complaint.AcceptInput{ID: f.ID, Version: f.Version, Impartial: true})
	w.Must(err)
	return receipt, f
}

// What is complained of waits outside of certificates from the moment at which somebody not concerned has taken the complaint up, and no
// longer than its days; the volunteer sees that it is looked into, and is told how it came out.
func TestFreeze(t *testing.T) {
	each(t, func(w *world) {
		r := w.served()
		told := w.Messages(w.Vols[0].Account)
		receipt, f := w.made("volunteer", w.Town)
		in := complaint.FreezeInput{ID: f.ID, Version: f.Version, RecordID: r.ID}
		errstest.Is(w, inspectiontest.Err(w.s.Freeze(w.Town, in)), "wrong_state")
		f, err := w.s.Accept(w.Town, complaint.AcceptInput{ID: f.ID, Version: f.Version, Impartial: true})
		w.Must(err)
		in.Version = f.Version
		for _, c := range []struct {
			ctx  context.Context
			want string
		}{{w.Manager, "denied"}, {w.Banner, "denied"}, {w.OtherTown, "not_found"}, {w.nobody, "unauthenticated"}} {
			errstest.Is(w, inspectiontest.Err(w.s.Freeze(c.ctx, in)), c.want)
		}
		unknown := in
		unknown.RecordID = 7
		errstest.Is(w, inspectiontest.Err(w.s.Freeze(w.Town, unknown)), "invalid record_id: 没有这条")
		found, err := w.s.Find(w.Town, complaint.FindInput{ID: f.ID, Q: r.VolunteerNo, Day: r.Day})
		if err != nil || len(found.Items) != 1 || found.Items[0].ID != r.ID {
			w.Fatalf("%+v %v", found.Items, err)
		}
		f, err = w.s.Freeze(w.Town, in)
		w.Must(err)
		if len(f.Frozen) != 1 || f.Frozen[0].UntilDay != f.DueDay || f.Frozen[0].Record.ID != r.ID || f.State != complaint.Accepted {
			w.Errorf("%+v", f.Frozen)
		}
		if d := w.seen(r); d.Status != record.Counted || !d.Checking(d.Today) || d.Minutes != 60 || len(d.Checks) != 1 {
			w.Errorf("the volunteer reads %+v", d)
		}
		if n := w.Messages(w.Vols[0].Account); n != told+1 {
			w.Errorf("%d messages, not one more than %d", n, told)
		}
		g, err := w.s.Follow(w.nobody, complaint.FollowInput{Receipt: receipt})
		w.Must(err)
		if g.Frozen != 1 || g.FrozenDay != f.DueDay {
			w.Errorf("who complained reads %+v", g)
		}
		in.Version = f.Version
		errstest.Is(w, inspectiontest.Err(w.s.Freeze(w.Town, in)), "wrong_state: 为这件事已经停过")
		_, err = w.s.Answer(w.Town, complaint.AnswerInput{ID: f.ID, Version: f.Version, Outcome: "unfounded", Text: "当天去了", Impartial: true})
		w.Must(err)
		if d := w.seen(r); d.Checking(d.Today) || d.Checks[0].Outcome != record.Cleared || w.Messages(w.Vols[0].Account) != told+2 {
			w.Errorf("after the answer %+v", d.Checks)
		}
	})
}

// Who made the record possible, or is close to whose it is, does not freeze it.
func TestFreezeIsNotForThoseConcerned(t *testing.T) {
	each(t, func(w *world) {
		r := w.served()
		_, f := w.accepted("volunteer", w.Town)
		w.Write(func(tx *db.Tx) error { // the officer had a look at the minutes himself
			_, err := tx.Build(`INSERT INTO record_second (id, record_id, account_id, minutes, at) VALUES (?, ?, ?, 60, ?)`, tx.NewID(), r.ID,
				auth.From(w.Town).Account, tx.Now).Run(w.System, tx)
			return err
		})
		err := inspectiontest.Err(w.s.Freeze(w.Town, complaint.FreezeInput{ID: f.ID, Version: f.Version, RecordID: r.ID}))
		errstest.Is(w, err, "denied")
		if err == nil || !strings.Contains(err.Error(), "请转上一级办理") {
			w.Errorf("%v does not say whom to ask", err)
		}
	})
}

// Nobody has to end a freeze: behind its last day the record goes into certificates, and the job tells the volunteer once.
func TestFreezeEndsByItself(t *testing.T) {
	each(t, func(w *world) {
		r := w.served()
		_, f := w.accepted("volunteer", w.Town)
		f, err := w.s.Freeze(w.Town, complaint.FreezeInput{ID: f.ID, Version: f.Version, RecordID: r.ID})
		w.Must(err)
		told := w.Messages(w.Vols[0].Account)
		for clock.Today(w.System) < f.DueDay {
			w.Days(1)
		}
		w.Must(w.records.Lapse(w.System))
		if d := w.seen(r); !d.Checking(d.Today) {
			w.Error("it ended before its last day was over")
		}
		w.Days(1)
		if d := w.seen(r); d.Checking(d.Today) {
			w.Error("it goes on behind its last day")
		}
		w.Must(w.records.Lapse(w.System))
		w.Must(w.records.Lapse(w.System))
		if d := w.seen(r); d.Checks[0].EndedAt == nil || w.Messages(w.Vols[0].Account) != told+1 {
			w.Errorf("%+v, %d messages", d.Checks, w.Messages(w.Vols[0].Account)-told)
		}
		errstest.Is(w, inspectiontest.Err(w.s.Freeze(w.Town, complaint.FreezeInput{ID: f.ID, Version: f.Version, RecordID: r.ID})),
			"wrong_state: 办理的期限已经过了")
	})
}

// What was found true stays out until the last day, for the correction; what was the wrong record is let go at once.
func TestFreezeUpheldAndReleased(t *testing.T) {
	each(t, func(w *world) {
		r := w.served()
		_, f := w.accepted("volunteer", w.Town)
		f, err := w.s.Freeze(w.Town, complaint.FreezeInput{ID: f.ID, Version: f.Version, RecordID: r.ID})
		w.Must(err)
		_, err = w.s.Answer(w.Town, complaint.AnswerInput{ID: f.ID, Version: f.Version, Outcome: "upheld", Text: "没有去", Impartial: true})
		w.Must(err)
		if d := w.seen(r); !d.Checking(d.Today) || d.Checks[0].Outcome != record.Upheld {
			w.Errorf("%+v", d.Checks)
		}
		_, other := w.accepted("volunteer", w.Town)
		other, err = w.s.Freeze(w.Town, complaint.FreezeInput{ID: other.ID, Version: other.Version, RecordID: r.ID})
		w.Must(err)
		in := complaint.FreezeInput{ID: other.ID, Version: other.Version, RecordID: r.ID}
		other, err = w.s.Release(w.Town, in)
		w.Must(err)
		if other.Frozen[0].Outcome != record.Mistaken || other.Frozen[0].EndedAt == nil {
			w.Errorf("%+v", other.Frozen)
		}
		in.Version = other.Version
		errstest.Is(w, inspectiontest.Err(w.s.Release(w.Town, in)), "invalid record_id: 这条记录没有停开")
	})
}
