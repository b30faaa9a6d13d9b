package casework

import (
	"strconv"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// present is the condition that post w holds on a day {$n}: within its days, its account active, the role of a social worker held where
// the case is, and the case is not about himself.
func present(day string) string {
	return ` w.from_day <= ` + day + ` AND (w.to_day = 0 OR w.to_day > ` + day + `) AND EXISTS (SELECT 1 FROM role_grant g JOIN account a
		ON a.id = g.account_id AND a.state = 'active' JOIN casework k ON k.id = w.case_id AND k.person_id <> COALESCE(a.person_id, 0)
		WHERE g.account_id = w.account_id AND g.role = 'social_worker' AND g.ended_at IS NULL AND g.region IN (k.region, k.region/1000*1000,
		k.region/1000000*1000000, k.region/100000000*100000000, k.region/10000000000*10000000000)
		AND g.from_day <= ` + day + ` AND (g.until_day = 0 OR g.until_day >= ` + day + `)) `
}

var (
	table     = db.NewRelation[Case]("casework")
	postTable = db.NewRelation[Post]("casework_worker")
	helpTable = db.NewRelation[Help]("casework_helper")
	stepTable = db.NewRelation[Step]("casework_step")
	noteTable = db.NewRelation[Note]("casework_note")
	readTable = db.NewRelation[Reader]("casework_read")

	columns  = table.Columns("c") + `, p.name`
	tables   = ` FROM casework c JOIN person p ON p.id = c.person_id `
	byID     = db.Query[Case](`SELECT ` + columns + tables + `WHERE c.id = $1`)
	ofWhom   = db.Query[Case](`SELECT ` + columns + tables + `WHERE c.person_id = $1 ORDER BY c.id`)
	helpedBy = db.Query[Case](`SELECT ` + columns + tables + `WHERE c.state = 'open' AND c.person_id <> $1 AND EXISTS (SELECT 1
		FROM casework_helper h JOIN volunteer v ON v.id = h.volunteer_id AND v.status = 'active' WHERE h.case_id = c.id AND v.person_id = $1
		AND h.from_day <= $2 AND h.to_day > $2) ORDER BY c.id`)

	postNow = db.Query[Post](`SELECT ` + postTable.Columns("w") + ` FROM casework_worker w WHERE w.case_id = $1 AND w.account_id = $2
		AND` + present("$3") + `ORDER BY w.part DESC LIMIT 1`)
	postsOf  = postTable.Where("case_id = $1 ORDER BY id DESC")
	standing = postTable.Where("case_id = $1 AND part = $2 AND to_day = 0")
	helpNow  = db.Query[Help](`SELECT ` + helpTable.Columns("h") + `, n.name FROM casework_helper h JOIN volunteer v ON v.id = h.volunteer_id
		AND v.status = 'active' JOIN person n ON n.id = v.person_id WHERE h.case_id = $1 AND v.person_id = $2 AND h.from_day <= $3
		AND h.to_day > $3 ORDER BY h.id LIMIT 1`)
	helpsOf = db.Query[Help](`SELECT ` + helpTable.Columns("h") + `, n.name FROM casework_helper h JOIN volunteer v ON v.id = h.volunteer_id
		JOIN person n ON n.id = v.person_id WHERE h.case_id = $1 ORDER BY h.id`)
	stepsOf = stepTable.Where("case_id = $1 ORDER BY due_day, id")
	// notesOf are the notes of a case before one of them, the newest first; $3 leaves out those that are not for helpers.
	notesOf = noteTable.Where("case_id = $1 AND id < $2 AND (audience = 'helpers' OR $3 = FALSE) ORDER BY id DESC LIMIT 51")
	readsOf = readTable.Where("case_id = $1 ORDER BY id DESC LIMIT " + strconv.Itoa(pageMost))
	everOf  = readTable.Where("case_id = $1 ORDER BY id DESC") // for paper, and for what is held about the person

	// led counts who leads a case on a day.
	led = db.Query[int64](`SELECT COUNT(*) FROM casework_worker w WHERE w.case_id = $1 AND w.part = 'worker' AND` + present("$2"))
	// worker finds a social worker by the name of his account, where he may lead.
	worker = db.Query[candidate](`SELECT a.id, COALESCE(a.person_id, 0) AS person_id, a.name, g.region
		FROM account a JOIN role_grant g ON g.account_id = a.id WHERE a.login = $1
		AND a.state = 'active' AND g.role = 'social_worker' AND g.ended_at IS NULL AND g.from_day <= $2
		AND (g.until_day = 0 OR g.until_day >= $2) ORDER BY g.region`)
	byNumber = db.Query[helping](`SELECT id, person_id, status FROM volunteer WHERE no = $1`)

	follow    = db.SQL(`UPDATE casework SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	noTexts   = db.SQL(`UPDATE casework SET goal = NULL, safety = NULL, ground_ref = NULL, version = version + 1 WHERE person_id = $1`)
	noSteps   = db.SQL(`UPDATE casework_step SET text = NULL, version = version + 1 WHERE case_id IN (SELECT id FROM casework WHERE person_id = $1)`)
	noNotes   = db.SQL(`UPDATE casework_note SET text = NULL WHERE case_id IN (SELECT id FROM casework WHERE person_id = $1)`)
	ownerless = db.Query[Orphan](`SELECT c.id, c.version, c.region, c.opened_at, COALESCE((SELECT w.name FROM casework_worker w
		WHERE w.case_id = c.id AND w.part = 'worker' ORDER BY w.id DESC LIMIT 1), '') AS last FROM casework c WHERE c.state = 'open'
		AND c.region/1000 = $1 AND NOT EXISTS (SELECT 1 FROM casework_worker w WHERE w.case_id = c.id AND w.part = 'worker'
		AND` + present("$2") + `) ORDER BY c.id`)
)

// candidate is a social worker who may lead.
type candidate struct {
	ID       db.ID
	PersonID db.ID
	Name     string
	Region   auth.Region
}

// helping is a volunteer who may help.
type helping struct {
	ID       db.ID
	PersonID db.ID
	Status   string
}

// mine is a list of the cases that an account leads or watches over.
type mine struct {
	ListInput
	Me  db.ID
	Day clock.Day
}

var list = db.ListOf(func(b *db.Builder, in mine) {
	b.Add(`SELECT `+columns+tables+`WHERE EXISTS (SELECT 1 FROM casework_worker w WHERE w.case_id = c.id AND w.account_id = ? AND`+
		present("?")+`)`, in.Me, in.Day, in.Day, in.Day, in.Day)
	b.If(in.State != "", " AND c.state = ?", in.State).If(in.Q != "", " AND p.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
}, func(mine) db.Order[Case] {
	return db.Order[Case]{By: "c.id", Down: true, Key: func(c Case) []any { return []any{c.ID} }}
})
