package offline_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/homevisit"
	"linli/internal/work/offline"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
	"linli/internal/work/survey"
)

// world is the gacha with a volunteer who has an accepted order and goes to see an old man.
type world struct {
	*attendancetest.World
	*testing.T
	s        *offline.Service
	pairs    *pairing.Service
	acts     *activity.Service
	asks     *survey.Service
	pair     pairing.Detail
	o        order.Detail
	me       context.Context
	next     int
	resident db.ID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, aw *attendancetest.World) {
		w := newWorld(t, aw)
		test(w)
		w.whole()
	})
}

func newWorld(t *testing.T, aw *attendancetest.World) *world {
	w := &world{World: aw, T: t, pairs: pairing.New(aw.DB, aw.Keys, aw.Persons), acts: activity.New(aw.DB, aw.Keys, aw.Att),
		asks: survey.New(aw.DB, aw.Keys, aw.Persons, blob.New(aw.DB, t.TempDir())), me: aw.Vols[0].Ctx}
	record.New(aw.DB, aw.Persons).Follow(aw.Persons, aw.Orders, aw.Att)
	w.s = offline.New(aw.DB, aw.Keys, aw.Persons, offline.Areas{Orders: aw.Orders, Attendance: aw.Att, Pairings: w.pairs,
		Activities: w.acts, Surveys: w.asks, Homes: homevisit.New(aw.DB, aw.Keys, aw.Persons, nil)})
	w.s.Follow(aw.Persons)
	w.o = w.Accepted(1, 60)
	w.pair = w.paired()
	return w
}

// paired is a pairing in force of an old man with the first volunteer.
func (w *world) paired() pairing.Detail {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		p, err := w.Persons.Add(w.System, tx, person.NewPerson{Name: "道尔吉", Phone: "12911110001", Region: attendancetest.Gacha,
			BirthDay: 19440101, Groups: person.Codes{"lone_elder"}, Consent: person.BySpoken})
		w.resident = p.ID
		return err
	})
	d, err := w.pairs.Propose(w.Manager, pairing.ProposeInput{PersonID: w.resident, VolunteerIDs: []db.ID{w.Vols[0].ID}, RhythmDays: 7,
		Consent: person.BySpoken})
	errstest.Is(w.T, err, "")
	d, err = w.pairs.Agree(w.me, pairing.AnswerInput{ID: d.ID})
	errstest.Is(w.T, err, "")
	d, err = w.pairs.Approve(w.Head, pairing.ApproveInput{ID: d.ID, Version: d.Version})
	errstest.Is(w.T, err, "")
	return d
}

// whole fails unless verify finds nothing amiss.
func (w *world) whole() {
	w.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return offline.Verify(w.System, tx, func(object, what string) { w.Errorf("verify: %s %s", object, what) })
	}); err != nil {
		w.Fatal(err)
	}
}

// action is something done at a time; how long ago it was is as true as the clock.
func (w *world) action(kind string, at time.Time, body map[string]any) offline.Action {
	w.next++
	passed := clock.In(w.System).Sub(at).Milliseconds()
	return offline.Action{ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", w.next), Counter: int64(w.next), Kind: kind,
		At: at.Format(time.RFC3339Nano), ElapsedMS: &passed, Body: body}
}

func (w *world) order() map[string]any { return map[string]any{"order_id": w.o.ID.String()} }

func (w *world) visit(result string) map[string]any {
	return map[string]any{"pairing_id": w.pair.ID.String(), "result": result, "note": "说腿疼"}
}

// send syncs and gives "verdict words" of each, in the order of sending.
func (w *world) send(who context.Context, list ...offline.Action) []string {
	w.Helper()
	out, err := w.s.Sync(who, offline.SyncInput{Device: "phone", Actions: list})
	errstest.Is(w.T, err, "")
	said := []string{}
	for i, r := range out.Results {
		if r.ID != list[i].ID {
			w.Errorf("result %d is of %s", i, r.ID)
		}
		said = append(said, r.Verdict+" "+r.Words)
	}
	return said
}

// are compares verdicts, each "verdict" or "verdict: piece of its words".
func (w *world) are(got []string, want ...string) {
	w.Helper()
	if len(got) != len(want) {
		w.Fatalf("got %q, want %q", got, want)
	}
	for i, x := range want {
		verdict, piece, _ := strings.Cut(x, ": ")
		if !strings.HasPrefix(got[i], verdict+" ") || !strings.Contains(got[i], piece) {
			w.Errorf("%d: got %q, want %q", i, got[i], x)
		}
	}
}

