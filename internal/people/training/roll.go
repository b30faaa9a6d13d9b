package training

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// early is how long before its start, and after its end, a sitting takes the code of who is there.
const early = 30 * time.Minute

// what is the kind under which codes of sittings are made: the code of one class opens no other.
const what = "training"

// AttendInput is the code on the screen, typed by who is there.
type AttendInput struct {
	ID   db.ID  `path:"id"`
	Code string `json:"code" minLength:"1" maxLength:"40" doc:"教室屏幕上的六位号码"`
}

// Attend notes that somebody came, by the code on the screen.
func (s *Service) Attend(ctx context.Context, in AttendInput) (Seat, error) {
	op := act.Op{Perm: Join, Action: "training.attend"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Seat, error) {
		x, err := sittingOf(ctx, tx, in.ID)
		if err != nil {
			return Seat{}, err
		}
		p, has, err := db.Found(myPlace.One(ctx, tx, x.ID, auth.From(ctx).Person))
		switch {
		case err != nil:
			return Seat{}, err
		case !has:
			return Seat{}, errs.ErrNotFound
		case p.State != Held || x.State != Open || tx.Now.Before(x.StartsAt.Add(-early)) || tx.Now.After(x.EndsAt.Add(early)):
			return Seat{}, errs.WrongState("现在不是签到的时间")
		case p.Came != "":
			return Seat{}, errs.WrongState("已经签到了")
		case !s.codes.Fits(what, x.ID, tx.Now, in.Code):
			return Seat{}, errs.Field("code", "号码不对，或者已经换了；看屏幕上现在的")
		}
		return p, s.seats.Alter(ctx, tx, op, &p, func(tx *db.Tx, p *Seat) error {
			p.Came, p.CameAt = ByCode, &tx.Now
			return nil
		})
	})
}

// Found is what the trainer found of one who signed up.
type Found struct {
	PlaceID db.ID  `json:"place_id"`
	Result  string `json:"result" enum:"passed,failed,absent," maxLength:"8" doc:"passed 合格，failed 来了没合格，absent 没来；不填是还没登记"`
}

// NoteInput is the trainer's list after a sitting.
type NoteInput struct {
	ID      db.ID   `path:"id"`
	Version int64   `json:"version" minimum:"1"`
	Rows    []Found `json:"rows" minItems:"1" maxItems:"500"`
}

// Note enters who came and who passed. It makes nobody qualified: what it says waits for a second person, and nobody enters his own.
func (s *Service) Note(ctx context.Context, in NoteInput) (Sheet, error) {
	op := act.Op{Perm: Lead, Action: "training.note", ID: in.ID, Version: in.Version, From: []string{Open, Noted}}
	return s.run(ctx, op, func(tx *db.Tx, x *Sitting) error {
		if tx.Now.Before(x.EndsAt) {
			return errs.WrongState("这一场还没有结束")
		}
		seats, err := seatsOf.All(ctx, tx, x.ID)
		if err != nil {
			return err
		}
		byID := map[db.ID]int{}
		for i, p := range seats {
			byID[p.ID] = i
		}
		c := errs.Check{}
		for i, r := range in.Rows {
			at, on := byID[r.PlaceID]
			c.That(on, fmt.Sprintf("rows.%d.place_id", i), "名单上没有这个人")
			if !on || r.Result == "" {
				continue
			}
			if err := s.found(ctx, tx, *x, &seats[at], r); err != nil {
				return err
			}
		}
		for _, p := range seats {
			if p.State == Held || p.State == Returned {
				return c.Err() // somebody is still without a result
			}
		}
		x.State = Noted
		return c.Err()
	})
}

// found enters one line; what the second person has confirmed already stays as it is.
func (s *Service) found(ctx context.Context, tx *db.Tx, x Sitting, p *Seat, r Found) error {
	switch {
	case p.State == Confirmed || p.State == CalledOff:
		return nil
	case p.PersonID == auth.From(ctx).Person:
		return errs.Deny("不能登记自己的结果，请别的讲师或者站里来")
	}
	return s.seats.Alter(ctx, tx, act.Op{Action: "training.result"}, p, func(tx *db.Tx, p *Seat) error {
		p.NotedBy, p.NotedAt, p.Reason = auth.From(ctx).Account, &tx.Now, ""
		if r.Result == Absent {
			p.State, p.Came, p.CameAt, p.Result, p.Minutes = Absent, "", nil, "", 0
			return nil
		}
		if p.Came == "" {
			p.Came = ByList
		}
		p.State, p.Result, p.Minutes = Noted, r.Result, min(x.Minutes, int64(x.EndsAt.Sub(x.StartsAt)/time.Minute))
		return nil
	})
}

// Sheet is a sitting with its roll, for who leads it and who confirms.
type Sheet struct {
	Sitting
	Seats []Seat `json:"places"`

	Now   time.Time `json:"-"`
	Short string    `json:"-"` // why the reader is no second person for what waits here; "" when he is, or nothing waits
}

// Sheet gives a sitting with its roll to whoever leads it or confirms its results.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Read(ctx, s.db, Lead, func(tx *db.Tx) (Sheet, error) { return s.led(ctx, tx, in.ID) })
}

// led gives a sitting to whoever leads it.
func (s *Service) led(ctx context.Context, tx *db.Tx, id db.ID) (Sheet, error) {
	x, err := sittingOf(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, Lead, Lead, x.at())
	}
	if err != nil {
		return Sheet{}, err
	}
	return s.sheet(ctx, tx, id)
}

func (s *Service) sheet(ctx context.Context, tx *db.Tx, id db.ID) (out Sheet, err error) {
	if out.Sitting, err = sittingOf(ctx, tx, id); err != nil {
		return out, err
	}
	out.Now = tx.Now
	if out.Seats, err = seatsOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Seats == nil {
		out.Seats = []Seat{}
	}
	for _, p := range out.Seats {
		if p.State == Noted && auth.Can(ctx, Confirm, out.at()) {
			if out.Short, err = wordsOf(s.mayConfirm(ctx, tx, p)); err != nil || out.Short == "" {
				return out, err
			}
		}
	}
	return out, nil
}

// wordsOf is why somebody is refused, as words for him instead of an error.
func wordsOf(err error) (string, error) {
	if errs.KindOf(err) == errs.Denied {
		return strings.TrimSpace(err.Error()), nil
	}
	return "", err
}

// Screen is the code that the screen of the classroom shows now.
type Screen struct {
	Sitting
	Code string `json:"code"`
	Came int64  `json:"came"`
}

// Show gives the code of this half minute, for the screen.
func (s *Service) Show(ctx context.Context, in GetInput) (Screen, error) {
	return act.Read(ctx, s.db, Lead, func(tx *db.Tx) (out Screen, err error) {
		d, err := s.led(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		out = Screen{Sitting: d.Sitting, Code: s.codes.Code(what, d.ID, tx.Now)}
		for _, p := range d.Seats {
			if p.Came != "" {
				out.Came++
			}
		}
		return out, nil
	})
}

// Ticks tells the screen every ten seconds to fetch the code anew.
func (s *Service) Ticks(ctx context.Context, in GetInput) (<-chan string, error) {
	if _, err := s.Show(ctx, in); err != nil {
		return nil, err
	}
	out := make(chan string)
	go func() {
		defer close(out)
		tick := time.NewTicker(10 * time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			select {
			case <-ctx.Done():
				return
			case out <- in.ID.String():
			}
		}
	}()
	return out, nil
}
