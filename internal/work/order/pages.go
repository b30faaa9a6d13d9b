package order

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/office/home"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
)

// Row is an order as lists and boards of the station show it.
type Row struct {
	Order
	Recipient  string
	Item       string
	Icon       string
	Volunteers []Helper `db:"-"`
}

// DueRow is an order with a deadline.
type DueRow struct {
	Row
	Kind  string
	DueAt time.Time
}

// Word says what is due.
func (d DueRow) Word() string {
	return map[string]string{dueReview: "审核", dueReviewLate: "审核（已晚）", dueDispatch: "派单", dueDispatchLate: "派单（已晚）", dueRedo: "重办",
		dueOffer: "等志愿者答复", dueCallBack: "电话问一声", dueSecond: "带纸面去确认", dueLapse: "到期算未确认", dueEvaluate: "到期不再评价", dueResolve: "回访"}[d.Kind]
}

// Today is the station's first page: whom to call, what to have signed, what falls due, and how many orders stand where.
type Today struct {
	Now    time.Time
	Calls  []Row
	Signs  []Row
	Dues   []DueRow
	Counts map[State]int64
	Desks  []home.Desk // of the actor's own stations
}

// Empty says that nothing waits.
func (t Today) Empty() bool { return len(t.Calls)+len(t.Signs)+len(t.Dues) == 0 }

// TodayInput is empty: the page is that of the actor's scope.
type TodayInput struct{}

// Today gives the three lists of the actor's scope, and who is on duty today at his own station. To call: unhappy residents, urgent
// orders without a volunteer, services that nobody has confirmed for three days. To sign: confirmations that wait longer, or too long.
func (s *Service) Today(ctx context.Context, _ TodayInput) (Today, error) {
	return act.Read(ctx, s.db, Handle, func(tx *db.Tx) (out Today, err error) {
		scope := auth.ScopeOf(ctx, Handle)

		out.Now = tx.Now
		week := tx.Now.Add(-7 * 24 * time.Hour)
		if out.Calls, err = rows(ctx, tx, scope, func(b *db.Builder) {
			b.Add(` AND (o.state = 'disputed' OR o.urgent AND o.state IN ('submitted', 'queued', 'offered') OR o.state = 'served' AND o.state_at <= ? AND o.state_at > ?)`,
				tx.Now.Add(-3*24*time.Hour), week).Add(` ORDER BY o.urgent DESC, o.state_at, o.id LIMIT 30`)
		}); err != nil {
			return out, err
		}
		if out.Signs, err = rows(ctx, tx, scope, func(b *db.Builder) {
			b.Add(` AND (o.state = 'unconfirmed' OR o.state = 'served' AND o.state_at <= ?) ORDER BY o.state_at, o.id LIMIT 30`, week)
		}); err != nil {
			return out, err
		}
		if out.Dues, err = dues(ctx, tx, scope, tx.Now.Add(24*time.Hour)); err != nil {
			return out, err
		}
		if out.Counts, err = counts(ctx, tx, scope); err != nil {
			return out, err
		}
		out.Desks, err = home.Desks(ctx, tx, s.keys)
		return out, err
	})
}

// column is one column of the board: a few states under one heading.
type column struct {
	Title  string
	Key    State // for the colour
	States []State
	Rows   []Row
	Total  int64 // of them all, shown here or not
}

// BoardInput narrows the board to a day, and to a number or a name.
type BoardInput struct {
	Day clock.Day `query:"day"`
	Q   string    `query:"q" maxLength:"40"`
}

// Board is what is going on now.
type Board struct {
	In      BoardInput
	Now     time.Time
	Columns []column
}

var boardStates = []column{{Title: "待审核、待派单", Key: Queued, States: []State{Submitted, Queued, Open}},
	{Title: "已派单，等接单", Key: Offered, States: []State{Offered}}, {Title: "已接单、服务中", Key: InService, States: []State{Accepted, InService}},
	{Title: "待确认、待回访", Key: Served, States: []State{Served, Disputed}}}

// boardMost is how many cards a column of the board holds; the list of orders has all.
const boardMost = 30

