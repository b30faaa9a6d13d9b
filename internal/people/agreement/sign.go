package agreement

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Size of the field in which a signature is drawn, and bounds of a drawing: a dot is none, and no scribble is as long.
const (
	fieldWide, fieldHigh = 600, 200
	fewestDots, mostDots = 12, 4000
)

// SignInput is a signature drawn on glass, under the text that was shown.
type SignInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Shown   string `json:"shown" minLength:"64" maxLength:"64" doc:"看到的全文的摘要"`
	Drawing string `json:"drawing" required:"false" maxLength:"48000" doc:"手写签名图样：每一笔的点，x,y 用空格隔开，笔和笔用分号隔开"`
	Read    bool   `json:"read" doc:"看过全文，同意"`
}

// dots counts the points of a drawing; -1 for what is none.
func dots(drawing string) (n int) {
	for stroke := range strings.SplitSeq(drawing, ";") {
		for dot := range strings.FieldsSeq(stroke) {
			x, y, ok := strings.Cut(dot, ",")
			i, errX := strconv.ParseUint(x, 10, 16)
			j, errY := strconv.ParseUint(y, 10, 16)
			if !ok || errX != nil || errY != nil || i > fieldWide || j > fieldHigh {
				return -1
			}
			n++
		}
	}
	return n
}

// Sign signs the actor's own side, or the station's for who acts for it. Nobody signs two sides, whatever accounts he has.
func (s *Service) Sign(ctx context.Context, in SignInput) (Detail, error) {
	op := act.Op{Perm: Sign, Action: "agreement.sign", ID: in.ID, Version: in.Version, From: []string{Open}, Check: func() error {
		c := errs.Check{}
		c.That(in.Read, "read", "看过全文再签")
		n := dots(in.Drawing)
		c.That(n >= fewestDots && n <= mostDots, "drawing", "请在框里手写姓名；写不了的到站里在纸上签")
		return c.Err()
	}}
	return s.change(ctx, op, func(tx *db.Tx, a *Agreement) error {
		if !a.sameText(in.Shown) {
			return errs.ErrStale
		}
		list, err := signaturesOf.All(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		side, why := a.sideOf(ctx, list)
		if why != "" {
			return errs.Deny(why)
		}
		if err := a.guarded(ctx, tx, []string{side}); err != nil {
			return err
		}
		me := auth.From(ctx)
		x := Signature{AgreementID: a.ID, Side: side, Way: OnGlass, PersonID: me.Person, AccountID: me.Account, Name: me.Name, Hash: a.Hash,
			Drawing: s.keys.SealText(in.Drawing, drawingAt(a.ID, side)), Day: clock.DayOf(tx.Now), At: tx.Now}
		if err := signatures.Insert(ctx, tx, x); err != nil {
			return err
		}
		if len(a.open(append(list, x))) == 0 {
			a.State = Signed
		}
		return nil
	})
}

// sideOf gives the side that the actor signs, or why he signs none.
func (a Agreement) sideOf(ctx context.Context, list []Signature) (side, why string) {
	me := auth.From(ctx)
	if slices.ContainsFunc(list, func(x Signature) bool {
		return x.AccountID == me.Account || x.PersonID != 0 && x.PersonID == me.Person
	}) {
		return "", "您已经签过一方，另一方要由别人签"
	}
	switch {
	case me.Person != 0 && me.Person == a.PersonID:
		side = First
	case me.Person != 0 && me.Person == a.GuardianID:
		side = Guardian
	case me.Person != 0 && me.Person == a.OtherID:
		side = Second
	case a.OtherID == 0 && auth.Can(ctx, Keep, a.office()):
		side = Second
	default:
		return "", "这份协议没有您要签的一方"
	}
	if !slices.Contains(a.open(list), side) {
		return "", "这一方已经签了"
	}
	return side, ""
}

// guarded refuses a guardian's signature among those that are due when he is the guardian no more.
func (a Agreement) guarded(ctx context.Context, tx *db.Tx, due []string) error {
	if !slices.Contains(due, Guardian) {
		return nil
	}
	err := person.IsGuardian(ctx, tx, a.PersonID, a.GuardianID)
	if errs.KindOf(err) == errs.Invalid {
		err = errs.WrongState("登记的监护关系已经结束，请作废这一份，和现在的监护人重签")
	}
	return err
}

// open are the sides that have not signed.
func (a Agreement) open(list []Signature) (out []string) {
	need := []string{First, Second}
	if a.GuardianID != 0 {
		need = append(need, Guardian)
	}
	for _, side := range need {
		if !slices.ContainsFunc(list, func(x Signature) bool { return x.Side == side }) {
			out = append(out, side)
		}
	}
	return out
}

// PaperInput is a sheet that was signed on paper.
type PaperInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	File    blob.Upload `json:"file" doc:"签好的纸的照片或 PDF"`
	Signer  string      `json:"signer" required:"false" maxLength:"40" doc:"代表服务站签字的人；乙方不是服务站的不填"`
	Day     clock.Day   `json:"day" doc:"哪天签的"`
	Whole   bool        `json:"whole" doc:"对过：编号和全文与这里一致，没签的各方都签了"`
}

