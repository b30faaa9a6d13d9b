package account

import (
	"context"

	"linli/internal/civic/account/post"
	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// subject is everything held about the account of one person. Passwords and secrets are no information about him and stay.
type subject struct {
	Account
	Phone    string    `json:"phone"`
	Roles    []Grant   `json:"roles"`
	Sessions []Session `json:"sessions"`
}

var everySession = db.Query[Session](`SELECT id, made_at, seen_at, expires_at, ip, agent FROM session WHERE account_id = $1 ORDER BY id`)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45), or nil. The caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error) {
	a, ok, err := db.Found(byPerson.One(ctx, tx, person))
	if err != nil || !ok {
		return nil, err
	}
	out := subject{Account: a}
	if out.Phone, err = s.Contact(ctx, tx, a.ID); err != nil {
		return nil, err
	}
	if out.Roles, err = allGrants.All(ctx, tx, a.ID); err != nil {
		return nil, err
	}
	out.Sessions, err = everySession.All(ctx, tx, a.ID)
	return out, err
}

var (
	followPerson = db.SQL(`UPDATE account SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	anonymise    = db.SQL(`UPDATE account SET login = $2, name = $3, phone = NULL, phone_blind = NULL, password = '', password_until = NULL,
		totp = NULL, totp_next = NULL, state = 'locked', version = version + 1 WHERE id = $1`)
	endOwn      = db.SQL(`UPDATE role_grant SET ended_at = $2, end_reason = $3 WHERE account_id = $1 AND ended_at IS NULL`)
	unlistDemo  = db.SQL(`DELETE FROM demo_account WHERE account_id = $1`)
	forgetCodes = db.SQL(`DELETE FROM sms_code WHERE phone_blind = (SELECT a.phone_blind FROM account a WHERE a.id = $1)`)
)

// OnMerged lets the account of a merged entry of the register of persons go on with the other. Of two accounts one must be locked
// first: it stays with the old entry.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	theirs, has, err := OfPerson(ctx, tx, e.From)
	if err != nil || !has || theirs.State == Locked {
		return err
	}
	if _, both, err := OfPerson(ctx, tx, e.To); err != nil || both {
		if err == nil {
			err = errs.Clash("两条登记各有一个账号，请安全管理员先把不用的那个停用，再合并")
		}
		return err
	}
	_, err = followPerson.Run(ctx, tx, e.From, e.To)
	return err
}

// Forget shuts the account of an erased person and takes out of it who he was. It refuses while he holds a post.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	a, has, err := OfPerson(ctx, tx, id)
	if err != nil || !has {
		return err
	}
	held, err := Handover(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, g := range held {
		if !post.Personal(g.Role) {
			return errs.WrongState("他还担任" + g.Role.Word() + "，先移交")
		}
	}
	if _, err := endOwn.Run(ctx, tx, a.ID, tx.Now, reason); err != nil {
		return err
	}
	for _, c := range []*db.Command{forgetCodes, endAll, forgetDevices, forgiveAll, dropCard, unlistDemo} {
		if _, err := c.Run(ctx, tx, a.ID); err != nil {
			return err
		}
	}
	if _, err := anonymise.Run(ctx, tx, a.ID, "erased-"+a.ID.String(), person.ErasedName); err != nil {
		return err
	}
	if err := notify.Forget(ctx, tx, a.ID); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "account.erase", Object: "account", ID: a.ID.String(), Region: a.Region, Cause: reason})
}
