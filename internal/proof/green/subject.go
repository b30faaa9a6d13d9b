package green

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): the household that he belongs to and what it did.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	m, there, err := db.Found(householdOf.One(ctx, tx, id))
	if err != nil || !there {
		return nil, err
	}
	h, err := households.Get(ctx, tx, m.HouseholdID)
	if err != nil {
		return nil, err
	}
	rows, err := actsOf.All(ctx, tx, h.ID)
	return struct {
		Household Household `json:"household"`
		Acts      []ActLine `json:"acts"`
	}{h, rows}, err
}

var (
	leaves  = db.SQL(`DELETE FROM green_member WHERE person_id = $1`)
	follows = db.SQL(`UPDATE green_member SET person_id = $2 WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM green_member WHERE person_id = $2)`)
)

// Forget takes a person out of his household; the household stays while others are in it.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	m, there, err := db.Found(householdOf.One(ctx, tx, id))
	if err != nil || !there {
		return err
	}
	others, err := membersOf.All(ctx, tx, m.HouseholdID)
	if err != nil {
		return err
	}
	h, err := households.Get(ctx, tx, m.HouseholdID)
	if err != nil {
		return err
	}
	if n, err := free.One(ctx, tx, h.AccountID); err != nil || n > 0 && len(others) == 1 {
		return orState(err, "家里只有他一人，积分还没有兑完：先兑换")
	}
	if len(others) == 1 {
		h.Name = "已注销"
		if err := households.Update(ctx, tx, &h); err != nil {
			return err
		}
	}
	_, err = leaves.Run(ctx, tx, id)
	return err
}

var free = db.Query[int64](`SELECT balance FROM ledger_account WHERE id = $1`)

func orState(err error, words string) error {
	if err != nil {
		return err
	}
	return errs.WrongState(words)
}

// OnMerged lets a membership follow its person's entry; one who was in two households stays in that of the entry that goes on.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	if _, err := follows.Run(ctx, tx, e.From, e.To); err != nil {
		return err
	}
	_, err := leaves.Run(ctx, tx, e.From)
	return err
}
