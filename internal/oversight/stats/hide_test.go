package stats

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A cell of a delicate kind is hidden below the limit, not at it, and an empty one tells of nobody. One hidden alone takes the
// smallest of the others with it.
func TestHides(t *testing.T) {
	ind := Indicator{Small: []string{"disabled", "poor"}}
	for what, c := range map[string]struct {
		counts map[string]int64
		want   string
	}{
		"at the limit":         {map[string]int64{"disabled": 5, "elderly": 9}, ""},
		"below":                {map[string]int64{"disabled": 4, "elderly": 9, "child": 8}, "child disabled"},
		"the smallest by name": {map[string]int64{"disabled": 4, "elderly": 8, "child": 8}, "child disabled"},
		"one person":           {map[string]int64{"disabled": 1, "elderly": 9}, "disabled elderly"},
		"nobody":               {map[string]int64{"disabled": 0, "elderly": 9}, ""},
		"two hide each other":  {map[string]int64{"disabled": 4, "poor": 1, "elderly": 9}, "disabled poor"},
		"not a delicate kind":  {map[string]int64{"elderly": 1, "child": 2}, ""},
		"nobody beside it":     {map[string]int64{"disabled": 4, "elderly": 0}, "disabled"},
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(ind.hides(c.counts, 5))), " "); got != c.want {
			t.Errorf("%s: hides %q, want %q", what, got, c.want)
		}
	}
}
