package volunteer

import (
	"context"
	"strconv"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Invite is the public page that says what a volunteer does and how to become one.
func (s *Service) Invite(ctx context.Context, _ Nothing) (Nothing, error) {
	return Nothing{}, auth.Allow(ctx, Register)
}

// lists are the dictionaries that a page of a volunteer speaks with.
type lists struct {
	Identity, Skill      []setting.Word
	Qualification, Cover []setting.Word
	Tongues              []setting.Word
}

func (l *lists) load(ctx context.Context, tx *db.Tx) (err error) {
	for name, into := range map[string]*[]setting.Word{setting.Identities: &l.Identity, setting.Skills: &l.Skill,
		setting.Qualification: &l.Qualification, setting.Insurance: &l.Cover, setting.Languages: &l.Tongues} {
		if *into, err = setting.Words(ctx, tx, name); err != nil {
			return err
		}
	}
	return nil
}

// Own is the page of whoever is, or wants to be, a volunteer: his own line of the register, or the form.
type Own struct {
	Profile
	lists
	Registered bool
	Where      string
	Age        int
	Guardians  []person.Guardian
	TakenBack  []TakenBack
	History    []Change
	Honours    []string
}

// Change is one line of the history of a volunteer.
type Change struct {
	At     time.Time `json:"at"`
	By     string    `json:"by" db:"by_name"`
	Action string    `json:"action"`
	What   string    `json:"what" db:"fields"`
	Reason string    `json:"reason"`
}

// Mine gives somebody his own page.
func (s *Service) Mine(ctx context.Context, _ Nothing) (Own, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Own, err error) {
		v, ok, err := OfPerson(ctx, tx, auth.From(ctx).Person)
		if out.Registered = ok; err == nil && ok {
			out.Profile, err = Load(ctx, tx, v.ID)
		}
		if err != nil {
			return out, err
		}
		if out.Honours, err = s.given(ctx, tx, auth.From(ctx).Person); err != nil {
			return out, err
		}
		return out, out.more(ctx, tx)
	})
}

// given is what a person was given, as the areas above know it.
func (s *Service) given(ctx context.Context, tx *db.Tx, person db.ID) ([]string, error) {
	if s.Honours == nil {
		return nil, nil
	}
	return s.Honours(ctx, tx, person)
}

// Sheet gives the desk's page of one volunteer.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Own, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Own, err error) {
		if out, err = own(ctx, tx, in.ID, View); err == nil {
			out.Honours, err = s.given(ctx, tx, out.PersonID)
		}
		return out, err
	})
}

// own gives the page of one volunteer to whoever holds a permission on him.
func own(ctx context.Context, tx *db.Tx, id db.ID, perm auth.Perm) (out Own, err error) {
	if out.Profile, err = openProfile(ctx, tx, id, perm); err != nil {
		return out, err
	}
	out.Registered = true
	if out.History, err = changesOf.All(ctx, tx, id); err != nil {
		return out, err
	}
	if out.TakenBack, err = takenBack.All(ctx, tx, id); err != nil {
		return out, err
	}
	return out, out.more(ctx, tx)
}

// Form gives the desk's page on which a volunteer is corrected.
func (s *Service) Form(ctx context.Context, in GetInput) (Own, error) {
	return act.Read(ctx, s.db, Manage, func(tx *db.Tx) (Own, error) { return own(ctx, tx, in.ID, Manage) })
}

// BlankInput names the person whom the desk registers as a volunteer; without one the page says how to find him.
type BlankInput struct {
	PersonID db.ID `query:"person_id"`
}

// Blank gives the desk's form of a new volunteer.
func (s *Service) Blank(ctx context.Context, in BlankInput) (Own, error) {
	return act.Read(ctx, s.db, Enrol, func(tx *db.Tx) (out Own, err error) {
		if in.PersonID == 0 {
			return out, nil
		}
		p, err := person.Get(ctx, tx, in.PersonID)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, Enrol, View, auth.Place{Region: p.Region, Persons: []db.ID{p.ID}}); err != nil {
			return out, err
		}
		v, has, err := OfPerson(ctx, tx, p.ID)
		if err != nil {
			return out, err
		}
		out.Registered, out.ID = has, v.ID
		out.PersonID, out.Name, out.Region, out.Birth, out.Languages = p.ID, p.Name, p.Region, p.BirthDay, p.Languages
		return out, out.more(ctx, tx)
	})
}

