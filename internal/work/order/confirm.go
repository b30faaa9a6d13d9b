package order

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// ConfirmInput is the resident's word that the service was done, and what stands for it.
type ConfirmInput struct {
	Ask
	Evidence string      `json:"evidence" maxLength:"20" enum:"code,login,signature,call_back,paper" doc:"code 一次性号码，login 本人登录，signature 签名或手印，call_back 电话回访，paper 纸面"`
	Code     string      `json:"code" required:"false" maxLength:"12" doc:"六位号码，或便民联系卡上的一个号码"`
	Photo    blob.Upload `json:"photo" required:"false" doc:"签过名、按过手印的单子的照片"`
}

// maxTries is how many wrong codes in a row an order takes; then only other evidence confirms it.
const maxTries = 5

var errWrongCode = errs.Field("code", "号码不对，请再看一遍")

// Confirm takes the resident's confirmation, or the station's for him. Codes that the confirming account has itself seen or printed,
// call-back, paper and a signature without its picture are a coordinator's evidence: the records then wait for a second person, as
// does whatever is confirmed too late.
func (s *Service) Confirm(ctx context.Context, in ConfirmInput) (Detail, error) {
	var order db.ID
	out, err := s.act(ctx, Confirm, in.Ask, 0, func(t *turn) (State, error) {
		order = t.order.ID
		second, err := s.proof(ctx, t, in)
		if err != nil {
			return "", err
		}
		t.order.Evidence, t.order.NeedsSecond = in.Evidence, second || t.from == Unconfirmed
		t.order.ConfirmedBy, t.order.CodeTries = auth.From(ctx).Account, 0
		if _, err := setCode.Run(ctx, t.tx, t.order.ID, nil); err != nil {
			return "", err
		}
		return Confirmed, s.Confirmed.Publish(ctx, t.tx, ConfirmedEvent{Order: t.order, Evidence: in.Evidence, NeedsSecond: t.order.NeedsSecond,
			By: t.order.ConfirmedBy})
	})
	if errors.Is(err, errWrongCode) && order != 0 {
		// The refusal undid its transaction; the wrong try must count all the same.
		if e := s.db.Write(ctx, func(tx *db.Tx) error { _, err := countTry.Run(ctx, tx, order); return err }); e != nil {
			return out, e
		}
	}
	return out, err
}

// proof checks the evidence and says whether it needs a second person.
func (s *Service) proof(ctx context.Context, t *turn, in ConfirmInput) (second bool, err error) {
	a := auth.From(ctx)
	if t.partOf(a.Person) != nil && a.Person != 0 {
		return false, errs.Deny("服务的人不能确认自己的服务")
	}
	switch in.Evidence {
	case "login":
		if !t.self {
			return false, errs.Field("evidence", "登录确认只能由本人来做")
		}
		return false, nil
	case "code":
		return s.codeProof(ctx, t, in.Code)
	case "call_back":
		if t.dispatchedBy(a.Account) {
			return false, errs.Deny("派单的人不能自己做电话回访，请另一位工作人员来打")
		}
		return true, t.notSelf()
	case "paper":
		return true, errors.Join(t.notSelf(), s.keepPhoto(ctx, t, in.Photo))
	}
	err = s.keepPhoto(ctx, t, in.Photo)
	return t.order.PhotoID == 0, err
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

// dispatchedBy says whether the account gave a place of this round to a volunteer.
func (t *turn) dispatchedBy(account db.ID) bool {
	return account != 0 && slices.ContainsFunc(t.parts, func(p Assignment) bool { return p.OfferedBy == account && p.State.Holds() })
}

// codeProof takes the order's own code or an unused one of the person's card. Who has seen it cannot prove by it that the resident spoke.
func (s *Service) codeProof(ctx context.Context, t *turn, code string) (second bool, err error) {
	me := auth.From(ctx).Account
	if t.order.CodeTries >= maxTries {
		return false, errs.Field("code", "错得太多，这个号码不能再用，请换一种确认办法")
	}
	own, err := s.CodeMatches(ctx, t.tx, t.order, code)
	if err != nil {
		return false, err
	}
	if own {
		n, err := hasSeen.One(ctx, t.tx, t.order.ID, t.order.Round, me)
		return n > 0 && !t.self, err
	}
	card, ok, err := db.Found(openCode.One(ctx, t.tx, t.order.RecipientID, s.cardMAC(t.order.RecipientID, code)))
	if err != nil {
		return false, err
	}
	if !ok {
		return false, errWrongCode
	}
	n, err := useCode.Run(ctx, t.tx, card.CardID, card.N, t.tx.Now, t.order.ID)
	if err == nil && n == 0 {
		err = errWrongCode
	}
	return card.IssuedBy == me, err
}

// CodeMatches says whether the code is the order's one-time code of this round.
func (s *Service) CodeMatches(ctx context.Context, tx *db.Tx, o Order, code string) (bool, error) {
	row, err := sealedOf.One(ctx, tx, o.ID)
	if err != nil || row.Code == nil {
		return false, err
	}
	want, err := s.open(row.Code, "code", o.ID)
	return want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1, err
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
