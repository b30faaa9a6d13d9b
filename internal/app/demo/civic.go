package demo

import (
	"bytes"
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// everywhere gives an administrator his role in the whole region too: divisions are of no banner.
func (w *world) everywhere(ctx context.Context, a auth.Actor) (auth.Actor, error) {
	a.Grants = append(a.Grants, auth.Grant{Role: auth.SystemAdmin, Region: region.Top})
	return a, w.app.DB.Write(ctx, func(tx *db.Tx) error {
		return w.app.Account.Grant(auth.AsSystem(ctx, "demo"), tx, a.Account, auth.SystemAdmin, region.Top, 0)
	})
}

// civic plans what there is to see of settings and divisions: a banner that decided for itself, and an edition that waits to be looked at.
func (w *world) civic() {
	w.at(w.now.Add(-20*24*time.Hour), func(ctx context.Context) error {
		officer := auth.With(ctx, w.officers[auth.BannerOfficer])
		for _, in := range []setting.SetInput{{Key: setting.HeadTitle, Value: "村主任", Reason: "按本旗的习惯称呼"},
			{Key: setting.BackboneHours, Value: "3", Reason: "演示数据只有两个月"}, {Key: setting.BackboneYears, Value: "0", Reason: "演示数据只有两个月"}} {
			in.Region = baseBanner
			if _, err := w.app.Setting.Set(officer, in); err != nil {
				return err
			}
		}
		return nil
	})
	w.at(w.now.Add(-26*time.Hour), w.edition)
}

// nextEdition is the day of which the made-up edition tells.
const nextEdition clock.Day = 20241031

// edition uploads a made-up edition: in another league a town gets another code, and two communities become one.
func (w *world) edition(ctx context.Context) error {
	if clock.Today(ctx) < nextEdition {
		return nil
	}
	ctx = auth.With(ctx, w.officers[auth.SystemAdmin])
	now, err := w.app.Region.Tree(ctx, region.TreeInput{})
	if err != nil {
		return err
	}
	data := now.Body
	for _, change := range [][2]string{{"150102001", "150102099"}, {"公主府社区居委会", "公主府社区居民委员会"}} {
		data = bytes.ReplaceAll(data, []byte(change[0]), []byte(change[1]))
	}
	at := bytes.Index(data, []byte("\n150102002002,")) + 1 // closed, for somebody to say who goes on from it
	data = append(data[:at:at], data[at+bytes.IndexByte(data[at:], '\n')+1:]...)
	_, err = w.app.Region.Upload(ctx, region.UploadInput{Day: nextEdition, Source: "演示数据：虚构的区划调整",
		File: blob.Upload{Name: "区划-演示.csv", Data: data}})
	return err
}
