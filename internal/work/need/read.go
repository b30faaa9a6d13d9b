package need

import (
	"context"
	"slices"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
	"linli/internal/work/catalogue"
)

// ListInput filters the register.
type ListInput struct {
	Region    auth.Region `query:"region"`
	State     string      `query:"state" set:"need.state," maxLength:"8"`
	Kind      string      `query:"kind" set:"need.kind," maxLength:"12"`
	Urgency   string      `query:"urgency" set:"need.urgency," maxLength:"8"`
	Group     string      `query:"group" maxLength:"40" pattern:"^[a-z0-9_]*$" patternDescription:"服务对象类别的代码"`
	Mine      bool        `query:"mine" doc:"只要我管的"`
	Overdue   bool        `query:"overdue" doc:"只要过了日子没有再看的"`
	OrderID   db.ID       `query:"order_id"`
	ProjectID db.ID       `query:"project_id"`
	PairingID db.ID       `query:"pairing_id"`
	Q         string      `query:"q" maxLength:"40" doc:"姓名"`
	Sort      string      `query:"sort" enum:"new,follow," maxLength:"6"`
	db.Paging
}

// Listing is one page of the register.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Need]

	Groups []setting.Word `json:"-"`
	Today  clock.Day      `json:"-"`
}

func (s *Service) scoped(ctx context.Context, tx *db.Tx, in ListInput) sought {
	return sought{in, auth.From(ctx).Account, clock.DayOf(tx.Now), s.blind(in.Group), auth.ScopeOf(ctx, View)}
}

// List gives the needs in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		if out.Page, err = list.Page(ctx, tx, s.scoped(ctx, tx, in), in.Paging); err != nil {
			return out, err
		}
		out.Groups, err = setting.Words(ctx, tx, setting.Groups)
		return out, err
	})
}

// GetInput names a need.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a need with what was done about it.
type Detail struct {
	Need
	Groups person.Codes `json:"groups"`
	Steps  []Step       `json:"steps"`

	Where string         `json:"-"`
	Words []setting.Word `json:"-"`
	Today clock.Day      `json:"-"`
	forms forms
}

// forms are what is chosen from when a need becomes something else.
type forms struct {
	Menu       []catalogue.Item
	Volunteers []choice
	Stations   []choice
}

// Get gives a need.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.needs, in.ID, func(tx *db.Tx, n Need) (Detail, error) {
		d, err := s.detail(ctx, tx, n.ID)
		if err == nil && (n.State == Open || n.State == InHand) && auth.Can(ctx, Keep, n.place()) {
			err = d.offer(ctx, tx)
		}
		return d, err
	})
}

// offer loads what is chosen from.
func (d *Detail) offer(ctx context.Context, tx *db.Tx) (err error) {
	if d.forms.Menu, err = catalogue.Menu(ctx, tx, d.Region); err != nil {
		return err
	}
	if d.forms.Volunteers, err = able.All(ctx, tx, d.Region, d.PersonID); err != nil {
		return err
	}
	d.forms.Stations, err = stationAt.All(ctx, tx, d.Region)
	return err
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (d Detail, err error) {
	if d.Need, err = load(ctx, tx, id); err != nil {
		return d, err
	}
	d.Today = clock.DayOf(tx.Now)
	if d.Words, err = setting.Words(ctx, tx, setting.Groups); err != nil {
		return d, err
	}
	if d.Steps, err = stepsOf.All(ctx, tx, id); err != nil {
		return d, err
	}
	d.Steps = append([]Step{}, d.Steps...)
	blinds, err := groupsOf.All(ctx, tx, id)
	if err != nil {
		return d, err
	}
	known := s.codes(d.Words)
	for _, b := range blinds {
		d.Groups = append(d.Groups, known[string(b)])
	}
	slices.Sort(d.Groups)
	d.Where, err = region.FullName(ctx, tx, d.Region)
	return d, err
}

// codes are the key groups by their blind index.
func (s *Service) codes(words []setting.Word) map[string]string {
	out := map[string]string{}
	for _, w := range words {
		out[string(s.blind(w.Code))] = w.Code
	}
	return out
}

// BlankInput asks for the form of a new need, and of whom.
type BlankInput struct {
	PersonID db.ID  `query:"person_id"`
	Q        string `query:"q" maxLength:"40" doc:"按姓名、电话找人"`
}

// Blank is the form of a new need.
type Blank struct {
	In     BlankInput
	Person person.Person
	Found  []person.Person
	Groups []setting.Word
	Today  clock.Day
}

// Blank gives the form of a new need, after the person was found in the register.
func (s *Service) Blank(ctx context.Context, in BlankInput) (Blank, error) {
	out := Blank{In: in}
	if in.Q != "" && auth.Holds(ctx, Keep) {
		found, err := s.persons.List(ctx, person.ListInput{Q: in.Q, Paging: db.Paging{Limit: 10}})
		if err != nil {
			return out, err
		}
		out.Found = found.Items
	}
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (Blank, error) {
		out.Today = clock.DayOf(tx.Now)
		var err error
		if in.PersonID != 0 {
			if out.Person, err = person.Get(ctx, tx, in.PersonID); err == nil {
				err = auth.Require(ctx, Keep, Keep, auth.Place{Region: out.Person.Region})
			}
			if err != nil {
				return out, err
			}
		}
		out.Groups, err = setting.Words(ctx, tx, setting.Groups)
		return out, err
	})
}

