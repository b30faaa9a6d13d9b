package homevisit

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	planTable = db.NewRelation[Plan]("home_visit_plan")
	ending    = planTable.Where(`state = 'open' AND to_day < $1 ORDER BY id LIMIT 20`)

	homeTable   = db.NewRelation[Home]("home_visit_home")
	homeColumns = `SELECT ` + homeTable.Columns("h") + `, p.name FROM home_visit_home h JOIN person p ON p.id = h.person_id WHERE `
	homeByID    = db.Query[Home](homeColumns + `h.id = $1`)
	homesOf     = db.Query[Home](homeColumns + `h.plan_id = $1 ORDER BY h.no`)
	homesOn     = db.Query[Home](homeColumns + `h.day_id = $1 ORDER BY h.place, h.id`)
	ofPerson    = db.Query[Home](homeColumns + `h.person_id = $1 ORDER BY h.id`)
	rising      = db.Query[Home](homeColumns + `h.state IN ('unreached', 'gone') AND h.handled_day = 0 AND (h.rung = 1 AND h.late_day < $1
		OR h.rung = 2 AND h.late_day < $2) ORDER BY h.id LIMIT 200`)
	followHome = db.SQL(`UPDATE home_visit_home SET person_id = $2, version = version + 1 WHERE person_id = $1`)

	memberTable = db.NewRelation[member]("home_visit_member")
	livesAt     = db.Query[living](`SELECT m.home_id, m.person_id, p.name FROM home_visit_member m JOIN person p ON p.id = m.person_id
		WHERE m.plan_id = $1 AND m.home_id IS NOT NULL ORDER BY m.id`)
	livesIn = db.Query[living](`SELECT m.home_id, m.person_id, p.name FROM home_visit_member m JOIN person p ON p.id = m.person_id
		WHERE m.home_id = $1 ORDER BY m.id`)
	leftOut = db.Query[LeftOut](`SELECT m.person_id, p.name, m.region, m.left_out FROM home_visit_member m JOIN person p
		ON p.id = m.person_id WHERE m.plan_id = $1 AND m.left_out <> '' ORDER BY m.left_out, p.name, m.id`)
	membersAbout = memberTable.Where(`person_id = $1 ORDER BY id`)
	followMember = db.SQL(`UPDATE home_visit_member SET person_id = $2 WHERE person_id = $1`)
	groupTable   = db.NewRelation[group]("home_visit_group", "member_id", "blind")
	dropGroups   = db.SQL(`DELETE FROM home_visit_group WHERE member_id IN (SELECT id FROM home_visit_member WHERE person_id = $1)`)

	dayTable   = db.NewRelation[Day]("home_visit_day")
	dayColumns = `SELECT ` + dayTable.Columns("d") + `, l.title, (SELECT count(*) FROM home_visit_home h WHERE h.day_id = d.id) AS homes
		FROM home_visit_day d JOIN home_visit_plan l ON l.id = d.plan_id WHERE `
	dayByID  = db.Query[Day](dayColumns + `d.id = $1`)
	daysOf   = db.Query[Day](dayColumns + `d.plan_id = $1 ORDER BY d.day, d.id`)
	openDays = db.Query[Day](dayColumns + `d.plan_id = $1 AND d.state <> 'over' ORDER BY d.id`)
	pastDays = db.Query[Day](dayColumns + `d.state = 'asked' AND d.day < $1 OR d.state = 'agreed' AND d.day < $2 ORDER BY d.id LIMIT 100`)
	myDays   = db.Query[Day](dayColumns + `d.state <> 'over' AND EXISTS (SELECT 1 FROM home_visit_goer g WHERE g.day_id = d.id
		AND g.person_id = $1 AND g.state <> 'declined') ORDER BY d.day, d.id LIMIT 50`)

	goerTable = db.NewRelation[Goer]("home_visit_goer")
	goersOf   = db.Query[Goer](`SELECT ` + goerTable.Columns("g") + `, p.name FROM home_visit_goer g JOIN person p ON p.id = g.person_id
		WHERE g.day_id = $1 ORDER BY g.id`)
	agreedOf = db.Query[db.ID](`SELECT g.person_id FROM home_visit_goer g JOIN home_visit_day d ON d.id = g.day_id AND d.state = 'agreed'
		WHERE g.day_id = $1 AND g.state = 'agreed' ORDER BY g.id`)
	asksOf     = db.Query[db.ID](`SELECT person_id FROM home_visit_goer WHERE day_id = $1 AND state <> 'declined' ORDER BY id`)
	followGoer = db.SQL(`UPDATE home_visit_goer SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	goesTo     = db.Query[int64](`SELECT count(*) FROM home_visit_goer g JOIN home_visit_day d ON d.id = g.day_id AND d.state = 'agreed'
		JOIN home_visit_home h ON h.day_id = d.id JOIN home_visit_member m ON m.home_id = h.id WHERE g.person_id = $1 AND g.state = 'agreed'
		AND m.person_id = $2`)
	going = db.Query[db.ID](`SELECT g.day_id FROM home_visit_goer g JOIN home_visit_day d ON d.id = g.day_id AND d.state <> 'over'
		WHERE g.person_id = $1 AND g.state <> 'declined' ORDER BY g.id`)

	visitTable  = db.NewRelation[Visit]("home_visit")
	visitsOf    = visitTable.Where(`home_id = $1 ORDER BY id DESC LIMIT 20`)
	lastVisit   = visitTable.Where(`home_id = $1 ORDER BY id DESC LIMIT 1`)
	visitsAbout = db.Query[Seen](`SELECT v.day, v.result FROM home_visit v WHERE EXISTS (SELECT 1 FROM home_visit_member m
		WHERE m.home_id = v.home_id AND m.person_id = $1) ORDER BY v.id`)
	visitsBy     = db.Query[Seen](`SELECT v.day, v.result FROM home_visit v WHERE v.goer_id = $1 OR v.second_id = $1 ORDER BY v.id`)
	followFirst  = db.SQL(`UPDATE home_visit SET goer_id = $2 WHERE goer_id = $1`)
	followSecond = db.SQL(`UPDATE home_visit SET second_id = $2 WHERE second_id = $1`)

	answered = db.Query[int64](`SELECT count(DISTINCT a.person_id) FROM survey_answer a JOIN home_visit_member m ON m.person_id = a.person_id
		WHERE a.survey_id = $1 AND m.plan_id = $2 AND a.day >= $3`)
	surveyAt = db.Query[choice](`SELECT id, title AS name, '' AS no FROM survey WHERE region = $1 AND state = 'open' ORDER BY id DESC`)
	// able are who may be asked to go: volunteers of the place in force, and those who hold an office there and are in the register.
	able = db.Query[choice](`SELECT p.id, p.name, v.no FROM volunteer v JOIN person p ON p.id = v.person_id AND p.state = 'active'
		WHERE v.region = $1 AND v.status = 'active' UNION SELECT p.id, p.name, '' AS no FROM role_grant g JOIN account a ON a.id = g.account_id
		AND a.state = 'active' JOIN person p ON p.id = a.person_id AND p.state = 'active' WHERE g.ended_at IS NULL AND g.from_day <= $2
		AND (g.until_day = 0 OR g.until_day >= $2) AND (g.role IN ('social_worker', 'community_head') AND g.region = $1
		OR g.role = 'station_manager' AND g.station_id IN (SELECT id FROM station WHERE region = $1)) AND NOT EXISTS (SELECT 1 FROM volunteer v
		WHERE v.person_id = p.id AND v.region = $1 AND v.status = 'active') ORDER BY 2, 1`)
	// unable are those on days to come who could not be asked for them any more; $2 is one of them, or nobody for all.
	unable = db.Query[seat](`SELECT g.day_id, g.person_id FROM home_visit_goer g JOIN home_visit_day d ON d.id = g.day_id AND d.state <> 'over'
		WHERE g.state <> 'declined' AND g.person_id = COALESCE($2, g.person_id) AND NOT EXISTS (SELECT 1 FROM volunteer v JOIN person p
		ON p.id = v.person_id AND p.state = 'active' WHERE v.person_id = g.person_id AND v.region = d.region AND v.status = 'active')
		AND NOT EXISTS (SELECT 1 FROM role_grant r JOIN account a ON a.id = r.account_id AND a.state = 'active' JOIN person p
		ON p.id = a.person_id AND p.state = 'active' WHERE p.id = g.person_id AND r.ended_at IS NULL AND r.from_day <= $1
		AND (r.until_day = 0 OR r.until_day >= $1) AND (r.role IN ('social_worker', 'community_head') AND r.region = d.region
		OR r.role = 'station_manager' AND r.station_id IN (SELECT id FROM station WHERE region = d.region))) ORDER BY g.id LIMIT 100`)
)

// choice is something to choose from.
type choice struct {
	ID   db.ID
	Name string
	No   string
}

// seat is somebody on a day.
type seat struct {
	DayID    db.ID
	PersonID db.ID
}

// living is who lives in a home.
type living struct {
	HomeID   db.ID
	PersonID db.ID
	Name     string
}

// keyGroup are the people of a key group.
const keyGroup = `p.recipient_groups IS NOT NULL AND p.state = 'active'`

// reached holds for a person p who was met or spoken with from a day on, by a visit of a plan or of a pairing.
const reached = `(EXISTS (SELECT 1 FROM home_visit_member m JOIN home_visit v ON v.home_id = m.home_id WHERE m.person_id = p.id
	AND v.result IN ('met', 'phoned') AND v.day >= ?) OR EXISTS (SELECT 1 FROM pairing g JOIN pairing_visit x ON x.pairing_id = g.id
	WHERE g.person_id = p.id AND x.result IN ('met', 'phoned', 'video') AND x.day >= ?))`

// drawing asks for the people of a place who may be visited.
type drawing struct {
	At             auth.Region
	Since, Refused clock.Day
}

// found is somebody of a key group, with what speaks against a visit.
type found struct {
	ID          db.ID
	Name        string
	Region      auth.Region
	Householder string
	Hamlet      string
	Dwellings   int64
	Refused     bool
	Recent      bool
	Planned     bool
}

// most is how many people one plan may hold.
const most = 2000

var people = db.DynamicOf[found](func(b *db.Builder, in drawing) {
	b.Add(`SELECT p.id, p.name, p.region, p.householder, p.hamlet, (SELECT count(*) FROM person_address a WHERE a.person_id = p.id) AS dwellings,
		EXISTS (SELECT 1 FROM home_visit_member m JOIN home_visit v ON v.home_id = m.home_id WHERE m.person_id = p.id
			AND v.result = 'refused' AND v.day >= ?) AS refused, `+reached+` AS recent,
		EXISTS (SELECT 1 FROM home_visit_member m JOIN home_visit_home h ON h.id = m.home_id AND h.state = 'waiting'
			WHERE m.person_id = p.id) AS planned FROM person p WHERE `+keyGroup, in.Refused, in.Since, in.Since)
	auth.Within(b, "p.region", in.At)
	b.Add(` ORDER BY p.region, p.hamlet, p.id LIMIT ?`, most+1)
})

// together are pairs of one household within a place.
var together = db.DynamicOf[pair](func(b *db.Builder, in auth.Region) {
	b.Add(`SELECT k.a_id, k.b_id FROM person_kin k JOIN person p ON p.id = k.a_id WHERE k.kind = 'household'`)
	auth.Within(b, "p.region", in)
	b.Add(` ORDER BY k.a_id, k.b_id`)
})

type pair struct {
	AID db.ID `db:"a_id"`
	BID db.ID `db:"b_id"`
}

// sought is a list of plans within what the actor may see.
type sought struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in sought) {
	b.Add(`SELECT ` + planTable.Columns("l") + `, (SELECT count(*) FROM home_visit_home h WHERE h.plan_id = l.id) AS homes,
		(SELECT count(*) FROM home_visit_home h WHERE h.plan_id = l.id AND h.state = 'reached') AS reached FROM home_visit_plan l WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "l.region"})
	auth.Within(b, "l.region", in.Region)
	b.If(in.State != "", " AND l.state = ?", in.State)
}, func(sought) db.Order[Line] {
	return db.Order[Line]{By: "l.id", Down: true, Key: func(l Line) []any { return []any{l.ID} }}
})

