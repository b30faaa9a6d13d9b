package demo

import (
	"context"

	"linli/internal/app/demo/scene"
	"linli/internal/civic/appointment"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
)

// vouch enters who made officials and who confirmed it, once the administrators are there: the first three have nobody before them.
func (w *world) vouch(ctx context.Context, official auth.Actor) error {
	w.seats = append(w.seats, official)
	region, security, audits := w.officers[auth.RegionOfficer], w.officers[auth.SecurityAdmin], w.officers[auth.AuditAdmin]
	if audits.Account == 0 {
		return nil
	}
	paper, err := scene.Draw(scene.Paper)
	if err != nil {
		return err
	}
	err = w.app.DB.Write(ctx, func(tx *db.Tx) error {
		for _, a := range w.seats {
			v := appointment.Vouched{Account: a.Account, Actor: security.Account, By: region.Account, How: appointment.Met}
			switch role := a.Grants[0].Role; {
			case role == auth.RegionOfficer:
				v.By, v.How = audits.Account, appointment.ByPaper
				if v.Paper, err = w.app.Blobs.PutImage(ctx, tx, paper, blob.Owner{Kind: "account_act", ID: a.Account}); err != nil {
					return err
				}
			case a.Account == audits.Account || a.Account == security.Account || a.Account == w.officers[auth.SystemAdmin].Account:
				v = appointment.Vouched{Account: a.Account, How: appointment.Founding}
			}
			if err := w.app.Appoint.Vouch(ctx, tx, v); err != nil {
				return err
			}
		}
		return nil
	})
	w.seats = nil
	return err
}
