package activity_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/catalogue"
	"linli/internal/work/presence"
)

// world is the gacha with the area and what comes after it.
type world struct {
	*attendancetest.World
	*testing.T
	s       *activity.Service
	vols    *volunteer.Service
	teams   *team.Service
	records *record.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{base, t, activity.New(base.DB, base.Keys, base.Att),
			volunteer.New(base.DB), team.New(base.DB), record.New(base.DB, base.Persons)}
		w.teams.Follow(base.Persons, w.vols)
		w.s.Follow(base.Persons, w.vols, w.teams)
		w.records.Follow(base.Persons, base.Orders, base.Att)
		for i, name := range []string{"赵六", "钱七", "孙八"} {
			id := w.Person(name, i+4)
			ctx, acc := w.Actor(name, id, auth.Grant{Role: auth.Volunteer})
			w.Vols = append(w.Vols, attendancetest.Volunteer{Volunteer: w.enrol(ctx), Ctx: ctx, Account: acc})
		}
		test(w)
		w.whole(0)
	})
}

func (w *world) enrol(ctx context.Context) volunteer.Volunteer {
	v := must[volunteer.Volunteer](w)(w.vols.Register(ctx, volunteer.RegisterInput{Region: attendancetest.Gacha,
		Facts: volunteer.Facts{Identities: person.Codes{"resident"}, Skills: person.Codes{"cooking"}, MaxKm: 5}, Agreed: true,
		Consent: person.BySelf}))
	return must[volunteer.Volunteer](w)(w.vols.Approve(w.Head2, volunteer.ApproveInput{ID: v.ID, Version: v.Version}))
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

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		report := func(object, what string) { found = append(found, object+" "+what) }
		if err := record.Verify(w.System, tx, report); err != nil {
			return err
		}
		return activity.Verify(w.System, tx, report)
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

const day = clock.Day(20261130) // a Monday

func (w *world) input(needed int64) activity.CreateInput {
	return activity.CreateInput{StationID: w.Station.ID, Title: "义诊", Category: w.Item.Category, Content: "量血压", Place: "嘎查部", Risk: "老人头晕",
		Day: day, From: "09:00", To: "11:00", Checked: true, Posts: []activity.PostInput{{Name: "量血压", Needed: needed}}}
}

func (w *world) open(in activity.CreateInput) activity.Detail {
	w.Helper()
	d := must[activity.Detail](w)(w.s.Create(w.Manager, in))
	return must[activity.Detail](w)(w.s.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version, Whole: true}))
}

func (w *world) join(v attendancetest.Volunteer, id db.ID) activity.Seat {
	w.Helper()
	return must[activity.Seat](w)(w.s.SignUp(v.Ctx, activity.SignInput{ID: id}))
}

func (w *world) seat(id db.ID) activity.Seat {
	w.Helper()
	return must[activity.Seat](w)(w.s.Place(w.Manager, activity.PlaceInput{ID: id}))
}

// TestStillToSignOut: who stays a little longer finds the activity on his own list as long as he may sign out.
func TestStillToSignOut(t *testing.T) {
	each(t, func(w *world) {
		d := w.open(w.input(2))
		w.join(w.Vols[0], d.ID)
		mine := func() int { return len(must[activity.Mine](w)(w.s.Mine(w.Vols[0].Ctx, activity.NoInput{})).Items) }
		for minutes, want := range map[time.Duration]int{0: 1, 29: 1, 31: 0} {
			clock.Set(d.EndsAt.Add(minutes * time.Minute))
			if n := mine(); n != want {
				w.Errorf("%d minutes after the end his list has %d", minutes, n)
			}
		}
	})
}

func (w *world) get(id db.ID) activity.Detail {
	w.Helper()
	return must[activity.Detail](w)(w.s.Get(w.Manager, activity.GetInput{ID: id}))
}

