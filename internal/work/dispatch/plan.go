package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order"
)

// States of a line.
const (
	Proposed = "proposed"
	Sent     = "offered"
	Dropped  = "dropped"
	Failed   = "failed" // somebody was quicker, or it no longer fits; Why says which
)

// Draft is one plan: what it comes to, beside what is done without one.
type Draft struct {
	ID        db.ID       `json:"id"`
	Region    auth.Region `json:"region"`
	StationID db.ID       `json:"station_id"`
	ByName    string      `json:"by_name"`
	At        time.Time   `json:"at"`
	UntilDay  clock.Day   `json:"until_day"`
	Places    int64       `json:"places" doc:"要找的人数"`
	Sums
	Gap  int64 `json:"gap" doc:"离最好的安排最多差多少分钟；0 为已证明是最好的"`
	Near Sums  `json:"nearest_first" db:"-" doc:"就近一单一单派会怎样"`

	NearServed int64 `json:"-"`
	NearTravel int64 `json:"-"`
	NearMost   int64 `json:"-"`
	NearCost   int64 `json:"-"`
	NearGross  int64 `json:"-"`
}

// Line proposes to ask one volunteer for one order.
type Line struct {
	ID          db.ID       `json:"id"`
	PlanID      db.ID       `json:"-"`
	OrderID     db.ID       `json:"order_id"`
	VolunteerID db.ID       `json:"volunteer_id"`
	Region      auth.Region `json:"region"`
	StationID   db.ID       `json:"station_id"`
	Cost        int64       `json:"cost"`
	Travel      int64       `json:"travel"`
	Reasons     string      `json:"reasons"`
	State       string      `json:"state" doc:"proposed 建议，offered 已发出邀请，dropped 不用，failed 没发成"`
	Why         string      `json:"why"`

	No          string    `json:"order_no"`
	Title       string    `json:"title"`
	Urgent      bool      `json:"urgent"`
	WindowStart time.Time `json:"window_start"`
	WindowEnd   time.Time `json:"window_end"`
	Name        string    `json:"name" doc:"志愿者"`
}

// PlanInput asks for a plan of what waits in a division or at a station.
type PlanInput struct {
	Region    auth.Region `json:"region" required:"false" doc:"不填为您管的地方"`
	StationID db.ID       `json:"station_id" required:"false" doc:"只排一个站的单"`
	Days      int64       `json:"days" required:"false" minimum:"1" maximum:"30" default:"7" doc:"排到几天以后"`
}

// mostOrders is how many orders one plan takes in, the earliest first.
const mostOrders = 5000

// Plan finds the best plan for all orders that wait in a place, beside what would happen without one, and keeps it as a proposal:
// nobody is asked yet. The solver runs outside of any transaction.
func (s *Service) Plan(ctx context.Context, in PlanInput) (out Sheet, err error) {
	if err := auth.Allow(ctx, Plan); err != nil {
		return out, err
	}
	if in.Region == 0 {
		in.Region = auth.From(ctx).Seat()
	}
	if err := auth.Require(ctx, Plan, Plan, auth.Place{Region: in.Region, Station: in.StationID}); err != nil {
		return out, err
	}
	until := clock.Today(ctx).AddDays(int(in.Days))
	m, err := s.model(ctx, in, until)
	if err != nil {
		return out, err
	}
	if len(m.problem.Orders) == 0 {
		return out, errs.WrongState("这几天没有待派的单")
	}
	pairs, gap, err := m.problem.solve(ctx)
	if err != nil {
		return out, err
	}
	near := m.problem.nearest()
	d := Draft{Region: in.Region, StationID: in.StationID, ByName: auth.From(ctx).Name, UntilDay: until, Places: m.problem.places(),
		Sums: m.problem.measure(pairs), Gap: gap, Near: m.problem.measure(near), NearGross: m.problem.gross(near)}
	return act.Write(ctx, s.db, act.Op{Perm: Plan}, func(tx *db.Tx) (Sheet, error) {
		d.ID, d.At = tx.NewID(), tx.Now
		if err := addDraft(ctx, tx, d, m.problem, pairs); err != nil {
			return out, err
		}
		for _, x := range pairs {
			if err := addLine(ctx, tx, m.line(tx, d.ID, x)); err != nil {
				return out, err
			}
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "dispatch.plan", Object: "dispatch_plan", ID: d.ID.String(), Region: in.Region,
			Detail: map[string]any{"orders": len(m.problem.Orders), "served": d.Served}}); err != nil {
			return out, err
		}
		return sheet(ctx, tx, ReadInput{ID: d.ID})
	})
}

// model is the problem of some orders with the facts that it was made of.
type model struct {
	problem *problem
	jobs    []*job   // by the position of the order in the problem
	of      []*facts // the same
}

