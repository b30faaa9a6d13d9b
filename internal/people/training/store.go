package training

import (
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const label = `COALESCE((SELECT w.label FROM dictionary w WHERE w.name = 'qualification' AND w.code = c.qualification_code),
		c.qualification_code)`

var (
	courseTable  = db.NewRelation[Course]("training_course")
	sittingTable = db.NewRelation[Sitting]("training_sitting")
	seatTable    = db.NewRelation[Seat]("training_place")

	courseColumns = courseTable.Columns("c") + `, COALESCE((SELECT t.name FROM station t WHERE t.id = c.station_id), '') AS station, ` +
		label + ` AS label, (SELECT COUNT(*) FROM training_sitting n WHERE n.course_id = c.id AND n.state = 'open') AS sittings,
		(SELECT COUNT(*) FROM training_place d WHERE d.course_id = c.id AND d.state = 'confirmed' AND d.result = 'passed') AS trained`

	sittingColumns = sittingTable.Columns("s") + `, c.title, c.minutes, c.qualification_code, ` + label + ` AS label, c.valid_months,
		c.state AS course_state, c.made_by AS course_by, c.region, c.station_id,
		COALESCE((SELECT t.name FROM station t WHERE t.id = c.station_id), '') AS station,
		COALESCE((SELECT p.name FROM person p WHERE p.id = s.trainer_id), '') AS trainer`
	sittingTables = ` FROM training_sitting s JOIN training_course c ON c.id = s.course_id `
	sittingByID   = db.Query[Sitting](`SELECT ` + sittingColumns + sittingTables + `WHERE s.id = $1`)
	sittingsIn    = db.Query[Sitting](`SELECT ` + sittingColumns + sittingTables + `WHERE s.course_id = $1 ORDER BY s.starts_at DESC, s.id DESC
		LIMIT 100`)
	ledBy = db.Query[Sitting](`SELECT ` + sittingColumns + sittingTables + `WHERE s.trainer_id = $1 AND s.state = 'open'
		ORDER BY s.starts_at, s.id LIMIT 100`)

	seatColumns = seatTable.Columns("x") + `, p.name, v.no, c.title, ` + label + ` AS label, s.starts_at, s.ends_at,
		COALESCE(s.place, '') AS place, c.region, c.station_id, s.trainer_id, c.made_by AS course_by,
		COALESCE((SELECT d.to_day FROM volunteer_dated d WHERE d.id = x.dated_id), 0) AS to_day`
	seatTables = ` FROM training_place x JOIN training_course c ON c.id = x.course_id JOIN person p ON p.id = x.person_id
		JOIN volunteer v ON v.id = x.volunteer_id LEFT JOIN training_sitting s ON s.id = x.sitting_id `
	seatByID = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE x.id = $1`)
	seatsOf  = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE x.sitting_id = $1 AND x.state <> 'given_up' ORDER BY x.id`)
	seatsFor = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE x.person_id = $1 ORDER BY x.id DESC`)
	myPlace  = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE x.sitting_id = $1 AND x.person_id = $2 AND x.state <> 'given_up'`)
	busy     = db.Query[string](`SELECT c.title` + sittingTables + `JOIN training_place x ON x.sitting_id = s.id WHERE x.person_id = $1
		AND x.state = 'held' AND s.state = 'open' AND s.starts_at < $3 AND s.ends_at > $2 AND s.id <> $4 LIMIT 1`)

	// takeRoom takes one of the places of a sitting, or none when all are taken: two who ask at once are asked one after the other.
	takeRoom = db.Query[db.ID](`UPDATE training_sitting SET taken = taken + 1 WHERE id = $1 AND state = 'open' AND taken < needed RETURNING id`)
	freeRoom = db.SQL(`UPDATE training_sitting SET taken = taken - 1 WHERE id = $1 AND taken > 0`)

	questionTable = db.NewRelation[Question]("training_question")
	questionsOf   = questionTable.Where("course_id = $1 ORDER BY sort")
	dropQuestions = db.SQL(`DELETE FROM training_question WHERE course_id = $1`)
	tryTable      = db.NewRelation[Try]("training_try")
	triesOf       = tryTable.Where("place_id = $1 ORDER BY id DESC LIMIT 20")
	triesOn       = db.Query[int64](`SELECT COUNT(*) FROM training_try WHERE place_id = $1 AND day = $2`)
	myLesson      = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE x.course_id = $1 AND x.person_id = $2
		AND x.sitting_id IS NULL AND x.state <> 'given_up' ORDER BY x.id DESC LIMIT 1`)
	online = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE x.course_id = $1 AND x.sitting_id IS NULL AND x.state = 'noted'
		ORDER BY x.noted_at, x.id LIMIT 100`)
	onlineLines = db.ListOf(func(b *db.Builder, in scoped) {
		b.Add(`SELECT c.id, c.title, ` + label + ` AS label, COALESCE((SELECT t.name FROM station t WHERE t.id = c.station_id), '') AS station,
			COUNT(*) AS came, SUM(CASE WHEN x.result = 'passed' THEN 1 ELSE 0 END) AS passed, SUM(x.minutes) AS learnt, MAX(x.day) AS day
			FROM training_course c JOIN (SELECT p.course_id, p.result, p.minutes, (SELECT MAX(y.day) FROM training_try y
			WHERE y.place_id = p.id) AS day FROM training_place p WHERE p.sitting_id IS NULL AND p.state = 'confirmed') x
			ON x.course_id = c.id WHERE 1 = 1`)
		in.narrow(b)
		b.Add(" GROUP BY c.id, c.title, c.qualification_code, c.station_id HAVING 1 = 1")
	}, func(scoped) db.Order[onlineLine] {
		return db.Order[onlineLine]{By: "c.id", Down: true, Key: func(l onlineLine) []any { return []any{l.ID} }}
	})

	volunteerOf   = db.Query[db.ID](`SELECT id FROM volunteer WHERE person_id = $1 AND status = 'active'`)
	volunteerByNo = db.Query[db.ID](`SELECT id FROM volunteer WHERE no = $1 AND status = 'active'`)
	accountOf     = db.Query[db.ID](`SELECT id FROM account WHERE person_id = $1 ORDER BY id LIMIT 1`)

	follow     = db.SQL(`UPDATE training_place SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	followLed  = db.SQL(`UPDATE training_sitting SET trainer_id = $2, version = version + 1 WHERE trainer_id = $1`)
	unsay      = db.SQL(`UPDATE training_place SET reason = '', version = version + 1 WHERE person_id = $1 AND reason <> ''`)
	leaveToUs  = db.SQL(`UPDATE training_sitting SET trainer_id = NULL, version = version + 1 WHERE trainer_id = $1 AND state = 'open'`)
	forgetLed  = db.SQL(`UPDATE training_sitting SET trainer_id = NULL, version = version + 1 WHERE trainer_id = $1`)
	lecturerIs = db.SQL(`UPDATE training_sitting SET lecturer = '', version = version + 1 WHERE trainer_id = $1 AND lecturer <> ''`)
)

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, at)
	auth.Within(b, "c.region", in.Region)
	b.If(in.State != "", " AND c.state = ?", in.State).If(in.Kind != "", " AND c.kind = ?", in.Kind)
	b.If(in.Code != "", " AND c.qualification_code = ?", in.Code)
	b.If(in.Q != "", " AND c.title LIKE ? ESCAPE '!'", db.Holding(in.Q))
}

var (
	courseByID = db.Query[Course](`SELECT ` + courseColumns + ` FROM training_course c WHERE c.id = $1`)

	list = db.ListOf(func(b *db.Builder, in scoped) {
		b.Add(`SELECT ` + courseColumns + ` FROM training_course c WHERE 1 = 1`)
		in.narrow(b)
	}, func(in scoped) db.Order[Course] {
		if in.Sort == "title" {
			return db.Order[Course]{By: "c.title, c.id", Key: func(c Course) []any { return []any{c.Title, c.ID} }}
		}
		return db.Order[Course]{By: "c.id", Down: true, Key: func(c Course) []any { return []any{c.ID} }}
	})

	// lines are the sittings of the courses of a list, with what came of them.
	lines = db.ListOf(func(b *db.Builder, in scoped) {
		b.Add(`SELECT ` + sittingColumns + `, COALESCE(r.came, 0) AS came, COALESCE(r.passed, 0) AS passed, COALESCE(r.learnt, 0) AS learnt` +
			sittingTables + `LEFT JOIN (SELECT x.sitting_id, COUNT(*) AS came, SUM(CASE WHEN x.result = 'passed' THEN 1 ELSE 0 END) AS passed,
			SUM(x.minutes) AS learnt FROM training_place x WHERE x.state = 'confirmed' GROUP BY x.sitting_id) r ON r.sitting_id = s.id
			WHERE s.state <> 'cancelled'`)
		in.narrow(b)
	}, func(scoped) db.Order[line] {
		return db.Order[line]{By: "s.starts_at, s.id", Down: true, Key: func(l line) []any { return []any{l.StartsAt, l.ID} }}
	})

	// lessons are the courses to read of a banner.
	lessons = db.ListOf(func(b *db.Builder, in ahead) {
		b.Add(`SELECT ` + courseColumns + ` FROM training_course c WHERE c.kind = 'article' AND c.state = 'open'`)
		auth.Within(b, "c.region", in.Region)
		b.If(in.Code != "", " AND c.qualification_code = ?", in.Code)
	}, func(ahead) db.Order[Course] {
		return db.Order[Course]{By: "c.id", Down: true, Key: func(c Course) []any { return []any{c.ID} }}
	})

	// coming are the sittings of a banner that one may still sign up for.
	coming = db.ListOf(func(b *db.Builder, in ahead) {
		b.Add(`SELECT `+sittingColumns+sittingTables+`WHERE s.state = 'open' AND c.state = 'open' AND s.starts_at > ?`, in.Now)
		auth.Within(b, "c.region", in.Region)
		b.If(in.Code != "", " AND c.qualification_code = ?", in.Code)
	}, func(ahead) db.Order[Sitting] {
		return db.Order[Sitting]{By: "s.starts_at, s.id", Key: func(s Sitting) []any { return []any{s.StartsAt, s.ID} }}
	})
)

// ahead is what lies before somebody in a place.
type ahead struct {
	Region auth.Region
	Code   string
	Now    time.Time
}
