package recruit

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

var (
	table            = db.NewRelation[Campaign]("campaign")
	questionTable    = db.NewRelation[Question]("campaign_question")
	applicationTable = db.NewRelation[Application]("campaign_application")
	answerTable      = db.NewRelation[Answer]("campaign_answer")

	columns = table.Columns("c") + `, COALESCE((SELECT s.name FROM station s WHERE s.id = c.station_id), '') AS station,
		COALESCE((SELECT t.name FROM team t WHERE t.id = c.team_id), '') AS team,
		COALESCE((SELECT p.name FROM project p WHERE p.id = c.project_id), '') AS project,
		(SELECT COUNT(*) FROM campaign_application a WHERE a.campaign_id = c.id AND a.state = 'accepted') AS accepted,
		(SELECT COUNT(*) FROM campaign_application a WHERE a.campaign_id = c.id AND a.state = 'applied') AS waiting`
	byID    = db.Query[Campaign](`SELECT ` + columns + ` FROM campaign c WHERE c.id = $1`)
	overdue = db.Query[Campaign](`SELECT ` + columns + ` FROM campaign c WHERE c.state = 'published' AND c.to_day < $1 ORDER BY c.id LIMIT 500`)
	hold    = db.Query[int64](`SELECT version FROM campaign WHERE id = $1 FOR UPDATE`)

	questionsOf   = questionTable.Where("campaign_id = $1 ORDER BY no")
	dropQuestions = db.SQL(`DELETE FROM campaign_question WHERE campaign_id = $1`)

	applicationColumns = applicationTable.Columns("a") + `, p.name, v.no, v.status, c.title AS campaign, c.region, c.station_id`
	applicationTables  = ` FROM campaign_application a JOIN campaign c ON c.id = a.campaign_id JOIN person p ON p.id = a.person_id
		JOIN volunteer v ON v.id = a.volunteer_id `
	applicationByID = db.Query[Application](`SELECT ` + applicationColumns + applicationTables + `WHERE a.id = $1`)
	applicationsOf  = db.Query[Application](`SELECT ` + applicationColumns + applicationTables + `WHERE a.campaign_id = $1 ORDER BY a.id`)
	mineOf          = db.Query[Application](`SELECT ` + applicationColumns + applicationTables + `WHERE a.person_id = $1 ORDER BY a.id DESC`)
	ownOf           = db.Query[Application](`SELECT ` + applicationColumns + applicationTables + `WHERE a.campaign_id = $1 AND a.person_id = $2
		ORDER BY a.id DESC LIMIT 1`)
	lastOf = db.Query[string](`SELECT state FROM campaign_application WHERE campaign_id = $1 AND person_id = $2 ORDER BY id DESC LIMIT 1`)

	answersOf = answerTable.Where("application_id = $1 ORDER BY no")
	answersTo = db.Query[Answer](`SELECT ` + answerTable.Columns("x") + ` FROM campaign_answer x JOIN campaign_application a
		ON a.id = x.application_id WHERE a.campaign_id = $1 ORDER BY x.application_id, x.no`)
	answersOfPerson = db.Query[Answer](`SELECT ` + answerTable.Columns("x") + ` FROM campaign_answer x JOIN campaign_application a
		ON a.id = x.application_id WHERE a.person_id = $1 ORDER BY x.id`)
	dropAnswers = db.SQL(`DELETE FROM campaign_answer WHERE application_id IN (SELECT id FROM campaign_application WHERE person_id = $1)`)
	noReasons   = db.SQL(`UPDATE campaign_application SET reason = '', version = version + 1 WHERE person_id = $1 AND reason <> ''`)
	follow      = db.SQL(`UPDATE campaign_application SET person_id = $2, volunteer_id = COALESCE((SELECT v.id FROM volunteer v WHERE v.person_id = $2),
		volunteer_id), version = version + 1 WHERE person_id = $1`)
	twice = db.Query[string](`SELECT c.title FROM campaign_application a JOIN campaign_application b ON b.campaign_id = a.campaign_id
		JOIN campaign c ON c.id = a.campaign_id WHERE a.person_id = $1 AND b.person_id = $2 AND a.state <> 'withdrawn'
		AND b.state <> 'withdrawn' LIMIT 1`)

	byNumber = db.Query[db.ID](`SELECT id FROM volunteer WHERE no = $1`)
	homeOf   = db.Query[auth.Region](`SELECT region FROM person WHERE id = $1`)
)

// enter writes an application: one for each person and campaign that was not taken back.
func enter(ctx context.Context, tx *db.Tx, a *Application) error {
	fresh, err := applicationTable.Add(ctx, tx, *a)
	if err == nil && !fresh {
		err = errs.Clash("已经报过名")
	}
	return err
}

// full gives an application with what was answered.
func full(ctx context.Context, tx *db.Tx, id db.ID) (a Application, err error) {
	if a, err = applicationByID.Get(ctx, tx, id); err != nil {
		return a, err
	}
	a.Answers, err = answersOf.All(ctx, tx, id)
	return a, err
}

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "c.region", Station: "c.station_id", Shared: true})
	auth.Within(b, "c.region", in.ListInput.Region)
	b.If(in.State != "", " AND c.state = ?", in.State).If(in.Q != "", " AND c.title LIKE ? ESCAPE '!'", db.Holding(in.Q))
}

var list = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(`SELECT ` + columns + ` FROM campaign c WHERE 1 = 1`)
	in.narrow(b)
}, func(in scoped) db.Order[Campaign] {
	switch in.Sort {
	case "name":
		return db.Order[Campaign]{By: "c.title, c.id", Key: func(c Campaign) []any { return []any{c.Title, c.ID} }}
	case "ends":
		return db.Order[Campaign]{By: "c.to_day, c.id", Key: func(c Campaign) []any { return []any{int64(c.ToDay), c.ID} }}
	}
	return db.Order[Campaign]{By: "c.id", Down: true, Key: func(c Campaign) []any { return []any{c.ID} }}
})

// shown is a list of what everybody may see on a day.
type shown struct {
	PublicInput
	Today clock.Day
}

var open = db.ListOf(func(b *db.Builder, in shown) {
	b.Add(`SELECT `+columns+` FROM campaign c WHERE c.state = 'published' AND c.to_day >= ?`, in.Today)
	auth.Along(b, "c.region", in.Region)
	b.If(in.Q != "", " AND c.title LIKE ? ESCAPE '!'", db.Holding(in.Q))
}, func(shown) db.Order[Campaign] {
	return db.Order[Campaign]{By: "c.to_day, c.id", Key: func(c Campaign) []any { return []any{int64(c.ToDay), c.ID} }}
})

// named is something to choose from.
type named struct {
	ID   db.ID
	Name string
}

// planned is what lies in the scope in which somebody plans.
type planned struct{ Scope auth.Scope }

func choices(planned) db.Order[named] {
	return db.Order[named]{By: "name, id", Key: func(c named) []any { return []any{c.Name, c.ID} }}
}

var (
	teams = db.ListOf(func(b *db.Builder, in planned) {
		b.Add(`SELECT t.id, t.name FROM team t WHERE t.state = 'active'`)
		in.Scope.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
	}, choices)
	projects = db.ListOf(func(b *db.Builder, in planned) {
		b.Add(`SELECT p.id, p.name FROM project p WHERE p.state = 'active'`)
		in.Scope.Where(b, auth.Columns{Region: "p.region", Station: "p.station_id"})
	}, choices)
)
