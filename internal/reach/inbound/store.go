package inbound

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// perMark is how many lines one statement marks, the most first.
var perMark = []int{50, 10, 1}

// marking are the commands that say what became of lines of one batch.
var marking = func() map[int]*db.Command {
	out := map[int]*db.Command{}
	for _, n := range perMark {
		values := make([]string, n)
		for i := range values {
			values[i] = fmt.Sprintf("($%d, $%d, $%d, $%d)", 4*i+2, 4*i+3, 4*i+4, 4*i+5)
		}
		text := `UPDATE inbound_line SET state = v.state, record_id = v.record, reason = v.reason FROM
			(WITH x (k, state, record, reason) AS (VALUES ` + strings.Join(values, ", ") + `) SELECT * FROM x) v
			WHERE inbound_line.batch_id = $1 AND inbound_line.n = v.k`
		typed := "(CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT))"
		out[n] = db.SQL(strings.Replace(text, "($2, $3, $4, $5)", typed, 1), text)
	}
	return out
}()

// mark writes what became of lines of one batch.
func mark(ctx context.Context, tx *db.Tx, rows []line) error {
	for _, n := range perMark {
		for len(rows) >= n {
			args := []any{rows[0].BatchID}
			for _, r := range rows[:n] {
				args = append(args, r.N, r.State, r.RecordID, r.Reason)
			}
			done, err := marking[n].Run(ctx, tx, args...)
			if err == nil && done != int64(n) {
				err = errs.ErrNotFound
			}
			if err != nil {
				return err
			}
			rows = rows[n:]
		}
	}
	return nil
}

var (
	sourceTable = db.NewRelation[Source]("inbound_source")
	sourceOf    = sourceTable.Where(`region = $1 AND installation = $2`)

	keyTable = db.NewRelation[Key]("inbound_key")
	keysOf   = keyTable.Where(`source_id = $1 ORDER BY id DESC`)
	keyTwice = db.Query[int64](`SELECT COUNT(*) FROM inbound_key WHERE source_id = $1 AND public_key = $2 AND state IN ('entered', 'confirmed')`)
	// holds says whether a key was compared and may sign on a day.
	holds = db.Query[int64](`SELECT COUNT(*) FROM inbound_key WHERE source_id = $1 AND public_key = $2 AND state = 'confirmed'
		AND from_day <= $3 AND until_day >= $3`)
	// trusted says whether a key that signed is still trusted; its days ask only when it signs.
	trusted = db.Query[int64](`SELECT COUNT(*) FROM inbound_key WHERE source_id = $1 AND public_key = $2 AND state = 'confirmed'`)

	batchTable = db.NewRelation[Batch]("inbound_batch")
	cameBefore = batchTable.Where(`state NOT IN ('withdrawn', 'dropped') AND (digest = $1 OR installation = $2 AND number = $3) ORDER BY id`)

	lineTable = db.NewRelation[line]("inbound_line", "batch_id", "n")
	personOf  = lineTable.Where(`batch_id = $1 AND kind = 'person' AND their_id = $2`)
	linesOf   = lineTable.Where(`batch_id = $1 AND n > $2 ORDER BY n LIMIT 1000`)
	// earlier is what came last of the same item, of batches that stand.
	earlier = db.Query[line](`SELECT ` + lineTable.Columns("l") + ` FROM inbound_line l JOIN inbound_batch b ON b.id = l.batch_id
		WHERE l.source_id = $1 AND l.kind = $2 AND l.their_id = $3 AND l.batch_id <> $4 AND l.state IN ('waits', 'taken', 'kept', 'conflict')
		AND b.state NOT IN ('withdrawn', 'dropped') ORDER BY l.changed_at DESC, l.batch_id DESC LIMIT 1`)
	unread = db.SQL(`UPDATE inbound_line SET line = NULL WHERE batch_id = $1`)

	conflictTable = db.NewRelation[conflict]("inbound_conflict", "batch_id", "n", "field")
	conflictsAt   = conflictTable.Where(`batch_id = $1 AND n = $2 ORDER BY field`)
	openOf        = conflictTable.Where(`batch_id = $1 AND field = $2 AND decision = 'open' ORDER BY n`)
	undecided     = db.Query[int64](`SELECT COUNT(*) FROM inbound_conflict WHERE batch_id = $1 AND decision = 'open'`)

	stands = db.Query[Standing](`SELECT kind, state, COUNT(*) AS n FROM inbound_line WHERE batch_id = $1 GROUP BY kind, state ORDER BY kind, state`)
	heaps  = db.Query[Heap](`SELECT field, decision, COUNT(*) AS n FROM inbound_conflict WHERE batch_id = $1 GROUP BY field, decision
		ORDER BY field, decision`)
)