// more loads what the pages say beside the line itself.
func (o *Own) more(ctx context.Context, tx *db.Tx) (err error) {
	if o.PersonID != 0 {
		o.Age = person.AgeOn(o.Birth, clock.DayOf(tx.Now))
		if o.Guardians, err = person.Guardians(ctx, tx, o.PersonID); err != nil {
			return err
		}
	}
	if o.Region != 0 {
		if o.Where, err = region.FullName(ctx, tx, o.Region); err != nil {
			return err
		}
	}
	return o.load(ctx, tx)
}

// minor says that a guardian must agree.
func (o Own) minor() bool { return o.Age >= 0 && o.Age < person.Adult }

func (o Own) guardianOptions() (out []ui.Option) {
	for _, g := range o.Guardians {
		out = append(out, ui.Option{Value: g.PersonID.String(), Label: g.Name + "（" + g.Relation + "）"})
	}
	return out
}

// Roll is the desk's list with what was asked for.
type Roll struct {
	In     ListInput
	Skills []setting.Word
	db.Page[Volunteer]
}

// Roll gives the desk's list of volunteers.
func (s *Service) Roll(ctx context.Context, in ListInput) (Roll, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Roll, err error) {
		out.In = in
		if out.Page, err = list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View)}, in.Paging); err != nil {
			return out, err
		}
		out.Skills, err = setting.Words(ctx, tx, setting.Skills)
		return out, err
	})
}

// with is the address of the same list with one thing of it changed; an empty value takes it out.
func (r Roll) with(path, name, value string) string {
	return ui.Href(path, "q", r.In.Q, "status", r.In.Status, "skill", r.In.Skill, "sort", r.In.Sort, name, value)
}

func (r Roll) next() string { return ui.Next(r.with(desk, "", ""), r.Next) }

// sorted says for the head of a column how the list stands.
func (r Roll) sorted(by string) string {
	if r.In.Sort == by {
		return "ascending"
	}
	return ""
}

func (e ExpiringPage) next() string {
	return ui.Next(desk+"/expiring", e.Next, "days", e.In.Days)
}

const desk = "/desk/volunteers"

func (v Volunteer) deskPath() string { return desk + "/" + v.ID.String() }

func (v Volunteer) minePath() string { return "/my/volunteer/" + v.ID.String() }

func (v Volunteer) version() string { return strconv.FormatInt(v.Version, 10) }

func (o Own) may(p auth.Perm) func(context.Context) bool {
	return func(ctx context.Context) bool { return auth.Can(ctx, p, o.place()) }
}

var (
	statuses = set.New("volunteer.status",
		set.Row{Pending, "待审核", "wait"}, set.Row{Active, "在册", "done"}, set.Row{Refused, "未通过", "alarm"}, set.Row{Left, "已退出"})
	actions = set.New("volunteer_change.action",
		set.Row{"register", "登记"}, set.Row{"approve", "审核通过"}, set.Row{"refuse", "审核不通过"}, set.Row{"edit", "更正"},
		set.Row{"pause", "歇几天"}, set.Row{"issue", "登记资格或保险"}, set.Row{"withdraw", "收回资格或保险"}, set.Row{"leave", "退出"},
		set.Row{"return", "重新加入"})
)

// span says from when to when something holds.
func span(from, to clock.Day) string {
	if to == 0 {
		return from.String() + " 起"
	}
	return from.String() + " 至 " + to.String()
}

func km(n int64) string { return strconv.FormatInt(n, 10) + " 公里" }

// steps are the history for the timeline, the latest first.
func (o Own) steps(ctx context.Context) (out []ui.Step) {
	for _, c := range o.History {
		note := clock.Words(ctx, c.At)
		for _, w := range []string{c.By, c.Reason} {
			if w != "" {
				note += "，" + w
			}
		}
		title := actions.Word(c.Action)
		if c.What != "" {
			title += "：" + c.What
		}
		out = append(out, ui.Step{Title: title, Note: note, State: "done"})
	}
	return out
}

// starts says from where he sets out.
func (v Volunteer) starts() string {
	if v.AtHome {
		return "家里"
	}
	return "站里"
}

// degrees are a position for a field; nothing while it is the station's.
func (o Own) degrees(x float64) string {
	if !o.AtHome {
		return ""
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
