package project

import (
	"context"
	"fmt"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// leastMonths: what was held in one month only is not regular.
const leastMonths = 2

// Rule is the definition of a regular project (经常性志愿服务项目, 建设方案 三(二)): it means to take place again and again, and was held on so
// many days of the last months, in two of them at least. The plan gives no numbers; ours are a convention and a setting.
type Rule struct {
	Months int64     `json:"months"`
	Times  int64     `json:"times"`
	Since  clock.Day `json:"since"`
	Words  string    `json:"words"`
}

// RuleAt is the definition as a place has set it.
func RuleAt(ctx context.Context, tx *db.Tx, at auth.Region) (r Rule, err error) {
	if r.Months, err = setting.Int(ctx, tx, setting.RegularMonths, at); err != nil {
		return r, err
	}
	if r.Times, err = setting.Int(ctx, tx, setting.RegularTimes, at); err != nil {
		return r, err
	}
	r.Since = clock.DayOf(clock.DayOf(tx.Now).Time().AddDate(0, -int(r.Months), 0))
	r.Words = fmt.Sprintf("最近 %d 个月里至少有 %d 天办过、不都在一个月里，名单都经第二人复核（本系统约定，可在设置里改）", r.Months, r.Times)
	return r, nil
}

// regular says whether a project that stands so is regular.
func (r Rule) regular(s standing) bool {
	return s.State == Active && s.Rhythm != Once && s.Recent >= r.Times && s.Months >= leastMonths
}

// Result is what came of a project, computed each time it is asked for.
type Result struct {
	Held    int64     `json:"held" doc:"办了几场：名单经第二人复核的"`
	Recent  int64     `json:"recent" doc:"近来有几天办过"`
	First   clock.Day `json:"first_day"`
	Last    clock.Day `json:"last_day"`
	Regular bool      `json:"regular" doc:"是不是经常性项目"`
	Sum
}

// Copies is what came of all copies of a project.
type Copies struct {
	N       int64 `json:"copies" doc:"别处照着办的有几个"`
	Running int64 `json:"running" doc:"其中现在是经常性的"`
	Held    int64 `json:"held"`
	Sum
}

// results computes what came of a project and of its copies.
func (s *Service) results(ctx context.Context, tx *db.Tx, p Project, r Rule) (out Result, copies Copies, err error) {
	st, err := heldOf.One(ctx, tx, p.ID, r.Since)
	if err != nil {
		return out, copies, err
	}
	out = Result{Held: st.Held, Recent: st.Recent, First: st.First, Last: st.Last, Regular: r.regular(st)}
	if out.Sum, err = s.Ask.Counted(ctx, tx, p.ID); err != nil {
		return out, copies, err
	}
	rows, err := family.All(ctx, tx, p.ID, r.Since)
	if err != nil || len(rows) == 0 {
		return out, copies, err
	}
	for _, c := range rows {
		copies.N, copies.Held = copies.N+1, copies.Held+c.Held
		if r.regular(c) {
			copies.Running++
		}
	}
	copies.Sum, err = s.Ask.Copied(ctx, tx, p.ID)
	return out, copies, err
}

// GetInput names a project.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a project with all of it, for who leads it and who guides it.
type Detail struct {
	Project
	Phases     []Phase      `json:"phases"`
	Activities []Occurrence `json:"activities"`
	Result     Result       `json:"result"`
	Copies     Copies       `json:"copies"`
	Rule       Rule         `json:"rule"`
	Leader     string       `json:"leader"`
	Honours    []string     `json:"honours,omitempty" doc:"受过的表彰"`
	Owner      string       `json:"owner" doc:"今天谁负责：leader 负责人，team 队伍，station 站点"`

	Where string         `json:"-"`
	Words []setting.Word `json:"-"`
	Loose []choice       `json:"-"` // activities of the station that belong to no project
	From  string         `json:"-"` // name of the project it was copied from
	Today clock.Day      `json:"-"`
	Need  db.ID          `json:"-"` // of which it was made
}

// Get gives a project to whoever leads or guides it.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.projects, in.ID, func(tx *db.Tx, p Project) (Detail, error) { return s.detail(ctx, tx, p.ID) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	if out.Project, err = Get(ctx, tx, id); err != nil {
		return out, err
	}
	out.Today = clock.DayOf(tx.Now)
	if s.Ask.Honours != nil {
		if out.Honours, err = s.Ask.Honours(ctx, tx, id); err != nil {
			return out, err
		}
	}
	if out.Phases, err = phasesOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Activities, err = occurrences.All(ctx, tx, id); err != nil {
		return out, err
	}
	if out.Rule, err = RuleAt(ctx, tx, out.Region); err != nil {
		return out, err
	}
	if out.Result, out.Copies, err = s.results(ctx, tx, out.Project, out.Rule); err != nil {
		return out, err
	}
	if err = out.names(ctx, tx); err != nil {
		return out, err
	}
	if s.Origin != nil {
		if out.Need, err = s.Origin(ctx, tx, id); err != nil {
			return out, err
		}
	}
	out.Loose, err = loose.All(ctx, tx, out.StationID)
	return out, err
}

