package order

import (
	"context"
	"crypto/subtle"
	"errors"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
	"linli/internal/work/order/hand"
)

// ConfirmInput is the resident's word that the service was done, and what stands for it.
type ConfirmInput struct {
	Ask
	Evidence string      `json:"evidence" maxLength:"20" enum:"code,login,signature,call_back,paper" doc:"code 一次性号码，login 本人登录，signature 签名或手印，call_back 电话回访，paper 纸面"`
	Code     string      `json:"code" required:"false" maxLength:"40" format:"any-text" doc:"六位号码，或便民联系卡上的一个号码"`
	Photo    blob.Upload `json:"photo" required:"false" doc:"签过名、按过手印的单子的照片"`
}

// maxTries is how many wrong codes in a row an order takes; then only other evidence confirms it.
const maxTries = 5

// ErrWrongCode refuses a code that is not the order's.
var ErrWrongCode = errs.Field("code", "号码不对，请再看一遍")

// Confirm takes the resident's confirmation, or the station's for him. What stands on one person, and whatever is confirmed too late,
// waits for a second one.
func (s *Service) Confirm(ctx context.Context, in ConfirmInput) (Detail, error) {
	var order db.ID
	out, err := s.act(ctx, Confirm, in.Ask, 0, func(t *turn) (State, error) {
		order = t.order.ID
		if err := s.evidence(ctx, t, in); err != nil {
			return "", err
		}
		t.order.Evidence, t.order.ConfirmedBy, t.order.CodeTries = in.Evidence, auth.From(ctx).Account, 0
		v, err := behind(ctx, s.persons, t, hand.Said(ctx, t.behalf))
		if err != nil {
			return "", err
		}
		t.order.NeedsSecond = !v.Stands || t.from == Unconfirmed
		if _, err := setCode.Run(ctx, t.tx, t.order.ID, nil); err != nil {
			return "", err
		}
		t.after = func() error {
			return s.Confirmed.Publish(ctx, t.tx, ConfirmedEvent{Order: t.order, Evidence: in.Evidence, Late: t.from == Unconfirmed,
				By: t.order.ConfirmedBy})
		}
		return Confirmed, nil
	})
	return out, s.Wrong(ctx, order, err)
}

// Wrong counts a wrong code of an order, although the refusal undid its transaction, and gives the refusal back. At check-in and check-out
// it counts as at the confirmation.
func (s *Service) Wrong(ctx context.Context, id db.ID, err error) error {
	if !errors.Is(err, ErrWrongCode) {
		return err
	}
	if e := s.db.Write(ctx, func(tx *db.Tx) error { _, err := countTry.Run(ctx, tx, id); return err }); e != nil {
		return e
	}
	return err
}

// TriesLeft refuses a code after too many wrong ones in a row.
func (o Order) TriesLeft() error {
	if o.CodeTries >= maxTries {
		return errs.Field("code", "错得太多，这个号码不能再用，请换一种办法")
	}
	return nil
}

// evidence checks what the word rests on. Whether it is enough is judged by who stands behind it.
func (s *Service) evidence(ctx context.Context, t *turn, in ConfirmInput) error {
	a := auth.From(ctx)
	if t.partOf(a.Person) != nil && a.Person != 0 {
		return errs.Deny("服务的人不能确认自己的服务")
	}
	switch in.Evidence {
	case "login":
		if !t.self {
			return errs.Field("evidence", "登录确认只能由本人来做")
		}
		return nil
	case "code":
		return s.codeProof(ctx, t, in.Code)
	case "call_back":
		return t.notSelf()
	case "paper":
		return errors.Join(t.notSelf(), s.keepPhoto(ctx, t, in.Photo))
	}
	return s.keepPhoto(ctx, t, in.Photo)
}

// keepPhoto keeps the picture of the signed slip, if there is one.
func (s *Service) keepPhoto(ctx context.Context, t *turn, photo blob.Upload) (err error) {
	if len(photo.Data) > 0 {
		t.order.PhotoID, err = s.blobs.PutImage(ctx, t.tx, photo, blob.Owner{Kind: "order", ID: t.order.ID, Region: t.order.Region})
	}
	return err
}

// notSelf refuses the station's evidence from the resident, who confirms by his login.
func (t *turn) notSelf() error {
	if t.self {
		return errs.Field("evidence", "本人请用登录或者号码确认")
	}
	return nil
}

// codeProof takes the order's own code or an unused one of the person's card.
func (s *Service) codeProof(ctx context.Context, t *turn, typed string) error {
	code := spelling.Code(typed)
	if err := t.order.TriesLeft(); err != nil {
		return err
	}
	own, err := s.CodeMatches(ctx, t.tx, t.order, code)
	if err != nil || own {
		return err
	}
	used, err := s.cards.Use(ctx, t.tx, t.order.RecipientID, code, t.order.ID)
	if err == nil && !used {
		err = ErrWrongCode
	}
	return err
}

// CodeMatches says whether the code is the order's one-time code of this round.
func (s *Service) CodeMatches(ctx context.Context, tx *db.Tx, o Order, code string) (bool, error) {
	row, err := sealedOf.One(ctx, tx, o.ID)
	if err != nil || row.Code == nil {
		return false, err
	}
	want, err := s.open(row.Code, "code", o.ID)
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(spelling.Code(code))) == 1, err
}

// EvaluateInput is the resident's judgement: 1 to 5; on paper 满意 is 5, 基本满意 3, 不满意 1.
type EvaluateInput struct {
	Ask
	Rating  int64  `json:"rating" minimum:"1" maximum:"5"`
	Comment string `json:"comment" required:"false" maxLength:"400"`
}

// Evaluate rates the service and closes the order.
func (s *Service) Evaluate(ctx context.Context, in EvaluateInput) (Detail, error) {
	return s.act(ctx, Evaluate, in.Ask, 0, func(t *turn) (State, error) {
		c := errs.Check{}
		noNumbers(c, "comment", in.Comment)
		if err := c.Err(); err != nil {
			return "", err
		}
		if me := auth.From(ctx).Person; me != 0 && t.partOf(me) != nil {
			return "", errs.Deny("服务的人不能评价自己的服务")
		}
		t.order.Rating, t.order.Comment = in.Rating, in.Comment
		return Closed, s.Evaluated.Publish(ctx, t.tx, EvaluatedEvent{Order: t.order})
	})
}
