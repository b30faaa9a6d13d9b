package poll_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/poll"
	"linli/internal/work/attendance/attendancetest"
)

const gacha = attendancetest.Gacha

var banner = gacha.At(auth.LevelBanner)

// world is the gacha with the area, its banner's officer and an inspector.
type world struct {
	*attendancetest.World
	*testing.T
	s         *poll.Service
	officer   context.Context
	inspector context.Context
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, s: poll.New(base.DB)}
		w.officer, _ = w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.inspector, _ = w.Actor("督查", 0, auth.Grant{Role: auth.Inspector, Region: banner})
		test(w)
	})
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

var today = clock.DayOf(attendancetest.Noon)

func input() poll.CreateInput {
	return poll.CreateInput{Region: banner, Title: "知晓率调查", From: today.AddDays(-3), To: today.AddDays(20), Drawn: 3, Each: 20}
}

func enter(p poll.Place, asked, knows, approves int64) poll.EnterInput {
	return poll.EnterInput{PollID: p.PollID, ID: p.ID, Version: p.Version, Day: today,
		Asked: asked, Knows: knows, Approves: approves, Refused: 2}
}

func (w *world) found() (out []string) {
	w.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return poll.Verify(w.System, tx, func(_, what string) { out = append(out, what) })
	}); err != nil {
		w.Fatal(err)
	}
	return out
}

// A poll is drawn by its seed from its list, by who may, in days that are not over; anybody takes the draw again.
func TestDraw(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			who    context.Context
			change func(*poll.CreateInput)
			want   string
		}{
			{w.officer, func(in *poll.CreateInput) { in.Title = " " }, "invalid title"},
			{w.officer, func(in *poll.CreateInput) { in.To = in.From.AddDays(-1) }, "invalid to"},
			{w.officer, func(in *poll.CreateInput) { in.To = in.From.AddDays(93) }, "invalid to"},
			{w.officer, func(in *poll.CreateInput) { in.From, in.To = today.AddDays(-9), today.AddDays(-1) }, "invalid to"},
			{w.officer, func(in *poll.CreateInput) { in.Region = gacha.At(auth.LevelTown) }, "invalid region"},
			{w.officer, func(in *poll.CreateInput) { in.Region = banner.At(auth.LevelLeague) }, "not_found"},
			{w.officer, func(in *poll.CreateInput) { in.Drawn = 500 }, "invalid drawn"},
			{w.inspector, func(*poll.CreateInput) {}, "denied"},
			{w.Town, func(*poll.CreateInput) {}, "denied"},
		} {
			in := input()
			c.change(&in)
			_, err := w.s.Create(c.who, in)
			errstest.Is(t, err, c.want)
		}
		in := input()
		in.From, in.To, in.Title = today, today.AddDays(92), " 最长的 "
		d := must[poll.Detail](w)(w.s.Create(w.officer, in))
		if d.State != poll.Open || d.Title != "最长的" || len(d.Places) != 3 || d.Size < 3 || d.Result.Asked != 0 {
			t.Errorf("drawn: %+v", d)
		}
		f, err := w.s.Frame(w.Context(), poll.GetInput{ID: d.ID})
		list := strings.Fields(string(f.Body))
		if err != nil || int64(len(list)) != d.Size || spotcheck.PopulationHash(string(f.Body)) != d.Hash || !slices.IsSorted(list) {
			t.Errorf("frame: %v %.100s", err, f.Body)
		}
		for _, p := range d.Places {
			if !slices.Contains(list, p.Region.String()) || p.Name == "" || p.Town == "" {
				t.Errorf("a place that the list lacks: %+v", p)
			}
		}
		if all := must[poll.Register](w)(w.s.All(w.Context(), poll.ListInput{})); len(all.Items) != 1 || all.Items[0].Result != nil {
			t.Errorf("public: %+v", all.Items)
		}
		if other := must[poll.Detail](w)(w.s.Create(w.officer, input())); other.Seed == d.Seed {
			t.Error("the same seed twice")
		}
		if got := w.found(); len(got) != 0 {
			t.Errorf("verify: %v", got)
		}
		for _, q := range []string{`UPDATE poll SET seed = '00' WHERE id = ?`, `UPDATE poll_frame SET codes = codes || '1' WHERE poll_id = ?`,
			`DELETE FROM poll_place WHERE id = (SELECT MAX(id) FROM poll_place WHERE poll_id = ?)`} {
			err := w.DB.Write(w.System, func(tx *db.Tx) error {
				if _, err := tx.Build(q, d.ID).Run(w.System, tx); err != nil {
					return err
				}
				n := 0
				if err := poll.Verify(w.System, tx, func(object, _ string) {
					if n++; object != "poll "+d.ID.String() {
						t.Errorf("%s is named", object)
					}
				}); err != nil || n == 0 {
					t.Errorf("%s is not seen: %v", q, err)
				}
				return errs.Clash("undone")
			})
			errstest.Is(t, err, "conflict: undone")
		}
	})
}

