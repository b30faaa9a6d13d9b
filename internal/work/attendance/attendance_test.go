package attendance_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

type world = attendancetest.World

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func clean(t *testing.T, w *world) {
	t.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return attendance.Verify(w.System, tx, func(object, what string) { t.Errorf("verify: %s %s", object, what) })
	}); err != nil {
		t.Error(err)
	}
}

func in(o order.Detail) attendance.CheckInput { return attendance.CheckInput{ID: o.ID} }

// One volunteer comes and goes: each end once, in its time, by the right person; minutes are those between the two.
func TestCheckInAndOut(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o, me := w.Accepted(1, 60), w.Vols[0].Ctx
		_, err := w.Att.CheckOut(me, in(o))
		w.Refused(err, "wrong_state", "out before in")
		clock.Set(o.WindowStart.Add(-2*time.Hour - time.Second))
		_, err = w.Att.CheckIn(me, in(o))
		w.Refused(err, "wrong_state", "too early")
		clock.Set(o.WindowEnd.Add(time.Second))
		_, err = w.Att.CheckIn(me, in(o))
		w.Refused(err, "wrong_state", "too late")
		clock.Set(o.WindowStart)
		_, err = w.Att.CheckIn(context.Background(), in(o))
		w.Refused(err, "unauthenticated", "visitor")
		_, err = w.Att.CheckIn(w.Resident, in(o))
		w.Refused(err, "denied", "the resident")
		_, err = w.Att.CheckIn(w.Vols[1].Ctx, in(o))
		if errs.KindOf(err) != errs.NotFound && errs.KindOf(err) != errs.Denied && errs.KindOf(err) != errs.Invalid {
			t.Errorf("another volunteer: %v", err)
		}
		_, err = w.Att.CheckIn(w.Elsewhere, attendance.CheckInput{ID: o.ID, VolunteerID: w.Vols[0].ID})
		w.Refused(err, "not_found", "another gacha's head")
		got, err := w.Att.CheckIn(me, in(o))
		if err != nil || got.State != order.InService || got.Attendance.InEvidence != attendance.ByNone {
			t.Fatalf("%+v %v", got, err)
		}
		_, err = w.Att.CheckIn(me, in(o))
		w.Refused(err, "wrong_state", "twice")
		clock.Set(o.WindowStart.Add(47*time.Minute + 59*time.Second))
		if got, err = w.Att.CheckOut(me, in(o)); err != nil || got.State != order.Served || got.Attendance.Minutes != 47 ||
			got.Attendance.NeedsSecond {
			t.Fatalf("%+v %v", got, err)
		}
		_, err = w.Att.CheckOut(me, in(o))
		w.Refused(err, "wrong_state", "out twice")
		clean(t, w)
	})
}

// The strongest thing that a check-in rests on is kept, and nothing of a position but its distance.
func TestEvidence(t *testing.T) {
	near, far := 43.9012, 43.95
	lng := 116.1
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o := w.Accepted(1, 60)
		clock.Set(o.WindowStart)
		me := w.Vols[0].Ctx
		for _, c := range []struct {
			name  string
			ctx   context.Context
			input attendance.CheckInput
			want  attendance.Evidence
			code  string
		}{
			{"wrong code", me, attendance.CheckInput{Code: "000"}, "", "invalid"},
			{"half a position", me, attendance.CheckInput{Lat: &near}, "", "invalid"},
			{"far", me, attendance.CheckInput{Lat: &far, Lng: &lng}, attendance.ByNone, ""},
			{"near", me, attendance.CheckInput{Lat: &near, Lng: &lng}, attendance.ByPlace, ""},
			{"station's code", me, attendance.CheckInput{Code: w.Att.StationCode(w.Station.ID, clock.Today(t.Context()))}, attendance.ByCode, ""},
			{"resident's code", me, attendance.CheckInput{Code: w.Order(o.ID).ConfirmationCode}, attendance.ByCode, ""},
			{"for him", w.Manager, attendance.CheckInput{VolunteerID: w.Vols[0].ID, Voice: order.Voice{Channel: "phone_call", SpokenBy: "娜仁高娃"}},
				attendance.ByStation, ""},
		} {
			c.input.ID = o.ID
			got, err := trial(w, func() (attendance.Checked, error) { return w.Att.CheckIn(c.ctx, c.input) })
			if errs.CodeOf(err) != c.code || got.Attendance.InEvidence != c.want {
				t.Errorf("%s: %q %v", c.name, got.Attendance.InEvidence, err)
			}
		}
	})
}

