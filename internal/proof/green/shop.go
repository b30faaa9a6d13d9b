package green

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/ledger"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
	"linli/internal/platform/spelling"
)

// waitFor is how long something that was asked for is kept.
const waitFor = 40 * 24 * time.Hour

// mostRows is how many lines a printed register has.
const mostRows = 5000

// ShopInput opens a 兑换点.
type ShopInput struct {
	Region auth.Region `json:"region" doc:"嘎查村（社区）"`
	Name   string      `json:"name" minLength:"2" maxLength:"40"`
	Hours  string      `json:"hours" maxLength:"60" doc:"什么时候兑换，例如每月 15 日上午"`
}

// OpenShop opens a 兑换点.
func (s *Service) OpenShop(ctx context.Context, in ShopInput) (Shop, error) {
	op := act.Op{Perm: Desk, Action: "green.open_shop"}
	return shopKind.Add(ctx, s.db, op, act.In(in.Region), func(tx *db.Tx) (x Shop, err error) {
		if _, err := opened(ctx, tx, in.Region); err != nil {
			return x, err
		}
		return Shop{ID: tx.NewID(), Version: 1, Region: in.Region, Name: strings.TrimSpace(in.Name), Hours: in.Hours, At: tx.Now}, nil
	})
}

// GoodsInput puts something on the shelf of a shop, or changes its price.
type GoodsInput struct {
	ID     db.ID  `path:"id" doc:"兑换点"`
	Kind   string `json:"kind" set:"green_goods.kind"`
	Name   string `json:"name" minLength:"1" maxLength:"40"`
	Points int64  `json:"points" minimum:"1" maximum:"100000"`
	Add    int64  `json:"add" minimum:"0" maximum:"100000" doc:"新进多少件"`
	Active bool   `json:"active" default:"true"`
}

// SetGoods puts something on the shelf, under its name: more of it, another price, or no longer.
func (s *Service) SetGoods(ctx context.Context, in GoodsInput) (Goods, error) {
	op := act.Op{Perm: Desk, Action: "green.set_goods"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (g Goods, err error) {
		x, err := shops.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Desk, View, at(x.Region))
		}
		if err != nil {
			return g, err
		}
		g, there, err := db.Found(named.One(ctx, tx, x.ID, in.Name))
		if err != nil {
			return g, err
		}
		if !there {
			g = Goods{ID: tx.NewID(), Version: 1, ShopID: x.ID, Region: x.Region, Kind: in.Kind, Name: in.Name, Points: in.Points, Stock: in.Add,
				Active: in.Active}
			return g, goodsKind.Enter(ctx, tx, op, &g)
		}
		return g, goodsKind.Alter(ctx, tx, op, &g, func(_ *db.Tx, g *Goods) error {
			g.Points, g.Stock, g.Active = in.Points, g.Stock+in.Add, in.Active
			return nil
		})
	})
}

// CountInput is what somebody found on the shelf.
type CountInput struct {
	ID      db.ID  `path:"id" doc:"货品"`
	Version int64  `json:"version" minimum:"1"`
	Counted int64  `json:"counted" minimum:"0" maximum:"100000"`
	Reason  string `json:"reason" maxLength:"200" required:"false" doc:"和账上不一样时：为什么"`
}

// TakeStock writes what is on the shelf; a difference has a reason and stays in the books of the shop.
func (s *Service) TakeStock(ctx context.Context, in CountInput) (Goods, error) {
	op := act.Op{Perm: Desk, Action: "green.take_stock", ID: in.ID, Version: in.Version, Cause: in.Reason}
	return goodsKind.Change(ctx, s.db, op, func(tx *db.Tx, g *Goods) error {
		reserved, err := kept.One(ctx, tx, g.ID)
		if err != nil {
			return err
		}
		was := g.Stock + reserved
		switch {
		case in.Counted != was && strings.TrimSpace(in.Reason) == "":
			return errs.Field("reason", fmt.Sprintf("账上是 %d 件，请写明为什么不一样", was))
		case in.Counted < reserved:
			return errs.Field("counted", fmt.Sprintf("有 %d 件已经预留给居民，先取消预留", reserved))
		}
		g.Stock = in.Counted - reserved
		return counts.Insert(ctx, tx, count{ID: tx.NewID(), GoodsID: g.ID, Region: g.Region, Was: was, Counted: in.Counted, Reason: in.Reason,
			ByName: who(ctx), At: tx.Now})
	})
}

// RedeemInput asks for something with the points of a household.
type RedeemInput struct {
	ID      db.ID `path:"id" doc:"户"`
	GoodsID db.ID `json:"goods_id"`
	Count   int64 `json:"count" minimum:"1" maximum:"100" default:"1"`
}

// Ticket is a redemption with the code that whoever asked tells when he fetches it.
type Ticket struct {
	Redemption
	PickUp string `json:"code" doc:"领取码"`
}

