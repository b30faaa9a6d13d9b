package volunteer

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/network/office/ledger"
	"linli/internal/network/station"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Ledger is the station's book of volunteers: those who were registered on a day of the stretch.
var Ledger = ledger.Ledger{Code: "volunteers", Name: "志愿者台账", Columns: []string{"编号", "姓名", "身份", "技能", "注册日期", "离开日期"},
	Rows: func(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) ([][]string, error) {
		identities, err := setting.Words(ctx, tx, setting.Identities)
		if err != nil {
			return nil, err
		}
		skills, err := setting.Words(ctx, tx, setting.Skills)
		if err != nil {
			return nil, err
		}
		rows, err := inLedger.All(ctx, tx, st.ID, int64(from), int64(until), limit)
		var out [][]string
		for _, r := range rows {
			out = append(out, []string{r.No, ledger.Surname(r.Name), setting.Labels(identities, r.Identities), setting.Labels(skills, r.Skills),
				r.ApprovedDay.String(), r.LeftDay.String()})
		}
		return out, err
	}}

// ledgerLine is a volunteer in the station's book.
type ledgerLine struct {
	No          string
	Name        string
	Identities  person.Codes
	Skills      person.Codes
	ApprovedDay clock.Day
	LeftDay     clock.Day
}