func (w *world) count(query string, args ...any) (n int64) {
	w.Helper()
	w.Write(func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](w.System, tx, tx.Build(query, args...))
		return err
	})
	return n
}

// A day without a network: sent in a wrong order, twice, and once more at the same time from two tabs, each thing is there once. Its
// times are the telephone's, so the minutes wait for a second person.
func TestDay(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(3 * time.Hour))
		in := w.action(offline.CheckIn, start, w.order())
		seen := w.action(offline.Visit, start.Add(20*time.Minute), w.visit(pairing.Met))
		out := w.action(offline.CheckOut, start.Add(50*time.Minute), w.order())
		w.are(w.send(w.me, out, seen, in), "done: 签退记下了", "done: 探访记下了", "done: 签到记下了")
		w.are(w.send(w.me, out, seen, in), "duplicate: 签退记下了", "duplicate: 探访记下了", "duplicate: 签到记下了")
		var both sync.WaitGroup
		for range 4 {
			both.Go(func() {
				if got, err := w.s.Sync(w.me, offline.SyncInput{Device: "phone", Actions: []offline.Action{in, seen, out}}); err != nil ||
					slices.ContainsFunc(got.Results, func(r offline.Result) bool { return r.Verdict != offline.Duplicate }) {
					w.Errorf("%+v, %v", got, err)
				}
			})
		}
		both.Wait()
		if n := w.count(`SELECT minutes FROM attendance WHERE order_id = ? AND in_at <> in_server_at AND needs_second`, w.o.ID); n != 50 {
			w.Errorf("%d minutes", n)
		}
		for query, want := range map[string]int64{`SELECT COUNT(*) FROM attendance`: 1, `SELECT COUNT(*) FROM pairing_visit`: 1,
			`SELECT COUNT(*) FROM offline_action WHERE raw IS NOT NULL`: 0, `SELECT COUNT(*) FROM offline_action`: 3} {
			if n := w.count(query); n != want {
				w.Errorf("%s: %d", query, n)
			}
		}
		w.Confirm(w.o.ID)
		if n := w.count(`SELECT COUNT(*) FROM service_record WHERE status = 'counted'`); n != 0 {
			w.Error("minutes on the word of a telephone count")
		}
	})
}

// Two at once that are new: one takes it, the other is told the same.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(w *world) {
		clock.Set(w.o.WindowStart.Add(time.Hour))
		in := w.action(offline.CheckIn, w.o.WindowStart, w.order())
		seen := w.action(offline.Visit, w.o.WindowStart, w.visit(pairing.Phoned))
		var both sync.WaitGroup
		var mu sync.Mutex
		tally := map[string]int{}
		for range 6 {
			both.Go(func() {
				got, err := w.s.Sync(w.me, offline.SyncInput{Device: "phone", Actions: []offline.Action{seen, in}})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					w.Error(err)
				}
				for _, r := range got.Results {
					tally[r.Verdict]++
				}
			})
		}
		both.Wait()
		if tally[offline.Done] != 2 || tally[offline.Duplicate] != 10 {
			w.Errorf("%v", tally)
		}
	})
}

// One that cannot be has a verdict of its own, is told the same when it comes again, and holds up nothing.
func TestVerdicts(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(time.Hour))
		bad := []offline.Action{
			w.action(offline.CheckOut, start, w.order()),
			w.action(offline.CheckIn, start, map[string]any{"order_id": "1"}),
			w.action(offline.CheckIn, start, map[string]any{"order_id": 7.0}),
			w.action(offline.CheckIn, start, map[string]any{"order_id": w.o.ID.String(), "volunteer_id": w.Vols[1].ID.String()}),
			w.action(offline.Visit, start, map[string]any{"pairing_id": w.pair.ID.String(), "result": "danced"}),
			w.action(offline.SurveyAnswer, start, map[string]any{}),
			w.action("sing", start, nil),
			w.action(offline.RollCall, start, map[string]any{"activity_id": "1", "rows": []any{map[string]any{"place_id": "1", "came": "list"}}}),
			w.action(offline.Move, start, map[string]any{"order_id": w.o.ID.String(), "move": "hand_back"}),
			w.action(offline.CheckIn, start, w.order()),
		}
		want := []string{"conflict: 还没有签到", "refused: 没有找到", "refused", "refused", "refused", "refused", "refused: 认不出", "refused: 版本",
			"refused: 为什么退单", "done"}
		w.are(w.send(w.me, bad...), want...)
		want[9] = "duplicate"
		w.are(w.send(w.me, bad...), want...)
		other := bad[9]
		other.Body = w.visit(pairing.Met)
		nameless := w.action(offline.CheckIn, start, w.order())
		nameless.ID = "not-a-uuid"
		unread := w.action(offline.CheckOut, start, w.order())
		unread.At = "昨天"
		upper := bad[9]
		upper.ID = strings.ToUpper(upper.ID)
		w.are(w.send(w.me, other, nameless, unread, upper), "conflict: 另一件事", "refused: 编号", "refused: 时间", "duplicate")
		if n := w.count(`SELECT COUNT(*) FROM offline_action`); n != 11 {
			w.Errorf("%d rows", n)
		}
	})
}

