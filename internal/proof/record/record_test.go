package record_test

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/png"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/proof/record"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/order"
)

// world is the gacha with its records.
type world struct {
	*attendancetest.World
	s *record.Service
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{base, record.New(base.DB, base.Persons)}
		w.Att.CheckedOut.Subscribe(w.s.OnCheckedOut)
		w.Att.SheetApproved.Subscribe(w.s.OnSheetApproved)
		w.Orders.Confirmed.Subscribe(w.s.OnConfirmed)
		w.Orders.Disputed.Subscribe(w.s.OnDisputed)
		w.Orders.Resolved.Subscribe(w.s.OnResolved)
		test(t, w)
		w.verify(nil)
	})
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

// verify wants exactly the findings that contain the given words.
func (w *world) verify(want []string) {
	w.T.Helper()
	var got []string
	err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return record.Verify(w.System, tx, func(object, what string) { got = append(got, object+" "+what) })
	})
	if err != nil || len(got) != len(want) {
		w.T.Errorf("verify: %q, want %q, %v", got, want, err)
		return
	}
	for _, x := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.Contains(g, x) }) {
			w.T.Errorf("verify: %q lacks %q", got, x)
		}
	}
}

// latest is the newest record of the first volunteer.
func (w *world) latest() record.Record {
	w.T.Helper()
	page, err := w.s.OfVolunteer(w.Vols[0].Ctx, record.OfVolunteerInput{ID: w.Vols[0].ID, Paging: db.Paging{Limit: 1}})
	if err != nil || len(page.Items) == 0 {
		w.T.Fatalf("no record: %v", err)
	}
	return page.Items[0]
}

func (w *world) counted() int64 {
	page, err := w.s.OfVolunteer(w.Vols[0].Ctx, record.OfVolunteerInput{ID: w.Vols[0].ID})
	if err != nil {
		w.T.Fatal(err)
	}
	return page.Totals.Minutes
}

// A service that the resident confirms himself counts at once, with all that 民政部令第67号 art. 7 asks, and is each reader's own to see.
func TestConfirmedCounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.Served(60)
		r := w.latest()
		if r.Status != record.Pending || r.Minutes != 60 || r.OrderID != o.ID || r.Day != 20261124 || r.DueDay != 20261208 {
			t.Fatalf("%+v", r)
		}
		w.Confirm(o.ID)
		r = w.latest()
		if r.Status != record.Counted || r.Confirmation != record.Both || w.counted() != 60 {
			t.Fatalf("%+v", r)
		}
		if r.Title == "" || r.Place == "" || r.Content == "" || r.Leader != "站长乌云" && r.Leader != "" || r.Unit != "锡林浩特市宝力根苏木伊利勒特嘎查村民委员会" {
			t.Errorf("%+v", r)
		}
		for _, ctx := range []context.Context{w.Vols[0].Ctx, w.Manager, w.Head, w.Town} {
			if _, err := w.s.Get(ctx, record.GetInput{ID: r.ID}); err != nil {
				t.Error(err)
			}
		}
		for _, ctx := range []context.Context{w.Vols[1].Ctx, w.Elsewhere} {
			_, err := w.s.Get(ctx, record.GetInput{ID: r.ID})
			w.Refused(err, "not_found", "not his to see")
		}
		_, err := w.s.OfVolunteer(w.Vols[1].Ctx, record.OfVolunteerInput{ID: w.Vols[0].ID})
		w.Refused(err, "not_found", "another volunteer's records")
		_, err = w.s.Approve(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"})
		w.Refused(err, "wrong_state", "approved although it counts")
	})
}

// weak confirms by call-back: a second person must look.
func (w *world) weak(o order.Detail) record.Record {
	w.T.Helper()
	caller, _ := w.Actor("副站长", 0, auth.Grant{Role: auth.StationManager, Region: attendancetest.Gacha, Station: w.Station.ID})
	_, err := w.Orders.Confirm(caller, order.ConfirmInput{Ask: order.Ask{ID: o.ID, Version: o.Version,
		Voice: order.Voice{Channel: "phone_call", SpokenBy: "其木格"}}, Evidence: "call_back"})
	if err != nil {
		w.T.Fatal("call back:", err)
	}
	r := w.latest()
	if r.Status != record.Pending || !r.NeedsSecond || !r.Confirmed {
		w.T.Fatalf("%+v", r)
	}
	return r
}

