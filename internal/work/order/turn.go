package order

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/work/order/live"
)

// Ask is what every move carries: which order, the version that was read, who spoke, and why. The version is required of the station.
type Ask struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" required:"false" minimum:"0" doc:"看到的版本；站点办理时必填"`
	Reason  string `json:"reason" required:"false" maxLength:"400"`
	Voice
}

// turn is one move in progress. The order row stays locked until the transaction ends.
type turn struct {
	tx     *db.Tx
	move   Move
	order  Order // as it will stand
	from   State
	parts  []Assignment // of the present round
	self   bool         // the actor is himself the resident or the volunteer
	behalf string       // who spoke, when he is not
	voice  Voice
	reason string
	served db.ID // the volunteer whose part it is, for the timeline
	after  func() error
}

// permOf says which permission each move of a person asks for; the clock's own moves have none.
var permOf = map[Move]auth.Perm{Review: Handle, Dispatch: Handle, OpenUp: Handle, Escalate: Handle, Withdraw: Handle, Reschedule: Handle,
	NoShow: Handle, BreakOff: Handle, Resubmit: Own, Amend: Own, Appeal: Own, Confirm: Own, Dispute: Own, Evaluate: Own, Reopen: Own,
	Cancel: Drop, Accept: Serve, Decline: Serve, HandBack: Serve, CheckIn: Serve, CheckOut: Serve, Resolve: Handle}

// act is the frame of every move: may they at all, lock the order, may they here, is it the turn for it; then do changes the order and
// says where it goes.
func (s *Service) act(ctx context.Context, m Move, ask Ask, part db.ID, do func(*turn) (State, error)) (Detail, error) {
	return act.Write(ctx, s.db, act.Op{Perm: permOf[m], Check: ask.check}, func(tx *db.Tx) (Detail, error) {
		t, err := begin(ctx, tx, m, ask, part)
		if err != nil {
			return Detail{}, err
		}
		to, err := do(t)
		if err != nil {
			return Detail{}, err
		}
		if err := s.finish(ctx, t, to); err != nil {
			return Detail{}, err
		}
		if t.after != nil { // what those above judge by the timeline, this move included
			if err := t.after(); err != nil {
				return Detail{}, err
			}
		}
		return s.detail(ctx, tx, t.order)
	})
}

func (ask Ask) check() error {
	c := errs.Check{}
	c.That(ask.Reason == "" || strings.TrimSpace(ask.Reason) != "", "reason", "请写明原因")
	noNumbers(c, "reason", ask.Reason)
	noNumbers(c, "spoken_by", ask.SpokenBy)
	return c.Err()
}

// number is a telephone or identity number in free text, which would stand there unsealed.
var number = regexp.MustCompile(`(^|\D)(1\d{10}|\d{17}[\dXx])(\D|$)`)

func noNumbers(c errs.Check, field, text string) {
	c.That(!number.MatchString(text), field, "请不要在这里写电话号码或者身份证号")
}

