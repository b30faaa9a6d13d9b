package homevisit

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/geo"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// ListInput looks for plans.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	State  string      `query:"state" set:"home_visit_plan.state," maxLength:"10"`
	db.Paging
}

// Line is a plan in the list, with how many homes it has and how many were reached.
type Line struct {
	Plan
	Homes   int64 `json:"homes"`
	Reached int64 `json:"reached"`
}

// Listing is one page of plans.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Line]
}

// List gives the plans of the actor's place.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, sought{in, auth.ScopeOf(ctx, Keep)}, in.Paging)
		return out, err
	})
}

// LeftOut is somebody of the groups of a plan whom nobody visits because of it, and why.
type LeftOut struct {
	PersonID db.ID       `json:"person_id"`
	Name     string      `json:"name"`
	Region   auth.Region `json:"region"`
	Why      string      `json:"why" set:"home_visit_member.left_out" db:"left_out"`
}

// House is a home with who lives there.
type House struct {
	Home
	Lives []string `json:"lives"`
}

// Route is a day with who goes.
type Route struct {
	Day
	Goers []Goer `json:"goers"`
}

// Sheet is the desk's page of a plan.
type Sheet struct {
	Plan
	Homes    []House   `json:"homes"`
	Left     []LeftOut `json:"left_out"`
	Days     []Route   `json:"days"`
	Groups   []Cell    `json:"by_group"`
	Places   []Cell    `json:"by_place"`
	Answered int64     `json:"answered" doc:"填了问卷的人"`

	Where   string                 `json:"-"`
	Names   map[auth.Region]string `json:"-"`
	Words   []setting.Word         `json:"-"`
	Today   clock.Day              `json:"-"`
	Choices []choice               `json:"-"`
	Small   int64                  `json:"-"`
}

// GetInput names a plan.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives a plan to the desk.
func (s *Service) Get(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Look(ctx, s.db, &s.plans, in.ID, func(tx *db.Tx, p Plan) (Sheet, error) { return s.sheet(ctx, tx, p) })
}

func (s *Service) sheet(ctx context.Context, tx *db.Tx, p Plan) (out Sheet, err error) {
	out = Sheet{Plan: p, Today: clock.DayOf(tx.Now), Names: map[auth.Region]string{}, Homes: []House{}, Days: []Route{}}
	if out.Where, err = region.FullName(ctx, tx, p.Region); err != nil {
		return out, err
	}
	if out.Words, err = setting.Words(ctx, tx, setting.Groups); err != nil {
		return out, err
	}
	if err = s.houses(ctx, tx, &out); err != nil {
		return out, err
	}
	if out.Left, err = leftOut.All(ctx, tx, p.ID); err != nil {
		return out, err
	}
	if out.Days, err = routes(ctx, tx, daysOf, p.ID); err != nil {
		return out, err
	}
	if p.State == Open {
		if out.Choices, err = choices(ctx, tx, out); err != nil {
			return out, err
		}
	}
	if p.SurveyID != 0 {
		if out.Answered, err = answered.One(ctx, tx, p.SurveyID, p.ID, p.FromDay); err != nil {
			return out, err
		}
	}
	f, err := s.count(ctx, tx, counting{PlanID: p.ID, At: p.Region, Scope: auth.ScopeOf(ctx, Keep)})
	out.Groups, out.Places, out.Small = f.Groups, f.Places, f.Small
	return out, err
}

// houses loads the homes of a plan with who lives there, and the names of their places.
func (s *Service) houses(ctx context.Context, tx *db.Tx, out *Sheet) error {
	homes, err := homesOf.All(ctx, tx, out.ID)
	if err != nil {
		return err
	}
	lives, err := livesAt.All(ctx, tx, out.ID)
	by := map[db.ID][]string{}
	for _, l := range lives {
		by[l.HomeID] = append(by[l.HomeID], l.Name)
	}
	for _, h := range homes {
		out.Homes = append(out.Homes, House{h, by[h.ID]})
		if _, known := out.Names[h.Region]; !known && err == nil {
			out.Names[h.Region], err = region.Name(ctx, tx, h.Region)
		}
	}
	return err
}

