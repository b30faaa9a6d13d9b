package record_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// entered lets a member of staff enter an order for somebody, and the first volunteer serve it: sent by him, or taken by himself when it
// is opened.
func (w *world) entered(who auth.Actor, recipient, volunteer int, open bool) order.Detail {
	w.T.Helper()
	return w.sent(who, who, recipient, volunteer, open)
}

// sent is entered with another who sends the volunteer.
func (w *world) sent(who, sender auth.Actor, recipient, volunteer int, open bool) order.Detail {
	w.T.Helper()
	ctx, sending := auth.With(w.T.Context(), who), auth.With(w.T.Context(), sender)
	start := clock.In(w.System).Add(2 * time.Hour)
	in := order.CreateInput{CatalogueID: w.Item.ID, Title: "送一顿午饭", Region: attendancetest.Gacha, Needed: 1, Consent: person.BySpoken,
		Reviewed: true, Window: order.Window{WindowStart: start, WindowEnd: start.Add(30 * time.Minute)}, RecipientID: w.ResidentPerson,
		Voice: order.Voice{Channel: "phone_call", SpokenBy: "本人"}}
	if recipient == self {
		in.RecipientID, in.Consent = who.Person, person.BySelf
	}
	made, err := w.Orders.Create(ctx, in)
	if err != nil {
		w.T.Fatal("create:", err)
	}
	if made.State == order.Submitted {
		if made.Detail, err = w.Orders.Review(sending, order.ReviewInput{Ask: order.Ask{ID: made.ID, Version: made.Version},
			Decision: "accept"}); err != nil {
			w.T.Fatal("review:", err)
		}
	}
	ask, v := order.Ask{ID: made.ID, Version: made.Version}, w.Vols[volunteer]
	if open {
		_, err = w.Orders.Open(sending, order.OpenInput{Ask: ask})
	} else {
		_, err = w.Orders.Dispatch(sending, order.DispatchInput{Ask: ask, VolunteerIDs: []db.ID{v.ID}})
	}
	if err == nil {
		_, err = w.Orders.Accept(v.Ctx, order.PartInput{Ask: order.Ask{ID: made.ID}})
	}
	if err != nil {
		w.T.Fatal("accept:", err)
	}
	clock.Set(start)
	if _, err = w.Att.CheckIn(v.Ctx, attendance.CheckInput{ID: made.ID}); err == nil {
		clock.Set(start.Add(30 * time.Minute))
		_, err = w.Att.CheckOut(v.Ctx, attendance.CheckInput{ID: made.ID})
	}
	if err != nil {
		w.T.Fatal("attendance:", err)
	}
	made.Detail, err = w.Orders.Get(ctx, order.GetInput{ID: made.ID})
	if err != nil {
		w.T.Fatal(err)
	}
	return made.Detail
}

const (
	resident = iota
	self
)

// say confirms in the resident's place.
func (w *world) say(who auth.Actor, o order.Detail, evidence, code string) error {
	_, err := w.Orders.Confirm(auth.With(w.T.Context(), who), order.ConfirmInput{Ask: order.Ask{ID: o.ID, Version: o.Version,
		Voice: order.Voice{Channel: "desk", SpokenBy: "本人"}}, Evidence: evidence, Code: code, Photo: picture()})
	return err
}

func picture() blob.Upload {
	var out bytes.Buffer
	png.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 40)))
	return blob.Upload{Name: "a.png", Data: out.Bytes()}
}

func (w *world) yes(who auth.Actor, r record.Record) error {
	_, err := w.s.Approve(auth.With(w.T.Context(), who), record.ApproveInput{ID: r.ID, Decision: "approve"})
	return err
}

// One manager cannot sell hours with a picture (C1): it is evidence for a second person and no hand. With the head they count.
func TestPictureIsNoHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		manager := auth.From(w.Manager)
		o := w.entered(manager, resident, 0, false)
		for _, evidence := range []string{"signature", "paper", "call_back"} {
			if evidence != "signature" {
				clock.Set(attendancetest.Noon.AddDate(0, 0, len(evidence)))
				o = w.entered(manager, resident, 0, false)
			}
			before := w.counted()
			if err := w.say(manager, o, evidence, ""); err != nil {
				t.Fatal(evidence, err)
			}
			r := w.latest()
			if r.Status != record.Pending || !r.NeedsSecond || w.counted() != before {
				t.Fatalf("%s by one hand: %+v", evidence, r)
			}
			if err := w.yes(auth.From(w.Head), r); err != nil || w.counted() != before+30 {
				t.Errorf("%s with the head: %v", evidence, err)
			}
		}
	})
}

