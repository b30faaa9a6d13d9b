package visit

import (
	"fmt"
	"strconv"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
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
	visitWords   = map[string]string{Planned: "待检查", Open: "整改中", Closed: "已办结", Cancelled: "取消"}
	visitTones   = map[string]string{Planned: "wait", Open: "alarm", Closed: "done"}
	findingWords = map[string]string{Unmended: "待整改", Mended: "待复查", Settled: "已办结"}
	findingTones = map[string]string{Unmended: "wait", Mended: "sent", Settled: "done"}
	answerWords  = map[string]string{"yes": "符合", "no": "有问题", "": "没看"}
	kindWords    = map[string]string{"plan": "必备", "six": "六有", "function": "功能", "local": "本地"}
	stepWords    = map[string]string{"found": "发现问题", "photo": "现场照片", "rectified": "站点整改", "returned": "复查不通过", "closed": "复查通过，办结",
		"extended": "改期"}
	acceptWords = map[string]string{"photo": "照片", "document": "照片或 PDF", "text": "照片或 PDF"}
)

// tag is the word of a finding in its tone.
func (f Finding) tag(today clock.Day) (tone, word string) {
	if f.Overdue(today) {
		return "alarm", findingWords[f.State] + "，过期"
	}
	return findingTones[f.State], findingWords[f.State]
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
