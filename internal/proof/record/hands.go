package record

import (
	"context"
	"slices"
	"time"

	"linli/internal/civic/proof"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/order"
	"linli/internal/work/order/hand"
)

// hands gathers who had a hand in a record: in the order or the sheet, in the times, and who was shown its minutes since.
func hands(ctx context.Context, tx *db.Tx, r Record) (h proof.Hands, err error) {
	if r.OrderID != 0 {
		o, err := order.Get(ctx, tx, r.OrderID)
		if err != nil {
			return h, err
		}
		if h, err = hand.Of(ctx, tx, o.Hand()); err != nil {
			return h, err
		}
		if h.Beside, err = hand.Beside(ctx, tx, o.ID, r.Round, r.PersonID); err != nil {
			return h, err
		}
	}
	h.For, h.Place = r.PersonID, r.place()
	times, err := recorders(ctx, tx, r)
	if err != nil {
		return h, err
	}
	shown, err := secondsOf.All(ctx, tx, r.ID)
	h.Beside, h.Lay = append(h.Beside, times.Beside...), times.Lay
	h.First, h.Second = append(h.First, times.First...), slices.Concat(h.Second, times.Second, shown)
	return h, err
}

// recorders are who entered the times of a record, who was shown them with the sheet they stood on, and who was at the same activity.
func recorders(ctx context.Context, tx *db.Tx, r Record) (h proof.Hands, err error) {
	h.For = r.PersonID
	if r.AttendanceID == 0 {
		h.First = []db.ID{r.RecordedBy}
		return h, nil
	}
	a, err := attendance.Get(ctx, tx, r.AttendanceID)
	if err == nil && a.RowID != 0 {
		err = listed(ctx, tx, a.RowID, &h)
	}
	if err == nil {
		h.First, h.Second, err = attendance.Hands(ctx, tx, a)
	}
	return h, err
}

// listed adds what a line of a sheet says of its hands where the sheet was the list of an activity.
func listed(ctx context.Context, tx *db.Tx, row db.ID, h *proof.Hands) (err error) {
	if h.Beside, err = activity.Beside(ctx, tx, row); err == nil {
		h.Lay, err = activity.Lay(ctx, tx, row)
	}
	return err
}

// shown notes that the actor was shown the minutes and stands for them; of a correction where there is one.
func shown(ctx context.Context, tx *db.Tx, r Record, correction db.ID, minutes int64) error {
	return secondTable.Insert(ctx, tx, secondLook{tx.NewID(), r.ID, correction, auth.From(ctx).Account, minutes, tx.Now})
}

// secondLook is one line of record_second.
type secondLook struct {
	ID, RecordID, CorrectionID, AccountID db.ID
	Minutes                               int64
	At                                    time.Time
}

var (
	secondTable = db.NewRelation[secondLook]("record_second")
	// What somebody was shown before the last word on the service was given, he was shown without it.
	secondsOf = db.Query[db.ID](`SELECT s.account_id FROM record_second s WHERE s.record_id = $1 AND s.correction_id IS NULL
		AND s.at >= COALESCE((SELECT MAX(c.at) FROM record_change c WHERE c.record_id = $1
			AND c.action IN ('confirmed', 'suspended', 'resumed')), s.at) ORDER BY s.id`)
	agreedTo = db.Query[secondLook](`SELECT ` + secondTable.Columns("s") + ` FROM record_second s WHERE s.correction_id = $1 ORDER BY s.id`)
)
