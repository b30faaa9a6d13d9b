package recruit

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// GetInput names a campaign, or an application.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a campaign with its questions and who applied, for those who plan it or watch over it.
type Detail struct {
	Campaign
	Questions    []Question    `json:"questions"`
	Applications []Application `json:"applications"`

	Where string    `json:"-"`
	Reach string    `json:"-"`
	Today clock.Day `json:"-"`
	Blank Blank     `json:"-"` // what the form of a change chooses from
}

// Get gives a campaign to those who plan it or watch over it.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.campaigns, in.ID, func(tx *db.Tx, c Campaign) (Detail, error) { return s.detail(ctx, tx, c.ID) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	if out.Campaign, err = Get(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Questions, err = questionsOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Applications, err = applicationsOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	said, err := answersTo.All(ctx, tx, id)
	if err != nil {
		return out, err
	}
	for i := range out.Applications {
		a := &out.Applications[i]
		a.Answers = []Answer{}
		for _, x := range said {
			if x.ApplicationID == a.ID {
				a.Answers = append(a.Answers, x)
			}
		}
	}
	if out.Where, err = region.FullName(ctx, tx, out.Region); err != nil {
		return out, err
	}
	out.Today = clock.DayOf(tx.Now)
	out.Reach, err = s.reach(ctx, tx, out.StationID)
	return out, err
}

// reach is the station that calls for people, with its telephone.
func (s *Service) reach(ctx context.Context, tx *db.Tx, id db.ID) (string, error) {
	if id == 0 {
		return "", nil
	}
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return "", err
	}
	phone, err := station.Telephone(s.keys, st)
	return strings.TrimSpace(st.Name + "　电话 " + phone), err
}

// Applications gives who applied to a campaign.
func (s *Service) Applications(ctx context.Context, in GetInput) (Applicants, error) {
	d, err := s.Get(ctx, in)
	return Applicants{Items: d.Applications}, err
}

// Applicants are those who applied, in the order in which they did.
type Applicants struct {
	Items []Application `json:"items"`
}

// Application gives one application, to whose it is and to the station.
func (s *Service) Application(ctx context.Context, in GetInput) (Application, error) {
	return act.Look(ctx, s.db, &s.applications, in.ID, func(tx *db.Tx, a Application) (Application, error) { return full(ctx, tx, a.ID) })
}

