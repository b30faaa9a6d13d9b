package training

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// daily is how often somebody may try a test in a day: who guesses does not pass by patience.
const daily = 3

// Try is one attempt at the test of a course.
type Try struct {
	ID            db.ID      `json:"id"`
	CourseID      db.ID      `json:"course_id" db:",once"`
	PlaceID       db.ID      `json:"place_id" db:",once"`
	CourseVersion int64      `json:"-" db:",once"`
	Day           clock.Day  `json:"-" db:",once"`
	StartedAt     time.Time  `json:"started_at" db:",once"`
	EndedAt       *time.Time `json:"ended_at"`
	Score         int64      `json:"score" doc:"答对百分之几"`
	Passed        bool       `json:"passed"`
}

// Paper is a test as somebody is given it: in an order of his own, and without a word of what is right.
type Paper struct {
	Try
	Title string  `json:"title"`
	Mark  int64   `json:"pass_mark"`
	Items []Asked `json:"items"`
}

// Asked is a question as it is put to somebody.
type Asked struct {
	Text    string   `json:"text"`
	Several bool     `json:"several" doc:"不止一个对的"`
	Choices []string `json:"choices"`

	right []int64 // positions, in the order in which they are shown
}

// Begin begins a try at the test of a course to read, and takes a place on it the first time.
func (s *Service) Begin(ctx context.Context, in GetInput) (Paper, error) {
	op := act.Op{Perm: Join, Action: "training.begin"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Paper, error) {
		c, err := Get(ctx, tx, in.ID)
		if err == nil && (c.State == Draft || c.Kind != Article) {
			err = errs.ErrNotFound
		}
		if err == nil && c.State != Open {
			err = errs.WrongState("这门课停了")
		}
		if err != nil {
			return Paper{}, err
		}
		p, err := s.onlinePlace(ctx, tx, c)
		if err != nil {
			return Paper{}, err
		}
		today := clock.DayOf(tx.Now)
		n, err := triesOn.One(ctx, tx, p.ID, today)
		if err == nil && n >= daily {
			err = errs.WrongState(fmt.Sprintf("今天做了 %d 次，明天再来；先把课文再看看", n))
		}
		if err != nil {
			return Paper{}, err
		}
		t := Try{ID: tx.NewID(), CourseID: c.ID, PlaceID: p.ID, CourseVersion: c.Version, Day: today, StartedAt: tx.Now}
		if err := tryTable.Insert(ctx, tx, t); err != nil {
			return Paper{}, err
		}
		if err := note(ctx, tx, op.Action, p); err != nil {
			return Paper{}, err
		}
		return s.paper(ctx, tx, c, t)
	})
}

// onlinePlace is the actor's place on a course to read; a new one when he has none that is under way.
func (s *Service) onlinePlace(ctx context.Context, tx *db.Tx, c Course) (Seat, error) {
	me := auth.From(ctx).Person
	id, has, err := db.Found(volunteerOf.One(ctx, tx, me))
	if err == nil && !has {
		err = errs.Deny("先登记为志愿者，审核以后就能学")
	}
	if err != nil {
		return Seat{}, err
	}
	p, has, err := db.Found(myLesson.One(ctx, tx, c.ID, me))
	switch {
	case err != nil:
		return p, err
	case has && p.State == Noted:
		return p, errs.WrongState("已经合格了，等第二人确认")
	case has && p.State != Confirmed:
		return p, nil
	}
	v, err := volunteer.Get(ctx, tx, id)
	if err != nil {
		return p, err
	}
	p = Seat{ID: tx.NewID(), CourseID: c.ID, PersonID: v.PersonID, VolunteerID: v.ID, State: Held, AskedAt: tx.Now, Version: 1}
	if err := seatTable.Insert(ctx, tx, p); err != nil {
		return p, err
	}
	return seatOf(ctx, tx, p.ID)
}

// Test gives a try of the actor's own.
func (s *Service) Test(ctx context.Context, in GetInput) (Paper, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (Paper, error) {
		c, t, _, err := s.own(ctx, tx, in.ID)
		if err != nil {
			return Paper{}, err
		}
		return s.paper(ctx, tx, c, t)
	})
}

// own is a try of the actor's own with its course and place.
func (s *Service) own(ctx context.Context, tx *db.Tx, id db.ID) (c Course, t Try, p Seat, err error) {
	if t, err = tryTable.Get(ctx, tx, id); err != nil {
		return c, t, p, err
	}
	if p, err = seatOf(ctx, tx, t.PlaceID); err != nil {
		return c, t, p, err
	}
	if p.PersonID != auth.From(ctx).Person {
		return c, t, p, errs.ErrNotFound
	}
	c, err = Get(ctx, tx, t.CourseID)
	return c, t, p, err
}

// paper puts the questions into an order that is of this try alone.
func (s *Service) paper(ctx context.Context, tx *db.Tx, c Course, t Try) (Paper, error) {
	out := Paper{Try: t, Title: c.Title, Mark: c.PassMark, Items: []Asked{}}
	list, err := questionsOf.All(ctx, tx, c.ID)
	if err != nil {
		return out, err
	}
	for _, i := range s.shuffled(t.ID, 0, len(list)) {
		q := list[i]
		words, right := q.choices()
		a := Asked{Text: q.Text}
		for at, j := range s.shuffled(t.ID, q.ID, len(words)) {
			a.Choices = append(a.Choices, words[j])
			if right[j] {
				a.right = append(a.right, int64(at))
			}
		}
		a.Several = len(a.right) > 1
		out.Items = append(out.Items, a)
	}
	return out, nil
}