// trial undoes a check-in, so that the next one of a table starts from the same state.
func trial(w *world, do func() (attendance.Checked, error)) (attendance.Checked, error) {
	out, err := do()
	if err == nil {
		w.Write(func(tx *db.Tx) error {
			for _, q := range []string{"DELETE FROM attendance", "UPDATE assignment SET state = 'accepted'",
				"UPDATE orders SET state = 'accepted'"} {
				if _, err := tx.Exec(w.System, q); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return out, err
}

// A device that was offline is believed for 72 hours and kept beside the server's time.
func TestOffline(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o, me := w.Accepted(1, 60), w.Vols[0].Ctx
		at := func(d time.Duration) *time.Time { t := o.WindowStart.Add(d); return &t }
		clock.Set(o.WindowStart.Add(30 * time.Minute))
		_, err := w.Att.CheckIn(me, attendance.CheckInput{ID: o.ID, At: at(2 * time.Hour), Offline: true})
		w.Refused(err, "invalid", "a clock that runs ahead")
		clock.Set(o.WindowStart.Add(73 * time.Hour))
		_, err = w.Att.CheckIn(me, attendance.CheckInput{ID: o.ID, At: at(0), Offline: true})
		w.Refused(err, "invalid", "after 72 hours")
		clock.Set(o.WindowStart.Add(50 * time.Hour))
		_, err = w.Att.CheckIn(me, attendance.CheckInput{ID: o.ID, At: at(0)})
		w.Refused(err, "wrong_state", "late and not offline")
		got, err := w.Att.CheckIn(me, attendance.CheckInput{ID: o.ID, At: at(time.Minute), Offline: true})
		if err != nil || !got.Attendance.InAt.Equal(*at(time.Minute)) || !got.Attendance.InServerAt.Equal(clock.Now()) {
			t.Fatalf("%+v %v", got.Attendance, err)
		}
		times := kept(w, o.ID)
		if !times.InAt.Equal(*at(time.Minute)) || !times.InServerAt.Equal(clock.Now()) || times.InDeviceAt == nil ||
			!times.InDeviceAt.Equal(*at(time.Minute)) || times.OutAt != nil {
			t.Errorf("stored %+v", times)
		}
		_, err = w.Att.CheckOut(me, attendance.CheckInput{ID: o.ID, At: at(0), Offline: true})
		w.Refused(err, "invalid", "out before in")
		got, err = w.Att.CheckOut(me, attendance.CheckInput{ID: o.ID, At: at(41 * time.Minute), Offline: true})
		if err != nil || got.Attendance.Minutes != 40 || !got.Attendance.NeedsSecond {
			t.Fatalf("%+v %v", got.Attendance, err)
		}
		times = kept(w, o.ID)
		if !times.OutAt.Equal(*at(41 * time.Minute)) || !times.OutServerAt.Equal(clock.Now()) || !times.OutDeviceAt.Equal(*at(41 * time.Minute)) {
			t.Errorf("stored %+v", times)
		}
		clean(t, w)
	})
}

// kept is the session of an order as it is stored.
func kept(w *world, orderID db.ID) (a attendance.Attendance) {
	w.T.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		all, err := attendance.OfOrder(w.System, tx, orderID)
		if len(all) == 1 {
			a = all[0]
		}
		return err
	}); err != nil || a.ID == 0 {
		w.T.Fatalf("%+v %v", a, err)
	}
	return a
}

