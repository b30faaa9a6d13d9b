package workplan

import (
	"context"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// steps are the progress of a plan item for the timeline.
func (v PlanSheetLine) steps(ctx context.Context) (out []ui.Step) {
	for _, n := range v.Notes {
		title := n.Note
		if n.Amount > 0 {
			title = format.Int(n.Amount) + " " + v.Unit + "：" + n.Note
		}
		out = append(out, ui.Step{Title: title, Note: n.Day.Words(ctx) + "，" + n.ByName, State: "done"})
	}
	return out
}
