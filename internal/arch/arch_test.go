// Package arch holds one test: which package may import which, and what each file of an area may import. Changing the order is a
// visible line here.
package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// order lists every package of internal/ from the ground up; a package imports only what stands on earlier lines.
var order = []string{
	"platform/errs",
	"platform/errs/errstest",
	"platform/config",
	"platform/clock",
	"platform/linked",
	"platform/linked/linkedtest",
	"platform/format",
	"platform/spelling",
	"platform/telephone",
	"platform/set",
	"platform/i18n",
	"platform/geo",
	"platform/assign",
	"platform/imprint",
	"platform/db",
	"platform/db/dbtest",
	"platform/release",
	"platform/auth",
	"platform/seal",
	"platform/audit",
	"platform/act",
	"platform/event",
	"platform/ledger/recount",
	"platform/ledger",
	"platform/job",
	"platform/blob",
	"platform/held",
	"platform/sms",
	"platform/cmpp",
	"platform/cmpp/cmpptest",
	"platform/notify",
	"platform/outward",
	"platform/pdf",
	"platform/chart",
	"platform/sheet",
	"platform/xform",
	"platform/paper",
	"platform/web/ui",
	"platform/web/turn",
	"platform/web/htmltest",
	"platform/web",
	"platform/area",
	"platform/area/areatest",
	"civic/region",
	"civic/setting",
	"civic/person",
	"civic/account/password",
	"civic/account/authenticator",
	"civic/account/post",
	"civic/account/random",
	"civic/account/wording",
	"civic/account",
	"civic/identity",
	"civic/alarm",
	"civic/appointment",
	"civic/proof",
	"civic/second",
	"network/station",
	"network/station/stationtest",
	"network/standard",
	"network/office",
	"network/office/ledger",
	"network/office/template",
	"network/office/officetest",
	"network/office/notice",
	"network/office/photo",
	"network/office/workplan",
	"network/office/rule",
	"network/office/sign",
	"network/office/equipment",
	"network/office/roster",
	"network/office/archive",
	"network/office/home",
	"network/coverage",
	"people/volunteer",
	"people/team",
	"people/enrol",
	"people/insurance",
	"people/agreement",
	"work/catalogue",
	"work/order/hand",
	"work/order/live",
	"work/order/slip",
	"work/order/wish",
	"work/order/card",
	"work/order",
	"work/attendance",
	"work/presence",
	"work/activity",
	"people/training",
	"work/project",
	"people/recruit",
	"people/partner",
	"work/attendance/attendancetest",
	"work/dispatch",
	"work/pairing",
	"work/guard",
	"work/casework",
	"work/survey",
	"work/need",
	"work/homevisit",
	"work/offline",
	"proof/record",
	"proof/log",
	"proof/certificate",
	"proof/timebank",
	"proof/green",
	"proof/honour",
	"oversight/stats",
	"oversight/report",
	"oversight/inspection",
	"oversight/inspection/inspectiontest",
	"oversight/inspection/plan",
	"oversight/inspection/visit",
	"oversight/inspection/spotcheck",
	"oversight/inspection/problem",
	"oversight/complaint",
	"oversight/fund",
	"oversight/award",
	"app/demo/scene",
	"app/demo/manifest",
	"reach/press",
	"reach/poll",
	"reach/access",
	"reach/webhook",
	"reach/opendata",
	"reach/exchange",
	"reach/batch",
	"reach/platforms",
	"reach/inbound",
	"reach/gateway",
	"reach/console",
	"reach/setup",
	"reach/portal",
	"app/archive",
	"app/check",
	"app",
	"app/demo",
	"app/explorer",
}

// floors are the folders of areas; what stands before them is the platform, which knows no business.
var floors = []string{"civic/", "network/", "people/", "work/", "proof/", "oversight/", "reach/"}

// banned says what the files of an area may not import, by name; "*" is every other file. Tests may import anything.
var banned = map[string][]string{
	"web.go":   {"platform/db", "database/sql"},
	"store.go": {"net/http", "platform/web", "platform/event", "database/sql"},
	"*_templ":  {"platform/db", "database/sql"},
	"*":        {"net/http", "platform/web", "database/sql"},
}

func TestImports(t *testing.T) {
	rank := map[string]int{}
	for i, p := range order {
		rank[p] = i + 1
	}
	seen := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		if strings.HasPrefix(pkg, "arch") || strings.HasPrefix(pkg, "mutate") {
			return nil
		}
		seen[pkg] = true
		if rank[pkg] == 0 {
			t.Errorf("%s: package %s has no place in the order", path, pkg)
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			what, _ := strconv.Unquote(imp.Path.Value)
			if p, ok := strings.CutPrefix(what, "linli/internal/"); ok && rank[p] >= rank[pkg] {
				t.Errorf("%s imports %s, which does not lie below it", path, p)
			}
			if isArea(pkg) && forbidden(filepath.Base(path), what) {
				t.Errorf("%s imports %s", path, what)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range order {
		if !seen[p] {
			t.Errorf("%s stands in the order and does not exist", p)
		}
	}
}

// isArea leaves out worlds for tests (attendancetest), which speak HTTP as a browser does.
func isArea(pkg string) bool {
	if strings.HasSuffix(pkg, "test") {
		return false
	}
	return slices.ContainsFunc(floors, func(f string) bool { return strings.HasPrefix(pkg, f) })
}

func forbidden(file, what string) bool {
	list, ok := banned[file]
	switch {
	case strings.HasSuffix(file, "_templ.go"):
		list = banned["*_templ"]
	case !ok:
		list = banned["*"]
	}
	what = strings.TrimPrefix(what, "linli/internal/")
	return slices.Contains(list, what)
}
