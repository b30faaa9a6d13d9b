package agreement_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/people/agreement"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with the area and a template of its town; today is 2026-11-24.
type world struct {
	*attendancetest.World
	*testing.T
	s        *agreement.Service
	template agreement.Template
}

var clauses = agreement.Clauses{Content: "上门服务", Conditions: "站里给马甲", Safety: "两人同行"}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, s: agreement.New(base.DB, base.Keys, base.Persons, blob.New(base.DB, t.TempDir()))}
		w.s.Follow(base.Persons)
		w.template = w.write(agreement.WithStation)
		test(w)
		w.whole(0)
	})
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) write(kind string) agreement.Template {
	w.Helper()
	t, err := w.s.WriteTemplate(w.Town, agreement.WriteInput{Region: attendancetest.Gacha.At(auth.LevelTown), Kind: kind, Name: "志愿服务协议",
		Clauses: clauses})
	w.must(err)
	return t
}

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
		return agreement.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}))
	if len(found) != n {
		w.Errorf("verify finds %v, want %d", found, n)
	}
}

const (
	first = clock.Day(20261201)
	last  = clock.Day(20261231)
)

func (w *world) input() agreement.MakeInput {
	return agreement.MakeInput{StationID: w.Station.ID, TemplateID: w.template.ID, VolunteerNo: w.Vols[0].No, From: first, To: last,
		When: "每周三", Where: "东头"}
}

func (w *world) made() agreement.Detail {
	w.Helper()
	d, err := w.s.Make(w.Manager, w.input())
	w.must(err)
	return d
}

var drawn = strings.TrimSpace(strings.Repeat("10,10 20,30 ", 10)) + ";5,5 6,6"

func sign(d agreement.Detail) agreement.SignInput {
	return agreement.SignInput{ID: d.ID, Version: d.Version, Shown: d.Shown, Drawing: drawn, Read: true}
}

// Both sides sign the text that they were shown; nobody signs both, and nobody signs another's.
func TestSign(t *testing.T) {
	each(t, func(w *world) {
		d := w.made()
		if !strings.Contains(d.Body, "甲方："+w.Vols[0].Name) || !strings.Contains(d.Body, "两人同行") || len(d.Signatures) != 0 {
			w.Errorf("%+v", d)
		}
		for _, c := range []struct {
			change func(*agreement.SignInput)
			want   string
		}{
			{func(in *agreement.SignInput) { in.Read = false }, "invalid read"},
			{func(in *agreement.SignInput) { in.Drawing = "" }, "invalid drawing"},
			{func(in *agreement.SignInput) { in.Drawing = "1,1 2,2" }, "invalid drawing"},
			{func(in *agreement.SignInput) { in.Drawing = strings.Replace(drawn, "10,10", "601,10", 1) }, "invalid drawing"},
			{func(in *agreement.SignInput) { in.Drawing = strings.Replace(drawn, "10,10", `"><x`, 1) }, "invalid drawing"},
			{func(in *agreement.SignInput) { in.Shown = strings.Repeat("0", 64) }, "stale_version"},
		} {
			in := sign(d)
			c.change(&in)
			_, err := w.s.Sign(w.Vols[0].Ctx, in)
			errstest.Is(w, err, c.want)
		}
		_, err := w.s.Sign(w.Vols[1].Ctx, sign(d))
		errstest.Is(w, err, "not_found")
		_, err = w.s.Sign(w.Elsewhere, sign(d))
		errstest.Is(w, err, "not_found")
		d, err = w.s.Sign(w.Vols[0].Ctx, sign(d))
		w.must(err)
		if d.State != agreement.Open || len(d.Signatures) != 1 || d.Signatures[0].Strokes != drawn {
			w.Errorf("%+v", d)
		}
		_, err = w.s.Sign(w.Vols[0].Ctx, sign(d))
		errstest.Is(w, err, "denied: 您已经签过一方")
		both := auth.From(w.Manager) // the manager is the volunteer too, on another account
		both.Person = w.Vols[0].PersonID
		_, err = w.s.Sign(auth.With(w.Context(), both), sign(d))
		errstest.Is(w, err, "denied: 您已经签过一方")
		d, err = w.s.Sign(w.Manager, sign(d))
		w.must(err)
		if d.State != agreement.Signed || len(d.Signatures) != 2 {
			w.Errorf("%+v", d)
		}
		w.whole(0)
		file, err := w.s.Print(w.Vols[0].Ctx, agreement.GetInput{ID: d.ID})
		if err != nil || !bytes.HasPrefix(file.Body, []byte("%PDF")) {
			w.Errorf("%v", err)
		}
		_, err = w.s.Print(w.Vols[1].Ctx, agreement.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE agreement SET body = body || '改' WHERE id = ?", d.ID).Run(w.System, tx)
			return err
		})
		w.whole(1)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE agreement SET body = ? WHERE id = ?", d.Body, d.ID).Run(w.System, tx)
			return err
		})
	})
}

