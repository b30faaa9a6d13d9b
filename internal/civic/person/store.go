package person

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

var (
	table     = db.NewRelation[Person]("person")
	newTable  = db.NewRelation[entry]("person")
	byPhone   = table.Where(`(phone_blind = $1 OR phone2_blind = $1) AND state = 'active' ORDER BY id`)
	byNumber  = table.Where(`id_number_blind = $1`)
	bornOn    = table.Where(`birth_day = $1 AND region = $2 AND state = 'active' ORDER BY id`)
	secretsOf = db.Query[secrets](`SELECT id_number, phone, recipient_groups FROM person WHERE id = $1`)

	setNumber = db.SQL(`UPDATE person SET id_number = $2, id_number_blind = $3, id_number_hint = $4 WHERE id = $1`)
	setPhone  = db.SQL(`UPDATE person SET phone = $2, phone_blind = $3, phone_hint = $4, phone2_blind = $5 WHERE id = $1`)
	setGroups = db.SQL(`UPDATE person SET recipient_groups = $2 WHERE id = $1`)
	bump      = db.SQL(`UPDATE person SET version = version + 1 WHERE id = $1 AND version = $2 AND state = 'active'`)
	redirect  = db.SQL(`UPDATE person SET version = version + 1, state = 'merged', merged_into = $3, id_number_blind = NULL
		WHERE id = $1 AND version = $2 AND state = 'active'`)
	mergedInto = db.Query[db.ID](`SELECT id FROM person WHERE merged_into = $1 ORDER BY id`)

	addressTable  = db.NewRelation[addressRow]("person_address")
	dropAddresses = db.SQL(`DELETE FROM person_address WHERE person_id = $1`)
	dropAddress   = db.SQL(`DELETE FROM person_address WHERE id = $1 AND person_id = $2`)
	addressesOf   = addressTable.Where(`person_id = $1 ORDER BY id`)

	tieTable    = db.NewRelation[tie]("person_guardian", "ward_id", "guardian_id")
	guardiansOf = db.Query[Guardian](`SELECT p.id AS person_id, p.name, p.phone_hint, g.relation FROM person_guardian g
		JOIN person p ON p.id = g.guardian_id WHERE g.ward_id = $1 ORDER BY g.at, p.id`)
	wardsOf = db.Query[Guardian](`SELECT p.id AS person_id, p.name, p.phone_hint, g.relation FROM person_guardian g
		JOIN person p ON p.id = g.ward_id WHERE g.guardian_id = $1 ORDER BY g.at, p.id`)

	dropGuardian = db.SQL(`DELETE FROM person_guardian WHERE ward_id = $1 AND guardian_id = $2`)

	consentTable = db.NewRelation[ConsentEntry]("person_consent")
	// A purpose agreed to twice, in two entries that were merged, ends as one.
	endConsent = db.Query[string](`UPDATE person_consent SET withdrawn_at = $3, withdrawn_name = $4
		WHERE person_id = $2 AND withdrawn_at IS NULL
		AND purpose = (SELECT c.purpose FROM person_consent c WHERE c.id = $1 AND c.person_id = $2) RETURNING purpose`)
	consentsOf = db.Query[ConsentEntry](`SELECT ` + consentTable.Columns("c") + `, COALESCE(g.name, '') AS guardian_name FROM person_consent c
		LEFT JOIN person g ON g.id = c.guardian_id WHERE c.person_id = $1 ORDER BY c.id DESC`)
	consentFor = db.Query[int64](`SELECT COUNT(*) FROM person_consent WHERE person_id = $1 AND purpose = $2 AND withdrawn_at IS NULL`)
)

