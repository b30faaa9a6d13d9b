package partner_test

import (
	"context"
	"testing"
	"time"

	"linli/internal/people/partner"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

func (w *world) run(text string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(text, args...).Run(w.System, tx)
		return err
	})
}

// Who speaks for a unit is of age and in the register.
func TestWhoSpeaks(t *testing.T) {
	each(t, func(w *world) {
		d := w.school("示范小学")
		in := partner.AppointInput{ID: d.ID, Version: d.Version, PersonID: w.ids["𠮷宝"]}
		for want, text := range map[string]string{
			"invalid name: 联系人要满十八周岁":     "UPDATE person SET birth_day = 20081125 WHERE id = ?",
			"invalid name: 没有这位登记的人，请先登记": "UPDATE person SET state = 'erased', birth_day = 19800101 WHERE id = ?",
		} {
			w.run(text, int64(in.PersonID))
			_, err := w.s.Appoint(w.Manager, in)
			errstest.Is(w, err, want)
			w.run("UPDATE person SET state = 'active', birth_day = 19800101 WHERE id = ?", int64(in.PersonID))
		}
		w.run("UPDATE person SET birth_day = 20081124 WHERE id = ?", int64(in.PersonID))
		must[partner.Detail](w)(w.s.Appoint(w.Manager, in))
	})
}

// Of two changes at once the second is told; what has ended is not changed any more, and no unit takes the name of another.
func TestTurns(t *testing.T) {
	each(t, func(w *world) {
		firm := must[partner.Detail](w)(w.s.Create(w.Manager, partner.CreateInput{Region: attendancetest.Gacha, Kind: "enterprise",
			Facts: partner.Facts{Name: "示范超市"}}))
		d, a := w.school("示范小学"), w.planned()
		o := w.offer(d.ID, facts("technology"))
		x := must[partner.Part](w)(w.s.Join(w.Manager, partner.JoinInput{ID: d.ID, What: "两位老师", Of: partner.Of{ActivityID: a.ID}}))
		d = w.get(d.ID)
		w.held(a)
		stale := func(what string, err error) {
			w.Helper()
			if err == nil {
				w.Errorf("%s: done with another version", what)
				return
			}
			errstest.Is(w, err, "stale_version")
		}
		_, err := w.s.Decide(w.Town, partner.DecideInput{ID: firm.ID, Version: firm.Version + 1, Reason: "执照"})
		stale("check", err)
		rename := func(name string) error {
			_, err := w.s.Edit(w.Manager, partner.EditInput{ID: firm.ID, Version: firm.Version, Facts: partner.Facts{Name: name, About: "卖菜"}})
			firm = must[partner.Detail](w)(w.s.Get(w.Manager, partner.GetInput{ID: firm.ID}))
			return err
		}
		errstest.Is(w, rename("示范菜店"), "")
		errstest.Is(w, rename("示范超市"), "")
		firm = must[partner.Detail](w)(w.s.Decide(w.Town, partner.DecideInput{ID: firm.ID, Version: firm.Version, Reason: "执照"}))
		errstest.Is(w, rename("示范菜店"), "invalid name: 核对过的单位不改名")
		errstest.Is(w, rename("示范超市"), "")
		_, err = w.s.Edit(w.uma, partner.EditInput{ID: d.ID, Version: d.Version + 1, Facts: partner.Facts{Name: "某某小学"}})
		stale("edit", err)
		_, err = w.s.End(w.Manager, partner.EndInput{ID: d.ID, Version: d.Version + 1, Reason: "撤并"})
		stale("end", err)
		_, err = w.s.Release(w.Manager, partner.EndInput{ID: d.ID, Version: d.Version + 1, Reason: "走了"})
		stale("release", err)
		_, err = w.s.ChangeOffer(w.uma, partner.ChangeInput{ID: o.ID, Version: o.Version + 1, OfferFacts: facts("technology")})
		stale("change offer", err)
		_, err = w.s.EndOffer(w.uma, partner.MoveInput{ID: o.ID, Version: o.Version + 1})
		stale("end offer", err)
		_, err = w.s.Attest(w.Manager, partner.AttestInput{ID: x.ID, Version: x.Version + 1, Came: true})
		stale("attest", err)
		_, err = w.s.Drop(w.uma, partner.EndInput{ID: x.ID, Version: x.Version + 1, Reason: "不去"})
		stale("drop", err)
		_, err = w.s.Edit(w.uma, partner.EditInput{ID: d.ID, Version: d.Version, Facts: partner.Facts{Name: "示范超市"}})
		errstest.Is(w, err, "invalid name: 这里已经登记了这个单位")
		o = must[partner.Offer](w)(w.s.EndOffer(w.uma, partner.MoveInput{ID: o.ID, Version: o.Version}))
		_, err = w.s.ChangeOffer(w.uma, partner.ChangeInput{ID: o.ID, Version: o.Version, OfferFacts: facts("technology")})
		errstest.Is(w, err, "wrong_state: 现在是“不再提供”")
		x = must[partner.Part](w)(w.s.Attest(w.Manager, partner.AttestInput{ID: x.ID, Version: x.Version}))
		_, err = w.s.Attest(w.Manager, partner.AttestInput{ID: x.ID, Version: x.Version, Came: true})
		errstest.Is(w, err, "wrong_state: 现在是“没有来”")
	})
}

