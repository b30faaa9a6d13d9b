package app

import (
	"context"
	"log/slog"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/reach/portal"
)

// findAt is where the search field of a shell leads; "" for a reader who has none.
func findAt(ctx context.Context, shell string) string {
	switch {
	case !auth.Holds(ctx, portal.Search):
		return ""
	case shell == "desk" || !auth.Holds(ctx, station.Oversee):
		return "/desk/find"
	}
	return "/gov/find"
}

// seat names the station or the division that the reader works for, "" for one who has none.
func (a *App) seat(ctx context.Context) (name string) {
	actor := auth.From(ctx)
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		for _, g := range actor.Grants {
			switch {
			case g.Station != 0:
				st, err := station.Get(ctx, tx, g.Station)
				name = st.Name
				return err
			case g.Region != 0:
				name, err = region.Name(ctx, tx, g.Region)
				return err
			}
		}
		return nil
	})
	if err != nil {
		slog.WarnContext(ctx, "name of the reader's seat", "err", err)
	}
	return name
}
