// Mutate breaks random places of the code of areas, one at a time, and says which of them no test notices: a tool for those who work
// on the program, no part of it.
//
// A place is a comparison, a condition, a permission, a state, a pair of neighbouring values, a whole number, or the like inside a
// statement of SQL (see the kinds). The tree is never touched: the broken file lies in a temporary folder and the compiler is told
// to read it instead. What does not compile does not count, and what hangs is noticed. Failures passed on (err != nil) are left
// alone, and so are generated views. The same seed breaks the same places.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const module = "linli"

// The gate: what share must be noticed, of all and of each area.
const (
	gate     = 85
	areaGate = 80
)

type options struct {
	areas   string
	n       int
	seed    uint64
	minutes int
	jobs    int
	with    string
	at      string
	run     string
}

func main() {
	var o options
	flag.StringVar(&o.areas, "areas", "", "names of areas or folders of them, with spaces between; all when empty")
	flag.IntVar(&o.n, "n", 15, "places per area")
	flag.Uint64Var(&o.seed, "seed", 1, "which places")
	flag.IntVar(&o.minutes, "minutes", 60, "when to stop at the latest")
	flag.IntVar(&o.jobs, "jobs", 1, "how many at a time")
	flag.StringVar(&o.with, "with", "",
		"a folder and names of tests that are asked about what the area's own tests leave; {area} stands for its name")
	flag.StringVar(&o.at, "at", "", "break all places of these files, or lines (file:line), instead, and judge nothing")
	flag.StringVar(&o.run, "run", "", "only these tests, as go test has it")
	flag.Parse()
	ok, err := run(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run says whether enough was noticed.
func run(o options) (bool, error) {
	dirs, err := areasOf("internal", o.areas)
	if err != nil {
		return false, err
	}
	if o.at != "" {
		dirs = nil
		for _, at := range strings.Fields(o.at) {
			dirs = append(dirs, filepath.Dir(at))
		}
		slices.Sort(dirs)
		dirs = slices.Compact(dirs)
	}
	same, err := readEquivalents("internal/mutate/equivalents.txt")
	if err != nil {
		return false, err
	}
	tmp, err := os.MkdirTemp("", "linli-mutate-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(tmp)
	until := time.Now().Add(time.Duration(o.minutes) * time.Minute)
	var areas []*area
	for i, dir := range dirs {
		a, err := load(dir)
		if err != nil {
			return false, err
		}
		if err := same.check(dir, a.places); err != nil {
			return false, err
		}
		share := time.Until(until) / time.Duration(len(dirs)-i) // of the time that is left
		r := &runner{area: a, dir: tmp, tests: o.run, jobs: o.jobs, more: o.more(dir), healthy: map[string]time.Duration{}}
		if err := r.all(chosen(a, same, o), time.Now().Add(share)); err != nil {
			return false, err
		}
		areas = append(areas, a)
	}
	return report(os.Stdout, areas, o.seed) || o.at != "", nil
}

// more reads the folder and the names of further tests.
func (o options) more(dir string) *suite {
	folder, names, _ := strings.Cut(o.with, " ")
	if folder == "" || o.at != "" {
		return nil
	}
	return &suite{pkg: module + "/" + folder, folder: folder, run: strings.ReplaceAll(names, "{area}", filepath.Base(dir))}
}

func chosen(a *area, same equivalents, o options) []Place {
	if o.at == "" {
		return a.choose(draw(a.places, same, a.dir, o.seed), o.n)
	}
	var out []Place
	for _, p := range a.places {
		if slices.ContainsFunc(strings.Fields(o.at), func(at string) bool { return at == p.File || at == fmt.Sprintf("%s:%d", p.File, p.Line) }) {
			out = append(out, p)
		}
	}
	return a.choose(out, len(out))
}
