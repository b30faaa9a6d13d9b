package order

import (
	"context"
	"strings"

	"linli/internal/platform/errs"
)

// ReviewInput decides about a submitted order.
type ReviewInput struct {
	Ask
	Decision string `json:"decision" maxLength:"20" enum:"accept,needs_info,reject" doc:"accept 受理，needs_info 请补充，reject 暂不能提供"`
}

// Review accepts an order into the queue, asks for more, or says with a reason that it cannot be done now (Regulations on Volunteer
// Service, art. 13).
func (s *Service) Review(ctx context.Context, in ReviewInput) (Detail, error) {
	return s.act(ctx, Review, in.Ask, 0, func(t *turn) (State, error) {
		if in.Decision == "accept" {
			return Queued, nil
		}
		if err := t.needReason("请把原因说给点单的人听"); err != nil {
			return "", err
		}
		to := map[string]State{"needs_info": NeedsInfo, "reject": Rejected}[in.Decision]
		return to, t.order.tellOwner(ctx, t.tx, "您点的单"+to.Word(), t.reason)
	})
}

// ResubmitInput completes an order that needed more.
type ResubmitInput struct {
	Ask
	Detail string `json:"detail" minLength:"1" maxLength:"1000"`
}

// Resubmit gives what was missing and puts the order up for review again.
func (s *Service) Resubmit(ctx context.Context, in ResubmitInput) (Detail, error) {
	return s.act(ctx, Resubmit, in.Ask, 0, func(t *turn) (State, error) {
		if strings.TrimSpace(in.Detail) == "" {
			return "", errs.Field("detail", "请补充说明")
		}
		_, err := setDetail.Run(ctx, t.tx, t.order.ID, s.hide(strings.TrimSpace(in.Detail), "detail", t.order.ID))
		return Submitted, err
	})
}

// AmendInput corrects what the resident wrote.
type AmendInput struct {
	Ask
	Address string `json:"address" minLength:"1" maxLength:"200"`
	Detail  string `json:"detail" required:"false" maxLength:"1000"`
}

// Amend corrects the address and the words of an order, as long as nobody is on his way.
func (s *Service) Amend(ctx context.Context, in AmendInput) (Detail, error) {
	return s.act(ctx, Amend, in.Ask, 0, func(t *turn) (State, error) {
		address, id := strings.TrimSpace(in.Address), t.order.ID
		if address == "" {
			return "", errs.Field("address", "请写明到哪里")
		}
		_, err := setWords.Run(ctx, t.tx, id, s.hide(strings.TrimSpace(in.Detail), "detail", id), s.hide(address, "address", id))
		return t.from, err
	})
}

// AppealInput asks for a second look at a refusal.
type AppealInput struct{ Ask }

// Appeal puts a rejected order up for review once more; there is no third look.
func (s *Service) Appeal(ctx context.Context, in AppealInput) (Detail, error) {
	return s.act(ctx, Appeal, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.needReason("请写明为什么再提一次"); err != nil {
			return "", err
		}
		if t.order.Appealed {
			return "", errs.WrongState("已经复核过一次了")
		}
		t.order.Appealed, t.order.ClosedAt = true, nil
		return Submitted, nil
	})
}

// CancelInput withdraws an order.
type CancelInput struct{ Ask }

// Cancel ends an order before anybody serves; who had taken it is told.
func (s *Service) Cancel(ctx context.Context, in CancelInput) (Detail, error) {
	return s.act(ctx, Cancel, in.Ask, 0, func(t *turn) (State, error) {
		if err := t.tellParts(ctx, "您接的一单已撤", t.reason, PartOffered, PartAccepted); err != nil {
			return "", err
		}
		if err := t.setAll(ctx, PartWithdrawn, t.reason, PartOffered, PartAccepted); err != nil {
			return "", err
		}
		return Cancelled, s.Cancelled.Publish(ctx, t.tx, CancelledEvent{Order: t.order})
	})
}