// One head cannot make hours by opening, disputing and resolving (C3); another who resolves can.
func TestDisputeAndResolve(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		head := auth.From(w.Head)
		o := w.entered(head, resident, 0, true)
		spoken := order.Voice{Channel: "phone_call", SpokenBy: "本人"}
		d, err := w.Orders.Dispute(w.Head, order.DisputeInput{Ask: order.Ask{ID: o.ID, Version: o.Version, Reason: "没做完", Voice: spoken}})
		if err != nil {
			t.Fatal(err)
		}
		in := order.ResolveInput{Ask: order.Ask{ID: o.ID, Version: d.Version, Reason: "打过电话", Voice: spoken}, Decision: "confirm"}
		_, err = w.Orders.Resolve(w.Head, in)
		w.Refused(err, "denied", "who opened and disputed")
		if w.counted() != 0 {
			t.Error("counted by one head")
		}
		if _, err := w.Orders.Resolve(w.Head2, in); err != nil || w.counted() != 30 {
			t.Errorf("another head: %d %v", w.counted(), err)
		}
	})
}

// A code that the station's manager is shown as recipient is nobody's word (C4); with the resident's own code two people stand.
func TestOwnCodeIsNoHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		person := w.Person("站长自己", 9)
		ctx, _ := w.Actor("站长自己", person, auth.Grant{Role: auth.StationManager, Region: attendancetest.Gacha, Station: w.Station.ID})
		o := w.entered(auth.From(ctx), self, 0, false)
		if o.ConfirmationCode == "" {
			t.Fatal("the recipient is shown no code")
		}
		if err := w.say(auth.From(ctx), o, "code", o.ConfirmationCode); err != nil {
			t.Fatal(err)
		}
		r := w.latest()
		if r.Status != record.Pending || !r.NeedsSecond {
			t.Fatalf("by one hand: %+v", r)
		}
		if err := w.yes(auth.From(w.Head), r); err != nil || w.counted() != 30 {
			t.Errorf("with the head: %d %v", w.counted(), err)
		}
		clock.Set(attendancetest.Noon.AddDate(0, 0, 1))
		o = w.Served(30)
		code := w.Order(o.ID).ConfirmationCode
		if err := w.say(auth.From(w.Manager), o, "code", code); err != nil || w.counted() != 60 {
			t.Errorf("the resident's own code: %d %v", w.counted(), err)
		}
	})
}

// A code that whoever enters it has printed is nobody's word, even where another sent the volunteer; entered by another who has not seen
// it, it is the resident's.
func TestPrintedCodeIsNoHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		manager, head := auth.From(w.Manager), auth.From(w.Head)
		for _, c := range []struct {
			sender, by auth.Actor
			counts     bool
		}{{manager, manager, false}, {head, manager, false}, {manager, head, true}} {
			o, before := w.sent(manager, c.sender, resident, 0, false), w.counted() // the slip bears its code for who entered it
			if _, err := w.Orders.Slip(w.Manager, order.GetInput{ID: o.ID}); err != nil {
				t.Fatal(err)
			}
			if err := w.say(c.by, o, "code", w.Order(o.ID).ConfirmationCode); err != nil {
				t.Fatal(err)
			}
			if got := w.counted() - before; (got == 30) != c.counts {
				t.Errorf("sent by %s, entered by %s: %d minutes", c.sender.Name, c.by.Name, got)
			}
			clock.Set(clock.In(w.System).Add(24 * time.Hour))
		}
	})
}

// Whoever holds an office at the station is no resident there: his own login does not make the minutes of who served him.
func TestStaffIsNoResident(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		own := w.Person("站长自己", 9)
		ctx, _ := w.Actor("站长自己", own, auth.Grant{Role: auth.StationManager, Region: attendancetest.Gacha, Station: w.Station.ID},
			auth.Grant{Role: auth.Resident})
		w.Known(own)
		w.Seat(ctx)
		o := w.sent(auth.From(ctx), auth.From(w.Head2), self, 0, false)
		if _, err := w.Orders.Confirm(ctx, order.ConfirmInput{Ask: order.Ask{ID: o.ID}, Evidence: "login"}); err != nil {
			t.Fatal(err)
		}
		if r := w.latest(); r.Status != record.Pending || !r.NeedsSecond {
			t.Fatalf("counted by the manager's login: %+v", r)
		}
		if err := w.yes(auth.From(w.Head), w.latest()); err != nil || w.counted() != 30 {
			t.Errorf("with the head: %d %v", w.counted(), err)
		}
	})
}

