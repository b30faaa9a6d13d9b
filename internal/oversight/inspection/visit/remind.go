package visit

import (
	"context"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/notify"
)

// Remind tells managers, once each, of findings that are soon due and of those that are overdue; of the latter the inspector too.
func (s *Service) Remind(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		today := clock.DayOf(tx.Now)
		due, err := unreminded.All(ctx, tx, today.AddDays(inspection.RemindDays), today)
		if err != nil {
			return err
		}
		for _, f := range due {
			if err := remind(ctx, tx, f, today); err != nil {
				return err
			}
		}
		return nil
	})
}

func remind(ctx context.Context, tx *db.Tx, f Finding, today clock.Day) error {
	late, title := f.Overdue(today), "督导检查：有一个问题快到整改期限"
	told := int64(1)
	if late {
		title, told = "督导检查：有一个问题过了整改期限", 2
	}
	if _, err := markReminded.Run(ctx, tx, f.ID, told); err != nil {
		return err
	}
	m := notify.Message{Title: title, Text: f.Label + "：" + f.Problem + "，期限 " + f.DueDay.String(), Link: "/desk/findings/" + f.ID.String()}
	if err := inspection.NotifyManagers(ctx, tx, f.StationID, m); err != nil || !late {
		return err
	}
	return tellInspector(ctx, tx, f, title, f.Problem)
}
