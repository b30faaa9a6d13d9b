package main

import (
	"slices"
	"testing"

	"github.com/alecthomas/kong"

	"linli/internal/platform/clock"
)

// While a selection is before the public no command makes its result: on the first and on the last day of the notice each command that
// knows a database does its work, on whom is before the public where it works on people, and then neither the rows, nor a public page, nor
// a certificate say that somebody was chosen. The day after, the result is made by who may, and the same look finds it.
func TestNoCommandPublishes(t *testing.T) {
	t.Parallel()
	everyCommandIsTried(t)
	small.EachURL(t, func(t *testing.T, url string) {
		n := newNotice(t, url)
		for day, at := range []clock.Day{n.selection.NoticeFrom, n.selection.NoticeUntil} {
			n.begin(day, at)
			for _, c := range early {
				n.doing = c.command
				c.run(n)
				n.noRows()
			}
			n.none(n.app)
		}
		n.past()
	})
}

// early says how each command that knows a database is tried while a selection is before the public, in this order; what only looks is
// tried on one day.
var early = []struct {
	command string
	run     func(n *notice)
}{
	{"version", looks("version")},
	{"migrate", does("migrate")},
	{"demo", func(n *notice) { n.refuses("已经有数据", "demo") }}, // the database itself was made by it
	{"serve", (*notice).serves},
	{"keys init", func(n *notice) { n.refuses("已经有密钥", "keys", "init") }},
	{"keys list", looks("keys", "list")},
	{"keys rotate", does("keys", "rotate")},
	{"keys export", func(n *notice) { n.must(passphraseGiven, "keys", "export", "--to", n.file("keys.sealed")) }},
	{"keys import", func(n *notice) {
		n.must(passphraseGiven, "keys", "import", n.file("keys.sealed"), "--data", n.file("other"))
	}},
	{"admin create", func(n *notice) {
		n.must("Grassland-7-horses\n", "admin", "create", n.login(), "--name", "乡镇经办", "--role", "town_officer", "--region", n.town.String(),
			"--password-stdin", "--demo")
	}},
	{"admin reset-password", func(n *notice) { n.must("", "admin", "reset-password", n.login(), "--demo") }},
	{"admin lock", func(n *notice) { n.must("", "admin", "lock", n.login(), "--demo") }},
	{"admin unlock", func(n *notice) { n.must("", "admin", "unlock", n.login(), "--demo") }},
	{"import", (*notice).imports},
	{"export", func(n *notice) { n.must("", "export", "volunteers", "--to", n.file("volunteers.xlsx"), "--demo") }},
	{"exchange receive", (*notice).receives},
	{"subject export", func(n *notice) { n.must("", "subject", "export", "--person", n.nominee().PersonID.String(), "--demo") }},
	{"subject erase", (*notice).erases},
	{"audit verify", looks("audit", "verify")},
	{"audit export", looks("audit", "export")},
	{"log checkpoint", looks("log", "checkpoint")},
	{"log verify", looks("log", "verify")},
	{"log prove", func(n *notice) { n.must("", "log", "prove", oneOf(n, logged)) }},
	{"verify", looks("verify")},
	{"digest", looks("digest")},
	{"backup", func(n *notice) { n.must("", "backup", "--to", n.file("backup.zip")) }},
	{"restore", (*notice).restores},
}

const passphraseGiven = "草原上的十二匹枣红马和一匹白马\n"

func does(args ...string) func(n *notice) { return func(n *notice) { n.must("", args...) } }

func looks(args ...string) func(n *notice) {
	return func(n *notice) {
		if n.day == 0 {
			n.must("", args...)
		}
	}
}

// everyCommandIsTried fails for a command that knows a database and is not in the list: a new one says how it is tried.
func everyCommandIsTried(t *testing.T) {
	t.Helper()
	var all, tried []string
	for _, leaf := range kong.Must(&cli).Model.Leaves(false) {
		if slices.ContainsFunc(slices.Concat(leaf.AllFlags(false)...), func(f *kong.Flag) bool { return f.Name == "db" }) {
			all = append(all, nameOf(leaf))
		}
	}
	for _, c := range early {
		tried = append(tried, c.command)
	}
	slices.Sort(all)
	slices.Sort(tried)
	if !slices.Equal(all, tried) {
		t.Errorf("the commands that know a database:\n%q\nthose that are tried before a result is due:\n%q", all, tried)
	}
}

// nameOf is a command with those it stands under, without its arguments.
func nameOf(leaf *kong.Node) string {
	name := leaf.Name
	for up := leaf.Parent; up != nil && up.Type == kong.CommandNode; up = up.Parent {
		name = up.Name + " " + name
	}
	return name
}
