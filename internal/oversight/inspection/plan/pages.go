package plan

import (
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	plans    = "/gov/plan"
	tasks    = "/gov/tasks"
	receipts = "/gov/receipts"
)

func taskAt(id db.ID) string { return inspection.PathOf(tasks, id) }

// Words that people see.
var (
	receiptStates = set.New("receipt_state",
		set.Row{"waiting", "未签收", "wait"}, set.Row{"received", "已签收，未反馈", "sent"}, set.Row{"done", "已反馈", "done"})
)

func (r Receipt) tag(today clock.Day) (tone, word string) {
	switch {
	case r.EndedAt != nil:
		return "", "已收回"
	case r.Overdue(today):
		return "alarm", receiptStates.Word(r.State()) + "，过期"
	}
	return receiptStates.Tone(r.State()), receiptStates.Word(r.State())
}

func divisionOptions(list []region.Step) (out []ui.Option) {
	for _, d := range list {
		out = append(out, ui.Option{Value: d.Code.String(), Label: d.Name})
	}
	return out
}

// page is where the work of a plan's year stands.
func (p Plan) page() string { return yearAt(p.Region, p.Year) }

// page is where a refused task is shown again: at the task that it was to pass on, else at the year.
func (in SendInput) page() string {
	if in.FromID != 0 {
		return inspection.PathOf(tasks, in.FromID)
	}
	return plans
}

func yearAt(region auth.Region, year int64) string {
	return plans + "?region=" + region.String() + "&year=" + strconv.FormatInt(year, 10)
}

func (y Year) planOrNew() Plan {
	if y.Plan != nil {
		return *y.Plan
	}
	return Plan{}
}
