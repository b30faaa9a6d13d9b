package report

import (
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	filedTable = db.NewRelation[Filed]("report_filed")
	lastFiled  = filedTable.Where("region = $1 AND code = $2 AND period = $3 ORDER BY id DESC LIMIT 1")
	formTable  = db.NewRelation[Template]("report_form")
	formsFor   = db.Query[Template](`SELECT id, version, region, title, every, ended, by_name, at FROM report_form WHERE ` + above +
		` AND NOT ended ORDER BY id DESC LIMIT 100`)
	sentTable     = db.NewRelation[Sent]("report_form_sent", "form_id", "region", "period")
	sentOf        = sentTable.Where("form_id = $1 AND region = $2 ORDER BY period DESC LIMIT 24")
	bulletinTable = db.NewRelation[Bulletin]("report_bulletin")
	lastNo        = db.Query[int64](`SELECT COALESCE(MAX(no), 0) FROM report_bulletin WHERE region = $1 AND kind = $2 AND at >= $3`)
	// bulletinsFor gives the bulletins of a division, drafts too, and the published ones of those above it.
	bulletinsFor = bulletinTable.Where("(state = 'published' AND " + above + " OR region = $5) ORDER BY id DESC LIMIT 60")
)

const above = "region IN ($1, $2, $3, $4, $5)"

// upwards are the codes of the five levels of a division.
func upwards(at auth.Region) []any { return []any{at.At(1), at.At(2), at.At(3), at.At(4), at} }

// asked is a table's division and period.
type asked struct {
	At auth.Region
	Period
}

// run is a row of the table of running.
type run struct {
	Key     int64
	Name    string
	Made    int64
	Taken   int64
	Closed  int64
	Served  int64
	Times   int64
	Minutes int64
}

// runs gives one row a station in a town or community, else one a division directly below; places without a station have a row of
// their own.
var runs = db.DynamicOf[run](func(b *db.Builder, in asked) {
	byStation := in.At.Level() >= auth.LevelTown
	key := func(alias string) string {
		if byStation {
			return "COALESCE(" + alias + ".station_id, 0)"
		}
		return auth.AtLevel(alias+".region", in.At.Level()+1)
	}
	b.Add(`SELECT x.key, COALESCE(`+map[bool]string{true: "(SELECT s.name FROM station s WHERE s.id = x.key), '没有站的地方'",
		false: "(SELECT c.name FROM region c WHERE c.code = x.key), ''"}[byStation]+
		`) AS name, SUM(x.made) AS made, SUM(x.taken) AS taken, SUM(x.closed) AS closed, SUM(x.served) AS served, SUM(x.times) AS times,
			SUM(x.minutes) AS minutes FROM (
		SELECT `+key("o")+` AS key, count(*) AS made, SUM(CASE WHEN o.state IN ('submitted', 'needs_info', 'rejected', 'cancelled') THEN 0
			ELSE 1 END) AS taken,
		SUM(CASE WHEN o.state = 'closed' THEN 1 ELSE 0 END) AS closed,
		count(DISTINCT CASE WHEN o.state = 'closed' THEN o.recipient_id END) AS served, 0 AS times, 0 AS minutes
		FROM orders o WHERE o.created_at >= ? AND o.created_at < ?`, in.From.Time(), in.To.AddDays(1).Time())
	auth.Within(b, "o.region", in.At)
	b.Add(` GROUP BY 1
		UNION ALL
		SELECT `+key("r")+`, 0, 0, 0, 0, count(*), SUM(r.minutes) FROM service_record r WHERE r.status = 'counted' AND r.day BETWEEN ? AND ?`,
		in.From, in.To)
	auth.Within(b, "r.region", in.At)
	b.Add(" GROUP BY 1")
	if byStation {
		b.Add(` UNION ALL SELECT s.id, 0, 0, 0, 0, 0, 0 FROM station s WHERE s.status = 'open'`)
		auth.Within(b, "s.region", in.At)
	} else {
		b.Add(` UNION ALL SELECT c.code, 0, 0, 0, 0, 0, 0 FROM region c WHERE c.parent = ? AND c.valid_to = 99991231`, in.At)
	}
	b.Add(") x GROUP BY x.key ORDER BY x.key")
})

