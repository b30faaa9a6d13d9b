// Command linli is the whole system in one binary: the server, and the commands that operators and independent checks use. Exit status
// 0 is done, 1 refused or a check failed, 2 wrong use.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

var cli struct {
	Serve   serveCmd    `cmd:"" help:"Serve pages and API."`
	Version versionCmd  `cmd:"" help:"What program this is: version, commit, day, schema."`
	Migrate migrateCmd  `cmd:"" help:"Bring the schema up to this program's."`
	Demo    demoCmd     `cmd:"" help:"Fill an empty database with made-up people and their work."`
	Routes  routesCmd   `cmd:"" help:"List every route with its permission."`
	OpenAPI openapiCmd  `cmd:"" name:"openapi" help:"Print the OpenAPI 3.1 document, the same bytes as served."`
	Limits  limitsCmd   `cmd:"" help:"The limits in force."`
	Admin   adminCmd    `cmd:"" help:"Accounts from the console."`
	Keys    keysCmd     `cmd:"" help:"Field and signing keys."`
	Audit   auditCmd    `cmd:"" help:"The audit chain."`
	Log     logCmd      `cmd:"" help:"The public log of records, certificates and transfers."`
	Verify  verifyCmd   `cmd:"" help:"Check every invariant; exit 1 and the exact object on a violation."`
	Subject subjectCmd  `cmd:"" help:"What is held about one person."`
	Import  importCmd   `cmd:"" help:"Take over a register from a table; stored as a whole or not at all."`
	Kit     exchangeCmd `cmd:"" name:"exchange" help:"The format in which platforms hand over registers."`
	Export  exportCmd   `cmd:"" help:"Write a register as a table that import takes."`
	Assign  assignCmd   `cmd:"" name:"dispatch" help:"The assignment solver alone, for measuring."`
	Inspect inspectCmd  `cmd:"" help:"Spot checks that anybody can repeat."`
	Digest  digestCmd   `cmd:"" help:"One SHA-256 over the content, equal on both databases."`
	Backup  backupCmd   `cmd:"" help:"Write content and uploads to one file, while serving; never keys."`
	Restore restoreCmd  `cmd:"" help:"Read a backup into an empty database of either kind and check it."`
}

const (
	exitRefused = 1
	exitUsage   = 2
)

func main() { os.Exit(run()) }

func run() int {
	parser := kong.Must(&cli, kong.Name("linli"), kong.Description("邻里志愿：城乡社区志愿服务站（点）信息系统"), kong.UsageOnError())
	ctx, err := parser.Parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "linli:", err)
		return exitUsage
	}
	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	ctx.BindTo(stop, (*context.Context)(nil))
	return exitOf(ctx.Command(), ctx.Run())
}

// exitOf says what a command ended with. A server that is told to stop has done its work; anything else that is broken off has not.
func exitOf(command string, err error) int {
	switch {
	case err == nil, command == "serve" && errors.Is(err, context.Canceled):
		return 0
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "linli: broken off")
	default:
		fmt.Fprintln(os.Stderr, "linli:", err)
	}
	return exitRefused
}
