package homevisit

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/need"
)

// How late a visit is entered: by who went, and by the desk from what he says; when somebody goes there again; and how often nobody is
// met before it is somebody else's to see to. Conventions of this system.
const (
	ownDays   = 3
	deskDays  = 14
	skew      = 5 * time.Minute // of a telephone's clock
	againDays = 3
	awayDays  = 7
	triesMost = 3
)

// RecordInput is what came of going to a home or ringing up.
type RecordInput struct {
	ID       db.ID      `path:"id"`
	Result   string     `json:"result" set:"home_visit.result" maxLength:"10"`
	At       *time.Time `json:"at" required:"false" doc:"什么时候；不填就是现在"`
	BackDay  clock.Day  `json:"back_day" required:"false" doc:"已外出的，大概哪天回来"`
	GoerID   db.ID      `json:"goer_id" required:"false" doc:"站里代记时写谁去的；不填就是本人"`
	SecondID db.ID      `json:"second_id" required:"false" doc:"和谁一起去的；要两个人去的那天，不填就是那天的另一位"`
	Day      db.ID      `json:"day" required:"false" doc:"从哪一天的页面来，记完回到那里"`
}

func (in RecordInput) check(today clock.Day) error {
	if in.At != nil {
		today = clock.DayOf(*in.At) // what was said then, though it comes later
	}
	c := errs.Check{}
	c.That(in.BackDay == 0 || in.Result == Away, "back_day", "已外出的才写哪天回来")
	c.That(in.BackDay == 0 || in.BackDay > today && in.BackDay <= today.AddDays(200), "back_day", "晚于今天，最多半年")
	return c.Err()
}

// Record keeps a visit. It makes nobody's minutes: it is the visitor's word alone. Where nobody was met somebody comes again; after the
// third time, or where the household is gone, the station sees to it.
func (s *Service) Record(ctx context.Context, in RecordInput) (Receipt, error) {
	op := act.Op{Perm: Go, Action: "homevisit.record", ID: in.ID, From: []string{Waiting, Unreached},
		Check: func() error { return in.check(clock.Today(ctx)) }}
	return act.ChangeTo(ctx, s.db, &s.homes, op, func(tx *db.Tx, h *Home) error {
		p, err := planTable.Get(ctx, tx, h.PlanID)
		if err != nil {
			return err
		}
		v, err := s.who(ctx, tx, p, *h, in)
		if err != nil {
			return err
		}
		v.ID, v.PlanID, v.HomeID, v.Region, v.Result = tx.NewID(), h.PlanID, h.ID, h.Region, in.Result
		v.ByName, v.MadeAt = auth.From(ctx).Name, tx.Now
		if err := visitTable.Insert(ctx, tx, v); err != nil {
			return err
		}
		return h.take(ctx, tx, p, v, in.BackDay)
	}, func(_ *db.Tx, h Home) (Receipt, error) { return Receipt{h.ID, h.Version, h.State}, nil })
}

// who says who went, with whom and when, and refuses what cannot be.
func (s *Service) who(ctx context.Context, tx *db.Tx, p Plan, h Home, in RecordInput) (v Visit, err error) {
	me, today := auth.From(ctx).Person, clock.DayOf(tx.Now)
	v = Visit{GoerID: in.GoerID, SecondID: in.SecondID, At: tx.Now}
	if v.GoerID == 0 {
		v.GoerID = me
	}
	own := false
	for _, id := range h.goers {
		own = own || id == me && me != 0
		if h.TwoVisitors && v.SecondID == 0 && in.Result == Met && id != v.GoerID {
			v.SecondID = id
		}
	}
	keeps := auth.Can(ctx, Keep, auth.Place{Region: h.Region})
	c := errs.Check{}
	v.OnBehalf = v.GoerID != me
	switch {
	case !keeps && (!own || v.OnBehalf):
		return v, errs.Deny("这一户不是您去")
	case v.GoerID == 0:
		return v, errs.Field("goer_id", "请选是谁去的")
	}
	if err := s.known(ctx, tx, h, v); err != nil {
		return v, err
	}
	if in.At != nil {
		v.At = *in.At
	}
	v.Day = clock.DayOf(v.At)
	c.That(!h.TwoVisitors || in.Result != Met || v.SecondID != 0, "second_id", "这一户要两个人一起去，请写和谁一起去的")
	c.That(v.SecondID != v.GoerID, "second_id", "一起去的要是另一位")
	c.That(!v.At.After(tx.Now.Add(skew)), "at", "还没有到这个时间")
	c.That(v.Day >= p.FromDay, "at", "早于走访开始的日子")
	if keeps {
		c.Thatf(v.Day >= today.AddDays(-deskDays), "at", "%d 天以内的才能补记", deskDays)
	} else {
		c.Thatf(v.Day >= today.AddDays(-ownDays), "at", "过了 %d 天的请交给站里补记", ownDays)
	}
	c.That(p.State == Open || p.State == Closed && p.EndedDay >= today.AddDays(-deskDays), "id", "走访早就结束了")
	return v, c.Err()
}

