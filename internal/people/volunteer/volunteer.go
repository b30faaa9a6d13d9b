// Package volunteer is the register of those who serve: registered by themselves or at the desk, approved by the station, with skills,
// dated qualifications and insurance, pauses and leave.
//
// Nouns: volunteer, profile, dated thing, pause, change. Verbs: register, approve, get, list, edit, pause, leave, return, issue,
// withdraw, export, print.
package volunteer

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/event"
)

// Permissions. Enrol is registering somebody else.
const (
	View     auth.Perm = "volunteer.view"
	Register auth.Perm = "volunteer.register"
	Enrol    auth.Perm = "volunteer.enrol"
	Approve  auth.Perm = "volunteer.approve"
	Manage   auth.Perm = "volunteer.manage"
	Hand     auth.Perm = "volunteer.issue"
)

// Statuses.
const (
	Pending = "pending"
	Active  = "active"
	Refused = "refused"
	Left    = "left"
)

// Volunteer is one line of the register.
type Volunteer struct {
	ID         db.ID        `json:"id"`
	No         string       `json:"no" db:",once"`
	PersonID   db.ID        `json:"person_id" db:",once"`
	Name       string       `json:"name" db:",read"`
	Region     auth.Region  `json:"region" db:",once"`
	StationID  db.ID        `json:"station_id" db:",once"`
	Status     string       `json:"status" doc:"pending 待审核，active 在册，refused 未通过，left 已退出"`
	Identities person.Codes `json:"identities"`
	Skills     person.Codes `json:"skills"`
	MaxKm      int64        `json:"max_km" doc:"愿意走多远，公里"`
	Available  person.Codes `json:"available" doc:"每周什么时候有空，1am 是周一上午，7ev 是周日晚上；空着是没说"`
	AtHome     bool         `json:"at_home" doc:"从家里出发；否则从站里"`
	Version    int64        `json:"version"`

	Lat         float64   `json:"-"`
	Lng         float64   `json:"-"`
	Reason      string    `json:"-"` // of the last change
	At          time.Time `json:"-" db:",once"`
	ApprovedDay clock.Day `json:"-"`
	LeftDay     clock.Day `json:"-"`
	what        string    // a change was of, for the history
}

func (v Volunteer) place() auth.Place {
	return auth.Place{Region: v.Region, Station: v.StationID, Persons: []db.ID{v.PersonID}}
}

// Dated is a qualification or insurance that holds for certain days; To zero has no end.
type Dated struct {
	ID     db.ID     `json:"id"`
	Code   string    `json:"code"`
	Number string    `json:"number"`
	From   clock.Day `json:"from" db:"from_day"`
	To     clock.Day `json:"to" db:"to_day"`

	Includes person.Codes `json:"includes" db:",read" doc:"这种资格包含的低一级的资格"`
}

// holds says whether the thing is of a kind, or includes it, and holds on a day.
func (d Dated) holds(code string, day clock.Day) bool {
	return (d.Code == code || slices.Contains(d.Includes, code)) && d.From <= day && (d.To == 0 || day <= d.To)
}

// Qualified says whether a volunteer holds a qualification on a day, by itself or by a higher one; none ("") is held by everybody.
func (p Profile) Qualified(code string, day clock.Day) bool {
	return code == "" || slices.ContainsFunc(p.Qualifications, func(d Dated) bool { return d.holds(code, day) })
}

// Paused says whether a volunteer has said that he does not serve on a day.
func (p Profile) Paused(day clock.Day) bool {
	return slices.ContainsFunc(p.Pauses, func(x Pause) bool { return x.From <= day && (x.To == 0 || day <= x.To) })
}

// Pause is a time in which the volunteer does not serve; To zero has no end.
type Pause struct {
	From clock.Day `json:"from" db:"from_day"`
	To   clock.Day `json:"to" db:"to_day"`
}

// Profile is all that dispatch asks of a volunteer.
type Profile struct {
	Volunteer
	Birth          clock.Day    `json:"-" db:"birth_day"`
	Sex            string       `json:"-"`
	Languages      person.Codes `json:"languages"`
	Qualifications []Dated      `json:"qualifications" db:"-"`
	Insurance      []Dated      `json:"insurance" db:"-"`
	Pauses         []Pause      `json:"pauses" db:"-"`
}

// Get gives a volunteer; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Volunteer, error) {
	return byID.Get(ctx, tx, id)
}

