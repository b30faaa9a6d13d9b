package portal

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// seek is a search within what the actor may see.
type seek struct {
	Scope auth.Scope
	Text  string
}

// found is one row of any kind: its name, and what else tells it from others.
type found struct {
	ID          db.ID
	Name, Extra string
	Region      auth.Region
	Total       int64
}

// called narrows to people by their name, or by the telephone: its last four digits, or all of it as far as the shown part tells.
func called(b *db.Builder, kind, id, text string) {
	switch n := number(text); {
	case len(n) == 11:
		b.Add(" AND p.phone_hint = ?", n[:3]+"****"+n[7:])
	case len(n) == 4:
		b.Add(" AND p.phone_hint LIKE ?", "%"+n)
	case n != "":
		b.Add(" AND 1 = 0")
	default:
		db.NameFilter(b, kind, id, text)
	}
}

var peopleFound = db.DynamicOf[found](func(b *db.Builder, in seek) {
	b.Add(`SELECT p.id, p.name, p.phone_hint AS extra, p.region, count(*) OVER () AS total FROM person p WHERE p.state = 'active'`)
	in.Scope.Where(b, auth.Columns{Region: "p.region", Person: "p.id"})
	called(b, "person", "p.id", in.Text)
	b.Add(` ORDER BY p.id DESC LIMIT ?`, mostHits)
})

var volunteersFound = db.DynamicOf[found](func(b *db.Builder, in seek) {
	b.Add(`SELECT v.id, p.name, v.no AS extra, v.region, count(*) OVER () AS total FROM volunteer v JOIN person p ON p.id = v.person_id
		WHERE v.status IN ('pending', 'active')`)
	in.Scope.Where(b, auth.Columns{Region: "v.region", Station: "v.station_id", Person: "v.person_id"})
	b.Add(` AND (v.no LIKE ? OR 1 = 1`, ending(in.Text))
	called(b, "volunteer", "v.id", in.Text)
	b.Add(`) ORDER BY v.id DESC LIMIT ?`, mostHits)
})

var ordersFound = db.DynamicOf[found](func(b *db.Builder, in seek) {
	b.Add(`SELECT o.id, o.title AS name, o.no || '，' || p.name AS extra, o.region, count(*) OVER () AS total FROM orders o
		JOIN person p ON p.id = o.recipient_id WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "o.region", Station: "o.station_id", Person: "o.recipient_id"})
	b.Add(` AND (REPLACE(o.no, '-', '') LIKE ? OR 1 = 1`, ending(in.Text))
	called(b, "person", "o.recipient_id", in.Text)
	b.Add(`) ORDER BY o.id DESC LIMIT ?`, mostHits)
})

// ending is what a number ends in; what is no number ends nothing.
func ending(text string) string {
	if n := number(text); n != "" {
		return "%" + n
	}
	return ""
}

var stationsFound = db.DynamicOf[found](func(b *db.Builder, in seek) {
	b.Add(`SELECT s.id, s.name, s.address AS extra, s.region, count(*) OVER () AS total FROM station s WHERE s.status <> 'closed'`)
	in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
	db.NameFilter(b, "station", "s.id", in.Text)
	b.Add(` ORDER BY s.id LIMIT ?`, mostHits)
})

var teamsFound = db.DynamicOf[found](func(b *db.Builder, in seek) {
	b.Add(`SELECT t.id, t.name, COALESCE(s.name, '') AS extra, t.region, count(*) OVER () AS total FROM team t
		LEFT JOIN station s ON s.id = t.station_id WHERE t.state IN ('applied', 'active') AND t.name LIKE ? ESCAPE '!'`, db.Holding(in.Text))
	in.Scope.Where(b, auth.Columns{Region: "t.region", Station: "t.station_id"})
	b.Add(` ORDER BY t.id DESC LIMIT ?`, mostHits)
})

var activitiesFound = db.DynamicOf[found](func(b *db.Builder, in seek) {
	b.Add(`SELECT a.id, a.title AS name, a.place AS extra, a.region, count(*) OVER () AS total FROM activity a
		WHERE a.state <> 'cancelled' AND a.title LIKE ? ESCAPE '!'`, db.Holding(in.Text))
	in.Scope.Where(b, auth.Columns{Region: "a.region", Station: "a.station_id"})
	b.Add(` ORDER BY a.starts_at DESC, a.id DESC LIMIT ?`, mostHits)
})
