// Package inspection is what the areas of supervision share (建设方案 四（一） 统筹规划、督促检查): who leads, who acts for a division and is told, the
// files of an area, and small parts of their pages. The areas themselves are the packages below it: plan (plans and tasks), visit
// (visits and findings), spotcheck, problem.
package inspection

import (
	"bytes"
	"context"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// RemindDays is how many days before a deadline people are reminded; this system's own convention.
const RemindDays = 3

// LeadOf gives the name of the leading department of a division (主管部门、牵头部门), as it stands in headings and on printed sheets.
func LeadOf(ctx context.Context, tx *db.Tx, at auth.Region) (string, error) {
	place, err := region.Name(ctx, tx, at)
	if err != nil {
		return "", err
	}
	lead, err := setting.Text(ctx, tx, setting.LeadDepartment, at)
	return place + lead, err
}

// Seat is the division in which an officer's pages begin.
func Seat(ctx context.Context) auth.Region {
	if at := auth.From(ctx).Seat(); at != 0 {
		return at.At(auth.LevelTown)
	}
	return region.Top
}

// officers are the roles that act for a division of a level.
var officers = map[int]auth.Role{
	auth.LevelRegion: auth.RegionOfficer, auth.LevelLeague: auth.LeagueOfficer, auth.LevelBanner: auth.BannerOfficer,
	auth.LevelTown: auth.TownOfficer,
}

// ActsFor says that the actor acts for just this division, and not for one above it: a receipt is signed by whom it was meant for.
func ActsFor(ctx context.Context, p auth.Perm, at auth.Region) bool {
	return auth.Can(ctx, p, auth.Place{Region: at}) && auth.From(ctx).Is(officers[at.Level()])
}

// NotifyOfficers leaves a message for those who act for a division.
func NotifyOfficers(ctx context.Context, tx *db.Tx, at auth.Region, m notify.Message) error {
	to, err := account.HoldersIn(ctx, tx, officers[at.Level()], at)
	if err != nil {
		return err
	}
	return Notify(ctx, tx, to, m)
}

// NotifyManagers leaves a message for the managers of a station.
func NotifyManagers(ctx context.Context, tx *db.Tx, id db.ID, m notify.Message) error {
	to, err := station.Managers(ctx, tx, id)
	if err != nil {
		return err
	}
	return Notify(ctx, tx, to, m)
}

// Notify leaves a message of supervision for accounts.
func Notify(ctx context.Context, tx *db.Tx, to []db.ID, m notify.Message) error {
	m.Kind = "inspection"
	for _, m.To = range to {
		if err := notify.Send(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// Clean looks at an upload outside of any transaction: an image is made plain, a PDF is checked when it is stored; no upload stays none.
func Clean(up blob.Upload) (blob.Upload, error) {
	if len(up.Data) == 0 || bytes.HasPrefix(up.Data, []byte("%PDF-")) {
		return up, nil
	}
	return blob.Clean(up)
}

// UploadBody is the most bytes of a form with a file.
const UploadBody = 20 << 20

// Files keeps and gives what people attach.
type Files struct {
	DB    *db.DB
	Blobs *blob.Store
}

// Keep stores an upload for its owner; 0 when there is none.
func (f Files) Keep(ctx context.Context, tx *db.Tx, up blob.Upload, kind string, id db.ID, at auth.Region) (db.ID, error) {
	if len(up.Data) == 0 {
		return 0, nil
	}
	return f.Blobs.Put(ctx, tx, up, blob.Owner{Kind: kind, ID: id, Region: at})
}

// Read gives what was stored; which finds it, after asking whether the actor may.
func (f Files) Read(ctx context.Context, which func(tx *db.Tx) (db.ID, error)) (out blob.File, err error) {
	var m blob.Meta
	err = f.DB.Read(ctx, func(tx *db.Tx) error {
		id, err := which(tx)
		if err == nil && id == 0 {
			err = errs.ErrNotFound
		}
		if err != nil {
			return err
		}
		m, err = f.Blobs.Get(ctx, tx, id)
		return err
	})
	if err != nil {
		return out, err
	}
	return f.Blobs.File(m)
}
