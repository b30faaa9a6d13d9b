package ledger

import (
	"context"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Statement gives one page of an account's lines, the newest first.
func Statement(ctx context.Context, tx *db.Tx, in StatementOf, p db.Paging) (db.Page[Line], error) {
	return statement.Page(ctx, tx, in, p)
}

// Lines gives the newest lines of an account, at most of them.
func Lines(ctx context.Context, tx *db.Tx, in StatementOf, most int) ([]Line, error) {
	return statement.First(ctx, tx, in, most)
}

// Closing gives the balance of an account at the end of a day.
func Closing(ctx context.Context, tx *db.Tx, account db.ID, day clock.Day) (int64, error) {
	n, _, err := db.Found(closing.One(ctx, tx, account, int64(day)))
	return n, err
}

// Holds gives what is promised away from an account and not resolved yet.
func Holds(ctx context.Context, tx *db.Tx, account db.ID) ([]Transfer, error) {
	return opened.All(ctx, tx, account)
}

// Find gives a transfer.
func Find(ctx context.Context, tx *db.Tx, id db.ID) (Transfer, error) {
	return transfers.Get(ctx, tx, id)
}

// Done gives what a key has done; nothing where it was not used.
func Done(ctx context.Context, tx *db.Tx, key string) ([]Transfer, error) {
	return ofKey.All(ctx, tx, key)
}

// Expire lets holds end whose time is over, at most limit of them, and gives those that it ended. It may run in several processes at once.
func Expire(ctx context.Context, tx *db.Tx, limit int) (out []Transfer, err error) {
	ids, err := overdue.All(ctx, tx, tx.Now, limit)
	for _, id := range ids {
		ended, err := Post(ctx, tx, Chain{Key: "expire " + id.String(), Moves: []Move{{Hold: id, Resolve: Expired}}})
		if err != nil {
			if err == ErrResolved {
				continue
			}
			return out, err
		}
		out = append(out, ended...)
	}
	return out, err
}

// Due says whether a hold has run out.
func (t Transfer) Due(now time.Time) bool { return t.ExpiresAt != nil && !now.Before(*t.ExpiresAt) }
