package homevisit_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/homevisit"
	"linli/internal/work/need"
	"linli/internal/work/pairing"
	"linli/internal/work/project"
)

// canary stands in every name of who is visited.
const canary = "雀"

// world is the gacha with key groups: a couple of one household, an elder far away, a child, one without an address.
type world struct {
	*attendancetest.World
	*testing.T
	s     *homevisit.Service
	needs *need.Service
	reg   *volunteer.Service
	today clock.Day
	ids   map[string]db.ID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, today: clock.DayOf(attendancetest.Noon), ids: map[string]db.ID{}}
		projects := project.New(base.DB, activity.New(base.DB, base.Keys, base.Att), base.Att)
		w.needs = need.New(base.DB, base.Keys, base.Persons, base.Orders, projects, pairing.New(base.DB, base.Keys, base.Persons))
		w.s = homevisit.New(base.DB, base.Keys, base.Persons, w.needs)
		w.reg = volunteer.New(base.DB)
		w.s.Follow(base.Persons, w.reg)
		w.Seat(base.Manager)
		w.Seat(base.Head)
		for i, x := range []struct {
			name, group, house string
			lat                float64
			detail             string
		}{{"老伴甲", "lone_elder", "甲", 43.95, "东街一号"}, {"老伴乙", "lone_elder", "甲", 0, ""}, {"近处", "lone_elder", "", 43.905, "东街二号"},
			{"远处𠮷", "disabled", "", 44.2, "西街一号"}, {"孩子", "left_child", "", 43.91, "东街三号"}, {"没地址ᠪᠠᠲᠤ", "lone_elder", "", 0, ""},
			{"没位置", "lone_elder", "", -1, "北街"}, {"别的", "martyr_family", "", 43.9, "东街九号"}} {
			w.ids[x.name] = w.someone(canary+x.name, i, x.group, x.house, x.lat, x.detail)
		}
		test(w)
		w.whole(0)
	})
}

