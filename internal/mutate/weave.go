package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// switchName is the variable of the environment that says which of the woven places is broken while a test runs.
const switchName = "LINLI_MUTANT"

// helper is put beside the woven files of a package.
const helper = `package %s

import "os"

var mutant = os.Getenv("` + switchName + `")

func mutantOf[T any](n string, broken, whole T) T {
	if mutant == n {
		return broken
	}
	return whole
}
`

// compiles says whether a package with one place broken still passes the type checker; much cheaper than asking the compiler.
func compiles(pkg *packages.Package, p Place) bool {
	src, err := os.ReadFile(p.File)
	if err != nil {
		return false
	}
	broken, err := parser.ParseFile(pkg.Fset, "broken.go", p.broken(src, 0, len(src)), parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	root, _ := os.Getwd()
	files := []*ast.File{broken}
	for _, f := range pkg.Syntax {
		if pkg.Fset.Position(f.Package).Filename != filepath.Join(root, p.File) {
			files = append(files, f)
		}
	}
	config := types.Config{Importer: imported(pkg.Types.Imports()), Sizes: pkg.TypesSizes}
	_, err = config.Check(pkg.PkgPath, pkg.Fset, files, nil)
	return err == nil
}

type imported []*types.Package

func (i imported) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	for _, p := range i {
		if p.Path() == path {
			return p, nil
		}
	}
	return nil, fmt.Errorf("%s is not imported", path)
}

// broken gives a piece of the file with the place broken.
func (p Place) broken(src []byte, from, to int) string {
	return string(src[from:p.from]) + p.with + string(src[p.to:to])
}

// weave writes the files of some places so that the environment chooses which of them is broken, by its number, and the overlay that
// lists the files. Not together, the one place is simply broken.
func weave(places []Place, together bool, packages map[string]*packages.Package, dir string) (overlay string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	files := map[string][]int{}
	for i, p := range places {
		files[p.File] = append(files[p.File], i)
	}
	replace := map[string]string{}
	put := func(at, content string) {
		to := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		path, wrong := filepath.Abs(at)
		replace[path] = to
		err = errors.Join(err, wrong, os.WriteFile(to, []byte(content), 0o600))
	}
	for file, numbers := range files {
		src, wrong := os.ReadFile(file)
		err = errors.Join(err, wrong)
		if !together {
			put(file, places[0].broken(src, 0, len(src)))
			continue
		}
		put(file, woven(src, places, numbers))
		put(filepath.Join(filepath.Dir(file), "mutant_switch.go"), fmt.Sprintf(helper, packages[places[numbers[0]].Package].Name))
	}
	list, wrong := json.Marshal(map[string]any{"Replace": replace})
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, errors.Join(err, wrong, os.WriteFile(overlay, list, 0o600))
}

// woven gives the file with each frame whole and broken.
func woven(src []byte, places []Place, numbers []int) string {
	frames := map[frame][]int{}
	var order []frame
	for _, n := range numbers {
		f := places[n].frame
		if frames[f] == nil {
			order = append(order, f)
		}
		frames[f] = append(frames[f], n)
	}
	slices.SortFunc(order, func(a, b frame) int { return cmp.Compare(a.from, b.from) })
	var out strings.Builder
	done := 0
	for _, f := range order {
		out.Write(src[done:f.from])
		text := string(src[f.from:f.to])
		for _, n := range frames[f] {
			text = f.twice(n, places[n].broken(src, f.from, f.to), text)
		}
		out.WriteString(text)
		done = f.to
	}
	out.Write(src[done:])
	return out.String()
}

func (f frame) twice(n int, broken, whole string) string {
	switch f.form {
	case value:
		of := ""
		if f.typ != "" {
			of = "[" + f.typ + "]"
		}
		return fmt.Sprintf("mutantOf%s(\"%d\", %s, %s)", of, n, broken, whole)
	case body:
		broken += "\nreturn"
	}
	return fmt.Sprintf("\nif mutant == \"%d\" {%s\n}\n%s", n, broken, whole)
}

// overlaps says whether a place cannot be woven together with others: it stands in a constant, or in a variable of which a part is
// woven.
func overlaps(p Place, others []Place) bool {
	return p.frame.form == alone || slices.ContainsFunc(others, func(o Place) bool {
		return o.File == p.File && o.frame != p.frame && o.frame.from < p.frame.to && p.frame.from < o.frame.to
	})
}
