package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// callers gives the functions of areas, as "people/volunteer.Change", in which a call stands that is asks for.
func callers(t *testing.T, is func(*ast.CallExpr) bool) []string {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		if err != nil || d.IsDir() || !isArea(pkg) || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasSuffix(path, "_templ.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range f.Decls {
			name := "var"
			if fn, ok := decl.(*ast.FuncDecl); ok {
				name = fn.Name.Name
			}
			ast.Inspect(decl, func(n ast.Node) bool {
				if c, ok := n.(*ast.CallExpr); ok && is(c) {
					found[pkg+"."+name] = true
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for name := range found {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// named says whether a call is x.name(…), with any of some x when they are given.
func named(c *ast.CallExpr, name string, of ...string) bool {
	s, ok := c.Fun.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	switch x := s.X.(type) {
	case *ast.Ident:
		return len(of) == 0 || slices.Contains(of, x.Name)
	case *ast.SelectorExpr:
		return len(of) == 0 || slices.Contains(of, x.Sel.Name)
	}
	return len(of) == 0
}

// excused compares what was found with a list in testdata, a line each: "name: reason".
func excused(t *testing.T, file string, found []string, what string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(raw)) {
		name, why, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if why == "" {
			t.Errorf("%s: no reason: %s", file, line)
		}
		listed[name] = true
	}
	for _, name := range found {
		if !listed[name] {
			t.Errorf("%s %s: move it, or give a reason that a reader accepts in internal/arch/testdata/%s", name, what, file)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("%s: %s is not so any more: take it out", file, name)
	}
}

// Operations write in the one frame (platform/act); what opens a transaction of its own says why.
func TestFramed(t *testing.T) {
	found := callers(t, func(c *ast.CallExpr) bool {
		return named(c, "Do", "db") || named(c, "Write", "db") || named(c, "Batch", "db")
	})
	excused(t, "unframed.txt", found, "opens a transaction outside of the frame")
}
