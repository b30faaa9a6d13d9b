package press_test

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/press"
	"linli/internal/work/attendance/attendancetest"
)

// Each further step of an article stands in its states alone: what is taken back, taken off, revised, or given files and names.
func TestFurtherSteps(t *testing.T) {
	each(t, func(w *world) {
		d := w.draft(w.Manager, "修路的人", "一夜修好了桥。")
		for name, c := range map[string]struct {
			from []string
			do   func() error
		}{
			"return": {[]string{press.Submitted, press.Approved}, func() error {
				_, err := w.s.Return(w.Head, press.ReturnInput{ID: d.ID, Version: 50, Reason: "再写"})
				return err
			}},
			"withdraw": {[]string{press.Approved, press.Published}, func() error {
				_, err := w.s.Withdraw(w.Manager, press.WithdrawInput{ID: d.ID, Version: 50, Reason: "错了"})
				return err
			}},
			"revise": {[]string{press.Withdrawn}, func() error {
				_, err := w.s.Revise(w.Manager, press.ReviseInput{ID: d.ID, Version: 50})
				return err
			}},
			"file": {[]string{press.Draft}, func() error {
				_, err := w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: 50, Kind: "picture", Alt: "雪",
					File: blob.Upload{Name: "a.png", Data: dot(t)}})
				return err
			}},
			"name": {[]string{press.Draft}, func() error {
				_, err := w.s.Name(w.Manager, press.NameInput{ID: d.ID, Version: 50, Name: "路人甲", How: "paper", Note: "站里柜子"})
				return err
			}},
		} {
			for _, state := range []string{press.Draft, press.Submitted, press.Approved, press.Published, press.Withdrawn} {
				w.run(`UPDATE article SET state = ?, version = 50, passed = 2, needed = 2, published_at = CASE WHEN ? IN ('published', 'withdrawn')
					THEN changed_at END WHERE id = ?`, state, state, d.ID)
				w.run(`DELETE FROM article_review`)
				if err := c.do(); (errs.CodeOf(err) != "wrong_state") != slices.Contains(c.from, state) {
					t.Errorf("%s of %s: %v", name, state, err)
				}
			}
		}
		w.run(`UPDATE article SET state = 'draft', version = 50, published_at = NULL WHERE id = ?`, d.ID)
		w.run(`DELETE FROM article_gram`)
	})
}

// A picture is given whole, as pages show it, and small; an attachment as it is.
func TestSizesOfPictures(t *testing.T) {
	each(t, func(w *world) {
		var wide bytes.Buffer
		ok(t, png.Encode(&wide, image.NewGray(image.Rect(0, 0, 1200, 40))))
		d := w.draft(w.Manager, "一", "正文")
		d = must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: "picture", Alt: "雪",
			File: blob.Upload{Name: "a.png", Data: wide.Bytes()}}))
		if f := d.Files[0]; f.Width != 960 || f.Height != 32 || f.Alt != "雪" || f.No != 1 || f.ByName != auth.From(w.Manager).Name {
			t.Errorf("%+v", f)
		}
		for size, want := range map[string]int{"full": 1200, "view": 960, "thumb": 320} {
			f := must[blob.File](w)(w.s.Open(w.Manager, press.OpenInput{ID: d.Files[0].ID, Size: size}))
			c, _, err := image.DecodeConfig(bytes.NewReader(f.Body))
			if err != nil || c.Width != want || f.Name[:len("[图1].")] != "[图1]." {
				t.Errorf("%s: %d wide, %s, %v", size, c.Width, f.Name, err)
			}
		}
	})
}

// Who is taken off the list of a draft is off it, and of this draft alone; verify finds who is named without his consent to this.
func TestNamedOnly(t *testing.T) {
	each(t, func(w *world) {
		add := func(d press.Detail) press.Detail {
			return must[press.Detail](w)(w.s.Name(w.Manager, press.NameInput{ID: d.ID, Version: d.Version, Name: "路人甲", How: "paper", Note: "站里柜子"}))
		}
		first, second := add(w.draft(w.Manager, "一", "路人甲")), add(w.draft(w.Manager, "二", "路人甲"))
		_, err := w.s.Unname(w.Manager, press.UnnameInput{ID: first.ID, Version: first.Version, NamedID: second.Named[0].ID})
		errstest.Is(t, err, "invalid named_id: 没有列着这个人")
		first = must[press.Detail](w)(w.s.Unname(w.Manager, press.UnnameInput{ID: first.ID, Version: first.Version, NamedID: first.Named[0].ID}))
		second = must[press.Detail](w)(w.s.Get(w.Manager, press.GetInput{ID: second.ID}))
		if len(first.Named) != 0 || len(second.Named) != 1 {
			t.Errorf("%+v, %+v", first.Named, second.Named)
		}
		second = w.publish(second)
		found := func() (n int) {
			ok(t, w.DB.Read(w.System, func(tx *db.Tx) error {
				return press.Verify(w.System, tx, func(_, what string) {
					if n++; what != "文中的人没有同意公开" {
						t.Error(what)
					}
				})
			}))
			return n
		}
		who := w.Vols[0].PersonID
		w.run(`UPDATE article_named SET person_id = ?`, who)
		consent := func(purpose string) {
			w.Write(func(tx *db.Tx) error { return person.Consent(w.System, tx, who, purpose, person.ByPaper, 0) })
		}
		consent(person.PurposeExchange)
		if n := found(); n != 1 {
			t.Errorf("%d findings without the consent", n)
		}
		consent(person.PurposePublish)
		if n := found(); n != 0 {
			t.Errorf("%d findings with the consent", n)
		}
		w.run(`UPDATE person_consent SET withdrawn_at = at WHERE purpose = 'publish' AND person_id = ?`, who)
		if n := found(); n != 1 {
			t.Errorf("%d findings after it was withdrawn", n)
		}
		w.run(`UPDATE article_named SET person_id = NULL, ended_at = ?`, clock.In(w.System))
		if n := found(); n != 1 {
			t.Errorf("%d findings of who ended it", n)
		}
		w.run(`DELETE FROM article_named`)
	})
}

// The register of reports and its number are those of the reader's place.
func TestReportsByReader(t *testing.T) {
	each(t, func(w *world) {
		must[press.Coverage](w)(w.s.Report(w.Manager, press.ReportInput{Region: gacha, Day: clock.DayOf(attendancetest.Noon), Outlet: "报",
			Level: "other", Title: "题"}))
		far, _ := w.Actor("别处", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Far.At(auth.LevelBanner)})
		if v := must[press.Reports](w)(w.s.Reports(w.Town, press.ReportsInput{})); len(v.Items) != 1 {
			t.Errorf("%+v", v)
		}
		if v := must[press.Reports](w)(w.s.Reports(far, press.ReportsInput{})); len(v.Items) != 0 {
			t.Errorf("%+v", v)
		}
	})
}
