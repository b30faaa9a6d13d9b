package timebank

import (
	"context"
	"fmt"

	"linli/internal/civic/person"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
)

// mostLines is how many lines of an account go into the data of its owner.
const mostLines = 10_000

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): his account with every line of it, whom he is
// registered as close to, and what was applied for.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	m, there, err := memberOf(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	kin, err := relatives.All(ctx, tx, id)
	if err != nil || !there && len(kin) == 0 {
		return nil, err
	}
	out := struct {
		Member       Member        `json:"member"`
		Entries      []Entry       `json:"entries"`
		Relatives    []Relative    `json:"relatives"`
		Applications []Application `json:"applications"`
	}{Member: m, Relatives: kin}
	if out.Applications, err = wished.All(ctx, tx, id); err != nil || !there {
		return out, err
	}
	lines, err := ledger.Lines(ctx, tx, ledger.StatementOf{Account: m.AccountID}, mostLines)
	for _, l := range lines {
		out.Entries = append(out.Entries, entryOf(l))
	}
	return out, err
}

var (
	scrub = db.SQL(`UPDATE timebank_application SET reason = '', answer = '' WHERE (from_id = $1 OR to_id = $1) AND state <> 'waits'`)
	kept  = db.Query[int64](`SELECT COUNT(*) FROM timebank_deposit d JOIN timebank_member m ON m.id = d.member_id WHERE m.person_id = $1`)

	moves = []*db.Command{
		db.SQL(`UPDATE timebank_application SET from_id = $2 WHERE from_id = $1 AND COALESCE(to_id, 0) <> $2`),
		db.SQL(`UPDATE timebank_application SET to_id = $2 WHERE to_id = $1 AND COALESCE(from_id, 0) <> $2`),
	}
	follows = db.SQL(`UPDATE timebank_member SET person_id = $2, version = version + 1 WHERE person_id = $1`)
)

// Forget refuses while the person has minutes left or something of his is open: he may give or donate them first. Then the texts go;
// the lines of the books name nobody.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	if _, err := scrub.Run(ctx, tx, id); err != nil {
		return err
	}
	m, there, err := memberOf(ctx, tx, id)
	if err != nil || !there {
		return err
	}
	a, err := ledger.Get(ctx, tx, m.AccountID)
	if err != nil {
		return err
	}
	if a.Balance != 0 || a.Held != 0 || a.Incoming != 0 {
		return errs.WrongState(fmt.Sprintf("时间账户里还有 %d 分钟，先赠与亲属或者捐给互助池", a.Balance))
	}
	if m.State == Left {
		return nil
	}
	m.State = Left
	return members.Update(ctx, tx, &m)
}

// OnMerged lets an account follow its person's entry. Where both entries have one, what is free goes to the one that goes on.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	for _, c := range moves {
		if _, err := c.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
	}
	from, there, err := memberOf(ctx, tx, e.From)
	if err != nil || !there {
		return err
	}
	to, both, err := memberOf(ctx, tx, e.To)
	if err != nil {
		return err
	}
	if !both {
		_, err := follows.Run(ctx, tx, e.From, e.To)
		return err
	}
	return s.join(ctx, tx, from, to)
}

func (s *Service) join(ctx context.Context, tx *db.Tx, from, to Member) error {
	a, err := ledger.Get(ctx, tx, from.AccountID)
	if err != nil {
		return err
	}
	owed, err := ledger.Get(ctx, tx, from.OwedID)
	if err != nil {
		return err
	}
	if a.Held != 0 || a.Incoming != 0 || owed.Balance != 0 || from.BankID != to.BankID {
		return errs.WrongState("其中一位的时间账户里还有没办完的预留或者待补回，先办完")
	}
	if a.Balance > 0 {
		b, err := banks.Get(ctx, tx, to.BankID)
		if err != nil {
			return err
		}
		move := ledger.Move{From: ledger.One(from.AccountID), To: []db.ID{to.AccountID, b.PoolID}, Amount: a.Balance, Code: merged}
		key := fmt.Sprintf("timebank merge %d %d", from.ID, from.Version)
		if _, err := ledger.Post(ctx, tx, ledger.Chain{Key: key, Moves: []ledger.Move{move}}); err != nil {
			return err
		}
	}
	from.State = Left
	return members.Update(ctx, tx, &from)
}
