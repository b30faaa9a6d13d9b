package app_test

import (
	"cmp"
	"errors"
	"reflect"
	"slices"
	"testing"

	"linli/internal/app/demo/manifest"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
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

// The numbers at the lines of a navigation, asked all at once, are those of the heaps asked one by one, for each account of a demo.
func TestNumbersAreThoseOfHeaps(t *testing.T) {
	village.Each(t, func(t *testing.T, d *db.DB) {
		s, waiting := newStage(t, d, duty{operation: "nothing"}), 0
		heaps := area.Heaps(d, s.app.Areas)
		for _, token := range accountsOf(s.m) {
			actor, err := s.Authenticate(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			for _, shell := range []string{"desk", "gov", "admin", "phone"} {
				ctx := clock.At(auth.With(t.Context(), actor), dutyTime)
				one, err := heaps(ctx, shell, 3)
				all, also := heaps(ctx, shell, 0)
				if err = errors.Join(err, also); err != nil {
					t.Fatal(err)
				}
				for i := range one {
					waiting += one[i].Total
					one[i].Items = nil
				}
				if !reflect.DeepEqual(one, all) {
					t.Errorf("%s at %s: at once %+v, one by one %+v", token, shell, all, one)
				}
			}
		}
		if waiting < 100 {
			t.Errorf("only %d things wait for anybody", waiting)
		}
	})
}

// accountsOf names an account of each role of a demo, at its base, elsewhere and as if it were of the whole autonomous region.
func accountsOf(m manifest.Manifest) (tokens []string) {
	for _, a := range m.Accounts {
		for _, where := range []string{"", "@elsewhere", "@top"} {
			if token := string(a.Role) + where; !slices.Contains(tokens, token) {
				tokens = append(tokens, token)
			}
		}
	}
	return tokens
}

// TestMenusAreShort: at most six headings of work in a rail, none with more lines in sight at once than one takes in, no two of one name.
func TestMenusAreShort(t *testing.T) {
	a := program(t, seeded.SQLite(t))
	under, called := map[string]map[string]bool{}, map[string]string{} // lines in sight once a heading or a part is unfolded
	show := func(heading, line string) {
		if under[heading] == nil {
			under[heading] = map[string]bool{}
		}
		under[heading][line] = true
	}
	for _, x := range a.Areas {
		for _, e := range x.Menu {
			if e.Shell != "desk" && e.Shell != "gov" {
				continue
			}
			if other, twice := called[e.Shell+e.Label]; twice && other != e.Href {
				t.Errorf("%s: %s and %s are both called %s", e.Shell, other, e.Href, e.Label)
			}
			called[e.Shell+e.Label] = e.Href
			if e.Group != "" {
				show(e.Shell, e.Group)
				show(e.Shell+" "+e.Group, cmp.Or(e.Part, e.Href))
			}
			if e.Part != "" {
				show(e.Shell+" "+e.Group+" "+e.Part, e.Href)
			}
		}
	}
	for heading, lines := range under {
		if most := map[bool]int{true: 5, false: 10}[heading == "desk" || heading == "gov"]; len(lines) > most {
			t.Errorf("%s shows %d lines at once, more than %d", heading, len(lines), most)
		}
	}
}
