package region

import (
	"context"
	"slices"

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

// Narrower gives the divisions directly below a place, to narrow a list to; the one that it is narrowed to now is among them.
func Narrower(ctx context.Context, tx *db.Tx, at, now auth.Region) ([]ui.Option, error) {
	list, err := Under(ctx, tx, at)
	if err != nil || now == 0 || now == at || slices.ContainsFunc(list, func(d Step) bool { return d.Code == now }) {
		return Options(list), err
	}
	path, err := Path(ctx, tx, now)
	return Options(append(list, path[max(0, len(path)-1):]...)), err
}
