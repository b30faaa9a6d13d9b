package account

import (
	"context"
	"strconv"
	"strings"
	"time"

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
	allColumns    = publicColumns + `, a.phone, a.phone_blind, a.password, a.password_until, a.totp, a.totp_next, a.totp_step`
	grantColumns  = `g.id, g.account_id, g.role, g.region, g.station_id, g.from_day, g.until_day, g.reason, g.granted_by, g.granted_at, g.ended_at, g.end_reason`
	// A grant holds on a business day; until_day 0 is open.
	grantHolds = `g.ended_at IS NULL AND g.from_day <= $DAY AND (g.until_day = 0 OR g.until_day >= $DAY)`
)

var (
	byID     = db.Query[Account](`SELECT ` + publicColumns + ` FROM account a WHERE a.id = $1`)
	byPerson = db.Query[Account](`SELECT ` + publicColumns + ` FROM account a WHERE a.person_id = $1`)
	rowByID  = db.Query[accountRow](`SELECT ` + allColumns + ` FROM account a WHERE a.id = $1`)
	byLogin  = db.Query[accountRow](`SELECT ` + allColumns + ` FROM account a WHERE a.login = $1`)
	byPhone  = db.Query[accountRow](`SELECT ` + allColumns + ` FROM account a WHERE a.phone_blind = $1`)

	clashes = db.Query[clash](`SELECT a.login, COALESCE(a.phone_blind = $3, FALSE) AS same_phone FROM account a WHERE a.login = $1 OR a.person_id = $2 OR a.phone_blind = $3`)

	addAccount = db.SQL(`INSERT INTO account (id, person_id, login, name, region, state, made_at, version, phone, phone_blind, password, password_until, totp, totp_step)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11, $12, 0)`)

	addGrant = db.SQL(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_by, granted_at, end_reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '') ON CONFLICT DO NOTHING`)
	activeGrants = db.Query[Grant](`SELECT ` + grantColumns + ` FROM role_grant g WHERE g.account_id = $1 AND ` + onDay(2) + ` ORDER BY g.id`)
	holdersAt    = db.Query[db.ID](`SELECT g.account_id FROM role_grant g JOIN account a ON a.id = g.account_id
		WHERE g.role = $1 AND g.station_id = $2 AND a.state = 'active' AND ` + onDay(3) + ` ORDER BY g.id`)
	holdersIn = db.Query[db.ID](`SELECT g.account_id FROM role_grant g JOIN account a ON a.id = g.account_id
		WHERE g.role = $1 AND g.region = $2 AND a.state = 'active' AND ` + onDay(3) + ` ORDER BY g.id`)
)

type clash struct {
	Login     string
	SamePhone bool
}

// onDay is grantHolds with the day in the n-th value.
func onDay(n int) string {
	return strings.ReplaceAll(grantHolds, "$DAY", "$"+strconv.Itoa(n))
}

func insertAccount(ctx context.Context, tx *db.Tx, r accountRow) error {
	_, err := addAccount.Run(ctx, tx, r.ID, r.PersonID, r.Login, r.Name, int64(r.Region), r.State, r.MadeAt, r.Phone, r.PhoneBlind, r.Password, r.PasswordUntil, r.TOTP)
	return err
}

// give adds a grant unless the account holds the same already.
func give(ctx context.Context, tx *db.Tx, g Grant) error {
	_, err := addGrant.Run(ctx, tx, g.ID, g.AccountID, string(g.Role), int64(g.Region), g.StationID, int64(g.FromDay), int64(g.UntilDay), g.Reason, g.GrantedBy, g.GrantedAt)
	return err
}
