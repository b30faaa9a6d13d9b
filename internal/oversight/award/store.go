package award

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	campaigns    = db.NewRelation[Campaign]("award")
	takeYear     = db.Query[auth.Region](`SELECT code FROM region WHERE code = $1 AND valid_to = 99991231 FOR UPDATE`)
	inYear       = db.Query[int64](`SELECT COUNT(*) FROM award WHERE region = $1 AND mode = 'award' AND state <> 'cancelled' AND from_day BETWEEN $2 AND $3`)
	categories   = db.NewRelation[Category]("award_category", "award_id", "n")
	categoriesOf = categories.Where("award_id = $1 ORDER BY n")

	judges   = db.NewRelation[Judge]("award_judge")
	judgesOf = judges.Where("award_id = $1 ORDER BY id")
	judging  = db.Query[int64](`SELECT COUNT(*) FROM award_judge WHERE award_id = $1 AND account_id = $2`)

	nominations = db.NewRelation[Nomination]("award_nomination")
	stepTable   = db.NewRelation[Step]("award_step", "nomination_id", "n")
	stepsOf     = stepTable.Where("nomination_id = $1 ORDER BY n")
	snapshots   = db.NewRelation[Snapshot]("award_snapshot", "nomination_id")

	marks     = db.NewRelation[Mark]("award_mark")
	marksOf   = marks.Where("award_id = $1 ORDER BY id")
	conflicts = db.NewRelation[Conflict]("award_conflict")
	declared  = conflicts.Where("nomination_id = $1 ORDER BY id")

	objections   = db.NewRelation[Objection]("award_objection")
	objectionsOf = objections.Where("award_id = $1 ORDER BY id")
	byReceipt    = objections.Where("receipt = $1")
	unanswered   = db.Query[int64](`SELECT COUNT(*) FROM award_objection WHERE award_id = $1 AND state = 'open'`)

	chosenOf = nominations.Where("award_id = $1 AND state = 'chosen' ORDER BY category, id")
)

// counting asks how many of a category went on from a division: past its level, or, for the last level, are chosen.
type counting struct {
	Award    db.ID
	Category int64
	From     auth.Region // a community, or a level below the last
	Chosen   bool
}

var sent = db.DynamicOf[int64](func(b *db.Builder, in counting) {
	b.Add("SELECT COUNT(*) FROM award_nomination n WHERE n.award_id = ? AND n.category = ?", in.Award, in.Category)
	if in.Chosen {
		b.Add(" AND n.state IN ('chosen', 'awarded')")
		return
	}
	b.Add(" AND n.level < ?", in.From.Level())
	auth.Within(b, "n.region", in.From)
})

// Row is a nomination in a list.
type Row struct {
	Nomination
	Award string `json:"award"`
	List  string `json:"list"`
	Where string `json:"where" db:"-"`
}

