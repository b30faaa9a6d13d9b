// Command bench measures Linli beside something plain that does the same, in one run, and reports ratios: a shared machine makes
// single figures worthless. It drives the built binary from outside and is a module of its own, so that nothing it needs becomes part
// of the product.
package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "bare" {
		if err := bare(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 && os.Args[1] == "bytes" {
		if err := plain(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	scale := flag.String("scale", "banner", "size of the demo: small or banner")
	rounds := flag.Int("rounds", 5, "rounds of each pair")
	slice := flag.Duration("slice", 2*time.Second, "time of one measurement of one side")
	share := flag.Float64("region", 0, "measure on this share of the generated region instead, 1 for all of it")
	articles := flag.Int("articles", 0, "measure the pages of the public instead, with so many articles and five times as many pictures")
	records := flag.Int("records", 0, "measure the export of so many records instead")
	flag.Parse()
	b := bench{scale: *scale, rounds: *rounds, slice: *slice, share: *share, articles: *articles, records: *records}
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run.
type bench struct {
	scale             string
	rounds            int
	slice             time.Duration
	share             float64 // of the generated region; 0 for the demo
	articles, records int
	made              int // databases of PostgreSQL

	dir    string // of everything that is made and thrown away
	binary string
	missed []string
}

func (b *bench) run() (err error) {
	if b.dir, err = os.MkdirTemp("", "linli-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	b.binary = filepath.Join(b.dir, "linli")
	build := exec.Command("go", "build", "-o", b.binary, "./cmd/linli")
	build.Dir, build.Stderr = "..", os.Stderr
	if err := build.Run(); err != nil {
		return err
	}
	fmt.Printf("Linli %s, demo %s, %s, %d processors, %s, load %s\n", version(), b.scale, runtime.Version(), runtime.NumCPU(),
		time.Now().Format("2006-01-02 15:04"), load())
	engines := []func() (*product, error){b.onSQLite, b.onPostgres}
	switch {
	case b.share > 0:
		engines, err = nil, b.region(b.share)
	case b.articles > 0:
		engines, err = nil, b.publics(b.articles, 5*b.articles)
	case b.records > 0:
		engines, err = nil, b.exports(b.records)
	}
	if err != nil {
		return err
	}
	for _, open := range engines {
		p, err := open()
		if err != nil {
			return err
		}
		err = b.measure(p)
		if err = errors.Join(err, p.close()); err != nil {
			return fmt.Errorf("%s: %w", p.engine, err)
		}
	}
	fmt.Println("load at the end", load())
	if len(b.missed) > 0 {
		return errors.New("missed: " + strings.Join(b.missed, "; "))
	}
	return nil
}

// measure takes every figure of one database.
func (b *bench) measure(p *product) error {
	if err := b.fill(p); err != nil {
		return err
	}
	if err := b.start(p); err != nil {
		return err
	}
	if err := b.list(p); err != nil {
		return err
	}
	if p.engine == "postgres" {
		return b.write(p)
	}
	return b.pages(p)
}

// say prints one figure; a limit that does not hold makes the run fail in the end.
func (b *bench) say(engine, what string, value, limit float64, unit string, atLeast bool) {
	verdict, sign := "ok", "<="
	if atLeast {
		sign = ">="
	}
	if atLeast && value < limit || !atLeast && value > limit {
		verdict = "MISSED"
		b.missed = append(b.missed, engine+": "+what)
	}
	fmt.Printf("%-9s %-46s %9.2f %-5s %s %g  %s\n", engine, what, value, unit, sign, limit, verdict)
}

func version() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func load() string {
	out, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(out))[:3], " ")
}

// quantile sorts v and gives its q-th part.
func quantile[T cmp.Ordered](v []T, q float64) T {
	slices.Sort(v)
	return v[min(len(v)-1, int(q*float64(len(v))))]
}
