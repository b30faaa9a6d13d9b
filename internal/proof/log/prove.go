package log

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Nothing is the input of what takes none.
type Nothing struct{}

// Overview is what the public page says of the log.
type Overview struct {
	Size int64     `json:"size"`
	At   time.Time `json:"at"`
	Note string    `json:"checkpoint"`
	Keys []string  `json:"keys"`
}

// Overview gives how far the log has come, and what a visitor needs to check it.
func (s *Service) Overview(ctx context.Context, _ Nothing) (Overview, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Overview, err error) {
		h, err := current(ctx, tx)
		if err != nil {
			return out, err
		}
		out.Size, out.At, out.Note = h.Size, h.At, h.Note
		out.Keys, err = s.Keys()
		return out, err
	})
}

const plainText = "text/plain; charset=utf-8"

// Checkpoint gives the newest signed checkpoint, that of an empty tree before the first leaf.
func (s *Service) Checkpoint(ctx context.Context, _ Nothing) (blob.File, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (blob.File, error) {
		h, err := current(ctx, tx)
		if err == nil && h.Note == "" {
			var none tlog.Tree
			if none.Hash, err = tlog.TreeHash(0, nil); err == nil {
				h.Note, err = s.sign(none)
			}
		}
		return blob.File{Name: "checkpoint", Type: plainText, Body: []byte(h.Note), Show: true}, err
	})
}

// TileInput names a tile as C2SP's tlog-tiles does: level and number, or entries and number, and how much of one that still grows.
type TileInput struct {
	Path string `path:"path" maxLength:"80"`
}

// Tile gives hashes of the tree, or the leaves under them. What was given once never changes.
func (s *Service) Tile(ctx context.Context, in TileInput) (blob.File, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out blob.File, err error) {
		at, err := tilePath(in.Path)
		if err != nil {
			return out, errs.ErrNotFound
		}
		out = blob.File{Name: "tile", Type: "application/octet-stream", Show: true, Keep: true}
		if at.L < 0 {
			out.Body, err = bundle(ctx, tx, at)
			return out, err
		}
		t, there, err := db.Found(tileAt.One(ctx, tx, int64(at.L), at.N))
		if err == nil && (!there || len(t.Hashes) < at.W*tlog.HashSize) {
			err = errs.ErrNotFound
		}
		if err == nil {
			out.Body = t.Hashes[:at.W*tlog.HashSize]
		}
		return out, err
	})
}

// bundle gives leaves, each behind its length.
func bundle(ctx context.Context, tx *db.Tx, at tlog.Tile) (out []byte, err error) {
	if at.N >= math.MaxInt64/width {
		return nil, errs.ErrNotFound
	}
	rows, err := between.All(ctx, tx, at.N*width, at.N*width+int64(at.W))
	if err == nil && len(rows) < at.W {
		err = errs.ErrNotFound
	}
	for _, e := range rows {
		out = append(binary.BigEndian.AppendUint16(out, uint16(len(e.Leaf))), e.Leaf...)
	}
	return out, err
}

// ProofInput names a leaf by its place.
type ProofInput struct {
	Leaf int64 `query:"leaf" minimum:"0"`
}

// Proof gives a tlog-proof: that a leaf stands in the log, against the newest checkpoint.
func (s *Service) Proof(ctx context.Context, in ProofInput) (blob.File, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out blob.File, err error) {
		out = blob.File{Name: strconv.FormatInt(in.Leaf, 10) + ".tlog-proof", Type: plainText}
		out.Body, err = s.prove(ctx, tx, in.Leaf, nil)
		return out, err
	})
}

