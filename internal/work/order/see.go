package order

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// Helper is one volunteer of the present round.
type Helper struct {
	VolunteerID db.ID     `json:"volunteer_id"`
	Name        string    `json:"name"`
	State       Part      `json:"state"`
	At          time.Time `json:"at"`
	mine        bool
}

// Line is an order in a list.
type Line struct {
	Order
	Volunteers []Helper `json:"volunteers"`
}

// Detail is an order as one reader may see it; what he does not need is masked or left out.
type Detail struct {
	Order
	Volunteers       []Helper        `json:"volunteers"`
	ConfirmationCode string          `json:"confirmation_code,omitempty" doc:"只给本人看"`
	RecipientID      db.ID           `json:"recipient_id"`
	Recipient        string          `json:"recipient" doc:"不需要知道的人看到的是遮住的姓名"`
	Address          string          `json:"address,omitempty"`
	Detail           string          `json:"detail,omitempty"`
	Risk             string          `json:"risk,omitempty"`
	Contact          *person.Contact `json:"contact,omitempty" doc:"只给接了单的志愿者"`
	Moves            []Move          `json:"moves" doc:"看的人现在能办什么"`
}

// MyPart is where the reader stands in the order as a volunteer; "" when he has no part.
func (d Detail) MyPart() Part {
	for i := len(d.Volunteers) - 1; i >= 0; i-- {
		if d.Volunteers[i].mine {
			return d.Volunteers[i].State
		}
	}
	return ""
}

// Can says whether the reader may make the move now; pages show a button by it.
func (d Detail) Can(m Move) bool { return slices.Contains(d.Moves, m) }

// view is what one reader may see of an order.
type view struct{ owner, station, helper, accepted bool }

func viewOf(ctx context.Context, o Order, hs []Helper) view {
	v := view{owner: o.isOwner(auth.From(ctx).Person), station: auth.Can(ctx, Handle, o.place())}
	for _, h := range hs {
		if h.mine {
			v.helper = h.State == PartOffered || h.State.Holds()
			v.accepted = h.State.Holds() && o.State != Closed && o.State != Cancelled
		}
	}
	return v
}

// detail gives the order for the actor, who may see it.
func (s *Service) detail(ctx context.Context, tx *db.Tx, o Order) (Detail, error) {
	rows, err := namesOf.All(ctx, tx, o.ID, o.Round)
	if err != nil {
		return Detail{}, err
	}
	hs := helpersOf(ctx, rows)
	v := viewOf(ctx, o, hs)
	d := Detail{Order: o, Volunteers: shown(hs, v), RecipientID: o.RecipientID, Moves: moves(ctx, o, hs)}
	p, err := person.Current(ctx, tx, o.RecipientID)
	if err != nil {
		return d, err
	}
	d.Recipient = p.Name
	if !v.owner && !v.station && !v.accepted {
		d.Recipient = person.MaskName(p.Name)
	}
	err = s.unseal(ctx, tx, &d, v)
	if d.Recipient != p.Name {
		d.Risk = nameless(d.Risk, p.Name)
	}
	return d, err
}

// nameless is a text that many read without the name of whom the order serves.
func nameless(text, name string) string {
	if utf8.RuneCountInString(name) < 2 {
		return text
	}
	return strings.ReplaceAll(text, name, person.MaskName(name))
}

