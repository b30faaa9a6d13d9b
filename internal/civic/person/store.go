package person

import (
	"context"
	"errors"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const columns = `p.id, p.version, p.state, p.merged_into, p.name, p.sex, p.birth_day, p.region, p.householder, p.hamlet, p.languages,
	p.no_smartphone, p.id_number_hint, p.phone_hint, p.registered_by, p.at`

var (
	byID      = db.Query[Person](`SELECT ` + columns + ` FROM person p WHERE p.id = $1`)
	byPhone   = db.Query[Person](`SELECT ` + columns + ` FROM person p WHERE p.phone_blind = $1 AND p.state = 'active' ORDER BY p.id`)
	byNumber  = db.Query[Person](`SELECT ` + columns + ` FROM person p WHERE p.id_number_blind = $1`)
	namesakes = db.Query[Person](`SELECT ` + columns + ` FROM person p
		WHERE p.name = $1 AND p.birth_day = $2 AND p.region = $3 AND p.state = 'active' ORDER BY p.id`)
	secretsOf = db.Query[secrets](`SELECT id_number, phone, recipient_groups FROM person WHERE id = $1`)

	insertPerson = db.SQL(`INSERT INTO person (id, version, state, name, sex, birth_day, region, householder, hamlet, languages, no_smartphone,
		id_number, id_number_blind, id_number_hint, phone, phone_blind, phone_hint, recipient_groups, registered_by, at)
		VALUES ($1, 1, 'active', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (id_number_blind) DO NOTHING`)
	updatePerson = db.SQL(`UPDATE person SET version = version + 1, name = $3, sex = $4, birth_day = $5, region = $6, householder = $7,
		hamlet = $8, languages = $9, no_smartphone = $10 WHERE id = $1 AND version = $2 AND state = 'active'`)
	setNumber = db.SQL(`UPDATE person SET id_number = $2, id_number_blind = $3, id_number_hint = $4 WHERE id = $1`)
	setPhone  = db.SQL(`UPDATE person SET phone = $2, phone_blind = $3, phone_hint = $4 WHERE id = $1`)
	setGroups = db.SQL(`UPDATE person SET recipient_groups = $2 WHERE id = $1`)
	bump      = db.SQL(`UPDATE person SET version = version + 1 WHERE id = $1 AND version = $2 AND state = 'active'`)
	redirect  = db.SQL(`UPDATE person SET version = version + 1, state = 'merged', merged_into = $3, id_number_blind = NULL
		WHERE id = $1 AND version = $2 AND state = 'active'`)
	mergedInto = db.Query[db.ID](`SELECT id FROM person WHERE merged_into = $1 ORDER BY id`)

	insertAddress = db.SQL(`INSERT INTO person_address (id, person_id, kind, from_month, to_month, region, place)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	dropAddresses = db.SQL(`DELETE FROM person_address WHERE person_id = $1`)
	dropAddress   = db.SQL(`DELETE FROM person_address WHERE id = $1 AND person_id = $2`)
	addressesOf   = db.Query[addressRow](`SELECT id, kind, from_month, to_month, region, place FROM person_address
		WHERE person_id = $1 ORDER BY id`)

	insertGuardian = db.SQL(`INSERT INTO person_guardian (ward_id, guardian_id, region, relation, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (ward_id, guardian_id) DO NOTHING`)
	guardiansOf = db.Query[Guardian](`SELECT p.id AS person_id, p.name, p.phone_hint, g.relation FROM person_guardian g
		JOIN person p ON p.id = g.guardian_id WHERE g.ward_id = $1 ORDER BY g.at, p.id`)
	wardsOf = db.Query[Guardian](`SELECT p.id AS person_id, p.name, p.phone_hint, g.relation FROM person_guardian g
		JOIN person p ON p.id = g.ward_id WHERE g.guardian_id = $1 ORDER BY g.at, p.id`)

	dropGuardian = db.SQL(`DELETE FROM person_guardian WHERE ward_id = $1 AND guardian_id = $2`)

	insertConsent = db.SQL(`INSERT INTO person_consent (id, person_id, region, purpose, how, guardian_id, entered_by, text_version, at,
		entered_name, evidence_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	// A purpose agreed to twice, in two entries that were merged, ends as one.
	endConsent = db.Query[string](`UPDATE person_consent SET withdrawn_at = $3, withdrawn_name = $4
		WHERE person_id = $2 AND withdrawn_at IS NULL
		AND purpose = (SELECT c.purpose FROM person_consent c WHERE c.id = $1 AND c.person_id = $2) RETURNING purpose`)
	consentsOf = db.Query[ConsentEntry](`SELECT c.id, c.person_id, c.purpose, c.how, c.guardian_id, COALESCE(g.name, '') AS guardian_name,
		c.entered_by, c.entered_name, c.text_version,
		c.at, c.withdrawn_at, c.withdrawn_name, c.evidence_id FROM person_consent c LEFT JOIN person g ON g.id = c.guardian_id
		WHERE c.person_id = $1 ORDER BY c.id DESC`)
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
	blank    = db.SQL(`UPDATE person SET version = version + 1, state = CASE WHEN state = 'active' THEN 'erased' ELSE state END, name = $2,
		sex = '', birth_day = 0,
		householder = '', hamlet = '', languages = '', no_smartphone = FALSE, id_number = NULL, id_number_blind = NULL, id_number_hint = '',
		phone = NULL, phone_blind = NULL, phone_hint = '', recipient_groups = NULL WHERE id = $1 AND state IN ('active', 'merged')`)
	endEvery = db.SQL(`UPDATE person_consent SET withdrawn_at = COALESCE(withdrawn_at, $2), withdrawn_name = CASE
		WHEN withdrawn_at IS NULL THEN $3 ELSE '' END, entered_name = CASE WHEN how = 'self' THEN '' ELSE entered_name END WHERE person_id = $1`)
	deletePerson   = db.SQL(`DELETE FROM person WHERE id = $1`)
	deleteConsents = db.SQL(`DELETE FROM person_consent WHERE person_id = $1`)
	setLanguages   = db.SQL(`UPDATE person SET version = version + 1, languages = $2 WHERE id = $1 AND state = 'active'`)
)

// secrets are the sealed columns of one entry.
type secrets struct{ IDNumber, Phone, RecipientGroups []byte }

type addressRow struct {
	ID        db.ID
	Kind      string
	FromMonth int64
	ToMonth   int64
	Region    auth.Region
	Place     []byte
}

func get(ctx context.Context, tx *db.Tx, id db.ID) (Person, error) {
	p, err := byID.One(ctx, tx, id)
	if errors.Is(err, db.ErrNoRow) {
		return p, errs.ErrNotFound
	}
	return p, err
}

// sought is the blind index of a number that a search names in full.
type sought struct{ phone, number []byte }

func list(ctx context.Context, tx *db.Tx, scope auth.Scope, in ListInput, by sought) ([]Person, error) {
	after, err := in.Key(1)
	if err != nil {
		return nil, err
	}
	b := tx.Build(`SELECT ` + columns + ` FROM person p WHERE p.state = 'active'`)
	scope.Where(b, auth.Columns{Region: "p.region", Person: "p.id"})
	auth.Within(b, "p.region", in.Region)
	switch {
	case by.phone != nil:
		b.Add(" AND p.phone_blind = ?", by.phone)
	case by.number != nil:
		b.Add(" AND p.id_number_blind = ?", by.number)
	default:
		db.NameFilter(b, "person", "p.id", in.Q)
	}
	if after != nil {
		var id db.ID
		if err := id.UnmarshalText([]byte(after[0])); err != nil {
			return nil, errs.Field("cursor", "翻页位置无效，请从第一页看起")
		}
		b.Add(" AND p.id < ?", id)
	}
	b.Add(" ORDER BY p.id DESC LIMIT ?", in.Size()+1)
	return db.Select[Person](ctx, tx, b)
}

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
	ID            db.ID      `json:"id"`
	PersonID      db.ID      `json:"person_id"`
	Purpose       string     `json:"purpose"`
	How           string     `json:"how"`
	GuardianID    db.ID      `json:"guardian_id"`
	GuardianName  string     `json:"guardian_name"`
	EnteredBy     db.ID      `json:"entered_by"`
	EnteredName   string     `json:"entered_name"`
	TextVersion   string     `json:"text_version" doc:"同意的是哪一版文字"`
	At            time.Time  `json:"at"`
	WithdrawnAt   *time.Time `json:"withdrawn_at"`
	WithdrawnName string     `json:"withdrawn_name"`
	EvidenceID    db.ID      `json:"evidence_id" doc:"照片或签名册"`
}
