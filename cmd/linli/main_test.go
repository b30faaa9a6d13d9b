package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"linli/internal/platform/clock"
	"linli/internal/platform/db/dbtest"
)

// kits holds the folders of the kits while the tests run.
var kits string

// tests are those of this package, with a folder around them and a browser beside them.
type tests struct{ *testing.M }

// Run runs them.
func (m tests) Run() int {
	var err error
	if kits, err = os.MkdirTemp("", "linli-kits-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(kits)
	defer func() { endBrowser() }()
	if err := flag.Set("test.parallel", "4"); err != nil { // they wait for servers more than they work
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.M.Run()
}

func TestMain(m *testing.M) { testscript.Main(tests{m}, map[string]func(){"linli": program}) }

// nowName names the business time at which a test wants a command to work; the command itself has none to be told.
const nowName = "LINLI_TEST_NOW"

// program is the command, at the business time of its test.
func program() {
	if now, err := time.Parse(time.RFC3339, os.Getenv(nowName)); err == nil {
		clock.Set(now)
	}
	main()
}

// The commands as an operator uses them, once on each database.
func TestCommands(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "sqlite:data/linli.db" },
		"postgres": func(t *testing.T) string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: map[string]func(*testscript.TestScript, bool, []string){"capture": capture},
				Setup: func(e *testscript.Env) error {
					e.Setenv("LINLI_DB", url(t))
					e.Setenv("OTHER", dbtest.PostgresURL(t))
					e.Setenv("HOME", os.TempDir())
					return nil
				}})
		})
	}
}

// capture NAME REGEXP keeps what the first group finds in the last output as a variable.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME REGEXP")
	}
	m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) != 2 {
		ts.Fatalf("%s is not in the output", args[1])
	}
	ts.Setenv(args[0], m[1])
}
