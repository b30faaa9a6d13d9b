// Package audit keeps the trail of every write. A row is written in the transaction of the change; one leased sequencer numbers and
// chains the committed rows soon after, so that no writer waits for another.
package audit

import (
	"context"
	"encoding/json"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Entry says what was done to what. Detail holds ids, states and field names, never a sensitive value.
type Entry struct {
	Action string // the permission or verb, e.g. order.review
	Object string // kind of thing, e.g. order
	ID     string
	Region auth.Region
	Cause  string // the reason given by the person, if any
	Detail map[string]any
}

// Write records e for the actor of ctx, within tx.
func Write(ctx context.Context, tx *db.Tx, e Entry) error {
	tx.Trailed()
	a := auth.From(ctx)
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	name := a.Name
	if a.System != "" {
		name = "系统：" + a.System
	}
	r := Row{ID: tx.NewID(), At: tx.Now, AccountID: a.Account, Actor: name, Role: roles(a), Action: e.Action, Object: e.Object, ObjectID: e.ID,
		Region: e.Region, Cause: e.Cause, Detail: Detail(detail)}
	if s, ok := ctx.Value(sheafKey{}).(*sheaf); ok {
		s.rows = append(s.rows, r)
		return nil
	}
	_, err = insert.Run(ctx, tx, r.values()...)
	return err
}

// values are those of the columns that insert names.
func (r Row) values() []any {
	return []any{r.ID, r.At, r.AccountID, r.Actor, r.Role, r.Action, r.Object, r.ObjectID, int64(r.Region), r.Cause, string(r.Detail)}
}

// roles names what the actor was at that moment, strongest first as granted.
func roles(a auth.Actor) string {
	out := ""
	for i, g := range a.Grants {
		if i > 0 {
			out += " "
		}
		out += string(g.Role)
	}
	return out
}