// missing is a list of homes that ask somebody to see to it.
type missing struct {
	LateInput
	Scope auth.Scope
}

var late = db.ListOf(func(b *db.Builder, in missing) {
	b.Add(homeColumns + `h.state IN ('unreached', 'gone') AND h.handled_day = 0`)
	in.Scope.Where(b, auth.Columns{Region: "h.region"})
	auth.Within(b, "h.region", in.Region)
	b.If(in.Rung > 0, " AND h.rung >= ?", in.Rung)
}, func(missing) db.Order[Home] {
	return db.Order[Home]{By: "h.late_day, h.id", Key: func(h Home) []any { return []any{h.LateDay, h.ID} }}
})

// lacking is a list of people whom nobody reached since a day.
type lacking struct {
	UncoveredInput
	Since clock.Day
	Scope auth.Scope
}

var uncovered = db.ListOf(func(b *db.Builder, in lacking) {
	b.Add(`SELECT p.id, p.name, p.region, p.householder, p.hamlet, p.birth_day FROM person p WHERE `+keyGroup+` AND NOT `+reached, in.Since, in.Since)
	in.Scope.Where(b, auth.Columns{Region: "p.region"})
	auth.Within(b, "p.region", in.Region)
	if in.Q != "" {
		db.NameFilter(b, "person", "p.id", in.Q)
	}
}, func(lacking) db.Order[Uncovered] {
	return db.Order[Uncovered]{By: "p.region, p.id", Key: func(u Uncovered) []any { return []any{u.Region, u.ID} }}
})

