package access

import (
	"context"
	"strconv"

	"linli/internal/people/partner"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Nothing is the input of an operation that needs none.
type Nothing struct{}

// Keys are one's own, the newest first.
type Keys struct {
	db.Page[Key]

	Today    clock.Day         `json:"-"`
	Partners []partner.Partner `json:"-"` // for which he speaks
	Token    string            `json:"-"` // the new key, on the first page after it was made
	Named    string            `json:"-"` // what it was called
}

// List lists one's own keys.
func (s *Service) List(ctx context.Context, _ Nothing) (Keys, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Keys, err error) {
		me := auth.From(ctx)
		out.Today = clock.DayOf(tx.Now)
		if out.Items, err = ofOwner.All(ctx, tx, me.Account); err != nil {
			return out, err
		}
		if out.Items == nil {
			out.Items = []Key{}
		}
		if me.Person != 0 {
			out.Partners, err = partner.SpokenBy(ctx, tx, me.Person)
		}
		return out, err
	})
}

// again reads a key once more for a request that was repeated; the key itself is not kept.
func (s *Service) again(ctx context.Context, text string) (out Made, err error) {
	var id db.ID
	if err := id.UnmarshalText([]byte(text)); err != nil {
		return out, err
	}
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Made, err error) {
		out.Key, err = byID.Get(ctx, tx, id)
		return out, err
	})
}

// ListInput asks for the keys of others.
type ListInput struct {
	State string `query:"state" set:"state_of_key," maxLength:"10"`
	db.Paging
}

// Held is a page of the keys of others.
type Held struct {
	In    ListInput `json:"-"`
	Today clock.Day `json:"-"`
	db.Page[Key]
}

// Holders lists who holds keys, the newest first.
func (s *Service) Holders(ctx context.Context, in ListInput) (Held, error) {
	return act.Read(ctx, s.db, Watch, func(tx *db.Tx) (out Held, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		out.Page, err = list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, Watch), out.Today}, in.Paging)
		return out, err
	})
}

func (v Keys) partnerOptions() (out []ui.Option) {
	for _, p := range v.Partners {
		out = append(out, ui.Option{Value: p.ID.String(), Label: p.Name})
	}
	return out
}

func scopeLines(k Key) (out []string) {
	for _, code := range k.Scopes {
		out = append(out, scopeWords.Word(code))
	}
	return out
}

// forUnit names the unit in whose name a key reads.
func forUnit(k Key) string {
	if k.PartnerID == 0 {
		return ""
	}
	return "，以" + k.Partner + "的名义"
}

func lastUse(ctx context.Context, k Key) string {
	if k.SeenAt == nil {
		return "没有用过"
	}
	return clock.Words(ctx, *k.SeenAt)
}

func versionOf(k Key) string { return strconv.FormatInt(k.Version, 10) }

// sealedFor binds a new key on its way to the page to who made it.
func sealedFor(account db.ID) string { return "access made " + account.String() }