// A unit is asked along with an offer of its own that reaches there and holds, or from the same town; not before it was checked, and not
// into what is cancelled.
func TestAsked(t *testing.T) {
	each(t, func(w *world) {
		d, a := w.school("示范小学"), w.planned()
		another, far := w.school("第二小学"), w.far()
		theirs, ours := w.offer(another.ID, facts(w.Item.Category)), w.offer(d.ID, facts(w.Item.Category))
		asked := func(want string, in partner.JoinInput) {
			w.Helper()
			in.Of = partner.Of{ActivityID: a.ID}
			_, err := w.s.Join(w.Manager, in)
			if err == nil {
				w.Errorf("asked along: %+v", in)
				return
			}
			errstest.Is(w, err, want)
		}
		asked("not_found", partner.JoinInput{ID: d.ID, OfferID: theirs.ID})
		asked("not_found", partner.JoinInput{ID: far.ID, What: "人"})
		asked("not_found", partner.JoinInput{ID: far.ID, OfferID: w.offerOf(w.Elsewhere, far.ID).ID})
		firm := must[partner.Detail](w)(w.s.Create(w.Manager, partner.CreateInput{Region: attendancetest.Gacha, Kind: "enterprise",
			Facts: partner.Facts{Name: "示范超市"}}))
		asked("not_found", partner.JoinInput{ID: firm.ID, What: "人"})
		clock.Set(a.StartsAt.Add(-3 * time.Hour)) // an offer that ends today held today; nobody is asked along with it any more
		must[partner.Offer](w)(w.s.EndOffer(w.uma, partner.MoveInput{ID: ours.ID, Version: ours.Version}))
		asked("invalid offer_id: 这项服务那天不提供", partner.JoinInput{ID: d.ID, OfferID: ours.ID})
		must[activity.Detail](w)(w.activities.Cancel(w.Manager, activity.MoveInput{ID: a.ID, Version: a.Version, Reason: "下雪"}))
		asked("wrong_state: 活动已经取消", partner.JoinInput{ID: d.ID, What: "人"})
	})
}

// far is a unit of another league.
func (w *world) far() partner.Detail {
	w.Helper()
	return must[partner.Detail](w)(w.s.Create(w.Elsewhere, partner.CreateInput{Region: attendancetest.Far, Kind: "school",
		Facts: partner.Facts{Name: "远处小学"}}))
}

func (w *world) offerOf(who context.Context, id db.ID) partner.Offer {
	w.Helper()
	f := facts(w.Item.Category)
	f.Reach = "banner"
	return must[partner.Offer](w)(w.s.AddOffer(who, partner.OfferInput{ID: id, OfferFacts: f}))
}

// Of an order too it is said only when it is confirmed whether the unit came, and not by who speaks for the unit.
func TestOrder(t *testing.T) {
	each(t, func(w *world) {
		d := w.school("示范小学")
		o := w.Served(60)
		x := must[partner.Part](w)(w.s.Join(w.Manager, partner.JoinInput{ID: d.ID, What: "一辆车", Of: partner.Of{OrderID: o.ID}}))
		came := partner.AttestInput{ID: x.ID, Version: x.Version, Came: true}
		_, err := w.s.Attest(w.Manager, came)
		errstest.Is(w, err, "wrong_state: 办完了才能记")
		w.Confirm(o.ID)
		me := auth.From(w.Head2)
		me.Person = w.ids["乌玛"]
		_, err = w.s.Attest(auth.With(w.T.Context(), me), came)
		errstest.Is(w, err, "denied: 您是这个单位的联系人")
		must[partner.Part](w)(w.s.Attest(w.Manager, came))
		if st := w.statement(d.ID); len(st.Joints) != 1 || st.Joints[0].Day != clock.DayOf(o.WindowStart) || st.Minutes != 0 {
			w.Errorf("%+v", st)
		}
	})
}
