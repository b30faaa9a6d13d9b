package partner

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

const speaks = `(SELECT c.person_id FROM partner_contact c WHERE c.partner_id = p.id AND c.to_day = 0)`

var (
	table        = db.NewRelation[Partner]("partner")
	contactTable = db.NewRelation[Contact]("partner_contact")
	offerTable   = db.NewRelation[Offer]("partner_offer")
	partTable    = db.NewRelation[Part]("partner_part")

	columns = table.Columns("p") + `, ` + speaks + ` AS contact_id, COALESCE((SELECT x.name FROM partner_contact c JOIN person x
		ON x.id = c.person_id WHERE c.partner_id = p.id AND c.to_day = 0), '') AS contact_name, (SELECT COUNT(*) FROM partner_offer o
		WHERE o.partner_id = p.id AND o.state = 'open') AS offers_now`
	byID     = db.Query[Partner](`SELECT ` + columns + ` FROM partner p WHERE p.id = $1`)
	namesake = db.Query[db.ID](`SELECT id FROM partner WHERE region = $1 AND name = $2 AND state <> 'ended' AND id <> $3`)
	mineOf   = db.Query[Partner](`SELECT ` + columns + ` FROM partner p JOIN partner_contact m ON m.partner_id = p.id AND m.to_day = 0
		WHERE m.person_id = $1 ORDER BY p.id`)

	contactsOf = db.Query[Contact](`SELECT ` + contactTable.Columns("c") + `, x.name FROM partner_contact c JOIN person x
		ON x.id = c.person_id WHERE c.partner_id = $1 ORDER BY c.id DESC`)
	contactNow = contactTable.Where("partner_id = $1 AND to_day = 0")
	spokenBy   = contactTable.Where("person_id = $1 AND to_day = 0 ORDER BY id")
	everOf     = db.Query[Contact](`SELECT ` + contactTable.Columns("c") + `, x.name FROM partner_contact c JOIN partner x
		ON x.id = c.partner_id WHERE c.person_id = $1 ORDER BY c.id`)
	follow    = db.SQL(`UPDATE partner_contact SET person_id = $2 WHERE person_id = $1`)
	noReasons = db.SQL(`UPDATE partner_contact SET reason = '' WHERE person_id = $1 AND reason <> ''`)

	offerColumns = offerTable.Columns("o") + `, p.name AS partner, p.region, p.phone, p.state AS standing, ` + speaks + ` AS contact_id`
	offerTables  = ` FROM partner_offer o JOIN partner p ON p.id = o.partner_id `
	offerByID    = db.Query[Offer](`SELECT ` + offerColumns + offerTables + `WHERE o.id = $1`)
	offersOf     = db.Query[Offer](`SELECT ` + offerColumns + offerTables + `WHERE o.partner_id = $1 ORDER BY o.state DESC, o.id`)

	partColumns = partTable.Columns("x") + `, p.name AS partner, COALESCE(a.title, j.name, '订单 ' || o.no) AS title,
		COALESCE(a.day, o.day, j.from_day) AS day, COALESCE(h.state = 'approved', FALSE) OR COALESCE(o.state IN ('confirmed', 'closed'), FALSE)
		OR COALESCE(j.state = 'closed', FALSE) AS held, COALESCE(a.region, o.region, j.region) AS region, COALESCE(a.station_id, o.station_id, j.station_id) AS station_id, ` +
		speaks + ` AS contact_id`
	partTables = ` FROM partner_part x JOIN partner p ON p.id = x.partner_id LEFT JOIN activity a ON a.id = x.activity_id
		LEFT JOIN sheet h ON h.id = a.sheet_id LEFT JOIN orders o ON o.id = x.order_id LEFT JOIN project j ON j.id = x.project_id `
	partByID  = db.Query[Part](`SELECT ` + partColumns + partTables + `WHERE x.id = $1`)
	partsOf   = db.Query[Part](`SELECT ` + partColumns + partTables + `WHERE x.partner_id = $1 ORDER BY x.id DESC LIMIT 200`)
	partsWith = db.Query[Part](`SELECT ` + partColumns + partTables + `WHERE (x.activity_id = $1 OR x.order_id = $2 OR x.project_id = $3)
		ORDER BY x.id`)
	partsIn = db.Query[Part](`SELECT ` + partColumns + partTables + `WHERE x.partner_id = $1 AND x.state = 'came'
		AND COALESCE(a.day, o.day, 0) BETWEEN $2 AND $3 ORDER BY COALESCE(a.day, o.day), x.id`)
	// bidden are the units that are to come to an activity, or to a project, whose names everybody may see.
	bidden = db.Query[string](`SELECT p.name FROM partner_part x JOIN partner p ON p.id = x.partner_id WHERE (x.activity_id = $1
		OR x.project_id = $2) AND x.state IN ('planned', 'came') ORDER BY x.id`)
	undecided = db.Query[int64](`SELECT COUNT(*) FROM partner_part WHERE partner_id = $1 AND state = 'planned'`)

	// served is who took part in an activity whose list was approved.
	served = db.Query[taking](`SELECT COUNT(DISTINCT r.person_id) AS people, COALESCE(SUM(r.minutes), 0) AS minutes FROM activity a
		JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved' JOIN sheet_row r ON r.sheet_id = h.id WHERE a.id = $1`)
	everyOffer = db.Query[Offer](`SELECT ` + offerColumns + offerTables + `WHERE o.partner_id = $1 AND o.valid_from <= $3 AND o.valid_to >= $2
		ORDER BY o.id`)
)

