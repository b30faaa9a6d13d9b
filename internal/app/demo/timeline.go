package demo

import (
	"container/heap"
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/notify"
)

// task is something that happens at a time.
type task struct {
	at  time.Time
	seq int
	run func(ctx context.Context) error
}

// queue gives tasks in the order of time, those of one instant as they were put in.
type queue []task

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].seq < q[j].seq
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(task)) }
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// at lets something happen at a time, unless it lies beyond now.
func (w *world) at(t time.Time, run func(ctx context.Context) error) {
	if t.After(w.now) {
		return
	}
	w.seq++
	heap.Push(&w.queue, task{t, w.seq, run})
}

// perBatch is how many tasks share one transaction.
const perBatch = 20000

// play lets everything happen and adds up the figures. What is copied must be so before anybody is given a secret that stands nowhere else.
func (w *world) play(ctx context.Context) error {
	if err := w.pass(ctx); err != nil {
		return err
	}
	if w.scale.Copies > 0 {
		if err := w.multiply(ctx); err != nil {
			return err
		}
		w.at(w.now.Add(-90*time.Minute), w.canaries)
		if err := w.pass(ctx); err != nil {
			return err
		}
	}
	return w.app.Coverage.Fold(ctx)
}

// pass lets what is planned happen, in the order of time, and numbers the trail.
func (w *world) pass(ctx context.Context) error {
	for w.queue.Len() > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := w.app.DB.Batch(notify.Quiet(context.WithoutCancel(ctx)), func(ctx context.Context) error {
			return w.trail.Gather(ctx, func(ctx context.Context) error {
				for range min(perBatch, w.queue.Len()) {
					if err := w.next(ctx); err != nil {
						return err
					}
				}
				return nil
			})
		})
		if err == nil { // outside: changes folded within the transaction that wrote them stay in the way of the next
			err = w.app.Stats.Fold(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *world) next(ctx context.Context) error {
	t := heap.Pop(&w.queue).(task)
	return t.run(clock.At(ctx, t.at))
}

// sweep does what has fallen due, every hour until now.
func (w *world) sweep(t time.Time) {
	w.at(t, func(ctx context.Context) error {
		w.sweep(t.Add(time.Hour))
		return w.app.Order.Sweep(auth.AsSystem(ctx, "order.sweep"))
	})
}

// later gives a time between from and to minutes after t.
func (w *world) later(t time.Time, from, to int) time.Time {
	return t.Add(time.Duration(from+w.rng.IntN(to-from+1)) * time.Minute)
}

// Hours between which people work and call.
const (
	opens  = 8*60 + 30
	closes = 17*60 + 30
)

// daytime moves a time at night to the next morning.
func (w *world) daytime(t time.Time) time.Time {
	day := clock.DayOf(t)
	switch m := int(t.Sub(day.Time()) / time.Minute); {
	case m < opens:
		return w.later(day.Time(), opens, opens+60)
	case m > closes:
		return w.later(day.AddDays(1).Time(), opens, opens+60)
	}
	return t
}
