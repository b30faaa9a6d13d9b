package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

// Checkpoint says, outside of the database, how far the trail and the imprints had come: whoever cuts off their ends, or sets the whole
// database back, cannot change what was said here before.
type Checkpoint struct {
	At        time.Time `json:"at"`
	Trail     End       `json:"trail"`
	Imprints  End       `json:"imprints"`
	KeyID     string    `json:"key_id"`
	Signature []byte    `json:"signature"`
}

// End is the last link of a chain; its number is how many there are.
type End struct {
	Seq   int64  `json:"seq"`
	Chain []byte `json:"chain"`
}

// CheckpointFile is the name of the newest checkpoint in a folder. One that the database no longer fits is kept beside it, under a name
// that begins alike.
const CheckpointFile = "checkpoint.json"

const keptFiles = "checkpoint*.json"

func (c Checkpoint) statement() []byte {
	c.Signature = nil
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // numbers and bytes always marshal
	}
	return b
}

// readCheckpoint reads a file; what is not signed by these keys is an error.
func readCheckpoint(path string, keys *seal.Keys) (c Checkpoint, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return c, err
	}
	if json.Unmarshal(text, &c) != nil || !keys.Verify(c.KeyID, c.statement(), c.Signature) {
		return c, fmt.Errorf("检查点 %s 的签名核对不上", path)
	}
	return c, nil
}

// write puts the checkpoint into a folder, at once or not at all.
func (c Checkpoint) write(dir string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(filepath.Join(dir, CheckpointFile), append(text, '\n'))
}

// WriteFile puts a file that its owner alone may read into its place, at once or not at all.
func WriteFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".checkpoint-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

var (
	trailAt   = db.Query[[]byte](`SELECT chain FROM audit WHERE seq = $1`)
	imprintAt = db.Query[[]byte](`SELECT chain FROM imprint WHERE seq = $1`)
)

// lost says in words what a database lacks of a checkpoint; "" where it has all of it. The number is the first that it may lack.
func (c Checkpoint) lost(ctx context.Context, tx *db.Tx) (what string, err error) {
	for _, x := range []struct {
		word string
		end  End
		at   *db.Rows[[]byte]
	}{{"审计", c.Trail, trailAt}, {"印记", c.Imprints, imprintAt}} {
		if x.end.Seq == 0 {
			continue
		}
		chain, ok, err := db.Found(x.at.One(ctx, tx, x.end.Seq))
		if err != nil {
			return "", err
		}
		when := c.At.UTC().Format(time.RFC3339)
		switch {
		case !ok:
			return fmt.Sprintf("%s的检查点记下有 %d 条%s，现在没有这么多：末尾被截去，或数据库被换回更早的样子", when, x.end.Seq, x.word), nil
		case !bytes.Equal(chain, x.end.Chain):
			return fmt.Sprintf("%s的检查点记下的第 %d 条%s和现在的不同：截去以后又写过，或被改写", when, x.end.Seq, x.word), nil
		}
	}
	return "", nil
}

// VerifyCheckpoints compares the database with every checkpoint in a folder, and reports what it lacks. A folder without any says
// nothing.
func VerifyCheckpoints(ctx context.Context, tx *db.Tx, keys *seal.Keys, dir string, report func(object, what string)) error {
	files, err := filepath.Glob(filepath.Join(dir, keptFiles))
	if err != nil {
		return err
	}
	for _, path := range files {
		c, err := readCheckpoint(path, keys)
		if err != nil {
			report(filepath.Base(path), err.Error())
			continue
		}
		what, err := c.lost(ctx, tx)
		if err != nil {
			return err
		}
		if what != "" {
			report(filepath.Base(path), what)
		}
	}
	return nil
}

// Had says whether the checkpoint of a folder tells of a trail.
func Had(dir string, keys *seal.Keys) (bool, error) {
	c, err := readCheckpoint(filepath.Join(dir, CheckpointFile), keys)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return c.Trail.Seq > 0, err
}

// ErrEmptied says that a database has no trail at all, while a checkpoint says that it had one.
var ErrEmptied = errors.New("数据库里没有审计，而 " + CheckpointFile + " 记下曾经有：数据库被清空了，或不是原来的那个。请检查 --db；" +
	"确实要重新开始，先把它移走")

// Publish writes the checkpoint of the database as it stands into a folder. One there that the database lacks is kept under another name,
// and lost says what is missing; of a database that was emptied nothing is written.
func Publish(ctx context.Context, d *db.DB, keys *seal.Keys, dir string) (lost string, err error) {
	path := filepath.Join(dir, CheckpointFile)
	was, err := readCheckpoint(path, keys)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		lost = err.Error()
	}
	signer := keys.Signer()
	now := Checkpoint{At: time.Now().UTC().Truncate(time.Second), KeyID: signer.ID()}
	if err := d.Read(ctx, func(tx *db.Tx) (err error) {
		if lost == "" {
			if lost, err = was.lost(ctx, tx); err != nil {
				return err
			}
		}
		for _, x := range []struct {
			end  *End
			read *db.Rows[head]
		}{{&now.Trail, readHead}, {&now.Imprints, readImprintHead}} {
			h, _, err := db.Found(x.read.One(ctx, tx))
			if err != nil {
				return err
			}
			*x.end = End(h)
		}
		return nil
	}); err != nil {
		return "", err
	}
	switch {
	case now.Trail.Seq == 0 && was.Trail.Seq > 0:
		return lost, ErrEmptied
	case lost == "" && now.Trail.Seq == was.Trail.Seq && now.Imprints.Seq == was.Imprints.Seq:
		return "", nil
	case lost != "":
		if err := os.Rename(path, filepath.Join(dir, fmt.Sprintf("checkpoint-%d.json", time.Now().UnixMilli()))); err != nil {
			return lost, err
		}
	}
	now.Signature = signer.Sign(now.statement())
	return lost, now.write(dir)
}
