package activity

import (
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const office = `(SELECT o.person_id FROM team_role o WHERE o.team_id = a.team_id AND o.to_day = 0 AND o.role = `

var (
	table     = db.NewRelation[Activity]("activity")
	postTable = db.NewRelation[Post]("activity_post")
	seatTable = db.NewRelation[Seat]("activity_place")
	moveTable = db.NewRelation[move]("activity_move", "post_id", "seq")

	columns = table.Columns("a") + `, ` + office + `'leader') AS leader_id, ` + office + `'deputy') AS deputy_id,
		COALESCE((SELECT t.name FROM team t WHERE t.id = a.team_id), '') AS team,
		COALESCE((SELECT SUM(x.needed) FROM activity_post x WHERE x.activity_id = a.id), 0) AS needed,
		COALESCE((SELECT SUM(x.taken) FROM activity_post x WHERE x.activity_id = a.id), 0) AS taken,
		COALESCE((SELECT h.state FROM sheet h WHERE h.id = a.sheet_id), '') AS sheet_state`
	byID    = db.Query[Activity](`SELECT ` + columns + ` FROM activity a WHERE a.id = $1`)
	bySheet = db.Query[Activity](`SELECT ` + columns + ` FROM activity a WHERE a.sheet_id = $1`)
	postsOf = postTable.Where("activity_id = $1 ORDER BY id")

	seatColumns = seatTable.Columns("s") + `, p.name, v.no, x.name AS post, a.region, a.station_id`
	seatTables  = ` FROM activity_place s JOIN person p ON p.id = s.person_id JOIN volunteer v ON v.id = s.volunteer_id
		JOIN activity_post x ON x.id = s.post_id JOIN activity a ON a.id = s.activity_id `
	seatByID = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE s.id = $1`)
	seatsOf  = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE s.activity_id = $1 ORDER BY s.post_id, s.waits_no, s.id`)
	seatsFor = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE s.person_id = $1 ORDER BY s.id`)
	myPlace  = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE s.activity_id = $1 AND s.person_id = $2
		AND s.state IN ('held', 'waiting', 'offered')`)
	firstWait = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE s.post_id = $1 AND s.state = 'waiting'
		ORDER BY s.waits_no, s.id LIMIT 1`)
	dueOffers = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE s.state = 'offered' AND s.offer_until <= $1
		ORDER BY s.offer_until, s.id LIMIT 200`)
	begun = db.Query[Seat](`SELECT ` + seatColumns + seatTables + `WHERE s.state = 'waiting' AND a.state = 'open' AND a.starts_at <= $1
		ORDER BY s.id LIMIT 200`)
	// busy finds another activity of the same time in which somebody has, or is being offered, a place.
	busy = db.Query[string](`SELECT a.title FROM activity_place s JOIN activity a ON a.id = s.activity_id WHERE s.person_id = $1
		AND s.state IN ('held', 'offered') AND a.state = 'open' AND a.starts_at < $3 AND a.ends_at > $2 AND a.id <> $4 LIMIT 1`)

	// turn locks a post for one move of its list, and counts the move.
	turn    = db.Query[Post](`UPDATE activity_post SET moves = moves + 1 WHERE id = $1 RETURNING ` + postTable.Columns(""))
	setRoom = db.SQL(`UPDATE activity_post SET taken = $2 WHERE id = $1`)
	movesOf = db.Query[moveLine](`SELECT m.seq, m.what, m.taken, m.at, m.place_id, s.person_id FROM activity_move m
		JOIN activity_place s ON s.id = m.place_id WHERE m.post_id = $1 ORDER BY m.seq`)

	handOver = db.SQL(`UPDATE activity SET team_id = $2, version = version + 1 WHERE team_id = $1 AND state IN ('draft', 'open')`)
	follow   = db.SQL(`UPDATE activity_place SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	unsay    = db.SQL(`UPDATE activity_place SET reason = '', version = version + 1 WHERE person_id = $1 AND reason <> ''`)

	lay = db.Query[db.ID](`SELECT s.entered_by FROM sheet_row r JOIN activity a ON a.sheet_id = r.sheet_id JOIN sheet s ON s.id = r.sheet_id
		WHERE r.id = $1 AND s.entered_by IS NOT NULL`)
	beside = db.Query[db.ID](`SELECT DISTINCT o.person_id FROM sheet_row r JOIN activity a ON a.sheet_id = r.sheet_id
		JOIN sheet_row o ON o.sheet_id = r.sheet_id WHERE r.id = $1 AND o.person_id <> r.person_id`)
)

// move is one step of a post's list as it is written.
type move struct {
	PostID  db.ID
	Seq     int64
	PlaceID db.ID
	What    string
	Taken   int64
	At      time.Time
}

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "a.region", Station: "a.station_id"})
	auth.Within(b, "a.region", in.Region)
	b.If(in.State != "", " AND a.state = ?", in.State).If(in.Category != "", " AND a.category = ?", in.Category)
	b.If(in.From != 0, " AND a.day >= ?", in.From).If(in.To != 0, " AND a.day <= ?", in.To)
	b.If(in.Q != "", " AND a.title LIKE ? ESCAPE '!'", db.Holding(in.Q))
}

func byTime(down bool) db.Order[Activity] {
	return db.Order[Activity]{By: "a.starts_at, a.id", Down: down, Key: func(a Activity) []any { return []any{a.StartsAt, a.ID} }}
}

var (
	list = db.ListOf(func(b *db.Builder, in scoped) {
		b.Add(`SELECT ` + columns + ` FROM activity a WHERE 1 = 1`)
		in.narrow(b)
	}, func(in scoped) db.Order[Activity] { return byTime(in.Sort != "early") })

	coming = db.ListOf(func(b *db.Builder, in ahead) {
		b.Add(`SELECT `+columns+` FROM activity a WHERE a.state = 'open' AND a.starts_at > ?`, in.Now)
		auth.Within(b, "a.region", in.Region)
		b.If(in.Category != "", " AND a.category = ?", in.Category)
	}, func(ahead) db.Order[Activity] { return byTime(false) })

	mine = db.Query[Activity](`SELECT ` + columns + ` FROM activity a WHERE a.state = 'open' AND a.ends_at > $2 AND EXISTS (SELECT 1
		FROM activity_place s WHERE s.activity_id = a.id AND s.person_id = $1 AND s.state IN ('held', 'waiting', 'offered'))
		ORDER BY a.starts_at, a.id LIMIT 100`)
)

// ahead is what lies before somebody in a place.
type ahead struct {
	PublicInput
	Now time.Time
}
