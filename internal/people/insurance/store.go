package insurance

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const (
	whoseWord = `COALESCE((SELECT t.name FROM team t WHERE t.id = p.team_id), (SELECT s.name FROM station s WHERE s.id = p.station_id), '')`
	whose     = whoseWord + ` AS whose`
	tables    = ` FROM policy p `
)

var (
	table   = db.NewRelation[Policy]("policy")
	columns = table.Columns("p") + `, ` + whose
	byID    = db.Query[Policy](`SELECT ` + columns + tables + `WHERE p.id = $1`)

	editionTable = db.NewRelation[Edition]("policy_edition", "policy_id", "n")
	editionsOf   = editionTable.Where("policy_id = $1 ORDER BY n DESC")

	nameTable   = db.NewRelation[Name]("policy_name", "policy_id", "volunteer_id", "from_day")
	nameColumns = nameTable.Columns("n") + `, v.no, x.name`
	nameTables  = ` FROM policy_name n JOIN volunteer v ON v.id = n.volunteer_id JOIN person x ON x.id = v.person_id `
	openName    = db.Query[Name](`SELECT ` + nameColumns + nameTables + `WHERE n.policy_id = $1 AND n.volunteer_id = $2 AND n.to_day = 0`)
	strike      = db.SQL(`UPDATE policy_name SET to_day = $3, reason = reason || $4 WHERE policy_id = $1 AND volunteer_id = $2 AND to_day = 0`)
	everNamed   = db.Query[Name](`SELECT ` + nameColumns + nameTables + `WHERE v.person_id = $1 ORDER BY n.from_day, n.policy_id`)
	unsay       = db.SQL(`UPDATE policy_name SET reason = '' WHERE reason <> '' AND volunteer_id IN (SELECT id FROM volunteer WHERE person_id = $1)`)

	incidentTable   = db.NewRelation[Happening]("policy_incident")
	incidentColumns = incidentTable.Columns("h") + `, x.name, v.no, s.name AS station, COALESCE((SELECT p.insurer || ' ' || p.number
		FROM policy p WHERE p.id = h.policy_id), '') AS policy`
	incidentTables = ` FROM policy_incident h JOIN volunteer v ON v.id = h.volunteer_id JOIN person x ON x.id = h.person_id
		JOIN station s ON s.id = h.station_id `
	incidentByID = db.Query[Happening](`SELECT ` + incidentColumns + incidentTables + `WHERE h.id = $1`)
	incidentsOf  = db.Query[Happening](`SELECT ` + incidentColumns + incidentTables + `WHERE h.person_id = $1 ORDER BY h.id`)
	follow       = db.SQL(`UPDATE policy_incident SET person_id = $2, version = version + 1 WHERE person_id = $1`)

	volunteerOf = db.Query[db.ID](`SELECT id FROM volunteer WHERE person_id = $1`)
	teamsOf     = db.Query[choice](`SELECT t.id, t.name FROM team_member m JOIN team t ON t.id = m.team_id WHERE m.person_id = $1
		AND m.state = 'in' AND t.state = 'active' ORDER BY t.id`)
)

// choice is something that one may choose.
type choice struct {
	ID   db.ID
	Name string
}

func get(ctx context.Context, tx *db.Tx, id db.ID) (Policy, error) { return byID.Get(ctx, tx, id) }

func happening(ctx context.Context, tx *db.Tx, id db.ID) (Happening, error) {
	return incidentByID.Get(ctx, tx, id)
}

// fresh writes a new policy: one of a number with an insurer.
func fresh(ctx context.Context, tx *db.Tx, p *Policy) error {
	added, err := table.Add(ctx, tx, *p)
	if err == nil && !added {
		err = errs.Field("number", "这家保险公司的这个保单号已经登记过")
	}
	if err != nil {
		return err
	}
	return printed(ctx, tx, *p, "")
}

// around asks for the policies that can cover a service in a division, from a day on.
type around struct {
	At   auth.Region
	Only db.ID
	From clock.Day
}

func (in around) narrow(b *db.Builder) {
	b.Add(` WHERE p.until_day >= ? AND (p.region IN (?, ?, ?) OR (1 = 1`, in.From, in.At.At(auth.LevelRegion),
		in.At.At(min(auth.LevelLeague, in.At.Level())), in.At)
	auth.Within(b, "p.region", in.At)
	b.Add(")")
	b.If(in.Only != 0, " OR EXISTS (SELECT 1 FROM policy_name o WHERE o.policy_id = p.id AND o.volunteer_id = ?)", in.Only)
	b.Add(")")
}

var (
	inForce = db.DynamicOf[Policy](func(b *db.Builder, in around) {
		b.Add(`SELECT ` + columns + tables)
		in.narrow(b)
		b.Add(" ORDER BY p.until_day DESC, p.id")
	})
	naming = db.DynamicOf[Name](func(b *db.Builder, in around) {
		b.Add(`SELECT ` + nameColumns + nameTables + `JOIN policy p ON p.id = n.policy_id`)
		in.narrow(b)
		b.If(in.Only != 0, " AND n.volunteer_id = ?", in.Only)
		b.Add(" ORDER BY n.policy_id, n.volunteer_id, n.from_day")
	})
)

