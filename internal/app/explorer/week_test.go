package explorer

import (
	"context"
	"fmt"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/second"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
	"linli/internal/work/attendance"
	"linli/internal/work/order"
)

// week is one at a station with one manager and one head, who both serve as volunteers too, and three of the head's family.
type week struct {
	*world
	now                time.Time
	manager, head      auth.Actor
	managed, headed    volunteer.Volunteer
	family, others     []volunteer.Volunteer
	accounts           map[db.ID]db.ID // of volunteers
	presses, looks     map[string]int  // by whom: a form sent, a page opened
	withPhone, without []db.ID         // residents: accounts, and people without one
}

func newWeek(t *testing.T, d *db.DB) *week {
	w := &week{world: newWorld(t, d), now: begin, accounts: map[db.ID]db.ID{}, presses: map[string]int{}, looks: map[string]int{}}
	ctx := w.system(begin)
	for range 5 {
		phone := w.phone()
		p := w.lives(ctx, phone)
		w.met(ctx, p.ID)
		w.withPhone = append(w.withPhone, w.own(ctx, p, phone, auth.Resident))
		w.without = append(w.without, w.lives(ctx, "").ID)
	}
	w.write(ctx, func(tx *db.Tx) error { // one of each alone
		_, err := tx.Build("UPDATE role_grant SET from_day = 20200101, until_day = 20200101 WHERE account_id IN (?, ?)",
			w.sender.Account, w.second.Account).Run(ctx, tx)
		return err
	})
	w.second = w.clerk
	office := func(role auth.Role) (auth.Actor, volunteer.Volunteer) {
		p := w.lives(ctx, w.phone())
		a := w.staff(ctx, role, "", p.ID)
		w.write(ctx, func(tx *db.Tx) error { return w.Account.Grant(ctx, tx, a.Account, auth.Volunteer, 0, 0) })
		return w.actor(ctx, a.Account), w.joins(ctx, a.Account)
	}
	w.manager, w.managed = office(auth.StationManager)
	w.head, w.headed = office(auth.CommunityHead)
	for i := range 9 {
		p := w.lives(ctx, w.phone())
		v := w.joins(ctx, w.own(ctx, p, "", auth.Volunteer))
		if i >= 3 {
			w.others = append(w.others, v)
			continue
		}
		in := person.KinInput{ID: p.ID, Other: w.head.Person, Kind: "kin", Relation: "侄子"}
		if _, err := w.Person.AddKin(as(ctx, w.manager), in); err != nil {
			t.Fatal("kin:", err)
		}
		w.family = append(w.family, v)
	}
	return w
}

// joins enrols a volunteer; the town's clerk approves.
func (w *week) joins(ctx context.Context, acc db.ID) volunteer.Volunteer {
	w.t.Helper()
	v := w.enrolled(ctx, acc)
	w.accounts[v.ID] = acc
	return v
}

// press sends a form as somebody, and counts it.
func (w *week) press(who string, a auth.Actor, do func(ctx context.Context) error) {
	w.t.Helper()
	w.presses[who]++
	if err := do(as(w.system(w.now), a)); err != nil {
		w.t.Fatalf("%s at %s: %v", who, w.now, err)
	}
}