// Board gives the cards of the actor's scope, column by column: first those whose time went by, then the urgent, then the soonest.
func (s *Service) Board(ctx context.Context, in BoardInput) (Board, error) {
	return act.Read(ctx, s.db, Handle, func(tx *db.Tx) (out Board, err error) {
		out.In, out.Now, out.Columns = in, tx.Now, slices.Clone(boardStates)
		scope := auth.ScopeOf(ctx, Handle)
		for i := range out.Columns {
			c := &out.Columns[i]
			if c.Total, err = boardCount(ctx, tx, scope, in, c.States); err == nil && c.Total > 0 {
				c.Rows, err = boardCards(ctx, tx, scope, in, c.States)
			}
			if err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

// Missed says that the time of an order went by before anybody came.
func (r Row) Missed(now time.Time) bool {
	return r.WindowEnd.Before(now) && slices.Contains([]State{Submitted, Queued, Open, Offered, Accepted}, r.State)
}

// Card gives one card of the board; NotFound when it is not in the actor's scope.
func (s *Service) Card(ctx context.Context, in GetInput) (Row, error) {
	return act.Read(ctx, s.db, Handle, func(tx *db.Tx) (out Row, err error) {
		found, err := rows(ctx, tx, auth.ScopeOf(ctx, Handle), func(b *db.Builder) { b.Add(` AND o.id = ?`, in.ID) })
		if err == nil && len(found) == 0 {
			err = errs.ErrNotFound
		}
		if err == nil {
			out = found[0]
		}
		return out, err
	})
}

// SearchInput looks for orders at the desk: Q is part of a number or of the recipient's name.
type SearchInput struct {
	Q     string    `query:"q" maxLength:"40"`
	State string    `query:"state" maxLength:"20"`
	Kind  string    `query:"kind" maxLength:"40"`
	From  clock.Day `query:"from"`
	To    clock.Day `query:"to"`
	Sort  string    `query:"sort" maxLength:"20" enum:"new,window,"`
	db.Paging
}

// Found is one page of orders.
type Found struct {
	In   SearchInput
	Rows []Row
	Next *string
}

// Search gives orders of the actor's scope, the newest or the soonest first.
func (s *Service) Search(ctx context.Context, in SearchInput) (Found, error) {
	return act.Read(ctx, s.db, Handle, func(tx *db.Tx) (out Found, err error) {
		found, err := search(ctx, tx, auth.ScopeOf(ctx, Handle), in, in.Size()+1)
		page := db.PageOf(found, in.Paging, func(r Row) []string { return db.Key(r.WindowStart, r.ID) })
		out = Found{In: in, Rows: page.Items, Next: page.Next}
		return out, err
	})
}

// Counter is the desk's form for an order by telephone: the places and services that the actor may choose.
type Counter struct {
	Places []Choice
	Menu   []catalogue.Item // what is asked for most here, first
	Often  int              // how many of them are in sight at once
}

// oftenShown is how many services the form shows without unfolding.
const oftenShown = 8

// Choice is one option of a form.
type Choice struct {
	Code auth.Region
	Name string
}

// Counter prepares the form.
func (s *Service) Counter(ctx context.Context, _ TodayInput) (Counter, error) {
	return act.Read(ctx, s.db, Make, func(tx *db.Tx) (out Counter, err error) {
		if out.Places, err = places(ctx, tx); err != nil {
			return out, err
		}
		at := auth.Region(0)
		if len(out.Places) > 0 {
			at = out.Places[0].Code
		}
		if out.Menu, err = catalogue.Menu(ctx, tx, at); err != nil {
			return out, err
		}
		out.Often = min(len(out.Menu), oftenShown)
		return out, s.usedFirst(ctx, tx, at, out.Menu)
	})
}

// usedFirst puts the services of a menu that were asked for most in a season before the others.
func (s *Service) usedFirst(ctx context.Context, tx *db.Tx, at auth.Region, menu []catalogue.Item) error {
	used, err := usedHere.All(ctx, tx, int64(at), clock.DayOf(tx.Now).AddDays(-90))
	times := map[db.ID]int64{}
	for _, u := range used {
		times[u.CatalogueID] = u.Times
	}
	slices.SortStableFunc(menu, func(a, b catalogue.Item) int { return cmp.Compare(times[b.ID], times[a.ID]) })
	return err
}

// places gives the communities for which the actor may enter orders.
func places(ctx context.Context, tx *db.Tx) (out []Choice, err error) {
	for _, g := range auth.From(ctx).Grants {
		var found []Choice
		switch {
		case g.Role == auth.StationManager:
			st, err := station.Get(ctx, tx, g.Station)
			if err != nil {
				return nil, err
			}
			found, err = communities.All(ctx, tx, st.Region, st.Region)
			if err != nil {
				return nil, err
			}
		case g.Role == auth.CommunityHead, g.Role == auth.TownOfficer:
			if found, err = communities.All(ctx, tx, g.Region, g.Region+999*auth.Region(btoi(g.Region.Level() == auth.LevelTown))); err != nil {
				return nil, err
			}
		}
		for _, c := range found {
			c.Name = region.Short(c.Name, auth.LevelCommunity)
			if !slices.ContainsFunc(out, func(o Choice) bool { return o.Code == c.Code }) {
				out = append(out, c)
			}
		}
	}
	return out, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// DeskOrder is the page of one order at the station.
type DeskOrder struct {
	Detail
	Item     catalogue.Item
	Place    string
	Phone    string // masked
	Timeline []Event
	Similar  []string
	Picture  blob.Meta // that came with it, if the actor may see it
	Another  string    // who has to call back before a disputed order is confirmed, where the actor's call does not do
	SeenCode bool      // the actor may print the one-time code: he entered the order for somebody
}

// Desk gives the page of one order.
func (s *Service) Desk(ctx context.Context, in GetInput) (DeskOrder, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out DeskOrder, err error) {
		o, err := load(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		out, err = s.desk(ctx, tx, o)
		return out, err
	})
}

func (s *Service) desk(ctx context.Context, tx *db.Tx, o Order) (out DeskOrder, err error) {
	if out.Detail, err = s.detail(ctx, tx, o); err != nil {
		return out, err
	}
	if out.Item, err = catalogue.Get(ctx, tx, o.CatalogueID); err != nil {
		return out, err
	}
	if out.Place, err = region.Name(ctx, tx, o.Region); err != nil {
		return out, err
	}
	t, err := timeline(ctx, tx, o)
	if err != nil {
		return out, err
	}
	out.Timeline = t.Items
	if out.Picture, err = s.photo(ctx, tx, out.Detail); err != nil {
		return out, err
	}
	if out.Another, err = s.another(ctx, tx, out.Detail); err != nil {
		return out, err
	}
	out.SeenCode = mayPrintCode(ctx, o)
	if auth.Can(ctx, Handle, o.place()) {
		p, err := person.Current(ctx, tx, o.RecipientID)
		if err != nil {
			return out, err
		}
		out.Phone = p.Phone
		if out.Similar, err = similar(ctx, tx, o); err != nil {
			return out, err
		}
	}
	return out, nil
}

// another says who has to call back before an order is confirmed; "" where the actor may, or may do nothing about it.
func (s *Service) another(ctx context.Context, tx *db.Tx, d Detail) (string, error) {
	if !d.Can(Resolve) {
		return "", nil
	}
	may, err := byDispute(s.persons).Gather(ctx, tx, d.ID)
	if err != nil {
		return "", err
	}
	denied := new(errs.Error)
	if err = may(ctx); !errors.As(err, &denied) || denied.Kind != errs.Denied {
		return "", err
	}
	w, there, err := byDispute(s.persons).Of(ctx, tx, d.ID)
	if there {
		return denied.Msg + "。" + w.Words(ctx), err
	}
	return denied.Msg, err
}

// similar gives the numbers of orders of the same person, service and week.
func similar(ctx context.Context, tx *db.Tx, o Order) ([]string, error) {
	monday := o.Day.AddDays(-(int(o.Day.Time().Weekday()) + 6) % 7)
	return alike.All(ctx, tx, o.RecipientID, o.CatalogueID, monday, monday.AddDays(6), o.ID)
}

// MyOrders is the list of a resident.
type MyOrders struct {
	Orders []Row
	Next   *string
}

// MyOrders gives the orders that the actor asked for or that are for him.
func (s *Service) MyOrders(ctx context.Context, in ListInput) (MyOrders, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out MyOrders, err error) {
		found, err := ownRows(ctx, tx, max(auth.From(ctx).Person, 0), in)
		page := db.PageOf(found, in.Paging, func(r Row) []string { return db.Key(r.ID) })
		out = MyOrders{Orders: page.Items, Next: page.Next}
		return out, err
	})
}

// MyNewInput is where the resident stands in ordering: the service he has picked.
type MyNewInput struct {
	CatalogueID db.ID       `query:"catalogue_id"`
	Region      auth.Region `query:"region" doc:"替住在别处的家里人点时"`
}

// MyNew is the resident's form: first the menu with pictures, then when and where.
type MyNew struct {
	Menu    []catalogue.Item
	Item    catalogue.Item
	Region  auth.Region
	Place   string
	Station string
	Phone   string
	Address string
	Away    bool // for one of the family, who lives elsewhere
}

// MyNew prepares the form for the actor's own community.
func (s *Service) MyNew(ctx context.Context, in MyNewInput) (MyNew, error) {
	return act.Read(ctx, s.db, Make, func(tx *db.Tx) (out MyNew, err error) {
		a, err := account.Get(ctx, tx, auth.From(ctx).Account)
		if err != nil {
			return out, err
		}
		out.Region = a.Region
		if me := auth.From(ctx).Person; me != 0 {
			if err := s.home(ctx, tx, me, &out); err != nil {
				return out, err
			}
		}
		if out.Away = in.Region != 0 && in.Region != out.Region; out.Away {
			if err := inCommunity(ctx, tx, in.Region); err != nil {
				return out, err
			}
			out.Region, out.Address = in.Region, ""
		}
		if out.Place, err = region.FullName(ctx, tx, out.Region); err != nil {
			return out, err
		}
		st, _, err := station.ForCommunity(ctx, tx, out.Region)
		if err != nil {
			return out, err
		}
		out.Station = st.Name
		if in.CatalogueID != 0 {
			out.Item, err = offered(ctx, tx, CreateInput{CatalogueID: in.CatalogueID, Region: out.Region})
			return out, err
		}
		out.Menu, err = catalogue.Menu(ctx, tx, out.Region)
		return out, err
	})
}

// home fills in where the person lives now.
func (s *Service) home(ctx context.Context, tx *db.Tx, id db.ID, out *MyNew) error {
	p, err := person.Current(ctx, tx, id)
	if err != nil {
		return err
	}
	c, err := s.persons.Contact(ctx, tx, id)
	out.Region, out.Address = p.Region, c.Address
	return err
}

// recipientHref is the page of whom the order serves, for those who see it.
func (o Order) recipientHref(ctx context.Context) string {
	if !auth.Can(ctx, person.View, auth.Place{Region: o.Region}) {
		return ""
	}
	return "/desk/persons/" + o.RecipientID.String()
}
