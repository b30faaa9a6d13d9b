package proof

import (
	"cmp"
	"context"
	"slices"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Look asks whether the actor may look at minutes as a second person, and refuses him in words for him. Enough says that with him they
// stand; without it he is one of two who are still to look.
func (b *Bench) Look(ctx context.Context, h Hands) (enough bool, err error) {
	me, err := b.actor(ctx, h)
	if err != nil {
		return false, err
	}
	spoke, _, err := b.fit(ctx, h, h.Spoke)
	if err != nil {
		return false, err
	}
	if why, err := b.objection(ctx, me, spoke, h, true); err != nil || why != "" {
		return false, denied(err, why)
	}
	first, _, err := b.fit(ctx, h, slices.Concat(h.First, h.Second))
	if err != nil {
		return false, err
	}
	words, _, err := b.words(ctx, h)
	if err != nil {
		return false, err
	}
	others, err := b.others(ctx, h, me, slices.Concat(spoke, first, words))
	if err != nil {
		return false, err
	}
	switch why, err := b.objection(ctx, me, others, h, false); {
	case err != nil || len(others) > 0 && why != "":
		return false, denied(err, why)
	case len(others) > 0:
		return true, nil
	case slices.Contains(first, me):
		return false, errs.Deny(toReader(same, ""))
	}
	return false, nil
}

// others leaves who stands beside the actor, or is too close to him. Who is only not known stands beside nobody: he is no reason against
// the first of two who look.
func (b *Bench) others(ctx context.Context, h Hands, me Hand, all []Hand) (out []Hand, err error) {
	for _, x := range all {
		if x == me {
			continue
		}
		why, err := b.Independent(ctx, me, x)
		if err == nil && why == "" {
			if why, err = b.unknown(ctx, h, x, me); why != "" {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// Apart refuses the actor who is no hand for these minutes, or not independent of everybody who had one.
func (b *Bench) Apart(ctx context.Context, h Hands) error {
	me, err := b.actor(ctx, h)
	if err != nil {
		return err
	}
	others := []Hand{}
	for _, id := range slices.Concat(h.First, h.Spoke, h.Second) {
		k, err := b.known(ctx, id)
		if err != nil {
			return err
		}
		if id != 0 {
			others = append(others, k.Hand)
		}
	}
	why, err := b.objection(ctx, me, others, h, true)
	if err != nil || why != "" {
		return denied(err, why)
	}
	return nil
}

// Speaks says whether the actor is this person on an account that is his word alone: nobody made it or could sign in with it of whom no
// third person has confirmed that it is its owner's.
func (b *Bench) Speaks(ctx context.Context, person db.ID) (bool, error) {
	a := auth.From(ctx)
	if person == 0 || a.Person != person || a.Account == 0 {
		return false, nil
	}
	why, err := b.made(ctx, a.Account)
	return err == nil && why == "", err
}

// actor is the hand of who acts; a program is none, and neither is who gets the minutes.
func (b *Bench) actor(ctx context.Context, h Hands) (Hand, error) {
	a := auth.From(ctx)
	if a.System != "" {
		return Hand{}, errs.Deny("复核要由人来做")
	}
	k, err := b.known(ctx, a.Account)
	if err != nil {
		return Hand{}, err
	}
	k.Person = cmp.Or(k.Person, a.Person)
	b.who[a.Account] = k
	mine, why, err := b.fit(ctx, h, []db.ID{a.Account})
	if err == nil && len(mine) == 0 {
		err = errs.Deny(why)
	}
	if err != nil {
		return Hand{}, err
	}
	if why, err = b.noSecond(ctx, h, mine[0]); err != nil || why != "" {
		return Hand{}, denied(err, "您"+why+"，要换人复核")
	}
	return mine[0], nil
}

// objection says why the actor is not independent of all the others, or where every one need not be, of none of them.
func (b *Bench) objection(ctx context.Context, me Hand, others []Hand, h Hands, every bool) (why string, err error) {
	for _, o := range others {
		bad, err := b.apart(ctx, me, o, h)
		if err != nil {
			return "", err
		}
		if bad == "" && !every {
			return "", nil
		}
		if bad != "" {
			why = toReader(bad, b.who[o.Account].Name)
		}
		if bad != "" && every {
			return why, nil
		}
	}
	return why, nil
}

func denied(err error, why string) error {
	if err != nil {
		return err
	}
	return errs.Deny(why)
}

// toReader says to who reads it why he and another are not two.
func toReader(why, name string) string {
	if why == same {
		return "复核要由另一个人做：这是您自己录入、派单或确认的"
	}
	return "您和经手的" + name + "：" + why + "，要换人复核"
}