// serve is one order from the wish to the word: of a resident who orders and confirms himself, or of one without a telephone, for whom the
// manager writes down what he says and what he signs, and the head where the manager served.
func (w *week) serve(at time.Time, own, without db.ID, v volunteer.Volunteer) {
	w.t.Helper()
	w.now = at.Add(-3 * time.Hour)
	in := order.CreateInput{CatalogueID: w.item.ID, Title: "送一顿午饭", Region: gacha, Needed: 1, Consent: person.BySelf,
		Window: order.Window{WindowStart: at, WindowEnd: at.Add(30 * time.Minute)}}
	var id db.ID
	ask := func() order.Ask {
		p := play{world: w.world, now: w.now}
		return order.Ask{ID: id, Version: p.order(id).Version}
	}
	create := func(ctx context.Context) error {
		made, err := w.Order.Create(ctx, in)
		id = made.ID
		return err
	}
	if own != 0 {
		w.press("residents", w.actor(w.system(w.now), own), create)
		w.press("manager", w.manager, func(ctx context.Context) error {
			_, err := w.Order.Review(ctx, order.ReviewInput{Ask: ask(), Decision: "accept"})
			return err
		})
	} else {
		in.RecipientID, in.Consent, in.Reviewed, in.Voice = without, person.BySpoken, true, spoken
		w.press("manager", w.manager, create)
	}
	w.press("manager", w.manager, func(ctx context.Context) error {
		_, err := w.Order.Dispatch(ctx, order.DispatchInput{Ask: ask(), VolunteerIDs: []db.ID{v.ID}})
		return err
	})
	me := w.actor(w.system(w.now), w.accounts[v.ID])
	for _, do := range []func(ctx context.Context) error{
		func(ctx context.Context) error {
			_, err := w.Order.Accept(ctx, order.PartInput{Ask: order.Ask{ID: id}})
			return err
		},
		func(ctx context.Context) error {
			_, err := w.Attendance.CheckIn(ctx, attendance.CheckInput{ID: id})
			return err
		},
		func(ctx context.Context) error {
			_, err := w.Attendance.CheckOut(ctx, attendance.CheckInput{ID: id})
			return err
		},
	} {
		w.press("volunteers", me, do)
		w.now = map[bool]time.Time{true: at, false: at.Add(30 * time.Minute)}[w.now.Before(at)]
	}
	if own != 0 {
		w.press("residents", w.actor(w.system(w.now), own), func(ctx context.Context) error {
			_, err := w.Order.Confirm(ctx, order.ConfirmInput{Ask: order.Ask{ID: id}, Evidence: "login"})
			return err
		})
		return
	}
	who, notes := "manager", w.manager
	if v.ID == w.managed.ID { // nobody confirms his own service: the head opens the order, and writes down what was signed
		who, notes = "head", w.head
		w.looks[who]++
	}
	w.press(who, notes, func(ctx context.Context) error {
		a := ask()
		a.Voice = spoken
		_, err := w.Order.Confirm(ctx, order.ConfirmInput{Ask: a, Evidence: "signature", Photo: pixel})
		return err
	})
}

// cleanUp is a paper sheet of an afternoon at which manager and head swept too, with three others.
func (w *week) cleanUp(day clock.Day) {
	w.t.Helper()
	var rows []attendance.RowInput
	for _, v := range append([]volunteer.Volunteer{w.managed, w.headed}, w.others[:3]...) {
		rows = append(rows, attendance.RowInput{Who: v.No, ItemID: w.item.ID, ForWhom: "嘎查", Day: day.String(), From: "18:00", To: "19:00",
			Signed: true})
	}
	var sh attendance.Sheet
	w.press("manager", w.manager, func(ctx context.Context) error {
		made, err := w.Attendance.Issue(ctx, attendance.IssueInput{StationID: w.station.ID, Count: 1})
		if err == nil {
			sh = made.Items[0]
		}
		return err
	})
	w.press("manager", w.manager, func(ctx context.Context) error {
		_, err := w.Attendance.Enter(ctx, attendance.EnterInput{ID: sh.ID, Version: sh.Version, Photo: pixel, Rows: rows})
		return err
	})
}

