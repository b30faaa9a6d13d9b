package template

import (
	"context"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const templateRows = `SELECT id, version, region, slot, title, body, by_name, at FROM office_template`

var (
	templateByID = db.Query[Template](templateRows + ` WHERE id = $1`)
	templatesOf  = db.Query[Template](templateRows + ` WHERE region IN ($1, $2, $3, $4, $5) AND active ORDER BY region, id`)
	saveTemplate = db.Query[stored](`INSERT INTO office_template (id, version, region, slot, title, body, active, by_name, at) VALUES ($1, 1, $2, $3, $4, $5, TRUE, $6, $7)
		ON CONFLICT (region, slot) DO UPDATE SET title = $4, body = $5, active = TRUE, by_name = $6, at = $7, version = office_template.version + 1
		WHERE NOT office_template.active OR office_template.version = $8 RETURNING id, version`)
	dropTemplate = db.SQL(`DELETE FROM office_template WHERE id = $1 AND version = $2`)
	seeded       = db.Query[int64](`SELECT count(*) FROM office_template`)
)

// stored names a row and its version after it was written.
type stored struct {
	ID      db.ID
	Version int64
}

// putTemplate stores a division's text for a slot in the place of the version that was read, 0 when there was none; a stale one otherwise.
func putTemplate(ctx context.Context, tx *db.Tx, t *Template, read int64) error {
	row, ok, err := db.Found(saveTemplate.One(ctx, tx, t.ID, int64(t.Region), t.Slot, t.Title, t.Body, t.ByName, t.At, read))
	if err == nil && !ok {
		err = errs.ErrStale
	}
	t.ID, t.Version = row.ID, row.Version
	return err
}

const categoryRows = `SELECT id, version, region, code, name, years, active FROM office_category`

var (
	categoryByID = db.Query[Category](categoryRows + ` WHERE id = $1`)
	categoriesOf = db.Query[Category](categoryRows + ` WHERE region IN ($1, $2, $3, $4, $5) ORDER BY region, code`)
	addCategory  = db.SQL(`INSERT INTO office_category (id, version, region, code, name, years, active) VALUES ($1, 1, $2, $3, $4, $5, TRUE) ON CONFLICT DO NOTHING`)
	setCategory  = db.SQL(`UPDATE office_category SET name = $3, years = $4, active = $5, version = version + 1 WHERE id = $1 AND version = $2`)
)
