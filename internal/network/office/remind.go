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

// gone is a thing of a station's books whose day went by, in the words of its message.
type gone struct {
	ID        db.ID
	StationID db.ID
	Name      string
	Day       clock.Day
}

// lapses are what managers are told of: where it stands, how one marks that it was told, and the words.
var lapses = []struct {
	untold      *db.Rows[gone]
	mark        *db.Command
	title, line string
	link        func(first gone) string
}{
	{latePlans, tellPlan, "年度工作计划：有 %d 项超期没完成", "%s（最晚 %s）", func(g gone) string { return planAt(g.StationID, yearOf(g.Day)) }},
	{duePapers, tellPaper, "档案：有 %d 件保存期满", "%s（保存到 %s）", func(g gone) string { return duePapersAt(g.StationID) }},
}

func planAt(station db.ID, year int64) string { return part(station, "plan?year="+itoa(year)) }

func duePapersAt(station db.ID) string { return part(station, "documents?state=due") }

// Remind tells a station's managers of plan items that are overdue and of papers that need not be kept any longer, each of them once, one message a station. It destroys nothing:
// that takes two persons.
func (s *Service) Remind(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		for _, l := range lapses {
			list, err := l.untold.All(ctx, tx, int64(clock.DayOf(tx.Now)))
			if err != nil {
				return err
			}
			for len(list) > 0 {
				first := list[0]
				var lines []string
				for ; len(list) > 0 && list[0].StationID == first.StationID; list = list[1:] {
					if _, err := l.mark.Run(ctx, tx, list[0].ID); err != nil {
						return err
					}
					lines = append(lines, fmt.Sprintf(l.line, list[0].Name, list[0].Day))
				}
				if err := tell(ctx, tx, first.StationID, notify.Message{Title: fmt.Sprintf(l.title, len(lines)), Text: strings.Join(lines, "；"), Link: l.link(first)}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// tell sends word to the managers of a station.
func tell(ctx context.Context, tx *db.Tx, id db.ID, m notify.Message) error {
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
