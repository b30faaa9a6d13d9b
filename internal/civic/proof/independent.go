package proof

import (
	"context"
	"slices"

	"linli/internal/platform/db"
)

// What makes two people one, or too close.
const (
	same  = "是同一个人"
	kin   = "是近亲属"
	phone = "登记的是同一个手机号"
)

// Independent says why two people do not stand for minutes together, in words that follow “…，”; "" when they do.
func (b *Bench) Independent(ctx context.Context, x, y Hand) (string, error) {
	if x.Account > y.Account || x.Account == y.Account && x.Person > y.Person {
		x, y = y, x
	}
	why, asked := b.pairs[[2]Hand{x, y}]
	if asked {
		return why, nil
	}
	why, err := b.near(ctx, x, y)
	if err == nil {
		b.pairs[[2]Hand{x, y}] = why
	}
	return why, err
}

// near says how two people are one or close.
func (b *Bench) near(ctx context.Context, x, y Hand) (string, error) {
	if x.Account != 0 && x.Account == y.Account || x.Person != 0 && x.Person == y.Person {
		return same, nil
	}
	if x.Person != 0 && y.Person != 0 {
		n, err := tied.One(ctx, b.tx, x.Person, y.Person, b.at)
		if err != nil || n > 0 {
			return kin, err
		}
	}
	if b.past {
		return "", nil
	}
	mine, err := phones.All(ctx, b.tx, int64(x.Account), int64(x.Person))
	if err != nil {
		return "", err
	}
	yours, err := phones.All(ctx, b.tx, int64(y.Account), int64(y.Person))
	if slices.ContainsFunc(mine, func(p number) bool {
		return slices.ContainsFunc(yours, func(q number) bool { return slices.Equal(p.Blind, q.Blind) })
	}) {
		return phone, err
	}
	return "", err
}

// known finds whose account it is; an account that is gone is somebody of whom nothing more is known.
func (b *Bench) known(ctx context.Context, account db.ID) (known, error) {
	if k, ok := b.who[account]; ok {
		return k, nil
	}
	k, ok, err := db.Found(owner.One(ctx, b.tx, account))
	if err != nil {
		return k, err
	}
	if !ok {
		k.Account = account
	}
	b.who[account] = k
	return k, nil
}

// ownWord says why the resident's own word is no full hand; "" when it is one.
func (b *Bench) ownWord(ctx context.Context, h Hands) (string, error) {
	bad, err := b.Beneficiary(ctx, h, Hand{h.Own.Account, h.Own.Person})
	if err != nil || bad != "" {
		return "确认的人和志愿者是一家人", err
	}
	if h.Own.Account == 0 {
		return "", nil
	}
	n, err := offices.One(ctx, b.tx, h.Own.Account, h.Place.Station, int64(h.Place.Region), b.at)
	if err != nil || n > 0 {
		return "确认的人是本站的工作人员", err
	}
	return "", nil
}

// codeAgainst says why a one-time code is not the resident's word against an account: it, or one that is not independent of it, knew the
// code or is shown the order.
func (b *Bench) codeAgainst(ctx context.Context, own Own, f Hand) (string, error) {
	others := make([]Hand, 0, len(own.Knew)+len(own.Party))
	for _, id := range own.Knew {
		k, err := b.known(ctx, id)
		if err != nil {
			return "", err
		}
		others = append(others, k.Hand)
	}
	for _, p := range own.Party {
		others = append(others, Hand{Person: p})
	}
	for _, o := range others {
		why, err := b.Independent(ctx, o, f)
		if err != nil || why != "" {
			return "录入号码的人自己看得到这个号码", err
		}
	}
	return "", nil
}
