package arch

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What an area of one register, one form, one list and one print may cost.
const (
	sampleLines   = 350 // of Go and templ, without tests and generated code
	sampleOutside = 5   // files that it touches outside of its folder
)

// The sample of an area is small, touches few files, and works: it is laid over the tree where it would stand, built and tested there.
func TestSampleArea(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	overlay, lines := map[string]string{}, 0
	files, err := filepath.Glob("testdata/lending/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if name == "outside.txt" {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".templ") || strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_templ.go") &&
			!strings.HasSuffix(name, "_test.go") {
			lines += strings.Count(string(raw), "\n")
		}
		at, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(root, "internal/network/lending", name)] = at
	}
	outside := touched(t, root)
	if lines > sampleLines || len(outside) > sampleOutside {
		t.Errorf("an area costs %d lines and touches %d files outside of its folder; %d and %d are the most", lines, len(outside), sampleLines,
			sampleOutside)
	}
	for name, text := range outside {
		file := filepath.Join(t.TempDir(), filepath.Base(name))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(root, name)] = file
	}
	raw, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(plan, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), overlay[filepath.Join(root, "internal/app/app.go")], nil, 0); err != nil {
		t.Error(err)
	}
	binary := filepath.Join(t.TempDir(), "lending.test")
	run(t, root, "go", "test", "-c", "-vet=off", "-ldflags=-w", "-overlay", plan, "-o", binary, "./internal/network/lending")
	run(t, t.TempDir(), binary)
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
}

// touched gives the files outside of the sample's folder as they would read with it.
func touched(t *testing.T, root string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/lending/outside.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimSpace(string(raw)), "\n\n") {
		if strings.HasPrefix(part, "#") {
			continue
		}
		name, places, _ := strings.Cut(part, "\n")
		now, err := os.ReadFile(filepath.Join(root, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		lines := strings.Split(string(now), "\n")
		for place := range strings.SplitSeq(strings.TrimPrefix(places, "after:"), "\nafter:") {
			mark, text, _ := strings.Cut(place, "\n")
			lines = insert(t, name, lines, strings.TrimSpace(mark), text)
		}
		out[name] = strings.Join(lines, "\n")
	}
	return out
}

// insert puts text behind the first line that holds mark, at the end where there is none.
func insert(t *testing.T, name string, lines []string, mark, text string) []string {
	t.Helper()
	if mark == "" {
		return append(lines, text)
	}
	for i, line := range lines {
		if strings.Contains(line, mark) {
			return append(lines[:i+1:i+1], append(strings.Split(text, "\n"), lines[i+1:]...)...)
		}
	}
	t.Fatalf("%s has no line with %s", name, mark)
	return nil
}
