package notice

import (
	"linli/internal/platform/web/ui"
)

func (v Notices) query(path string, pairs ...any) string {
	return ui.Href(path, append([]any{"year", v.In.Year, "state", v.In.State, "q", v.In.Q}, pairs...)...)
}
