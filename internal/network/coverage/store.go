package coverage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const (
	sums        = `communities, stations, points, served, covered, upgraded, met`
	spanColumns = `SELECT region, day, until_day, urban, ` + sums + `, station_id, lacks FROM coverage_span`
	divisions   = `SELECT s.code, s.name, s.level, s.class, s.counts_as_community, s.counts_why, s.edition, s.valid_from, s.valid_to,
		COALESCE(s.successor, 0) AS successor FROM ` + region.Spans + ` s`
)

// countRow and lackRow are rows of the figures.
type countRow struct {
	count
	Figures
}

type lackRow struct {
	lack
	N int64
}

var (
	divisionOn = db.Query[region.Span](divisions + ` WHERE s.code = $1 AND $2 BETWEEN s.valid_from AND s.valid_to`)

	lock           = db.SQL(`INSERT INTO coverage_lock (one) VALUES (1) ON CONFLICT (one) DO UPDATE SET one = 1`)
	pendingMarks   = db.Query[mark](`SELECT id, region FROM coverage_mark ORDER BY id LIMIT 5000`)
	markedHere     = db.Query[int64](`SELECT count(*) FROM coverage_mark WHERE region = $1`)
	townsOfStation = db.Query[auth.Region](`SELECT DISTINCT region/1000*1000 AS region FROM station_past WHERE station_id = $1 ORDER BY 1`)
	spanCount      = db.Query[int64](`SELECT count(*) FROM (SELECT region FROM coverage_span LIMIT 1) x`)
	everyCount     = db.Query[countRow](`SELECT region, grain, day, urban, ` + sums + ` FROM coverage_count`)
	everyLack      = db.Query[lackRow](`SELECT region, grain, day, lack, n FROM coverage_lack`)
	addRecount     = db.SQL(`INSERT INTO coverage_recount (id, at, towns, differences) VALUES ($1, $2, $3, $4)`)
	lastRecount    = db.Query[Recounted](`SELECT at, towns, differences FROM coverage_recount ORDER BY id DESC LIMIT 1`)
	endTarget      = db.SQL(`UPDATE coverage_target SET current = FALSE WHERE region = $1 AND kind = $2 AND year = $3 AND current`)
	targetTable    = db.NewRelation[Target]("coverage_target")
	targetHistory  = targetTable.Where(`region = $1 ORDER BY id DESC LIMIT 200`)
	reportedTable  = db.NewRelation[Reported]("coverage_reported")
	reportedOf     = reportedTable.Where(`region = $1 ORDER BY day DESC, id DESC LIMIT 200`)
)

// addChange adds to the figures, and forgets the rows that come to nothing.
func addChange(ctx context.Context, tx *db.Tx, c change) error {
	if c.empty() {
		return nil
	}
	counts := slices.SortedFunc(maps.Keys(c.counts), compareCounts)
	cols := []string{"region", "grain", "day", "urban", "communities", "stations", "points", "served", "covered", "upgraded", "met"}
	var add []string
	for _, name := range cols[4:] {
		add = append(add, name+" = coverage_count."+name+" + excluded."+name)
	}
	err := tx.InsertMany(ctx, "coverage_count", cols, len(counts), func(i int) []any {
		k := counts[i]
		f := c.counts[k]
		return []any{int64(k.Region), k.Grain, int64(k.Day), k.Urban, f.Communities, f.Stations, f.Points, f.Served, f.Covered, f.Upgraded, f.Met}
	}, "ON CONFLICT (region, grain, day, urban) DO UPDATE SET "+strings.Join(add, ", "))
	if err != nil {
		return err
	}
	lacks := slices.SortedFunc(maps.Keys(c.lacks), compareLacks)
	err = tx.InsertMany(ctx, "coverage_lack", []string{"region", "grain", "day", "lack", "n"}, len(lacks), func(i int) []any {
		k := lacks[i]
		return []any{int64(k.Region), k.Grain, int64(k.Day), k.Lack, c.lacks[k]}
	}, "ON CONFLICT (region, grain, day, lack) DO UPDATE SET n = coverage_lack.n + excluded.n")
	if err != nil {
		return err
	}
	return dropZeros(ctx, tx, counts, lacks)
}

func dropZeros(ctx context.Context, tx *db.Tx, counts []count, lacks []lack) error {
	touched := map[auth.Region]bool{}
	for _, k := range counts {
		touched[k.Region] = true
	}
	for _, k := range lacks {
		touched[k.Region] = true
	}
	codes := slices.Sorted(maps.Keys(touched))
	for at := range slices.Chunk(codes, 500) {
		if _, err := dropCounts.Run(ctx, tx, at); err != nil {
			return err
		}
		if _, err := dropLacks.Run(ctx, tx, at); err != nil {
			return err
		}
	}
	return nil
}