// What one coordinator says waits for a second person: none of those who entered, not the volunteer, no kin, once, and from fewer
// minutes never more.
func TestSecondPerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.Served(60)
		_, err := w.s.Approve(w.Head, record.ApproveInput{ID: w.latest().ID, Decision: "approve"})
		w.Refused(err, "wrong_state", "before the resident's word")
		r := w.weak(o)
		yes := record.ApproveInput{ID: r.ID, Decision: "approve"}
		_, err = w.s.Approve(w.Manager, yes)
		w.Refused(err, "denied", "the manager")
		_, err = w.s.Approve(w.Vols[0].Ctx, yes)
		w.Refused(err, "denied", "the volunteer")
		_, err = w.s.Approve(w.Elsewhere, yes)
		w.Refused(err, "not_found", "another gacha's head")
		own := auth.With(t.Context(), auth.Actor{Account: 999, Person: w.Vols[0].PersonID,
			Grants: []auth.Grant{{Role: auth.CommunityHead, Region: attendancetest.Gacha}}})
		_, err = w.s.Approve(own, yes)
		w.Refused(err, "denied", "his own time")
		w.Kin(auth.From(w.Head).Person, w.Vols[0].PersonID)
		_, err = w.s.Approve(w.Head, yes)
		w.Refused(err, "denied", "kin")
		more, fewer := int64(61), int64(45)
		_, err = w.s.Approve(w.Head2, record.ApproveInput{ID: r.ID, Decision: "approve", Minutes: &more})
		w.Refused(err, "invalid", "more minutes")
		_, err = w.s.Approve(w.Head2, record.ApproveInput{ID: r.ID, Decision: "reject"})
		w.Refused(err, "invalid", "rejected without a reason")
		waiting, err := w.s.Waiting(w.Head2, record.WaitingInput{})
		if err != nil || len(waiting.Records.Items) != 1 {
			t.Errorf("%+v %v", waiting, err)
		}
		won := 0
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, err := w.s.Approve(w.Head2, record.ApproveInput{ID: r.ID, Decision: "approve", Minutes: &fewer}); err == nil {
					mu.Lock()
					won++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if r = w.latest(); won != 1 || r.Status != record.Counted || r.Minutes != 45 || r.Confirmation != record.Reviewed || w.counted() != 45 {
			t.Errorf("won %d, %+v", won, r)
		}
	})
}

// A check-in and a confirmation by the same account stand on one person only.
func TestOneAccountForBoth(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.Accepted(1, 60)
		by := order.Voice{Channel: "phone_call", SpokenBy: "娜仁高娃"}
		clock.Set(o.WindowStart)
		if _, err := w.Att.CheckIn(w.Manager, attendance.CheckInput{ID: o.ID, VolunteerID: w.Vols[0].ID, Voice: by}); err != nil {
			t.Fatal(err)
		}
		clock.Set(o.WindowEnd)
		if _, err := w.Att.CheckOut(w.Manager, attendance.CheckInput{ID: o.ID, VolunteerID: w.Vols[0].ID, Voice: by}); err != nil {
			t.Fatal(err)
		}
		v := w.Order(o.ID).Version
		if _, err := w.Orders.Confirm(w.Manager, order.ConfirmInput{Ask: order.Ask{ID: o.ID, Version: v,
			Voice: order.Voice{Channel: "desk", SpokenBy: "其木格"}}, Evidence: "code", Code: o.ConfirmationCode}); err != nil {
			t.Fatal(err)
		}
		r := w.latest()
		if r.Status != record.Pending || !r.NeedsSecond {
			t.Fatalf("%+v", r)
		}
		if _, err := w.s.Approve(w.Head, record.ApproveInput{ID: r.ID, Decision: "reject", Ground: "paid"}); err != nil {
			t.Fatal(err)
		}
		if r = w.latest(); r.Status != record.Void || !strings.Contains(r.Reason, "报酬") {
			t.Errorf("%+v", r)
		}
		_, err := w.s.Ask(w.Vols[0].Ctx, record.AskInput{ID: r.ID, Reason: "不对"})
		w.Refused(err, "wrong_state", "correcting what is void")
	})
}

