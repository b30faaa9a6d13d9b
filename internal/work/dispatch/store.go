package dispatch

import (
	"context"
	"encoding/json"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const (
	draftColumns = `p.id, p.region, p.station_id, p.by_name, p.at, p.until_day, p.places, p.served, p.travel, p.most, p.cost, p.gap,
		p.near_served, p.near_travel, p.near_most, p.near_cost, p.near_gross`
	lineColumns = `l.id, l.plan_id, l.order_id, l.volunteer_id, l.region, l.station_id, l.cost, l.travel, l.reasons, l.state, l.why, o.no,
		o.title, o.urgent, o.window_start, o.window_end, n.name`
	lineTables = ` FROM dispatch_line l JOIN orders o ON o.id = l.order_id JOIN volunteer v ON v.id = l.volunteer_id
		JOIN person n ON n.id = v.person_id WHERE `
)

var (
	insertDraft = db.SQL(`INSERT INTO dispatch_plan (id, region, station_id, account_id, by_name, at, until_day, places, served, travel, most,
		cost, gap, near_served, near_travel, near_most,
		near_cost, near_gross, unserved, problem) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
		$20)`)
	insertLine = db.SQL(`INSERT INTO dispatch_line (id, plan_id, order_id, volunteer_id, region, station_id, cost, travel, reasons, state,
		why, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11)`)
	updateLine  = db.SQL(`UPDATE dispatch_line SET state = $2, why = $3, at = $4 WHERE id = $1 AND state = 'proposed'`)
	nameOf      = db.Query[string](`SELECT n.name FROM volunteer v JOIN person n ON n.id = v.person_id WHERE v.id = $1`)
	everyLine   = db.Query[Line](`SELECT ` + lineColumns + lineTables + `l.plan_id = $1 ORDER BY l.id`)
	storedText  = db.Query[string](`SELECT problem FROM dispatch_plan WHERE id = $1`)
	shortOrders = db.Query[string](`SELECT unserved FROM dispatch_plan WHERE id = $1`)
	neighbours  = db.Query[neighbour](`SELECT id, lat, lng FROM station WHERE region/1000 = $1 AND id <> $2 AND kind = 'station'
		AND status = 'open' ORDER BY id`)
	autoAsked = db.Query[int64](`SELECT count(*) FROM assignment WHERE order_id = $1 AND round = $2 AND offered_by IS NULL`)
)

type neighbour struct {
	ID  db.ID
	Lat float64
	Lng float64
}

func addDraft(ctx context.Context, tx *db.Tx, d Draft, p *problem, pairs []pair) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	short, err := json.Marshal(p.short(pairs))
	if err != nil {
		return err
	}

	_, err = insertDraft.Run(ctx, tx, d.ID, d.Region, d.StationID, auth.From(ctx).Account, d.ByName, d.At, d.UntilDay, d.Places, d.Served,
		d.Travel, d.Most, d.Cost, d.Gap, d.Near.Served, d.Near.Travel, d.Near.Most, d.Near.Cost, d.NearGross, string(short), string(text))
	return err
}

func addLine(ctx context.Context, tx *db.Tx, l Line) error {
	_, err := insertLine.Run(ctx, tx, l.ID, l.PlanID, l.OrderID, l.VolunteerID, l.Region, l.StationID, l.Cost, l.Travel, l.Reasons, l.State,
		tx.Now)
	return err
}

func setLine(ctx context.Context, tx *db.Tx, l Line) error {
	_, err := updateLine.Run(ctx, tx, l.ID, l.State, l.Why, tx.Now)
	return err
}

var lineScope = auth.Columns{Region: "l.region", Station: "l.station_id"}

// visible keeps the plans with a line in the scope, and those of one's own.
func visible(b *db.Builder, scope auth.Scope, account db.ID) *db.Builder {
	b.Add(" AND (p.account_id = ? OR EXISTS (SELECT 1 FROM dispatch_line l WHERE l.plan_id = p.id", account)
	scope.Where(b, lineScope)
	return b.Add("))")
}

func oneDraft(ctx context.Context, tx *db.Tx, scope auth.Scope, account, id db.ID) (Draft, error) {
	b := tx.Build(`SELECT `+draftColumns+` FROM dispatch_plan p WHERE p.id = ?`, id)
	return db.SelectOne[Draft](ctx, tx, visible(b, scope, account))
}

func drafts(ctx context.Context, tx *db.Tx, scope auth.Scope, account db.ID, in ListInput) ([]Draft, error) {
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return nil, err
	}
	b := visible(tx.Build(`SELECT `+draftColumns+` FROM dispatch_plan p WHERE 1 = 1`), scope, account)
	return db.Select[Draft](ctx, tx, b.If(more, " AND p.id < ?", after).Add(" ORDER BY p.id DESC LIMIT ?", in.Size()+1))
}

// lines gives the lines of a plan, the earliest service first: ids were given in that order.
func lines(ctx context.Context, tx *db.Tx, scope auth.Scope, in ReadInput) (out db.Page[Line], err error) {
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	b := tx.Build(`SELECT `+lineColumns+lineTables+`l.plan_id = ?`, in.ID)
	scope.Where(b, lineScope)
	b.If(in.State != "", " AND l.state = ?", in.State).If(more, " AND l.id > ?", after)
	rows, err := db.Select[Line](ctx, tx, b.Add(" ORDER BY l.id LIMIT ?", in.Size()+1))
	return db.PageOf(rows, in.Paging, func(l Line) []string { return db.Key(l.ID) }), err
}

func countLines(ctx context.Context, tx *db.Tx, scope auth.Scope, plan db.ID, state string) (int64, error) {
	b := tx.Build(`SELECT count(*) FROM dispatch_line l WHERE l.plan_id = ? AND l.state = ?`, plan, state)
	scope.Where(b, lineScope)
	return db.SelectOne[int64](ctx, tx, b)
}

// proposals gives the chosen lines that nobody has treated yet, those of an order together.
func proposals(ctx context.Context, tx *db.Tx, scope auth.Scope, in ChooseInput) ([]Line, error) {
	b := tx.Build(`SELECT `+lineColumns+lineTables+`l.plan_id = ? AND l.state = 'proposed'`, in.ID)
	scope.Where(b, lineScope)
	if !in.All {
		db.In(b, " AND l.id", in.Lines)
	}
	return db.Select[Line](ctx, tx, b.Add(" ORDER BY l.order_id, l.id LIMIT ?", mostSent))
}

func oneLine(ctx context.Context, tx *db.Tx, scope auth.Scope, plan, id db.ID) (Line, error) {
	b := tx.Build(`SELECT `+lineColumns+lineTables+`l.plan_id = ? AND l.id = ?`, plan, id)
	scope.Where(b, lineScope)
	return db.SelectOne[Line](ctx, tx, b)
}

// problemOf reads what the solver of a plan was given.
func problemOf(ctx context.Context, tx *db.Tx, plan db.ID) (*problem, error) {
	text, err := storedText.One(ctx, tx, plan)
	if err != nil {
		return nil, err
	}
	p := &problem{}
	return p, json.Unmarshal([]byte(text), p)
}
