package pairing

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

var (
	table   = db.NewRelation[Pairing]("pairing")
	columns = `SELECT ` + table.Columns("g") + `, p.name, p.region FROM pairing g JOIN person p ON p.id = g.person_id WHERE `
	byID    = db.Query[Pairing](columns + `g.id = $1`)
	openOf  = db.Query[Pairing](columns + `g.person_id = $1 AND g.state IN ('proposed', 'active')`)
	everOf  = db.Query[Pairing](columns + `g.person_id = $1 ORDER BY g.id DESC`)
	goers   = db.Query[db.ID](`SELECT DISTINCT v.person_id FROM pairing_member m JOIN volunteer v ON v.id = m.volunteer_id
		WHERE m.pairing_id = $1 AND m.state IN ('asked', 'agreed') ORDER BY v.person_id`)
	// withoutWindow are those in force whose last window is over; $1 is today.
	withoutWindow = db.Query[Pairing](columns + `g.state = 'active' AND g.first_day <= $1 AND NOT EXISTS (SELECT 1 FROM pairing_window w
		WHERE w.pairing_id = g.id AND w.due_day >= $1) ORDER BY g.id LIMIT 200`)
	followPerson = db.SQL(`UPDATE pairing SET person_id = $2, version = version + 1 WHERE person_id = $1`)

	memberTable = db.NewRelation[Member]("pairing_member")
	members     = `SELECT ` + memberTable.Columns("m") + `, v.person_id, n.name, v.status = 'active' AND NOT EXISTS (SELECT 1
		FROM volunteer_pause z WHERE z.volunteer_id = v.id AND z.from_day <= $2 AND (z.to_day = 0 OR z.to_day >= $2)) AS present
		FROM pairing_member m JOIN volunteer v ON v.id = m.volunteer_id JOIN person n ON n.id = v.person_id WHERE `
	membersOf = db.Query[Member](members + `m.pairing_id = $1 ORDER BY m.id`)
	memberAt  = db.Query[Member](members + `m.id = $1`)

	windowTable = db.NewRelation[Window]("pairing_window")
	windowsOf   = windowTable.Where(`pairing_id = $1 ORDER BY no DESC LIMIT 26`)
	lastWindow  = windowTable.Where(`pairing_id = $1 ORDER BY no DESC LIMIT 1`)
	windowOn    = windowTable.Where(`pairing_id = $1 AND from_day <= $2 AND due_day >= $2`)
	openWindow  = windowTable.Where(`pairing_id = $1 AND state = 'open' ORDER BY no`)
	closing     = windowTable.Where(`state = 'open' AND due_day < $1 ORDER BY due_day, id LIMIT 200`)
	soon        = windowTable.Where(`state = 'open' AND due_day BETWEEN $1 AND $2 AND reminded = FALSE ORDER BY id LIMIT 200`)
	rising      = windowTable.Where(`state = 'missed' AND handled_day = 0 AND (rung = 1 AND due_day < $1 OR rung = 2 AND due_day < $2)
		ORDER BY id LIMIT 200`)

	visitTable = db.NewRelation[Visit]("pairing_visit")
	visitsOf   = visitTable.Where(`pairing_id = $1 ORDER BY id DESC LIMIT 50`)
	blankNotes = db.SQL(`UPDATE pairing_visit SET note = NULL WHERE note IS NOT NULL AND pairing_id IN (SELECT id FROM pairing
		WHERE person_id = $1)`)

	excuseTable  = db.NewRelation[Excuse]("pairing_excuse")
	excusesOf    = excuseTable.Where(`person_id = $1 ORDER BY id DESC`)
	followExcuse = db.SQL(`UPDATE pairing_excuse SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	blankExcuses = db.SQL(`UPDATE pairing_excuse SET reason = '', version = version + 1 WHERE person_id = $1`)

	goes = db.Query[int64](`SELECT count(*) FROM pairing_member m JOIN pairing g ON g.id = m.pairing_id JOIN volunteer v ON v.id = m.volunteer_id
		WHERE v.person_id = $1 AND g.person_id = $2 AND m.state = 'agreed' AND g.state = 'active'`)
	isKey = db.Query[bool](`SELECT recipient_groups IS NOT NULL AND state = 'active' AS key FROM person WHERE id = $1`)
	mine  = db.Query[db.ID](`SELECT DISTINCT g.id FROM pairing g LEFT JOIN pairing_member m ON m.pairing_id = g.id
		AND m.state IN ('asked', 'agreed') LEFT JOIN volunteer v ON v.id = m.volunteer_id
		WHERE g.state IN ('proposed', 'active') AND (g.person_id = $1 OR v.person_id = $1) ORDER BY g.id`)
	able = db.Query[choice](`SELECT v.id, p.name, v.no, (SELECT count(*) FROM pairing_member m JOIN pairing g ON g.id = m.pairing_id
		WHERE m.volunteer_id = v.id AND m.state = 'agreed' AND g.state = 'active') AS pairs
		FROM volunteer v JOIN person p ON p.id = v.person_id WHERE v.region = $1 AND v.status = 'active' AND v.person_id <> $2
		ORDER BY 4, p.name, v.id LIMIT 200`)
)

// choice is a volunteer who may be asked to go.
type choice struct {
	ID    db.ID
	Name  string
	No    string
	Pairs int64
}

func load(ctx context.Context, tx *db.Tx, id db.ID) (p Pairing, err error) {
	if p, err = byID.Get(ctx, tx, id); err == nil {
		p.goers, err = goers.All(ctx, tx, id)
	}
	return p, err
}

// enter writes a new pairing: one that is open for each person.
func enter(ctx context.Context, tx *db.Tx, p *Pairing) error {
	fresh, err := table.Add(ctx, tx, *p)
	if err == nil && !fresh {
		err = errs.Clash("他已经有结对，或者正在等同意、等批准")
	}
	return err
}

// covered holds for a person p who has a pairing in force with somebody who goes and is there at the day.
const covered = `EXISTS (SELECT 1 FROM pairing g JOIN pairing_member m ON m.pairing_id = g.id AND m.state = 'agreed'
	JOIN volunteer v ON v.id = m.volunteer_id AND v.status = 'active' WHERE g.person_id = p.id AND g.state = 'active' AND NOT EXISTS (SELECT 1
	FROM volunteer_pause z WHERE z.volunteer_id = v.id AND z.from_day <= ? AND (z.to_day = 0 OR z.to_day >= ?)))`

// excused holds for a person p with a dated excuse at the day.
const excused = `EXISTS (SELECT 1 FROM pairing_excuse l WHERE l.person_id = p.id AND l.withdrawn_day = 0 AND l.from_day <= ?
	AND (l.until_day = 0 OR l.until_day >= ?))`

// keyGroup are the people of a key group.
const keyGroup = `p.recipient_groups IS NOT NULL AND p.state = 'active'`

// sought is a list of pairings within what the actor may see.
type sought struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in sought) {
	b.Add(columns + `1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "p.region"})
	auth.Within(b, "p.region", in.Region)
	b.If(in.State != "", " AND g.state = ?", in.State)
	if in.Q != "" {
		db.NameFilter(b, "person", "p.id", in.Q)
	}
}, func(in sought) db.Order[Pairing] {
	if in.Sort == "name" {
		return db.Order[Pairing]{By: "p.name, g.id", Key: func(p Pairing) []any { return []any{p.Name, p.ID} }}
	}
	return db.Order[Pairing]{By: "g.id", Down: true, Key: func(p Pairing) []any { return []any{p.ID} }}
})

