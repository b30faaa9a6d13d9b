package order

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// cardCodes is how many one-time codes a card holds.
const cardCodes = 12

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

// IssueCardInput names the person who gets a card.
type IssueCardInput struct {
	PersonID db.ID `json:"person_id"`
}

// IssueCard makes a card for a person; his earlier cards end. Only the town hands cards out.
func (s *Service) IssueCard(ctx context.Context, in IssueCardInput) (Card, error) {
	return act.Write(ctx, s.db, act.Op{Perm: IssueCard}, func(tx *db.Tx) (Card, error) {
		p, err := person.Current(ctx, tx, in.PersonID)
		if err != nil {
			return Card{}, err
		}
		if err := auth.Require(ctx, IssueCard, IssueCard, auth.Place{Region: p.Region}); err != nil {
			return Card{}, err
		}
		codes, err := s.draw(cardCodes)
		if err != nil {
			return Card{}, err
		}
		c := Card{ID: tx.NewID(), PersonID: p.ID, Name: p.Name, Region: p.Region, IssuedAt: tx.Now, Left: cardCodes}
		c.No = fmt.Sprintf("K%09d", uint64(c.ID)*7_368_787%1_000_000_000)
		if err := s.storeCard(ctx, tx, c, codes); err != nil {
			return c, err
		}
		return c, audit.Write(ctx, tx, audit.Entry{Action: string(IssueCard), Object: "contact_card", ID: c.ID.String(), Region: c.Region,
			Detail: map[string]any{"person": p.ID.String()}})
	})
}

// draw gives n different codes.
func (s *Service) draw(n int) ([]string, error) {
	seen, out := map[string]bool{}, make([]string, 0, n)
	for len(out) < n {
		c, err := s.newCode()
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

func (s *Service) cardMAC(person db.ID, code string) []byte {
	return s.keys.MAC("contact card", []byte(person.String()+" "+code))
}

func (s *Service) storeCard(ctx context.Context, tx *db.Tx, c Card, codes []string) error {
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
		return []any{c.ID, i + 1, s.cardMAC(c.PersonID, codes[i])}
	}, "")
}

func sheetAt(id db.ID) string { return seal.At("contact_card", "sheet", int64(id)) }

// CardListInput pages through the cards.
type CardListInput struct{ db.Paging }

// CardPage is one page of the cards.
type CardPage struct{ db.Page[Card] }

func (c CardPage) next() string {
	if c.Next == nil {
		return ""
	}
	return "/desk/cards?cursor=" + *c.Next
}

// Cards lists the cards of the actor's scope, newest first.
func (s *Service) Cards(ctx context.Context, in CardListInput) (CardPage, error) {
	return act.Read(ctx, s.db, IssueCard, func(tx *db.Tx) (out CardPage, err error) {
		rows, err := cards(ctx, tx, in, auth.ScopeOf(ctx, IssueCard))
		out.Page = db.PageOf(rows, in.Paging, func(c Card) []string { return db.Key(c.ID) })
		return out, err
	})
}

// printable takes the codes of a card out for its one printing: afterwards nobody can read them again.
func (s *Service) printable(ctx context.Context, tx *db.Tx, id db.ID) (Card, []string, error) {
	row, ok, err := db.Found(lockCard.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err != nil {
		return row.Card, nil, err
	}
	if err := auth.Require(ctx, IssueCard, IssueCard, auth.Place{Region: row.Region}); err != nil {
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
