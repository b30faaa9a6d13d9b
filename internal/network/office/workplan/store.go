package workplan

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/db"
)

// copies is where copies of plans are counted, so that two of them wait for one another.
const copies = "copy"

var (
	table = db.NewRelation[Item]("office_plan_item")
	steps = db.NewRelation[Step]("office_plan_step")

	rows = "SELECT " + table.Columns("i") + ", (SELECT count(*) FROM office_plan_step s WHERE s.item_id = i.id) AS steps " +
		"FROM office_plan_item i "
	byID   = db.Query[Item](rows + "WHERE i.id = $1")
	ofYear = db.Query[Item](rows + "WHERE i.station_id = $1 AND i.year = $2 ORDER BY i.due_day, i.id")
	size   = db.Query[int64](`SELECT count(*) FROM office_plan_item WHERE station_id = $1 AND year = $2`)
	remove = db.SQL(`DELETE FROM office_plan_item WHERE id = $1 AND version = $2 AND NOT EXISTS (SELECT 1 FROM office_plan_step s
		WHERE s.item_id = office_plan_item.id)`)

	stepsOf = db.Query[Step](steps.Select("s") + ` JOIN office_plan_item i ON i.id = s.item_id WHERE i.station_id = $1 AND i.year = $2
		ORDER BY s.day, s.id`)

	stepsOfItem = steps.Where("item_id = $1 ORDER BY day, id")

	// overdue are the items of which managers were not reminded yet. A station that is closed keeps no books.
	overdue = db.Query[office.Lapse](`SELECT i.id, i.station_id, i.what AS name, i.due_day AS day FROM office_plan_item i
		WHERE i.finished_day = 0 AND NOT i.told AND i.due_day < $1
		AND EXISTS (SELECT 1 FROM station s WHERE s.id = i.station_id AND s.status <> 'closed')
		ORDER BY i.station_id, i.due_day, i.id LIMIT 500`)
	markReminded = db.SQL(`UPDATE office_plan_item SET told = TRUE WHERE id = $1`)
	markPending  = db.SQL(`UPDATE office_plan_item SET told = FALSE WHERE id = $1`)

	miscounted = db.Query[db.ID](`SELECT i.id FROM office_plan_item i WHERE i.done <> (SELECT COALESCE(SUM(s.amount), 0)
		FROM office_plan_step s WHERE s.item_id = i.id)
		OR i.finished_day <> COALESCE((SELECT MAX(s.day) FROM office_plan_step s WHERE s.item_id = i.id AND s.finishes), 0) ORDER BY i.id`)
)

// Verify says which items have done what their steps do not sum up to.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, miscounted, "office_plan_item", "计划完成数和进展不符", report)
}

var reminder = office.Reminder{Due: overdue, Mark: markReminded, Title: "年度工作计划：有 %d 项超期没完成", Line: "%s（最晚 %s）",
	Link: func(l office.Lapse) string { return Path(l.StationID, l.Day.Year()) }}

// Remind tells managers of the items that are overdue.
func (s *Service) Remind(ctx context.Context) error { return office.Remind(ctx, s.db, reminder) }
