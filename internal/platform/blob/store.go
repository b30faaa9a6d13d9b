package blob

import (
	"context"

	"linli/internal/platform/db"
)

const columns = `SELECT id, sha256, size, type, name, region, owner_kind, owner_id, made_at, made_by FROM blob`

var (
	insert = db.SQL(`INSERT INTO blob (id, sha256, size, type, name, region, owner_kind, owner_id, made_at, made_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`)
	byID    = db.Query[Meta](columns + ` WHERE id = $1`)
	byOwner = db.Query[Meta](columns + ` WHERE owner_kind = $1 AND owner_id = $2 ORDER BY id`)
	all     = db.Query[Meta](columns + ` ORDER BY id`)
	bySum   = db.Query[db.ID](`SELECT id FROM blob WHERE sha256 = $1 LIMIT 1`)
	remove  = db.SQL(`DELETE FROM blob WHERE id = $1`)
)

func add(ctx context.Context, tx *db.Tx, m Meta) error {
	_, err := insert.Run(ctx, tx, m.ID, m.SHA256, m.Size, m.Type, m.Name, int64(m.Region), m.OwnerKind, m.OwnerID, m.MadeAt, m.MadeBy)
	return err
}