func (w *world) someone(name string, n int, group, house string, lat float64, detail string) (id db.ID) {
	w.Helper()
	in := person.NewPerson{Name: name, Region: attendancetest.Gacha, BirthDay: 19400101, Phone: "1295555000" + string(rune('0'+n)),
		Groups: person.Codes{group}, Consent: person.BySpoken, Householder: house}
	if detail != "" {
		in.Addresses = []person.Address{{Detail: detail}}
		if lat > 0 {
			in.Addresses[0].Lat, in.Addresses[0].Lng = lat, 116.1
		}
	}
	w.Write(func(tx *db.Tx) error {
		p, err := w.Persons.Add(w.System, tx, in)
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
		return homevisit.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

func (w *world) input(groups ...string) homevisit.PlanInput {
	return homevisit.PlanInput{Region: attendancetest.Gacha, Title: "入冬前走访", Groups: groups, FromDay: w.today, ToDay: w.today.AddDays(30),
		RecentDays: 30}
}

func (w *world) plan(groups ...string) homevisit.Sheet {
	w.Helper()
	if len(groups) == 0 {
		groups = []string{"lone_elder", "disabled"}
	}
	return must[homevisit.Sheet](w.T)(w.s.Plan(w.Manager, w.input(groups...)))
}

// send asks volunteers to go to n homes of a plan today.
func (w *world) send(p homevisit.Sheet, n int64, who ...int) homevisit.Sheet {
	w.Helper()
	in := homevisit.SendInput{ID: p.ID, Version: p.Version, Day: w.today, Count: n}
	for _, i := range who {
		in.GoerIDs = append(in.GoerIDs, w.Vols[i].PersonID)
	}
	return must[homevisit.Sheet](w.T)(w.s.Send(w.Manager, in))
}

// held is a day to n homes that the first volunteer agreed to.
func (w *world) held(p homevisit.Sheet, n int64) homevisit.DayPage {
	w.Helper()
	p = w.send(p, n, 0)
	day := p.Days[len(p.Days)-1].ID
	must[homevisit.Receipt](w.T)(w.s.Agree(w.Vols[0].Ctx, homevisit.AnswerInput{ID: day}))
	return must[homevisit.DayPage](w.T)(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: day}))
}

func (w *world) at(ctx context.Context, days int) context.Context {
	return clock.At(ctx, w.today.AddDays(days).Time().Add(12*time.Hour))
}

func (w *world) homes(p db.ID) map[string]homevisit.House {
	w.Helper()
	out := map[string]homevisit.House{}
	for _, h := range must[homevisit.Sheet](w.T)(w.s.Get(w.Manager, homevisit.GetInput{ID: p})).Homes {
		out[strings.TrimPrefix(h.Name, canary)] = h
	}
	return out
}

func raw(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// A plan holds one home for each household of its groups; who is left out stands there with the reason; nobody's groups can be read.
func TestPlan(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		var got []string
		for _, h := range p.Homes {
			got = append(got, strings.ReplaceAll(strings.Join(h.Lives, "+"), canary, ""))
		}
		slices.Sort(got)
		if want := "没位置 老伴甲+老伴乙 近处 远处𠮷"; strings.Join(got, " ") != want {
			t.Errorf("homes %q, want %q", got, want)
		}
		if len(p.Left) != 1 || p.Left[0].Name != canary+"没地址ᠪᠠᠲᠤ" || p.Left[0].Why != homevisit.NoAddress {
			t.Errorf("left out: %+v", p.Left)
		}
		w.Write(func(tx *db.Tx) error {
			n, err := db.Select[struct{ Blind []byte }](w.System, tx, tx.Build("SELECT blind FROM home_visit_group"))
			for _, g := range n {
				if strings.Contains(string(g.Blind), "elder") {
					t.Errorf("a group can be read: %q", g.Blind)
				}
			}
			return err
		})
		again := w.plan()
		if len(again.Homes) != 0 || len(again.Left) != 6 || again.Left[0].Why != homevisit.NoAddress || again.Left[1].Why != homevisit.Planned {
			t.Errorf("a second plan of the same people: %d homes, %+v", len(again.Homes), again.Left)
		}
		errstest.Is(t, second(w.s.Plan(w.Elsewhere, w.input("lone_elder"))), "not_found")
		errstest.Is(t, second(w.s.Plan(w.Vols[0].Ctx, w.input("lone_elder"))), "denied")
		for _, c := range []struct {
			change func(in *homevisit.PlanInput)
			want   string
		}{
			{func(in *homevisit.PlanInput) { in.Groups = person.Codes{"nobody"} }, "invalid groups: 没有这一类重点人群"},
			{func(in *homevisit.PlanInput) { in.Groups = person.Codes{"low_income"} }, "invalid groups: 这里的登记里没有这些重点人群"},
			{func(in *homevisit.PlanInput) { in.SurveyID = 1 }, "invalid survey_id: 这里没有这份正在问的问卷"},
			{func(in *homevisit.PlanInput) { in.ToDay = w.today.AddDays(-1); in.FromDay = in.ToDay }, "invalid to_day: 不早于今天"},
			{func(in *homevisit.PlanInput) { in.FromDay = in.ToDay.AddDays(1) }, "invalid from_day: 不晚于结束的日子"},
			{func(in *homevisit.PlanInput) { in.Region = in.Region.At(auth.LevelBanner) }, "invalid region: 请选一个苏木乡镇（街道），或者嘎查村（社区）"},
		} {
			in := w.input("lone_elder")
			c.change(&in)
			errstest.Is(t, second(w.s.Plan(w.Manager, in)), c.want)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// Who goes holds no names and addresses weeks ahead: three days before is the first, four the last without.
func TestNotLongBefore(t *testing.T) {
	each(t, func(w *world) {
		w.today = w.today.AddDays(homevisit.Ahead + 1)
		p := w.send(w.plan(), 3, 0)
		id := p.Days[0].ID
		early, due := w.at(w.Vols[0].Ctx, -homevisit.Ahead-1), w.at(w.Vols[0].Ctx, -homevisit.Ahead)
		must[homevisit.Receipt](t)(w.s.Agree(early, homevisit.AnswerInput{ID: id}))
		if v := must[homevisit.DayPage](t)(w.s.Way(early, homevisit.DayInput{ID: id})); len(v.Stops) != 0 {
			t.Errorf("four days before: %s", raw(v.Stops))
		}
		errstest.Is(t, second(w.s.Print(early, homevisit.DayInput{ID: id, Format: "csv"})), "wrong_state: 出发前三天起")
		move := homevisit.MoveInput{ID: id, Version: 2, HomeID: p.Homes[0].ID, Place: 1}
		errstest.Is(t, second(w.s.Move(early, move)), "wrong_state: 出发前三天起")
		desk := auth.From(early)
		desk.Grants = append(slices.Clone(desk.Grants),
			auth.Grant{Role: auth.StationManager, Region: attendancetest.Gacha, Station: w.Station.ID})
		v := must[homevisit.DayPage](t)(w.s.Way(auth.With(early, desk), homevisit.DayInput{ID: id}))
		if len(v.Stops) != 3 || v.Stops[0].Contact != nil {
			t.Errorf("four days before, of the desk: %s", raw(v.Stops))
		}
		if v := must[homevisit.DayPage](t)(w.s.Way(due, homevisit.DayInput{ID: id})); len(v.Stops) != 3 || v.Stops[0].Contact == nil {
			t.Errorf("three days before: %s", raw(v.Stops))
		}
	})
}

// Who is only asked learns the day, the place and how many: no name of who is visited stands in his pages, messages or answers. After he
// agreed he has names, telephones and addresses; when the day is over no more.
func TestCanary(t *testing.T) {
	each(t, func(w *world) {
		p := w.send(w.plan(), 3, 0, 1)
		day := p.Days[0].ID
		srv := w.Web(w.s.Routes)
		silent := func(who string, ctx context.Context, when string) {
			t.Helper()
			_, page := srv.Do(who, "GET", "/my/home-visits", "")
			_, closed := srv.Do(who, "GET", "/my/home-visits/"+day.String(), "")
			_, paper := srv.Do(who, "GET", "/my/home-visits/"+day.String()+"/print?format=csv", "")
			mine := raw(must[homevisit.Own](t)(w.s.Mine(ctx, homevisit.Nothing{})))
			if text := page + closed + paper + mine; strings.Contains(text, canary) || strings.Contains(text, "东街") {
				t.Errorf("%s: %s reads who is visited", when, who)
			}
		}
		silent("volunteer", w.Vols[0].Ctx, "asked")
		w.Write(func(tx *db.Tx) error {
			list, err := db.Select[struct{ Text string }](w.System, tx, tx.Build("SELECT title || text AS text FROM notify_inbox"))
			if len(list) == 0 || strings.Contains(raw(list), canary) {
				t.Errorf("messages: %d, %s", len(list), raw(list))
			}
			return err
		})
		errstest.Is(t, second(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: day})), "denied: 答应以后才看得到去哪几家")
		move := homevisit.MoveInput{ID: day, Version: 1, HomeID: p.Homes[0].ID, Place: 1}
		errstest.Is(t, second(w.s.Move(w.Vols[0].Ctx, move)), "denied: 答应以后才看得到去哪几家")
		errstest.Is(t, second(w.s.Way(w.Vols[2].Ctx, homevisit.DayInput{ID: day})), "not_found")
		errstest.Is(t, second(w.s.Way(w.Elsewhere, homevisit.DayInput{ID: day})), "not_found")
		must[homevisit.Receipt](t)(w.s.Agree(w.Vols[0].Ctx, homevisit.AnswerInput{ID: day}))
		silent("other", w.Vols[1].Ctx, "the other has not agreed")
		v := must[homevisit.DayPage](t)(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: day}))
		if len(v.Stops) != 3 || v.Stops[0].Contact == nil || v.Stops[0].Contact.Phone == "" {
			t.Errorf("agreed: %s", raw(v))
		}
		errstest.Is(t, second(w.s.Agree(w.Vols[0].Ctx, homevisit.AnswerInput{ID: day})), "wrong_state: 已经答复过了")
		errstest.Is(t, second(w.s.Record(w.Vols[0].Ctx, homevisit.RecordInput{ID: v.Stops[0].ID, Result: homevisit.Met})), "not_found")
		errstest.Is(t, second(w.s.Print(w.Manager, homevisit.DayInput{ID: day, Format: "csv"})), "wrong_state: 去的人都答应以后才能打印")
		if desk := must[homevisit.DayPage](t)(w.s.Way(w.Manager, homevisit.DayInput{ID: day})); desk.Stops[0].Contact != nil {
			t.Error("the desk reads telephones without a reason")
		}
		must[homevisit.Receipt](t)(w.s.Agree(w.Manager, homevisit.AnswerInput{ID: day, PersonID: w.Vols[1].PersonID}))
		_, page := srv.Do("volunteer", "GET", "/my/home-visits/"+day.String(), "")
		_, paper := srv.Do("manager", "GET", "/desk/home-visits/days/"+day.String()+"/print?format=csv", "")
		if !strings.Contains(page, "东街") || !strings.Contains(page, canary) || !strings.Contains(paper, "东街") ||
			!strings.Contains(page, "不计服务时长") {
			t.Error("the day does not say where to go")
		}
		for i, result := range []string{homevisit.Met, homevisit.Refused} {
			must[homevisit.Receipt](t)(w.s.Record(w.Vols[0].Ctx, homevisit.RecordInput{ID: v.Stops[i].ID, Result: result}))
		}
		if err := w.s.Sweep(w.at(w.System, 4)); err != nil {
			t.Fatal(err)
		}
		silent("volunteer", w.Vols[0].Ctx, "over")
		if got := must[homevisit.DayPage](t)(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: day})); len(got.Stops) != 0 {
			t.Errorf("whom he met is told when the day is over: %s", raw(got.Stops))
		}
		if desk := must[homevisit.DayPage](t)(w.s.Way(w.Manager, homevisit.DayInput{ID: day})); len(desk.Stops) != 2 {
			t.Errorf("the desk has %d homes of a day that is over", len(desk.Stops))
		}
	})
}

