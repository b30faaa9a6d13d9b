package press_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/press"
	"linli/internal/work/attendance/attendancetest"
)

const banner = auth.Region(152502000000)

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// What waits: for whom it is not his own and who has not seen it, a review; for its author, what was sent back; for who publishes, what
// passed and has no day.
func TestHeaps(t *testing.T) {
	each(t, func(w *world) {
		const review, mend, publish = "别人写的文章，等您审: ", "退回给您改的文章: ", "审完的文章，等发布: "
		told := func(who context.Context, shell string, want ...string) {
			w.Helper()
			areatest.IsTodo(t, w.DB, w.s.Area(), who, shell, want...)
		}
		d := w.draft(w.Manager, "修路的人", "一夜修好了桥。")
		told(w.Manager, "desk")
		told(w.Head, "desk")
		d = w.submit(w.Manager, d)
		line := d.Title + ", " + d.AuthorName
		told(w.Manager, "desk")
		told(w.Head, "desk", review+line)
		told(w.Town, "gov", review+line)
		told(w.Elsewhere, "desk")
		same := auth.From(w.Head2)
		same.Person = auth.From(w.Manager).Person
		w.run(`UPDATE article SET author_person = ? WHERE id = ?`, w.Vols[0].PersonID, d.ID)
		same.Person = w.Vols[0].PersonID
		told(auth.With(w.Head2, same), "desk") // who wrote it, by another account
		told(w.Head2, "desk", review+line)
		d = w.approve(d, w.Head)
		told(w.Head, "desk")
		told(w.Head2, "desk", review+line)
		d = must[press.Detail](w)(w.s.Return(w.Head2, press.ReturnInput{ID: d.ID, Version: d.Version, Reason: "哪座桥"}))
		told(w.Head2, "desk")
		told(w.Manager, "desk", mend+line)
		told(w.Head, "desk")
		d = w.submit(w.Manager, d)
		told(w.Manager, "desk")
		told(w.Head, "desk", review+line) // in another round
		d = w.approve(d, w.Head, w.Town)
		told(w.Town, "gov", publish+line)
		told(w.Head2, "desk")
		told(w.Elsewhere, "desk")
		day := clock.DayOf(attendancetest.Noon)
		w.run(`UPDATE article SET publish_at = ? WHERE id = ?`, day.AddDays(3).Time(), d.ID)
		told(w.Town, "gov")
		w.run(`UPDATE article SET publish_at = NULL WHERE id = ?`, d.ID)
		told(w.Town, "gov", publish+line)
		must[press.Detail](w)(w.s.Publish(w.Town, press.PublishInput{ID: d.ID, Version: d.Version}))
		told(w.Town, "gov")
	})
}

