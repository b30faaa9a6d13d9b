package inspection

import (
	"strings"

	"linli/internal/network/station"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// PathOf is where a thing stands under the address of its list.
func PathOf(base string, id db.ID) string { return base + "/" + id.String() }

// StationOptions are stations to choose from.
func StationOptions(list []station.Station) (out []ui.Option) {
	for _, s := range list {
		out = append(out, ui.Option{Value: s.ID.String(), Label: s.Name})
	}
	return out
}

// Paragraphs are the lines that a person wrote.
func Paragraphs(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