// HeatInput asks where which needs are.
type HeatInput struct {
	Region auth.Region `query:"region"`
	State  string      `query:"state" set:"need.state," maxLength:"8"`
	Format string      `query:"format" enum:"pdf,xlsx,csv," maxLength:"4"`
}

// Heat is how many people need what: by kind and key group, and by place. Few people are not shown.
type Heat struct {
	In     HeatInput `json:"-"`
	Rows   []HeatRow `json:"rows"`
	Places []Spot    `json:"places"`
	Small  int64     `json:"small" doc:"少于这么多人的不显示"`

	Groups []setting.Word `json:"-"`
	Where  string         `json:"-"`
}

// HeatRow is one kind of need, by key group.
type HeatRow struct {
	Kind  string   `json:"kind" set:"need.kind"`
	Cells []Number `json:"cells"`
}

// Number is how many people; hidden where they are too few.
type Number struct {
	Group  string `json:"group"`
	N      int64  `json:"people"`
	Hidden bool   `json:"hidden"`
}

// Spot is a place with how many people need something there, and how many needs nobody sees to.
type Spot struct {
	Region auth.Region `json:"region"`
	Name   string      `json:"name"`
	N      int64       `json:"people"`
	Open   int64       `json:"open"`
	Hidden bool        `json:"hidden"`
}

// Heat counts the needs of a place by kind, key group and the divisions below.
func (s *Service) Heat(ctx context.Context, in HeatInput) (Heat, error) {
	return act.Read(ctx, s.db, Figures, func(tx *db.Tx) (Heat, error) { return s.heat(ctx, tx, in) })
}

func (s *Service) heat(ctx context.Context, tx *db.Tx, in HeatInput) (out Heat, err error) {
	if in.Region == 0 {
		in.Region = auth.From(ctx).Seat()
	}
	out.In, out.Rows, out.Places = in, []HeatRow{}, []Spot{}
	if out.Small, err = setting.Int(ctx, tx, setting.SmallCell, region.Top); err != nil {
		return out, err
	}
	if out.Groups, err = setting.Words(ctx, tx, setting.Groups); err != nil {
		return out, err
	}
	if out.Where, err = region.FullName(ctx, tx, in.Region); err != nil {
		return out, err
	}
	within := counting{in, auth.ScopeOf(ctx, Figures)}
	found, err := cells.All(ctx, tx, within)
	if err != nil {
		return out, err
	}
	known, by := s.codes(out.Groups), map[string]map[string]int64{}
	for _, c := range found {
		if by[c.Kind] == nil {
			by[c.Kind] = map[string]int64{}
		}
		by[c.Kind][known[string(c.Blind)]] += c.N
	}
	for _, kind := range kinds.Rows() {
		out.Rows = append(out.Rows, rowOf(kind.Code(), by[kind.Code()], out.Groups, out.Small))
	}
	return out, out.spots(ctx, tx, within)
}

