package office

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/notify"
)

// Lapse is a thing of a station's books whose day went by, in the words of its message.
type Lapse struct {
	ID        db.ID
	StationID db.ID
	Name      string
	Day       clock.Day
}

// Reminder is what managers are told of: where it stands, how one marks that they were, and the words.
type Reminder struct {
	Due         *db.Rows[Lapse] // before a day, in the order of the stations
	Mark        *db.Command
	Title, Line string
	Link        func(first Lapse) string
}

// Remind tells a station's managers of what has lapsed, each thing once, one message a station.
func Remind(ctx context.Context, d *db.DB, r Reminder) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		list, err := r.Due.All(ctx, tx, int64(clock.DayOf(tx.Now)))
		if err != nil {
			return err
		}
		for len(list) > 0 {
			first := list[0]
			var lines []string
			for ; len(list) > 0 && list[0].StationID == first.StationID; list = list[1:] {
				if _, err := r.Mark.Run(ctx, tx, list[0].ID); err != nil {
					return err
				}
				lines = append(lines, fmt.Sprintf(r.Line, list[0].Name, list[0].Day))
			}
			m := notify.Message{Title: fmt.Sprintf(r.Title, len(lines)), Text: strings.Join(lines, "；"), Link: r.Link(first)}
			if err := sendToManagers(ctx, tx, first.StationID, m); err != nil {
				return err
			}
		}
		return nil
	})
}

func sendToManagers(ctx context.Context, tx *db.Tx, id db.ID, m notify.Message) error {
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	to, err := station.Managers(ctx, tx, id)
	if err != nil {
		return err
	}
	m.Kind, m.Text = "office", st.Name+"："+m.Text
	for _, m.To = range to {
		if err := notify.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