// A dispute suspends; the second person's call-back lets it count again, a redo makes it void.
func TestDispute(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.Served(60)
		if _, err := w.Orders.Dispute(w.Resident, order.DisputeInput{Ask: order.Ask{ID: o.ID, Reason: "来得太晚"}}); err != nil {
			t.Fatal(err)
		}
		if r := w.latest(); r.Status != record.Suspended {
			t.Fatalf("%+v", r)
		}
		v := w.Order(o.ID).Version
		if _, err := w.Orders.Resolve(w.Head, order.ResolveInput{Ask: order.Ask{ID: o.ID, Version: v, Reason: "打过电话，做了",
			Voice: order.Voice{Channel: "phone_call", SpokenBy: "其木格"}}, Decision: "confirm"}); err != nil {
			t.Fatal(err)
		}
		if r := w.latest(); r.Status != record.Counted || r.Confirmation != record.Reviewed {
			t.Fatalf("%+v", r)
		}
		if _, err := w.Orders.Evaluate(w.Resident, order.EvaluateInput{Ask: order.Ask{ID: o.ID}, Rating: 3}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Orders.Reopen(w.Resident, order.DisputeInput{Ask: order.Ask{ID: o.ID, Reason: "想起来还是没做完"}}); err != nil {
			t.Fatal(err)
		}
		if r := w.latest(); r.Status != record.Suspended || w.counted() != 0 {
			t.Fatalf("%+v", r)
		}
		v = w.Order(o.ID).Version
		if _, err := w.Orders.Resolve(w.Manager, order.ResolveInput{Ask: order.Ask{ID: o.ID, Version: v, Reason: "再去一次",
			Voice: order.Voice{Channel: "phone_call", SpokenBy: "其木格"}}, Decision: "redo"}); err != nil {
			t.Fatal(err)
		}
		if r := w.latest(); r.Status != record.Void {
			t.Errorf("%+v", r)
		}
	})
}

func sheetRow(w *world, day, from, to string) attendance.RowInput {
	return attendance.RowInput{Who: w.Vols[0].No, ItemID: w.Item.ID, ForWhom: "其木格家", Day: day, From: from, To: to, Signed: true}
}

// sheet enters a paper sheet and lets the second person approve it.
func (w *world) sheet(rows ...attendance.RowInput) error {
	return w.sheetOf(w.Manager, w.Head, rows...)
}

// sheetOf is a sheet that one enters and another approves.
func (w *world) sheetOf(enters, approves context.Context, rows ...attendance.RowInput) error {
	w.T.Helper()
	sh := w.sheetBy(enters, rows...)
	_, err := w.Att.ApproveSheet(approves, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"})
	return err
}

// sheetBy is a sheet that somebody enters.
func (w *world) sheetBy(enters context.Context, rows ...attendance.RowInput) attendance.SheetDetail {
	w.T.Helper()
	issued, err := w.Att.Issue(enters, attendance.IssueInput{StationID: w.Station.ID, Count: 1})
	if err != nil {
		w.T.Fatal(err)
	}
	var out bytes.Buffer
	png.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 40)))
	sh, err := w.Att.Enter(enters, attendance.EnterInput{ID: issued.Items[0].ID, Version: 1, Rows: rows,
		Photo: blob.Upload{Name: "a.png", Data: out.Bytes()}})
	if err != nil {
		w.T.Fatal(err)
	}
	return sh
}

