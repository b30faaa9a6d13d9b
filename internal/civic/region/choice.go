package region

import (
	"context"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Choices gives the communities to choose from at a place: itself, or those directly below a town; none for a place above.
func Choices(ctx context.Context, tx *db.Tx, at auth.Region) ([]Step, error) {
	switch at.Level() {
	case auth.LevelCommunity:
		path, err := Path(ctx, tx, at)
		return path[max(0, len(path)-1):], err
	case auth.LevelTown:
		return Under(ctx, tx, at)
	}
	return nil, nil
}

// Options gives divisions to choose from on a page.
func Options(list []Step) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, d := range list {
		out[i] = ui.Option{Value: d.Code.String(), Label: d.Short()}
	}
	return out
}
