package need

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	table   = db.NewRelation[Need]("need")
	columns = table.Columns("n") + `, p.name`
	from    = ` FROM need n JOIN person p ON p.id = n.person_id`
	byID    = db.Query[Need](`SELECT ` + columns + from + ` WHERE n.id = $1`)
	about   = db.Query[Need](`SELECT ` + columns + from + ` WHERE n.person_id = $1 ORDER BY n.id`)

	groupTable = db.NewRelation[group]("need_group", "need_id", "blind")
	groupsOf   = db.Query[[]byte](`SELECT blind FROM need_group WHERE need_id = $1 ORDER BY blind`)
	dropGroups = db.SQL(`DELETE FROM need_group WHERE need_id IN (SELECT id FROM need WHERE person_id = $1)`)
	stepTable  = db.NewRelation[Step]("need_step")
	stepsOf    = stepTable.Where(`need_id = $1 ORDER BY id DESC LIMIT 50`)

	follow = db.SQL(`UPDATE need SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	blank  = db.SQL(`UPDATE need SET content = '', result = '', version = version + 1,
		ended_day = CASE WHEN ended_day = 0 THEN $2 ELSE ended_day END,
		state = CASE WHEN state IN ('open', 'in_hand') THEN 'declined' ELSE state END WHERE person_id = $1`)
	unsaid = db.SQL(`UPDATE need_step SET text = '' WHERE need_id IN (SELECT id FROM need WHERE person_id = $1)`)

	unowned = db.Query[db.ID](`SELECT id FROM need WHERE state = 'in_hand' AND owner_id IS NULL OR state IN ('met', 'declined')
		AND ended_day = 0 OR state IN ('open', 'in_hand') AND (ended_day <> 0 OR follow_day = 0) ORDER BY id`)
	lost = db.Query[db.ID](`SELECT n.id FROM need n LEFT JOIN orders o ON o.id = n.order_id LEFT JOIN project j ON j.id = n.project_id
		LEFT JOIN pairing g ON g.id = n.pairing_id WHERE n.order_id IS NOT NULL AND o.id IS NULL OR n.project_id IS NOT NULL AND j.id IS NULL
		OR n.pairing_id IS NOT NULL AND g.id IS NULL ORDER BY n.id`)
	ofProject = db.Query[Need](`SELECT ` + columns + from + ` WHERE n.project_id = $1 ORDER BY n.id LIMIT 1`)
	ofPairing = db.Query[Need](`SELECT ` + columns + from + ` WHERE n.pairing_id = $1 ORDER BY n.id LIMIT 1`)
	able      = db.Query[choice](`SELECT v.id, p.name, v.no FROM volunteer v JOIN person p ON p.id = v.person_id WHERE v.region = $1
		AND v.status = 'active' AND v.person_id <> $2 ORDER BY p.name, v.id LIMIT 200`)
	stationAt = db.Query[choice](`SELECT s.id, s.name, '' AS no FROM station s WHERE s.region = $1 AND s.status <> 'closed' ORDER BY s.id`)
)

// origins find what a need came from by its kind: the visit or the answer $1, of the place $2 or about the person $3 himself, whose
// division may have moved on.
var origins = map[string]*db.Rows[db.ID]{
	"visit": db.Query[db.ID](`SELECT v.id FROM home_visit v WHERE v.id = $1 AND (v.region = $2 OR EXISTS (SELECT 1 FROM home_visit_member m
		WHERE m.home_id = v.home_id AND m.person_id = $3)) UNION SELECT x.id FROM pairing_visit x JOIN pairing g ON g.id = x.pairing_id
		WHERE x.id = $1 AND (x.region = $2 OR g.person_id = $3)`),
	"survey": db.Query[db.ID](`SELECT a.id FROM survey_answer a WHERE a.id = $1 AND (a.region = $2 OR a.person_id = $3)`),
}

// choice is something to choose from.
type choice struct {
	ID   db.ID
	Name string
	No   string
}

// sought is a list of needs within what the actor may see.
type sought struct {
	ListInput
	Me    db.ID
	Today clock.Day
	Blind []byte
	Scope auth.Scope
}

func (in sought) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "n.region"})
	auth.Within(b, "n.region", in.Region)
	b.If(in.State != "", " AND n.state = ?", in.State)
	b.If(in.Kind != "", " AND n.kind = ?", in.Kind)
	b.If(in.Urgency != "", " AND n.urgency = ?", in.Urgency)
	b.If(in.Group != "", " AND EXISTS (SELECT 1 FROM need_group g WHERE g.need_id = n.id AND g.blind = ?)", in.Blind)
	b.If(in.Mine, " AND n.owner_id = ?", in.Me)
	b.If(in.Overdue, " AND n.state IN ('open', 'in_hand') AND n.follow_day < ?", in.Today)
	b.If(in.OrderID != 0, " AND n.order_id = ?", in.OrderID)
	b.If(in.ProjectID != 0, " AND n.project_id = ?", in.ProjectID)
	b.If(in.PairingID != 0, " AND n.pairing_id = ?", in.PairingID)
	if in.Q != "" {
		db.NameFilter(b, "person", "p.id", in.Q)
	}
}

var list = db.ListOf(func(b *db.Builder, in sought) {
	b.Add(`SELECT ` + columns + from + ` WHERE 1 = 1`)
	in.narrow(b)
}, func(in sought) db.Order[Need] {
	if in.Sort == "follow" {
		return db.Order[Need]{By: "n.follow_day, n.id", Key: func(n Need) []any { return []any{int64(n.FollowDay), n.ID} }}
	}
	return db.Order[Need]{By: "n.id", Down: true, Key: func(n Need) []any { return []any{n.ID} }}
})

// counting asks for figures of a place and a stretch of days.
type counting struct {
	HeatInput
	Scope auth.Scope
}

func (in counting) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "n.region"})
	auth.Within(b, "n.region", in.Region)
	b.If(in.State != "", " AND n.state = ?", in.State)
}

var (
	cells = db.DynamicOf[cell](func(b *db.Builder, in counting) {
		b.Add(`SELECT n.kind, g.blind, count(DISTINCT n.person_id) AS n FROM need n JOIN need_group g ON g.need_id = n.id WHERE 1 = 1`)
		in.narrow(b)
		b.Add(` GROUP BY n.kind, g.blind ORDER BY n.kind, g.blind`)
	})
	places = db.DynamicOf[spot](func(b *db.Builder, in counting) {
		code := auth.AtLevel("n.region", min(in.Region.Level()+1, auth.LevelCommunity))
		b.Add(`SELECT x.code, COALESCE((SELECT r.name FROM region r WHERE r.code = x.code), '') AS name, x.n, x.open FROM (SELECT ` + code +
			` AS code, count(DISTINCT n.person_id) AS n, SUM(CASE WHEN n.state = 'open' THEN 1 ELSE 0 END) AS open FROM need n WHERE 1 = 1`)
		in.narrow(b)
		b.Add(` GROUP BY 1) x ORDER BY x.code`)
	})
)

type cell struct {
	Kind  string
	Blind []byte
	N     int64
}

type spot struct {
	Code auth.Region
	Name string
	N    int64
	Open int64
}
