package record

import (
	"context"

	"linli/internal/platform/db"
	"linli/internal/work/project"
)

// inProject are the counted records of the lists of activities.
const inProject = `SELECT COUNT(*) AS times, COUNT(DISTINCT r.person_id) AS people, COALESCE(SUM(r.minutes), 0) AS minutes FROM activity a
	JOIN sheet_row l ON l.sheet_id = a.sheet_id JOIN attendance t ON t.row_id = l.id JOIN service_record r ON r.attendance_id = t.id
	AND r.status = 'counted' WHERE a.project_id `

var (
	projectSum = db.Query[project.Sum](inProject + `= $1`)
	copiesSum  = db.Query[project.Sum](inProject + `IN (SELECT c.id FROM project c WHERE c.origin_id = $1)`)
)

// OfProject gives what the counted records of a project's activities come to.
func OfProject(ctx context.Context, tx *db.Tx, id db.ID) (project.Sum, error) {
	return projectSum.One(ctx, tx, id)
}

// OfCopies gives what those of all copies of a project come to.
func OfCopies(ctx context.Context, tx *db.Tx, id db.ID) (project.Sum, error) {
	return copiesSum.One(ctx, tx, id)
}
