package order

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/work/order/hand"
)

// Hand is what is asked of the order to know who had a hand in it.
func (o Order) Hand() hand.Order {
	return hand.Order{ID: o.ID, Round: o.Round, Place: o.place(), Recipient: o.RecipientID, Requester: o.RequesterID, Evidence: o.Evidence}
}

// behind judges, before the step is written, whether the minutes of each who served will stand.
func behind(ctx context.Context, persons *person.Service, t *turn, now hand.Step) (proof.Verdict, error) {
	h, err := hand.Of(ctx, t.tx, t.order.Hand(), now)
	if err != nil {
		return proof.Verdict{}, err
	}
	bench := proof.Now(t.tx, persons)
	for _, p := range standing(t.parts, PartCheckedOut, PartBrokenOff) {
		h.For = p.PersonID
		if h.Beside, err = hand.Beside(ctx, t.tx, t.order.ID, t.order.Round, p.PersonID); err != nil {
			return proof.Verdict{}, err
		}
		if v, err := bench.Judge(ctx, h); err != nil || !v.Stands {
			return v, err
		}
	}
	return proof.Verdict{Stands: true}, nil
}
