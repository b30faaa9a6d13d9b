// Command dispatch measures the assignment solver against the network simplex of LEMON, on instances of three kinds and several seeds,
// in interleaved pairs of fresh processes. It compares processor time, so that other work on the machine disturbs both sides alike,
// and counts a pair only if both objectives are equal.
//
//	go run ./dispatch [-seeds 3] [-rounds 3] [-orders 50000]
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
)

// kind is a shape of instance, by the number of volunteers to 100 orders, and what must be reached: ours over the peer's.
type kind struct {
	name         string
	per100       int
	time, memory float64
}

var kinds = []kind{{"loose", 1000, 0.05, 0.3}, {"tight", 160, 0.15, 0.3}, {"overloaded", 80, 0.40, 0.3}}

// together is what finding the candidates and solving may take of the peer's solving alone, on loose instances; for the others it is
// printed only.
const together = 0.5

var (
	seeds  = flag.Int("seeds", 3, "instances of each kind")
	rounds = flag.Int("rounds", 3, "pairs of runs on each instance")
	orders = flag.Int("orders", 50_000, "orders of the largest instances")
	inner  = flag.String("inner", "", "for the command itself: solve FILE, change, make FILE FILE, or endtoend FILE")

	volunteers = flag.Int("volunteers", 0, "of make")
	seed       = flag.Uint64("seed", 1, "of make")
)

func main() {
	flag.Parse()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "dispatch:", err)
		os.Exit(1)
	}
}

func run() error {
	switch *inner {
	case "solve":
		return solve(flag.Arg(0))
	case "change":
		return change(*orders)
	case "endtoend":
		return endToEnd(*orders, *volunteers, *seed, flag.Arg(0))
	case "make":
		in := generate(*orders, *volunteers, *seed)
		return errors.Join(in.binary(flag.Arg(0)), in.json(flag.Arg(1)))
	}
	b, err := build()
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	fmt.Println("| kind | orders × volunteers | peer ms (MB) | ours ms (MB) | time | memory | command's memory " +
		"|\n|---|---|---|---|---|---|---|")
	var missed []error
	for _, k := range kinds {
		missed = append(missed, b.compare(k))
	}
	fmt.Println()
	for _, k := range kinds {
		missed = append(missed, b.scale(k))
	}
	fmt.Println()
	for _, k := range kinds {
		missed = append(missed, b.endToEnd(k))
	}
	fmt.Println()
	out, err := b.self("-inner", "change", "-orders", fmt.Sprint(*orders)).Output()
	fmt.Print(string(out))
	return errors.Join(append(missed, err)...)
}

// bench is where the programs and the instances lie.
type bench struct{ dir, peer, command, own string }

func build() (b bench, err error) {
	if b.dir, err = os.MkdirTemp("", "linli-dispatch-"); err != nil {
		return b, err
	}
	if b.own, err = os.Executable(); err != nil {
		return b, err
	}
	b.peer, b.command = filepath.Join(b.dir, "lemon"), filepath.Join(b.dir, "linli")
	peer := exec.Command("g++", "-O3", "-march=native", "-o", b.peer, "dispatch/peer/lemon.cpp", "-llemon")
	if out, err := peer.CombinedOutput(); err != nil {
		return b, fmt.Errorf("the peer cannot be built (Debian: apt-get install g++ liblemon-dev), not measured: %w\n%s", err, out)
	}
	product := exec.Command("go", "build", "-o", b.command, "./cmd/linli")
	product.Dir = ".."
	if out, err := product.CombinedOutput(); err != nil {
		return b, fmt.Errorf("%w\n%s", err, out)
	}
	return b, nil
}

func (b bench) self(args ...string) *exec.Cmd { return exec.Command(b.own, args...) }

// make writes an instance for both sides and gives the path of each. A process of its own does it, because what this one held would
// count as memory of the processes it starts.
func (b bench) make(orders, volunteers int, seed uint64) (peer, ours string, err error) {
	peer, ours = filepath.Join(b.dir, "instance.bin"), filepath.Join(b.dir, "instance.json")
	c := b.self("-inner", "make", "-orders", fmt.Sprint(orders), "-volunteers", fmt.Sprint(volunteers), "-seed", fmt.Sprint(seed), peer, ours)
	c.Stderr = os.Stderr
	return peer, ours, c.Run()
}

// result is what one run prints, and the most memory it held.
type result struct {
	Objective int64   `json:"objective"`
	CPU       float64 `json:"cpu_ms"`
	Search    float64 `json:"search_ms"` // of CPU, finding the candidates
	rss       float64 // MB
}

func measure(c *exec.Cmd) (r result, err error) {
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return r, fmt.Errorf("%v: %w", c.Args, err)
	}
	r.rss = float64(c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024
	return r, json.Unmarshal(out, &r)
}

