package order

import (
	"context"
	"fmt"
	"testing"
	"time"

	"linli/internal/platform/db"
	"linli/internal/work/order/live"
)

// next gives what a page is told next; a page that is told nothing is given up after minutes.
func next(t *testing.T, board <-chan string) string {
	t.Helper()
	select {
	case s, ok := <-board:
		if !ok {
			t.Fatal("the page was closed")
		}
		return s
	case <-time.After(2 * time.Minute):
		t.Fatal("no news")
	}
	return ""
}

func (w *world) watch(ctx context.Context, s *Service) <-chan string {
	w.t.Helper()
	board, err := s.Watch(ctx, TodayInput{})
	if err != nil {
		w.t.Fatal(err)
	}
	return board
}

// Pages elsewhere cost an order nothing, and the page of another process hears of it.
func TestBoardsElsewhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const orders = 10
		cost := func() int64 {
			start, polls := w.d.Transactions(), time.Now()
			for range orders {
				w.create()
			}
			return w.d.Transactions() - start - 2*(int64(time.Since(polls)/live.PollEvery)+1)
		}
		alone := cost()
		other := New(w.d, w.s.keys, w.s.persons, w.s.blobs) // as another process has one
		here, there := w.watch(w.head, w.s), w.watch(w.town, other)
		var elsewhere []<-chan string
		for range 100 {
			elsewhere = append(elsewhere, w.watch(w.elsewhere, w.s), w.watch(w.elsewhere, other))
		}
		if got := cost(); got > alone+3*orders {
			t.Errorf("%d orders cost %d transactions, %d with boards elsewhere", orders, alone, got)
		}
		for _, board := range elsewhere {
			select {
			case s := <-board:
				t.Fatalf("told elsewhere: %s", s)
			default:
			}
		}
		o := w.create()
		want := fmt.Sprintf(`{"id":"%s","version":1}`, o.ID)
		for name, board := range map[string]<-chan string{"this process": here, "the other process": there} {
			for n := 1; next(t, board) != want; n++ {
				if n > orders {
					t.Fatalf("%s: more than what happened is told", name)
				}
			}
		}
	})
}

// A page tells each move once, ends with its reader, and the last page of a process ends its looks.
func TestBoardOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.create() // before the page is opened: it is on it
		ctx, leave := context.WithCancel(w.manager)
		board := w.watch(ctx, w.s)
		var want []db.ID
		for range 3 {
			want = append(want, w.create().ID)
		}
		for _, id := range want {
			if got := next(t, board); got != fmt.Sprintf(`{"id":"%s","version":1}`, id) {
				t.Errorf("told %s, want %s", got, id)
			}
		}
		looks := w.d.Transactions() // after two more looks nothing came again
		for end := time.Now().Add(2 * time.Minute); w.d.Transactions() < looks+2; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("nobody looks")
			}
		}
		select {
		case s := <-board:
			t.Errorf("told again: %s", s)
		default:
		}
		leave()
		for range board {
			t.Error("told after the end")
		}
		if pages, places := w.s.live.Pages(); pages != 0 || places != 0 {
			t.Errorf("left behind: %d pages at %d places", pages, places)
		}
	})
}