// choices are who may be asked to go, in the places in which somebody is still to be visited.
func choices(ctx context.Context, tx *db.Tx, v Sheet) (out []choice, err error) {
	seen := map[auth.Region]bool{}
	for _, h := range v.Homes {
		if h.State != Waiting || seen[h.Region] || err != nil {
			continue
		}
		seen[h.Region] = true
		var more []choice
		more, err = able.All(ctx, tx, h.Region, v.Today)
		out = append(out, more...)
	}
	return out, err
}

func routes(ctx context.Context, tx *db.Tx, days *db.Rows[Day], of db.ID) ([]Route, error) {
	out := []Route{}
	list, err := days.All(ctx, tx, of)
	for _, d := range list {
		if err != nil {
			return nil, err
		}
		var goers []Goer
		goers, err = goersOf.All(ctx, tx, d.ID)
		out = append(out, Route{d, goers})
	}
	return out, err
}

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Own are the days on which the actor is asked to go, or goes. Whom he goes to see stands on the page of the day alone.
type Own struct {
	Items []Route  `json:"items"`
	Where []string `json:"where"`
	Me    db.ID    `json:"-"`
}

// Mine gives them.
func (s *Service) Mine(ctx context.Context, _ Nothing) (Own, error) {
	return act.Read(ctx, s.db, Go, func(tx *db.Tx) (out Own, err error) {
		out = Own{Items: []Route{}, Where: []string{}, Me: auth.From(ctx).Person}
		if out.Me == 0 {
			return out, nil
		}
		if out.Items, err = routes(ctx, tx, myDays, out.Me); err != nil {
			return out, err
		}
		for _, r := range out.Items {
			name, err := region.Name(ctx, tx, r.Region)
			if err != nil {
				return out, err
			}
			out.Where = append(out.Where, name)
		}
		return out, nil
	})
}

// Stop is a home on the way of a day, with how to find it. The desk is told no telephone and no address here.
type Stop struct {
	House
	LivesIDs []db.ID         `json:"-"`
	Contact  *person.Contact `json:"contact,omitempty"`
	Metres   int64           `json:"metres" doc:"离上一家（第一家离站点）的直线距离；不知道为 0"`
	Placed   bool            `json:"placed" doc:"登记里有位置；没有的排在最后"`
	Visits   []Visit         `json:"visits"`
}

// DayPage is a day with its homes in order.
type DayPage struct {
	Route
	Plan  Plan   `json:"plan"`
	Stops []Stop `json:"stops"`

	Where string    `json:"-"`
	Mine  bool      `json:"-"` // the reader goes himself, soon
	Today clock.Day `json:"-"`
}

// DayInput names a day.
type DayInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Way gives the homes of a day in their order: to who agreed to go with how to find them, to the desk without. Who goes is told whose
// homes these are from three days before, and no more when the day is over.
func (s *Service) Way(ctx context.Context, in DayInput) (DayPage, error) {
	return act.Look(ctx, s.db, &s.days, in.ID, func(tx *db.Tx, d Day) (DayPage, error) {
		if err := d.goes(ctx, tx); err != nil {
			return DayPage{}, err
		}
		return s.onWay(ctx, tx, d, false)
	})
}

// onWay loads a day; open opens the addresses for who does not go himself.
func (s *Service) onWay(ctx context.Context, tx *db.Tx, d Day, open bool) (out DayPage, err error) {
	out = DayPage{Route: Route{Day: d}, Stops: []Stop{}, Today: clock.DayOf(tx.Now)}
	if out.Goers, err = goersOf.All(ctx, tx, d.ID); err != nil {
		return out, err
	}
	me := auth.From(ctx).Person
	out.Mine = d.State != Over && !d.far(out.Today) && slices.ContainsFunc(out.Goers,
		func(g Goer) bool { return g.PersonID == me && me != 0 && g.State == Agreed })
	if out.Plan, err = planTable.Get(ctx, tx, d.PlanID); err != nil {
		return out, err
	}
	if out.Where, err = region.FullName(ctx, tx, d.Region); err != nil {
		return out, err
	}
	if (d.State == Over || d.far(out.Today)) && !auth.Can(ctx, Keep, auth.Place{Region: d.Region}) {
		return out, nil
	}
	st, _, err := station.Of(ctx, tx, d.Region)
	if err != nil {
		return out, err
	}
	homes, err := homesOn.All(ctx, tx, d.ID)
	lat, lng := st.Lat, st.Lng
	for _, h := range homes {
		if err != nil {
			return out, err
		}
		var x Stop
		x, lat, lng, err = s.stop(ctx, tx, h, lat, lng)
		if !out.Mine && !open {
			x.Contact = nil
		}
		out.Stops = append(out.Stops, x)
	}
	return out, err
}

