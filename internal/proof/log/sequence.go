package log

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"slices"

	"linli/internal/platform/db"
	"linli/internal/platform/imprint"
)

// perStep is how many imprints are looked through in one transaction, so that SQLite's writer is never held for long.
const perStep = 200

// saltSize is the size of a salt.
const saltSize = 32

var (
	anyNew = db.Query[int64](`SELECT seq FROM imprint WHERE seq > COALESCE((SELECT seen FROM log_head WHERE id = 1), 0) LIMIT 1`)
	newest = db.Query[mark](`SELECT seq, body FROM imprint WHERE seq > $1 ORDER BY seq LIMIT $2`)
)

// mark is an imprint as the log reads it.
type mark struct {
	Seq  int64
	Body []byte
}

// ref names a fact.
type ref struct {
	kind int
	id   db.ID
}

// CatchUp gives every fact that was written so far its leaf. Any number of processes may call it: the lock on the head lets one work at
// a time, and what was not given its leaf when a process ended the next one gives it.
func (s *Service) CatchUp(ctx context.Context) error {
	for {
		waits := false
		if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			_, waits, err = db.Found(anyNew.One(ctx, tx))
			return err
		}); err != nil || !waits {
			return err
		}
		if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.step(ctx, tx) }); err != nil {
			return err
		}
	}
}

// step goes on by some imprints.
func (s *Service) step(ctx context.Context, tx *db.Tx) error {
	if _, err := makeHead.Run(ctx, tx, tx.Now); err != nil {
		return err
	}
	h, err := takeHead.One(ctx, tx)
	if err != nil {
		return err
	}
	marks, err := newest.All(ctx, tx, h.Seen, perStep)
	if err != nil || len(marks) == 0 {
		return err
	}
	refs, err := touched(marks)
	if err != nil {
		return err
	}
	fresh, err := s.fresh(ctx, tx, refs)
	if err != nil {
		return err
	}
	h.Seen = marks[len(marks)-1].Seq
	if len(fresh) > 0 {
		if err := s.grow(ctx, tx, &h, fresh); err != nil {
			return err
		}
	}
	return heads.Update(ctx, tx, &h)
}

// touched gives the facts that imprints name, each once, in the order in which they were first written.
func touched(marks []mark) (out []ref, err error) {
	seen := map[ref]bool{}
	for _, m := range marks {
		if err := imprint.Each(m.Body, func(table, key string, _ imprint.Digest) {
			i := slices.IndexFunc(kinds, func(k kind) bool { return k.table == table })
			if i < 0 || len(key) != 9 {
				return
			}
			r := ref{i, db.ID(binary.BigEndian.Uint64([]byte(key[1:])))}
			if !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// fresh gives the entries that are due for facts: for each that the log has not said as it stands, and each that is gone.
func (s *Service) fresh(ctx context.Context, tx *db.Tx, refs []ref) (out []entry, err error) {
	stands := map[ref]fact{}
	for i, k := range kinds {
		var ids []db.ID
		for _, r := range refs {
			if r.kind == i {
				ids = append(ids, r.id)
			}
		}
		for part := range slices.Chunk(ids, 500) {
			facts, err := k.some(ctx, tx, part)
			if err != nil {
				return nil, err
			}
			for _, f := range facts {
				stands[ref{i, f.id}] = f
			}
		}
	}
	for _, r := range refs {
		name := kinds[r.kind].name
		f, there := stands[r]
		if !there {
			e, known, err := db.Found(lastOf.One(ctx, tx, name, r.id))
			if err != nil {
				return nil, err
			}
			if known && !e.Gone {
				out = append(out, deleted(name, r.id))
			}
			continue
		}
		if f.Leaf == nil || f.Salt == nil || !f.agrees(name) {
			out = append(out, made(name, f))
		}
	}
	return out, nil
}

// made is the entry of a fact as it stands. Of whom was erased no salt is kept.
func made(name string, f fact) entry {
	salt := newSalt()
	e := entry{Object: name, ObjectID: f.id, Leaf: commit(salt, name, f.statement), Salt: salt}
	if f.Erased {
		e.Salt = nil
	}
	return e
}

// deleted is the entry of a fact that the program took out.
func deleted(name string, id db.ID) entry {
	statement, err := json.Marshal(deletion{id, true})
	if err != nil {
		panic(err) // numbers always marshal
	}
	salt := newSalt()
	return entry{Object: name, ObjectID: id, Gone: true, Leaf: commit(salt, name, statement), Salt: salt}
}

func newSalt() []byte {
	b := make([]byte, saltSize)
	rand.Read(b) // never fails
	return b
}

// grow puts entries at the end of the tree and signs it.
func (s *Service) grow(ctx context.Context, tx *db.Tx, h *head, fresh []entry) error {
	t := newTree(ctx, tx, h.Size)
	for i := range fresh {
		e := &fresh[i]
		e.Position = t.size
		e.Mac = s.mac(*e)
		if err := t.add(e.Leaf); err != nil {
			return err
		}
	}
	if err := entries.InsertAll(ctx, tx, fresh); err != nil {
		return err
	}
	if err := t.save(ctx, tx, h.Size); err != nil {
		return err
	}
	now, err := t.at(t.size)
	if err != nil {
		return err
	}
	h.Size, h.At = t.size, tx.Now
	h.Note, err = s.sign(now)
	return err
}

// Forget destroys the salts of what is about a person who is erased: what his leaves commit to can be shown to nobody any more, and the
// log verifies as before.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, person db.ID, _ string) error {
	for _, k := range kinds {
		rows, err := k.salted.All(ctx, tx, person)
		if err != nil {
			return err
		}
		for _, e := range rows {
			e.Salt = nil
			e.Mac = s.mac(e)
			if err := entries.Update(ctx, tx, &e); err != nil {
				return err
			}
		}
	}
	return nil
}
