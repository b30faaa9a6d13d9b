package job

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

type work struct {
	ID db.ID `json:"id"`
}

func quick(d *db.DB) *Runner {
	r := New(d)
	r.poll, r.lease = 10*time.Millisecond, 300*time.Millisecond
	r.pause = func(int64) time.Duration { return time.Millisecond }
	return r
}

// start runs r until the test or the given stop ends it.
func start(t *testing.T, r *Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func enqueue(t *testing.T, d *db.DB, kind string, id db.ID, opts ...Option) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return Enqueue(t.Context(), tx, kind, work{id}, opts...) }); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, d *db.DB, in Filter) (out []Job) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		page, err := List(t.Context(), tx, in)
		out = page.Items
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// Several runners share the work; each job is done once, and only if its transaction was committed.
func TestEachJobOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Prepare(t, d)
		const n = 200
		var mu sync.Mutex
		done := map[db.ID]int{}
		for range 3 {
			r := quick(d)
			r.lease = time.Minute // a slow machine must not end it
			Handle(r, "count", func(ctx context.Context, w work) error {
				if a := auth.From(ctx); a.System != "count" {
					t.Errorf("the handler acts as %+v", a)
				}
				mu.Lock()
				defer mu.Unlock()
				done[w.ID]++
				return nil
			})
			start(t, r)
		}
		for i := range n {
			enqueue(t, d, "count", db.ID(i+1))
			d.Write(t.Context(), func(tx *db.Tx) error {
				return errors.Join(Enqueue(t.Context(), tx, "count", work{db.ID(1000 + i)}), errors.New("rolled back"))
			})
		}
		eventually(t, "an empty queue", func() bool { return len(list(t, d, Filter{})) == 0 })
		mu.Lock()
		defer mu.Unlock()
		for id, times := range done {
			if times != 1 || id > n {
				t.Errorf("job %d done %d times", id, times)
			}
		}
		if len(done) != n {
			t.Errorf("%d of %d done", len(done), n)
		}
	})
}

func TestWaitsAndWakes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := quick(d)
		r.poll = time.Hour
		got := make(chan db.ID, 10)
		Handle(r, "k", func(_ context.Context, w work) error { got <- w.ID; return nil })
		start(t, r)
		time.Sleep(100 * time.Millisecond) // asleep for an hour now
		enqueue(t, d, "k", 1, At(time.Now().Add(time.Hour)))
		enqueue(t, d, "k", 2)
		if id := <-got; id != 2 {
			t.Errorf("job %d came first", id)
		}
		if left := list(t, d, Filter{State: "ready"}); len(left) != 1 {
			t.Errorf("waiting %+v", left)
		}
	})
}

func TestKeyDropsSecondWaiting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		enqueue(t, d, "k", 1, Key("a"))
		enqueue(t, d, "k", 2, Key("a"))
		enqueue(t, d, "k", 3, Key("b"))
		r := quick(d)
		var mu sync.Mutex
		var got []db.ID
		Handle(r, "k", func(_ context.Context, w work) error {
			if w.ID == 1 {
				enqueue(t, d, "k", 4, Key("a")) // the running one does not count
			}
			mu.Lock()
			defer mu.Unlock()
			got = append(got, w.ID)
			return nil
		})
		start(t, r)
		eventually(t, "an empty queue", func() bool { return len(list(t, d, Filter{})) == 0 })
		mu.Lock()
		defer mu.Unlock()
		if slices.Sort(got); !slices.Equal(got, []db.ID{1, 3, 4}) {
			t.Errorf("done %v", got)
		}
	})
}

func TestRetryThenDeadThenRevived(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := quick(d)
		var runs atomic.Int64
		var cured atomic.Bool
		Handle(r, "ill", func(context.Context, work) error {
			if runs.Add(1); cured.Load() {
				return nil
			}
			if runs.Load()%2 == 0 {
				panic("坏")
			}
			return errors.New("坏\x00\xff")
		})
		enqueue(t, d, "ill", 1)
		start(t, r)
		eventually(t, "a dead job", func() bool { return len(list(t, d, Filter{State: "dead"})) == 1 })
		dead := list(t, d, Filter{Failed: true})
		if runs.Load() != maxTries || dead[0].Tries != maxTries || dead[0].Error != "panic: 坏" {
			t.Errorf("%d runs, %+v", runs.Load(), dead)
		}
		cured.Store(true)
		for _, want := range []errs.Kind{0, errs.Conflict} {
			err := d.Write(t.Context(), func(tx *db.Tx) error { return Retry(t.Context(), tx, dead[0].ID) })
			if errs.KindOf(err) != want {
				t.Errorf("retry: %v", err)
			}
		}
		eventually(t, "an empty queue", func() bool { return len(list(t, d, Filter{})) == 0 })
	})
}

func TestUnavailableNeverDies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := quick(d)
		var runs atomic.Int64
		Handle(r, "far", func(context.Context, work) error {
			if runs.Add(1) < 3*maxTries {
				return errs.New(errs.Unavailable, "gateway", "短信网关没有应答")
			}
			return nil
		})
		enqueue(t, d, "far", 1)
		start(t, r)
		eventually(t, "an empty queue", func() bool { return len(list(t, d, Filter{})) == 0 })
		if runs.Load() != 3*maxTries {
			t.Errorf("%d runs", runs.Load())
		}
	})
}