// sitting is a second person with his list on his telephone: he opens it, agrees to what stands there line by line, opens each sheet and
// agrees to it, until nothing is left for him. Others is what he reads is somebody else's.
func (w *week) sitting(who string, a auth.Actor) (others []second.Other) {
	w.t.Helper()
	for {
		w.looks[who]++
		list, err := w.Record.Waiting(as(w.system(w.now), a), record.WaitingInput{})
		if err != nil {
			w.t.Fatal(err)
		}
		if len(list.Records.Items)+len(list.Sheets) == 0 {
			return list.Others
		}
		for _, r := range list.Records.Items {
			w.press(who, a, func(ctx context.Context) error {
				_, err := w.Record.Approve(ctx, record.ApproveInput{ID: r.ID, Decision: "approve"})
				return err
			})
		}
		for _, sh := range list.Sheets {
			w.looks[who]++
			w.press(who, a, func(ctx context.Context) error {
				_, err := w.Attendance.ApproveSheet(ctx, attendance.DecideInput{ID: sh.ID, Version: sh.Version})
				return err
			})
		}
	}
}

// sums are the records of the week by status, with their minutes.
func (w *week) sums(since db.ID) (out string) {
	w.t.Helper()
	p := play{world: w.world, now: w.now}
	for _, status := range []string{"counted", "pending", "void"} {
		n := p.ids("SELECT COUNT(*) FROM service_record WHERE id > $1 AND status = $2", since, status)[0]
		m := p.ids("SELECT COALESCE(SUM(minutes), 0) FROM service_record WHERE id > $1 AND status = $2", since, status)[0]
		out += fmt.Sprintf("%s %d of %d minutes; ", status, int64(n), int64(m))
	}
	return out
}

// A week at a station with one manager and one head: thirty orders, half of them of people without a telephone, five served by the manager
// himself and three by the head's family, and a clean-up sheet with both on it. All that should count does, with a few minutes of the head
// on his telephone, and the town's clerk for what neither may; nobody does his own.
func TestWeekOfOneManagerAndOneHead(t *testing.T) {
	engines(t, func(t *testing.T, fresh func() *db.DB, _ bool) {
		w := newWeek(t, fresh())
		var since db.ID
		w.write(w.system(begin), func(tx *db.Tx) error { since = tx.NewID(); return nil })
		monday := clock.DayOf(begin).AddDays(6)
		for i := range 30 {
			at := monday.AddDays(i / 6).Time().Add(time.Duration(9+i%6) * time.Hour)
			v := w.others[i%len(w.others)]
			switch {
			case i < 5:
				v = w.managed
			case i < 8:
				v = w.family[i-5]
			}
			if i%2 == 0 {
				w.serve(at, w.withPhone[i%5], 0, v)
			} else {
				w.serve(at, 0, w.without[i%5], v)
			}
		}
		friday := monday.AddDays(4)
		w.now = friday.Time().Add(20 * time.Hour)
		w.cleanUp(friday)
		if got, want := w.sums(since), "counted 12 of 360 minutes; pending 18 of 540 minutes; void 0 of 0 minutes; "; got != want {
			t.Errorf("before anybody looks: %s want %s", got, want)
		}
		left := w.sitting("head", w.head)
		for _, o := range left {
			t.Logf("the head reads: %s: %s %s", o.What, o.Why, o.Words)
		}
		if len(left) != 6 {
			t.Errorf("the head leaves %d for others", len(left))
		}
		if left = w.sitting("clerk", w.clerk); len(left) != 0 {
			t.Errorf("the clerk leaves %+v", left)
		}
		if got, want := w.sums(since), "counted 35 of 1200 minutes; pending 0 of 0 minutes; void 0 of 0 minutes; "; got != want {
			t.Errorf("after both: %s want %s", got, want)
		}
		err := w.DB.Write(w.system(w.now), func(tx *db.Tx) error {
			return record.Verify(w.system(w.now), tx, func(what, why string) { t.Error(what, why) })
		})
		if err != nil {
			t.Error(err)
		}
		t.Log("presses:", w.presses, "looks:", w.looks)
		if w.presses["head"] != 17 || w.looks["head"] > 6 || w.presses["clerk"] != 6 || w.looks["clerk"] > 2 {
			t.Errorf("presses %v, looks %v", w.presses, w.looks)
		}
	})
}
