package honour

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	commendations = db.NewRelation[Commendation]("commendation")
	ofPerson      = commendations.Where("kind = 'volunteer' AND person_id = $1 ORDER BY day DESC, id DESC")
	ofTeam        = commendations.Where("team_id = $1 AND kind = 'team' AND state = 'published' ORDER BY day DESC, id DESC")
	ofProject     = commendations.Where("project_id = $1 AND state = 'published' ORDER BY day DESC, id DESC")
	twins         = db.Query[int64](`SELECT COUNT(*) FROM commendation WHERE state <> 'refused' AND title = $1 AND day = $2 AND (kind = 'volunteer'
		AND volunteer_id = $3 OR kind = 'team' AND team_id = $4 OR project_id = $5)`)

	models   = db.NewRelation[Model]("model")
	named    = db.NewRelation[Named]("model_named", "model_id", "person_id")
	namedIn  = named.Where("model_id = $1 ORDER BY person_id")
	unnamed  = db.SQL(`DELETE FROM model_named WHERE model_id = $1`)
	steps    = db.NewRelation[Step]("model_step", "model_id", "n")
	stepsOf  = steps.Where("model_id = $1 ORDER BY n")
	naming   = db.Query[Model](models.Select("m") + ` WHERE EXISTS (SELECT 1 FROM model_named n WHERE n.model_id = m.id AND n.person_id = $1) ORDER BY m.id`)
	brandsOf = db.Query[int64](`SELECT COUNT(*) FROM model m JOIN project p ON p.id = m.project_id WHERE m.kind = 'brand' AND m.state = 'published'
		AND p.team_id = $1`)
	brandsIn   = db.Query[int64](`SELECT COUNT(*) FROM model m WHERE m.kind = 'brand' AND m.state = 'published' AND m.region = $1`)
	teamsAt    = db.Query[choice](`SELECT t.id, t.name FROM team t WHERE t.region = $1 AND t.state = 'active' ORDER BY t.name LIMIT 100`)
	projectsAt = db.Query[choice](`SELECT p.id, p.name FROM project p WHERE p.region = $1 AND p.state IN ('active', 'closed') ORDER BY p.name
		LIMIT 100`)
)

// choice is a team or a project of a place.
type choice struct {
	ID   db.ID
	Name string
}

// search is a list within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(commendations.Select("c") + " WHERE 1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "c.region"})
	auth.Within(b, "c.region", in.Region)
	b.If(in.State != "", " AND c.state = ?", in.State)
	b.If(in.Q != "", " AND (c.subject LIKE ? ESCAPE '!' OR c.title LIKE ? ESCAPE '!')", db.Holding(in.Q), db.Holding(in.Q))
}, func(search) db.Order[Commendation] {
	return db.Order[Commendation]{By: "c.id", Down: true, Key: func(c Commendation) []any { return []any{c.ID} }}
})

// among is a list of models within what the actor may see.
type among struct {
	ModelsInput
	Scope auth.Scope
}

var library = db.ListOf(func(b *db.Builder, in among) {
	b.Add(models.Select("m") + " WHERE 1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "m.region", Station: "m.station_id"})
	b.If(in.State != "", " AND m.state = ?", in.State).If(in.Kind != "", " AND m.kind = ?", in.Kind)
}, func(among) db.Order[Model] {
	return db.Order[Model]{By: "m.id", Down: true, Key: func(m Model) []any { return []any{m.ID} }}
})

// Face is a commendation as everybody may see it.
type Face struct {
	ID      db.ID       `json:"id"`
	Region  auth.Region `json:"region"`
	Kind    string      `json:"kind"`
	Subject string      `json:"subject"`
	Title   string      `json:"title"`
	Giver   string      `json:"giver"`
	Day     clock.Day   `json:"day"`
	Where   string      `json:"where" db:"-"`
}

var faces = db.ListOf(func(b *db.Builder, in PublicInput) {
	b.Add(`SELECT c.id, c.region, c.kind, c.subject, c.title, c.giver, c.day FROM commendation c WHERE c.state = 'published'
		AND NOT (c.kind = 'volunteer' AND ` + unwilling + `c.person_id))`)
	auth.Within(b, "c.region", in.Region)
}, func(PublicInput) db.Order[Face] {
	return db.Order[Face]{By: "c.id", Down: true, Key: func(f Face) []any { return []any{f.ID} }}
})

// Card is a published model in a list.
type Card struct {
	ID     db.ID       `json:"id"`
	Region auth.Region `json:"region"`
	Kind   string      `json:"kind"`
	Title  string      `json:"title"`
	Where  string      `json:"where" db:"-"`
}

var cards = db.ListOf(func(b *db.Builder, in CardsInput) {
	b.Add(`SELECT m.id, m.region, m.kind, m.title FROM model m WHERE m.state = 'published'`)
	auth.Within(b, "m.region", in.Region)
	b.If(in.Kind != "", " AND m.kind = ?", in.Kind)
}, func(CardsInput) db.Order[Card] {
	return db.Order[Card]{By: "m.id", Down: true, Key: func(c Card) []any { return []any{c.ID} }}
})