func picture(w *world) blob.Upload {
	w.Helper()
	var b bytes.Buffer
	w.must(png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))))
	return blob.Upload{Name: "协议.png", Data: b.Bytes()}
}

// What was signed on paper is entered by somebody who is no side of it.
func TestPaper(t *testing.T) {
	each(t, func(w *world) {
		d := w.made()
		in := agreement.PaperInput{ID: d.ID, Version: d.Version, File: picture(w), Signer: "书记巴特尔", Day: 20261124, Whole: true}
		for _, c := range []struct {
			change func(*agreement.PaperInput)
			want   string
		}{
			{func(in *agreement.PaperInput) { in.File = blob.Upload{} }, "invalid file"},
			{func(in *agreement.PaperInput) { in.Whole = false }, "invalid whole"},
			{func(in *agreement.PaperInput) { in.Day = 20261125 }, "invalid day"},
			{func(in *agreement.PaperInput) { in.Day = 20261123 }, "invalid day: 不能早于"},
			{func(in *agreement.PaperInput) { in.Signer = "" }, "invalid signer: 请写"},
			{func(in *agreement.PaperInput) { in.Signer = "站长乌云" }, "invalid signer: 签字的和登记的"},
		} {
			in := in
			c.change(&in)
			_, err := w.s.File(w.Manager, in)
			errstest.Is(w, err, c.want)
		}
		self := auth.From(w.Manager)
		self.Person = w.Vols[0].PersonID
		_, err := w.s.File(auth.With(w.Context(), self), in)
		errstest.Is(w, err, "denied: 您是签字的一方")
		d, err = w.s.Sign(w.Manager, sign(d))
		w.must(err)
		in.Version = d.Version
		_, err = w.s.File(w.Manager, in)
		errstest.Is(w, err, "denied: 您是签字的一方")
		d, err = w.s.File(w.Head2, in)
		w.must(err)
		if d.State != agreement.Signed || len(d.Signatures) != 2 || d.Signatures[0].Way != agreement.OnPaper {
			w.Errorf("%+v", d)
		}
		if _, err := w.s.Scan(w.Vols[0].Ctx, agreement.GetInput{ID: d.ID}); err != nil {
			w.Error(err)
		}
	})
}

