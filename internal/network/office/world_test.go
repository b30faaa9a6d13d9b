package office_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/office"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

const (
	gacha auth.Region = 152502001001
	today clock.Day   = 20261124
)

// world is a community with its station and those who keep its books.
type world struct {
	*testing.T
	db                                            *db.DB
	keys                                          *seal.Keys
	s                                             *office.Service
	standard                                      *standard.Service
	stations                                      *station.Service
	files                                         *blob.Store
	dir                                           string // of the files
	st, far                                       station.Station
	manager, head, town, banner, region, stranger context.Context
	photo                                         blob.Upload
}

func as(t *testing.T, account db.ID, role auth.Role, at auth.Region, st db.ID) context.Context {
	return auth.With(t.Context(), auth.Actor{Account: account, Name: string(role), Grants: []auth.Grant{{Role: role, Region: at, Station: st}}})
}

var seeded = dbtest.Seeded(region.Seed, setting.Seed, standard.Seed, office.Seed)

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{T: t, db: d, keys: seal.Ephemeral(), dir: t.TempDir()}
		w.stations = station.New(d, w.keys)
		w.day(today)
		t.Cleanup(clock.Reset)
		w.files = blob.New(d, w.dir)
		w.standard = standard.New(d, w.files)
		w.s = office.New(d, w.keys, w.files, w.standard)
		w.stations.Showing.Subscribe(w.s.OnShowing)
		w.town = as(t, 3, auth.TownOfficer, gacha.At(auth.LevelTown), 0)
		w.st = w.station(w.town, gacha)
		w.far = w.station(as(t, 9, auth.TownOfficer, 150102001000, 0), 150102001001)
		w.manager, w.head = as(t, 1, auth.StationManager, gacha, w.st.ID), as(t, 2, auth.CommunityHead, gacha, 0)
		w.banner, w.region = as(t, 4, auth.BannerOfficer, gacha.At(auth.LevelBanner), 0), as(t, 5, auth.RegionOfficer, region.Top, 0)
		w.stranger = as(t, 6, auth.StationManager, 150102001001, w.far.ID)
		var out bytes.Buffer
		png.Encode(&out, image.NewGray(image.Rect(0, 0, 9, 9)))
		w.photo = blob.Upload{Name: "照片.png", Data: out.Bytes()}
		test(w)
		w.whole(0)
	})
}

func (w *world) station(by context.Context, at auth.Region) station.Station {
	w.Helper()
	st, err := w.stations.Create(by, station.CreateInput{Region: at, Day: 20250101, Facts: station.Facts{Address: "一楼", Phone: "0479-8200000", Lat: 43.9, Lng: 116.1}})
	if err != nil {
		w.Fatal(err)
	}
	return st
}

// day sets the clock to ten in the morning.
func (w *world) day(d clock.Day) { clock.Set(d.Time().Add(10 * time.Hour)) }

func (w *world) write(fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.db.Write(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

// whole fails unless verify finds n things amiss.
func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.db.Read(w.Context(), func(tx *db.Tx) error {
		return office.Verify(w.Context(), tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, want %d: %v", found, n, err)
	}
}

// refused fails unless err is of the kind.
func (w *world) refused(kind errs.Kind, err error, what string) {
	w.Helper()
	if errs.KindOf(err) != kind || err == nil {
		w.Errorf("%s: %v", what, err)
	}
}

// must gives a value that had to be had.
func must[T any](w *world) func(T, error) T {
	return func(v T, err error) T {
		w.Helper()
		if err != nil {
			w.Fatal(err)
		}
		return v
	}
}
