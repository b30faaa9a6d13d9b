package order

import (
	"context"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/work/order/slip"
)

// mayPrintCode says whether the actor may print the one-time code: he entered the order for somebody else,
// it was looked at, and the round still needs the code.
func mayPrintCode(ctx context.Context, o Order) bool {
	a := auth.From(ctx)
	return a.Account != 0 && a.Account == o.EnteredBy && !o.isOwner(a.Person) && !o.State.Ended() && o.State != Confirmed &&
		o.State != Submitted && o.State != NeedsInfo
}

// Slip prints an order on one sheet: what the volunteer takes along and the resident signs. For who entered the order it bears the
// one-time code, and his account is noted as one that has seen it.
func (s *Service) Slip(ctx context.Context, in GetInput) (blob.File, error) {
	if err := auth.Allow(ctx, Handle); err != nil {
		return blob.File{}, err
	}
	var page DeskOrder
	var code, from string
	var now time.Time
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := load(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := auth.Require(ctx, Handle, View, o.place()); err != nil {
			return err
		}
		now, code = tx.Now, ""
		if from, err = station.Signature(ctx, tx, s.keys, o.Region); err != nil {
			return err
		}
		if page, err = s.desk(ctx, tx, o); err != nil || !mayPrintCode(ctx, o) {
			return err
		}
		code, err = s.showCode(ctx, tx, o)
		return err
	})
	if err != nil {
		return blob.File{}, err
	}
	body, err := page.slip(ctx, code, from, now)
	return blob.File{Name: "服务单 " + page.No + ".pdf", Type: blob.PDF, Body: body, Show: true}, err
}

// showCode opens the one-time code and notes who has seen it.
func (s *Service) showCode(ctx context.Context, tx *db.Tx, o Order) (string, error) {
	row, err := sealedOf.One(ctx, tx, o.ID)
	if err != nil {
		return "", err
	}
	if _, err := sawCode.Run(ctx, tx, o.ID, o.Round, auth.From(ctx).Account, tx.Now); err != nil {
		return "", err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: "order.print_code", Object: "order", ID: o.ID.String(), Region: o.Region}); err != nil {
		return "", err
	}
	return s.open(row.Code, "code", o.ID)
}

// slip is the sheet of an order.
func (d DeskOrder) slip(ctx context.Context, code, from string, now time.Time) ([]byte, error) {
	return slip.Order(d.No, [][]string{{"服务", format.Once(d.Item.Name, "：", d.Title)}, {"时间", d.when(ctx)}, {"服务对象", d.Recipient},
		{"地点", format.Once(d.Place, " ", d.Address)}, {"情况", d.Detail.Detail}, {"要留意", format.Once(d.Risk, " ", d.Item.Risk)},
		{"志愿者", names(ctx, d.Volunteers)}}, code, from, now)
}
