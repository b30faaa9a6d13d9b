package inbound

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/batch"
)

// DecideInput decides over one conflict: whose word holds, or that it is somebody else. Of several who may be meant it says which.
type DecideInput struct {
	ID       db.ID  `path:"id"`
	N        int64  `path:"n"`
	Field    string `json:"field" set:"inbound_conflict.field" maxLength:"12"`
	Decision string `json:"decision" set:"inbound_conflict.decision" maxLength:"8"`
	PersonID db.ID  `json:"person_id" required:"false" doc:"可能是几个人的，是哪一个"`
}

// Decide notes a decision; it may be changed until the batch is taken.
func (s *Service) Decide(ctx context.Context, in DecideInput) (Detail, error) {
	op := act.Op{Perm: Take, Action: "inbound.decide", ID: in.ID, From: []string{Open},
		Detail: map[string]any{"line": in.N, "field": in.Field, "decision": in.Decision}}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(tx *db.Tx, b *Batch) error {
		c, err := conflictTable.Get(ctx, tx, b.ID, in.N, in.Field)
		if err == nil {
			err = s.set(ctx, tx, c, in)
		}
		return err
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

// AllInput decides over all open conflicts of one kind in the same way.
type AllInput struct {
	ID       db.ID  `path:"id"`
	Field    string `json:"field" set:"inbound_conflict.field" maxLength:"12"`
	Decision string `json:"decision" set:"inbound_conflict.decision" maxLength:"8"`
}

// DecideAll is Decide for every conflict of a kind that nobody has decided over.
func (s *Service) DecideAll(ctx context.Context, in AllInput) (Detail, error) {
	op := act.Op{Perm: Take, Action: "inbound.decide_all", ID: in.ID, From: []string{Open},
		Detail: map[string]any{"field": in.Field, "decision": in.Decision}, Check: func() error {
			c := errs.Check{}
			c.That(in.Decision != "open", "decision", "请选一个决定")
			c.That(in.Field != "candidates" || in.Decision == apart, "field", "可能是几个人的要一条一条地选")
			return c.Err()
		}}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(tx *db.Tx, b *Batch) error {
		list, err := openOf.All(ctx, tx, b.ID, in.Field)
		if err == nil && len(list) == 0 {
			err = errs.WrongState("没有这种还没决定的冲突")
		}
		for _, c := range list {
			if err == nil {
				err = s.set(ctx, tx, c, DecideInput{ID: b.ID, N: c.N, Field: in.Field, Decision: in.Decision})
			}
		}
		return err
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

// set writes a decision and lets the line follow it.
func (s *Service) set(ctx context.Context, tx *db.Tx, c conflict, in DecideInput) error {
	if in.Field == "record" && in.Decision == apart {
		return errs.Field("decision", "同一条记录只能以一方的为准")
	}
	me := auth.From(ctx)
	c.Decision, c.PersonID, c.ByID, c.ByName, c.DecidedAt = in.Decision, 0, me.Account, me.Name, &tx.Now
	if in.Decision == "open" {
		c.ByID, c.ByName, c.DecidedAt = 0, "", nil
	}
	row, err := lineTable.Get(ctx, tx, c.BatchID, c.N)
	if err != nil {
		return err
	}
	if in.Field == "candidates" && (in.Decision == "ours" || in.Decision == "theirs") {
		if err := s.chosen(ctx, tx, row, in.PersonID); err != nil {
			return err
		}
		c.PersonID = in.PersonID
	}
	if err := conflictTable.Update(ctx, tx, &c); err != nil {
		return err
	}
	return follow(ctx, tx, row)
}

// chosen refuses somebody whom the line cannot mean.
func (s *Service) chosen(ctx context.Context, tx *db.Tx, row line, id db.ID) error {
	l, err := s.open(row)
	if err != nil {
		return err
	}
	list, err := s.candidates(ctx, tx, row.Region, l)
	if err == nil && !slices.ContainsFunc(list, func(p person.Person) bool { return p.ID == id }) {
		err = errs.Field("person_id", "请选列出来的人")
	}
	return err
}

// follow puts a line where the decisions over it leave it.
func follow(ctx context.Context, tx *db.Tx, row line) error {
	list, err := conflictsAt.All(ctx, tx, row.BatchID, row.N)
	if err != nil {
		return err
	}
	row.State, row.Reason = matched, ""
	for _, c := range list {
		switch {
		case c.Decision == "open":
			row.State = disputed
		case c.Field == "record" && c.Decision == "ours":
			row.State, row.Reason = refused, "保留以前收下的"
		case c.Field == "record":
			row.State = waiting
		case c.Decision == apart && row.State != disputed:
			row.State = apart
		}
		if c.Field == "candidates" {
			row.PersonID = c.PersonID
		}
	}
	return lineTable.Update(ctx, tx, &row)
}

// open reads what a line says.
func (s *Service) open(row line) (batch.Line, error) {
	if row.Line == nil {
		return batch.Line{}, errs.WrongState("这一条的内容已经删除")
	}
	text, err := s.keys.Open(row.Line, lineAt(row.BatchID, row.N))
	if err != nil {
		return batch.Line{}, err
	}
	return batch.Unpack(text)
}

// DropInput gives a batch up.
type DropInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"为什么不收"`
}

// Drop gives a batch up that was not taken; what its lines said is removed. The same file may come again.
func (s *Service) Drop(ctx context.Context, in DropInput) (Detail, error) {
	op := act.Op{Perm: Take, Action: "inbound.drop", ID: in.ID, Version: in.Version, From: []string{Loading, Open}, Cause: in.Reason,
		Check: because(in.Reason)}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(tx *db.Tx, b *Batch) error {
		b.State, b.Reason, b.EndedAt = Dropped, in.Reason, &tx.Now
		_, err := unread.Run(ctx, tx, b.ID)
		return err
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

func because(reason string) func() error {
	return func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(reason) != "", "reason", "请写明原因")
		return c.Err()
	}
}

// choices are the decisions that a kind of conflict allows; to undo one is none of those that are taken for many.
func choices(field string, many bool) (out []string) {
	switch field {
	case "record":
		out = []string{"ours", "theirs"}
	case "candidates":
		if out = []string{apart}; !many {
			out = []string{"ours", apart}
		}
	default:
		out = []string{"ours", "theirs", apart}
	}
	if !many {
		out = append([]string{"open"}, out...)
	}
	return out
}
