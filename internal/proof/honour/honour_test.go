package honour_test

import (
	"context"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/honour"
	"linli/internal/work/attendance/attendancetest"
)

const (
	banner = auth.Region(152502000000)
	town   = auth.Region(152502200000)
)

// world is the gacha with officers enough for every step.
type world struct {
	*attendancetest.World
	*testing.T
	s                             *honour.Service
	town2, banner, banner2, other context.Context
	today                         clock.Day
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, s: honour.New(base.DB, base.Persons, blob.New(base.DB, t.TempDir())),
			today: clock.DayOf(attendancetest.Noon)}
		w.s.Follow(base.Persons)
		w.town2, _ = w.Actor("乡里第二位", 0, auth.Grant{Role: auth.TownOfficer, Region: town})
		w.banner, _ = w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.banner2, _ = w.Actor("旗里第二位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.other, _ = w.Actor("别的旗", 0, auth.Grant{Role: auth.BannerOfficer, Region: 150102000000})
		test(w)
		w.sound(0)
	})
}

func (w *world) sound(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return honour.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func (w *world) is(err error, want string) {
	w.Helper()
	errstest.Is(w.T, err, want)
}

// agrees lets a volunteer agree to be before the public.
func (w *world) agrees(i int) {
	w.Helper()
	v := w.Vols[i]
	_, err := w.Persons.RecordConsent(v.Ctx, person.ConsentInput{ID: v.PersonID, Purpose: person.PurposePublish, How: person.BySelf})
	w.is(err, "")
}

// withdraws lets him take it back.
func (w *world) withdraws(i int) {
	w.Helper()
	d, err := w.Persons.Get(w.Vols[i].Ctx, person.GetInput{ID: w.Vols[i].PersonID})
	w.is(err, "")
	for _, c := range d.Consents {
		if c.Purpose == person.PurposePublish && c.WithdrawnAt == nil {
			_, err = w.Persons.WithdrawConsent(w.Vols[i].Ctx, person.WithdrawInput{ID: w.Vols[i].PersonID, Consent: c.ID})
			w.is(err, "")
		}
	}
}

func (w *world) input(i int) honour.EnterInput {
	return honour.EnterInput{Kind: honour.Volunteer, VolunteerNo: w.Vols[i].No, Source: "own", Title: "暖心志愿者", Giver: "志愿服务站", Day: w.today}
}

// A commendation is confirmed by a second person who is not close to whom it is about, and public only while he agrees.
func TestCommendations(t *testing.T) {
	each(t, func(w *world) {
		for _, x := range []struct {
			change func(in *honour.EnterInput)
			want   string
		}{
			{func(in *honour.EnterInput) { in.Source = honour.Government }, "invalid document,file: 要有文号"},
			{func(in *honour.EnterInput) { in.Source, in.Document = honour.Government, "旗发 1" }, "invalid file: 附文件"},
			{func(in *honour.EnterInput) { in.Day = w.today.AddDays(1) }, "invalid day: 今天以前"},
			{func(in *honour.EnterInput) { in.VolunteerNo = "X" }, "invalid volunteer_no: 在册"},
			{func(in *honour.EnterInput) { in.Kind = honour.Team }, "invalid team_id: 志愿服务队"},
			{func(in *honour.EnterInput) { in.Kind = honour.Project }, "invalid project_id: 项目"},
		} {
			in := w.input(0)
			x.change(&in)
			_, err := w.s.Enter(w.Manager, in)
			w.is(err, x.want)
		}
		_, err := w.s.Enter(w.Elsewhere, w.input(0))
		w.is(err, "invalid volunteer_no: 在册")
		x, err := w.s.Enter(w.Manager, w.input(0))
		w.is(err, "")
		_, err = w.s.Enter(w.Head, w.input(0))
		w.is(err, "invalid title: 登记过")
		in := honour.DecideInput{ID: x.ID, Version: x.Version}
		_, err = w.s.Confirm(w.Manager, in)
		w.is(err, "denied")
		_, err = w.s.Confirm(w.other, in)
		w.is(err, "not_found")
		self := auth.With(w.Context(), auth.Actor{Account: w.Vols[0].Account, Person: w.Vols[0].PersonID, Name: "本人",
			Grants: []auth.Grant{{Role: auth.TownOfficer, Region: town}}})
		_, err = w.s.Confirm(self, in)
		w.is(err, "denied: 换人办")
		_, err = w.s.Refuse(w.Town, in)
		w.is(err, "invalid reason: 请写原因")
		x, err = w.s.Confirm(w.Town, in)
		w.is(err, "")
		in.Version = x.Version
		_, err = w.s.Publish(w.Town, in)
		w.is(err, "wrong_state: 没有同意公开")
		w.agrees(0)
		x, err = w.s.Publish(w.Town, in)
		w.is(err, "")
		w.shows(1)
		w.Write(func(tx *db.Tx) error { // as if his word were taken back in the instant of the publication
			_, err := tx.Build("UPDATE person_consent SET withdrawn_at = ? WHERE purpose = 'publish'", tx.Now).Run(w.System, tx)
			return err
		})
		w.shows(0)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE person_consent SET withdrawn_at = NULL WHERE purpose = 'publish'").Run(w.System, tx)
			return err
		})
		w.shows(1)
		w.withdraws(0)
		w.shows(0)
		lines := w.lines(0)
		if len(lines) != 1 || !strings.Contains(lines[0], "暖心志愿者") {
			w.Error(lines)
		}
		d, err := w.s.Get(w.Town, honour.GetInput{ID: x.ID})
		w.is(err, "")
		if d.State != honour.Recalled || !strings.Contains(d.Reason, "撤回了同意") {
			w.Errorf("%+v", d)
		}
	})
}

