package account

import (
	"context"
	"strconv"
	"strings"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// accountRow is an account with what it keeps secret.
type accountRow struct {
	Account
	Phone         []byte
	PhoneBlind    []byte
	Password      string
	PasswordUntil *time.Time
	TOTP          []byte `db:"totp"`
	TOTPNext      []byte `db:"totp_next"`
	TOTPStep      int64  `db:"totp_step"`
}

const (
	publicColumns = `a.id, a.person_id, a.login, a.name, a.region, a.state, a.made_at, a.version`
	// A grant holds on a business day; until_day 0 is open.
	grantHolds = `g.ended_at IS NULL AND g.from_day <= $DAY AND (g.until_day = 0 OR g.until_day >= $DAY)`
)

var (
	accounts   = db.NewRelation[accountRow]("account")
	grants     = db.NewRelation[Grant]("role_grant")
	allColumns = accounts.Columns("a")

	byID     = db.Query[Account](`SELECT ` + publicColumns + ` FROM account a WHERE a.id = $1`)
	byPerson = db.Query[Account](`SELECT ` + publicColumns + ` FROM account a WHERE a.person_id = $1`)
	byLogin  = accounts.Where(`login = $1`)
	byPhone  = accounts.Where(`phone_blind = $1`)

	clashes = db.Query[clash](`SELECT a.login, COALESCE(a.phone_blind = $3, FALSE) AS same_phone FROM account a
		WHERE a.login = $1 OR a.person_id = $2 OR a.phone_blind = $3`)

	lockAccount = db.SQL(`UPDATE account SET version = version + 1 WHERE id = $1 AND version = $2`)
	setPassword = db.SQL(`UPDATE account SET password = $2, password_until = $3, version = version + 1 WHERE id = $1`)
	setPhone    = db.SQL(`UPDATE account SET phone = $2, phone_blind = $3, version = version + 1 WHERE id = $1`)
	setState    = db.SQL(`UPDATE account SET state = $3, version = version + 1 WHERE id = $1 AND state = $2`)
	offerTOTP   = db.SQL(`UPDATE account SET totp_next = $2 WHERE id = $1`)
	takeTOTP    = db.SQL(`UPDATE account SET totp = $3, totp_next = NULL, totp_step = $4, version = version + 1
		WHERE id = $1 AND totp_next = $2`)
	dropTOTP = db.SQL(`UPDATE account SET totp = NULL, totp_next = NULL, version = version + 1 WHERE id = $1`)
	useStep  = db.SQL(`UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2`)

	activeGrants = db.Query[Grant](grants.Select("g") + ` WHERE g.account_id = $1 AND ` + onDay(2) + ` ORDER BY g.id`)
	standing     = db.Query[Grant](grants.Select("g") + `
		WHERE g.account_id = $1 AND g.ended_at IS NULL AND (g.until_day = 0 OR g.until_day >= $2) ORDER BY g.id`)
	allGrants = db.Query[Grant](grants.Select("g") + ` WHERE g.account_id = $1 ORDER BY g.id`)
	endGrant  = db.SQL(`UPDATE role_grant SET ended_at = $2, ended_by = $3, end_reason = $4 WHERE id = $1 AND ended_at IS NULL`)
	holdersAt = db.Query[db.ID](`SELECT g.account_id FROM role_grant g JOIN account a ON a.id = g.account_id
		WHERE g.role = $1 AND g.station_id = $2 AND a.state = 'active' AND ` + onDay(3) + ` ORDER BY g.id`)
	holdersIn = db.Query[db.ID](`SELECT g.account_id FROM role_grant g JOIN account a ON a.id = g.account_id
		WHERE g.role = $1 AND g.region = $2 AND a.state = 'active' AND ` + onDay(3) + ` ORDER BY g.id`)
)

// Sessions, devices and failed attempts: machine time.
var (
	sessionByToken = db.Query[sessionRow](`SELECT s.id, s.made_at, s.seen_at, s.expires_at, s.ip, s.agent, s.idle_minutes, s.account_id,
		a.person_id, a.name,
		a.password_until IS NOT NULL AS initial, a.totp IS NOT NULL AS has_totp, EXISTS (SELECT 1 FROM card_code c
		WHERE c.account_id = a.id) AS has_card, COALESCE(g.role, '') AS role, COALESCE(g.region, 0) AS region, g.station_id
		FROM session s JOIN account a ON a.id = s.account_id LEFT JOIN role_grant g ON g.account_id = a.id AND ` + onDay(3) + `
		WHERE s.token_hash = $1 AND s.stage = 'full' AND s.expires_at > $2 AND a.state = 'active' ORDER BY g.id`)
	// who an account is today, a row for each grant
	standingOf = db.Query[sessionRow](`SELECT a.id AS account_id, a.person_id, a.name, a.password_until IS NOT NULL AS initial,
		a.totp IS NOT NULL AS has_totp, EXISTS (SELECT 1 FROM card_code c WHERE c.account_id = a.id) AS has_card,
		COALESCE(g.role, '') AS role, COALESCE(g.region, 0) AS region, g.station_id
		FROM account a LEFT JOIN role_grant g ON g.account_id = a.id AND ` + onDay(2) + ` WHERE a.id = $1 AND a.state = 'active' ORDER BY g.id`)
	stepByToken = db.Query[accountRow](`SELECT ` + allColumns + ` FROM session s JOIN account a ON a.id = s.account_id
		WHERE s.token_hash = $1 AND s.stage = 'factor' AND s.expires_at > $2 AND a.state = 'active'`)
	sessionsOf = db.Query[Session](`SELECT id, made_at, seen_at, expires_at, ip, agent FROM session
		WHERE account_id = $1 AND stage = 'full' AND expires_at > $2 ORDER BY id DESC`)
	addSession = db.SQL(`INSERT INTO session (id, token_hash, account_id, device_id, stage, made_at, seen_at, idle_minutes, expires_at, ip,
		agent)
		VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10)`)
	sessionSince = db.Query[time.Time](`SELECT made_at FROM session WHERE id = $1`)
	touchSession = db.SQL(`UPDATE session SET seen_at = $2 WHERE id = $1`)
	endSession   = db.SQL(`DELETE FROM session WHERE id = $1 AND account_id = $2`)
	endStep      = db.SQL(`DELETE FROM session WHERE token_hash = $1 AND stage = 'factor'`)
	endOthers    = db.SQL(`DELETE FROM session WHERE account_id = $1 AND id <> $2`)
	endAll       = db.SQL(`DELETE FROM session WHERE account_id = $1`)
	oldSessions  = db.SQL(`DELETE FROM session WHERE expires_at < $1`)

	deviceByToken = db.Query[db.ID](`SELECT id FROM device WHERE token_hash = $1`)
	addDevice     = db.SQL(`INSERT INTO device (id, token_hash, seen_at) VALUES ($1, $2, $3)`)
	seeDevice     = db.SQL(`UPDATE device SET seen_at = $2 WHERE id = $1`)
	onDevice      = db.Query[int64](`SELECT 1 FROM device_account WHERE device_id = $1 AND account_id = $2`)
	seeOnDevice   = db.SQL(`INSERT INTO device_account (device_id, account_id, signed_in_at) VALUES ($1, $2, $3)
		ON CONFLICT (device_id, account_id) DO UPDATE SET signed_in_at = $3`)
	forgetDevices = db.SQL(`DELETE FROM device_account WHERE account_id = $1`)
	oldDevices    = db.SQL(`DELETE FROM device WHERE seen_at < $1`)
	familiars     = db.Query[Familiar](`SELECT a.id AS account_id, a.login, a.name, x.signed_in_at,
		COALESCE((SELECT g.role FROM role_grant g WHERE g.account_id = a.id AND ` + onDay(3) + ` ORDER BY g.id LIMIT 1), '') AS role
		FROM device d JOIN device_account x ON x.device_id = d.id JOIN account a ON a.id = x.account_id
		WHERE d.token_hash = $1 AND x.signed_in_at > $2 AND a.state = 'active' AND a.password <> '' ORDER BY x.signed_in_at DESC LIMIT 12`)

	// A failure long ago is forgotten; while an account rests no attempt is taken, and no row touched says so.
	countAttempt = db.SQL(`INSERT INTO attempt (key, account_id, failures, seen_at) VALUES ($1, $2, 1, $3)
		ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN attempt.seen_at <= $4 THEN 1 ELSE attempt.failures + 1 END, seen_at = $3
		WHERE attempt.locked_until IS NULL OR attempt.locked_until <= $3`)
	lockAttempt = db.SQL(`UPDATE attempt SET locked_until = $2 WHERE key = $1 AND failures >= $3`)
	refund      = db.SQL(`UPDATE attempt SET failures = failures - 1, locked_until = NULL WHERE key = $1 AND failures > 0`)
	forgive     = db.SQL(`DELETE FROM attempt WHERE key = $1`)
	forgiveAll  = db.SQL(`DELETE FROM attempt WHERE account_id = $1`)
	hold        = db.SQL(`INSERT INTO attempt (key, failures, seen_at) VALUES ($1, 0, $2) ON CONFLICT (key) DO UPDATE SET seen_at = $2`)
	oldAttempts = db.SQL(`DELETE FROM attempt WHERE seen_at < $1`)
)

// Codes: printed and by SMS.
var (
	cardsOf  = db.Query[cardRow](`SELECT n, salt, hash, used_at FROM card_code WHERE account_id = $1 ORDER BY n`)
	dropCard = db.SQL(`DELETE FROM card_code WHERE account_id = $1`)
	useCard  = db.SQL(`UPDATE card_code SET used_at = $3 WHERE account_id = $1 AND hash = $2 AND used_at IS NULL`)

	addCode = db.SQL(`INSERT INTO sms_code (id, phone, phone_blind, purpose, mac, made_at, expires_at, tries)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`)
	voidCodes = db.SQL(`UPDATE sms_code SET expires_at = $3 WHERE phone_blind = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`)
	sentCodes = db.Query[sent](`SELECT COALESCE(SUM(CASE WHEN made_at > $2 THEN 1 ELSE 0 END), 0) AS gap,
		COALESCE(SUM(CASE WHEN made_at > $3 THEN 1 ELSE 0 END), 0) AS hour, COUNT(*) AS day
		FROM sms_code WHERE phone_blind = $1 AND made_at > $4`)
	runningCode = db.Query[codeRow](`SELECT id, mac FROM sms_code
		WHERE purpose = $1 AND (id = $2 OR phone_blind = $3) AND used_at IS NULL AND expires_at > $4 AND tries < $5 ORDER BY id DESC LIMIT 1`)
	countTry      = db.SQL(`UPDATE sms_code SET tries = tries + 1 WHERE id = $1 AND tries < $2`)
	spendCode     = db.SQL(`UPDATE sms_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL`)
	phoneOfCode   = db.Query[[]byte](`SELECT phone FROM sms_code WHERE id = $1`)
	accountOfCode = db.Query[accountRow](`SELECT ` + allColumns +
		` FROM sms_code x JOIN account a ON a.phone_blind = x.phone_blind WHERE x.id = $1`)
	oldCodes = db.SQL(`DELETE FROM sms_code WHERE made_at < $1`)
)

// Demo mode.
var (
	markDemo = db.SQL(`INSERT INTO demo_account (id, role, account_id, note) VALUES ($1, $2, $3, $4)
		ON CONFLICT (role, account_id) DO NOTHING`)
	demoMark     = db.Query[int64](`SELECT 1 FROM demo_account WHERE account_id = $1`)
	demoAccounts = db.Query[demoRow](`SELECT d.role, a.name, d.note, d.account_id FROM demo_account d
		JOIN account a ON a.id = d.account_id ORDER BY d.id`)
)

// What verify looks for.
var (
	badPasswords = db.Query[finding](`SELECT 'account' AS object, id, 'password is not argon2id' AS what FROM account
		WHERE password <> '' AND SUBSTR(password, 2, 8) <> 'argon2id'`)
	badPhones = db.Query[finding](`SELECT 'account' AS object, id, 'telephone and its index are not both there' AS what FROM account
		WHERE (phone IS NULL) <> (phone_blind IS NULL)`)
	homeless = db.Query[finding](`SELECT 'account' AS object, id, 'region does not exist' AS what FROM account
		WHERE region NOT IN (SELECT code FROM region)`)
	badGrants = db.Query[finding](`SELECT 'role_grant' AS object, id, 'region does not exist' AS what FROM role_grant
		WHERE region <> 0 AND region NOT IN (SELECT code FROM region)`)
	bothPosts = db.Query[finding](`SELECT 'role_grant' AS object, g.id, 'an administrator holds another post' AS what FROM role_grant g
		JOIN role_grant h ON h.account_id = g.account_id AND h.role <> g.role AND h.ended_at IS NULL
		WHERE g.ended_at IS NULL AND g.role IN ('system_admin', 'security_admin', 'audit_admin') AND h.role NOT IN ('resident', 'volunteer')`)
	roleNames = db.Query[Grant](grants.Select("g") + ` ORDER BY g.id`)
)

// sessionRow is a session, whose it is, and one of the grants it acts with.
type sessionRow struct {
	Session
	IdleMinutes int64
	AccountID   db.ID
	PersonID    db.ID
	Name        string
	Initial     bool
	HasTOTP     bool `db:"has_totp"`
	HasCard     bool
	Role        auth.Role
	Region      auth.Region
	StationID   db.ID
}

type cardRow struct {
	N      int64
	Salt   []byte
	Hash   []byte
	UsedAt *time.Time
}

type sent struct{ Gap, Hour, Day int64 }

type codeRow struct {
	ID  db.ID
	MAC []byte `db:"mac"`
}

type demoRow struct {
	Persona
	AccountID db.ID
}

type clash struct {
	Login     string
	SamePhone bool
}

// onDay is grantHolds with the day in the n-th value.
func onDay(n int) string {
	return strings.ReplaceAll(grantHolds, "$DAY", "$"+strconv.Itoa(n))
}

// grantsOf gives what an account may act as today.
func grantsOf(ctx context.Context, tx *db.Tx, id db.ID) ([]auth.Grant, error) {
	held, err := activeGrants.All(ctx, tx, id, int64(clock.DayOf(tx.Now)))
	out := make([]auth.Grant, len(held))
	for i, g := range held {
		out[i] = auth.Grant{Role: g.Role, Region: g.Region, Station: g.StationID}
	}
	return out, err
}

func usedOn(ctx context.Context, tx *db.Tx, device, account db.ID) (bool, error) {
	_, ok, err := db.Found(onDevice.One(ctx, tx, device, account))
	return ok, err
}

func isDemo(ctx context.Context, tx *db.Tx, id db.ID) (bool, error) {
	_, ok, err := db.Found(demoMark.One(ctx, tx, id))
	return ok, err
}

func replaceCard(ctx context.Context, tx *db.Tx, id db.ID, salt []byte, hashes [][]byte) error {
	if _, err := dropCard.Run(ctx, tx, id); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "card_code", []string{"account_id", "n", "salt", "hash"}, len(hashes), func(i int) []any {
		return []any{id, int64(i + 1), salt, hashes[i]}
	}, "")
}

