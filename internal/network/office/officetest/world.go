// Package officetest makes a community with its station and those who keep its books, for the tests of the books.
package officetest

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/office/template"
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

// Gacha is where it all happens; Far is a community of another league. Today is a Tuesday.
const (
	Gacha auth.Region = 152502001001
	Far   auth.Region = 150102001001
	Today clock.Day   = 20261124
)

// World is the community.
type World struct {
	*testing.T
	DB       *db.DB
	Keys     *seal.Keys
	Standard *standard.Service
	Stations *station.Service
	Files    *blob.Store
	Dir      string // of the files

	Station, Other                                station.Station // Other is far away
	Manager, Head, Town, Banner, Region, Stranger context.Context // Stranger manages the other station
	Picture                                       blob.Upload
}

var seeded = dbtest.Seeded(divisions, standard.Seed, template.Seed)

// divisions are the two communities and what lies above them.
func divisions(ctx context.Context, tx *db.Tx) error {
	for _, at := range []auth.Region{Gacha, Far} {
		for level := 1; level <= 5; level++ {
			code, name, above := at.At(level), "区划"+at.At(level).String(), any(nil)
			if level > 1 {
				above = int64(at.At(level - 1))
			}
			if level == 5 {
				name = "巴彦嘎查村民委员会"
			}
			b := tx.Build(`INSERT INTO region (code, name, level, parent, class, edition, valid_from, valid_to, lat, lng, population,
				population_basis, counts_as_community, counts_why, counts_by, version)
				VALUES (?, ?, ?, ?, '', 20231231, 20231231, 99991231, 0, 0, 0, '', ?, '', '', 1)
				ON CONFLICT DO NOTHING`, int64(code), name, level, above, level == 5)
			if _, err := b.Run(ctx, tx); err != nil {
				return err
			}
		}
	}
	return nil
}

// Each runs a test in the community on both databases, at ten in the morning. What verify checks is whole in the end; an area without
// a check has nil.
func Each(t *testing.T, verify func(context.Context, *db.Tx, func(object, what string)) error, test func(w *World)) {
	t.Helper()
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		w := &World{T: t, DB: d, Keys: seal.Ephemeral(), Dir: t.TempDir()}
		w.Stations = station.New(d, w.Keys)
		w.Day(Today)
		t.Cleanup(clock.Reset)
		w.Files = blob.New(d, w.Dir)
		w.Standard = standard.New(d, w.Files)
		w.Town = w.as(3, auth.TownOfficer, Gacha.At(auth.LevelTown), 0)
		w.Station = w.open(w.Town, Gacha)
		w.Other = w.open(w.as(9, auth.TownOfficer, Far.At(auth.LevelTown), 0), Far)
		w.Manager, w.Head = w.as(1, auth.StationManager, Gacha, w.Station.ID), w.as(2, auth.CommunityHead, Gacha, 0)
		w.Banner, w.Region = w.as(4, auth.BannerOfficer, Gacha.At(auth.LevelBanner), 0), w.as(5, auth.RegionOfficer, region.Top, 0)
		w.Stranger = w.as(6, auth.StationManager, Far, w.Other.ID)
		w.Picture = Picture(9, 9)
		test(w)
		if verify != nil {
			w.Whole(verify, 0)
		}
	})
}

// Picture is a photograph of so many pixels.
func Picture(width, height int) blob.Upload {
	var out bytes.Buffer
	png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height)))
	return blob.Upload{Name: "照片.png", Data: out.Bytes()}
}

func (w *World) as(account db.ID, role auth.Role, at auth.Region, st db.ID) context.Context {
	return auth.With(w.Context(), auth.Actor{Account: account, Name: string(role),
		Grants: []auth.Grant{{Role: role, Region: at, Station: st}}})
}

func (w *World) open(by context.Context, at auth.Region) station.Station {
	w.Helper()
	return Must[station.Station](w)(w.Stations.Create(by,
		station.CreateInput{Region: at, Day: 20250101, Facts: station.Facts{Address: "一楼", Phone: "0479-8200000", Lat: 43.9, Lng: 116.1}}))
}

// Day sets the clock to ten in the morning.
func (w *World) Day(d clock.Day) { clock.Set(d.Time().Add(10 * time.Hour)) }

// Write runs a transaction.
func (w *World) Write(fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.DB.Write(w.Context(), fn); err != nil {
		w.Fatal(err)
	}
}

// Exec changes the database by hand.
func (w *World) Exec(sql string) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Exec(w.Context(), sql)
		return err
	})
}

// Whole fails unless verify finds n things amiss.
func (w *World) Whole(verify func(context.Context, *db.Tx, func(object, what string)) error, n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.Context(), func(tx *db.Tx) error {
		return verify(w.Context(), tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, want %d: %v", found, n, err)
	}
}

// Refused fails unless err is of the kind.
func (w *World) Refused(kind errs.Kind, err error, what string) {
	w.Helper()
	if errs.KindOf(err) != kind || err == nil {
		w.Errorf("%s: %v", what, err)
	}
}

// Shown is what the public page of the station says.
func (w *World) Shown() station.ShowingEvent {
	w.Helper()
	return Must[station.ShowingEvent](w)(w.Stations.Show(w.Context(), station.GetInput{ID: w.Station.ID}))
}

// Message is one that came to the manager.
type Message struct{ Title, Text, Link string }

// Messages gives what came to the manager so far, after another run of the reminders. The first call makes him the manager by the
// register, too: messages go by it.
func (w *World) Messages(remind func(context.Context) error) (out []Message) {
	w.Helper()
	w.Exec(`INSERT INTO account (id, login, name, region, password, totp_step, state, made_at, version)
		VALUES (1, 'm', '站长', 152502001001, '', 0, 'active', CURRENT_TIMESTAMP, 1) ON CONFLICT DO NOTHING`)
	w.Exec(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_at, end_reason)
		SELECT 8, 1, 'station_manager', 152502001001, id, 20250101, 0, '', CURRENT_TIMESTAMP, '' FROM station
		WHERE region = 152502001001 ON CONFLICT DO NOTHING`)
	if err := remind(w.Context()); err != nil {
		w.Fatal(err)
	}
	w.Write(func(tx *db.Tx) (err error) {
		out, err = db.Select[Message](w.Context(), tx, tx.Build("SELECT title, text, link FROM notify_inbox WHERE account_id = 1 "+
			"ORDER BY id"))
		return err
	})
	return out
}

// Must gives a value that had to be had.
func Must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
