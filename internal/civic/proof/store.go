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
	tied = db.Query[int64](`SELECT COUNT(*) FROM person_guardian WHERE at <= $3
		AND (ward_id = $1 AND guardian_id = $2 OR ward_id = $2 AND guardian_id = $1)`)
	// offices counts the posts that an account held then at the place of a service or above it.
	offices = db.Query[int64](`SELECT COUNT(*) FROM role_grant WHERE account_id = $1 AND role NOT IN ('resident', 'volunteer')
		AND (station_id = $2 OR region IN (CAST($3 AS BIGINT), CAST($3 AS BIGINT)/1000*1000,
		CAST($3 AS BIGINT)/1000000*1000000)) AND granted_at <= $4
		AND (ended_at IS NULL OR ended_at > $4)`)
)
