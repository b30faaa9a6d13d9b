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
		If(more, " AND id < ?", last).
		Add(" ORDER BY id DESC LIMIT ?", in.Size()+1)
	rows, err := db.Select[Job](ctx, tx, b)
	return db.PageOf(rows, in.Paging, func(j Job) []string { return db.Key(j.ID) }), err
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
