package platforms

import (
	"bytes"
	"context"
	"fmt"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/batch"
)

// ReceiptInput brings back what a platform said of a batch.
type ReceiptInput struct {
	Platform string      `path:"platform" set:"platform_batch.platform" maxLength:"12"`
	File     blob.Upload `json:"file" doc:"回执（JSON Lines），格式见 /schemas"`
}

// Receive matches a receipt with its batch, by the numbers of batch and items and never by names. A line that fits nothing refuses the
// whole receipt; items that it does not name go on waiting.
func (s *Service) Receive(ctx context.Context, in ReceiptInput) (Detail, error) {
	found, violations := batch.ReadReceipt(bytes.NewReader(in.File.Data))
	op := act.Op{Perm: Send, Check: func() error { return named(violations) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		b, there, err := db.Found(byNumber.One(ctx, tx, found.Batch, in.Platform))
		if err != nil {
			return out, err
		}
		if !there || auth.Require(ctx, Send, Send, b.place()) != nil {
			return out, errs.Field("file", "没有报给这个平台的批次 "+found.Batch)
		}
		if b.State == Queued {
			return out, errs.WrongState("这一批还没有报送，先登记报送的日子")
		}
		if b.State != Given {
			return out, errs.WrongState("这一批" + States.Word(b.State))
		}
		op := act.Op{Perm: Send, Action: "platforms.receive"}
		if err := s.batches.Alter(ctx, tx, op, &b, func(tx *db.Tx, b *Batch) error { return s.answer(ctx, tx, b, found) }); err != nil {
			return out, err
		}
		return s.detail(ctx, tx, b)
	})
}

func named(list []batch.Violation) error {
	c := errs.Check{}
	for _, v := range list[:min(len(list), 50)] {
		c.That(false, fmt.Sprintf("file.%d", v.Line), fmt.Sprintf("第 %d 行：%s", v.Line, v.Words))
	}
	if len(list) > 0 {
		c.That(false, "file", fmt.Sprintf("第 %d 行：%s", list[0].Line, list[0].Words))
	}
	return c.Err()
}

// answer takes down what was said of each item, and how the batch stands then.
func (s *Service) answer(ctx context.Context, tx *db.Tx, b *Batch, r batch.Receipt) error {
	for _, l := range r.Items {
		var id db.ID
		if err := id.UnmarshalText([]byte(l.ID)); err != nil {
			return errs.Field("file", fmt.Sprintf("第 %d 行：这一批里没有 %s", l.N, l.ID))
		}
		i, there, err := db.Found(itemOf.One(ctx, tx, b.ID, l.Item, id))
		if err != nil {
			return err
		}
		if there && l.Result == "waits" { // they have not decided yet
			continue
		}
		if !there || i.State != "waits" && i.State != l.Result {
			return errs.Field("file", fmt.Sprintf("第 %d 行：这一批里没有等回执的 %s %s", l.N, l.Item, l.ID))
		}
		if _, err := answer.Run(ctx, tx, b.ID, l.Item, id, l.Result, l.Reason); err != nil {
			return err
		}
	}
	d, err := s.detail(ctx, tx, *b)
	if err != nil || d.Waiting > 0 {
		return err
	}
	switch {
	case d.Returned == 0:
		b.State = Received
	case d.Taken == 0:
		b.State = Refused
	default:
		b.State = Partly
	}
	now := tx.Now
	b.AnsweredAt = &now
	return nil
}
