package green

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/ledger"
)

// Kinds of accounts in the books, and codes of transfers.
const (
	issueAccount     = "green.issue"
	householdAccount = "green.household"
	earned           = "earned"
	redeemed         = "redeemed"
)

// Member is somebody of a household.
type Member struct {
	PersonID db.ID  `json:"person_id"`
	Name     string `json:"name"`
}

// RegisterInput registers a household.
type RegisterInput struct {
	Region  auth.Region `json:"region" doc:"嘎查村（社区）"`
	Name    string      `json:"name" minLength:"1" maxLength:"40" doc:"户名或者门牌"`
	Members []db.ID     `json:"members" minItems:"1" maxItems:"12" doc:"家里人的登记编号"`
	Listed  bool        `json:"listed" required:"false" doc:"同意在社区里公布"`
}

// Register makes a household an account. Nobody belongs to two households.
func (s *Service) Register(ctx context.Context, in RegisterInput) (Household, error) {
	op := act.Op{Perm: Desk, Action: "green.register"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (h Household, err error) {
		if err := auth.Require(ctx, Desk, Desk, at(in.Region)); err != nil {
			return h, err
		}
		if in.Region.Level() != auth.LevelCommunity {
			return h, errs.Field("region", "请填嘎查村（社区）的代码")
		}
		x, err := opened(ctx, tx, in.Region)
		if err != nil {
			return h, err
		}
		a, err := ledger.Open(ctx, tx, ledger.Points, householdAccount, x.Region, ledger.Above(0))
		if err != nil {
			return h, err
		}
		no, err := digits(8)
		if err != nil {
			return h, err
		}
		h = Household{ID: tx.NewID(), Version: 1, Region: in.Region, No: "G" + no, Name: strings.TrimSpace(in.Name), AccountID: a.ID,
			Listed: in.Listed, At: tx.Now}
		if h.Name == "" {
			return h, errs.Field("name", "请写户名或者门牌")
		}
		if err := householdKind.Enter(ctx, tx, op, &h); err != nil {
			return h, err
		}
		return h, enter(ctx, tx, h, in.Members)
	})
}

// enter puts people into a household.
func enter(ctx context.Context, tx *db.Tx, h Household, people []db.ID) error {
	for _, id := range people {
		p, err := person.Current(ctx, tx, id)
		if err != nil && err != errs.ErrNotFound {
			return err
		}
		if err != nil || !auth.Can(ctx, Desk, at(p.Region)) {
			return errs.Field("members", "登记里没有这个人")
		}
		fresh, err := members.Add(ctx, tx, member{PersonID: p.ID, HouseholdID: h.ID, At: tx.Now})
		if err == nil && !fresh {
			err = errs.Field("members", p.Name+"已经在一户里了：一个人只属于一户")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ActLine is an act with the words for it.
type ActLine struct {
	Act
	Kind      string `json:"kind"`
	Household string `json:"household"`
	Why       string `json:"-"` // why the reader may not decide
}

// RedemptionLine is a redemption with the words for it.
type RedemptionLine struct {
	Redemption
	Goods     string `json:"goods"`
	Shop      string `json:"shop"`
	Household string `json:"household"`
	No        string `json:"no"`
	Why       string `json:"-"` // why the reader may not hand it out
}

// Account is a household with everything it has.
type Account struct {
	Household
	Scheme      string           `json:"scheme"`
	On          bool             `json:"on"`
	Balance     int64            `json:"balance"`
	Held        int64            `json:"held" doc:"已经预留给没有领的"`
	Members     []Member         `json:"members"`
	Acts        []ActLine        `json:"acts"`
	Redemptions []RedemptionLine `json:"redemptions"`

	Kinds []Kind  `json:"-"`
	Shelf []Offer `json:"-"`
	Mine  bool    `json:"-"`
	desk  bool
	why   string // why the reader may not note an act
	shut  string // what to say to who has no household where there is no open scheme
}

// Offer is something that may be had.
type Offer struct {
	Goods
	Shop string
}

// GetInput names a household.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives a household for its members and for the desk.
func (s *Service) Get(ctx context.Context, in GetInput) (Account, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Account, err error) {
		h, people, err := seen(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		return s.account(ctx, tx, h, people)
	})
}

// seen loads a household and asks whether the actor may see it.
func seen(ctx context.Context, tx *db.Tx, id db.ID) (h Household, people []Member, err error) {
	if h, err = households.Get(ctx, tx, id); err != nil {
		return h, nil, err
	}
	if people, err = membersOf.All(ctx, tx, id); err != nil {
		return h, nil, err
	}
	place := at(h.Region)
	for _, p := range people {
		place.Persons = append(place.Persons, p.PersonID)
	}
	return h, people, auth.Require(ctx, View, View, place)
}

// mayFor asks whether the actor may act for a household that he sees: his own, or at the desk.
func mayFor(ctx context.Context, h Household, people []Member) error {
	me := auth.From(ctx).Person
	for _, p := range people {
		if me != 0 && p.PersonID == me {
			return nil
		}
	}
	if auth.Can(ctx, Desk, at(h.Region)) {
		return nil
	}
	return errs.ErrDenied
}

// Nothing is the input of what asks nothing.
type Nothing struct{}

// Mine gives one's own household; empty where there is none.
func (s *Service) Mine(ctx context.Context, _ Nothing) (Account, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Account, err error) {
		me := auth.From(ctx).Person
		m, there, err := db.Found(householdOf.One(ctx, tx, me))
		if err == nil && !there && me != 0 {
			var p person.Person
			if p, err = person.Current(ctx, tx, me); err == nil {
				out.shut, err = shut(ctx, tx, p.Region)
			}
		}
		if err != nil || !there {
			return out, err
		}
		h, people, err := seen(ctx, tx, m.HouseholdID)
		if err != nil {
			return out, err
		}
		return s.account(ctx, tx, h, people)
	})
}