// What is no volunteer service is refused, and so is what nobody can come to; published is what says its risk.
func TestPlanning(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			who    context.Context
			change func(*activity.CreateInput)
			want   string
		}{
			{w.Manager, func(in *activity.CreateInput) { in.Is = []string{"meeting"} }, "invalid is: 这些不是志愿服务"},
			{w.Manager, func(in *activity.CreateInput) { in.Checked = false }, "invalid checked"},
			{w.Manager, func(in *activity.CreateInput) { in.Title = "  " }, "invalid title"},
			{w.Manager, func(in *activity.CreateInput) { in.To = in.From }, "invalid to: 结束要晚于开始"},
			{w.Manager, func(in *activity.CreateInput) { in.Posts[0].Needed = 0 }, "invalid posts.0.needed"},
			{w.Manager, func(in *activity.CreateInput) { in.Posts[0].Name = "" }, "invalid posts.0.name"},
			{w.Manager, func(in *activity.CreateInput) { in.Day = 20261124 }, "invalid day: 要在现在以后"},
			{w.Manager, func(in *activity.CreateInput) { in.Day = 20271126 }, "invalid day: 最多提前一年"},
			{w.Manager, func(in *activity.CreateInput) { in.TeamID = 1 }, "invalid team_id"},
			{w.Manager, func(in *activity.CreateInput) { in.StationID = 1 }, "not_found"},
			{w.Elsewhere, func(*activity.CreateInput) {}, "not_found"},
			{w.Vols[0].Ctx, func(*activity.CreateInput) {}, "not_found"},
		} {
			in := w.input(2)
			c.change(&in)
			_, err := w.s.Create(c.who, in)
			errstest.Is(w, err, c.want)
		}
		in := w.input(2)
		in.Category = "public_order"
		d := must[activity.Detail](w)(w.s.Create(w.Manager, in))
		_, err := w.s.Face(w.T.Context(), activity.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		_, err = w.s.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		move := activity.MoveInput{ID: d.ID, Version: d.Version}
		_, err = w.s.PublishNow(w.Manager, move)
		errstest.Is(w, err, "invalid guide_unit: 治安维稳")
		d = must[activity.Detail](w)(w.s.Edit(w.Manager, activity.EditInput{ID: d.ID, Version: d.Version, Content: "巡逻", Place: "路口", Risk: "车多",
			GuideUnit: "派出所"}))
		move.Version = d.Version
		_, err = w.s.PublishNow(w.Elsewhere, move)
		errstest.Is(w, err, "not_found")
		bare := w.input(1)
		bare.Risk = ""
		b := must[activity.Detail](w)(w.s.Create(w.Manager, bare))
		_, err = w.s.PublishNow(w.Manager, activity.MoveInput{ID: b.ID, Version: b.Version})
		errstest.Is(w, err, "invalid risk: 发布前要写明可能有的风险")
		d = must[activity.Detail](w)(w.s.PublishNow(w.Head, move))
		face := must[activity.Face](w)(w.s.Face(w.T.Context(), activity.GetInput{ID: d.ID}))
		if d.State != activity.Open || face.Risk != "车多" || face.Needed != 2 {
			w.Errorf("%+v", face)
		}
		move.Version = d.Version
		_, err = w.s.Cancel(w.Manager, move)
		errstest.Is(w, err, "invalid reason")
		move.Reason = "下雪"
		if d = must[activity.Detail](w)(w.s.Cancel(w.Manager, move)); d.State != activity.Cancelled {
			w.Errorf("%+v", d.State)
		}
		_, err = w.s.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "wrong_state: 活动已取消")
	})
}

// A rule of the whitelist gives rows, without public holidays unless they are wanted; anything else is refused and costs nothing.
func TestRecurrence(t *testing.T) {
	each(t, func(w *world) {
		days := func(rule, holidays string) (out []clock.Day) {
			in := w.input(1)
			in.Recurrence, in.Holidays, in.Day = rule, holidays, 20261228
			d := must[activity.Detail](w)(w.s.Create(w.Manager, in))
			page := must[activity.Register](w)(w.s.List(w.Manager, activity.ListInput{Sort: "early", Paging: db.Paging{Limit: 100}}))
			for _, a := range page.Items {
				if a.SeriesID == d.SeriesID && a.SeriesID != 0 {
					out = append(out, a.Day)
				}
			}
			return out
		}
		w.Write(func(tx *db.Tx) error { // the first of January is off
			_, err := tx.Build(`INSERT INTO calendar (day, kind, name) VALUES (20270101, 'holiday', '元旦')
				ON CONFLICT (day) DO UPDATE SET kind = 'holiday'`).Run(w.System, tx)
			return err
		})
		for _, c := range []struct{ rule, holidays, want string }{
			{"FREQ=WEEKLY;BYDAY=FR,MO;COUNT=4", "skip", "[2026-12-28 2027-01-04 2027-01-08 2027-01-11]"},
			{"freq=weekly;byday=fr;until=20270108", "keep", "[2027-01-01 2027-01-08]"},
			{"FREQ=MONTHLY;BYMONTHDAY=15;COUNT=2", "skip", "[2027-01-15 2027-02-15]"},
		} {
			if got := fmt.Sprint(days(c.rule, c.holidays)); got != c.want {
				w.Errorf("%s gives %s, want %s", c.rule, got, c.want)
			}
		}
		for _, bad := range []string{"FREQ=SECONDLY;COUNT=9999999", "FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO;COUNT=54",
			"FREQ=WEEKLY;BYDAY=XX;COUNT=2", "FREQ=WEEKLY;BYDAY=MO,MO;COUNT=2", "FREQ=WEEKLY;BYDAY=MO;COUNT=2;UNTIL=20270101",
			"FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", "FREQ=DAILY;COUNT=2",
			"FREQ=WEEKLY;BYDAY=MO;COUNT=0", "FREQ=WEEKLY;BYDAY=MO;COUNT=2;BYSETPOS=1", "nonsense", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261201",
			"FREQ=WEEKLY;BYDAY=MO;UNTIL=2027"} {
			in := w.input(1)
			in.Recurrence, in.Day = bad, 20261229
			_, err := w.s.Create(w.Manager, in)
			errstest.Is(w, err, "invalid recurrence")
		}
	})
}

