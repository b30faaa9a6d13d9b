package problem

import (
	"context"
	"strings"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	govProblems = "/gov/problems"
	myProblems  = "/desk/problems"
)

func govAt(id db.ID) string { return inspection.PathOf(govProblems, id) }
func myAt(id db.ID) string  { return inspection.PathOf(myProblems, id) }

// Words that people see.
var (
	kinds = set.New("problem.kind",
		set.Row{"site", "场地"}, set.Row{"staff", "人员"}, set.Row{"equipment", "设备"}, set.Row{"funding", "经费"},
		set.Row{"training", "培训"}, set.Row{"volunteers", "志愿者"}, set.Row{"system", "系统"}, set.Row{"other", "其他"})
	levels = set.New("problem.level",
		set.Row{town, "苏木乡镇（街道）"}, set.Row{banner, "旗县区"})
	states = set.New("problem.state",
		set.Row{Waiting, "待答复", "wait"}, set.Row{Answered, "待评价", "ask"}, set.Row{Rated, "已评价", "done"},
		set.Row{Withdrawn, "撤回"})
	steps = set.New("problem_step.action",
		set.Row{"raised", "站点提出"}, set.Row{"answered", "答复"}, set.Row{"escalated", "转旗县区"}, set.Row{"rated", "站点评价"},
		set.Row{"withdrawn", "站点撤回"})
	ratingWords = map[int64]string{5: "满意", 3: "基本满意", 1: "不满意"}

	kindOptions = ui.Options("site", "场地", "staff", "人员", "equipment", "设备", "funding", "经费", "training", "培训", "volunteers", "志愿者",
		"system", "系统", "other", "其他")
)

// stateWord says where a problem stands.
func (p Problem) stateWord(today clock.Day) string {
	if p.Overdue(today) {
		return "待答复，过期"
	}
	return states.Word(p.State)
}

func (p Problem) tone(today clock.Day) string {
	if p.Overdue(today) {
		return "alarm"
	}
	return states.Tone(p.State)
}

// timeline is what happened to a problem.
func (p Detail) timeline(ctx context.Context) []ui.Step {
	var out []ui.Step
	for _, s := range p.Steps {
		title := steps.Word(s.Action)
		if s.Action == "answered" {
			title = levels.Word(s.Level) + title
		}
		out = append(out, ui.Step{Title: title + "：" + strings.TrimSpace(s.Text), Note: s.ByName + "，" + clock.Words(ctx, s.At), State: "done"})
	}
	return out
}

// lead is the line under the heading: the officers' department, or what the list is for.
func (v Problems) lead() string {
	if v.base == govProblems {
		return v.Lead
	}
	return "自己解决不了的写在这里；过了期限没有答复的自动转旗县区"
}

// link is an address under the search of a list.
func (v Problems) link(path string) string {
	return ui.Href(path, "q", v.In.Q, "state", v.In.State, "kind", v.In.Kind, "level", v.In.Level, "region", v.In.Region)
}

// ratings are the words of the station; a bad one of the town's answer goes on to the banner.
func (v Detail) ratings() []ui.Option {
	bad := ui.Option{Value: "1", Label: "不满意"}
	if v.Level == town {
		bad.Hint = "转旗县区答复"
	}
	return append(ui.Options("5", "满意", "3", "基本满意"), bad)
}