func (w *world) lines(i int) (out []string) {
	w.Write(func(tx *db.Tx) (err error) {
		out, err = honour.OfPerson(w.System, tx, w.Vols[i].PersonID)
		return err
	})
	return out
}

func (w *world) shows(n int) {
	w.Helper()
	v, err := w.s.Faces(w.Context(), honour.PublicInput{})
	w.is(err, "")
	if len(v.Items) != n {
		w.Errorf("%d before the public, not %d", len(v.Items), n)
	}
}

func (w *world) draft(numbers string) honour.DraftInput {
	return honour.DraftInput{Kind: "case", Level: "banner", Content: honour.Content{Title: "清雪不过夜", Story: "娜仁高娃带队清雪", Copying: "一张排班表",
		Contact: "站里座机", Numbers: numbers}}
}

// A model goes through the levels, never twice by one person, names nobody who does not agree, and is off when he no longer does.
func TestModels(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.s.Draft(w.Town, w.draft(""))
		w.is(err, "denied: 由站里写")
		in := w.draft("")
		in.Kind = honour.Backbone
		_, err = w.s.Draft(w.Manager, in)
		w.is(err, "invalid volunteer_numbers: 骨干")
		in.Kind = honour.Brand
		_, err = w.s.Draft(w.Manager, in)
		w.is(err, "invalid project_id: 本站的项目")
		in.Kind = honour.Organization
		_, err = w.s.Draft(w.Manager, in)
		w.is(err, "invalid team_id: 本站的志愿服务队")
		_, err = w.s.Draft(w.Manager, w.draft("没有这个号"))
		w.is(err, "invalid volunteer_numbers: 不是本地")
		m, err := w.s.Draft(w.Manager, w.draft(" "+w.Vols[0].No+"，"))
		w.is(err, "")
		submit := func() (honour.Model, error) {
			return w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version, Checked: true})
		}
		_, err = w.s.Submit(w.Manager, honour.SubmitInput{ID: m.ID, Version: m.Version})
		w.is(err, "invalid checked: 对照")
		_, err = submit()
		w.is(err, "wrong_state: 没有同意公开")
		w.agrees(0)
		m, err = submit()
		w.is(err, "")
		m, err = w.s.Return(w.Town, honour.DecideInput{ID: m.ID, Version: m.Version, Reason: "缺数"})
		w.is(err, "")
		m, err = submit()
		w.is(err, "")
		w.reviewed(&m)
		w.withdraws(0)
		if _, err = w.s.Card(w.Context(), honour.GetInput{ID: m.ID}); err == nil {
			w.Error("still before the public")
		}
		w.is(err, "not_found")
		v, err := w.s.Model(w.Manager, honour.GetInput{ID: m.ID})
		w.is(err, "")
		if v.State != honour.Recalled || len(v.Named) != 1 {
			w.Errorf("%+v", v)
		}
		w.forgets(m)
	})
}

