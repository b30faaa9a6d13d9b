package platforms

import (
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	batchTable = db.NewRelation[Batch]("platform_batch")
	byNumber   = batchTable.Where(`number = $1 AND platform = $2`)
	openOf     = batchTable.Where(`platform = $1 AND state IN ('queued', 'sent') ORDER BY id`)

	itemTable = db.NewRelation[item]("platform_item", "batch_id", "kind", "object_id")
	itemsOf   = itemTable.Where(`batch_id = $1 AND kind = $2 ORDER BY object_id`)
	itemOf    = itemTable.Where(`batch_id = $1 AND kind = $2 AND object_id = $3`)
	answer    = db.SQL(`UPDATE platform_item SET state = $4, reason = $5, line = NULL
		WHERE batch_id = $1 AND kind = $2 AND object_id = $3 AND state = 'waits'`)
	takeBack = db.SQL(`UPDATE platform_item SET state = 'withdrawn', line = NULL WHERE batch_id = $1 AND state = 'waits'`)
	markOf   = db.Query[string](`SELECT value FROM stamp WHERE name = 'files'`)
	// oneAtATime holds the other hand that puts a batch together, of whatever place: what waits may overlap.
	oneAtATime = db.Query[auth.Region](`SELECT code FROM region WHERE code = $1 AND valid_to = 99991231 FOR UPDATE`)
	// unwilling are those of a batch who agreed to its platform and do so no more.
	unwilling = db.Query[int64](`SELECT COUNT(DISTINCT i.person_id) FROM platform_item i WHERE i.batch_id = $1 AND i.ground = 'consent'
		AND NOT EXISTS (SELECT 1 FROM person_consent a WHERE a.person_id = i.person_id AND a.purpose = 'exchange' AND a.withdrawn_at IS NULL)`)
	stands = db.Query[standing](`SELECT state, COUNT(*) AS n FROM platform_item WHERE batch_id = $1 GROUP BY state ORDER BY state`)
)

// standing is how many items of a batch stand how.
type standing struct {
	State string
	N     int64
}

// search is whose records of which days go to a platform, a stretch of people at a time.
type search struct {
	Region   auth.Region
	From, To clock.Day
	Consent  bool
	After    db.ID
	Last     db.ID
}

// subject is a volunteer who has something to be reported.
type subject struct {
	ID           db.ID
	Name, Sex    string
	BirthDay     clock.Day
	Region       auth.Region
	No           string
	Skills       person.Codes
	RegisteredAt time.Time
}

const stretch = 200 // people who are looked at together

// subjects are volunteers with a service, a training or a commendation of the place and days.
var subjects = db.DynamicOf[subject](func(b *db.Builder, in search) {
	b.Add(`SELECT p.id, p.name, p.sex, p.birth_day, p.region, v.no, v.skills, v.at AS registered_at FROM person p
		JOIN volunteer v ON v.person_id = p.id WHERE p.state = 'active' AND p.id > ? AND (EXISTS (SELECT 1 FROM service_record r
		WHERE r.person_id = p.id AND r.status IN ('counted', 'void') AND r.minutes > 0 AND r.day BETWEEN ? AND ?`, int64(in.After), in.From, in.To)
	auth.Within(b, "r.region", in.Region)
	b.Add(`) OR EXISTS (SELECT 1 FROM training_place t JOIN training_sitting g ON g.id = t.sitting_id JOIN training_course k ON k.id = t.course_id
		WHERE t.person_id = p.id AND t.state = 'confirmed' AND t.result = 'passed' AND g.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "k.region", in.Region)
	b.Add(`) OR EXISTS (SELECT 1 FROM commendation c WHERE c.person_id = p.id AND c.state IN ('confirmed', 'published')
		AND c.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "c.region", in.Region)
	b.Add(`))`)
	b.If(in.Consent, ` AND EXISTS (SELECT 1 FROM person_consent a WHERE a.person_id = p.id AND a.purpose = 'exchange' AND a.withdrawn_at IS NULL)`)
	b.Add(` ORDER BY p.id LIMIT ?`, stretch)
})

// deed is a service record as it is reported, with the rating that the order got.
type deed struct {
	ID, PersonID         db.ID
	Region               auth.Region
	OrderID              db.ID
	Title, Category      string
	Day                  clock.Day
	Place, Content       string
	StartedAt, EndedAt   time.Time
	Minutes              int64
	Unit, Leader         string
	Status, Confirmation string
	MadeAt               time.Time
	ChangedAt            *time.Time // when it last took a step
	Rating               int64
}

var deeds = db.DynamicOf[deed](func(b *db.Builder, in search) {
	b.Add(`SELECT r.id, r.person_id, r.region, COALESCE(r.order_id, 0) AS order_id, r.title, r.category, r.day, r.place, r.content, r.started_at,
		r.ended_at, r.minutes, r.unit, r.leader, r.status, r.confirmation, r.made_at, c.at AS changed_at,
		COALESCE((SELECT o.rating FROM orders o WHERE o.id = r.order_id AND o.round = r.round), 0) AS rating
		FROM service_record r LEFT JOIN record_change c ON c.id = (SELECT MAX(x.id) FROM record_change x WHERE x.record_id = r.id)
		WHERE r.person_id > ? AND r.person_id <= ? AND r.status IN ('counted', 'void') AND r.minutes > 0
		AND r.day BETWEEN ? AND ?`, int64(in.After), in.Last, in.From, in.To)
	auth.Within(b, "r.region", in.Region)
	b.Add(` ORDER BY r.id`)
})

