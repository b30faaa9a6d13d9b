package team

import (
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const holder = `(SELECT o.person_id FROM team_role o WHERE o.team_id = t.id AND o.to_day = 0 AND o.role = `

var (
	table       = db.NewRelation[Team]("team")
	memberTable = db.NewRelation[Membership]("team_member")
	officeTable = db.NewRelation[Office]("team_role")

	columns = table.Columns("t") + `, ` + holder + `'leader') AS leader_id, ` + holder + `'deputy') AS deputy_id,
		COALESCE((SELECT p.name FROM team_role o JOIN person p ON p.id = o.person_id WHERE o.team_id = t.id AND o.to_day = 0
		AND o.role = 'leader'), '') AS leader_name,
		(SELECT COUNT(*) FROM team_member m WHERE m.team_id = t.id AND m.state = 'in') AS members`
	byID = db.Query[Team](`SELECT ` + columns + ` FROM team t WHERE t.id = $1`)

	memberColumns = memberTable.Columns("m") + `, p.name, v.no, t.name AS team, t.region, t.station_id, ` + holder + `'leader') AS leader_id, ` +
		holder + `'deputy') AS deputy_id, COALESCE((SELECT o.role FROM team_role o WHERE o.team_id = t.id AND o.to_day = 0
		AND o.person_id = m.person_id), '') AS office`
	memberTables = ` FROM team_member m JOIN team t ON t.id = m.team_id JOIN person p ON p.id = m.person_id
		JOIN volunteer v ON v.id = m.volunteer_id `
	memberByID = db.Query[Membership](`SELECT ` + memberColumns + memberTables + `WHERE m.id = $1`)
	openOf     = db.Query[Membership](`SELECT ` + memberColumns + memberTables + `WHERE m.team_id = $1 AND m.state IN ('asked', 'wants', 'in')
		ORDER BY m.id`)
	mineOf = db.Query[Membership](`SELECT ` + memberColumns + memberTables + `WHERE m.person_id = $1 AND t.state IN ('applied', 'active')
		AND m.state IN ('asked', 'wants', 'in') ORDER BY m.id`)
	allOf  = db.Query[Membership](`SELECT ` + memberColumns + memberTables + `WHERE m.person_id = $1 ORDER BY m.id`)
	inside = db.Query[Membership](`SELECT ` + memberColumns + memberTables + `WHERE m.team_id = $1 AND m.person_id = $2
		AND m.state IN ('asked', 'wants', 'in')`)

	officeNow  = officeTable.Where("team_id = $1 AND role = $2 AND to_day = 0")
	officesNow = officeTable.Where("team_id = $1 AND to_day = 0 ORDER BY id")
	heldBy     = officeTable.Where("person_id = $1 AND to_day = 0 ORDER BY id")

	// away says whether a person cannot answer for anything on a day: no volunteer in the register, or away for some days.
	away = db.Query[int64](`SELECT COUNT(*) FROM person p WHERE p.id = $1 AND NOT EXISTS (SELECT 1 FROM volunteer v
		WHERE v.person_id = p.id AND v.status = 'active' AND NOT EXISTS (SELECT 1 FROM volunteer_pause x WHERE x.volunteer_id = v.id
		AND x.from_day <= $2 AND (x.to_day = 0 OR x.to_day >= $2)))`)

	namesake = db.Query[db.ID](`SELECT id FROM team WHERE region = $1 AND name = $2 AND state IN ('applied', 'active') AND id <> $3`)
	byNumber = db.Query[candidate](`SELECT v.id, v.person_id, v.status, p.birth_day FROM volunteer v JOIN person p ON p.id = v.person_id
		WHERE v.no = $1`)
	byPerson = db.Query[candidate](`SELECT v.id, v.person_id, v.status, p.birth_day FROM volunteer v JOIN person p ON p.id = v.person_id
		WHERE v.person_id = $1`)

	followMembers = db.SQL(`UPDATE team_member SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	followOffices = db.SQL(`UPDATE team_role SET person_id = $2 WHERE person_id = $1`)
	noReasons     = db.SQL(`UPDATE team_member SET reason = '', version = version + 1 WHERE person_id = $1 AND reason <> ''`)
)

// candidate is a volunteer who may come into a team.
type candidate struct {
	ID       db.ID
	PersonID db.ID
	Status   string
	BirthDay clock.Day
}

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
	auth.Within(b, "t.region", in.ListInput.Region)
	b.If(in.Kind != "", " AND t.kind = ?", in.Kind).If(in.State != "", " AND t.state = ?", in.State)
	b.If(in.Q != "", " AND t.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
}

var list = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(`SELECT ` + columns + ` FROM team t WHERE 1 = 1`)
	in.narrow(b)
}, func(in scoped) db.Order[Team] {
	if in.Sort == "name" {
		return db.Order[Team]{By: "t.name, t.id", Key: func(t Team) []any { return []any{t.Name, t.ID} }}
	}
	return db.Order[Team]{By: "t.id", Down: true, Key: func(t Team) []any { return []any{t.ID} }}
})

// open are the teams of a place that anybody may see.
var open = db.ListOf(func(b *db.Builder, in PublicInput) {
	b.Add(`SELECT t.id, t.name, t.kind, t.purpose, t.region, t.founded_day, (SELECT COUNT(*) FROM team_member m WHERE m.team_id = t.id
		AND m.state = 'in') AS members FROM team t WHERE t.state = 'active'`)
	auth.Within(b, "t.region", in.Region)
	b.If(in.Kind != "", " AND t.kind = ?", in.Kind).If(in.Q != "", " AND t.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
}, func(PublicInput) db.Order[Face] {
	return db.Order[Face]{By: "t.id", Down: true, Key: func(f Face) []any { return []any{f.ID} }}
})

var face = db.Query[Face](`SELECT t.id, t.name, t.kind, t.purpose, t.region, t.founded_day, (SELECT COUNT(*) FROM team_member m
	WHERE m.team_id = t.id AND m.state = 'in') AS members FROM team t WHERE t.id = $1 AND t.state = 'active'`)

var kindCounts = db.DynamicOf[KindCount](func(b *db.Builder, in scoped) {
	b.Add(`SELECT t.kind, COUNT(*) AS teams, COALESCE(SUM((SELECT COUNT(*) FROM team_member m WHERE m.team_id = t.id AND m.state = 'in')), 0)
		AS members FROM team t WHERE t.state = 'active'`)
	in.Scope.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
	auth.Within(b, "t.region", in.ListInput.Region)
	b.Add(" GROUP BY t.kind")
})

// leading counts the members of teams by the kind of their identity; somebody of two kinds counts in both.
var leading = db.DynamicOf[identityLine](func(b *db.Builder, in scoped) {
	b.Add(`SELECT v.identities, COUNT(DISTINCT v.id) AS n FROM team t JOIN team_member m ON m.team_id = t.id AND m.state = 'in'
		JOIN volunteer v ON v.id = m.volunteer_id WHERE t.state = 'active'`)
	in.Scope.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
	auth.Within(b, "t.region", in.ListInput.Region)
	b.Add(" GROUP BY v.identities")
})

// identityLine counts volunteers who have exactly these identities.
type identityLine struct {
	Identities person.Codes
	N          int64
}

var identitiesIn = db.Query[identityLine](`SELECT v.identities, COUNT(*) AS n FROM team_member m JOIN volunteer v ON v.id = m.volunteer_id
	WHERE m.team_id = $1 AND m.state = 'in' GROUP BY v.identities`)
