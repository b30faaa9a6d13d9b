// Package blob keeps uploaded files: the content in a folder under its SHA-256, a row per upload in the database. A file is on the
// disk, synced, before the transaction of its row commits; a file without a row is swept a day later.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Store is the folder and the table.
type Store struct {
	db  *db.DB
	dir string
}

// New gives the store over dir, which is made when the first file comes.
func New(d *db.DB, dir string) *Store { return &Store{db: d, dir: dir} }

// Owner is the row that a file belongs to: Kind is its table, Region where it lies.
type Owner struct {
	Kind   string
	ID     db.ID
	Region auth.Region
}

// Meta is what is known of a file.
type Meta struct {
	ID        db.ID       `json:"id"`
	SHA256    string      `json:"sha256" db:"sha256"` // of what is kept, in hex
	Size      int64       `json:"size"`               // bytes
	Type      string      `json:"type"`
	Name      string      `json:"name"`
	Region    auth.Region `json:"region"`
	OwnerKind string      `json:"owner_kind"`
	OwnerID   db.ID       `json:"owner_id"`
	MadeAt    time.Time   `json:"made_at"`
	MadeBy    db.ID       `json:"made_by"`
}

// PutImage keeps a JPEG, PNG or WebP image, cleaned (see Clean); anything else is Unsupported, too much is TooLarge.
func (s *Store) PutImage(ctx context.Context, tx *db.Tx, up Upload, o Owner) (id db.ID, err error) {
	if up, err = Clean(up); err != nil {
		return 0, err
	}
	return s.put(ctx, tx, up, o)
}

// Put keeps an image as PutImage does, or a PDF.
func (s *Store) Put(ctx context.Context, tx *db.Tx, up Upload, o Owner) (id db.ID, err error) {
	if strings.HasPrefix(string(up.Data[:min(len(up.Data), 5)]), "%PDF-") {
		if up, err = checkPDF(up); err != nil {
			return 0, err
		}
	}
	return s.PutImage(ctx, tx, up, o)
}

func (s *Store) put(ctx context.Context, tx *db.Tx, up Upload, o Owner) (db.ID, error) {
	sum := sha256.Sum256(up.Data)
	m := Meta{ID: tx.NewID(), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(up.Data)), Type: up.clean, Name: up.Name, Region: o.Region,
		OwnerKind: o.Kind, OwnerID: o.ID, MadeAt: tx.Now, MadeBy: auth.From(ctx).Account}
	if err := s.write(m.SHA256, up.Data); err != nil {
		return 0, errors.Join(errs.New(errs.Unavailable, "unavailable", "文件暂时存不下，请稍后再试"), err)
	}
	return m.ID, add(ctx, tx, m)
}

// Get gives what is known of a file, or NotFound. Who may see it is for the area of its owner to say.
func (s *Store) Get(ctx context.Context, tx *db.Tx, id db.ID) (Meta, error) {
	m, ok, err := db.Found(byID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return m, err
}

// Of lists the files of one owner, oldest first.
func (s *Store) Of(ctx context.Context, tx *db.Tx, kind string, id db.ID) ([]Meta, error) {
	return byOwner.All(ctx, tx, kind, id)
}

// Delete forgets an upload; its content goes with the next sweep, unless another row has it.
func (s *Store) Delete(ctx context.Context, tx *db.Tx, id db.ID) error {
	n, err := remove.Run(ctx, tx, id)
	if err == nil && n == 0 {
		err = errs.ErrNotFound
	}
	return err
}

// Open opens the content for reading.
func (s *Store) Open(m Meta) (*os.File, error) { return os.Open(s.path(m.SHA256)) }

// File is a file as it is given out: stored, printed or written for the occasion.
type File struct {
	Name string // as the person will find it
	Type string // media type
	Body []byte
	Show bool // open in the browser instead of saving
	// Keep says that the browser that has it need not ask again: under this address it never changes. No cache between keeps it, so that
	// what is taken off is gone.
	Keep bool
	// Tag names this content: a browser that has it asks each time whether it still stands, and gets it only if it is another.
	Tag string
	// Stream writes what is too long to be held; then Body is empty.
	Stream func(w io.Writer) error
}

// Send writes the content, its length before it where it is known. Only a stream that ends before its end is a fault.
func (f File) Send(w io.Writer, set func(name, value string)) error {
	if f.Stream != nil {
		return f.Stream(w)
	}
	set("Content-Length", fmt.Sprint(len(f.Body)))
	_, _ = w.Write(f.Body) // whoever asked is gone
	return nil
}

// File gives a stored file, to be looked at.
func (s *Store) File(m Meta) (File, error) {
	body, err := s.Read(m)
	return File{Name: m.Name, Type: m.Type, Body: body, Show: true}, err
}

// Read gives the whole content, and an error if the disk has changed it.
func (s *Store) Read(m Meta) ([]byte, error) {
	data, err := os.ReadFile(s.path(m.SHA256))
	if err == nil && fmt.Sprintf("%x", sha256.Sum256(data)) != m.SHA256 {
		err = fmt.Errorf("blob %d: content on the disk has changed", m.ID)
	}
	return data, err
}

// Verify reports each row whose content is gone or changed.
func (s *Store) Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return all.Each(ctx, tx, func(m Meta) error {
		if _, err := s.Read(m); err != nil {
			report("blob "+m.ID.String(), "文件内容丢失或被改动")
		}
		return nil
	})
}

func (s *Store) path(sum string) string { return filepath.Join(s.dir, sum[:2], sum[2:4], sum) }

// write puts the content into its place, synced with its folder. A file that is there already is made young again, so that the sweep
// leaves it.
func (s *Store) write(sum string, data []byte) error {
	unlock, err := s.lock(syscall.LOCK_SH)
	if err != nil {
		return err
	}
	defer unlock()
	at := s.path(sum)
	if info, err := os.Stat(at); err == nil && info.Size() == int64(len(data)) {
		now := time.Now()
		return os.Chtimes(at, now, now)
	}
	dir := filepath.Dir(at)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), at); err != nil {
		return err
	}
	return errors.Join(syncDir(dir), syncDir(filepath.Dir(dir)), syncDir(s.dir))
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// lock keeps writers and the sweep of all processes apart.
func (s *Store) lock(how int) (unlock func() error, err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(s.dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}

// grace is how long a file may wait for its row: longer than any transaction.
const grace = 24 * time.Hour

// Sweep removes files without a row, left by transactions that were rolled back or by Delete.
func (s *Store) Sweep(ctx context.Context) error {
	err := filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if info, err := e.Info(); err != nil || time.Since(info.ModTime()) < grace {
			return err
		}
		return s.db.Read(ctx, func(tx *db.Tx) error { return s.sweep(ctx, tx, path) })
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sweep removes an old file if it has no row, and nobody made it young again meanwhile.
func (s *Store) sweep(ctx context.Context, tx *db.Tx, path string) error {
	unlock, err := s.lock(syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer unlock()
	info, err := os.Stat(path)
	if err != nil || time.Since(info.ModTime()) < grace {
		return err
	}
	_, used, err := db.Found(bySum.One(ctx, tx, filepath.Base(path)))
	if err == nil && !used {
		err = os.Remove(path)
	}
	return err
}
