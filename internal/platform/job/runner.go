package job

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

const (
	workers  = 8
	maxTries = 12 // about half an hour of pauses
	maxPause = 10 * time.Minute
	maxRun   = time.Hour        // a handler that takes longer is told to stop
	drain    = 20 * time.Second // what running handlers get when the runner is told to end
)

// Runner does the work of the kinds that it knows.
type Runner struct {
	db       *db.DB
	handlers map[string]func(context.Context, json.RawMessage) error
	periods  map[string]time.Duration
	wake     chan struct{}
	lease    time.Duration
	poll     time.Duration
	pause    func(tries int64) time.Duration // tests shorten it
}

// New gives a runner that knows nothing yet.
func New(d *db.DB) *Runner {
	return &Runner{db: d, handlers: map[string]func(context.Context, json.RawMessage) error{}, periods: map[string]time.Duration{},
		wake: make(chan struct{}, 1), lease: 30 * time.Second, poll: 500 * time.Millisecond, pause: pause}
}

// Handle says who does work of a kind. fn gets the args of Enqueue, acts as the system, and may be called again for work it has done:
// a crash may come between its end and our note of it. An error of kind Unavailable is repeated without end, others maxTries times.
func Handle[T any](r *Runner, kind string, fn func(context.Context, T) error) {
	if r.handlers[kind] != nil {
		panic("job: two handlers for " + kind)
	}
	r.handlers[kind] = func(ctx context.Context, args json.RawMessage) error {
		var in T
		if err := json.Unmarshal(args, &in); err != nil {
			return err
		}
		return fn(ctx, in)
	}
}

// Every does fn once per slot of interval over all processes on this database, and not before the last one has ended. Slots of a stopped
// system are not made up for, except that one follows at once. A failure is repeated, and never laid aside.
func (r *Runner) Every(kind string, interval time.Duration, fn func(context.Context) error) {
	Handle(r, kind, func(ctx context.Context, _ any) error { return fn(ctx) })
	r.periods[kind] = interval
}

// Kinds are the kinds of work that the runner knows.
func (r *Runner) Kinds() []string { return slices.Sorted(maps.Keys(r.handlers)) }

// Wake makes the runner look for work now.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// running holds this process's runners; whoever enqueues wakes them all, for they share few databases.
var running sync.Map

func wakeAll() {
	running.Range(func(r, _ any) bool {
		r.(*Runner).Wake()
		return true
	})
}

// Run works until ctx ends; then it takes nothing more and gives what runs a while to finish.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.plan(ctx); err != nil {
		return err
	}
	running.Store(r, true)
	defer running.Delete(r)
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var wg sync.WaitGroup
	free := make(chan struct{}, workers)
	for range workers {
		free <- struct{}{}
	}
	for ctx.Err() == nil {
		for _, j := range r.next(ctx, len(free)) {
			<-free
			wg.Go(func() {
				r.do(work, j)
				free <- struct{}{}
				r.Wake()
			})
		}
		select {
		case <-ctx.Done():
		case <-r.wake:
		case <-time.After(r.poll):
		}
	}
	late := time.AfterFunc(drain, stop)
	defer late.Stop()
	wg.Wait()
	return nil
}

// plan writes the periodic work into the database.
func (r *Runner) plan(ctx context.Context) error {
	return r.db.Write(ctx, func(tx *db.Tx) error {
		for _, kind := range slices.Sorted(maps.Keys(r.periods)) {
			if err := addPeriodic(ctx, tx, kind, r.periods[kind]); err != nil {
				return err
			}
		}
		return nil
	})
}

// next takes up to n jobs that are due. A database that does not answer is asked again at the next poll.
func (r *Runner) next(ctx context.Context, n int) (jobs []taken) {
	if n == 0 || len(r.handlers) == 0 {
		return nil
	}
	kinds := slices.Sorted(maps.Keys(r.handlers))
	var due bool
	err := r.db.Read(ctx, func(tx *db.Tx) (err error) { due, err = anyDue(ctx, tx, kinds); return err })
	if err == nil && due {
		err = r.db.Write(ctx, func(tx *db.Tx) (err error) { jobs, err = take(ctx, tx, kinds, n, r.lease); return err })
	}
	if err != nil && ctx.Err() == nil {
		slog.Error("jobs cannot be taken", "error", err)
	}
	if err != nil {
		return nil
	}
	return jobs
}

func (r *Runner) do(ctx context.Context, j taken) {
	ctx, cancel := context.WithTimeout(db.Patient(auth.AsSystem(ctx, j.Kind)), maxRun)
	defer cancel()
	released := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { r.hold(ctx, j, released) })
	why := r.call(ctx, j)
	close(released)
	wg.Wait()
	r.settle(context.WithoutCancel(ctx), j, why)
}

func (r *Runner) call(ctx context.Context, j taken) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("job panics", "kind", j.Kind, "id", j.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.handlers[j.Kind](ctx, []byte(j.Args))
}

// hold extends the lease while the handler works. A failure costs at most that the work is done twice.
func (r *Runner) hold(ctx context.Context, j taken, released <-chan struct{}) {
	tick := time.NewTicker(r.lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-released:
			return
		case <-tick.C:
			r.db.Write(ctx, func(tx *db.Tx) error {
				_, err := extend.Run(ctx, tx, j.ID, j.Run, now().Add(r.lease))
				return err
			})
		}
	}
}

// settle writes down how the run ended. If even that fails, the lease ends and the work is done again.
func (r *Runner) settle(ctx context.Context, j taken, why error) {
	dead := j.Every == 0 && j.Tries >= maxTries && errs.KindOf(why) != errs.Unavailable
	err := r.db.Write(ctx, func(tx *db.Tx) error {
		if why == nil {
			return j.done(ctx, tx)
		}
		return j.failed(ctx, tx, why, r.pause(j.Tries), dead)
	})
	switch {
	case err != nil:
		slog.Error("job is not settled", "kind", j.Kind, "id", j.ID, "error", err)
	case why != nil:
		slog.Warn("job failed", "kind", j.Kind, "id", j.ID, "tries", j.Tries, "dead", dead, "error", why)
	}
}

// pause grows from one second to ten minutes, with a fifth of chance so that a crowd of failures does not return as one.
func pause(tries int64) time.Duration {
	d := min(maxPause, time.Second<<min(tries-1, 20))
	return d - d/10 + rand.N(d/5)
}
