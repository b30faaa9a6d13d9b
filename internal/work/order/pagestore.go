package order

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/people/insurance"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
	"linli/internal/work/order/wish"
)

const (
	rowColumns = columns + `, p.name AS recipient, c.name AS item, c.icon`
	rowTables  = ` FROM orders o JOIN person p ON p.id = o.recipient_id JOIN catalogue_item c ON c.id = o.catalogue_id`
)

var communities = db.Query[Choice](`SELECT code, name FROM region WHERE level = 5 AND valid_to = 99991231 AND code BETWEEN $1
	AND $2 ORDER BY code`)

type usage struct {
	CatalogueID db.ID
	Times       int64
}

// usedHere counts how often each service was asked for in a community since a day.
var usedHere = db.Query[usage](`SELECT catalogue_id, count(*) AS times FROM orders WHERE region = $1 AND day >= $2 GROUP BY catalogue_id`)

// onBoard narrows to what one column of the board holds.
func onBoard(b *db.Builder, in BoardInput, states []State) {
	db.In(b, ` AND o.state`, states).If(in.Day != 0, ` AND o.day = ?`, in.Day)
	named(b, in.Q)
}

// named narrows to a number of an order, or to the name of its person.
func named(b *db.Builder, q string) {
	if strings.Trim(q, "0123456789-") == "" {
		b.If(q != "", ` AND o.no LIKE ?`, "%"+q+"%")
	} else {
		db.NameFilter(b, "person", "o.recipient_id", q)
	}
}

func boardCount(ctx context.Context, tx *db.Tx, scope auth.Scope, in BoardInput, states []State) (int64, error) {
	b := tx.Build(`SELECT count(*) FROM orders o WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id"})
	onBoard(b, in, states)
	return db.SelectOne[int64](ctx, tx, b)
}

func boardCards(ctx context.Context, tx *db.Tx, scope auth.Scope, in BoardInput, states []State) ([]Row, error) {
	return rows(ctx, tx, scope, func(b *db.Builder) {
		onBoard(b, in, states)
		b.Add(` ORDER BY CASE WHEN o.window_end < ? AND o.state IN ('submitted', 'queued', 'open', 'offered', 'accepted') THEN 0 ELSE 1 END,
			o.urgent DESC, o.window_start, o.id LIMIT ?`, tx.Now, boardMost)
	})
}

// rows gives the orders of a scope that more picks, with their volunteers.
func rows(ctx context.Context, tx *db.Tx, scope auth.Scope, more func(*db.Builder)) ([]Row, error) {
	b := tx.Build(`SELECT ` + rowColumns + rowTables + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id"})
	more(b)
	found, err := db.Select[Row](ctx, tx, b)
	if err != nil {
		return nil, err
	}
	return found, withHelpers(ctx, tx, found)
}

func withHelpers(ctx context.Context, tx *db.Tx, found []Row) error {
	orders := make([]Order, len(found))
	for i, r := range found {
		orders[i] = r.Order
	}
	who, err := helpers(ctx, tx, orders)
	for i := range found {
		found[i].Volunteers = helpersOf(ctx, who[found[i].ID])
	}
	return err
}

func search(ctx context.Context, tx *db.Tx, scope auth.Scope, in SearchInput, limit int) ([]Row, error) {
	var at time.Time
	var id db.ID
	more, err := in.After(&at, &id)
	if err != nil {
		return nil, err
	}
	return rows(ctx, tx, scope, func(b *db.Builder) {
		named(b, in.Q)
		b.If(in.State != "", ` AND o.state = ?`, in.State).If(in.Kind != "", ` AND o.category = ?`, in.Kind)
		b.If(in.From != 0, ` AND o.day >= ?`, in.From).If(in.To != 0, ` AND o.day <= ?`, in.To)
		if in.Sort == "window" {
			b.If(more, ` AND (o.window_start, o.id) > (?, ?)`, at, id).Add(` ORDER BY o.window_start, o.id LIMIT ?`, limit)
			return
		}
		b.If(more, ` AND o.id < ?`, id).Add(` ORDER BY o.id DESC LIMIT ?`, limit)
	})
}

// dues gives the deadlines of a scope up to a time, soonest first; the end of a window is no work of the station.
func dues(ctx context.Context, tx *db.Tx, scope auth.Scope, until time.Time) ([]DueRow, error) {
	b := tx.Build(`SELECT `+rowColumns+`, d.kind, d.due_at`+rowTables+
		` JOIN order_due d ON d.order_id = o.id WHERE d.kind NOT IN ('window', 'evaluate') AND d.due_at <= ?
		AND o.state NOT IN ('submitted', 'queued', 'open')`, until)
	scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id"})
	return db.Select[DueRow](ctx, tx, b.Add(` ORDER BY d.due_at, d.id LIMIT 30`))
}

type stateCount struct {
	State State
	N     int64
}

// counts gives how many orders of a scope stand in each state that has not ended.
func counts(ctx context.Context, tx *db.Tx, scope auth.Scope) (map[State]int64, error) {
	b := tx.Build(`SELECT o.state, count(*) AS n FROM orders o WHERE o.state NOT IN ('closed', 'cancelled', 'rejected')`)
	scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id"})
	found, err := db.Select[stateCount](ctx, tx, b.Add(` GROUP BY o.state`))
	out := map[State]int64{}
	for _, c := range found {
		out[c.State] = c.N
	}
	return out, err
}

// ownRows gives a resident's orders, newest first.
func ownRows(ctx context.Context, tx *db.Tx, me db.ID, in ListInput) ([]Row, error) {
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT `+rowColumns+rowTables+` WHERE o.id IN (SELECT id FROM orders WHERE recipient_id = ? UNION SELECT id
		FROM orders WHERE requester_id = ?)`, me, me)
	b.If(in.State != "", ` AND o.state = ?`, in.State).If(more, ` AND o.id < ?`, last)
	found, err := db.Select[Row](ctx, tx, b.Add(` ORDER BY o.id DESC LIMIT ?`, in.Size()+1))
	if err != nil {
		return nil, err
	}
	return found, withHelpers(ctx, tx, found)
}

