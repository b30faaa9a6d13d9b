package explorer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// guard is what keeps minutes from being made by one hand. Without it the explorer must find a way.
type guard struct {
	name  string
	edits []edit
}

// edit is what a file of the product reads like without the guard; off says that it is this one that is taken away.
type edit struct{ file, from, to string }

const (
	judge       = "internal/civic/proof/proof.go"
	looked      = "internal/civic/proof/look.go"
	independent = "internal/civic/proof/independent.go"
	reviewed    = "internal/proof/record/review.go"
	renamed     = "internal/civic/person/second.go"
	acquainted  = "internal/civic/person/known.go"
	appointed   = "internal/civic/appointment/appointment.go"
	confirmed   = "internal/civic/appointment/confirm.go"
)

// guards are those without which one hand suffices. What stands behind a second line (kin, who served beside, who spoke, each look asked
// for twice; that imported hours wait, and that who brought a batch is not its second) is tried by scenarios of its own in proof/record
// and reach/inbound.
var guards = []guard{
	{"who gets the minutes is no hand", []edit{
		{judge, "	switch {\n	case x.Person == 0:\n", "	switch {\n	case off(NAME):\n		return \"\", nil\n	case x.Person == 0:\n"},
		{reviewed, "me != 0 && (me == r.RecordedBy ||", "me != 0 && (!off(NAME) && me == r.RecordedBy ||"}}},
	{"one account is one hand", []edit{
		{independent,
			"	if x.Account != 0 && x.Account == y.Account ||",
			"	if off(NAME) && x == y {\n		return \"\", nil\n	}\n	if x.Account != 0 && x.Account == y.Account ||"},
		{judge, "if f == w {", "if !off(NAME) && f == w {"},
		{looked, "		if x == me {", "		if !off(NAME) && x == me {"},
		{reviewed, "slices.Contains(h.Second, me)) {", "slices.Contains(h.Second, me)) && !off(NAME) {"},
		{appointed, "	if a == b {\n", "	if off(NAME) && a == b {\n		return \"\", nil\n	}\n	if a == b {\n"}}},
	{"whom somebody made is no second hand beside him", []edit{{independent,
		"	if accounts[0] == 0 || accounts[1] == 0 {",
		"	if off(NAME) || accounts[0] == 0 || accounts[1] == 0 {"}}},
	{"an account that nobody has confirmed has no word", []edit{{independent, "	if account == 0 {", "	if off(NAME) || account == 0 {"}}},
	{"a resident is known", []edit{{independent,
		"	knew, err := knowers.All(",
		"	if off(NAME) {\n		return \"\", nil\n	}\n	knew, err := knowers.All("}}},
	{"a resident is known to who looks at his word", []edit{
		{judge, "	for _, x := range [][2]Hand{{w, f}, {f, w}} {\n		if err == nil",
			"	for i, x := range [][2]Hand{{w, f}, {f, w}} {\n		if off(NAME) && i > 0 {\n			continue\n		}\n		if err == nil"},
		{looked, "if why, err = b.unknown(ctx, h, x, me); why != \"\" {",
			"if why, err = b.unknown(ctx, h, x, me); why != \"\" && !off(NAME) {"}}},
	{"who hands in a list without an office is known", []edit{{judge,
		"	case !slices.Contains(h.Lay, x.Account):",
		"	case off(NAME) || !slices.Contains(h.Lay, x.Account):"}}},
	{"two people know a resident", []edit{{independent,
		"		for _, o := range met {",
		"		if off(NAME) {\n			return \"\", nil\n		}\n		for _, o := range met {"}}},
	{"a known number that changes is known no more", []edit{{acquainted,
		"if err == nil && now != was {",
		"if !off(NAME) && err == nil && now != was {"}}},
	{"whoever has seen a code has not heard it", []edit{{independent,
		"	for _, id := range h.Own.Knew {\n",
		"	for _, id := range h.Own.Knew {\n		if off(NAME) {\n			continue\n		}\n"}}},
	{"whom an order is for reads its code", []edit{{independent,
		"	for _, p := range h.Party {\n",
		"	for _, p := range h.Party {\n		if off(NAME) {\n			continue\n		}\n"}}},
	{"whom an order is for is no second person", []edit{{judge,
		"	if x.Person != 0 && slices.Contains(h.Party, x.Person) {",
		"	if !off(NAME) && x.Person != 0 && slices.Contains(h.Party, x.Person) {"}}},
	{"staff are no residents of their station", []edit{{independent,
		"	if err != nil || n > 0 {\n		return \"确认的人是本站的工作人员\", err",
		"	if err != nil || !off(NAME) && n > 0 {\n		return \"确认的人是本站的工作人员\", err"}}},
	{"more than the attendance needs another", []edit{{reviewed,
		"if (far || !enough) && len(agreed) == 0 {",
		"if !off(NAME) && (far || !enough) && len(agreed) == 0 {"}}},
	{"whose hours they are waits for another", []edit{{renamed, "	if s.Ask.Counted == nil {", "	if off(NAME) || s.Ask.Counted == nil {"}}},
	{"what the desk settles of the bank waits for another", []edit{{"internal/proof/timebank/hold.go",
		"} else if !own && minutes > 0 {", "} else if !off(NAME) && !own && minutes > 0 {"}}},
	{"what is looked into goes into no certificate", []edit{{"internal/proof/certificate/issue.go",
		"		if r.Checking(today) {", "		if !off(NAME) && r.Checking(today) {"}}},
	{"nobody agrees to his own change", []edit{{renamed,
		"	me := auth.From(ctx)\n	if me.System != \"\" || me.Account == c.ByID {",
		"	me := auth.From(ctx)\n	if off(NAME) {\n		return \"\", nil\n	}\n	if me.System != \"\" || me.Account == c.ByID {"}}},
	{"nobody confirms whom he appointed", []edit{
		{confirmed, "	case me.Account == a.ActorID:", "	case !off(NAME) && me.Account == a.ActorID:"},
		{confirmed,
			"	if why, err = s.Independent(ctx, tx, me.Account, a.ActorID); err != nil || why != \"\" {",
			"	if why, err = s.Independent(ctx, tx, me.Account, a.ActorID); !off(NAME) && (err != nil || why != \"\") {"}}},
}