// Who served beside the volunteer is no second person for him, whatever office he holds.
func TestBesideIsNoHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.Accepted(2, 30)
		clock.Set(o.WindowStart)
		for _, tap := range []func(context.Context, attendance.CheckInput) (attendance.Checked, error){w.Att.CheckIn, w.Att.CheckOut} {
			for _, v := range w.Vols[:2] {
				if _, err := tap(v.Ctx, attendance.CheckInput{ID: o.ID}); err != nil {
					t.Fatal(err)
				}
			}
			clock.Set(o.WindowEnd)
		}
		if err := w.say(auth.From(w.Manager), w.Order(o.ID), "call_back", ""); err != nil {
			t.Fatal(err)
		}
		r, beside := w.latest(), auth.From(w.Vols[1].Ctx)
		beside.Grants = append(beside.Grants, auth.Grant{Role: auth.CommunityHead, Region: attendancetest.Gacha})
		errstest.Is(t, w.yes(beside, r), "denied: 一起服务")
		if err := w.yes(auth.From(w.Head), r); err != nil || w.counted() != 30 {
			t.Errorf("the head, who was not there: %d %v", w.counted(), err)
		}
	})
}

// A correction gives no more than was asked, and beyond the attendance two people agree besides who asked (H3).
func TestCorrectionIsBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		r := w.latest()
		want, more := int64(70), int64(300)
		if _, err := w.s.Ask(w.Vols[0].Ctx, record.AskInput{ID: r.ID, Minutes: &want, Reason: "多待了十分钟"}); err != nil {
			t.Fatal(err)
		}
		_, err := w.s.Decide(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve", Minutes: &more})
		w.Refused(err, "invalid", "more than was asked")
		yes := record.ApproveInput{ID: r.ID, Decision: "approve"}
		if _, err = w.s.Decide(w.Head, yes); err != nil || w.counted() != 60 {
			t.Errorf("one beyond the attendance: %d %v", w.counted(), err)
		}
		_, err = w.s.Decide(w.Head, yes)
		w.Refused(err, "denied", "the same twice")
		if _, err = w.s.Decide(w.Town, yes); err != nil || w.counted() != 70 {
			t.Errorf("a third: %d %v", w.counted(), err)
		}
	})
}

// On a sheet the lines of whom entered or approved it, and of their kin, wait for another person; the others count.
func TestSheetLineByLine(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Kin(auth.From(w.Head).Person, w.Vols[0].PersonID)
		line := func(i int, from, to string) attendance.RowInput {
			return attendance.RowInput{Who: w.Vols[i].No, ItemID: w.Item.ID, ForWhom: "嘎查", Day: "2026-11-23", From: from, To: to, Signed: true}
		}
		if err := w.sheet(line(0, "09:00", "10:00"), line(1, "09:00", "10:00")); err != nil {
			t.Fatal(err)
		}
		page, err := w.s.List(w.Head, record.ListInput{Status: "counted"})
		if err != nil || len(page.Items) != 1 || page.Items[0].VolunteerID != w.Vols[1].ID {
			t.Fatalf("%+v %v", page.Items, err)
		}
		r := w.latest()
		if r.Status != record.Pending || !r.NeedsSecond {
			t.Fatalf("the kin's line: %+v", r)
		}
		for who, n := range map[context.Context]int{w.Head: 0, w.Town: 1} { // the list holds what its reader may do
			if list, err := w.s.Waiting(who, record.WaitingInput{}); err != nil || len(list.Records.Items) != n {
				t.Errorf("%s has %d on his list, want %d: %v", auth.From(who).Name, len(list.Records.Items), n, err)
			}
		}
		w.Refused(w.yes(auth.From(w.Head), r), "denied", "his kin's line")
		w.Refused(w.yes(auth.From(w.Manager), r), "denied", "who entered it")
		if err := w.yes(auth.From(w.Town), r); err != nil || w.counted() != 60 {
			t.Errorf("the town's clerk: %d %v", w.counted(), err)
		}
	})
}