// A sheet's one approval counts all its rows, as reviewed; up to eight hours of a day count directly, up to twelve by a second person,
// more never.
func TestDayLimits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if err := w.sheet(sheetRow(w, "2026-11-23", "06:00", "12:00"), sheetRow(w, "2026-11-23", "13:00", "17:00")); err != nil ||
			w.counted() != 600 {
			t.Fatalf("%d %v", w.counted(), err)
		}
		w.Refused(w.sheet(sheetRow(w, "2026-11-23", "18:00", "20:30")), "conflict", "more than twelve hours")
		w.Refused(w.sheet(sheetRow(w, "2026-11-23", "18:00", "20:01")), "conflict", "a minute more than twelve hours")
		w.Refused(w.sheet(sheetRow(w, "2026-11-23", "16:00", "18:00")), "conflict", "two places")
		if err := w.sheet(sheetRow(w, "2026-11-23", "18:00", "20:00")); err != nil || w.counted() != 720 {
			t.Fatalf("%d %v", w.counted(), err)
		}
		clock.Set(time.Date(2026, 11, 25, 5, 0, 0, 0, clock.Shanghai))
		if err := w.sheet(sheetRow(w, "2026-11-25", "00:00", "05:00")); err != nil {
			t.Fatal(err)
		}
		o := w.Served(240)
		w.Confirm(o.ID)
		r := w.latest()
		if r.Status != record.Pending || !strings.Contains(r.Why, "8小时") || r.Minutes != 240 {
			t.Fatalf("%+v", r)
		}
		if _, err := w.s.Approve(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"}); err != nil || w.counted() != 720+540 {
			t.Errorf("%d %v", w.counted(), err)
		}
	})
}

// A correction is asked for, verified by a second person, and amends with its history; nothing changes before.
func TestCorrection(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Confirm(w.Served(60).ID)
		r := w.latest()
		want := int64(75)
		ask := record.AskInput{ID: r.ID, Minutes: &want, Reason: "签退忘了，多待了一刻钟"}
		_, err := w.s.Ask(w.Vols[1].Ctx, ask)
		w.Refused(err, "not_found", "another volunteer asks")
		_, err = w.s.Ask(w.Vols[0].Ctx, record.AskInput{ID: r.ID, Reason: "  "})
		w.Refused(err, "invalid", "no reason")
		if _, err := w.s.Ask(w.Vols[0].Ctx, ask); err != nil {
			t.Fatal(err)
		}
		_, err = w.s.Ask(w.Manager, ask)
		w.Refused(err, "wrong_state", "asked twice")
		if w.latest().Minutes != 60 {
			t.Error("changed before it was verified")
		}
		waiting, err := w.s.Waiting(w.Head, record.WaitingInput{})
		if err != nil || len(waiting.Corrections) != 1 {
			t.Errorf("%+v %v", waiting, err)
		}
		own := auth.With(t.Context(), auth.Actor{Account: w.Vols[0].Account,
			Grants: []auth.Grant{{Role: auth.CommunityHead, Region: attendancetest.Gacha}}})
		_, err = w.s.Decide(own, record.ApproveInput{ID: r.ID, Decision: "approve"})
		w.Refused(err, "denied", "who asked")
		if d, err := w.s.Approve(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"}); err != nil || d.Minutes != 60 || d.Asked() == nil {
			t.Fatalf("beyond the attendance: %+v %v", d, err)
		}
		d, err := w.s.Approve(w.Head2, record.ApproveInput{ID: r.ID, Decision: "approve"})
		if err != nil || d.Minutes != 75 || d.Status != record.Counted || w.counted() != 75 {
			t.Fatalf("%+v %v", d, err)
		}
		last := d.History[len(d.History)-1]
		if last.Action != "amended" || last.MinutesFrom != 60 || last.Minutes != 75 || !d.EndedAt.Equal(r.EndedAt.Add(15*time.Minute)) {
			t.Errorf("%+v", last)
		}
		_, err = w.s.Decide(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"})
		w.Refused(err, "wrong_state", "decided twice")
		if _, err := w.s.Ask(w.Manager, record.AskInput{ID: r.ID, Reason: "内容不对"}); err != nil {
			t.Fatal(err)
		}
		_, err = w.s.Decide(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"})
		w.Refused(err, "invalid", "nothing to change")
		if d, err = w.s.Decide(w.Head, record.ApproveInput{ID: r.ID, Decision: "reject", Reason: "问过了，没错"}); err != nil || d.Minutes != 75 ||
			d.Corrections[0].State != "refused" {
			t.Errorf("%+v %v", d, err)
		}
		_, err = w.s.Void(w.Manager, record.VoidInput{ID: r.ID, Ground: "false", Reason: "x"})
		w.Refused(err, "denied", "void by the manager")
		if d, err = w.s.Void(w.Head, record.VoidInput{ID: r.ID, Ground: "false", Reason: "没去"}); err != nil || d.Status != record.Void ||
			w.counted() != 0 {
			t.Errorf("%+v %v", d, err)
		}
	})
}

