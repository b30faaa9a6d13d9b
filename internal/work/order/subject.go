package order

import (
	"context"

	"linli/internal/platform/db"
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

// Held gives everything that this area holds about a person (个人信息保护法 art. 45): what he asked for, and what he was asked to do. The caller must
// have the right to it.
func (s *Service) Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error) {
	out := struct {
		Orders      []subject    `json:"orders"`
		Assignments []Assignment `json:"assignments"`
	}{Orders: []subject{}}
	orders, err := ordersOf.All(ctx, tx, person)
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
	out.Assignments, err = assignmentsOf.All(ctx, tx, person)
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
