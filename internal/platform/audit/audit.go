// Package audit keeps the trail of every write. A row is written in the transaction of the change; one leased sequencer numbers and chains the
// committed rows soon after, so that no writer waits for another.
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
	a := auth.From(ctx)
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	name := a.Name
	if a.System != "" {
		name = "系统：" + a.System
	}
	_, err = insert.Run(ctx, tx, tx.NewID(), tx.Now, a.Account, name, roles(a), e.Action, e.Object, e.ID, int64(e.Region), e.Cause, string(detail))
	return err
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
