// Package card gives people without a telephone a printed card with one-time codes. Its codes are stored only as MACs, each good for one
// order.
package card

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/work/order/slip"
)

// Hand is handing out printed one-time codes.
const Hand auth.Perm = "order.card"

// Service holds the operations.
type Service struct {
	db   *db.DB
	keys *seal.Keys
	draw func() (string, error) // a code
}

// New makes the service, whose codes draw gives.
func New(d *db.DB, keys *seal.Keys, draw func() (string, error)) *Service {
	return &Service{d, keys, draw}
}

// perCard is how many one-time codes a card holds.
const perCard = 12

// Card is a printed card with one-time codes, for a person without a phone. Its codes are stored only as MACs, each good for one order.
type Card struct {
	ID       db.ID       `json:"id"`
	No       string      `json:"no"`
	PersonID db.ID       `json:"person_id"`
	Name     string      `json:"name"`
	Region   auth.Region `json:"region"`
	IssuedAt time.Time   `json:"issued_at"`
	Ended    bool        `json:"ended"`
	Printed  bool        `json:"printed"`
	Left     int64       `json:"left" db:"left_over" doc:"还没有用的号码数"`
}

// IssueInput names the person who gets a card.
type IssueInput struct {
	PersonID db.ID `json:"person_id"`
}

// Issue makes a card for a person; his earlier cards end. Only the town hands cards out.
func (s *Service) Issue(ctx context.Context, in IssueInput) (Card, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Hand}, func(tx *db.Tx) (Card, error) {
		p, err := person.Current(ctx, tx, in.PersonID)
		if err != nil {
			return Card{}, err
		}
		if err := auth.Require(ctx, Hand, Hand, auth.Place{Region: p.Region}); err != nil {
			return Card{}, err
		}
		codes, err := s.several(perCard)
		if err != nil {
			return Card{}, err
		}
		c := Card{ID: tx.NewID(), PersonID: p.ID, Name: p.Name, Region: p.Region, IssuedAt: tx.Now, Left: perCard}
		c.No = fmt.Sprintf("K%09d", uint64(c.ID)*7_368_787%1_000_000_000)
		if err := s.store(ctx, tx, c, codes); err != nil {
			return c, err
		}
		return c, audit.Write(ctx, tx, audit.Entry{Action: string(Hand), Object: "contact_card", ID: c.ID.String(), Region: c.Region,
			Detail: map[string]any{"person": p.ID.String()}})
	})
}

// several gives n different codes.
func (s *Service) several(n int) ([]string, error) {
	seen, out := map[string]bool{}, make([]string, 0, n)
	for len(out) < n {
		c, err := s.draw()
		if err != nil {
			return nil, err
		}
		if !seen[c] {
			seen[c] = true
			out = append(out, c)
		}
	}
	return out, nil
}

// mac is what is stored of a code.
func (s *Service) mac(person db.ID, code string) []byte {
	return s.keys.MAC("contact card", []byte(person.String()+" "+code))
}

func (s *Service) store(ctx context.Context, tx *db.Tx, c Card, codes []string) error {
	if _, err := endCards.Run(ctx, tx, c.PersonID); err != nil {
		return err
	}
	sheet, err := json.Marshal(codes)
	if err != nil {
		return err
	}
	if _, err := insertCard.Run(ctx, tx, c.ID, c.No, c.PersonID, c.Region, auth.From(ctx).Account, c.IssuedAt,
		s.keys.Seal(sheet, sheetAt(c.ID))); err != nil {
		return err
	}
	return tx.InsertMany(ctx, "contact_card_code", []string{"card_id", "n", "mac"}, len(codes), func(i int) []any {
		return []any{c.ID, i + 1, s.mac(c.PersonID, codes[i])}
	}, "")
}

func sheetAt(id db.ID) string { return seal.At("contact_card", "sheet", int64(id)) }

// ListInput pages through the cards.
type ListInput struct{ db.Paging }

// List is one page of the cards.
type List struct{ db.Page[Card] }

func (c List) next() string {
	if c.Next == nil {
		return ""
	}
	return "/desk/cards?cursor=" + *c.Next
}

// Cards lists the cards of the actor's scope, newest first.
func (s *Service) Cards(ctx context.Context, in ListInput) (List, error) {
	return act.Read(ctx, s.db, Hand, func(tx *db.Tx) (out List, err error) {
		rows, err := list(ctx, tx, in, auth.ScopeOf(ctx, Hand))
		out.Page = db.PageOf(rows, in.Paging, func(c Card) []string { return db.Key(c.ID) })
		return out, err
	})
}

// Printable takes the codes of a card out for its one printing: afterwards nobody can read them again.
func (s *Service) Printable(ctx context.Context, tx *db.Tx, id db.ID) (Card, []string, error) {
	row, ok, err := db.Found(lockCard.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err != nil {
		return row.Card, nil, err
	}
	if err := auth.Require(ctx, Hand, Hand, auth.Place{Region: row.Region}); err != nil {
		return row.Card, nil, err
	}
	if row.Sheet == nil || row.Ended {
		return row.Card, nil, errs.WrongState("这张卡已经印过或者作废了；卡丢了请重新发一张")
	}
	plain, err := s.keys.Open(row.Sheet, sheetAt(id))
	if err != nil {
		return row.Card, nil, err
	}
	var codes []string
	if err := json.Unmarshal(plain, &codes); err != nil {
		return row.Card, nil, err
	}
	if _, err := printedCard.Run(ctx, tx, id, auth.From(ctx).Account); err != nil {
		return row.Card, nil, err
	}
	return row.Card, codes, audit.Write(ctx, tx, audit.Entry{Action: "order.print_card", Object: "contact_card", ID: id.String(),
		Region: row.Region})
}

// Use spends an unused code of a person's card for an order; false when it is none.
func (s *Service) Use(ctx context.Context, tx *db.Tx, of db.ID, code string, order db.ID) (bool, error) {
	c, ok, err := db.Found(openCode.One(ctx, tx, of, s.mac(of, code)))
	if err != nil || !ok {
		return false, err
	}
	n, err := useCode.Run(ctx, tx, c.CardID, c.N, tx.Now, order)
	return n > 0, err
}

// End ends the cards of a person.
func End(ctx context.Context, tx *db.Tx, of db.ID) error {
	_, err := endCards.Run(ctx, tx, of)
	return err
}

// SheetInput names a card.
type SheetInput struct {
	ID db.ID `path:"id"`
}

// Sheet prints a card with its codes; it can be printed once.
func (s *Service) Sheet(ctx context.Context, in SheetInput) (blob.File, error) {
	if err := auth.Allow(ctx, Hand); err != nil {
		return blob.File{}, err
	}
	var c Card
	var codes []string
	var from string
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if c, codes, err = s.Printable(ctx, tx, in.ID); err != nil {
			return err
		}
		from, err = station.Signature(ctx, tx, s.keys, c.Region)
		return err
	})
	if err != nil {
		return blob.File{}, err
	}
	body, err := slip.Card(c.No, c.Name, from, c.IssuedAt, codes)
	return blob.File{Name: "便民联系卡 " + c.No + ".pdf", Type: blob.PDF, Body: body, Show: true}, err
}
