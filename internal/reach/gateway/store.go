package gateway

import "linli/internal/platform/db"

var (
	table  = db.NewRelation[Gateway]("sms_gateway")
	inUse  = db.Query[Gateway](table.Select("g") + ` WHERE g.active`)
	byWay  = db.Query[Gateway](table.Select("g") + ` WHERE g.way = $1`)
	all    = db.Query[Gateway](table.Select("g") + ` ORDER BY g.id`)
	others = db.SQL(`UPDATE sms_gateway SET active = FALSE, version = version + 1 WHERE active AND way <> $1`)
)
