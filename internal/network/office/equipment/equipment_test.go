package equipment_test

import (
	"bytes"
	"testing"

	"linli/internal/network/office/equipment"
	"linli/internal/network/office/officetest"
	"linli/internal/platform/blob"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s *equipment.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, equipment.Verify, func(o *officetest.World) {
		test(&world{o, equipment.New(o.DB, o.Files)})
	})
}

func (w *world) thing(name string, photo bool) equipment.Equipment {
	w.Helper()
	in := equipment.Facts{Name: name, Kind: "computer", State: "in_use", Place: "前台"}
	if photo {
		in.File = w.Picture
	}
	return officetest.Must[equipment.Equipment](w)(w.s.Add(w.Manager, equipment.AddInput{ID: w.Station.ID, Facts: in}))
}

// Equipment is numbered, changed and counted once a day; a stock-taking names everything that ought to be there.
func TestEquipment(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.thing("台式电脑", false), w.thing("打印机", false)
		if a.Number() != "SB-001" || b.Number() != "SB-002" {
			t.Errorf("numbers %s, %s", a.Number(), b.Number())
		}
		_, err := w.s.Add(w.Manager, equipment.AddInput{ID: w.Station.ID,
			Facts: equipment.Facts{Name: "x", Kind: "office", State: "in_use", Place: "x", SinceDay: officetest.Today.AddDays(1)}})
		w.Refused(errs.Invalid, err, "since tomorrow")
		_, err = w.s.Edit(w.Stranger, equipment.EditInput{ID: a.ID, Version: 1,
			Facts: equipment.Facts{Name: "x", Kind: "office", State: "lost", Place: "x"}})
		w.Refused(errs.NotFound, err, "a stranger edits")
		take := func(lines ...equipment.StockLine) error {
			_, err := w.s.TakeStock(w.Manager, equipment.TakeStockInput{ID: w.Station.ID, Lines: lines})
			return err
		}
		w.Refused(errs.Invalid, take(equipment.StockLine{EquipmentID: a.ID, State: "in_use"}), "half of it")
		w.Refused(errs.Invalid, take(equipment.StockLine{EquipmentID: a.ID, State: "in_use"},
			equipment.StockLine{EquipmentID: a.ID, State: "in_use"}), "one thing twice")
		all := []equipment.StockLine{{EquipmentID: a.ID, State: "in_use"}, {EquipmentID: b.ID, State: "lost", Note: "借给村委会"}}
		if err := take(all...); err != nil {
			t.Fatal(err)
		}
		list := officetest.Must[equipment.List](w)(w.s.List(w.Town, equipment.ListInput{Search: equipment.Search{ID: w.Station.ID}}))
		if list.Items[0].CheckedDay != officetest.Today || list.Items[1].State != "lost" || len(list.Takes) != 1 ||
			list.Takes[0].Amiss != 1 || list.Takes[0].Lines != 2 {
			t.Errorf("after taking stock: %+v %+v", list.Items, list.Takes)
		}
		w.Refused(errs.Conflict, take(all[:1]...), "twice a day")
		if f := officetest.Must[blob.File](w)(w.s.StockSheet(w.Manager,
			equipment.StockSheetInput{ID: list.Takes[0].ID, Format: "csv"})); !bytes.Contains(f.Body, []byte("借给村委会")) {
			t.Errorf("the sheet: %s", f.Body)
		}
		_, err = w.s.Edit(w.Manager, equipment.EditInput{ID: a.ID, Version: 1,
			Facts: equipment.Facts{Name: "x", Kind: "office", State: "idle", Place: "x"}})
		w.Refused(errs.Conflict, err, "a stale version")
	})
}
