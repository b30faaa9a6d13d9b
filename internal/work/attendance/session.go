package attendance

import (
	"context"
	"time"

	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order"
)

// Session is a line of the list of those who are out serving.
type Session struct {
	ID          db.ID       `json:"id"`
	OrderID     db.ID       `json:"order_id"`
	OrderNo     string      `json:"order_no"`
	Title       string      `json:"title"`
	VolunteerID db.ID       `json:"volunteer_id"`
	VolunteerNo string      `json:"volunteer_no"`
	Name        string      `json:"name"`
	Region      auth.Region `json:"region"`
	InAt        time.Time   `json:"in_at"`
	InEvidence  Evidence    `json:"in_evidence"`
	WindowStart time.Time   `json:"window_start"`
	WindowEnd   time.Time   `json:"window_end"`
	MayClose    bool        `json:"-"` // the reader may enter the end that was forgotten
	Why         string      `json:"-"` // why he may not though he decides over others
}

// Over says that the agreed time has passed without a check-out.
func (s Session) Over(now time.Time) bool { return now.After(s.WindowEnd) }

// Late says by how many minutes the service began after the agreed time.
func (s Session) Late() int64 { return max(0, int64(s.InAt.Sub(s.WindowStart)/time.Minute)) }

// Board is what a station sees of attendance: who is out, who came late this week, and today's code.
type Board struct {
	Open  []Session
	Late  []Session
	Codes []StationDay
	Now   time.Time
}

// StationDay is the check-in code of one station today.
type StationDay struct {
	Station db.ID
	Name    string
	Code    string
}

// late is how long after the agreed start a check-in is listed as late.
const late = 15 * time.Minute

// BoardInput asks for nothing.
type BoardInput struct{}

// Board lists open sessions, those whose time is over first, and late check-ins of the last seven days.
func (s *Service) Board(ctx context.Context, _ BoardInput) (Board, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Board, err error) {
		out.Now = tx.Now
		scope := auth.ScopeOf(ctx, View)
		if out.Open, err = sessions.All(ctx, tx, begun{Scope: scope}); err != nil {
			return out, err
		}
		if err := s.closable(ctx, tx, out.Open); err != nil {
			return out, err
		}
		week, err := sessions.All(ctx, tx, begun{scope, tx.Now.AddDate(0, 0, -7)})
		if err != nil {
			return out, err
		}
		for _, a := range week {
			if a.InAt.Sub(a.WindowStart) > late && len(out.Late) < most {
				out.Late = append(out.Late, a)
			}
		}
		out.Codes, err = s.codes(ctx, tx)
		return out, err
	})
}

func (s *Service) codes(ctx context.Context, tx *db.Tx) (out []StationDay, err error) {
	places, err := deskStations.First(ctx, tx, auth.ScopeOf(ctx, Sheets), most)
	for _, st := range places {
		out = append(out, StationDay{st.ID, st.Name, s.StationCode(st.ID, clock.DayOf(tx.Now))})
	}
	return out, err
}

// closable notes at each session whose time is over whether the reader may end it.
func (s *Service) closable(ctx context.Context, tx *db.Tx, open []Session) error {
	bench := proof.Now(tx, s.persons)
	for i := range open {
		if !open[i].Over(tx.Now) || auth.Allow(ctx, Review) != nil {
			continue
		}
		a, err := table.Get(ctx, tx, open[i].ID)
		if err != nil {
			return err
		}
		if !auth.Can(ctx, Review, a.place()) {
			continue
		}
		switch err := apart(ctx, tx, bench, a); {
		case errs.KindOf(err) == errs.Denied:
			open[i].Why = err.Error()
		case err != nil:
			return err
		default:
			open[i].MayClose = true
		}
	}
	return nil
}

// CloseInput ends a session that nobody checked out of.
type CloseInput struct {
	ID     db.ID     `path:"id"`
	OutAt  time.Time `json:"out_at" doc:"问明白的实际结束时间"`
	Reason string    `json:"reason" minLength:"1" maxLength:"200" doc:"怎样核实的"`
}

// Close ends a forgotten session. It is a second person's: nothing is credited on the word of whoever forgot.
func (s *Service) Close(ctx context.Context, in CloseInput) (Checked, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Review}, func(tx *db.Tx) (Checked, error) {
		a, err := table.Get(ctx, tx, in.ID)
		if err != nil {
			return Checked{}, err
		}
		if err := auth.Require(ctx, Review, View, a.place()); err != nil {
			return Checked{}, err
		}
		v := visit{}
		if v.order, v.part, err = order.ForService(auth.AsSystem(ctx, "补签退"), tx, a.OrderID, a.VolunteerID); err != nil {
			return Checked{}, err
		}
		if a, err = table.Get(ctx, tx, in.ID); err != nil {
			return Checked{}, err
		}
		out := in.OutAt.In(clock.Shanghai).Truncate(time.Microsecond)
		switch {
		case !a.Open():
			return Checked{}, errs.WrongState("已经签退了")
		case !tx.Now.After(v.order.WindowEnd):
			return Checked{}, errs.WrongState("约定的时间还没有过，等本人签退")
		case out.After(tx.Now) || out.Before(a.InAt):
			return Checked{}, errs.Field("out_at", "结束时间要在签到以后、现在以前")
		}
		if err := apart(ctx, tx, proof.Now(tx, s.persons), a); err != nil {
			return Checked{}, err
		}
		me := auth.From(ctx)
		a.OutServerAt, a.OutEvidence, a.OutBy, a.OutVoice = &tx.Now, ByStation, me.Account, "第二人补签退"
		a.ClosedBy, a.CloseReason = me.Account, in.Reason
		return s.finish(ctx, tx, v, a, out, order.Voice{Channel: "desk", SpokenBy: "第二人核实"})
	})
}

// apart refuses, in words, who had a hand in the times of a session or is close to one who had.
func apart(ctx context.Context, tx *db.Tx, bench *proof.Bench, a Attendance) error {
	first, _, err := Hands(ctx, tx, a)
	if err != nil {
		return err
	}
	return bench.Apart(ctx, proof.Hands{For: a.PersonID, First: first})
}

// place says where a session lies and whose it is.
func (a Attendance) place() auth.Place {
	return auth.Place{Region: a.Region, Station: a.StationID, Persons: []db.ID{a.PersonID}}
}

// BrokenOff ends the session of a service that was broken off; a subscriber of the order's topic.
func (s *Service) BrokenOff(ctx context.Context, tx *db.Tx, e order.BrokenEvent) error {
	a, ok, err := db.Found(byAssignment.One(ctx, tx, e.Assignment.ID))
	if err != nil || !ok || !a.Open() {
		return err
	}
	out := e.At
	if out.Before(a.InAt) {
		out = a.InAt
	}
	me := auth.From(ctx)
	a.OutServerAt, a.OutEvidence, a.OutBy, a.OutVoice = &tx.Now, ByStation, me.Account, "中止服务"
	a.NeedsSecond, a.Why = true, "服务中止，实际时间要核实"
	if err := over(ctx, tx, act.Op{Action: "attendance.broken_off"}, &a, out); err != nil {
		return err
	}
	return s.CheckedOut.Publish(ctx, tx, OutEvent{e.Order, a})
}

// OfOrder gives the sessions of an order, all rounds, in the order of time.
func OfOrder(ctx context.Context, tx *db.Tx, orderID db.ID) ([]Attendance, error) {
	return ofOrder.All(ctx, tx, orderID)
}

// Get gives one session; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Attendance, error) {
	return table.Get(ctx, tx, id)
}
