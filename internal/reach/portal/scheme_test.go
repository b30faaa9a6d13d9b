package portal

import (
	_ "embed"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"linli/internal/platform/auth"
)

// planText is the plan as it was issued.
//
//go:embed testdata/scheme.txt
var planText string

// besides are the lines of the plan that ask for nothing: its title and why it was made.
var besides = regexp.MustCompile(`^(内蒙古自治区城乡社区志愿服务站（点）建设方案|为深入学习贯彻落实.*制定如下方案。)$`)

// Every sentence of the plan stands on the page, word by word and in its order; nothing is left over but headings.
func TestSchemeIsThePlan(t *testing.T) {
	headings := map[string]bool{}
	rest := planText
	for _, c := range scheme.Clauses {
		for h := range strings.FieldsSeq(c.Part) {
			headings[h] = true
		}
		before, after, ok := strings.Cut(rest, c.Text)
		if !ok {
			t.Fatalf("the plan does not say, after what came before: %s", c.Text)
		}
		spare(t, before, headings)
		rest = after
	}
	spare(t, rest, headings)
}

// spare judges what the plan says between two sentences of the page.
func spare(t *testing.T, text string, headings map[string]bool) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !besides.MatchString(line) && !headings[strings.TrimSuffix(line, "。")] {
			t.Errorf("the page leaves out: %s", line)
		}
	}
}

// Each sentence has a page and a test, and each test is one of the source: whoever renames one changes the page too.
func TestSchemeIsProved(t *testing.T) {
	funcs := map[string]string{}
	for _, c := range scheme.Clauses {
		if c.Does == "" || len(c.Pages) == 0 || len(c.Tests) == 0 {
			t.Errorf("nothing does: %s", c.Text)
		}
		for _, name := range c.Tests {
			dir, fn, _ := strings.Cut(name, ".")
			if funcs[dir] == "" {
				funcs[dir] = sources(t, dir)
			}
			if !strings.Contains(funcs[dir], "\nfunc "+fn+"(t *testing.T)") {
				t.Errorf("%s has no %s", dir, fn)
			}
		}
	}
}

// No part of the system (M1 to M27 of its design) is without a sentence, and programs read all that people do.
func TestPlanNamesEachRow(t *testing.T) {
	out, err := New(nil, nil, nil).Plan(auth.AsSystem(t.Context(), "test"), Nothing{})
	if err != nil || len(out.Items) != len(scheme.Clauses) {
		t.Fatal(len(out.Items), err)
	}
	named := map[string]bool{}
	for i, x := range out.Items {
		if x.Text != scheme.Clauses[i].Text || len(x.Links) == 0 || !strings.HasPrefix(x.Links[0], "/") {
			t.Errorf("%+v", x)
		}
		for _, r := range x.Rows {
			named[r] = true
		}
	}
	for i := range 27 {
		row := "M" + strconv.Itoa(i+1)
		if !named[row] {
			t.Errorf("no sentence leads to %s", row)
		}
		delete(named, row)
	}
	if len(named) > 0 {
		t.Errorf("there is no row %v", named)
	}
}

// sources joins the tests of a package.
func sources(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("../../..", dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %q: %v", dir, err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