// unseal fills in the sealed fields that the reader needs.
func (s *Service) unseal(ctx context.Context, tx *db.Tx, d *Detail, v view) error {
	if !v.owner && !v.station && !v.helper {
		return nil
	}
	row, err := sealedOf.One(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if d.Risk, err = s.open(row.Risk, "risk", d.ID); err != nil {
		return err
	}
	if v.owner || v.station || v.accepted {
		if d.Detail, err = s.open(row.Detail, "detail", d.ID); err != nil {
			return err
		}
		if d.Address, err = s.open(row.Address, "address", d.ID); err != nil {
			return err
		}
	}
	if v.owner && !d.State.Ended() && d.State != Confirmed {
		if d.ConfirmationCode, err = s.open(row.Code, "code", d.ID); err != nil {
			return err
		}
	}
	if !v.accepted {
		return nil
	}
	c, err := s.persons.Contact(ctx, tx, d.RecipientID)
	if d.Address != "" {
		c.Address = d.Address
	}
	d.Contact = &c
	return err
}

func (s *Service) open(b []byte, column string, id db.ID) (string, error) {
	return s.keys.OpenText(b, seal.At("orders", column, int64(id)))
}

func (s *Service) hide(text, column string, id db.ID) []byte {
	return s.keys.SealText(text, seal.At("orders", column, int64(id)))
}

func helpersOf(ctx context.Context, rows []helperRow) []Helper {
	me := auth.From(ctx).Person
	out := make([]Helper, len(rows))
	for i, r := range rows {
		out[i] = Helper{VolunteerID: r.VolunteerID, Name: r.Name, State: r.State, At: r.At, mine: me != 0 && r.PersonID == me}
	}
	return out
}

// shown leaves to those outside the station only the volunteers who come or came, and oneself.
func shown(hs []Helper, v view) []Helper {
	if v.station {
		return hs
	}
	return slices.DeleteFunc(slices.Clone(hs), func(h Helper) bool { return !h.State.Holds() && !h.mine })
}

// moves lists what the actor may do with the order now.
func moves(ctx context.Context, o Order, hs []Helper) []Move {
	me, out := auth.From(ctx).Person, []Move{}
	own := func(p auth.Perm) bool { return me != 0 && auth.Can(ctx, p, auth.Place{Persons: []db.ID{me}}) }
	part := Part("")
	for _, h := range hs {
		if h.mine {
			part = h.State
		}
	}
	for _, st := range table {
		p, has := permOf[st.move]
		if !has || !slices.Contains(st.from, o.State) || slices.Contains(out, st.move) || st.move == Appeal && o.Appealed ||
			part != "" && (st.move == Confirm || st.move == Evaluate) { // nobody does so for his own service
			continue
		}
		self := p == Serve && own(p) && mayPart(st.move, part, o.State) || p != Serve && p != Handle && own(p) && o.isOwner(me)
		second := st.move == Resolve && auth.Can(ctx, Second, o.place())
		if self || second || handles(ctx, p, o) {
			out = append(out, st.move)
		}
	}
	return out
}

// mayPart says whether a volunteer whose part stands so may make the move himself.
func mayPart(m Move, p Part, s State) bool {
	switch m {
	case Accept:
		return p == PartOffered || s == Open && !p.Holds()
	case Decline:
		return p == PartOffered
	case HandBack, CheckIn:
		return p == PartAccepted
	case CheckOut:
		return p == PartCheckedIn
	}
	return false
}

// Position is where the person of an order lives now; zero when nobody has marked it. For matching only, never shown.
func (s *Service) Position(ctx context.Context, tx *db.Tx, o Order) (lat, lng float64, err error) {
	c, err := s.persons.Contact(ctx, tx, o.RecipientID)
	return c.Lat, c.Lng, err
}

// askedKind is the owner of the photo that came with an order.
const askedKind = "order_asked"

// photo gives the photo that came with an order, to those who may read its words: who asked, the station, who comes; else none.
func (s *Service) photo(ctx context.Context, tx *db.Tx, d Detail) (m blob.Meta, err error) {
	if d.Contact == nil && !d.isOwner(auth.From(ctx).Person) && !auth.Can(ctx, Handle, d.place()) {
		return m, nil
	}
	list, err := s.blobs.Of(ctx, tx, askedKind, d.ID)
	if len(list) > 0 {
		m = list[0]
	}
	return m, err
}

// Photo gives the photo that came with an order.
func (s *Service) Photo(ctx context.Context, in GetInput) (blob.File, error) {
	page, err := s.Desk(ctx, in)
	if err == nil && page.Picture.ID == 0 {
		err = errs.ErrNotFound
	}
	if err != nil {
		return blob.File{}, err
	}
	return s.blobs.File(page.Picture)
}

// GetInput names an order.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one order as the actor may see it.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Detail, err error) {
		o, err := load(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		out, err = s.detail(ctx, tx, o)
		return out, err
	})
}

// load gives an order that the actor may see.
func load(ctx context.Context, tx *db.Tx, id db.ID) (Order, error) {
	o, err := Get(ctx, tx, id)
	if err != nil {
		return o, err
	}
	return o, sees(ctx, tx, o)
}

// Get gives an order; NotFound when there is none. The caller asks who may.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Order, error) {
	o, ok, err := db.Found(byID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return o, err
}

// ListInput filters orders. Staff get those of their scope, others their own; Mine gives everybody his own.
type ListInput struct {
	State     string `query:"state" maxLength:"20" set:"orders.state"`
	StationID db.ID  `query:"station_id"`
	Mine      bool   `query:"mine" doc:"只看自己的：点的、为自己点的、自己接的"`
	db.Paging
}

// List gives orders, newest first.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Line], error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out db.Page[Line], err error) {
		rows, err := list(ctx, tx, in, ownOnly(ctx, in.Mine), auth.ScopeOf(ctx, View))
		if err != nil {
			return out, err
		}
		page := db.PageOf(rows, in.Paging, func(o Order) []string { return db.Key(o.ID) })
		who, err := helpers(ctx, tx, page.Items)
		if err != nil {
			return out, err
		}
		out = db.Page[Line]{Items: make([]Line, len(page.Items)), Next: page.Next}
		for i, o := range page.Items {
			hs := helpersOf(ctx, who[o.ID])
			out.Items[i] = Line{o, shown(hs, viewOf(ctx, o, hs))}
		}
		return out, nil
	})
}

// nobody is a person who owns nothing.
const nobody = db.ID(-1)

// ownOnly gives the person whose own orders a list holds, or zero when it holds those of a scope.
func ownOnly(ctx context.Context, asked bool) db.ID {
	a := auth.From(ctx)
	office := a.System != "" || slices.ContainsFunc(a.Grants, func(g auth.Grant) bool { return g.Region != 0 || g.Station != 0 })
	switch {
	case office && !asked:
		return 0
	case a.Person == 0:
		return nobody
	}
	return a.Person
}

// Timeline is the history of an order.
type Timeline struct {
	Items []Event `json:"items"`
	Next  *string `json:"next"`
}

// Timeline gives every move of an order, oldest first.
func (s *Service) Timeline(ctx context.Context, in GetInput) (Timeline, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Timeline, err error) {
		o, err := load(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		out, err = timeline(ctx, tx, o)
		return out, err
	})
}

// timeline gives the history as the actor may read it: who is neither party nor station reads no words that people wrote, and no names but
// his own.
func timeline(ctx context.Context, tx *db.Tx, o Order) (out Timeline, err error) {
	out.Items, err = eventsOf.All(ctx, tx, o.ID)
	a := auth.From(ctx)
	if auth.Can(ctx, Handle, o.place()) || o.isOwner(a.Person) {
		return out, err
	}
	for i, e := range out.Items {
		out.Items[i].Reason, out.Items[i].OnBehalfOf = "", ""
		if e.AccountID != a.Account {
			out.Items[i].Actor = person.MaskName(e.Actor)
		}
	}
	return out, err
}
