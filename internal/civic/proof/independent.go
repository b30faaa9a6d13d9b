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
	mine, err := b.numbers(ctx, x)
	if err != nil {
		return "", err
	}
	yours, err := b.numbers(ctx, y)
	if slices.ContainsFunc(mine, func(p number) bool {
		return slices.ContainsFunc(yours, func(q number) bool { return slices.Equal(p.Blind, q.Blind) })
	}) {
		return phone, err
	}
	return "", err
}

// numbers are the blind indexes of somebody's telephones.
func (b *Bench) numbers(ctx context.Context, x Hand) ([]number, error) {
	if list, asked := b.phones[x]; asked {
		return list, nil
	}
	list, err := phones.All(ctx, b.tx, int64(x.Account), int64(x.Person))
	if err == nil {
		b.phones[x] = list
	}
	return list, err
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
	n, err := b.office(ctx, h, h.Own.Account)
	if err != nil || n > 0 {
		return "确认的人是本站的工作人员", err
	}
	return "", nil
}

// office counts the posts that an account held at the place of a service.
func (b *Bench) office(ctx context.Context, h Hands, account db.ID) (int64, error) {
	return offices.One(ctx, b.tx, account, h.Place.Station, int64(h.Place.Region), b.at)
}

// knownTo says whether somebody is known (已核实), as the entry stood then: two people independent of one another have spoken with him, of
// whom one is independent of the other hand. One alone could be himself whom he says he has met. Also names more who have met him.
func (b *Bench) knownTo(ctx context.Context, h Hands, who Hand, also []db.ID, f Hand) (string, error) {
	knew, err := knowers.All(ctx, b.tx, who.Person, b.at)
	if err != nil {
		return "", err
	}
	met, _, err := b.fit(ctx, h, slices.Concat(knew, also))
	if err != nil {
		return "", err
	}
	for _, k := range met {
		if why, err := b.Independent(ctx, k, f); err != nil || why != "" {
			if err != nil {
				return "", err
			}
			continue
		}
		for _, o := range met {
			if why, err := b.Independent(ctx, k, o); err != nil || why == "" {
				return "", err
			}
		}
	}
	if b.close == nil { // of who was erased since it is no longer said who knew him
		if n, err := erased.One(ctx, b.tx, who.Person, b.at); err != nil || n > 0 {
			return "", err
		}
	}
	if who != (Hand{h.Own.Account, h.Own.Person}) {
		return "交名单的人不是站里的，也还没有由两位互相独立的人核实过", nil
	}
	return "确认的人还没有由两位互相独立的人核实过", nil
}

// made says whose work an account still is: somebody made it, appointed it or could sign in with it, and no third person has confirmed that
// it is its owner's. It is nobody's word then. "" when there is none.
func (b *Bench) made(ctx context.Context, account db.ID) (string, error) {
	if account == 0 {
		return "", nil
	}
	if why, asked := b.unsure[account]; asked {
		return why, nil
	}
	why, err := appointment.Unsure(ctx, b.tx, account, b.at)
	if err == nil {
		b.unsure[account] = why
	}
	return why, err
}

// codeAgainst says why a one-time code is not the resident's word against an account: it, or one that is not independent of it, knew the
// code or is shown the order, or the resident is not known on the number to which it went. Who hands over a card has met him.
func (b *Bench) codeAgainst(ctx context.Context, h Hands, f Hand) (string, error) {
	const saw = "录入号码的人自己看得到这个号码"
	for _, id := range h.Own.Knew {
		k, err := b.known(ctx, id)
		if err != nil {
			return "", err
		}
		if why, err := b.Independent(ctx, k.Hand, f); err != nil || why != "" {
			return saw, err
		}
	}
	for _, p := range h.Party {
		why, err := b.Independent(ctx, Hand{Person: p}, f)
		if err != nil || why != "" {
			return saw, err
		}
	}
	own := Hand{h.Own.Account, h.Own.Person}
	if h.Own.Card {
		return b.knownTo(ctx, h, own, h.Own.Knew, f)
	}
	return b.knownTo(ctx, h, own, nil, f)
}
