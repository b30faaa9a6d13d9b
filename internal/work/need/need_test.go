package need_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/need"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
	"linli/internal/work/project"
)

// world is the gacha with the area and what needs become.
type world struct {
	*attendancetest.World
	*testing.T
	s     *need.Service
	elder db.ID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t}
		projects := project.New(base.DB, activity.New(base.DB, base.Keys, base.Att), base.Att)
		none := func(context.Context, *db.Tx, db.ID) (project.Sum, error) { return project.Sum{}, nil }
		projects.Ask = project.Outside{Counted: none, Copied: none}
		w.s = need.New(base.DB, base.Keys, base.Persons, base.Orders, projects, pairing.New(base.DB, base.Keys, base.Persons))
		w.s.FollowPersons(base.Persons)
		w.elder = w.someone("道尔吉", "12955550077")
		test(w)
		w.whole(0)
	})
}

// someone is an elder of the gacha who has his groups in the register.
func (w *world) someone(name, phone string) (id db.ID) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		p, err := w.Persons.Add(w.System, tx, person.NewPerson{Name: name, Region: attendancetest.Gacha, BirthDay: 19400101, Phone: phone,
			Groups: person.Codes{"lone_elder"}, Consent: person.BySpoken, Addresses: []person.Address{{Detail: "东街三号"}}})
		id = p.ID
		return err
	})
	return id
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

func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return need.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func (w *world) count(text string) (n int64) {
	w.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		n, err = db.Query[int64](text).One(w.System, tx)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) input() need.AddInput {
	return need.AddInput{PersonID: w.elder, Kind: "housing", Content: "炉子不热", Urgency: "soon", Source: "visit"}
}

func (w *world) add() need.Detail {
	w.Helper()
	return must[need.Detail](w)(w.s.Add(w.Manager, w.input()))
}