// What is in the making is listed to its place, what is published to everybody it concerns: those below it, and above.
func TestListsOfArticles(t *testing.T) {
	each(t, func(w *world) {
		a := w.draft(w.Manager, "修路的人", "一夜修好了桥。")
		in := press.CreateInput{Region: gacha, Fields: fields("通知一则", "停水。")}
		in.Section = "notice"
		b := w.submit(w.Manager, must[press.Detail](w)(w.s.Create(w.Manager, in)))
		for _, c := range []struct {
			who  context.Context
			in   press.ListInput
			want string
		}{
			{w.Manager, press.ListInput{}, "通知一则 修路的人"}, {w.Town, press.ListInput{}, "通知一则 修路的人"}, {w.editor, press.ListInput{}, "通知一则 修路的人"},
			{w.Elsewhere, press.ListInput{}, ""}, {w.Town, press.ListInput{Section: "notice"}, "通知一则"},
			{w.Town, press.ListInput{State: press.Draft}, "修路的人"}, {w.Town, press.ListInput{State: press.Draft, Section: "notice"}, ""},
			{w.Town, press.ListInput{Q: "停水"}, "通知一则"}, {w.Town, press.ListInput{Q: "没有"}, ""},
			{w.editor, press.ListInput{Region: gacha.At(auth.LevelTown)}, "通知一则 修路的人"}, {w.editor, press.ListInput{Region: 152502100000}, ""},
			{w.Elsewhere, press.ListInput{State: press.Draft}, ""},
		} {
			var got []string
			for _, l := range must[press.Register](w)(w.s.List(c.who, c.in)).Items {
				got = append(got, l.Title)
				if l.Where == "" || l.AuthorName == "" {
					t.Errorf("%+v", l)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%+v: %v, want %s", c.in, got, c.want)
			}
		}
		_, err := w.s.List(w.Vols[0].Ctx, press.ListInput{})
		errstest.Is(t, err, "denied")
		_, err = w.s.Get(w.Elsewhere, press.GetInput{ID: a.ID})
		errstest.Is(t, err, "not_found")
		b = must[press.Detail](w)(w.s.Publish(w.Town, press.PublishInput{ID: b.ID, Version: w.approve(b, w.Head, w.Town).Version}))
		for _, c := range []struct {
			in   press.PublicInput
			want string
		}{
			{press.PublicInput{}, "通知一则"}, {press.PublicInput{Region: gacha}, "通知一则"}, {press.PublicInput{Region: banner}, "通知一则"},
			{press.PublicInput{Region: far}, ""}, {press.PublicInput{Region: 150102000000}, ""}, {press.PublicInput{Section: "notice"}, "通知一则"},
			{press.PublicInput{Section: "deed"}, ""}, {press.PublicInput{Q: "停水"}, "通知一则"}, {press.PublicInput{Q: "水停"}, ""},
			{press.PublicInput{Q: "停水", Section: "deed"}, ""},
		} {
			if got := w.titles(c.in); got != c.want {
				t.Errorf("%+v: %q, want %q", c.in, got, c.want)
			}
		}
		w.run(`UPDATE article SET region = ? WHERE id = ?`, int64(banner), b.ID) // told by the banner, it concerns those below
		for at, want := range map[auth.Region]string{gacha: "通知一则", far: "", gacha.At(auth.LevelTown): "通知一则", 152500000000: "通知一则"} {
			if far.At(auth.LevelBanner) == banner && at == far {
				want = "通知一则"
			}
			if got := w.titles(press.PublicInput{Region: at}); got != want {
				t.Errorf("%v: %q, want %q", at, got, want)
			}
		}
		w.run(`UPDATE article SET region = ? WHERE id = ?`, int64(gacha), b.ID)
	})
}

// Each step stands in its states alone.
func TestStates(t *testing.T) {
	each(t, func(w *world) {
		d := w.draft(w.Manager, "修路的人", "一夜修好了桥。")
		all := []string{press.Draft, press.Submitted, press.Approved, press.Published, press.Withdrawn}
		for name, c := range map[string]struct {
			from string
			do   func() error
		}{
			"edit": {press.Draft, func() error {
				_, err := w.s.Edit(w.Manager, press.EditInput{ID: d.ID, Version: 50, Fields: fields("修路的人", "好")})
				return err
			}},
			"submit": {press.Draft, func() error {
				_, err := w.s.Submit(w.Manager, press.SubmitInput{ID: d.ID, Version: 50, Checked: true})
				return err
			}},
			"approve": {press.Submitted, func() error {
				_, err := w.s.Approve(w.Head, press.ApproveInput{ID: d.ID, Version: 50})
				return err
			}},
			"publish": {press.Approved, func() error {
				_, err := w.s.Publish(w.Town, press.PublishInput{ID: d.ID, Version: 50})
				return err
			}},
		} {
			for _, state := range all {
				if state == c.from {
					continue
				}
				w.run(`UPDATE article SET state = ?, version = 50, passed = 2, needed = 2, published_at = CASE WHEN ? IN ('published', 'withdrawn')
					THEN changed_at END WHERE id = ?`, state, state, d.ID)
				if err := c.do(); errs.CodeOf(err) != "wrong_state" {
					t.Errorf("%s of %s: %v", name, state, err)
				}
			}
		}
		w.run(`UPDATE article SET state = 'draft', version = 50, published_at = NULL WHERE id = ?`, d.ID)
	})
}

// The register of what others reported is narrowed by level, days and words; what was entered by mistake stays out of it.
func TestReportsEdges(t *testing.T) {
	each(t, func(w *world) {
		today := clock.DayOf(attendancetest.Noon)
		enter := func(day clock.Day, outlet, level, title string) press.Coverage {
			w.Helper()
			return must[press.Coverage](w)(w.s.Report(w.Manager, press.ReportInput{Region: gacha, Day: day, Outlet: outlet, Level: level,
				Title: title,
				Link:  "第 3 版"}))
		}
		a, b := enter(today, "锡林郭勒日报", "league", "修桥"), enter(today.AddDays(-2), "人民日报", "central", "送饭")
		for _, c := range []struct {
			change func(in *press.ReportInput)
			want   string
		}{
			{func(in *press.ReportInput) { in.Day = today.AddDays(1) }, "invalid day: 还没到"}, {func(in *press.ReportInput) { in.Outlet = " " },
				"invalid outlet"},
			{func(in *press.ReportInput) { in.Title = " " }, "invalid title"}, {func(in *press.ReportInput) { in.Link = "javascript:x" },
				"invalid link"},
			{func(in *press.ReportInput) { in.Link = "ftp://x.example" }, "invalid link"}, {func(in *press.ReportInput) { in.Link = "https:" },
				"invalid link"},
			{func(in *press.ReportInput) { in.ArticleID = 5 }, "invalid article_id: 没有"}, {func(in *press.ReportInput) { in.Region = far },
				"not_found"},
			{func(in *press.ReportInput) { in.Link = "http://x.example/a" }, ""},
		} {
			in := press.ReportInput{Region: gacha, Day: today.AddDays(-9), Outlet: "外报", Level: "other", Title: "外"}
			c.change(&in)
			_, err := w.s.Report(w.Manager, in)
			errstest.Is(t, err, c.want)
		}
		for _, c := range []struct {
			who  context.Context
			in   press.ReportsInput
			want string
		}{
			{w.Town, press.ReportsInput{}, "修桥 送饭 外"}, {w.Elsewhere, press.ReportsInput{}, ""}, {w.Town, press.ReportsInput{Level: "central"}, "送饭"},
			{w.Town, press.ReportsInput{From: today}, "修桥"}, {w.Town, press.ReportsInput{From: today.AddDays(-2)}, "修桥 送饭"},
			{w.Town, press.ReportsInput{To: today.AddDays(-2)}, "送饭 外"}, {w.Town, press.ReportsInput{To: today.AddDays(-3)}, "外"},
			{w.Town, press.ReportsInput{Q: "日报"}, "修桥 送饭"}, {w.Town, press.ReportsInput{Q: "修桥"}, "修桥"},
			{w.Town, press.ReportsInput{Q: "修桥", Level: "central"}, ""}, {w.editor, press.ReportsInput{Region: 152502100000}, ""},
		} {
			r := must[press.Reports](w)(w.s.Reports(c.who, c.in))
			var got []string
			for _, x := range r.Items {
				got = append(got, x.Title)
			}
			if strings.Join(got, " ") != c.want || int(r.Total) != len(got) {
				t.Errorf("%+v: %v of %d, want %s", c.in, got, r.Total, c.want)
			}
		}
		f := must[blob.File](w)(w.s.ExportReports(w.Town, press.ReportsFileInput{Format: "csv"}))
		for i, x := range []press.Coverage{a, b} {
			if row := fmt.Sprintf("%d,%s,%s,", i+1, x.Day, x.Outlet); !strings.Contains(string(f.Body), row) {
				t.Errorf("%s\nhas no %s", f.Body, row)
			}
		}
		_, err := w.s.VoidReport(w.Manager, press.VoidInput{ID: a.ID, Version: a.Version, Reason: " "})
		errstest.Is(t, err, "invalid reason")
		_, err = w.s.VoidReport(w.Elsewhere, press.VoidInput{ID: a.ID, Version: a.Version, Reason: "重了"})
		errstest.Is(t, err, "denied")
		a = must[press.Coverage](w)(w.s.VoidReport(w.Manager, press.VoidInput{ID: a.ID, Version: a.Version, Reason: "重了"}))
		_, err = w.s.VoidReport(w.Manager, press.VoidInput{ID: a.ID, Version: a.Version, Reason: "重了"})
		errstest.Is(t, err, "wrong_state: 已经作废了")
		if r := must[press.Reports](w)(w.s.Reports(w.Town, press.ReportsInput{})); r.Total != 2 || len(r.Items) != 2 {
			t.Errorf("%+v", r)
		}
	})
}

// A day without an hour is nine in the morning; an hour without a day is nothing.
func TestWhen(t *testing.T) {
	each(t, func(w *world) {
		day := clock.DayOf(attendancetest.Noon).AddDays(1)
		for _, c := range []struct {
			day  clock.Day
			hour string
			at   time.Duration
			want string
		}{{day, "", 9 * time.Hour, ""}, {day, "00:00", 0, ""}, {day, "23:59", 23*time.Hour + 59*time.Minute, ""}, {0, "09:00", 0,
			"invalid publish_day"},
			{day, "24:00", 0, "invalid publish_time"}, {day, "早上", 0, "invalid publish_time"}} {
			in := press.CreateInput{Region: gacha, Fields: fields("几点", "正文")}
			in.PublishDay, in.PublishTime = c.day, c.hour
			d, err := w.s.Create(w.Manager, in)
			errstest.Is(t, err, c.want)
			if err == nil && (d.PublishAt == nil || !d.PublishAt.Equal(day.Time().Add(c.at))) {
				t.Errorf("%s: %v", c.hour, d.PublishAt)
			}
		}
	})
}