// reviewed takes a model through the levels into the library.
func (w *world) reviewed(m *honour.Model) {
	w.Helper()
	for _, x := range []struct {
		who  context.Context
		want string
	}{{w.Manager, "denied"}, {w.banner, ""}} {
		n, err := w.s.Approve(x.who, honour.DecideInput{ID: m.ID, Version: m.Version})
		w.is(err, x.want)
		if err == nil {
			*m = n
		}
	}
	_, err := w.s.Approve(w.banner, honour.DecideInput{ID: m.ID, Version: m.Version})
	w.is(err, "denied: 换一个人")
	_, err = w.s.Approve(w.Town, honour.DecideInput{ID: m.ID, Version: m.Version})
	w.is(err, "denied")
	n, err := w.s.Approve(w.banner2, honour.DecideInput{ID: m.ID, Version: m.Version})
	w.is(err, "")
	for _, who := range []context.Context{w.banner, w.banner2} {
		_, err = w.s.PublishModel(who, honour.DecideInput{ID: m.ID, Version: n.Version})
		w.is(err, "denied: 换一个人")
	}
	third, _ := w.Actor("旗里第三位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
	*m, err = w.s.PublishModel(third, honour.DecideInput{ID: m.ID, Version: n.Version})
	w.is(err, "")
	v, err := w.s.Card(w.Context(), honour.GetInput{ID: m.ID})
	w.is(err, "")
	if v.Title != "清雪不过夜" || v.Figures != nil {
		w.Errorf("%+v", v)
	}
}

// forgets erases whom a model named.
func (w *world) forgets(m honour.Model) {
	w.Write(func(tx *db.Tx) error {
		held, err := w.s.Held(w.System, tx, w.Vols[0].PersonID)
		if err != nil || held == nil {
			w.Errorf("%v, %v", held, err)
		}
		return w.s.Forget(w.System, tx, w.Vols[0].PersonID, "本人要求")
	})
	v, err := w.s.Model(w.Manager, honour.GetInput{ID: m.ID})
	w.is(err, "")
	if len(v.Named) != 0 || strings.Contains(v.Story, "娜仁高娃") {
		w.Errorf("%+v", v)
	}
}

// Whoever is erased leaves neither the picture of his certificate nor what was written about him when it was refused.
func TestForgetCommendation(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(0)
		in.File = blob.Upload{Name: "证书.pdf", Data: []byte("%PDF-1.4\n%%EOF\n")}
		x, err := w.s.Enter(w.Manager, in)
		w.is(err, "")
		x, err = w.s.Refuse(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version, Reason: "不是他本人的"})
		w.is(err, "")
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, w.Vols[0].PersonID, "本人要求") })
		w.Write(func(tx *db.Tx) error {
			left, err := db.SelectOne[int64](w.System, tx, tx.Build(`SELECT (SELECT COUNT(*) FROM blob WHERE owner_kind = 'commendation')
				+ (SELECT COUNT(*) FROM commendation WHERE file_id IS NOT NULL OR reason <> '')`))
			if x.FileID == 0 || left != 0 {
				w.Errorf("file %d, %d left", x.FileID, left)
			}
			return err
		})
	})
}

// What is changed behind the area's back is named.
func TestVerify(t *testing.T) {
	each(t, func(w *world) {
		x, err := w.s.Enter(w.Manager, w.input(0))
		w.is(err, "")
		x, err = w.s.Confirm(w.Town, honour.DecideInput{ID: x.ID, Version: x.Version})
		w.is(err, "")
		m, err := w.s.Draft(w.Manager, w.draft(w.Vols[1].No))
		w.is(err, "")
		run := func(q string, id db.ID) {
			w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, id).Run(w.System, tx); return err })
		}
		run(`UPDATE commendation SET state = 'published' WHERE id = ?`, x.ID)
		run(`UPDATE model SET state = 'published' WHERE id = ?`, m.ID)
		w.sound(3)
		run(`UPDATE commendation SET state = 'confirmed' WHERE id = ?`, x.ID)
		run(`UPDATE model SET state = 'draft' WHERE id = ?`, m.ID)
	})
}
