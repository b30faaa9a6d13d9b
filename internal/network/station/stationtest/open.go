// Package stationtest opens stations for tests of other things.
package stationtest

import (
	"testing"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Open makes a station that waits for its manager one that has been open since it was set up. Nobody manages it.
func Open(t *testing.T, d *db.DB, st station.Station) station.Station {
	t.Helper()
	write(t, d, func(tx *db.Tx, run func(string, ...any)) {
		run(`UPDATE station SET status = 'open' WHERE id = ?`, st.ID)
		run(`UPDATE station_past SET status = 'open' WHERE station_id = ?`, st.ID)
	})
	st.Status = station.Open
	return st
}

// Appoint gives a station a manager, of a new account.
func Appoint(t *testing.T, d *db.DB, st station.Station) (id db.ID) {
	t.Helper()
	write(t, d, func(tx *db.Tx, run func(string, ...any)) {
		id = tx.NewID()
		run(`INSERT INTO account (id, login, name, region, password, totp_step, state, made_at, version)
			VALUES (?, ?, '站长', ?, '', 0, 'active', ?, 1)`, id, "m"+id.String(), int64(st.Region), tx.Now)
		run(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_at, end_reason)
			VALUES (?, ?, ?, ?, ?, 20200101, 0, '', ?, '')`,
			tx.NewID(), id, string(auth.StationManager), int64(st.Region), st.ID, tx.Now)
	})
	return id
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx, run func(string, ...any))) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		fn(tx, func(text string, args ...any) {
			if err == nil {
				_, err = tx.Build(text, args...).Run(t.Context(), tx)
			}
		})
		return err
	})
	if err != nil {
		t.Fatal("stationtest:", err)
	}
}
