package console

import (
	"linli/internal/civic/region"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Where the pages stand.
const (
	jobsPath    = "/admin/jobs"
	sentPath    = "/admin/sent"
	keysPath    = "/admin/sealing-keys"
	backupsPath = "/admin/backups"
)

// given are background works that were given up after their last try; they lie at the top of the region.
var given = area.Waiting(area.Wait{Shell: "admin", Rank: 10, Perm: ViewJobs, Href: jobsPath, Word: "后台任务没有做成", Button: "去看",
	Alarm: true, Page: func(db.ID) string { return jobsPath }},
	`j.id, j.kind AS what, '' AS who, j.due_at AS at, 0 AS due`, `job j WHERE j.state = 'dead'`,
	auth.Columns{Region: "CAST(" + region.Top.String() + " AS BIGINT)"})

// stuck are ways by which the last message was not sent: one line for each.
var stuck = area.Waiting(area.Wait{Shell: "admin", Rank: 11, Perm: ViewSent, Href: sentPath, Word: "短信、邮件发不出去", Button: "去看",
	Alarm: true, Page: func(db.ID) string { return sentPath }},
	`o.id, CASE WHEN o.reason = '' THEN o.way ELSE o.reason END AS what, '' AS who, o.failed_at AS at, 0 AS due`,
	`notify_outbox o WHERE o.way <> '' AND o.failed_at IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM notify_outbox f WHERE f.way = o.way AND f.failed_at IS NOT NULL
		AND (f.failed_at > o.failed_at OR f.failed_at = o.failed_at AND f.id > o.id))
	AND NOT EXISTS (SELECT 1 FROM notify_outbox s WHERE s.way = o.way AND s.state = 'sent' AND s.ended_at >= o.failed_at)`,
	auth.Columns{Region: "CAST(" + region.Top.String() + " AS BIGINT)"})