// A file that the console took over is nobody's hand: two people accept its lines.
func TestConsoleImport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := attendancetest.Noon.AddDate(0, -2, 0)
		r, err := w.s.ImportRow(w.System, record.ImportInput{VolunteerNo: w.Vols[0].No, Region: attendancetest.Gacha, Title: "秋收帮工",
			Category: "farming", Content: "收土豆", StartedAt: at, EndedAt: at.Add(time.Hour), Unit: "嘎查村民委员会"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.yes(auth.From(w.Head), r); err != nil || w.counted() != 0 {
			t.Fatalf("one: %d %v", w.counted(), err)
		}
		w.Refused(w.yes(auth.From(w.Head), r), "denied", "the same again")
		if err := w.yes(auth.From(w.Town), r); err != nil || w.counted() != 60 {
			t.Errorf("two: %d %v", w.counted(), err)
		}
	})
}

// Whom somebody made is no second person to him until a third has confirmed it; and neither is whom the same third made (C5).
func TestWhoWasMadeIsNoSecond(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made, id := w.Actor("新书记", 0, auth.Grant{Role: auth.CommunityHead, Region: attendancetest.Gacha})
		act := func(actor, account db.ID) {
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Build(`INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
					VALUES (?, 1, ?, ?, 'create', ?, TRUE, ?, '')`, tx.NewID(), account, actor, attendancetest.Gacha, tx.Now).Run(w.System, tx)
				return err
			})
		}
		town := auth.From(w.Town).Account
		act(town, id)
		act(town, w.ManagerID)
		o := w.entered(auth.From(w.Manager), resident, 0, false)
		if err := w.say(auth.From(w.Manager), o, "paper", ""); err != nil {
			t.Fatal(err)
		}
		r := w.latest()
		w.Refused(w.yes(auth.From(made), r), "denied", "made by the same clerk")
		w.Refused(w.yes(auth.From(w.Town), r), "denied", "the clerk who made him")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE account_act SET confirmed_at = ?, confirmed_by = ?, confirmed_how = 'met' WHERE account_id = ?`, tx.Now,
				w.HeadID, id).Run(w.System, tx)
			return err
		})
		if err := w.yes(auth.From(made), r); err != nil || w.counted() != 30 {
			t.Errorf("confirmed: %d %v", w.counted(), err)
		}
	})
}

// A town's clerk who makes himself a head, on a number of his own, gets no sheet through with him, nor with another whom he made; the
// station's own head, or the fake one once the level above has met him, approves it (C5).
func TestFakeHeadApprovesNoSheet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		fake, id := w.Actor("新书记", 0, auth.Grant{Role: auth.CommunityHead, Region: attendancetest.Gacha})
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
				VALUES (?, 1, ?, ?, 'create', ?, TRUE, ?, '')`, tx.NewID(), id, auth.From(w.Town).Account, attendancetest.Gacha, tx.Now).Run(w.System, tx)
			return err
		})
		row := func(from, to string) attendance.RowInput { return sheetRow(w, "2026-11-23", from, to) }
		errstest.Is(t, w.sheetOf(w.Town, fake, row("08:00", "12:00")), "denied: 还没有第三个人核实")
		errstest.Is(t, w.sheetOf(w.Manager, fake, row("08:00", "12:00")), "denied: 还没有第三个人核实") // whoever entered it
		if w.counted() != 0 {
			t.Fatal("counted by one clerk")
		}
		if err := w.sheetOf(w.Town, w.Head, row("08:00", "12:00")); err != nil || w.counted() != 240 {
			t.Errorf("the head: %d %v", w.counted(), err)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE account_act SET confirmed_at = ?, confirmed_by = ?, confirmed_how = 'met' WHERE account_id = ?`, tx.Now,
				w.HeadID, id).Run(w.System, tx)
			return err
		})
		if err := w.sheetOf(w.Town, fake, row("13:00", "17:00")); err != nil || w.counted() != 480 {
			t.Errorf("met by the level above: %d %v", w.counted(), err)
		}
	})
}

// The word of a resident waits for a second person until two independent people know him, one of whom is independent of who sent the
// volunteer: his login and his code alike, whoever entered his number.
func TestUnknownResident(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		other, _ := w.Actor("社工", 0, auth.Grant{Role: auth.SocialWorker, Region: attendancetest.Gacha})
		for _, c := range []struct {
			who    string
			met    []context.Context
			counts bool
		}{
			{"nobody", nil, false}, {"who registered him, on a number of his own", []context.Context{other}, false},
			{"who sends the volunteer, and nobody else", []context.Context{w.Manager}, false},
			{"two", []context.Context{other, w.Town}, true}, {"who sends the volunteer, and another", []context.Context{w.Manager, other}, true},
		} {
			clock.Set(clock.In(w.System).Add(24 * time.Hour))
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Build("UPDATE person_known SET ended_at = ? WHERE ended_at IS NULL", tx.Now).Run(w.System, tx)
				return err
			})
			for _, ctx := range c.met {
				p, err := w.Persons.Get(w.Town, person.GetInput{ID: w.ResidentPerson})
				if err == nil {
					_, err = w.Persons.Meet(ctx, person.MeetInput{ID: w.ResidentPerson, Version: p.Version})
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			for _, code := range []bool{false, true} {
				clock.Set(clock.In(w.System).Add(24 * time.Hour))
				o, before := w.Served(30), w.counted()
				if code {
					if err := w.say(auth.From(w.Manager), o, "code", w.Order(o.ID).ConfirmationCode); err != nil {
						t.Fatal(err)
					}
				} else {
					w.Confirm(o.ID)
				}
				if r := w.latest(); r.NeedsSecond == c.counts || (w.counted() > before) != c.counts {
					t.Fatalf("known to %s, code %t: %+v", c.who, code, r)
				}
				if !c.counts {
					if err := w.yes(auth.From(w.Head), w.latest()); err != nil || w.counted() != before+30 {
						t.Errorf("with the head: %d %v", w.counted(), err)
					}
				}
			}
		}
	})
}

// A head with a second telephone sends a volunteer to the resident who is reached on it, and looks at the resident's own word: nobody who
// is not known makes a second of him, by his login or his code. Another head makes two.
func TestUnknownResidentMakesNoSecond(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE person_known SET ended_at = ? WHERE ended_at IS NULL", tx.Now).Run(w.System, tx)
			return err
		})
		head := auth.From(w.Head)
		for i, own := range []func(o order.Detail) error{
			func(o order.Detail) error { w.Confirm(o.ID); return nil },
			func(o order.Detail) error { return w.say(head, o, "code", w.Order(o.ID).ConfirmationCode) },
		} {
			clock.Set(attendancetest.Noon.AddDate(0, 0, i+1))
			o, before := w.entered(head, resident, 0, false), w.counted()
			if err := own(o); err != nil {
				t.Fatal(err)
			}
			r := w.latest()
			w.Refused(w.yes(head, r), "denied", "who sent the volunteer")
			if w.counted() != before {
				t.Errorf("%d: one head makes %d minutes", i, w.counted()-before)
			}
			if err := w.yes(auth.From(w.Head2), r); err != nil || w.counted() != before+30 {
				t.Errorf("%d: another head: %d %v", i, w.counted(), err)
			}
		}
	})
}

// Who asked for another and rates the service says nothing of its minutes: one head who sent the volunteer makes no second of him.
func TestRatingIsNoHand(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		child := w.Person("孩子", 9)
		ctx, _ := w.Actor("孩子", child, auth.Grant{Role: auth.Resident})
		w.Kin(child, w.ResidentPerson)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE person_known SET ended_at = ? WHERE ended_at IS NULL", tx.Now).Run(w.System, tx)
			return err
		})
		clock.Set(attendancetest.Noon.AddDate(0, 0, 1))
		o := w.sent(auth.From(ctx), auth.From(w.Head), resident, 0, false)
		w.Confirm(o.ID)
		if _, err := w.Orders.Evaluate(ctx, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 5}); err != nil {
			t.Fatal(err)
		}
		w.Refused(w.yes(auth.From(w.Head), w.latest()), "denied", "who sent the volunteer")
		if err := w.yes(auth.From(w.Head2), w.latest()); err != nil || w.counted() != 30 {
			t.Errorf("another head: %d %v", w.counted(), err)
		}
	})
}

// Nothing hangs where the only other hand is somebody unknown: two who look make the minutes.
func TestTwoLooksBesideUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE person_known SET ended_at = ? WHERE ended_at IS NULL", tx.Now).Run(w.System, tx)
			return err
		})
		clock.Set(attendancetest.Noon.AddDate(0, 0, 1))
		w.Kin(auth.From(w.Head).Person, w.Vols[0].PersonID)
		w.Confirm(w.entered(auth.From(w.Head), resident, 0, false).ID)
		r := w.latest()
		if err := w.yes(auth.From(w.Head2), r); err != nil || w.counted() != 0 {
			t.Fatalf("one: %d %v", w.counted(), err)
		}
		if err := w.yes(auth.From(w.Town), r); err != nil || w.counted() != 30 {
			t.Errorf("two: %d %v", w.counted(), err)
		}
	})
}
