// Package alarm tells the system administrators what only they can look into: something is not as the program left it.
package alarm

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/notify"
)

// Alarm is what is wrong with what.
type Alarm struct {
	Object string // kind of thing, e.g. certificate
	ID     string
	Title  string // names no person
	Text   string
}

// again is how long the same thing stays quiet after an alarm.
const again = 24 * time.Hour

var rung = db.Query[db.ID](`SELECT id FROM audit WHERE object = $1 AND object_id = $2 AND action = 'alarm' AND at > $3 LIMIT 1`)

// Raise leaves the alarm in the inbox of every system administrator of the region and in the trail, once a day for one thing.
func Raise(ctx context.Context, tx *db.Tx, a Alarm) error {
	ctx = auth.AsSystem(ctx, "alarm")
	_, before, err := db.Found(rung.One(ctx, tx, a.Object, a.ID, tx.Now.Add(-again)))
	if err != nil || before {
		return err
	}
	admins, err := account.HoldersIn(ctx, tx, auth.SystemAdmin, region.Top)
	if err != nil {
		return err
	}
	for _, to := range admins {
		if err := notify.Send(ctx, tx, notify.Message{To: to, Kind: "alarm", Title: a.Title, Text: a.Text, Link: "/messages"}); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "alarm", Object: a.Object, ID: a.ID, Cause: a.Title,
		Detail: map[string]any{"told": len(admins)}})
}