// lock loads the order and the parts of its round and holds the order's row.
func lock(ctx context.Context, tx *db.Tx, id db.ID) (Order, []Assignment, error) {
	o, ok, err := db.Found(lockByID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err != nil {
		return o, nil, err
	}
	parts, err := partsOf.All(ctx, tx, o.ID, o.Round)
	return o, parts, err
}

func begin(ctx context.Context, tx *db.Tx, m Move, ask Ask, part db.ID) (*turn, error) {
	o, parts, err := lock(ctx, tx, ask.ID)
	if err != nil {
		return nil, err
	}
	if err := sees(ctx, tx, o); err != nil {
		return nil, err
	}
	t := &turn{tx: tx, move: m, order: o, from: o.State, parts: parts, voice: ask.Voice, reason: strings.TrimSpace(ask.Reason)}
	if err := t.side(ctx, part); err != nil {
		return nil, err
	}
	if err := t.spoken(m); err != nil {
		return nil, err
	}
	if !t.self && ask.Version == 0 {
		return nil, errs.Field("version", "请带上看到的版本")
	}
	if ask.Version != 0 && ask.Version != o.Version {
		return nil, errs.ErrStale
	}
	if !m.starts(o.State) {
		return nil, wrong(m, o.State)
	}
	return t, nil
}

func wrong(m Move, s State) error {
	return errs.WrongState("订单现在是“" + s.Word() + "”，不能" + m.Word())
}

// sees answers NotFound unless the actor may see the order: in his scope, his own, or with a part of his. Volunteers of the town see
// an order that was opened to them.
func sees(ctx context.Context, tx *db.Tx, o Order) error {
	if err := auth.Allow(ctx, View); err != nil {
		return err
	}
	own := []db.ID{o.RecipientID, o.RequesterID}
	if me := auth.From(ctx).Person; me != 0 && !o.isOwner(me) {
		n, err := everServed.One(ctx, tx, o.ID, me)
		if err != nil {
			return err
		}
		if n == 0 {
			if n, err = openTo(ctx, tx, o, me); err != nil {
				return err
			}
		}
		if n > 0 {
			own = append(own, me)
		}
	}
	return auth.Require(ctx, View, View, o.place(own...))
}

// openTo counts the times that the order was open to a volunteer of its town.
func openTo(ctx context.Context, tx *db.Tx, o Order, person db.ID) (int64, error) {
	v, ok, err := volunteer.OfPerson(ctx, tx, person)
	if err != nil || !ok || v.Status != "active" || v.Region.At(auth.LevelTown) != o.Region.At(auth.LevelTown) {
		return 0, err
	}
	return timesOpened.One(ctx, tx, o.ID)
}

// side finds out for whom the actor acts: for himself, or as the station. Who may see the order but do neither is denied.
func (t *turn) side(ctx context.Context, part db.ID) (err error) {
	perm, me := permOf[t.move], auth.From(ctx).Person
	if me != 0 && auth.Can(ctx, perm, auth.Place{Persons: []db.ID{me}}) {
		if t.self = perm != Handle && t.order.isOwner(me); perm == Serve {
			t.self, err = t.serves(ctx, me, part)
		}
	}
	if err != nil || t.self || handles(ctx, perm, t.order) || t.move == Resolve && auth.Can(ctx, Second, t.order.place()) {
		return err
	}
	return errs.ErrDenied
}

// serves says whether the person acts on his own part: the one named, or the one that is his.
func (t *turn) serves(ctx context.Context, me, part db.ID) (bool, error) {
	v, ok, err := volunteer.OfPerson(ctx, t.tx, me)
	return ok && (part == 0 || part == v.ID) && (t.move == Accept || t.partOf(me) != nil), err
}

// partOf is the latest part of a person in this round, or nil.
func (t *turn) partOf(person db.ID) *Assignment {
	for i := len(t.parts) - 1; i >= 0; i-- {
		if t.parts[i].PersonID == person {
			return &t.parts[i]
		}
	}
	return nil
}

// part finds the latest part of a volunteer, or of the actor when none is named.
func (t *turn) part(ctx context.Context, volunteerID db.ID) (*Assignment, error) {
	if volunteerID == 0 && !t.self {
		return nil, errs.Field("volunteer_id", "请写明是哪位志愿者")
	}
	me := auth.From(ctx).Person
	for i := len(t.parts) - 1; i >= 0; i-- {
		if a := &t.parts[i]; a.VolunteerID == volunteerID || volunteerID == 0 && a.PersonID == me {
			t.served = a.VolunteerID
			return a, nil
		}
	}
	return nil, errs.Field("volunteer_id", "这位志愿者不在这一单里")
}

// offices rank who may act as the station: up to the level that holds the order.
var (
	offices = map[auth.Role]int{auth.StationManager: 0, auth.CommunityHead: 0, auth.TownOfficer: 1, auth.BannerOfficer: 2,
		auth.LeagueOfficer: 3, auth.RegionOfficer: 4}
	levels = []string{"station", "town", "banner", "league", "region"}
)

// levelSet are what people call the levels.
var levelSet = set.New("orders.level",
	set.Row{"station", "服务站"}, set.Row{"town", "苏木乡镇（街道）"}, set.Row{"banner", "旗县区"}, set.Row{"league", "盟市"},
	set.Row{"region", "自治区"})

// handles says whether the actor may act as the station on the order: the station's own people always, an office above once the order
// has been passed up to it.
func handles(ctx context.Context, p auth.Perm, o Order) bool {
	a := auth.From(ctx)
	if a.System != "" {
		return true
	}
	level := slices.Index(levels, o.Level)
	a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g auth.Grant) bool {
		rank, is := offices[g.Role]
		return !is || rank > level
	})
	return auth.Can(auth.With(ctx, a), p, o.place())
}

// Handled gives an order on which the actor may act as the station, under a permission of the area that asks.
func Handled(ctx context.Context, tx *db.Tx, id db.ID, p auth.Perm) (Order, error) {
	o, err := load(ctx, tx, id)
	if err == nil && !handles(ctx, p, o) {
		err = errs.ErrDenied
	}
	return o, err
}

// spokenFor are the moves that belong to a resident or a volunteer: when the station makes one, it names who spoke and how.
var spokenFor = []Move{Resubmit, Amend, Appeal, Confirm, Dispute, Evaluate, Reopen, Accept, Decline, HandBack}