var (
	dropCounts = db.DynamicOf[struct{}](func(b *db.Builder, at []auth.Region) {
		db.In(b.Add(`DELETE FROM coverage_count WHERE communities = 0 AND stations = 0 AND points = 0 AND served = 0 AND covered = 0
			AND upgraded = 0 AND met = 0`), " AND region", numbers(at))
	})
	dropLacks = db.DynamicOf[struct{}](func(b *db.Builder, at []auth.Region) {
		db.In(b.Add(`DELETE FROM coverage_lack WHERE n = 0`), " AND region", numbers(at))
	})
	dropMarks = db.DynamicOf[struct{}](func(b *db.Builder, ids []db.ID) {
		db.In(b.Add(`DELETE FROM coverage_mark WHERE 1 = 1`), " AND id", ids)
	})
)

func numbers(codes []auth.Region) []int64 {
	out := make([]int64, len(codes))
	for i, c := range codes {
		out[i] = int64(c)
	}
	return out
}

func insertMarks(ctx context.Context, tx *db.Tx, list []auth.Region) error {
	return tx.InsertMany(ctx, "coverage_mark", []string{"id", "region"}, len(list),
		func(i int) []any { return []any{tx.NewID(), int64(list[i])} }, "")
}

func removeMarks(ctx context.Context, tx *db.Tx, ids []db.ID) error {
	for some := range slices.Chunk(ids, 500) {
		if _, err := dropMarks.Run(ctx, tx, some); err != nil {
			return err
		}
	}
	return nil
}

// parted are figures, and of them those of urban communities.
type parted struct{ all, urban Figures }

type partedRow struct {
	Region auth.Region
	Urban  bool
	Figures
}

// upTo walks the years, the months and the days before and on a day, for some divisions; text selects from a table t.
func upTo(b *db.Builder, text string, codes []auth.Region, day clock.Day) *db.Builder {
	year, month := int64(day/10_000*10_000), int64(day/100*100)
	db.In(b.Add(text+" t WHERE t.grain = 'y' AND t.day < ?", year), " AND t.region", numbers(codes))
	db.In(b.Add(" UNION ALL "+text+" t WHERE t.grain = 'm' AND t.day > ? AND t.day < ?", year, month), " AND t.region", numbers(codes))
	return db.In(b.Add(" UNION ALL "+text+" t WHERE t.grain = 'd' AND t.day > ? AND t.day <= ?", month, int64(day)), " AND t.region",
		numbers(codes))
}

const addUp = `SUM(communities) AS communities, SUM(stations) AS stations, SUM(points) AS points, SUM(served) AS served,
	SUM(covered) AS covered, SUM(upgraded) AS upgraded, SUM(met) AS met`

// someOn is divisions on a day.
type someOn struct {
	Codes []auth.Region
	Day   clock.Day
}

var (
	countsOn = db.DynamicOf[partedRow](func(b *db.Builder, in someOn) {
		upTo(b.Add(`SELECT region, urban, `+addUp+` FROM (`),
			`SELECT t.region, t.urban, t.communities, t.stations, t.points, t.served, t.covered, t.upgraded, t.met FROM coverage_count`,
			in.Codes, in.Day).Add(`) x GROUP BY region, urban`)
	})
	sumsOn = db.DynamicOf[partedRow](func(b *db.Builder, in someOn) {
		b.Add(`SELECT region, urban, `+sums+` FROM coverage_span WHERE day <= ? AND until_day > ?`, in.Day, in.Day)
		db.In(b, " AND region", numbers(in.Codes))
	})
	lackSums = db.DynamicOf[Lack](func(b *db.Builder, in someOn) {
		upTo(b.Add(`SELECT region, lack AS code, SUM(n) AS n FROM (`), `SELECT t.region, t.lack, t.n FROM coverage_lack`, in.Codes, in.Day).
			Add(`) x GROUP BY region, lack HAVING SUM(n) <> 0 ORDER BY 1, 3 DESC, 2`)
	})
	targetsIn = db.DynamicOf[Target](func(b *db.Builder, in targetsUpTo) {
		b.Add(targetTable.Select("")+` WHERE current AND share IS NOT NULL AND year <= ?`, in.Year)
		db.In(b, " AND region", numbers(in.Codes)).Add(" ORDER BY id")
	})
	spansUnder = db.DynamicOf[region.Span](func(b *db.Builder, in someOn) {
		b.Add(divisions+` WHERE ? BETWEEN s.valid_from AND s.valid_to`, region.KnownFrom(in.Day))
		db.In(b, " AND s.parent", numbers(in.Codes)).Add(" ORDER BY s.code")
	})
)