// lacking is a list of people without a pairing, at a day, within what the actor may see.
type lacking struct {
	UnpairedInput
	Day   clock.Day
	Scope auth.Scope
}

var unpaired = db.ListOf(func(b *db.Builder, in lacking) {
	b.Add(`SELECT p.id, p.name, p.region, p.householder, p.hamlet, p.birth_day, COALESCE((SELECT g.id FROM pairing g WHERE g.person_id = p.id
		AND g.state IN ('proposed', 'active')), 0) AS pairing_id, COALESCE((SELECT g.state FROM pairing g WHERE g.person_id = p.id
		AND g.state IN ('proposed', 'active')), '') AS why FROM person p WHERE `+keyGroup+` AND NOT `+covered+` AND NOT `+excused,
		in.Day, in.Day, in.Day, in.Day)
	in.Scope.Where(b, auth.Columns{Region: "p.region"})
	auth.Within(b, "p.region", in.Region)
	if in.Q != "" {
		db.NameFilter(b, "person", "p.id", in.Q)
	}
}, func(lacking) db.Order[Unpaired] {
	return db.Order[Unpaired]{By: "p.region, p.id", Key: func(p Unpaired) []any { return []any{int64(p.Region), p.ID} }}
})

// counting asks for the figures of the divisions directly below one, of the community itself at the lowest level.
type counting struct {
	At       auth.Region
	Day      clock.Day
	From, To clock.Day
	Scope    auth.Scope
}

func (in counting) key(column string) string {
	return auth.AtLevel(column, min(in.At.Level()+1, auth.LevelCommunity))
}

var coverage = db.DynamicOf[Covered](func(b *db.Builder, in counting) {
	b.Add(`SELECT x.code, COALESCE((SELECT r.name FROM region r WHERE r.code = x.code), '') AS name, count(*) AS people,
		SUM(CASE WHEN x.paired THEN 1 ELSE 0 END) AS paired, SUM(CASE WHEN x.excuse AND NOT x.paired THEN 1 ELSE 0 END) AS excused,
		SUM(CASE WHEN x.excuse OR x.paired THEN 0 ELSE 1 END) AS unpaired
		FROM (SELECT `+in.key("p.region")+` AS code, `+covered+` AS paired, `+excused+` AS excuse FROM person p WHERE `+keyGroup,
		in.Day, in.Day, in.Day, in.Day)
	in.Scope.Where(b, auth.Columns{Region: "p.region"})
	auth.Within(b, "p.region", in.At)
	b.Add(`) x GROUP BY x.code ORDER BY x.code`)
})