// prove writes a tlog-proof; extra is for who has to find the leaf again, and authenticates nothing.
func (s *Service) prove(ctx context.Context, tx *db.Tx, n int64, extra []byte) ([]byte, error) {
	h, err := current(ctx, tx)
	if err == nil && n >= h.Size {
		err = errs.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	hashes, err := tlog.ProveRecord(h.Size, n, newTree(ctx, tx, h.Size))
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	b.WriteString("c2sp.org/tlog-proof@v1\n")
	if extra != nil {
		b.WriteString("extra " + base64.StdEncoding.EncodeToString(extra) + "\n")
	}
	fmt.Fprintf(&b, "index %d\n", n)
	for _, x := range hashes {
		b.WriteString(x.String() + "\n")
	}
	b.WriteString("\n" + h.Note)
	return []byte(b.String()), nil
}

// Leaf is the last word of the log on one fact. With salt and statement its leaf can be computed again: HMAC-SHA256 under the salt over
// the object, a zero byte and the statement.
type Leaf struct {
	Object    string `json:"object"`
	Position  int64  `json:"leaf" doc:"日志里第几条，从 0 数起"`
	Size      int64  `json:"size" doc:"现在的日志有几条"`
	Salt      string `json:"salt,omitempty" doc:"base64；本人注销以后没有"`
	Statement string `json:"statement,omitempty" doc:"这一条承诺的原文"`
	Holds     bool   `json:"holds" doc:"和数据库里现在的内容一致"`
}

// Of gives the last word of the log on a fact; there is false where it has said nothing yet.
func Of(ctx context.Context, tx *db.Tx, object string, id db.ID) (out Leaf, there bool, err error) {
	e, there, err := db.Found(lastOf.One(ctx, tx, object, id))
	if err != nil || !there {
		return out, there, err
	}
	h, err := current(ctx, tx)
	if err != nil {
		return out, false, err
	}
	out = Leaf{Object: object + "/" + id.String(), Position: e.Position, Size: h.Size}
	for _, k := range kinds {
		if k.name != object {
			continue
		}
		facts, err := k.some(ctx, tx, []db.ID{id})
		if err != nil {
			return out, false, err
		}
		if len(facts) == 1 && !e.Gone && facts[0].agrees(object) {
			out.Holds = true
			if e.Salt != nil {
				out.Salt, out.Statement = base64.StdEncoding.EncodeToString(e.Salt), string(facts[0].statement)
			}
		}
	}
	return out, true, nil
}

// byCode finds a certificate by the code on it, which opens it to everybody.
var byCode = db.Query[db.ID](`SELECT id FROM certificate WHERE code = $1`)

// LeafInput names a fact.
type LeafInput struct {
	Object string `query:"object" maxLength:"80" format:"any-text" doc:"certificate/查询码"`
}

// errNoLeaf answers who asks for what the log does not know.
var errNoLeaf = errs.Field("object", "公开日志里没有；写成 certificate/查询码，刚开具的等一秒再查")

// Leaf gives the last word of the log on a certificate, to whoever has its code.
func (s *Service) Leaf(ctx context.Context, in LeafInput) (Leaf, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Leaf, error) {
		kind, code, _ := strings.Cut(in.Object, "/")
		id, there, err := db.Found(byCode.One(ctx, tx, spelling.Code(code)))
		if err == nil && (!there || kind != Certificate) {
			err = errNoLeaf
		}
		if err != nil {
			return Leaf{}, err
		}
		out, there, err := Of(ctx, tx, Certificate, id)
		if err == nil && !there {
			err = errNoLeaf
		}
		out.Object = in.Object
		return out, err
	})
}

// Prove gives the proof of a fact, named as kind/id, with what is needed to compute its leaf: for the console.
func (s *Service) Prove(ctx context.Context, object string) (out []byte, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return nil, err
	}
	name, text, _ := strings.Cut(object, "/")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || Objects.Word(name) == "" {
		return nil, errs.Field("object", "写成 record/编号、certificate/编号 或 transfer/编号")
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		l, there, err := Of(ctx, tx, name, db.ID(id))
		if err == nil && !there {
			err = errs.ErrNotFound
		}
		if err != nil {
			return err
		}
		extra, err := json.Marshal(l)
		if err == nil {
			out, err = s.prove(ctx, tx, l.Position, extra)
		}
		return err
	})
	return out, err
}
