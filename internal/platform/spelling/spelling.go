// Package spelling reads what people type, paste or scan: names in one form and under one key, codes and numbers folded to what was meant.
// It knows no business; what is wrong is said in words.
package spelling

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// unseen are marks without width or with a direction: they come along from address books and web pages, and can make a text read
// differently from what it is. Mongolian's own marks are not among them.
var unseen = []rune{0x00ad, 0x034f, 0x061c, 0x200b, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2062,
	0x2063, 0x2064, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff}

// Unseen says whether a rune is a mark that nobody sees and no script needs.
func Unseen(r rune) bool { return slices.Contains(unseen, r) }

// Seen takes off what nobody can see: marks of direction and width, and control characters other than line ends and tabs.
func Seen(s string) string {
	return strings.Map(func(r rune) rune {
		if Unseen(r) || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}

// Broken says whether a text holds what is no character: the sign of bytes that could not be read, or a noncharacter.
func Broken(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return r == unicode.ReplacementChar || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
	})
}

// Digits folds a number that was typed or pasted: narrow and upper case, without spaces, unseen marks, and strokes of any length.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if Unseen(r) || unicode.IsSpace(r) || unicode.IsControl(r) || stroke(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, width.Fold.String(s))
}

// stroke is a dash of any kind, the long vowel sign that an input method puts for one, and the minus.
func stroke(r rune) bool {
	return unicode.Is(unicode.Pd, r) || r == 'ー' || r == '−' || r == '⁃' || r == '一'
}

// Code folds a code that was typed from paper, pasted or scanned: narrow, upper case, nothing but letters and digits. Of an address,
// as a QR holds it, the last part of the path counts.
func Code(s string) string {
	s = strings.TrimSpace(Seen(width.Fold.String(s)))
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+3:]
		if cut := strings.IndexAny(s, "?#"); cut >= 0 {
			s = s[:cut]
		}
		s = strings.TrimRight(s, "/")
		s = s[strings.LastIndexByte(s, '/')+1:]
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || stroke(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}
