package stats

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/network/coverage"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
)

// madeOrder is an order as the figures see it.
type madeOrder struct {
	Region    auth.Region
	CreatedAt time.Time
	State     string
	Category  string
	Rating    int64
	ClosedAt  *time.Time
}

// firstEvent is the first move of its kind of an order.
type firstEvent struct {
	Region    auth.Region
	CreatedAt time.Time
	At        time.Time
}

// recordRow is a number of records that are alike.
type recordRow struct {
	Region       auth.Region
	Day          clock.Day
	Category     string
	Status       record.Status
	Confirmation string
	DueDay       clock.Day
	InTime       bool
	N            int64
	Minutes      int64
}

type activeRow struct {
	VolunteerID db.ID
	Region      auth.Region
	Month       int64
}

type memberRow struct {
	Region      auth.Region
	Identities  person.Codes
	ApprovedDay clock.Day
	LeftDay     clock.Day
}

// delta is a change that waits.
type delta struct {
	Metric string
	Region auth.Region
	Day    clock.Day
	Kind   string
	N      int64
}

// counter is the place of a number; its level is that of the division, and byMonth more where Day stands for its month.
type counter struct {
	Metric string
	Level  int64
	Region auth.Region
	Day    clock.Day
	Kind   string
}

const byMonth = 10

const (
	orderColumns = `SELECT o.region, o.created_at, o.state, o.category, o.rating, o.closed_at FROM orders o`
	isReview     = `e.move = 'review'`
	isServing    = `e.state = 'served' AND e.from_state <> 'served'`
)

var (
	orderByID  = db.Query[madeOrder](orderColumns + ` WHERE o.id = $1`)
	lastClosed = db.Query[time.Time](`SELECT e.at FROM order_event e WHERE e.order_id = $1 AND e.state = 'closed'
		ORDER BY e.version DESC LIMIT 1`)
	reviews  = db.Query[int64](`SELECT count(*) FROM order_event e WHERE e.order_id = $1 AND ` + isReview)
	servings = db.Query[int64](`SELECT count(*) FROM order_event e WHERE e.order_id = $1 AND ` + isServing)

	volunteerRegion = db.Query[auth.Region](`SELECT region FROM volunteer WHERE id = $1`)
	otherMonths     = db.Query[int64](`SELECT DISTINCT day/100 FROM service_record WHERE volunteer_id = $1 AND day BETWEEN $2 AND $3
		AND status = 'counted' AND id <> $4`)

	takeDeltas = db.Query[delta](`DELETE FROM stats_delta WHERE id IN (SELECT id FROM stats_delta
		ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING metric, region, day, kind, n`)

	upperRegions = db.Query[auth.Region](`SELECT code FROM region WHERE level <= 3 ORDER BY code`)
	recounts     = db.Query[int64](`SELECT COALESCE(SUM(n), 0) FROM stats_recount WHERE region = $1`)
	noteRecount  = db.SQL(`INSERT INTO stats_recount (region, n) VALUES ($1, $2 + 1) ON CONFLICT (region)
		DO UPDATE SET n = stats_recount.n + 1 WHERE stats_recount.n = $2`)
)

// write leaves changes for the fold.
func write(ctx context.Context, tx *db.Tx, s sums) error {
	rows := sorted(s)
	return tx.InsertMany(ctx, "stats_delta", []string{"id", "metric", "region", "day", "kind", "n"}, len(rows), func(i int) []any {
		r := rows[i]
		return []any{tx.NewID(), r.Metric, int64(r.Region), int64(r.Day), r.Kind, r.N}
	}, "")
}

func addCounters(ctx context.Context, tx *db.Tx, total map[counter]int64) error {
	keys := sortedCounters(total)
	return tx.InsertMany(ctx, "stats_counter", []string{"metric", "level", "region", "day", "kind", "n"}, len(keys), func(i int) []any {
		k := keys[i]
		return []any{k.Metric, k.Level, int64(k.Region), int64(k.Day), k.Kind, total[k]}
	}, "ON CONFLICT (metric, level, region, day, kind) DO UPDATE SET n = stats_counter.n + excluded.n")
}

