package dbtest_test

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

// ownFill names the tests that seed or fill without a template, with the reason.
var ownFill = map[string]string{
	"internal/app/demo/demo_test.go": "it tests filling",
	"internal/app/moves_test.go":     "one test moves what it fills, with the keys that it was filled with",
}

// What a test starts from is made once, in a template: seeding for each test is the slowest thing that tests did.
func TestSeedsAreTemplates(t *testing.T) {
	files, root := 0, filepath.Join("..", "..", "..", "..")
	used := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		name, _ := filepath.Rel(root, path)
		helper := strings.HasSuffix(filepath.Dir(name), "test") && strings.HasSuffix(name, ".go")
		if err != nil || e.IsDir() || !strings.HasSuffix(name, "_test.go") && !helper {
			return err
		}
		files++
		for _, at := range seedings(t, path) {
			if ownFill[filepath.ToSlash(name)] == "" {
				t.Errorf("%s seeds for each test: start from dbtest.Seeded or dbtest.Filled", at)
			}
			used[filepath.ToSlash(name)] = true
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("%d files of tests: %v", files, err)
	}
	for name := range ownFill {
		if !used[name] {
			t.Errorf("%s seeds nothing: take it off the list", name)
		}
	}
}

// seedings gives the places of a file that call Seed or Fill outside of a template.
func seedings(t *testing.T, path string) (out []string) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, _ := sel.X.(*ast.Ident)
		if of != nil && of.Name == "dbtest" && slices.Contains([]string{"Seeded", "Filled", "Made"}, sel.Sel.Name) {
			return false // what lies in its arguments is the template
		}
		if sel.Sel.Name == "Seed" && len(call.Args) == 2 || sel.Sel.Name == "Fill" && of != nil && of.Name == "demo" {
			out = append(out, set.Position(call.Pos()).String())
		}
		return true
	})
	return out
}