// counting asks for figures of homes: of one plan, or of a place.
type counting struct {
	PlanID db.ID
	At     auth.Region
	From   clock.Day
	Scope  auth.Scope
}

func (in counting) narrow(b *db.Builder) {
	b.If(in.PlanID != 0, " AND h.plan_id = ?", in.PlanID)
	b.If(in.From != 0, " AND l.to_day >= ?", in.From)
	in.Scope.Where(b, auth.Columns{Region: "h.region"})
	auth.Within(b, "h.region", in.At)
}

const tallied = `count(DISTINCT m.person_id) AS people, count(DISTINCT CASE WHEN h.state = 'reached' THEN m.person_id END) AS reached`

const counted = ` FROM home_visit_home h JOIN home_visit_plan l ON l.id = h.plan_id AND l.state <> 'cancelled'
	JOIN home_visit_member m ON m.home_id = h.id`

var (
	byPlace = db.DynamicOf[Cell](func(b *db.Builder, in counting) {
		code := auth.AtLevel("h.region", min(in.At.Level()+1, auth.LevelCommunity))
		b.Add(`SELECT x.code, COALESCE((SELECT r.name FROM region r WHERE r.code = x.code), '') AS label, x.people, x.reached FROM (SELECT ` + code +
			` AS code, ` + tallied + counted + ` WHERE 1 = 1`)
		in.narrow(b)
		b.Add(` GROUP BY 1) x ORDER BY x.code`)
	})
	byGroup = db.DynamicOf[blindCell](func(b *db.Builder, in counting) {
		b.Add(`SELECT g.blind, ` + tallied + counted + ` JOIN home_visit_group g ON g.member_id = m.id WHERE 1 = 1`)
		in.narrow(b)
		b.Add(` GROUP BY g.blind ORDER BY g.blind`)
	})
)