// search is a list of accounts within what the actor may see; Phone is the blind index of a number that was typed.
type search struct {
	ListInput
	Scope auth.Scope
	Phone []byte
	Day   clock.Day
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add("SELECT " + publicColumns + " FROM account a WHERE 1 = 1")
	in.Scope.Where(b, auth.Columns{Region: "a.region"})
	b.If(in.Q != "", " AND (a.login = ? OR a.name = ? OR a.phone_blind = ?)", strings.ToLower(in.Q), in.Q, in.Phone)
	b.If(in.State != "", " AND a.state = ?", in.State)
	auth.Within(b, "a.region", in.Region)
	b.If(in.Role != "", " AND EXISTS (SELECT 1 FROM role_grant g WHERE g.account_id = a.id AND g.role = ? AND g.ended_at IS NULL "+
		"AND g.from_day <= ? AND (g.until_day = 0 OR g.until_day >= ?))", string(in.Role), in.Day, in.Day)
}, func(search) db.Order[Line] {
	return db.Order[Line]{By: "a.id", Down: true, Key: func(l Line) []any { return []any{l.ID} }}
})

var countRoles = db.Query[roleCount](`SELECT g.role, COUNT(DISTINCT g.account_id) AS n FROM role_grant g WHERE ` + onDay(1) +
	` GROUP BY g.role`)

type roleCount struct {
	Role auth.Role
	N    int64
}
