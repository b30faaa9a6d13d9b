package attendance

import (
	"context"

	"linli/internal/platform/db"
)

// Hands gives the accounts that had a hand in the times of a session: First who entered them for the volunteer or closed it for him,
// Second who was shown the lines of a paper sheet. What the volunteer taps himself is nobody's.
func Hands(ctx context.Context, tx *db.Tx, a Attendance) (first, second []db.ID, err error) {
	if a.RowID != 0 {
		sh, err := sheetOf.One(ctx, tx, a.RowID)
		return []db.ID{sh.EnteredBy}, []db.ID{sh.ApprovedBy}, err
	}
	if a.InVoice != "" {
		first = append(first, a.InBy)
	}
	if a.OutVoice != "" {
		first = append(first, a.OutBy)
	}
	return append(first, a.ClosedBy), nil, nil
}

// beneath is who entered and who approved a sheet.
type beneath struct{ EnteredBy, ApprovedBy db.ID }

var sheetOf = db.Query[beneath](`SELECT s.entered_by, s.approved_by FROM sheet_row r JOIN sheet s ON s.id = r.sheet_id WHERE r.id = $1`)