// A minor's guardian signs along; the sides of an agreement are different people.
func TestGuardian(t *testing.T) {
	each(t, func(w *world) {
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE person SET birth_day = 20081125 WHERE id = ?", w.Vols[0].PersonID).Run(w.System, tx)
			return err
		})
		_, err := w.s.Make(w.Manager, w.input())
		errstest.Is(w, err, "invalid guardian_id: 未成年人要监护人")
		w.Kin(w.Vols[1].PersonID, w.Vols[0].PersonID)
		d := w.made()
		d, err = w.s.Sign(w.Vols[0].Ctx, sign(d))
		w.must(err)
		d, err = w.s.Sign(w.Manager, sign(d))
		w.must(err)
		if d.State != agreement.Open {
			w.Errorf("without the guardian: %s", d.State)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("DELETE FROM person_guardian WHERE ward_id = ?", w.Vols[0].PersonID).Run(w.System, tx)
			return err
		})
		_, err = w.s.Sign(w.Vols[1].Ctx, sign(d))
		errstest.Is(w, err, "wrong_state: 登记的监护关系已经结束")
		_, err = w.s.File(w.Head, agreement.PaperInput{ID: d.ID, Version: d.Version, File: picture(w), Signer: "书记巴特尔", Day: 20261124,
			Whole: true})
		errstest.Is(w, err, "wrong_state: 登记的监护关系已经结束")
		w.Kin(w.Vols[1].PersonID, w.Vols[0].PersonID)
		d, err = w.s.Sign(w.Vols[1].Ctx, sign(d))
		w.must(err)
		if d.State != agreement.Signed || len(d.Signatures) != 3 {
			w.Errorf("%+v", d)
		}
	})
}

// A recipient signs his own side; the volunteer is none of his.
func TestRecipient(t *testing.T) {
	each(t, func(w *world) {
		w.template = w.write(agreement.WithRecipient)
		in := w.input()
		in.Name, in.Phone = "娜仁高娃", "12900000001"
		_, err := w.s.Make(w.Manager, in)
		errstest.Is(w, err, "invalid recipient_name: 没有这位居民，或者")
		in.Name, in.Phone = "其木格", "12900000000"
		d, err := w.s.Make(w.Manager, in)
		w.must(err)
		_, err = w.s.Sign(w.Manager, sign(d))
		errstest.Is(w, err, "denied: 这份协议没有您要签的一方")
		for _, ctx := range []context.Context{w.Vols[0].Ctx, w.Resident} {
			d, err = w.s.Sign(ctx, sign(d))
			w.must(err)
		}
		if d.State != agreement.Signed {
			w.Errorf("%+v", d)
		}
	})
}

// An activity that asks for it takes who has signed for its day, the first and the last day included, and says what to do to who has not.
func TestLacks(t *testing.T) {
	each(t, func(w *world) {
		acts := activity.New(w.DB, w.Keys, w.Att)
		d, err := acts.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "扫雪", Category: w.Item.Category, Content: "扫雪",
			Place: "站门口", Risk: "滑", Day: last, From: "09:00", To: "11:00", Checked: true, Agreement: true,
			Posts: []activity.PostInput{{Name: "扫雪", Needed: 3}}})
		w.must(err)
		_, err = acts.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version})
		w.must(err)
		_, err = acts.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "conflict: 要先和服务站签好志愿服务协议，那天有效：请服务站出一份")
		a := w.made()
		_, err = acts.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "conflict: 要先和服务站签好志愿服务协议：协议在等签字")
		for _, ctx := range []context.Context{w.Vols[0].Ctx, w.Manager} {
			a, err = w.s.Sign(ctx, sign(a))
			w.must(err)
		}
		lacks := func(day clock.Day) (why string) {
			w.must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
				why, err = agreement.Lacks(w.System, tx, w.Vols[0].PersonID, w.Station.ID, day)
				return err
			}))
			return why
		}
		for day, want := range map[clock.Day]bool{first.AddDays(-1): false, first: true, last: true, last.AddDays(1): false} {
			if got := lacks(day) == ""; got != want {
				w.Errorf("%s: %v", day, got)
			}
		}
		_, err = acts.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "")
		for _, day := range []clock.Day{20261123, last} {
			_, err = w.s.End(w.Manager, agreement.EndInput{ID: a.ID, Version: a.Version, Last: day, Reason: "x"})
			errstest.Is(w, err, "invalid last")
		}
		a, err = w.s.End(w.Vols[0].Ctx, agreement.EndInput{ID: a.ID, Version: a.Version, Last: first, Reason: "搬走"})
		if err != nil || lacks(first) != "" || lacks(first.AddDays(1)) == "" || a.State != agreement.Ended {
			w.Errorf("%+v %v", a, err)
		}
	})
}

