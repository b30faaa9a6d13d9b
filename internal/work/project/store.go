package project

import (
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const office = `(SELECT o.person_id FROM team_role o WHERE o.team_id = p.team_id AND o.to_day = 0 AND o.role = `

// held is an occurrence of project p of which a second person approved the list.
const held = `FROM activity a JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved' WHERE a.project_id = p.id`

var (
	table      = db.NewRelation[Project]("project")
	phaseTable = db.NewRelation[Phase]("project_phase")
	phasesOf   = phaseTable.Where("project_id = $1 ORDER BY no")
	dropPhases = db.SQL(`DELETE FROM project_phase WHERE project_id = $1`)

	columns = table.Columns("p") + `, (SELECT v.person_id FROM volunteer v WHERE v.person_id = p.leader_id AND v.status = 'active') AS lead_id, ` +
		office + `'leader') AS team_leader_id, ` + office + `'deputy') AS team_deputy_id,
		COALESCE((SELECT t.name FROM team t WHERE t.id = p.team_id), '') AS team,
		COALESCE((SELECT s.name FROM station s WHERE s.id = p.station_id), '') AS station`
	byID     = db.Query[Project](`SELECT ` + columns + ` FROM project p WHERE p.id = $1`)
	namesake = db.Query[db.ID](`SELECT id FROM project WHERE station_id = $1 AND name = $2 AND state IN ('proposed', 'active') AND id <> $3`)
	ledBy    = db.Query[Project](`SELECT ` + columns + ` FROM project p WHERE p.state IN ('proposed', 'refused', 'active') AND (p.leader_id = $1
		OR EXISTS (SELECT 1 FROM team_role o WHERE o.team_id = p.team_id AND o.person_id = $1 AND o.to_day = 0)) ORDER BY p.id DESC LIMIT 100`)
	everLed  = db.Query[Project](`SELECT ` + columns + ` FROM project p WHERE p.leader_id = $1 ORDER BY p.id`)
	joinedBy = db.Query[Project](`SELECT ` + columns + ` FROM project p WHERE p.state IN ('active', 'closed') AND EXISTS (SELECT 1
		FROM activity a JOIN activity_place s ON s.activity_id = a.id WHERE a.project_id = p.id AND s.person_id = $1
		AND s.state IN ('held', 'waiting', 'offered')) ORDER BY p.id DESC LIMIT 100`)

	occurrences = db.Query[Occurrence](`SELECT a.id, a.title, a.starts_at, a.state, COALESCE((SELECT h.state FROM sheet h
		WHERE h.id = a.sheet_id), '') = 'approved' AS held, (SELECT COUNT(*) FROM sheet_row r WHERE r.sheet_id = a.sheet_id) AS people
		FROM activity a WHERE a.project_id = $1 ORDER BY a.starts_at DESC, a.id LIMIT 60`)
	upcoming = db.Query[Occurrence](`SELECT a.id, a.title, a.starts_at, a.state, FALSE AS held, 0 AS people FROM activity a
		WHERE a.project_id = $1 AND a.state = 'open' AND a.starts_at > $2 ORDER BY a.starts_at, a.id LIMIT 10`)
	loose = db.Query[choice](`SELECT a.id, a.title AS name, a.day FROM activity a WHERE a.station_id = $1 AND a.project_id IS NULL
		AND a.state IN ('draft', 'open') ORDER BY a.starts_at, a.id LIMIT 60`)
	open = db.Query[int64](`SELECT COUNT(*) FROM activity WHERE project_id = $1 AND state IN ('draft', 'open')`)

	heldOf = db.Query[standing](`SELECT ` + heldColumns("$2") + ` FROM project p WHERE p.id = $1`)
	// family is how the copies of a project stand, each.
	family = db.Query[standing](`SELECT ` + heldColumns("$2") + ` FROM project p WHERE p.origin_id = $1 AND p.state IN ('active', 'closed')`)

	byNumber = db.Query[candidate](`SELECT v.person_id, v.status, p.birth_day FROM volunteer v JOIN person p ON p.id = v.person_id
		WHERE v.no = $1`)
	personName = db.Query[string](`SELECT name FROM person WHERE id = $1`)
	homeOf     = db.Query[auth.Region](`SELECT region FROM volunteer WHERE person_id = $1 AND status = 'active'`)
	// away says whether a person cannot answer for anything on a day.
	away = db.Query[int64](`SELECT COUNT(*) FROM person p WHERE p.id = $1 AND NOT EXISTS (SELECT 1 FROM volunteer v
		WHERE v.person_id = p.id AND v.status = 'active' AND NOT EXISTS (SELECT 1 FROM volunteer_pause x WHERE x.volunteer_id = v.id
		AND x.from_day <= $2 AND (x.to_day = 0 OR x.to_day >= $2)))`)

	handOver = db.SQL(`UPDATE project SET team_id = $2, version = version + 1 WHERE team_id = $1 AND state IN ('proposed', 'refused', 'active')`)
	follow   = db.SQL(`UPDATE project SET leader_id = $2, version = version + 1 WHERE leader_id = $1`)
	unlead   = db.SQL(`UPDATE project SET leader_id = NULL, version = version + 1 WHERE leader_id = $1`)
)

// standing is how often a project was held, in all and lately.
type standing struct {
	State  string
	Rhythm string
	Held   int64
	First  clock.Day
	Last   clock.Day
	Recent int64 // days on which it was held since
	Months int64 // in which it was held since
}

// heldColumns are those of a standing; since is the first day of lately.
func heldColumns(since string) string {
	lately := held + ` AND a.day >= ` + since + `)`
	return `p.state, p.rhythm, (SELECT COUNT(*) ` + held + `) AS held, COALESCE((SELECT MIN(a.day) ` + held + `), 0) AS first,
		COALESCE((SELECT MAX(a.day) ` + held + `), 0) AS last, (SELECT COUNT(DISTINCT a.day) ` + lately + ` AS recent,
		(SELECT COUNT(DISTINCT a.day/100) ` + lately + ` AS months`
}

// candidate is a volunteer who may lead.
type candidate struct {
	PersonID db.ID
	Status   string
	BirthDay clock.Day
}

// choice is something to choose from.
type choice struct {
	ID   db.ID
	Name string
	Day  clock.Day
}

// Occurrence is an activity of a project.
type Occurrence struct {
	ID       db.ID     `json:"id"`
	Title    string    `json:"title"`
	StartsAt time.Time `json:"starts_at"`
	State    string    `json:"state" set:"activity.state"`
	Held     bool      `json:"held" doc:"办过，名单经第二人复核"`
	People   int64     `json:"people" doc:"名单上几个人"`
}

// scoped is a list within what the actor may see, at a day.
type scoped struct {
	ListInput
	Rule  Rule
	Scope auth.Scope
}

// lately is the condition that project p was held often enough.
func lately(b *db.Builder, r Rule) {
	b.Add(`p.state = 'active' AND p.rhythm <> 'once' AND p.id IN (SELECT a.project_id FROM activity a JOIN sheet h ON h.id = a.sheet_id
		AND h.state = 'approved' WHERE a.project_id IS NOT NULL AND a.day >= ? GROUP BY a.project_id HAVING COUNT(DISTINCT a.day) >= ?
		AND COUNT(DISTINCT a.day/100) >= ?)`, r.Since, r.Times, leastMonths)
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "p.region", Station: "p.station_id"})
	in.ListInput.narrow(b, in.Rule)
}

