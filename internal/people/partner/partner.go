// Package partner is the register of the units of an area (驻区单位: offices, firms, schools, associations) whose strength volunteering can
// count on: who speaks for one, what it offers, in what it took part, and what of its offers was left unused.
//
// Nouns: partner, contact (who speaks for it, from day to day), offer (a service at a place by a schedule, in the terms of Open Referral),
// part (in an activity, an order or a project), statement (of a year). Verbs: create, edit, check, end, appoint, release; add, change and
// end an offer; join, attest, drop.
//
// A name on a poster is no part: what counts is what was held, and of which the station says that the unit came. Nothing here makes
// minutes.
package partner

import (
	"cmp"
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Permissions. Offer is what a unit's contact does for it, or the desk for him; Use takes a unit into an activity, an order, a project.
const (
	Public auth.Perm = "partner.public"
	View   auth.Perm = "partner.view"
	Keep   auth.Perm = "partner.keep"
	Check  auth.Perm = "partner.check"
	Offers auth.Perm = "partner.offer"
	Use    auth.Perm = "partner.use"
)

// States of a partner.
const (
	Waits   = "waits"
	Active  = "active"
	Refused = "refused"
	Ended   = "ended"
)

// States of an offer; one is Ended too.
const Open = "open"

// States of a part.
const (
	Planned = "planned"
	Came    = "came"
	Absent  = "absent"
	Dropped = "dropped"
)

// Words that people see.
var (
	// Kinds are those of units.
	Kinds = set.New("partner.kind", set.Row{"government", "机关"}, set.Row{"institution", "事业单位"}, set.Row{"enterprise", "企业"},
		set.Row{"mass", "群团组织"}, set.Row{"social", "社会组织"}, set.Row{"social_work", "社工站"}, set.Row{"school", "学校"},
		set.Row{"medical", "医疗卫生机构"}, set.Row{"army", "驻地部队"}, set.Row{"religious", "宗教团体、场所"}, set.Row{"overseas", "境外组织"},
		set.Row{"other", "其他"})
	states = set.New("partner.state", set.Row{Waits, "等资格核对", "wait"}, set.Row{Active, "合作中", "done"}, set.Row{Refused, "没有通过", "alarm"},
		set.Row{Ended, "不再合作"})
	reaches     = set.New("partner_offer.reach", set.Row{"community", "本嘎查村（社区）"}, set.Row{"town", "全苏木乡镇（街道）"}, set.Row{"banner", "全旗县区"})
	offerStates = set.New("partner_offer.state", set.Row{Open, "提供着", "done"}, set.Row{Ended, "不再提供"})
	partStates  = set.New("partner_part.state", set.Row{Planned, "约好了", "wait"}, set.Row{Came, "来了", "done"}, set.Row{Absent, "没有来", "alarm"},
		set.Row{Dropped, "取消了"})
)

// checked are the kinds whose qualification the town looks at first. A convention of this system (办法 by experience, no text).
var checked = map[string]bool{"enterprise": true, "religious": true, "overseas": true}

// Partner is one unit of the register.
type Partner struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once" doc:"在哪个嘎查村（社区）"`
	Name      string      `json:"name"`
	Kind      string      `json:"kind" set:"partner.kind" db:",once"`
	Address   string      `json:"address"`
	Phone     string      `json:"phone" doc:"单位的电话"`
	About     string      `json:"about"`
	Open      bool        `json:"open" doc:"单位同意公开它提供的服务"`
	State     string      `json:"state" set:"partner.state"`
	MadeBy    db.ID       `json:"-" db:",once"`
	MadeAt    time.Time   `json:"made_at" db:",once"`
	DecidedBy db.ID       `json:"-"`
	DecidedAt *time.Time  `json:"decided_at"`
	Reason    string      `json:"reason"`
	EndedDay  clock.Day   `json:"ended_day"`

	ContactID   db.ID  `json:"-" db:",read"`
	ContactName string `json:"contact" db:",read" doc:"现在的联系人"`
	OffersNow   int64  `json:"offers_now" db:",read" doc:"现在提供几项"`
}

func (p Partner) place() auth.Place {
	return auth.Place{Region: p.Region, Persons: []db.ID{p.ContactID}}
}

// Contact is a stretch of days in which somebody speaks for a unit.
type Contact struct {
	ID        db.ID     `json:"id"`
	PartnerID db.ID     `json:"partner_id" db:",once"`
	PersonID  db.ID     `json:"person_id" db:",once"`
	FollowsID db.ID     `json:"follows_id" db:",once" doc:"接替哪一位"`
	Post      string    `json:"post" db:",once" doc:"职务"`
	FromDay   clock.Day `json:"from_day" db:",once"`
	ToDay     clock.Day `json:"to_day"`
	GivenBy   db.ID     `json:"-" db:",once"`
	GivenAt   time.Time `json:"given_at" db:",once"`
	Reason    string    `json:"reason"`

	Name string `json:"name" db:",read"`
}

