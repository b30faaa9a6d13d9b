package ledger_test

import (
	"context"
	"strings"
	"testing"

	"linli/internal/network/office/archive"
	"linli/internal/network/office/equipment"
	"linli/internal/network/office/ledger"
	"linli/internal/network/office/notice"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/roster"
	"linli/internal/network/office/rule"
	"linli/internal/network/office/workplan"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s *ledger.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, nil, func(o *officetest.World) {
		visits := ledger.Ledger{Code: "visits", Name: "来访台账", Columns: []string{"谁"},
			Rows: func(context.Context, *db.Tx, station.Station, clock.Day, clock.Day, int) ([][]string, error) {
				return [][]string{{"=1+1"}}, nil
			}}
		test(&world{o, ledger.New(o.DB, notice.Ledger, workplan.Ledger, rule.Ledger, roster.Ledger, equipment.Ledger, archive.Ledger,
			visits)})
	})
}

// Ledgers fill themselves, and are bound with cover and catalogue; a stranger sees none; what there is nothing of is a book without lines.
func TestLedgers(t *testing.T) {
	each(t, func(w *world) {
		at, due := w.Station.ID, officetest.Today.AddDays(30)
		officetest.Must[notice.Notice](w)(notice.New(w.DB, w.Files).Post(w.Manager,
			notice.PostInput{ID: at, Title: "量血压", Text: "周三下午", Place: "公告栏", UntilDay: due}))
		officetest.Must[workplan.Item](w)(workplan.New(w.DB).Add(w.Manager,
			workplan.AddInput{ID: at, Facts: workplan.Facts{What: "走访", Who: "站长", DueDay: due}}))
		v := officetest.Must[ledger.Ledgers](w)(w.s.List(w.Manager, ledger.ListInput{ID: w.Station.ID, From: 20260101, Until: 20261231}))
		lines := map[string]int{}
		for _, f := range v.Items {
			lines[f.Code] = len(f.Lines)
		}
		if lines["notices"] != 1 || lines["plan"] != 1 || lines["visits"] != 1 || lines["duty"] != 0 || len(v.Items) != 7 {
			t.Errorf("%v", lines)
		}
		for _, code := range []string{"all", "notices"} {
			for format, start := range map[string]string{"pdf": "%PDF-", "xlsx": "PK"} {
				if f := officetest.Must[blob.File](w)(w.s.File(w.Manager,
					ledger.FileInput{ID: w.Station.ID, Code: code, Format: format})); !strings.HasPrefix(string(f.Body), start) {
					t.Errorf("%s as %s: %.20q", code, format, f.Body)
				}
			}
		}
		_, err := w.s.Get(w.Manager, ledger.GetInput{ID: w.Station.ID, Code: "goods"})
		w.Refused(errs.NotFound, err, "a ledger that is none")
		_, err = w.s.List(w.Stranger, ledger.ListInput{ID: w.Station.ID})
		w.Refused(errs.NotFound, err, "a stranger")
		_, err = w.s.List(w.Manager, ledger.ListInput{ID: w.Station.ID, From: 20261231, Until: 20260101})
		w.Refused(errs.Invalid, err, "ends before it begins")
	})
}
