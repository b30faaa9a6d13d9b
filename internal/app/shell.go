package app

import (
	"context"
	"log/slog"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/telephone"
	"linli/internal/platform/web/ui"
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

// ring is the station that serves the reader where he lives, with its telephone; none for who lives nowhere that is known.
func (a *App) ring(ctx context.Context) (r ui.Ring) {
	actor := auth.From(ctx)
	if actor.Account == 0 {
		return r
	}
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := person.Current(ctx, tx, actor.Person)
		if errs.KindOf(err) == errs.NotFound {
			own, err2 := account.Get(ctx, tx, actor.Account)
			p.Region, err = own.Region, err2
		}
		if err != nil || p.Region == 0 {
			return err
		}
		st, found, err := a.Station.Serving(ctx, tx, p.Region)
		if err == nil && found {
			r = ui.Ring{Name: st.Name, Phone: st.Phone, Tel: telephone.Dial(st.Phone)}
		}
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "telephone of the reader's station", "err", err)
	}
	return r
}

// unread counts the reader's messages that he has not read.
func (a *App) unread(ctx context.Context) int {
	if auth.From(ctx).Account == 0 {
		return 0
	}
	n, err := a.Notify.Unread(ctx, struct{}{})
	if err != nil {
		slog.WarnContext(ctx, "unread messages of the reader", "err", err)
	}
	return int(n.Unread)
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

// filedFor is how long the numbers of the site are shown without being read again: they stand on every page, and hardly change.
const filedFor = 5 * time.Second

// filed are the numbers of the site as they were read, by the time of the machine.
type filed struct {
	ui.Filing
	at time.Time
}

// filing gives the numbers under which the site is registered.
func (a *App) filing(ctx context.Context) ui.Filing {
	if was := a.filed.Load(); was != nil && time.Since(was.at) < filedFor {
		return was.Filing
	}
	now := filed{at: time.Now()}
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if now.ICP, err = setting.Text(ctx, tx, setting.FilingICP, region.Top); err != nil {
			return err
		}
		now.Police, err = setting.Text(ctx, tx, setting.FilingPolice, region.Top)
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "numbers of the site", "err", err)
		return now.Filing
	}
	a.filed.Store(&now)
	return now.Filing
}
