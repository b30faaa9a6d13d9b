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

type externalRow struct {
	WordID       db.ID
	System, Code string
}

var (
	ownBelow = db.Query[valueRow](`SELECT id, region, value FROM setting WHERE current AND value IS NOT NULL AND key = $1 AND region <> $2 AND region BETWEEN $2 AND $3 ORDER BY region LIMIT 100`)
	inForce  = db.Query[valueRow](`SELECT id, region, value FROM setting WHERE current AND key = $1 AND region IN ($2, $3, $4, $5, $6) ORDER BY region DESC`).Lasting()
	retire   = db.SQL(`UPDATE setting SET current = FALSE WHERE key = $1 AND region = $2 AND current`)
	add      = db.SQL(`INSERT INTO setting (id, key, region, value, current, reason, account_id, by_name, at) VALUES ($1, $2, $3, $4, TRUE, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`)
	history = db.Query[Change](`SELECT id, value, reason, by_name, at FROM setting WHERE key = $1 AND region = $2 ORDER BY id DESC`)

	daysBetween = db.Query[Day](`SELECT day, kind, name FROM calendar WHERE day BETWEEN $1 AND $2 ORDER BY day`).Lasting()
	dayCount    = db.Query[int64](`SELECT count(*) FROM calendar WHERE day BETWEEN $1 AND $2`)
	putDay      = db.SQL(`INSERT INTO calendar (day, kind, name) VALUES ($1, $2, $3) ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name`)
	dropDay     = db.SQL(`DELETE FROM calendar WHERE day = $1`)

	wordsOf   = db.Query[Word](`SELECT id, name, code, label, active, sort, version FROM dictionary WHERE name = $1 ORDER BY sort, code`)
	wordCount = db.Query[int64](`SELECT count(*) FROM dictionary`)
	setWord   = db.SQL(`UPDATE dictionary SET label = $3, active = $4, sort = $5, version = version + 1 WHERE id = $1 AND version = $2 AND name = $6 AND code = $7`)
	addWord   = db.SQL(`INSERT INTO dictionary (id, name, code, label, active, sort, version) VALUES ($1, $2, $3, $4, TRUE, $5, 1) ON CONFLICT (name, code) DO NOTHING`)

	externalOf   = db.Query[externalRow](`SELECT e.word_id, e.system, e.code FROM dictionary_external e JOIN dictionary w ON w.id = e.word_id WHERE w.name = $1 ORDER BY e.word_id, e.system`)
	dropExternal = db.SQL(`DELETE FROM dictionary_external WHERE word_id = $1`)
	addExternal  = db.SQL(`INSERT INTO dictionary_external (word_id, system, code) VALUES ($1, $2, $3)`)
)

// replace makes a new value the current one. Of two at the same moment one wins.
func replace(ctx context.Context, tx *db.Tx, in SetInput) error {
	if _, err := retire.Run(ctx, tx, string(in.Key), int64(in.Region)); err != nil {
		return err
	}
	var value *string
	if in.Value != "" {
		value = &in.Value
	}
	a := auth.From(ctx)
	n, err := add.Run(ctx, tx, tx.NewID(), string(in.Key), int64(in.Region), value, in.Reason, a.Account, a.Name, tx.Now)
	if err == nil && n == 0 {
		err = errs.ErrStale
	}
	return err
}

func insertDays(ctx context.Context, tx *db.Tx, days []Day) error {
	return tx.InsertMany(ctx, "calendar", []string{"day", "kind", "name"}, len(days), func(i int) []any {
		return []any{int64(days[i].Day), days[i].Kind, days[i].Name}
	}, "")
}

func insertWords(ctx context.Context, tx *db.Tx, words []Word) error {
	return tx.InsertMany(ctx, "dictionary", []string{"id", "name", "code", "label", "active", "sort", "version"}, len(words), func(i int) []any {
		w := words[i]
		return []any{tx.NewID(), w.Name, w.Code, w.Label, true, w.Sort, 1}
	}, "")
}

func between(ctx context.Context, tx *db.Tx, from, to clock.Day) (map[clock.Day]string, error) {
	rows, err := daysBetween.All(ctx, tx, int64(from), int64(to))
	out := make(map[clock.Day]string, len(rows))
	for _, r := range rows {
		out[r.Day] = r.Kind
	}
	return out, err
}