// compare prints the worst of the medians over the seeds and says what misses its mark.
func (b bench) compare(k kind) error {
	volunteers := *orders * k.per100 / 100
	var worst struct{ peer, ours, command result }
	for seed := range *seeds {
		peer, ours, command, err := b.pairs(*orders, volunteers, uint64(seed+1))
		if err != nil {
			return fmt.Errorf("%s, seed %d: %w", k.name, seed+1, err)
		}
		if worst.peer.CPU == 0 || ours.CPU/peer.CPU > worst.ours.CPU/worst.peer.CPU {
			worst.peer, worst.ours, worst.command = peer, ours, command
		}
	}
	time, memory := worst.ours.CPU/worst.peer.CPU, worst.ours.rss/worst.peer.rss
	fmt.Printf("| %s | %d × %d | %.0f (%.0f) | %.0f (%.0f) | %.3f | %.2f | %.2f |\n", k.name, *orders, volunteers, worst.peer.CPU,
		worst.peer.rss, worst.ours.CPU, worst.ours.rss, time, memory, worst.command.rss/worst.peer.rss)
	if time > k.time || memory > k.memory {
		return fmt.Errorf("%s: %.3f of the peer's time, at most %.2f; %.2f of its memory, at most %.2f", k.name, time, k.time, memory, k.memory)
	}
	return nil
}

// endToEnd prints what finding the candidates and solving takes together, beside the peer's solving alone; the worst of the seeds.
func (b bench) endToEnd(k kind) error {
	volunteers, file := *orders*k.per100/100, filepath.Join(b.dir, "found.bin")
	var worst struct{ peer, ours result }
	for seed := range *seeds {
		ours, err := measure(b.self("-inner", "endtoend", "-orders", fmt.Sprint(*orders), "-volunteers", fmt.Sprint(volunteers), "-seed",
			fmt.Sprint(seed+1), file))
		if err != nil {
			return err
		}
		peer, err := measure(exec.Command(b.peer, file))
		if err != nil {
			return err
		}
		if ours.Objective != peer.Objective {
			return fmt.Errorf("%s, seed %d: objectives differ: peer %d, ours %d", k.name, seed+1, peer.Objective, ours.Objective)
		}
		if worst.peer.CPU == 0 || ours.CPU/peer.CPU > worst.ours.CPU/worst.peer.CPU {
			worst.peer, worst.ours = peer, ours
		}
	}
	ratio := worst.ours.CPU / worst.peer.CPU
	fmt.Printf("%s: candidates found in %.0f ms, %.0f ms with solving; the peer solves in %.0f ms: %.2f\n", k.name, worst.ours.Search,
		worst.ours.CPU, worst.peer.CPU, ratio)
	if k.name == kinds[0].name && ratio > together {
		return fmt.Errorf("%s: finding and solving take %.2f of the peer's solving, at most %.2f", k.name, ratio, together)
	}
	return nil
}

// pairs gives the medians of interleaved runs on one instance; the command, whole as people run it, is run once, for its memory.
func (b bench) pairs(orders, volunteers int, seed uint64) (peer, ours, command result, err error) {
	peerFile, ourFile, err := b.make(orders, volunteers, seed)
	if err != nil {
		return
	}
	var theirs, mine []result
	for range *rounds {
		p, err1 := measure(exec.Command(b.peer, peerFile))
		o, err2 := measure(b.self("-inner", "solve", ourFile))
		if err = errors.Join(err1, err2); err != nil {
			return
		}
		theirs, mine = append(theirs, p), append(mine, o)
	}
	if command, err = measure(exec.Command(b.command, "dispatch", "solve", ourFile)); err != nil {
		return
	}
	peer, ours = median(theirs), median(mine)
	if peer.Objective != ours.Objective || command.Objective != ours.Objective {
		err = fmt.Errorf("objectives differ: peer %d, ours %d, command %d", peer.Objective, ours.Objective, command.Objective)
	}
	return
}

func median(rs []result) result {
	slices.SortFunc(rs, func(a, b result) int { return int(math.Copysign(1, a.CPU-b.CPU)) })
	return rs[len(rs)/2]
}

// scale prints the exponent with which time grows from a fiftieth of the orders to all of them.
func (b bench) scale(k kind) error {
	var at [2]float64
	for i, n := range []int{*orders / 50, *orders} {
		var all []result
		for seed := range *seeds {
			_, file, err := b.make(n, n*k.per100/100, uint64(seed+1))
			if err != nil {
				return err
			}
			r, err := measure(b.self("-inner", "solve", file))
			if err != nil {
				return err
			}
			all = append(all, r)
		}
		at[i] = median(all).CPU
	}
	fmt.Printf("%s: %.1f ms for %d orders, %.1f ms for %d: grows as n^%.2f\n", k.name, at[0], *orders/50, at[1], *orders,
		math.Log(at[1]/at[0])/math.Log(50))
	return nil
}
