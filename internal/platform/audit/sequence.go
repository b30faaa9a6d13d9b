package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

const (
	rhythm = 500 * time.Millisecond // between looks for new rows; the contract promises a second
	batch  = 500                    // rows numbered in one transaction, so that SQLite's writer is never held for long
	lease  = 10 * time.Second
)

// Sequencer numbers committed rows of the trail and chains them: each row's chain value is a MAC over the one before and the row. Any
// number of processes may run one; the lease lets one work at a time, and the lock on its row keeps the chain single even if clocks
// differ.
type Sequencer struct {
	db     *db.DB
	keys   *seal.Keys
	holder string
	// publish is told, not too often, that the chains have grown.
	publish func(ctx context.Context) error
	grown   bool // since the last checkpoint
	// follow is called after each look, for what is derived from the chains.
	follow func(ctx context.Context) error
}

// NewSequencer gives a sequencer that does not run yet.
func NewSequencer(d *db.DB, keys *seal.Keys) *Sequencer {
	return &Sequencer{db: d, keys: keys, holder: rand.Text()}
}

// Published lets publish run while the chains grow, at most every few seconds, and once when Run ends.
func (s *Sequencer) Published(publish func(ctx context.Context) error) { s.publish = publish }

// Followed lets follow work behind each look for new rows, so that what it derives from them is there at the next checkpoint.
func (s *Sequencer) Followed(follow func(ctx context.Context) error) { s.follow = follow }

// pause is the time between two checkpoints at least.
const pause = 5 * time.Second

// Run numbers rows until ctx ends. A failure is logged and tried again.
func (s *Sequencer) Run(ctx context.Context) {
	tick := time.NewTicker(rhythm)
	defer tick.Stop()
	var last time.Time
	for {
		grown, err := s.catchUp(ctx)
		s.grown = s.grown || grown
		if s.grown && err == nil && s.publish != nil && time.Since(last) > pause {
			if err = s.publish(ctx); err == nil {
				s.grown, last = false, time.Now()
			}
		}
		if err != nil && ctx.Err() == nil {
			slog.Error("audit rows are not numbered", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// CatchUp numbers all rows committed so far, unless another sequencer holds the lease, and publishes.
func (s *Sequencer) CatchUp(ctx context.Context) error {
	_, err := s.catchUp(ctx)
	if err == nil && s.publish != nil {
		err = s.publish(ctx)
	}
	return err
}

// catchUp numbers and lets what follows work; it says whether anything was numbered.
func (s *Sequencer) catchUp(ctx context.Context) (grown bool, err error) {
	grown, err = s.numberAll(ctx)
	if err == nil && s.follow != nil {
		err = s.follow(ctx)
	}
	return grown, err
}

// numberAll says whether it numbered anything.
func (s *Sequencer) numberAll(ctx context.Context) (grown bool, err error) {
	for n := batch; n == batch; {
		var waits bool
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			if _, waits, err = db.Found(anyUnnumbered.One(ctx, tx)); err == nil && !waits {
				_, waits, err = db.Found(anyImprint.One(ctx, tx))
			}
			return err
		})
		if err != nil || !waits {
			return grown, err
		}
		err = s.db.Write(ctx, func(tx *db.Tx) (err error) { n, err = s.number(ctx, tx); return err })
		if err != nil {
			return grown, err
		}
		grown = grown || n > 0
	}
	return grown, nil
}

// number numbers one batch and tells its size.
func (s *Sequencer) number(ctx context.Context, tx *db.Tx) (int, error) {
	h, ok, err := s.take(ctx, tx)
	if err != nil || !ok {
		return 0, err
	}
	rows, err := unnumbered.All(ctx, tx, batch)
	if err != nil {
		return 0, err
	}
	tx.Unwatched() // numbers and chain values look after themselves
	links := make([]placed, len(rows))
	for i := range rows {
		h.lengthen(s.keys, &rows[i])
		links[i] = placed{int64(rows[i].ID), h.Seq, h.Chain}
	}
	if len(rows) > 0 {
		if err := place(ctx, tx, setSeq, links); err != nil {
			return 0, err
		}
		if _, err := moveHead.Run(ctx, tx, h.Seq, h.Chain); err != nil {
			return 0, err
		}
	}
	n, err := s.imprints(ctx, tx)
	return max(n, len(rows)), err
}

// take gives the end of the chain, locked; ok is false while another sequencer holds the lease.
func (s *Sequencer) take(ctx context.Context, tx *db.Tx) (h head, ok bool, err error) {
	if _, err := makeHead.Run(ctx, tx); err != nil {
		return h, false, err
	}
	now := time.Now()
	n, err := takeHead.Run(ctx, tx, s.holder, now.Add(lease).UnixMicro(), now.UnixMicro())
	if err != nil || n == 0 {
		return h, false, err
	}
	h, err = readHead.One(ctx, tx)
	return h, err == nil, err
}

// lengthen puts r at the end of the chain.
func (h *head) lengthen(keys *seal.Keys, r *Row) {
	h.Seq++
	seq := h.Seq
	r.Seq = &seq
	h.Chain = link(keys, h.Chain, *r)
	r.Chain = h.Chain
}

type sheafKey struct{}

// sheaf holds rows that wait to be written.
type sheaf struct{ rows []Row }

// Gather runs fn and writes the rows of the trail that it leaves behind all at once, numbered and chained; fn must not read the trail.
// For whoever fills a database in batches, alone: see db.Batch, whose context it takes. While another sequencer holds the lease it
// fails.
func (s *Sequencer) Gather(ctx context.Context, fn func(ctx context.Context) error) error {
	var waiting sheaf
	if err := fn(context.WithValue(ctx, sheafKey{}, &waiting)); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		h, ok, err := s.take(ctx, tx)
		if err == nil && !ok {
			err = errors.New("another sequencer numbers the trail")
		}
		if err != nil {
			return err
		}
		rows := waiting.rows
		for i := range rows {
			h.lengthen(s.keys, &rows[i])
		}
		err = tx.InsertMany(ctx, "audit", numberedColumns, len(rows),
			func(i int) []any { return append(rows[i].values(), *rows[i].Seq, rows[i].Chain) }, "")
		if err == nil {
			_, err = moveHead.Run(ctx, tx, h.Seq, h.Chain)
		}
		if err == nil {
			_, err = freeHead.Run(ctx, tx, s.holder)
		}
		return err
	})
}