// known refuses who is neither asked for this home nor of the place, and who lives there himself.
func (s *Service) known(ctx context.Context, tx *db.Tx, h Home, v Visit) error {
	list, err := able.All(ctx, tx, h.Region, clock.DayOf(tx.Now))
	if err != nil {
		return err
	}
	of := map[db.ID]bool{0: true}
	for _, c := range list {
		of[c.ID] = true
	}
	for _, id := range h.goers {
		of[id] = true
	}
	lives, err := livesIn.All(ctx, tx, h.ID)
	for _, l := range lives {
		of[l.PersonID] = false
	}
	c := errs.Check{}
	c.That(of[v.GoerID], "goer_id", "只能是这里在册的志愿者和工作人员，不能是这一户的人")
	c.That(of[v.SecondID], "second_id", "只能是这里在册的志愿者和工作人员，不能是这一户的人")
	if err != nil {
		return err
	}
	return c.Err()
}

// take says what a home is after a visit.
func (h *Home) take(ctx context.Context, tx *db.Tx, p Plan, v Visit, back clock.Day) error {
	h.LastDay, h.LastResult = v.Day, v.Result
	switch v.Result {
	case Met, Phoned:
		h.State, h.LateDay, h.Rung = Reached, 0, 0
		return nil
	case Refused:
		h.State, h.LateDay, h.Rung = Unwilling, 0, 0
		return nil
	case Moved, Died:
		h.State = Gone
		return h.raise(ctx, tx)
	}
	h.Tries++
	if h.State == Unreached {
		return nil // it is on somebody's list already
	}
	if h.DayID, h.Place = 0, 0; h.Tries >= triesMost || p.State != Open {
		h.State = Unreached
		return h.raise(ctx, tx)
	}
	h.AgainDay = v.Day.AddDays(againDays)
	if v.Result == Away {
		h.AgainDay = max(back, v.Day.AddDays(awayDays))
		if back != 0 {
			h.AgainDay = back
		}
	}
	return nil
}

// NeedInput registers what somebody of a home needs, right after the visit.
type NeedInput struct {
	ID       db.ID  `path:"id"`
	PersonID db.ID  `json:"person_id" required:"false" doc:"这一户的谁；不填就是按谁的住址去的那一位"`
	Kind     string `json:"kind" set:"need.kind" maxLength:"12"`
	Content  string `json:"content" minLength:"1" maxLength:"500"`
	Urgency  string `json:"urgency" set:"need.urgency" maxLength:"8"`
	Day      db.ID  `json:"day" required:"false" doc:"从哪一天的页面来，记完回到那里"`
}

// Registered names the need that was registered, of a visit.
type Registered struct {
	ID     db.ID `json:"id"`
	NeedID db.ID `json:"need_id"`
}

// Need registers a need of somebody of a home, through the register of needs; it says from which visit it comes.
func (s *Service) Need(ctx context.Context, in NeedInput) (Registered, error) {
	op := act.Op{Perm: Go, Action: "homevisit.need"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Registered, err error) {
		h, err := loadHome(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Go, Go, h.place())
		}
		if err != nil {
			return out, err
		}
		v, visited, err := db.Found(lastVisit.One(ctx, tx, h.ID))
		if err == nil && !visited {
			err = errs.WrongState("先记这一户的走访结果，再登记需求")
		}
		if err != nil {
			return out, err
		}
		p, err := s.lives(ctx, tx, h, in.PersonID)
		if err != nil {
			return out, err
		}
		n, err := s.needs.Enter(ctx, tx, p, need.AddInput{PersonID: p.ID, Kind: in.Kind, Content: in.Content, Urgency: in.Urgency,
			Source: "visit", SourceID: v.ID})
		return Registered{h.ID, n.ID}, err
	})
}

// lives gives somebody of a home.
func (s *Service) lives(ctx context.Context, tx *db.Tx, h Home, id db.ID) (p person.Person, err error) {
	if id == 0 {
		id = h.PersonID
	}
	list, err := livesIn.All(ctx, tx, h.ID)
	if err != nil {
		return p, err
	}
	for _, l := range list {
		if l.PersonID != id {
			continue
		}
		if p, err = person.Get(ctx, tx, id); err == nil && p.State != person.Active {
			break
		}
		return p, err
	}
	return p, errs.Field("person_id", "他不住在这一户")
}
