package appointment

import (
	"context"

	"linli/internal/civic/account"
	"linli/internal/platform/db"
)

// Vouched is an account as it was made by honest people: who opened it and gave it its posts, and who confirmed that and how. Without
// anybody it is one of the first three administrators.
type Vouched struct {
	Account, Actor, By db.ID
	How                string
	Paper              db.ID
}

// Vouch is a part: it enters the acts of an account that was made without operations, for demo data.
func (s *Service) Vouch(ctx context.Context, tx *db.Tx, v Vouched) error {
	a, err := account.Get(ctx, tx, v.Account)
	if err != nil {
		return err
	}
	held, err := account.Handover(ctx, tx, v.Account)
	if err != nil {
		return err
	}
	made := Act{ID: tx.NewID(), Version: 1, AccountID: a.ID, ActorID: v.Actor, Kind: account.ActCreate,
		Region: seat(account.ActedEvent{Region: a.Region, Held: held}), ByActor: true, At: tx.Now, ConfirmedBy: v.By, ConfirmedAt: &tx.Now,
		ConfirmedHow: v.How, PaperID: v.Paper}
	if err := acts.Insert(ctx, tx, made); err != nil {
		return err
	}
	for _, g := range held {
		if g.Region == 0 {
			continue
		}
		given := made
		given.ID, given.Kind, given.GrantID, given.Region, given.ByActor = tx.NewID(), account.ActAppoint, g.ID, g.Region, false
		if err := acts.Insert(ctx, tx, given); err != nil {
			return err
		}
	}
	return nil
}

// GoOn is a part: an appointment that goes on in another division under a new grant goes on with who made it and who confirmed it.
func GoOn(ctx context.Context, tx *db.Tx, from, to db.ID) error {
	_, err := goOn.Run(ctx, tx, from, tx.NewID(), to)
	return err
}
