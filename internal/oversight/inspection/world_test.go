package inspection_test

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

const (
	gacha     = attendancetest.Gacha
	theTown   = auth.Region(152502200000)
	theBanner = auth.Region(152502000000)
	theLeague = auth.Region(152500000000)
	top       = auth.Region(150000000000)
	today     = clock.Day(20261124)
)

// world is the gacha with everybody who supervises it.
type world struct {
	*attendancetest.World
	*testing.T
	s                                                             *inspection.Service
	standard                                                      *standard.Service
	banner, league, region, inspector, inspector2, far, otherTown context.Context
	townID                                                        db.ID
	photo                                                         blob.Upload
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		files := blob.New(base.DB, t.TempDir())
		w := &world{World: base, T: t, standard: standard.New(base.DB, files)}
		w.s = inspection.New(base.DB, base.Keys, files, w.standard)
		w.Write(func(tx *db.Tx) error { return standard.Seed(w.System, tx) })
		for _, a := range []struct {
			ctx  *context.Context
			role auth.Role
			at   auth.Region
		}{{&w.banner, auth.BannerOfficer, theBanner}, {&w.league, auth.LeagueOfficer, theLeague}, {&w.region, auth.RegionOfficer, top}, {&w.inspector, auth.Inspector, theBanner},
			{&w.inspector2, auth.Inspector, theBanner}, {&w.far, auth.BannerOfficer, 150102000000}, {&w.otherTown, auth.TownOfficer, 152502100000}} {
			var id db.ID
			*a.ctx, id = w.Actor(string(a.role), 0, auth.Grant{Role: a.role, Region: a.at})
			w.grant(id, a.role, a.at, 0)
		}
		w.townID = auth.From(w.Town).Account
		w.grant(w.townID, auth.TownOfficer, theTown, 0)
		w.grant(w.ManagerID, auth.StationManager, gacha, w.Station.ID)
		w.photo = picture(t, 1)
		test(w)
		w.whole(0)
	})
}

func picture(t *testing.T, grey uint8) blob.Upload {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 9, 9))
	img.SetGray(3, 3, color.Gray{Y: grey})
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return blob.Upload{Name: "现场.png", Data: out.Bytes()}
}

// grant writes a role where messages look for those who hold it.
func (w *world) grant(id db.ID, role auth.Role, at auth.Region, station db.ID) {
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_at, end_reason) VALUES (?, ?, ?, ?, ?, 20260101, 0, '', ?, '')`,
			tx.NewID(), id, string(role), int64(at), station, tx.Now).Run(w.System, tx)
		return err
	})
}

// told counts the messages of an account.
func (w *world) told(id db.ID) (n int64) {
	w.T.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](w.System, tx, tx.Build(`SELECT count(*) FROM notify_inbox WHERE account_id = ?`, id))
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	return n
}

// whole fails unless verify finds n things wrong.
func (w *world) whole(n int) {
	w.T.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return inspection.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.T.Errorf("verify finds %v, want %d: %v", found, n, err)
	}
}

// kind fails unless err is of a kind.
func (w *world) kind(err error, want errs.Kind, what string) {
	w.T.Helper()
	if errs.KindOf(err) != want {
		w.T.Errorf("%s: got %v, want %d", what, err, want)
	}
}

func (w *world) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// days lets so many days pass.
func (w *world) days(n int) {
	clock.Set(clock.Now().Add(time.Duration(n) * 24 * time.Hour))
}