// File enters a signed sheet: for all sides that have not signed, by somebody who is none of them.
func (s *Service) File(ctx context.Context, in PaperInput) (Detail, error) {
	if err := auth.Allow(ctx, Keep); err != nil {
		return Detail{}, err
	}
	file := in.File
	if len(file.Data) > 0 && !bytes.HasPrefix(file.Data, []byte("%PDF-")) {
		var err error
		if file, err = blob.Clean(file); err != nil { // outside of any transaction
			return Detail{}, err
		}
	}
	op := act.Op{Perm: Keep, Action: "agreement.file", ID: in.ID, Version: in.Version, From: []string{Open}, Check: func() error {
		c := errs.Check{}
		c.That(len(file.Data) > 0, "file", "请选签好的纸的照片")
		c.That(in.Whole, "whole", "请对照编号和全文")
		c.That(in.Day != 0 && in.Day <= clock.Today(ctx), "day", "请写今天以前的日期")
		return c.Err()
	}}
	return s.change(ctx, op, func(tx *db.Tx, a *Agreement) error {
		list, err := signaturesOf.All(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if err := a.stranger(ctx, list, strings.TrimSpace(in.Signer)); err != nil {
			return err
		}
		if err := a.guarded(ctx, tx, a.open(list)); err != nil {
			return err
		}
		if in.Day < clock.DayOf(a.At) {
			return errs.Field("day", "不能早于出协议那天")
		}
		if a.FileID, err = s.blobs.Put(ctx, tx, file, blob.Owner{Kind: "agreement", ID: a.ID, Region: a.Region}); err != nil {
			return err
		}
		for _, side := range a.open(list) {
			x := Signature{AgreementID: a.ID, Side: side, Way: OnPaper, AccountID: auth.From(ctx).Account, Hash: a.Hash, Drawing: []byte{},
				Day: in.Day, At: tx.Now}
			x.PersonID, x.Name = a.signer(side, strings.TrimSpace(in.Signer))
			if err := signatures.Insert(ctx, tx, x); err != nil {
				return err
			}
		}
		a.State = Signed
		return nil
	})
}

// stranger refuses who enters a sheet that he himself signed, or for which he signed on glass.
func (a Agreement) stranger(ctx context.Context, list []Signature, signer string) error {
	me := auth.From(ctx)
	own := me.Person != 0 && slices.Contains([]db.ID{a.PersonID, a.OtherID, a.GuardianID}, me.Person)
	if own || slices.ContainsFunc(list, func(x Signature) bool { return x.AccountID == me.Account }) {
		return errs.Deny("您是签字的一方，纸上签的要由别人登记")
	}
	switch station := a.OtherID == 0 && slices.Contains(a.open(list), Second); {
	case station && signer == "":
		return errs.Field("signer", "请写代表服务站签字的人")
	case station && signer == me.Name:
		return errs.Field("signer", "签字的和登记的不能是同一个人")
	}
	return nil
}

// signer is who signed a side on paper.
func (a Agreement) signer(side, station string) (db.ID, string) {
	switch {
	case side == First:
		return a.PersonID, a.Name
	case side == Guardian:
		return a.GuardianID, a.Guardian
	case a.OtherID != 0:
		return a.OtherID, a.Other
	}
	return 0, station
}

// EndInput ends an agreement before its day, or takes back one that was not signed.
type EndInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Last    clock.Day `json:"last" required:"false" doc:"到哪一天为止（含）；不填为今天"`
	Reason  string    `json:"reason" minLength:"1" maxLength:"200"`
}

func (in EndInput) check() error {
	if strings.TrimSpace(in.Reason) == "" {
		return errs.Field("reason", "请写原因")
	}
	return nil
}

// End ends a signed agreement early; each of its sides may.
func (s *Service) End(ctx context.Context, in EndInput) (Detail, error) {
	op := act.Op{Perm: Sign, Action: "agreement.end", ID: in.ID, Version: in.Version, From: []string{Signed}, Cause: in.Reason,
		Check: in.check}
	return s.change(ctx, op, func(tx *db.Tx, a *Agreement) error {
		today := clock.DayOf(tx.Now)
		if in.Last == 0 {
			in.Last = today
		}
		if in.Last < today || in.Last >= a.Until {
			return errs.Field("last", "从今天起，到 "+a.Until.AddDays(-1).String()+" 为止")
		}
		a.State, a.Until, a.Reason = Ended, in.Last, strings.TrimSpace(in.Reason)
		return nil
	})
}

// Withdraw takes back an agreement that not all sides have signed; each side may refuse it so.
func (s *Service) Withdraw(ctx context.Context, in EndInput) (Detail, error) {
	op := act.Op{Perm: Sign, Action: "agreement.withdraw", ID: in.ID, Version: in.Version, From: []string{Open}, Cause: in.Reason,
		Check: in.check}
	return s.change(ctx, op, func(_ *db.Tx, a *Agreement) error {
		a.State, a.Reason = Withdrawn, strings.TrimSpace(in.Reason)
		return nil
	})
}

func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, a *Agreement) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.agreements, op, fn, func(tx *db.Tx, a Agreement) (Detail, error) { return s.detail(ctx, tx, a.ID) })
}
