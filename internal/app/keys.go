package app

import (
	"context"
	"log/slog"
	"time"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

// InitKeys makes the first keys; not beside a database that was written with others.
func InitKeys(ctx context.Context, store config.Store, suite string) error {
	if _, err := seal.Open(store.Keys()); err != nil { // where there are some, that is what is said
		if err := keysBelong(ctx, store, nil); err != nil {
			return err
		}
	}
	return seal.Init(store.Keys(), suite)
}

// ImportKeys puts exported keys into a folder that has none; not others than those of the database.
func ImportKeys(ctx context.Context, store config.Store, passphrase string, exported []byte) error {
	keys, err := seal.Imported(passphrase, exported)
	if err != nil {
		return err
	}
	if err := keysBelong(ctx, store, keys); err != nil {
		return err
	}
	return seal.Import(store.Keys(), passphrase, exported)
}

// ExportKeys writes all keys into one text under a passphrase, and leaves a trail where there is a database of this program's.
func ExportKeys(ctx context.Context, store config.Store, passphrase string) ([]byte, error) {
	keys, err := seal.Open(store.Keys())
	if err != nil {
		return nil, err
	}
	sealed, err := keys.Export(passphrase)
	if err != nil || !db.There(store.DB) {
		return sealed, err
	}
	d, keys, err := Look(ctx, store)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return sealed, noteKeys(ctx, d, keys, audit.Entry{Action: "keys.export", Object: "keys", ID: keys.Active().ID})
}

// noteKeys leaves a trail of what the console did with keys, with its imprint, where the database is one of this program's.
func noteKeys(ctx context.Context, d *db.DB, keys *seal.Keys, e audit.Entry) error {
	if old, err := d.Outdated(ctx); err != nil || old {
		return err
	}
	watch(d, keys)
	if err := d.Start(ctx); err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		return audit.Write(auth.AsSystem(ctx, "console"), tx, e)
	})
}

// keysBelong refuses keys, nil for new ones, that are not those of the database, if there is one.
func keysBelong(ctx context.Context, store config.Store, keys *seal.Keys) error {
	if !db.There(store.DB) {
		return nil
	}
	d, err := db.Open(ctx, store.DB)
	if err != nil {
		return err
	}
	defer d.Close()
	b, err := bondOf(ctx, d, keys)
	if err == nil {
		err = b.keysFit(keys, store)
	}
	return err
}

// RotateKeys adds a generation of keys and leaves a trail, where the database is one of this program's. It gives the new generation.
func RotateKeys(ctx context.Context, store config.Store) (info seal.KeyInfo, err error) {
	d, keys, err := Open(ctx, store, "")
	if err != nil {
		return info, err
	}
	defer d.Close()
	if err := keys.Rotate(); err != nil {
		return info, err
	}
	info = keys.Active()
	return info, noteKeys(ctx, d, keys, audit.Entry{Action: "keys.rotate", Object: "keys", ID: info.ID})
}

// keysEvery is how often a server looks for keys that were added while it runs.
const keysEvery = 15 * time.Second

// refreshKeys takes up new keys until ctx ends.
func (a *App) refreshKeys(ctx context.Context) {
	tick := time.NewTicker(keysEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch fresh, err := a.Keys.Refresh(); {
		case err != nil:
			slog.Error("keys", "err", err)
		case fresh:
			slog.Info("keys", "active", a.Keys.Active().ID)
		}
	}
}