// due says which windows are due in a stretch of days, the one definition of the rate: those whose last day lies in it and is over, or in
// which a visit took place; who was away, or whose pairing ended, is not due.
const due = ` FROM pairing_window w WHERE w.state IN ('served', 'missed') AND w.due_day BETWEEN ? AND ?`

const sums = `count(*) AS due, COALESCE(SUM(CASE WHEN w.state = 'served' THEN 1 ELSE 0 END), 0) AS served`

var rated = db.DynamicOf[counted](func(b *db.Builder, in counting) {
	b.Add(`SELECT `+sums+due, in.From, in.To)
	in.Scope.Where(b, auth.Columns{Region: "w.region"})
	auth.Within(b, "w.region", in.At)
})

var ratedBelow = db.DynamicOf[ratedAt](func(b *db.Builder, in counting) {
	b.Add(`SELECT `+in.key("w.region")+` AS code, `+sums+due, in.From, in.To)
	in.Scope.Where(b, auth.Columns{Region: "w.region"})
	auth.Within(b, "w.region", in.At)
	b.Add(` GROUP BY 1`)
})

type counted struct{ Due, Served int64 }

type ratedAt struct {
	Code auth.Region
	counted
}

// results of due windows by pairing, for the table by group.
var dueRows = db.DynamicOf[dueRow](func(b *db.Builder, in counting) {
	b.Add(`SELECT g.person_id, w.state, w.result, count(*) AS n FROM pairing_window w JOIN pairing g ON g.id = w.pairing_id
		WHERE w.state IN ('served', 'missed') AND w.due_day BETWEEN ? AND ?`, in.From, in.To)
	in.Scope.Where(b, auth.Columns{Region: "w.region"})
	auth.Within(b, "w.region", in.At)
	b.Add(` GROUP BY g.person_id, w.state, w.result ORDER BY g.person_id`)
})

type dueRow struct {
	PersonID      db.ID
	State, Result string
	N             int64
}

// late is a list of missed windows nobody has dealt with.
type late struct {
	MissedInput
	Scope auth.Scope
}

var missed = db.ListOf(func(b *db.Builder, in late) {
	b.Add(`SELECT ` + windowTable.Columns("w") + `, p.name, g.rhythm_days FROM pairing_window w JOIN pairing g ON g.id = w.pairing_id
		JOIN person p ON p.id = g.person_id WHERE w.state = 'missed' AND w.handled_day = 0`)
	in.Scope.Where(b, auth.Columns{Region: "w.region"})
	auth.Within(b, "w.region", in.Region)
	b.If(in.Rung > 0, " AND w.rung >= ?", in.Rung)
}, func(late) db.Order[MissedVisit] {
	return db.Order[MissedVisit]{By: "w.due_day, w.id", Key: func(m MissedVisit) []any { return []any{m.DueDay, m.ID} }}
})

// Invariants: what each finds is amiss.
var (
	twoMembers = db.Query[db.ID](`SELECT g.id FROM pairing g WHERE g.state = 'active' AND g.two_visitors = TRUE AND (SELECT count(*)
		FROM pairing_member m WHERE m.pairing_id = g.id AND m.state = 'agreed') < 2 ORDER BY g.id`)
	noMember = db.Query[db.ID](`SELECT g.id FROM pairing g WHERE g.state = 'active' AND NOT EXISTS (SELECT 1 FROM pairing_member m
		WHERE m.pairing_id = g.id AND m.state = 'agreed') ORDER BY g.id`)
	unserved = db.Query[db.ID](`SELECT w.id FROM pairing_window w WHERE w.state = 'served' AND NOT EXISTS (SELECT 1 FROM pairing_visit x
		WHERE x.window_id = w.id AND x.result IN ('met', 'phoned', 'video')) ORDER BY w.id`)
	uncounted = db.Query[db.ID](`SELECT x.id FROM pairing_visit x JOIN pairing_window w ON w.id = x.window_id
		WHERE x.result IN ('met', 'phoned', 'video') AND w.state <> 'served' ORDER BY x.id`)
	alone = db.Query[db.ID](`SELECT x.id FROM pairing_visit x JOIN pairing g ON g.id = x.pairing_id
		WHERE g.two_visitors = TRUE AND x.result = 'met' AND x.second_id IS NULL ORDER BY x.id`)
	outside = db.Query[db.ID](`SELECT x.id FROM pairing_visit x JOIN pairing_window w ON w.id = x.window_id
		WHERE x.day < w.from_day OR x.day > w.due_day OR x.pairing_id <> w.pairing_id OR x.second_id = x.volunteer_id ORDER BY x.id`)
	unmarked = db.Query[db.ID](`SELECT g.id FROM pairing g WHERE g.state = 'ended' AND NOT EXISTS (SELECT 1 FROM pairing_excuse l
		WHERE l.person_id = g.person_id AND l.from_day >= g.approved_day) AND NOT EXISTS (SELECT 1 FROM person p WHERE p.id = g.person_id
		AND (p.recipient_groups IS NULL OR p.state <> 'active')) AND NOT EXISTS (SELECT 1 FROM pairing n WHERE n.person_id = g.person_id
		AND n.id <> g.id) ORDER BY g.id`)
)
