package region

import (
	"context"
	"slices"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Choices gives the communities to choose from at a place: itself, or those directly below a town; none for a place above.
func Choices(ctx context.Context, tx *db.Tx, at auth.Region) ([]Division, error) {
	switch at.Level() {
	case auth.LevelCommunity:
		d, err := Get(ctx, tx, at)
		return []Division{d}, err
	case auth.LevelTown:
		below, err := Below(ctx, tx, at)
		return slices.DeleteFunc(below, func(d Division) bool { return d.Level != auth.LevelCommunity }), err
	}
	return nil, nil
}

// Options gives divisions to choose from on a page.
func Options(list []Division) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, d := range list {
		out[i] = ui.Option{Value: d.Code.String(), Label: d.Short()}
	}
	return out
}