// A need has a day from the first, an owner from the first step, and an end with a reason; each by who may and in its turn.
func TestNeed(t *testing.T) {
	each(t, func(w *world) {
		today := clock.DayOf(attendancetest.Noon)
		for _, c := range []struct {
			by     context.Context
			change func(*need.AddInput)
			code   string
		}{
			{w.Manager, func(in *need.AddInput) { in.Content = " " }, "invalid"},
			{w.Manager, func(in *need.AddInput) { in.FollowDay = today.AddDays(-1) }, "invalid"},
			{w.Manager, func(in *need.AddInput) { in.Groups = person.Codes{"rich"} }, "invalid"},
			{w.Manager, func(in *need.AddInput) { in.PersonID = 5 }, "invalid"},
			{w.Elsewhere, func(*need.AddInput) {}, "invalid"},
			{w.Vols[0].Ctx, func(*need.AddInput) {}, "denied"},
		} {
			in := w.input()
			c.change(&in)
			_, err := w.s.Add(c.by, in)
			w.Refused(err, c.code, fmt.Sprint(in))
		}
		gone := w.input()
		gone.PersonID = w.Person("走了的人", 6)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE person SET state = 'merged', merged_into = ? WHERE id = ?`, w.elder, gone.PersonID).Run(w.System, tx)
			return err
		})
		_, err := w.s.Add(w.Manager, gone)
		w.Refused(err, "invalid", "an entry that is no more")
		d := w.add()
		if d.State != need.Open || d.FollowDay != today.AddDays(7) || len(d.Groups) != 1 || d.Groups[0] != "lone_elder" || d.Owner != "" {
			t.Errorf("%+v", d)
		}
		urgent := w.input()
		urgent.Urgency, urgent.Groups, urgent.FollowDay = "urgent", person.Codes{"disabled", "left_elder"}, 0
		if u := must[need.Detail](w)(w.s.Add(w.Manager, urgent)); u.FollowDay != today.AddDays(1) || len(u.Groups) != 2 {
			t.Errorf("%+v", u)
		}
		_, err = w.s.Follow(w.Manager, need.StepInput{ID: d.ID, Version: d.Version, FollowDay: today.AddDays(-1)})
		w.Refused(err, "invalid", "a day that is over")
		_, err = w.s.Follow(w.Elsewhere, need.StepInput{ID: d.ID, Version: d.Version})
		w.Refused(err, "not_found", "from elsewhere")
		f := must[need.Detail](w)(w.s.Follow(w.Head, need.StepInput{ID: d.ID, Version: d.Version, Note: "看过烟道", FollowDay: today}))
		if f.State != need.InHand || f.Owner != "书记巴特尔" || f.FollowDay != today || len(f.Steps) != 1 {
			t.Errorf("%+v", f)
		}
		_, err = w.s.Meet(w.Head, need.EndInput{ID: d.ID, Version: d.Version, Result: "好了"})
		w.Refused(err, "stale_version", "an old version")
		_, err = w.s.Meet(w.Head, need.EndInput{ID: d.ID, Version: f.Version, Result: " "})
		w.Refused(err, "invalid", "no word")
		m := must[need.Detail](w)(w.s.Meet(w.Head, need.EndInput{ID: d.ID, Version: f.Version, Result: "烟道通了"}))
		_, err = w.s.Decline(w.Head, need.EndInput{ID: d.ID, Version: m.Version, Result: "x"})
		w.Refused(err, "wrong_state", "after the end")
		if m.State != need.Met || m.EndedDay != today {
			t.Errorf("%+v", m)
		}
		other := w.add()
		if o := must[need.Detail](w)(w.s.Decline(w.Manager, need.EndInput{ID: other.ID, Version: other.Version, Result: "没有这项"})); o.Owner == "" {
			t.Error("declined by nobody")
		}
	})
}

// A need becomes an order, a pairing and a project through their own operations, once each; where they refuse, nothing of it is kept.
func TestBecome(t *testing.T) {
	each(t, func(w *world) {
		d := w.add()
		in := need.OrderInput{ID: d.ID, Version: d.Version, CatalogueID: w.Item.ID, Consent: person.BySpoken, Needed: 1,
			Window: order.Window{WindowStart: attendancetest.Noon.Add(24 * time.Hour), WindowEnd: attendancetest.Noon.Add(25 * time.Hour)}}
		bad := in
		bad.WindowEnd = bad.WindowStart
		_, err := w.s.ToOrder(w.Manager, bad)
		w.Refused(err, "invalid", "no window")
		if n := w.count(`SELECT count(*) FROM need WHERE state = 'open' AND version = 1`) + w.count(`SELECT count(*) FROM orders`); n != 1 {
			t.Errorf("%d: half of it was kept", n)
		}
		_, err = w.s.ToOrder(w.Elsewhere, in)
		w.Refused(err, "not_found", "from elsewhere")
		f := must[need.Detail](w)(w.s.Follow(w.Manager, need.StepInput{ID: d.ID, Version: d.Version}))
		_, err = w.s.ToOrder(w.Manager, in)
		w.Refused(err, "stale_version", "from an old page")
		in.Version = f.Version
		o := must[need.Detail](w)(w.s.ToOrder(w.Manager, in))
		made := must[order.Detail](w)(w.Orders.Get(w.Manager, order.GetInput{ID: o.OrderID}))
		if o.State != need.InHand || made.RecipientID != w.elder || made.Channel != "visit" || made.Detail != "炉子不热" {
			t.Errorf("%+v\n%+v", o, made)
		}
		in.Version = o.Version
		_, err = w.s.ToOrder(w.Manager, in)
		w.Refused(err, "wrong_state", "twice")
		pair := need.PairingInput{ID: d.ID, Version: o.Version, VolunteerIDs: []db.ID{w.Vols[0].ID}, RhythmDays: 7, Consent: person.BySpoken}
		p := must[need.Detail](w)(w.s.ToPairing(w.Manager, pair))
		pair.Version = p.Version
		_, err = w.s.ToPairing(w.Manager, pair)
		w.Refused(err, "wrong_state", "twice")
		proposal := need.ProjectInput{ID: d.ID, Version: p.Version, ProposeInput: project.ProposeInput{StationID: w.Station.ID,
			Content: project.Content{Name: "看烟道", Groups: person.Codes{"lone_elder"}, Goal: "暖和", Plan: "每周一家", Rhythm: "weekly",
				FromDay: 20261201, ToDay: 20270301}}}
		j := must[need.Detail](w)(w.s.ToProject(w.Manager, proposal))
		proposal.Version = j.Version
		_, err = w.s.ToProject(w.Manager, proposal)
		w.Refused(err, "wrong_state", "twice")
		for _, in := range []need.ListInput{{OrderID: j.OrderID}, {ProjectID: j.ProjectID}, {PairingID: j.PairingID}} {
			if page := must[need.Listing](w)(w.s.List(w.Manager, in)); len(page.Items) != 1 || page.Items[0].ID != d.ID {
				t.Errorf("the way back: %+v", page.Items)
			}
		}
		for _, c := range []struct {
			by   context.Context
			want db.ID
		}{{w.Manager, d.ID}, {w.Elsewhere, 0}, {w.Vols[0].Ctx, 0}} {
			if err := w.DB.Read(c.by, func(tx *db.Tx) error {
				b, err := need.OfProject(c.by, tx, j.ProjectID)
				p, err2 := need.OfPairing(c.by, tx, j.PairingID)
				if b != c.want || p != c.want {
					t.Errorf("%s is led to %d %d, not %d", auth.From(c.by).Name, b, p, c.want)
				}
				return errors.Join(err, err2)
			}); err != nil {
				t.Error(err)
			}
		}
		over := w.add()
		over = must[need.Detail](w)(w.s.Decline(w.Manager, need.EndInput{ID: over.ID, Version: over.Version, Result: "没有"}))
		in.ID, in.Version = over.ID, over.Version
		_, err = w.s.ToOrder(w.Manager, in)
		w.Refused(err, "wrong_state", "after the end")
		if page := must[need.Listing](w)(w.s.List(w.Manager, need.ListInput{OrderID: 5})); len(page.Items) != 0 {
			t.Error("another's order")
		}
	})
}

// Pressed twice at once, a need becomes one order, one pairing, one project.
func TestBecomeAtOnce(t *testing.T) {
	each(t, func(w *world) {
		d := w.add()
		press := func(name, table string, do func(version int64) error) {
			w.Helper()
			d = must[need.Detail](w)(w.s.Get(w.Manager, need.GetInput{ID: d.ID}))
			before := w.count(`SELECT count(*) FROM ` + table)
			var both sync.WaitGroup
			var done atomic.Int64
			for range 3 {
				both.Go(func() {
					if err := do(d.Version); err == nil {
						done.Add(1)
					} else if errs.KindOf(err) != errs.Conflict {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			both.Wait()
			if n := w.count(`SELECT count(*) FROM `+table) - before; done.Load() != 1 || n != 1 {
				t.Errorf("%s: %d were done and made %d", name, done.Load(), n)
			}
		}
		press("order", "orders", func(version int64) error {
			_, err := w.s.ToOrder(w.Manager, need.OrderInput{ID: d.ID, Version: version, CatalogueID: w.Item.ID, Consent: person.BySpoken, Needed: 1,
				Window: order.Window{WindowStart: attendancetest.Noon.Add(24 * time.Hour), WindowEnd: attendancetest.Noon.Add(25 * time.Hour)}})
			return err
		})
		press("pairing", "pairing", func(version int64) error {
			_, err := w.s.ToPairing(w.Manager, need.PairingInput{ID: d.ID, Version: version, VolunteerIDs: []db.ID{w.Vols[0].ID}, RhythmDays: 7,
				Consent: person.BySpoken})
			return err
		})
		press("project", "project", func(version int64) error {
			_, err := w.s.ToProject(w.Manager, need.ProjectInput{ID: d.ID, Version: version, ProposeInput: project.ProposeInput{
				StationID: w.Station.ID, Content: project.Content{Name: "看烟道", Groups: person.Codes{"lone_elder"}, Goal: "暖和", Plan: "每周一家",
					Rhythm: "weekly", FromDay: 20261201, ToDay: 20270301}}})
			return err
		})
	})
}

// The list is found by kind, urgency, group, owner and lateness, within the reader's place; the file names nobody in full.
func TestList(t *testing.T) {
	each(t, func(w *world) {
		d := w.add()
		must[need.Detail](w)(w.s.Follow(w.Manager, need.StepInput{ID: d.ID, Version: d.Version}))
		urgent := w.input()
		urgent.Urgency, urgent.Kind, urgent.Groups = "urgent", "money", person.Codes{"disabled"}
		must[need.Detail](w)(w.s.Add(w.Manager, urgent))
		clock.Set(attendancetest.Noon.Add(48 * time.Hour))
		for _, c := range []struct {
			by   context.Context
			in   need.ListInput
			want int
		}{
			{w.Manager, need.ListInput{}, 2}, {w.Elsewhere, need.ListInput{}, 0}, {w.Town, need.ListInput{Region: attendancetest.Gacha}, 2},
			{w.Manager, need.ListInput{State: "open"}, 1}, {w.Manager, need.ListInput{Kind: "money"}, 1},
			{w.Manager, need.ListInput{Urgency: "soon"}, 1}, {w.Manager, need.ListInput{Group: "disabled"}, 1},
			{w.Manager, need.ListInput{Group: "lone_elder"}, 1}, {w.Manager, need.ListInput{Group: "left_child"}, 0},
			{w.Manager, need.ListInput{Mine: true}, 1}, {w.Head, need.ListInput{Mine: true}, 0},
			{w.Manager, need.ListInput{Overdue: true}, 1}, {w.Manager, need.ListInput{Q: "道尔吉"}, 2}, {w.Manager, need.ListInput{Q: "李"}, 0},
		} {
			if page := must[need.Listing](w)(w.s.List(c.by, c.in)); len(page.Items) != c.want {
				t.Errorf("%+v: %d, want %d", c.in, len(page.Items), c.want)
			}
		}
		if page := must[need.Listing](w)(w.s.List(w.Manager, need.ListInput{Sort: "follow"})); page.Items[0].Urgency != "urgent" {
			t.Error("sorted by day")
		}
		file := must[blob.File](w)(w.s.Export(w.Manager, need.ExportInput{Format: "csv"}))
		if text := string(file.Body); strings.Contains(text, "道尔吉") || !strings.Contains(text, "炉子不热") {
			t.Error(text)
		}
		if w.count(`SELECT count(*) FROM audit WHERE action = 'need.export'`) != 1 {
			t.Error("no trail of the file")
		}
	})
}

// Few people are not shown, nor the one cell that would tell them.
func TestHeat(t *testing.T) {
	each(t, func(w *world) {
		for i := range 5 {
			id := w.someone("老人"+string(rune(0x4e00+i)), fmt.Sprint("1295555010", i))
			in := w.input()
			in.PersonID, in.Groups = id, person.Codes{"lone_elder"}
			must[need.Detail](w)(w.s.Add(w.Manager, in))
			must[need.Detail](w)(w.s.Add(w.Manager, in)) // a person is counted once
			if i < 4 {
				in.Kind, in.Groups = "money", person.Codes{"disabled"}
				must[need.Detail](w)(w.s.Add(w.Manager, in))
			}
		}
		at := func(by context.Context, kind, group string) need.Number {
			h := must[need.Heat](w)(w.s.Heat(by, need.HeatInput{Region: attendancetest.Gacha.At(auth.LevelTown)}))
			for _, r := range h.Rows {
				for _, c := range r.Cells {
					if r.Kind == kind && c.Group == group {
						return c
					}
				}
			}
			return need.Number{}
		}
		if c := at(w.Town, "housing", "lone_elder"); c.N != 5 || c.Hidden {
			t.Errorf("five are shown: %+v", c)
		}
		if c := at(w.Town, "money", "disabled"); c.N != 0 || !c.Hidden {
			t.Errorf("four are hidden: %+v", c)
		}
		if c := at(w.Elsewhere, "housing", "lone_elder"); c.N != 0 {
			t.Errorf("from elsewhere: %+v", c)
		}
		in := w.input()
		in.Groups = person.Codes{"disabled"}
		must[need.Detail](w)(w.s.Add(w.Manager, in))
		if c := at(w.Town, "housing", "lone_elder"); !c.Hidden {
			t.Errorf("five beside one tell the one: %+v", c)
		}
		h := must[need.Heat](w)(w.s.Heat(w.Town, need.HeatInput{Region: attendancetest.Gacha.At(auth.LevelTown)}))
		if len(h.Places) != 1 || h.Places[0].N != 6 || h.Places[0].Hidden || h.Places[0].Open != 15 {
			t.Errorf("%+v", h.Places)
		}
		_, err := w.s.Heat(w.Vols[0].Ctx, need.HeatInput{})
		w.Refused(err, "denied", "a volunteer")
	})
}

// Needs go with a merged entry; of an erased person neither what he needed nor his groups stay, and nothing of his waits; verify notices
// what does not fit.
func TestPerson(t *testing.T) {
	each(t, func(w *world) {
		d := w.add()
		must[need.Detail](w)(w.s.Follow(w.Manager, need.StepInput{ID: d.ID, Version: d.Version, Note: "去过"}))
		held := func(id db.ID) (out string) {
			w.Write(func(tx *db.Tx) error {
				v, err := w.s.Area().Held(w.System, tx, id)
				raw, _ := json.Marshal(v)
				out = string(raw)
				return err
			})
			return out
		}
		other := w.Person("另一条", 9)
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: w.elder, To: other})
		})
		if held(w.elder) != "null" || !strings.Contains(held(other), "炉子不热") {
			t.Error("the need did not go with the entry")
		}
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, other, "注销") })
		g := must[need.Detail](w)(w.s.Get(w.Manager, need.GetInput{ID: d.ID}))
		if g.Content != "" || len(g.Groups) != 0 || g.State != need.Declined || g.Steps[0].Text != "" {
			t.Errorf("%+v", g)
		}
		for _, broken := range []string{`UPDATE need SET state = 'in_hand', owner_id = NULL, ended_day = 0`,
			`UPDATE need SET state = 'met', ended_day = 0`, `UPDATE need SET state = 'open', ended_day = 20261101`} {
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Build(broken).Run(w.System, tx)
				return err
			})
			w.whole(1)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE need SET state = 'open', ended_day = 0`).Run(w.System, tx)
			return err
		})
	})
}

