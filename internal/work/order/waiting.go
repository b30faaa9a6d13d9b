package order

import (
	"context"
	"errors"
	"slices"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Waiting is an order that waits to be dispatched, with the places that nobody has taken.
type Waiting struct {
	Order
	Taken int64
}

// Places is how many volunteers are still to be found.
func (w Waiting) Places() int64 { return max(0, w.Needed-w.Taken) }

// Queue gives the orders of a scope that wait to be dispatched and begin after now, until a day, the earliest first; at most limit.
// Where is a division or, when it is set, one station.
func Queue(ctx context.Context, tx *db.Tx, scope auth.Scope, at auth.Region, station db.ID, until clock.Day, limit int) ([]Waiting, error) {
	return queue(ctx, tx, scope, at, station, until, limit)
}

// OfferTo offers a waiting order to volunteers, as Dispatch does, within the transaction of a caller who offers many. Those who may
// not serve now are left out and named in why; when nobody is left the order stays as it is. The actor must be able to act as the
// station on the order.
func (s *Service) OfferTo(ctx context.Context, tx *db.Tx, id db.ID, volunteers []db.ID) (why map[db.ID]string, err error) {
	o, ok, err := db.Found(byID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	t, err := begin(ctx, tx, Dispatch, Ask{ID: id, Version: o.Version}, 0)
	if err == nil {
		err = t.inTime()
	}
	if err != nil {
		return nil, err
	}
	why = map[db.ID]string{}
	offered := 0
	for _, v := range slices.Compact(slices.Sorted(slices.Values(volunteers))) {
		reason, err := t.unable(ctx, v)
		if err != nil {
			return nil, err
		}
		if reason != "" {
			why[v] = reason
			continue
		}
		if err := s.offer(ctx, t, v); err != nil {
			return nil, err
		}
		offered++
	}
	if offered == 0 {
		return why, nil
	}
	return why, s.finish(ctx, t, Offered)
}

// unable says why a volunteer cannot be offered the order now, or "".
func (t *turn) unable(ctx context.Context, id db.ID) (string, error) {
	if a := t.live(id); a != nil {
		return "这一单：" + a.State.Word(), nil
	}
	return MayServe(ctx, t.tx, t.order, id, t.order.WindowStart)
}

// live is the part of a volunteer that still runs, or nil.
func (t *turn) live(id db.ID) *Assignment {
	for _, a := range standing(t.parts, PartOffered, PartAccepted, PartCheckedIn) {
		if a.VolunteerID == id {
			return &a
		}
	}
	return nil
}

// Up passes an order that found nobody to the next level, within the transaction of a caller.
func (s *Service) Up(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	o, parts, err := lock(ctx, tx, id)
	if err != nil {
		return err
	}
	t := &turn{tx: tx, order: o, from: o.State, parts: parts, voice: Voice{Channel: "web"}}
	if t.from != Queued || t.up() != nil {
		return nil
	}
	if err := s.clockMove(ctx, t, Escalate, Queued, reason); err != nil {
		return err
	}
	return s.tellStation(ctx, tx, t.order, "有一单上报协调", reason)
}

// When is the window in words.
func (w Waiting) When(ctx context.Context) string { return w.when(ctx) }

// TellStation sends word to the managers of a station; the text names neither a person nor an address.
func TellStation(ctx context.Context, tx *db.Tx, id db.ID, title, text string) error {
	to, err := station.Managers(ctx, tx, id)
	for _, account := range to {
		err = errors.Join(err, notify.Send(ctx, tx, notify.Message{To: account, Kind: "order", Title: title, Text: text, Link: "/desk"}))
	}
	return err
}

// Load is how much a volunteer has served lately.
type Load struct {
	VolunteerID db.ID
	Month       int64 // services of the 30 days before, and those he has taken on
	NoShows     int64 // times he did not come in the 90 days before
}

// Loads gives the loads before a day of the volunteers who have any.
func Loads(ctx context.Context, tx *db.Tx, volunteers []db.ID, day clock.Day) (map[db.ID]Load, error) {
	rows, err := loads(ctx, tx, volunteers, day)
	out := make(map[db.ID]Load, len(rows))
	for _, r := range rows {
		out[r.VolunteerID] = r
	}
	return out, err
}

// Acquaintance says how often a volunteer has served a person.
type Acquaintance struct {
	RecipientID db.ID
	VolunteerID db.ID
	Times       int64
}

// Acquaintances gives who has served the persons, and how often.
func Acquaintances(ctx context.Context, tx *db.Tx, persons []db.ID) ([]Acquaintance, error) {
	return acquaintances(ctx, tx, persons)
}

// Parts gives the latest part of each volunteer in the present rounds of orders, by order and volunteer.
func Parts(ctx context.Context, tx *db.Tx, orders []db.ID) (map[db.ID]map[db.ID]Part, error) {
	rows, err := presentParts(ctx, tx, orders)
	out := map[db.ID]map[db.ID]Part{}
	for _, r := range rows {
		if out[r.OrderID] == nil {
			out[r.OrderID] = map[db.ID]Part{}
		}
		out[r.OrderID][r.VolunteerID] = r.State
	}
	return out, err
}

// Engaged gives what the volunteers have taken on, and what they have done, from a day until another.
func Engaged(ctx context.Context, tx *db.Tx, volunteers []db.ID, from, until clock.Day) (map[db.ID][]Appointment, error) {
	return engaged(ctx, tx, volunteers, from, until)
}

// Brief is an order in one line.
type Brief struct {
	ID          db.ID       `json:"id"`
	No          string      `json:"no"`
	Title       string      `json:"title"`
	State       State       `json:"state"`
	Region      auth.Region `json:"region"`
	CatalogueID db.ID       `json:"catalogue_id"`
	WindowStart time.Time   `json:"window_start"`
	WindowEnd   time.Time   `json:"window_end"`
}

// When is the window in words.
func (b Brief) When(ctx context.Context) string { return clock.Span(ctx, b.WindowStart, b.WindowEnd) }

// Briefs gives those of the orders that lie in a scope, the earliest first; at most limit.
func Briefs(ctx context.Context, tx *db.Tx, scope auth.Scope, ids []db.ID, limit int) ([]Brief, error) {
	return briefs(ctx, tx, scope, ids, limit)
}
