package inspection

import (
	"net/url"
	"strconv"
	"strings"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// PathOf is where a thing stands under the address of its list.
func PathOf(base string, id db.ID) string { return base + "/" + id.String() }

// Itoa writes a number.
func Itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// StationOptions are stations to choose from.
func StationOptions(list []station.Station) (out []ui.Option) {
	for _, s := range list {
		out = append(out, ui.Option{Value: s.ID.String(), Label: s.Name})
	}
	return out
}

// NextPage leads to the next page of a list with its filters.
func NextPage(base string, cursor *string, pairs ...string) string {
	if cursor == nil {
		return ""
	}
	q := url.Values{"cursor": {*cursor}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return base + "?" + q.Encode()
}

// RegionText is a division as a filter of a list has it; empty for everywhere.
func RegionText(at auth.Region) string {
	if at == 0 {
		return ""
	}
	return at.String()
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