// Of many check-ins at once exactly one succeeds, on one order and on two orders of the same hour alike.
func TestRace(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o := w.Accepted(1, 60)
		clock.Set(o.WindowStart)
		if n := race(8, func(int) error { _, err := w.Att.CheckIn(w.Vols[0].Ctx, in(o)); return err }); n != 1 {
			t.Errorf("%d of 8 check-ins succeeded", n)
		}
		clock.Set(o.WindowEnd)
		if n := race(8, func(int) error { _, err := w.Att.CheckOut(w.Vols[0].Ctx, in(o)); return err }); n != 1 {
			t.Errorf("%d of 8 check-outs succeeded", n)
		}
		clean(t, w)
	})
}

func race(n int, do func(int) error) (won int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if do(i) == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return won
}

// Whoever is out on one service cannot begin another, nor end one that would overlap.
func TestNowhereTwice(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o, me := w.Accepted(1, 60), w.Vols[0].Ctx
		clock.Set(o.WindowStart)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`INSERT INTO attendance (id, source, order_id, assignment_id, row_id, volunteer_id, person_id, region, station_id,
				round, day, in_at,
				in_server_at, in_evidence, in_metres, in_by, in_voice, out_evidence, out_metres, out_voice, minutes, needs_second, why, close_reason)
				SELECT ?, 'order', order_id, id, NULL, volunteer_id, person_id, region, NULL, 1, ?, ?, ?, 'none', -1, 1, '', '', -1, '', 0, FALSE, '',
				'' FROM assignment WHERE order_id = ?`,
				tx.NewID(), clock.DayOf(tx.Now), tx.Now.Add(-time.Hour), tx.Now, o.ID).Run(w.System, tx)
			return err
		})
		_, err := w.Att.CheckIn(me, in(o))
		w.Refused(err, "conflict", "while out elsewhere")
	})
}

// A forgotten check-out is closed by a second person alone; served time far beyond the window waits for one.
func TestForgotten(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o := w.Accepted(2, 60)
		clock.Set(o.WindowStart)
		var ids []db.ID
		for _, v := range w.Vols[:2] {
			got, err := w.Att.CheckIn(v.Ctx, in(o))
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, got.Attendance.ID)
		}
		end := attendance.CloseInput{ID: ids[0], OutAt: o.WindowEnd, Reason: "问过服务对象"}
		_, err := w.Att.Close(w.Head, end)
		w.Refused(err, "wrong_state", "while the window runs")
		clock.Set(o.WindowEnd.Add(3 * time.Hour))
		board, err := w.Att.Board(w.Manager, attendance.BoardInput{})
		if err != nil || len(board.Open) != 2 || !board.Open[0].Over(clock.Now()) || board.Open[0].MayClose || len(board.Codes) != 1 {
			t.Fatalf("%+v %v", board, err)
		}
		_, err = w.Att.Close(w.Manager, end)
		w.Refused(err, "denied", "the manager")
		_, err = w.Att.Close(w.Elsewhere, end)
		w.Refused(err, "not_found", "another gacha's head")
		own := auth.With(t.Context(), auth.Actor{Account: 999, Person: w.Vols[0].PersonID,
			Grants: []auth.Grant{{Role: auth.CommunityHead, Region: attendancetest.Gacha}}})
		_, err = w.Att.Close(own, end)
		w.Refused(err, "denied", "his own time")
		w.Kin(auth.From(w.Head).Person, w.Vols[0].PersonID)
		_, err = w.Att.Close(w.Head, end)
		w.Refused(err, "denied", "his ward's time")
		if board, err = w.Att.Board(w.Head, attendance.BoardInput{}); err != nil || line(board, ids[0]).MayClose ||
			line(board, ids[0]).Why == "" || !line(board, ids[1]).MayClose {
			t.Errorf("the head's list offers what he may not do: %+v %v", board.Open, err)
		}
		if board, err = w.Att.Board(w.Town, attendance.BoardInput{}); err != nil || !line(board, ids[0]).MayClose {
			t.Errorf("the town's list: %+v %v", board.Open, err)
		}
		bad := end
		bad.OutAt = clock.Now().Add(time.Minute)
		_, err = w.Att.Close(w.Town, bad)
		w.Refused(err, "invalid", "an end to come")
		got, err := w.Att.Close(w.Town, end)
		if err != nil || got.Attendance.Minutes != 60 || got.Attendance.NeedsSecond || got.State != order.InService {
			t.Fatalf("%+v %v", got, err)
		}
		_, err = w.Att.Close(w.Town, end)
		w.Refused(err, "wrong_state", "twice")
		if got, err = w.Att.CheckOut(w.Vols[1].Ctx, in(o)); err != nil || !got.Attendance.NeedsSecond || got.State != order.Served {
			t.Fatalf("%+v %v", got, err)
		}
		clean(t, w)
	})
}

