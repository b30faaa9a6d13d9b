package poll

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// frame is the list from which a poll was drawn.
type frame struct {
	PollID db.ID
	Codes  string
}

var (
	table      = db.NewRelation[Poll]("poll")
	columns    = `SELECT ` + table.Columns("p") + `, r.name AS "where" FROM poll p JOIN region r ON r.code = p.region `
	byID       = db.Query[Poll](columns + `WHERE p.id = $1`)
	every      = db.Query[Poll](columns + `ORDER BY p.id`)
	frameTable = db.NewRelation[frame]("poll_frame", "poll_id")

	placeTable   = db.NewRelation[Place]("poll_place")
	placeColumns = `SELECT ` + placeTable.Columns("p") + `, r.name, t.name AS town FROM poll_place p JOIN region r ON r.code = p.region
		JOIN region t ON t.code = r.parent `
	placeByID = db.Query[Place](placeColumns + `WHERE p.id = $1`)
	placesOf  = db.Query[Place](placeColumns + `WHERE p.poll_id = $1 ORDER BY p.region`)
)

func get(ctx context.Context, tx *db.Tx, id db.ID) (Poll, error) { return byID.Get(ctx, tx, id) }

func place(ctx context.Context, tx *db.Tx, id db.ID) (Place, error) {
	return placeByID.Get(ctx, tx, id)
}

// communities are those of a division that count as such today.
var communities = db.DynamicOf[auth.Region](func(b *db.Builder, at auth.Region) {
	b.Add(`SELECT r.code FROM region r WHERE r.level = 5 AND r.counts_as_community AND r.valid_to = 99991231`)
	auth.Within(b, "r.code", at)
	b.Add(" ORDER BY r.code")
})

var list = db.ListOf(func(b *db.Builder, in ListInput) {
	b.Add(columns + `WHERE 1 = 1`)
	auth.Within(b, "p.region", in.Region)
}, func(ListInput) db.Order[Poll] {
	return db.Order[Poll]{By: "p.id", Down: true, Key: func(p Poll) []any { return []any{p.ID} }}
})
