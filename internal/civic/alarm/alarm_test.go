package alarm_test

import (
	"testing"

	"linli/internal/civic/account"
	"linli/internal/civic/alarm"
	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
)

// Every system administrator hears of one thing once a day, and the trail keeps it; without any the trail keeps it alone.
func TestRaise(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Prepare(t, d)
		ctx := auth.AsSystem(t.Context(), "test")
		raise := func(id string) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return alarm.Raise(ctx, tx, alarm.Alarm{Object: "certificate", ID: id, Title: "签名核对不上", Text: "编号 1"})
			}); err != nil {
				t.Fatal(err)
			}
		}
		count := func(q string) (n int64) {
			t.Helper()
			if err := d.Read(ctx, func(tx *db.Tx) (err error) { n, err = db.SelectOne[int64](ctx, tx, tx.Build(q)); return err }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		raise("1")
		accounts := account.New(d, seal.Ephemeral(), account.Outside{}, true)
		if err := d.Write(ctx, func(tx *db.Tx) error {
			a, err := accounts.Create(ctx, tx, account.NewAccount{Login: "admin", Name: "管理员", Region: region.Top})
			if err != nil {
				return err
			}
			return accounts.Grant(ctx, tx, a.ID, auth.SystemAdmin, region.Top, 0)
		}); err != nil {
			t.Fatal(err)
		}
		raise("1")
		raise("2")
		raise("2")
		n, told := count("SELECT COUNT(*) FROM audit WHERE action = 'alarm'"), count("SELECT COUNT(*) FROM notify_inbox")
		if n != 2 || told != 1 {
			t.Errorf("%d alarms in the trail, %d messages", n, told)
		}
	})
}
