package inbound

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/batch"
)

// own is the public key of this installation.
func (s *Service) own() string { return base64.StdEncoding.EncodeToString(s.keys.Signer().Public()) }

// FileInput asks for a batch as a file.
type FileInput struct {
	ID   db.ID  `path:"id"`
	Form string `query:"form" enum:"jsonl,csv," default:"jsonl" maxLength:"5"`
}

var erasedLines = db.Query[int64](`SELECT COUNT(*) FROM inbound_line WHERE batch_id = $1 AND line IS NULL`)

// File gives a batch out again as it came, line by line, under this installation's signature: another installation that knows our key
// takes it. The header says whose batch it is.
func (s *Service) File(ctx context.Context, in FileInput) (out blob.File, err error) {
	b, err := s.whole(ctx, in.ID, "inbound.file")
	if err != nil {
		return out, err
	}
	table := in.Form == "csv"
	out = blob.File{Name: b.Number + ".jsonl", Type: "application/jsonl", Stream: func(w io.Writer) error { return s.copy(ctx, b, table, w) }}
	if table {
		out.Name, out.Type = b.Number+".csv", "text/csv; charset=utf-8"
	}
	return out, nil
}

// whole gives a batch that is there to its last line, and notes that somebody took it out.
func (s *Service) whole(ctx context.Context, id db.ID, action string) (Batch, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Take}, func(tx *db.Tx) (b Batch, err error) {
		if b, err = batchTable.Get(ctx, tx, id); err != nil {
			return b, err
		}
		if err := auth.Require(ctx, Take, View, b.place()); err != nil {
			return b, err
		}
		if b.State == Loading {
			return b, errs.WrongState("这一批还没有读完")
		}
		n, err := erasedLines.One(ctx, tx, b.ID)
		if err == nil && n > 0 {
			err = errs.WrongState(fmt.Sprintf("其中 %d 条的内容已经删除，不能原样给出", n))
		}
		if err != nil {
			return b, err
		}
		return b, audit.Write(ctx, tx, audit.Entry{Action: action, Object: "inbound_batch", ID: b.ID.String(), Region: b.Region,
			Detail: map[string]any{"number": b.Number, "items": b.Items}})
	})
}

// copy writes the lines as they came.
func (s *Service) copy(ctx context.Context, b Batch, table bool, to io.Writer) error {
	header := map[string]any{}
	if err := json.Unmarshal([]byte(b.Header), &header); err != nil {
		return err
	}
	delete(header, "kind")
	for _, g := range batch.Groups {
		if n, ok := header[g.Count].(float64); ok {
			header[g.Count] = int64(n)
		}
	}
	w, err := batch.NewWriter(to, table, header)
	if err != nil {
		return err
	}
	if err := s.eachLine(ctx, b.ID, func(row line) error {
		text, err := s.keys.Open(row.Line, lineAt(row.BatchID, row.N))
		if err == nil {
			err = w.Put(text)
		}
		return err
	}); err != nil {
		return err
	}
	return w.Close(s.keys.Signer())
}

// eachLine walks the lines of a batch in their order, a thousand at a time.
func (s *Service) eachLine(ctx context.Context, id db.ID, do func(line) error) error {
	return s.db.Read(ctx, func(tx *db.Tx) error {
		for last := int64(0); ; {
			rows, err := linesOf.All(ctx, tx, id, last)
			if err != nil || len(rows) == 0 {
				return err
			}
			for _, row := range rows {
				if err := do(row); err != nil {
					return err
				}
			}
			last = rows[len(rows)-1].N
		}
	})
}

// answers are what a line's state says to who sent it.
var answers = map[string]string{refused: "refused", disputed: "waits", waiting: "waits"}

// Receipt is what the sender is told of each line: received, refused with the reason, or not decided; signed.
func (s *Service) Receipt(ctx context.Context, in GetInput) (out blob.File, err error) {
	b, err := act.Write(ctx, s.db, act.Op{Perm: Take}, func(tx *db.Tx) (b Batch, err error) {
		if b, err = batchTable.Get(ctx, tx, in.ID); err != nil {
			return b, err
		}
		if err := auth.Require(ctx, Take, View, b.place()); err != nil {
			return b, err
		}
		if b.State == Loading {
			return b, errs.WrongState("这一批还没有读完")
		}
		return b, audit.Write(ctx, tx, audit.Entry{Action: "inbound.receipt", Object: "inbound_batch", ID: b.ID.String(), Region: b.Region,
			Detail: map[string]any{"number": b.Number, "state": b.State}})
	})
	if err != nil {
		return out, err
	}
	return blob.File{Name: b.Number + "-receipt.jsonl", Type: "application/jsonl", Stream: func(w io.Writer) error {
		r, err := batch.NewReceipt(w, b.Number)
		if err != nil {
			return err
		}
		if err := s.eachLine(ctx, b.ID, func(row line) error { return r.Add(answerOf(b, row)) }); err != nil {
			return err
		}
		return r.Close(s.keys.Signer())
	}}, nil
}

func answerOf(b Batch, row line) batch.Answer {
	a := batch.Answer{Item: row.Kind, ID: row.TheirID, Result: "received"}
	if to, ok := answers[row.State]; ok {
		a.Result, a.Reason = to, row.Reason
	}
	if b.State == Dropped || row.State == undone {
		a.Result, a.Reason = "refused", b.Reason
	}
	if a.Result == "refused" && a.Reason == "" {
		a.Reason = "内容已经删除" // of somebody who was erased; a receipt refuses nothing without a reason
	}
	return a
}
