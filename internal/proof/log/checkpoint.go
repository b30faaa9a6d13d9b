package log

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

// A checkpoint is a note that the installation's key signed (tlog-checkpoint): the origin, how many leaves there are, and the root over
// them.

// CheckpointFile is the name of the newest checkpoint in a folder. One that the log no longer extends is kept beside it, under a name
// that begins alike.
const CheckpointFile = "log.checkpoint"

const keptFiles = "log*.checkpoint"

// treeName stands in tlog's own format where a checkpoint has the origin.
const treeName = "go.sum database tree"

// origin names the log, the same for the life of the installation's keys.
func (s *Service) origin() string {
	return "linli/log/" + hex.EncodeToString(s.keys.MAC("log", []byte("origin"))[:8])
}

// signer signs notes with the active key.
type signer struct {
	seal.Signer
	note.Verifier
}

// Name is the origin.
func (g signer) Name() string { return g.Verifier.Name() }

// Sign gives the signature of a note.
func (g signer) Sign(msg []byte) ([]byte, error) { return g.Signer.Sign(msg), nil }

// Keys gives the public keys of the log, the newest first, as C2SP writes them: for whoever checks a checkpoint.
func (s *Service) Keys() (out []string, err error) {
	for _, k := range s.keys.List() {
		public, err := base64.StdEncoding.DecodeString(k.Public)
		if err != nil {
			return nil, err
		}
		v, err := note.NewEd25519VerifierKey(s.origin(), public)
		if err != nil {
			return nil, err
		}
		out = append([]string{v}, out...)
	}
	return out, nil
}

func (s *Service) verifiers() ([]note.Verifier, error) {
	names, err := s.Keys()
	out := make([]note.Verifier, len(names))
	for i, name := range names {
		if out[i], err = note.NewVerifier(name); err != nil {
			return nil, err
		}
	}
	return out, err
}

// sign gives the signed checkpoint of a tree.
func (s *Service) sign(t tlog.Tree) (string, error) {
	known, err := s.verifiers()
	if err != nil {
		return "", err
	}
	text := s.origin() + strings.TrimPrefix(string(tlog.FormatTree(t)), treeName)
	signed, err := note.Sign(&note.Note{Text: text}, signer{s.keys.Signer(), known[0]})
	return string(signed), err
}

// open reads a checkpoint; what none of the installation's keys signed for this log is an error.
func (s *Service) open(text []byte) (tlog.Tree, error) {
	known, err := s.verifiers()
	if err != nil {
		return tlog.Tree{}, err
	}
	n, err := note.Open(text, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, err
	}
	rest, ok := strings.CutPrefix(n.Text, s.origin()+"\n")
	if !ok {
		return tlog.Tree{}, errors.New("it is of another log")
	}
	return tlog.ParseTree([]byte(treeName + "\n" + rest))
}

// read reads a checkpoint from a file.
func (s *Service) read(path string) (tlog.Tree, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	t, err := s.open(text)
	if err != nil {
		err = fmt.Errorf("公开日志的检查点 %s 核对不上：不是这里的密钥为这份日志签的", filepath.Base(path))
	}
	return t, err
}

// lacks says in words what the log lacks of an older checkpoint; "" where it extends it.
func lacks(ctx context.Context, tx *db.Tx, was tlog.Tree) (string, error) {
	h, err := current(ctx, tx)
	if err != nil || was.N == 0 {
		return "", err
	}
	if h.Size < was.N {
		return fmt.Sprintf("检查点记下公开日志有 %d 条，现在只有 %d 条：末尾被截去，或数据库被换回更早的样子", was.N, h.Size), nil
	}
	now, err := newTree(ctx, tx, h.Size).at(was.N)
	if err != nil || now.Hash != was.Hash {
		return fmt.Sprintf("公开日志的前 %d 条和检查点记下的不同：被改写、换了次序，或重新做过", was.N), nil
	}
	return "", nil
}

// Publish writes the newest checkpoint into a folder. One there that the log does not extend is kept under another name, and lost says
// what is missing.
func (s *Service) Publish(ctx context.Context, dir string) (lost string, err error) {
	path := filepath.Join(dir, CheckpointFile)
	was, err := s.read(path)
	none := errors.Is(err, fs.ErrNotExist)
	if err != nil && !none {
		lost = err.Error()
	}
	var h head
	if err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if h, err = current(ctx, tx); err == nil && lost == "" {
			lost, err = lacks(ctx, tx, was)
		}
		return err
	}); err != nil {
		return "", err
	}
	if lost == "" && h.Size == was.N {
		return "", nil
	}
	if lost != "" {
		if err := os.Rename(path, filepath.Join(dir, fmt.Sprintf("log-%d.checkpoint", time.Now().UnixMilli()))); err != nil {
			return lost, err
		}
	}
	if h.Note == "" {
		return lost, nil
	}
	return lost, audit.WriteFile(path, []byte(h.Note))
}

// VerifyFiles reports what the log lacks of any checkpoint in a folder. A folder without any says nothing.
func (s *Service) VerifyFiles(ctx context.Context, tx *db.Tx, dir string, report func(object, what string)) error {
	files, err := filepath.Glob(filepath.Join(dir, keptFiles))
	if err != nil {
		return err
	}
	for _, path := range files {
		if err := s.VerifyFile(ctx, tx, path, report); err != nil {
			return err
		}
	}
	return nil
}

// VerifyFile reports what the log lacks of the checkpoint in a file.
func (s *Service) VerifyFile(ctx context.Context, tx *db.Tx, path string, report func(object, what string)) error {
	was, err := s.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	what := ""
	if err != nil {
		what = err.Error()
	} else if what, err = lacks(ctx, tx, was); err != nil {
		return err
	}
	if what != "" {
		report(filepath.Base(path), what)
	}
	return nil
}