// line gives a session of the list.
func line(b attendance.Board, id db.ID) (out attendance.Session) {
	for _, s := range b.Open {
		if s.ID == id {
			out = s
		}
	}
	return out
}

// A service that is broken off ends the session; the time waits for a second person.
func TestBrokenOff(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		o := w.Accepted(1, 60)
		clock.Set(o.WindowStart)
		got, err := w.Att.CheckIn(w.Vols[0].Ctx, in(o))
		if err != nil {
			t.Fatal(err)
		}
		clock.Set(o.WindowStart.Add(20 * time.Minute))
		if _, err := w.Orders.BreakOff(w.Manager, order.BreakOffInput{Ask: order.Ask{ID: o.ID, Version: got.Version,
			Reason: "老人去医院了"}}); err != nil {
			t.Fatal(err)
		}
		w.Write(func(tx *db.Tx) error {
			list, err := attendance.OfOrder(w.System, tx, o.ID)
			if err == nil && (len(list) != 1 || list[0].Open() || list[0].Minutes != 20 || !list[0].NeedsSecond) {
				t.Errorf("%+v", list)
			}
			return err
		})
		clean(t, w)
	})
}

func photo() blob.Upload {
	var out bytes.Buffer
	png.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 40)))
	return blob.Upload{Name: "单子.png", Data: out.Bytes()}
}

func row(w *world, who, from, to string) attendance.RowInput {
	return attendance.RowInput{Who: who, ItemID: w.Item.ID, ForWhom: "其木格家", Day: "2026-11-23", From: from, To: to, Signed: true}
}

func issued(t *testing.T, w *world, n int64) []attendance.Sheet {
	t.Helper()
	out, err := w.Att.Issue(w.Manager, attendance.IssueInput{StationID: w.Station.ID, Count: n})
	if err != nil {
		t.Fatal(err)
	}
	return out.Items
}

