package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"
)

// floors are the folders of areas. The platform's packages are broken when they are named; what puts the program together is tested in
// other ways.
var floors = []string{"civic", "network", "people", "work", "proof", "oversight", "reach"}

// areasOf gives the folders of the areas named, or of all: "order", "work/order", or a package inside an area, "office/roster". A package
// of the platform has its name with it: "platform/held".
func areasOf(root, names string) ([]string, error) {
	var all, out []string
	for _, floor := range floors {
		dirs, err := filepath.Glob(filepath.Join(root, floor, "*"))
		if err != nil {
			return nil, err
		}
		all = append(all, dirs...)
	}
	if names == "" {
		return all, nil
	}
	for _, name := range strings.Fields(names) {
		name = strings.TrimPrefix(name, root+"/")
		if strings.HasPrefix(name, "platform/") {
			dir := filepath.Join(root, name)
			if code, _ := filepath.Glob(filepath.Join(dir, "*.go")); len(code) == 0 {
				return nil, fmt.Errorf("no package %s", name)
			}
			out = append(out, dir)
			continue
		}
		base, inside, _ := strings.Cut(name, "/")
		if slices.Contains(floors, base) {
			base, inside, _ = strings.Cut(inside, "/")
		}
		i := slices.IndexFunc(all, func(dir string) bool { return filepath.Base(dir) == base })
		if i < 0 {
			return nil, fmt.Errorf("no area %s", name)
		}
		out = append(out, filepath.Join(all[i], inside))
	}
	return out, nil
}

// area is one area with the packages inside it, and what became of its places.
type area struct {
	dir      string
	packages map[string]*packages.Package
	suites   []suite
	places   []Place // to choose from
	want     int

	noticed, count int
	left           []Place // that no test noticed
}

// load reads an area. Worlds for tests are no code of it.
func load(dir string) (*area, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
		packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo
	pkgs, err := packages.Load(&packages.Config{Mode: mode}, "./"+dir+"/...")
	if err != nil {
		return nil, err
	}
	a := &area{dir: dir, packages: map[string]*packages.Package{}}
	for _, pkg := range pkgs {
		if len(pkg.Errors) > 0 {
			return nil, pkg.Errors[0]
		}
		if strings.HasSuffix(pkg.Name, "test") {
			continue
		}
		a.packages[pkg.PkgPath] = pkg
		if tests, _ := filepath.Glob(filepath.Join(pkg.Dir, "*_test.go")); len(tests) > 0 {
			a.suites = append(a.suites, suite{pkg: pkg.PkgPath, folder: pkg.Dir})
		}
		places, err := find(pkg)
		if err != nil {
			return nil, err
		}
		for _, p := range places {
			if p.File, err = filepath.Rel(root, p.File); err != nil {
				return nil, err
			}
			a.places = append(a.places, p)
		}
	}
	return a, nil
}

// choose takes the first places that compile.
func (a *area) choose(queue []Place, n int) []Place {
	var out []Place
	for _, p := range queue {
		if len(out) < n && compiles(a.packages[p.Package], p) {
			out = append(out, p)
		}
	}
	a.want = len(out)
	return out
}

func (a *area) note(p Place, by string, took time.Duration) {
	a.count++
	verdict := "noticed by " + by
	if by == "" {
		verdict = "SURVIVED"
		a.left = append(a.left, p)
	} else {
		a.noticed++
	}
	fmt.Printf("%s:%d %s: %s  %s (%.0f s)\n", p.File, p.Line, p.Kind, p.What, verdict, took.Seconds())
}

// report prints a table and what no test noticed, and says whether the gate is passed.
func report(out io.Writer, areas []*area, seed uint64) bool {
	fmt.Fprintf(out, "\nseed %d\n%-32s %6s %6s %7s\n", seed, "area", "places", "broken", "noticed")
	var all area
	ok := true
	for _, a := range areas {
		ok = a.line(out, areaGate) && ok
		all.places, all.want = append(all.places, a.places...), all.want+a.want
		all.noticed, all.count, all.left = all.noticed+a.noticed, all.count+a.count, append(all.left, a.left...)
	}
	all.dir = "all"
	ok = all.line(out, gate) && ok
	for _, p := range all.left {
		fmt.Fprintf(out, "\n%s %s: %s\n%s\n", p.File, p.Kind, p.What, p.Text)
	}
	return ok
}

// line prints one line of the table and says whether enough was noticed of what was to be broken.
func (a *area) line(out io.Writer, gate int) bool {
	mark, enough := "", a.noticed*100 >= gate*a.count
	if !enough {
		mark = fmt.Sprintf("  below %d %%", gate)
	}
	if a.count < a.want {
		mark += fmt.Sprintf("  the time was over before %d were broken", a.want)
	}
	fmt.Fprintf(out, "%-32s %6d %6d %5d %%%s\n", a.dir, len(a.places), a.count, a.noticed*100/max(a.count, 1), mark)
	return enough && a.count >= a.want
}