// A long handler keeps its job by extending the lease; a runner that is told to end lets it finish.
func TestLongHandlerKeepsItsJobAndDrains(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var runs atomic.Int64
		begun := make(chan bool, 10)
		handler := func(ctx context.Context, _ work) error {
			runs.Add(1)
			begun <- true
			time.Sleep(5 * time.Second)
			return ctx.Err()
		}
		var stops []func()
		for range 2 {
			r := quick(d)
			r.lease = 2 * time.Second // a busy machine extends it in time, too
			Handle(r, "long", handler)
			stops = append(stops, start(t, r))
		}
		enqueue(t, d, "long", 1)
		<-begun
		time.Sleep(3 * time.Second) // longer than a lease
		for _, stop := range stops {
			stop()
		}
		if left := list(t, d, Filter{}); runs.Load() != 1 || len(left) != 0 {
			t.Errorf("%d runs, left %+v", runs.Load(), left)
		}
	})
}

// A killed process's job is done by another once the lease is over, not before; the dead run's late word no longer counts.
func TestKilledWorker(t *testing.T) {
	if url := os.Getenv("LINLI_TEST_WORKER"); url != "" {
		d, err := db.Open(t.Context(), url)
		if err == nil {
			err = d.Start(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		r := quick(d)
		Handle(r, "k", func(context.Context, work) error {
			fmt.Println("begun")
			select {}
		})
		t.Fatal(r.Run(t.Context()))
	}
	for engine, url := range urls(t) {
		t.Run(engine, func(t *testing.T) {
			d := open(t, url)
			enqueue(t, d, "k", 1)
			cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWorker$")
			cmd.Env = append(os.Environ(), "LINLI_TEST_WORKER="+url)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := out.Read(make([]byte, 5)); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			left := list(t, d, Filter{State: "running"})
			if len(left) != 1 || left[0].Tries != 1 {
				t.Fatalf("after the kill: %+v", left)
			}
			r := quick(d)
			again := make(chan time.Time, 10)
			Handle(r, "k", func(context.Context, work) error { again <- time.Now(); return nil })
			start(t, r)
			if at := <-again; at.Before(left[0].DueAt) {
				t.Errorf("done %v before the lease ended", left[0].DueAt.Sub(at))
			}
			eventually(t, "an empty queue", func() bool { return len(list(t, d, Filter{})) == 0 })
		})
	}
}

func urls(t *testing.T) map[string]string {
	return map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "linli.db"), "postgres": dbtest.PostgresURL(t)}
}

func open(t *testing.T, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := errors.Join(d.Migrate(t.Context()), d.Start(t.Context())); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestLateWordDoesNotCount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		enqueue(t, d, "k", 1)
		runs := make([]taken, 2)
		for i := range runs {
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				jobs, err := take(t.Context(), tx, []string{"k"}, 1, 0) // a lease that is over at once
				runs[i] = jobs[0]
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		late := func(j taken) int {
			if err := d.Write(t.Context(), func(tx *db.Tx) error { return j.done(t.Context(), tx) }); err != nil {
				t.Fatal(err)
			}
			return len(list(t, d, Filter{}))
		}
		if late(runs[0]) != 1 || late(runs[1]) != 0 {
			t.Error("the first run ended the second")
		}
	})
}

// Over several runners each slot is done once, runs never overlap, and a failure is repeated within the slot but never laid aside.
func TestEvery(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const interval = 200 * time.Millisecond
		var mu sync.Mutex
		slots := map[int64]int{}
		var inside, runs atomic.Int64
		for range 3 {
			r := quick(d)
			r.lease = time.Minute // a slow machine must not end it
			r.Every("sweep", interval, func(context.Context) error {
				if inside.Add(1) > 1 {
					t.Error("two runs at once")
				}
				defer inside.Add(-1)
				if n := runs.Add(1); n%3 == 0 {
					return errors.New("坏")
				}
				mu.Lock()
				defer mu.Unlock()
				slots[time.Now().UnixMicro()/interval.Microseconds()]++
				return nil
			})
			start(t, r)
		}
		eventually(t, "20 runs", func() bool { return runs.Load() >= 20 })
		mu.Lock()
		defer mu.Unlock()
		for slot, n := range slots {
			if n > 1 {
				t.Errorf("slot %d done %d times", slot, n)
			}
		}
		if rows := list(t, d, Filter{}); len(rows) != 1 || rows[0].State == "dead" {
			t.Errorf("rows %+v", rows)
		}
	})
}

func TestSlotsStartAtShanghaiMidnight(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	day := slotAfter(time.Date(2026, 11, 24, 3, 0, 0, 0, shanghai), (24 * time.Hour).Microseconds())
	if want := time.Date(2026, 11, 25, 0, 0, 0, 0, shanghai); !day.Equal(want) {
		t.Errorf("next day %v, want %v", day, want)
	}
}

func TestPause(t *testing.T) {
	for tries, want := range map[int64]time.Duration{1: time.Second, 4: 8 * time.Second, 12: maxPause, 1 << 40: maxPause} {
		if got := pause(tries); got < want*9/10 || got > want*11/10 {
			t.Errorf("after %d tries %v, want about %v", tries, got, want)
		}
	}
}

func TestListPages(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for i := range 5 {
			enqueue(t, d, "k", db.ID(i+1))
		}
		in := Filter{Paging: db.Paging{Limit: 2}}
		var seen []db.ID
		for {
			var page db.Page[Job]
			err := d.Read(t.Context(), func(tx *db.Tx) (err error) { page, err = List(t.Context(), tx, in); return err })
			if err != nil {
				t.Fatal(err)
			}
			for _, j := range page.Items {
				seen = append(seen, j.ID)
			}
			if page.Next == nil {
				break
			}
			in.Cursor = *page.Next
		}
		if len(seen) != 5 || !slices.IsSortedFunc(seen, func(a, b db.ID) int { return int(b - a) }) {
			t.Errorf("pages %v", seen)
		}
	})
}
