package app_test

import (
	"testing"

	"linli/internal/platform/area"
)

// What waits is counted at a line of the navigation of the same shell, and says what is done about it.
func TestWaitsStandInTheNavigation(t *testing.T) {
	a := program(t, seeded.SQLite(t))
	lines, seen := map[string]bool{}, 0
	for _, x := range a.Areas {
		for _, e := range x.Menu {
			lines[e.Shell+" "+e.Href] = true
			if e.Shell == "start" { // the tiles under what waits on the start page of a phone
				lines["phone "+e.Href] = true
			}
		}
	}
	for _, x := range a.Areas {
		for _, w := range x.Waits {
			seen++
			if !lines[w.Shell+" "+w.Href] {
				t.Errorf("%s: what waits as %q is counted at no line of %s", x.Name, w.Word, w.Shell)
			}
			if w.Word == "" || w.Button == "" || w.Page == nil {
				t.Errorf("%s: what waits at %s does not say what it is, or what to do", x.Name, w.Href)
			}
		}
	}
	if seen < 40 {
		t.Errorf("only %d kinds of things wait", seen)
	}
	if _, err := area.Heaps(a.DB, a.Areas)(t.Context(), "desk", 1); err != nil {
		t.Errorf("a visitor: %v", err)
	}
}
