package office

import (
	"linli/internal/platform/clock"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// Years are the choices of a page: next year and the five before it, and the one that is chosen.
func Years(today clock.Day, chosen int64) (out []ui.Option) {
	for y := today.Year() + 1; y >= today.Year()-4; y-- {
		out = append(out, ui.Option{Value: format.Int(y), Label: format.Int(y) + " 年"})
	}
	if chosen != 0 && (chosen > today.Year()+1 || chosen < today.Year()-4) {
		out = append(out, ui.Option{Value: format.Int(chosen), Label: format.Int(chosen) + " 年"})
	}
	return out
}
