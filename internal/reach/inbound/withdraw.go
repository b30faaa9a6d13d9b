package inbound

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/batch"
)

var toUndo = lineTable.Where(`batch_id = $1 AND n > $2 AND state IN ('taken', 'kept') ORDER BY n LIMIT 100`)

// Withdraw asks that a whole batch be taken out again: a wrong file. A second person agrees.
func (s *Service) Withdraw(ctx context.Context, in DropInput) (Detail, error) {
	op := act.Op{Perm: Take, Action: "inbound.withdraw", ID: in.ID, Version: in.Version, From: []string{taken}, Cause: in.Reason,
		Check: because(in.Reason)}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(_ *db.Tx, b *Batch) error {
		me := auth.From(ctx)
		b.State, b.Reason, b.WithdrawnBy, b.WithdrawnName = withdrawing, in.Reason, me.Account, me.Name
		return nil
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

// AgreeInput is the second person's word on a withdrawal.
type AgreeInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version"`
	Decision string `json:"decision" enum:"agree,refuse" maxLength:"8"`
}

// Agree takes a batch out again: each record that it made becomes void, with the reason; nothing is deleted. Who asked for it, or is not
// independent of him, cannot agree. Broken off, it goes on where it stopped.
func (s *Service) Agree(ctx context.Context, in AgreeInput) (Detail, error) {
	op := act.Op{Perm: Take, Action: "inbound.agree", ID: in.ID, Version: in.Version, From: []string{withdrawing, undoing},
		Detail: map[string]any{"decision": in.Decision}}
	show := func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) }
	ask := func(tx *db.Tx, b *Batch) error {
		if err := s.second(ctx, tx, b.WithdrawnBy); err != nil || b.State == undoing {
			return err
		}
		me := auth.From(ctx)
		b.State, b.AgreedBy, b.AgreedName = undoing, me.Account, me.Name
		if in.Decision == "refuse" {
			b.State, b.Reason, b.WithdrawnBy, b.WithdrawnName, b.AgreedBy, b.AgreedName = taken, "", 0, "", 0, ""
		}
		return nil
	}
	if in.Decision == "refuse" {
		op.From = []string{withdrawing}
		return act.ChangeTo(ctx, s.db, &s.batches, op, ask, show)
	}
	b, err := s.batches.Change(ctx, s.db, op, ask)
	if err == nil {
		err = s.strides(ctx, b, func(tx *db.Tx, last int64) (int64, error) { return s.undo(ctx, tx, b, last) })
	}
	if err != nil {
		return Detail{}, err
	}
	op = act.Op{Perm: Take, Action: "inbound.withdrawn", ID: b.ID, Version: b.Version, From: []string{undoing}, Cause: b.Reason}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(tx *db.Tx, b *Batch) error {
		b.State, b.EndedAt = "withdrawn", &tx.Now
		return nil
	}, show)
}

// undo takes the next lines out.
func (s *Service) undo(ctx context.Context, tx *db.Tx, b Batch, last int64) (int64, error) {
	rows, err := toUndo.All(ctx, tx, b.ID, last)
	for _, row := range rows {
		if err == nil && row.Kind == batch.Service && row.State == taken {
			err = s.records.WithdrawImport(ctx, tx, row.RecordID, "整批撤销："+b.Reason)
		}
		row.State, row.Reason, last = undone, "整批撤销", row.N
		if err == nil {
			err = lineTable.Update(ctx, tx, &row)
		}
	}
	if errs.KindOf(err) == errs.NotFound {
		err = errs.WrongState("有记录找不到了，请运行 linli verify")
	}
	return last, err
}