// The way begins at the station with what is near, homes without a place on the map come last, and it can be moved by hand.
func TestWay(t *testing.T) {
	each(t, func(w *world) {
		v := w.held(w.plan(), 6)
		names := func(v homevisit.DayPage) (out string) {
			for _, x := range v.Stops {
				out += strings.TrimPrefix(x.Name, canary) + " "
			}
			return out
		}
		if got := names(v); got != "近处 老伴甲 远处𠮷 没位置 " {
			t.Errorf("the way is %s", got)
		}
		if x := v.Stops[0]; x.Metres < 500 || x.Metres > 600 || !x.Placed || v.Stops[3].Placed {
			t.Errorf("distances: %d %v", x.Metres, v.Stops[3].Placed)
		}
		in := homevisit.MoveInput{ID: v.Day.ID, Version: v.Day.Version, HomeID: v.Stops[2].ID, Place: 1}
		must[homevisit.Receipt](t)(w.s.Move(w.Vols[0].Ctx, in))
		v = must[homevisit.DayPage](t)(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: v.Day.ID}))
		if got := names(v); got != "远处𠮷 近处 老伴甲 没位置 " {
			t.Errorf("moved: %s", got)
		}
		errstest.Is(t, second(w.s.Move(w.Vols[0].Ctx, in)), "stale_version")
		none := homevisit.MoveInput{ID: v.Day.ID, Version: v.Day.Version, HomeID: 1, Place: 1}
		errstest.Is(t, second(w.s.Move(w.Manager, none)), "invalid home_id: 那天不去这一户")
	})
}

