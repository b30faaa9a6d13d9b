package order

import (
	"context"
	"linli/internal/civic/person"
	"linli/internal/platform/errs"
	"strings"

	"linli/internal/platform/db"
	"linli/internal/work/order/card"
	"linli/internal/work/order/wish"
)

// subject is one order as its resident may have it.
type subject struct {
	Order
	Address string  `json:"address"`
	Detail  string  `json:"detail"`
	Risk    string  `json:"risk"`
	History []Event `json:"history"`
}

var (
	ordersOf      = db.Query[Order](`SELECT ` + columns + ` FROM orders o WHERE o.recipient_id = $1 OR o.requester_id = $1 ORDER BY o.id`)
	assignmentsOf = db.Query[Assignment](`SELECT ` + partColumns + ` FROM assignment a WHERE a.person_id = $1 ORDER BY a.id`)
)

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): what he asked for, and what he was asked to do. The
// caller must have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	out := struct {
		Orders      []subject    `json:"orders"`
		Assignments []Assignment `json:"assignments"`
	}{Orders: []subject{}}
	orders, err := ordersOf.All(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		one, err := s.heldOrder(ctx, tx, o)
		if err != nil {
			return nil, err
		}
		out.Orders = append(out.Orders, one)
	}
	out.Assignments, err = assignmentsOf.All(ctx, tx, id)
	return out, err
}

func (s *Service) heldOrder(ctx context.Context, tx *db.Tx, o Order) (out subject, err error) {
	out.Order = o
	row, err := sealedOf.One(ctx, tx, o.ID)
	if err != nil {
		return out, err
	}
	if out.Address, err = s.open(row.Address, "address", o.ID); err != nil {
		return out, err
	}
	if out.Detail, err = s.open(row.Detail, "detail", o.ID); err != nil {
		return out, err
	}
	if out.Risk, err = s.open(row.Risk, "risk", o.ID); err != nil {
		return out, err
	}
	out.History, err = eventsOf.All(ctx, tx, o.ID)
	return out, err
}

var follow = []*db.Command{
	db.SQL(`UPDATE orders SET recipient_id = $2 WHERE recipient_id = $1`),
	db.SQL(`UPDATE orders SET requester_id = $2 WHERE requester_id = $1`),
	db.SQL(`UPDATE assignment SET person_id = $2 WHERE person_id = $1`),
	// two entries, one person: his wishes are those that go on
	db.SQL(`DELETE FROM order_wish WHERE person_id = $1 AND EXISTS (SELECT 1 FROM order_wish w WHERE w.person_id = $2)`),
	db.SQL(`UPDATE order_wish SET person_id = $2 WHERE person_id = $1`),
	// its codes are bound to the entry: a new card is printed
	db.SQL(`UPDATE contact_card SET person_id = $2, ended = TRUE, sheet = NULL WHERE person_id = $1`),
}

// OnMerged lets what hangs on an entry of the register of persons follow it to the one that goes on.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	for _, move := range follow {
		if _, err := move.Run(ctx, tx, e.From, e.To); err != nil {
			return err
		}
	}
	return nil
}

var (
	stillOpen = db.Query[string](`SELECT DISTINCT o.no FROM orders o LEFT JOIN assignment a ON a.order_id = o.id
		AND a.state IN ('offered', 'accepted', 'checked_in')
		WHERE (o.recipient_id = $1 OR o.requester_id = $1) AND o.state NOT IN ('rejected', 'closed', 'cancelled') OR a.person_id = $1
		ORDER BY o.no LIMIT 5`)
	forget = []*db.Command{
		db.SQL(`UPDATE orders SET title = '已注销', comment = '', address = NULL, detail = NULL, risk = NULL, code = NULL WHERE recipient_id = $1`),
		db.SQL(`UPDATE order_event SET reason = '', on_behalf_of = CASE WHEN on_behalf_of = '' THEN '' ELSE '已注销' END
			WHERE order_id IN (SELECT id FROM orders WHERE recipient_id = $1 OR requester_id = $1)`),
		db.SQL(`UPDATE order_event SET actor = '已注销' WHERE account_id IN (SELECT id FROM account WHERE person_id = $1)`),
		db.SQL(`UPDATE order_event SET reason = '', on_behalf_of = CASE WHEN on_behalf_of = '' THEN '' ELSE '已注销' END
			WHERE volunteer_id IN (SELECT id FROM volunteer WHERE person_id = $1)`),
		db.SQL(`UPDATE assignment SET reason = '' WHERE person_id = $1`),
	}
)

// Forget empties what an erased person asked for; that an order went its way stays, without him (个人信息保护法 art. 47). It refuses while
// one of his is open.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, _ string) error {
	open, err := stillOpen.All(ctx, tx, id)
	if err != nil {
		return err
	}
	if len(open) > 0 {
		return errs.WrongState("还有没办完的求助单，先办完或者撤单：" + strings.Join(open, "、"))
	}
	for _, c := range forget {
		if _, err := c.Run(ctx, tx, id); err != nil {
			return err
		}
	}
	if err := wish.Forget(ctx, tx, id); err != nil {
		return err
	}
	return card.End(ctx, tx, id)
}
