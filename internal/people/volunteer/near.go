package volunteer

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

type datedRow struct {
	VolunteerID db.ID
	Kind        string
	Dated
}

type pauseRow struct {
	VolunteerID db.ID
	Pause
}

var (
	inBanner = db.Query[Profile](`SELECT ` + columns + extra + tables +
		`WHERE v.region/1000000 = $1 AND v.status = 'active' ORDER BY v.id`)
	datedInBanner = db.Query[datedRow](`SELECT d.volunteer_id, d.kind, d.code, d.number, d.from_day, d.to_day, COALESCE(w.includes, '') AS includes
		FROM volunteer_dated d JOIN volunteer v ON v.id = d.volunteer_id LEFT JOIN dictionary w ON w.name = d.kind AND w.code = d.code WHERE v.region/1000000 = $1 AND d.withdrawn_day = 0 ORDER BY d.id`)
	pausesInBanner = db.Query[pauseRow](`SELECT p.volunteer_id, p.from_day, p.to_day FROM volunteer_pause p
		JOIN volunteer v ON v.id = p.volunteer_id WHERE v.region/1000000 = $1 ORDER BY p.id`)
)

// InBanner gives all active volunteers of a banner with everything dated, by id, in a fixed number of queries.
func InBanner(ctx context.Context, tx *db.Tx, banner auth.Region) ([]Profile, error) {
	prefix := int64(banner) / 1_000_000
	rows, err := inBanner.All(ctx, tx, prefix)
	if err != nil {
		return nil, err
	}
	at := make(map[db.ID]*Profile, len(rows))
	for i := range rows {
		at[rows[i].ID] = &rows[i]
	}
	if err := datedInBanner.Each(ctx, tx, func(d datedRow) error {
		if p := at[d.VolunteerID]; p != nil && d.Kind == "insurance" {
			p.Insurance = append(p.Insurance, d.Dated)
		} else if p != nil {
			p.Qualifications = append(p.Qualifications, d.Dated)
		}
		return nil
	}, prefix); err != nil {
		return nil, err
	}
	return rows, pausesInBanner.Each(ctx, tx, func(r pauseRow) error {
		if p := at[r.VolunteerID]; p != nil {
			p.Pauses = append(p.Pauses, r.Pause)
		}
		return nil
	}, prefix)
}
