package partner

import (
	"context"
	"slices"
	"strconv"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// GetInput names a thing.
type GetInput struct {
	ID db.ID `path:"id"`
}

// OfferNow is an offer with how many open orders it would do for.
type OfferNow struct {
	Offer
	Wanted int64 `json:"wanted" doc:"以后六十天里没有人去、用得上这一项的订单"`
}

// Detail is a unit with all that belongs to it, for both sides.
type Detail struct {
	Partner
	Contacts []Contact  `json:"contacts" doc:"历任联系人，最近的在前"`
	Offers   []OfferNow `json:"offers"`
	Parts    []Part     `json:"parts"`

	Where string    `json:"-"`
	Today clock.Day `json:"-"`
}

// Get gives a unit to its contact and to those who keep the register.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.partners, in.ID, func(tx *db.Tx, p Partner) (Detail, error) { return s.detail(ctx, tx, p.ID) })
}

// ahead is for how many days open orders are looked at.
const ahead = 60

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	if out.Partner, err = get(ctx, tx, id); err != nil {
		return out, err
	}
	out.Today, out.Offers = clock.DayOf(tx.Now), []OfferNow{}
	if out.Contacts, err = contactsOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	list, err := offersOf.All(ctx, tx, id)
	for _, o := range list {
		if err != nil {
			return out, err
		}
		x := OfferNow{Offer: o}
		if o.State == Open {
			var fit []want
			fit, err = fitting(ctx, tx, o, out.Today, out.Today.AddDays(ahead))
			x.Wanted = int64(len(fit))
		}
		out.Offers = append(out.Offers, x)
	}
	if err != nil {
		return out, err
	}
	if out.Parts, err = partsOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	out.Where, err = region.FullName(ctx, tx, out.Region)
	return out, err
}

// fitting are the unserved orders of a span of days for which an offer would have done.
func fitting(ctx context.Context, tx *db.Tx, o Offer, from, to clock.Day) ([]want, error) {
	list, err := wants.All(ctx, tx, wanting{o.Within(), o.Category, from, to})
	return slices.DeleteFunc(list, func(w want) bool { return !o.fits(w) }), err
}