// An edition does not change what was made of the one before, and who is erased leaves the fact alone.
func TestForget(t *testing.T) {
	each(t, func(w *world) {
		d := w.made()
		next := clauses
		next.Safety = "三人同行"
		_, err := w.s.Revise(w.Town, agreement.ReviseInput{ID: w.template.ID, Version: w.template.Version, Clauses: next})
		w.must(err)
		for _, ctx := range []context.Context{w.Vols[0].Ctx, w.Manager} {
			d, err = w.s.Sign(ctx, sign(d))
			w.must(err)
		}
		d, err = w.s.End(w.Manager, agreement.EndInput{ID: d.ID, Version: d.Version, Reason: "他身体不好"})
		w.must(err)
		open := w.made()
		if d.Edition != 1 || open.Edition != 2 || strings.Contains(d.Body, "三人") || !strings.Contains(open.Body, "三人") {
			w.Errorf("%d %d", d.Edition, open.Edition)
		}
		mine, err := w.s.Mine(w.Vols[0].Ctx, agreement.NoInput{})
		if err != nil || len(mine.Items) != 2 {
			w.Errorf("%+v %v", mine, err)
		}
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			held, err := w.s.Held(w.System, tx, d.PersonID)
			if text, _ := json.Marshal(held); !strings.Contains(string(text), drawn) {
				w.Errorf("%s", text)
			}
			return err
		}))
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, d.PersonID, "本人要求") })
		d, err = w.s.Get(w.Manager, agreement.GetInput{ID: d.ID})
		if err != nil || d.Body != "" || strings.Contains(d.Reason, "身体") || d.State != agreement.Ended || len(d.Signatures) != 2 {
			w.Errorf("%+v %v", d, err)
		}
		for _, x := range d.Signatures {
			if gone := x.Side == agreement.First; gone != (x.Strokes == "") || gone != (x.Name == "") {
				w.Errorf("%+v", x)
			}
		}
		if open, err = w.s.Get(w.Manager, agreement.GetInput{ID: open.ID}); err != nil || open.State != agreement.Withdrawn || open.Body != "" {
			w.Errorf("%+v %v", open, err)
		}
	})
}

// A unit of the place that has a contact makes one, which the contact signs; a unit elsewhere, or nobody's, makes none.
func TestUnit(t *testing.T) {
	each(t, func(w *world) {
		w.Write(func(tx *db.Tx) error {
			now := tx.Now
			for i, at := range []auth.Region{attendancetest.Gacha, attendancetest.Far, attendancetest.Gacha} {
				if _, err := tx.Build(`INSERT INTO partner (id, version, region, name, kind, address, phone, about, open, state, made_by, made_at, reason,
					ended_day) VALUES (?, 1, ?, ?, 'enterprise', '', '', '', TRUE, 'active', 1, ?, '', 0)`, i+1, at, []string{"供电所", "供电所", "水务所"}[i],
					now).Run(w.System, tx); err != nil {
					return err
				}
				if i == 2 { // nobody speaks for it
					continue
				}
				if _, err := tx.Build(`INSERT INTO partner_contact (id, partner_id, person_id, post, from_day, to_day, given_by, given_at, reason)
					VALUES (?, ?, ?, '', 20260101, 0, 1, ?, '')`, i+1, i+1, w.Vols[0].PersonID, now).Run(w.System, tx); err != nil {
					return err
				}
			}
			return nil
		})
		w.template = w.write(agreement.OfUnit)
		in := w.input()
		in.VolunteerNo = ""
		const no = "invalid partner_id"
		for id, want := range map[db.ID]string{0: no, 2: no, 3: no, 4: no, 1: ""} {
			in.PartnerID = id
			d, err := w.s.Make(w.Manager, in)
			errstest.Is(w, err, want)
			if want == "" && (d.PersonID != w.Vols[0].PersonID || !strings.Contains(d.Body, "甲方：供电所（"+w.Vols[0].Name+"）")) {
				w.Errorf("%+v", d)
			}
			if want == "" {
				_, err = w.s.Sign(w.Vols[0].Ctx, sign(d))
				w.must(err)
			}
		}
	})
}