// items are some of one kind that a batch brings.
type items struct {
	Source, Batch db.ID
	Kind          string
	Numbers       []string
}

// cameBeside are those of the items of which another batch of the source has a line.
var cameBeside = db.DynamicOf[string](func(b *db.Builder, in items) {
	db.In(b.Add(`SELECT their_id FROM inbound_line WHERE source_id = ? AND kind = ? AND batch_id <> ?`, in.Source, in.Kind, in.Batch),
		" AND their_id", in.Numbers)
})

// figuresOf are what became of the records that a batch made.
var figuresOf = db.Query[Figure](`SELECT r.status, COUNT(*) AS n, SUM(r.minutes) AS minutes FROM inbound_line l
	JOIN service_record r ON r.id = l.record_id WHERE l.batch_id = $1 AND l.state IN ('taken', 'undone') GROUP BY r.status ORDER BY r.status`)

// Figure is how many records of a batch stand how, with their minutes.
type Figure struct {
	Status  string `json:"status"`
	N       int64  `json:"count"`
	Minutes int64  `json:"minutes"`
}

// Standing is how many lines of a kind stand how.
type Standing struct {
	Kind  string `json:"kind"`
	State string `json:"state"`
	N     int64  `json:"count"`
}

// Heap is how many conflicts of a field are decided how.
type Heap struct {
	Field    string `json:"field"`
	Decision string `json:"decision"`
	N        int64  `json:"count"`
}

// ListInput asks for sources or batches.
type ListInput struct {
	SourceID db.ID  `query:"source_id"`
	State    string `query:"state" set:"inbound_batch.state," maxLength:"12"`
	db.Paging
}

type search struct {
	ListInput
	Scope auth.Scope
}

// BatchLine is a batch of a list, with who sent it.
type BatchLine struct {
	Batch
	SourceName string `json:"source_name"`
	Conflicts  int64  `json:"conflicts" doc:"还没有决定的冲突"`
}

var batchList = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT ` + batchTable.Columns("b") + `, s.name AS source_name, (SELECT COUNT(*) FROM inbound_conflict c WHERE c.batch_id = b.id
		AND c.decision = 'open') AS conflicts FROM inbound_batch b JOIN inbound_source s ON s.id = b.source_id WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "b.region"})
	b.If(in.SourceID != 0, " AND b.source_id = ?", in.SourceID)
	b.If(in.State != "", " AND b.state = ?", in.State)
}, func(search) db.Order[BatchLine] {
	return db.Order[BatchLine]{By: "b.id", Down: true, Key: func(b BatchLine) []any { return []any{b.ID} }}
})

// SourceLine is a source of a list, with how many of its keys hold or wait.
type SourceLine struct {
	Source
	Holding int64 `json:"keys" doc:"核对过的公钥"`
	Waiting int64 `json:"keys_waiting" doc:"等第二人核对的公钥"`
}

var sourceList = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT ` + sourceTable.Columns("s") + `,
		(SELECT COUNT(*) FROM inbound_key k WHERE k.source_id = s.id AND k.state = 'confirmed') AS holding,
		(SELECT COUNT(*) FROM inbound_key k WHERE k.source_id = s.id AND k.state = 'entered') AS waiting FROM inbound_source s WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "s.region"})
}, func(search) db.Order[SourceLine] {
	return db.Order[SourceLine]{By: "s.id", Down: true, Key: func(x SourceLine) []any { return []any{x.ID} }}
})

// LinesInput asks for lines of a batch.
type LinesInput struct {
	ID    db.ID  `path:"id"`
	Kind  string `query:"kind" set:"inbound_line.kind," maxLength:"14"`
	State string `query:"state" set:"inbound_line.state," maxLength:"10"`
	Field string `query:"field" set:"inbound_conflict.field," maxLength:"12" doc:"有这种冲突的"`
	db.Paging
}

var lineList = db.ListOf(func(b *db.Builder, in LinesInput) {
	b.Add(lineTable.Select("l")+` WHERE l.batch_id = ?`, in.ID)
	b.If(in.Kind != "", " AND l.kind = ?", in.Kind)
	b.If(in.State != "", " AND l.state = ?", in.State)
	b.If(in.Field != "", ` AND EXISTS (SELECT 1 FROM inbound_conflict c
		WHERE c.batch_id = l.batch_id AND c.n = l.n AND c.field = ?)`, in.Field)
}, func(LinesInput) db.Order[line] {
	return db.Order[line]{By: "l.n", Key: func(l line) []any { return []any{l.N} }}
})