// taking is how many took part, and for how long.
type taking struct{ People, Minutes int64 }

// scoped is a list within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
}

func (in scoped) narrow(b *db.Builder) {
	in.Scope.Where(b, auth.Columns{Region: "p.region", Person: speaks})
	auth.Within(b, "p.region", in.ListInput.Region)
	b.If(in.Kind != "", " AND p.kind = ?", in.Kind).If(in.State != "", " AND p.state = ?", in.State)
	b.If(in.Q != "", " AND p.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
}

var list = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(`SELECT ` + columns + ` FROM partner p WHERE 1 = 1`)
	in.narrow(b)
}, func(in scoped) db.Order[Partner] {
	if in.Sort == "name" {
		return db.Order[Partner]{By: "p.name, p.id", Key: func(p Partner) []any { return []any{p.Name, p.ID} }}
	}
	return db.Order[Partner]{By: "p.id", Down: true, Key: func(p Partner) []any { return []any{p.ID} }}
})

// reaching are offers that hold on a day and reach a division.
type reaching struct {
	Region   auth.Region
	Category string
	Day      clock.Day
	Public   bool // of units that agree to it
}

var near = db.ListOf(func(b *db.Builder, in reaching) {
	b.Add(`SELECT `+offerColumns+offerTables+`WHERE p.state = 'active' AND o.state = 'open' AND o.valid_to >= ?`, in.Day)
	b.If(in.Public, " AND p.open").If(in.Category != "", " AND o.category = ?", in.Category)
	if in.Region != 0 {
		b.Add(" AND (o.reach = 'community'")
		auth.Within(b, "p.region", in.Region)
		b.Add(" OR o.reach = 'town'")
		auth.Within(b, "p.region", in.Region.At(min(auth.LevelTown, in.Region.Level())))
		b.Add(" OR o.reach = 'banner'")
		auth.Within(b, "p.region", in.Region.At(min(auth.LevelBanner, in.Region.Level())))
		b.Add(")")
	}
}, func(reaching) db.Order[Offer] {
	return db.Order[Offer]{By: "o.id", Down: true, Key: func(o Offer) []any { return []any{o.ID} }}
})

// want is an order that nobody has served: what an offer could have been used for.
type want struct {
	ID          db.ID
	No          string
	Category    string
	Region      auth.Region
	Day         clock.Day
	WindowStart time.Time
	WindowEnd   time.Time
}

// wanting asks for the unserved orders of a category in a division and a span of days.
type wanting struct {
	Region   auth.Region
	Category string
	From, To clock.Day
}

var wants = db.DynamicOf[want](func(b *db.Builder, in wanting) {
	b.Add(`SELECT x.id, x.no, x.category, x.region, x.day, x.window_start, x.window_end FROM orders x WHERE x.category = ?
		AND x.day BETWEEN ? AND ? AND x.state IN ('submitted', 'needs_info', 'rejected', 'queued', 'open')
		AND NOT EXISTS (SELECT 1 FROM partner_part y WHERE y.order_id = x.id AND y.state IN ('planned', 'came'))`, in.Category, in.From, in.To)
	auth.Within(b, "x.region", in.Region)
	b.Add(" ORDER BY x.day, x.id")
})

// townOf finds the units of a town that one may ask along without an offer.
var townOf = db.Query[Partner](`SELECT ` + columns + ` FROM partner p WHERE p.region/1000 = $1 AND p.state = 'active' ORDER BY p.name, p.id
	LIMIT 100`)

var publicAfter = db.Query[Offer](`SELECT ` + offerColumns + offerTables + `WHERE p.state = 'active' AND p.open AND o.state = 'open'
	AND o.valid_to >= $3 AND o.id > $1 ORDER BY o.id LIMIT $2`)

// PublicAfter gives the offers of units that agree to show them, in the order of their ids after one; who speaks for a unit and its
// telephone are not for everybody.
func PublicAfter(ctx context.Context, tx *db.Tx, after db.ID, n int64) ([]Offer, error) {
	return publicAfter.All(ctx, tx, int64(after), n, clock.DayOf(tx.Now))
}