// Redeem keeps something for a household: its points are promised, the thing leaves the shelf, and a code fetches it.
func (s *Service) Redeem(ctx context.Context, in RedeemInput) (Ticket, error) {
	op := act.Op{Perm: View, Action: "green.redeem"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Ticket, err error) {
		h, people, err := seen(ctx, tx, in.ID)
		if err == nil {
			err = mayFor(ctx, h, people)
		}
		if err != nil {
			return out, err
		}
		if _, err := opened(ctx, tx, h.Region); err != nil {
			return out, err
		}
		g, err := goods.Get(ctx, tx, in.GoodsID)
		if err == errs.ErrNotFound || err == nil && (!g.Active || g.Region.At(auth.LevelBanner) != h.Region.At(auth.LevelBanner)) {
			err = errs.Field("goods_id", "没有这样东西")
		}
		if err != nil {
			return out, err
		}
		if g.Stock < in.Count {
			return out, errs.Field("count", fmt.Sprintf("只剩 %d 件", g.Stock))
		}
		r, err := s.reserve(ctx, tx, h, g, in.Count)
		if err != nil {
			return out, err
		}
		g.Stock -= in.Count
		if err := goods.Update(ctx, tx, &g); err != nil {
			return out, err
		}
		return Ticket{r, r.Code}, redemptionKind.Enter(ctx, tx, op, &r)
	})
}

func (s *Service) reserve(ctx context.Context, tx *db.Tx, h Household, g Goods, n int64) (r Redemption, err error) {
	x, err := opened(ctx, tx, h.Region)
	if err != nil {
		return r, err
	}
	code, err := digits(6)
	if err != nil {
		return r, err
	}
	r = Redemption{ID: tx.NewID(), Version: 1, HouseholdID: h.ID, GoodsID: g.ID, ShopID: g.ShopID, Region: g.Region, State: Reserved, Count: n,
		Points: n * g.Points, Code: code, ByID: auth.From(ctx).Account, ByName: who(ctx), At: tx.Now, Until: tx.Now.Add(waitFor)}
	rows, err := ledger.Post(ctx, tx, ledger.Chain{Key: "green redeem " + r.ID.String(), Moves: []ledger.Move{{From: ledger.One(h.AccountID),
		To: ledger.One(x.IssueID), Amount: r.Points, Code: redeemed, Object: r.ID, Until: &r.Until}}})
	if err == ledger.ErrInsufficient {
		err = errs.New(errs.Conflict, "insufficient", "积分不够")
	}
	if err == nil {
		r.HoldID = rows[0].ID
	}
	return r, err
}

// HandInput hands something out against its code.
type HandInput struct {
	ID   db.ID  `path:"id"`
	Code string `json:"code" minLength:"1" maxLength:"40" format:"any-text" doc:"领取码"`
}

// HandOver hands something out against the code that the household has. Who hands out is not of it, and independent of who asked for the
// thing: nobody fetches from himself, and what the desk asked for in a household's place another one hands out.
func (s *Service) HandOver(ctx context.Context, in HandInput) (Redemption, error) {
	op := act.Op{Perm: Desk, Action: "green.hand_over", ID: in.ID, From: []string{Reserved}}
	return redemptionKind.Change(ctx, s.db, op, func(tx *db.Tx, r *Redemption) error {
		if spelling.Code(in.Code) != r.Code {
			return errs.Field("code", "领取码不对")
		}
		if err := s.apart(ctx, tx, r.HouseholdID, r.ByID); err != nil {
			return err
		}
		if _, err := ledger.Post(ctx, tx, ledger.Chain{Key: "green hand " + r.ID.String(),
			Moves: []ledger.Move{{Hold: r.HoldID, Resolve: ledger.Settled, Amount: r.Points, Code: redeemed, Object: r.ID}}}); err != nil {
			return err
		}
		no, err := digits(6)
		r.State, r.HandedID, r.HandedBy, r.HandedAt = Handed, auth.From(ctx).Account, who(ctx), &tx.Now
		r.Receipt = fmt.Sprintf("%d-%s", clock.DayOf(tx.Now), no)
		return err
	})
}

// CancelInput gives something back to the shelf.
type CancelInput struct {
	ID db.ID `path:"id"`
}

// Cancel lets a redemption go: points and thing go back.
func (s *Service) Cancel(ctx context.Context, in CancelInput) (Redemption, error) {
	op := act.Op{Perm: View, Action: "green.cancel"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (r Redemption, err error) {
		if r, err = redemptions.Get(ctx, tx, in.ID); err != nil {
			return r, err
		}
		h, people, err := seen(ctx, tx, r.HouseholdID)
		if err == nil {
			err = mayFor(ctx, h, people)
		}
		if err == nil && r.State != Reserved {
			err = errs.WrongState("现在是“" + RedemptionStates.Word(r.State) + "”，不能取消")
		}
		if err != nil {
			return r, err
		}
		return r, redemptionKind.Alter(ctx, tx, op, &r, func(tx *db.Tx, r *Redemption) error {
			_, err := ledger.Post(ctx, tx, ledger.Chain{Key: "green cancel " + r.ID.String(),
				Moves: []ledger.Move{{Hold: r.HoldID, Resolve: ledger.Voided, Code: redeemed, Object: r.ID}}})
			if err != nil && err != ledger.ErrResolved {
				return err
			}
			return back(ctx, tx, r)
		})
	})
}