// banner keeps the rows of one banner, and of a division above those that lie in none below: those that a recount treats at once.
func banner(b *db.Builder, column string, at auth.Region) *db.Builder {
	return b.Add(" AND "+column+"/1000000 = ?", int64(at)/1_000_000)
}

func everyOrder(ctx context.Context, tx *db.Tx, at auth.Region, fn func(madeOrder) error) error {
	return db.Stream(ctx, tx, banner(tx.Build(orderColumns+" WHERE 1 = 1"), "o.region", at), fn)
}

func everyFirst(ctx context.Context, tx *db.Tx, at auth.Region, which string, fn func(firstEvent) error) error {
	b := tx.Build(`SELECT o.region, o.created_at, e.at FROM orders o JOIN order_event e ON e.order_id = o.id WHERE ` + which + `
		AND NOT EXISTS (SELECT 1 FROM order_event f WHERE f.order_id = e.order_id AND f.version < e.version
		AND ` + strings.ReplaceAll(which, "e.", "f.") + `)`)
	return db.Stream(ctx, tx, banner(b, "o.region", at), fn)
}

func everyRecord(ctx context.Context, tx *db.Tx, at auth.Region, fn func(recordRow) error) error {
	b := tx.Build(`SELECT r.region, r.day, r.category, r.status, r.confirmation, r.due_day, r.counted_day > 0
		AND r.counted_day <= r.due_day AS in_time, count(*) AS n, SUM(r.minutes) AS minutes FROM service_record r WHERE r.status <> 'void'`)
	return db.Stream(ctx, tx, banner(b, "r.region", at).Add(" GROUP BY 1, 2, 3, 4, 5, 6, 7"), fn)
}

func everyActive(ctx context.Context, tx *db.Tx, at auth.Region, fn func(activeRow) error) error {
	b := tx.Build(`SELECT DISTINCT r.volunteer_id, v.region, r.day/100 AS month FROM volunteer v
		JOIN service_record r ON r.volunteer_id = v.id WHERE r.status = 'counted'`)
	return db.Stream(ctx, tx, banner(b, "v.region", at).Add(" ORDER BY 1, 3"), fn)
}

func everyVolunteer(ctx context.Context, tx *db.Tx, at auth.Region, fn func(memberRow) error) error {
	b := tx.Build(`SELECT v.region, v.identities, v.approved_day, v.left_day FROM volunteer v WHERE 1 = 1`)
	return db.Stream(ctx, tx, banner(b, "v.region", at), fn)
}

// everyCounted gives what the leaves and the changes that wait say of a banner.
func everyCounted(ctx context.Context, tx *db.Tx, at auth.Region, fn func(delta) error) error {
	low := int64(at) / 1_000_000 * 1_000_000
	for _, m := range metrics {
		b := tx.Build(`SELECT metric, region, day, kind, n FROM stats_counter WHERE metric = ? AND level = 5 AND region BETWEEN ? AND ?
			AND n <> 0`, m, low, low+999_999)
		if err := db.Stream(ctx, tx, b, fn); err != nil {
			return err
		}
	}
	return db.Stream(ctx, tx, banner(tx.Build(`SELECT metric, region, day, kind, n FROM stats_delta WHERE 1 = 1`), "region", at), fn)
}

