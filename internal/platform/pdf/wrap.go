package pdf

import (
	"strings"
	"unicode"
)

const (
	noStart = "，。、；：？！）》〉」』】〕〗”’～·／％℃‰°′″々ー,.;:?!)]}%/" // never first on a line
	noEnd   = "（《〈「『【〔〖“‘([{￥¥$#№"                      // never last on a line
	spaces  = " \t\n　"                                  // stand beyond the edge at the end of a line
)

// Wrap cuts s into lines no wider than width, not counting spaces at their end; a line of one character may be wider.
// The lines joined are s again: nothing is dropped, a line feed ends its line and stays there. Punctuation neither
// starts a line nor is left behind where it opens; words and numbers stay whole unless longer than a line. The empty
// string has no lines.
func (d *Doc) Wrap(f Font, size float64, s string, width float64) []string {
	limit := int(width/(size*mmPerPt)*1000 + 1e-6)
	var lines []string
	for s != "" {
		n := fit(f, s, limit)
		lines = append(lines, s[:n])
		s = s[n:]
	}
	return lines
}

// fit counts the bytes of s that stand on one line of limit thousandths of the type size.
func fit(f Font, s string, limit int) int {
	used, cut := 0, 0
	var prev rune
	for i, r := range s {
		if i > 0 && prev == '\n' {
			return i
		}
		if i > 0 && breakable(prev, r) {
			cut = i
		}
		wide := f.advance(r)
		if used > 0 && wide > 0 && used+wide > limit && !strings.ContainsRune(spaces, r) {
			if cut > 0 {
				return cut
			}
			return i
		}
		used += wide
		prev = r
	}
	return len(s)
}

// breakable says whether a line may end with before and the next start with after.
func breakable(before, after rune) bool {
	switch {
	case before == join, after == join, mongolian(before) && mongolian(after):
		return false
	case strings.ContainsRune(spaces, after), strings.ContainsRune(noStart, after), strings.ContainsRune(noEnd, before):
		return false
	case strings.ContainsRune(spaces, before):
		return true
	case unicode.Is(unicode.M, after):
		return false
	}
	return !word(before) || !word(after)
}

// word holds letters and signs that are read together: all before the East Asian scripts.
func word(r rune) bool { return r < 0x2E80 }

func trim(line string) string { return strings.TrimRight(line, spaces) }
