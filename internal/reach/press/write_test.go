package press_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/press"
	"linli/internal/work/attendance/attendancetest"
)

// An article is started where its writer may write: in his place, or below it; without a division, in his own.
func TestWhereOneWrites(t *testing.T) {
	each(t, func(w *world) {
		f := fields(" 题 ", "正文")
		for _, c := range []struct {
			who  context.Context
			at   auth.Region
			want string
		}{
			{w.Manager, gacha, ""}, {w.Manager, attendancetest.Far, "not_found"}, {w.Manager, gacha.At(auth.LevelTown), "not_found"},
			{w.Manager, 0, ""}, {w.Elsewhere, gacha, "denied"}, {w.Resident, gacha, "denied"},
		} {
			d, err := w.s.Create(c.who, press.CreateInput{Region: c.at, Fields: f})
			errstest.Is(t, err, c.want)
			if err == nil && (d.Region != gacha || d.Title != "题" || d.State != press.Draft || d.AuthorName != auth.From(c.who).Name ||
				d.Summary != "正文") {
				t.Errorf("%+v", d)
			}
		}
		f.Summary, f.Source = " 提要 ", " 新华社 "
		d := must[press.Detail](w)(w.s.Create(w.Manager, press.CreateInput{Region: gacha, Fields: f}))
		if d.Summary != "提要" || d.Source != "新华社" {
			t.Errorf("%q of %q", d.Summary, d.Source)
		}
		for want, f := range map[string]press.Fields{
			"invalid title: 请写标题":       {Section: "deed", Title: " ", Text: "正文"},
			"invalid text: 正文太长":        {Section: "deed", Title: "题", Text: strings.Repeat("x", 1<<20)},
			"invalid publish_day: 定了几点": {Section: "deed", Title: "题", Text: "正文", When: press.When{PublishTime: "09:00"}},
			"invalid publish_time: 写成 09:00 这样": {Section: "deed", Title: "题", Text: "正文",
				When: press.When{PublishDay: 20261201, PublishTime: "9点"}},
		} {
			_, err := w.s.Create(w.Manager, press.CreateInput{Region: gacha, Fields: f})
			errstest.Is(t, err, want)
		}
	})
}

// Files of an article count by kind, and each article from one; they are taken out of a draft by whoever writes it, and opened by whoever
// works there.
func TestFilesOfADraft(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.draft(w.Manager, "一", "正文"), w.draft(w.Manager, "二", "正文")
		add := func(d press.Detail, kind string) press.Detail {
			t.Helper()
			up := blob.Upload{Name: "a.png", Data: dot(t)}
			if kind == "attachment" {
				up = blob.Upload{Name: "a.pdf", Data: []byte("%PDF-1.4\n%%EOF\n")}
			}
			return must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: kind, Alt: "雪",
				Caption: "注", File: up}))
		}
		for _, kind := range []string{"picture", "attachment", "picture", "attachment"} {
			first = add(first, kind)
		}
		second = add(second, "picture")
		var got []string
		for _, f := range append(first.Files, second.Files...) {
			got = append(got, fmt.Sprint(f.Kind, f.No))
		}
		slices.Sort(got)
		if want := []string{"attachment1", "attachment2", "picture1", "picture1", "picture2"}; !slices.Equal(got, want) {
			t.Errorf("%v", got)
		}
		id := second.Files[0].ID
		for who, want := range map[context.Context]string{w.Manager: "", w.Town: "", w.Resident: "denied"} {
			for _, size := range []string{"full", "view", "thumb"} {
				f, err := w.s.Open(who, press.OpenInput{ID: id, Size: size})
				errstest.Is(t, err, want)
				if err == nil && (!f.Show || !strings.HasPrefix(f.Name, "注.") || len(f.Tag) != 20 || len(f.Body) == 0) {
					t.Errorf("%s: %+v", size, f)
				}
			}
		}
		far, _ := w.Actor("别处", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Far.At(auth.LevelBanner)})
		_, err := w.s.Open(far, press.OpenInput{ID: id})
		errstest.Is(t, err, "not_found")
		_, err = w.s.PublicFile(w.visitor(), press.OpenInput{ID: id})
		errstest.Is(t, err, "not_found")
		_, err = w.s.DropFile(w.Manager, press.DropInput{ID: first.ID, Version: first.Version, FileID: id}) // of the other article
		errstest.Is(t, err, "invalid file_id")
		second = must[press.Detail](w)(w.s.DropFile(w.Manager, press.DropInput{ID: second.ID, Version: second.Version, FileID: id}))
		if len(second.Files) != 0 {
			t.Errorf("%+v", second.Files)
		}
		for range 20 - len(first.Files) {
			first = add(first, "attachment")
		}
		_, err = w.s.AddFile(w.Manager, press.FileInput{ID: first.ID, Version: first.Version, Kind: "picture", Alt: "雪",
			File: blob.Upload{Name: "a.png", Data: dot(t)}})
		errstest.Is(t, err, "invalid file: 一篇最多 20 个文件")
	})
}

