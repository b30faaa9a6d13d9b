package ui

import (
	"bytes"
	"regexp"
	"slices"
)

var (
	refused = []byte(`role="alert" tabindex="-1"`)
	details = regexp.MustCompile(`<details\b[^>]*>|</details>`)
)

// Unfold opens what a refused form of a page is folded into, so that its reason is in sight also where no script runs.
func Unfold(page []byte) []byte {
	at := bytes.LastIndex(page, refused)
	if at < 0 {
		return page
	}
	var around [][]int
	for _, tag := range details.FindAllIndex(page[:at], -1) {
		if n := len(around); page[tag[0]+1] != '/' {
			around = append(around, tag)
		} else if n > 0 {
			around = around[:n-1]
		}
	}
	for _, tag := range slices.Backward(around) {
		if !bytes.Contains(page[tag[0]:tag[1]], []byte(" open")) {
			page = slices.Insert(page, tag[1]-1, []byte(" open")...)
		}
	}
	return page
}
