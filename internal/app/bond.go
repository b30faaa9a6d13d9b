package app

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"linli/internal/app/archive"
	"linli/internal/platform/audit"
	"linli/internal/platform/blob"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// A database is bound to its keys and to its folder of files: it holds a fingerprint of the keys, and the mark of the folder. With
// others nothing starts and nothing is written: a wrong --data, a mount that is missing, a folder of another installation.

// Stamps that bind a database.
const (
	stampKeys  = "keys"
	stampFiles = "files"
)

var (
	allStamps  = db.Query[stamp](`SELECT name, value FROM stamp`)
	setStamp   = db.SQL(`INSERT INTO stamp (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`)
	anyTrail   = db.Query[db.ID](`SELECT id FROM audit LIMIT 1`)
	newestFile = db.Query[string](`SELECT sha256 FROM blob ORDER BY id DESC LIMIT 1`)
)

type stamp struct{ Name, Value string }

// bond is what a database says of itself before anything is written to it.
type bond struct {
	kind, keys, files string
	filled            bool   // somebody has worked with it
	file              string // the newest upload
	fits              bool   // no trail says that other keys chained it
}

// bondOf reads the stamps of a database, which may be empty or of an older schema.
func bondOf(ctx context.Context, d *db.DB, keys *seal.Keys) (b bond, err error) {
	b.fits = true
	err = d.Read(ctx, func(tx *db.Tx) error {
		tables, err := db.Tables(ctx, tx)
		if err != nil || !slices.ContainsFunc(tables, func(t db.Table) bool { return t.Name == "stamp" }) {
			return err
		}
		list, err := allStamps.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range list {
			switch s.Name {
			case "kind":
				b.kind = s.Value
			case stampKeys:
				b.keys = s.Value
			case stampFiles:
				b.files = s.Value
			}
		}
		if _, b.filled, err = db.Found(anyTrail.One(ctx, tx)); err != nil {
			return err
		}
		if slices.ContainsFunc(tables, func(t db.Table) bool { return t.Name == "blob" }) {
			if b.file, _, err = db.Found(newestFile.One(ctx, tx)); err != nil {
				return err
			}
		}
		if keys != nil {
			b.fits, err = audit.Fits(ctx, tx, keys)
		}
		return err
	})
	return b, err
}

// fingerprint names keys without telling anything of them.
func fingerprint(keys *seal.Keys) string {
	return hex.EncodeToString(keys.MAC("fingerprint", []byte("linli"))[:16])
}

// KeysFit refuses keys that are not those of a database; nil for a folder that has none.
func (b bond) keysFit(keys *seal.Keys, store config.Store) error {
	switch {
	case keys == nil && (b.keys != "" || b.filled):
		return errs.Clash("数据库里已有用密钥写下的内容，而 " + store.Keys() +
			" 里没有密钥：没有生成新密钥，什么也没有写。请检查 --data 和挂载，或用 linli keys import 放回原来的密钥")
	case keys == nil:
		return nil
	case b.keys != "" && !hmac.Equal([]byte(b.keys), []byte(fingerprint(keys))), b.keys == "" && !b.fits:
		return errs.Clash(store.Keys() + " 里是另一套密钥，打不开这个数据库：什么也没有写。请检查 --data 和 --db")
	}
	return nil
}

// filesFit refuses a folder of files that is not that of a database.
func (b bond) filesFit(store config.Store) error {
	id, filled, err := blob.Installation(store.Files())
	if err != nil {
		return err
	}
	switch {
	case b.files != "" && id == "":
		return errs.Clash(store.Files() + " 不是这个数据库的文件夹（里面没有安装标记）：什么也没有写。请检查 --data 和挂载，或从备份恢复文件夹")
	case b.files != "" && id != b.files, b.files == "" && id != "" && filled:
		return errs.Clash(store.Files() + " 是另一个安装的文件夹：什么也没有写。请检查 --data 和 --db")
	case b.files == "" && b.file != "" && !blob.Has(store.Files(), b.file):
		return errs.Clash(store.Files() + " 里没有这个数据库登记的文件：什么也没有写。请检查 --data 和挂载")
	}
	return nil
}

// bind stamps a database that is not bound yet, and marks its folder of files.
func bind(ctx context.Context, d *db.DB, keys *seal.Keys, store config.Store) error {
	b, err := bondOf(ctx, d, nil)
	if err != nil || b.keys != "" && b.files != "" {
		return err
	}
	id, err := blob.Claim(store.Files())
	if err != nil {
		return err
	}
	if err := d.Write(ctx, func(tx *db.Tx) error {
		_, err := setStamp.Run(ctx, tx, stampKeys, fingerprint(keys))
		if err == nil {
			_, err = setStamp.Run(ctx, tx, stampFiles, id)
		}
		return err
	}); err != nil {
		return err
	}
	return fits(ctx, d, keys, store) // another process may have been first
}

// MayRestore refuses to read a backup under keys, or into a folder of files, that are not those it was made with. One that was made
// before databases were bound says nothing of them.
func MayRestore(keys *seal.Keys, store config.Store, from string) error {
	stamps, err := archive.Stamps(from)
	if err != nil {
		return err
	}
	b := bond{keys: stamps[stampKeys], fits: true}
	if err := b.keysFit(keys, store); err != nil {
		return err
	}
	id, filled, err := blob.Installation(store.Files())
	if err == nil && filled && id != "" && id != stamps[stampFiles] {
		err = errs.Clash(store.Files() + " 是另一个安装的文件夹：什么也没有写。请换一个空文件夹")
	}
	return err
}

// fits refuses keys and a folder of files that are not those of the database.
func fits(ctx context.Context, d *db.DB, keys *seal.Keys, store config.Store) error {
	b, err := bondOf(ctx, d, keys)
	if err == nil {
		err = b.keysFit(keys, store)
	}
	if err == nil {
		err = b.filesFit(store)
	}
	return err
}

// Open connects to the database and reads the keys. Where there are none yet, and none belong to the database, it makes the first of
// the suite; without a suite it refuses, so that a wrong --data is noticed. Keys or a folder of files that are not those of the database
// are refused, and nothing is written. It does not migrate.
func Open(ctx context.Context, store config.Store, suite string) (*db.DB, *seal.Keys, error) {
	d, keys, b, err := open(ctx, store, suite)
	if err == nil {
		if err = b.filesFit(store); err == nil && keys == nil {
			if err = seal.Init(store.Keys(), suite); err == nil {
				keys, err = seal.Open(store.Keys())
			}
		}
		if err != nil {
			d.Close()
		}
	}
	return d, keys, err
}

// Look is Open for whoever only reads: the folder of files may be missing.
func Look(ctx context.Context, store config.Store) (*db.DB, *seal.Keys, error) {
	d, keys, _, err := open(ctx, store, "")
	return d, keys, err
}

func open(ctx context.Context, store config.Store, suite string) (d *db.DB, keys *seal.Keys, b bond, err error) {
	keys, err = seal.Open(store.Keys())
	if missing := errors.Is(err, fs.ErrNotExist); err != nil && (!missing || suite == "") {
		return nil, nil, b, fmt.Errorf("keys in %s (see --data and `linli keys`): %w", store.Keys(), err)
	}
	if d, err = db.Open(ctx, store.DB); err != nil {
		return nil, nil, b, err
	}
	if b, err = bondOf(ctx, d, keys); err == nil {
		err = b.keysFit(keys, store)
	}
	if err != nil {
		d.Close()
	}
	return d, keys, b, err
}
