// Package release says what program this is: the version and commit that the Go toolchain stamps into a binary built from a checkout,
// and the schema it brings. Built from a folder without history (an archive, a linked worktree) it is unknown, and says so.
package release

import (
	"fmt"
	"runtime/debug"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Unknown stands for what the binary does not know of itself.
const Unknown = "unknown"

// Release is what an operator asks of a binary.
type Release struct {
	Version string `json:"version"` // tag, or a pseudo-version of the commit; +dirty where the checkout had changes
	Commit  string `json:"commit"`
	Day     string `json:"day"`    // of the commit
	Schema  int64  `json:"schema"` // number of the newest migration
}

// This is the release of the running program.
func This() (Release, error) {
	schema, err := db.SchemaNumber()
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return from(info, schema), err
}

func from(info *debug.BuildInfo, schema int64) Release {
	out := Release{Version: Unknown, Commit: Unknown, Day: Unknown, Schema: schema}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			out.Version, out.Commit = info.Main.Version, s.Value
		case "vcs.time":
			if at, err := time.Parse(time.RFC3339, s.Value); err == nil {
				out.Day = clock.DayOf(at).String()
			}
		}
	}
	return out
}

// Words says it in one line, to people.
func (r Release) Words() string {
	if r.Commit == Unknown {
		return fmt.Sprintf("版本未知（不是从代码库的检出构建的），数据库结构 %d", r.Schema)
	}
	return fmt.Sprintf("版本 %s，提交 %.12s（%s），数据库结构 %d", r.Version, r.Commit, r.Day, r.Schema)
}