// stop loads one home, and where the next begins.
func (s *Service) stop(ctx context.Context, tx *db.Tx, h Home, lat, lng float64) (x Stop, _, _ float64, err error) {
	x = Stop{House: House{Home: h}}
	lives, err := livesIn.All(ctx, tx, h.ID)
	if err != nil {
		return x, lat, lng, err
	}
	for _, l := range lives {
		x.Lives, x.LivesIDs = append(x.Lives, l.Name), append(x.LivesIDs, l.PersonID)
	}
	if x.Visits, err = visitsOf.All(ctx, tx, h.ID); err != nil {
		return x, lat, lng, err
	}
	c, err := s.persons.Contact(ctx, tx, h.PersonID)
	if err != nil {
		return x, lat, lng, err
	}
	x.Contact = &c
	if x.Placed = geo.Marked(c.Lat, c.Lng); !x.Placed {
		return x, lat, lng, nil
	}
	if geo.Marked(lat, lng) {
		x.Metres = int64(geo.Metres(lat, lng, c.Lat, c.Lng))
	}
	return x, c.Lat, c.Lng, nil
}

// Print gives the sheet of a day on paper, with how to find each home: to who goes, and to the desk for who goes, once the day holds. That
// somebody took it is in the trail.
func (s *Service) Print(ctx context.Context, in DayInput) (blob.File, error) {
	op := act.Op{Perm: Go, Action: "homevisit.print"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		d, err := loadDay(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Go, Go, d.place())
		}
		if err == nil {
			err = d.knows(ctx, tx)
		}
		if err != nil {
			return t, err
		}
		if d.State != Agreed {
			return t, errs.WrongState("去的人都答应以后才能打印")
		}
		v, err := s.onWay(ctx, tx, d, true)
		if err != nil {
			return t, err
		}
		return v.paper(), audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "home_visit_day", ID: d.ID.String(), Region: d.Region,
			Detail: map[string]any{"homes": len(v.Stops), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

func (v DayPage) paper() paper.Table {
	lead := v.Plan.Title + "，" + v.Where + "，" + v.Day.Day.String() + "，" + goersWords(v.Goers)
	t := paper.Table{Day: v.Day.Day, Table: sheet.Table{Title: "走访单", Lead: lead,
		Columns: []string{"第几家", "谁", "电话", "住址", "怎么走", "几个人去", "结果"},
		Foot:    []string{"结果写：见面、电话通了、未遇、拒访、已外出、已搬走、已去世", "走访不计服务时长。用完交回站里，不留在外面。"}}}
	for i, x := range v.Stops {
		two := "一个人也可以"
		if x.TwoVisitors {
			two = "两个人"
		}
		t.Rows = append(t.Rows, []string{format.Int(i + 1), strings.Join(x.Lives, "、"), x.Contact.Phone, x.Contact.Address,
			x.Contact.Landmark, two, results.Word(x.LastResult)})
	}
	return t
}

func goersWords(list []Goer) string {
	var out []string
	for _, g := range list {
		if g.State != Declined {
			out = append(out, g.Name)
		}
	}
	return strings.Join(out, "、")
}

// Goes says whether somebody goes to see a person on a day that he agreed to.
func Goes(ctx context.Context, tx *db.Tx, who, person db.ID) (bool, error) {
	n, err := goesTo.One(ctx, tx, who, person)
	return n > 0, err
}
