package app

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// holder is an area that holds something about persons.
type holder interface {
	Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error)
}

// ExportSubject gives everything held about one person, by area, in plain (个人信息保护法 art. 45). It is for the console alone, on a request that was
// checked there; reason stands in the trail. NotFound when there is no such person.
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
		if out["sealed"], err = a.Person.Reveal(ctx, person.RevealInput{ID: id, Fields: []string{"phone", "id_number", "addresses", "groups"}, Reason: reason}); err != nil {
			return err
		}
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			if err := a.collect(ctx, tx, id, out); err != nil {
				return err
			}
			return audit.Write(ctx, tx, audit.Entry{Action: "subject.export", Object: "person", ID: id.String(), Region: register.Region, Cause: reason})
		})
	})
	return out, err
}

// collect asks every area.
func (a *App) collect(ctx context.Context, tx *db.Tx, id db.ID, out map[string]any) error {
	v, ok, err := volunteer.OfPerson(ctx, tx, id)
	if err != nil {
		return err
	}
	if ok {
		if out["volunteer"], err = volunteer.Load(ctx, tx, v.ID); err != nil {
			return err
		}
	}
	for name, h := range map[string]holder{"account": a.Account, "order": a.Order, "attendance": a.Attendance, "record": a.Record, "certificate": a.Certificate} {
		if out[name], err = h.Held(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}
