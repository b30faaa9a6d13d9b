package roster

import (
	"linli/internal/platform/db"
)

const (
	keeperRows = `SELECT id, version, station_id, region, name, post, named, agreed_day, active, phone FROM office_keeper`
	shiftRows  = `SELECT d.id, d.version, d.station_id, d.keeper_id, k.name, k.post, k.named, d.day, d.from_minute, d.until_minute FROM office_duty d JOIN office_keeper k ON k.id = d.keeper_id`
)

var (
	keeperByID = db.Query[Keeper](keeperRows + ` WHERE id = $1`)
	keepersOf  = db.Query[Keeper](keeperRows + ` WHERE station_id = $1 AND active ORDER BY id`)
	addKeeper  = db.SQL(`INSERT INTO office_keeper (id, version, station_id, region, name, post, named, agreed_day, active, phone) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, TRUE, $8)`)
	setKeeper  = db.SQL(`UPDATE office_keeper SET name = $3, post = $4, named = $5, agreed_day = $6, active = $7, phone = $8, version = version + 1 WHERE id = $1 AND version = $2`)
	// lockKeeper holds the keeper's row, so that two shifts of one person wait for one another.
	lockKeeper = db.Query[Keeper](`UPDATE office_keeper SET active = TRUE WHERE id = $1 AND station_id = $2 AND active
		RETURNING id, version, station_id, region, name, post, named, agreed_day, active, phone`)
	shiftByID  = db.Query[Shift](shiftRows + ` WHERE d.id = $1`)
	shiftsOf   = db.Query[Shift](shiftRows + ` WHERE d.station_id = $1 AND d.day BETWEEN $2 AND $3 ORDER BY d.day, d.from_minute, d.id`)
	nowOn      = db.Query[Shift](shiftRows + ` WHERE d.station_id = $1 AND d.day = $2 AND d.from_minute <= $3 AND d.until_minute > $3 ORDER BY d.from_minute, d.id`)
	busy       = db.Query[int64](`SELECT count(*) FROM office_duty WHERE keeper_id = $1 AND day = $2 AND from_minute < $4 AND until_minute > $3 AND id <> $5`)
	addDuty    = db.SQL(`INSERT INTO office_duty (id, version, station_id, region, keeper_id, day, from_minute, until_minute) VALUES ($1, 1, $2, $3, $4, $5, $6, $7)`)
	setDuty    = db.SQL(`UPDATE office_duty SET keeper_id = $3, version = version + 1 WHERE id = $1 AND version = $2`)
	dropDuty   = db.SQL(`DELETE FROM office_duty WHERE id = $1 AND version = $2`)
	dropDuties = db.SQL(`DELETE FROM office_duty WHERE keeper_id = $1 AND day > $2`)
)
