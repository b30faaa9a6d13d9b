package roster

import (
	"linli/internal/platform/db"
)

var (
	keeperTable = db.NewRelation[Keeper]("office_keeper")
	active      = keeperTable.Where("station_id = $1 AND active ORDER BY id")
	// lockKeeper holds the keeper's row, so that two shifts of one person wait for one another.
	lockKeeper = db.Query[Keeper]("UPDATE office_keeper SET active = TRUE WHERE id = $1 AND station_id = $2 AND active RETURNING " +
		keeperTable.Columns(""))

	shiftTable = db.NewRelation[Shift]("office_duty")
	shiftRows  = "SELECT " + shiftTable.Columns("d") + ", k.name, k.post, k.named FROM office_duty d " +
		"JOIN office_keeper k ON k.id = d.keeper_id WHERE "
	shiftByID = db.Query[Shift](shiftRows + "d.id = $1")
	between   = db.Query[Shift](shiftRows + "d.station_id = $1 AND d.day BETWEEN $2 AND $3 ORDER BY d.day, d.from_minute, d.id")
	atMinute  = db.Query[Shift](shiftRows + "d.station_id = $1 AND d.day = $2 AND d.from_minute <= $3 AND d.until_minute > $3 " +
		"ORDER BY d.from_minute, d.id")
	overlapping = db.Query[int64]("SELECT count(*) FROM office_duty WHERE keeper_id = $1 AND day = $2 AND from_minute < $4 " +
		"AND until_minute > $3 AND id <> $5")
	removeShift = db.SQL("DELETE FROM office_duty WHERE id = $1 AND version = $2")
	cancelAfter = db.SQL("DELETE FROM office_duty WHERE keeper_id = $1 AND day > $2")
)