// Each of the plan's fifteen kinds (三（三）) is held: planned and published at the desk, found by anybody under its kind, and nothing else
// is under it.
func TestFifteenKinds(t *testing.T) {
	each(t, func(w *world) {
		words := "扶贫帮困、助老助残、助学支教、治安维稳、卫生健康、环境保护、宣传教育、文化体育、助农增收、科技帮扶、心理咨询、法律援助、应急救援、就业指导、便民利民"
		var have []string
		for _, kind := range catalogue.Categories.Codes() {
			have = append(have, catalogue.Categories.Word(kind))
			in := w.input(1)
			in.Title, in.Category, in.GuideUnit = "演练"+kind, kind, "派出所"
			w.open(in)
		}
		if got := strings.Join(have, "、"); got != words {
			w.Errorf("%s, the plan says %s", got, words)
		}
		for _, kind := range catalogue.Categories.Codes() {
			got := must[activity.Faces](w)(w.s.Faces(w.T.Context(), activity.PublicInput{Category: kind}))
			if len(got.Items) != 1 || got.Items[0].Title != "演练"+kind {
				w.Errorf("%s: %+v", kind, got.Items)
			}
		}
	})
}

// Who is first has a place; who waits longest is offered what is free, the offer holds it and ends, and nobody is asked once it began.
func TestQueue(t *testing.T) {
	each(t, func(w *world) {
		d := w.open(w.input(2))
		var seats []activity.Seat
		for _, v := range w.Vols[:5] {
			seats = append(seats, w.join(v, d.ID))
		}
		for i, want := range []string{activity.Held, activity.Held, activity.Waiting, activity.Waiting, activity.Waiting} {
			if seats[i].State != want {
				w.Errorf("%d is %s", i, seats[i].State)
			}
		}
		_, err := w.s.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "conflict: 已经报过名了")
		_, err = w.s.SignUp(w.Resident, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "denied: 先登记为志愿者")
		_, err = w.s.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID, No: w.Vols[5].No})
		errstest.Is(w, err, "not_found")
		card := must[activity.Card](w)(w.s.Card(w.Vols[4].Ctx, activity.GetInput{ID: d.ID}))
		if card.Before != 2 || len(card.Why) != 1 || !strings.HasSuffix(card.Why[0], "满了，排候补") {
			w.Errorf("%+v", card)
		}
		_, err = w.s.GiveUp(w.Vols[1].Ctx, activity.SeatInput{ID: seats[0].ID, Version: 1})
		errstest.Is(w, err, "not_found")
		must[activity.Seat](w)(w.s.GiveUp(w.Vols[0].Ctx, activity.SeatInput{ID: seats[0].ID, Version: 1, Reason: "有事"}))
		offered := w.seat(seats[2].ID)
		if offered.State != activity.Offered || !offered.OfferUntil.Equal(attendancetest.Noon.Add(24*time.Hour)) {
			w.Fatalf("%+v", offered)
		}
		if late := w.join(w.Vols[0], d.ID); late.State != activity.Waiting {
			w.Errorf("an offer does not hold its place: %+v", late)
		}
		_, err = w.s.Take(w.Vols[3].Ctx, activity.SeatInput{ID: seats[3].ID, Version: 1})
		errstest.Is(w, err, "wrong_state: 名额没有留给您")
		clock.Set(attendancetest.Noon.Add(24 * time.Hour))
		_, err = w.s.Take(w.Vols[2].Ctx, activity.SeatInput{ID: seats[2].ID, Version: 2})
		errstest.Is(w, err, "wrong_state: 名额没有留给您，或者已经过期")
		w.sweep()
		if w.seat(seats[2].ID).State != activity.Expired || w.seat(seats[3].ID).State != activity.Offered {
			w.Errorf("%+v %+v", w.seat(seats[2].ID), w.seat(seats[3].ID))
		}
		p := must[activity.Seat](w)(w.s.Take(w.Vols[3].Ctx, activity.SeatInput{ID: seats[3].ID, Version: 2}))
		if p.State != activity.Held || p.OfferUntil != nil || w.get(d.ID).Taken != 2 {
			w.Errorf("%+v", p)
		}
		q := must[activity.Queue](w)(w.s.Queue(w.Vols[3].Ctx, activity.GetInput{ID: d.ID}))
		if len(q.Items) != 11 || q.Items[10].Words != "答应了" || !q.Items[10].Mine {
			w.Errorf("%+v", q)
		}
		_, err = w.s.Queue(w.Vols[2].Ctx, activity.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		clock.Set(d.StartsAt)
		_, err = w.s.GiveUp(w.Vols[1].Ctx, activity.SeatInput{ID: seats[1].ID, Version: 1})
		errstest.Is(w, err, "wrong_state: 活动已经开始")
		w.sweep()
		if w.seat(seats[4].ID).State != activity.Ended {
			w.Errorf("%+v", w.seat(seats[4].ID))
		}
		w.whole(0)
		w.spoil(d)
	})
}

func (w *world) sweep() {
	w.Helper()
	if err := w.s.Sweep(w.System); err != nil {
		w.Fatal(err)
	}
}

