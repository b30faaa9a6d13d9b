// Package proof judges whether two independent people stand behind the minutes of a volunteer, and whether two people are independent.
// It is the one place that does: what lies above gathers who had a hand in a service, from the rows that are there anyway, and asks.
//
// Nouns: hand (one whose word stands behind minutes), hands (all of one service), verdict. Verbs: Independent, Judge.
//
// The volunteer who gets the minutes, whoever shares his telephone or is his kin, and who served beside him are never a hand. Somebody
// who spoke in the resident's place is only the first of the two. Who is to be the second was shown the minutes: the resident himself,
// or somebody who looks after him. This system's own rule; no setting loosens it, and no time that passes.
package proof

import (
	"context"
	"slices"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Hand is one whose word stands behind minutes: an account, or a person who gave his word without one.
type Hand struct{ Account, Person db.ID }

// Hands are all who had a hand in the minutes of one volunteer, by account, as the stored rows name them.
type Hands struct {
	For    db.ID      // the person whose minutes they are
	Beside []db.ID    // the persons who served at the same service
	Party  []db.ID    // the persons for whom it was and who asked for it: their word is their own, and no second person's
	Place  auth.Place // of the service: its staff are no residents here
	First  []db.ID    // who entered, looked through, opened, dispatched or recorded
	Lay    []db.ID    // those of First who were asked for no office: without one at the place they have to be known like a resident
	Spoke  []db.ID    // who spoke in the resident's place: confirmed, disputed or rated for him
	Own    Own        // the resident's own word
	Second []db.ID    // who was shown the minutes afterwards, and stands for them
}

// Own is the word of the resident himself. None without a Person.
type Own struct {
	Person  db.ID
	Account db.ID   // signed in on his own account; zero for a one-time code that the station entered
	Knew    []db.ID // for a code: the accounts that have seen, printed or handed it out
	Card    bool    // for a code: it stood on a printed card and went over no number
}

// Verdict says whether the minutes stand, and if not why, in words for people.
type Verdict struct {
	Stands bool
	Why    string
}

// Bench judges within one transaction, and asks the same of two people only once.
type Bench struct {
	tx    *db.Tx
	close *person.Service // who is close to whom; nil for the past, of which only dated ties are known
	at    time.Time       // what was done later does not matter
	who   map[db.ID]known
	pairs map[[2]Hand]string

	phones map[Hand][]number
	unsure map[db.ID]string // whose work an account still is
}

// Now judges what happens now.
func Now(tx *db.Tx, persons *person.Service) *Bench {
	return &Bench{tx: tx, close: persons, at: tx.Now, who: map[db.ID]known{}, pairs: map[[2]Hand]string{},
		phones: map[Hand][]number{}, unsure: map[db.ID]string{}}
}

// At judges what happened then.
func At(tx *db.Tx, then time.Time) *Bench {
	b := Now(tx, nil)
	b.at = then
	return b
}

// Judge says whether two independent people stand behind the minutes, one of whom was shown them and spoke for nobody else.
func (b *Bench) Judge(ctx context.Context, h Hands) (Verdict, error) {
	words, why, err := b.words(ctx, h)
	if err != nil {
		return Verdict{}, err
	}
	spoke, _, err := b.fit(ctx, h, h.Spoke)
	if err != nil {
		return Verdict{}, err
	}
	first, _, err := b.fit(ctx, h, h.First)
	if err != nil {
		return Verdict{}, err
	}
	first = slices.Concat(spoke, first, words)
	for _, w := range words {
		bad, err := b.beside(ctx, w, h, spoke, first)
		if err != nil || bad == "" {
			return Verdict{Stands: err == nil}, err
		}
		why = bad
	}
	return Verdict{Why: why}, nil
}

// words are the hands that were shown the minutes; why says what is wrong with those that do not count, or that there are none.
func (b *Bench) words(ctx context.Context, h Hands) (out []Hand, why string, err error) {
	why = "要第二人复核"
	if h.Own.Person != 0 {
		bad, err := b.ownWord(ctx, h)
		if err == nil && bad == "" {
			bad, err = b.made(ctx, h.Own.Account)
		}
		switch {
		case err != nil:
			return nil, "", err
		case bad == "":
			out = append(out, Hand{h.Own.Account, h.Own.Person})
		default:
			why = bad + "，要第二人复核"
		}
	}
	second, bad, err := b.fit(ctx, h, h.Second)
	if bad != "" {
		why = bad
	}
	for _, w := range second {
		bad, wrong := b.noSecond(ctx, h, w)
		switch {
		case wrong != nil:
			return nil, "", wrong
		case bad != "":
			why = "复核的人" + bad
		default:
			out = append(out, w)
		}
	}
	return out, why, err
}

// noSecond says why somebody is no second person here whoever the others are, in words that follow his name; "" when he may be.
func (b *Bench) noSecond(ctx context.Context, h Hands, x Hand) (string, error) {
	if x.Person != 0 && slices.Contains(h.Party, x.Person) {
		return "是点这一单的人，或者这一单就是为他办的", nil
	}
	return b.made(ctx, x.Account)
}

// beside asks of one word whether it is independent of all who spoke for the resident and of some other hand. It says what is missing.
func (b *Bench) beside(ctx context.Context, w Hand, h Hands, spoke, first []Hand) (string, error) {
	for _, s := range spoke {
		why, err := b.apart(ctx, w, s, h)
		if err != nil || why != "" {
			return why, err
		}
	}
	missing := "还差一位复核人"
	for _, f := range first {
		if f == w {
			continue
		}
		why, err := b.apart(ctx, w, f, h)
		if err != nil || why == "" {
			return why, err
		}
		missing = why
	}
	return missing, nil
}

// apart is Independent for two hands of one service. Whoever of the two is the resident, or leads without an office, has to be known to
// the other besides: he could be the other's second telephone.
func (b *Bench) apart(ctx context.Context, w, f Hand, h Hands) (string, error) {
	why, err := b.Independent(ctx, w, f)
	for _, x := range [][2]Hand{{w, f}, {f, w}} {
		if err == nil && why == "" {
			why, err = b.unknown(ctx, h, x[0], x[1])
		}
	}
	return why, err
}

// unknown says why somebody who is the resident, or had a hand without an office at the place, does not stand beside another hand; ""
// when he does, or is neither. The resident's code asks more of who entered it.
func (b *Bench) unknown(ctx context.Context, h Hands, x, other Hand) (string, error) {
	switch own := x == (Hand{h.Own.Account, h.Own.Person}); {
	case own && h.Own.Account == 0:
		return b.codeAgainst(ctx, h, other)
	case own:
		return b.knownTo(ctx, h, x, nil, other)
	case !slices.Contains(h.Lay, x.Account):
		return "", nil
	}
	n, err := b.office(ctx, h, x.Account)
	if err != nil || n > 0 {
		return "", err
	}
	return b.knownTo(ctx, h, x, nil, other)
}

// fit leaves those who may be a hand for these minutes at all, each once. Why says what is wrong with the last who may not.
func (b *Bench) fit(ctx context.Context, h Hands, accounts []db.ID) (out []Hand, why string, err error) {
	for _, id := range accounts {
		if id == 0 {
			continue
		}
		k, err := b.known(ctx, id)
		if err != nil {
			return nil, "", err
		}
		bad, err := b.Beneficiary(ctx, h, k.Hand)
		switch {
		case err != nil:
			return nil, "", err
		case bad != "":
			why = bad
		case !slices.Contains(out, k.Hand):
			out = append(out, k.Hand)
		}
	}
	return out, why, nil
}

// Beneficiary says why somebody is no hand for these minutes: they are his, his kin's, or those of who served beside him. "" when he
// may be.
func (b *Bench) Beneficiary(ctx context.Context, h Hands, x Hand) (string, error) {
	switch {
	case x.Person == 0:
	case x.Person == h.For:
		return "不能复核自己的时长", nil
	case slices.Contains(h.Beside, x.Person):
		return "一起服务的人不能互相复核", nil
	}
	near, err := b.near(ctx, x, Hand{Person: h.For})
	if err != nil || near == "" {
		return "", err
	}
	return "不能复核亲属、同住的人的时长（" + near + "）", nil
}
