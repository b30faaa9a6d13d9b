package app

import (
	"context"

	"linli/internal/platform/db"
)

// goes says whether somebody goes to see a person.
type goes = func(ctx context.Context, tx *db.Tx, who, person db.ID) (bool, error)

// either says whether one of two holds.
func either(first, second goes) goes {
	return func(ctx context.Context, tx *db.Tx, who, person db.ID) (bool, error) {
		if yes, err := first(ctx, tx, who, person); err != nil || yes {
			return yes, err
		}
		return second(ctx, tx, who, person)
	}
}

// lines tells what somebody was given.
type lines = func(ctx context.Context, tx *db.Tx, id db.ID) ([]string, error)

// given puts together what somebody was given by a selection and by others.
func given(selected, commended lines) lines {
	return func(ctx context.Context, tx *db.Tx, id db.ID) ([]string, error) {
		first, err := selected(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		second, err := commended(ctx, tx, id)
		return append(first, second...), err
	}
}
