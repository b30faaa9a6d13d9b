package partner_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/people/partner"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// world is the gacha with the area; Uma and Bao speak for units.
type world struct {
	*attendancetest.World
	*testing.T
	s          *partner.Service
	activities *activity.Service
	uma, bao   context.Context
	ids        map[string]db.ID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, s: partner.New(base.DB, base.Persons), activities: activity.New(base.DB, base.Keys, base.Att),
			ids: map[string]db.ID{}}
		w.activities.Ask = activity.Outside{Partners: partner.Bidden}
		w.s.Follow(base.Persons)
		w.uma, w.bao = w.somebody("乌玛", 4), w.somebody("𠮷宝", 5)
		test(w)
		w.whole(0)
	})
}

func (w *world) somebody(name string, n int) context.Context {
	w.ids[name] = w.Person(name, n)
	ctx, _ := w.Actor(name, w.ids[name], auth.Grant{Role: auth.Resident})
	return ctx
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return partner.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func (w *world) school(name string) partner.Detail {
	w.Helper()
	d := must[partner.Detail](w)(w.s.Create(w.Manager, partner.CreateInput{Region: attendancetest.Gacha, Kind: "school",
		Facts: partner.Facts{Name: name, Open: true, Phone: "0479-8200001"}}))
	return must[partner.Detail](w)(w.s.Appoint(w.Manager, partner.AppointInput{ID: d.ID, Version: d.Version, PersonID: w.ids["乌玛"]}))
}

func facts(category string) partner.OfferFacts {
	return partner.OfferFacts{Service: "借机房", Category: category, Location: "学校", Reach: "community", ValidFrom: 20261101, ValidTo: 20261231}
}

func (w *world) offer(id db.ID, f partner.OfferFacts) partner.Offer {
	w.Helper()
	return must[partner.Offer](w)(w.s.AddOffer(w.uma, partner.OfferInput{ID: id, OfferFacts: f}))
}

func (w *world) get(id db.ID) partner.Detail {
	w.Helper()
	return must[partner.Detail](w)(w.s.Get(w.Manager, partner.GetInput{ID: id}))
}

// A unit is entered by the station; firms, religious and overseas bodies wait for the town, which is not who entered them.
func TestRegister(t *testing.T) {
	each(t, func(w *world) {
		in := partner.CreateInput{Region: attendancetest.Gacha, Kind: "enterprise", Facts: partner.Facts{Name: "示范超市"}}
		for _, c := range []struct {
			who    context.Context
			change func(*partner.CreateInput)
			want   string
		}{
			{w.Manager, func(in *partner.CreateInput) { in.Name = "  " }, "invalid name: 请写单位名称"},
			{w.Town, func(in *partner.CreateInput) { in.Region = in.Region.At(auth.LevelTown) }, "invalid region: 请选到嘎查村"},
			{w.Elsewhere, func(*partner.CreateInput) {}, "not_found"},
			{w.uma, func(*partner.CreateInput) {}, "denied"},
			{w.T.Context(), func(*partner.CreateInput) {}, "unauthenticated"},
		} {
			in := in
			c.change(&in)
			_, err := w.s.Create(c.who, in)
			errstest.Is(w, err, c.want)
		}
		d := must[partner.Detail](w)(w.s.Create(w.Town, in))
		_, err := w.s.Create(w.Manager, in)
		errstest.Is(w, err, "invalid name: 这里已经登记了这个单位")
		_, err = w.s.AddOffer(w.Manager, partner.OfferInput{ID: d.ID, OfferFacts: facts("technology")})
		errstest.Is(w, err, "wrong_state: 这个单位现在是“等资格核对”")
		check := partner.DecideInput{ID: d.ID, Version: d.Version, Decision: "approve", Reason: "执照"}
		_, err = w.s.Decide(w.Manager, check)
		errstest.Is(w, err, "denied")
		_, err = w.s.Decide(w.Town, check)
		errstest.Is(w, err, "denied: 自己登记的单位")
		town2, _ := w.Actor("乡镇另一位", 0, auth.Grant{Role: auth.TownOfficer, Region: attendancetest.Gacha.At(auth.LevelTown)})
		blank := check
		blank.Reason = " "
		_, err = w.s.Decide(town2, blank)
		errstest.Is(w, err, "invalid reason: 请写看了什么")
		d = must[partner.Detail](w)(w.s.Decide(town2, check))
		_, err = w.s.Decide(town2, partner.DecideInput{ID: d.ID, Version: d.Version, Reason: "再看"})
		errstest.Is(w, err, "wrong_state: 现在是“合作中”")
		in.Kind, in.Name = "religious", "某某寺"
		d = must[partner.Detail](w)(w.s.Create(w.Manager, in))
		d = must[partner.Detail](w)(w.s.Decide(w.Town, partner.DecideInput{ID: d.ID, Version: d.Version, Decision: "refuse", Reason: "没有登记证"}))
		if d.State != partner.Refused {
			w.Errorf("%+v", d.Partner)
		}
		f := must[blob.File](w)(w.s.Export(w.Town, partner.ExportInput{Format: "csv"}))
		if !bytes.Contains(f.Body, []byte("某某寺,宗教团体、场所,")) || !bytes.Contains(f.Body, []byte("示范超市,企业,")) {
			w.Errorf("%s", f.Body)
		}
		page := must[partner.Register](w)(w.s.List(w.Manager, partner.ListInput{Kind: "religious"}))
		if len(page.Items) != 1 || page.Items[0].ID != d.ID {
			w.Errorf("%+v", page.Items)
		}
		if page = must[partner.Register](w)(w.s.List(w.Elsewhere, partner.ListInput{})); len(page.Items) != 0 {
			w.Errorf("seen elsewhere: %+v", page.Items)
		}
	})
}

// Who speaks for a unit does so from day to day: the next one follows him, what he saw he sees no longer; an erased or merged one too.
func TestContact(t *testing.T) {
	each(t, func(w *world) {
		d := w.school("示范小学")
		if d.ContactName != "乌玛" || len(must[partner.Mine](w)(w.s.Mine(w.uma, partner.NoInput{})).Items) != 1 {
			w.Fatalf("%+v", d)
		}
		_, err := w.s.Get(w.bao, partner.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		for in, want := range map[partner.AppointInput]string{
			{PersonID: w.ids["乌玛"]}:                        "invalid name: 他已经是联系人",
			{PersonID: 15}:                                 "invalid person_id: 没有这位登记的人",
			{Name: "别人", Phone: "12900000005"}:             "invalid name: 没有这位登记的人",
			{Name: "𠮷宝", Phone: "12900000009"}:             "invalid name: 没有这位登记的人",
			{Name: "𠮷宝", Phone: "12900000005", Version: 9}: "stale_version",
		} {
			in.ID = d.ID
			if in.Version == 0 {
				in.Version = d.Version
			}
			_, err := w.s.Appoint(w.Manager, in)
			errstest.Is(w, err, want)
		}
		d = must[partner.Detail](w)(w.s.Appoint(w.Manager, partner.AppointInput{ID: d.ID, Version: d.Version, Name: "𠮷宝", Phone: "12900000005",
			Post: "主任", Reason: "退休"}))
		if len(d.Contacts) != 2 || d.Contacts[1].ToDay != 20261124 ||
			d.Contacts[0].FollowsID != d.Contacts[1].ID || d.Contacts[1].Reason != "退休" {
			w.Errorf("%+v", d.Contacts)
		}
		_, err = w.s.Get(w.uma, partner.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		_, err = w.s.AddOffer(w.uma, partner.OfferInput{ID: d.ID, OfferFacts: facts("technology")})
		errstest.Is(w, err, "not_found")
		must[partner.Offer](w)(w.s.AddOffer(w.bao, partner.OfferInput{ID: d.ID, OfferFacts: facts("technology")}))
		w.Write(func(tx *db.Tx) error {
			return w.s.OnMerged(w.System, tx, person.MergedEvent{From: w.ids["𠮷宝"], To: w.ids["乌玛"]})
		})
		if d = w.get(d.ID); d.ContactName != "乌玛" {
			w.Errorf("after a merge %q speaks", d.ContactName)
		}
		if kept := w.kept("乌玛"); !strings.Contains(kept, "示范小学") {
			w.Errorf("kept: %s", kept)
		}
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, w.ids["乌玛"], "本人要求") })
		if d = w.get(d.ID); d.ContactID != 0 || d.Contacts[1].Reason != "" {
			w.Errorf("after the erasure: %+v", d)
		}
		_, err = w.s.Release(w.Manager, partner.EndInput{ID: d.ID, Version: d.Version, Reason: "走了"})
		errstest.Is(w, err, "wrong_state: 现在没有联系人")
		w.ends(d)
	})
}