// What was said is entered within the days by who may, and changed with a reason, until the poll ends.
func TestEnter(t *testing.T) {
	each(t, func(w *world) {
		d := must[poll.Detail](w)(w.s.Create(w.officer, input()))
		for _, c := range []struct {
			who    context.Context
			change func(*poll.EnterInput)
			want   string
		}{
			{w.officer, func(in *poll.EnterInput) { in.Knows = 21 }, "invalid knows"},
			{w.officer, func(in *poll.EnterInput) { in.Approves = 21 }, "invalid approves"},
			{w.officer, func(in *poll.EnterInput) { in.Day = d.From.AddDays(-1) }, "invalid day"},
			{w.officer, func(in *poll.EnterInput) { in.Day = today.AddDays(1) }, "invalid day"},
			{w.officer, func(in *poll.EnterInput) { in.Version = 7 }, "stale_version"},
			{w.officer, func(in *poll.EnterInput) { in.PollID++ }, "not_found"},
			{w.inspector, func(*poll.EnterInput) {}, "denied"},
			{w.Manager, func(*poll.EnterInput) {}, "denied"},
		} {
			in := enter(d.Places[0], 20, 20, 20)
			c.change(&in)
			_, err := w.s.Enter(c.who, in)
			errstest.Is(t, err, c.want)
		}
		if _, err := w.s.Get(w.Elsewhere, poll.GetInput{ID: d.ID}); err == nil {
			t.Error("a poll is open to who does not work on it")
		}
		first := enter(d.Places[0], 20, 20, 20)
		first.Day = d.From
		d = must[poll.Detail](w)(w.s.Enter(w.officer, first))
		if d.Result.Places != 1 || d.Result.Asked != 20 || d.Result.Refused != 2 || d.Places[0].ByName == "" {
			t.Errorf("entered: %+v", d.Result)
		}
		again := enter(d.Places[0], 20, 10, 18)
		_, err := w.s.Enter(w.officer, again)
		errstest.Is(t, err, "invalid reason")
		again.Reason = "数错了"
		d = must[poll.Detail](w)(w.s.Enter(w.officer, again))
		_, err = w.s.Close(w.officer, poll.EndInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "wrong_state: 至少登记两个社区，才算得出")
		d = must[poll.Detail](w)(w.s.Enter(w.officer, enter(d.Places[1], 20, 12, 20)))
		_, err = w.s.Close(w.officer, poll.EndInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "wrong_state: 还有社区没有登记；问的日子过了才能缺着公布")
		later := clock.At(w.officer, input().To.AddDays(1).Time())
		closed := must[poll.Detail](w)(w.s.Close(later, poll.EndInput{ID: d.ID, Version: d.Version}))
		if closed.State != poll.Closed || closed.EndedAt == nil || closed.Result.Knows.Share != 0.55 || closed.Result.Approves.Share != 0.95 {
			t.Errorf("closed: %+v", closed)
		}
		if face := must[poll.Published](w)(w.s.Read(w.Context(), poll.GetInput{ID: d.ID})); len(face.Places) != 3 || face.Result == nil ||
			face.Seed != d.Seed || face.Places[0].Name == "" {
			t.Errorf("as everybody sees it: %+v", face)
		}
		_, err = w.s.Enter(w.officer, enter(d.Places[2], 20, 12, 20))
		errstest.Is(t, err, "wrong_state: 这次调查已公布，不能再登记")
		if all := must[poll.Register](w)(w.s.All(w.Context(), poll.ListInput{})); all.Items[0].Result == nil ||
			all.Items[0].Result.Asked != 40 || all.Items[0].Result.Places != 2 {
			t.Errorf("public: %+v", all.Items)
		}
	})
}

