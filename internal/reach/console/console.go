// Package console shows what the platform keeps of itself: everybody's own messages, and to administrators the queue of background
// work and the trail.
package console

import (
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Permissions.
const (
	ViewJobs  auth.Perm = "job.view"
	RetryJobs auth.Perm = "job.retry"
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	inbox *notify.Service
	words func(name string) string // what people call an operation or an area, "" where it has no words
	named func() []string          // all that have words
}

// New makes the service.
func New(d *db.DB, inbox *notify.Service) *Service { return &Service{db: d, inbox: inbox} }

// Inbox is the page of one's own messages.
type Inbox struct {
	In notify.ListInput
	db.Page[notify.Notice]
}

// Inbox gives one's own messages, the newest first.
func (s *Service) Inbox(ctx context.Context, in notify.ListInput) (out Inbox, err error) {
	out.In = in
	out.Page, err = s.inbox.List(ctx, in)
	return out, err
}

// Jobs is the page of the queue.
type Jobs struct {
	In job.Filter
	db.Page[job.Job]
}

// Jobs gives the background work, the newest first.
func (s *Service) Jobs(ctx context.Context, in job.Filter) (Jobs, error) {
	return act.Read(ctx, s.db, ViewJobs, func(tx *db.Tx) (out Jobs, err error) {
		out.In = in
		out.Page, err = job.List(ctx, tx, in)
		return out, err
	})
}

// RetryInput names a job.
type RetryInput struct {
	ID db.ID `path:"id"`
}

// Retry gives a dead job its tries again.
func (s *Service) Retry(ctx context.Context, in RetryInput) (RetryInput, error) {
	return act.Write(ctx, s.db, act.Op{Perm: RetryJobs}, func(tx *db.Tx) (RetryInput, error) {
		if err := job.Retry(ctx, tx, in.ID); err != nil {
			return in, err
		}
		return in, audit.Write(ctx, tx, audit.Entry{Action: "job.retry", Object: "job", ID: in.ID.String()})
	})
}

func (v Inbox) next() string {
	return ui.Next("/messages", v.Next, "unread", v.In.Unread)
}

func (v Jobs) next() string {
	return ui.Next(jobsPath, v.Next, "failed", v.In.Failed, "state", v.In.State)
}

var jobStates = set.New("job.state",
	set.Row{"ready", "等着"}, set.Row{"running", "正在做", "work"}, set.Row{"dead", "已停止", "alarm"})