// OfPerson gives the volunteer that a person is, if he is one.
func OfPerson(ctx context.Context, tx *db.Tx, personID db.ID) (Volunteer, bool, error) {
	return db.Found(byPerson.One(ctx, tx, personID))
}

// Numbered is an active volunteer by his number, with what others ask of who he is.
type Numbered struct {
	ID        db.ID
	No        string
	PersonID  db.ID
	Region    auth.Region
	StationID db.ID
	Name      string
	BirthDay  clock.Day
}

// ByNo gives the active volunteer of a number as people write it.
func ByNo(ctx context.Context, tx *db.Tx, no string) (Numbered, bool, error) {
	return db.Found(numbered.One(ctx, tx, strings.ToUpper(strings.TrimSpace(no))))
}

// Load gives a volunteer with everything dated.
func Load(ctx context.Context, tx *db.Tx, id db.ID) (Profile, error) {
	p, err := profile.Get(ctx, tx, id)
	if err == nil {
		err = dates(ctx, tx, &p)
	}
	return p, err
}

// Near gives the active volunteers of a town with everything dated, by id.
func Near(ctx context.Context, tx *db.Tx, town auth.Region) ([]Profile, error) {
	rows, err := inTown.All(ctx, tx, int64(town)/1000)
	for i := range rows {
		if err == nil {
			err = dates(ctx, tx, &rows[i])
		}
	}
	return rows, err
}

func dates(ctx context.Context, tx *db.Tx, p *Profile) (err error) {
	if p.Qualifications, err = dated.All(ctx, tx, p.ID, "qualification"); err != nil {
		return err
	}
	if p.Insurance, err = dated.All(ctx, tx, p.ID, "insurance"); err != nil {
		return err
	}
	p.Pauses, err = pauses.All(ctx, tx, p.ID)
	return err
}

// ApprovedEvent says that somebody may serve from now on.
type ApprovedEvent struct{ Volunteer Volunteer }

// ChangedEvent says that somebody's status changed, or that anything else of his was written while it stayed; it is told after the row was.
type ChangedEvent struct {
	Volunteer Volunteer
	From      string
}

// Service holds the operations.
type Service struct {
	db       *db.DB
	register act.Kind[Volunteer]
	Approved event.Topic[ApprovedEvent]
	Changed  event.Topic[ChangedEvent]

	// Honours gives what a person was given as a volunteer, a line each; app fills it from the areas above.
	Honours func(ctx context.Context, tx *db.Tx, person db.ID) ([]string, error)
}

// New makes the service.
func New(d *db.DB) *Service {
	s := &Service{db: d}
	s.register = act.Kind[Volunteer]{Object: "volunteer", View: View, Table: table, Load: Get, Make: enter, Place: Volunteer.place,
		Names: func(v Volunteer) []string { return []string{v.Name} },
		State: func(v Volunteer) string { return v.Status }, Word: statuses.Word, Trail: trail, Tell: s.tell}
	return s
}

// trail names the status before and now; a registration has none before.
func trail(was, now Volunteer) map[string]any {
	if was.ID == 0 {
		return nil
	}
	return map[string]any{"from": was.Status, "to": now.Status}
}

// tell writes the history, and the index of names for a new line of the register.
func (s *Service) tell(ctx context.Context, tx *db.Tx, op act.Op, was, now Volunteer) error {
	if was.ID == 0 {
		if err := db.IndexName(ctx, tx, "volunteer", now.ID, now.Name); err != nil {
			return err
		}
	} else if err := s.Changed.Publish(ctx, tx, ChangedEvent{Volunteer: now, From: was.Status}); err != nil {
		return err
	}
	return note(ctx, tx, now.ID, strings.TrimPrefix(op.Action, "volunteer."), now.what, op.Cause)
}

// RegisterInput registers a person of the register as a volunteer.
type RegisterInput struct {
	PersonID db.ID       `json:"person_id" required:"false" doc:"不填就是本人"`
	Region   auth.Region `json:"region" required:"false" doc:"在哪里服务；不填为居住地"`
	Facts
	Agreed     bool   `json:"agreed" required:"false" doc:"已看过风险说明（志愿服务条例第十二条）并同意登记"`
	Consent    string `json:"consent" required:"false" enum:"self,spoken,paper,guardian" maxLength:"8" default:"self"`
	GuardianID db.ID  `json:"guardian_id" required:"false"`

	Evidence db.ID `json:"-"` // the photographed sheet of signatures on which the consent stands; its blob
}