// Each page holds what its reader needs and no more.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		d := w.add()
		srv := w.Web(w.s.Routes)
		for _, c := range []struct{ who, path, has, hasNot string }{
			{"manager", "/desk/needs", "炉子不热", "没有这样的需求"},
			{"elsewhere", "/desk/needs", "没有这样的需求", "炉子不热"},
			{"manager", "/desk/needs/new?q=%E9%81%93%E5%B0%94%E5%90%89", "道尔吉", ""},
			{"manager", "/desk/needs/new?person_id=" + w.elder.String(), "急不急", ""},
			{"manager", "/desk/needs/" + d.ID.String(), "转成结对", ""},
			{"town", "/gov/needs?region=" + attendancetest.Gacha.At(auth.LevelTown).String(), "少", "道尔吉"},
		} {
			code, page := srv.Do(c.who, "GET", c.path, "")
			if code != 200 || !strings.Contains(page, c.has) || c.hasNot != "" && strings.Contains(page, c.hasNot) {
				t.Errorf("%s %s: %d, wants %q without %q", c.who, c.path, code, c.has, c.hasNot)
			}
		}
		if code, _ := srv.Do("elsewhere", "GET", "/desk/needs/new?person_id="+w.elder.String(), ""); code != 404 {
			t.Errorf("a stranger's form: %d", code)
		}
	})
}