// rolledWrong finds counters of divisions above, or of months, that are not the sum of what they stand for.
func rolledWrong(ctx context.Context, tx *db.Tx, fn func(counter) error) error {
	for level := auth.LevelRegion; level <= auth.LevelCommunity; level++ {
		for _, month := range []bool{false, true} {
			day, grain := "day", level
			if month {
				day, grain = "day/100*100 + 1", level+byMonth
			}
			b := tx.Build(`SELECT metric, MAX(level) AS level, region, day, kind FROM (
				SELECT metric, level, region, day, kind, n FROM stats_counter WHERE level = ?
				UNION ALL SELECT metric, level, `+auth.AtLevel("region", level)+`, `+day+`, kind, -n FROM stats_counter WHERE level = 5) x
				GROUP BY metric, region, day, kind HAVING SUM(n) <> 0`, grain)
			if err := db.Stream(ctx, tx, b, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

// summed is a sum of counters.
type summed struct {
	Metric string
	Region auth.Region
	Kind   string
	N      int64
}

// began is the first month in which anything was counted.
var began = db.Query[clock.Day](`SELECT COALESCE(MIN(day), 0) FROM stats_counter
	WHERE metric IN ('order_state', 'volunteer_in', 'record_due') AND level = 11`)

// counted sums counters of metrics over a span, by division and kind. What is due is only so once its day is over.
func counted(ctx context.Context, tx *db.Tx, wanted []string, in Span, fn func(metric string, a Amount)) error {
	if i := slices.Index(wanted, recordDue); i >= 0 {
		wanted = slices.Delete(slices.Clone(wanted), i, i+1)
		due := in
		due.To = min(due.To, clock.DayOf(tx.Now).AddDays(-1))
		if due.From <= due.To {
			if err := countedOf(ctx, tx, []string{recordDue}, due, fn); err != nil {
				return err
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return countedOf(ctx, tx, wanted, in, fn)
}

func countedOf(ctx context.Context, tx *db.Tx, wanted []string, in Span, fn func(metric string, a Amount)) error {
	low, high := in.Within.Codes()
	for _, p := range pieces(in.From, in.To) {
		level := in.Level
		if p.month {
			level += byMonth
		}
		b := db.In(tx.Build(`SELECT metric, region, kind, SUM(n) AS n FROM stats_counter WHERE 1 = 1`), " AND metric", wanted)
		if b.Add(" AND level = ?", level); in.Level == in.Within.Level() {
			b.Add(" AND region = ?", int64(in.Within)) // a walk along its days alone
		} else {
			b.Add(" AND region BETWEEN ? AND ?", low, high)
		}
		b.Add(" AND day BETWEEN ? AND ? GROUP BY metric, region, kind", p.from, p.to)
		if err := db.Stream(ctx, tx, b, func(r summed) error {
			fn(r.Metric, Amount{r.Region, r.Kind, r.N})
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func population(ctx context.Context, tx *db.Tx, in Span) ([]Amount, error) {
	low, high := in.Within.Codes()
	return db.Select[Amount](ctx, tx, tx.Build(`SELECT code AS region, '' AS kind, population AS n FROM region
		WHERE level = ? AND code BETWEEN ? AND ? AND population > 0`, in.Level, low, high))
}

// active counts volunteers with a counted record: for a calendar month, quarter or year (of which the last may not be over) from the
// counters, else one by one.
func active(ctx context.Context, tx *db.Tx, in Span) (out []Amount, err error) {
	if metric := calendarPeriod(in.From, in.To, clock.DayOf(tx.Now)); metric != "" {
		in.To = in.From
		err = countedOf(ctx, tx, []string{metric}, in, func(_ string, a Amount) { out = append(out, a) })
		return out, err
	}
	b := tx.Build(`SELECT `+auth.AtLevel("v.region", in.Level)+
		` AS region, '' AS kind, count(DISTINCT v.id) AS n FROM volunteer v JOIN service_record r ON r.volunteer_id = v.id
		WHERE r.status = 'counted' AND r.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "v.region", in.Within)
	return db.Select[Amount](ctx, tx, b.Add(" GROUP BY 1"))
}

// calendarPeriod names the metric that counts the active of a period, "" when it is no calendar period.
func calendarPeriod(from, to, today clock.Day) string {
	for metric, months := range map[string]int{activeMonth: 1, activeQuarter: 3, activeYear: 12} {
		end := clock.DayOf(from.Time().AddDate(0, months, -1))
		if from%100 == 1 && int(from/100%100-1)%months == 0 && (to == end || to >= today && to < end) {
			return metric
		}
	}
	return ""
}

// network makes a source of the figures of coverage at the end of the period.
func network(amounts func(f coverage.Figures) map[string]int64) Source {
	return func(ctx context.Context, tx *db.Tx, in Span) (out []Amount, err error) {
		all, err := coverage.Count(ctx, tx, in.Within, in.Level, in.To)
		for at, f := range all {
			for kind, n := range amounts(f) {
				if n != 0 {
					out = append(out, Amount{at, kind, n})
				}
			}
		}
		return out, err
	}
}

func openStations(f coverage.Figures) map[string]int64 {
	return map[string]int64{"station": f.Stations, "point": f.Points}
}

func standing(f coverage.Figures) map[string]int64 {
	return map[string]int64{"met": f.Met, "unmet": f.Sites() - f.Met}
}

func covered(f coverage.Figures) map[string]int64 {
	return map[string]int64{"yes": f.Covered, "no": f.Missing()}
}

type keptSum struct {
	Region auth.Region
	Metric string
	Kind   string
	N      int64
}

type keptFigure struct {
	Region    auth.Region
	Indicator string
	Value     *string
}

const snapshotColumns = `SELECT id, region, title, from_day, to_day, public, ended, by_name, at FROM stats_snapshot`

var (
	addSnapshot = db.SQL(`INSERT INTO stats_snapshot (id, region, title, from_day, to_day, public, ended, made_by, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8, $9)`)
	snapshotByID = db.Query[Snapshot](snapshotColumns + ` WHERE id = $1`)
	endSnapshot  = db.SQL(`UPDATE stats_snapshot SET ended = TRUE WHERE id = $1 AND public AND NOT ended`)
	snapshotsOf  = db.Query[Snapshot](snapshotColumns + ` WHERE region = $1 AND public ORDER BY id DESC LIMIT 60`)
	latestPublic = db.Query[Snapshot](snapshotColumns + ` WHERE region = $1 AND public AND NOT ended ORDER BY id DESC LIMIT 24`)
	nextPublic   = db.Query[Snapshot](snapshotColumns + ` WHERE public AND NOT ended AND id > $1 ORDER BY id LIMIT 1`)
	publishers   = db.Query[auth.Region](`SELECT DISTINCT region FROM stats_snapshot WHERE public AND NOT ended ORDER BY region`)
	snapshotIDs  = db.Query[db.ID](`SELECT id FROM stats_snapshot ORDER BY id`)
	keptSums     = db.Query[keptSum](`SELECT region, metric, kind, n FROM stats_snapshot_sum WHERE snapshot_id = $1`)
	keptFigures  = db.Query[keptFigure](`SELECT region, indicator, value FROM stats_snapshot_figure WHERE snapshot_id = $1
		ORDER BY region, indicator`)
)

type position struct {
	Code     auth.Region
	Lat, Lng float64
}

var positions = db.Query[position](`SELECT code, lat, lng FROM region WHERE parent = $1 AND valid_to = 99991231`)

// latest gives the last moves of a division since a time, one an order, named by what lies directly below the division.
func latest(ctx context.Context, tx *db.Tx, at auth.Region, since time.Time) ([]event, error) {
	b := tx.Build(`SELECT e.at, e.state, o.category, c.name AS place FROM order_event e JOIN orders o ON o.id = e.order_id
		JOIN region c ON c.code = `+
		auth.AtLevel("o.region", min(at.Level()+1, auth.LevelCommunity))+` WHERE e.at >= ? AND e.from_state <> e.state`, since)
	auth.Within(b, "e.region", at)
	return db.Select[event](ctx, tx, b.Add(" ORDER BY e.at DESC, e.id DESC LIMIT 6"))
}