// shuffled is an order of n things that follows from the try and the thing, so that it is the same when the page is loaded again.
func (s *Service) shuffled(try, of db.ID, n int) []int {
	keys := make([][]byte, n)
	out := make([]int, n)
	for i := range n {
		keys[i], out[i] = s.keys.MAC("training-test", fmt.Appendf(nil, "%d/%d/%d", try, of, i)), i
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Or(bytes.Compare(keys[a], keys[b]), a-b) })
	return out
}

// Picked is what was chosen of one question: positions as they were shown, the first is 0.
type Picked struct {
	Picked []string `json:"picked" required:"false" maxItems:"20"`
}

// AnswerInput are the answers of a try, in the order in which its questions were shown.
type AnswerInput struct {
	ID      db.ID    `path:"id"`
	Answers []Picked `json:"answers" minItems:"1" maxItems:"50"`
}

// Answer ends a try. Who has passed waits for the second person; who has not may read again and try again.
func (s *Service) Answer(ctx context.Context, in AnswerInput) (Paper, error) {
	op := act.Op{Perm: Join, Action: "training.answer"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Paper, error) {
		c, t, p, err := s.own(ctx, tx, in.ID)
		switch {
		case err != nil:
			return Paper{}, err
		case t.EndedAt != nil:
			return Paper{}, errs.WrongState("这一次已经交了")
		case t.CourseVersion != c.Version || c.State != Open:
			return Paper{}, errs.WrongState("课程改过了，请重新开始测验")
		case p.State != Held && p.State != Returned:
			return Paper{}, errs.WrongState("已经合格了，等第二人确认")
		}
		out, err := s.paper(ctx, tx, c, t)
		if err != nil {
			return out, err
		}
		out.Try = t.marked(tx.Now, c.PassMark, out.Items, in.Answers)
		if err := tryTable.Update(ctx, tx, &out.Try); err != nil {
			return out, err
		}
		if !out.Passed {
			return out, note(ctx, tx, op.Action, p)
		}
		return out, s.seats.Alter(ctx, tx, op, &p, func(tx *db.Tx, p *Seat) error {
			p.State, p.Result, p.NotedAt, p.Minutes, p.Reason = Noted, Passed, &tx.Now, c.Minutes, ""
			return nil
		})
	})
}

// marked is a try with its score: a question counts when exactly what is right was picked.
func (t Try) marked(now time.Time, mark int64, items []Asked, answers []Picked) Try {
	right := 0
	for i, a := range items {
		var got []int64
		if i < len(answers) {
			for _, text := range answers[i].Picked {
				if n, err := strconv.ParseInt(text, 10, 64); err == nil && !slices.Contains(got, n) {
					got = append(got, n)
				}
			}
		}
		slices.Sort(got)
		if slices.Equal(got, a.right) {
			right++
		}
	}
	t.EndedAt, t.Score = &now, int64(right)*100/int64(max(len(items), 1))
	t.Passed = len(items) >= fewest && t.Score >= mark
	return t
}

// OneInput is the second person's word on one result.
type OneInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	Decision string `json:"decision" required:"false" enum:"confirm,return" default:"confirm" maxLength:"8"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

// ConfirmOne is the second person's word on the result of one who learnt by reading: independent of him and of who wrote the questions.
func (s *Service) ConfirmOne(ctx context.Context, in OneInput) (Seat, error) {
	op := act.Op{Perm: Confirm, Action: "training.confirm_one", ID: in.ID, Version: in.Version, From: []string{Noted}, Cause: in.Reason,
		Check: ConfirmInput{Decision: in.Decision, Reason: in.Reason}.check}
	return s.seats.Change(ctx, s.db, op, func(tx *db.Tx, p *Seat) error { return s.word(ctx, tx, p, in.Decision == "return", in.Reason) })
}

// Lesson is a course to read, for somebody who is signed in, with how far he is.
type Lesson struct {
	Course
	Mine  *Seat `json:"mine"`
	Tries []Try `json:"tries"`
	Left  int64 `json:"left" doc:"今天还能做几次测验"`
	Opens Opens `json:"opens"`

	Serves bool `json:"-"`
}

// Lesson gives a course to read.
func (s *Service) Lesson(ctx context.Context, in GetInput) (Lesson, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Lesson, err error) {
		if out.Course, err = Get(ctx, tx, in.ID); err == nil && (out.State == Draft || out.Kind != Article) {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		out.Left, out.Tries = daily, []Try{}
		me := auth.From(ctx).Person
		id, serves, err := db.Found(volunteerOf.One(ctx, tx, me))
		if out.Serves = serves; err != nil || !serves {
			return out, err
		}
		if out.Opens, err = s.opens(ctx, tx, id, out.Qualification); err != nil {
			return out, err
		}
		p, has, err := db.Found(myLesson.One(ctx, tx, in.ID, me))
		if err != nil || !has {
			return out, err
		}
		out.Mine = &p
		if out.Tries, err = triesOf.All(ctx, tx, p.ID); err != nil {
			return out, err
		}
		n, err := triesOn.One(ctx, tx, p.ID, clock.DayOf(tx.Now))
		out.Left = max(daily-n, 0)
		return out, err
	})
}
