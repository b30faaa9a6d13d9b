package audit

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/binary"
	"fmt"

	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

// The imprints that transactions leave (see db.Watch) are numbered and chained as the rows of the trail are, by the same sequencer.

const imprintColumns = `SELECT no, id, body, mac, seq, chain FROM imprint`

var (
	anyImprint      = db.Query[int64](`SELECT no FROM imprint WHERE seq IS NULL LIMIT 1`)
	waitingImprints = db.Query[db.Imprint](imprintColumns + ` WHERE seq IS NULL ORDER BY no LIMIT $1`)
	looseImprints   = db.Query[db.Imprint](imprintColumns + ` WHERE seq IS NULL ORDER BY no`)
	chainedImprints = db.Query[db.Imprint](imprintColumns + ` WHERE seq IS NOT NULL ORDER BY seq`)
	chainImprint    = placing("imprint", "no")

	makeImprintHead = db.SQL(`INSERT INTO audit_head (id, holder, until, seq, chain) VALUES (2, '', 0, 0, NULL) ON CONFLICT (id) DO NOTHING`)
	readImprintHead = db.Query[head](`SELECT seq, chain FROM audit_head WHERE id = 2`)
	moveImprintHead = db.SQL(`UPDATE audit_head SET seq = $1, chain = $2 WHERE id = 2`)
)

// chainSize is the length of a chain value of imprints.
const chainSize = 16

// linkImprint gives the chain value of i behind prev.
func linkImprint(keys *seal.Keys, prev []byte, seq int64, i db.Imprint) []byte {
	b := field(nil, prev)
	for _, n := range []int64{seq, i.No, int64(i.ID)} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return keys.MAC("imprints", field(b, i.Mac))[:chainSize]
}

// imprints numbers one batch of imprints and tells its size; the caller holds the lease.
func (s *Sequencer) imprints(ctx context.Context, tx *db.Tx) (int, error) {
	rows, err := waitingImprints.All(ctx, tx, batch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if _, err := makeImprintHead.Run(ctx, tx); err != nil {
		return 0, err
	}
	h, err := readImprintHead.One(ctx, tx)
	if err != nil {
		return 0, err
	}
	links := make([]placed, len(rows))
	for i, r := range rows {
		h.Seq++
		h.Chain = linkImprint(s.keys, h.Chain, h.Seq, r)
		links[i] = placed{r.No, h.Seq, h.Chain}
	}
	if err := place(ctx, tx, chainImprint, links); err != nil {
		return 0, err
	}
	_, err = moveImprintHead.Run(ctx, tx, h.Seq, h.Chain)
	return len(rows), err
}

// VerifyImprints walks the chain of imprints and reports what does not fit.
func VerifyImprints(ctx context.Context, tx *db.Tx, keys *seal.Keys, report func(object, what string)) error {
	var prev []byte
	var last int64
	name := func(seq int64) string { return fmt.Sprintf("imprint %d", seq) }
	err := chainedImprints.Each(ctx, tx, func(i db.Imprint) error {
		switch {
		case *i.Seq != last+1:
			report(name(last+1), fmt.Sprintf("印记第 %d 条到第 %d 条不见了", last+1, *i.Seq-1))
		case !hmac.Equal(linkImprint(keys, prev, *i.Seq, i), i.Chain), !hmac.Equal(i.Code(keys.MAC), i.Mac):
			report(name(*i.Seq), "印记被改动、插入或换了位置")
		}
		prev, last = i.Chain, *i.Seq
		return nil
	})
	if err != nil {
		return err
	}
	h, ok, err := db.Found(readImprintHead.One(ctx, tx))
	switch {
	case err != nil:
		return err
	case ok && h.Seq > last:
		report(name(last+1), fmt.Sprintf("印记第 %d 条到第 %d 条不见了", last+1, h.Seq))
	case last > h.Seq || !bytes.Equal(h.Chain, prev):
		report(name(last), fmt.Sprintf("不是记下的末条（第 %d 条）", h.Seq))
	}
	return looseImprints.Each(ctx, tx, func(i db.Imprint) error {
		if !hmac.Equal(i.Code(keys.MAC), i.Mac) {
			report(fmt.Sprintf("imprint no %d", i.No), "还没有编号的印记不是程序写的")
		}
		return nil
	})
}