// ListInput filters the register of campaigns.
type ListInput struct {
	Region auth.Region `query:"region"`
	State  string      `query:"state" set:"campaign.state," maxLength:"10"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	Sort   string      `query:"sort" enum:"new,name,ends," maxLength:"4" doc:"按登记先后（新的在前）、名称或截止的日子"`
	db.Paging
}

// Register is one page of the campaigns of a place.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Campaign]
}

// List gives the campaigns in the actor's scope.
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

// exportMost is how many campaigns one file holds.
const exportMost = 5000

// Export gives the register of campaigns as a table.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "recruit.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		rows, err := list.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View)}, exportMost)
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "志愿者招募一览", Columns: []string{"序号", "名称", "哪里招", "队伍", "项目",
			"开始", "截止", "招几人", "录用", "等答复", "状态"}}}
		for i, c := range rows {
			where, err := region.Name(ctx, tx, c.Region)
			if err != nil {
				return t, err
			}
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), c.Title, where, c.Team, c.Project, c.FromDay.String(), c.ToDay.String(),
				strconv.FormatInt(c.Needed, 10), strconv.FormatInt(c.Accepted, 10), strconv.FormatInt(c.Waiting, 10), states.Word(c.State)})
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "campaign", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// RosterInput asks for who applied as a file.
type RosterInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Roster gives who applied on paper or as a table, with their answers and without telephones.
func (s *Service) Roster(ctx context.Context, in RosterInput) (blob.File, error) {
	op := act.Op{Perm: Plan, Action: "recruit.roster"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (out paper.Table, err error) {
		c, err := Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Plan, View, c.at())
		}
		if err != nil {
			return out, err
		}
		d, err := s.detail(ctx, tx, c.ID)
		if err != nil {
			return out, err
		}
		out = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: c.Title + "报名表", Lead: d.Where,
			Columns: []string{"序号", "姓名", "志愿者编号", "报名", "怎样报的", "状态", "回答"}}}
		for i, a := range d.Applications {
			out.Rows = append(out.Rows, []string{strconv.Itoa(i + 1), a.Name, a.No, clock.DayOf(a.MadeAt).String(), hows.Word(a.How),
				applicationStates.Word(a.State), a.said()})
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "campaign", ID: c.ID.String(), Region: c.Region,
			Detail: map[string]any{"rows": len(out.Rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// Face is what everybody may see of a campaign; nobody's name stands there.
type Face struct {
	ID         db.ID       `json:"id"`
	Title      string      `json:"title"`
	Region     auth.Region `json:"region"`
	Station    string      `json:"station"`
	Team       string      `json:"team"`
	Project    string      `json:"project"`
	Need       string      `json:"need"`
	Content    string      `json:"content"`
	Place      string      `json:"place"`
	Hours      string      `json:"hours"`
	Conditions string      `json:"conditions"`
	HowTo      string      `json:"how_to"`
	Risk       string      `json:"risk"`
	Needed     int64       `json:"needed"`
	Accepted   int64       `json:"accepted"`
	From       clock.Day   `json:"from"`
	To         clock.Day   `json:"to"`
	State      string      `json:"state" set:"campaign.state"`
	Where      string      `json:"where"`
	Reach      string      `json:"reach" doc:"服务站和它的电话"`
	Questions  []Question  `json:"questions"`

	Open bool `json:"open" doc:"现在能不能报名"`
}

func (s *Service) face(ctx context.Context, tx *db.Tx, c Campaign) (f Face, err error) {
	f = Face{ID: c.ID, Title: c.Title, Region: c.Region, Station: c.Station, Team: c.Team, Project: c.Project, Need: c.Need,
		Content: c.Content, Place: c.Place, Hours: c.Hours, Conditions: c.Conditions, HowTo: c.HowTo, Risk: c.Risk,
		Needed: c.Needed, Accepted: c.Accepted,
		From: c.FromDay, To: c.ToDay, State: c.State, Open: c.open(clock.DayOf(tx.Now))}
	if f.Where, err = region.FullName(ctx, tx, c.Region); err != nil {
		return f, err
	}
	if f.Reach, err = s.reach(ctx, tx, c.StationID); err != nil {
		return f, err
	}
	f.Questions, err = questionsOf.All(ctx, tx, c.ID)
	return f, err
}

// PublicInput looks for campaigns.
type PublicInput struct {
	Region auth.Region `query:"region"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	db.Paging
}

// Faces is one page of the campaigns that everybody may see.
type Faces struct {
	In PublicInput `json:"-"`
	db.Page[Face]
}

// Faces gives the campaigns of a place that take applications, or will, those that end first in front.
func (s *Service) Faces(ctx context.Context, in PublicInput) (Faces, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Faces, err error) {
		page, err := open.Page(ctx, tx, shown{in, clock.DayOf(tx.Now)}, in.Paging)
		out.In, out.Next, out.Items = in, page.Next, []Face{}
		for _, c := range page.Items {
			f, err := s.face(ctx, tx, c)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, f)
		}
		return out, err
	})
}

// Face gives one campaign to everybody, also when it is over.
func (s *Service) Face(ctx context.Context, in GetInput) (Face, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (Face, error) { return s.public(ctx, tx, in.ID) })
}

func (s *Service) public(ctx context.Context, tx *db.Tx, id db.ID) (f Face, err error) {
	c, err := Get(ctx, tx, id)
	if err == nil && c.Published == nil {
		err = errs.ErrNotFound
	}
	if err != nil {
		return f, err
	}
	return s.face(ctx, tx, c)
}

// Poster prints a campaign for the wall, with the address of its page; nobody's name stands on it.
func (s *Service) Poster(ctx context.Context, in GetInput) (blob.File, error) {
	f, err := s.Face(ctx, in)
	if err != nil {
		return blob.File{}, err
	}
	return paper.Coded(paper.Notice{Title: f.Title, Head: "招募志愿者", Body: strings.Join(f.lines(), "\n"), Foot: f.from(),
		Day: f.From, Address: strings.TrimRight(s.base, "/") + at(site, f.ID), Say: "用微信扫一扫：看招募、报名"})
}