// A picture that the text names must be there, under that number and of that kind.
func TestPicturesOfTheText(t *testing.T) {
	each(t, func(w *world) {
		d := w.draft(w.Manager, "一", "前\n\n[图1]\n\n后")
		d = must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: "attachment",
			File: blob.Upload{Name: "a.pdf", Data: []byte("%PDF-1.4\n%%EOF\n")}}))
		submit := func() error {
			_, err := w.s.Submit(w.Manager, press.SubmitInput{ID: d.ID, Version: d.Version, Checked: true})
			return err
		}
		errstest.Is(t, submit(), "wrong_state: 正文里写了 [图1]，没有这张照片")
		d = must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: "picture", Alt: "雪",
			File: blob.Upload{Name: "a.png", Data: dot(t)}}))
		w.run(`UPDATE article SET body = '<p>前</p><p>[图2]</p>' WHERE id = ?`, d.ID)
		errstest.Is(t, submit(), "wrong_state: 正文里写了 [图2]，没有这张照片")
		w.run(`UPDATE article SET body = '<p>前</p><p>[图1]</p>' WHERE id = ?`, d.ID)
		ok(t, submit())
	})
}

// Figures are those that the reader may see, of the place and the days that he asks for.
func TestFiguresByReader(t *testing.T) {
	each(t, func(w *world) {
		w.published("甲", "正文")
		today := clock.DayOf(attendancetest.Noon)
		must[press.Coverage](w)(w.s.Report(w.Manager, press.ReportInput{Region: gacha, Day: today, Outlet: "报", Level: "other", Title: "题"}))
		banner, _ := w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: gacha.At(auth.LevelBanner)})
		far, _ := w.Actor("别处", 0, auth.Grant{Role: auth.BannerOfficer, Region: attendancetest.Far.At(auth.LevelBanner)})
		for _, c := range []struct {
			who context.Context
			in  press.FiguresInput
			n   int64
		}{{banner, press.FiguresInput{}, 1}, {banner, press.FiguresInput{Region: gacha.At(auth.LevelTown)}, 1}, {far, press.FiguresInput{}, 0},
			{far, press.FiguresInput{Region: gacha.At(auth.LevelBanner)}, 0}, {banner, press.FiguresInput{From: today, To: today}, 1},
			{banner, press.FiguresInput{From: today.AddDays(1), To: today.AddDays(1)}, 0}, {banner, press.FiguresInput{To: today.AddDays(-1)}, 0}} {
			f := must[press.Figures](w)(w.s.Figures(c.who, c.in))
			if f.Sum.Total != c.n || f.Sum.Reports != c.n || f.Where == "" {
				t.Errorf("%+v: %+v", c.in, f.Sum)
			}
		}
		w.run(`UPDATE article SET state = 'withdrawn'`)
		w.run(`DELETE FROM article_gram`)
		w.run(`UPDATE media_report SET off = TRUE`)
		if f := must[press.Figures](w)(w.s.Figures(banner, press.FiguresInput{})); f.Sum.Total != 0 || f.Sum.Reports != 0 {
			t.Errorf("%+v", f.Sum)
		}
	})
}

// Verify names the article, and why.
func TestVerifySays(t *testing.T) {
	each(t, func(w *world) {
		d := w.published("甲", "正文")
		found := func(want ...string) {
			t.Helper()
			var got []string
			ok(t, w.DB.Read(w.System, func(tx *db.Tx) error {
				return press.Verify(w.System, tx, func(object, what string) { got = append(got, object+" "+what) })
			}))
			if !slices.Equal(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		}
		it := "article " + d.ID.String() + " "
		found()
		for spoil, mend := range map[string]string{`passed = FALSE`: `passed = TRUE`, `round = round + 1`: `round = round - 1`,
			`wrote = TRUE`: `wrote = FALSE`} {
			w.run(`UPDATE article_review SET ` + spoil)
			found(it + "没有经过规定的审核人")
			w.run(`UPDATE article_review SET ` + mend)
			found()
		}
		w.run(`UPDATE article SET author = (SELECT MIN(account) FROM article_review)`)
		found(it + "没有经过规定的审核人")
		w.run(`UPDATE article SET state = 'withdrawn'`)
		found(it + "没有发布，却能查到")
		w.run(`DELETE FROM article_gram`)
		found()
	})
}
