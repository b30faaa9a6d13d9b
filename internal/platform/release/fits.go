package release

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"linli/internal/platform/db"
)

// What is wrong between a program and a schema: an old schema is migrated by the operator when nobody is at work, an old program is
// replaced.
var (
	ErrOldSchema  = errors.New("the schema is older than this program: run `linli migrate` first")
	ErrOldProgram = errors.New("this program is older than the database allows: install the newer one")
)

// least is the schema that a program has to know to work beside this one. A migration that older programs cannot live with raises it
// to its number: they then refuse, and all others may be upgraded one process after the other.
const least = 85

var demand = db.SQL(`INSERT INTO stamp (name, value) VALUES ('least_schema', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value
	WHERE CAST(stamp.value AS BIGINT) < CAST(excluded.value AS BIGINT)`)

// Demand writes down which programs may work here.
func Demand(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(tx *db.Tx) error { _, err := demand.Run(ctx, tx, strconv.Itoa(least)); return err })
}

var schemaNow = db.Query[schemaRow](`SELECT (SELECT MAX(version_id) FROM goose_db_version) AS number,
	COALESCE((SELECT value FROM stamp WHERE name = 'least_schema'), '0') AS least`)

type schemaRow struct {
	Number int64
	Least  string
}

var mine = sync.OnceValues(db.SchemaNumber)

// Fits says whether this program and the schema go together: nil, ErrOldSchema or ErrOldProgram. A newer schema that still allows this
// program is no fault, so that processes can be upgraded one after the other.
func Fits(ctx context.Context, d *db.DB) error {
	known, err := mine()
	if err != nil {
		return err
	}
	var row schemaRow
	if err := d.Glance(ctx, func(tx *db.Tx) error { row, err = schemaNow.One(ctx, tx); return err }); err != nil {
		return err
	}
	least, err := strconv.ParseInt(row.Least, 10, 64)
	switch {
	case err != nil:
		return err
	case row.Number < known:
		return ErrOldSchema
	case known < least:
		return ErrOldProgram
	}
	return nil
}
