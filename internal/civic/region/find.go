package region

import (
	"context"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Search is a search for divisions in force by a part of their name, and what it found.
type Search struct {
	Q      string
	Places []Place
}

// Place is one division, with the whole of its name.
type Place struct{ Code, Name string }

// searchSize is how many a search finds at most.
const searchSize = 30

// Find finds divisions in force by a part of the name, at a level (0: any), from the highest down; none for an empty name.
func Find(ctx context.Context, tx *db.Tx, q string, level int) (out Search, err error) {
	if out.Q = strings.TrimSpace(q); out.Q == "" {
		return out, nil
	}
	codes, err := named.All(ctx, tx, findInput{out.Q, level})
	for _, c := range codes {
		if err == nil {
			var name string
			name, err = FullName(ctx, tx, c)
			out.Places = append(out.Places, Place{c.String(), name})
		}
	}
	return out, err
}

type findInput struct {
	Q     string
	Level int
}

var named = db.DynamicOf[auth.Region](func(b *db.Builder, in findInput) {
	b.Add("SELECT r.code FROM region r WHERE r.valid_to = 99991231 AND r.name LIKE ? ESCAPE '!'", db.Holding(in.Q))
	b.If(in.Level != 0, " AND r.level = ?", in.Level).Add(" ORDER BY r.level, r.code LIMIT ?", searchSize)
})

// PlaceOptions gives what a search found to choose from on a page.
func PlaceOptions(list []Place) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, p := range list {
		out[i] = ui.Option{Value: p.Code, Label: p.Name}
	}
	return out
}