// Two people go where the plan or a child asks for it; nobody to his own home; a day with too few falls back to the plan.
func TestGoers(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan("left_child")
		in := homevisit.SendInput{ID: p.ID, Version: p.Version, Day: w.today, GoerIDs: []db.ID{w.Vols[0].PersonID}, Count: 6}
		errstest.Is(t, second(w.s.Send(w.Manager, in)), "invalid goer_ids: 这几户里有要两个人一起去的，请选两位")
		in.GoerIDs = []db.ID{w.Vols[0].PersonID, w.ids["近处"]}
		errstest.Is(t, second(w.s.Send(w.Manager, in)), "invalid goer_ids: 只能请这里在册的志愿者和工作人员")
		in.GoerIDs = []db.ID{w.Vols[0].PersonID, w.Vols[1].PersonID}
		in.Day = w.today.AddDays(31)
		errstest.Is(t, second(w.s.Send(w.Manager, in)), "invalid day: 要在走访的日子里")
		in.Day = w.today
		errstest.Is(t, second(w.s.Send(w.Elsewhere, in)), "not_found")
		p = must[homevisit.Sheet](t)(w.s.Send(w.Manager, in))
		in.Version = p.Version
		errstest.Is(t, second(w.s.Send(w.Manager, in)), "invalid day: 那天没有还要安排的")
		day, home := p.Days[0].ID, p.Homes[0].ID
		for _, v := range w.Vols[:2] {
			must[homevisit.Receipt](t)(w.s.Agree(v.Ctx, homevisit.AnswerInput{ID: day}))
		}
		must[homevisit.Receipt](t)(w.s.Record(w.Vols[1].Ctx, homevisit.RecordInput{ID: home, Result: homevisit.Met}))
		got := must[homevisit.DayPage](t)(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: day})).Stops[0].Visits[0]
		if got.GoerID != w.Vols[1].PersonID || got.SecondID != w.Vols[0].PersonID || got.OnBehalf {
			t.Errorf("two went: %+v", got)
		}
		q := w.send(w.plan("disabled"), 1, 0)
		must[homevisit.Receipt](t)(w.s.Decline(w.Vols[0].Ctx, homevisit.AnswerInput{ID: q.Days[0].ID}))
		if h := w.homes(q.ID)["远处𠮷"]; h.DayID != 0 || h.State != homevisit.Waiting {
			t.Errorf("given back: %+v", h)
		}
		errstest.Is(t, second(w.s.Agree(w.Vols[0].Ctx, homevisit.AnswerInput{ID: q.Days[0].ID})), "not_found")
	})
}

