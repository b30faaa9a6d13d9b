package log

import (
	"context"
	"encoding/json"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// standing is what the log said last of a fact; Leaf is nil where it has said nothing yet.
type standing struct {
	Leaf   []byte `json:"-"`
	Salt   []byte `json:"-"`
	Erased bool   `json:"-"` // whom it is about was erased: no salt is kept
}

// record is what the log commits to of a service record: what makes minutes count, whose they are, and how they came to be.
type record struct {
	standing
	ID           db.ID     `json:"id"`
	VolunteerID  db.ID     `json:"volunteer_id"`
	Source       string    `json:"source"`
	OrderID      db.ID     `json:"order_id"`
	Category     string    `json:"category"`
	Day          clock.Day `json:"day"`
	StartedAt    time.Time `json:"started_at"`
	EndedAt      time.Time `json:"ended_at"`
	Minutes      int64     `json:"minutes"`
	Status       string    `json:"status"`
	Confirmation string    `json:"confirmation"`
	RecordedBy   db.ID     `json:"recorded_by"`
	ConfirmedBy  db.ID     `json:"confirmed_by"`
	ApprovedBy   db.ID     `json:"approved_by"`
	CountedDay   clock.Day `json:"counted_day"`
}

// certificate is what the log commits to of a certificate; its signature binds the rest.
type certificate struct {
	standing
	ID          db.ID     `json:"id"`
	No          string    `json:"no"`
	FromDay     clock.Day `json:"from"`
	ToDay       clock.Day `json:"to"`
	Minutes     int64     `json:"minutes"`
	Times       int64     `json:"times"`
	IssuedDay   clock.Day `json:"issued_on"`
	RecordsHash []byte    `json:"records_sha256"`
	Status      string    `json:"status"`
	KeyID       string    `json:"key_id"`
	Signature   []byte    `json:"signature"`
}

// transfer is what the log commits to of a transfer.
type transfer struct {
	standing
	ID       db.ID     `json:"id"`
	Unit     string    `json:"unit"`
	Kind     string    `json:"kind"`
	Code     string    `json:"code"`
	DebitID  db.ID     `json:"debit_id"`
	CreditID db.ID     `json:"credit_id"`
	Amount   int64     `json:"amount"`
	HoldID   db.ID     `json:"hold_id"`
	ObjectID db.ID     `json:"object_id"`
	At       time.Time `json:"at"`
}

// deletion is the statement of a fact that the program took out again.
type deletion struct {
	ID   db.ID `json:"id"`
	Gone bool  `json:"gone"`
}

// fact is one thing as it stands, and what the log said last of it.
type fact struct {
	standing
	id        db.ID
	statement []byte
}

// agrees says whether the log's last word is what stands. Where the salt was destroyed nobody can say, and it agrees.
func (f fact) agrees(object string) bool {
	return f.Salt == nil || string(commit(f.Salt, object, f.statement)) == string(f.Leaf)
}

// kind is one kind of fact.
type kind struct {
	name, table string
	some        func(ctx context.Context, tx *db.Tx, ids []db.ID) ([]fact, error)
	each        func(ctx context.Context, tx *db.Tx, fn func(fact) error) error
	lost        *db.Rows[db.ID] // facts that the log knows and that are no longer there
	salted      *db.Rows[entry] // entries about a person whose salts are still there
}

// kindOf makes the kind whose facts are rows of table t; erased says of such a row that its person was erased, theirs that it is about
// person $1.
func kindOf[T any](name, table, columns, erased, theirs string, of func(T) (db.ID, standing)) kind {
	last := `(SELECT MAX(l.position) FROM log_entry l WHERE l.object = '` + name + `' AND l.object_id = `
	text := "SELECT " + columns + ", e.leaf, e.salt, " + erased + " AS erased FROM " + table + " t LEFT JOIN log_entry e ON e.position = " +
		last + "t.id)"
	all := db.Query[T](text + " ORDER BY t.id")
	some := db.DynamicOf[T](func(b *db.Builder, ids []db.ID) { db.In(b.Add(text+" WHERE 1 = 1"), " AND t.id", ids) })
	plain := func(v T) fact {
		id, said := of(v)
		b, err := json.Marshal(v)
		if err != nil {
			panic(err) // numbers, texts and times always marshal
		}
		return fact{said, id, b}
	}
	return kind{name: name, table: table,
		some: func(ctx context.Context, tx *db.Tx, ids []db.ID) (out []fact, err error) {
			rows, err := some.All(ctx, tx, ids)
			for _, v := range rows {
				out = append(out, plain(v))
			}
			return out, err
		},
		each: func(ctx context.Context, tx *db.Tx, fn func(fact) error) error {
			return all.Each(ctx, tx, func(v T) error { return fn(plain(v)) })
		},
		lost: db.Query[db.ID]("SELECT e.object_id FROM log_entry e WHERE e.object = '" + name + "' AND NOT e.gone AND e.position = " + last +
			"e.object_id) AND NOT EXISTS (SELECT 1 FROM " + table + " t WHERE t.id = e.object_id) ORDER BY e.position"),
		salted: db.Query[entry](entries.Select("e") + " JOIN " + table + " t ON t.id = e.object_id WHERE e.object = '" + name +
			"' AND e.salt IS NOT NULL AND " + theirs + " ORDER BY e.position"),
	}
}

const (
	personErased = "EXISTS (SELECT 1 FROM person p WHERE p.id = t.person_id AND p.state = 'erased')"
	memberErased = `EXISTS (SELECT 1 FROM timebank_member m JOIN person p ON p.id = m.person_id
		WHERE m.account_id IN (t.debit_id, t.credit_id) AND p.state = 'erased')`
	ofMember = "EXISTS (SELECT 1 FROM timebank_member m WHERE m.account_id IN (t.debit_id, t.credit_id) AND m.person_id = $1)"
)

// kinds are all facts that have leaves.
var kinds = []kind{
	kindOf(Record, "service_record", `t.id, t.volunteer_id, t.source, t.order_id, t.category, t.day, t.started_at, t.ended_at, t.minutes,
		t.status, t.confirmation, t.recorded_by, t.confirmed_by, t.approved_by, t.counted_day`, personErased, "t.person_id = $1",
		func(r record) (db.ID, standing) { return r.ID, r.standing }),
	kindOf(Certificate, "certificate", `t.id, t.no, t.from_day, t.to_day, t.minutes, t.times, t.issued_day, t.records_hash, t.status,
		t.key_id, t.signature`, personErased, "t.person_id = $1",
		func(c certificate) (db.ID, standing) { return c.ID, c.standing }),
	kindOf(Transfer, "ledger_transfer", `t.id, t.unit, t.kind, t.code, t.debit_id, t.credit_id, t.amount, t.hold_id, t.object_id, t.at`,
		memberErased, ofMember, func(m transfer) (db.ID, standing) { return m.ID, m.standing }),
}