// A telephone's time is believed for 72 hours; what is older goes to the desk and does nothing by itself.
func TestOld(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(72 * time.Hour))
		old := w.action(offline.Visit, start.Add(-time.Millisecond), w.visit(pairing.Met))
		young := w.action(offline.Visit, start, w.visit(pairing.Phoned))
		w.are(w.send(w.me, old, young, old), "done: 交给站点", "done: 探访记下了", "duplicate: 交给站点")
		if n := w.count(`SELECT COUNT(*) FROM pairing_visit`); n != 1 {
			w.Errorf("%d visits", n)
		}
		list, err := w.s.List(w.Manager, offline.ListInput{State: offline.Waiting})
		if err != nil || len(list.Items) != 1 {
			w.Fatalf("%+v, %v", list, err)
		}
		if far, err := w.s.List(w.Elsewhere, offline.ListInput{}); err != nil || len(far.Items) != 0 {
			w.Errorf("elsewhere: %+v, %v", far, err)
		}
		d, err := w.s.Get(w.Manager, offline.GetInput{ID: list.Items[0].ID})
		if err != nil || !slices.Contains(d.Facts, offline.Fact{Label: "关于", Value: "道尔吉"}) || strings.Contains(fmt.Sprint(d.Facts), "腿疼") {
			w.Errorf("%+v, %v", d, err)
		}
	})
}

// A clock that is hours off is found out by how long ago it was; one that fits is believed to the second.
func TestClocks(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		now := start.Add(time.Hour)
		clock.Set(now)
		for _, c := range []struct {
			name   string
			ahead  time.Duration
			passed time.Duration
			want   string
			at     time.Duration // before now
		}{
			{"fits", time.Minute, 30 * time.Minute, "fits", 29 * time.Minute},
			{"at the edge", 5 * time.Minute, 30 * time.Minute, "fits", 25 * time.Minute},
			{"behind, at the edge", -5 * time.Minute, 30 * time.Minute, "fits", 35 * time.Minute},
			{"ahead", 5*time.Minute + time.Millisecond, 30 * time.Minute, "off", 30 * time.Minute},
			{"hours behind", -9 * time.Hour, 30 * time.Minute, "off", 30 * time.Minute},
			{"a battery that was empty", -50 * 365 * 24 * time.Hour, 30 * time.Minute, "off", 30 * time.Minute},
			{"not measured", 0, -1, "unmeasured", 0},
		} {
			x := w.action(offline.Visit, now.Add(c.ahead-max(c.passed, 0)), w.visit(pairing.Phoned))
			ms := c.passed.Milliseconds()
			if x.ElapsedMS = &ms; c.passed < 0 {
				x.ElapsedMS = nil
			}
			w.are(w.send(w.me, x), "done")
			if n := w.count(`SELECT COUNT(*) FROM offline_action WHERE uuid = ? AND clock = ? AND happened_at = ?`, x.ID, c.want,
				now.Add(-c.at)); n != 1 {
				w.Errorf("%s: not %s, %s ago", c.name, c.want, c.at)
			}
		}
	})
}

// What builds on a version that others have changed is a conflict; what the telephone itself did before counts as seen.
func TestVersions(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.acts.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "义诊", Category: w.Item.Category,
			Content: "量血压", Place: "嘎查部", Risk: "老人头晕", Day: 20261130, From: "09:00", To: "11:00", Checked: true,
			Posts: []activity.PostInput{{Name: "量血压", Needed: 2}}})
		errstest.Is(w.T, err, "")
		d, err = w.acts.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w.T, err, "")
		seat, err := w.acts.SignUp(w.me, activity.SignInput{ID: d.ID})
		errstest.Is(w.T, err, "")
		clock.Set(d.StartsAt.Add(time.Hour))
		d, err = w.acts.Get(w.Manager, activity.GetInput{ID: d.ID})
		errstest.Is(w.T, err, "")
		roll := func(came string, base int64) offline.Action {
			x := w.action(offline.RollCall, clock.In(w.System), map[string]any{"activity_id": d.ID.String(),
				"rows": []any{map[string]any{"place_id": seat.ID.String(), "came": came}}})
			x.BaseVersion = base
			return x
		}
		w.are(w.send(w.Manager, roll("absent", d.Version), roll("list", d.Version)), "done: 点名", "done: 点名")
		if n := w.count(`SELECT COUNT(*) FROM activity_place WHERE came = 'list'`); n != 1 {
			w.Error("the second call of one telephone did not count")
		}
		other, err := w.s.Sync(w.Manager, offline.SyncInput{Device: "tablet", Actions: []offline.Action{roll("absent", d.Version)}})
		if err != nil || other.Results[0].Verdict != offline.Conflict {
			w.Errorf("his other telephone has not seen it: %+v, %v", other, err)
		}
		w.are(w.send(w.Head, roll("absent", d.Version)), "conflict: 刚被别人改过")
		w.are(w.send(w.Vols[1].Ctx, roll("absent", d.Version+2)), "refused")
	})
}

