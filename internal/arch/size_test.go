package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// What is written by hand in Go keeps to a human size: packages, files and functions without tests and generated code, and the width
// of a line in characters.
const (
	mostOfPackage  = 3000
	mostOfFile     = 450
	mostOfFunction = 60
	mostOfLine     = 140
)

// larger are the packages that are several things still, with the size that they may not pass; each waits to be cut where its seam is.
var larger = map[string]int{
	"work/order":       4920, // the pages of desk, residents and volunteers
	"platform/db":      3300, // the engines, statements, outages, imprints
	"civic/account":    3650, // sign-in, second factors, appointments
	"civic/person":     3250, // the register, who is close to and known to whom, changes that wait for a second person
	"network/coverage": 3650, // siting, outlines
	"app/demo":         3250, // the copier of a whole region
	"oversight/stats":  3150, // published figures, the drill down
}

func TestSize(t *testing.T) {
	lines := map[string]int{}
	for _, root := range []string{"..", "../../cmd", "../../bench", "../../provider"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			hand := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_templ.go")
			if err != nil || d.IsDir() || !hand {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n := narrow(t, path, string(text))
			if strings.HasSuffix(path, "_test.go") {
				return nil
			}
			lines[filepath.Dir(path)] += n
			if n > mostOfFile {
				t.Errorf("%s has %d lines, at most %d", path, n, mostOfFile)
			}
			return short(t, path, text)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for pkg, n := range lines {
		if most := max(mostOfPackage, larger[strings.TrimPrefix(pkg, "../")]); n > most {
			t.Errorf("package %s has %d lines, at most %d", pkg, n, most)
		}
	}
}

// narrow looks at the width of lines, and counts them. A tag of a field and a text between backquotes cannot be broken.
func narrow(t *testing.T, path, text string) (n int) {
	for line := range strings.Lines(text) {
		n++
		if w := utf8.RuneCountInString(strings.TrimRight(line, "\n")); w > mostOfLine && !strings.Contains(line, "`") {
			t.Errorf("%s:%d has %d characters, at most %d", path, n, w, mostOfLine)
		}
	}
	return n
}

// short looks at the length of functions.
func short(t *testing.T, path string, text []byte) error {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := files.Position(fn.End()).Line - files.Position(fn.Pos()).Line + 1; n > mostOfFunction {
			t.Errorf("%s: %s has %d lines, at most %d", path, fn.Name.Name, n, mostOfFunction)
		}
	}
	return nil
}
