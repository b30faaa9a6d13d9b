package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// fixture reads an area of testdata; the test works from the root, as the tool does.
func fixture(t *testing.T, name string) *area {
	t.Helper()
	t.Chdir("../..")
	a, err := load("internal/mutate/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestKinds(t *testing.T) {
	want := []string{
		"compare: != to ==", "compare: == to !=", "compare: == to !=", "compare: == to !=", "compare: == to !=", "compare: > to >=",
		"compare: >= to >",
		"logic: && to ||", "logic: || to &&", "logic: || to &&",
		`negate: errs.KindOf(nil) != 0 || in.Size == "sm… to !(errs.KindOf(nil) != 0 || in.Size == "…`,
		"negate: isLong(s) to !(isLong(s))", "negate: n > limit && m == n to !(n > limit && m == n)",
		"number: 0 to 1", "number: 1 to 0", "number: 1 to 2", "number: 2 to 1", "number: 2 to 3",
		"number: 3 to 2", "number: 3 to 4", "number: 7 to 6", "number: 7 to 8",
		"number: 9 to 10", "number: 9 to 8",
		"permission: auth.Allow(ctx, edit) to func(...any) error { return nil }(auth.…",
		"permission: auth.Require(ctx, edit, edit, auth.Plac… to func(...any) error { return nil }(auth.…",
		"permission: s.Where(b, auth.Columns{}) to func(...any) {}(s, b, auth.Columns{})",
		"sql-logic: AND to OR", "sql-logic: AND to OR", "sql-state: open to closed", "sql: < to <=",
		`state: "small" to "large"`, `state: "tiny" to "huge"`, "state: closed to open", "state: open to closed",
		"swap: n with m", "swap: state with in.Size",
	}
	var got []string
	for _, p := range fixture(t, "shop").places {
		got = append(got, p.Kind+": "+p.What)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Every place of the fixture, but for what the type checker refuses, is broken in a file that the others leave whole.
func TestPlacesCompile(t *testing.T) {
	a := fixture(t, "shop")
	if chosen := a.choose(a.places, 100); len(chosen) != len(a.places) {
		t.Errorf("%d of %d compile", len(chosen), len(a.places))
	}
	p := a.places[0]
	p.with = "no such thing"
	if compiles(a.packages[p.Package], p) {
		t.Error("anything compiles")
	}
}

func TestSeed(t *testing.T) {
	a := fixture(t, "shop")
	first, again, other := draw(a.places, nil, a.dir, 7), draw(a.places, nil, a.dir, 7), draw(a.places, nil, a.dir, 8)
	if !reflect.DeepEqual(first, again) || reflect.DeepEqual(first, other) || len(first) != len(a.places) {
		t.Error("the seed does not choose the places")
	}
	kinds := map[string]bool{}
	for _, p := range first[:10] {
		kinds[p.Kind] = true
	}
	if len(kinds) != 10 {
		t.Errorf("the first ten are of %d kinds", len(kinds))
	}
}

// The tests notice what they ask at its edge; the rest survives. The constant is broken alone, the others in one build.
func TestRun(t *testing.T) {
	a := fixture(t, "tiny")
	r := &runner{area: a, dir: t.TempDir(), jobs: 1, healthy: map[string]time.Duration{}}
	if err := r.all(a.choose(a.places, 100), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, p := range a.left {
		left = append(left, fmt.Sprintf("%d %s: %s", p.Line, p.Kind, p.What))
	}
	want := []string{"12 compare: > to >=", "12 number: 100 to 101", "12 number: 100 to 99", "16 compare: < to <=", "16 compare: > to >=",
		"16 logic: && to ||",
		"16 number: 0 to 1", "6 number: 2 to 1", "6 number: 2 to 3"}
	slices.Sort(left)
	if !slices.Equal(left, want) || a.noticed != 3 || a.count != 12 {
		t.Errorf("noticed %d of %d, left\n%s", a.noticed, a.count, strings.Join(left, "\n"))
	}
	var out strings.Builder
	if report(&out, []*area{a}, 1) || !strings.Contains(out.String(), "25 %  below 80 %") {
		t.Error(out.String())
	}
}

func TestEquivalents(t *testing.T) {
	a := fixture(t, "tiny")
	name := filepath.Join(t.TempDir(), "list.txt")
	write := func(text string) equivalents {
		os.WriteFile(name, []byte(text), 0o600)
		e, err := readEquivalents(name)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	const entry = "# why\n\ninternal/mutate/testdata/tiny/tiny.go compare: > to >=\nfunc odd(n int) bool { return n > %s }\nbecause\n"
	e := write(fmt.Sprintf(entry, "100"))
	if got := draw(a.places, e, a.dir, 1); len(got) != len(a.places)-1 || e.check(a.dir, a.places) != nil {
		t.Errorf("%d of %d drawn, %v", len(got), len(a.places), e.check(a.dir, a.places))
	}
	if write(fmt.Sprintf(entry, "99")).check(a.dir, a.places) == nil {
		t.Error("a line that is gone stays listed")
	}
	all := write("internal/mutate/testdata/tiny/tiny.go number: *\n*\nbecause\n")
	if got := draw(a.places, all, a.dir, 1); len(got) != 5 {
		t.Errorf("%d drawn", len(got))
	}
	if err := os.WriteFile(name, []byte("file.go compare: a to b\nwithout reason"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readEquivalents(name); err == nil {
		t.Error("an entry without reason is taken")
	}
}

// The list of the repository names only lines that are there; the tool itself asks for the damage too.
func TestListed(t *testing.T) {
	t.Chdir("../..")
	list, err := readEquivalents("internal/mutate/equivalents.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		src, err := os.ReadFile(e.file)
		if err != nil || e.text != "*" && !strings.Contains(string(src), e.text) {
			t.Errorf("%s: %q is gone", e.file, e.text)
		}
	}
}

func TestAreasNamed(t *testing.T) {
	t.Chdir("../..")
	got, err := areasOf("internal", "order network/station internal/proof/record station/stationtest platform/held internal/platform/web/ui")
	want := []string{"internal/work/order", "internal/network/station", "internal/proof/record", "internal/network/station/stationtest",
		"internal/platform/held", "internal/platform/web/ui"}
	if err != nil || !slices.Equal(got, want) {
		t.Error(got, err)
	}
	for _, name := range []string{"nonsense", "platform/nonsense", "platform/"} {
		if got, err := areasOf("internal", name); err == nil {
			t.Errorf("%s is taken as %s", name, got)
		}
	}
}
