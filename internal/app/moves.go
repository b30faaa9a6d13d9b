package app

import (
	"context"
	"errors"
	"fmt"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// live are rows that go with their division when it goes on under another code. All others are records and keep the division they were made in.
type live struct {
	table, word string
	where       string // which of the rows; all when empty
	once        string // column that may be there once in a division: a row whose twin is there already ends instead, by the assignment in end
	end         string
	returns     bool // an ended row may come to life again where it is, as a closed order that is reopened: then it is no fault there
}

// moving lists the live rows of every table that has a region, but for the stations, whose lives are dated (station.OnDivisionMoved), and the appointments.
var moving = []live{
	{table: "person", word: "居民", where: "state = 'active'"},
	{table: "person_address", word: "住址"},
	{table: "person_guardian", word: "监护关系"},
	{table: "account", word: "账号"},
	{table: "setting", word: "设置", where: "current AND value IS NOT NULL", once: "key", end: "current = FALSE"},
	{table: "standard_item", word: "本地标准", where: "kind = 'local' AND until_day = 99991231", once: "code", end: "until_day = from_day"},
	{table: "standard_evidence", word: "站点证据", where: "ended_day = 99991231"},
	{table: "office_template", word: "制度样本", where: "active", once: "slot", end: "active = FALSE"},
	{table: "office_category", word: "档案分类", where: "active", once: "code", end: "active = FALSE"},
	{table: "office_equipment", word: "设备", where: "state NOT IN ('lost', 'scrapped')"},
	{table: "office_photo", word: "站点照片", where: "off_day = 0"},
	{table: "office_keeper", word: "值班人员", where: "active"},
	{table: "office_document", word: "档案", where: "state <> 'destroyed'"},
	{table: "volunteer", word: "志愿者", where: "status IN ('pending', 'active')"},
	{table: "catalogue_item", word: "服务项目", where: "active", once: "code", end: "active = FALSE"},
	{table: "orders", word: "求助单", where: "state NOT IN " + ended, returns: true},
	{table: "assignment", word: "派单", where: "order_id IN (SELECT id FROM orders WHERE state NOT IN " + ended + ")", returns: true},
	{table: "contact_card", word: "联系卡", where: "NOT ended"},
	{table: "sheet", word: "补录单", where: "state IN ('issued', 'entered', 'returned')"},
	{table: "sheet_row", word: "补录单的行", where: "sheet_id IN (SELECT id FROM sheet WHERE state IN ('issued', 'entered', 'returned'))"},
	{table: "inspection", word: "督导检查", where: "state IN ('planned', 'open')"},
	{table: "inspection_finding", word: "待整改的问题", where: "state <> 'closed'"},
	{table: "problem", word: "困难问题", where: "state IN ('waiting', 'answered')"},
	{table: "report_form", word: "上级的表"},
	{table: "attendance", word: "正在服务", where: "out_at IS NULL", returns: true},
}

const ended = "('rejected', 'unconfirmed', 'closed', 'cancelled')"

// staying are the tables whose rows keep their division: records, serial numbers that were given out, and what moving leaves to others.
var staying = []string{"audit", "blob", "certificate", "certificate_serial", "dispatch_line", "dispatch_plan", "order_event", "oversight_plan", "oversight_receipt",
	"oversight_task", "person_consent", "record_correction", "role_grant", "service_record", "sheet_serial", "spot_check",
	"standard_check", "station", "station_application", "station_past", "quarter",
	"coverage_span", "coverage_count", "coverage_lack", "coverage_mark", // made from what moves
	"office_notice", "office_plan_item", "office_rule", "office_stocktake", "office_duty", // what was so on a day
	"coverage_target", "coverage_reported", "coverage_map", "coverage_place",
	"import_run", "report_filed", "report_bulletin", "report_form_sent", // what was done on a day
	"stats_counter", "stats_delta", "stats_recount", "stats_snapshot", "stats_snapshot_figure", "stats_snapshot_sum"} // counted anew when all have moved: see recount

func (l live) cond() string {
	if l.where == "" {
		return "1 = 1"
	}
	return l.where
}

// held counts live rows in each of the divisions that close.
func held(ctx context.Context, tx *db.Tx, e region.ClosingEvent) error {
	for _, l := range append(moving[:len(moving):len(moving)], live{table: "role_grant", word: "任职", where: appointed}) {
		rows, err := db.Select[holding](ctx, tx, tx.Build("SELECT region, COUNT(*) AS rows FROM "+l.table+" WHERE "+l.cond()+" GROUP BY region"))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if _, closes := e.Successor[r.Region]; closes {
				e.Live[r.Region] = append(e.Live[r.Region], fmt.Sprintf("%s %d", l.word, r.Rows))
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
func rekey(ctx context.Context, tx *db.Tx, e region.MovedEvent) error {
	for _, l := range moving {
		b := tx.Build("UPDATE "+l.table+" SET region = ? WHERE region = ? AND "+l.cond(), int64(e.To), int64(e.From))
		if l.once != "" {
			b.Add(" AND NOT EXISTS (SELECT 1 FROM "+l.table+" o WHERE o.region = ? AND o."+l.once+" = "+l.table+"."+l.once+")", int64(e.To))
		}
		if _, err := b.Run(ctx, tx); err != nil {
			return err
		}
		if l.once == "" {
			continue
		}
		if _, err := tx.Build("UPDATE "+l.table+" SET "+l.end+" WHERE region = ? AND "+l.cond(), int64(e.From)).Run(ctx, tx); err != nil {
			return err
		}
	}
	return appoint(ctx, tx, e)
}

const appointed = "ended_at IS NULL AND region <> 0"

var (
	followStation = db.SQL(`UPDATE role_grant SET region = $2 WHERE region = $1 AND station_id IS NOT NULL AND ` + appointed)
	officers      = db.Query[db.ID](`SELECT g.id FROM role_grant g WHERE g.region = $1 AND g.station_id IS NULL AND ` + appointed + `
		AND (g.until_day = 0 OR g.until_day >= $3) AND NOT EXISTS (SELECT 1 FROM role_grant o WHERE o.account_id = g.account_id AND o.role = g.role AND o.region = $2 AND o.station_id IS NULL AND o.ended_at IS NULL) ORDER BY g.id`)
	appointAlso = db.SQL(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_by, granted_at, ended_at, ended_by, end_reason)
		SELECT $2, account_id, role, $3, NULL, CASE WHEN from_day > $4 THEN from_day ELSE $4 END, until_day, '区划变更', NULL, $5, NULL, NULL, '' FROM role_grant WHERE id = $1`)
)

// appoint lets whoever holds a division hold the one that goes on from it as well: the records of before stay in the old one, and he goes on seeing them. Who holds
// a station follows it.
func appoint(ctx context.Context, tx *db.Tx, e region.MovedEvent) error {
	if _, err := followStation.Run(ctx, tx, int64(e.From), int64(e.To)); err != nil {
		return err
	}
	list, err := officers.All(ctx, tx, int64(e.From), int64(e.To), e.Day)
	for _, id := range list {
		if _, e2 := appointAlso.Run(ctx, tx, id, tx.NewID(), int64(e.To), e.Day, tx.Now); e2 != nil {
			err = errors.Join(err, e2)
		}
	}
	return err
}

const recountKind = "stats.recount_moved"

// recount has the figures counted anew once all rows have followed their divisions.
func recount(ctx context.Context, tx *db.Tx, _ region.Edition) error {
	return job.Enqueue(ctx, tx, recountKind, nil, job.Key(recountKind))
}

// leftBehind reports live rows in divisions that are closed and have moved.
func leftBehind(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, l := range moving {
		if l.returns {
			continue
		}
		rows, err := db.Select[holding](ctx, tx, tx.Build("SELECT region, COUNT(*) AS rows FROM "+l.table+" WHERE "+l.cond()+` AND region IN (SELECT code FROM region WHERE valid_to <> ?)
			AND region NOT IN (SELECT code FROM region_edition_change WHERE successor <> 0 AND NOT moved) GROUP BY region`, clock.Forever))
		if err != nil {
			return err
		}
		for _, r := range rows {
			report("region "+r.Region.String(), fmt.Sprintf("已经撤销，还有%s %d", l.word, r.Rows))
		}
	}
	return nil
}
