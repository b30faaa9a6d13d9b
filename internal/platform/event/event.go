// Package event lets a lower area tell higher ones what happened, inside the same transaction, without importing them.
package event

import (
	"context"

	"linli/internal/platform/db"
)

// Topic carries events of one kind. Subscriptions are made once, while the program is put together in app.
type Topic[E any] struct {
	subscribers []func(context.Context, *db.Tx, E) error
}

// Subscribe adds a listener; listeners are called in the order of subscription.
func (t *Topic[E]) Subscribe(fn func(context.Context, *db.Tx, E) error) {
	t.subscribers = append(t.subscribers, fn)
}

// Publish calls every listener within tx. The first error ends it, and with it the transaction.
func (t *Topic[E]) Publish(ctx context.Context, tx *db.Tx, e E) error {
	for _, fn := range t.subscribers {
		if err := fn(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}
