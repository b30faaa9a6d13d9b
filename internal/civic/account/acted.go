package account

import (
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// What somebody may do to another's account so that he could sign in as the other. To unlock is none of it.
const (
	ActCreate, ActAppoint            = "create", "appoint"
	ActPassword, ActPhone, ActFactor = "password", "phone", "factor"
	ActCard                          = "card"
)

// ActedEvent says that the actor did something to another's account.
type ActedEvent struct {
	Account db.ID
	Kind    string
	Role    auth.Role   // of the post with which it was made, or to which it is appointed
	Grant   db.ID       // of an appointment
	Region  auth.Region // of the post, or of the highest that the account holds
	Phone   bool        // the actor entered the telephone number
}

// actOf gives what an action on an account is.
var actOf = map[string]string{"account.reset_password": ActPassword, "account.reset_factor": ActFactor, "account.set_phone": ActPhone}

// seat is where an account stands highest: the place of its highest post, else its own.
func seat(a Account, held []Grant) auth.Region {
	at := a.Region
	for _, g := range held {
		if !personal(g.Role) && g.Region.Level() < at.Level() {
			at = g.Region
		}
	}
	return at
}
