package job

import (
	"context"
	"strings"
	"time"

	"linli/internal/platform/db"
)

var (
	insert = db.SQL(`INSERT INTO job (id, kind, key, args, every, state, due_at, tries, run, error, made_at)
		VALUES ($1, $2, $3, $4, 0, 'ready', $5, 0, 0, '', $6) ON CONFLICT (key) DO NOTHING`)
	schedule = db.SQL(`INSERT INTO job (id, kind, key, args, every, state, due_at, tries, run, error, made_at)
		VALUES ($1, $2, $3, 'null', $4, 'ready', $5, 0, 0, '', $5) ON CONFLICT (key) DO UPDATE SET every = excluded.every`)
	extend = db.SQL(`UPDATE job SET due_at = $3 WHERE id = $1 AND run = $2 AND state = 'running'`)
	remove = db.SQL(`DELETE FROM job WHERE id = $1 AND run = $2 AND state = 'running'`)
	settle = db.SQL(`UPDATE job SET state = $3, due_at = $4, tries = $5, error = $6 WHERE id = $1 AND run = $2 AND state = 'running'`)
	revive = db.SQL(`UPDATE job SET state = 'ready', tries = 0, due_at = $2 WHERE id = $1 AND state = 'dead'`)
)

// taken is a job that this process is to do, under the lease of one run.
type taken struct {
	ID    db.ID
	Kind  string
	Args  string
	Every int64
	Tries int64
	Run   int64
}

func add(ctx context.Context, tx *db.Tx, kind, args string, o order) error {
	_, err := insert.Run(ctx, tx, tx.NewID(), kind, o.key, args, o.at, now())
	return err
}

func addPeriodic(ctx context.Context, tx *db.Tx, kind string, interval time.Duration) error {
	_, err := schedule.Run(ctx, tx, tx.NewID(), kind, "every "+kind, interval.Microseconds(), now())
	return err
}

const isDue = " FROM job WHERE state <> 'dead' AND due_at <= ?"

// anyDue asks without a lock, so that an idle runner never takes SQLite's writer.
func anyDue(ctx context.Context, tx *db.Tx, kinds []string) (bool, error) {
	_, due, err := db.Found(db.SelectOne[db.ID](ctx, tx, db.In(tx.Build("SELECT id"+isDue, now()), " AND kind", kinds).Add(" LIMIT 1")))
	return due, err
}

func take(ctx context.Context, tx *db.Tx, kinds []string, limit int, lease time.Duration) ([]taken, error) {
	b := tx.Build("UPDATE job SET state = 'running', tries = tries + 1, due_at = ?, run = ?, key = CASE WHEN every = 0 THEN NULL ELSE key "+
		"END WHERE id IN (SELECT id",
		now().Add(lease), tx.NewID())
	b = db.In(b.Add(isDue, now()), " AND kind", kinds)
	return db.Select[taken](ctx, tx, b.Add(" ORDER BY due_at, id LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING id, kind, args, every, tries, run",
		limit))
}

// done ends a run well: work done once goes, periodic work waits for its next slot.
func (j taken) done(ctx context.Context, tx *db.Tx) (err error) {
	if j.Every == 0 {
		_, err = remove.Run(ctx, tx, j.ID, j.Run)
		return err
	}
	_, err = settle.Run(ctx, tx, j.ID, j.Run, "ready", slotAfter(now(), j.Every), 0, "")
	return err
}

// failed ends a run badly: it is done again after a pause, or laid aside.
func (j taken) failed(ctx context.Context, tx *db.Tx, why error, pause time.Duration, dead bool) error {
	state, due := "ready", now().Add(pause)
	if dead {
		state = "dead"
	}
	if j.Every > 0 {
		if next := slotAfter(now(), j.Every); next.Before(due) {
			due = next
		}
	}
	_, err := settle.Run(ctx, tx, j.ID, j.Run, state, due, j.Tries, clip(why))
	return err
}

// clip keeps the first 500 characters of an error, in a form that both databases store.
func clip(why error) string {
	text := []rune(strings.ToValidUTF8(strings.ReplaceAll(why.Error(), "\x00", ""), ""))
	return string(text[:min(len(text), 500)])
}

// slotAfter gives the start of the next slot; slots are counted from a midnight in Shanghai, so a daily one starts at midnight.
func slotAfter(t time.Time, every int64) time.Time {
	const midnight = -8 * 3600 * 1_000_000
	return time.UnixMicro((t.UnixMicro()-midnight)/every*every + every + midnight)
}

func now() time.Time { return time.Now().Truncate(time.Microsecond) }
