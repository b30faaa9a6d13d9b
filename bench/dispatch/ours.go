package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"linli/internal/platform/assign"
)

// Clocks of clock_gettime(2).
const (
	processTime = 2
	threadTime  = 3
)

// spent is processor time, which other work on the machine does not lengthen as it does time on the wall.
func spent(clock uintptr) time.Duration {
	var t syscall.Timespec
	if _, _, e := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&t)), 0); e != 0 {
		panic(e)
	}
	return time.Duration(t.Nano())
}

// solve prints the processor time of solving, with building and without reading, as the peer does.
func solve(path string) error {
	debug.SetGCPercent(10) // as the command does
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	in, err := assign.ReadInstance(context.Background(), f)
	if err != nil {
		return err
	}
	runtime.GC()
	start := spent(processTime)
	if err := in.Solve(context.Background()); err != nil {
		return err
	}
	took := spent(processTime) - start
	var out strings.Builder
	if err := in.Write(context.Background(), &out); err != nil {
		return err
	}
	var objective int64
	if _, err := fmt.Fscanf(io.LimitReader(strings.NewReader(out.String()), 64), `{"objective":%d,`, &objective); err != nil {
		return err
	}
	fmt.Printf("{\"objective\":%d,\"cpu_ms\":%.3f}\n", objective, float64(took.Microseconds())/1000)
	return nil
}

// change prints how long one exact re-dispatch takes on solved instances of each kind: somebody declines, a new order comes, a slot is
// cancelled, an appointment is accepted. The last plan is compared with one from scratch.
func change(orders int) error {
	for _, k := range kinds {
		in := generate(orders, orders*k.per100/100, 1)
		p := in.problem()
		s, err := assign.NewState(context.Background(), p)
		if err != nil {
			return err
		}
		if err := changes(k.name, s, p); err != nil {
			return err
		}
	}
	return nil
}

const changesOf = 4000

func changes(name string, s *assign.State, p assign.Problem) error {
	plan, err := s.Plan(context.Background())
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	r := rand.New(rand.NewPCG(7, 7))
	if err := s.CancelSlot(plan.Pairs[0][1]); err != nil { // builds the index once
		return err
	}
	took := make([]time.Duration, 0, changesOf)
	for i := range changesOf {
		pair := plan.Pairs[r.IntN(len(plan.Pairs))]
		start := spent(threadTime)
		switch i % 4 {
		case 0:
			s.Decline(pair[0], pair[1])
		case 1:
			s.AddOrder(p.Orders[r.IntN(len(p.Orders))], nil)
		case 2:
			s.CancelSlot(pair[1])
		case 3:
			s.Fix(pair[0], pair[1])
		}
		took = append(took, spent(threadTime)-start)
	}
	slices.Sort(took)
	last, err := s.Plan(context.Background())
	if err != nil {
		return err
	}
	if last.Objective != last.Bound {
		return fmt.Errorf("%s: after the changes the plan costs %d, proven %d", name, last.Objective, last.Bound)
	}
	fmt.Printf("%s: one change %v at the median, %v at p99, %v at most\n", name, took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
	return nil
}
