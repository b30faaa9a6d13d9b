package pairing

import (
	"context"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// How late a visit is entered: by who went, and by the desk from what he says. Conventions of this system.
const (
	ownHours = 72
	deskDays = 14
	skew     = 5 * time.Minute // of a telephone's clock
)

// VisitInput is what came of going there or ringing up.
type VisitInput struct {
	ID          db.ID      `path:"id"`
	Result      string     `json:"result" set:"pairing_visit.result"`
	At          *time.Time `json:"at" required:"false" doc:"什么时候；不填就是现在"`
	SecondID    db.ID      `json:"second_id" required:"false" doc:"一起去的另一位志愿者"`
	AwayUntil   clock.Day  `json:"away_until" required:"false" doc:"已外出的，大概到哪天"`
	Note        string     `json:"note" required:"false" maxLength:"300"`
	VolunteerID db.ID      `json:"volunteer_id" required:"false" doc:"站里代记时写谁去的；不填就是本人"`
}

func (in VisitInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(in.AwayUntil == 0 || in.Result == Away, "away_until", "已外出的才写到哪天")
	c.That(in.AwayUntil == 0 || in.AwayUntil >= today && in.AwayUntil <= today.AddDays(200), "away_until", "不早于今天，最多半年")
	return c.Err()
}

// Visit keeps a visit in the window of its day. It makes nobody's minutes: it is the visitor's word alone.
func (s *Service) Visit(ctx context.Context, in VisitInput) (Detail, error) {
	op := act.Op{Perm: Go, Action: "pairing.visit", ID: in.ID, From: []string{Active}, Detail: map[string]any{"result": in.Result},
		Check: func() error { return in.check(clock.Today(ctx)) }}
	return act.ChangeTo(ctx, s.db, &s.pairings, op, func(tx *db.Tx, g *Pairing) error {
		v, err := s.who(ctx, tx, *g, in)
		if err != nil {
			return err
		}
		if err := open(ctx, tx, *g, clock.DayOf(tx.Now)); err != nil {
			return err
		}
		w, there, err := db.Found(windowOn.One(ctx, tx, g.ID, v.Day))
		if err != nil || !there {
			return firstOf(err, errs.Field("at", "那天还没有开始结对"))
		}
		v.ID, v.PairingID, v.WindowID, v.Region, v.Result, v.AwayUntil = tx.NewID(), g.ID, w.ID, g.Region, in.Result, in.AwayUntil
		v.Note = s.keys.SealText(strings.TrimSpace(in.Note), noteAt(v.ID))
		v.ByName, v.MadeAt = auth.From(ctx).Name, tx.Now
		if err := visitTable.Insert(ctx, tx, v); err != nil {
			return err
		}
		g.pause(v, w)
		w.take(v.Result)
		return windowTable.Update(ctx, tx, &w)
	}, s.show(ctx))
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func noteAt(id db.ID) string { return seal.At("pairing_visit", "note", int64(id)) }

// who says who went, with whom and when, and refuses what cannot be.
func (s *Service) who(ctx context.Context, tx *db.Tx, g Pairing, in VisitInput) (v Visit, err error) {
	list, err := membersOf.All(ctx, tx, g.ID, clock.DayOf(tx.Now))
	if err != nil {
		return v, err
	}
	me := auth.From(ctx).Person
	found, second := false, false
	for _, m := range list {
		if m.State != Agreed {
			continue
		}
		own := me != 0 && m.PersonID == me
		if own && in.VolunteerID == 0 || in.VolunteerID == m.VolunteerID {
			found, v.VolunteerID, v.OnBehalf = true, m.VolunteerID, !own
		}
		second = second || m.VolunteerID == in.SecondID
	}
	keeps := auth.Can(ctx, Keep, auth.Place{Region: g.Region})
	c := errs.Check{}
	switch {
	case !found && !keeps || v.OnBehalf && !keeps:
		return v, errs.Deny("您不在这个结对里")
	case !found:
		return v, errs.Field("volunteer_id", "请选是哪一位志愿者去的")
	}
	c.That(in.SecondID == 0 || second && in.SecondID != v.VolunteerID, "second_id", "一起去的要是这个结对里的另一位")
	c.That(!g.TwoVisitors || in.Result != Met || in.SecondID != 0, "second_id", "这一户要两人同行，请写和谁一起去的")
	v.SecondID, v.At = in.SecondID, tx.Now
	if in.At != nil {
		v.At = *in.At
	}
	v.Day = clock.DayOf(v.At)
	c.That(!v.At.After(tx.Now.Add(skew)), "at", "还没有到这个时间")
	if v.OnBehalf {
		c.Thatf(v.Day >= clock.DayOf(tx.Now).AddDays(-deskDays), "at", "%d 天以内的才能补记", deskDays)
	} else {
		c.Thatf(!v.At.Before(tx.Now.Add(-ownHours*time.Hour)), "at", "过了 %d 小时的请交给站里补记", ownHours)
	}
	return v, c.Err()
}

// pause keeps until when somebody is away: to the end of the window where he did not say. Who is met is back.
func (g *Pairing) pause(v Visit, w Window) {
	switch {
	case v.Result == Away && v.AwayUntil != 0:
		g.AwayUntil = v.AwayUntil
	case v.Result == Away:
		g.AwayUntil = w.DueDay
	case v.Result == Met:
		g.AwayUntil = 0
	}
}

// ranks are the results from the best to the least; the first three serve a window.
var ranks = []string{Met, Video, Phoned, Away, Unwanted, NotFound}

func serves(result string) bool { return result == Met || result == Video || result == Phoned }

// take keeps the best result of a window. One that was missed is served by a visit in it that is entered late.
func (w *Window) take(result string) {
	for _, r := range ranks {
		if r == w.Result || r == result {
			w.Result = r
			break
		}
	}
	if serves(result) {
		w.State, w.Rung = Served, 0
	}
}

// open makes the windows of a pairing that have begun until a day, one after the other from the first day on.
func open(ctx context.Context, tx *db.Tx, g Pairing, day clock.Day) error {
	last, there, err := db.Found(lastWindow.One(ctx, tx, g.ID))
	if err != nil {
		return err
	}
	from := g.FirstDay
	if there {
		from = last.DueDay.AddDays(1)
	}
	var rows []Window
	for no := last.No + 1; from <= day; no++ {
		due := from.AddDays(int(g.RhythmDays) - 1)
		rows = append(rows, Window{ID: tx.NewID(), Version: 1, PairingID: g.ID, No: no, Region: g.Region, FromDay: from, DueDay: due,
			State: Open})
		from = due.AddDays(1)
	}
	if len(rows) == 0 {
		return nil
	}
	return windowTable.InsertAll(ctx, tx, rows)
}

// NotesInput asks for what visitors wrote, and says why.
type NotesInput struct {
	ID     db.ID  `path:"id"`
	Reason string `json:"reason" minLength:"1" maxLength:"100"`
}

// Notes are what visitors wrote of a person.
type Notes struct {
	ID    db.ID  `json:"id"`
	Name  string `json:"name"`
	Items []Note `json:"items"`
}

// Note is what one visitor wrote.
type Note struct {
	At     time.Time `json:"at"`
	Result string    `json:"result"`
	ByName string    `json:"by_name"`
	Text   string    `json:"text"`
}

// Notes opens what visitors wrote; the trail keeps who read it and why.
func (s *Service) Notes(ctx context.Context, in NotesInput) (out Notes, err error) {
	op := act.Op{Perm: Read, Action: "pairing.notes", ID: in.ID, Cause: in.Reason}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Notes, error) {
		g, err := s.readable(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if out, err = s.notes(ctx, tx, g); err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "pairing", ID: g.ID.String(), Region: g.Region,
			Cause: in.Reason})
	})
}

// noted answers a repeated request for notes.
func (s *Service) noted(ctx context.Context, in NotesInput, _ string) (Notes, error) {
	return act.Read(ctx, s.db, Read, func(tx *db.Tx) (out Notes, err error) {
		g, err := s.readable(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		return s.notes(ctx, tx, g)
	})
}

// readable gives a pairing whose notes the actor may read: the desk, and who goes; not who is visited.
func (s *Service) readable(ctx context.Context, tx *db.Tx, id db.ID) (Pairing, error) {
	g, err := load(ctx, tx, id)
	if err != nil {
		return g, err
	}
	return g, auth.Require(ctx, Read, View, auth.Place{Region: g.Region, Persons: g.goers})
}

func (s *Service) notes(ctx context.Context, tx *db.Tx, g Pairing) (Notes, error) {
	out := Notes{ID: g.ID, Name: g.Name, Items: []Note{}}
	list, err := visitsOf.All(ctx, tx, g.ID)
	for _, v := range list {
		if err != nil {
			return out, err
		}
		var text string
		if text, err = s.keys.OpenText(v.Note, noteAt(v.ID)); text != "" {
			out.Items = append(out.Items, Note{v.At, v.Result, v.ByName, text})
		}
	}
	return out, err
}
