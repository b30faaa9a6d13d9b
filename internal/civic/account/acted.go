package account

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// What somebody may do to another's account so that he could sign in as the other. To unlock is none of it.
const (
	ActCreate, ActAppoint, ActCard   = "create", "appoint", "card"
	ActPassword, ActPhone, ActFactor = "password", "phone", "factor"
)

// ActedEvent says that the actor did something to another's account.
type ActedEvent struct {
	Account, Grant db.ID       // grant: of an appointment
	Kind, Before   string      // before: the number that the account had until now
	Role           auth.Role   // of the post with which it was made, or to which it is appointed
	Region         auth.Region // of the post, else where the account is
	Held           []Grant     // what the account holds
	Phone          bool        // the actor entered the telephone number
}

// acted tells of an action on somebody's account.
func (s *Service) acted(ctx context.Context, tx *db.Tx, action string, r accountRow, held []Grant) error {
	kind := actOf[action]
	before, err := s.keys.OpenText(r.Phone, at("phone", r.ID))
	if err != nil || kind == "" {
		return err
	}
	return s.Acted.Publish(ctx, tx, ActedEvent{Account: r.ID, Kind: kind, Region: r.Region, Held: held, Before: before,
		Phone: kind == ActPhone})
}

// actOf gives what an action on an account is.
var actOf = map[string]string{"account.reset_password": ActPassword, "account.reset_factor": ActFactor, "account.set_phone": ActPhone}
