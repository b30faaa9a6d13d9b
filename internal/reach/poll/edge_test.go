package poll_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/poll"
)

// Limits hold at their edge: the longest poll, as many communities as there are, the last day, who did not answer.
func TestLimits(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			change func(*poll.CreateInput)
			want   string
		}{
			{func(in *poll.CreateInput) { in.From, in.To = today, today }, ""},
			{func(in *poll.CreateInput) { in.From, in.To = today.AddDays(-1), today }, ""},
			{func(in *poll.CreateInput) { in.From, in.To = today.AddDays(-2), today.AddDays(-1) }, "invalid to: 已经过了"},
			{func(in *poll.CreateInput) { in.From, in.To = today, today.AddDays(-1) }, "invalid to: 应在开始那天以后"},
			{func(in *poll.CreateInput) { in.To = in.From.AddDays(92) }, ""},
			{func(in *poll.CreateInput) { in.To = in.From.AddDays(93) }, "invalid to: 最长三个月"},
			{func(in *poll.CreateInput) { in.Region = gacha }, "invalid region: 按旗县区以上"},
			{func(in *poll.CreateInput) { in.Region = 0 }, ""}, // one's own
		} {
			in := input()
			c.change(&in)
			d, err := w.s.Create(w.officer, in)
			errstest.Is(t, err, c.want)
			if err == nil && (d.Region != banner || d.Where == "" || d.Drawn != 3 || d.Each != 20 || d.ByName != auth.From(w.officer).Name) {
				t.Errorf("%+v", d.Poll)
			}
		}
		in := input()
		d := must[poll.Detail](w)(w.s.Create(w.officer, in))
		in.Drawn = d.Size
		all := must[poll.Detail](w)(w.s.Create(w.officer, in))
		if int64(len(all.Places)) != d.Size {
			t.Errorf("%d of %d are drawn", len(all.Places), d.Size)
		}
		in.Drawn++
		errstest.Is(t, inspectiontest.Err(w.s.Create(w.officer, in)), "invalid drawn: 没有这么多")
		if got := w.found(); len(got) != 0 {
			t.Error(got)
		}
		last := enter(d.Places[0], 20, 20, 20)
		w.officer = at(w.officer, d.To.AddDays(1))
		last.Day = d.To.AddDays(1)
		errstest.Is(t, inspectiontest.Err(w.s.Enter(w.officer, last)), "invalid day: 应在 "+d.From.String()+" 到 "+d.To.String())
		last.Day = d.To
		d = must[poll.Detail](w)(w.s.Enter(w.officer, last))
		w.run(`UPDATE poll_place SET at = NULL WHERE id = ?`, d.Places[0].ID)
		if got, err := w.s.Get(w.officer, poll.GetInput{ID: d.ID}); err != nil || got.Result.Places != 0 || got.Result.Asked != 0 {
			t.Errorf("%+v %v", got.Result, err)
		}
	})
}

// While two of three are entered it may be closed only behind its last day.
func TestCloseOnLastDay(t *testing.T) {
	each(t, func(w *world) {
		d := must[poll.Detail](w)(w.s.Create(w.officer, input()))
		for i := range 2 {
			d = must[poll.Detail](w)(w.s.Enter(w.officer, enter(d.Places[i], 20, 10, 15)))
		}
		if d.Result.Refused != 4 || d.Result.Places != 2 || d.Result.Asked != 40 {
			t.Errorf("%+v", d.Result)
		}
		end := poll.EndInput{ID: d.ID, Version: d.Version}
		errstest.Is(t, inspectiontest.Err(w.s.Close(at(w.officer, d.To), end)), "wrong_state: 还有社区没有登记")
		later := at(w.officer, d.To.AddDays(1))
		errstest.Is(t, inspectiontest.Err(w.s.Close(w.inspector, end)), "denied")
		d = must[poll.Detail](w)(w.s.Close(later, end))
		for what, err := range map[string]error{
			"close":   inspectiontest.Err(w.s.Close(later, poll.EndInput{ID: d.ID, Version: d.Version})),
			"give up": inspectiontest.Err(w.s.GiveUp(later, poll.EndInput{ID: d.ID, Version: d.Version, Reason: "x"})),
		} {
			if errstest.Is(t, err, "wrong_state"); err == nil {
				t.Error(what)
			}
		}
	})
}

