package workplan

import (
	"linli/internal/platform/web/ui"
)

// steps are the progress of a plan item for the timeline.
func (v PlanSheetLine) steps() (out []ui.Step) {
	for _, n := range v.Notes {
		title := n.Note
		if n.Amount > 0 {
			title = ui.Itoa(n.Amount) + " " + v.Unit + "：" + n.Note
		}
		out = append(out, ui.Step{Title: title, Note: n.Day.Words() + "，" + n.ByName, State: "done"})
	}
	return out
}