// partRows gives the orders in which a person's part stands so, soonest first.
func partRows(ctx context.Context, tx *db.Tx, me db.ID, parts ...Part) ([]Row, error) {
	b := tx.Build(`SELECT `+rowColumns+rowTables+` JOIN assignment a ON a.order_id = o.id AND a.round = o.round WHERE a.person_id = ?`, me)
	return db.Select[Row](ctx, tx, db.In(b, ` AND a.state`, parts).Add(` ORDER BY o.window_start, o.id LIMIT 50`))
}

// suited gives the open orders of a volunteer's town that he may serve, with the reasons.
func suited(ctx context.Context, tx *db.Tx, me db.ID) (out []Suited, err error) {
	v, ok, err := volunteer.OfPerson(ctx, tx, me)
	if err != nil || !ok || v.Status != volunteer.Active {
		return nil, err
	}
	p, err := volunteer.Load(ctx, tx, v.ID)
	if err != nil {
		return nil, err
	}
	open, err := db.Select[Row](ctx, tx, tx.Build(`SELECT `+rowColumns+rowTables+
		` WHERE o.region/1000 = ? AND o.state = 'open' AND o.window_end > ?
		ORDER BY o.urgent DESC, o.window_start, o.id LIMIT 40`, int64(v.Region)/1000, tx.Now))
	if err != nil {
		return nil, err
	}
	busy, err := busyWith.All(ctx, tx, v.ID, clock.DayOf(tx.Now), clock.DayOf(tx.Now).AddDays(40))
	if err != nil {
		return nil, err
	}
	limit, err := setting.Int(ctx, tx, setting.DayMinutesMax, v.Region)
	if err != nil {
		return nil, err
	}
	people := make([]db.ID, len(open))
	for i, r := range open {
		people[i] = r.RecipientID
	}
	wishes, err := wish.Of(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	book, err := insurance.Around(ctx, tx, v.Region, v.ID, clock.DayOf(tx.Now))
	if err != nil {
		return nil, err
	}
	for _, r := range open {
		item, err := catalogue.Get(ctx, tx, r.CatalogueID)
		if err != nil {
			return nil, err
		}
		if Unfit(r.Order, item, wishes[r.RecipientID], book, p, r.WindowStart) == "" && Clash(ctx, r.Order, busy, limit) == "" {
			out = append(out, Suited{r, whySuited(r, item, p)})
		}
	}
	return out, nil
}

// whySuited says in words what speaks for a volunteer.
func whySuited(r Row, item catalogue.Item, p volunteer.Profile) []string {
	out := []string{"那时您没有别的安排"}
	if r.Region == p.Region {
		out = append(out, "就在您的嘎查村（社区）")
	}
	if len(item.Skills) > 0 {
		out = append(out, "您会要求的技能")
	}
	if len(item.Languages) > 0 {
		out = append(out, "您会要求的语言")
	}
	if item.Insured() {
		out = append(out, "您的保险在有效期里")
	}
	return out
}
