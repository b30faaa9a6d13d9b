package training_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/people/training"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with the area.
type world struct {
	*attendancetest.World
	*testing.T
	s    *training.Service
	vols *volunteer.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{base, t, training.New(base.DB, base.Keys, base.Persons), volunteer.New(base.DB)}
		w.s.Follow(base.Persons, w.vols)
		test(w)
		w.whole(0)
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

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return training.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

const day = clock.Day(20261130) // the Monday after

func (w *world) course() training.Detail {
	w.Helper()
	d := must[training.Detail](w)(w.s.Make(w.Manager, training.CourseInput{StationID: w.Station.ID, Qualification: "first_aid",
		Words: training.Words{Title: "急救", Content: "心肺复苏", Minutes: 90, ValidMonths: 24}}))
	return must[training.Detail](w)(w.s.Publish(w.Manager, training.MoveInput{ID: d.ID, Version: d.Version}))
}

func (w *world) sitting(room int64) training.Sheet {
	w.Helper()
	return must[training.Sheet](w)(w.s.Sit(w.Manager, training.SittingInput{ID: w.course().ID, Place: "会议室", Day: day, From: "09:00",
		To: "11:00", Needed: room}))
}

func (w *world) join(v attendancetest.Volunteer, id db.ID) training.Seat {
	w.Helper()
	return must[training.Seat](w)(w.s.SignUp(v.Ctx, training.SignInput{ID: id}))
}

func (w *world) sheet(id db.ID) training.Sheet {
	w.Helper()
	return must[training.Sheet](w)(w.s.Sheet(w.Manager, training.GetInput{ID: id}))
}

// note enters the same result for everybody on the list.
func (w *world) note(who context.Context, id db.ID, result string) training.Sheet {
	w.Helper()
	x := w.sheet(id)
	in := training.NoteInput{ID: id, Version: x.Version}
	for _, p := range x.Seats {
		in.Rows = append(in.Rows, training.Found{PlaceID: p.ID, Result: result})
	}
	return must[training.Sheet](w)(w.s.Note(who, in))
}

func (w *world) confirm(who context.Context, id db.ID) (training.Sheet, error) {
	return w.s.Confirm(who, training.ConfirmInput{ID: id, Version: w.sheet(id).Version})
}

// held are the codes that a volunteer holds.
func (w *world) held(id db.ID) (out []training.Holding) {
	w.Helper()
	return must[training.Holdings](w)(w.s.Qualifications(w.Manager, training.HeldInput{ID: id})).Items
}

func after() { clock.Set(day.Time().Add(12 * time.Hour)) }

// TestSharedCourse: a course of the whole community that a station makes stands on its own list, and on no other station's.
func TestSharedCourse(t *testing.T) {
	each(t, func(w *world) {
		d := must[training.Detail](w)(w.s.Make(w.Manager, training.CourseInput{Words: training.Words{Title: "护理", Content: "翻身", Minutes: 60}}))
		if d.StationID != 0 {
			w.Fatalf("of the station %d", d.StationID)
		}
		for who, n := range map[context.Context]int{w.Manager: 1, w.Head: 1, w.Elsewhere: 0} {
			if list := must[training.Register](w)(w.s.List(who, training.ListInput{})); len(list.Items) != n {
				w.Errorf("%d courses on the list, want %d", len(list.Items), n)
			}
		}
	})
}

// From the sign-up over the code on the screen to the qualification that a second person confirms; the minutes are those learnt.
func TestWay(t *testing.T) {
	each(t, func(w *world) {
		x := w.sitting(5)
		p := w.join(w.Vols[0], x.ID)
		clock.Set(x.StartsAt)
		code := must[training.Screen](w)(w.s.Show(w.Manager, training.GetInput{ID: x.ID})).Code
		other := must[training.Sheet](w)(w.s.Sit(w.Manager, training.SittingInput{ID: x.CourseID, Place: "会议室", Day: day, From: "09:15",
			To: "11:00", Needed: 3}))
		w.join(w.Vols[1], other.ID)
		_, err := w.s.Attend(w.Vols[1].Ctx, training.AttendInput{ID: other.ID, Code: code})
		errstest.Is(w, err, "invalid code")
		if p = must[training.Seat](w)(w.s.Attend(w.Vols[0].Ctx, training.AttendInput{ID: x.ID, Code: code})); p.Came != training.ByCode {
			w.Error("came", p.Came)
		}
		_, err = w.s.Attend(w.Vols[0].Ctx, training.AttendInput{ID: x.ID, Code: code})
		errstest.Is(w, err, "wrong_state: 已经签到了")
		_, err = w.s.Note(w.Manager, training.NoteInput{ID: x.ID, Version: x.Version, Rows: []training.Found{{p.ID, training.Passed}}})
		errstest.Is(w, err, "wrong_state: 这一场还没有结束")
		after()
		w.note(w.Manager, x.ID, training.Passed)
		if got := w.held(w.Vols[0].ID); len(got) != 0 {
			w.Error("held before anybody confirmed:", got)
		}
		_, err = w.confirm(w.Manager, x.ID)
		errstest.Is(w, err, "denied: 复核要由另一个人做")
		must[training.Sheet](w)(w.confirm(w.Head, x.ID))
		got := w.held(w.Vols[0].ID)
		if len(got) != 1 || got[0].Code != "first_aid" || got[0].From != day || got[0].To != 20281129 || got[0].State != "valid" {
			w.Error("held", got)
		}
		mine := must[training.Mine](w)(w.s.Mine(w.Vols[0].Ctx, training.MineInput{}))
		if mine.Learnt != 90 || len(mine.Items) != 1 || len(mine.Held) != 1 {
			w.Errorf("mine: %+v", mine)
		}
		_, err = w.confirm(w.Head, x.ID)
		errstest.Is(w, err, "wrong_state: 没有等确认的结果")
	})
}

// One account with two telephones does not make himself qualified: not the trainer, not the account that he made, not his kin.
func TestNobodyQualifiesHimself(t *testing.T) {
	each(t, func(w *world) {
		x := w.sitting(5)
		w.join(w.Vols[0], x.ID)
		w.join(w.Vols[1], x.ID)
		after()
		// who learnt enters nothing of his own, and whoever leads the sitting is asked for another
		must[training.Sheet](w)(w.s.Sit(w.Manager, training.SittingInput{ID: x.CourseID, Place: "会议室", Trainer: w.Vols[0].No, Day: 20261120,
			From: "09:00", To: "10:00", Needed: 3}))
		manager := auth.From(w.Manager)
		manager.Person = w.Vols[0].PersonID // the same man, by another account
		x = w.sheet(x.ID)
		_, err := w.s.Note(auth.With(w.Manager, manager), training.NoteInput{ID: x.ID, Version: x.Version,
			Rows: []training.Found{{x.Seats[0].ID, training.Passed}}})
		errstest.Is(w, err, "denied: 不能登记自己的结果")
		w.note(w.Manager, x.ID, training.Passed)
		head := auth.From(w.Head)
		head.Person = w.Vols[0].PersonID
		_, err = w.confirm(auth.With(w.Head, head), x.ID)
		errstest.Is(w, err, "denied: 不能确认自己的结果")
		// his own account of a head, made by the one who entered the results
		second, _ := w.Actor("另一个自己", 0, auth.Grant{Role: auth.CommunityHead, Region: attendancetest.Gacha})
		w.made(w.Manager, auth.From(second).Account)
		_, err = w.confirm(second, x.ID)
		if errs.KindOf(err) != errs.Denied {
			w.Error("an account that the first made confirms:", err)
		}
		w.Kin(auth.From(w.Head).Person, w.Vols[1].PersonID)
		_, err = w.confirm(w.Head, x.ID)
		errstest.Is(w, err, "denied: 您和"+w.Vols[1].Name)
		if n := len(w.held(w.Vols[0].ID)) + len(w.held(w.Vols[1].ID)); n != 0 {
			w.Error("qualified all the same:", n)
		}
		must[training.Sheet](w)(w.confirm(w.Head2, x.ID))
		// and nobody enters a paper of his own
		_, err = w.vols.IssueTo(auth.With(w.Head, head), volunteer.IssueInput{ID: w.Vols[0].ID, Version: w.Vols[0].Version,
			Kind: "qualification", Code: "driver", From: day})
		errstest.Is(w, err, "denied: 资格不能由本人")
	})
}

// Who taught confirms no result of his sitting, although another has entered it.
func TestTrainerIsNoSecond(t *testing.T) {
	each(t, func(w *world) {
		x := must[training.Sheet](w)(w.s.Sit(w.Manager, training.SittingInput{ID: w.course().ID, Place: "会议室", Trainer: w.Vols[2].No,
			Day: day, From: "09:00", To: "11:00", Needed: 5}))
		w.join(w.Vols[0], x.ID)
		after()
		w.note(w.Manager, x.ID, training.Passed)
		trainer := auth.From(w.Vols[2].Ctx)
		trainer.Grants = auth.From(w.Head).Grants
		_, err := w.confirm(auth.With(w.Head, trainer), x.ID)
		errstest.Is(w, err, "denied: 复核要由另一个人做")
		if n := len(w.held(w.Vols[0].ID)); n != 0 {
			w.Error("qualified all the same:", n)
		}
		must[training.Sheet](w)(w.confirm(w.Head, x.ID))
	})
}

// made says that one account was made by another, as the account of an appointment is.
func (w *world) made(by context.Context, id db.ID) {
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO account_act (id, version, account_id, actor_id, kind, region, by_actor, at, confirmed_how)
			VALUES (?, 1, ?, ?, 'create', ?, TRUE, ?, '')`, tx.NewID(), id, auth.From(by).Account, attendancetest.Gacha, tx.Now).Run(w.System, tx)
		return err
	})
}

// Places are never given twice, however many ask at once; what is given up is free again.
func TestRoom(t *testing.T) {
	each(t, func(w *world) {
		x := w.sitting(2)
		var wait sync.WaitGroup
		var mu sync.Mutex
		var got []training.Seat
		for _, v := range w.Vols {
			wait.Go(func() {
				p, err := w.s.SignUp(v.Ctx, training.SignInput{ID: x.ID})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					got = append(got, p)
				} else if errs.KindOf(err) != errs.Conflict {
					w.Error(err)
				}
			})
		}
		wait.Wait()
		if len(got) != 2 || w.sheet(x.ID).Taken != 2 {
			w.Fatalf("%d places given of 2, %d taken", len(got), w.sheet(x.ID).Taken)
		}
		who := func(p training.Seat) attendancetest.Volunteer {
			for _, v := range w.Vols {
				if v.PersonID == p.PersonID {
					return v
				}
			}
			return w.Vols[0]
		}
		must[training.Seat](w)(w.s.GiveUp(who(got[0]).Ctx, training.SeatInput{ID: got[0].ID, Version: got[0].Version}))
		w.join(who(got[0]), x.ID)
		if w.sheet(x.ID).Taken != 2 {
			w.Error("taken", w.sheet(x.ID).Taken)
		}
		_, err := w.s.SignUp(who(got[0]).Ctx, training.SignInput{ID: x.ID})
		errstest.Is(w, err, "conflict: 已经报过名了")
		_, err = w.s.SignUp(w.Resident, training.SignInput{ID: x.ID})
		errstest.Is(w, err, "denied: 先登记为志愿者")
		_, err = w.s.SignUp(w.Elsewhere, training.SignInput{ID: x.ID, No: w.Vols[0].No})
		if errs.KindOf(err) != errs.Denied && errs.KindOf(err) != errs.NotFound {
			w.Error("somebody elsewhere signs others up:", err)
		}
	})
}

// A list goes back with a reason, and is entered again; a course gives no qualification that the law leaves to an authority.
func TestReturned(t *testing.T) {
	each(t, func(w *world) {
		x := w.sitting(5)
		p := w.join(w.Vols[0], x.ID)
		after()
		w.note(w.Manager, x.ID, training.Passed)
		_, err := w.s.Confirm(w.Head, training.ConfirmInput{ID: x.ID, Version: w.sheet(x.ID).Version, Decision: "return"})
		errstest.Is(w, err, "invalid reason")
		must[training.Sheet](w)(w.s.Confirm(w.Head, training.ConfirmInput{ID: x.ID, Version: w.sheet(x.ID).Version, Decision: "return",
			Reason: "签名对不上"}))
		if got := must[training.Seat](w)(w.s.Place(w.Manager, training.SeatIn{ID: p.ID})); got.State != training.Returned {
			w.Error("state", got.State)
		}
		w.note(w.Manager, x.ID, training.Failed)
		must[training.Sheet](w)(w.confirm(w.Head, x.ID))
		if got := w.held(w.Vols[0].ID); len(got) != 0 {
			w.Error("who failed holds", got)
		}
		in := training.CourseInput{StationID: w.Station.ID, Qualification: "lawyer",
			Words: training.Words{Title: "法律", Content: "法律", Minutes: 60}}
		_, err = w.s.Make(w.Manager, in)
		errstest.Is(w, err, "invalid qualification_code: 这是发证机关依法发的资格")
		in.Qualification = "unknown"
		_, err = w.s.Make(w.Manager, in)
		errstest.Is(w, err, "invalid qualification_code: 词典里没有这种资格")
		_, err = w.s.Make(w.Elsewhere, training.CourseInput{StationID: w.Station.ID, Words: in.Words})
		errstest.Is(w, err, "not_found")
	})
}

// A qualification that is held longer is not shortened; a trainer who leaves leaves his sittings to the station.
func TestLongerAndHandover(t *testing.T) {
	each(t, func(w *world) {
		w.Write(func(tx *db.Tx) error {
			_, err := volunteer.Issue(w.System, tx, w.Vols[0].ID, "qualification", volunteer.Dated{Code: "first_aid", From: 20260101, To: 20300101})
			return err
		})
		x := must[training.Sheet](w)(w.s.Sit(w.Manager, training.SittingInput{ID: w.course().ID, Place: "会议室", Trainer: w.Vols[2].No,
			Day: day, From: "09:00", To: "11:00", Needed: 5}))
		w.join(w.Vols[0], x.ID)
		_, err := w.s.SignUp(w.Vols[2].Ctx, training.SignInput{ID: x.ID})
		errstest.Is(w, err, "conflict: 讲师不用报名")
		must[training.Sheet](w)(w.s.Sheet(w.Vols[2].Ctx, training.GetInput{ID: x.ID}))
		must[volunteer.Volunteer](w)(w.vols.Leave(w.Vols[2].Ctx, volunteer.LeaveInput{ID: w.Vols[2].ID, Version: w.Vols[2].Version,
			Reason: "搬走"}))
		if _, err = w.s.Sheet(w.Vols[2].Ctx, training.GetInput{ID: x.ID}); errs.KindOf(err) != errs.NotFound {
			w.Error("who left still leads:", err)
		}
		after()
		w.note(w.Manager, x.ID, training.Passed)
		must[training.Sheet](w)(w.confirm(w.Head, x.ID))
		if got := w.held(w.Vols[0].ID); len(got) != 2 || got[1].To != 20300101 {
			w.Error("held", got)
		}
	})
}

// Called off: everybody has his place back, and the sitting is nobody's any more. Erased: nothing of what he said stays.
func TestCancelAndForget(t *testing.T) {
	each(t, func(w *world) {
		x := w.sitting(5)
		p := w.join(w.Vols[0], x.ID)
		_, err := w.s.Cancel(w.Manager, training.CancelInput{ID: x.ID, Version: w.sheet(x.ID).Version})
		errstest.Is(w, err, "invalid reason")
		must[training.Sheet](w)(w.s.Cancel(w.Manager, training.CancelInput{ID: x.ID, Version: w.sheet(x.ID).Version, Reason: "讲师病了"}))
		if got := must[training.Seat](w)(w.s.Place(w.Vols[0].Ctx, training.SeatIn{ID: p.ID})); got.State != training.CalledOff {
			w.Error("state", got.State)
		}
		y := w.sitting(5)
		w.join(w.Vols[1], y.ID)
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, w.Vols[1].PersonID, "本人要求") })
		if got := w.sheet(y.ID); got.Taken != 0 || len(got.Seats) != 0 {
			w.Error("the place of who was erased:", got.Taken, got.Seats)
		}
		w.Write(func(tx *db.Tx) error {
			return w.s.OnMerged(w.System, tx, person.MergedEvent{From: w.Vols[0].PersonID, To: w.Vols[2].PersonID})
		})
	})
}

func (w *world) lesson() training.Detail {
	w.Helper()
	d := must[training.Detail](w)(w.s.Make(w.Manager, training.CourseInput{StationID: w.Station.ID, Kind: training.Article,
		Qualification: "volunteer_basic", Words: training.Words{Title: "第一课", Content: "敲门", Minutes: 30}}))
	_, err := w.s.Publish(w.Manager, training.MoveInput{ID: d.ID, Version: d.Version})
	errstest.Is(w, err, "invalid questions")
	items := []training.AskInput{{Text: "一", Choices: "*对\n错\n也错"}, {Text: "二", Choices: "错\n*对"}, {Text: "三", Choices: "*对\n*也对\n错"}}
	bad := training.QuestionsInput{ID: d.ID, Version: d.Version, Mark: 80, Items: []training.AskInput{{Text: "一", Choices: "*对"}}}
	_, err = w.s.Ask(w.Manager, bad)
	errstest.Is(w, err, "invalid items.0.choices")
	d = must[training.Detail](w)(w.s.Ask(w.Manager, training.QuestionsInput{ID: d.ID, Version: d.Version, Mark: 80, Items: items}))
	return must[training.Detail](w)(w.s.Publish(w.Manager, training.MoveInput{ID: d.ID, Version: d.Version}))
}

// answers picks the choices that say they are right, or the others.
func answers(p training.Paper, right bool) training.AnswerInput {
	in := training.AnswerInput{ID: p.ID}
	for _, q := range p.Items {
		var x training.Picked
		for i, c := range q.Choices {
			if strings.Contains(c, "对") == right {
				x.Picked = append(x.Picked, strconv.Itoa(i))
			}
		}
		in.Answers = append(in.Answers, x)
	}
	return in
}

// A course to read: the paper says nothing of what is right, stays as it is when it is read again, and whoever passes it waits for
// somebody else than who wrote the questions. Guessing ends with the day's tries.
func TestReading(t *testing.T) {
	each(t, func(w *world) {
		d := w.lesson()
		me := w.Vols[0]
		p := must[training.Paper](w)(w.s.Begin(me.Ctx, training.GetInput{ID: d.ID}))
		text, err := json.Marshal(p)
		if err != nil || strings.Contains(string(text), "right") || strings.Contains(string(text), "*") {
			w.Errorf("the paper says what is right: %s %v", text, err)
		}
		if again := must[training.Paper](w)(w.s.Test(me.Ctx, training.GetInput{ID: p.ID})); !reflect.DeepEqual(p.Items, again.Items) {
			w.Error("another order when it is read again")
		}
		if _, err = w.s.Test(w.Vols[1].Ctx, training.GetInput{ID: p.ID}); errs.KindOf(err) != errs.NotFound {
			w.Error("another reads the try:", err)
		}
		if _, err = w.s.Get(me.Ctx, training.GetInput{ID: d.ID}); errs.KindOf(err) != errs.NotFound {
			w.Error("a volunteer reads the questions with their answers:", err)
		}
		if p = must[training.Paper](w)(w.s.Answer(me.Ctx, answers(p, false))); p.Passed || p.Score != 0 {
			w.Errorf("wrong answers: %+v", p.Try)
		}
		_, err = w.s.Answer(me.Ctx, answers(p, true))
		errstest.Is(w, err, "wrong_state: 这一次已经交了")
		stale := must[training.Paper](w)(w.s.Begin(me.Ctx, training.GetInput{ID: d.ID}))
		d = must[training.Detail](w)(w.s.Edit(w.Manager, training.EditInput{ID: d.ID, Version: d.Version, Words: training.Words{Title: "第一课",
			Content: "先敲门", Minutes: 30}}))
		_, err = w.s.Answer(me.Ctx, answers(stale, true))
		errstest.Is(w, err, "wrong_state: 课程改过了")
		p = must[training.Paper](w)(w.s.Begin(me.Ctx, training.GetInput{ID: d.ID}))
		_, err = w.s.Begin(me.Ctx, training.GetInput{ID: d.ID})
		errstest.Is(w, err, "wrong_state: 今天做了 3 次")
		if p = must[training.Paper](w)(w.s.Answer(me.Ctx, answers(p, true))); !p.Passed || p.Score != 100 {
			w.Errorf("right answers: %+v", p.Try)
		}
		w.second(me, d)
	})
}

// second is the word of the second person on who passed the test.
func (w *world) second(me attendancetest.Volunteer, d training.Detail) {
	w.Helper()
	if got := w.held(me.ID); len(got) != 0 {
		w.Error("held before anybody confirmed:", got)
	}
	d = must[training.Detail](w)(w.s.Get(w.Head, training.GetInput{ID: d.ID}))
	if len(d.Waiting) != 1 || d.Waiting[0].Short != "" {
		w.Fatalf("waiting: %+v", d.Waiting)
	}
	in := training.OneInput{ID: d.Waiting[0].ID, Version: d.Waiting[0].Version}
	_, err := w.s.ConfirmOne(w.Manager, in)
	errstest.Is(w, err, "denied: 复核要由另一个人做")
	if p := must[training.Seat](w)(w.s.ConfirmOne(w.Head, in)); p.State != training.Confirmed || p.Minutes != 30 {
		w.Errorf("confirmed: %+v", p)
	}
	if got := w.held(me.ID); len(got) != 1 || got[0].Code != "volunteer_basic" {
		w.Error("held", got)
	}
}

// What ends within a month is told once, with the way to learn it again; a higher qualification includes the lower for as long as it holds.
func TestEndsAndIncludes(t *testing.T) {
	each(t, func(w *world) {
		today := clock.Today(w.System)
		w.Write(func(tx *db.Tx) error {
			_, err := volunteer.Issue(w.System, tx, w.Vols[0].ID, "qualification", volunteer.Dated{Code: "first_aid", From: 20260101,
				To: today.AddDays(20)})
			return err
		})
		told := func() (n int64) {
			w.Write(func(tx *db.Tx) (err error) {
				rows, err := db.Select[int64](w.System, tx, tx.Build(`SELECT COUNT(*) FROM notify_inbox WHERE kind = 'training'`))
				n = rows[0]
				return err
			})
			return n
		}
		for range 2 {
			if err := w.s.Remind(w.System); err != nil {
				w.Fatal(err)
			}
		}
		if n := told(); n != 1 {
			w.Errorf("told %d times, want once", n)
		}
		words := setting.New(w.DB)
		admin, _ := w.Actor("系统管理员", 0, auth.Grant{Role: auth.SystemAdmin, Region: attendancetest.Gacha.At(1)})
		save := func(code string, includes ...string) error {
			list := must[setting.WordList](w)(words.Dictionary(admin, setting.DictionaryInput{Name: setting.Qualification}))
			for _, x := range list.Items {
				if x.Code == code {
					_, err := words.SaveWord(admin, setting.WordInput{ID: x.ID, Name: x.Name, Code: x.Code, Label: x.Label, Active: true, Sort: x.Sort,
						Version: x.Version, Includes: includes})
					return err
				}
			}
			return nil
		}
		if err := errors.Join(save("elder_care", "volunteer_basic"), save("first_aid", "elder_care")); err != nil {
			w.Fatal(err)
		}
		errstest.Is(w, save("volunteer_basic", "first_aid"), "invalid includes: 不能转一圈")
		errstest.Is(w, save("elder_care", "nothing"), "invalid includes: 没有这种资格")
		w.Write(func(tx *db.Tx) error {
			v, err := volunteer.Load(w.System, tx, w.Vols[0].ID)
			for code, want := range map[string]bool{"first_aid": true, "elder_care": true, "volunteer_basic": true, "driver": false} {
				if v.Qualified(code, today) != want || v.Qualified(code, today.AddDays(21)) {
					w.Errorf("%s: %v today, %v when it has ended", code, v.Qualified(code, today), v.Qualified(code, today.AddDays(21)))
				}
			}
			return err
		})
	})
}