type blindCell struct {
	Blind   []byte
	People  int64
	Reached int64
}

// Invariants: what each finds is amiss.
var (
	stranded = db.Query[db.ID](`SELECT h.id FROM home_visit_home h JOIN home_visit_plan l ON l.id = h.plan_id WHERE h.state = 'waiting'
		AND l.state <> 'open' ORDER BY h.id`)
	unserved = db.Query[db.ID](`SELECT h.id FROM home_visit_home h WHERE h.state = 'reached' AND NOT EXISTS (SELECT 1 FROM home_visit v
		WHERE v.home_id = h.id AND v.result IN ('met', 'phoned')) ORDER BY h.id`)
	unrisen = db.Query[db.ID](`SELECT h.id FROM home_visit_home h WHERE h.state IN ('unreached', 'gone') AND (h.late_day = 0 OR h.rung = 0
		AND h.handled_day = 0) ORDER BY h.id`)
	astray = db.Query[db.ID](`SELECT h.id FROM home_visit_home h JOIN home_visit_day d ON d.id = h.day_id WHERE d.plan_id <> h.plan_id
		OR h.state = 'waiting' AND d.state = 'over' ORDER BY h.id`)
	alone = db.Query[db.ID](`SELECT v.id FROM home_visit v JOIN home_visit_home h ON h.id = v.home_id WHERE h.two_visitors = TRUE
		AND v.result = 'met' AND v.second_id IS NULL ORDER BY v.id`)
	nobody = db.Query[db.ID](`SELECT d.id FROM home_visit_day d WHERE d.state = 'agreed' AND NOT EXISTS (SELECT 1 FROM home_visit_goer g
		WHERE g.day_id = d.id AND g.state = 'agreed') ORDER BY d.id`)
)
