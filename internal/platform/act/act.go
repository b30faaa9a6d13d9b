// Package act is the one frame of an operation: may they at all → is the input right → transaction → load → may they here → is it the
// turn for it → change → write under the version → trail → tell. What an area's operation adds is its own rule; permission, 404 before
// 403, version, state, trail and the answer to a repeated request are the frame's, so that none of them can be forgotten. A write
// operation that stands outside of it is on a list with its reason (internal/arch/testdata/unframed.txt).
package act

import (
	"context"
	"errors"
	"maps"
	"slices"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Op is one operation as it was asked for.
type Op struct {
	Perm    auth.Perm    // asked before anything is looked up
	Action  string       // what the trail calls it, area.verb; Write leaves the trail to fn
	ID      db.ID        // of the thing; none for a new one
	Version int64        // that was read; 0 where the caller need not say
	Cause   string       // why, in the person's words
	Check   func() error // of the input alone; may be nil
	From    []string     // states of the thing in which it may be done; any when empty
	Wrong   string       // what is said in any other state; made of the state's word when empty
	Quiet   string       // why it leaves no trail of its own, where it leaves none

	// Detail is what the trail keeps beside what Kind.Trail says; the change itself may still add to it.
	Detail map[string]any
}

// Kind says what the operations on one kind of thing have in common. Load, Make, Save, ID and Version come from Table where they are nil.
type Kind[T any] struct {
	Object  string          // what the trail calls the thing
	View    auth.Perm       // who may not see the thing is told that there is none
	Table   *db.Relation[T] // where it is kept
	Lock    bool            // a change does more than write the thing, which is held in Table meanwhile
	Load    func(ctx context.Context, tx *db.Tx, id db.ID) (T, error)
	Make    func(ctx context.Context, tx *db.Tx, now *T) error // writes a new one
	Save    func(ctx context.Context, tx *db.Tx, now *T) error // writes a changed one, under the version that was read
	ID      func(T) db.ID
	Version func(T) int64
	Place   func(T) auth.Place        // where it lies and whose it is
	Names   func(T) []string          // of people, whom the trail never names; nil where there are none
	State   func(T) string            // nil where things have none
	Word    func(state string) string // what people call a state
	Trail   func(was, now T) map[string]any
	Tell    func(ctx context.Context, tx *db.Tx, op Op, was, now T) error // history and topics, after the trail; may be nil
}

// Get gives one thing for whoever may see it.
func (k *Kind[T]) Get(ctx context.Context, d *db.DB, id db.ID) (out T, err error) {
	return Look(ctx, d, k, id, func(_ *db.Tx, v T) (T, error) { return v, nil })
}

// Look is Get for an operation that shows more than the thing itself.
func Look[T, Out any](ctx context.Context, d *db.DB, k *Kind[T], id db.ID, show func(tx *db.Tx, v T) (Out, error)) (out Out, err error) {
	return Read(ctx, d, k.View, func(tx *db.Tx) (Out, error) {
		v, err := k.there(ctx, tx, k.View, id)
		if err != nil {
			return out, err
		}
		return show(tx, v)
	})
}

// Read is the frame of an operation that changes nothing: fn asks for the place, or reads within a scope.
func Read[Out any](ctx context.Context, d *db.DB, perm auth.Perm, fn func(tx *db.Tx) (Out, error)) (out Out, err error) {
	if err := auth.Allow(ctx, perm); err != nil {
		return out, err
	}
	err = d.Read(ctx, func(tx *db.Tx) error {
		out, err = fn(tx)
		return err
	})
	return out, err
}

// ReadAt is Read for what lies in one place, which the input names: who may not read there is told that there is no such place.
func ReadAt[Out any](ctx context.Context, d *db.DB, perm auth.Perm, at auth.Region, fn func(tx *db.Tx) (Out, error)) (Out, error) {
	return Read(ctx, d, perm, func(tx *db.Tx) (out Out, err error) {
		if err := auth.Require(ctx, perm, perm, auth.Place{Region: at}); err != nil {
			return out, err
		}
		return fn(tx)
	})
}

// Add makes a new thing; fn fills it in. Where the actor may not add there is no such place for him: NotFound.
func (k *Kind[T]) Add(ctx context.Context, d *db.DB, op Op, at func(tx *db.Tx) (auth.Place, error),
	fn func(tx *db.Tx) (T, error)) (T, error) {
	return Write(ctx, d, op, func(tx *db.Tx) (out T, err error) {
		place, err := at(tx)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, op.Perm, op.Perm, place); err != nil {
			return out, err
		}
		if out, err = fn(tx); err != nil {
			return out, err
		}
		return out, k.Enter(ctx, tx, op, &out)
	})
}

// In is the place of something new that lies in a division.
func In(r auth.Region) func(*db.Tx) (auth.Place, error) {
	return func(*db.Tx) (auth.Place, error) { return auth.Place{Region: r}, nil }
}

