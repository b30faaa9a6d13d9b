package app

import (
	"context"
	"errors"
	"fmt"

	"linli/internal/civic/appointment"
	"linli/internal/civic/region"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// live are the rows of all areas that go with their division when it goes on under another code. All others are records and keep the
// division they were made in.
func (a *App) live() (out []area.Live) {
	for _, x := range a.Areas {
		out = append(out, x.Live...)
	}
	return out
}

// appointments are live too; they go on in both divisions: see appoint.
var appointments = area.Live{Table: "role_grant", Word: "任职", Where: appointed}

// held counts live rows in each of the divisions that close.
func (a *App) held(ctx context.Context, tx *db.Tx, e region.ClosingEvent) error {
	for _, l := range append(a.live(), appointments) {
		rows, err := db.Select[holding](ctx, tx, tx.Build("SELECT region, COUNT(*) AS rows FROM "+l.Table+" WHERE "+l.Cond()+" GROUP BY region"))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if _, closes := e.Successor[r.Region]; closes {
				e.Live[r.Region] = append(e.Live[r.Region], fmt.Sprintf("%s %d", l.Word, r.Rows))
			}
		}
	}
	return nil
}

type holding struct {
	Region auth.Region
	Rows   int64
}

// rekey lets live rows follow their division.
func (a *App) rekey(ctx context.Context, tx *db.Tx, e region.MovedEvent) error {
	for _, l := range a.live() {
		b := tx.Build("UPDATE "+l.Table+" SET region = ? WHERE region = ? AND "+l.Cond(), int64(e.To), int64(e.From))
		if l.Once != "" {
			b.Add(" AND NOT EXISTS (SELECT 1 FROM "+l.Table+" o WHERE o.region = ? AND o."+l.Once+" = "+l.Table+"."+l.Once+")", int64(e.To))
		}
		if _, err := b.Run(ctx, tx); err != nil {
			return err
		}
		if l.Once == "" {
			continue
		}
		if _, err := tx.Build("UPDATE "+l.Table+" SET "+l.End+" WHERE region = ? AND "+l.Cond(), int64(e.From)).Run(ctx, tx); err != nil {
			return err
		}
	}
	return appoint(ctx, tx, e)
}

const appointed = "ended_at IS NULL AND region <> 0"

var (
	followStation = db.SQL(`UPDATE role_grant SET region = $2 WHERE region = $1 AND station_id IS NOT NULL AND ` + appointed)
	officers      = db.Query[db.ID](`SELECT g.id FROM role_grant g WHERE g.region = $1 AND g.station_id IS NULL AND ` + appointed + `
		AND (g.until_day = 0 OR g.until_day >= $3) AND NOT EXISTS (SELECT 1 FROM role_grant o
			WHERE o.account_id = g.account_id AND o.role = g.role AND o.region = $2 AND o.station_id IS NULL AND o.ended_at IS NULL) ORDER BY g.id`)
	appointAlso = db.SQL(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_by,
		granted_at, ended_at, ended_by, end_reason)
		SELECT $2, account_id, role, $3, NULL, CASE WHEN from_day > $4 THEN from_day ELSE $4 END, until_day, '区划变更', NULL, $5, NULL, NULL,
		'' FROM role_grant WHERE id = $1`)
)

// appoint lets whoever holds a division hold the one that goes on from it as well: the records of before stay in the old one, and he
// goes on seeing them. Who holds a station follows it.
func appoint(ctx context.Context, tx *db.Tx, e region.MovedEvent) error {
	if _, err := followStation.Run(ctx, tx, int64(e.From), int64(e.To)); err != nil {
		return err
	}
	list, err := officers.All(ctx, tx, int64(e.From), int64(e.To), e.Day)
	for _, id := range list {
		also := tx.NewID()
		if _, e2 := appointAlso.Run(ctx, tx, id, also, int64(e.To), e.Day, tx.Now); e2 != nil {
			err = errors.Join(err, e2)
			continue
		}
		err = errors.Join(err, appointment.GoOn(ctx, tx, id, also))
	}
	return err
}

// leftBehind reports live rows in divisions that are closed and have moved.
func (a *App) leftBehind(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, l := range a.live() {
		if l.Returns {
			continue
		}
		rows, err := db.Select[holding](ctx, tx, tx.Build("SELECT region, COUNT(*) AS rows FROM "+l.Table+" WHERE "+l.Cond()+
			` AND region IN (SELECT code FROM region WHERE valid_to <> ?)
			AND region NOT IN (SELECT code FROM region_edition_change WHERE successor <> 0 AND NOT moved) GROUP BY region`, clock.Forever))
		if err != nil {
			return err
		}
		for _, r := range rows {
			report("region "+r.Region.String(), fmt.Sprintf("已经撤销，还有%s %d", l.Word, r.Rows))
		}
	}
	return nil
}