// Nobody sends what another did, and nobody without an account anything.
func TestWho(t *testing.T) {
	each(t, func(w *world) {
		clock.Set(w.o.WindowStart)
		in := offline.SyncInput{Device: "phone", AccountID: auth.From(w.me).Account,
			Actions: []offline.Action{w.action(offline.CheckIn, w.o.WindowStart, w.order())}}
		_, err := w.s.Sync(w.Vols[1].Ctx, in)
		errstest.Is(w.T, err, "conflict: 另一个账号")
		_, err = w.s.Sync(t.Context(), in)
		errstest.Is(w.T, err, "unauthenticated")
		w.are(w.send(w.Vols[1].Ctx, in.Actions...), "refused")
		if n := w.count(`SELECT COUNT(*) FROM attendance`); n != 0 {
			w.Error("somebody else checked in")
		}
		w.are(w.send(w.me, in.Actions...), "done")
	})
}

// What was refused goes to the desk when its owner says so; somebody independent decides once, and makes no minutes by it.
func TestHandOver(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(time.Hour))
		early := w.action(offline.CheckOut, start, w.order())
		done := w.action(offline.CheckIn, start, w.order())
		w.are(w.send(w.me, early, done), "conflict", "done")
		in := offline.HandInput{IDs: []string{early.ID, done.ID, "00000000-0000-4000-8000-999999999999"}}
		if h, err := w.s.HandOver(w.Vols[1].Ctx, in); err != nil || len(h.Items) != 0 {
			w.Errorf("a stranger hands over %+v, %v", h, err)
		}
		for range 2 {
			h, err := w.s.HandOver(w.me, in)
			if err != nil || len(h.Items) != 2 || h.Items[0].State != offline.Waiting || h.Items[1].State != offline.Settled {
				w.Fatalf("%+v, %v", h, err)
			}
		}
		h, err := w.s.Ask(w.me, offline.AskInput(in))
		errstest.Is(w.T, err, "")
		it := h.Items[0]
		decide := offline.DecideInput{ID: it.ID, Version: it.Version, Decision: offline.Aside, Reason: "他没有去"}
		for name, c := range map[string]struct {
			who  context.Context
			want string
		}{"himself": {w.me, "denied"}, "elsewhere": {w.Elsewhere, "not_found"}, "another volunteer": {w.Vols[1].Ctx, "denied"}} {
			_, err := w.s.Decide(c.who, decide)
			w.Log(name)
			errstest.Is(w.T, err, c.want)
		}
		stale := decide
		stale.Version--
		_, err = w.s.Decide(w.Head, stale)
		errstest.Is(w.T, err, "stale_version")
		d, err := w.s.Decide(w.Head, decide)
		if err != nil || d.State != offline.Aside || d.DecidedBy != "书记巴特尔" {
			w.Errorf("%+v, %v", d, err)
		}
		decide.Version = d.Version
		_, err = w.s.Decide(w.Head, decide)
		errstest.Is(w.T, err, "wrong_state")
		if n := w.count(`SELECT COUNT(*) FROM notify_inbox WHERE account_id = ? AND kind = 'offline'`, auth.From(w.me).Account); n != 1 {
			w.Error("its owner is not told")
		}
	})
}

