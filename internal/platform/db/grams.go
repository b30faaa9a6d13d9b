package db

import (
	"context"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"linli/internal/platform/format"
	"linli/internal/platform/spelling"
)

// searchGrams bounds how many pairs one search asks for; the first of them already decide nearly everything.
const searchGrams = 6

// Grams cuts a name into what a search may ask for: each character and each pair of neighbours, once. Spaces, the middle dot and
// other signs do not count, and wide letters equal narrow ones, so that “孟根 · 其其格” is found as “孟根其其格”. Besides it has how the name is
// spelled in Latin letters.
func Grams(name string) []string {
	letters := nameLetters(name)
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
		add([]rune(spelled + s))
	}
	return out
}

// spelled stands before the spelling of a whole name, which is found by how it begins.
const spelled = "'"

func nameLetters(name string) []rune {
	var out []rune
	for _, r := range width.Fold.String(spelling.Key(name)) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || spelling.Han(r) {
			out = append(out, r)
		}
	}
	return out
}

// FirstGram is the pair with which a name begins, or its one letter: what a search for the whole name asks first; "" without letters.
func FirstGram(name string) string {
	letters := nameLetters(name)
	return string(letters[:min(len(letters), 2)])
}

var dropGrams = SQL(`DELETE FROM name_grams WHERE kind = $1 AND id = $2`)

// IndexName makes the row id of a kind (person, volunteer, station …) findable under name, and under no earlier name; "" makes it
// unfindable. It belongs to every write that sets a name.
func IndexName(ctx context.Context, tx *Tx, kind string, id ID, name string) error {
	if _, err := dropGrams.Run(ctx, tx, kind, id); err != nil {
		return err
	}
	grams := Grams(name)
	return tx.InsertMany(ctx, "name_grams", []string{"kind", "gram", "id"}, len(grams), func(i int) []any {
		return []any{kind, grams[i], id}
	}, "")
}

var noWildcards = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// Holding is what LIKE ? ESCAPE '!' takes to find texts that hold one; wildcards in it stand for themselves.
func Holding(text string) string { return "%" + noWildcards.Replace(text) + "%" }

// NameFilter appends the condition that the row whose id is the SQL expression column bears a name holding text. A text without a letter
// or digit filters nothing. Latin letters are also how the name begins in pinyin, or its initials.
func NameFilter(b *Builder, kind, column, text string) {
	letters := nameLetters(text)
	grams := []string{string(letters)}
	if len(letters) == 0 {
		return
	}
	if s, ok := format.Spelled(string(letters)); ok {
		b.Add(" AND "+column+" IN (SELECT id FROM name_grams WHERE kind = ? AND gram >= ? AND gram < ?)", kind, spelled+s, spelled+s+"{")
		return
	}
	if len(letters) > 1 {
		grams = nil
		for i := 1; i < len(letters) && len(grams) < searchGrams; i++ {
			grams = append(grams, string(letters[i-1:i+1]))
		}
	}
	for _, g := range grams {
		b.Add(" AND "+column+" IN (SELECT id FROM name_grams WHERE kind = ? AND gram = ?)", kind, g)
	}
}
