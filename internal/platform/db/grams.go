package db

import (
	"context"
	"strings"

	"linli/internal/platform/format"
	"linli/internal/platform/spelling"
)

// searchGrams bounds how many pairs one search asks for; the first of them already decide nearly everything.
const searchGrams = 6

var dropGrams = SQL(`DELETE FROM name_grams WHERE kind = $1 AND id = $2`)

// IndexName makes the row id of a kind (person, volunteer, station …) findable under name, and under no earlier name; "" makes it
// unfindable. It belongs to every write that sets a name.
func IndexName(ctx context.Context, tx *Tx, kind string, id ID, name string) error {
	if _, err := dropGrams.Run(ctx, tx, kind, id); err != nil {
		return err
	}
	grams := spelling.Grams(name)
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
	letters := spelling.Runes(text)
	grams := []string{string(letters)}
	if len(letters) == 0 {
		return
	}
	if s, ok := format.Spelled(string(letters)); ok {
		from := spelling.Spelled + s
		b.Add(" AND "+column+" IN (SELECT id FROM name_grams WHERE kind = ? AND gram >= ? AND gram < ?)", kind, from, from+"{")
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
