package offline

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var (
	table   = db.NewRelation[Item]("offline_action")
	columns = `SELECT ` + table.Columns("x") + `, c.name FROM offline_action x JOIN account c ON c.id = x.account_id WHERE `
	byID    = db.Query[Item](columns + `x.id = $1`)
	byUUID  = db.Query[Item](columns + `x.account_id = $1 AND x.uuid = $2`)
	of      = db.Query[Item](columns + `x.person_id = $1 ORDER BY x.id`)
	// grown is the version that a device's own actions have made of a thing since it saw it; $5 is the action that asks.
	grown = db.Query[int64](`SELECT made_version FROM offline_action WHERE account_id = $1 AND device = $2 AND object_id = $3
		AND base_version = $4 AND id <> $5 AND verdict = 'done' AND made_version > 0 ORDER BY made_version DESC LIMIT 1`)
	leads = db.Query[db.ID](`SELECT a.id FROM activity a WHERE a.state IN ('open', 'handed_in') AND a.day BETWEEN $2 AND $3
		AND EXISTS (SELECT 1 FROM team_role o WHERE o.team_id = a.team_id AND o.to_day = 0 AND o.role IN ('leader', 'deputy')
		AND o.person_id = $1) ORDER BY a.starts_at, a.id LIMIT 20`)
	waits = db.Query[int64](`SELECT COUNT(*) FROM offline_action WHERE person_id = $1 AND state = 'waiting'`)

	followPerson = db.SQL(`UPDATE offline_action SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	followAsked  = db.SQL(`UPDATE offline_action SET object_id = $2, version = version + 1 WHERE object_id = $1 AND kind = 'survey_answer'`)
	// blank takes out what was said, by who is erased and about him.
	blank = db.SQL(`UPDATE offline_action SET raw = NULL, reason = '', version = version + 1 WHERE (raw IS NOT NULL OR reason <> '') AND (person_id = $1
		OR kind = 'visit' AND object_id IN (SELECT id FROM pairing WHERE person_id = $1)
		OR kind IN ('check_in', 'check_out', 'move') AND object_id IN (SELECT id FROM orders WHERE recipient_id = $1)
		OR kind = 'roll_call' AND object_id IN (SELECT activity_id FROM activity_place WHERE person_id = $1)
		OR kind = 'home_visit' AND object_id IN (SELECT home_id FROM home_visit_member WHERE person_id = $1)
		OR kind = 'survey_answer' AND object_id = $1)`)
	// baseless are check-ins and check-outs that were taken as done and of which there is no attendance.
	baseless = db.Query[db.ID](`SELECT x.id FROM offline_action x WHERE x.verdict = 'done' AND x.state = 'settled'
		AND x.kind IN ('check_in', 'check_out') AND NOT EXISTS (SELECT 1 FROM attendance t WHERE t.order_id = x.object_id
		AND t.person_id = x.person_id) ORDER BY x.id`)
)

// sought is a list of items within what the actor may see.
type sought struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in sought) {
	b.Add(columns + `x.handed_at IS NOT NULL`)
	in.Scope.Where(b, auth.Columns{Region: "x.region"})
	auth.Within(b, "x.region", in.Region)
	b.If(in.State != "", " AND x.state = ?", in.State)
}, func(sought) db.Order[Item] {
	return db.Order[Item]{By: "x.id", Down: true, Key: func(it Item) []any { return []any{it.ID} }}
})

var (
	// subject is what an item is about, in words that the desk of its division sees anyway.
	subject = db.Query[string](`SELECT title FROM orders WHERE id = $1 AND region = $3 AND $2 IN ('check_in', 'check_out', 'move')
		UNION ALL SELECT p.name FROM pairing g JOIN person p ON p.id = g.person_id WHERE g.id = $1 AND p.region = $3 AND $2 = 'visit'
		UNION ALL SELECT title FROM activity WHERE id = $1 AND region = $3 AND $2 = 'roll_call'
		UNION ALL SELECT p.name FROM home_visit_home h JOIN person p ON p.id = h.person_id WHERE h.id = $1 AND h.region = $3
		AND $2 = 'home_visit'
		UNION ALL SELECT name FROM person WHERE id = $1 AND region = $3 AND $2 = 'survey_answer'`)
	// goer is who was asked to go to a home at some time.
	goer = db.Query[string](`SELECT p.name FROM home_visit_goer g JOIN home_visit_day d ON d.id = g.day_id JOIN home_visit_home h
		ON h.plan_id = d.plan_id JOIN person p ON p.id = g.person_id WHERE h.id = $1 AND g.person_id = $2 AND h.region = $3
		ORDER BY g.id LIMIT 1`)
	seated = db.Query[string](`SELECT p.name FROM activity_place s JOIN person p ON p.id = s.person_id
		JOIN activity a ON a.id = s.activity_id WHERE s.id = $1 AND a.id = $2 AND a.region = $3`)
	companion = db.Query[string](`SELECT p.name FROM pairing_member m JOIN pairing g ON g.id = m.pairing_id JOIN person o ON o.id = g.person_id
		JOIN volunteer v ON v.id = m.volunteer_id JOIN person p ON p.id = v.person_id
		WHERE m.pairing_id = $1 AND m.volunteer_id = $2 AND o.region = $3 ORDER BY m.id DESC LIMIT 1`)
	volunteerOf = db.Query[db.ID](`SELECT id FROM volunteer WHERE person_id = $1`)
)
