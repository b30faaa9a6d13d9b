package portal

import (
	"context"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// The figures of the front page. Points are no stations; volunteers are those who may serve; minutes are counted ones of services since the first of the month.
var (
	openStations = db.Query[int64](`SELECT count(*) FROM station WHERE kind = 'station' AND status = 'open'`)
	volunteers   = db.Query[int64](`SELECT count(*) FROM volunteer WHERE status = 'active'`)
	minutesSince = db.Query[int64](`SELECT CAST(COALESCE(sum(minutes), 0) AS BIGINT) FROM service_record WHERE status = 'counted' AND day >= $1`)
)

func figures(ctx context.Context, tx *db.Tx) (f Figures, err error) {
	if f.Stations, err = openStations.One(ctx, tx); err != nil {
		return f, err
	}
	if f.Volunteers, err = volunteers.One(ctx, tx); err != nil {
		return f, err
	}
	today := clock.DayOf(tx.Now)
	f.Minutes, err = minutesSince.One(ctx, tx, int64(today/100*100+1))
	return f, err
}
