package archive

import (
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

func idText(id db.ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

func (v Documents) query(path string, pairs ...any) string {
	return ui.Href(path, append([]any{"category", v.In.Category, "year", v.In.Year, "state", v.In.State, "q", v.In.Q}, pairs...)...)
}

func (v Documents) plan(active bool) (out []ui.Option) {
	for _, c := range v.Plan {
		if c.Active || !active {
			out = append(out, ui.Option{Value: c.ID.String(), Label: c.Code + " " + c.Name, Hint: c.Term()})
		}
	}
	return out
}

// filing are the choices of the form that files: with how long each is kept.
func (v Documents) filing() (out []ui.Option) {
	for _, o := range v.plan(true) {
		out = append(out, ui.Option{Value: o.Value, Label: o.Label + "，" + o.Hint})
	}
	return out
}

func (d Document) tag(today clock.Day) (tone, word string) {
	switch {
	case d.State == Destroyed:
		return "", documentStates.Word(d.State)
	case d.State == Asked:
		return "wait", documentStates.Word(d.State)
	case d.Due(today):
		return "ask", "保存期满"
	}
	return "done", documentStates.Word(d.State)
}
