package ui

import (
	"testing"

	"linli/internal/platform/clock"
)

func TestHref(t *testing.T) {
	cursor := "a b"
	type code string
	for _, c := range []struct{ got, want string }{
		{Href("/x"), "/x"},
		{Href("/x", "q", "", "n", int64(0), "on", false, "day", clock.Day(0)), "/x"},
		{Href("/x", "q", "包 头", "day", clock.Day(20261123), "n", 7, "on", true, "state", code("open")),
			"/x?day=2026-11-23&n=7&on=true&q=%E5%8C%85+%E5%A4%B4&state=open"},
		{Href("/x?a=1", "b", "2"), "/x?a=1&b=2"},
		{Href("/x", "sort", "no", "sort", "name"), "/x?sort=name"},
		{Href("/x", "sort", "no", "sort", ""), "/x"},
		{Next("/x", nil, "q", "a"), ""},
		{Next("/x", &cursor, "q", "a"), "/x?cursor=a+b&q=a"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}
