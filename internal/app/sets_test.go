package app

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/set"
)

type madeTable struct{ Name, SQL string }

// checked finds what a column may hold: CHECK (state IN ('a', 'b')).
var checked = regexp.MustCompile(`CHECK\s*\(\s*(\w+)\s+IN\s*\(([^()]*'[^()]*)\)`)

// Each closed set has the members that the CHECK of its column names; a column may be empty besides.
func TestSetsAreThoseOfTheTables(t *testing.T) {
	var tables []madeTable
	if err := dbtest.SQLite(t).Read(t.Context(), func(tx *db.Tx) (err error) {
		tables, err = db.Select[madeTable](t.Context(), tx,
			tx.Build(`SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL`))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for _, table := range tables {
		for _, m := range checked.FindAllStringSubmatch(table.SQL, -1) {
			columns[table.Name+"."+m[1]] = codes(m[2])
		}
	}
	for _, name := range set.Columns() {
		if !strings.Contains(name, ".") {
			continue
		}
		want, got := columns[name], slices.Sorted(slices.Values(set.Named(name).Codes()))
		if !slices.Equal(got, want) && !slices.Equal(got, slices.DeleteFunc(slices.Clone(want), func(c string) bool { return c == "" })) {
			t.Errorf("%s: the set has %q, the table takes %q", name, got, want)
		}
	}
}

func codes(list string) (out []string) {
	for c := range strings.SplitSeq(list, ",") {
		out = append(out, strings.Trim(strings.TrimSpace(c), "'"))
	}
	slices.Sort(out)
	return out
}
