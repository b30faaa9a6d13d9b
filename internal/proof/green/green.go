// Package green keeps 绿色账户: a household gathers points for what it does for its surroundings and fetches goods or services for them
// at a 兑换点. Points are integers of books of their own; no way leads from them to minutes, or back. A banner opens it by itself, with a
// season; until then there is none. Households are never ranked.
//
// Who notes an act is never of the household, nor close to anybody of it; above a limit of the rule a second, independent person agrees.
// Points are fetched by two hands: who hands out is independent of who asked, be it somebody of the household or the desk for it.
//
// Nouns: scheme, kind (what earns points), household, act, shop, goods, redemption, count (of stock). Verbs: Switch, SetKind; Register;
// Note, Approve, Refuse; OpenShop, SetGoods, TakeStock; Redeem, HandOver, Cancel.
package green

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Permissions: one's own household, seeing households, what the desk does, being the second person, opening the scheme and its rules.
const (
	Own    auth.Perm = "green.own"
	View   auth.Perm = "green.view"
	Desk   auth.Perm = "green.desk"
	Second auth.Perm = "green.second"
	Manage auth.Perm = "green.manage"
)

// Scheme is the green account of a banner.
type Scheme struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	Region     auth.Region `json:"region" db:",once"`
	Open       bool        `json:"on"`
	Name       string      `json:"name"`
	Season     string      `json:"season"`
	SeasonFrom clock.Day   `json:"from"`
	SeasonTo   clock.Day   `json:"to"`
	IssueID    db.ID       `json:"-" db:",once"`
	At         time.Time   `json:"-" db:",once"`
}

// Kind is something that earns points.
type Kind struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	SchemeID    db.ID       `json:"-" db:",once"`
	Region      auth.Region `json:"region" db:",once"`
	Name        string      `json:"name" db:",once"`
	Points      int64       `json:"points" doc:"一次几分"`
	DayMost     int64       `json:"day_most" doc:"一户一天最多记几次"`
	SecondAbove int64       `json:"second_above" doc:"一笔超过多少分要第二人复核"`
	Active      bool        `json:"active"`
}

// Household is one household with its points.
type Household struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once"`
	No        string      `json:"no" db:",once" doc:"户号，印在卡上"`
	Name      string      `json:"name"`
	AccountID db.ID       `json:"-" db:",once"`
	Listed    bool        `json:"listed" doc:"同意在社区里公布"`
	At        time.Time   `json:"at" db:",once"`
}

// States of an act.
const (
	Waits   = "waits"
	Counted = "counted"
	Refused = "refused"
)

// ActStates are those of an act, as people see them.
var ActStates = set.New("green_act.state", set.Row{Waits, "等第二人复核", "wait"}, set.Row{Counted, "已记分", "done"}, set.Row{Refused, "未同意"})

// Act is what a household has done.
type Act struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	HouseholdID db.ID       `json:"household_id" db:",once"`
	KindID      db.ID       `json:"kind_id" db:",once"`
	Region      auth.Region `json:"region" db:",once"`
	State       string      `json:"state" set:"green_act.state"`
	Times       int64       `json:"times" db:",once"`
	Points      int64       `json:"points" db:",once"`
	Day         clock.Day   `json:"day" db:",once"`
	Note        string      `json:"note"`
	ByID        db.ID       `json:"-" db:",once"`
	ByName      string      `json:"by" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	DecidedBy   db.ID       `json:"-"`
	Decider     string      `json:"decided_by"`
	DecidedAt   *time.Time  `json:"decided_at"`
	Answer      string      `json:"answer"`
}

// Shop is a 兑换点.
type Shop struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" db:",once"`
	Name    string      `json:"name"`
	Hours   string      `json:"hours" doc:"什么时候兑换，例如每月 15 日上午"`
	At      time.Time   `json:"at" db:",once"`
}

// GoodsKinds are what a shop hands out. Hours of volunteers are none of it: points never become hours.
var GoodsKinds = set.New("green_goods.kind", set.Row{"goods", "物品"}, set.Row{"service", "便民服务"})

// Goods is something that a shop hands out.
type Goods struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	ShopID  db.ID       `json:"shop_id" db:",once"`
	Region  auth.Region `json:"region" db:",once"`
	Kind    string      `json:"kind" set:"green_goods.kind" db:",once"`
	Name    string      `json:"name" db:",once"`
	Points  int64       `json:"points"`
	Stock   int64       `json:"stock"`
	Active  bool        `json:"active"`
}

// States of a redemption.
const (
	Reserved  = "reserved"
	Handed    = "handed"
	Cancelled = "cancelled"
)

// RedemptionStates are those of a redemption, as people see them.
var RedemptionStates = set.New("green_redemption.state", set.Row{Reserved, "等领取", "wait"}, set.Row{Handed, "已领取", "done"},
	set.Row{Cancelled, "已取消"})