// An imported row waits for a second person.
func TestImport(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		at := attendancetest.Noon.AddDate(0, -2, 0)
		in := record.ImportInput{VolunteerNo: w.Vols[0].No, Name: "娜仁高娃", Region: attendancetest.Gacha, Title: "秋收帮工", Category: "farming",
			Content: "收土豆", StartedAt: at, EndedAt: at.Add(2 * time.Hour), Unit: "哈那乌拉嘎查村民委员会"}
		for name, change := range map[string]func(*record.ImportInput){
			"category":     func(in *record.ImportInput) { in.Category = "x" },
			"volunteer_no": func(in *record.ImportInput) { in.VolunteerNo = "0" },
			"name":         func(in *record.ImportInput) { in.Name = "别人" },
			"ended_at":     func(in *record.ImportInput) { in.EndedAt = in.StartedAt },
		} {
			bad := in
			change(&bad)
			_, err := w.s.ImportRow(w.Manager, bad)
			w.Refused(err, "invalid", name)
		}
		r, err := w.s.ImportRow(w.Head, in)
		if err != nil || r.Status != record.Pending {
			t.Fatalf("%+v %v", r, err)
		}
		_, err = w.s.ImportRow(w.Head, in)
		w.Refused(err, "conflict", "the same hours twice")
		_, err = w.s.Approve(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"})
		w.Refused(err, "denied", "who imported")
		if _, err := w.s.Approve(w.Head2, record.ApproveInput{ID: r.ID, Decision: "approve"}); err != nil || w.counted() != 120 {
			t.Errorf("%d %v", w.counted(), err)
		}
	})
}

// What is handed on is what the reader may list, but for what is void: the same records, the oldest first.
func TestEachIsTheList(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for day := 20; day < 23; day++ {
			d := time.Date(2026, 11, day, 0, 0, 0, 0, clock.Shanghai).Format(time.DateOnly)
			if err := w.sheet(sheetRow(w, d, "09:00", "10:00")); err != nil {
				t.Fatal(err)
			}
		}
		w.Served(60)
		list := func(who context.Context) []record.Record {
			page, err := w.s.List(who, record.ListInput{Paging: db.Paging{Limit: db.MaxPage}})
			if err != nil {
				t.Fatal(err)
			}
			return page.Items
		}
		gone := list(w.Head)[1].ID
		if _, err := w.s.Void(w.Head, record.VoidInput{ID: gone, Ground: "false", Reason: "没有去"}); err != nil {
			t.Fatal(err)
		}
		for who, n := range map[context.Context]int{w.Head: 3, w.Town: 3, w.Elsewhere: 0} {
			var want, got []record.Handed
			for _, r := range list(who) {
				if r.ID != gone {
					want = append(want, record.Handed{ID: r.ID, VolunteerNo: r.VolunteerNo, Name: r.Name, Region: r.Region, Title: r.Title,
						Category: r.Category, StartedAt: r.StartedAt, EndedAt: r.EndedAt, Place: r.Place, Content: r.Content, Unit: r.Unit, Leader: r.Leader})
				}
			}
			slices.SortFunc(want, func(a, b record.Handed) int { return cmp.Compare(a.ID, b.ID) })
			err := w.s.Each(who, func(r record.Handed) error { got = append(got, r); return nil })
			if err != nil || len(got) != n || !reflect.DeepEqual(got, want) {
				t.Errorf("%v %d of %d:\n%+v\nnot\n%+v", err, len(got), n, got, want)
			}
		}
	})
}

