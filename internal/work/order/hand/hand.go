// Package hand says who had a hand in an order, from its timeline: what a judgement over its minutes stands on.
package hand

import (
	"context"

	"linli/internal/civic/proof"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Order is what is asked of an order.
type Order struct {
	ID        db.ID
	Round     int64
	Place     auth.Place
	Recipient db.ID // person whom it is for
	Requester db.ID // person who asked
	Evidence  string
}

// What a step of the timeline is here.
const (
	entered  = "entered"
	looked   = "looked"   // looked through
	sent     = "sent"     // opened, dispatched, rated on behalf; who rates for himself adds nothing to his own word
	said     = "said"     // the resident's word, or one for him
	unsaid   = "unsaid"   // not content, or opened again
	resolved = "resolved" // a second person called back
	anew     = "anew"     // a new round
)

// Step is one step with who made it. Behalf names who spoke, where the actor is not himself the person.
type Step struct {
	Kind       string
	AccountID  db.ID
	PersonID   db.ID
	OnBehalfOf string
}

// Said is the step of a confirmation that is not yet written, Resolved that of a call-back.
func Said(ctx context.Context, behalf string) Step { return step(ctx, said, behalf) }

// Resolved is the step of a call-back that is not yet written.
func Resolved(ctx context.Context) Step { return step(ctx, resolved, "") }

func step(ctx context.Context, kind, behalf string) Step {
	a := auth.From(ctx)
	return Step{kind, a.Account, a.Person, behalf}
}

// Of gives who had a hand in the present round of an order; now is what is about to be written. For whose minutes is the caller's to say.
func Of(ctx context.Context, tx *db.Tx, o Order, now ...Step) (h proof.Hands, err error) {
	h.Place, h.Party = o.Place, []db.ID{o.Recipient, o.Requester}
	steps, err := stepsOf.All(ctx, tx, o.ID)
	if err != nil {
		return h, err
	}
	var word Step
	var senders []db.ID
	relative := false // who asked answers for himself alone
	for _, e := range append(steps, now...) {
		switch e.Kind {
		case entered:
			relative = o.Requester != o.Recipient && e.OnBehalfOf != ""
			if e.PersonID == 0 || e.PersonID != o.Recipient && e.PersonID != o.Requester {
				h.First = append(h.First, e.AccountID)
			}
		case looked:
			h.First = append(h.First, e.AccountID)
		case sent:
			senders = append(senders, e.AccountID)
		case said, unsaid:
			if word = e; e.OnBehalfOf != "" {
				h.Spoke = append(h.Spoke, e.AccountID)
			}
		case resolved:
			word, h.Second = e, append(h.Second, e.AccountID)
		case anew: // whoever was sent and spoke belongs to the round before
			word, senders, h.Spoke, h.Second = e, nil, nil, nil
		}
	}
	if h.First = append(h.First, senders...); word.Kind == said {
		h.Own, err = own(ctx, tx, o, word, relative)
	}
	return h, err
}

// own is the resident's own word: his login, or his code that the station entered. Who asked for him without answering for him is shown
// the code of the order, so neither his login nor that code is it; one from the resident's card is.
func own(ctx context.Context, tx *db.Tx, o Order, word Step, relative bool) (out proof.Own, err error) {
	switch {
	case word.OnBehalfOf == "" && relative && word.PersonID != o.Recipient:
		return out, nil
	case word.OnBehalfOf == "":
		return proof.Own{Person: word.PersonID, Account: word.AccountID}, nil
	case o.Evidence != "code":
		return out, nil
	}
	out.Knew, err = issuers.All(ctx, tx, o.ID)
	switch {
	case err != nil:
	case len(out.Knew) > 0:
		out.Person, out.Card = o.Recipient, true
	case relative:
	default:
		out.Person = o.Recipient
		out.Knew, err = seen.All(ctx, tx, o.ID, o.Round)
	}
	return out, err
}

// Beside gives the persons who take or took part in a round of an order beside one.
func Beside(ctx context.Context, tx *db.Tx, id db.ID, round int64, person db.ID) ([]db.ID, error) {
	return beside.All(ctx, tx, id, round, person)
}

var (
	stepsOf = db.Query[Step](`SELECT CASE WHEN e.move = 'create' THEN 'entered' WHEN e.move = 'review' THEN 'looked'
		WHEN e.move IN ('open', 'dispatch') OR e.move = 'evaluate' AND e.on_behalf_of <> '' THEN 'sent' WHEN e.move = 'confirm' THEN 'said'
		WHEN e.move IN ('dispute', 'reopen') THEN 'unsaid' WHEN e.move = 'resolve' AND e.state = 'confirmed' THEN 'resolved'
		WHEN e.move = 'resolve' THEN 'anew' ELSE '' END AS kind, e.account_id, a.person_id, e.on_behalf_of
		FROM order_event e LEFT JOIN account a ON a.id = e.account_id WHERE e.order_id = $1 ORDER BY e.version`)
	seen    = db.Query[db.ID](`SELECT account_id FROM order_code_seen WHERE order_id = $1 AND round = $2`)
	issuers = db.Query[db.ID](`SELECT k.issued_by FROM contact_card_code c JOIN contact_card k ON k.id = c.card_id WHERE c.order_id = $1`)
	beside  = db.Query[db.ID](`SELECT person_id FROM assignment WHERE order_id = $1 AND round = $2 AND person_id <> $3
		AND state IN ('accepted', 'checked_in', 'checked_out', 'broken_off') ORDER BY id`)
)