// names loads what people are called, and who answers for the project today.
func (d *Detail) names(ctx context.Context, tx *db.Tx) (err error) {
	if d.Words, err = setting.Words(ctx, tx, setting.Groups); err != nil {
		return err
	}
	if d.Where, err = region.FullName(ctx, tx, d.Region); err != nil {
		return err
	}
	if d.CopiedFrom != 0 {
		from, err := Get(ctx, tx, d.CopiedFrom)
		if err != nil {
			return err
		}
		d.From = from.Station + "的“" + from.Name + "”"
	}
	d.Owner = "station"
	if d.TeamID != 0 {
		d.Owner = "team"
	}
	if d.LeaderID == 0 {
		return nil
	}
	if d.Leader, err = personName.One(ctx, tx, d.LeaderID); err != nil {
		return err
	}
	n, err := away.One(ctx, tx, d.LeaderID, d.Today)
	if err == nil && n == 0 {
		d.Owner = "leader"
	}
	return err
}

// ListInput filters the register of projects.
type ListInput struct {
	Region  auth.Region `query:"region"`
	State   string      `query:"state" set:"project.state," maxLength:"10"`
	Group   string      `query:"group" maxLength:"40" pattern:"^[a-z0-9_]*$" patternDescription:"服务对象类别的代码"`
	Regular bool        `query:"regular" doc:"只要经常性的"`
	Q       string      `query:"q" maxLength:"40" doc:"名称里的字"`
	Sort    string      `query:"sort" enum:"new,name,ends," maxLength:"4" doc:"按登记先后（新的在前）、名称或结束的日子"`
	db.Paging
}

// Line is a project of a list with what came of it so far.
type Line struct {
	Project
	Held    int64     `json:"held"`
	First   clock.Day `json:"first_day"`
	Last    clock.Day `json:"last_day"`
	Recent  int64     `json:"recent"`
	Months  int64     `json:"-"`
	Copies  int64     `json:"copies"`
	Regular bool      `json:"regular" db:"-"`
}

func (r Rule) mark(lines []Line) {
	for i, l := range lines {
		lines[i].Regular = r.regular(standing{State: l.State, Rhythm: l.Rhythm, Recent: l.Recent, Months: l.Months})
	}
}

// Register is one page of the projects of a place.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Line]
	Rule Rule `json:"rule"`

	Groups []setting.Word `json:"-"`
}

// List gives the projects in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		out.In = in
		if out.Rule, err = RuleAt(ctx, tx, ruled(ctx, in.Region)); err != nil {
			return out, err
		}
		if out.Page, err = list.Page(ctx, tx, scoped{in, out.Rule, auth.ScopeOf(ctx, View)}, in.Paging); err != nil {
			return out, err
		}
		out.Rule.mark(out.Items)
		out.Groups, err = setting.Words(ctx, tx, setting.Groups)
		return out, err
	})
}

// ruled is whose definition a list follows: that of the place asked for, else of the actor's own.
func ruled(ctx context.Context, at auth.Region) auth.Region {
	if at == 0 {
		return auth.From(ctx).Seat()
	}
	return at
}

