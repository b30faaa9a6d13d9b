package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// term is a line of docs/glossary.md.
type term struct {
	chinese string
	code    []string
	not     []string
}

func glossary(t *testing.T) (out []term) {
	t.Helper()
	text, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || strings.HasPrefix(cells[0], "--") || strings.TrimSpace(cells[2]) == "code" {
			continue
		}
		x := term{chinese: strings.TrimSpace(cells[0])}
		for w := range strings.SplitSeq(cells[2], ",") {
			if w = strings.Trim(strings.TrimSpace(w), "`"); w != "" {
				x.code = append(x.code, w)
			}
		}
		for w := range strings.SplitSeq(cells[3], ",") {
			if w = strings.TrimSpace(w); w != "" {
				x.not = append(x.not, w)
			}
		}
		out = append(out, x)
	}
	if len(out) < 30 {
		t.Fatalf("the glossary has %d lines", len(out))
	}
	return out
}

// sources gives the files that a reader or a person would look at, with their text: Go without tests and generated views, templ,
// migrations, translations.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	if err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
			return err
		}
		switch filepath.Ext(name) {
		case ".go", ".templ", ".sql", ".csv":
			text, err := os.ReadFile(path)
			out[filepath.ToSlash(path)] = string(text)
			return err
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// Each code word of the glossary is a package, a table or a type.
func TestGlossaryIsFound(t *testing.T) {
	known, named := map[string]bool{}, regexp.MustCompile(`(?m)^(?:CREATE TABLE|type) (\w+)`)
	for path, text := range sources(t) {
		known[filepath.Base(filepath.Dir(path))] = true
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			known[m[1]] = true
		}
	}
	for _, x := range glossary(t) {
		for _, w := range x.code {
			if !known[w] {
				t.Errorf("%s: no package, table or type is called %s", x.chinese, w)
			}
		}
	}
}

// otherPapers takes away the names of papers that are no proof of service: see the glossary.
var otherPapers = strings.NewReplacer("资格证书", "", "荣誉证书", "")

// No page uses a word that the glossary rejects.
func TestPagesUseTheGlossary(t *testing.T) {
	texts := sources(t)
	for _, x := range glossary(t) {
		for _, w := range x.not {
			for path, text := range texts {
				for line := range strings.Lines(text) {
					line, _, _ = strings.Cut(line, "//")
					if strings.Contains(otherPapers.Replace(line), w) {
						t.Errorf("%s says %s for %s: %s", path, w, x.chinese, strings.TrimSpace(line))
					}
				}
			}
		}
	}
}

// Each icon that a menu or a page names is drawn in icons.svg; a name that is not there would leave an empty square.
func TestIconsAreDrawn(t *testing.T) {
	svg, err := os.ReadFile("../platform/web/ui/assets/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`Icon(?:: |\()"([\w-]+)"|\bBtn\([^\n]*"[^"\n]*", "([\w-]+)", "[\w -]*"\)`)
	n := 0
	for path, text := range sources(t) {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			n++
			if name := m[1] + m[2]; !strings.Contains(string(svg), `id="`+name+`"`) {
				t.Errorf("%s names the icon %s, which icons.svg has not", path, name)
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d names of icons were found", n)
	}
}