// model reads what waits and poses the problem, banner by banner.
func (s *Service) model(ctx context.Context, in PlanInput, until clock.Day) (*model, error) {
	var orders []order.Waiting
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		orders, err = order.Queue(ctx, tx, auth.ScopeOf(ctx, Plan), in.Region, in.StationID, until, mostOrders)
		return err
	}); err != nil {
		return nil, err
	}
	m := &model{problem: &problem{}}
	for len(orders) > 0 {
		banner := orders[0].Region.At(auth.LevelBanner)
		var here, rest []order.Waiting
		for _, o := range orders {
			if banner.Contains(o.Region) {
				here = append(here, o)
			} else {
				rest = append(rest, o)
			}
		}
		if err := s.extend(ctx, m, banner, here); err != nil {
			return nil, err
		}
		orders = rest
	}
	return m, nil
}

// extend adds the orders of a banner.
func (s *Service) extend(ctx context.Context, m *model, banner auth.Region, orders []order.Waiting) error {
	x, err := s.Pool.Index(ctx, banner)
	if err != nil {
		return err
	}
	return s.db.Read(ctx, func(tx *db.Tx) error {
		f, err := s.gather(ctx, tx, x, orders)
		if err != nil {
			return err
		}
		p, err := f.pose(ctx, tx)
		if err != nil {
			return err
		}
		m.problem.join(p)
		for i := range f.jobs {
			m.jobs, m.of = append(m.jobs, &f.jobs[i]), append(m.of, f)
		}
		return nil
	})
}

// join adds the orders and people of another banner; the weights of the first hold.
func (p *problem) join(q *problem) {
	if len(p.Orders) == 0 {
		*p = *q
		return
	}
	first := int32(len(p.People))
	p.People = append(p.People, q.People...)
	for _, o := range q.Orders {
		for i := range o.Chosen {
			o.Chosen[i].V += first
		}
		p.Orders = append(p.Orders, o)
	}
	p.Raise = max(p.Raise, q.Raise)
}

// line writes down one choice with its reasons.
func (m *model) line(tx *db.Tx, plan db.ID, x pair) Line {
	j, f := m.jobs[x.order], m.of[x.order]
	c := m.problem.Orders[x.order].Chosen[x.cand]
	at, _ := f.index.find(m.problem.People[c.V].ID)
	v := &f.index.People[at]
	return Line{ID: tx.NewID(), PlanID: plan, OrderID: j.ID, VolunteerID: v.ID, Region: j.Region, StationID: j.StationID, Cost: c.Price.Sum(),
		Travel: c.Price[Travel], Reasons: strings.Join(f.words(j, v, c.Price), "；"), State: Proposed}
}

// ReadInput names a plan.
type ReadInput struct {
	ID    db.ID  `path:"id"`
	State string `query:"state" set:"dispatch_line.state," maxLength:"10"`
	db.Paging
}

// Sheet is a plan with those of its lines that lie in the reader's scope.
type Sheet struct {
	Draft
	Place string        `json:"place"`
	Left  int64         `json:"left" doc:"还没有发出、也没有划掉的"`
	In    ReadInput     `json:"-"`
	Lines db.Page[Line] `json:"lines"`
	Lack  []order.Brief `json:"unserved" doc:"没有排到人的单，最多列 50 个"`
}

// Read gives a plan.
func (s *Service) Read(ctx context.Context, in ReadInput) (Sheet, error) {
	return act.Read(ctx, s.db, Plan, func(tx *db.Tx) (out Sheet, err error) {
		out, err = sheet(ctx, tx, in)
		return out, err
	})
}

// sheet reads a plan; one without a line in the actor's scope is there only for who made it.
func sheet(ctx context.Context, tx *db.Tx, in ReadInput) (out Sheet, err error) {
	if out.Draft, err = draft(ctx, tx, in.ID); err != nil {
		return out, err
	}
	out.In = in
	if out.Lines, err = lines(ctx, tx, auth.ScopeOf(ctx, Plan), in); err != nil {
		return out, err
	}
	if out.Left, err = countLines(ctx, tx, auth.ScopeOf(ctx, Plan), in.ID, Proposed); err != nil {
		return out, err
	}
	if out.Place, err = region.FullName(ctx, tx, out.Region); err != nil {
		return out, err
	}
	short, err := unserved(ctx, tx, in.ID)
	if err == nil {
		out.Lack, err = order.Briefs(ctx, tx, auth.ScopeOf(ctx, Plan), short, mostLacking)
	}
	return out, err
}

// mostLacking is how many orders without anybody a plan names.
const mostLacking = 50

