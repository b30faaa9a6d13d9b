// Package job keeps a queue and a schedule in the database. Work is enqueued in the transaction that needs it and done after its
// commit, at least once, by any process that knows its kind. A worker that dies loses its lease and another does the work; a failure
// is repeated with a growing pause and, after maxTries, laid aside for a person to look at. All times here are machine time.
package job

import (
	"context"
	"encoding/json"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Option changes how a job is enqueued.
type Option func(*order)

type order struct {
	at  time.Time
	key *string
}

// At lets the job wait until t of machine time. Deadlines of business time are rows swept by periodic work instead.
func At(t time.Time) Option { return func(o *order) { o.at = t } }

// Key drops the job if another with the same key waits already. One that runs does not count: it may have read its data before the change.
func Key(k string) Option { return func(o *order) { o.key = &k } }

// Enqueue leaves work of a kind in tx. args become JSON and must hold ids only: the table is plain text and outlives what it names.
func Enqueue(ctx context.Context, tx *db.Tx, kind string, args any, opts ...Option) error {
	o := order{at: now()}
	for _, opt := range opts {
		opt(&o)
	}
	text, err := json.Marshal(args)
	if err != nil {
		return err
	}
	tx.AfterCommit(wakeAll)
	return add(ctx, tx, kind, string(text), o)
}

// Job is one row for the page of the administrator.
type Job struct {
	ID     db.ID     `json:"id"`
	Kind   string    `json:"kind"`
	State  string    `json:"state"` // ready, running or dead
	Every  int64     `json:"every"` // microseconds between the slots of periodic work, 0 for work done once
	DueAt  time.Time `json:"due_at"`
	Tries  int64     `json:"tries"`
	Error  string    `json:"error"` // of the last failure
	MadeAt time.Time `json:"made_at"`
}

// Filter narrows a list of jobs.
type Filter struct {
	State  string `query:"state" required:"false" enum:"ready,running,dead" doc:"状态"`
	Failed bool   `query:"failed" required:"false" doc:"只看失败过的"`
	Late   bool   `query:"late" required:"false" doc:"只看迟了的"`
	db.Paging
}

// List gives jobs, the newest first.
func List(ctx context.Context, tx *db.Tx, in Filter) (db.Page[Job], error) {
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return db.Page[Job]{}, err
	}
	b := tx.Build("SELECT id, kind, state, every, due_at, tries, error, made_at FROM job WHERE 1 = 1").
		If(in.State != "", " AND state = ?", in.State).
		If(in.Failed, " AND error <> ''").
		If(in.Late, " AND state <> 'dead' AND due_at < ?", now().Add(-LateBy)).
		If(more, " AND id < ?", last).
		Add(" ORDER BY id DESC LIMIT ?", in.Size()+1)
	rows, err := db.Select[Job](ctx, tx, b)
	return db.PageOf(rows, in.Paging, func(j Job) []string { return db.Key(j.ID) }), err
}

// LateBy is how long after its time work counts as late.
const LateBy = time.Minute

// Late says that a job should have been done by now.
func (j Job) Late() bool { return j.State != "dead" && time.Since(j.DueAt) > LateBy }

// Figures are how much work there is.
type Figures struct {
	All    int64 `json:"all" doc:"一共"`
	Late   int64 `json:"late" doc:"迟了的"`
	Failed int64 `json:"failed" doc:"失败过、还要再做的"`
	Dead   int64 `json:"dead" doc:"已停止的"`
}

var figures = db.Query[Figures](`SELECT COUNT(*) AS "all", COUNT(CASE WHEN state <> 'dead' AND due_at < $1 THEN 1 END) AS late,
	COUNT(CASE WHEN state <> 'dead' AND error <> '' THEN 1 END) AS failed, COUNT(CASE WHEN state = 'dead' THEN 1 END) AS dead FROM job`)

// Count counts the work.
func Count(ctx context.Context, tx *db.Tx) (Figures, error) {
	return figures.One(ctx, tx, now().Add(-LateBy))
}

// Retry gives a dead job its tries again; any other is a WrongState.
func Retry(ctx context.Context, tx *db.Tx, id db.ID) error {
	n, err := revive.Run(ctx, tx, id, now())
	if err == nil && n == 0 {
		return errs.WrongState("只有已停止的后台任务可以重试")
	}
	tx.AfterCommit(wakeAll)
	return err
}