// Lists page, search and export within the reader's scope; the figures tell what is in time.
func TestDesk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for day := 20; day < 24; day++ {
			d := time.Date(2026, 11, day, 0, 0, 0, 0, clock.Shanghai).Format(time.DateOnly)
			if err := w.sheet(sheetRow(w, d, "09:00", "10:00")); err != nil {
				t.Fatal(err)
			}
		}
		w.Served(60)
		page, err := w.s.List(w.Manager, record.ListInput{Paging: db.Paging{Limit: 3}})
		if err != nil || len(page.Items) != 3 || page.Next == nil ||
			page.Figures != (record.Figures{Records: 5, Pending: 1, Due: 4, InTime: 4}) || page.Figures.Rate() != "100.0" {
			t.Fatalf("%+v %v", page.Figures, err)
		}
		if page, err = w.s.List(w.Manager, record.ListInput{Paging: db.Paging{Limit: 3, Cursor: *page.Next}}); err != nil ||
			len(page.Items) != 2 {
			t.Errorf("%+v %v", page, err)
		}
		clock.Set(attendancetest.Noon.AddDate(0, 1, 0))
		if page, err = w.s.List(w.Town, record.ListInput{Overdue: true}); err != nil || len(page.Items) != 1 || page.Figures.Rate() != "80.0" ||
			page.Figures.Overdue != 1 {
			t.Errorf("%+v %v", page.Figures, err)
		}
		if page, err = w.s.List(w.Elsewhere, record.ListInput{}); err != nil || len(page.Items) != 0 || page.Figures.Records != 0 {
			t.Errorf("elsewhere: %+v %v", page, err)
		}
		if page, err = w.s.List(w.Head, record.ListInput{Q: "娜仁高娃", Status: "counted"}); err != nil || len(page.Items) != 4 {
			t.Errorf("%+v %v", page, err)
		}
		mine, err := w.s.Mine(w.Vols[0].Ctx, record.HoursInput{})
		if err != nil || mine.Totals.Minutes != 240 || len(mine.Months) != 1 || mine.Months[0].N != 4 {
			t.Errorf("%+v %v", mine, err)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(w.System, "UPDATE service_record SET title = '=HYPERLINK(1)', content = content")
			return err
		})
		csv, err := w.s.Export(w.Manager, record.ExportInput{Format: "csv"})
		if err != nil || !bytes.HasPrefix(csv.Body, []byte("\ufeff志愿者编号")) || !bytes.Contains(csv.Body, []byte(",'=HYPERLINK(1),")) ||
			bytes.Count(csv.Body, []byte("\r\n")) != 6 {
			t.Errorf("%s %v", csv.Body, err)
		}
		xlsx, err := w.s.Export(w.Manager, record.ExportInput{Format: "xlsx"})
		if err != nil {
			t.Fatal(err)
		}
		x, err := excelize.OpenReader(bytes.NewReader(xlsx.Body))
		if err != nil {
			t.Fatal(err)
		}
		if rows, err := x.GetRows("Sheet1"); err != nil || len(rows) != 6 || rows[1][2] != "'=HYPERLINK(1)" {
			t.Errorf("%v %v", rows, err)
		}
	})
}

// Verify names each broken promise.
func TestVerifyFinds(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{base, record.New(base.DB, base.Persons)}
		w.Att.CheckedOut.Subscribe(w.s.OnCheckedOut)
		w.Orders.Confirmed.Subscribe(w.s.OnConfirmed)
		w.Confirm(w.Served(60).ID)
		w.verify(nil)
		for _, c := range []struct{ spoil, mend, want string }{
			{"UPDATE service_record SET minutes = 61", "UPDATE service_record SET minutes = 60", "多于"},
			{"UPDATE order_event SET on_behalf_of = '本人' WHERE move = 'confirm'",
				"UPDATE order_event SET on_behalf_of = '' WHERE move = 'confirm'", "互相独立"},
			{"UPDATE service_record SET needs_second = TRUE", "UPDATE service_record SET needs_second = FALSE", "没有复核就计入"},
			{"UPDATE service_record SET before_rule = 20261123", "UPDATE service_record SET before_rule = 0", "规则前"},
			{"UPDATE person_consent SET purpose = 'x' WHERE purpose = 'volunteer'",
				"UPDATE person_consent SET purpose = 'volunteer' WHERE purpose = 'x'", "同意"},
		} {
			w.Write(func(tx *db.Tx) error { _, err := tx.Exec(w.System, c.spoil); return err })
			var got []string
			if err := w.DB.Read(w.System, func(tx *db.Tx) error {
				return record.Verify(w.System, tx, func(object, what string) { got = append(got, object+" "+what) })
			}); err != nil || !strings.Contains(strings.Join(got, "\n"), c.want) {
				t.Errorf("%s: %q %v", c.want, got, err)
			}
			w.Write(func(tx *db.Tx) error { _, err := tx.Exec(w.System, c.mend); return err })
		}
	})
}
