package gateway

import "linli/internal/platform/db"

var (
	table  = db.NewRelation[Gateway]("sms_gateway")
	inUse  = db.Query[Gateway](table.Select("g") + ` WHERE g.active`)
	byWay  = db.Query[Gateway](table.Select("g") + ` WHERE g.way = $1`)
	all    = db.Query[Gateway](table.Select("g") + ` ORDER BY g.id`)
	unused = db.SQL(`UPDATE sms_gateway SET active = FALSE, version = version + 1 WHERE active AND way <> $1`)

	proposals = db.NewRelation[Proposal]("sms_gateway_proposal")
	waiting   = proposals.Where("state = 'waits' ORDER BY id")
	overdue   = proposals.Where("state = 'waits' AND until_day < $1 ORDER BY id")
)
