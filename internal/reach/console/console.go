// Package console shows what the platform keeps of itself: everybody's own messages, and to administrators the queue of background
// work and the trail.
package console

import (
	"bytes"
	"context"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
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

// Trail is the page of the trail.
type Trail struct {
	In audit.ListInput
	db.Page[audit.Row]
}

// Trail gives rows of the trail that the actor may read, the newest first.
func (s *Service) Trail(ctx context.Context, in audit.ListInput) (Trail, error) {
	return act.Read(ctx, s.db, audit.View, func(tx *db.Tx) (out Trail, err error) {
		out.In = in

		out.Page, err = audit.List(ctx, tx, in)
		return out, err
	})
}

// Export gives the filtered trail as JSON lines, the oldest first.
func (s *Service) Export(ctx context.Context, in audit.Filter) (blob.File, error) {
	if err := auth.Allow(ctx, audit.View); err != nil {
		return blob.File{}, err
	}
	var out bytes.Buffer
	err := s.db.Read(ctx, func(tx *db.Tx) error { return audit.Export(ctx, tx, &out, in) })
	return blob.File{Name: "audit.jsonl", Type: "application/x-ndjson", Body: out.Bytes()}, err
}

func (v Inbox) next() string {
	return ui.Next("/messages", v.Next, "unread", v.In.Unread)
}

func (v Jobs) next() string {
	return ui.Next("/admin/jobs", v.Next, "failed", v.In.Failed, "state", v.In.State)
}

// asked are what the trail was asked for, in pairs.
func (v Trail) asked() []any {
	f := v.In.Filter
	return []any{"object", f.Object, "object_id", f.ObjectID, "action", f.Action, "from", f.From, "to", f.To}
}

func (v Trail) next() string { return ui.Next("/admin/audit", v.Next, v.asked()...) }

var (
	jobStates = set.New("job.state",
		set.Row{"ready", "等着"}, set.Row{"running", "正在做", "work"}, set.Row{"dead", "已停止", "alarm"})
)