// spoil changes the log and the places behind the system's back: each change is seen.
func (w *world) spoil(d activity.Detail) {
	w.Helper()
	for _, c := range []string{
		"UPDATE activity_move SET taken = 1 WHERE post_id = ? AND seq = 2",
		"UPDATE activity_move SET what = 'take' WHERE post_id = ? AND seq = 3",
		"UPDATE activity_move SET what = 'wait' WHERE post_id = ? AND seq = 1", "UPDATE activity_post SET taken = 1 WHERE id = ?",
		"UPDATE activity_post SET moves = 4 WHERE id = ?", "UPDATE activity_place SET state = 'given_up' WHERE post_id = ? AND waits_no = 2",
		"UPDATE activity_move SET seq = 99 WHERE post_id = ? AND seq = 5",
	} {
		err := w.DB.Write(w.System, func(tx *db.Tx) error {
			if _, err := tx.Build(c, d.Posts[0].ID).Run(w.System, tx); err != nil {
				return err
			}
			n := 0
			if err := activity.Verify(w.System, tx, func(string, string) { n++ }); err != nil {
				return err
			}
			if n == 0 {
				w.Errorf("%s is not seen", c)
			}
			return errs.Clash("undone")
		})
		errstest.Is(w, err, "conflict: undone")
	}
}

// Posts ask for what they ask for, and nobody is at two activities at once.
func TestFitness(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(1)
		in.Posts = []activity.PostInput{{Name: "做饭", Needed: 1, Skills: person.Codes{"cooking"}}, {Name: "看护", Needed: 1, MinimumAge: 47},
			{Name: "急救", Needed: 1, Qualification: "first_aid"}}
		d := w.open(in)
		for i, want := range []string{"conflict: 这个岗位要会", "conflict: 这个岗位要满 47 周岁", "conflict: 这个岗位要有“急救培训”资格"} {
			_, err := w.s.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID, PostID: d.Posts[i].ID})
			errstest.Is(w, err, want)
		}
		_, err := w.s.SignUp(w.Vols[0].Ctx, activity.SignInput{ID: d.ID})
		errstest.Is(w, err, "invalid post_id: 请选一个岗位")
		must[activity.Seat](w)(w.s.SignUp(w.Vols[3].Ctx, activity.SignInput{ID: d.ID, PostID: d.Posts[0].ID}))
		other := w.input(1)
		other.From, other.To = "10:59", "12:00"
		o := w.open(other)
		_, err = w.s.SignUp(w.Vols[3].Ctx, activity.SignInput{ID: o.ID})
		errstest.Is(w, err, "conflict: 同一时间已经报了“义诊”")
		after := w.input(1)
		after.From, after.To = "11:00", "12:00"
		w.join(w.Vols[3], w.open(after).ID)
	})
}