// lesson is a training that was passed.
type lesson struct {
	ID, PersonID   db.ID
	Region         auth.Region
	Title, Content string
	Minutes        int64
	Day            clock.Day
	ChangedAt      *time.Time
}

var lessons = db.DynamicOf[lesson](func(b *db.Builder, in search) {
	b.Add(`SELECT t.id, t.person_id, k.region, k.title, k.content, t.minutes, g.day, t.confirmed_at AS changed_at
		FROM training_place t JOIN training_sitting g ON g.id = t.sitting_id JOIN training_course k ON k.id = t.course_id
		WHERE t.person_id > ? AND t.person_id <= ? AND t.state = 'confirmed' AND t.result = 'passed' AND t.minutes > 0 AND g.day BETWEEN ? AND ?`,
		int64(in.After), in.Last, in.From, in.To)
	auth.Within(b, "k.region", in.Region)
	b.Add(` ORDER BY t.id`)
})

// praise is a commendation of a person.
type praise struct {
	ID, PersonID           db.ID
	Title, Giver, Document string
	Day                    clock.Day
	At                     time.Time
}

var praises = db.DynamicOf[praise](func(b *db.Builder, in search) {
	b.Add(`SELECT c.id, c.person_id, c.title, c.giver, c.document, c.day, c.at FROM commendation c WHERE c.person_id > ? AND c.person_id <= ?
		AND c.state IN ('confirmed', 'published') AND c.day BETWEEN ? AND ?`, int64(in.After), in.Last, in.From, in.To)
	auth.Within(b, "c.region", in.Region)
	b.Add(` ORDER BY c.id`)
})

// prior is what a platform took of somebody.
type prior struct {
	Kind     string
	ObjectID db.ID
	Hash     string
}

var priors = db.Query[prior](`SELECT kind, object_id, hash FROM platform_item WHERE person_id > $1 AND person_id <= $2 AND platform = $3
	AND state = 'received' ORDER BY batch_id`)

// ListInput asks for batches.
type ListInput struct {
	Platform string `query:"platform" set:"platform_batch.platform," maxLength:"12"`
	State    string `query:"state" set:"platform_batch.state," maxLength:"10"`
	db.Paging
}

type batchSearch struct {
	ListInput
	Scope auth.Scope
}

var batchList = db.ListOf(func(b *db.Builder, in batchSearch) {
	b.Add(batchTable.Select("") + ` WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "region"})
	b.If(in.Platform != "", " AND platform = ?", in.Platform)
	b.If(in.State != "", " AND state = ?", in.State)
}, func(batchSearch) db.Order[Batch] {
	return db.Order[Batch]{By: "id", Down: true, Key: func(b Batch) []any { return []any{b.ID} }}
})

// LedgerInput asks what went to whom.
type LedgerInput struct {
	Platform string    `query:"platform" set:"platform_batch.platform," maxLength:"12"`
	State    string    `query:"state" set:"platform_item.state," maxLength:"10"`
	Kind     string    `query:"kind" set:"platform_item.kind," maxLength:"14"`
	PersonID db.ID     `query:"person_id" doc:"只看这一个人的"`
	BatchID  db.ID     `query:"batch_id" doc:"只看这一批的"`
	From     clock.Day `query:"from" doc:"从哪天报的起"`
	To       clock.Day `query:"to"`
	db.Paging
}

// Entry is one line of the ledger.
type Entry struct {
	BatchID  db.ID     `json:"batch_id"`
	Number   string    `json:"batch"`
	Platform string    `json:"platform"`
	Kind     string    `json:"kind"`
	ObjectID db.ID     `json:"item_id"`
	PersonID db.ID     `json:"person_id"`
	Name     string    `json:"name_masked"`
	Ground   string    `json:"ground" doc:"law 依法报送，consent 本人同意"`
	State    string    `json:"state"`
	Reason   string    `json:"reason"`
	Hash     string    `json:"sha256" doc:"报送的内容的摘要；内容本身不留"`
	At       time.Time `json:"at"`
}

type ledgerSearch struct {
	LedgerInput
	Scope auth.Scope
	Since time.Time
	Until time.Time
}

var ledger = db.ListOf(func(b *db.Builder, in ledgerSearch) {
	b.Add(`SELECT i.batch_id, b.number, i.platform, i.kind, i.object_id, i.person_id, p.name, i.ground, i.state, i.reason, i.hash, i.at
		FROM platform_item i JOIN platform_batch b ON b.id = i.batch_id JOIN person p ON p.id = i.person_id WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "i.region"})
	b.If(in.Platform != "", " AND i.platform = ?", in.Platform)
	b.If(in.State != "", " AND i.state = ?", in.State)
	b.If(in.Kind != "", " AND i.kind = ?", in.Kind)
	b.If(in.PersonID != 0, " AND i.person_id = ?", in.PersonID)
	b.If(in.BatchID != 0, " AND i.batch_id = ?", in.BatchID)
	b.If(in.From != 0, " AND i.at >= ?", in.Since)
	b.If(in.To != 0, " AND i.at < ?", in.Until)
}, func(ledgerSearch) db.Order[Entry] {
	return db.Order[Entry]{By: "i.batch_id, i.kind, i.object_id", Down: true, Key: func(e Entry) []any {
		return []any{e.BatchID, e.Kind, e.ObjectID}
	}}
})
