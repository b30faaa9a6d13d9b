package press_test

import (
	"context"
	"strings"
	"testing"

	"linli/internal/platform/auth"
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
