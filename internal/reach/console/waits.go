package console

import (
	"linli/internal/civic/region"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const jobsPath = "/admin/jobs"

// given are background works that were given up after their last try; they lie at the top of the region.
var given = area.Waiting(area.Wait{Shell: "admin", Rank: 10, Perm: ViewJobs, Href: jobsPath, Word: "后台任务没有做成", Button: "去看",
	Alarm: true, Page: func(db.ID) string { return jobsPath }},
	`j.id, j.kind AS what, '' AS who, j.due_at AS at, 0 AS due`, `job j WHERE j.state = 'dead'`,
	auth.Columns{Region: "CAST(" + region.Top.String() + " AS BIGINT)"})
