package exchange

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const columns = `i.id, i.version, i.kind, i.state, i.name, i.lines, i.problems, i.region, i.evidence_id, i.by_name, i.at, i.ended_by,
	i.ended_at, i.reason, i.notes, i.headings`

var (
	runByID = db.Query[Run](`SELECT ` + columns + ` FROM import_run i WHERE i.id = $1`)
	fileOf  = db.Query[[]byte](`SELECT file FROM import_run WHERE id = $1`)
	addRun  = db.SQL(`INSERT INTO import_run (id, version, kind, state, name, lines, problems, region, evidence_id, file, by_account, by_name,
		at, ended_by, reason, notes, headings)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '', $13, $14)`)
	endRun = db.SQL(`UPDATE import_run SET version = version + 1, state = $3, ended_by = $4, ended_at = $5, reason = $6, file = NULL
		WHERE id = $1 AND version = $2`)
	setLook = db.SQL(`UPDATE import_run SET version = version + 1, lines = $3, problems = $4, notes = $5, headings = $6
		WHERE id = $1 AND version = $2 AND state = 'checked'`)
	dropOld = db.SQL(`UPDATE import_run SET version = version + 1, state = 'dropped', ended_at = $2, file = NULL
		WHERE state = 'checked' AND at < $1`)
	madeBy = db.Query[madeRow](`SELECT line, object, object_id FROM import_row WHERE import_id = $1 ORDER BY line DESC, object DESC`)
)

var (
	headingTable = db.NewRelation[headingRow]("import_heading")
	headingsOf   = headingTable.Where(`region = $1 AND kind = $2 ORDER BY id`)
	dropHeading  = db.SQL(`DELETE FROM import_heading WHERE region = $1 AND kind = $2 AND heading = $3`)
)

// headingRow is what a place said that a heading of its rosters means.
type headingRow struct {
	ID                   db.ID
	Region               auth.Region
	Kind, Heading, Field string
}

// madeRow is what one line of a file became.
type madeRow struct {
	Line     int64
	Object   string
	ObjectID db.ID
}

func insertRun(ctx context.Context, tx *db.Tx, r Run, account db.ID, file []byte) error {
	_, err := addRun.Run(ctx, tx, r.ID, r.Kind, r.State, r.Name, r.Lines, r.Faults, r.Region, r.EvidenceID, file, account, r.ByName, r.At,
		r.Told, r.Heads)
	return err
}

// keep notes what the lines of a file became.
func keep(ctx context.Context, tx *db.Tx, id db.ID, rows []made) error {
	return tx.InsertMany(ctx, "import_row", []string{"import_id", "line", "object", "object_id"}, len(rows), func(i int) []any {
		return []any{id, rows[i].line, rows[i].object, rows[i].id}
	}, "")
}

func listRuns(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput) ([]Run, error) {
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + columns + ` FROM import_run i WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "i.region"})
	return db.Select[Run](ctx, tx, b.If(more, " AND i.id < ?", last).Add(" ORDER BY i.id DESC LIMIT ?", in.Size()+1))
}