// A paper sheet: numbered, entered with its photograph, approved once by a second person, its rows then sessions.
func TestSheet(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		w.Seat(w.Head)
		var told []attendance.SheetEvent
		w.Att.SheetApproved.Subscribe(func(_ context.Context, _ *db.Tx, e attendance.SheetEvent) error { told = append(told, e); return nil })
		_, err := w.Att.Issue(w.Vols[0].Ctx, attendance.IssueInput{StationID: w.Station.ID, Count: 1})
		w.Refused(err, "denied", "a volunteer takes numbers")
		_, err = w.Att.Issue(w.Elsewhere, attendance.IssueInput{StationID: w.Station.ID, Count: 1})
		w.Refused(err, "not_found", "from elsewhere")
		sh := issued(t, w, 3)[1]
		if want := fmt.Sprintf("B%s-2026-0002", attendancetest.Gacha); sh.No != want {
			t.Errorf("number %s, want %s", sh.No, want)
		}
		enter := attendance.EnterInput{ID: sh.ID, Version: 1, Photo: photo(), Rows: []attendance.RowInput{
			row(w, w.Vols[0].No, "09:00", "11:30"), {Day: "2026-11-24"}, row(w, "巴图", "14:00", "15:00"), row(w, "12900000003", "14:00", "15:00")}}
		for name, change := range map[string]func(*attendance.EnterInput){
			"photo":          func(in *attendance.EnterInput) { in.Photo = blob.Upload{} },
			"rows.0.who":     func(in *attendance.EnterInput) { in.Rows[0].Who = "没有此人" },
			"rows.2.signed":  func(in *attendance.EnterInput) { in.Rows[2].Signed = false },
			"rows.2.to":      func(in *attendance.EnterInput) { in.Rows[2].To = "13:00" },
			"rows.3.from":    func(in *attendance.EnterInput) { in.Rows[3].Who = "巴图" },
			"rows.3.item_id": func(in *attendance.EnterInput) { in.Rows[3].ItemID = 1 },
			"rows.0.day":     func(in *attendance.EnterInput) { in.Rows[0].Day = "昨天" },
			"late_reason":    func(in *attendance.EnterInput) { in.Rows[0].Day = "2026-11-02" },
		} {
			bad := enter
			bad.Rows = append([]attendance.RowInput{}, enter.Rows...)
			change(&bad)
			_, err := w.Att.Enter(w.Manager, bad)
			if e, ok := err.(*errs.Error); !ok || e.Fields[name] == "" {
				t.Errorf("%s: %v", name, err)
			}
		}
		got, err := w.Att.Enter(w.Manager, enter)
		if err != nil || len(got.Rows) != 3 || got.State != attendance.Entered || got.DueDay != 20261207 || got.Minutes() != 270 ||
			got.Rows[2].Name != "王芳" {
			t.Fatalf("%+v %v", got, err)
		}
		_, err = w.Att.Enter(w.Manager, enter)
		w.Refused(err, "stale_version", "an old version")
		if f, err := w.Att.Photo(w.Manager, attendance.SheetInput{ID: sh.ID}); err != nil || len(f.Body) == 0 {
			t.Error("photo:", err)
		}
		_, err = w.Att.Photo(w.Elsewhere, attendance.SheetInput{ID: sh.ID})
		w.Refused(err, "not_found", "the photo, from elsewhere")
		yes := attendance.DecideInput{ID: sh.ID, Version: got.Version, Decision: "approve"}
		_, err = w.Att.ApproveSheet(w.Manager, yes)
		w.Refused(err, "denied", "who entered it")
		_, err = w.Att.ApproveSheet(w.Town, yes)
		w.Refused(err, "denied", "the town on the first day")
		_, err = w.Att.ApproveSheet(w.Head2, attendance.DecideInput{ID: sh.ID, Version: got.Version, Decision: "return"})
		w.Refused(err, "invalid", "returned without a reason")
		if n := race(6, func(int) error { _, err := w.Att.ApproveSheet(w.Head2, yes); return err }); n != 1 || len(told) != 1 ||
			len(told[0].Attendances) != 3 {
			t.Errorf("approved %d times, told %d", n, len(told))
		}
		_, err = w.Att.VoidSheet(w.Manager, attendance.EndInput{ID: sh.ID, Version: got.Version + 1, Reason: "写坏了"})
		w.Refused(err, "wrong_state", "void after approval")
		second := issued(t, w, 1)[0]
		clash, err := w.Att.Enter(w.Manager, attendance.EnterInput{ID: second.ID, Version: 1, Photo: photo(),
			Rows: []attendance.RowInput{row(w, w.Vols[0].No, "11:00", "12:00")}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Att.ApproveSheet(w.Head2, attendance.DecideInput{ID: second.ID, Version: clash.Version, Decision: "approve"})
		w.Refused(err, "conflict", "a row in two places")
		back, err := w.Att.ApproveSheet(w.Head2, attendance.DecideInput{ID: second.ID, Version: clash.Version, Decision: "return",
			Reason: "时间不对"})
		if err != nil || back.State != attendance.Returned {
			t.Error(back.State, err)
		}
		clean(t, w)
	})
}