// Enter writes a new thing with its trail and tells of it, within a transaction of the caller's.
func (k *Kind[T]) Enter(ctx context.Context, tx *db.Tx, op Op, now *T) error {
	enter := k.Make
	if enter == nil {
		enter = func(ctx context.Context, tx *db.Tx, now *T) error { return k.Table.Insert(ctx, tx, *now) }
	}
	if err := enter(ctx, tx, now); err != nil {
		return err
	}
	var none T
	return k.note(ctx, tx, op, none, *now)
}

// Change changes a thing that exists; fn changes it, by its own rules.
func (k *Kind[T]) Change(ctx context.Context, d *db.DB, op Op, fn func(tx *db.Tx, now *T) error) (T, error) {
	return ChangeTo(ctx, d, k, op, fn, func(_ *db.Tx, now T) (T, error) { return now, nil })
}

// ChangeTo is Change for an operation that answers with more than the thing itself.
func ChangeTo[T, Out any](ctx context.Context, d *db.DB, k *Kind[T], op Op, fn func(tx *db.Tx, now *T) error,
	show func(tx *db.Tx, now T) (Out, error)) (Out, error) {
	return Write(ctx, d, op, func(tx *db.Tx) (out Out, err error) {
		now, err := k.there(ctx, tx, op.Perm, op.ID)
		if err != nil {
			return out, err
		}
		if err := k.ready(op, now); err != nil {
			return out, err
		}
		if err := k.Alter(ctx, tx, op, &now, fn); err != nil {
			return out, err
		}
		return show(tx, now)
	})
}

// Alter lets fn change a loaded thing and writes it, with its trail, within a transaction of the caller's: for a step that another
// operation takes along.
func (k *Kind[T]) Alter(ctx context.Context, tx *db.Tx, op Op, now *T, fn func(tx *db.Tx, now *T) error) error {
	was := *now
	if k.Lock {
		if err := k.Table.Lock(ctx, tx, was); err != nil {
			return err
		}
	}
	if err := fn(tx, now); err != nil {
		return err
	}
	save := k.Save
	if save == nil {
		save = k.Table.Update
	}
	if err := save(ctx, tx, now); err != nil {
		return err
	}
	return k.note(ctx, tx, op, was, *now)
}

// there loads a thing and asks for the permission on it: who may not see it is told that there is none.
func (k *Kind[T]) there(ctx context.Context, tx *db.Tx, perm auth.Perm, id db.ID) (T, error) {
	load := k.Load
	if load == nil {
		load = func(ctx context.Context, tx *db.Tx, id db.ID) (T, error) { return k.Table.Get(ctx, tx, id) }
	}
	v, err := load(ctx, tx, id)
	if err != nil {
		return v, err
	}
	return v, auth.Require(ctx, perm, k.View, k.Place(v))
}

// ready says whether it is the turn for an operation: the version that was read, and the state.
func (k *Kind[T]) ready(op Op, v T) error {
	if op.Version != 0 && op.Version != k.version(v) {
		return errs.ErrStale
	}
	if len(op.From) == 0 || slices.Contains(op.From, k.State(v)) {
		return nil
	}
	if op.Wrong != "" {
		return errs.WrongState(op.Wrong)
	}
	return errs.WrongState("现在是“" + k.Word(k.State(v)) + "”，不能这样办")
}

func (k *Kind[T]) version(v T) int64 {
	if k.Version != nil {
		return k.Version(v)
	}
	return k.Table.VersionOf(v)
}

func (k *Kind[T]) id(v T) db.ID {
	if k.ID != nil {
		return k.ID(v)
	}
	return k.Table.IDOf(v)
}

// note leaves the trail of a change (ids, states and names of fields, never a sensitive value) and tells of it.
func (k *Kind[T]) note(ctx context.Context, tx *db.Tx, op Op, was, now T) error {
	if op.Quiet == "" {
		e := audit.Entry{Action: op.Action, Object: k.Object, ID: k.id(now).String(), Region: k.Place(now).Region, Cause: op.Cause,
			Detail: op.Detail}
		if k.Names != nil {
			e.Names = append(k.Names(was), k.Names(now)...)
		}
		if k.Trail != nil {
			if own := k.Trail(was, now); own != nil {
				maps.Copy(own, op.Detail)
				e.Detail = own
			}
		}
		if err := audit.Write(ctx, tx, e); err != nil {
			return err
		}
	}
	if k.Tell == nil {
		return nil
	}
	return k.Tell(ctx, tx, op, was, now)
}

// Write is the outer half of the frame, for an operation on several things or on none: may they at all, is the input right, one
// transaction, and the first answer again to a repeated request. A change that leaves no trail is a fault of ours and is not stored.
func Write[Out any](ctx context.Context, d *db.DB, op Op, fn func(tx *db.Tx) (Out, error)) (out Out, err error) {
	if err := auth.Allow(ctx, op.Perm); err != nil {
		return out, err
	}
	if op.Check != nil {
		if err := op.Check(); err != nil {
			return out, err
		}
	}
	return db.Do(ctx, d, func(tx *db.Tx) (Out, error) {
		before := tx.Progress()
		out, err := fn(tx)
		if err == nil && op.Quiet == "" && tx.Untrailed(before) {
			err = errors.New("act: an operation under " + string(op.Perm) + " changed something and left no trail")
		}
		return out, err
	})
}