// Redemption is something asked for with points.
type Redemption struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	HouseholdID db.ID       `json:"household_id" db:",once"`
	GoodsID     db.ID       `json:"goods_id" db:",once"`
	ShopID      db.ID       `json:"shop_id" db:",once"`
	Region      auth.Region `json:"region" db:",once"`
	State       string      `json:"state" set:"green_redemption.state"`
	Count       int64       `json:"count" db:",once"`
	Points      int64       `json:"points" db:",once"`
	Code        string      `json:"-" db:",once"`
	HoldID      db.ID       `json:"-" db:",once"`
	ByID        db.ID       `json:"-" db:",once"`
	ByName      string      `json:"by" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	Until       time.Time   `json:"until" db:",once" doc:"到时候没有领，积分退回"`
	Receipt     string      `json:"receipt" doc:"收据号"`
	HandedID    db.ID       `json:"-"`
	HandedBy    string      `json:"handed_by"`
	HandedAt    *time.Time  `json:"handed_at"`
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	persons *person.Service
}

// New makes the service.
func New(d *db.DB, persons *person.Service) *Service { return &Service{d, persons} }

// at is the place of what lies in a division.
func at(r auth.Region) auth.Place { return auth.Place{Region: r} }

var (
	schemeKind = act.Kind[Scheme]{Object: "green_scheme", View: Manage, Table: schemes,
		Place: func(x Scheme) auth.Place { return at(x.Region) },
		Trail: func(_, now Scheme) map[string]any { return map[string]any{"on": now.Open} }}
	kindKind = act.Kind[Kind]{Object: "green_kind", View: Manage, Table: kinds, Place: func(x Kind) auth.Place { return at(x.Region) },
		Trail: func(_, now Kind) map[string]any { return map[string]any{"points": now.Points} }}
	householdKind = act.Kind[Household]{Object: "green_household", View: View, Table: households,
		Place: func(x Household) auth.Place { return at(x.Region) }}
	actKind = act.Kind[Act]{Object: "green_act", View: Second, Table: acts, Place: func(x Act) auth.Place { return at(x.Region) },
		State: func(x Act) string { return x.State }, Word: ActStates.Word,
		Trail: func(_, now Act) map[string]any { return map[string]any{"state": now.State, "points": now.Points} }}
	shopKind  = act.Kind[Shop]{Object: "green_shop", View: View, Table: shops, Place: func(x Shop) auth.Place { return at(x.Region) }}
	goodsKind = act.Kind[Goods]{Object: "green_goods", View: View, Table: goods, Place: func(x Goods) auth.Place { return at(x.Region) },
		Trail: func(was, now Goods) map[string]any { return map[string]any{"stock": now.Stock, "was": was.Stock} }}
	redemptionKind = act.Kind[Redemption]{Object: "green_redemption", View: View, Table: redemptions,
		Place: func(x Redemption) auth.Place { return at(x.Region) }, State: func(x Redemption) string { return x.State },
		Word: RedemptionStates.Word,
		Trail: func(_, now Redemption) map[string]any {
			return map[string]any{"state": now.State, "points": now.Points}
		}}
)

var errShut = errs.WrongState("本旗县区没有开办绿色账户，或者已经停办")

// shut says that a division's banner has no open scheme; "" where it has, and above the banners.
func shut(ctx context.Context, tx *db.Tx, r auth.Region) (string, error) {
	if r.Level() < auth.LevelBanner {
		return "", nil
	}
	x, there, err := db.Found(schemeOf.One(ctx, tx, r.At(auth.LevelBanner)))
	switch {
	case err != nil || there && x.Open:
		return "", err
	case there:
		return "本旗县区已经停办绿色账户，各户的积分不变", nil
	}
	return "本旗县区还没有开办绿色账户，由旗县区主管部门开办", nil
}

// opened gives the open scheme of the banner that a division lies in.
func opened(ctx context.Context, tx *db.Tx, r auth.Region) (Scheme, error) {
	x, there, err := db.Found(schemeOf.One(ctx, tx, r.At(auth.LevelBanner)))
	if err == nil && (!there || !x.Open) {
		err = errShut
	}
	return x, err
}

// apart refuses the actor who is of the household, close to somebody of it, or not independent of who came before.
func (s *Service) apart(ctx context.Context, tx *db.Tx, household db.ID, before ...db.ID) error {
	people, err := membersOf.All(ctx, tx, household)
	if err != nil {
		return err
	}
	bench := proof.Now(tx, s.persons)
	for _, p := range people {
		if err := bench.Apart(ctx, proof.Hands{For: p.PersonID, First: before}); err != nil {
			return err
		}
	}
	return nil
}

// digits draws a number of so many digits.
func digits(n int) (string, error) {
	most := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	x, err := rand.Int(rand.Reader, most)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%0*d", n, x), nil
}

// who names a member of staff, and nobody else: a person's own doing is his own.
func who(ctx context.Context) string {
	if a := auth.From(ctx); a.System != "" || a.Seat() != 0 {
		return a.Name
	}
	return "本人"
}
