// Package log keeps the public log (公开日志): one append-only RFC 6962 tree in which every service record, certificate and transfer of
// minutes or points leaves a leaf each time that it changes. Anybody can keep its signed checkpoints and see later that nothing before
// them was changed, dropped, put between or reordered.
//
// A leaf is a salted commitment to a statement of the fact and says nothing of anybody. The salts stand beside the log; erasing a person
// destroys his, and the log goes on verifying. Facts are taken from the imprints that transactions leave (docs/adr/0016), so none can
// be without a leaf, whoever wrote it, and no writer waits for the log. Tree, checkpoints and proofs have the formats of C2SP
// (tlog-tiles, tlog-checkpoint, tlog-proof); the arithmetic is golang.org/x/mod/sumdb/tlog's.
//
// Nouns: entry, leaf, statement, tile, checkpoint, proof. Verbs: CatchUp, Publish, Verify, Prove; Forget.
package log

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// View is looking at the log, which is everybody's.
const View auth.Perm = "log.view"

// Kinds of facts.
const (
	Record      = "record"
	Certificate = "certificate"
	Transfer    = "transfer"
)

// Objects are the kinds of facts that have leaves.
var Objects = set.New("log_entry.object", set.Row{Record, "服务记录"}, set.Row{Certificate, "证明"}, set.Row{Transfer, "账目往来"})

// Service holds the operations.
type Service struct {
	db   *db.DB
	keys *seal.Keys
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys) *Service { return &Service{db: d, keys: keys} }

// entry is what stands beside a leaf: which fact it commits to, and the salt with which that can be shown.
type entry struct {
	Position int64
	Object   string `db:",once"`
	ObjectID db.ID  `db:",once"`
	Gone     bool   `db:",once"` // the program deleted the fact
	Leaf     []byte `db:",once"`
	Salt     []byte
	Mac      []byte
}

// head is how far the log has come.
type head struct {
	ID   int64
	Size int64
	Seen int64     // the last imprint whose facts have their leaves
	Note string    // the signed checkpoint
	At   time.Time // when it last grew
}

var (
	entries  = db.NewRelation[entry]("log_entry", "position")
	between  = entries.Where("position >= $1 AND position < $2 ORDER BY position")
	beyond   = entries.Where("position >= $1 ORDER BY position LIMIT 100")
	lastOf   = entries.Where("object = $1 AND object_id = $2 ORDER BY position DESC LIMIT 1")
	heads    = db.NewRelation[head]("log_head")
	headNow  = heads.Where("id = 1")
	makeHead = db.SQL(`INSERT INTO log_head (id, size, seen, note, at) VALUES (1, 0, 0, '', $1) ON CONFLICT (id) DO NOTHING`)
	takeHead = heads.Where("id = 1 FOR UPDATE")
)

// commit gives the leaf of a statement: nobody learns anything from it without the salt.
func commit(salt []byte, object string, statement []byte) []byte {
	h := hmac.New(sha256.New, salt)
	h.Write(append([]byte(object), 0))
	h.Write(statement)
	return h.Sum(nil)
}

// macSize is the size of the code under an entry.
const macSize = 16

// mac is the code under an entry: whoever edits one, or moves it to another place, cannot compute it.
func (s *Service) mac(e entry) []byte {
	return s.keys.MAC("log entry", fmt.Appendf(nil, "%d %s %d %t %x %x", e.Position, e.Object, int64(e.ObjectID), e.Gone, e.Leaf,
		e.Salt))[:macSize]
}

// current gives the head of the log; that of an empty one where there is none yet.
func current(ctx context.Context, tx *db.Tx) (head, error) {
	h, _, err := db.Found(headNow.One(ctx, tx))
	return h, err
}
