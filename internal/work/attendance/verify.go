package attendance

import (
	"context"
	"time"

	"linli/internal/platform/db"
)

// Verify streams what breaks the area's invariants: nobody is in two places at once, minutes are those between the two ends, and a sheet's
// sessions stand on two people.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	err := doubleBooked.Each(ctx, tx, func(p pair) error {
		report("attendance "+p.ID.String(), "与 attendance "+p.Other.String()+" 时间重叠：同一志愿者同时在两处")
		return nil
	})
	if err != nil {
		return err
	}
	err = wrongMinutes.Each(ctx, tx, func(a Attendance) error {
		if a.Minutes != int64(a.OutAt.Sub(a.InAt)/time.Minute) {
			report("attendance "+a.ID.String(), "分钟数与签到签退时间不符")
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = loneSheets.Each(ctx, tx, func(id db.ID) error {
		report("sheet "+id.String(), "补录单没有由两个人录入和复核")
		return nil
	})
	if err != nil {
		return err
	}
	return strayRows.Each(ctx, tx, func(id db.ID) error {
		report("attendance "+id.String(), "来自没有复核的补录单")
		return nil
	})
}