func (s *Service) account(ctx context.Context, tx *db.Tx, h Household, people []Member) (out Account, err error) {
	out = Account{Household: h, Members: people, desk: auth.Can(ctx, Desk, at(h.Region))}
	for _, p := range people {
		out.Mine = out.Mine || p.PersonID == auth.From(ctx).Person
	}
	x, _, err := db.Found(schemeOf.One(ctx, tx, h.Region.At(auth.LevelBanner))) // none where its division came to another banner
	if err != nil {
		return out, err
	}
	out.Scheme, out.On = x.Name, x.Open
	a, err := ledger.Get(ctx, tx, h.AccountID)
	if err != nil {
		return out, err
	}
	out.Balance, out.Held = a.Balance, a.Held
	if out.Acts, err = nonNil(actsOf.All(ctx, tx, h.ID)); err != nil {
		return out, err
	}
	if out.Redemptions, err = nonNil(redemptionsOf.All(ctx, tx, h.ID)); err != nil {
		return out, err
	}
	if out.Kinds, err = kindsOf.All(ctx, tx, x.ID); err != nil {
		return out, err
	}
	if err := s.apart(ctx, tx, h.ID); err != nil {
		out.why = err.Error()
	}
	out.Shelf, err = shelf.All(ctx, tx, int64(h.Region)/1_000_000)
	return out, err
}

func nonNil[T any](rows []T, err error) ([]T, error) {
	if rows == nil {
		rows = []T{}
	}
	return rows, err
}

// ListInput looks for households.
type ListInput struct {
	Q string `query:"q" maxLength:"40" doc:"户名、户号或者家里人的姓名"`
	db.Paging
}

// Line is a household in a list.
type Line struct {
	ID      db.ID       `json:"id"`
	No      string      `json:"no"`
	Name    string      `json:"name"`
	Region  auth.Region `json:"region"`
	Balance int64       `json:"balance"`
	Held    int64       `json:"held"`
}

// Listing is one page of households.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Line]
	found []Found // people of the name without a household
	shut  string  // what to say where the reader's banner has no open scheme
}

// Found is somebody who belongs to no household yet.
type Found struct {
	PersonID db.ID
	Name     string
	Region   auth.Region
	BirthDay clock.Day
}

// List lists households in the order of their numbers, never by points.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, Desk, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		if out.shut, err = shut(ctx, tx, auth.From(ctx).Seat()); err != nil {
			return out, err
		}
		if in.Q != "" {
			if out.found, err = homeless.All(ctx, tx, seek{Scope: auth.ScopeOf(ctx, Desk), Name: in.Q}); err != nil {
				return out, err
			}
		}
		out.Page, err = list.Page(ctx, tx, search{Scope: auth.ScopeOf(ctx, Desk), Q: in.Q}, in.Paging)
		return out, err
	})
}
