package plan

import "linli/internal/platform/db"

var (
	planTable   = db.NewRelation[Plan]("oversight_plan")
	planColumns = "SELECT " + planTable.Columns("p") + ", r.name AS place FROM oversight_plan p JOIN region r ON r.code = p.region WHERE "
	planByID    = db.Query[Plan](planColumns + `p.id = $1`)
	planOf      = db.Query[Plan](planColumns + `p.region = $1 AND p.year = $2`)
	plansOf     = db.Query[Plan](planColumns + `p.region IN ($1, $2, $3, $4) AND p.year = $5 ORDER BY p.region`)

	taskTable   = db.NewRelation[Task]("oversight_task")
	taskColumns = "SELECT " + taskTable.Columns("t") + `, r.name AS place,
		(SELECT count(*) FROM oversight_receipt c WHERE c.task_id = t.id) AS receivers, (SELECT count(*) FROM oversight_receipt c
		WHERE c.task_id = t.id AND c.received_at IS NOT NULL) AS received,
		(SELECT count(*) FROM oversight_receipt c WHERE c.task_id = t.id AND c.done_at IS NOT NULL) AS done FROM oversight_task t
		JOIN region r ON r.code = t.region WHERE `
	taskByID  = db.Query[Task](taskColumns + `t.id = $1`)
	tasksOf   = db.Query[Task](taskColumns + `t.region = $1 AND t.year = $2 ORDER BY t.id DESC LIMIT 200`)
	tasksFrom = db.Query[Task](taskColumns + `t.from_id = $1 ORDER BY t.id`)

	receiptTable   = db.NewRelation[Receipt]("oversight_receipt")
	receiptColumns = "SELECT " + receiptTable.Columns("c") + `, r.name AS place, t.title, t.due_day, t.region AS sender,
		s.name AS sender_name, t.ended_at FROM oversight_receipt c JOIN oversight_task t ON t.id = c.task_id
		JOIN region r ON r.code = c.region JOIN region s ON s.code = t.region WHERE `
	receiptByID = db.Query[Receipt](receiptColumns + `c.id = $1`)
	receiptOf   = db.Query[Receipt](receiptColumns + `c.task_id = $1 AND c.region = $2`)
	receiptsOf  = db.Query[Receipt](receiptColumns + `c.task_id = $1 ORDER BY c.region`)
	receiptsFor = db.Query[Receipt](receiptColumns + `c.region = $1 AND t.year = $2 ORDER BY c.id DESC LIMIT 200`)
	unreported  = db.Query[Receipt](receiptColumns + `NOT c.reminded AND c.done_at IS NULL AND t.ended_at IS NULL
		AND t.due_day <= $1 ORDER BY c.id LIMIT 500`)
	markReceipt = db.SQL(`UPDATE oversight_receipt SET reminded = TRUE WHERE id = $1`)
)
