package catalogue

import (
	"context"
	"slices"
	"strings"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Services are the menu of a station's place, with what the station itself does of it. Residents may order the rest too: the station
// finds who does it.
type Services struct {
	Station station.Station `json:"-"`
	Items   []Offering      `json:"items"`
	edits   bool
}

// Offering is an item of the menu at a station.
type Offering struct {
	ItemID   db.ID  `json:"item_id"`
	Name     string `json:"name"`
	Category string `json:"category"`
	Offered  bool   `json:"offered" doc:"这个站办不办"`
	Why      string `json:"why" doc:"为什么不办"`
}

// left is what a station does not do.
type left struct {
	ItemID db.ID
	Why    string
}

// ServicesInput names a station.
type ServicesInput struct {
	ID db.ID `path:"id"`
}

// Services says what a station does; public.
func (s *Service) Services(ctx context.Context, in ServicesInput) (Services, error) {
	return s.services(ctx, in.ID, View)
}

// Offers is the page on which a station says so.
func (s *Service) Offers(ctx context.Context, in ServicesInput) (Services, error) {
	return s.services(ctx, in.ID, Edit)
}

func (s *Service) services(ctx context.Context, id db.ID, perm auth.Perm) (Services, error) {
	return act.Read(ctx, s.db, perm, func(tx *db.Tx) (out Services, err error) {
		st, err := station.Get(ctx, tx, id)
		if err != nil {
			return out, err
		}
		return services(ctx, tx, st)
	})
}

func services(ctx context.Context, tx *db.Tx, st station.Station) (Services, error) {
	out := Services{Station: st, Items: []Offering{}, edits: auth.Can(ctx, Edit, st.Place())}
	items, err := Menu(ctx, tx, st.Region)
	if err != nil {
		return out, err
	}
	not, err := leftBy.All(ctx, tx, st.ID)
	for _, it := range items {
		o := Offering{ItemID: it.ID, Name: it.Name, Category: it.Category, Offered: true}
		if i := slices.IndexFunc(not, func(l left) bool { return l.ItemID == it.ID }); i >= 0 {
			o.Offered, o.Why = false, not[i].Why
		}
		out.Items = append(out.Items, o)
	}
	return out, err
}

// OfferInput says whether a station does an item of the menu of its place.
type OfferInput struct {
	ID      db.ID  `path:"id"`
	ItemID  db.ID  `json:"item_id"`
	Offered bool   `json:"offered" required:"false"`
	Why     string `json:"why" required:"false" maxLength:"60" doc:"不办的要写明为什么，大家看得到"`
}

// Offer says that a station does an item, or why it does not. The same said twice changes nothing.
func (s *Service) Offer(ctx context.Context, in OfferInput) (Services, error) {
	in.Why = strings.TrimSpace(in.Why)
	return act.Write(ctx, s.db, act.Op{Perm: Edit, Action: "catalogue.offer", Check: in.check}, func(tx *db.Tx) (Services, error) {
		st, err := station.Get(ctx, tx, in.ID)
		if err != nil {
			return Services{}, err
		}
		if err := auth.Require(ctx, Edit, View, st.Place()); err != nil {
			return Services{}, err
		}
		if st.Status == station.Closed {
			return Services{}, errs.WrongState("已经撤销的站点不再改")
		}
		was, err := services(ctx, tx, st)
		if err != nil {
			return was, err
		}
		i := slices.IndexFunc(was.Items, func(o Offering) bool { return o.ItemID == in.ItemID })
		if i < 0 {
			return was, errs.Field("item_id", "这里的目录里没有这一项")
		}
		if was.Items[i].Offered == in.Offered && (in.Offered || was.Items[i].Why == in.Why) {
			return was, nil
		}
		if err := in.store(ctx, tx); err != nil {
			return was, err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: "catalogue.offer", Object: "station", ID: st.ID.String(), Region: st.Region,
			Cause: in.Why, Detail: map[string]any{"item_id": in.ItemID, "offered": in.Offered}}); err != nil {
			return was, err
		}
		return services(ctx, tx, st)
	})
}

func (in OfferInput) check() error {
	c := errs.Check{}
	c.That(in.Offered || in.Why != "", "why", "不办的要写明为什么")
	return c.Err()
}

func (in OfferInput) store(ctx context.Context, tx *db.Tx) (err error) {
	if in.Offered {
		_, err = takeUp.Run(ctx, tx, in.ID, in.ItemID)
	} else {
		_, err = leave.Run(ctx, tx, in.ID, in.ItemID, in.Why)
	}
	return err
}

// OnShowing tells the public page of a station what it does, by category.
func (s *Service) OnShowing(ctx context.Context, tx *db.Tx, e *station.ShowingEvent) error {
	v, err := services(ctx, tx, e.Station)
	if err != nil {
		return err
	}
	for _, c := range v.groups() {
		var names []string
		for _, o := range c.Items {
			if o.Offered {
				names = append(names, o.Name)
			}
		}
		if len(names) > 0 {
			e.Services = append(e.Services, station.Line{Text: c.Name, Note: strings.Join(names, "、")})
		}
	}
	return nil
}

// offered is a category with what a station does of it.
type offered struct {
	Name  string
	Items []Offering
}

// groups are the items by category, in the order of the plan; categories without any are left out.
func (v Services) groups() (out []offered) {
	for _, c := range Categories.Rows() {
		g := offered{Name: c.Word()}
		for _, o := range v.Items {
			if o.Category == c.Code() {
				g.Items = append(g.Items, o)
			}
		}
		if len(g.Items) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// path is where the station says what it does.
func (v Services) path() string { return servicesAt(v.Station.ID) }

func servicesAt(id db.ID) string { return "/desk/stations/" + id.String() + "/services" }