// targetsUpTo is the targets of divisions for a year and those before.
type targetsUpTo struct {
	Codes []auth.Region
	Year  int64
}

// figuresOn gives the figures of divisions on a day.
func figuresOn(ctx context.Context, tx *db.Tx, codes []auth.Region, day clock.Day) (map[auth.Region]parted, error) {
	out := map[auth.Region]parted{}
	add := func(r partedRow) error {
		p := out[r.Region]
		p.all = p.all.plus(r.Figures, 1)
		if r.Urban {
			p.urban = p.urban.plus(r.Figures, 1)
		}
		out[r.Region] = p
		return nil
	}
	above, communities := byDepth(codes)
	if len(above) > 0 {
		if err := countsOn.Each(ctx, tx, someOn{above, day}, add); err != nil {
			return nil, err
		}
	}
	if len(communities) > 0 {
		if err := sumsOn.Each(ctx, tx, someOn{communities, day}, add); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Count gives the figures of the divisions of a level that are or lie in a division, on a day; those without any are left out. It is a
// part, which asks nobody's rights.
func Count(ctx context.Context, tx *db.Tx, in auth.Region, level int, day clock.Day) (map[auth.Region]Figures, error) {
	codes, err := codesAt.All(ctx, tx, atLevel{in, level})
	if err != nil {
		return nil, err
	}
	out := map[auth.Region]Figures{}
	for some := range slices.Chunk(codes, 2000) {
		on, err := figuresOn(ctx, tx, some, day)
		if err != nil {
			return nil, err
		}
		for at, p := range on {
			if p.all != (Figures{}) {
				out[at] = p.all
			}
		}
	}
	return out, nil
}

func byDepth(codes []auth.Region) (above, communities []auth.Region) {
	for _, c := range codes {
		if c.Level() == auth.LevelCommunity {
			communities = append(communities, c)
		} else {
			above = append(above, c)
		}
	}
	slices.Sort(above)
	return slices.Compact(above), communities
}

// lacksOn says how many communities of divisions above the communities lack what on a day.
func lacksOn(ctx context.Context, tx *db.Tx, codes []auth.Region, day clock.Day) (map[auth.Region][]Lack, error) {
	above, _ := byDepth(codes)
	out := map[auth.Region][]Lack{}
	if len(above) == 0 {
		return out, nil
	}
	return out, lackSums.Each(ctx, tx, someOn{above, day}, func(l Lack) error {
		out[l.Region] = append(out[l.Region], l)
		return nil
	})
}

// monthRow is what changed in a month.
type monthRow struct {
	Day clock.Day
	Figures
}

// monthsOf gives what changed in a division above the communities, month by month.
func monthsOf(ctx context.Context, tx *db.Tx, at auth.Region, urban string) ([]monthRow, error) {
	return months.All(ctx, tx, classOf{at, urban})
}

// classOf is a division, or of it a class of communities: urban or rural.
type classOf struct {
	At    auth.Region
	Class string
}

var months = db.DynamicOf[monthRow](func(b *db.Builder, in classOf) {
	b.Add(`SELECT day, `+addUp+` FROM coverage_count WHERE region = ? AND grain = 'm'`, in.At)
	b.If(in.Class != "", " AND urban = ?", in.Class == "urban").Add(" GROUP BY day ORDER BY day")
})

func currentTargets(ctx context.Context, tx *db.Tx, codes []auth.Region, year int64) (targetSet, error) {
	slices.Sort(codes)
	return targetsIn.All(ctx, tx, targetsUpTo{slices.Compact(codes), year})
}

// How what is entered by hand is kept: targets, figures of the past, maps.
var (
	targets = act.Kind[Target]{Object: "coverage_target", View: View, Table: targetTable, Make: enterTarget,
		Place: func(t Target) auth.Place { return auth.Place{Region: t.Region} },
		Trail: func(_, t Target) map[string]any {
			return map[string]any{"kind": t.Kind, "year": t.Year, "share": fmt.Sprint(percent(t.Value))}
		}}
	reports = act.Kind[Reported]{Object: "coverage_reported", View: View, Table: reportedTable, Make: enterReported,
		Place: func(r Reported) auth.Place { return auth.Place{Region: r.Region} }}
	boundaries = act.Kind[Boundary]{Object: "coverage_map", View: Map, Table: mapTable, Make: enterMap,
		Place: func(m Boundary) auth.Place { return auth.Place{Region: m.Region} }}
)

func enterTarget(ctx context.Context, tx *db.Tx, t *Target) error {
	if _, err := endTarget.Run(ctx, tx, t.Region, t.Kind, t.Year); err != nil {
		return err
	}
	t.Current = true
	return targetTable.Insert(ctx, tx, *t)
}

func enterReported(ctx context.Context, tx *db.Tx, r *Reported) error {
	fresh, err := reportedTable.Add(ctx, tx, *r)
	if err == nil && !fresh {
		err = errs.Field("day", "这一天已经登记过一笔，先撤回它")
	}
	return err
}

// onDay is a division on a day.
type onDay struct {
	At  auth.Region
	Day clock.Day
}

var reportedUpTo = db.DynamicOf[Reported](func(b *db.Builder, in onDay) {
	b.Add(reportedTable.Select("")+` WHERE NOT withdrawn AND day <= ?`, in.Day)
	auth.Within(b, "region", in.At)
	b.Add(" ORDER BY region, day")
})

// gaps are the spans of a division that lack something on a day.
var gaps = db.ListOf(func(b *db.Builder, in MissingInput) {
	b.Add(`SELECT g.region, c.name, b.name || t.name AS where_name, g.station_id, COALESCE(s.name, '') AS station, g.lacks,
		(SELECT max(a.id) FROM station_application a WHERE a.region/1000 = g.region/1000 AND a.region = g.region AND a.kind = 'station'
		AND a.state IN ('submitted', 'returned')) AS application
		FROM coverage_span g JOIN region c ON c.code = g.region JOIN region t ON t.code = c.parent JOIN region b ON b.code = t.parent
		LEFT JOIN station s ON s.id = g.station_id
		WHERE g.lacks <> '' AND g.day <= ? AND g.until_day > ?`, in.Date, in.Date)
	auth.Within(b, "g.region", in.Region)
	b.If(in.Lack != "", " AND g.lacks LIKE ? ESCAPE '!'", db.Holding(" "+in.Lack+" "))
}, func(MissingInput) db.Order[Gap] {
	return db.Order[Gap]{By: "g.region", Key: func(g Gap) []any { return []any{g.Region} }}
})

// divisionsUnder gives the divisions directly below some, as they were on a day.
func divisionsUnder(ctx context.Context, tx *db.Tx, rows []Row, day clock.Day) ([]region.Span, error) {
	var parents []auth.Region
	for _, r := range rows {
		parents = append(parents, r.Code)
	}
	return spansUnder.All(ctx, tx, someOn{parents, day})
}

// spot is where a division lies, for the tiles.
type spot struct {
	Code     auth.Region
	Lng, Lat float64
}

// spotsOf gives the label points, as longitude and latitude, of the divisions directly below one that have some.
func spotsOf(ctx context.Context, tx *db.Tx, at auth.Region) (map[auth.Region][2]float64, error) {
	out := map[auth.Region][2]float64{}
	return out, spotsBelow.Each(ctx, tx, func(s spot) error {
		out[s.Code] = [2]float64{s.Lng, s.Lat}
		return nil
	}, int64(at))
}

var spotsBelow = db.Query[spot](`SELECT code, lng, lat FROM region WHERE parent = $1 AND lat <> 0`)

var (
	mapTable  = db.NewRelation[Boundary]("coverage_map")
	areaTable = db.NewRelation[outline]("coverage_area", "map_id", "code")
	mapNow    = mapTable.Where(`region = $1 AND current`)
	mapsOf    = mapTable.Where(`region = $1 ORDER BY id DESC LIMIT 50`)
	endMap    = db.SQL(`UPDATE coverage_map SET current = FALSE WHERE region = $1 AND current`)
	areasOf   = areaTable.Where(`map_id = $1`)

	asked = db.Query[asking](`SELECT id, region, lat, lng FROM station_application
		WHERE kind = 'station' AND state IN ('submitted', 'returned') AND region BETWEEN $1 AND $2 ORDER BY id`)
)

// enterMap stores a map with its outlines in place of the one in use.
func enterMap(ctx context.Context, tx *db.Tx, m *Boundary) error {
	if _, err := endMap.Run(ctx, tx, m.Region); err != nil {
		return err
	}
	if err := mapTable.Insert(ctx, tx, *m); err != nil {
		return err
	}
	for i := range m.areas {
		m.areas[i].MapID = m.ID
	}
	return areaTable.InsertAll(ctx, tx, m.areas)
}