// What a need came from is there, of its kind, and of the place or the person; the table of needs is the page as a file.
func TestSource(t *testing.T) {
	each(t, func(w *world) {
		in := w.input()
		pairings := pairing.New(w.DB, w.Keys, w.Persons)
		d := must[pairing.Detail](w)(pairings.Propose(w.Manager, pairing.ProposeInput{PersonID: w.elder, VolunteerIDs: []db.ID{w.Vols[0].ID},
			RhythmDays: 7, Consent: person.BySpoken}))
		must[pairing.Detail](w)(pairings.Agree(w.Vols[0].Ctx, pairing.AnswerInput{ID: d.ID}))
		d = must[pairing.Detail](w)(pairings.Get(w.Manager, pairing.GetInput{ID: d.ID}))
		must[pairing.Detail](w)(pairings.Approve(w.Head, pairing.ApproveInput{ID: d.ID, Version: d.Version}))
		d = must[pairing.Detail](w)(pairings.Visit(w.Vols[0].Ctx, pairing.VisitInput{ID: d.ID, Result: pairing.Met}))
		in.Source, in.SourceID = "visit", d.Visits[0].ID
		if n := must[need.Detail](w)(w.s.Add(w.Manager, in)); n.SourceID != in.SourceID {
			t.Errorf("the source is %d, not %d", n.SourceID, in.SourceID)
		}
		for _, c := range []struct {
			source string
			id     db.ID
			want   string
		}{{"visit", 1, "invalid source_id: 这里没有这次走访"}, {"survey", in.SourceID, "invalid source_id: 这里没有这次问卷"},
			{"desk", in.SourceID, "invalid source_id: 只有走访和问卷来的才写编号"}} {
			in.Source, in.SourceID = c.source, c.id
			_, err := w.s.Add(w.Manager, in)
			errstest.Is(t, err, c.want)
		}
		run := func(query string, arg any) {
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Build(query, arg).Run(w.System, tx)
				return err
			})
		}
		in.Source, in.SourceID = "visit", d.Visits[0].ID
		run("UPDATE pairing_visit SET region = ?", attendancetest.Far)
		must[need.Detail](w)(w.s.Add(w.Manager, in)) // it is about him, though of another place by now
		run("UPDATE pairing SET person_id = ?", w.ResidentPerson)
		_, err := w.s.Add(w.Manager, in)
		errstest.Is(t, err, "invalid source_id: 这里没有这次走访")
		file := must[blob.File](w)(w.s.Table(w.Town, need.HeatInput{Region: attendancetest.Gacha, Format: "csv"}))
		if text := string(file.Body); !strings.Contains(text, "住房取暖") || !strings.Contains(text, "少") || strings.Contains(text, "道尔吉") {
			t.Errorf("the table: %s", text)
		}
		_, err = w.s.Table(w.Vols[0].Ctx, need.HeatInput{})
		errstest.Is(t, err, "denied")
	})
}
