package notice

import (
	"linli/internal/platform/web/ui"
)

func (v Notices) query(path string, pairs ...string) string {
	return ui.Address(path, append([]string{"year", ui.Itoa(v.In.Year), "state", v.In.State, "q", v.In.Q}, pairs...)...)
}
