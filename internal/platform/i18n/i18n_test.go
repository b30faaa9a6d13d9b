package i18n_test

import (
	"encoding/csv"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/i18n"
)

// source is the program as the compiler sees it, without tests: the packages of internal/ by folder.
type source map[string]*pkg

// pkg holds what a package declares at its top: functions, methods and variables by name. Methods of several types may share one name.
type pkg struct {
	decls   map[string][]ast.Node
	imports map[string]bool
	calls   []*ast.CallExpr
	all     map[string]bool // every Chinese string
}

func load(t *testing.T) source {
	t.Helper()
	out := source{}
	err := filepath.WalkDir("../..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") ||
			strings.HasPrefix(d.Name(), "gallery") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../../")
		if out[name] == nil {
			out[name] = &pkg{decls: map[string][]ast.Node{}, imports: map[string]bool{}, all: map[string]bool{}}
		}
		out[name].add(f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (p *pkg) add(f *ast.File) {
	for _, i := range f.Imports {
		p.imports[path.Base(strings.Trim(i.Path.Value, `"`))] = true
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = "." + name // found where something is asked for it, not by a variable of that name
			}
			if !canFail(d) {
				p.decls[name] = append(p.decls[name], d)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if v, ok := s.(*ast.ValueSpec); ok {
					for _, n := range v.Names {
						p.decls[n.Name] = append(p.decls[n.Name], v)
					}
				}
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok {
			p.calls = append(p.calls, c)
		}
		if s := chinese(n); s != "" {
			p.all[s] = true
		}
		return true
	})
}

// canFail tells an operation or a check from what only finds words: the texts of refusals are not followed.
func canFail(d *ast.FuncDecl) bool {
	if d.Type.Results == nil {
		return false
	}
	return slices.ContainsFunc(d.Type.Results.List, func(r *ast.Field) bool {
		id, ok := r.Type.(*ast.Ident)
		return ok && id.Name == "error"
	})
}

// translated gives the views of the routes that are marked web.Translated.
func (p *pkg) translated() (views []ast.Node) {
	for _, c := range p.calls {
		if slices.ContainsFunc(c.Args, func(a ast.Expr) bool { return isSelector(a, "web", "Translated") }) && len(c.Args) > 5 {
			views = append(views, c.Args[5])
		}
	}
	return views
}

func isSelector(n ast.Node, pkg, name string) bool {
	s, ok := n.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != name {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// literals gives the Chinese strings of the nodes and of whatever of the package they use.
func (p *pkg) literals(from []ast.Node) map[string]bool {
	out, seen := map[string]bool{}, map[string]bool{}
	follow := func(name string) {
		if !seen[name] {
			seen[name] = true
			from = append(from, p.decls[name]...)
		}
	}
	for len(from) > 0 {
		at := from[0]
		from = from[1:]
		ast.Inspect(at, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && p.imports[x.Name] {
					return false
				}
				follow("." + n.Sel.Name)
			case *ast.Ident:
				follow(n.Name)
			}
			if s := chinese(n); s != "" {
				out[s] = true
			}
			return true
		})
	}
	return out
}

// chinese is the value of a Chinese string literal, else "".
func chinese(n ast.Node) string {
	if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil && i18n.IsChinese(s) {
			return s
		}
	}
	return ""
}

// used gives the texts that pages in the catalogue say, with where: those of the translated routes, of the shells and components
// around them, of their navigation and of the menu of services.
func used(t *testing.T) map[string]string {
	src, out := load(t), map[string]string{}
	put := func(where string, words map[string]bool) {
		for w := range words {
			out[w] = where
		}
	}
	pages := 0
	for name, p := range src {
		views := p.translated()
		pages += len(views)
		put(name, p.literals(views))
	}
	if pages < 15 {
		t.Errorf("only %d pages are translated", pages)
	}
	for _, frame := range []string{"Layout", "Problem"} {
		put("ui", src["platform/web/ui"].literals(src["platform/web/ui"].decls[frame]))
	}
	for name, p := range src["platform/web/ui"].decls {
		if ast.IsExported(name) {
			put("ui", src["platform/web/ui"].literals(p))
		}
	}
	put("catalogue", src["work/catalogue"].literals(src["work/catalogue"].decls["first"]))
	for _, name := range []string{"siteEntries", "phoneEntries", "startEntries"} {
		put("app", src["app"].literals(src["app"].decls[name]))
	}
	return out
}

// notSaid are Chinese strings of the components that are parts of Chinese dates alone.
var notSaid = []string{"1 月 2 日", "周日", "周一", "周二", "周三", "周四", "周五", "周六", "凌晨", "上午", "中午", "下午", "晚上", " 点",
	"，。"} // cut off the end of a sentence

