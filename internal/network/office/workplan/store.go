package workplan

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/db"
)

const planRows = `SELECT i.id, i.version, i.station_id, i.region, i.year, i.what, i.who, i.due_day, i.amount, i.unit, i.done, i.finished_day, i.by_name, i.at,
	(SELECT count(*) FROM office_plan_step s WHERE s.item_id = i.id) AS steps FROM office_plan_item i`

var (
	planItemByID = db.Query[PlanItem](planRows + ` WHERE i.id = $1`)
	planOf       = db.Query[PlanItem](planRows + ` WHERE i.station_id = $1 AND i.year = $2 ORDER BY i.due_day, i.id`)
	planSize     = db.Query[int64](`SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND year = $2`)
	addPlanItem  = db.SQL(`INSERT INTO office_plan_item (id, version, station_id, region, year, what, who, due_day, amount, unit, done, finished_day, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11)`)
	setPlanItem = db.SQL(`UPDATE office_plan_item SET what = $3, who = $4, due_day = $5, amount = $6, unit = $7, done = $8, finished_day = $9, told = told AND due_day = $5,
		version = version + 1 WHERE id = $1 AND version = $2`)
	dropPlanItem = db.SQL(`DELETE FROM office_plan_item WHERE id = $1 AND version = $2 AND NOT EXISTS (SELECT 1 FROM office_plan_step s WHERE s.item_id = office_plan_item.id)`)
	stepsOf      = db.Query[Step](`SELECT s.id, s.item_id, s.day, s.amount, s.note, s.finishes, s.by_name, s.at FROM office_plan_step s JOIN office_plan_item i ON i.id = s.item_id
		WHERE i.station_id = $1 AND i.year = $2 ORDER BY s.day, s.id`)
	stepsOfItem = db.Query[Step](`SELECT s.id, s.item_id, s.day, s.amount, s.note, s.finishes, s.by_name, s.at FROM office_plan_step s WHERE s.item_id = $1 ORDER BY s.day, s.id`)
	addStep     = db.SQL(`INSERT INTO office_plan_step (id, item_id, day, amount, note, finishes, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`)
)

func insertPlanItem(ctx context.Context, tx *db.Tx, i PlanItem) error {
	_, err := addPlanItem.Run(ctx, tx, i.ID, i.StationID, int64(i.Region), i.Year, i.What, i.Who, int64(i.DueDay), i.Amount, i.Unit, i.ByName, i.At)
	return err
}

func updatePlanItem(ctx context.Context, tx *db.Tx, i *PlanItem) error {
	n, err := setPlanItem.Run(ctx, tx, i.ID, i.Version, i.What, i.Who, int64(i.DueDay), i.Amount, i.Unit, i.Done, int64(i.FinishedDay))
	i.Version++
	return office.Fresh(n, err)
}

var (
	latePlans = db.Query[office.Lapse](`SELECT i.id, i.station_id, i.what AS name, i.due_day AS day FROM office_plan_item i WHERE i.finished_day = 0 AND NOT i.told AND i.due_day < $1
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = i.station_id AND s.status <> 'closed') ORDER BY i.station_id, i.due_day, i.id LIMIT 500`)
	tellPlan = db.SQL(`UPDATE office_plan_item SET told = TRUE WHERE id = $1`)
)

var miscounted = db.Query[db.ID](`SELECT i.id FROM office_plan_item i WHERE i.done <> (SELECT COALESCE(SUM(s.amount), 0) FROM office_plan_step s WHERE s.item_id = i.id)
		OR i.finished_day <> COALESCE((SELECT MAX(s.day) FROM office_plan_step s WHERE s.item_id = i.id AND s.finishes), 0) ORDER BY i.id`)