func (w *world) kept(name string) (text string) {
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		v, err := partner.Held(w.System, tx, w.ids[name])
		text = fmt.Sprintf("%+v", v)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return text
}

// ends ends a unit: nothing of it is open afterwards.
func (w *world) ends(d partner.Detail) {
	w.Helper()
	_, err := w.s.End(w.Manager, partner.EndInput{ID: d.ID, Version: d.Version, Reason: " "})
	errstest.Is(w, err, "invalid reason: 请写明原因")
	d = must[partner.Detail](w)(w.s.Appoint(w.Manager, partner.AppointInput{ID: d.ID, Version: d.Version, PersonID: w.ids["乌玛"]}))
	d = must[partner.Detail](w)(w.s.End(w.Manager, partner.EndInput{ID: d.ID, Version: d.Version, Reason: "撤并"}))
	if d.State != partner.Ended || d.EndedDay != 20261124 || d.OffersNow != 0 || d.ContactID != 0 {
		w.Errorf("%+v", d)
	}
	_, err = w.s.Edit(w.Manager, partner.EditInput{ID: d.ID, Version: d.Version, Facts: partner.Facts{Name: "又来"}})
	errstest.Is(w, err, "wrong_state: 现在是“不再合作”")
}

// Offers are said in full, changed by their unit alone, and public only where the unit agrees.
func TestOffers(t *testing.T) {
	each(t, func(w *world) {
		d := w.school("示范小学")
		for want, change := range map[string]func(*partner.OfferFacts){
			"invalid service: 请写提供什么":          func(f *partner.OfferFacts) { f.Service = " " },
			"invalid service_at_location: 请写在": func(f *partner.OfferFacts) { f.Location = " " },
			"invalid closes_at: 几点到几点":         func(f *partner.OfferFacts) { f.OpensAt = "09:00" },
			"invalid closes_at: 要晚于开始":         func(f *partner.OfferFacts) { f.OpensAt, f.ClosesAt = "09:00", "09:00" },
			"invalid valid_from: 请写从哪天起":       func(f *partner.OfferFacts) { f.ValidFrom = 0 },
			"invalid valid_to: 不能早于开始":         func(f *partner.OfferFacts) { f.ValidTo = 20261031 },
			"invalid valid_to: 最长两年":           func(f *partner.OfferFacts) { f.ValidTo = 20281103 },
			"invalid byday: 没有这个星期几":           func(f *partner.OfferFacts) { f.ByDay = []string{"XX"} },
		} {
			f := facts("technology")
			change(&f)
			_, err := w.s.AddOffer(w.uma, partner.OfferInput{ID: d.ID, OfferFacts: f})
			errstest.Is(w, err, want)
		}
		f := facts("technology")
		f.ValidTo, f.ByDay = 20281102, []string{"FR", "MO", "FR"}
		o := w.offer(d.ID, f)
		if !slices.Equal(o.ByDay, []string{"MO", "FR"}) {
			w.Errorf("%v", o.ByDay)
		}
		f.Service = "借会议室"
		_, err := w.s.ChangeOffer(w.bao, partner.ChangeInput{ID: o.ID, Version: o.Version, OfferFacts: f})
		errstest.Is(w, err, "not_found")
		o = must[partner.Offer](w)(w.s.ChangeOffer(w.uma, partner.ChangeInput{ID: o.ID, Version: o.Version, OfferFacts: f}))
		faces := must[partner.Faces](w)(w.s.Faces(w.T.Context(), partner.NearInput{Region: attendancetest.Gacha}))
		if len(faces.Items) != 1 || faces.Items[0].Service != "借会议室" || faces.Items[0].When != "每周一、五" {
			w.Errorf("%+v", faces.Items)
		}
		if far := must[partner.Faces](w)(w.s.Faces(w.T.Context(), partner.NearInput{Region: attendancetest.Far})); len(far.Items) != 0 {
			w.Errorf("seen far away: %+v", far.Items)
		}
		d = w.get(d.ID)
		must[partner.Detail](w)(w.s.Edit(w.uma, partner.EditInput{ID: d.ID, Version: d.Version, Facts: partner.Facts{Name: d.Name}}))
		if faces = must[partner.Faces](w)(w.s.Faces(w.T.Context(), partner.NearInput{})); len(faces.Items) != 0 {
			w.Errorf("public against the unit's will: %+v", faces.Items)
		}
		if near := must[partner.Near](w)(w.s.Near(w.Manager, partner.NearInput{})); len(near.Items) != 1 {
			w.Errorf("%+v", near.Items)
		}
		_, err = w.s.Near(w.Elsewhere, partner.NearInput{Region: attendancetest.Gacha})
		errstest.Is(w, err, "not_found")
		must[partner.Offer](w)(w.s.EndOffer(w.uma, partner.MoveInput{ID: o.ID, Version: o.Version}))
		_, err = w.s.EndOffer(w.uma, partner.MoveInput{ID: o.ID, Version: o.Version + 1})
		errstest.Is(w, err, "wrong_state: 现在是“不再提供”")
	})
}