func english(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, row := range rows(t, "en.csv") {
		if out[row[0]] != "" {
			t.Errorf("en.csv has %q twice", row[0])
		}
		out[row[0]] = row[1]
	}
	return out
}

func rows(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

var tag = regexp.MustCompile(`</?[a-z]|^ [a-z-]+="`)

// Every text that a translated page says has an English one; no page holds Chinese outside the catalogue; and the catalogue holds
// nothing that no source says.
func TestEnglishIsWhole(t *testing.T) {
	have := english(t)
	said := used(t)
	for zh, where := range said {
		switch {
		case zh == i18n.Chinese.Name() || slices.Contains(notSaid, zh) || strings.Contains(zh, `lang="zh-CN"`):
		case tag.MatchString(zh):
			t.Errorf("%s writes %q around the catalogue: say it with @ui.T", where, zh)
		case have[zh] == "":
			t.Errorf("%s says %q, and en.csv does not", where, zh)
		}
	}
	all := map[string]bool{}
	for _, p := range load(t) {
		maps.Copy(all, p.all)
	}
	for _, row := range rows(t, "mn-Mong.csv") { // names of divisions come from the register
		all[row[1]] = true
	}
	for zh := range have {
		if !all[zh] {
			t.Errorf("en.csv has %q, which nothing says", zh)
		}
	}
}

var verb = regexp.MustCompile(`%[0-9]*((\.[0-9])?[a-z])`)

// verbs gives what a text takes, in order; how wide a number stands is the language's own.
func verbs(text string) (kinds []string) {
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		kinds = append(kinds, m[1])
	}
	return kinds
}

// A translation takes what its text gives: the same verbs in the same order.
func TestVerbsAgree(t *testing.T) {
	for zh, en := range english(t) {
		if a, b := verbs(zh), verbs(en); !slices.Equal(a, b) {
			t.Errorf("%q takes %v, %q takes %v", zh, a, en, b)
		}
		if i18n.IsChinese(en) {
			t.Errorf("%q is not English", en)
		}
	}
}

// Each Mongolian word has a status and a source, and is written in its own script; what nobody has reviewed stays out of attributes.
func TestMongolian(t *testing.T) {
	ctx := i18n.With(t.Context(), i18n.Mongolian)
	for _, row := range rows(t, "mn-Mong.csv") {
		w := i18n.Say(ctx, row[1])
		if w.Lang != i18n.Mongolian || !slices.Contains([]i18n.Status{i18n.Reviewed, i18n.Sourced, i18n.Uncertain}, w.Status) || row[6] == "" {
			t.Errorf("%s: %+v, source %q", row[1], w, row[6])
		}
		for _, r := range w.Text {
			if r != ' ' && r != 0x202f && (r < 0x1800 || r > 0x18af) {
				t.Errorf("%s: %U is no Mongolian", row[1], r)
			}
		}
		if text := i18n.Text(ctx, row[1]); w.Status != i18n.Reviewed && text != row[1] {
			t.Errorf("%s stands unmarked as %s", row[1], text)
		}
	}
}

func TestSay(t *testing.T) {
	en := i18n.With(t.Context(), i18n.English)
	for _, c := range []struct {
		got  i18n.Word
		want string
	}{
		{i18n.Say(t.Context(), "错误代码 %d", 404), "错误代码 404 zh-CN"},
		{i18n.Say(en, "错误代码 %d", 404), "Error 404 en"},
		{i18n.Say(en, "宝力根嘎查志愿服务站"), "宝力根嘎查志愿服务站 zh-CN"},
		{i18n.Say(i18n.With(t.Context(), i18n.Parse("mn-Mong")), "兴安盟"), "ᠬᠢᠩᠭᠠᠨ ᠠᠶᠢᠮᠠᠭ mn-Mong"},
		{i18n.Say(i18n.With(t.Context(), i18n.Parse("fr")), "首页"), "首页 zh-CN"},
		{i18n.Day(en, 20261123), "Monday 23 November 2026 en"},
		{i18n.Day(en, 0), " zh-CN"},
		{i18n.Span(en, at(9), at(11)), "Monday 23 November 2026, 09:00–11:00 en"},
		{i18n.Span(en, at(9), at(25)), "Monday 23 November 2026, 09:00 – Tuesday 24 November 2026, 01:00 en"},
	} {
		if got := fmt.Sprintf("%s %s", c.got.Text, c.got.Lang); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func at(hour int) time.Time { return time.Date(2026, 11, 23, hour, 0, 0, 0, clock.Shanghai) }