// Facts are what somebody says of himself as a volunteer (志愿服务条例 art. 7).
type Facts struct {
	Identities person.Codes `json:"identities" maxItems:"9"`
	Skills     person.Codes `json:"skills" required:"false" maxItems:"30"`
	MaxKm      int64        `json:"max_km" required:"false" minimum:"1" maximum:"300" default:"5"`
	Available  []string     `json:"available" required:"false" maxItems:"21" enum:"1am,1pm,1ev,2am,2pm,2ev,3am,3pm,3ev,4am,4pm,4ev,5am,5pm,5ev,6am,6pm,6ev,7am,7pm,7ev" doc:"每周什么时候有空；不填是没说"`
	Languages  person.Codes `json:"languages" required:"false" maxItems:"10" doc:"说什么语言；不填照本人登记的"`
	Start      string       `json:"start" required:"false" enum:"station,home" maxLength:"8" doc:"从哪里出发；不填不变"`
	Lat        float64      `json:"lat" required:"false" minimum:"0" maximum:"60" doc:"从家里出发的，家在哪里；只留到约一百米"`
	Lng        float64      `json:"lng" required:"false" minimum:"0" maximum:"140"`
}

// EnrolOther is Register for the desk's page, where it is always about somebody who stands in the register.
func (s *Service) EnrolOther(ctx context.Context, in RegisterInput) (Volunteer, error) {
	if err := auth.Allow(ctx, Enrol); err != nil {
		return Volunteer{}, err
	}
	if in.PersonID == 0 {
		return Volunteer{}, errs.Field("person_id", "先找到本人")
	}
	return s.Register(ctx, in)
}

// Register enters somebody, himself or at the desk; he may serve once the station has approved.
func (s *Service) Register(ctx context.Context, in RegisterInput) (Volunteer, error) {
	me := auth.From(ctx).Person
	perm := Register
	if in.PersonID != 0 && in.PersonID != me {
		perm = Enrol
	}
	if in.PersonID == 0 {
		in.PersonID = me
	}
	op := act.Op{Perm: perm, Action: "volunteer.register", Check: func() error { return in.check(ctx, perm == Register) }}
	var p person.Person
	return s.register.Add(ctx, s.db, op, func(tx *db.Tx) (at auth.Place, err error) {
		if p, err = person.Get(ctx, tx, in.PersonID); err != nil {
			return at, err
		}
		at = auth.Place{Region: p.Region, Persons: []db.ID{p.ID}}
		return at, auth.Require(ctx, perm, View, at)
	}, func(tx *db.Tx) (Volunteer, error) { return in.volunteer(ctx, tx, p) })
}

// Enlist registers a person within a transaction of the caller's, who has asked whether the actor may, and knows whether it is the
// person's own word: where a registration is one step of something larger.
func (s *Service) Enlist(ctx context.Context, tx *db.Tx, personID db.ID, own bool, in RegisterInput) (Volunteer, error) {
	in.PersonID = personID
	if err := in.check(ctx, own); err != nil {
		return Volunteer{}, err
	}
	p, err := person.Get(ctx, tx, personID)
	if err != nil {
		return Volunteer{}, err
	}
	v, err := in.volunteer(ctx, tx, p)
	if err != nil {
		return v, err
	}
	return v, s.register.Enter(ctx, tx, act.Op{Action: "volunteer.register"}, &v)
}

// check looks at a registration, which is somebody's own or made for another.
func (in RegisterInput) check(ctx context.Context, own bool) error {
	c := errs.Check{}
	c.That(in.Agreed, "agreed", "请先看过风险说明并同意")
	c.That(len(in.Identities) > 0, "identities", "至少选一种身份")
	c.That(own == (in.Consent == person.BySelf || in.Consent == ""), "consent", "本人在自己的账号里点选；站里代录要写明口头、纸面或监护人")
	if err := c.Err(); err != nil || in.PersonID != 0 {
		return err
	}
	if auth.From(ctx).SignedIn() {
		return errs.Deny("这个账号没有登记本人，请到站里登记")
	}
	return errs.ErrUnauthenticated
}

