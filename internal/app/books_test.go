package app_test

import (
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/ledger"
)

// The nightly recount is quiet over sound books and wakes somebody over others; holds that are over go back.
func TestBooks(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		a := program(t, d)
		ctx := t.Context()
		var from ledger.Account
		if err := d.Write(ctx, func(tx *db.Tx) error {
			to, err := ledger.Open(ctx, tx, ledger.Points, "test", 150102000000, ledger.Bounds{})
			if err == nil {
				from, err = ledger.Open(ctx, tx, ledger.Points, "test", 150102000000, ledger.Bounds{})
			}
			late := tx.Now.Add(time.Minute)
			if err == nil {
				_, err = ledger.Post(ctx, tx, ledger.Chain{Key: "k", Moves: []ledger.Move{{From: ledger.One(from.ID), To: ledger.One(to.ID),
					Amount: 5, Until: &late}}})
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		held := func() (n int64) {
			t.Helper()
			if err := d.Read(ctx, func(tx *db.Tx) error {
				x, err := ledger.Get(ctx, tx, from.ID)
				n = x.Held
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		alarms := func() (n int64) {
			t.Helper()
			if err := d.Read(ctx, func(tx *db.Tx) (err error) {
				n, err = db.SelectOne[int64](ctx, tx, tx.Build("SELECT COUNT(*) FROM audit WHERE action = 'alarm' AND object = 'ledger'"))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if err := app.ExpireHolds(a, ctx); err != nil || held() != 5 {
			t.Errorf("%d held, %v", held(), err)
		}
		if err := app.ExpireHolds(a, clock.At(ctx, clock.In(ctx).Add(time.Hour))); err != nil || held() != 0 {
			t.Errorf("%d held, %v", held(), err)
		}
		if err := app.Recount(a, ctx); err != nil || alarms() != 0 {
			t.Errorf("%d alarms, %v", alarms(), err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE ledger_account SET balance = 7 WHERE id = ?", int64(from.ID)).Run(ctx, tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := app.Recount(a, ctx); err != nil || alarms() != 1 {
			t.Errorf("%d alarms, %v", alarms(), err)
		}
	})
}
