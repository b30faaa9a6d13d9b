package plan

import (
	"context"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const (
	planColumns = `SELECT p.id, p.version, p.region, r.name AS place, p.year, p.title, p.body, p.blob_id, p.by_name, p.at
		FROM oversight_plan p JOIN region r ON r.code = p.region`
	taskColumns = `SELECT t.id, t.version, t.region, r.name AS place, t.year, t.from_id, t.title, t.body, t.blob_id, t.due_day, t.by_name,
		t.at, t.ended_at, t.end_reason,
		(SELECT count(*) FROM oversight_receipt c WHERE c.task_id = t.id) AS receivers, (SELECT count(*) FROM oversight_receipt c
		WHERE c.task_id = t.id AND c.received_at IS NOT NULL) AS received,
		(SELECT count(*) FROM oversight_receipt c WHERE c.task_id = t.id AND c.done_at IS NOT NULL) AS done FROM oversight_task t
		JOIN region r ON r.code = t.region`
	receiptColumns = `SELECT c.id, c.version, c.task_id, c.region, r.name AS place, c.received_at, c.received_by, c.feedback, c.blob_id,
		c.done_at, c.done_by, t.title, t.due_day,
		t.region AS sender, s.name AS sender_name, t.ended_at FROM oversight_receipt c JOIN oversight_task t ON t.id = c.task_id
		JOIN region r ON r.code = c.region JOIN region s ON s.code = t.region`
)

var (
	planByID = db.Query[Plan](planColumns + ` WHERE p.id = $1`)
	planOf   = db.Query[Plan](planColumns + ` WHERE p.region = $1 AND p.year = $2`)
	plansOf  = db.Query[Plan](planColumns + ` WHERE p.region IN ($1, $2, $3, $4) AND p.year = $5 ORDER BY p.region`)
	addPlan  = db.SQL(`INSERT INTO oversight_plan (id, version, region, year, title, body, blob_id, by_name, at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`)
	setPlan = db.SQL(`UPDATE oversight_plan SET title = $3, body = $4, blob_id = $5, by_name = $6, at = $7, version = version + 1
		WHERE id = $1 AND version = $2`)

	taskByID  = db.Query[Task](taskColumns + ` WHERE t.id = $1`)
	tasksOf   = db.Query[Task](taskColumns + ` WHERE t.region = $1 AND t.year = $2 ORDER BY t.id DESC LIMIT 200`)
	tasksFrom = db.Query[Task](taskColumns + ` WHERE t.from_id = $1 ORDER BY t.id`)
	addTask   = db.SQL(`INSERT INTO oversight_task (id, version, region, year, from_id, title, body, blob_id, due_day, by_name, at, end_reason)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '') ON CONFLICT DO NOTHING`)
	endTask = db.SQL(`UPDATE oversight_task SET ended_at = $3, end_reason = $4, version = version + 1 WHERE id = $1 AND version = $2
		AND ended_at IS NULL`)

	receiptByID = db.Query[Receipt](receiptColumns + ` WHERE c.id = $1`)
	receiptOf   = db.Query[Receipt](receiptColumns + ` WHERE c.task_id = $1 AND c.region = $2`)
	receiptsOf  = db.Query[Receipt](receiptColumns + ` WHERE c.task_id = $1 ORDER BY c.region`)
	receiptsFor = db.Query[Receipt](receiptColumns + ` WHERE c.region = $1 AND t.year = $2 ORDER BY c.id DESC LIMIT 200`)
	setReceipt  = db.SQL(`UPDATE oversight_receipt SET received_at = $3, received_by = $4, feedback = $5, blob_id = $6, done_at = $7,
		done_by = $8, version = version + 1 WHERE id = $1 AND version = $2`)
	unreported = db.Query[Receipt](receiptColumns + ` WHERE NOT c.reminded AND c.done_at IS NULL AND t.ended_at IS NULL
		AND t.due_day <= $1 ORDER BY c.id LIMIT 500`)
	markReceipt = db.SQL(`UPDATE oversight_receipt SET reminded = TRUE WHERE id = $1`)
)

func savePlan(ctx context.Context, tx *db.Tx, p Plan) (err error) {
	var n int64
	if p.Version == 0 {
		n, err = addPlan.Run(ctx, tx, p.ID, p.Region, p.Year, p.Title, p.Body, p.BlobID, p.ByName, p.At)
	} else {
		n, err = setPlan.Run(ctx, tx, p.ID, p.Version, p.Title, p.Body, p.BlobID, p.ByName, p.At)
	}
	return inspection.Stale(n, err)
}

func insertTask(ctx context.Context, tx *db.Tx, t Task, to []auth.Region) error {
	n, err := addTask.Run(ctx, tx, t.ID, t.Region, t.Year, t.FromID, t.Title, t.Body, t.BlobID, t.DueDay, t.ByName, t.At)
	if err == nil && n == 0 {
		err = errs.Field("from_id", "这项任务已经分解过")
	}
	if err != nil {
		return err
	}
	return tx.InsertMany(ctx, "oversight_receipt", []string{"id", "version", "task_id", "region", "received_by", "feedback", "done_by",
		"reminded"}, len(to), func(i int) []any {
		return []any{tx.NewID(), 1, t.ID, to[i], "", "", "", false}
	}, "")
}

func stopTask(ctx context.Context, tx *db.Tx, id db.ID, version int64, reason string) error {
	return inspection.Stale(endTask.Run(ctx, tx, id, version, tx.Now, reason))
}

func updateReceipt(ctx context.Context, tx *db.Tx, r Receipt) error {
	return inspection.Stale(setReceipt.Run(ctx, tx, r.ID, r.Version, r.ReceivedAt, r.ReceivedBy, r.Feedback, r.BlobID, r.DoneAt, r.DoneBy))
}
