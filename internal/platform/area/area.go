// Package area says what an area of the business is to the program that holds it: one value that the area makes of itself and app
// asks. What is true of an area stands in the area, in its file area.go.
package area

import (
	"cmp"
	"context"
	"log/slog"
	"slices"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
)

// Area is one area. A field that an area has no use for stays empty.
type Area struct {
	Name    string            // of its package
	Routes  func(*web.Router) // mounts its doors
	Words   string            // what people call its operations, a line each: see web.Router.Name
	Menu    []Entry           // its lines in the navigations
	Waits   []Wait            // what of it waits for somebody
	Live    []Live            // rows that go with their division when it goes on under another code
	Stay    []string          // tables with a region whose rows keep it: records, and what the area moves by itself
	Passing []string          // tables of the running program, which are no business and in no digest
	Keyed   []string          // columns (table.column) whose values are keyed or salted, and in no digest
	Checks  []Check           // invariants for `linli verify`
	Seed    func(ctx context.Context, tx *db.Tx) error
	Work    func(*job.Runner)                                               // what is done without being asked
	Held    func(ctx context.Context, tx *db.Tx, person db.ID) (any, error) // what is held about a person, in plain (个人信息保护法 art. 45)
	// takes out who he was, or refuses while something of his is open (art. 47)
	Forget   func(ctx context.Context, tx *db.Tx, person db.ID, reason string) error
	Kept     []Kept             // what stays of him then
	Removals map[string]Removal // how a row that an import made is unmade, by the kind of thing
	Limits   []Limit            // limits in force, for checks that read them
	// fills the base community of a demo with made-up things of the area, through its operations
	Demo func(ctx context.Context, v Village) error
}

// Village is the base community of a demo, with those who are there when its areas come to fill it.
type Village struct {
	Region              auth.Region
	Station             db.ID
	Manager, Head, Town auth.Actor
	Volunteers          []Villager // approved, in the order in which they came
}

// Villager is a volunteer of the demo; who does not sign in has no Actor.
type Villager struct {
	Person, Volunteer db.ID
	No                string
	Actor             auth.Actor
}

// Entry is one line of a shell's navigation; who does not hold the permission does not see it. Lines of all areas stand in the order
// of their ranks.
type Entry struct {
	Shell             string // site, phone, start (the tiles of /my), desk, gov or admin
	Group             string // heading that it stands under in the rail; its own line when empty
	Part              string // heading within the group that it is folded under; at once in sight when empty
	Rank              int
	Perm              auth.Perm
	Href, Label, Icon string
	Line              string // said under it on a start page
	Tab               bool   // one of the four that a narrow screen keeps in sight
}

// Live are rows that go with their division. All others are records and keep the division they were made in.
type Live struct {
	Table, Word string
	Where       string // which of the rows; all when empty
	Once        string // column that may be there once in a division: a row whose twin is there already ends instead, by the assignment in End
	End         string
	Returns     bool // an ended row may come to life again where it is, as a closed order that is reopened: then it is no fault there
}

// Cond is Where, or what always holds; in brackets, for it is put between other conditions.
func (l Live) Cond() string { return "(" + cmp.Or(l.Where, "1 = 1") + ")" }

// Check is one invariant; Run reports each object that breaks it and never asks what time it is.
type Check struct {
	Name string // for programs
	Word string // for people
	Run  func(ctx context.Context, tx *db.Tx, report func(object, what string)) error
	// Notes tells what is no fault and has to be known each time; may be nil.
	Notes func(ctx context.Context, tx *db.Tx, note func(object, what string)) error
}

// Kept counts what the law keeps of a person whose entry is erased; Words take the count and name the rule.
type Kept struct {
	Count *db.Rows[int64] // of the person $1
	Words string
}

// Removal takes out again what a row of an import made: the tables that go with it, and how.
type Removal struct {
	Tables []string
	Undo   func(ctx context.Context, tx *db.Tx, id db.ID, reason string) error
}

// Limit is one limit in force.
type Limit struct {
	Name  string
	Value string
	What  string
}

// Navs gives the navigation of every shell from the lines of all areas, with the number of what waits at a line.
func Navs(areas []Area, heaps ui.Heaps) ui.Navs {
	lines := map[string][]Entry{}
	for _, a := range areas {
		for _, e := range a.Menu {
			lines[e.Shell] = append(lines[e.Shell], e)
		}
	}
	out := ui.Navs{}
	for shell, list := range lines {
		slices.SortFunc(list, func(a, b Entry) int { return cmp.Compare(a.Rank, b.Rank) })
		out[shell] = func(ctx context.Context) (items []ui.NavItem) {
			for _, e := range list {
				if auth.Holds(ctx, e.Perm) {
					items = append(items, ui.NavItem{Href: e.Href, Label: e.Label, Icon: e.Icon, Line: e.Line, Group: e.Group, Part: e.Part, Tab: e.Tab})
				}
			}
			return count(ctx, items, heaps, shell)
		}
	}
	return out
}

// count puts at each line how many wait there. A number that cannot be had is left out: the page is of more use than it.
func count(ctx context.Context, items []ui.NavItem, heaps ui.Heaps, shell string) []ui.NavItem {
	found, err := heaps(ctx, shell, 0)
	if err != nil {
		slog.WarnContext(ctx, "what waits", "shell", shell, "err", err)
	}
	for i := range items {
		for _, h := range found {
			if h.Href == items[i].Href {
				items[i].Count += h.Total
				items[i].Alarm = items[i].Alarm || h.Alarm
			}
		}
	}
	return items
}
