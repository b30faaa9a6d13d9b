package recount_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/ledger"
	"linli/internal/platform/ledger/recount"
)

// books are two accounts with a deposit, a hold that was settled, one that is open, and an empty account that is closed.
func books(t *testing.T, ctx context.Context, d *db.DB) (bank, a, closed db.ID) {
	t.Helper()
	if err := d.Write(ctx, func(tx *db.Tx) error {
		for id, b := range map[*db.ID]ledger.Bounds{&bank: {}, &a: ledger.Within(0, 500), &closed: ledger.Above(0)} {
			x, err := ledger.Open(ctx, tx, ledger.Minutes, "test", 150102000000, b)
			if err != nil {
				return err
			}
			*id = x.ID
		}
		late := tx.Now.Add(time.Hour)
		for _, c := range []ledger.Chain{
			{Key: "in", Moves: []ledger.Move{{From: ledger.One(bank), To: ledger.One(a), Amount: 100}}},
			{Key: "hold", Moves: []ledger.Move{{From: ledger.One(a), To: ledger.One(bank), Amount: 60, Until: &late}}},
			{Key: "open", Moves: []ledger.Move{{From: ledger.One(a), To: ledger.One(bank), Amount: 10, Until: &late}}},
		} {
			rows, err := ledger.Post(ctx, tx, c)
			if err != nil {
				return err
			}
			if c.Key == "hold" {
				c.Key = "two"
				c.Moves = []ledger.Move{{Hold: rows[0].ID, Resolve: ledger.Settled, Amount: 40}, {From: ledger.One(bank), To: ledger.One(a), Amount: 5}}
				if _, err := ledger.Post(ctx, tx, c); err != nil {
					return err
				}
			}
		}
		_, err := ledger.Close(ctx, tx, closed)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return bank, a, closed
}

// Every kind of edit behind the program's back is named.
func TestFaults(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		books(t, ctx, d)
		for _, c := range []struct{ edit, want string }{
			{"", ""},
			{"UPDATE ledger_account SET balance = balance + 1 WHERE ceiling = 500", "余额写着 66，按往来重新算是 65"},
			{"UPDATE ledger_account SET balance = balance + 1 WHERE ceiling = 500", "合计是 1，不是零"},
			{"UPDATE ledger_account SET held = held - 1 WHERE ceiling = 500", "预留写着 9"},
			{"UPDATE ledger_account SET incoming = 0 WHERE floor IS NULL", "待转入写着 0"},
			{"UPDATE ledger_account SET entries = 4 WHERE floor IS NULL", "笔数写着 4"},
			{"UPDATE ledger_account SET balance = 1 WHERE ceiling IS NULL AND floor = 0 AND closed_at IS NULL", ""},
			{"UPDATE ledger_transfer SET amount = 101, debit_after = -101, credit_after = 101 WHERE key = 'in'", "按往来重新算"},
			{"UPDATE ledger_transfer SET amount = 101 WHERE key = 'in'", "这一笔以后应当是"},
			{"UPDATE ledger_transfer SET amount = 61 WHERE kind = 'settle'", "结算多于预留"},
			{"UPDATE ledger_transfer SET day = 20200101 WHERE kind = 'settle'", "先后次序不对"},
			{"UPDATE ledger_transfer SET debit_no = 77 WHERE key = 'open'", "不见了"},
			{"UPDATE ledger_transfer SET debit_id = credit_id, credit_id = debit_id, debit_no = 80, credit_no = 81 WHERE kind = 'settle'",
				"办结的不是同两个账户之间的预留"},
			{"UPDATE ledger_transfer SET leg = 5 WHERE key = 'two' AND leg = 1", "缺了前面的"},
			{"DELETE FROM ledger_transfer WHERE key = 'open'", "预留写着 10，按往来重新算是 0"},
			{"UPDATE ledger_account SET floor = 60 WHERE ceiling = 500", "低于下限|CHECK"},
			{"UPDATE ledger_account SET ceiling = 64 WHERE floor = 0 AND balance = 65", "高于上限|CHECK"},
		} {
			found, refused := edited(ctx, t, d, c.edit)
			all := strings.Join(found, "\n")
			word, check, _ := strings.Cut(c.want, "|")
			switch {
			case check != "" && refused: // the schema itself does not take it
			case refused:
				t.Errorf("%s: the schema refuses it: another edit proves more", c.edit)
			case c.want == "" && all != "" || !strings.Contains(all, word):
				t.Errorf("%s\n%s\nnot %q", c.edit, all, c.want)
			}
		}
	})
}

// edited gives what is found after an edit, which does not stay.
func edited(ctx context.Context, t *testing.T, d *db.DB, edit string) (found []string, refused bool) {
	t.Helper()
	undo := context.Canceled
	if err := d.Write(ctx, func(tx *db.Tx) error {
		if edit != "" {
			if _, err := tx.Exec(ctx, edit); err != nil {
				refused = true
				return undo
			}
		}
		if err := recount.Run(ctx, tx, func(object, what string) { found = append(found, object+" "+what) }); err != nil {
			t.Fatal(err)
		}
		return undo
	}); err != undo {
		t.Fatal(err)
	}
	return found, refused
}