// MissingInput looks for communities without a regular project.
type MissingInput struct {
	Region auth.Region `query:"region"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	db.Paging
}

// Community is one without a regular project.
type Community struct {
	Region   auth.Region `json:"region"`
	Name     string      `json:"name"`
	Town     string      `json:"town"`
	Station  string      `json:"station" doc:"那里的站点；没有站的是空的"`
	Projects int64       `json:"projects" doc:"进行中的项目，还算不上经常性"`
}

// Share is how many communities have a regular project.
type Share struct {
	Communities int64 `json:"communities"`
	Regular     int64 `json:"regular"`
}

// Missing is one page of the communities without a regular project, with how many there are.
type Missing struct {
	In MissingInput `json:"-"`
	db.Page[Community]
	Share
	Rule Rule `json:"rule"`
}

// Without lists the communities that have no regular project (建设方案 三(二): every one is to have one).
func (s *Service) Without(ctx context.Context, in MissingInput) (Missing, error) {
	return act.Read(ctx, s.db, Figures, func(tx *db.Tx) (out Missing, err error) {
		w, err := wantingIn(ctx, tx, in)
		if err != nil {
			return out, err
		}
		out.In, out.Rule = in, w.Rule
		if out.Page, err = missing.Page(ctx, tx, w, in.Paging); err != nil {
			return out, err
		}
		out.Share, err = shares.One(ctx, tx, w)
		return out, err
	})
}

func wantingIn(ctx context.Context, tx *db.Tx, in MissingInput) (wanting, error) {
	r, err := RuleAt(ctx, tx, ruled(ctx, in.Region))
	return wanting{in, r, auth.ScopeOf(ctx, Figures)}, err
}

// PublicInput looks for projects that everybody may see.
type PublicInput struct {
	Region  auth.Region `query:"region"`
	Group   string      `query:"group" maxLength:"40" pattern:"^[a-z0-9_]*$" patternDescription:"服务对象类别的代码"`
	Regular bool        `query:"regular" doc:"只要经常性的"`
	Q       string      `query:"q" maxLength:"40" doc:"名称里的字"`
	db.Paging
}

// Face is what everybody may see of a project: nobody's name stands there.
type Face struct {
	ID        db.ID          `json:"id"`
	Region    auth.Region    `json:"region"`
	Name      string         `json:"name"`
	Groups    []string       `json:"groups" doc:"重点人群"`
	Goal      string         `json:"goal"`
	Plan      string         `json:"plan"`
	Rhythm    string         `json:"rhythm" set:"project.rhythm"`
	ForPeople int64          `json:"for_people"`
	FromDay   clock.Day      `json:"from_day"`
	ToDay     clock.Day      `json:"to_day"`
	State     string         `json:"state" set:"project.state"`
	Summary   string         `json:"summary"`
	Team      string         `json:"team"`
	Station   string         `json:"station"`
	Held      int64          `json:"held"`
	Last      clock.Day      `json:"last_day"`
	Regular   bool           `json:"regular"`
	Copies    int64          `json:"copies"`
	Words     []setting.Word `json:"-"`
}

func faceOf(l Line, words []setting.Word) Face {
	return Face{ID: l.ID, Region: l.Region, Name: l.Name, Groups: append([]string{}, l.Groups...), Goal: l.Goal, Plan: l.Plan,
		Rhythm: l.Rhythm, ForPeople: l.ForPeople,
		FromDay: l.FromDay, ToDay: l.ToDay, State: l.State, Summary: l.Summary, Team: l.Team, Station: l.Station,
		Held: l.Held, Last: l.Last, Regular: l.Regular, Copies: l.Copies, Words: words}
}

// Faces is one page of the projects that everybody may see.
type Faces struct {
	In PublicInput `json:"-"`
	db.Page[Face]

	Groups []setting.Word `json:"-"`
}

// Faces gives the projects of a place, the newest first.
func (s *Service) Faces(ctx context.Context, in PublicInput) (Faces, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Faces, err error) {
		out.In, out.Items = in, []Face{}
		r, err := RuleAt(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		if out.Groups, err = setting.Words(ctx, tx, setting.Groups); err != nil {
			return out, err
		}
		page, err := faces.Page(ctx, tx, seen{in, r}, in.Paging)
		r.mark(page.Items)
		for _, l := range page.Items {
			out.Items = append(out.Items, faceOf(l, out.Groups))
		}
		out.Next = page.Next
		return out, err
	})
}

// Shown is the page of one project for everybody: with its phases, what came of it and what is to come.
type Shown struct {
	Face
	Phases   []Phase      `json:"phases"`
	Result   Result       `json:"result"`
	Copied   Copies       `json:"copied"`
	Upcoming []Occurrence `json:"upcoming"`
	Partners []string     `json:"partners" doc:"一起办的驻区单位"`
	Honours  []string     `json:"honours,omitempty" doc:"受过的表彰"`

	Where string    `json:"-"`
	Rule  Rule      `json:"-"`
	Now   time.Time `json:"-"`
}

// Face gives one project to everybody; what is not approved is nobody's.
func (s *Service) Face(ctx context.Context, in GetInput) (Shown, error) {
	return act.Read(ctx, s.db, Public, func(tx *db.Tx) (out Shown, err error) {
		p, err := public(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		words, err := setting.Words(ctx, tx, setting.Groups)
		if err != nil {
			return out, err
		}
		out.Face, out.Now = faceOf(Line{Project: p}, words), tx.Now
		if out.Phases, err = phasesOf.All(ctx, tx, p.ID); err != nil {
			return out, err
		}
		if out.Rule, err = RuleAt(ctx, tx, p.Region); err != nil {
			return out, err
		}
		if out.Result, out.Copied, err = s.results(ctx, tx, p, out.Rule); err != nil {
			return out, err
		}
		out.Held, out.Last, out.Regular, out.Face.Copies = out.Result.Held, out.Result.Last, out.Result.Regular, out.Copied.N
		if out.Upcoming, err = upcoming.All(ctx, tx, p.ID, tx.Now); err != nil {
			return out, err
		}
		out.Partners = []string{}
		if s.Ask.Partners != nil {
			if out.Partners, err = s.Ask.Partners(ctx, tx, p.ID); err != nil {
				return out, err
			}
		}
		if s.Ask.Honours != nil {
			if out.Honours, err = s.Ask.Honours(ctx, tx, p.ID); err != nil {
				return out, err
			}
		}
		out.Where, err = region.FullName(ctx, tx, p.Region)
		return out, err
	})
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Mine are the projects that somebody leads, and those in whose activities he takes part.
type Mine struct {
	Led    []Project `json:"led"`
	Joined []Project `json:"joined"`

	Home auth.Region `json:"-"`
}

// Mine gives one's own projects.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, Join, func(tx *db.Tx) (out Mine, err error) {
		me := auth.From(ctx).Person
		if out.Led, err = ledBy.All(ctx, tx, me); err != nil {
			return out, err
		}
		if out.Joined, err = joinedBy.All(ctx, tx, me); err != nil {
			return out, err
		}
		out.Home, _, err = db.Found(homeOf.One(ctx, tx, me))
		return out, err
	})
}