// volunteer gives the new line of a person's and records his consent.
func (in RegisterInput) volunteer(ctx context.Context, tx *db.Tx, p person.Person) (Volunteer, error) {
	if p.State != person.Active {
		return Volunteer{}, errs.WrongState("这条登记已经合并或者注销")
	}
	if in.Region == 0 {
		in.Region = p.Region
	}
	if ok, err := region.Exists(ctx, tx, in.Region); err != nil || !ok {
		return Volunteer{}, errs.Field("region", "没有这个区划")
	}
	if _, has, err := OfPerson(ctx, tx, p.ID); err != nil || has {
		return Volunteer{}, errs.Clash("已经登记为志愿者")
	}
	st, _, err := station.ForCommunity(ctx, tx, in.Region)
	if err != nil {
		return Volunteer{}, err
	}
	no, err := number(ctx, tx, in.Region)
	if err != nil {
		return Volunteer{}, err
	}
	v := Volunteer{ID: tx.NewID(), No: no, PersonID: p.ID, Name: p.Name, Region: in.Region, StationID: st.ID, Status: Pending, Version: 1,
		Lat: st.Lat, Lng: st.Lng, At: tx.Now}
	if err := in.fill(ctx, tx, &v); err != nil {
		return v, err
	}
	return v, agree(ctx, tx, p, in.Consent, in.GuardianID, in.Evidence)
}

// mayJoin holds the rules for minors (see person.MinorRule).
func mayJoin(p person.Person, consent string, day clock.Day) error {
	age := person.Age(p, day)
	if age < 0 {
		return nil
	}
	refuse, needsConsent, _ := person.MinorRule(age)
	if refuse {
		return errs.Field("person_id", "年龄太小，不能登记为志愿者")
	}
	if needsConsent && consent != person.ByGuardian {
		return errs.Field("consent", "未成年人要由监护人同意")
	}
	return nil
}

// ApproveInput decides on a registration.
type ApproveInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version" minimum:"1"`
	Decision string `json:"decision" required:"false" enum:"approve,refuse" default:"approve"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
	Adult    bool   `json:"adult" required:"false" doc:"没有登记出生日期的：核实过本人年满 18 周岁"`
}

// Approve lets somebody serve, or says with a reason why not. Of whom the register does not know when he was born, who approves answers
// that he is of age: else a minor would serve without a guardian's consent by leaving a field empty.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Volunteer, error) {
	op := act.Op{Perm: Approve, Action: "volunteer.approve", ID: in.ID, Version: in.Version, Cause: in.Reason, Check: in.check,
		From: []string{Pending, Refused}, Wrong: "已经审核过"}
	if in.Decision == "refuse" {
		op.Action = "volunteer.refuse"
	}
	return s.change(ctx, op, func(tx *db.Tx, v *Volunteer) error {
		if v.PersonID == auth.From(ctx).Person {
			return errs.Deny("不能审核自己")
		}
		if in.Decision == "refuse" {
			v.Status = Refused
			return nil
		}
		if err := v.ofAge(ctx, tx, in.Adult); err != nil {
			return err
		}
		v.Status = Active
		if v.ApprovedDay == 0 {
			v.ApprovedDay = clock.DayOf(tx.Now)
		}
		return s.Approved.Publish(ctx, tx, ApprovedEvent{*v})
	})
}

func (in ApproveInput) check() error {
	if in.Decision == "refuse" && in.Reason == "" {
		return errs.Field("reason", "不通过要写明原因")
	}
	return nil
}

// GetInput names a volunteer.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one volunteer to himself or to whoever runs the place.
func (s *Service) Get(ctx context.Context, in GetInput) (Profile, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Profile, error) { return openProfile(ctx, tx, in.ID, View) })
}

// openProfile gives a volunteer with everything dated to whoever holds a permission on him.
func openProfile(ctx context.Context, tx *db.Tx, id db.ID, perm auth.Perm) (Profile, error) {
	p, err := Load(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, perm, View, p.place())
	}
	if err != nil {
		return Profile{}, err
	}
	return p, nil
}

// ListInput filters and sorts the register: the newest first unless asked otherwise.
type ListInput struct {
	Status string `query:"status" set:"volunteer.status," maxLength:"8"`
	Q      string `query:"q" maxLength:"40" doc:"姓名里的字或编号"`
	Skill  string `query:"skill" pattern:"^[a-z0-9_]*$" maxLength:"40" doc:"会什么，词典里的代码"`
	Sort   string `query:"sort" enum:"new,name,no," maxLength:"4" doc:"按登记先后（新的在前）、姓名或编号"`
	db.Paging
}

// List gives the volunteers in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Volunteer], error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (db.Page[Volunteer], error) {
		return list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View)}, in.Paging)
	})
}

// Verify: nobody is in the register of volunteers without ever having consented, and nobody who took it back is asked to serve.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return unasked.Each(ctx, tx, func(id db.ID) error {
		report("volunteer "+id.String(), "没有登记为志愿者的同意，或者已经撤回还在册")
		return nil
	}, person.PurposeVolunteer)
}