// spoken checks who spoke and over which channel.
func (t *turn) spoken(m Move) error {
	v := &t.voice
	v.SpokenBy = strings.TrimSpace(v.SpokenBy)
	switch {
	case t.self:
		v.SpokenBy = ""
	case slices.Contains(spokenFor, m) && v.SpokenBy == "":
		return errs.Field("spoken_by", "代办请写明是谁说的")
	}
	t.behalf = v.SpokenBy
	if v.Channel == "" {
		v.Channel = "web"
		if t.behalf != "" {
			v.Channel = "desk"
		}
	}
	if t.behalf != "" && v.Channel == "web" {
		return errs.Field("channel", "代办请写明是电话、到站、走访还是上级转办")
	}
	return nil
}

// needReason refuses a move without a reason.
func (t *turn) needReason(words string) error {
	if t.reason == "" {
		return errs.Field("reason", words)
	}
	return nil
}

// set moves one part of the order and keeps t.parts true. It is refused when the part is not where the caller saw it.
func (t *turn) set(ctx context.Context, a *Assignment, to Part, reason string) error {
	n, err := updatePart.Run(ctx, t.tx, a.ID, a.State, to, t.tx.Now, reason)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.WrongState("这位志愿者现在是“" + a.State.Word() + "”")
	}
	a.State, a.At, a.Reason = to, t.tx.Now, reason
	_, err = dropPart.Run(ctx, t.tx, a.ID)
	return err
}

// setAll moves all parts that stand in from.
func (t *turn) setAll(ctx context.Context, to Part, reason string, from ...Part) error {
	for i := range t.parts {
		if slices.Contains(from, t.parts[i].State) {
			if err := t.set(ctx, &t.parts[i], to, reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// derived is where the parts put the order.
func (t *turn) derived() State { return derive(t.order.State, t.order.Needed, t.parts) }

// finish stores the order in its new state, with its line in the timeline and the trail, its deadlines and the news for live pages.
func (s *Service) finish(ctx context.Context, t *turn, to State) error {
	tx := t.tx
	if !t.move.leads(t.from, to) {
		return fmt.Errorf("order %s: %s leads from %s not to %s", t.order.ID, t.move, t.from, to)
	}
	t.order.State = to
	if to != t.from {
		t.order.StateAt = tx.Now
	}
	if to.Ended() {
		now := tx.Now
		t.order.ClosedAt = &now
	}
	n, err := update(ctx, tx, t.order)
	if err != nil {
		return err
	}
	if n == 0 {
		return errs.ErrStale
	}
	t.order.Version++
	if err := t.write(ctx); err != nil {
		return err
	}
	if err := s.plan(ctx, tx, t.order, t.from); err != nil {
		return err
	}
	return s.told(ctx, tx, t.order, t.from)
}

// write adds the move to the timeline and to the trail.
func (t *turn) write(ctx context.Context) error {
	o, a := t.order, auth.From(ctx)
	if _, err := insertEvent.Run(ctx, t.tx, t.tx.NewID(), o.ID, o.Region, t.tx.Now, t.move, t.from, o.State, o.Version, a.Account, a.Name,
		t.behalf, t.voice.Channel, t.reason, t.served); err != nil {
		return err
	}
	e := audit.Entry{Action: "order." + string(t.move), Object: "order", ID: o.ID.String(), Region: o.Region, Cause: t.reason}
	if t.reason != "" {
		var err error
		if e.Names, err = namesIn.All(ctx, t.tx, o.RecipientID, o.RequesterID, o.ID); err != nil {
			return err
		}
	}
	e.Detail = map[string]any{"from": t.from, "to": o.State, "version": o.Version, "channel": t.voice.Channel, "on_behalf": t.behalf != "",
		"volunteer": t.served}
	return audit.Write(ctx, t.tx, e)
}

// namesIn are the names of those whom an order is about.
var namesIn = db.Query[string](`SELECT name FROM person WHERE id IN ($1, $2) OR id IN (SELECT person_id FROM assignment WHERE order_id = $3)`)

// told publishes the change and, once it is committed, wakes the live pages.
func (s *Service) told(ctx context.Context, tx *db.Tx, o Order, from State) error {
	tx.AfterCommit(func() {
		s.live.Tell(live.Change{OrderID: o.ID, Version: o.Version, Region: o.Region, StationID: o.StationID})
	})
	return s.Changed.Publish(ctx, tx, ChangedEvent{OrderID: o.ID, Version: o.Version, StationID: o.StationID, Region: o.Region, From: from,
		To: o.State})
}
