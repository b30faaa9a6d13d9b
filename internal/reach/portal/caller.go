package portal

import (
	"context"
	"slices"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/order"
)

// CallerInput is the number that stands on the display of the station's telephone.
type CallerInput struct {
	Phone string `json:"phone" minLength:"1" maxLength:"40"`
}

// Caller is somebody who is registered under a number, as the form of the desk needs him.
type Caller struct {
	Name    string    `json:"name"`
	Address string    `json:"address"`
	Orders  []Earlier `json:"orders" doc:"最近三单，点一下再来一次"`
}

// Earlier is a service that somebody had.
type Earlier struct {
	CatalogueID db.ID  `json:"catalogue_id"`
	Item        string `json:"item"`
	Title       string `json:"title"`
	When        string `json:"when"`
}

// Callers are those registered under a number; none is somebody new.
type Callers struct {
	Items []Caller `json:"items"`
}

// lastServices are what somebody asked for, each service once as he asked last, the latest first.
var lastServices = db.Query[lastService](`SELECT o.catalogue_id, c.name AS item, o.title, o.created_at AS at FROM orders o
	JOIN catalogue_item c ON c.id = o.catalogue_id WHERE c.active
	AND o.id IN (SELECT MAX(l.id) FROM orders l WHERE l.recipient_id = $1 GROUP BY l.catalogue_id) ORDER BY o.id DESC LIMIT 3`)

type lastService struct {
	CatalogueID db.ID
	Item, Title string
	At          time.Time
}

// Caller says who rings: name, address of this month and last orders of those registered under the number where the actor works. The trail
// keeps that he asked, and whom he was shown; the number says why.
func (s *Service) Caller(ctx context.Context, in CallerInput) (Callers, error) {
	return act.Write(ctx, s.db, act.Op{Perm: order.Dial, Quiet: "nobody is registered under the number"}, func(tx *db.Tx) (Callers, error) {
		out := Callers{Items: []Caller{}}
		known, err := s.persons.FindByPhone(ctx, tx, in.Phone)
		if err != nil {
			return out, err
		}
		for _, p := range known {
			if !auth.Can(ctx, order.Dial, auth.Place{Region: p.Region}) {
				continue
			}
			c, err := s.persons.Contact(ctx, tx, p.ID)
			if err != nil {
				return out, err
			}
			who := Caller{Name: p.Name, Address: c.Address, Orders: []Earlier{}}
			last, err := lastServices.All(ctx, tx, p.ID)
			if err != nil {
				return out, err
			}
			for _, l := range last {
				who.Orders = append(who.Orders, Earlier{l.CatalogueID, l.Item, l.Title, clock.DayOf(l.At).Words(ctx)})
			}
			out.Items = append(out.Items, who)
			if err := audit.Write(ctx, tx, audit.Entry{Action: "portal.caller", Object: "person", ID: p.ID.String(), Region: p.Region}); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

// Ring is the telephone of the person of an order.
type Ring struct {
	OrderID db.ID  `json:"order_id"`
	No      string `json:"no"`
	Title   string `json:"title"`
	Name    string `json:"name"`
	Phone   string `json:"phone" doc:"没有登记电话时为空"`
}

// dialled are the states in which there is something to talk about.
var dialled = []order.State{order.Submitted, order.NeedsInfo, order.Queued, order.Open, order.Offered, order.Accepted, order.InService,
	order.Served, order.Unconfirmed, order.Confirmed, order.Disputed}

// Call gives the telephone of the person of an open order to the station that handles it. No reason is asked: the order is one, and
// the trail
// keeps who looked, and of which order.
func (s *Service) Call(ctx context.Context, in order.GetInput) (Ring, error) {
	return act.Write(ctx, s.db, act.Op{Perm: order.Dial}, func(tx *db.Tx) (out Ring, err error) {
		o, err := order.Handled(ctx, tx, in.ID, order.Dial)
		if err != nil {
			return out, err
		}
		if !slices.Contains(dialled, o.State) {
			return out, errs.WrongState("这一单已经办完；要看电话，请到居民的页上写明原因")
		}
		c, err := s.persons.Contact(ctx, tx, o.RecipientID)
		if err != nil {
			return out, err
		}
		return Ring{OrderID: o.ID, No: o.No, Title: o.Title, Name: c.Name, Phone: c.Phone},
			audit.Write(ctx, tx, audit.Entry{Action: "portal.call", Object: "order", ID: o.ID.String(), Region: o.Region,
				Detail: map[string]any{"person": o.RecipientID.String()}})
	})
}

// back is where the page of the telephone leads.
func (r Ring) back() string { return "/desk/orders/" + r.OrderID.String() }

// spaced writes a mobile number as people read it out: 138 1234 5678.
func (r Ring) spaced() string {
	if len(r.Phone) != 11 {
		return r.Phone
	}
	return r.Phone[:3] + " " + r.Phone[3:7] + " " + r.Phone[7:]
}
