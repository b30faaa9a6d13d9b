package card

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const columns = `k.id, k.no, k.person_id, p.name, k.region, k.issued_at, k.ended, k.sheet IS NULL AS printed,
	(SELECT count(*) FROM contact_card_code c WHERE c.card_id = k.id AND c.used_at IS NULL) AS left_over`

var (
	openCode = db.Query[cardCode](`SELECT c.card_id, c.n FROM contact_card_code c JOIN contact_card k ON k.id = c.card_id
		WHERE k.person_id = $1 AND NOT k.ended AND c.mac = $2 AND c.used_at IS NULL`)
	useCode    = db.SQL(`UPDATE contact_card_code SET used_at = $3, order_id = $4 WHERE card_id = $1 AND n = $2 AND used_at IS NULL`)
	endCards   = db.SQL(`UPDATE contact_card SET ended = TRUE, sheet = NULL WHERE person_id = $1 AND NOT ended`)
	insertCard = db.SQL(`INSERT INTO contact_card (id, no, person_id, region, issued_by, issued_at, ended, sheet)
		VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7)`)
	lockCard = db.Query[cardRow](`SELECT ` + columns +
		`, k.sheet FROM contact_card k JOIN person p ON p.id = k.person_id WHERE k.id = $1 FOR UPDATE`)
	// Whoever printed the card has seen its codes as well as who issued it, so he is its issuer from then on.
	printedCard = db.SQL(`UPDATE contact_card SET sheet = NULL, issued_by = $2 WHERE id = $1`)
)

type cardRow struct {
	Card
	Sheet []byte
}

func list(ctx context.Context, tx *db.Tx, in ListInput, scope auth.Scope) ([]Card, error) {
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + columns + ` FROM contact_card k JOIN person p ON p.id = k.person_id WHERE 1 = 1`)
	scope.Where(b, auth.Columns{Region: "k.region"})
	return db.Select[Card](ctx, tx, b.If(more, " AND k.id < ?", last).Add(" ORDER BY k.id DESC LIMIT ?", in.Size()+1))
}

type cardCode struct {
	CardID db.ID
	N      int64
}