type need struct {
	No        string
	Channel   string
	Name      string
	Item      string
	Station   string
	Level     string
	WindowEnd time.Time
	State     string
}

var needsOf = db.DynamicOf[need](func(b *db.Builder, in asked) {
	b.Add(`SELECT o.no, o.channel, p.name, c.name AS item, COALESCE(s.name, '') AS station, o.level, o.window_end, o.state
		FROM orders o JOIN person p ON p.id = o.recipient_id
		JOIN catalogue_item c ON c.id = o.catalogue_id LEFT JOIN station s ON s.id = o.station_id
		WHERE o.created_at >= ? AND o.created_at < ?`, in.From.Time(), in.To.AddDays(1).Time())
	auth.Within(b, "o.region", in.At)
	b.Add(" ORDER BY o.id LIMIT ?", maxRows+1)
})

type member struct {
	No          string
	Name        string
	Identities  string
	Place       string
	ApprovedDay clock.Day
	Times       int64
	Minutes     int64
}

var members = db.DynamicOf[member](func(b *db.Builder, in asked) {
	b.Add(`SELECT v.no, p.name, v.identities, c.name AS place, v.approved_day, count(r.id) AS times,
		COALESCE(SUM(r.minutes), 0) AS minutes FROM volunteer v
		JOIN person p ON p.id = v.person_id JOIN region c ON c.code = v.region LEFT JOIN service_record r ON r.volunteer_id = v.id
		AND r.status = 'counted' AND r.day BETWEEN ? AND ?
		WHERE v.approved_day BETWEEN 1 AND ? AND (v.left_day = 0 OR v.left_day > ?)`, in.From, in.To, in.To, in.To)
	auth.Within(b, "v.region", in.At)
	b.Add(" GROUP BY v.id, v.no, p.name, v.identities, c.name, v.approved_day ORDER BY v.no LIMIT ?",
		maxRows+1)
})

type certified struct {
	No        string
	Name      string
	FromDay   clock.Day
	ToDay     clock.Day
	Minutes   int64
	IssuedDay clock.Day
	Clerk     string
	Status    string
	Checks    int64
}

var certificatesOf = db.DynamicOf[certified](func(b *db.Builder, in asked) {
	b.Add(`SELECT c.no, c.name, c.from_day, c.to_day, c.minutes, c.issued_day, c.clerk, c.status, COALESCE((SELECT SUM(k.n)
		FROM certificate_check k WHERE k.certificate_id = c.id), 0) AS checks
		FROM certificate c WHERE c.issued_day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "c.region", in.At)
	b.Add(" ORDER BY c.id LIMIT ?", maxRows+1)
})

// stood is how an open station stood on a day.
type stood struct {
	Region  auth.Region
	Met     bool
	Missing string
	Bare    bool // without any evidence
	Seen    bool
}

// dated is a division as it stood on a day.
type dated struct {
	At  auth.Region
	Day clock.Day
}

var standings = db.DynamicOf[stood](func(b *db.Builder, in dated) {
	b.Add(`SELECT p.region, COALESCE(t.met, FALSE) AS met, COALESCE(t.missing, '') AS missing, t.station_id IS NULL AS bare,
		EXISTS (SELECT 1 FROM standard_check k WHERE k.station_id = s.id AND k.at < ?) AS seen
		FROM station_past p JOIN station s ON s.id = p.station_id LEFT JOIN standard_status t ON t.station_id = s.id AND t.day <= ?
		AND t.until_day > ?
		WHERE p.status = 'open' AND p.day <= ? AND p.until_day > ?`, in.Day.AddDays(1).Time(), in.Day, in.Day, in.Day, in.Day)
	auth.Within(b, "p.region", in.At)
})

type itemWord struct{ Code, Label string }

var planItems = db.Query[itemWord](`SELECT code, MAX(label) AS label FROM standard_item WHERE kind = 'plan' GROUP BY code
	ORDER BY MIN(sort)`)
