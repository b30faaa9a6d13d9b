package green

import (
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// member is a person of a household.
type member struct {
	PersonID    db.ID
	HouseholdID db.ID
	At          time.Time
}

// count is what was on the shelf.
type count struct {
	ID      db.ID
	GoodsID db.ID
	Region  auth.Region
	Was     int64
	Counted int64
	Reason  string
	ByName  string
	At      time.Time
}

var (
	schemes  = db.NewRelation[Scheme]("green_scheme")
	schemeOf = schemes.Where("region = $1")
	kinds    = db.NewRelation[Kind]("green_kind")
	kindsOf  = kinds.Where("scheme_id = $1 ORDER BY id")
	kindOf   = kinds.Where("scheme_id = $1 AND name = $2")

	households = db.NewRelation[Household]("green_household")
	members    = db.NewRelation[member]("green_member", "person_id")
	membersOf  = db.Query[Member](`SELECT m.person_id, p.name FROM green_member m JOIN person p ON p.id = m.person_id WHERE m.household_id = $1
		ORDER BY m.person_id`)
	householdOf = members.Where("person_id = $1")

	acts   = db.NewRelation[Act]("green_act")
	actsOf = db.Query[ActLine](`SELECT ` + acts.Columns("a") + `, k.name AS kind FROM green_act a JOIN green_kind k ON k.id = a.kind_id
		WHERE a.household_id = $1 ORDER BY a.id DESC LIMIT 30`)
	noted = db.Query[int64](`SELECT COALESCE(SUM(times), 0) FROM green_act WHERE household_id = $1 AND kind_id = $2 AND day = $3
		AND state <> 'refused'`)

	shops   = db.NewRelation[Shop]("green_shop")
	shopsIn = shops.Where("region/1000000 = $1 ORDER BY region, id")
	goods   = db.NewRelation[Goods]("green_goods")
	goodsOf = goods.Where("shop_id = $1 ORDER BY id")
	named   = goods.Where("shop_id = $1 AND name = $2")
	counts  = db.NewRelation[count]("green_count")

	kept = db.Query[int64](`SELECT COALESCE(SUM(count), 0) FROM green_redemption WHERE goods_id = $1 AND state = 'reserved'`)

	redemptions   = db.NewRelation[Redemption]("green_redemption")
	redemptionsOf = db.Query[RedemptionLine](`SELECT ` + redemptions.Columns("r") + `, g.name AS goods, s.name AS shop, h.name AS household, h.no
		FROM green_redemption r JOIN green_goods g ON g.id = r.goods_id JOIN green_shop s ON s.id = r.shop_id
		JOIN green_household h ON h.id = r.household_id WHERE r.household_id = $1 ORDER BY r.id DESC LIMIT 30`)
	overdue = db.Query[Redemption](`SELECT ` + redemptions.Columns("r") + ` FROM green_redemption r JOIN ledger_transfer t ON t.hold_id = r.hold_id
		WHERE r.state = 'reserved' AND t.kind = 'expire' ORDER BY r.id LIMIT 200`)
)

// search is a list of households within what the actor may see, in the order of their numbers: never by points.
type search struct {
	Scope auth.Scope
	Q     string
}

var list = db.ListOf(func(b *db.Builder, in search) {
	b.Add(`SELECT h.id, h.no, h.name, h.region, a.balance, a.held FROM green_household h JOIN ledger_account a ON a.id = h.account_id WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "h.region"})
	b.If(in.Q != "", " AND (h.name = ? OR h.no = ? OR EXISTS (SELECT 1 FROM green_member m JOIN person p ON p.id = m.person_id "+
		"WHERE m.household_id = h.id AND p.name = ?))", in.Q, in.Q, in.Q)
}, func(search) db.Order[Line] {
	return db.Order[Line]{By: "h.no", Key: func(l Line) []any { return []any{l.No} }}
})

// waiting is a list of acts that wait for the second person.
var queue = db.ListOf(func(b *db.Builder, in auth.Scope) {
	b.Add("SELECT " + acts.Columns("a") + `, k.name AS kind, h.name AS household FROM green_act a JOIN green_kind k ON k.id = a.kind_id
		JOIN green_household h ON h.id = a.household_id WHERE a.state = 'waits'`)
	in.Where(b, auth.Columns{Region: "a.region"})
}, func(auth.Scope) db.Order[ActLine] {
	return db.Order[ActLine]{By: "a.id", Key: func(a ActLine) []any { return []any{a.ID} }}
})

// handed are the redemptions of a shop.
type handed struct {
	Shop     db.ID
	From, To clock.Day
}

var ofShop = db.ListOf(func(b *db.Builder, in handed) {
	b.Add("SELECT "+redemptions.Columns("r")+`, g.name AS goods, s.name AS shop, h.name AS household, h.no FROM green_redemption r
		JOIN green_goods g ON g.id = r.goods_id JOIN green_shop s ON s.id = r.shop_id JOIN green_household h ON h.id = r.household_id
		WHERE r.shop_id = ?`, in.Shop)
	b.If(in.From != 0, " AND r.at >= ?", in.From.Time()).If(in.To != 0, " AND r.at < ?", in.To.AddDays(1).Time())
}, func(handed) db.Order[RedemptionLine] {
	return db.Order[RedemptionLine]{By: "r.id", Down: true, Key: func(r RedemptionLine) []any { return []any{r.ID} }}
})

// seek is a name within what the actor may see.
type seek struct {
	Scope auth.Scope
	Name  string
}

var homeless = db.DynamicOf[Found](func(b *db.Builder, in seek) {
	b.Add(`SELECT p.id AS person_id, p.name, p.region, p.birth_day FROM person p WHERE p.state = 'active' AND p.name = ?
		AND NOT EXISTS (SELECT 1 FROM green_member m WHERE m.person_id = p.id)`, in.Name)
	in.Scope.Where(b, auth.Columns{Region: "p.region"})
	b.Add(" ORDER BY p.id LIMIT 20")
})

// total is how the books of a banner stand.
type total struct{ N, Points int64 }

var (
	totals = db.Query[total](`SELECT COUNT(*) AS n, COALESCE(SUM(a.balance), 0) AS points FROM green_household h
		JOIN ledger_account a ON a.id = h.account_id WHERE h.region/1000000 = $1`)
	shelf = db.Query[Offer](`SELECT ` + goods.Columns("g") + `, s.name AS shop FROM green_goods g JOIN green_shop s ON s.id = g.shop_id
		WHERE g.region/1000000 = $1 AND g.active AND g.stock > 0 ORDER BY s.region, s.id, g.id LIMIT 100`)
)
