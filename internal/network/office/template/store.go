package template

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const ofAbove = "region IN ($1, $2, $3, $4, $5)"

var (
	texts      = db.NewRelation[Template]("office_template")
	textOf     = texts.Where("region = $1 AND slot = $2")
	textsAbove = texts.Where(ofAbove + " AND active ORDER BY region, id")
	dropText   = db.SQL(`DELETE FROM office_template WHERE id = $1 AND version = $2`)
	seeded     = db.Query[int64](`SELECT count(*) FROM office_template`)

	lines      = db.NewRelation[Category]("office_category")
	linesAbove = lines.Where(ofAbove + " ORDER BY region, code")
)

// above are a division and those above it.
func above(at auth.Region) []any {
	return []any{int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at)}
}
