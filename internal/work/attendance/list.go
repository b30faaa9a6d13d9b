package attendance

import (
	"context"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// OfList is a part: it enters who was at an activity, and from when to when, as a sheet, so that a second person decides over it as over
// any other; it was never on paper, so there is no photograph. A sheet that was returned is entered again.
func (s *Service) OfList(ctx context.Context, tx *db.Tx, st station.Station, returned db.ID, rows []Row, late string) (Sheet, error) {
	sh, err := listSheet(ctx, tx, st, returned)
	if err != nil {
		return sh, err
	}
	op := act.Op{Action: "sheet.enter", Cause: late}
	return sh, s.sheets.Alter(ctx, tx, op, &sh, func(tx *db.Tx, sh *Sheet) error {
		if err := deadline(ctx, tx, sh, rows, late); err != nil {
			return err
		}
		sh.State, sh.EnteredBy, sh.EnteredAt, sh.Reason = Entered, auth.From(ctx).Account, &tx.Now, ""
		return insertRows(ctx, tx, *sh, rows)
	})
}

// listSheet is the sheet that was returned, or a new number.
func listSheet(ctx context.Context, tx *db.Tx, st station.Station, returned db.ID) (Sheet, error) {
	if returned == 0 {
		fresh, err := issue(ctx, tx, st, 1)
		if err != nil {
			return Sheet{}, err
		}
		return fresh[0], nil
	}
	sh, err := sheetTable.Get(ctx, tx, returned)
	if err == nil && sh.State != Returned {
		err = errs.WrongState("名单“" + sh.State.Word() + "”，不能再交")
	}
	return sh, err
}