// unserved gives the orders of a plan with an empty place.
func unserved(ctx context.Context, tx *db.Tx, plan db.ID) (out []db.ID, err error) {
	text, err := shortOrders.One(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	return out, json.Unmarshal([]byte(text), &out)
}

// draft reads the head of a plan, NotFound unless one of its lines lies in the actor's scope or he made it.
func draft(ctx context.Context, tx *db.Tx, id db.ID) (Draft, error) {
	d, ok, err := db.Found(oneDraft(ctx, tx, auth.ScopeOf(ctx, Plan), auth.From(ctx).Account, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	d.compare()
	return d, err
}

func (d *Draft) compare() {
	d.Near = Sums{Served: d.NearServed, Travel: d.NearTravel, Most: d.NearMost, Cost: d.NearCost}
}

// ListInput asks for the latest plans.
type ListInput struct{ db.Paging }

// List gives the plans with a line in the actor's scope, or made by him, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Draft], error) {
	return act.Read(ctx, s.db, Plan, func(tx *db.Tx) (out db.Page[Draft], err error) {
		rows, err := drafts(ctx, tx, auth.ScopeOf(ctx, Plan), auth.From(ctx).Account, in)
		for i := range rows {
			rows[i].compare()
		}
		out = db.PageOf(rows, in.Paging, func(d Draft) []string { return db.Key(d.ID) })
		return out, err
	})
}

// ChooseInput names lines of a plan; All means all that are still proposals.
type ChooseInput struct {
	ID    db.ID   `path:"id"`
	Lines []db.ID `json:"lines" required:"false" maxItems:"500"`
	All   bool    `json:"all" required:"false"`
}

// mostSent is how many lines one call sends; the rest waits for the next.
const mostSent = 500

// Send offers the chosen lines, as dispatching by hand does: each is checked again, and a line that no longer fits says why and stops
// no other.
func (s *Service) Send(ctx context.Context, in ChooseInput) (Sheet, error) {
	return s.choose(ctx, in, "dispatch.send", func(ctx context.Context, tx *db.Tx, lines []Line) error {
		for len(lines) > 0 {
			n := slices.IndexFunc(lines, func(l Line) bool { return l.OrderID != lines[0].OrderID })
			if n < 0 {
				n = len(lines)
			}
			if err := s.sendOne(ctx, tx, lines[:n]); err != nil {
				return err
			}
			lines = lines[n:]
		}
		return nil
	})
}

// sendOne offers the lines of one order.
func (s *Service) sendOne(ctx context.Context, tx *db.Tx, lines []Line) error {
	var ids []db.ID
	for _, l := range lines {
		ids = append(ids, l.VolunteerID)
	}
	why, err := s.orders.OfferTo(ctx, tx, lines[0].OrderID, ids)
	if errs.KindOf(err) == errs.Denied {
		return errs.Deny(fmt.Sprintf("%s 由站里发：请站点管理员在“一起派单”里发出", lines[0].No))
	}
	if err != nil && errs.KindOf(err) == 0 {
		return err
	}
	for _, l := range lines {
		l.State, l.Why = Sent, ""
		if reason := why[l.VolunteerID]; reason != "" {
			l.State, l.Why = Failed, reason
		}
		if err != nil {
			l.State, l.Why = Failed, err.Error()
		}
		if err := setLine(ctx, tx, l); err != nil {
			return err
		}
	}
	return nil
}

// Drop takes lines out of a plan: they are not offered. The orders go on waiting.
func (s *Service) Drop(ctx context.Context, in ChooseInput) (Sheet, error) {
	return s.choose(ctx, in, "dispatch.drop", func(ctx context.Context, tx *db.Tx, lines []Line) error {
		for _, l := range lines {
			l.State = Dropped
			if err := setLine(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
}

func (in ChooseInput) check() error {
	c := errs.Check{}
	c.That(in.All || len(in.Lines) > 0, "lines", "请选几条")
	return c.Err()
}

// choose does something with proposals of a plan.
func (s *Service) choose(ctx context.Context, in ChooseInput, action string,
	do func(context.Context, *db.Tx, []Line) error) (out Sheet, err error) {
	return act.Write(ctx, s.db, act.Op{Perm: Plan, Check: in.check}, func(tx *db.Tx) (out Sheet, err error) {
		d, err := draft(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		chosen, err := proposals(ctx, tx, auth.ScopeOf(ctx, Plan), in)
		if err != nil {
			return out, err
		}
		if len(chosen) == 0 {
			return out, errs.WrongState("选的都已经办过了")
		}
		if err := do(ctx, tx, chosen); err != nil {
			return out, err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: "dispatch_plan", ID: d.ID.String(), Region: d.Region,
			Detail: map[string]any{"lines": len(chosen)}}); err != nil {
			return out, err
		}
		return sheet(ctx, tx, ReadInput{ID: in.ID})
	})
}
