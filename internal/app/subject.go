package app

import (
	"context"
	"fmt"
	"slices"

	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// ExportSubject gives everything held about one person, by area, in plain (个人信息保护法 art. 45). It is for the console alone, on a request
// that was checked there; reason stands in the trail. NotFound when there is no such person.
func (a *App) ExportSubject(ctx context.Context, id db.ID, reason string) (out map[string]any, err error) {
	if auth.From(ctx).System == "" {
		return nil, errs.ErrDenied
	}
	err = a.DB.Batch(ctx, func(ctx context.Context) error {
		out = map[string]any{}
		register, err := a.Person.Get(ctx, person.GetInput{ID: id})
		if err != nil {
			return err
		}
		register.Alike = nil // other people
		out["person"] = register
		if out["sealed"], err = a.Person.Reveal(ctx, person.RevealInput{ID: id, Fields: []string{"phone", "id_number", "addresses", "groups"},
			Reason: reason}); err != nil {
			return err
		}
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			if err := a.collect(ctx, tx, id, out); err != nil {
				return err
			}
			return audit.Write(ctx, tx, audit.Entry{Action: "subject.export", Object: "person", ID: id.String(), Region: register.Region,
				Cause: reason})
		})
	})
	return out, err
}

// collect asks every area.
func (a *App) collect(ctx context.Context, tx *db.Tx, id db.ID, out map[string]any) error {
	for _, x := range a.Areas {
		if x.Held == nil {
			continue
		}
		held, err := x.Held(ctx, tx, id)
		if err != nil {
			return err
		}
		if held != nil {
			out[x.Name] = held
		}
	}
	return nil
}

// Erasure tells what was erased, and what is kept by which rule.
type Erasure struct {
	Person db.ID    `json:"person_id"`
	Kept   []string `json:"kept"`
}

// EraseSubject erases a person on his request (个人信息保护法 art. 47): who he was goes out of every area, and what the law keeps stays
// locked, without him. It is for the console alone, on a request that was checked there; reason stands in the trail. It refuses with
// the reason while an order, a record or a post of his is open.
func (a *App) EraseSubject(ctx context.Context, id db.ID, reason string) (out Erasure, err error) {
	if auth.From(ctx).System == "" {
		return out, errs.ErrDenied
	}
	err = a.DB.Batch(ctx, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			out = Erasure{Person: id, Kept: []string{}}
			p, err := person.Get(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := a.count(ctx, tx, &out); err != nil {
				return err
			}
			for _, x := range slices.Backward(a.Areas) { // what hangs on the entry goes before it
				if x.Forget == nil {
					continue
				}
				if err := x.Forget(ctx, tx, id, reason); err != nil {
					return err
				}
			}
			return audit.Write(ctx, tx, audit.Entry{Action: "subject.erase", Object: "person", ID: id.String(), Region: p.Region, Cause: reason,
				Detail: map[string]any{"kept": out.Kept}})
		})
	})
	return out, err
}

// count says what stays, and why.
func (a *App) count(ctx context.Context, tx *db.Tx, e *Erasure) error {
	for _, x := range a.Areas {
		for _, k := range x.Kept {
			n, err := k.Count.One(ctx, tx, e.Person)
			if err != nil {
				return err
			}
			if n > 0 {
				e.Kept = append(e.Kept, fmt.Sprintf(k.Words, n))
			}
		}
	}
	return nil
}