// search is a list of policies within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
	Today clock.Day
}

func (in search) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "p.region", Station: "p.station_id", Shared: true})
	auth.Within(b, "p.region", in.ListInput.Region)
	b.If(in.Q != "", " AND (p.number LIKE ? ESCAPE '!' OR p.insurer LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q))
	b.If(in.Days > 0, " AND p.until_day BETWEEN ? AND ? AND "+unfollowed, in.Today, in.Today.AddDays(int(in.Days)))
	b.If(in.Days == 0 && in.Past == "no", " AND p.until_day >= ?", in.Today)
}

// unfollowed says that nothing of the same kind goes on where a policy p ends, for the same whom.
const unfollowed = `NOT EXISTS (SELECT 1 FROM policy f WHERE f.scope = p.scope AND f.region = p.region AND f.kind = p.kind
	AND COALESCE(f.station_id, 0) = COALESCE(p.station_id, 0) AND COALESCE(f.team_id, 0) = COALESCE(p.team_id, 0) AND f.id <> p.id
	AND f.until_day > p.until_day)`

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT ` + columns + tables + `WHERE 1 = 1`)
	in.narrow(b)
}, func(search) db.Order[Policy] {
	return db.Order[Policy]{By: "p.until_day, p.id", Down: true, Key: func(p Policy) []any { return []any{p.Until, p.ID} }}
})

var namesIn = db.ListOf(func(b *db.Builder, in db.ID) {
	b.Add(`SELECT `+nameColumns+nameTables+`WHERE n.policy_id = ?`, in)
}, func(db.ID) db.Order[Name] {
	return db.Order[Name]{By: "v.no, n.from_day", Key: func(n Name) []any { return []any{n.No, n.From} }}
})

// amongIncidents is a list of incidents within what the actor may see.
type amongIncidents struct {
	IncidentsInput
	Scope auth.Scope
}

var incidentList = db.ListOf(func(b *db.Builder, in amongIncidents) {
	b.Add(`SELECT ` + incidentColumns + incidentTables + `WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "h.region", Station: "h.station_id"})
	b.If(in.State != "", " AND h.state = ?", in.State)
}, func(amongIncidents) db.Order[Happening] {
	return db.Order[Happening]{By: "h.id", Down: true, Key: func(h Happening) []any { return []any{h.ID} }}
})

// Threatened is an order or an activity after the last day of a policy.
type Threatened struct {
	Ordered bool        `json:"ordered" doc:"是订单，不是活动"`
	ID      db.ID       `json:"id"`
	Title   string      `json:"title"`
	Day     clock.Day   `json:"day"`
	Region  auth.Region `json:"-"`
	Station db.ID       `json:"-" db:"station_id"`
	Team    db.ID       `json:"-" db:"team_id"`
}

// after asks what lies after the last day of a policy.
type after struct {
	Scope   string
	Region  auth.Region
	Station db.ID
	Team    db.ID
	Policy  db.ID
	Until   clock.Day
}

var threatened = db.DynamicOf[Threatened](func(b *db.Builder, in after) {
	b.Add(`SELECT TRUE AS ordered, o.id, o.title, o.day, o.region, o.station_id, NULL AS team_id FROM orders o JOIN catalogue_item c
		ON c.id = o.catalogue_id AND (c.dangerous OR c.insurance_needed) WHERE o.day > ? AND o.state IN ('submitted', 'needs_info', 'queued',
		'open', 'offered', 'accepted')`, in.Until)
	in.narrow(b, "o.region", "o.station_id", "", `SELECT 1 FROM assignment a WHERE a.order_id = o.id AND a.state IN ('offered', 'accepted')
		AND a.volunteer_id`)
	b.Add(` UNION ALL SELECT FALSE AS ordered, x.id, x.title, x.day, x.region, x.station_id, x.team_id FROM activity x WHERE x.day > ?
		AND x.insurance_needed AND x.state IN ('draft', 'open')`, in.Until)
	in.narrow(b, "x.region", "x.station_id", "x.team_id", `SELECT 1 FROM activity_place a WHERE a.activity_id = x.id
		AND a.state IN ('held', 'offered') AND a.volunteer_id`)
	b.Add(` ORDER BY 4, 2 LIMIT 200`)
})

// narrow keeps what a policy is for.
func (in after) narrow(b *db.Builder, region, station, team, part string) {
	switch in.Scope {
	case OfStation:
		b.Add(" AND "+station+" = ?", in.Station)
	case OfTeam:
		if team == "" {
			b.Add(" AND 1 = 0")
			return
		}
		b.Add(" AND "+team+" = ?", in.Team)
	case OfNamed:
		b.Add(" AND EXISTS ("+part+" IN (SELECT n.volunteer_id FROM policy_name n WHERE n.policy_id = ? AND n.to_day = 0))", in.Policy)
	default:
		auth.Within(b, region, in.Region)
	}
}
