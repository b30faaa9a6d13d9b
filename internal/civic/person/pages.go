package person

import (
	"context"
	"net/url"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Nothing is the input of an operation that takes none.
type Nothing struct{}

// Sheet is the page of one entry, with what the actor may do on it.
type Sheet struct {
	Detail
	MayReveal, MayAgree bool
}

// Sheet gives the desk's page of one entry, masked.
func (s *Service) Sheet(ctx context.Context, in GetInput) (out Sheet, err error) {
	if out.Detail, err = s.Get(ctx, in); err != nil {
		return out, err
	}
	out.MayReveal = auth.Can(ctx, Unmask, out.place())
	out.MayAgree = out.State == Active && auth.Can(ctx, Agree, out.place())
	return out, nil
}

// Shown is the page that shows sealed fields once.
type Shown struct {
	Revealed
	ID db.ID
}

// Show gives sealed fields for the page; the trail has the reason.
func (s *Service) Show(ctx context.Context, in RevealInput) (out Shown, err error) {
	out.ID = in.ID
	out.Revealed, err = s.Reveal(ctx, in)
	return out, err
}

// Profile is the page of one's own entry; Detail is empty for an account that stands behind nobody of the register.
type Profile struct {
	Detail
	Phone     string
	Addresses []Address
}

// Mine gives one's own entry, telephone and addresses in plain, the identity number masked as everywhere (个人信息保护法 art. 45).
func (s *Service) Mine(ctx context.Context, _ Nothing) (out Profile, err error) {
	if err := auth.Allow(ctx, Own); err != nil {
		return out, err
	}
	me := auth.From(ctx).Person
	if me == 0 {
		return out, nil
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := Current(ctx, tx, me)
		if err != nil {
			return err
		}
		if out.Detail, err = s.detail(ctx, tx, p); err != nil {
			return err
		}
		plain, err := s.plain(ctx, tx, p.ID)
		out.Phone, out.Addresses = plain.Phone, plain.Addresses
		return err
	})
	return out, err
}

// OwnWithdrawInput names one's own consent.
type OwnWithdrawInput struct {
	Consent db.ID `json:"consent_id"`
}

// WithdrawMine ends one's own consent, without a reason.
func (s *Service) WithdrawMine(ctx context.Context, in OwnWithdrawInput) (Detail, error) {
	return s.WithdrawConsent(ctx, WithdrawInput{ID: auth.From(ctx).Person, Consent: in.Consent})
}

const (
	desk    = "/desk/persons"
	profile = "/my/profile"
)

func (p Person) deskPath() string { return desk + "/" + p.ID.String() }

// next is the address of the next page of the same search.
func (l Listing) next() string {
	if l.Next == nil {
		return ""
	}
	q := url.Values{"cursor": {*l.Next}}
	if l.In.Q != "" {
		q.Set("q", l.In.Q)
	}
	return desk + "?" + q.Encode()
}

var (
	sexWords = map[string]string{"male": "男", "female": "女", "m": "男", "f": "女"}
)

// said is an address as people say it.
func (a Address) said() string { return strings.TrimSpace(a.Detail + " " + a.Landmark) }