// ListInput filters the register of units.
type ListInput struct {
	Region auth.Region `query:"region"`
	Kind   string      `query:"kind" set:"partner.kind," maxLength:"20"`
	State  string      `query:"state" set:"partner.state," maxLength:"10"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	Sort   string      `query:"sort" enum:"new,name," maxLength:"4" doc:"按登记先后（新的在前）或名称"`
	db.Paging
}

// Register is one page of the units of a place.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Partner]
}

// List gives the units in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}

// ExportInput is a list and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// exportMost is how many units one file holds.
const exportMost = 5000

// Export gives the register as a table (驻区单位一览).
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "partner.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		rows, err := list.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View)}, exportMost)
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "驻区单位一览", Columns: []string{"序号", "名称", "类别", "嘎查村（社区）", "地址",
			"电话", "联系人", "提供几项", "公开", "状态"}}}
		for i, p := range rows {
			if err != nil {
				return t, err
			}
			var where string
			where, err = region.Name(ctx, tx, p.Region)
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), p.Name, Kinds.Word(p.Kind), where, p.Address, p.Phone, p.ContactName,
				strconv.FormatInt(p.OffersNow, 10), yes(p.Open), states.Word(p.State)})
		}
		if err != nil {
			return t, err
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "partner", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// NearInput looks for offers that reach a place.
type NearInput struct {
	Region   auth.Region `query:"region"`
	Category string      `query:"category" set:"catalogue_item.category," maxLength:"20"`
	db.Paging
}

// Near is one page of offers that reach a place.
type Near struct {
	In NearInput `json:"-"`
	db.Page[Offer]
}

// Near gives what units offer to a place, also those that are not public: for who plans there. Without a place it is the actor's own.
func (s *Service) Near(ctx context.Context, in NearInput) (Near, error) {
	return act.Read(ctx, s.db, Use, func(tx *db.Tx) (out Near, err error) {
		if in.Region == 0 {
			in.Region = auth.From(ctx).Seat()
		}
		if err := auth.Require(ctx, Use, Use, auth.Place{Region: in.Region}); err != nil {
			return out, err
		}
		out.In = in
		out.Page, err = near.Page(ctx, tx, reaching{Region: in.Region, Category: in.Category, Day: clock.DayOf(tx.Now)}, in.Paging)
		return out, err
	})
}

// Face is what everybody may see of an offer.
type Face struct {
	ID          db.ID     `json:"id"`
	Partner     string    `json:"partner"`
	Phone       string    `json:"phone" doc:"单位的电话"`
	Service     string    `json:"service"`
	Description string    `json:"description"`
	Category    string    `json:"category" set:"catalogue_item.category"`
	Location    string    `json:"service_at_location"`
	Reach       string    `json:"reach" set:"partner_offer.reach"`
	When        string    `json:"schedule" doc:"什么时候，用文字说"`
	ByDay       []string  `json:"byday"`
	OpensAt     string    `json:"opens_at"`
	ClosesAt    string    `json:"closes_at"`
	ValidFrom   clock.Day `json:"valid_from"`
	ValidTo     clock.Day `json:"valid_to"`
	Where       string    `json:"where"`
}

// Faces is one page of what units offer to everybody.
type Faces struct {
	In NearInput `json:"-"`
	db.Page[Face]
}

// Faces gives the offers of units that agree to it; no person's name stands there.
func (s *Service) Faces(ctx context.Context, in NearInput) (Faces, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Faces, err error) {
		out.In, out.Items = in, []Face{}
		page, err := near.Page(ctx, tx, reaching{in.Region, in.Category, clock.DayOf(tx.Now), true}, in.Paging)
		out.Next = page.Next
		for _, o := range page.Items {
			if err != nil {
				return out, err
			}
			f := Face{ID: o.ID, Partner: o.Partner, Phone: o.Phone, Service: o.Service, Description: o.Description, Category: o.Category,
				Location: o.Location, Reach: o.Reach, When: o.When(), ByDay: append([]string{}, o.ByDay...), OpensAt: o.OpensAt,
				ClosesAt: o.ClosesAt, ValidFrom: o.ValidFrom, ValidTo: o.ValidTo}
			f.Where, err = region.FullName(ctx, tx, o.Region)
			out.Items = append(out.Items, f)
		}
		return out, err
	})
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Mine are the units for which somebody speaks.
type Mine struct {
	Items []Partner `json:"items"`
}

// Mine gives one's own units.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Mine, err error) {
		out.Items, err = mineOf.All(ctx, tx, auth.From(ctx).Person)
		out.Items = slices.DeleteFunc(out.Items, func(p Partner) bool { return keyed(ctx, p.ID) != nil })
		return out, err
	})
}

// With is who takes part in an activity, an order or a project, and who might.
type With struct {
	Of
	Title  string    `json:"title"`
	Day    clock.Day `json:"day"`
	Parts  []Part    `json:"parts"`
	Offers []Offer   `json:"offers" doc:"够得着的服务，同一类的在前"`
	Others []Partner `json:"-"`
	Over   string    `json:"-"`
	Back   string    `json:"-"`
}

// WithInput names an activity, an order or a project.
type WithInput struct {
	ActivityID db.ID `query:"activity_id"`
	OrderID    db.ID `query:"order_id"`
	ProjectID  db.ID `query:"project_id"`
}

// offersMost is how many offers the page of one thing shows.
const offersMost = 40

// With gives the units that take part in a thing, and what units offer to its place.
func (s *Service) With(ctx context.Context, in WithInput) (With, error) {
	return act.Read(ctx, s.db, Use, func(tx *db.Tx) (out With, err error) {
		of := Of(in)
		t, err := of.load(ctx, tx)
		if err != nil {
			return out, err
		}
		out = With{Of: of, Title: t.Title, Day: t.Day, Over: t.Over, Back: t.Back}
		if out.Parts, err = partsWith.All(ctx, tx, in.ActivityID, in.OrderID, in.ProjectID); err != nil {
			return out, err
		}
		there := map[db.ID]bool{}
		for _, x := range out.Parts {
			there[x.PartnerID] = there[x.PartnerID] || x.State != Dropped
		}
		if out.Offers, err = near.First(ctx, tx, reaching{Region: t.Region, Day: t.Day}, offersMost); err != nil {
			return out, err
		}
		out.Offers = slices.DeleteFunc(out.Offers, func(o Offer) bool {
			return there[o.PartnerID] || in.ProjectID == 0 && !o.holds(t.Day)
		})
		slices.SortStableFunc(out.Offers, func(a, b Offer) int { return rank(a, t.Category) - rank(b, t.Category) })
		out.Others, err = townOf.All(ctx, tx, int64(t.Region)/1000)
		out.Others = slices.DeleteFunc(out.Others, func(p Partner) bool { return there[p.ID] })
		return out, err
	})
}

func rank(o Offer, category string) int {
	if o.Category == category {
		return 0
	}
	return 1
}

// Speaks says whether a person speaks for a unit now.
func Speaks(ctx context.Context, tx *db.Tx, id, personID db.ID) (bool, error) {
	c, has, err := db.Found(contactNow.One(ctx, tx, id))
	return has && c.PersonID == personID, err
}

// SpokenBy are the units for which a person speaks now.
func SpokenBy(ctx context.Context, tx *db.Tx, personID db.ID) ([]Partner, error) {
	return mineOf.All(ctx, tx, personID)
}
