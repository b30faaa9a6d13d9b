package sign_test

import (
	"bytes"
	"strings"
	"testing"

	"linli/internal/network/office"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/sign"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s *sign.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, nil, func(o *officetest.World) {
		test(&world{o, sign.New(o.DB)})
	})
}

// The sign is printed across and down; a name that is too long is not.
func TestSign(t *testing.T) {
	each(t, func(w *world) {
		for _, way := range []string{"across", "down"} {
			for _, paper := range []string{"a4", "a3"} {
				f := officetest.Must[blob.File](w)(w.s.Print(w.Manager, sign.PrintInput{ID: w.Station.ID, Paper: paper, Way: way}))
				if again := officetest.Must[blob.File](w)(w.s.Print(w.Manager,
					sign.PrintInput{ID: w.Station.ID, Paper: paper, Way: way})); !bytes.Equal(f.Body, again.Body) {
					t.Errorf("%s %s: another file each time", way, paper)
				}
			}
		}
		if v := officetest.Must[sign.Sign](w)(w.s.Get(w.Manager, office.StationInput{ID: w.Station.ID})); v.Sure {
			t.Error("nobody confirmed the name")
		}
		officetest.Must[station.Station](w)(w.Stations.Edit(w.Town, station.EditInput{ID: w.Station.ID, Version: 1,
			Facts: station.Facts{Name: strings.Repeat("长", 41), Address: "一楼", Lat: 43.9, Lng: 116.1}}))
		_, err := w.s.Print(w.Manager, sign.PrintInput{ID: w.Station.ID, Paper: "a4", Way: "down"})
		w.Refused(errs.Conflict, err, "41 characters")
		_, err = w.s.Print(w.Stranger, sign.PrintInput{ID: w.Station.ID, Paper: "a4", Way: "down"})
		w.Refused(errs.NotFound, err, "a stranger")
	})
}
