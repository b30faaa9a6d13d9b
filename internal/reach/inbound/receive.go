package inbound

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/batch"
	"linli/internal/reach/platforms"
)

// stretch is how many lines are written together. A reading that was broken off goes on behind the last stretch when the same file is
// brought again.
const stretch = 500

// part says why a stretch of a batch leaves no trail of its own.
const part = "part of a batch, whose beginning and end stand in the trail"

// ReceiveInput brings a batch of a source.
type ReceiveInput struct {
	ID   db.ID       `path:"id"`
	File blob.Upload `json:"file" doc:"批次（JSON Lines 或 CSV），格式见 /schemas"`
}

// Receive takes a file in: the kit must find nothing wrong with it, a registered key must have signed it, and it must not have come before.
func (s *Service) Receive(ctx context.Context, in ReceiveInput) (Detail, error) {
	return s.Read(ctx, in.ID, bytes.NewReader(in.File.Data), func(Batch) {})
}

// Read is Receive for a file of any length; tell is told how far it has come.
func (s *Service) Read(ctx context.Context, source db.ID, file io.ReadSeeker, tell func(Batch)) (out Detail, err error) {
	if err := auth.Allow(ctx, Take); err != nil {
		return out, err
	}
	report, err := batch.Check(file, clock.In(ctx), nil)
	if err == nil {
		err = named(report.Violations)
	}
	if err != nil {
		return out, err
	}
	b, err := s.begin(ctx, source, report)
	if err != nil {
		return out, err
	}
	if _, err = file.Seek(0, io.SeekStart); err == nil {
		err = s.load(ctx, &b, file, tell)
	}
	if err != nil {
		return out, err
	}
	op := act.Op{Perm: Take, Action: "inbound.receive", ID: b.ID, Version: b.Version, From: []string{Loading}}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(_ *db.Tx, b *Batch) error {
		b.State = Open
		return nil
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
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

// begin enters a batch whose lines are to follow, or gives the one that was broken off.
func (s *Service) begin(ctx context.Context, source db.ID, report batch.Report) (Batch, error) {
	op := act.Op{Perm: Take, Action: "inbound.begin"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (b Batch, err error) {
		src, err := sourceTable.Get(ctx, tx, source)
		if err == nil {
			err = auth.Require(ctx, Take, View, src.place())
		}
		if err == nil {
			err = s.signed(ctx, tx, src, report)
		}
		if err == nil {
			err = sourceTable.Lock(ctx, tx, src) // of two who bring the same file at once the second is told so
		}
		if err != nil {
			return b, err
		}
		h := report.Header
		before, there, err := db.Found(cameBefore.One(ctx, tx, report.Digest, h.Text("installation"), h.Text("batch")))
		switch {
		case err != nil:
			return b, err
		case there && before.State == Loading && before.Digest == report.Digest && before.SourceID == src.ID:
			return before, nil
		case there:
			return b, errs.Clash(fmt.Sprintf("批次 %s 在 %s 收过了（%s），不再收", before.Number,
				before.MadeAt.In(clock.Shanghai).Format("2006-01-02 15:04"), States.Word(before.State)))
		}
		me, items := auth.From(ctx), int64(0)
		for _, g := range batch.Groups {
			if g.Count != "" {
				items += h.Number(g.Count)
			}
		}
		text, err := batch.Canonical(h.Values)
		if err != nil {
			return b, err
		}
		b = Batch{ID: tx.NewID(), Version: 1, SourceID: src.ID, Region: src.Region, Installation: h.Text("installation"), Number: h.Text("batch"),
			Digest: report.Digest, PublicKey: report.Key, MappingNo: src.MappingNo, Header: string(text), Items: items, State: Loading,
			ByID: me.Account, ByName: me.Name, MadeAt: tx.Now}
		return b, s.batches.Enter(ctx, tx, op, &b)
	})
}

// signed asks whether a source may send this and has signed it.
func (s *Service) signed(ctx context.Context, tx *db.Tx, src Source, report batch.Report) error {
	if src.State != "open" {
		return errs.WrongState("“" + src.Name + "”停用了，它的批次不收")
	}
	own, err := platforms.Installation(ctx, tx)
	if err != nil {
		return err
	}
	from := report.Header.Text("installation")
	n, err := holds.One(ctx, tx, src.ID, report.Key, clock.DayOf(tx.Now))
	switch {
	case err != nil:
		return err
	case from == own:
		return errs.Field("file", "这是本系统自己报出的批次（"+own+"），不收回来")
	case n == 0:
		return errs.Field("file", "签名的公钥不在“"+src.Name+"”今天有效的公钥里，指纹 "+Fingerprint(report.Key))
	case from != src.Installation && src.Platform != "linli": // another installation may hand on what it took
		return errs.Field("file", "批次是系统 "+from+" 的，“"+src.Name+"”的系统编号是 "+src.Installation)
	}
	return nil
}

// load writes the lines of a batch, a stretch at a time, behind those that are there.
func (s *Service) load(ctx context.Context, b *Batch, file io.Reader, tell func(Batch)) error {
	var list []batch.Line
	flush := func() error {
		if len(list) == 0 {
			return nil
		}
		now, err := s.write(ctx, *b, list)
		if err == nil {
			*b, list = now, list[:0]
			tell(*b)
		}
		return err
	}
	n := int64(0)
	again, err := batch.Check(file, clock.In(ctx), func(l batch.Line) error {
		if l.Kind == batch.Head {
			return nil
		}
		if n++; n <= b.Done {
			return nil
		}
		if list = append(list, l); len(list) < stretch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err == nil && again.Digest != b.Digest {
		err = errors.New("inbound: the file changed while it was read")
	}
	return err
}

// write writes one stretch.
func (s *Service) write(ctx context.Context, b Batch, list []batch.Line) (Batch, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Take, Quiet: part}, func(tx *db.Tx) (Batch, error) {
		now, lines, conflicts := b, make([]line, 0, len(list)), []conflict(nil)
		before, err := cameOf(ctx, tx, b, list)
		if err != nil {
			return b, err
		}
		for _, l := range list {
			now.Done++
			row, found, err := s.judge(ctx, tx, now, l, before)
			if err != nil {
				return b, err
			}
			lines, conflicts = append(lines, row), append(conflicts, found...)
		}
		if err := batchTable.Update(ctx, tx, &now); err != nil {
			return b, err
		}
		if err := lineTable.InsertAll(ctx, tx, lines); err != nil {
			return b, err
		}
		return now, conflictTable.InsertAll(ctx, tx, conflicts)
	})
}

// judge makes the row of a line: what it says, sealed, and how it stands to what is here.
func (s *Service) judge(ctx context.Context, tx *db.Tx, b Batch, l batch.Line, before came) (row line, found []conflict, err error) {
	sum := sha256.Sum256(l.JSON)
	row = line{BatchID: b.ID, N: b.Done, SourceID: b.SourceID, Region: b.Region, Kind: l.Kind, TheirID: l.Text("id"), Owner: l.Text("person"),
		Hash: hex.EncodeToString(sum[:]), ChangedAt: l.Text("changed_at"), State: waiting, Line: s.keys.Seal(l.JSON, lineAt(b.ID, b.Done))}
	if l.Kind == batch.Person {
		row.Owner = row.TheirID
		found, err = s.meet(ctx, tx, &row, l)
	} else {
		found, err = again(ctx, tx, &row, l, before)
	}
	return row, found, err
}

// item is what a line is about, as its source numbers it.
type item struct{ Kind, TheirID string }

// came are the items of which something came before, in whatever became of it.
type came map[item]bool

// cameOf finds them for a stretch of lines; of people everything is asked anew.
func cameOf(ctx context.Context, tx *db.Tx, b Batch, list []batch.Line) (came, error) {
	numbers, out := map[string][]string{}, came{}
	for _, l := range list {
		if l.Kind != batch.Person {
			numbers[l.Kind] = append(numbers[l.Kind], l.Text("id"))
		}
	}
	for kind, ids := range numbers {
		rows, err := cameBeside.All(ctx, tx, items{b.SourceID, b.ID, kind, ids})
		if err != nil {
			return nil, err
		}
		for _, id := range rows {
			out[item{kind, id}] = true
		}
	}
	return out, nil
}

// again compares a line with what came of the same item before.
func again(ctx context.Context, tx *db.Tx, row *line, l batch.Line, before came) ([]conflict, error) {
	var was line
	var there bool
	var err error
	if before[item{row.Kind, row.TheirID}] {
		was, there, err = db.Found(earlier.One(ctx, tx, row.SourceID, row.Kind, row.TheirID, row.BatchID))
	}
	void := row.Kind == batch.Service && l.Text("state") == "void"
	switch {
	case err != nil:
		return nil, err
	case there && was.Hash == row.Hash:
		row.State, row.Reason = known, "以前收过，内容一样"
	case there && was.ChangedAt > row.ChangedAt:
		row.State, row.Reason = refused, "以前收过更新的"
	case there && was.RecordID != 0:
		row.State, row.RecordID = disputed, was.RecordID
		return []conflict{{BatchID: row.BatchID, N: row.N, Field: "record", Decision: "open"}}, nil
	case void:
		row.State, row.Reason = refused, "对方已经作废"
	}
	return nil, nil
}