// Offer is what a unit offers: a service at a place by a schedule, in the names of Open Referral (HSDS).
type Offer struct {
	ID          db.ID         `json:"id"`
	Version     int64         `json:"version"`
	PartnerID   db.ID         `json:"partner_id" db:",once"`
	Service     string        `json:"service"`
	Description string        `json:"description"`
	Category    string        `json:"category" set:"catalogue_item.category"`
	Location    string        `json:"service_at_location"`
	Reach       string        `json:"reach" set:"partner_offer.reach"`
	ByDay       setting.Codes `json:"byday" db:"byday" doc:"星期几：MO TU WE TH FR SA SU；空为每天"`
	OpensAt     string        `json:"opens_at" doc:"从几点；空为不限"`
	ClosesAt    string        `json:"closes_at"`
	ValidFrom   clock.Day     `json:"valid_from"`
	ValidTo     clock.Day     `json:"valid_to"`
	Capacity    int64         `json:"capacity" doc:"一周最多几次；0 为不限"`
	State       string        `json:"state" set:"partner_offer.state"`
	EndedDay    clock.Day     `json:"ended_day"`
	MadeBy      db.ID         `json:"-" db:",once"`
	MadeAt      time.Time     `json:"made_at" db:",once"`

	Partner   string      `json:"partner" db:",read"`
	Region    auth.Region `json:"region" db:",read"`
	Phone     string      `json:"phone" db:",read" doc:"单位的电话"`
	Standing  string      `json:"-" db:",read"` // of the partner
	ContactID db.ID       `json:"-" db:",read"`
}

func (o Offer) place() auth.Place { return auth.Place{Region: o.Region, Persons: []db.ID{o.ContactID}} }

// Within is the division that an offer reaches.
func (o Offer) Within() auth.Region {
	return o.Region.At(map[string]int{"community": auth.LevelCommunity, "town": auth.LevelTown, "banner": auth.LevelBanner}[o.Reach])
}

// Part is a unit's part in an activity, an order or a project.
type Part struct {
	ID         db.ID      `json:"id"`
	Version    int64      `json:"version"`
	PartnerID  db.ID      `json:"partner_id" db:",once"`
	OfferID    db.ID      `json:"offer_id" db:",once"`
	ActivityID db.ID      `json:"activity_id" db:",once"`
	OrderID    db.ID      `json:"order_id" db:",once"`
	ProjectID  db.ID      `json:"project_id" db:",once"`
	What       string     `json:"what" db:",once" doc:"单位出什么：人、场地、物资、技术"`
	State      string     `json:"state" set:"partner_part.state"`
	MadeBy     db.ID      `json:"-" db:",once"`
	MadeAt     time.Time  `json:"made_at" db:",once"`
	DecidedBy  db.ID      `json:"-"`
	DecidedAt  *time.Time `json:"decided_at"`
	Reason     string     `json:"reason"`

	Partner   string      `json:"partner" db:",read"`
	Title     string      `json:"title" db:",read"`
	Day       clock.Day   `json:"day" db:",read"`
	Held      bool        `json:"held" db:",read" doc:"办过了：名单经第二人复核，或者订单已确认"`
	Region    auth.Region `json:"-" db:",read"`
	StationID db.ID       `json:"-" db:",read"`
	ContactID db.ID       `json:"-" db:",read"`
}

func (p Part) place() auth.Place {
	return auth.Place{Region: p.Region, Station: p.StationID, Persons: []db.ID{p.ContactID}}
}

// Service holds the operations.
type Service struct {
	db       *db.DB
	persons  *person.Service
	partners act.Kind[Partner]
	offers   act.Kind[Offer]
	parts    act.Kind[Part]
}

// New makes the service.
func New(d *db.DB, persons *person.Service) *Service {
	s := &Service{db: d, persons: persons}
	s.partners = act.Kind[Partner]{Object: "partner", View: View, Table: table, Load: get, Lock: true, Place: Partner.place,
		Word: states.Word, State: func(p Partner) string { return p.State },
		Names: func(p Partner) []string { return []string{p.ContactName} },
		Trail: func(was, now Partner) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	s.offers = act.Kind[Offer]{Object: "partner_offer", View: View, Table: offerTable, Place: Offer.place, Word: offerStates.Word,
		Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Offer, error) {
			o, err := offerByID.Get(ctx, tx, id)
			return o, cmp.Or(err, keyed(ctx, o.PartnerID))
		},
		State: func(o Offer) string { return o.State },
		Trail: func(was, now Offer) map[string]any {
			return map[string]any{"partner": now.PartnerID, "from": was.State, "to": now.State}
		}}
	s.parts = act.Kind[Part]{Object: "partner_part", View: View, Table: partTable, Place: Part.place, Word: partStates.Word,
		Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Part, error) {
			p, err := partByID.Get(ctx, tx, id)
			return p, cmp.Or(err, keyed(ctx, p.PartnerID))
		},
		State: func(p Part) string { return p.State },
		Trail: func(was, now Part) map[string]any {
			return map[string]any{"partner": now.PartnerID, "from": was.State, "to": now.State}
		}}
	return s
}

func get(ctx context.Context, tx *db.Tx, id db.ID) (Partner, error) {
	p, err := byID.Get(ctx, tx, id)
	return p, cmp.Or(err, keyed(ctx, p.ID))
}

// keyed says whether a key of access reads a unit: one that was made in the name of a unit reads no other of its maker's.
func keyed(ctx context.Context, id db.ID) error {
	if k := auth.From(ctx).Key; k != nil && k.Of != 0 && k.Of != id {
		return errs.ErrNotFound
	}
	return nil
}