// Who is no volunteer any more is off his days at once, who no longer holds his office with the next sweep: he reads nobody's name, and
// the homes are there to be given to somebody else.
func TestLeavers(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		v := w.held(p, 2)
		worker, account := w.Actor("社工", w.Person("社工", 8), auth.Grant{Role: auth.SocialWorker, Region: attendancetest.Gacha})
		w.Seat(worker)
		p = must[homevisit.Sheet](t)(w.s.Get(w.Manager, homevisit.GetInput{ID: p.ID}))
		p = must[homevisit.Sheet](t)(w.s.Send(w.Manager, homevisit.SendInput{ID: p.ID, Version: p.Version, Day: w.today, Count: 2,
			GoerIDs: []db.ID{auth.From(worker).Person}}))
		his := p.Days[1].ID
		must[homevisit.Receipt](t)(w.s.Agree(worker, homevisit.AnswerInput{ID: his}))
		of := func(day db.ID) (n int) {
			for _, h := range w.homes(p.ID) {
				if h.DayID == day {
					n++
				}
			}
			return n
		}
		if err := w.s.Sweep(w.System); err != nil || of(v.Day.ID) != 2 || of(his) != 2 {
			t.Fatalf("who may go is taken off: %v, %d, %d", err, of(v.Day.ID), of(his))
		}
		must[volunteer.Volunteer](t)(w.reg.Leave(w.Manager, volunteer.LeaveInput{ID: w.Vols[0].ID, Version: w.Vols[0].Version}))
		errstest.Is(t, second(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: v.Day.ID})), "not_found")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE role_grant SET ended_at = ? WHERE account_id = ?`, tx.Now, account).Run(w.System, tx)
			return err
		})
		if err := w.s.Sweep(w.System); err != nil || of(v.Day.ID)+of(his) != 0 {
			t.Errorf("their homes are not given back: %v, %d, %d", err, of(v.Day.ID), of(his))
		}
	})
}

// Each result says what becomes of a home; where nobody was met somebody comes again, the third time it is the station's to see to.
func TestRecord(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		v := w.held(p, 4)
		own := w.Vols[0].Ctx
		record := func(ctx context.Context, name, result string) {
			t.Helper()
			must[homevisit.Receipt](t)(w.s.Record(ctx, homevisit.RecordInput{ID: w.homes(p.ID)[name].ID, Result: result}))
		}
		first := v.Stops[0].ID
		errstest.Is(t, second(w.s.Record(w.Vols[1].Ctx, homevisit.RecordInput{ID: first, Result: homevisit.Met})), "not_found")
		back := homevisit.RecordInput{ID: first, Result: homevisit.Met, BackDay: w.today.AddDays(1)}
		errstest.Is(t, second(w.s.Record(own, back)), "invalid back_day: 已外出的才写哪天回来")
		coal := homevisit.NeedInput{ID: first, Kind: "daily", Content: "买煤", Urgency: "soon"}
		errstest.Is(t, second(w.s.Need(own, coal)), "wrong_state: 先记这一户的走访结果，再登记需求")
		for _, c := range []struct {
			at   time.Time
			want string
		}{{attendancetest.Noon.Add(6 * time.Minute), "invalid at: 还没有到这个时间"}, {attendancetest.Noon.AddDate(0, 0, -1), "invalid at: 早于走访开始的日子"}} {
			errstest.Is(t, second(w.s.Record(own, homevisit.RecordInput{ID: first, Result: homevisit.Met, At: &c.at})), c.want)
		}
		record(own, "近处", homevisit.Met)
		record(own, "老伴甲", homevisit.Refused)
		record(own, "远处𠮷", homevisit.Died)
		record(own, "没位置", homevisit.Missed)
		homes := w.homes(p.ID)
		for name, want := range map[string]string{"近处": homevisit.Reached, "老伴甲": homevisit.Unwilling, "远处𠮷": homevisit.Gone,
			"没位置": homevisit.Waiting} {
			if homes[name].State != want {
				t.Errorf("%s is %s, want %s", name, homes[name].State, want)
			}
		}
		if h := homes["没位置"]; h.Tries != 1 || h.AgainDay != w.today.AddDays(3) || h.DayID != 0 {
			t.Errorf("comes again: %+v", h)
		}
		if h := homes["远处𠮷"]; h.Rung != 1 || h.LateDay != w.today {
			t.Errorf("who is gone is the station's: %+v", h)
		}
		errstest.Is(t, second(w.s.Record(w.Manager, homevisit.RecordInput{ID: first, Result: homevisit.Met})), "wrong_state")
		for i := range 2 {
			in := homevisit.RecordInput{ID: homes["没位置"].ID, Result: homevisit.Away, GoerID: w.Vols[1].PersonID}
			if i == 0 {
				in.BackDay = w.today.AddDays(20)
			}
			must[homevisit.Receipt](t)(w.s.Record(w.Manager, in))
			if h := w.homes(p.ID)["没位置"]; i == 0 && h.AgainDay != w.today.AddDays(20) {
				t.Errorf("away: %+v", h)
			}
		}
		late := must[homevisit.LatePage](t)(w.s.Late(w.Manager, homevisit.LateInput{}))
		if len(late.Items) != 2 || w.homes(p.ID)["没位置"].State != homevisit.Unreached {
			t.Errorf("to be seen to: %s", raw(late.Items))
		}
		handle := homevisit.HandleInput{ID: late.Items[0].ID, Version: late.Items[0].Version, Reason: "登记改过了"}
		must[homevisit.Receipt](t)(w.s.Handle(w.Manager, handle))
		handle.Version++
		errstest.Is(t, second(w.s.Handle(w.Manager, handle)), "wrong_state: 已经有人处理了")
		errstest.Is(t, second(w.s.Handle(w.Elsewhere, handle)), "not_found")
		next := w.plan("lone_elder")
		why := map[string]string{}
		for _, l := range next.Left {
			why[strings.TrimPrefix(l.Name, canary)] = l.Why
		}
		if why["近处"] != homevisit.Recent || why["老伴甲"] != homevisit.Unwanted || why["老伴乙"] != homevisit.Unwanted {
			t.Errorf("the next plan leaves out %v", why)
		}
	})
}

// A need is registered by who was there, through the register of needs, and says from which visit it is.
func TestNeed(t *testing.T) {
	each(t, func(w *world) {
		v := w.held(w.plan(), 1)
		home := v.Stops[0].ID
		must[homevisit.Receipt](t)(w.s.Record(w.Vols[0].Ctx, homevisit.RecordInput{ID: home, Result: homevisit.Met}))
		in := homevisit.NeedInput{ID: home, Kind: "housing", Content: "炉子不热", Urgency: "urgent"}
		errstest.Is(t, second(w.s.Need(w.Vols[1].Ctx, in)), "not_found")
		r := must[homevisit.Registered](t)(w.s.Need(w.Vols[0].Ctx, in))
		n := must[need.Detail](t)(w.needs.Get(w.Manager, need.GetInput{ID: r.NeedID}))
		visits := must[homevisit.DayPage](t)(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: v.Day.ID})).Stops[0].Visits
		if n.Source != "visit" || n.SourceID != visits[0].ID || n.PersonID != w.ids["近处"] || !slices.Equal(n.Groups, []string{"lone_elder"}) {
			t.Errorf("need: %s of %s", raw(n), raw(visits))
		}
		in.PersonID = w.ids["没位置"]
		errstest.Is(t, second(w.s.Need(w.Vols[0].Ctx, in)), "invalid person_id: 他不住在这一户")
	})
}

// A plan that ends leaves nothing without an owner: closed, whom nobody reached is on the station's list and rises from there; cancelled,
// nobody goes any more and nothing is asked of anybody.
func TestEnd(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan("lone_elder")
		day := w.held(p, 1)
		p = must[homevisit.Sheet](t)(w.s.Get(w.Manager, homevisit.GetInput{ID: p.ID}))
		end := homevisit.EndInput{ID: p.ID, Version: p.Version, Reason: "下雪了"}
		errstest.Is(t, second(w.s.Close(w.Vols[0].Ctx, end)), "denied")
		errstest.Is(t, second(w.s.Close(w.Elsewhere, end)), "not_found")
		must[homevisit.Sheet](t)(w.s.Close(w.Manager, end))
		errstest.Is(t, second(w.s.Way(w.Vols[1].Ctx, homevisit.DayInput{ID: day.Day.ID})), "not_found")
		if got := must[homevisit.DayPage](t)(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: day.Day.ID})); len(got.Stops) != 0 {
			t.Errorf("after the end the day still holds %s", raw(got.Stops))
		}
		late := func() (out []int64) {
			for _, h := range must[homevisit.LatePage](t)(w.s.Late(w.Town, homevisit.LateInput{})).Items {
				out = append(out, h.Rung)
			}
			return out
		}
		for _, c := range []struct {
			days int
			rung int64
		}{{3, 1}, {4, 2}, {7, 2}, {8, 3}} {
			if err := w.s.Sweep(w.at(w.System, c.days)); err != nil {
				t.Fatal(err)
			}
			if got := late(); !slices.Equal(got, []int64{c.rung, c.rung, c.rung}) {
				t.Errorf("after %d days they stand at %v", c.days, got)
			}
		}
		q := w.plan("disabled")
		w.send(q, 1, 0)
		q = must[homevisit.Sheet](t)(w.s.Get(w.Manager, homevisit.GetInput{ID: q.ID}))
		must[homevisit.Sheet](t)(w.s.Cancel(w.Manager, homevisit.EndInput{ID: q.ID, Version: q.Version, Reason: "做错了"}))
		if h := w.homes(q.ID)["远处𠮷"]; h.State != homevisit.Dropped || len(late()) != 3 {
			t.Errorf("cancelled: %+v, %v", h, late())
		}
	})
}

// Days that pass give their homes back after the time for late entries; a plan ends by itself after its last day.
func TestSweep(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		w.held(p, 1)
		home := func() homevisit.House { return w.homes(p.ID)["近处"] }
		for _, c := range []struct {
			days  int
			there bool
		}{{3, true}, {4, false}} {
			if err := w.s.Sweep(w.at(w.System, c.days)); err != nil {
				t.Fatal(err)
			}
			if got := home().DayID != 0; got != c.there {
				t.Errorf("after %d days the home is on its day: %v", c.days, got)
			}
		}
		for _, c := range []struct {
			days  int
			state string
		}{{33, homevisit.Open}, {34, homevisit.Closed}} {
			if err := w.s.Sweep(w.at(w.System, c.days)); err != nil {
				t.Fatal(err)
			}
			if got := must[homevisit.Sheet](t)(w.s.Get(w.Manager, homevisit.GetInput{ID: p.ID})); got.State != c.state {
				t.Errorf("after %d days the plan is %s", c.days, got.State)
			}
		}
		if h := home(); h.State != homevisit.Unreached || h.Rung != 1 {
			t.Errorf("after the plan: %+v", h)
		}
	})
}

// Whom nobody reached this year is on the list, by plans and pairings; figures hide few people.
func TestFigures(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		v := w.held(p, 1)
		names := func(ctx context.Context) (n int) {
			return len(must[homevisit.UncoveredPage](t)(w.s.Uncovered(ctx, homevisit.UncoveredInput{})).Items)
		}
		before := names(w.Manager)
		must[homevisit.Receipt](t)(w.s.Record(w.Vols[0].Ctx, homevisit.RecordInput{ID: v.Stops[0].ID, Result: homevisit.Phoned}))
		if before != 8 || names(w.Manager) != 7 || names(w.Elsewhere) != 0 || names(w.at(w.Manager, 60)) != 8 {
			t.Errorf("not visited this year: %d, %d, %d, %d", before, names(w.Manager), names(w.Elsewhere), names(w.at(w.Manager, 60)))
		}
		f := must[homevisit.Counts](t)(w.s.Figures(w.Town, homevisit.FiguresInput{}))
		for _, c := range f.Groups {
			if want := c.Group == "disabled" || c.Group == "lone_elder"; c.Hidden != want || c.Hidden && c.People+c.Reached != 0 {
				t.Errorf("few people are shown: %+v", c)
			}
		}
		if len(f.Groups) != 2 || len(f.Places) != 1 {
			t.Errorf("figures: %s", raw(f))
		}
	})
}

// A merged entry goes on; an erased person is visited no more and goes nowhere, and of which groups he was is gone.
func TestSubject(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		v := w.held(p, 2)
		forget := func(id db.ID) {
			t.Helper()
			w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, id, "本人要求") })
		}
		forget(w.ids["近处"])
		if h := w.homes(p.ID)["近处"]; h.State != homevisit.Dropped {
			t.Errorf("an erased person is still visited: %+v", h)
		}
		forget(w.Vols[0].PersonID)
		if h := w.homes(p.ID)["老伴甲"]; h.DayID != 0 || h.State != homevisit.Waiting {
			t.Errorf("who is erased still goes: %+v", h)
		}
		errstest.Is(t, second(w.s.Way(w.Vols[0].Ctx, homevisit.DayInput{ID: v.Day.ID})), "not_found")
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: w.ids["没位置"], To: w.ids["别的"]})
		})
		if _, there := w.homes(p.ID)["别的"]; !there {
			t.Error("the home of a merged entry does not follow")
		}
		var held string
		w.Write(func(tx *db.Tx) error {
			got, err := w.s.Held(w.System, tx, w.ids["没地址ᠪᠠᠲᠤ"])
			held = raw(got)
			return err
		})
		if !strings.Contains(held, "没有登记住址") {
			t.Errorf("held about him: %s", held)
		}
	})
}

// Each page holds what its reader needs; files open.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		v := w.held(p, 2)
		srv := w.Web(w.s.Routes)
		day := v.Day.ID.String()
		for _, c := range []struct{ who, path, has, hasNot string }{
			{"manager", "/desk/home-visits", "入冬前走访", ""},
			{"manager", "/desk/home-visits/new", "找出要去的人家", ""},
			{"manager", "/desk/home-visits/" + p.ID.String(), "没有登记住址", "东街"},
			{"manager", "/desk/home-visits/days/" + day, canary, "东街"},
			{"manager", "/desk/home-visits/late", "没有等处理的", ""},
			{"manager", "/desk/home-visits/uncovered", canary, ""},
			{"volunteer", "/my/home-visits", "去哪几家", canary},
			{"volunteer", "/my/home-visits/" + day, "东街", ""},
			{"other", "/my/home-visits", "没有请您去走访的日子", canary},
			{"town", "/gov/home-visits", "少", canary},
			{"town", "/gov/home-visits/late", "没有等处理的", ""},
			{"elsewhere", "/desk/home-visits", "没有这样的走访计划", canary},
		} {
			code, page := srv.Do(c.who, "GET", c.path, "")
			if code != 200 || !strings.Contains(page, c.has) || c.hasNot != "" && strings.Contains(page, c.hasNot) {
				t.Errorf("%s %s: %d, wants %q without %q", c.who, c.path, code, c.has, c.hasNot)
			}
		}
		for _, path := range []string{"/desk/home-visits/uncovered/export", "/my/home-visits/" + day + "/print?format=xlsx"} {
			who := "manager"
			if strings.HasPrefix(path, "/my") {
				who = "volunteer"
			}
			if code, file := srv.Do(who, "GET", path, ""); code != 200 || !strings.HasPrefix(file, "PK") {
				t.Errorf("%s: %d %.10q", path, code, file)
			}
		}
		code, _ := srv.Do("volunteer", "POST", "/my/home-visits/homes/"+v.Stops[0].ID.String()+"/record", "result=met&day="+day)
		if code != 303 || w.homes(p.ID)["近处"].State != homevisit.Reached {
			t.Errorf("recorded on the page: %d", code)
		}
	})
}

// Nobody answers or records for somebody else, late, or of his own home; the desk plans no day that is past; another place reads nothing.
func TestBounds(t *testing.T) {
	each(t, func(w *world) {
		p := w.plan()
		past := homevisit.SendInput{ID: p.ID, Version: p.Version, Day: w.today, GoerIDs: []db.ID{w.Vols[0].PersonID}, Count: 1}
		errstest.Is(t, second(w.s.Send(w.at(w.Manager, 2), past)), "invalid day: 不早于今天")
		p = w.send(p, 3, 0, 1)
		day, first, other := p.Days[0].ID, w.Vols[0].Ctx, w.Vols[1].PersonID
		errstest.Is(t, second(w.s.Agree(first, homevisit.AnswerInput{ID: day, PersonID: other})), "denied: 只能替自己答复")
		for _, v := range w.Vols[:2] {
			must[homevisit.Receipt](t)(w.s.Agree(v.Ctx, homevisit.AnswerInput{ID: day}))
		}
		stops := must[homevisit.DayPage](t)(w.s.Way(first, homevisit.DayInput{ID: day})).Stops
		in := homevisit.RecordInput{ID: stops[0].ID, Result: homevisit.Met, GoerID: other}
		errstest.Is(t, second(w.s.Record(first, in)), "denied: 这一户不是您去")
		noon := attendancetest.Noon
		in = homevisit.RecordInput{ID: stops[0].ID, Result: homevisit.Met, At: &noon}
		errstest.Is(t, second(w.s.Record(w.at(first, 4), in)), "invalid at: 过了 3 天的请交给站里补记")

		must[homevisit.Receipt](t)(w.s.Record(first, homevisit.RecordInput{ID: stops[1].ID, Result: homevisit.Died}))
		if late := must[homevisit.LatePage](t)(w.s.Late(w.Elsewhere, homevisit.LateInput{})); len(late.Items) != 0 {
			t.Errorf("another place reads who was not reached: %s", raw(late.Items))
		}
		f := must[homevisit.Counts](t)(w.s.Figures(w.Elsewhere, homevisit.FiguresInput{Region: attendancetest.Gacha}))
		if len(f.Places)+len(f.Groups) != 0 {
			t.Errorf("another place reads figures: %s", raw(f))
		}

		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: stops[0].PersonID, To: other})
		})
		in = homevisit.RecordInput{ID: stops[0].ID, Result: homevisit.Phoned, GoerID: other}
		errstest.Is(t, second(w.s.Record(w.Manager, in)), "invalid goer_id: 只能是这里在册的志愿者和工作人员，不能是这一户的人")
		w.Write(func(tx *db.Tx) error {
			if err := w.s.Forget(w.System, tx, stops[2].PersonID, "本人要求"); err != nil {
				return err
			}
			n, err := db.SelectOne[int64](w.System, tx, tx.Build(`SELECT COUNT(*) FROM home_visit_group g JOIN home_visit_member m
				ON m.id = g.member_id WHERE m.person_id = ?`, stops[2].PersonID))
			if n != 0 {
				t.Error("of which groups an erased person was is still there")
			}
			return err
		})
	})
}