// Who is volunteer and head at once does not decide over his own, nor over his kin's.
func TestIndependent(t *testing.T) {
	each(t, func(w *world) {
		me := auth.From(w.me)
		me.Grants = append(slices.Clone(me.Grants), auth.Grant{Role: auth.CommunityHead, Region: attendancetest.Gacha})
		both := auth.With(t.Context(), me)
		clock.Set(w.o.WindowStart.Add(80 * time.Hour))
		w.are(w.send(w.me, w.action(offline.CheckIn, w.o.WindowStart, w.order())), "done: 交给站点")
		list, err := w.s.List(both, offline.ListInput{})
		errstest.Is(w.T, err, "")
		in := offline.DecideInput{ID: list.Items[0].ID, Version: 1, Decision: offline.Adopted, Reason: "去了"}
		_, err = w.s.Decide(both, in)
		errstest.Is(w.T, err, "denied")
		d, err := w.s.Get(both, offline.GetInput{ID: in.ID})
		if err != nil || d.Why == "" {
			w.Errorf("%+v, %v", d, err)
		}
		w.Kin(auth.From(w.Head).Person, me.Person)
		_, err = w.s.Decide(w.Head, in)
		errstest.Is(w.T, err, "denied")
		_, err = w.s.Decide(w.Head2, in)
		errstest.Is(w.T, err, "")
	})
}

// A visit that came too late is noted by the desk on behalf of who went, with the note where notes are kept.
func TestAdopted(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(100 * time.Hour))
		w.are(w.send(w.me, w.action(offline.Visit, start, w.visit(pairing.Met))), "done: 交给站点")
		list, err := w.s.List(w.Manager, offline.ListInput{})
		errstest.Is(w.T, err, "")
		_, err = w.s.Decide(w.Head2, offline.DecideInput{ID: list.Items[0].ID, Version: list.Items[0].Version, Decision: offline.Adopted,
			Reason: "问过道尔吉，来过"})
		errstest.Is(w.T, err, "")
		d, err := w.pairs.Get(w.Manager, pairing.GetInput{ID: w.pair.ID})
		if err != nil || len(d.Visits) != 1 || !d.Visits[0].OnBehalf || !d.Visits[0].At.Equal(start) {
			w.Errorf("%+v, %v", d.Visits, err)
		}
		notes, err := w.pairs.Notes(w.Manager, pairing.NotesInput{ID: w.pair.ID, Reason: "看看"})
		if err != nil || len(notes.Items) != 1 || notes.Items[0].Text != "说腿疼" {
			w.Errorf("%+v, %v", notes, err)
		}
	})
}

// far moves a row to another league.
func (w *world) far(table string, id db.ID) {
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`UPDATE `+table+` SET region = ? WHERE id = ?`, attendancetest.Far, id).Run(w.System, tx)
		return err
	})
}

// Of a thing of another place the desk is told no word, whatever id a telephone names.
func TestElsewhere(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(80 * time.Hour))
		told := func(x offline.Action) (out []string) {
			w.are(w.send(w.me, x), "done: 交给站点")
			list, err := w.s.List(w.Head2, offline.ListInput{})
			errstest.Is(w.T, err, "")
			d, err := w.s.Get(w.Head2, offline.GetInput{ID: list.Items[0].ID})
			errstest.Is(w.T, err, "")
			for _, f := range d.Facts {
				out = append(out, f.Label+" "+f.Value)
			}
			return out
		}
		d, err := w.acts.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "义诊", Category: w.Item.Category,
			Content: "量血压", Place: "嘎查部", Risk: "老人头晕", Day: 20261230, From: "09:00", To: "11:00", Checked: true,
			Posts: []activity.PostInput{{Name: "量血压", Needed: 2}}})
		errstest.Is(w.T, err, "")
		d, err = w.acts.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w.T, err, "")
		seat, err := w.acts.SignUp(w.Vols[1].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w.T, err, "")
		things := map[string]func() offline.Action{
			"送一顿午饭": func() offline.Action { return w.action(offline.CheckIn, start, w.order()) },
			"道尔吉":   func() offline.Action { return w.action(offline.Visit, start, w.visit(pairing.Met)) },
			"其木格": func() offline.Action {
				return w.action(offline.SurveyAnswer, start, map[string]any{"person_id": w.ResidentPerson.String()})
			},
			"巴图": func() offline.Action {
				return w.action(offline.RollCall, start, map[string]any{"activity_id": d.ID.String(),
					"rows": []any{map[string]any{"place_id": seat.ID.String(), "came": "absent"}}})
			},
		}
		for what, do := range things {
			if said := strings.Join(told(do()), ", "); !strings.Contains(said, what) {
				w.Errorf("%s is not told: %s", what, said)
			}
		}
		for table, id := range map[string]db.ID{"orders": w.o.ID, "activity": d.ID, "person": w.resident} {
			w.far(table, id)
		}
		w.far("person", w.ResidentPerson)
		for what, do := range things {
			if said := strings.Join(told(do()), ", "); strings.Contains(said, what) || strings.Contains(said, "关于") {
				w.Errorf("%s is told: %s", what, said)
			}
		}
	})
}