// A poll that is given up stays public with its reason; when all is entered one need not wait for the last day.
func TestEnds(t *testing.T) {
	each(t, func(w *world) {
		d := must[poll.Detail](w)(w.s.Create(w.officer, input()))
		_, err := w.s.GiveUp(w.officer, poll.EndInput{ID: d.ID, Version: d.Version, Reason: " "})
		errstest.Is(t, err, "invalid reason")
		_, err = w.s.GiveUp(w.inspector, poll.EndInput{ID: d.ID, Version: d.Version, Reason: "大雪"})
		errstest.Is(t, err, "denied")
		must[poll.Detail](w)(w.s.GiveUp(w.officer, poll.EndInput{ID: d.ID, Version: d.Version, Reason: "大雪"}))
		d = must[poll.Detail](w)(w.s.Create(w.officer, input()))
		for i := range d.Places {
			d = must[poll.Detail](w)(w.s.Enter(w.officer, enter(d.Places[i], 20, 11, 15)))
		}
		must[poll.Detail](w)(w.s.Close(w.officer, poll.EndInput{ID: d.ID, Version: d.Version}))
		all := must[poll.Register](w)(w.s.All(w.Context(), poll.ListInput{}))
		if len(all.Items) != 2 || all.Items[1].State != poll.GivenUp || all.Items[1].Reason != "大雪" || all.Items[1].Result != nil {
			t.Errorf("public: %+v", all.Items)
		}
		for _, format := range []string{"csv", "xlsx", "pdf"} {
			f, err := w.s.Export(w.officer, poll.ExportInput{ID: d.ID, Format: format})
			if err != nil || len(f.Body) == 0 || format == "csv" && !strings.Contains(string(f.Body), d.Places[0].Name) {
				t.Errorf("%s: %v", format, err)
			}
		}
		if f, err := w.s.Sheets(w.officer, poll.SheetsInput{ID: d.ID}); err != nil || len(f.Body) == 0 {
			t.Errorf("sheets: %v", err)
		}
	})
}

// The 95 % interval of communities that differ holds the true share in 93 of a hundred draws and more.
func TestCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	const size, drawn, asked, draws = 400, 20, 20, 2000
	held := 0
	for range draws {
		share, sample := 0.0, make([]spotcheck.Judged, 0, drawn)
		for i := range size {
			own := 0.35 + 0.5*r.Float64()
			share += own / size
			if i < drawn {
				yes := 0
				for range asked {
					if r.Float64() < own {
						yes++
					}
				}
				sample = append(sample, spotcheck.Judged{Minutes: asked, Wrong: int64(yes)})
			}
		}
		if i := spotcheck.ClusterShare(sample); i.Low <= share && share <= i.High {
			held++
		}
	}
	if held < draws*93/100 {
		t.Errorf("held in %d of %d", held, draws)
	}
	if one := spotcheck.ClusterShare([]spotcheck.Judged{{Minutes: 20, Wrong: 5}}); one.Share != 0.25 || one.Low != 0 || one.High != 1 {
		t.Errorf("of one community: %+v", one)
	}
}
