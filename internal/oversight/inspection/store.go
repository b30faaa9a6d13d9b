package inspection

import (
	"context"
	"strings"
	"time"

	"linli/internal/network/station"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Plans and tasks.

const (
	planColumns = `SELECT p.id, p.version, p.region, r.name AS place, p.year, p.title, p.body, p.blob_id, p.by_name, p.at FROM oversight_plan p JOIN region r ON r.code = p.region`
	taskColumns = `SELECT t.id, t.version, t.region, r.name AS place, t.year, t.from_id, t.title, t.body, t.blob_id, t.due_day, t.by_name, t.at, t.ended_at, t.end_reason,
		(SELECT count(*) FROM oversight_receipt c WHERE c.task_id = t.id) AS receivers, (SELECT count(*) FROM oversight_receipt c WHERE c.task_id = t.id AND c.received_at IS NOT NULL) AS received,
		(SELECT count(*) FROM oversight_receipt c WHERE c.task_id = t.id AND c.done_at IS NOT NULL) AS done FROM oversight_task t JOIN region r ON r.code = t.region`
	receiptColumns = `SELECT c.id, c.version, c.task_id, c.region, r.name AS place, c.received_at, c.received_by, c.feedback, c.blob_id, c.done_at, c.done_by, t.title, t.due_day,
		t.region AS sender, s.name AS sender_name, t.ended_at FROM oversight_receipt c JOIN oversight_task t ON t.id = c.task_id JOIN region r ON r.code = c.region JOIN region s ON s.code = t.region`
)

var (
	planByID = db.Query[Plan](planColumns + ` WHERE p.id = $1`)
	planOf   = db.Query[Plan](planColumns + ` WHERE p.region = $1 AND p.year = $2`)
	plansOf  = db.Query[Plan](planColumns + ` WHERE p.region IN ($1, $2, $3, $4) AND p.year = $5 ORDER BY p.region`)
	addPlan  = db.SQL(`INSERT INTO oversight_plan (id, version, region, year, title, body, blob_id, by_name, at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`)
	setPlan  = db.SQL(`UPDATE oversight_plan SET title = $3, body = $4, blob_id = $5, by_name = $6, at = $7, version = version + 1 WHERE id = $1 AND version = $2`)

	taskByID  = db.Query[Task](taskColumns + ` WHERE t.id = $1`)
	tasksOf   = db.Query[Task](taskColumns + ` WHERE t.region = $1 AND t.year = $2 ORDER BY t.id DESC LIMIT 200`)
	tasksFrom = db.Query[Task](taskColumns + ` WHERE t.from_id = $1 ORDER BY t.id`)
	addTask   = db.SQL(`INSERT INTO oversight_task (id, version, region, year, from_id, title, body, blob_id, due_day, by_name, at, end_reason)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '') ON CONFLICT DO NOTHING`)
	endTask = db.SQL(`UPDATE oversight_task SET ended_at = $3, end_reason = $4, version = version + 1 WHERE id = $1 AND version = $2 AND ended_at IS NULL`)

	receiptByID = db.Query[Receipt](receiptColumns + ` WHERE c.id = $1`)
	receiptOf   = db.Query[Receipt](receiptColumns + ` WHERE c.task_id = $1 AND c.region = $2`)
	receiptsOf  = db.Query[Receipt](receiptColumns + ` WHERE c.task_id = $1 ORDER BY c.region`)
	receiptsFor = db.Query[Receipt](receiptColumns + ` WHERE c.region = $1 AND t.year = $2 ORDER BY c.id DESC LIMIT 200`)
	setReceipt  = db.SQL(`UPDATE oversight_receipt SET received_at = $3, received_by = $4, feedback = $5, blob_id = $6, done_at = $7, done_by = $8, version = version + 1 WHERE id = $1 AND version = $2`)
	unreported  = db.Query[Receipt](receiptColumns + ` WHERE NOT c.reminded AND c.done_at IS NULL AND t.ended_at IS NULL AND t.due_day <= $1 ORDER BY c.id LIMIT 500`)
	markReceipt = db.SQL(`UPDATE oversight_receipt SET reminded = TRUE WHERE id = $1`)
)

func savePlan(ctx context.Context, tx *db.Tx, p Plan) (err error) {
	var n int64
	if p.Version == 0 {
		n, err = addPlan.Run(ctx, tx, p.ID, p.Region, p.Year, p.Title, p.Body, p.BlobID, p.ByName, p.At)
	} else {
		n, err = setPlan.Run(ctx, tx, p.ID, p.Version, p.Title, p.Body, p.BlobID, p.ByName, p.At)
	}
	return stale(n, err)
}

// stale says that a guarded change found nothing to change.
func stale(n int64, err error) error {
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	return err
}

func insertTask(ctx context.Context, tx *db.Tx, t Task, to []auth.Region) error {
	n, err := addTask.Run(ctx, tx, t.ID, t.Region, t.Year, t.FromID, t.Title, t.Body, t.BlobID, t.DueDay, t.ByName, t.At)
	if err == nil && n == 0 {
		err = errs.Field("from_id", "这项任务已经分解过")
	}
	if err != nil {
		return err
	}
	return tx.InsertMany(ctx, "oversight_receipt", []string{"id", "version", "task_id", "region", "received_by", "feedback", "done_by", "reminded"}, len(to), func(i int) []any {
		return []any{tx.NewID(), 1, t.ID, to[i], "", "", "", false}
	}, "")
}

func stopTask(ctx context.Context, tx *db.Tx, id db.ID, version int64, reason string) error {
	return stale(endTask.Run(ctx, tx, id, version, tx.Now, reason))
}

func updateReceipt(ctx context.Context, tx *db.Tx, r Receipt) error {
	return stale(setReceipt.Run(ctx, tx, r.ID, r.Version, r.ReceivedAt, r.ReceivedBy, r.Feedback, r.BlobID, r.DoneAt, r.DoneBy))
}

// Inspections.

const (
	visitColumns = `SELECT x.id, x.version, x.station_id, s.name AS station, x.region, x.day, x.purpose, x.inspectors, x.state, x.note, x.account_id, x.by_name, x.made_at, x.filled_at,
		(SELECT count(*) FROM inspection_finding f WHERE f.inspection_id = x.id) AS findings, (SELECT count(*) FROM inspection_finding f WHERE f.inspection_id = x.id AND f.state <> 'closed') AS unclosed
		FROM inspection x JOIN station s ON s.id = x.station_id`
	findingColumns = `SELECT f.id, f.version, f.inspection_id, f.station_id, s.name AS station, f.region, f.item, f.label, f.problem, f.due_day, f.state, f.rectified_by, f.closed_by, f.closed_at,
		f.made_at FROM inspection_finding f JOIN station s ON s.id = f.station_id`
	stepColumns = `SELECT id, finding_id, action, text, blob_id, by_name, at FROM inspection_step`
)

var (
	visitByID = db.Query[Inspection](visitColumns + ` WHERE x.id = $1`)
	addVisit  = db.SQL(`INSERT INTO inspection (id, version, station_id, region, day, purpose, inspectors, state, note, account_id, by_name, made_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10)`)
	setVisit   = db.SQL(`UPDATE inspection SET day = $3, inspectors = $4, state = $5, note = $6, filled_at = $7, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'planned'`)
	lockVisit  = db.SQL(`UPDATE inspection SET version = version WHERE id = $1`)
	closeVisit = db.SQL(`UPDATE inspection SET state = 'closed', version = version + 1 WHERE id = $1 AND state = 'open'
		AND NOT EXISTS (SELECT 1 FROM inspection_finding f WHERE f.inspection_id = inspection.id AND f.state <> 'closed')`)
	linesOf  = db.Query[Line](`SELECT n, item, label, kind, answer, remark FROM inspection_answer WHERE inspection_id = $1 ORDER BY n`)
	metToday = db.Query[int64](`SELECT count(*) FROM standard_status WHERE station_id = $1 AND day <= $2 AND until_day > $2 AND met`)

	findingByID = db.Query[Finding](findingColumns + ` WHERE f.id = $1`)
	findingsOf  = db.Query[Finding](findingColumns + ` WHERE f.inspection_id = $1 ORDER BY f.id`)
	addFinding  = db.SQL(`INSERT INTO inspection_finding (id, version, inspection_id, station_id, region, item, label, problem, due_day, state, reminded, made_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)`)
	setFinding = db.SQL(`UPDATE inspection_finding SET due_day = $4, state = $5, rectified_by = $6, closed_by = $7, closed_at = $8, reminded = 0, version = version + 1
		WHERE id = $1 AND version = $2 AND state = $3`)
	unreminded   = db.Query[Finding](findingColumns + ` WHERE f.state <> 'closed' AND (f.reminded = 0 AND f.due_day <= $1 OR f.reminded = 1 AND f.due_day < $2) ORDER BY f.id LIMIT 500`)
	markReminded = db.SQL(`UPDATE inspection_finding SET reminded = $2 WHERE id = $1`)

	stepByID = db.Query[Step](stepColumns + ` WHERE id = $1`)
	stepsOf  = db.Query[Step](stepColumns + ` WHERE finding_id = $1 ORDER BY id`)
	addStep  = db.SQL(`INSERT INTO inspection_step (id, finding_id, action, text, blob_id, account_id, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)

	unevenVisits = db.Query[db.ID](`SELECT x.id FROM inspection x WHERE x.state IN ('open', 'closed')
		AND (x.state = 'open') <> EXISTS (SELECT 1 FROM inspection_finding f WHERE f.inspection_id = x.id AND f.state <> 'closed') ORDER BY x.id`)
	unevenFindings = db.Query[db.ID](`SELECT f.id FROM inspection_finding f WHERE f.state <> COALESCE((SELECT CASE s.action WHEN 'rectified' THEN 'done' WHEN 'closed' THEN 'closed' ELSE 'open' END
		FROM inspection_step s WHERE s.finding_id = f.id AND s.action NOT IN ('photo', 'extended') ORDER BY s.id DESC LIMIT 1), '') ORDER BY f.id`)
)

func insertVisit(ctx context.Context, tx *db.Tx, x Inspection) error {
	_, err := addVisit.Run(ctx, tx, x.ID, x.StationID, x.Region, x.Day, x.Purpose, x.Inspectors, x.State, x.AccountID, x.ByName, x.MadeAt)
	return err
}

func updateVisit(ctx context.Context, tx *db.Tx, x Inspection) error {
	return stale(setVisit.Run(ctx, tx, x.ID, x.Version, x.Day, x.Inspectors, x.State, x.Note, x.FilledAt))
}

func insertLines(ctx context.Context, tx *db.Tx, id db.ID, lines []Line) error {
	return tx.InsertMany(ctx, "inspection_answer", []string{"inspection_id", "n", "item", "label", "kind", "answer", "remark"}, len(lines), func(i int) []any {
		l := lines[i]
		return []any{id, l.N, l.Item, l.Label, l.Kind, l.Answer, l.Remark}
	}, "")
}

func insertFinding(ctx context.Context, tx *db.Tx, f Finding) error {
	_, err := addFinding.Run(ctx, tx, f.ID, f.InspectionID, f.StationID, f.Region, f.Item, f.Label, f.Problem, f.DueDay, f.State, f.MadeAt)
	return err
}

// updateFinding changes a finding that still stands in the state that was seen: of several who do it at once, one does.
func updateFinding(ctx context.Context, tx *db.Tx, f Finding, was string) error {
	return stale(setFinding.Run(ctx, tx, f.ID, f.Version, was, f.DueDay, f.State, f.RectifiedBy, f.ClosedBy, f.ClosedAt))
}

func visits(ctx context.Context, tx *db.Tx, scope auth.Scope, filled bool, in ListInput, more bool, after db.ID) ([]Inspection, error) {
	b := tx.Build(visitColumns + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "x.region", Station: "x.station_id"})
	auth.Within(b, "x.region", in.Region)
	b.If(filled, " AND x.filled_at IS NOT NULL").If(in.State != "", " AND x.state = ?", in.State)
	if in.Q != "" {
		db.NameFilter(b, "station", "x.station_id", in.Q)
	}
	b.If(more, " AND x.id < ?", after)
	return db.Select[Inspection](ctx, tx, b.Add(" ORDER BY x.id DESC LIMIT ?", in.Size()+1))
}

// offered is how many stations a page offers to choose from; who has more searches by name.
const offered = 200

// visitable gives the stations of a scope that are not closed.
func visitable(ctx context.Context, tx *db.Tx, scope auth.Scope, q string) ([]station.Station, error) {
	b := tx.Build(`SELECT s.id, s.name, s.region FROM station s WHERE s.status <> 'closed'`)
	scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	if q != "" {
		db.NameFilter(b, "station", "s.id", q)
	}
	return db.Select[station.Station](ctx, tx, b.Add(" ORDER BY s.id LIMIT ?", offered))
}

func findings(ctx context.Context, tx *db.Tx, scope auth.Scope, in FindingsInput, today clock.Day) ([]Finding, error) {
	const last = `CASE WHEN f.state = 'closed' THEN 1 ELSE 0 END`
	var closed, due int64
	var after db.ID
	more, err := in.After(&closed, &due, &after)
	if err != nil {
		return nil, err
	}
	b := tx.Build(findingColumns + ` WHERE 1 = 1`)
	narrow(b, scope, in.Region)
	if in.State == "overdue" {
		b.Add(" AND f.state <> 'closed' AND f.due_day < ?", today)
	} else {
		b.If(in.State != "", " AND f.state = ?", in.State)
	}
	b.If(more, " AND ("+last+", f.due_day, f.id) > (?, ?, ?)", closed, due, after)
	return db.Select[Finding](ctx, tx, b.Add(" ORDER BY "+last+", f.due_day, f.id LIMIT ?", in.Size()+1))
}

func narrow(b *db.Builder, scope auth.Scope, at auth.Region) {
	scope.Where(b, auth.Columns{Region: "f.region", Station: "f.station_id"})
	auth.Within(b, "f.region", at)
}

func countOverdue(ctx context.Context, tx *db.Tx, scope auth.Scope, at auth.Region, today clock.Day) (int64, error) {
	b := tx.Build(`SELECT count(*) FROM inspection_finding f WHERE f.state <> 'closed' AND f.due_day < ?`, today)
	narrow(b, scope, at)
	return db.SelectOne[int64](ctx, tx, b)
}

// Spot checks.

const (
	checkColumns = `SELECT c.id, c.version, c.region, r.name AS place, c.title, c.kind, c.from_day, c.to_day, c.percent, c.least, c.state, c.commitment, c.seed, c.population_hash, c.size, c.by_name,
		c.announced_at, c.frozen_at, c.drawn_at, c.published_at, c.conclusion, c.result FROM spot_check c JOIN region r ON r.code = c.region`
	unitColumns = `SELECT check_id, unit_id, place, forced, reason, version, minutes, answers, wrong, remark, judged_by, by_name, judged_at FROM spot_check_unit`
)

var (
	checkByID    = db.Query[SpotCheck](checkColumns + ` WHERE c.id = $1`)
	drawnChecks  = db.Query[db.ID](`SELECT id FROM spot_check WHERE drawn_at IS NOT NULL ORDER BY id`)
	sealedSeed   = db.Query[[]byte](`SELECT sealed_seed FROM spot_check WHERE id = $1`)
	populationOf = db.Query[string](`SELECT population FROM spot_check WHERE id = $1`)
	addCheck     = db.SQL(`INSERT INTO spot_check (id, version, region, title, kind, from_day, to_day, percent, least, state, commitment, sealed_seed, seed, population, population_hash, size, by_name,
		announced_at, conclusion, result) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, 'announced', $9, $10, '', '', '', 0, $11, $12, '', '')`)
	setPopulation = db.SQL(`UPDATE spot_check SET population = $2 WHERE id = $1 AND state = 'announced'`)
	setCheck      = db.SQL(`UPDATE spot_check SET state = $4, seed = $5, population_hash = $6, size = $7, frozen_at = $8, drawn_at = $9, published_at = $10, conclusion = $11, result = $12,
		version = version + 1 WHERE id = $1 AND version = $2 AND state = $3`)
	lockCheck = db.SQL(`UPDATE spot_check SET version = version WHERE id = $1`)

	unitsOf  = db.Query[Unit](unitColumns + ` WHERE check_id = $1 ORDER BY forced DESC, place`)
	forcedOf = db.Query[db.ID](`SELECT unit_id FROM spot_check_unit WHERE check_id = $1 AND forced ORDER BY place`)
	setUnit  = db.SQL(`UPDATE spot_check_unit SET answers = $4, wrong = $5, remark = $6, judged_by = $7, by_name = $8, judged_at = $9, version = version + 1
		WHERE check_id = $1 AND unit_id = $2 AND version = $3`)
)

func insertCheck(ctx context.Context, tx *db.Tx, c SpotCheck, seed []byte) error {
	_, err := addCheck.Run(ctx, tx, c.ID, c.Region, c.Title, c.Kind, c.FromDay, c.ToDay, c.Percent, c.Least, c.Commitment, seed, c.ByName, c.AnnouncedAt)
	return err
}

func storePopulation(ctx context.Context, tx *db.Tx, id db.ID, list string) error {
	return stale(setPopulation.Run(ctx, tx, id, list))
}

func updateCheck(ctx context.Context, tx *db.Tx, c SpotCheck, was string) error {
	return stale(setCheck.Run(ctx, tx, c.ID, c.Version, was, c.State, c.Seed, c.Hash, c.Size, c.FrozenAt, c.DrawnAt, c.PublishedAt, c.Conclusion, c.Outcome))
}

func updateUnit(ctx context.Context, tx *db.Tx, u Unit) error {
	return stale(setUnit.Run(ctx, tx, u.CheckID, u.ID, u.Version, u.Answers, u.Wrong, u.Remark, u.JudgedBy, u.ByName, u.JudgedAt))
}

func insertUnits(ctx context.Context, tx *db.Tx, check db.ID, ids []string, forced bool, reason string, minutes map[string]int64) error {
	return tx.InsertMany(ctx, "spot_check_unit", []string{"check_id", "unit_id", "place", "forced", "reason", "version", "minutes", "answers", "wrong", "remark", "by_name"}, len(ids), func(i int) []any {
		return []any{check, idOf(ids[i]), i + 1, forced, reason, 1, minutes[ids[i]], "", 0, "", ""}
	}, "")
}

// idOf reads an id of a list that this system wrote itself.
func idOf(text string) (id db.ID) {
	_ = id.UnmarshalText([]byte(text))
	return id
}

func idsOf(list string) []string { return strings.Fields(list) }

// held is a record or certificate that may be drawn.
type held struct {
	ID      db.ID
	Minutes int64
}

// from names where the units of a kind stand; its holes are the two days.
var from = map[string]string{
	"record":      ` FROM service_record u WHERE u.status = 'counted' AND u.day BETWEEN ? AND ?`,
	"certificate": ` FROM certificate u WHERE u.status <> 'revoked' AND u.issued_day BETWEEN ? AND ?`,
}

// population gives the records that count, or the certificates in use, of a division and a span of days.
func population(ctx context.Context, tx *db.Tx, c SpotCheck, most int) ([]held, error) {
	b := tx.Build(`SELECT u.id, u.minutes`+from[c.Kind], c.FromDay, c.ToDay)
	auth.Within(b, "u.region", c.Region)
	return db.Select[held](ctx, tx, b.Add(" ORDER BY u.id LIMIT ?", most))
}

// minutesOf gives the minutes of units as they stand now, whatever became of them meanwhile.
func minutesOf(ctx context.Context, tx *db.Tx, c SpotCheck, ids []string) (map[string]int64, error) {
	const per = 500
	table := map[string]string{"record": "service_record", "certificate": "certificate"}[c.Kind]
	out := map[string]int64{}
	for at := 0; at < len(ids); at += per {
		var part []db.ID
		for _, id := range ids[at:min(at+per, len(ids))] {
			part = append(part, idOf(id))
		}
		rows, err := db.Select[held](ctx, tx, db.In(tx.Build(`SELECT id, minutes FROM `+table+` WHERE 1 = 1`), " AND id", part))
		if err != nil {
			return nil, err
		}
		for _, u := range rows {
			out[u.ID.String()] = u.Minutes
		}
	}
	return out, nil
}

// Doubt is a unit that looks unusual; that alone says nothing against it.
type Doubt struct {
	ID      db.ID     `json:"id"`
	Day     clock.Day `json:"day"`
	Minutes int64     `json:"minutes"`
	Why     string    `json:"why" doc:"long 时间长，late 超过 10 个工作日才记录，import 导入的"`
}

// odd finds what is unusual, by kind; its holes are the two days, twice.
var odd = map[string]string{
	"record": `SELECT u.id, u.day, u.minutes, CASE WHEN u.minutes >= 480 THEN 'long' WHEN u.counted_day > u.due_day THEN 'late' ELSE 'import' END AS why` + from["record"] +
		` AND (u.minutes >= 480 OR u.counted_day > u.due_day OR u.source = 'import')`,
	"certificate": `SELECT u.id, u.issued_day AS day, u.minutes, 'long' AS why` + from["certificate"] + ` AND u.minutes >= 6000`,
}

// doubts gives some of what is unusual in the population of a check, the longest first.
func doubts(ctx context.Context, tx *db.Tx, c SpotCheck) ([]Doubt, error) {
	b := tx.Build(odd[c.Kind], c.FromDay, c.ToDay)
	auth.Within(b, "u.region", c.Region)
	rows, err := db.Select[Doubt](ctx, tx, b.Add(" ORDER BY u.minutes DESC, u.id LIMIT 30"))
	if rows == nil {
		rows = []Doubt{}
	}
	return rows, err
}

func checks(ctx context.Context, tx *db.Tx, scope auth.Scope, in PublicInput, more bool, after db.ID) ([]SpotCheck, error) {
	b := tx.Build(checkColumns + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "c.region"})
	auth.Within(b, "c.region", in.Region)
	b.If(more, " AND c.id < ?", after)
	return db.Select[SpotCheck](ctx, tx, b.Add(" ORDER BY c.id DESC LIMIT ?", in.Size()+1))
}

// recordKnown and certificateKnown are what an inspector is told of a unit: no names.
type recordKnown struct {
	Title, Content, Place, Unit, Leader, Source, Confirmation string
	StartedAt, EndedAt                                        time.Time
	Minutes                                                   int64
	CountedDay, DueDay                                        clock.Day
}

type certificateKnown struct {
	No, Code, Unit, Status    string
	FromDay, ToDay, IssuedDay clock.Day
	Minutes, Records, Sum     int64
}

var (
	recordFacts      = db.Query[recordKnown](`SELECT title, content, place, unit, leader, source, confirmation, started_at, ended_at, minutes, counted_day, due_day FROM service_record WHERE id = $1`)
	certificateFacts = db.Query[certificateKnown](`SELECT c.no, c.code, c.unit, c.status, c.from_day, c.to_day, c.issued_day, c.minutes,
		(SELECT count(*) FROM certificate_record p WHERE p.certificate_id = c.id) AS records, (SELECT COALESCE(sum(p.minutes), 0) FROM certificate_record p WHERE p.certificate_id = c.id) AS sum
		FROM certificate c WHERE c.id = $1`)
)

// Problems.

const problemColumns = `SELECT p.id, p.version, p.station_id, s.name AS station, p.region, p.kind, p.body, p.wish, p.level, p.state, p.due_day, p.answer, p.solve_day, p.rating, p.by_name, p.made_at,
	p.answered_at FROM problem p JOIN station s ON s.id = p.station_id`

var (
	problemByID = db.Query[Problem](problemColumns + ` WHERE p.id = $1`)
	addProblem  = db.SQL(`INSERT INTO problem (id, version, station_id, region, kind, body, wish, level, state, due_day, answer, solve_day, rating, by_name, made_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, '', 0, 0, $10, $11)`)
	setProblem = db.SQL(`UPDATE problem SET level = $4, state = $5, due_day = $6, answer = $7, solve_day = $8, rating = $9, answered_at = $10, version = version + 1
		WHERE id = $1 AND version = $2 AND state = $3`)
	unanswered     = db.Query[Problem](problemColumns + ` WHERE p.state = 'waiting' AND p.level = 'town' AND p.due_day < $1 ORDER BY p.id LIMIT 500`)
	problemSteps   = db.Query[ProblemStep](`SELECT action, level, text, by_name, at FROM problem_step WHERE problem_id = $1 ORDER BY id`)
	addProblemStep = db.SQL(`INSERT INTO problem_step (id, problem_id, action, level, text, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
)

func insertProblem(ctx context.Context, tx *db.Tx, p Problem) error {
	_, err := addProblem.Run(ctx, tx, p.ID, p.StationID, p.Region, p.Kind, p.Body, p.Wish, p.Level, p.State, p.DueDay, p.ByName, p.MadeAt)
	return err
}

func updateProblem(ctx context.Context, tx *db.Tx, p Problem, was string) error {
	return stale(setProblem.Run(ctx, tx, p.ID, p.Version, was, p.Level, p.State, p.DueDay, p.Answer, p.SolveDay, p.Rating, p.AnsweredAt))
}

func problems(ctx context.Context, tx *db.Tx, scope auth.Scope, in ProblemsInput, today clock.Day, more bool, after db.ID, most int) ([]Problem, error) {
	b := tx.Build(problemColumns + ` WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "p.region", Station: "p.station_id"})
	auth.Within(b, "p.region", in.Region)
	if in.State == "overdue" {
		b.Add(" AND p.state = 'waiting' AND p.due_day < ?", today)
	} else {
		b.If(in.State != "", " AND p.state = ?", in.State)
	}
	b.If(in.Kind != "", " AND p.kind = ?", in.Kind).If(in.Level != "", " AND p.level = ?", in.Level)
	b.If(in.Q != "", " AND p.body LIKE ? ESCAPE '!'", db.Holding(in.Q))
	b.If(more, " AND p.id < ?", after)
	return db.Select[Problem](ctx, tx, b.Add(" ORDER BY p.id DESC LIMIT ?", most))
}

// Amounts for the indicators.

// inspected counts the stations that were open at the end and visited in the span.
func inspected(ctx context.Context, tx *db.Tx, in stats.Span) ([]stats.Amount, error) {
	b := tx.Build(`SELECT `+auth.AtLevel("x.region", in.Level)+` AS region, '' AS kind, count(DISTINCT x.station_id) AS n FROM inspection x
		WHERE x.filled_at IS NOT NULL AND x.day BETWEEN ? AND ? AND EXISTS (SELECT 1 FROM station_past p WHERE p.station_id = x.station_id AND p.status = 'open' AND p.day <= ? AND p.until_day > ?)`,
		in.From, in.To, in.To, in.To)
	auth.Within(b, "x.region", in.Within)
	return db.Select[stats.Amount](ctx, tx, b.Add(" GROUP BY 1"))
}

// dueFindings counts the findings that were due in the span, by state.
func dueFindings(ctx context.Context, tx *db.Tx, in stats.Span) ([]stats.Amount, error) {
	b := tx.Build(`SELECT `+auth.AtLevel("f.region", in.Level)+` AS region, f.state AS kind, count(*) AS n FROM inspection_finding f WHERE f.due_day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "f.region", in.Within)
	return db.Select[stats.Amount](ctx, tx, b.Add(" GROUP BY 1, 2"))
}

// spotted counts the communities with an open station at the end of which a record was drawn in the span.
func spotted(ctx context.Context, tx *db.Tx, in stats.Span) ([]stats.Amount, error) {
	b := tx.Build(`SELECT `+auth.AtLevel("r.region", in.Level)+` AS region, '' AS kind, count(DISTINCT r.region) AS n FROM spot_check c JOIN spot_check_unit u ON u.check_id = c.id
		JOIN service_record r ON r.id = u.unit_id WHERE c.kind = 'record' AND c.drawn_at >= ? AND c.drawn_at < ? AND EXISTS (SELECT 1 FROM station_past p
		JOIN station s ON s.id = p.station_id WHERE p.region/1000 = r.region/1000 AND p.region = r.region AND s.kind = 'station' AND p.status = 'open' AND p.day <= ? AND p.until_day > ?)`,
		in.From.Time(), in.To.AddDays(1).Time(), in.To, in.To)
	auth.Within(b, "r.region", in.Within)
	return db.Select[stats.Amount](ctx, tx, b.Add(" GROUP BY 1"))
}

// inLedger gives what was found at a station in a stretch of days.
var inLedger = db.Query[ledgerLine](`SELECT i.day, i.inspectors, f.label, f.problem, f.due_day, f.state, f.closed_at FROM inspection_finding f JOIN inspection i ON i.id = f.inspection_id
	WHERE f.station_id = $1 AND i.day BETWEEN $2 AND $3 ORDER BY i.day, f.id LIMIT $4`)