// A visit that is put aside is no visit.
func TestAside(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(100 * time.Hour))
		w.are(w.send(w.me, w.action(offline.Visit, start, w.visit(pairing.Met))), "done: 交给站点")
		list, err := w.s.List(w.Head2, offline.ListInput{})
		errstest.Is(w.T, err, "")
		_, err = w.s.Decide(w.Head2, offline.DecideInput{ID: list.Items[0].ID, Version: list.Items[0].Version, Decision: offline.Aside,
			Reason: "问过道尔吉，没有来"})
		errstest.Is(w.T, err, "")
		if n := w.count(`SELECT COUNT(*) FROM pairing_visit`); n != 0 {
			w.Errorf("%d visits", n)
		}
	})
}

// Who adopts a visit sees with whom, and until when somebody is away: he stands for no more than he was shown.
func TestShown(t *testing.T) {
	each(t, func(w *world) {
		var old db.ID
		w.Write(func(tx *db.Tx) error {
			p, err := w.Persons.Add(w.System, tx, person.NewPerson{Name: "萨仁", Phone: "12911110002", Region: attendancetest.Gacha,
				BirthDay: 19440101, Groups: person.Codes{"lone_elder"}, Consent: person.BySpoken})
			old = p.ID
			return err
		})
		d, err := w.pairs.Propose(w.Manager, pairing.ProposeInput{PersonID: old, RhythmDays: 7, Consent: person.BySpoken,
			VolunteerIDs: []db.ID{w.Vols[0].ID, w.Vols[1].ID}})
		errstest.Is(w.T, err, "")
		for _, v := range w.Vols[:2] {
			_, err = w.pairs.Agree(v.Ctx, pairing.AnswerInput{ID: d.ID})
			errstest.Is(w.T, err, "")
		}
		d, err = w.pairs.Get(w.Head, pairing.GetInput{ID: d.ID})
		errstest.Is(w.T, err, "")
		_, err = w.pairs.Approve(w.Head, pairing.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w.T, err, "")
		start := w.o.WindowStart
		clock.Set(start.Add(80 * time.Hour))
		body := map[string]any{"pairing_id": d.ID.String(), "result": pairing.Away, "second_id": w.Vols[1].ID.String(),
			"away_until": "2026-12-20"}
		w.are(w.send(w.me, w.action(offline.Visit, start, body)), "done: 交给站点")
		list, err := w.s.List(w.Head2, offline.ListInput{})
		errstest.Is(w.T, err, "")
		it, err := w.s.Get(w.Head2, offline.GetInput{ID: list.Items[0].ID})
		errstest.Is(w.T, err, "")
		for _, f := range []offline.Fact{{Label: "和谁一起", Value: "巴图"}, {Label: "外出到", Value: "2026-12-20"}} {
			if !slices.Contains(it.Facts, f) {
				w.Errorf("%+v is not among %+v", f, it.Facts)
			}
		}
		w.far("person", old)
		it, err = w.s.Get(w.Head2, offline.GetInput{ID: it.ID})
		if err != nil || slices.Contains(it.Facts, offline.Fact{Label: "和谁一起", Value: "巴图"}) {
			w.Errorf("of a pairing elsewhere: %+v, %v", it.Facts, err)
		}
	})
}

// A telephone takes along what is its owner's, and nothing else.
func TestPack(t *testing.T) {
	each(t, func(w *world) {
		p, err := w.s.Pack(w.me, offline.Nothing{})
		if err != nil || len(p.Tasks) != 1 || p.Tasks[0].Contact == nil || p.Tasks[0].Contact.Phone == "" || p.Tasks[0].CheckedIn ||
			len(p.Pairings) != 1 || p.Pairings[0].Contact.Phone != "12911110001" || p.Pairings[0].DueDay == 0 {
			w.Errorf("%+v, %v", p, err)
		}
		for name, who := range map[string]context.Context{"another": w.Vols[1].Ctx, "resident": w.Resident, "manager": w.Manager} {
			if p, err := w.s.Pack(who, offline.Nothing{}); err != nil || len(p.Tasks)+len(p.Pairings)+len(p.Rolls) != 0 {
				w.Errorf("%s: %+v, %v", name, p, err)
			}
		}
	})
}

