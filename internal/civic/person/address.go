package person

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// maxAddresses is how many places one person lives at over the year.
const maxAddresses = 6

// AddressInput adds a place where a person lives, from one month to another: the winter camp, the summer camp, the flat near the school.
type AddressInput struct {
	ID db.ID `path:"id"`
	Address
}

// AddAddress adds a place; what is known already stays unseen, so that nobody opens old addresses to add a new one.
func (s *Service) AddAddress(ctx context.Context, in AddressInput) (Detail, error) {
	c, list := errs.Check{}, []Address{in.Address}
	if strings.TrimSpace(in.Detail+in.Landmark) == "" {
		c.That(false, "detail", "请写地址或者怎么走")
	}
	c.That((in.FromMonth == 0) == (in.ToMonth == 0), "to_month", "从几月、到几月要一起填；全年都住就都不填")
	checkAddresses(errs.Check{}, list)
	op := act.Op{Perm: Edit, Action: "person.add_address", ID: in.ID, Detail: map[string]any{"kind": in.Kind}}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		if err := c.Err(); err != nil {
			return err
		}
		known, err := addressesOf.All(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if len(known) >= maxAddresses {
			return errs.Field("kind", "最多登记六处住址，先去掉不住的")
		}
		if list[0].Region != 0 {
			if err := inCommunity(ctx, tx, list[0].Region); err != nil {
				return err
			}
		}
		return s.insertAddress(ctx, tx, *p, list[0])
	})
}

// DropAddressInput names a place where a person no longer lives.
type DropAddressInput struct {
	ID      db.ID `path:"id"`
	Address db.ID `json:"address_id"`
}

// DropAddress forgets a place.
func (s *Service) DropAddress(ctx context.Context, in DropAddressInput) (Detail, error) {
	return s.attach(ctx, act.Op{Perm: Edit, Action: "person.drop_address", ID: in.ID}, func(tx *db.Tx, p *Person) error {
		n, err := dropAddress.Run(ctx, tx, in.Address, p.ID)
		return touched(n, err, errs.WrongState("这处住址已经去掉了"))
	})
}
