package proof

import (
	"cmp"
	"context"
	"slices"

	"linli/internal/civic/appointment"
	"linli/internal/platform/db"
)

// What makes two people one, or too close, where the register of persons has no words of its own.
const (
	same  = "是同一个人"
	kin   = "是近亲属或者同住一户"
	phone = "用同一个电话"
)

// Independent says why two people do not stand for minutes together, in words that follow a name or a colon; "" when they do.
func (b *Bench) Independent(ctx context.Context, x, y Hand) (string, error) {
	if x.Account > y.Account || x.Account == y.Account && x.Person > y.Person {
		x, y = y, x
	}
	why, asked := b.pairs[[2]Hand{x, y}]
	if asked {
		return why, nil
	}
	why, err := b.near(ctx, x, y)
	if err == nil && why == "" {
		why, err = b.joined(ctx, x, y)
	}
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
	if b.close == nil {
		n, err := tied.One(ctx, b.tx, x.Person, y.Person, b.at)
		if err != nil || n > 0 {
			return kin, err
		}
		return "", nil
	}
	if x.Person != 0 && y.Person != 0 {
		if why, err := b.close.Close(ctx, b.tx, x.Person, y.Person); err != nil || why != "" {
			return why, err
		}
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

// joined says whether one made the other's account, or the same third both, and nobody has confirmed it.
func (b *Bench) joined(ctx context.Context, x, y Hand) (string, error) {
	var accounts [2]db.ID
	for i, h := range []Hand{x, y} {
		accounts[i] = h.Account
		if h.Account == 0 {
			id, _, err := db.Found(accountOf.One(ctx, b.tx, h.Person))
			if err != nil {
				return "", err
			}
			accounts[i] = id
		}
	}
	if accounts[0] == 0 || accounts[1] == 0 {
		return "", nil
	}
	return appointment.Apart(ctx, b.tx, accounts[0], accounts[1], b.at)
}

// known finds whose account it is; an account that is gone is somebody of whom nothing more is known.
func (b *Bench) known(ctx context.Context, account db.ID) (known, error) {
	if k, ok := b.who[account]; ok {
		return k, nil
	}
	k, _, err := db.Found(owner.One(ctx, b.tx, account))
	k.Account = cmp.Or(k.Account, account)
	b.who[account] = k
	return k, err
}

// ownWord says why the resident's own word is no full hand whoever else had one; "" when it may be.
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

// knownTo says whether somebody independent of a hand has spoken with a person as the entry stood then (已核实).
func (b *Bench) knownTo(ctx context.Context, person db.ID, f Hand) (string, error) {
	knew, err := knowers.All(ctx, b.tx, person, b.at)
	if err != nil {
		return "", err
	}
	if ok, err := b.anyApart(ctx, knew, f, false); err != nil || ok {
		return "", err
	}
	if b.close == nil { // of who was erased since it is no longer said who knew him
		if n, err := erased.One(ctx, b.tx, person, b.at); err != nil || n > 0 {
			return "", err
		}
	}
	return "确认的人还没有由别人核实过", nil
}

// codeAgainst says why a one-time code is not the resident's word against an account: it, or one that is not independent of it, knew the
// code or is shown the order, or entered the number while nobody else has spoken with him on it.
func (b *Bench) codeAgainst(ctx context.Context, own Own, f Hand) (string, error) {
	const saw = "录入号码的人自己看得到这个号码"
	if ok, err := b.anyApart(ctx, own.Knew, f, true); err != nil || !ok {
		return saw, err
	}
	for _, p := range own.Party {
		why, err := b.Independent(ctx, Hand{Person: p}, f)
		if err != nil || why != "" {
			return saw, err
		}
	}
	if own.Card {
		return "", nil
	}
	who, err := enterers.All(ctx, b.tx, own.Person.String(), b.at)
	if err != nil {
		return "", err
	}
	if ok, err := b.anyApart(ctx, who, f, true); err != nil || ok {
		return "", err
	}
	return b.knownTo(ctx, own.Person, f)
}

// anyApart says whether one of the accounts, or every one of them, is independent of a hand.
func (b *Bench) anyApart(ctx context.Context, accounts []db.ID, f Hand, every bool) (bool, error) {
	for _, id := range accounts {
		k, err := b.known(ctx, id)
		if err != nil {
			return false, err
		}
		why, err := b.Independent(ctx, k.Hand, f)
		if err != nil {
			return false, err
		}
		if (why == "") != every {
			return !every, nil
		}
	}
	return every, nil
}
