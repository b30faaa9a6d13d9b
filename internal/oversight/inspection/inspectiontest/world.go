// Package inspectiontest makes the gacha of attendancetest with everybody who supervises it, for the tests of the areas of supervision.
package inspectiontest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"
	"time"

	"linli/internal/network/standard"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance/attendancetest"
)

// The divisions above the gacha, and the day on which its world begins.
const (
	Town   = auth.Region(152502200000)
	Banner = auth.Region(152502000000)
	League = auth.Region(152500000000)
	Top    = auth.Region(150000000000)
	Today  = clock.Day(20261124)
)

// World is the gacha with everybody who supervises it.
type World struct {
	*attendancetest.World
	*testing.T
	Standard *standard.Service
	Files    inspection.Files
	Photo    blob.Upload
	TownID   db.ID // the account of the town's officer

	// The officers: Far is one of another banner, OtherTown of a town beside.
	Banner, League, Region, Inspector, Inspector2, Far, OtherTown context.Context
}

// Each runs a test on both databases.
func Each(t *testing.T, test func(w *World)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		files := inspection.Files{DB: base.DB, Blobs: blob.New(base.DB, t.TempDir())}
		w := &World{World: base, T: t, Files: files, Standard: standard.New(base.DB, files.Blobs), Photo: picture(t)}
		w.officers()
		test(w)
	})
}

// officers gives everybody who supervises an account and a role.
func (w *World) officers() {
	for _, a := range []struct {
		ctx  *context.Context
		role auth.Role
		at   auth.Region
	}{
		{&w.Banner, auth.BannerOfficer, Banner}, {&w.League, auth.LeagueOfficer, League}, {&w.Region, auth.RegionOfficer, Top},
		{&w.Inspector, auth.Inspector, Banner}, {&w.Inspector2, auth.Inspector, Banner},
		{&w.Far, auth.BannerOfficer, 150102000000}, {&w.OtherTown, auth.TownOfficer, 152502100000},
	} {
		var id db.ID
		*a.ctx, id = w.Actor(string(a.role), 0, auth.Grant{Role: a.role, Region: a.at})
		w.grant(id, a.role, a.at, 0)
	}
	w.TownID = auth.From(w.Town).Account
	w.grant(w.TownID, auth.TownOfficer, Town, 0)
	w.grant(w.ManagerID, auth.StationManager, attendancetest.Gacha, w.Station.ID)
}

func picture(t *testing.T) blob.Upload {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 9, 9))
	img.SetGray(3, 3, color.Gray{Y: 1})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return blob.Upload{Name: "现场.png", Data: out.Bytes()}
}

// grant writes a role where messages look for those who hold it.
func (w *World) grant(id db.ID, role auth.Role, at auth.Region, station db.ID) {
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_at,
			end_reason) VALUES (?, ?, ?, ?, ?, 20260101, 0, '', ?, '')`,
			tx.NewID(), id, string(role), int64(at), station, tx.Now).Run(w.System, tx)
		return err
	})
}

// Messages counts the messages of an account.
func (w *World) Messages(id db.ID) (n int64) {
	w.T.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](w.System, tx, tx.Build(`SELECT count(*) FROM notify_inbox WHERE account_id = ?`, id))
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return n
}

// Kind fails unless err is of a kind.
func (w *World) Kind(err error, want errs.Kind, what string) {
	w.T.Helper()
	if errs.KindOf(err) != want {
		w.T.Errorf("%s: got %v, want %d", what, err, want)
	}
}

// Must stops at an error.
func (w *World) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Days lets so many days pass.
func (w *World) Days(n int) {
	clock.Set(clock.Now().Add(time.Duration(n) * 24 * time.Hour))
}

// Err drops what an operation gives.
func Err[T any](_ T, err error) error { return err }

// Proven gives the station evidence of everything that the plan asks.
func (w *World) Proven() {
	w.T.Helper()
	for _, code := range []string{"site", "manager", "equipment", "rules", "plan", "notices", "archive", "sign"} {
		if _, err := w.Standard.Submit(w.Manager, standard.SubmitInput{ID: w.Station.ID, Item: code, Text: "有", File: w.Photo}); err != nil {
			w.T.Fatal(code, err)
		}
	}
}

// Records gives the gacha n counted records of half an hour to four hours; the second was counted too late.
func (w *World) Records(n int) (ids []db.ID) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		for i := range n {
			id := tx.NewID()
			start := time.Date(2026, 11, 1, 8, 0, 0, 0, clock.Shanghai).Add(time.Duration(i) * 5 * time.Hour)
			minutes := 30 * (1 + i%8)
			counted := clock.DayOf(start)
			if i == 1 {
				counted = 20261120
			}
			_, err := tx.Build(`INSERT INTO service_record (id, version, volunteer_id, person_id, region, source, round, title, category, day,
				place, content, started_at, ended_at, minutes, unit, leader,
				status, confirmation, evidence, needs_second, why, confirmed, confirmed_by, counted_at, counted_day, due_day, reason, made_at)
				VALUES (?, 1, ?, ?, ?, 'import', 0, '送饭', 'elderly_disabled', ?, '村里', '送一顿饭', ?, ?, ?, '宝力根嘎查', '书记', 'counted', 'reviewed', 'paper',
				FALSE, '', TRUE, 5, ?, ?, 20261118, '', ?)`,
				id, w.Vols[0].ID, w.Vols[0].PersonID, int64(attendancetest.Gacha), clock.DayOf(start), start,
				start.Add(time.Duration(minutes)*time.Minute), minutes, start, counted, start).Run(w.System, tx)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids
}
