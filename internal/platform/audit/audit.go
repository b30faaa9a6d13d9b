// Package audit keeps the trail of every write. A row is written in the transaction of the change; one leased sequencer numbers and
// chains the committed rows soon after, so that no writer waits for another.
package audit

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Entry says what was done to what. Detail holds ids, states and field names, never a sensitive value.
type Entry struct {
	Action string // the permission or verb, e.g. order.review
	Object string // kind of thing, e.g. order
	ID     string
	Region auth.Region
	Cause  string   // the reason given by the person, if any
	Names  []string // of people it is about: the cause goes without them, for what stands in the trail stays for ever
	Detail map[string]any
}

// Write records e for the actor of ctx, within tx.
func Write(ctx context.Context, tx *db.Tx, e Entry) error {
	tx.Trailed()
	a := auth.From(ctx)
	staff := !Row{AccountID: a.Account, Role: roles(a)}.Served()
	if staff && a.Origin != "" {
		e.Detail = maps.Clone(e.Detail)
		if e.Detail == nil {
			e.Detail = map[string]any{}
		}
		e.Detail["origin"] = a.Origin // of who acts for an office; where people live is nobody's business
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return err
	}
	r := Row{ID: tx.NewID(), At: tx.Now, AccountID: a.Account, Actor: a.Name, Role: roles(a), Action: e.Action, Object: e.Object,
		ObjectID: e.ID, Region: e.Region, Cause: faceless(e.Cause, e.Names), Detail: Detail(detail)}
	switch {
	case a.System != "":
		r.Actor = "系统：" + a.System
	case !staff:
		r.Actor = "" // his account says who he was, as long as it does
	}
	if s, ok := ctx.Value(sheafKey{}).(*sheaf); ok {
		s.rows = append(s.rows, r)
		return nil
	}
	_, err = insert.Run(ctx, tx, r.values()...)
	return err
}

// faceless is a text without the names of people.
func faceless(text string, names []string) string {
	for _, name := range names {
		if name != "" {
			text = strings.ReplaceAll(text, name, "某某")
		}
	}
	return text
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
