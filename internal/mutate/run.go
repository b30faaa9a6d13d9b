package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// runner runs the tests of one area on its broken code.
type runner struct {
	area *area
	dir  string
	jobs int
	// tests are those that run, all when empty.
	tests string
	// more is asked about what the area's own tests leave; nil for nothing.
	more *suite

	mu      sync.Mutex
	builds  int
	woven   bool
	healthy map[string]time.Duration // a package → the time of its tests on the code as it is
}

// all breaks the chosen places: those that can be woven share one set of test binaries, each of the others needs its own.
func (r *runner) all(places []Place, until time.Time) error {
	var together, single []Place
	for _, p := range places {
		if overlaps(p, together) {
			single = append(single, p)
		} else {
			together = append(together, p)
		}
	}
	err := r.batch(together, true, until)
	if errors.Is(err, errCompile) {
		single, err = append(together, single...), nil
	}
	for _, p := range single {
		if err != nil {
			return err
		}
		if err = r.batch([]Place{p}, false, until); errors.Is(err, errCompile) {
			err = nil
		}
	}
	return err
}

// batch builds the tests with the places woven in, or with the one place simply broken, and tries each.
func (r *runner) batch(places []Place, woven bool, until time.Time) error {
	if len(places) == 0 || time.Now().After(until) {
		return nil
	}
	r.builds++
	r.woven = woven
	dir := filepath.Join(r.dir, strconv.Itoa(r.builds))
	defer os.RemoveAll(dir)
	overlay, err := weave(places, woven, r.area.packages, dir)
	if err != nil {
		return err
	}
	if err := r.build(overlay, dir); err != nil {
		return err
	}
	var wait sync.WaitGroup
	var failure error
	queue := make(chan int, len(places))
	for i := range places {
		queue <- i
	}
	close(queue)
	for range r.jobs {
		wait.Go(func() {
			for i := range queue {
				if time.Now().After(until) {
					return
				}
				start := time.Now()
				by, err := r.try(places[i], strconv.Itoa(i), dir, overlay)
				r.mu.Lock()
				if failure = errors.Join(failure, err); err == nil {
					r.area.note(places[i], by, time.Since(start))
				}
				r.mu.Unlock()
			}
		})
	}
	wait.Wait()
	return failure
}

var errCompile = errors.New("does not compile")

// suite is the tests of a package, or those of them whose name fits.
type suite struct{ pkg, folder, run string }

func (s suite) binary(dir string) string {
	return filepath.Join(dir, strings.ReplaceAll(s.pkg, "/", "-")+".test")
}

func (s suite) build(overlay, dir string) ([]byte, error) {
	return exec.Command("go", "test", "-c", "-p", "1", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", s.binary(dir),
		s.pkg).CombinedOutput()
}

// build makes the test binary of each package of the area that has tests.
func (r *runner) build(overlay, dir string) error {
	for _, s := range r.area.suites {
		if out, err := s.build(overlay, dir); err != nil {
			if r.woven {
				fmt.Printf("%s: the woven places do not compile together, so one by one:\n%s\n", s.pkg, out)
			}
			return errCompile
		}
	}
	return nil
}

// buildMore makes the test binary of what is asked last, when it is asked for the first time.
func (r *runner) buildMore(overlay, dir string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := os.Stat(r.more.binary(dir)); err == nil {
		return nil
	}
	if out, err := r.more.build(overlay, dir); err != nil {
		return fmt.Errorf("%s: %w\n%s", r.more.pkg, err, out)
	}
	return nil
}

// try gives the test that notices the damage, or "": first those of the package itself, then those of the area's other packages,
// then what is asked last.
func (r *runner) try(p Place, number, dir, overlay string) (string, error) {
	suites := slices.Clone(r.area.suites)
	slices.SortStableFunc(suites, func(a, b suite) int { return isNot(a.pkg, p.Package) - isNot(b.pkg, p.Package) })
	for i := range suites {
		suites[i].run = r.tests
	}
	if r.more != nil {
		suites = append(suites, *r.more)
	}
	for i, s := range suites {
		if i == len(r.area.suites) {
			if err := r.buildMore(overlay, dir); err != nil {
				return "", err
			}
		}
		limit, err := r.health(s, dir)
		if err != nil {
			return "", err
		}
		if by, err := r.test(s, dir, number, limit); by != "" || err != nil {
			return by, err
		}
	}
	return "", nil
}

func isNot(a, b string) int {
	if a == b {
		return 0
	}
	return 1
}

// health gives how long the tests of a package may take on broken code: generously longer than on the code as it is, on which they
// must pass.
func (r *runner) health(s suite, dir string) (time.Duration, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	took, known := r.healthy[s.pkg]
	if !known && !r.woven { // this one is broken whatever the switch says
		return 10 * time.Minute, nil
	}
	if !known {
		start := time.Now()
		by, err := r.test(s, dir, "", 20*time.Minute)
		if err == nil && by != "" {
			err = fmt.Errorf("%s fails before anything is broken: %s", s.pkg, by)
		}
		if err != nil {
			return 0, err
		}
		took = time.Since(start)
		r.healthy[s.pkg] = took
	}
	return time.Minute + 4*took, nil
}

// test runs a test binary in its folder. The memory of a broken loop is bounded where the system has the means.
func (r *runner) test(s suite, dir, number string, limit time.Duration) (string, error) {
	ctx, stop := context.WithTimeout(context.Background(), limit+time.Minute)
	defer stop()
	args := []string{s.binary(dir), "-test.failfast", "-test.run=" + s.run, "-test.timeout=" + limit.String()}
	if path, err := exec.LookPath("prlimit"); err == nil {
		args = append([]string{path, "--as=8000000000"}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = s.folder
	cmd.Env = append(cmd.Environ(), switchName+"="+number, "LINLI_TEST_ENGINE=sqlite")
	return outcome(cmd)
}

var failed = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)

// outcome gives the name of the first test that fails, or "".
func outcome(cmd *exec.Cmd) (string, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	text := out.String()
	if err == nil {
		return "", nil
	}
	if m := failed.FindStringSubmatch(text); m != nil {
		return m[1], nil
	}
	switch {
	case strings.Contains(text, "panic: test timed out"):
		return "its time-out", nil
	case strings.Contains(text, "panic: "), strings.Contains(text, "fatal error: "), strings.Contains(text, "\nFAIL"):
		return "a crash", nil
	}
	return "", fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, text)
}