// link gives the chain value of r behind prev.
func link(keys *seal.Keys, prev []byte, r Row) []byte {
	return keys.MAC("audit", append(field(nil, prev), canonical(r)...))
}

// canonical writes all of a row but its chain value, each field behind its length. It never changes, for old rows must still verify.
func canonical(r Row) []byte {
	var b []byte
	for _, n := range []int64{*r.Seq, int64(r.ID), r.At.UnixMicro(), int64(r.AccountID), int64(r.Region)} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range []string{r.Actor, r.Role, r.Action, r.Object, r.ObjectID, r.Cause, string(r.Detail)} {
		b = field(b, []byte(s))
	}
	return b
}

func field(b, v []byte) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(v))), v...)
}

// Verify walks the whole chain, reports what does not fit with its number, and gives how many numbered rows it has checked and how
// many wait for a number. A chain shows changed, missing, added and moved rows to whoever has the keys; that the newest rows were cut
// off together with audit_head, only a checkpoint kept elsewhere can show.
func Verify(ctx context.Context, tx *db.Tx, keys *seal.Keys, report func(seq int64, what string)) (checked, tail int64, err error) {
	var prev []byte
	var last int64
	err = numbered.Each(ctx, tx, func(r Row) error {
		checked++
		seq := *r.Seq
		switch {
		case seq != last+1:
			report(last+1, fmt.Sprintf("审计第 %d 条到第 %d 条不见了", last+1, seq-1))
		case !hmac.Equal(link(keys, prev, r), r.Chain):
			report(seq, fmt.Sprintf("审计第 %d 条（编号 %d）被改动、插入或换了位置", seq, r.ID))
		}
		prev, last = r.Chain, seq
		return nil
	})
	if err != nil {
		return checked, tail, err
	}
	h, ok, err := db.Found(readHead.One(ctx, tx))
	if err != nil {
		return checked, tail, err
	}
	if ok && h.Seq > last {
		report(last+1, fmt.Sprintf("审计第 %d 条到第 %d 条不见了", last+1, h.Seq))
	} else if last > h.Seq || !bytes.Equal(h.Chain, prev) {
		report(last, fmt.Sprintf("审计第 %d 条不是记下的末条（第 %d 条）", last, h.Seq))
	}
	tail, err = countTail.One(ctx, tx)
	return checked, tail, err
}

// Fits says whether the keys are those that chained the trail: whether its newest row follows from the one before. A trail without
// numbered rows fits any.
func Fits(ctx context.Context, tx *db.Tx, keys *seal.Keys) (bool, error) {
	rows, err := newest.All(ctx, tx)
	if err != nil || len(rows) == 0 {
		return true, err
	}
	var prev []byte
	if len(rows) == 2 {
		prev = rows[1].Chain
	}
	return hmac.Equal(link(keys, prev, rows[0]), rows[0].Chain), nil
}
