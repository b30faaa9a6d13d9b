package visit

import (
	"fmt"
	"strconv"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
)

// Where the pages stand.
const (
	visitsPath  = "/gov/inspections"
	govFindings = "/gov/findings"
	myFindings  = "/desk/findings"
)

func visitAt(id db.ID) string     { return inspection.PathOf(visitsPath, id) }
func findingAt(id db.ID) string   { return inspection.PathOf(govFindings, id) }
func myFindingAt(id db.ID) string { return inspection.PathOf(myFindings, id) }

// Words that people see.
var (
	visitStates = set.New("inspection.state",
		set.Row{Planned, "待检查", "wait"}, set.Row{Open, "整改中", "alarm"}, set.Row{Closed, "已办结", "done"},
		set.Row{Cancelled, "取消"})
	findingStates = set.New("inspection_finding.state",
		set.Row{Unmended, "待整改", "wait"}, set.Row{Mended, "待复查", "sent"}, set.Row{Settled, "已办结", "done"})
	answerWords = map[string]string{"yes": "符合", "no": "有问题", "": "没看"}
	steps       = set.New("inspection_step.action",
		set.Row{"found", "发现问题"}, set.Row{"photo", "现场照片"}, set.Row{"rectified", "站点整改"}, set.Row{"returned", "复查不通过"},
		set.Row{"closed", "复查通过，办结"}, set.Row{"extended", "改期"})
	acceptWords = map[string]string{"photo": "照片", "document": "照片或 PDF", "text": "照片或 PDF"}
)

// tag is the word of a finding in its tone.
func (f Finding) tag(today clock.Day) (tone, word string) {
	if f.Overdue(today) {
		return "alarm", findingStates.Word(f.State) + "，过期"
	}
	return findingStates.Tone(f.State), findingStates.Word(f.State)
}

// counts says how many problems were found.
func (x Visit) counts() string {
	switch {
	case x.FilledAt == nil:
		return ""
	case x.Findings == 0:
		return "没有问题"
	case x.Unclosed == 0:
		return fmt.Sprintf("%d 个问题，都办结了", x.Findings)
	}
	return fmt.Sprintf("%d 个问题，%d 个没办结", x.Findings, x.Unclosed)
}

// answerName names a field of one line of the form.
func answerName(n int, field string) string { return "answers." + strconv.Itoa(n) + "." + field }

// printAt is the address of an inspection's sheet.
func (x Visit) printAt() string { return visitAt(x.ID) + "/sheet" }
