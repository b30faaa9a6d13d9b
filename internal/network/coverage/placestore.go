package coverage

import (
	"cmp"
	"context"
	"slices"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// asking is an application for a station, which says where it would be.
type asking struct {
	ID       db.ID
	Region   auth.Region
	Lat, Lng float64
}

// demands are the communities of a division without an open station on a day, where known with their position: of a list, or of the
// station that stands there.
var demands = db.DynamicOf[demand](func(b *db.Builder, in onDay) {
	b.Add(`SELECT g.region, g.urban, c.name, t.name AS town, COALESCE(p.lat, s.lat, 0) AS lat, COALESCE(p.lng, s.lng, 0) AS lng
		FROM coverage_span g JOIN region c ON c.code = g.region JOIN region t ON t.code = c.parent
		LEFT JOIN station s ON s.id = g.station_id LEFT JOIN coverage_place p ON p.region = g.region
		WHERE g.lacks <> '' AND g.served = 0 AND g.day <= ? AND g.until_day > ?`, in.Day, in.Day)
	auth.Within(b, "g.region", in.At)
	b.Add(" ORDER BY g.region")
})

// demandsOf gives demands, those that applied for a station and lie on no list by what the application says.
func demandsOf(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) ([]demand, error) {
	list, err := demands.All(ctx, tx, onDay{at, day})
	if err != nil {
		return nil, err
	}
	low, high := at.Codes()
	applications, err := asked.All(ctx, tx, low, high)
	for _, a := range applications {
		if i, ok := slices.BinarySearchFunc(list, a.Region, func(d demand, at auth.Region) int { return cmp.Compare(d.Region, at) }); ok {
			list[i].Application = a.ID
			if !list[i].placed() {
				list[i].Lat, list[i].Lng = a.Lat, a.Lng
			}
		}
	}
	return list, err
}

// standingPlaces are where the stations stand that serve their community on a day.
var standingPlaces = db.DynamicOf[position](func(b *db.Builder, in onDay) {
	b.Add(`SELECT s.lat, s.lng FROM station s JOIN coverage_span g ON g.region = s.region AND g.station_id = s.id AND g.day <= ?
		AND g.until_day > ?
		WHERE g.served = 1 AND s.kind = 'station'`, in.Day, in.Day)
	auth.Within(b, "s.region", in.At)
	b.Add(" ORDER BY s.id")
})

// peopled is a division with its inhabitants.
type peopled struct {
	Code       auth.Region
	Population int64
}

var populations = db.DynamicOf[peopled](func(b *db.Builder, codes []auth.Region) {
	db.In(b.Add(`SELECT code, population FROM region WHERE population > 0`), " AND code", numbers(codes)).Add(" ORDER BY code")
})

var inForce = db.DynamicOf[auth.Region](func(b *db.Builder, at auth.Region) {
	b.Add(`SELECT code FROM region WHERE level = 5 AND valid_to = ?`, clock.Forever)
	auth.Along(b, "code", at)
})

// standingCodes are the communities of a division that are in force.
func standingCodes(ctx context.Context, tx *db.Tx, at auth.Region) (map[auth.Region]bool, error) {
	out := map[auth.Region]bool{}
	return out, inForce.Each(ctx, tx, at, func(c auth.Region) error {
		out[c] = true
		return nil
	})
}

func replacePlaces(ctx context.Context, tx *db.Tx, list []placeRow, source string) error {
	by := auth.From(ctx).Name
	return tx.InsertMany(ctx, "coverage_place", []string{"region", "lat", "lng", "source", "by_name", "at"}, len(list), func(i int) []any {
		return []any{int64(list[i].Region), list[i].Lat, list[i].Lng, source, by, tx.Now}
	},
		"ON CONFLICT (region) DO UPDATE SET lat = excluded.lat, lng = excluded.lng, source = excluded.source, by_name = excluded.by_name, at "+
			"= excluded.at")
}
