package spotcheck

import (
	"fmt"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	govChecks    = "/gov/spot-checks"
	publicChecks = "/spot-checks"
)

func checkAt(id db.ID) string       { return inspection.PathOf(govChecks, id) }
func unitAt(check, id db.ID) string { return checkAt(check) + "/units/" + id.String() }

// Words that people see.
var (
	states = set.New("spot_check.state",
		set.Row{Announced, "已公告，待封存总体", "wait"}, set.Row{Frozen, "总体已封存，待抽取", "wait"},
		set.Row{Drawn, "已抽取，核查中", "work"}, set.Row{Published, "结果已公布", "done"}, set.Row{GivenUp, "已放弃"})
	kinds = set.New("spot_check.kind",
		set.Row{"record", "服务记录"}, set.Row{"certificate", "证明"})
	doubtKinds = set.New("spot_check_doubt",
		set.Row{"long", "时间长"}, set.Row{"late", "超过 10 个工作日才计入"}, set.Row{"import", "从别处导入"})
)

// span says an interval.
func (i Interval) span() string { return format.Percent(i.Low) + " 到 " + format.Percent(i.High) }

// command is how anybody draws the sample again.
func (c Check) command(forced int) string {
	out := fmt.Sprintf("linli inspect draw --population population-%s.txt --seed %s --rate %s --min %d", c.ID, c.Seed, c.Rate(), c.Least)
	if forced > 0 {
		out += fmt.Sprintf(" --forced forced-%s.txt", c.ID)
	}
	return out
}

func (v Detail) doubtOptions() (out []ui.Option) {
	for _, d := range v.Doubts {
		out = append(out, ui.Option{Value: d.ID.String(), Label: d.Day.String() + "，" + clock.Minutes(d.Minutes),
			Hint: doubtKinds.Word(d.Why) + "，编号 " + d.ID.String()})
	}
	return out
}