// What a post asks for is asked at the sign-up and again on the day: it may have been taken back in between. The page says why, and where
// it is learnt.
func TestQualifiedOnTheDay(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(1)
		in.Posts[0].Qualification = "first_aid"
		d := w.open(in)
		card := must[activity.Card](w)(w.s.Card(w.Vols[0].Ctx, activity.GetInput{ID: d.ID}))
		if len(card.Cannot) != 1 || card.Cannot[0].Code != "first_aid" {
			w.Errorf("cannot: %+v", card.Cannot)
		}
		w.Write(func(tx *db.Tx) error {
			_, err := volunteer.Issue(w.System, tx, w.Vols[0].ID, "qualification", volunteer.Dated{Code: "first_aid", From: 20260101})
			return err
		})
		p := w.join(w.Vols[0], d.ID)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE volunteer_dated SET withdrawn_day = ?, withdrawn_why = '假的' WHERE volunteer_id = ?`, day.AddDays(-1),
				w.Vols[0].ID).Run(w.System, tx)
			return err
		})
		clock.Set(d.StartsAt)
		_, err := w.s.Arrive(w.Vols[0].Ctx, activity.ArriveInput{ID: d.ID, Code: must[activity.Screen](w)(w.s.Show(w.Manager,
			activity.GetInput{ID: d.ID})).Code})
		errstest.Is(w, err, "conflict: "+w.Vols[0].Name+"没有“急救培训”资格")
		_, err = w.s.CallRoll(w.Manager, activity.RollInput{ID: d.ID, Version: w.get(d.ID).Version,
			Rows: []activity.Called{{PlaceID: p.ID, Came: activity.ByList}}})
		errstest.Is(w, err, "conflict: "+w.Vols[0].Name+"没有“急救培训”资格")
	})
}

// Who comes types the code of the screen, or is on the leader's list; the list that is handed in goes to a second person, and who was
// there is nobody's second hand.
func TestRoll(t *testing.T) {
	each(t, func(w *world) {
		w.Seat(w.Manager)
		d := w.open(w.input(4))
		var seats []activity.Seat
		for _, v := range w.Vols[:4] {
			seats = append(seats, w.join(v, d.ID))
		}
		codes := presence.New(w.Keys)
		arrive := func(v int, out bool) error {
			_, err := w.s.Arrive(w.Vols[v].Ctx, activity.ArriveInput{ID: d.ID, Code: codes.Code("activity", d.ID, clock.In(w.System)), Out: out})
			return err
		}
		errstest.Is(w, arrive(0, false), "wrong_state: 现在不是签到的时间")
		clock.Set(d.StartsAt.Add(10 * time.Minute))
		_, err := w.s.Arrive(w.Vols[0].Ctx, activity.ArriveInput{ID: d.ID, Code: "000000x"})
		errstest.Is(w, err, "invalid code: 号码不对")
		errstest.Is(w, arrive(0, true), "wrong_state: 还没有签到")
		errstest.Is(w, arrive(0, false), "")
		errstest.Is(w, arrive(0, false), "wrong_state: 已经签到了")
		errstest.Is(w, arrive(3, false), "")
		errstest.Is(w, arrive(3, true), "")
		errstest.Is(w, arrive(3, true), "wrong_state: 已经签退")
		errstest.Is(w, arrive(5, false), "not_found")
		if sc := must[activity.Screen](w)(w.s.Show(w.Manager, activity.GetInput{ID: d.ID})); sc.Came != 2 || sc.Holds != 4 || len(sc.Code) != 6 {
			w.Errorf("%+v", sc)
		}
		_, err = w.s.Show(w.Vols[0].Ctx, activity.GetInput{ID: d.ID})
		errstest.Is(w, err, "not_found")
		walked := must[activity.Seat](w)(w.s.SignUp(w.Manager, activity.SignInput{ID: d.ID, No: w.Vols[5].No}))
		if walked.State != activity.Waiting {
			w.Errorf("%+v", walked)
		}
		d = w.get(d.ID)
		hand := activity.HandInInput{ID: d.ID, Version: d.Version}
		_, err = w.s.HandIn(w.Manager, hand)
		errstest.Is(w, err, "wrong_state: 活动还没有结束")
		clock.Set(d.EndsAt.Add(time.Minute))
		_, err = w.s.HandIn(w.Manager, hand)
		errstest.Is(w, err, "wrong_state: 巴图还没有点名")
		roll := activity.RollInput{ID: d.ID, Version: d.Version,
			Rows: []activity.Called{{PlaceID: seats[1].ID, Came: activity.ByList, From: "09:30", To: "10:45"},
				{PlaceID: seats[2].ID, Came: activity.Absent}, {PlaceID: seats[3].ID, Came: activity.Excused, Reason: "孩子病了"}}}
		for _, c := range []struct {
			change func(*activity.Called)
			want   string
		}{{func(c *activity.Called) { c.PlaceID = walked.ID }, "invalid rows.0.place_id: 名单上没有这个人"},
			{func(c *activity.Called) { c.From = "08:59" }, "invalid rows.0.from"},
			{func(c *activity.Called) { c.To = "11:01" }, "invalid rows.0.to"},
			{func(c *activity.Called) { c.To = "09:30" }, "invalid rows.0.to"}} {
			bad := roll
			bad.Rows = []activity.Called{roll.Rows[0]}
			c.change(&bad.Rows[0])
			_, err := w.s.CallRoll(w.Manager, bad)
			errstest.Is(w, err, c.want)
		}
		_, err = w.s.CallRoll(w.Vols[0].Ctx, roll)
		errstest.Is(w, err, "not_found")
		d = must[activity.Detail](w)(w.s.CallRoll(w.Manager, roll))
		w.handedIn(d)
	})
}

// Those of a post are recorded as the service that it names, of the activity's category, and else as the first of the category.
func TestServiceOfPost(t *testing.T) {
	each(t, func(w *world) {
		w.Seat(w.Manager)
		var first, other, foreign catalogue.Item
		w.Write(func(tx *db.Tx) error {
			menu, err := catalogue.Menu(w.System, tx, attendancetest.Gacha)
			for _, it := range menu {
				switch {
				case it.Category != w.Item.Category:
					foreign = it
				case first.ID == 0:
					first = it
				default:
					other = it
				}
			}
			return err
		})
		in := w.input(1)
		in.Posts = append(in.Posts, activity.PostInput{Name: "义剪", Needed: 1, ItemID: foreign.ID})
		_, err := w.s.Create(w.Manager, in)
		errstest.Is(w, err, "invalid posts.1.item_id: 请选这一类里的项目")
		in.Posts[1].ItemID = other.ID
		d := w.open(in)
		var called []activity.Called
		for i, p := range d.Posts {
			s := must[activity.Seat](w)(w.s.SignUp(w.Vols[i].Ctx, activity.SignInput{ID: d.ID, PostID: p.ID}))
			called = append(called, activity.Called{PlaceID: s.ID, Came: activity.ByList})
		}
		clock.Set(d.EndsAt.Add(time.Minute))
		d = w.get(d.ID)
		d = must[activity.Detail](w)(w.s.CallRoll(w.Manager, activity.RollInput{ID: d.ID, Version: d.Version, Rows: called}))
		d = must[activity.Detail](w)(w.s.HandIn(w.Manager, activity.HandInInput{ID: d.ID, Version: d.Version}))
		sh := must[attendance.SheetDetail](w)(w.Att.GetSheet(w.Head, attendance.SheetInput{ID: d.SheetID}))
		if other.ID == 0 || len(sh.Rows) != 2 || sh.Rows[0].ItemID != first.ID || sh.Rows[1].ItemID != other.ID || sh.Rows[1].Item != other.Name {
			w.Errorf("%d and %d: %+v", first.ID, other.ID, sh.Rows)
		}
	})
}

// handedIn hands the list in, once returned and then approved, and looks at the records.
func (w *world) handedIn(d activity.Detail) {
	w.Helper()
	d = must[activity.Detail](w)(w.s.HandIn(w.Manager, activity.HandInInput{ID: d.ID, Version: d.Version}))
	_, err := w.s.CallRoll(w.Manager, activity.RollInput{ID: d.ID, Version: d.Version, Rows: []activity.Called{{PlaceID: d.Seats[1].ID}}})
	errstest.Is(w, err, "wrong_state: 名单已经交了")
	sh := must[attendance.SheetDetail](w)(w.Att.GetSheet(w.Head, attendance.SheetInput{ID: d.SheetID}))
	if len(sh.Rows) != 2 || sh.Rows[0].Minutes != 110 || sh.Rows[1].Minutes != 75 || sh.State != attendance.Entered {
		w.Fatalf("%+v", sh)
	}
	_, err = w.Att.ApproveSheet(w.Manager, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"})
	errstest.Is(w, err, "denied")
	w.noPaper(sh)
	sh = must[attendance.SheetDetail](w)(w.Att.ApproveSheet(w.Head, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "return",
		Reason: "少一个人"}))
	d = must[activity.Detail](w)(w.s.HandIn(w.Manager, activity.HandInInput{ID: d.ID, Version: d.Version}))
	if d.SheetID != sh.ID {
		w.Errorf("the returned list became another sheet")
	}
	sh = must[attendance.SheetDetail](w)(w.Att.GetSheet(w.Head, attendance.SheetInput{ID: d.SheetID}))
	must[attendance.SheetDetail](w)(w.Att.ApproveSheet(w.Head, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"}))
	rows := must[db.Page[record.Record]](w)(recordsOf(w))
	if len(rows.Items) != 2 {
		w.Fatalf("%d records", len(rows.Items))
	}
	for _, r := range rows.Items {
		if r.Status != record.Counted || r.Title != "义诊" || r.Place != "嘎查部" || r.Content != "量血压" {
			w.Errorf("%+v", r)
		}
	}
	f, err := w.s.Print(w.Manager, activity.PrintInput{ID: d.ID, Format: "csv"})
	if err != nil || !bytes.Contains(f.Body, []byte("09:30,10:45")) {
		w.Errorf("%s %v", f.Body, err)
	}
}

// noPaper tries to enter a list as if it were a paper sheet, and to take it out of use: the roll would no more say who was there.
func (w *world) noPaper(sh attendance.SheetDetail) {
	w.Helper()
	_, err := w.Att.Enter(w.Manager, attendance.EnterInput{ID: sh.ID, Version: sh.Version, Rows: []attendance.RowInput{{Who: w.Vols[4].No,
		ItemID: w.Item.ID, ForWhom: "嘎查", Day: day.String(), From: "09:00", To: "11:00", Signed: true}}})
	errstest.Is(w, err, "wrong_state: 这是活动交上来的名单")
	_, err = w.Att.VoidSheet(w.Manager, attendance.EndInput{ID: sh.ID, Version: sh.Version, Reason: "写错了"})
	errstest.Is(w, err, "wrong_state: 这是活动交上来的名单")
	_, err = w.Att.MissSheet(w.Manager, attendance.EndInput{ID: sh.ID, Version: sh.Version, Reason: "找不到"})
	errstest.Is(w, err, "wrong_state: 这是活动交上来的名单")
}

func recordsOf(w *world) (db.Page[record.Record], error) {
	p, err := w.records.List(w.Manager, record.ListInput{})
	return p.Page, err
}

// A leader who was there and hands the list in is no hand for the others: their minutes wait for one more person.
func TestLeaderWasThere(t *testing.T) {
	each(t, func(w *world) {
		leader := w.Vols[0]
		tm := w.team(leader)
		plan := w.input(3)
		plan.TeamID = tm.ID
		d := must[activity.Detail](w)(w.s.Create(leader.Ctx, plan))
		_, err := w.s.PublishNow(leader.Ctx, activity.MoveInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "denied")
		d = must[activity.Detail](w)(w.s.PublishNow(w.Manager, activity.MoveInput{ID: d.ID, Version: d.Version}))
		roll := activity.RollInput{ID: d.ID}
		for _, v := range w.Vols[:2] {
			roll.Rows = append(roll.Rows, activity.Called{PlaceID: w.join(v, d.ID).ID, Came: activity.ByList})
		}
		clock.Set(d.EndsAt)
		roll.Version = d.Version
		d = must[activity.Detail](w)(w.s.CallRoll(leader.Ctx, roll))
		d = must[activity.Detail](w)(w.s.HandIn(leader.Ctx, activity.HandInInput{ID: d.ID, Version: d.Version}))
		sh := must[attendance.SheetDetail](w)(w.Att.GetSheet(w.Head, attendance.SheetInput{ID: d.SheetID}))
		must[attendance.SheetDetail](w)(w.Att.ApproveSheet(w.Head, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"}))
		rows := must[db.Page[record.Record]](w)(recordsOf(w))
		for _, r := range rows.Items {
			if r.Status != record.Pending {
				w.Errorf("%s counts on the word of one who was there and one more: %+v", r.Name, r)
			}
		}
		if len(rows.Items) != 2 {
			w.Errorf("%d records", len(rows.Items))
		}
	})
}

// A leader holds no office: somebody who approves what he hands in could be himself on a second telephone. While two people do not know
// him the minutes wait for one more; as soon as they do they count, and verify asks the same.
func TestLeaderIsKnown(t *testing.T) {
	each(t, func(w *world) {
		leader := w.Vols[0]
		tm := w.team(leader)
		hand := func(on clock.Day, v int) (r record.Record) {
			plan := w.input(1)
			plan.TeamID, plan.Day = tm.ID, on
			d := must[activity.Detail](w)(w.s.Create(leader.Ctx, plan))
			d = must[activity.Detail](w)(w.s.PublishNow(w.Head, activity.MoveInput{ID: d.ID, Version: d.Version}))
			roll := activity.RollInput{ID: d.ID, Version: d.Version, Rows: []activity.Called{
				{PlaceID: w.join(w.Vols[v], d.ID).ID, Came: activity.ByList}}}
			clock.Set(d.EndsAt)
			d = must[activity.Detail](w)(w.s.CallRoll(leader.Ctx, roll))
			d = must[activity.Detail](w)(w.s.HandIn(leader.Ctx, activity.HandInInput{ID: d.ID, Version: d.Version}))
			sh := must[attendance.SheetDetail](w)(w.Att.GetSheet(w.Head, attendance.SheetInput{ID: d.SheetID}))
			must[attendance.SheetDetail](w)(w.Att.ApproveSheet(w.Head, attendance.DecideInput{ID: sh.ID, Version: sh.Version, Decision: "approve"}))
			for _, x := range must[db.Page[record.Record]](w)(recordsOf(w)).Items {
				if x.VolunteerID == w.Vols[v].ID && x.Day == on {
					r = x
				}
			}
			return r
		}
		r := hand(day, 1)
		if r.Status != record.Pending || !strings.HasPrefix(r.Why, "交名单的人不是站里的") {
			w.Fatalf("a stranger's list counts: %+v", r)
		}
		_, err := w.records.Approve(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"})
		errstest.Is(w, err, "denied")
		got := must[record.Detail](w)(w.records.Approve(w.Town, record.ApproveInput{ID: r.ID, Decision: "approve"}))
		if got.Status != record.Counted {
			w.Errorf("head and town: %+v", got.Record)
		}
		w.Known(leader.PersonID)
		if r = hand(day.AddDays(1), 2); r.Status != record.Counted {
			w.Errorf("a known leader: %+v", r)
		}
		w.whole(0)
		err = w.DB.Write(w.System, func(tx *db.Tx) error {
			if _, err := tx.Build("DELETE FROM person_known WHERE person_id = ?", leader.PersonID).Run(w.System, tx); err != nil {
				return err
			}
			n := 0
			if err := record.Verify(w.System, tx, func(string, string) { n++ }); err != nil || n != 1 {
				w.Errorf("verify finds %d of one whose leader nobody knows: %v", n, err)
			}
			return errs.Clash("undone")
		})
		errstest.Is(w, err, "conflict: undone")
	})
}

// team is one with everybody in it, led by somebody.
func (w *world) team(leader attendancetest.Volunteer) team.Detail {
	w.Helper()
	in := team.FoundInput{Name: "一队", Kind: "medical", Region: attendancetest.Gacha, Purpose: "义诊", Paper: true, LeaderID: leader.PersonID}
	for _, v := range w.Vols {
		in.Members = append(in.Members, v.PersonID)
	}
	tm := must[team.Detail](w)(w.teams.Found(w.Manager, in))
	return must[team.Detail](w)(w.teams.Approve(w.Head2, team.ApproveInput{ID: tm.ID, Version: tm.Version}))
}

// What is public names nobody; lists and files are those of the place.
func TestFiles(t *testing.T) {
	each(t, func(w *world) {
		d := w.open(w.input(2))
		w.join(w.Vols[0], d.ID)
		faces := must[activity.Faces](w)(w.s.Faces(w.T.Context(), activity.PublicInput{Region: attendancetest.Gacha, Category: w.Item.Category}))
		if len(faces.Items) != 1 || faces.Items[0].Taken != 1 {
			w.Errorf("%+v", faces)
		}
		ics := must[fileOf](w)(body(w.s.Calendar(w.T.Context(), activity.GetInput{ID: d.ID})))
		for _, want := range []string{"DTSTART:20261130T010000Z\r\n", "DTEND:20261130T030000Z\r\n", "SUMMARY:义诊\r\n", "STATUS:CONFIRMED\r\n"} {
			if !strings.Contains(string(ics), want) {
				w.Errorf("the calendar lacks %q", want)
			}
		}
		for line := range strings.SplitSeq(string(ics), "\r\n") {
			if len(line) > 75 {
				w.Errorf("a line of %d bytes", len(line))
			}
		}
		poster := must[fileOf](w)(body(w.s.Poster(w.T.Context(), activity.GetInput{ID: d.ID})))
		for _, b := range []fileOf{ics, poster} {
			if strings.Contains(string(b), w.Vols[0].Name) {
				w.Error("a name stands on what is public")
			}
		}
		for format, start := range map[string]string{"pdf": "%PDF", "xlsx": "PK", "csv": "\ufeff序号"} {
			if b := must[fileOf](w)(body(w.s.Export(w.Town, activity.ExportInput{Format: format}))); !bytes.HasPrefix(b, []byte(start)) {
				w.Errorf("%s: %.20q", format, b)
			}
		}
		mine := must[activity.Mine](w)(w.s.Mine(w.Vols[0].Ctx, activity.NoInput{}))
		if len(mine.Items) != 1 || len(mine.Near) != 0 {
			w.Errorf("%+v", mine)
		}
		blank := must[activity.Blank](w)(w.s.Blank(w.Vols[0].Ctx, activity.BlankInput{}))
		if len(blank.Stations) != 0 {
			w.Errorf("%+v", blank)
		}
		if blank = must[activity.Blank](w)(w.s.Blank(w.Manager, activity.BlankInput{})); len(blank.Stations) != 1 {
			w.Errorf("%+v", blank)
		}
		for _, in := range []activity.ListInput{{State: activity.Draft}, {Category: "legal_aid"}, {From: 20261201}, {To: 20261129}, {Q: "普法"},
			{Region: attendancetest.Far}} {
			if got := must[activity.Register](w)(w.s.List(w.Manager, in)); len(got.Items) != 0 {
				w.Errorf("%+v gives %+v", in, got.Items)
			}
		}
	})
}

// Whoever leaves the register gives back what he had, and the next is asked.
func TestLeaving(t *testing.T) {
	each(t, func(w *world) {
		d := w.open(w.input(1))
		first, second := w.join(w.Vols[0], d.ID), w.join(w.Vols[1], d.ID)
		must[volunteer.Volunteer](w)(w.vols.Leave(w.Vols[0].Ctx, volunteer.LeaveInput{ID: w.Vols[0].ID, Version: w.Vols[0].Version}))
		if w.seat(first.ID).State != activity.GivenUp || w.seat(second.ID).State != activity.Offered {
			w.Errorf("%+v %+v", w.seat(first.ID), w.seat(second.ID))
		}
	})
}

// Many ask, leave and take at once: never a place too many, and the log plays again to what stands.
func TestRace(t *testing.T) {
	each(t, func(w *world) {
		const people, activities, capacity = 12, 2, 3
		var ids []db.ID
		for i := range activities {
			in := w.input(capacity)
			in.From, in.To = fmt.Sprintf("%02d:00", 8+2*i), fmt.Sprintf("%02d:30", 9+2*i)
			ids = append(ids, w.open(in).ID)
		}
		all := append([]attendancetest.Volunteer{}, w.Vols...)
		for len(all) < people {
			ctx, _ := w.Actor("某人", w.nobody(len(all)), auth.Grant{Role: auth.Volunteer})
			all = append(all, attendancetest.Volunteer{Volunteer: w.enrol(ctx), Ctx: ctx})
		}
		var group sync.WaitGroup
		for i, v := range all {
			for _, id := range ids {
				group.Go(func() {
					rng := rand.New(rand.NewPCG(uint64(i), uint64(id)))
					p, err := w.s.SignUp(v.Ctx, activity.SignInput{ID: id})
					if err != nil {
						w.Error(err)
						return
					}
					if rng.IntN(4) == 0 {
						w.s.GiveUp(v.Ctx, activity.SeatInput{ID: p.ID, Version: p.Version}) // may be stale: an offer came in between
					}
				})
			}
		}
		group.Wait()
		for _, id := range ids {
			if d := w.get(id); d.Taken != capacity {
				w.Errorf("%d places are taken, want %d", d.Taken, capacity)
			}
		}
	})
}

func (w *world) nobody(n int) (id db.ID) {
	w.Write(func(tx *db.Tx) error {
		p, err := w.Persons.Add(w.System, tx, person.NewPerson{Name: fmt.Sprintf("某%c", '一'+rune(n)), Phone: fmt.Sprintf("129000001%02d", n),
			Region: attendancetest.Gacha, BirthDay: 19800101, Consent: person.BySpoken})
		id = p.ID
		return err
	})
	return id
}

// fileOf is what a file holds.
type fileOf []byte

func body(f blob.File, err error) (fileOf, error) { return f.Body, err }
