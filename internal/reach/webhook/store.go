package webhook

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var (
	endpoints  = db.NewRelation[Endpoint]("webhook_endpoint")
	lines      = db.NewRelation[line]("webhook_line", "endpoint_id")
	deliveries = db.NewRelation[Delivery]("webhook_delivery", "message_id", "endpoint_id")
	attempts   = db.NewRelation[Attempt]("webhook_attempt")

	hold      = db.Query[db.ID](`SELECT id FROM account WHERE id = $1 FOR UPDATE`)
	held      = db.Query[int64](`SELECT COUNT(*) FROM webhook_endpoint WHERE account_id = $1`)
	ofOwner   = endpoints.Where("id = $1 AND account_id = $2")
	ofAccount = endpoints.Where("account_id = $1 ORDER BY id DESC")
	drop      = db.SQL(`DELETE FROM webhook_endpoint WHERE id = $1`)

	// whoever removes an endpoint waits for those who leave a message for it, and they for him: neither may undo what the other does
	holdEndpoint = db.Query[db.ID](`SELECT id FROM webhook_endpoint WHERE id = $1 FOR UPDATE`)

	// who is to be told of what is somebody's own
	wantOwn = db.Query[db.ID](`SELECT id FROM webhook_endpoint WHERE account_id IN (SELECT id FROM account WHERE person_id = $1)
		AND state = 'active' AND ' ' || types || ' ' LIKE $2 ORDER BY id FOR KEY SHARE`)

	// who is to be told of something public that lies in these five divisions
	wantPublic = db.Query[db.ID](`SELECT id FROM webhook_endpoint
		WHERE state = 'active' AND ' ' || types || ' ' LIKE $1 AND region IN (0, $2, $3, $4, $5, $6) ORDER BY id FOR KEY SHARE`)

	dropAttempts   = db.SQL(`DELETE FROM webhook_attempt WHERE endpoint_id = $1`)
	dropDeliveries = db.SQL(`DELETE FROM webhook_delivery WHERE endpoint_id = $1`)
	dropLine       = db.SQL(`DELETE FROM webhook_line WHERE endpoint_id = $1`)

	oldAttempts   = db.SQL(`DELETE FROM webhook_attempt WHERE at < $1`)
	oldDeliveries = db.SQL(`DELETE FROM webhook_delivery WHERE at < $1 AND state <> 'waits'`)
	abandon       = db.SQL(`UPDATE webhook_delivery SET state = 'dropped' WHERE endpoint_id = $1 AND state = 'waits'`)

	forego = db.SQL(`UPDATE webhook_delivery SET state = 'dropped' WHERE endpoint_id = $1 AND message_id = $2 AND state = 'waits'`)

	theirs   = deliveries.Where("endpoint_id = $1 AND message_id = $2")
	latest   = deliveries.Where("endpoint_id = $1 ORDER BY message_id DESC LIMIT 50")
	triesOf  = attempts.Where("endpoint_id = $1 AND message_id >= $2 ORDER BY message_id DESC, id DESC LIMIT 600")
	firstDue = deliveries.Where("endpoint_id = $1 AND state = 'waits' AND due_at <= $2 ORDER BY due_at, message_id LIMIT 1")

	// what a line waits for
	anyDue = db.Query[db.ID](`SELECT l.endpoint_id FROM webhook_line l WHERE l.busy_until < $1 AND ` + isDue + ` LIMIT 1`)
	claim  = db.Query[db.ID](`UPDATE webhook_line SET busy_until = $4, run = $5, tried_at = $1 WHERE endpoint_id = (SELECT l.endpoint_id
		FROM webhook_line l WHERE l.busy_until < $1 AND ` + isDue + ` AND (l.failing_since IS NULL OR $3)
		ORDER BY l.tried_at, l.endpoint_id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING endpoint_id`)
	free  = db.SQL(`UPDATE webhook_line SET busy_until = $3 WHERE endpoint_id = $1 AND run = $2`)
	well  = db.SQL(`UPDATE webhook_line SET failing_since = NULL, sent_at = $3 WHERE endpoint_id = $1 AND run = $2`)
	ill   = db.SQL(`UPDATE webhook_line SET failing_since = COALESCE(failing_since, $3) WHERE endpoint_id = $1 AND run = $2`)
	still = lines.Where("endpoint_id = $1 AND run = $2 FOR UPDATE")
	heal  = db.SQL(`UPDATE webhook_line SET failing_since = NULL WHERE endpoint_id = $1`)

	active = endpoints.Where("state = 'active' AND id > $1 ORDER BY id LIMIT 500")

	lastOf      = attempts.Where("endpoint_id = $1 ORDER BY message_id DESC, id DESC LIMIT $2")
	watchedByID = db.Query[Watched](watched + `WHERE e.id = $1`)

	orphans = db.Query[db.ID](`SELECT e.id FROM webhook_endpoint e LEFT JOIN access_key k ON k.id = e.key_id
		WHERE k.id IS NULL OR k.account_id <> e.account_id`)
	unled = db.Query[db.ID](`SELECT e.id FROM webhook_endpoint e LEFT JOIN webhook_line l ON l.endpoint_id = e.id WHERE l.endpoint_id IS NULL`)
)

// isDue asks for a delivery whose time ($2) has come, of an endpoint that is in use.
const isDue = `EXISTS (SELECT 1 FROM webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id
	WHERE d.endpoint_id = l.endpoint_id AND d.state = 'waits' AND d.due_at <= $2 AND e.state = 'active')`

// watched are the endpoints of all with their owners and how they do.
const watched = `SELECT e.id, e.version, e.name, a.name AS owner, a.region AS place, e.url, e.types, e.region, e.state, e.held, e.reason, e.made_at,
	l.failing_since, l.sent_at,
	(SELECT COUNT(*) FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'waits') AS waiting,
	(SELECT COUNT(*) FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'failed') AS failed
	FROM webhook_endpoint e JOIN account a ON a.id = e.account_id JOIN webhook_line l ON l.endpoint_id = e.id `

// watchSearch is a list of endpoints within what the actor may see.
type watchSearch struct {
	WatchInput
	Scope auth.Scope
}

var watchList = db.ListOf(func(b *db.Builder, in watchSearch) {
	b.Add(watched + `WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	b.If(in.State != "", " AND e.state = ?", in.State)
}, func(watchSearch) db.Order[Watched] {
	return db.Order[Watched]{By: "e.id", Down: true, Key: func(w Watched) []any { return []any{w.ID} }}
})