// Each guard stands where the table says.
func TestGuardsStand(t *testing.T) {
	for _, g := range guards {
		for _, e := range g.edits {
			src, err := os.ReadFile(filepath.Join("../../..", e.file))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(src), e.from); n != 1 {
				t.Errorf("%q stands %d times in %s: %q", g.name, n, e.file, e.from)
			}
		}
	}
}

// Without any one of the guards the explorer finds a way. The program is built once, with a switch at each of them.
func TestDrillGuards(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" || os.Getenv(switchName) != "" {
		return
	}
	binary := woven(t)
	for _, g := range guards {
		t.Run(g.name, func(t *testing.T) {
			c := exec.Command(binary, "-test.run", "^TestDrillNobodyAlone$", "-test.timeout", "30m")
			c.Env = append(os.Environ(), switchName+"="+g.name)
			out, err := c.CombinedOutput()
			if err == nil || !strings.Contains(string(out), oneHand) {
				t.Errorf("not found: %v\n%s", err, out)
			}
			t.Logf("%s", out)
		})
	}
}

// switchName is the variable of the environment that says which guard is away in a program that was built for the drill.
const switchName = "LINLI_GUARD"

// woven builds this package's tests over the product with its switches.
func woven(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	dir, texts := t.TempDir(), map[string]string{}
	for _, g := range guards {
		for _, e := range g.edits {
			path := filepath.Join(root, e.file)
			text := texts[path]
			if text == "" {
				src, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				text = string(src)
			}
			texts[path] = strings.Replace(text, e.from, strings.ReplaceAll(e.to, "NAME", fmt.Sprintf("%q", g.name)), 1)
			name := filepath.Base(filepath.Dir(path))
			texts[filepath.Join(filepath.Dir(path), "guard_switch.go")] = "package " + name + "\n\nimport \"os\"\n\nvar away = os.Getenv(\"" +
				switchName + "\")\n\nfunc off(name string) bool { return away == name }\n"
		}
	}
	replace := map[string]string{}
	for path, text := range texts {
		replace[path] = filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(replace[path], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	overlay, binary := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "explorer.test")
	if err = cmp.Or(err, os.WriteFile(overlay, list, 0o600)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}