// search is a list of nominations within what the actor may see.
type search struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add("SELECT " + nominations.Columns("n") + `, a.title AS award, c.name AS list FROM award_nomination n JOIN award a ON a.id = n.award_id
		JOIN award_category c ON c.award_id = n.award_id AND c.n = n.category WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "n.region", Station: "n.station_id"})
	auth.Within(b, "n.region", in.Region)
	b.If(in.State != "", " AND n.state = ?", in.State).If(in.Award != 0, " AND n.award_id = ?", in.Award)
	b.If(in.Q != "", " AND n.subject LIKE ? ESCAPE '!'", db.Holding(in.Q))
}, func(search) db.Order[Row] {
	return db.Order[Row]{By: "n.id", Down: true, Key: func(r Row) []any { return []any{r.ID} }}
})

// around are the campaigns of a place: those of its own level and below, and those that a level above it runs.
type around struct {
	Scope auth.Scope
	Seat  auth.Region
}

var campaignList = db.ListOf(func(b *db.Builder, in around) {
	b.Add(campaigns.Select("a") + " WHERE (a.region IN (0")
	for level := auth.LevelRegion; level < in.Seat.Level(); level++ {
		b.Add(", ?", in.Seat.At(level))
	}
	b.Add(") OR (1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	b.Add("))")
}, func(around) db.Order[Campaign] {
	return db.Order[Campaign]{By: "a.id", Down: true, Key: func(a Campaign) []any { return []any{a.ID} }}
})

// Face is a campaign as everybody may see it.
type Face struct {
	ID          db.ID       `json:"id"`
	Region      auth.Region `json:"region"`
	Title       string      `json:"title"`
	Mode        string      `json:"mode"`
	State       string      `json:"state"`
	AuthorityNo string      `json:"authority_no"`
	Unit        string      `json:"unit"`
	Cycle       string      `json:"cycle"`
	FromDay     clock.Day   `json:"from"`
	ToDay       clock.Day   `json:"to"`
	NoticeFrom  clock.Day   `json:"notice_from"`
	NoticeUntil clock.Day   `json:"notice_until"`
	ResultDay   clock.Day   `json:"result_day"`
	Place       string      `json:"place"`
}

const faceColumns = `SELECT a.id, a.region, a.title, a.mode, a.state, a.authority_no, a.unit, a.cycle, a.from_day, a.to_day, a.notice_from,
	a.notice_until, a.result_day, r.name AS place FROM award a JOIN region r ON r.code = a.region WHERE a.state <> 'cancelled'`

var (
	faces = db.ListOf(func(b *db.Builder, in PublicInput) {
		b.Add(faceColumns)
		auth.Within(b, "a.region", in.Region)
	}, func(PublicInput) db.Order[Face] {
		return db.Order[Face]{By: "a.id", Down: true, Key: func(f Face) []any { return []any{f.ID} }}
	})
	faceOf = db.Query[Face](faceColumns + ` AND a.id = $1`)
)

// Named is one who is before the public.
type Named struct {
	ID       db.ID       `json:"id"`
	Category int64       `json:"-"`
	List     string      `json:"list"`
	Kind     string      `json:"kind"`
	Subject  string      `json:"subject"`
	Region   auth.Region `json:"region"`
	State    string      `json:"-"`
	Where    string      `json:"where" db:"-"`
}

// agreed holds for what may be before the public: teams, projects and communities, and volunteers who agree to it now. It is asked each
// time, so that who takes his word back is off at once.
const agreed = `(n.kind <> 'volunteer' OR EXISTS (SELECT 1 FROM person_consent p WHERE p.person_id = n.person_id AND p.purpose = 'publish'
	AND p.withdrawn_at IS NULL))`

const namedColumns = `SELECT n.id, n.category, c.name AS list, n.kind, n.subject, n.region, n.state FROM award_nomination n
	JOIN award_category c ON c.award_id = n.award_id AND c.n = n.category JOIN award a ON a.id = n.award_id WHERE `

var (
	shown = db.Query[Named](namedColumns + `n.award_id = $1 AND (a.state = 'notice' AND n.state = 'chosen'
		OR a.state = 'published' AND n.state = 'awarded') AND ` + agreed + ` ORDER BY n.category, n.id`)
	shownOne = db.Query[Named](namedColumns + `n.id = $1 AND n.award_id = $2 AND a.state = 'notice' AND n.state = 'chosen' AND ` + agreed)
)

// Honour is one that somebody has.
type Honour struct {
	ID        db.ID     `json:"id"`
	Award     string    `json:"award"`
	Mode      string    `json:"mode"`
	List      string    `json:"list"`
	Unit      string    `json:"unit"`
	No        string    `json:"no"`
	ResultDay clock.Day `json:"day"`
}

const honourColumns = `SELECT n.id, a.title AS award, a.mode, c.name AS list, a.unit, n.no, a.result_day FROM award_nomination n
	JOIN award a ON a.id = n.award_id JOIN award_category c ON c.award_id = n.award_id AND c.n = n.category
	WHERE n.state = 'awarded' AND `

var (
	ownHonours     = db.Query[Honour](honourColumns + `n.kind = 'volunteer' AND n.person_id = $1 ORDER BY n.id DESC`)
	teamHonours    = db.Query[Honour](honourColumns + `n.team_id = $1 ORDER BY n.id DESC`)
	projectHonours = db.Query[Honour](honourColumns + `n.project_id = $1 ORDER BY n.id DESC`)
)

// choice is a team or a project that a station may nominate.
type choice struct {
	ID   db.ID
	Name string
}

var (
	teamsAt    = db.Query[choice](`SELECT t.id, t.name FROM team t WHERE t.station_id = $1 AND t.state = 'active' ORDER BY t.name LIMIT 100`)
	projectsAt = db.Query[choice](`SELECT p.id, p.name FROM project p WHERE p.station_id = $1 AND p.state IN ('active', 'closed') ORDER BY p.name
		LIMIT 100`)
	volunteerNo = db.Query[db.ID](`SELECT id FROM volunteer WHERE no = $1`)
)
