package spelling

import (
	"unicode"

	"golang.org/x/text/width"

	"linli/internal/platform/format"
)

// Grams cuts a name into what a search may ask for: each character and each pair of neighbours, once. Spaces, the middle dot and
// other signs do not count, and wide letters equal narrow ones, so that “孟根 · 其其格” is found as “孟根其其格”. Besides it has how the name is
// spelled in Latin letters.
func Grams(name string) []string {
	letters := Runes(name)
	seen := map[string]bool{}
	var out []string
	add := func(gram []rune) {
		if g := string(gram); !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	for i := range letters {
		add(letters[i : i+1])
		if i > 0 {
			add(letters[i-1 : i+1])
		}
	}
	for _, s := range format.Spellings(string(letters)) {
		add([]rune(Spelled + s))
	}
	return out
}

// Spelled stands before the spelling of a whole name, which is found by how it begins.
const Spelled = "'"

// Runes are what counts of a name when it is looked for.
func Runes(name string) []rune {
	var out []rune
	for _, r := range width.Fold.String(Key(name)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || Han(r) {
			out = append(out, r)
		}
	}
	return out
}

// FirstGram is the pair with which a name begins, or its one letter: what a search for the whole name asks first; "" without letters.
func FirstGram(name string) string {
	letters := Runes(name)
	return string(letters[:min(len(letters), 2)])
}
