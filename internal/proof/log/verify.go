package log

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"linli/internal/platform/db"
)

// width is how many hashes a whole tile has.
const width = 1 << height

// unseen are imprints whose facts have no leaves yet.
var unseen = db.Query[[]byte](`SELECT body FROM imprint WHERE seq IS NULL OR seq > $1`)

// Verify compares database and log both ways and reports what was changed, dropped, put between or reordered, by name: each entry with
// the code under it and its leaf in the tree, the tiles with one another, the root with the signed checkpoint, and each fact with the
// last word of the log. What was written in the last moment and has no leaf yet is no finding.
func (s *Service) Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	h, err := current(ctx, tx)
	if err != nil {
		return err
	}
	for no := int64(0); no*width < h.Size; no++ {
		if err := s.entries(ctx, tx, no, min(width, h.Size-no*width), report); err != nil {
			return err
		}
	}
	more, err := beyond.All(ctx, tx, h.Size)
	if err != nil {
		return err
	}
	for _, e := range more {
		report(s.named(e), fmt.Sprintf("日志里多出第 %d 条，检查点没有签过", e.Position))
	}
	if err := s.tiles(ctx, tx, h.Size, report); err != nil {
		return err
	}
	if err := s.root(ctx, tx, h, report); err != nil {
		return err
	}
	return s.facts(ctx, tx, h, report)
}

// named gives the fact of an entry as the other checks call it.
func (s *Service) named(e entry) string {
	for _, k := range kinds {
		if k.name == e.Object {
			return k.table + " " + e.ObjectID.String()
		}
	}
	return e.Object + " " + e.ObjectID.String()
}

// entries checks the entries under one tile of leaves, of which there are n.
func (s *Service) entries(ctx context.Context, tx *db.Tx, no, n int64, report func(object, what string)) error {
	rows, err := between.All(ctx, tx, no*width, no*width+n)
	if err != nil {
		return err
	}
	leaves, _, err := db.Found(tileAt.One(ctx, tx, 0, no))
	if err != nil {
		return err
	}
	if int64(len(leaves.Hashes)) != n*tlog.HashSize {
		report(tileName(0, no), "日志的树少了一块，或宽度不对")
		leaves.Hashes = nil
	}
	for i := range n {
		position := no*width + i
		if len(rows) == 0 || rows[0].Position != position {
			report(fmt.Sprintf("log_entry %d", position), fmt.Sprintf("日志第 %d 条不见了", position))
			continue
		}
		e := rows[0]
		rows = rows[1:]
		hash := tlog.RecordHash(e.Leaf)
		switch {
		case !hmac.Equal(s.mac(e), e.Mac):
			report(s.named(e), fmt.Sprintf("日志第 %d 条被改动、插入或换了位置", position))
		case leaves.Hashes != nil && string(hash[:]) != string(leaves.Hashes[i*tlog.HashSize:(i+1)*tlog.HashSize]):
			report(s.named(e), fmt.Sprintf("日志第 %d 条和树上的叶不同", position))
		}
	}
	return nil
}

func tileName(level, no int64) string { return fmt.Sprintf("log_tile %d/%d", level, no) }

// tiles checks that every tile above the leaves follows from those below, and that there are no others.
func (s *Service) tiles(ctx context.Context, tx *db.Tx, size int64, report func(object, what string)) error {
	want := int64(0)
	for level, n := int64(0), size; n > 0; level, n = level+1, n>>height {
		want += (n + width - 1) / width
		if level == 0 {
			continue
		}
		for no := int64(0); no*width < n; no++ {
			t := newTree(ctx, tx, size)
			got, err := t.tile(level, no)
			if err != nil {
				return err
			}
			ok := int64(len(got)) == min(width, n-no*width)*tlog.HashSize
			for i := int64(0); ok && i < int64(len(got))/tlog.HashSize; i++ {
				below, err := t.over(level-1, no*width+i)
				if err != nil {
					return err
				}
				ok = string(below) == string(got[i*tlog.HashSize:(i+1)*tlog.HashSize])
			}
			if !ok {
				report(tileName(level, no), "日志的树有一块和下面的叶不符")
			}
		}
	}
	if got, err := countTiles.One(ctx, tx); err != nil || got == want {
		return err
	}
	report("log_tile", "日志的树多出或少了几块")
	return nil
}

// over is the hash over a whole tile; nil where the tile is not whole.
func (t *tree) over(level, no int64) ([]byte, error) {
	data, err := t.tile(level, no)
	if err != nil || len(data) != width*tlog.HashSize {
		return nil, err
	}
	var halves [2]tlog.Hash
	whole := tlog.Tile{H: height, L: int(level), N: no, W: width}
	for i := range halves {
		if halves[i], err = tlog.HashFromTile(whole, data, tlog.StoredHashIndex(height*int(level)+height-1, 2*no+int64(i))); err != nil {
			return nil, err
		}
	}
	h := tlog.NodeHash(halves[0], halves[1])
	return h[:], nil
}

// root checks that the tree is the one that was signed.
func (s *Service) root(ctx context.Context, tx *db.Tx, h head, report func(object, what string)) error {
	if h.Size == 0 && h.Note == "" {
		return nil
	}
	signed, err := s.open([]byte(h.Note))
	if err != nil {
		report("log_head 1", "日志的检查点不是这里的密钥签的")
		return nil
	}
	now, err := newTree(ctx, tx, h.Size).at(h.Size)
	if err != nil || now != signed {
		report("log_head 1", fmt.Sprintf("日志现在的 %d 条和签过的检查点（%d 条）不同", h.Size, signed.N))
	}
	return nil
}

// facts compares each fact with the last word of the log.
func (s *Service) facts(ctx context.Context, tx *db.Tx, h head, report func(object, what string)) error {
	waits := map[ref]bool{}
	if err := unseen.Each(ctx, tx, func(body []byte) error {
		refs, err := touched([]mark{{Body: body}})
		for _, r := range refs {
			waits[r] = true
		}
		return err
	}, h.Seen); err != nil {
		return err
	}
	var faults []error
	for i, k := range kinds {
		tell := func(id db.ID, what string) {
			if !waits[ref{i, id}] {
				report(k.table+" "+id.String(), what)
			}
		}
		faults = append(faults, k.each(ctx, tx, func(f fact) error {
			switch {
			case f.Leaf == nil:
				tell(f.id, "公开日志里没有，不是程序写的")
			case !f.agrees(k.name):
				tell(f.id, "和公开日志记下的不同")
			}
			return nil
		}), k.lost.Each(ctx, tx, func(id db.ID) error {
			tell(id, "公开日志里有，现在不见了")
			return nil
		}))
	}
	return errors.Join(faults...)
}
