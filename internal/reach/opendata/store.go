package opendata

import (
	"fmt"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// mark is what tells whether rows are those of before: how many, the last of them, and how often they were changed.
type mark struct{ N, Last, Versions int64 }

// String writes a mark.
func (m mark) String() string { return fmt.Sprint(m.N, " ", m.Last, " ", m.Versions) }

type division struct {
	Code              auth.Region
	Name              string
	Level             int64
	Parent            auth.Region
	CountsAsCommunity bool
}

// site is what everybody may see of a station, without its telephone.
type site struct {
	ID         db.ID
	No         string
	Kind       string
	Name       string
	Region     auth.Region
	Community  string
	Host       string
	Address    string
	Hours      station.Week `db:"week"`
	OnHolidays bool
	HoursNote  string
	Lat, Lng   float64
	Status     string
	StatusDay  clock.Day
}

// offering is an item of the catalogue.
type offering struct {
	ID       db.ID
	Code     string
	Name     string
	Blurb    string
	Category string
	Minutes  int64
	Needed   int64
	Risk     string
	Region   auth.Region
	Place    string
}

// event is an activity.
type event struct {
	ID       db.ID
	Title    string
	Category string
	StartsAt time.Time
	EndsAt   time.Time
	Region   auth.Region
	Station  string
	Place    string
	Needed   int64
	State    string
}

var (
	divisionsAfter = db.Query[division](`SELECT code, name, level, COALESCE(parent, 0) AS parent, counts_as_community FROM region
		WHERE valid_to = 99991231 AND code > $1 ORDER BY code LIMIT $2`)
	divisionsMark = db.Query[mark](`SELECT COUNT(*) AS n, COALESCE(MAX(code), 0) AS last, COALESCE(SUM(version), 0) AS versions FROM region`)

	stationsAfter = db.Query[site](`SELECT s.id, s.no, s.kind, s.name, s.region, r.name AS community, s.host, s.address, s.week, s.on_holidays,
		s.hours_note, s.lat, s.lng, s.status, s.status_day FROM station s JOIN region r ON r.code = s.region
		WHERE s.status <> 'closed' AND s.id > $1 ORDER BY s.id LIMIT $2`)
	stationsMark = db.Query[mark](`SELECT COUNT(*) AS n, COALESCE(MAX(s.id), 0) AS last, COALESCE(SUM(s.version), 0)
		+ (SELECT COALESCE(SUM(r.version), 0) FROM region r) AS versions FROM station s`)

	offersMark = db.Query[mark](`SELECT COUNT(*) AS n, COALESCE(MAX(o.id), 0) AS last, COALESCE(SUM(o.version), 0)
		+ (SELECT COALESCE(SUM(p.version), 0) FROM partner p) + (SELECT COALESCE(SUM(r.version), 0) FROM region r) AS versions
		FROM partner_offer o`)

	servicesAfter = db.Query[offering](`SELECT i.id, i.code, i.name, i.blurb, i.category, i.minutes, i.needed, i.risk, i.region,
		r.name AS place
		FROM catalogue_item i JOIN region r ON r.code = i.region WHERE i.active AND i.id > $1 ORDER BY i.id LIMIT $2`)
	servicesMark = db.Query[mark](`SELECT COUNT(*) AS n, COALESCE(MAX(i.id), 0) AS last, COALESCE(SUM(i.version), 0)
		+ (SELECT COALESCE(SUM(r.version), 0) FROM region r) AS versions FROM catalogue_item i`)

	// What was never published is nobody's.
	activitiesAfter = db.Query[event](`SELECT a.id, a.title, a.category, a.starts_at, a.ends_at, a.region, s.name AS station, a.place,
		(SELECT COALESCE(SUM(p.needed), 0) FROM activity_post p WHERE p.activity_id = a.id) AS needed, a.state
		FROM activity a JOIN station s ON s.id = a.station_id WHERE a.published_at IS NOT NULL AND a.id > $1 AND a.day >= $3
		ORDER BY a.id LIMIT $2`)
	activitiesMark = db.Query[mark](`SELECT COUNT(*) AS n, COALESCE(MAX(a.id), 0) AS last, COALESCE(SUM(a.version), 0)
		+ (SELECT COALESCE(SUM(s.version), 0) FROM station s) AS versions FROM activity a
		WHERE a.published_at IS NOT NULL AND a.day >= $1`)

	stationPages      = db.Query[db.ID](`SELECT id FROM station WHERE status <> 'closed' ORDER BY id LIMIT $1 OFFSET $2`)
	stationPagesMark  = db.Query[mark](pagesMark + `station WHERE status <> 'closed'`)
	activityPages     = db.Query[db.ID](`SELECT id FROM activity WHERE published_at IS NOT NULL ORDER BY id LIMIT $1 OFFSET $2`)
	activityPagesMark = db.Query[mark](pagesMark + `activity WHERE published_at IS NOT NULL`)
	articlePages      = db.Query[db.ID](`SELECT id FROM article WHERE state = 'published' ORDER BY id LIMIT $1 OFFSET $2`)
	articlePagesMark  = db.Query[mark](pagesMark + `article WHERE state = 'published'`)

	figuresMark = db.Query[mark](`SELECT COUNT(*) AS n, COALESCE(MAX(id), 0) AS last, COALESCE(SUM(CASE WHEN ended THEN 1 ELSE 0 END), 0)
		AS versions FROM stats_snapshot WHERE public`)
	lastPublished = db.Query[time.Time](`SELECT at FROM stats_snapshot WHERE public AND NOT ended ORDER BY id DESC LIMIT 1`)
)

// pagesMark asks how many pages of a kind there are.
const pagesMark = `SELECT COUNT(*) AS n, COALESCE(MAX(id), 0) AS last, COALESCE(SUM(version), 0) AS versions FROM `