// What waits is every community where nobody has entered anything, from the first day while the poll is open, for who enters there.
func TestWaits(t *testing.T) {
	each(t, func(w *world) {
		in := input()
		in.From = today.AddDays(1)
		d := must[poll.Detail](w)(w.s.Create(w.officer, in))
		lines := func(n int) (out []string) {
			for _, p := range d.Places[n:] {
				out = append(out, "知晓率调查，等登记的社区: "+in.Title+", "+p.Name+", "+in.To.Words(w.officer))
			}
			return out
		}
		waits := func(who context.Context, want ...string) {
			w.Helper()
			areatest.IsTodo(t, w.DB, w.s.Area(), who, "gov", want...)
		}
		waits(w.officer)
		begun := at(w.officer, in.From)
		waits(begun, lines(0)...)
		waits(at(w.inspector, in.From))
		far, _ := w.Actor("别的旗", 0, auth.Grant{Role: auth.BannerOfficer, Region: 150102000000})
		waits(at(far, in.From))
		first := enter(d.Places[0], 20, 10, 15)
		first.Day = in.From
		must[poll.Detail](w)(w.s.Enter(begun, first))
		waits(begun, lines(1)...)
		d2 := must[poll.Detail](w)(w.s.GiveUp(begun, poll.EndInput{ID: d.ID, Version: d.Version, Reason: "大雪"}))
		waits(begun)
		if d2.EndedAt == nil || d2.State != poll.GivenUp {
			t.Errorf("%+v", d2.Poll)
		}
	})
}

// Who works on a poll reads all of it, in the poll's division or where a community was drawn; polls are listed by their division.
func TestWhoReads(t *testing.T) {
	each(t, func(w *world) {
		d := must[poll.Detail](w)(w.s.Create(w.officer, input()))
		town := d.Places[1].Region.Parent()
		own, _ := w.Actor("抽中的苏木", 0, auth.Grant{Role: auth.TownOfficer, Region: town})
		far, _ := w.Actor("别的旗", 0, auth.Grant{Role: auth.BannerOfficer, Region: 150102000000})
		for _, c := range []struct {
			who  context.Context
			want string
		}{{w.officer, ""}, {w.inspector, ""}, {own, ""}, {far, "not_found"}, {w.Vols[0].Ctx, "denied"}} {
			errstest.Is(t, inspectiontest.Err(w.s.Get(c.who, poll.GetInput{ID: d.ID})), c.want)
			errstest.Is(t, inspectiontest.Err(w.s.Sheets(c.who, poll.SheetsInput{ID: d.ID})), c.want)
			errstest.Is(t, inspectiontest.Err(w.s.Export(c.who, poll.ExportInput{ID: d.ID, Format: "csv"})), c.want)
		}
		errstest.Is(t, inspectiontest.Err(w.s.List(w.Vols[0].Ctx, poll.ListInput{})), "denied")
		for _, c := range []struct {
			at auth.Region
			n  int
		}{{0, 1}, {banner, 1}, {banner.At(auth.LevelLeague), 1}, {150100000000, 0}} {
			if list, err := w.s.List(w.officer, poll.ListInput{Region: c.at}); err != nil || len(list.Items) != c.n {
				t.Errorf("%v: %d, %v", c.at, len(list.Items), err)
			}
		}
		must[poll.Detail](w)(w.s.Enter(w.officer, enter(d.Places[1], 20, 11, 15)))
		f, err := w.s.Export(w.officer, poll.ExportInput{ID: d.ID, Format: "csv"})
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range d.Places {
			want := fmt.Sprintf("%d,%s,%s,,,,,,", i+1, p.Town, p.Name)
			if i == 1 {
				want = fmt.Sprintf("2,%s,%s,%s,20,11,15,2,%s", p.Town, p.Name, today, auth.From(w.officer).Name)
			}
			if !strings.Contains(string(f.Body), want) {
				t.Errorf("%s\nhas no line\n%s", f.Body, want)
			}
		}
		site := inspectiontest.Sited(t, w.World, w.s.Routes, map[string]context.Context{"banner": w.officer, "inspector": w.inspector,
			"far": far})
		path := "/gov/polls/" + d.ID.String()
		if page := site.See("banner", path, d.Places[0].Name); !strings.Contains(page, d.Places[0].ID.String()) || !strings.Contains(page,
			"give-up") {
			t.Error("the officer is not offered what he may do")
		}
		if page := site.See("inspector", path); strings.Contains(page, "give-up") || strings.Contains(page, `/places/`) {
			t.Error("the inspector is offered what he may not do")
		}
		if page := site.See("far", "/gov/polls"); strings.Contains(page, path) {
			t.Error("who does not work on it is led to its work")
		}
		site.See("banner", "/gov/polls", path)
		site.See("", "/polls/"+d.ID.String(), d.Hash, d.Seed)
	})
}

func (w *world) run(q string, args ...any) {
	w.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// at lets somebody act on a day.
func at(who context.Context, day clock.Day) context.Context { return clock.At(who, day.Time()) }
