package auth

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed permissions.txt
var permissions string

// rows is the table of permissions: which roles hold each.
type rows map[Perm][]Role

var table = mustParse(permissions)

func (t rows) has(p Perm, r Role) bool { return slices.Contains(t[p], r) }

// Table gives a copy of the whole table, for the golden file and the page that explains it.
func Table() map[Perm][]Role {
	out := make(map[Perm][]Role, len(table))
	for p, rs := range table {
		out[p] = slices.Clone(rs)
	}
	return out
}

// Holders gives the roles that hold a permission; known is false where it has no row.
func Holders(p Perm) (roles []Role, known bool) {
	rs, known := table[p]
	return slices.Clone(rs), known
}

// mustParse reads lines of "permission: role role …"; # starts a comment. The file is part of the program, so a fault in it is a panic
// at start.
func mustParse(text string) rows {
	t := rows{}
	for n, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, roles, ok := strings.Cut(line, ":")
		p := Perm(strings.TrimSpace(name))
		if !ok || t[p] != nil {
			panic(fmt.Sprintf("permissions.txt:%d: not a row, or the second of %q", n+1, p))
		}
		for _, r := range strings.Fields(roles) {
			if !slices.Contains(Roles, Role(r)) && Role(r) != Anyone && Role(r) != Member {
				panic(fmt.Sprintf("permissions.txt:%d: no role %q", n+1, r))
			}
			t[p] = append(t[p], Role(r))
		}
	}
	return t
}
