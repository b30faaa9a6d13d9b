package setting

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

type valueRow struct {
	ID     db.ID
	Region auth.Region
	Value  *string
}

// stored is a value that was set once; the current one of a division holds.
type stored struct {
	Change
	Key       Key
	Region    auth.Region
	Current   bool
	AccountID db.ID
}

type externalRow struct {
	WordID db.ID
	External
}

var (
	ownBelow = db.Query[valueRow](`SELECT id, region, value FROM setting WHERE current AND value IS NOT NULL AND key = $1 AND region <> $2
		AND region BETWEEN $2 AND $3 ORDER BY region LIMIT 100`)
	inForce = db.Query[valueRow](`SELECT id, region, value FROM setting WHERE current AND key = $1 AND region IN ($2, $3, $4, $5, $6)
		ORDER BY region DESC`).Lasting()
	retire  = db.SQL(`UPDATE setting SET current = FALSE WHERE key = $1 AND region = $2 AND current`)
	table   = db.NewRelation[stored]("setting")
	history = db.Query[Change](`SELECT id, value, reason, by_name, at FROM setting WHERE key = $1 AND region = $2 ORDER BY id DESC`)

	dayTable    = db.NewRelation[Day]("calendar", "day")
	daysBetween = db.Query[Day](`SELECT day, kind, name FROM calendar WHERE day BETWEEN $1 AND $2 ORDER BY day`).Lasting()
	dayCount    = db.Query[int64](`SELECT count(*) FROM calendar WHERE day BETWEEN $1 AND $2`)
	putDay      = db.SQL(`INSERT INTO calendar (day, kind, name) VALUES ($1, $2, $3) ON CONFLICT (day)
		DO UPDATE SET kind = excluded.kind, name = excluded.name`)
	dropDay = db.SQL(`DELETE FROM calendar WHERE day = $1`)

	wordTable = db.NewRelation[Word]("dictionary")
	wordsOf   = wordTable.Where(`name = $1 ORDER BY sort, code`)
	wordCount = db.Query[int64](`SELECT count(*) FROM dictionary`)

	externalTable = db.NewRelation[externalRow]("dictionary_external", "word_id", "system")
	externalOf    = db.Query[externalRow](`SELECT e.word_id, e.system, e.code FROM dictionary_external e
		JOIN dictionary w ON w.id = e.word_id WHERE w.name = $1 ORDER BY e.word_id, e.system`)
	dropExternal = db.SQL(`DELETE FROM dictionary_external WHERE word_id = $1`)
)

// replace makes a new value the current one. Of two at the same moment one wins.
func replace(ctx context.Context, tx *db.Tx, in SetInput) error {
	if _, err := retire.Run(ctx, tx, string(in.Key), in.Region); err != nil {
		return err
	}
	a := auth.From(ctx)
	row := stored{Change{ID: tx.NewID(), Reason: in.Reason, ByName: a.Name, At: tx.Now}, in.Key, in.Region, true, a.Account}
	if in.Value != "" {
		row.Value = &in.Value
	}
	fresh, err := table.Add(ctx, tx, row)
	if err == nil && !fresh {
		err = errs.ErrStale
	}
	return err
}

func between(ctx context.Context, tx *db.Tx, from, to clock.Day) (map[clock.Day]string, error) {
	rows, err := daysBetween.All(ctx, tx, int64(from), int64(to))
	out := make(map[clock.Day]string, len(rows))
	for _, r := range rows {
		out[r.Day] = r.Kind
	}
	return out, err
}