// rowOf is one kind of need with its small cells hidden: of few people each group is delicate.
func rowOf(kind string, counts map[string]int64, groups []setting.Word, small int64) HeatRow {
	row := HeatRow{Kind: kind, Cells: []Number{}}
	var delicate []string
	for _, g := range groups {
		delicate = append(delicate, g.Code)
	}
	hidden := setting.Hide(counts, delicate, small)
	for _, g := range groups {
		c := Number{Group: g.Code, Hidden: hidden[g.Code]}
		if !c.Hidden {
			c.N = counts[g.Code]
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}

func (h *Heat) spots(ctx context.Context, tx *db.Tx, within counting) error {
	list, err := places.All(ctx, tx, within)
	if err != nil {
		return err
	}
	counts, delicate := map[string]int64{}, []string{}
	for _, p := range list {
		counts[p.Code.String()], delicate = p.N, append(delicate, p.Code.String())
	}
	hidden := setting.Hide(counts, delicate, h.Small)
	for _, p := range list {
		at := Spot{Region: p.Code, Name: p.Name, Hidden: hidden[p.Code.String()]}
		if !at.Hidden {
			at.N, at.Open = p.N, p.Open
		}
		h.Places = append(h.Places, at)
	}
	return nil
}

// Table gives the heat as a file: kinds by key group, then the places. What is too few for the page is too few for the file.
func (s *Service) Table(ctx context.Context, in HeatInput) (blob.File, error) {
	if in.Format == "" {
		in.Format = "xlsx"
	}
	t, err := act.Read(ctx, s.db, Figures, func(tx *db.Tx) (out paper.Table, err error) {
		h, err := s.heat(ctx, tx, in)
		if err != nil {
			return out, err
		}
		return h.paper(clock.DayOf(tx.Now)), nil
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

func (h Heat) paper(day clock.Day) paper.Table {
	out := paper.Table{Day: day, Table: sheet.Table{Title: "需求在哪里", Lead: h.Where, Columns: []string{"要什么（人）"},
		Foot: []string{"少于 " + format.Int(h.Small) + " 人的写“少”。一个人属于几类的，各类都算。",
			"填报人：            审核人：            单位（盖章）：            报送日期："}}}
	for _, g := range h.Groups {
		out.Columns = append(out.Columns, g.Label)
	}
	for _, r := range h.Rows {
		row := []string{kinds.Word(r.Kind)}
		for _, c := range r.Cells {
			row = append(row, c.word())
		}
		out.Rows = append(out.Rows, row)
	}
	for _, p := range h.Places {
		row := make([]string, max(2, len(out.Columns)))
		if row[0] = p.Name; p.Hidden {
			row[1] = "少"
		} else {
			row[1] = "有需求 " + format.Int(p.N) + " 人，没人管 " + format.Int(p.Open) + " 条"
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// exportMost is how many lines one file holds.
const exportMost = 5000

// ExportInput is a list and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// Export gives the list of needs (需求清单: 来源、对象、内容、责任人、时限、结果), names masked.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "need.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (out paper.Table, err error) {
		rows, err := list.First(ctx, tx, s.scoped(ctx, tx, in.ListInput), exportMost)
		if err != nil {
			return out, err
		}
		out.Day = clock.DayOf(tx.Now)
		out.Table = sheet.Table{Title: "需求清单", Columns: []string{"序号", "来源", "对象", "种类", "内容", "急不急", "责任人", "时限", "状态", "结果"},
			Foot: []string{"填报人：            审核人：            单位（盖章）：            报送日期："}}
		for i, n := range rows {
			out.Rows = append(out.Rows, []string{format.Int(i + 1), sources.Word(n.Source), person.MaskName(n.Name), kinds.Word(n.Kind), n.Content,
				urgencies.Word(n.Urgency), format.Or(n.Owner), n.FollowDay.String(), states.Word(n.State), n.Result})
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "need", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// OfProject is the need of which a project was made, where the actor may see it; else none.
func OfProject(ctx context.Context, tx *db.Tx, id db.ID) (db.ID, error) {
	return origin(ctx, tx, ofProject, id)
}

// OfPairing is the need of which a pairing was made, where the actor may see it; else none.
func OfPairing(ctx context.Context, tx *db.Tx, id db.ID) (db.ID, error) {
	return origin(ctx, tx, ofPairing, id)
}

func origin(ctx context.Context, tx *db.Tx, of *db.Rows[Need], id db.ID) (db.ID, error) {
	n, there, err := db.Found(of.One(ctx, tx, id))
	if err != nil || !there || !auth.Can(ctx, View, n.place()) {
		return 0, err
	}
	return n.ID, nil
}
