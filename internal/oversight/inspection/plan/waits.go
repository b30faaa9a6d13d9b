package plan

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
)

const (
	waitColumns = `t.id, t.title AS what, t.by_name AS who, t.at, t.due_day AS due`
	waitTables  = `oversight_receipt r JOIN oversight_task t ON t.id = r.task_id WHERE t.ended_at IS NULL AND r.region = {seat} AND `
)

// Tasks of the levels above that one's own division has not signed for, or not told the end of.
var (
	unsigned = area.Waiting(area.Wait{Shell: "gov", Rank: 10, Perm: Receive, Href: "/gov/plan", Word: "上级下达的任务，等签收", Button: "去签收",
		Page: taskAt},
		waitColumns, waitTables+`r.received_at IS NULL`, auth.Columns{Region: "r.region"})
	undone = area.Waiting(area.Wait{Shell: "gov", Rank: 15, Perm: Receive, Href: "/gov/plan", Word: "签收了的任务，等办结", Button: "去反馈", Page: taskAt},
		waitColumns, waitTables+`r.received_at IS NOT NULL AND r.done_at IS NULL`, auth.Columns{Region: "r.region"})
	behind = area.Waiting(area.Wait{Shell: "gov", Rank: 42, Perm: Send, Href: "/gov/plan", Word: "下达的任务过期了，还有地方没办结", Button: "看一看",
		Page: taskAt}, waitColumns, `oversight_task t WHERE t.ended_at IS NULL AND t.region = {seat} AND t.due_day < {today}
		AND EXISTS (SELECT 1 FROM oversight_receipt r WHERE r.task_id = t.id AND r.done_at IS NULL)`, auth.Columns{Region: "t.region"})
)