// What hangs on an entry that goes on as another one follows it. A tie between the two themselves, or one that is there already, falls
// away.
var (
	moveConsents = db.SQL(`UPDATE person_consent SET person_id = $2 WHERE person_id = $1`)
	moveAgreed   = db.SQL(`UPDATE person_consent SET guardian_id = $2 WHERE guardian_id = $1`)
	moveWards    = db.SQL(`UPDATE person_guardian SET guardian_id = $2 WHERE guardian_id = $1 AND ward_id <> $2
		AND ward_id NOT IN (SELECT g.ward_id FROM person_guardian g WHERE g.guardian_id = $2)`)
	moveGuardians = db.SQL(`UPDATE person_guardian SET ward_id = $2 WHERE ward_id = $1 AND guardian_id <> $2
		AND guardian_id NOT IN (SELECT g.guardian_id FROM person_guardian g WHERE g.ward_id = $2)`)
	dropTies = db.SQL(`DELETE FROM person_guardian WHERE ward_id = $1 OR guardian_id = $1`)
	moveKin  = db.SQL(`INSERT INTO person_kin (a_id, b_id, region, kind, relation, at)
		SELECT CASE WHEN o.other < $2 THEN o.other ELSE $2 END, CASE WHEN o.other < $2 THEN $2 ELSE o.other END, o.region, o.kind,
			o.relation, o.at FROM (SELECT CASE WHEN a_id = $1 THEN b_id ELSE a_id END AS other, region, kind, relation, at FROM person_kin
			WHERE a_id = $1 OR b_id = $1) o WHERE o.other <> $2 ON CONFLICT (a_id, b_id) DO NOTHING`)
	moveChanges = db.SQL(`UPDATE person_change SET person_id = $2, wish = NULL,
		state = CASE WHEN state = 'waits' THEN 'refused' ELSE state END WHERE person_id = $1`)
	dropEveryKin = db.SQL(`DELETE FROM person_kin WHERE a_id = $1 OR b_id = $1`)
	blank        = db.SQL(`UPDATE person SET version = version + 1, state = CASE WHEN state = 'active' THEN 'erased' ELSE state END, name = $2,
		sex = '', birth_day = 0,
		householder = '', hamlet = '', languages = '', no_smartphone = FALSE, id_number = NULL, id_number_blind = NULL, id_number_hint = '',
		phone = NULL, phone_blind = NULL, phone2_blind = NULL, phone_hint = '', recipient_groups = NULL WHERE id = $1 AND state IN ('active', 'merged')`)
	endEvery = db.SQL(`UPDATE person_consent SET withdrawn_at = COALESCE(withdrawn_at, $2), withdrawn_name = CASE
		WHEN withdrawn_at IS NULL THEN $3 ELSE '' END, entered_name = CASE WHEN how = 'self' THEN '' ELSE entered_name END WHERE person_id = $1`)
	deletePerson   = db.SQL(`DELETE FROM person WHERE id = $1`)
	deleteConsents = db.SQL(`DELETE FROM person_consent WHERE person_id = $1`)
	setLanguages   = db.SQL(`UPDATE person SET version = version + 1, languages = $2 WHERE id = $1 AND state = 'active'`)
)

// secrets are the sealed columns of one entry.
type secrets struct{ IDNumber, Phone, RecipientGroups []byte }

// entry is a new entry with its sealed columns.
type entry struct {
	Person
	secrets
	IDNumberBlind, PhoneBlind []byte
	Phone2Blind               []byte `db:"phone2_blind"`
}

type addressRow struct {
	ID        db.ID
	PersonID  db.ID
	Kind      string
	FromMonth int64
	ToMonth   int64
	Region    auth.Region
	Place     []byte
}

// tie says who answers for whom.
type tie struct {
	WardID, GuardianID db.ID
	Region             auth.Region
	Relation           string
	At                 time.Time
}

func get(ctx context.Context, tx *db.Tx, id db.ID) (Person, error) { return table.Get(ctx, tx, id) }

// sought is the blind index of a number that a search names in full.
type sought struct{ Phone, Number []byte }

// scoped is a search within what the actor may see.
type scoped struct {
	ListInput
	Scope auth.Scope
	By    sought
}

var list = db.ListOf(func(b *db.Builder, in scoped) {
	b.Add(table.Select("p") + ` WHERE p.state = 'active'`)
	in.Scope.Where(b, auth.Columns{Region: "p.region", Person: "p.id"})
	auth.Within(b, "p.region", in.Region)
	switch {
	case in.By.Phone != nil:
		b.Add(" AND (p.phone_blind = ? OR p.phone2_blind = ?)", in.By.Phone, in.By.Phone)
	case in.By.Number != nil:
		b.Add(" AND p.id_number_blind = ?", in.By.Number)
	default:
		db.NameFilter(b, "person", "p.id", in.Q)
	}
}, func(scoped) db.Order[Person] {
	return db.Order[Person]{By: "p.id", Down: true, Key: func(p Person) []any { return []any{p.ID} }}
})

func touched(n int64, err error, none error) error {
	if err == nil && n == 0 {
		return none
	}
	return err
}

// Guardian is somebody who answers for a person, or a person somebody answers for.
type Guardian struct {
	PersonID db.ID  `json:"person_id"`
	Name     string `json:"name"`
	Phone    string `json:"phone" db:"phone_hint"`
	Relation string `json:"relation"`
}

// ConsentEntry is one line of the consent log (个人信息保护法 arts. 14–16).
type ConsentEntry struct {
	ID            db.ID       `json:"id"`
	PersonID      db.ID       `json:"person_id"`
	Region        auth.Region `json:"-"`
	Purpose       string      `json:"purpose"`
	How           string      `json:"how"`
	GuardianID    db.ID       `json:"guardian_id"`
	GuardianName  string      `json:"guardian_name" db:",read"`
	EnteredBy     db.ID       `json:"entered_by"`
	EnteredName   string      `json:"entered_name"`
	TextVersion   string      `json:"text_version" doc:"同意的是哪一版文字"`
	At            time.Time   `json:"at"`
	WithdrawnAt   *time.Time  `json:"withdrawn_at"`
	WithdrawnName string      `json:"withdrawn_name"`
	EvidenceID    db.ID       `json:"evidence_id" doc:"照片或签名册"`
}
