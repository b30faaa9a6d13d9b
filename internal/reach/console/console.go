// Package console shows what the platform keeps of itself: everybody's own messages, and to administrators the queue of background
// work and the trail.
package console

import (
	"context"
	_ "embed"
	"strconv"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Permissions.
const (
	ViewJobs    auth.Perm = "job.view"
	RetryJobs   auth.Perm = "job.retry"
	ViewSent    auth.Perm = "message.watch"
	RetrySent   auth.Perm = "message.again"
	ViewKeys    auth.Perm = "keys.view"
	ViewBackups auth.Perm = "backup.view"
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	keys  *seal.Keys
	inbox *notify.Service
	words func(name string) string // what people call an operation or an area, "" where it has no words
	named func() []string          // all that have words
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, inbox *notify.Service) *Service {
	return &Service{db: d, keys: keys, inbox: inbox}
}

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
	In    job.Filter
	Count job.Figures `json:"count"`
	db.Page[Task]
}

// Task is a job with what it does, in words.
type Task struct {
	job.Job
	What string `json:"what" doc:"做什么"`
}

// Jobs gives the background work, the newest first.
func (s *Service) Jobs(ctx context.Context, in job.Filter) (Jobs, error) {
	return act.Read(ctx, s.db, ViewJobs, func(tx *db.Tx) (out Jobs, err error) {
		out.In = in
		rows, err := job.List(ctx, tx, in)
		if err != nil {
			return out, err
		}
		out.Next, out.Items = rows.Next, []Task{}
		for _, j := range rows.Items {
			out.Items = append(out.Items, Task{j, orSelf(taskWords[j.Kind], j.Kind)})
		}
		out.Count, err = job.Count(ctx, tx)
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
	return ui.Next(jobsPath, v.Next, "failed", v.In.Failed, "late", v.In.Late, "state", v.In.State)
}

// every says how often periodic work is done.
func every(micros int64) string {
	switch d := time.Duration(micros) * time.Microsecond; {
	case d == 0:
		return "做一次"
	case d < time.Minute:
		return "一直在做"
	case d < time.Hour:
		return "每 " + strconv.Itoa(int(d.Minutes())) + " 分钟"
	case d < 24*time.Hour:
		return "每 " + strconv.Itoa(int(d.Hours())) + " 小时"
	}
	return "每天"
}

// tasks says what each kind of background work does, a line each: here, because they are read together on one page.
//
//go:embed tasks.txt
var tasks string

var taskWords = words(tasks)

func words(lines string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(lines) {
		if kind, word, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			out[kind] = word
		}
	}
	return out
}

// TaskWord is what a kind of background work does, in words; "" for one that nobody described.
func TaskWord(kind string) string { return taskWords[kind] }

var jobStates = set.New("job.state",
	set.Row{"ready", "等着"}, set.Row{"running", "正在做", "work"}, set.Row{"dead", "已停止", "alarm"})
