package proof

import "linli/internal/platform/db"

// known is an account with its person.
type known struct {
	Hand
	Name string
}

// number is the blind index of a telephone.
type number struct{ Blind []byte }

var (
	owner  = db.Query[known](`SELECT id AS account, person_id AS person, name FROM account WHERE id = $1`)
	phones = db.Query[number](`SELECT phone_blind AS blind FROM account WHERE (id = $1 OR person_id = $2) AND phone_blind IS NOT NULL
		UNION SELECT p.phone_blind FROM person p WHERE p.phone_blind IS NOT NULL
		AND (p.id = $2 OR p.id = (SELECT a.person_id FROM account a WHERE a.id = $1))`)
	accountOf = db.Query[db.ID](`SELECT id FROM account WHERE person_id = $1`)
	tied      = db.Query[int64](`SELECT (SELECT COUNT(*) FROM person_guardian g WHERE g.at <= $3
		AND (g.ward_id = $1 AND g.guardian_id = $2 OR g.ward_id = $2 AND g.guardian_id = $1))
		+ (SELECT COUNT(*) FROM person_kin k WHERE k.at <= $3 AND (k.a_id = $1 AND k.b_id = $2 OR k.a_id = $2 AND k.b_id = $1))`)
	// knowers are who had spoken with a person then, as the entry stood.
	knowers = db.Query[db.ID](`SELECT account_id FROM person_known WHERE person_id = $1 AND at <= $2 AND (ended_at IS NULL OR ended_at > $2)
		ORDER BY id`)
	// erased says whether a person was erased after that moment.
	erased = db.Query[int64](`SELECT COUNT(*) FROM person p JOIN audit x ON x.object = 'person' AND x.object_id = CAST(p.id AS TEXT)
		AND x.action = 'person.erase' AND x.at >= $2 WHERE p.id = $1 AND p.state = 'erased'`)
	// offices counts the posts that an account held then at the place of a service or above it.
	offices = db.Query[int64](`SELECT COUNT(*) FROM role_grant WHERE account_id = $1 AND role NOT IN ('resident', 'volunteer')
		AND (station_id = $2 OR region IN (CAST($3 AS BIGINT), CAST($3 AS BIGINT)/1000*1000,
		CAST($3 AS BIGINT)/1000000*1000000)) AND granted_at <= $4
		AND (ended_at IS NULL OR ended_at > $4)`)
)