// lines are what a campaign says, each with its word; what is not said is left out.
func (f Face) lines() (out []string) {
	for _, l := range [][2]string{{"为什么招", f.Need}, {"做什么", f.Content}, {"服务时间", f.Hours}, {"地点", f.Place}, {"条件", f.Conditions},
		{"招几人", strconv.FormatInt(f.Needed, 10) + " 人"}, {"报名", f.From.String() + " 至 " + f.To.String() + "，" + f.howTo()}, {"可能的风险", f.Risk}} {
		if l[1] != "" {
			out = append(out, l[0]+"："+l[1])
		}
	}
	return out
}

// from is who calls: the station with its telephone, or the division.
func (f Face) from() string { return cmp.Or(f.Reach, f.Where) }

func (f Face) howTo() string { return cmp.Or(f.HowTo, "手机上报名，或者到站里") }

// groupText is what is pasted into a chat of the neighbourhood.
func (f Face) groupText() string {
	return fmt.Sprintf("【招募志愿者】%s\n%s\n%s", f.Title, strings.Join(f.lines(), "\n"), f.from())
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Mine is what somebody applied to.
type Mine struct {
	Items []Application `json:"items"`
	Home  auth.Region   `json:"-"`
}

// Mine gives the actor's own applications, the newest first.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Mine, err error) {
		me := auth.From(ctx).Person
		if out.Items, err = mineOf.All(ctx, tx, me); err != nil {
			return out, err
		}
		for i := range out.Items {
			if out.Items[i].Answers, err = answersOf.All(ctx, tx, out.Items[i].ID); err != nil {
				return out, err
			}
		}
		out.Home, _, err = db.Found(homeOf.One(ctx, tx, me))
		return out, err
	})
}

// Card is one's own page of a campaign: what it says, the form, or what became of one's application.
type Card struct {
	Face
	Mine      *Application
	Known     bool // stands in the register of persons
	Volunteer bool
	Words     []setting.Word
}

// Card gives a campaign to who thinks of applying, or has.
func (s *Service) Card(ctx context.Context, in GetInput) (Card, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Card, err error) {
		if out.Face, err = s.public(ctx, tx, in.ID); err != nil {
			return out, err
		}
		me := auth.From(ctx).Person
		out.Known = me != 0
		a, ok, err := db.Found(ownOf.One(ctx, tx, in.ID, me))
		if err != nil {
			return out, err
		}
		if ok {
			if a, err = full(ctx, tx, a.ID); err != nil {
				return out, err
			}
			out.Mine = &a
		}
		if _, out.Volunteer, err = volunteer.OfPerson(ctx, tx, me); err != nil {
			return out, err
		}
		out.Words, err = setting.Words(ctx, tx, setting.Identities)
		return out, err
	})
}

// Blank is the form of a new campaign, with what is chosen from.
type Blank struct {
	Places   []place
	Teams    []named
	Projects []named
	First    clock.Day
}

type place struct {
	Code auth.Region
	Name string
}

// Blank gives the form of a new campaign: of the actor's community, or of his town and its communities.
func (s *Service) Blank(ctx context.Context, _ NoInput) (Blank, error) {
	return act.Read(ctx, s.db, Plan, func(tx *db.Tx) (out Blank, err error) {
		return out, out.load(ctx, tx)
	})
}

func (b *Blank) load(ctx context.Context, tx *db.Tx) (err error) {
	seat := auth.From(ctx).Seat()
	codes := []auth.Region{seat}
	if seat.Level() == auth.LevelTown {
		below, err := region.Below(ctx, tx, seat)
		if err != nil {
			return err
		}
		for _, r := range below {
			codes = append(codes, r.Code)
		}
	}
	for _, c := range codes {
		name, err := region.FullName(ctx, tx, c)
		if err != nil {
			return err
		}
		b.Places = append(b.Places, place{c, name})
	}
	in := planned{auth.ScopeOf(ctx, Plan)}
	if b.Teams, err = teams.First(ctx, tx, in, 100); err != nil {
		return err
	}
	b.First = clock.DayOf(tx.Now)
	b.Projects, err = projects.First(ctx, tx, in, 100)
	return err
}

// Form gives a campaign with what its form chooses from.
func (s *Service) Form(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, Plan, func(tx *db.Tx) (out Detail, err error) {
		c, err := Get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Plan, View, c.at())
		}
		if err != nil {
			return out, err
		}
		if out, err = s.detail(ctx, tx, c.ID); err != nil {
			return out, err
		}
		return out, out.Blank.load(ctx, tx)
	})
}
