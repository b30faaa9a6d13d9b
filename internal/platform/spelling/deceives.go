package spelling

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// Deceives says what is wrong with the characters of a text that somebody typed, or "": those that deceive or break things. A text of one
// line has no line breaks.
func Deceives(s string, oneLine bool) string {
	if !utf8.ValidString(s) {
		return "不是 UTF-8 文字"
	}
	for _, r := range s {
		switch {
		case (r == '\n' || r == '\t') && !oneLine:
		case unicode.IsControl(r):
			return "有控制字符，请删掉后再试"
		case slices.Contains(bidi, r):
			return "有看不见的方向字符，请删掉后再试"
		case r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef, r == 0xfffd:
			return "有无效字符，请删掉后再试"
		}
	}
	return ""
}

// bidi can make a name read differently from what it is. Mongolian's U+180E, U+200C, U+200D and U+202F are not among them.
var bidi = []rune{0x061c, 0x200b, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff}