// back ends a redemption that nobody fetches; the thing is on the shelf again.
func back(ctx context.Context, tx *db.Tx, r *Redemption) error {
	r.State = Cancelled
	g, err := goods.Get(ctx, tx, r.GoodsID)
	if err != nil {
		return err
	}
	g.Stock += r.Count
	return goods.Update(ctx, tx, &g)
}

// Sweep puts back what was not fetched in time; the books have given the points back.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := overdue.All(ctx, tx)
		for _, r := range rows {
			if err := redemptionKind.Alter(ctx, tx, act.Op{Action: "green.lapse"}, &r, func(tx *db.Tx, r *Redemption) error {
				return back(ctx, tx, r)
			}); err != nil {
				return err
			}
		}
		return err
	})
}

// ShopsInput asks for the shops around.
type ShopsInput struct{}

// Shops are those of the reader's banner.
type Shops struct {
	Items []Shop `json:"items"`
	at    auth.Region
	shut  string
}

// Shops lists the 兑换点 of the banner where the actor serves.
func (s *Service) Shops(ctx context.Context, _ ShopsInput) (Shops, error) {
	return act.Read(ctx, s.db, Desk, func(tx *db.Tx) (out Shops, err error) {
		out.at = auth.From(ctx).Seat()
		if out.shut, err = shut(ctx, tx, out.at); err != nil {
			return out, err
		}
		out.Items, err = nonNil(shopsIn.All(ctx, tx, int64(out.at.At(auth.LevelBanner))/1_000_000))
		return out, err
	})
}

// ShopView asks for one shop.
type ShopView struct {
	ID   db.ID     `path:"id"`
	From clock.Day `query:"from" required:"false"`
	To   clock.Day `query:"to" required:"false"`
	db.Paging
}

// Counter is a shop with its shelf and what was asked for.
type Counter struct {
	Shop
	Goods       []Goods                 `json:"goods"`
	Redemptions db.Page[RedemptionLine] `json:"redemptions"`
	In          ShopView                `json:"-"`
	desk        bool
}

// Shop gives a shop with its shelf and its redemptions.
func (s *Service) Shop(ctx context.Context, in ShopView) (Counter, error) {
	return act.Read(ctx, s.db, Desk, func(tx *db.Tx) (out Counter, err error) {
		if out.Shop, err = shops.Get(ctx, tx, in.ID); err != nil {
			return out, err
		}
		if err := auth.Require(ctx, Desk, Desk, at(out.Region)); err != nil {
			return out, err
		}
		out.In, out.desk = in, true
		if out.Goods, err = nonNil(goodsOf.All(ctx, tx, out.ID)); err != nil {
			return out, err
		}
		out.Redemptions, err = ofShop.Page(ctx, tx, handed{Shop: in.ID, From: in.From, To: in.To}, in.Paging)
		for i := range out.Redemptions.Items {
			r := &out.Redemptions.Items[i]
			if r.State != Reserved {
				continue
			}
			if err := s.apart(ctx, tx, r.HouseholdID, r.ByID); err != nil {
				r.Why = err.Error()
			}
		}
		return out, err
	})
}

// ExportInput asks for the register of a shop as a file.
type ExportInput struct {
	ID     db.ID     `path:"id"`
	From   clock.Day `query:"from" required:"false"`
	To     clock.Day `query:"to" required:"false"`
	Format string    `query:"format" enum:"pdf,xlsx,csv" default:"xlsx" maxLength:"4"`
}

// Export gives the register of a shop: what was handed out to whom, to be signed on paper.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	t, err := act.Read(ctx, s.db, Desk, func(tx *db.Tx) (t paper.Table, err error) {
		x, err := shops.Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Desk, Desk, at(x.Region))
		}
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "积分兑换登记", Lead: x.Name,
			Columns: []string{"日期", "户号", "户名", "兑换", "数量", "积分", "状态", "收据号", "签名"}}}
		rows, err := ofShop.First(ctx, tx, handed{Shop: x.ID, From: in.From, To: in.To}, mostRows)
		for _, r := range rows {
			t.Rows = append(t.Rows, []string{clock.DayOf(r.At).String(), r.No, r.Household, r.Goods, format.Int(r.Count), format.Int(r.Points),
				RedemptionStates.Word(r.State), r.Receipt, ""})
		}
		return t, err
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}
