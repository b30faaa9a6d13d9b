package platforms

import (
	"context"
	"fmt"
	"io"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/batch"
)

// GetInput names a batch.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a batch with how its items stand.
type Detail struct {
	Batch
	Where    string    `json:"region_name"`
	Waiting  int64     `json:"waiting"`
	Taken    int64     `json:"taken"`
	Returned int64     `json:"refused"`
	Bad      []Entry   `json:"refused_items" doc:"没有收下的，最多 100 条；改好以后再报一批"`
	Now      clock.Day `json:"-"`
	May      bool      `json:"-"`
}

// Get gives a batch.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.batches, in.ID, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, b Batch) (out Detail, err error) {
	out = Detail{Batch: b, Now: clock.DayOf(tx.Now), May: auth.Require(ctx, Send, View, b.place()) == nil}
	if out.Where, err = region.FullName(ctx, tx, b.Region); err != nil {
		return out, err
	}
	rows, err := stands.All(ctx, tx, b.ID)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		switch r.State {
		case "waits":
			out.Waiting = r.N
		case Received:
			out.Taken = r.N
		case Refused:
			out.Returned = r.N
		}
	}
	out.Bad = []Entry{}
	if out.Returned > 0 {
		q := ledgerSearch{LedgerInput: LedgerInput{BatchID: b.ID, State: Refused}, Scope: auth.ScopeOf(ctx, View)}
		if out.Bad, err = ledger.First(ctx, tx, q, 100); err != nil {
			return out, err
		}
		masked(out.Bad)
	}
	return out, nil
}

// FileInput asks for a batch as a file.
type FileInput struct {
	ID   db.ID  `path:"id"`
	Form string `query:"form" enum:"jsonl,csv," default:"jsonl" maxLength:"5"`
}

// File takes a batch out, signed, as often as need be while its answer is to come: the same bytes each time. It is not taken out any more
// when somebody in it has taken his consent back (个人信息保护法 art. 15).
func (s *Service) File(ctx context.Context, in FileInput) (out blob.File, err error) {
	b, err := act.Write(ctx, s.db, act.Op{Perm: Send}, func(tx *db.Tx) (b Batch, err error) {
		if b, err = batchTable.Get(ctx, tx, in.ID); err != nil {
			return b, err
		}
		if err := auth.Require(ctx, Send, View, b.place()); err != nil {
			return b, err
		}
		if !b.Open() {
			return b, errs.WrongState("这一批" + States.Word(b.State) + "，内容不再留着")
		}
		n, err := unwilling.One(ctx, tx, b.ID)
		if err == nil && n > 0 {
			err = errs.WrongState(fmt.Sprintf("其中 %d 人撤回了同意：请撤回这一批，重新报", n))
		}
		if err != nil {
			return b, err
		}
		return b, audit.Write(ctx, tx, audit.Entry{Action: "platforms.file", Object: "platform_batch", ID: b.ID.String(), Region: b.Region,
			Detail: map[string]any{"number": b.Number, "lines": b.Lines()}})
	})
	if err != nil {
		return out, err
	}
	table := in.Form == "csv"
	out = blob.File{Name: b.Number + ".jsonl", Type: "application/jsonl", Stream: func(w io.Writer) error { return s.write(ctx, b, table, w) }}
	if table {
		out.Name, out.Type = b.Number+".csv", "text/csv; charset=utf-8"
	}
	return out, nil
}

// write writes the lines of a batch as they were sealed when it was made.
func (s *Service) write(ctx context.Context, b Batch, table bool, w io.Writer) error {
	out, err := batch.NewWriter(w, table, map[string]any{"batch": b.Number, "installation": b.Installation, "platform": b.Platform,
		"unit":   b.Unit,
		"region": b.Region.String(), "from": b.FromDay.String(), "to": b.ToDay.String(), "made_at": moment(b.MadeAt), "persons": b.Persons,
		"services": b.Services, "trainings": b.Trainings, "commendations": b.Commendations, "evaluations": b.Evaluations})
	if err != nil {
		return err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		for _, k := range Kinds.Codes() {
			if err := itemsOf.Each(ctx, tx, func(i item) error {
				text, err := s.keys.Open(i.Line, lineAt(b.ID, i.Kind, i.ObjectID))
				if err == nil {
					err = out.Put(text)
				}
				return err
			}, b.ID, k); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = out.Close(s.keys.Signer())
	}
	return err
}

// SentInput says that a batch was handed over.
type SentInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version"`
	Day     clock.Day `json:"day" doc:"哪天报送的"`
}

// Sent notes the day on which a person brought the batch to its platform.
func (s *Service) Sent(ctx context.Context, in SentInput) (Detail, error) {
	today := clock.Today(ctx)
	op := act.Op{Perm: Send, Action: "platforms.sent", ID: in.ID, Version: in.Version, From: []string{Queued}, Check: func() error {
		c := errs.Check{}
		c.That(in.Day != 0 && in.Day <= today, "day", "请填写报送的日子，不能是以后的")
		return c.Err()
	}}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(_ *db.Tx, b *Batch) error {
		if in.Day < clock.DayOf(b.MadeAt) {
			return errs.Field("day", "比生成这一批的日子还早")
		}
		b.State, b.SentDay = Given, in.Day
		return nil
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

// WithdrawInput takes a batch back.
type WithdrawInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"为什么撤回"`
}

// Withdraw ends a batch that was not handed over, or that its platform never answered. What it held is reported anew by the next.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Detail, error) {
	op := act.Op{Perm: Send, Action: "platforms.withdraw", ID: in.ID, Version: in.Version, From: []string{Queued, Given}, Cause: in.Reason,
		Check: func() error {
			c := errs.Check{}
			c.That(line(in.Reason) != "", "reason", "请写明为什么撤回")
			return c.Err()
		}}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(tx *db.Tx, b *Batch) error {
		b.State, b.Reason = Withdrawn, in.Reason
		_, err := takeBack.Run(ctx, tx, b.ID)
		return err
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

// Board is one page of the batches.
type Board struct {
	In    ListInput   `json:"-"`
	Seat  auth.Region `json:"-"`
	Where string      `json:"-"`
	Today clock.Day   `json:"-"`
	May   bool        `json:"-"`
	db.Page[Batch]
}

// List gives the batches of the actor's place, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Board, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Board, err error) {
		out.In, out.Today, out.May, out.Seat = in, clock.DayOf(tx.Now), auth.Holds(ctx, Send), auth.From(ctx).Seat()
		if out.Seat == 0 {
			out.Seat = region.Top
		}
		if out.Where, err = region.FullName(ctx, tx, out.Seat); err != nil {
			return out, err
		}
		out.Page, err = batchList.Page(ctx, tx, batchSearch{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}
