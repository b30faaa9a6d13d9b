package app

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// freeText lists the tables whose rows leave no imprint, each with the reason.
//
//go:embed free.txt
var freeText string

// Free gives the tables whose rows leave no imprint, and why.
func Free() map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(freeText) {
		table, reason, _ := strings.Cut(strings.TrimSpace(line), ": ")
		out[table] = reason
	}
	return out
}

// watch lets every write of the program leave its imprint.
func watch(d *db.DB, keys *seal.Keys) {
	w := db.Watch{MAC: keys.MAC, Out: []string{"audit.seq", "audit.chain"}} // the chain of the trail looks after these two
	for table := range Free() {
		w.Free = append(w.Free, table)
	}
	d.Watch(w)
}

// Upgrade brings the schema up to this program's. What migrations do to rows is adopted, so the rows must be as the program left them
// before: else it refuses.
func Upgrade(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	old, err := d.Outdated(ctx)
	if err != nil || !old {
		return err
	}
	if err := upgrade(ctx, d, keys); err != nil {
		return err
	}
	if err := d.Start(ctx); err != nil {
		return err
	}
	return adopt(ctx, d)
}

// upgrade is Upgrade without the adoption.
func upgrade(ctx context.Context, d *db.DB, keys *seal.Keys) error {
	watch(d, keys)
	var found []string
	if err := d.Read(ctx, func(tx *db.Tx) error {
		return audit.VerifyRows(ctx, d, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil {
		return err
	}
	if len(found) > 0 {
		return errs.Clash(fmt.Sprintf("有 %d 行不是程序留下的样子，先用原来的版本运行 linli verify 查明，再升级。例如：%s", len(found),
			strings.Join(found[:min(len(found), 5)], "；")))
	}
	return d.Migrate(ctx)
}

// adopt takes the rows that migrations have made or changed for what the program left, and says so in the trail of a database in which
// somebody has worked.
func adopt(ctx context.Context, d *db.DB) error {
	b, err := bondOf(ctx, d, nil)
	if err != nil {
		return err
	}
	adopted, err := audit.Adopt(ctx, d)
	if err != nil || !b.filled || len(adopted) == 0 {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		return audit.Write(auth.AsSystem(ctx, "migrate"), tx, audit.Entry{Action: "rows.adopt", Object: "database", ID: "1",
			Detail: map[string]any{"rows": adopted}})
	})
}

// adoptFirst adopts the rows that migrations have put into a database in which nobody has worked yet.
func adoptFirst(ctx context.Context, d *db.DB) error {
	b, err := bondOf(ctx, d, nil)
	if err != nil || b.filled {
		return err
	}
	return adopt(ctx, d)
}

// Migrate is what the operator's command does: Upgrade, also for a database that has neither rows nor keys yet.
func Migrate(ctx context.Context, store config.Store) error {
	d, err := db.Open(ctx, store.DB)
	if err != nil {
		return err
	}
	defer d.Close()
	keys, err := seal.Open(store.Keys())
	if err != nil {
		keys = nil
	}
	b, e := bondOf(ctx, d, keys)
	if e != nil {
		return e
	}
	switch {
	case keys == nil && (b.keys != "" || b.filled):
		return fmt.Errorf("keys in %s (see --data and `linli keys`): %w", store.Keys(), err)
	case keys == nil:
		return d.Migrate(ctx)
	}
	if err := b.keysFit(keys, store); err != nil {
		return err
	}
	return Upgrade(ctx, d, keys)
}

// rows names each row that is not as the program left it, and each imprint that is not.
func (a *App) rows(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	if err := audit.VerifyImprints(ctx, tx, a.Keys, report); err != nil {
		return err
	}
	return audit.VerifyRows(ctx, a.DB, tx, report)
}
