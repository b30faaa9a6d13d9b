package order

import (
	"context"
	"errors"

	"linli/internal/civic/account"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/notify"
)

// myPath is the order's page for residents, taskPath for volunteers, deskPath for the station.
func (o Order) myPath() string   { return "/my/orders/" + o.ID.String() }
func (o Order) taskPath() string { return "/my/tasks/" + o.ID.String() }
func (o Order) deskPath() string { return "/desk/orders/" + o.ID.String() }

// when is the window in words.
func (o Order) when(ctx context.Context) string { return clock.Span(ctx, o.WindowStart, o.WindowEnd) }

// tell leaves a message for a person who has an account. The title goes where others may read it, so it names no need; an urgent one
// also goes by SMS.
func (o Order) tell(ctx context.Context, tx *db.Tx, personID db.ID, title, text, link string) error {
	return o.send(ctx, tx, personID, notify.Message{Title: title, Text: text, Link: link, SMS: o.Urgent})
}

func (o Order) send(ctx context.Context, tx *db.Tx, personID db.ID, m notify.Message) error {
	a, ok, err := account.OfPerson(ctx, tx, personID)
	if err != nil || !ok {
		return err
	}
	m.To, m.Kind, m.Text = a.ID, "order", o.Title+"，"+m.Text
	return notify.Send(ctx, tx, m)
}

// ringOwner tells who ordered what must not be missed: that somebody comes, that it is another time, that it is his turn to confirm.
// Where the place says so it goes by SMS too, then with the time in its title, which is all that an SMS carries.
func (o Order) ringOwner(ctx context.Context, tx *db.Tx, title, text string) error {
	by, err := setting.Int(ctx, tx, setting.OrderSMS, o.Region)
	if err != nil {
		return err
	}
	m := notify.Message{Title: title, Text: text, Link: o.myPath(), SMS: o.Urgent || by == 1}
	if by == 1 {
		m.Title += "（" + o.when(ctx) + "）"
	}
	return o.send(ctx, tx, o.RequesterID, m)
}

func (o Order) tellOwner(ctx context.Context, tx *db.Tx, title, text string) error {
	return o.tell(ctx, tx, o.RequesterID, title, text, o.myPath())
}

// tellParts writes to the volunteers whose part stands in one of the given.
func (t *turn) tellParts(ctx context.Context, title, text string, parts ...Part) error {
	for _, a := range standing(t.parts, parts...) {
		if err := t.order.tell(ctx, t.tx, a.PersonID, title, text, t.order.taskPath()); err != nil {
			return err
		}
	}
	return nil
}

// tellStation leaves a message for those who handle the order now.
func (s *Service) tellStation(ctx context.Context, tx *db.Tx, o Order, title, text string) error {
	to, err := handlers(ctx, tx, o)
	return errors.Join(err, tellAll(ctx, tx, to, o, title, text))
}

// tellHeads leaves a message for the second persons of the community.
func (s *Service) tellHeads(ctx context.Context, tx *db.Tx, o Order, title string) error {
	to, err := account.HoldersIn(ctx, tx, auth.CommunityHead, o.Region)
	return errors.Join(err, tellAll(ctx, tx, to, o, title, ""))
}

func tellAll(ctx context.Context, tx *db.Tx, to []db.ID, o Order, title, text string) error {
	for _, id := range to {
		if err := notify.Send(ctx, tx, notify.Message{To: id, Kind: "order", Title: title, Text: o.No + " " + o.Title + " " + text,
			Link: o.deskPath()}); err != nil {
			return err
		}
	}
	return nil
}

// handlers gives the accounts that hold the order: the station's managers, or the officers of the level that it was passed to.
func handlers(ctx context.Context, tx *db.Tx, o Order) ([]db.ID, error) {
	switch o.Level {
	case "station":
		return station.Managers(ctx, tx, o.StationID)
	case "town":
		return account.HoldersIn(ctx, tx, auth.TownOfficer, o.Region.At(auth.LevelTown))
	case "banner":
		return account.HoldersIn(ctx, tx, auth.BannerOfficer, o.Region.At(auth.LevelBanner))
	case "league":
		return account.HoldersIn(ctx, tx, auth.LeagueOfficer, o.Region.At(auth.LevelLeague))
	}
	return account.HoldersIn(ctx, tx, auth.RegionOfficer, o.Region.At(auth.LevelRegion))
}