// day is a Monday.
const day = clock.Day(20261130)

func (w *world) planned() activity.Detail {
	w.Helper()
	d := must[activity.Detail](w)(w.activities.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "手机课堂",
		Category: w.Item.Category, Content: "教手机", Place: "机房", Risk: "路滑", Day: day, From: "09:00", To: "11:00", Checked: true,
		Posts: []activity.PostInput{{Name: "带着练", Needed: 2}}}))
	return must[activity.Detail](w)(w.activities.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version}))
}

// held lets two volunteers come to an activity, and a second person approve its list.
func (w *world) held(d activity.Detail) {
	w.Helper()
	clock.Set(d.StartsAt.Add(-2 * time.Hour))
	roll := activity.RollInput{ID: d.ID, Version: d.Version}
	for _, v := range w.Vols[:2] {
		seat := must[activity.Seat](w)(w.activities.SignUp(v.Ctx, activity.SignInput{ID: d.ID}))
		roll.Rows = append(roll.Rows, activity.Called{PlaceID: seat.ID, Came: activity.ByList})
	}
	clock.Set(d.EndsAt)
	d = must[activity.Detail](w)(w.activities.CallRoll(w.Manager, roll))
	d = must[activity.Detail](w)(w.activities.HandIn(w.Manager, activity.HandInInput{ID: d.ID, Version: d.Version}))
	sh := must[attendance.SheetDetail](w)(w.Att.GetSheet(w.Head, attendance.SheetInput{ID: d.SheetID}))
	must[attendance.SheetDetail](w)(w.Att.ApproveSheet(w.Head, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"}))
}

// A unit is asked into an activity, which names it; it counts when the activity was held and the station says that the unit came.
func TestTogether(t *testing.T) {
	each(t, func(w *world) {
		d, a := w.school("示范小学"), w.planned()
		f := facts(w.Item.Category)
		f.ByDay = []string{"TU"}
		tuesday := w.offer(d.ID, f)
		o := w.offer(d.ID, facts(w.Item.Category))
		of := partner.Of{ActivityID: a.ID}
		for _, c := range []struct {
			who  context.Context
			in   partner.JoinInput
			want string
		}{
			{w.Manager, partner.JoinInput{What: "人"}, "invalid activity_id: 请说明"},
			{w.Manager, partner.JoinInput{Of: partner.Of{ActivityID: a.ID, ProjectID: 5}}, "invalid activity_id: 请说明"},
			{w.Manager, partner.JoinInput{Of: of}, "invalid what: 请写单位出什么"},
			{w.Manager, partner.JoinInput{Of: of, OfferID: 15}, "not_found"},
			{w.Manager, partner.JoinInput{Of: of, OfferID: tuesday.ID}, "invalid offer_id: 这项服务那天不提供"},
			{w.Elsewhere, partner.JoinInput{Of: of, What: "人"}, "not_found"},
			{w.uma, partner.JoinInput{Of: of, What: "人"}, "denied"},
		} {
			c.in.ID = d.ID
			_, err := w.s.Join(c.who, c.in)
			errstest.Is(w, err, c.want)
		}
		x := must[partner.Part](w)(w.s.Join(w.Manager, partner.JoinInput{ID: d.ID, OfferID: o.ID, Of: of}))
		_, err := w.s.Join(w.Manager, partner.JoinInput{ID: d.ID, What: "再来", Of: of})
		errstest.Is(w, err, "conflict: 这个单位已经在里面了")
		face := must[activity.Face](w)(w.activities.Face(w.T.Context(), activity.GetInput{ID: a.ID}))
		if !slices.Equal(face.Partners, []string{"示范小学"}) || x.What != "借机房" {
			w.Errorf("%+v %+v", face.Partners, x)
		}
		mine := must[partner.Detail](w)(w.s.Get(w.uma, partner.GetInput{ID: d.ID}))
		if len(mine.Parts) != 1 || mine.Parts[0].Title != "手机课堂" {
			w.Errorf("the unit does not see it: %+v", mine.Parts)
		}
		if st := w.statement(d.ID); st.Used != 0 || len(st.Joints) != 0 {
			w.Errorf("a name on a poster counts: %+v", st)
		}
		_, err = w.s.Attest(w.Manager, partner.AttestInput{ID: x.ID, Version: x.Version, Came: true})
		errstest.Is(w, err, "wrong_state: 办完了才能记")
		_, err = w.s.End(w.Manager, partner.EndInput{ID: d.ID, Version: w.get(d.ID).Version, Reason: "撤并"})
		errstest.Is(w, err, "wrong_state: 还有约好的事")
		w.held(a)
		if st := w.statement(d.ID); st.Used != 0 || st.People != 0 {
			w.Errorf("held, but nobody says that they came: %+v", st)
		}
		me := auth.From(w.Head2)
		me.Person = w.ids["乌玛"]
		_, err = w.s.Attest(auth.With(w.T.Context(), me), partner.AttestInput{ID: x.ID, Version: x.Version, Came: true})
		errstest.Is(w, err, "denied: 您是这个单位的联系人")
		x = must[partner.Part](w)(w.s.Attest(w.Manager, partner.AttestInput{ID: x.ID, Version: x.Version, Came: true}))
		st := w.statement(d.ID)
		if st.Used != 1 || len(st.Joints) != 1 || st.People != 2 || st.Minutes != 240 {
			w.Errorf("%+v", st)
		}
		_, err = w.s.Drop(w.uma, partner.EndInput{ID: x.ID, Version: x.Version, Reason: "不去"})
		errstest.Is(w, err, "wrong_state: 现在是“来了”")
		p := must[blob.File](w)(w.s.Print(w.uma, partner.PrintInput{StatementInput: partner.StatementInput{ID: d.ID}, Format: "csv"}))
		if !bytes.Contains(p.Body, []byte("手机课堂：借机房,一起办,,,,,2,4.0")) {
			w.Errorf("%s", p.Body)
		}
		_, err = w.s.Print(w.bao, partner.PrintInput{StatementInput: partner.StatementInput{ID: d.ID}})
		errstest.Is(w, err, "not_found")
	})
}

// A unit that does not come, or says off before, is no part of it.
func TestAbsent(t *testing.T) {
	each(t, func(w *world) {
		d, a := w.school("示范小学"), w.planned()
		in := partner.JoinInput{ID: d.ID, What: "两位老师", Of: partner.Of{ActivityID: a.ID}}
		x := must[partner.Part](w)(w.s.Join(w.Manager, in))
		_, err := w.s.Drop(w.uma, partner.EndInput{ID: x.ID, Version: x.Version, Reason: " "})
		errstest.Is(w, err, "invalid reason: 请写明原因")
		x = must[partner.Part](w)(w.s.Drop(w.uma, partner.EndInput{ID: x.ID, Version: x.Version, Reason: "要考试"}))
		if face := must[activity.Face](w)(w.activities.Face(w.T.Context(), activity.GetInput{ID: a.ID})); len(face.Partners) != 0 {
			w.Errorf("%+v after %+v", face.Partners, x)
		}
		x = must[partner.Part](w)(w.s.Join(w.Manager, in))
		w.held(a)
		must[partner.Part](w)(w.s.Attest(w.Manager, partner.AttestInput{ID: x.ID, Version: x.Version}))
		if st := w.statement(d.ID); len(st.Joints) != 0 || st.People != 0 {
			w.Errorf("who did not come counts: %+v", st)
		}
	})
}

func (w *world) statement(id db.ID) partner.Statement {
	w.Helper()
	return must[partner.Statement](w)(w.s.Statement(w.Manager, partner.StatementInput{ID: id}))
}

// What could have been used equals a join by brute force of offers and orders that nobody served.
func TestCould(t *testing.T) {
	each(t, func(w *world) {
		d := w.school("示范小学")
		orders := w.orders()
		var offers []partner.Offer
		for i, f := range []partner.OfferFacts{
			{}, {ByDay: []string{"MO", "WE"}}, {OpensAt: "09:00", ClosesAt: "10:00"}, {Reach: "town", Capacity: 1}, {ValidTo: 20261203},
			{Category: orders[1].Category, Capacity: 2, Reach: "banner"}, {OpensAt: "11:00", ClosesAt: "12:00"},
		} {
			f.Service, f.Location, f.ValidFrom = fmt.Sprint("服务", i), "学校", 20261120
			f.Category = cmpOr(f.Category, orders[0].Category)
			f.Reach = cmpOr(f.Reach, "community")
			if f.ValidTo == 0 {
				f.ValidTo = 20261220
			}
			offers = append(offers, w.offer(d.ID, f))
		}
		clock.Set(time.Date(2026, 12, 20, 9, 0, 0, 0, clock.Shanghai))
		st, total := w.statement(d.ID), int64(0)
		if len(st.Lines) != len(offers) {
			w.Fatalf("%d lines", len(st.Lines))
		}
		for i, o := range offers {
			want := brute(o, orders)
			if st.Lines[i].Could != want {
				w.Errorf("offer %d: %d, by brute force %d", i, st.Lines[i].Could, want)
			}
			total += want
		}
		if st.Could != total || total == 0 {
			w.Errorf("%d, not %d", st.Could, total)
		}
	})
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// orders are some of two kinds, over two weeks, morning and afternoon; each third is cancelled.
func (w *world) orders() (out []order.Order) {
	w.Helper()
	var items []catalogue.Item
	w.Write(func(tx *db.Tx) error {
		menu, err := catalogue.Menu(w.System, tx, attendancetest.Gacha)
		items = []catalogue.Item{w.Item}
		for _, it := range menu {
			if len(items) == 1 && it.Category != w.Item.Category && len(it.Audience) == 0 {
				items = append(items, it)
			}
		}
		return err
	})
	for i := range 12 {
		start := attendancetest.Noon.AddDate(0, 0, 2+i).Add(time.Duration(i%2*5-3) * time.Hour)
		o := must[order.Created](w)(w.Orders.Create(w.Resident, order.CreateInput{CatalogueID: items[i%2].ID, Title: "要人帮忙",
			Region: attendancetest.Gacha, Window: order.Window{WindowStart: start, WindowEnd: start.Add(time.Hour)}}))
		if i%3 == 2 {
			o.Detail = must[order.Detail](w)(w.Orders.Cancel(w.Resident, order.CancelInput{Ask: order.Ask{ID: o.ID, Version: o.Version,
				Reason: "不用了"}}))
		}
		out = append(out, o.Order)
	}
	return out
}

// brute matches one offer with every order, in words of the test alone.
func brute(o partner.Offer, orders []order.Order) (n int64) {
	weeks := map[string]int64{}
	for _, x := range orders {
		local := x.WindowStart.In(clock.Shanghai)
		on := int64(local.Year()*10000 + int(local.Month())*100 + local.Day())
		days := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
		switch {
		case x.State == "cancelled", x.Category != o.Category, on < int64(o.ValidFrom), on > int64(o.ValidTo):
			continue
		case len(o.ByDay) > 0 && !slices.Contains(o.ByDay, days[local.Weekday()]):
			continue
		case o.OpensAt != "" && (local.Format("15:04") >= o.ClosesAt || x.WindowEnd.In(clock.Shanghai).Format("15:04") <= o.OpensAt):
			continue
		}
		year, week := local.ISOWeek()
		if key := fmt.Sprint(year, week); o.Capacity == 0 || weeks[key] < o.Capacity {
			weeks[key]++
			n++
		}
	}
	return n
}