// round asks him to go and see a lone woman today.
func (w *world) round() (homes *homevisit.Service, day, person db.ID) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		p, err := w.Persons.Add(w.System, tx, lone)
		person = p.ID
		return err
	})
	homes = w.s.Homes
	today := clock.DayOf(attendancetest.Noon)
	plan, err := homes.Plan(w.Manager, homevisit.PlanInput{Region: attendancetest.Gacha, Title: "入冬前走访", Groups: []string{"lone_elder"},
		FromDay: today, ToDay: today.AddDays(9), RecentDays: 30})
	errstest.Is(w.T, err, "")
	plan, err = homes.Send(w.Manager, homevisit.SendInput{ID: plan.ID, Version: plan.Version, Day: today, Count: 3,
		GoerIDs: []db.ID{w.Vols[0].PersonID}})
	errstest.Is(w.T, err, "")
	return homes, plan.Days[0].ID, person
}

var lone = person.NewPerson{Name: "其其格", Phone: "12911110009", Region: attendancetest.Gacha, BirthDay: 19400101,
	Groups: person.Codes{"lone_elder"}, Consent: person.BySpoken, Addresses: []person.Address{{Detail: "东街一号"}}}

// TestHomesAlong: who agreed to a day of visits takes its homes along, and nobody else does, nor he before.
func TestHomesAlong(t *testing.T) {
	each(t, func(w *world) {
		homes, day, id := w.round()
		along := func(who context.Context) []offline.House {
			p, err := w.s.Pack(who, offline.Nothing{})
			errstest.Is(w.T, err, "")
			return p.Homes
		}
		if list := along(w.me); len(list) != 0 {
			w.Errorf("before he agreed: %+v", list)
		}
		_, err := homes.Agree(w.me, homevisit.AnswerInput{ID: day})
		errstest.Is(w.T, err, "")
		if list := along(w.me); len(list) != 1 || list[0].Contact.Phone != lone.Phone || len(list[0].Lives) != 1 ||
			list[0].Lives[0].PersonID != id || list[0].Until != list[0].Day.AddDays(3) {
			w.Errorf("%+v", list)
		}
		if list := along(w.Vols[1].Ctx); len(list) != 0 {
			w.Errorf("another: %+v", list)
		}
	})
}

// What came of going to a home is kept once, at its time, by who goes; who does not, or comes a second time, has a verdict and may give
// it to the station, which notes it in the name of who went. Back days are those after the visit, not after the network.
func TestHomeVisit(t *testing.T) {
	each(t, func(w *world) {
		homes, day, id := w.round()
		_, err := homes.Agree(w.me, homevisit.AnswerInput{ID: day})
		errstest.Is(w.T, err, "")
		p, err := w.s.Pack(w.me, offline.Nothing{})
		errstest.Is(w.T, err, "")
		then := attendancetest.Noon.Add(time.Hour)
		clock.Set(then.Add(30 * time.Hour))
		said := func(at time.Time, more map[string]any) offline.Action {
			body := map[string]any{"home_id": p.Homes[0].HomeID.String(), "result": homevisit.Met}
			maps.Copy(body, more)
			return w.action(offline.HomeVisit, at, body)
		}
		w.are(w.send(w.Vols[1].Ctx, said(then, nil)), "refused")
		list := []offline.Action{said(then, map[string]any{"result": "danced"}), said(then, map[string]any{"back_day": "2026-12-01"}),
			said(then, map[string]any{"second_id": id.String()})}
		met := said(then, nil) // numbered after those, so taken after them
		w.are(w.send(w.me, append(list, met, met, said(then, nil))...),
			"refused: 选项", "refused: 已外出的才写", "refused: 不能是这一户的人", "done: 走访记下了", "duplicate: 走访记下了", "conflict")
		if n := w.count(`SELECT COUNT(*) FROM home_visit WHERE result = 'met' AND at = ? AND goer_id = ? AND NOT on_behalf`, then,
			w.Vols[0].PersonID); n != 1 || w.count(`SELECT COUNT(*) FROM home_visit`) != 1 {
			w.Errorf("%d visits", n)
		}
		if n := w.count(`SELECT COUNT(*) FROM service_record`) + w.count(`SELECT COUNT(*) FROM attendance`); n != 0 {
			w.Errorf("a visit makes %d records", n)
		}
	})
}

