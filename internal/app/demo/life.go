package demo

import (
	"context"
	"slices"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/attendance"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// life is one order from the call to the judgement. It goes on by itself until it comes to the state end, or to now.
type life struct {
	*world
	place     *place
	recipient *soul
	item      catalogue.Item
	window    order.Window
	urgent    bool
	end       order.State // where nobody does anything any more
	troubled  bool        // a decline, or a dispute that ends well
	sure      bool        // comes to its end in time, whatever else happens
	id        db.ID
	code      string // of the resident who ordered himself
	team      []*soul
}

// fates are the ends of orders whose time is over, in hundredths. Served and confirmed go on by the clock: to unconfirmed, and to
// closed without a rating.
var fates = []struct {
	end order.State
	of  int
}{{order.Closed, 50}, {order.Confirmed, 20}, {order.Cancelled, 15}, {order.Rejected, 8}, {order.Served, 3}, {order.Queued, 2},
	{order.Disputed, 2}}

// pendingEnds are the ends of orders whose time is to come.
var pendingEnds = []order.State{order.Submitted, order.NeedsInfo, order.Queued, order.Open, order.Offered, order.Accepted, order.Accepted,
	order.Accepted, order.Closed}

// each is every state once, with the hours from now to its window: what a demo shows for sure.
var each = []struct {
	end   order.State
	hours int
}{{order.Submitted, 50}, {order.NeedsInfo, 60}, {order.Rejected, 40}, {order.Queued, 30}, {order.Open, 35}, {order.Offered, 45},
	{order.Accepted, 26}, {order.InService, 0}, {order.Served, -5}, {order.Served, -290}, {order.Confirmed, -28}, {order.Disputed, -40},
	{order.Closed, -60}, {order.Cancelled, -20}}

// orders plans all orders: each state once at the base, a few in the other league, the others over the days before and two weeks after now.
func (w *world) orders() {
	for _, e := range each {
		start := w.now.In(clock.Shanghai).Add(time.Duration(e.hours) * time.Hour).Truncate(time.Minute)
		switch day := clock.DayOf(start).Time(); {
		case e.hours == 0:
			start = start.Add(-20 * time.Minute)
		case (e.hours >= 20 || e.hours <= -20) && (start.Hour() < 8 || start.Hour() > 18): // nobody is called out at night for a demo
			start = day.Add(10 * time.Hour)
		}
		w.live(0, start, e.end, true)
	}
	const first, ahead = 7, 14 // days: nobody orders before everybody is there
	n := w.scale.Orders - len(each)
	for i := range n {
		day := clock.DayOf(w.start).AddDays(first + i*(w.scale.Days+ahead-first)/n)
		start := day.Time().Add(time.Duration(32+w.rng.IntN(38)) * 15 * time.Minute)
		at := w.rng.IntN(w.scale.Stations)
		switch {
		case i%(n/few) == 0:
			at = w.scale.Stations
		case w.scale.OneTown && w.rng.IntN(4) == 0:
			at = 0 // so that there is something to see
		}
		w.live(at, start, w.fate(start), false)
	}
}

func (w *world) fate(start time.Time) order.State {
	if start.After(w.now) {
		return pick(w.rng, pendingEnds)
	}
	n := w.rng.IntN(100)
	for _, f := range fates {
		if n -= f.of; n < 0 {
			return f.end
		}
	}
	return order.Closed
}

// live plans one order, which is asked for some days before its window.
func (w *world) live(at int, start time.Time, end order.State, sure bool) {
	l := &life{world: w, end: end, sure: sure, urgent: w.rng.IntN(30) == 0, troubled: !sure && w.rng.IntN(20) == 0, item: w.menu[0]}
	if !sure {
		l.item = w.askable()
	}
	l.window = order.Window{WindowStart: start, WindowEnd: start.Add(time.Duration(max(l.item.Minutes, 30)) * time.Minute)}
	w.at(l.asked(), func(ctx context.Context) error {
		l.place = w.places[at]
		return l.create(ctx)
	})
}

// asked is when the order is made: some days ahead, and before now; one that nobody has looked at yet only just.
func (l *life) asked() time.Time {
	start := l.window.WindowStart
	switch t := l.daytime(l.later(start.AddDate(0, 0, -2-l.rng.IntN(4)), -120, 120)); {
	case l.end == order.Submitted && start.After(l.now):
		return l.later(l.now, -100, -30)
	case l.sure && start.After(l.now):
		return l.later(l.now, -34*60, -31*60)
	case l.sure:
		return l.later(start, -34*60, -31*60)
	case t.After(l.now.Add(-2 * time.Hour)):
		return l.later(l.now, -30*60, -2*60)
	default:
		return t
	}
}

// afterwards is up to so many minutes later, by day.
func (l *life) afterwards(t time.Time, from, to int) time.Time {
	if l.sure {
		to = from + 10
	}
	return l.daytime(l.later(t, from, to))
}

// askable picks a service that somebody without papers may render, seldom one for several.
func (w *world) askable() catalogue.Item {
	for {
		it := pick(w.rng, w.menu)
		if it.TrainingCode == "" && it.QualificationCode == "" && (it.Needed == 1 || w.rng.IntN(4) == 0) {
			return it
		}
	}
}

// then plans the next step.
func (l *life) then(t time.Time, step func(ctx context.Context) error) { l.at(t, step) }

// ask is what a station's move carries: the version that it sees. ok is false when the order no longer stands in one of the states,
// because the clock or somebody else was there first.
func (l *life) ask(ctx context.Context, states ...order.State) (ask order.Ask, ok bool, err error) {
	err = l.app.DB.Read(ctx, func(tx *db.Tx) error {
		now, err := standing.One(ctx, tx, l.id)
		ask, ok = order.Ask{ID: l.id, Version: now.Version}, slices.Contains(states, now.State)
		return err
	})
	return ask, ok, err
}

var (
	wants = []string{"请帮帮忙", "家里没人手", "腿脚不方便", "老人一个人在家", "孩子都在外地", "上次来的志愿者就很好"}
	calls = []string{"phone_call", "phone_call", "desk", "visit"}
)

func (l *life) create(ctx context.Context) error {
	l.recipient = pick(l.rng, l.place.residents)
	in := order.CreateInput{CatalogueID: l.item.ID, Title: l.item.Name, Detail: pick(l.rng, wants), Region: l.place.Region, Window: l.window,
		Needed: l.item.Needed, Urgent: l.urgent, Risk: l.item.Risk}
	actor := l.recipient.actor
	if actor.Account == 0 || l.rng.IntN(3) > 0 {
		actor = l.place.manager
		in.RecipientID, in.Consent, in.Voice = l.recipient.id, "spoken", order.Voice{Channel: pick(l.rng, calls), SpokenBy: l.recipient.name}
		in.Reviewed = l.end != order.Submitted && l.end != order.NeedsInfo && l.end != order.Rejected && l.rng.IntN(4) > 0
	}
	o, err := l.app.Order.Create(auth.With(ctx, actor), in)
	if err != nil {
		return err
	}
	l.id, l.code = o.ID, o.ConfirmationCode
	if l.sure && l.end == order.Queued {
		l.unsent = l.id
	}
	now := clock.In(ctx)
	switch {
	case l.end == order.Submitted:
	case o.State == order.Queued:
		l.then(l.soon(now), l.dispatch)
	default:
		l.then(l.soon(now), l.review)
	}
	return nil
}

// soon is half an hour to three hours later, by day when there is time for that.
func (l *life) soon(t time.Time) time.Time {
	next := l.later(t, 30, 180)
	if day := l.daytime(next); day.Before(l.window.WindowStart.Add(-3 * time.Hour)) {
		return day
	}
	return l.later(t, 5, 15)
}

func (l *life) review(ctx context.Context) error {
	ask, ok, err := l.ask(ctx, order.Submitted)
	if err != nil || !ok {
		return err
	}
	in := order.ReviewInput{Ask: ask, Decision: "accept"}
	switch l.end {
	case order.NeedsInfo:
		in.Decision, in.Reason = "needs_info", "请说说家里有没有电梯、几点方便"
	case order.Rejected:
		in.Decision, in.Reason = "reject", pick(l.rng, []string{"这项要有资质的人来做，已介绍到卫生院", "那几天志愿者都在外面培训，已和本人说明"})
	}
	if _, err := l.app.Order.Review(auth.With(ctx, l.place.manager), in); err != nil {
		return err
	}
	if in.Decision == "accept" {
		l.then(l.soon(clock.In(ctx)), l.dispatch)
	}
	return nil
}

// dispatch asks volunteers, or opens the order to whoever comes first. Where nobody is free the order waits.
func (l *life) dispatch(ctx context.Context) error {
	ask, ok, err := l.ask(ctx, order.Queued)
	if err != nil || !ok || l.end == order.Queued || !l.window.WindowStart.After(clock.In(ctx)) {
		return err
	}
	manager := auth.With(ctx, l.place.manager)
	if l.end == order.Cancelled {
		ask.Reason = pick(l.rng, []string{"家里人回来了", "改天再说", "住院了，先不用"})
		_, err := l.app.Order.Cancel(manager, order.CancelInput{Ask: ask})
		return err
	}
	if l.team = l.find(int(l.item.Needed)); l.team == nil {
		return nil
	}
	now := clock.In(ctx)
	if l.end == order.Open || l.end != order.Offered && l.rng.IntN(5) == 0 {
		if _, err := l.app.Order.Open(manager, order.OpenInput{Ask: ask}); err != nil {
			return err
		}
	} else {
		in := order.DispatchInput{Ask: ask}
		for _, s := range l.team {
			in.VolunteerIDs = append(in.VolunteerIDs, s.volunteer.ID)
		}
		if _, err := l.app.Order.Dispatch(manager, in); err != nil {
			return err
		}
		if l.troubled && l.end != order.Offered && len(l.team) == 1 {
			l.then(l.soon(now), l.decline)
			return nil
		}
	}
	if l.end != order.Open && l.end != order.Offered {
		for _, s := range l.team {
			l.then(l.soon(now), func(ctx context.Context) error { return l.accept(ctx, s) })
		}
	}
	return nil
}

// find gives n volunteers of the town who are free and fit, or nil.
func (l *life) find(n int) (team []*soul) {
	pool := l.pools[l.place.Region.At(auth.LevelTown)]
	for range 40 {
		list := pool
		if l.rng.IntN(4) > 0 && len(l.place.volunteers) > n {
			list = l.place.volunteers
		}
		if s := pick(l.rng, list); l.fits(s) && !slices.Contains(team, s) {
			if team = append(team, s); len(team) == n {
				for _, s := range team {
					l.take(s, clock.DayOf(l.window.WindowStart))
				}
				return team
			}
		}
	}
	return nil
}

func (l *life) fits(s *soul) bool {
	lacks := slices.ContainsFunc(l.item.Skills, func(k string) bool { return !slices.Contains(s.volunteer.Skills, k) })
	speaks := len(l.item.Languages) == 0 || slices.ContainsFunc(l.item.Languages,
		func(k string) bool { return slices.Contains(s.languages, k) })
	away := s.kept && l.window.WindowEnd.After(l.now.AddDate(0, 0, -1))
	return !lacks && speaks && !away && (s.insured || !l.item.Insured()) && l.free(s, clock.DayOf(l.window.WindowStart))
}

// free says that a volunteer has nothing on a day yet; take gives him something.
func (w *world) free(s *soul, day clock.Day) bool {
	n := day.Sub(clock.DayOf(w.start))
	return n >= 0 && s.busy[n/64]&(1<<(n%64)) == 0
}

func (w *world) take(s *soul, day clock.Day) {
	n := day.Sub(clock.DayOf(w.start))
	s.busy[n/64] |= 1 << (n % 64)
}

// by makes a volunteer's move: himself, or the station on his word.
func (l *life) by(ctx context.Context, s *soul, ask order.Ask) (context.Context, order.PartInput) {
	if s.actor.Account != 0 {
		return auth.With(ctx, s.actor), order.PartInput{Ask: order.Ask{ID: l.id, Reason: ask.Reason}}
	}
	ask.Voice = order.Voice{Channel: "phone_call", SpokenBy: s.name}
	return auth.With(ctx, l.place.manager), order.PartInput{Ask: ask, VolunteerID: s.volunteer.ID}
}

func (l *life) decline(ctx context.Context) error {
	ask, ok, err := l.ask(ctx, order.Offered)
	if err != nil || !ok {
		return err
	}
	l.troubled = false
	ask.Reason = "那天有事"
	as, in := l.by(ctx, l.team[0], ask)
	if _, err := l.app.Order.Decline(as, in); err != nil {
		return err
	}
	l.then(l.soon(clock.In(ctx)), l.dispatch)
	return nil
}

func (l *life) accept(ctx context.Context, s *soul) error {
	ask, ok, err := l.ask(ctx, order.Open, order.Offered)
	if err != nil || !ok || !l.window.WindowEnd.After(clock.In(ctx)) {
		return err
	}
	as, in := l.by(ctx, s, ask)
	o, err := l.app.Order.Accept(as, in)
	if err != nil || o.State != order.Accepted || l.end == order.Accepted {
		return err
	}
	for _, s := range l.team {
		l.then(l.later(l.window.WindowStart, -15, 10), func(ctx context.Context) error { return l.arrive(ctx, s) })
	}
	return nil
}

// check is a volunteer's check-in or check-out.
func (l *life) check(ctx context.Context, s *soul) (context.Context, attendance.CheckInput) {
	in := attendance.CheckInput{ID: l.id}
	if s.actor.Account == 0 {
		in.VolunteerID, in.Voice = s.volunteer.ID, order.Voice{Channel: "phone_call", SpokenBy: s.name}
		return auth.With(ctx, l.place.manager), in
	}
	if l.rng.IntN(2) == 0 {
		in.Code = l.app.Attendance.StationCode(l.place.ID, clock.Today(ctx))
	}
	return auth.With(ctx, s.actor), in
}

func (l *life) arrive(ctx context.Context, s *soul) error {
	_, ok, err := l.ask(ctx, order.Accepted, order.InService)
	if err != nil || !ok {
		return err
	}
	as, in := l.check(ctx, s)
	if _, err := l.app.Attendance.CheckIn(as, in); err != nil {
		return err
	}
	l.then(l.later(l.window.WindowEnd, 1, 20), func(ctx context.Context) error { return l.leave(ctx, s) })
	return nil
}

func (l *life) leave(ctx context.Context, s *soul) error {
	_, ok, err := l.ask(ctx, order.InService)
	if err != nil || !ok {
		return err
	}
	as, in := l.check(ctx, s)
	out, err := l.app.Attendance.CheckOut(as, in)
	if err != nil || out.State != order.Served || l.end == order.Served {
		return err
	}
	next := l.confirm
	if l.end == order.Disputed || l.troubled {
		next = l.dispute
	}
	l.then(l.afterwards(clock.In(ctx), 10, 40*60), next)
	return nil
}
