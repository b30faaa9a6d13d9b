// Package areatest is for the tests of areas: what an area puts before somebody, and who gets through its doors.
package areatest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/area"
	"linli/internal/platform/db"
)

// Todo gives what waits for the actor in a shell, sorted: "heap: what, who, due".
func Todo(t testing.TB, d *db.DB, a area.Area, ctx context.Context, shell string) (out []string) {
	t.Helper()
	heaps, err := area.Heaps(d, []area.Area{a})(ctx, shell, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range heaps {
		if h.Total != len(h.Items) {
			t.Errorf("%s: %d are counted, %d shown", h.Word, h.Total, len(h.Items))
		}
		for _, x := range h.Items {
			parts := slices.DeleteFunc([]string{x.What, x.Who, x.Due}, func(p string) bool { return p == "" })
			out = append(out, h.Word+": "+strings.Join(parts, ", "))
		}
	}
	slices.Sort(out)
	return out
}

// IsTodo fails the test unless just this, in whatever order, waits for the actor in a shell.
func IsTodo(t testing.TB, d *db.DB, a area.Area, ctx context.Context, shell string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := Todo(t, d, a, ctx, shell); !slices.Equal(got, want) {
		t.Errorf("%s: what waits is\n%s\nwant\n%s", shell, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