// One that comes after 72 hours does nothing by itself: who decides reads whose home it was and what came of it, and has it noted in the
// name of who went, without a word of minutes.
func TestHomeVisitLate(t *testing.T) {
	each(t, func(w *world) {
		homes, day, id := w.round()
		_, err := homes.Agree(w.me, homevisit.AnswerInput{ID: day})
		errstest.Is(w.T, err, "")
		p, err := w.s.Pack(w.me, offline.Nothing{})
		errstest.Is(w.T, err, "")
		then := attendancetest.Noon.Add(time.Hour)
		back := clock.DayOf(then).AddDays(2)
		clock.Set(then.Add(80 * time.Hour))
		late := func(home string) offline.Action {
			return w.action(offline.HomeVisit, then, map[string]any{"home_id": home, "result": homevisit.Away, "back_day": back.String()})
		}
		w.are(w.send(w.me, late(p.Homes[0].HomeID.String()), late("12")), "done: 交给站点", "done: 交给站点")
		list, err := w.s.List(w.Head2, offline.ListInput{State: offline.Waiting})
		errstest.Is(w.T, err, "")
		adopt := func(it offline.Item, want string) {
			d, err := w.s.Get(w.Head2, offline.GetInput{ID: it.ID})
			errstest.Is(w.T, err, "")
			if want == "" && (!slices.Contains(d.Facts, offline.Fact{Label: "关于", Value: lone.Name}) ||
				!slices.Contains(d.Facts, offline.Fact{Label: "结果", Value: "已外出"}) ||
				!slices.Contains(d.Facts, offline.Fact{Label: "哪天回来", Value: back.String()})) {
				w.Errorf("%+v", d.Facts)
			}
			_, err = w.s.Decide(w.Head2, offline.DecideInput{ID: it.ID, Version: it.Version, Decision: offline.Adopted, Reason: "问过邻居"})
			errstest.Is(w.T, err, want)
		}
		if len(list.Items) != 2 || w.count(`SELECT COUNT(*) FROM home_visit`) != 0 {
			w.Fatalf("%+v", list.Items)
		}
		adopt(list.Items[1], "")
		adopt(list.Items[0], "not_found")
		if n := w.count(`SELECT COUNT(*) FROM home_visit WHERE result = 'away' AND at = ? AND goer_id = ? AND on_behalf`, then,
			w.Vols[0].PersonID); n != 1 {
			w.Errorf("%d visits in his name", n)
		}
		blanks := func() int64 { return w.count(`SELECT COUNT(*) FROM offline_action WHERE raw IS NULL AND reason = ''`) }
		was := blanks()
		_, err = w.s.Decide(w.Head2, offline.DecideInput{ID: list.Items[0].ID, Version: list.Items[0].Version, Decision: offline.Aside,
			Reason: "没有这一户"})
		errstest.Is(w.T, err, "")
		w.Write(func(tx *db.Tx) error { return w.s.Area().Forget(w.System, tx, id, "本人要求") })
		if n := blanks(); n != was+1 {
			w.Errorf("of who is erased %d reasons are taken out", n-was)
		}
	})
}

// Of somebody who is erased nothing stays that he said or that was said of him, and not before what waits is decided.
func TestErased(t *testing.T) {
	each(t, func(w *world) {
		start := w.o.WindowStart
		clock.Set(start.Add(80 * time.Hour))
		w.are(w.send(w.me, w.action(offline.Visit, start, w.visit(pairing.Met)), w.action(offline.CheckOut, start.Add(79*time.Hour), w.order())),
			"done", "conflict")
		forget := func(id db.ID) error {
			return w.DB.Write(w.System, func(tx *db.Tx) error { return w.s.Area().Forget(w.System, tx, id, "本人要求") })
		}
		errstest.Is(w.T, forget(auth.From(w.me).Person), "conflict: 等站点处理")
		errstest.Is(w.T, forget(w.resident), "")
		if n := w.count(`SELECT COUNT(*) FROM offline_action WHERE raw IS NOT NULL AND kind = 'visit'`); n != 0 {
			w.Error("what was said of him stays")
		}
		list, _ := w.s.List(w.Manager, offline.ListInput{})
		_, err := w.s.Decide(w.Head2, offline.DecideInput{ID: list.Items[0].ID, Version: list.Items[0].Version, Decision: offline.Aside,
			Reason: "查不到"})
		errstest.Is(w.T, err, "")
		errstest.Is(w.T, forget(auth.From(w.me).Person), "")
		if n := w.count(`SELECT COUNT(*) FROM offline_action WHERE raw IS NOT NULL OR reason <> ''`); n != 0 {
			w.Error("what he said stays")
		}
	})
}

// Who is only asked to join a pairing takes nobody's name along.
func TestPackBeforeAnswer(t *testing.T) {
	each(t, func(w *world) {
		pairs := func() int {
			pack, err := w.s.Pack(w.me, offline.Nothing{})
			if err != nil {
				t.Fatal(err)
			}
			return len(pack.Pairings)
		}
		before := pairs()
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE pairing_member SET state = 'asked'`).Run(w.System, tx)
			return err
		})
		if after := pairs(); before != 1 || after != 0 {
			t.Errorf("pairings taken along: %d when agreed, %d when asked", before, after)
		}
	})
}