func (in ListInput) narrow(b *db.Builder, r Rule) {
	auth.Within(b, "p.region", in.Region)
	b.If(in.State != "", " AND p.state = ?", in.State)
	b.If(in.Group != "", " AND ' ' || p.key_groups || ' ' LIKE ? ESCAPE '!'", db.Holding(" "+in.Group+" "))
	b.If(in.Q != "", " AND p.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
	if in.Regular {
		b.Add(" AND ")
		lately(b, r)
	}
}

func selectLines(b *db.Builder, r Rule) {
	b.Add(`SELECT `+columns+`, `+heldColumns("?")[len(`p.state, p.rhythm, `):]+`, (SELECT COUNT(*) FROM project c WHERE c.origin_id = p.id
		AND c.state IN ('active', 'closed')) AS copies FROM project p WHERE `, r.Since, r.Since)
}

func orderOf(sort string) db.Order[Line] {
	switch sort {
	case "name":
		return db.Order[Line]{By: "p.name, p.id", Key: func(l Line) []any { return []any{l.Name, l.ID} }}
	case "ends":
		return db.Order[Line]{By: "p.to_day, p.id", Key: func(l Line) []any { return []any{int64(l.ToDay), l.ID} }}
	}
	return db.Order[Line]{By: "p.id", Down: true, Key: func(l Line) []any { return []any{l.ID} }}
}

var (
	list = db.ListOf(func(b *db.Builder, in scoped) {
		selectLines(b, in.Rule)
		b.Add("1 = 1")
		in.narrow(b)
	}, func(in scoped) db.Order[Line] { return orderOf(in.Sort) })

	faces = db.ListOf(func(b *db.Builder, in seen) {
		selectLines(b, in.Rule)
		b.Add("p.state IN ('active', 'closed')")
		ListInput{Region: in.Region, Group: in.Group, Q: in.Q, Regular: in.Regular}.narrow(b, in.Rule)
	}, func(seen) db.Order[Line] { return orderOf("") })
)

// seen is a list of what everybody may see.
type seen struct {
	PublicInput
	Rule Rule
}

// wanting are communities within what the actor may see.
type wanting struct {
	MissingInput
	Rule  Rule
	Scope auth.Scope
}

const communities = ` FROM region r WHERE r.level = 5 AND r.counts_as_community AND r.valid_to = 99991231`

func (in wanting) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "r.code"})
	auth.Along(b, "r.code", in.Region)
}

// regularHere are the communities with a regular project.
func (in wanting) regularHere(b *db.Builder) {
	b.Add(`r.code IN (SELECT p.region FROM project p WHERE `)
	lately(b, in.Rule)
	auth.Along(b, "p.region", in.Region)
	b.Add(`)`)
}

var (
	missing = db.ListOf(func(b *db.Builder, in wanting) {
		b.Add(`SELECT r.code AS region, r.name, COALESCE((SELECT t.name FROM region t WHERE t.code = r.parent), '') AS town,
			COALESCE((SELECT s.name FROM station s WHERE s.id = (SELECT MIN(x.id) FROM station x WHERE x.region = r.code
			AND x.status <> 'closed')), '') AS station, (SELECT COUNT(*) FROM project p WHERE p.region = r.code AND p.state = 'active') AS projects` +
			communities + ` AND NOT `)
		in.regularHere(b)
		in.narrow(b)
		b.If(in.Q != "", " AND r.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
	}, func(wanting) db.Order[Community] {
		return db.Order[Community]{By: "r.code", Key: func(c Community) []any { return []any{int64(c.Region)} }}
	})
	shares = db.DynamicOf[Share](func(b *db.Builder, in wanting) {
		b.Add(`SELECT COUNT(*) AS communities, COALESCE(SUM(CASE WHEN `)
		in.regularHere(b)
		b.Add(` THEN 1 ELSE 0 END), 0) AS regular` + communities)
		in.narrow(b)
	})
)