// The town's clerk decides after three working days, and alone when the sheet is late; spoilt and lost numbers stay on the list.
func TestSheetDeadlines(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		w.Seat(w.Head)
		list := issued(t, w, 4)
		enter := func(sh attendance.Sheet, day, late string) attendance.SheetDetail {
			r := row(w, w.Vols[0].No, "09:00", "10:00")
			r.Day = day
			out, err := w.Att.Enter(w.Manager, attendance.EnterInput{ID: sh.ID, Version: 1, Photo: photo(), Rows: []attendance.RowInput{r},
				LateReason: late})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		fresh, late := enter(list[0], "2026-11-23", ""), enter(list[1], "2026-11-02", "停电半个月")
		if !late.Late() {
			t.Error("not late")
		}
		yes := func(d attendance.SheetDetail) attendance.DecideInput {
			return attendance.DecideInput{ID: d.ID, Version: d.Version, Decision: "approve"}
		}
		_, err := w.Att.ApproveSheet(w.Head, yes(late))
		w.Refused(err, "denied", "the head, late")
		if _, err := w.Att.ApproveSheet(w.Town, yes(late)); err != nil {
			t.Error("the town, late:", err)
		}
		clock.Set(attendancetest.Noon.AddDate(0, 0, 2))
		_, err = w.Att.ApproveSheet(w.Town, yes(fresh))
		w.Refused(err, "denied", "the town after two days")
		clock.Set(attendancetest.Noon.AddDate(0, 0, 3))
		if err := w.Att.Rise(w.System); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Att.ApproveSheet(w.Town, yes(fresh)); err != nil {
			t.Error("the town after three days:", err)
		}
		if _, err := w.Att.VoidSheet(w.Manager, attendance.EndInput{ID: list[2].ID, Version: 1, Reason: "写坏了"}); err != nil {
			t.Error(err)
		}
		if _, err := w.Att.MissSheet(w.Manager, attendance.EndInput{ID: list[3].ID, Version: 1, Reason: "找不到"}); err != nil {
			t.Error(err)
		}
		page, err := w.Att.ListSheets(w.Manager, attendance.SheetList{Paging: db.Paging{Limit: 3}})
		if err != nil || len(page.Items) != 3 || page.Next == nil || page.Count(attendance.Approved) != 2 || page.Count(attendance.Voided) != 1 ||
			page.Count(attendance.Missing) != 1 {
			t.Fatalf("%+v %v", page, err)
		}
		if page, err = w.Att.ListSheets(w.Manager, attendance.SheetList{Paging: db.Paging{Limit: 3, Cursor: *page.Next}}); err != nil ||
			len(page.Items) != 1 {
			t.Errorf("%+v %v", page, err)
		}
		if page, err = w.Att.ListSheets(w.Elsewhere, attendance.SheetList{}); err != nil || len(page.Items) != 0 {
			t.Errorf("elsewhere: %+v %v", page, err)
		}
		clean(t, w)
	})
}

// The week's file has the orders, the telephone list and the blanks; who may not print it gets nothing.
func TestWeekPack(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *world) {
		w.Accepted(1, 60)
		issued(t, w, 2)
		f, err := w.Att.WeekPack(w.Manager, attendance.PrintInput{})
		if err != nil || !bytes.HasPrefix(f.Body, []byte("%PDF")) {
			t.Fatal(err)
		}
		if f, err = w.Att.PrintBlanks(w.Manager, attendance.PrintInput{}); err != nil || !bytes.HasPrefix(f.Body, []byte("%PDF")) {
			t.Fatal(err)
		}
		_, err = w.Att.WeekPack(w.Vols[0].Ctx, attendance.PrintInput{})
		w.Refused(err, "denied", "a volunteer")
		_, err = w.Att.WeekPack(w.Elsewhere, attendance.PrintInput{StationID: w.Station.ID})
		w.Refused(err, "not_found", "from elsewhere")
	})
}

// Wrong codes at check-in count as at the confirmation: after five the order takes none, a check-in without one goes on.
func TestWrongCodesAtCheckIn(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		o := w.Accepted(1, 60)
		clock.Set(o.WindowStart)
		for range 5 {
			_, err := w.Att.CheckIn(w.Vols[0].Ctx, attendance.CheckInput{ID: o.ID, Code: "000000x"})
			w.Refused(err, "invalid", "a wrong code")
		}
		right := attendance.CheckInput{ID: o.ID, Code: w.Att.StationCode(w.Station.ID, clock.DayOf(o.WindowStart))}
		_, err := w.Att.CheckIn(w.Vols[0].Ctx, right)
		w.Refused(err, "invalid", "the sixth")
		if _, err := w.Att.CheckIn(w.Vols[0].Ctx, attendance.CheckInput{ID: o.ID}); err != nil {
			t.Error(err)
		}
	})
}