// A template is read where agreements are made of it, and by those above who may write it, and nowhere else.
func TestAbove(t *testing.T) {
	each(t, func(w *world) {
		banner, _ := w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Gacha.At(auth.LevelBanner)})
		for want, ctx := range map[string][]context.Context{"": {w.Manager, w.Town, banner}, "not_found": {w.Elsewhere}} {
			for _, c := range ctx {
				_, err := w.s.GetTemplate(c, agreement.GetInput{ID: w.template.ID})
				errstest.Is(w, err, want)
			}
		}
		_, err := w.s.GetTemplate(w.Vols[0].Ctx, agreement.GetInput{ID: w.template.ID})
		errstest.Is(w, err, "not_found")
		_, err = w.s.Revise(w.Manager, agreement.ReviseInput{ID: w.template.ID, Version: w.template.Version, Clauses: clauses})
		errstest.Is(w, err, "not_found")
	})
}

// Who signed for the station is not the volunteer under another entry.
func TestMerged(t *testing.T) {
	each(t, func(w *world) {
		d := w.made()
		keeper := auth.From(w.Manager)
		keeper.Person = w.ResidentPerson
		for _, ctx := range []context.Context{w.Vols[0].Ctx, auth.With(w.Context(), keeper)} {
			var err error
			d, err = w.s.Sign(ctx, sign(d))
			w.must(err)
		}
		for _, e := range []person.MergedEvent{{From: w.ResidentPerson, To: d.PersonID}, {From: d.PersonID, To: w.ResidentPerson}} {
			errstest.Is(w, w.DB.Write(w.System, func(tx *db.Tx) error { return w.s.OnMerged(w.System, tx, e) }), "conflict: 两条是同一份")
		}
		w.Write(func(tx *db.Tx) error {
			return w.s.OnMerged(w.System, tx, person.MergedEvent{From: w.ResidentPerson, To: w.Vols[1].PersonID})
		})
	})
}

// Who is erased leaves no text, however many agreements he is a side of.
func TestForgetMany(t *testing.T) {
	each(t, func(w *world) {
		d := w.made()
		for range 100 {
			w.made()
		}
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, d.PersonID, "本人要求") })
		d, err := w.s.Get(w.Manager, agreement.GetInput{ID: d.ID})
		if err != nil || d.Body != "" || d.State != agreement.Withdrawn {
			w.Errorf("%q %s %v", d.Body, d.State, err)
		}
	})
}

// An agreement is made where one acts, of a template that is used there; who is of age today needs no guardian.
func TestMakeScope(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.s.Make(w.Elsewhere, w.input())
		errstest.Is(w, err, "not_found")
		foreign, err := w.s.WriteTemplate(w.Elsewhere, agreement.WriteInput{Region: attendancetest.Far, Kind: agreement.WithStation, Name: "别处的",
			Clauses: clauses})
		w.must(err)
		gone := w.write(agreement.WithStation)
		gone, err = w.s.Retire(w.Town, agreement.MoveInput{ID: gone.ID, Version: gone.Version})
		w.must(err)
		for _, id := range []db.ID{foreign.ID, gone.ID, 1} {
			in := w.input()
			in.TemplateID = id
			_, err = w.s.Make(w.Manager, in)
			errstest.Is(w, err, "invalid template_id")
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE person SET birth_day = 20081124 WHERE id = ?", w.Vols[0].PersonID).Run(w.System, tx)
			return err
		})
		if d := w.made(); d.GuardianID != 0 {
			w.Errorf("%+v", d)
		}
	})
}
