// Package volunteer is the register of those who serve: registered by themselves or at the desk, approved by the station, with skills, dated
// qualifications and insurance, pauses and leave.
//
// Nouns: volunteer, profile, dated thing, pause, change. Verbs: register, approve, get, list, edit, pause, leave, return, issue, withdraw, export, print.
package volunteer

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/audit"
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
	No         string       `json:"no"`
	PersonID   db.ID        `json:"person_id"`
	Name       string       `json:"name"`
	Region     auth.Region  `json:"region"`
	StationID  db.ID        `json:"station_id"`
	Status     string       `json:"status" doc:"pending 待审核，active 在册，refused 未通过，left 已退出"`
	Identities person.Codes `json:"identities"`
	Skills     person.Codes `json:"skills"`
	MaxKm      int64        `json:"max_km" doc:"愿意走多远，公里"`
	Available  person.Codes `json:"available" doc:"每周什么时候有空，1am 是周一上午，7ev 是周日晚上；空着是没说"`
	AtHome     bool         `json:"at_home" doc:"从家里出发；否则从站里"`
	Version    int64        `json:"version"`
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
	Lat            float64      `json:"-"`
	Lng            float64      `json:"-"`
	Qualifications []Dated      `json:"qualifications" db:"-"`
	Insurance      []Dated      `json:"insurance" db:"-"`
	Pauses         []Pause      `json:"pauses" db:"-"`
}

// Get gives a volunteer; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Volunteer, error) {
	return known(db.Found(byID.One(ctx, tx, id)))
}

// OfPerson gives the volunteer that a person is, if he is one.
func OfPerson(ctx context.Context, tx *db.Tx, personID db.ID) (Volunteer, bool, error) {
	return db.Found(byPerson.One(ctx, tx, personID))
}

// Load gives a volunteer with everything dated.
func Load(ctx context.Context, tx *db.Tx, id db.ID) (Profile, error) {
	p, err := known(db.Found(profile.One(ctx, tx, id)))
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

func known[T any](v T, ok bool, err error) (T, error) {
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return v, err
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
	Approved event.Topic[ApprovedEvent]
	Changed  event.Topic[ChangedEvent]
}

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

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
	if err := auth.Allow(ctx, perm); err != nil {
		return Volunteer{}, err
	}
	if in.PersonID == 0 {
		in.PersonID = me
	}
	c := errs.Check{}
	c.That(in.Agreed, "agreed", "请先看过风险说明并同意")
	c.That(len(in.Identities) > 0, "identities", "至少选一种身份")
	c.That(perm == Register == (in.Consent == person.BySelf || in.Consent == ""), "consent", "本人在自己的账号里点选；站里代录要写明口头、纸面或监护人")
	if err := c.Err(); err != nil {
		return Volunteer{}, err
	}
	if in.PersonID == 0 && auth.From(ctx).SignedIn() {
		return Volunteer{}, errs.Deny("这个账号没有登记本人，请到站里登记")
	}
	if in.PersonID == 0 {
		return Volunteer{}, errs.ErrUnauthenticated
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Volunteer, error) {
		p, err := person.Get(ctx, tx, in.PersonID)
		if err != nil {
			return Volunteer{}, err
		}
		if err := auth.Require(ctx, perm, View, auth.Place{Region: p.Region, Persons: []db.ID{p.ID}}); err != nil {
			return Volunteer{}, err
		}
		return s.enter(ctx, tx, p, in)
	})
}

func (s *Service) enter(ctx context.Context, tx *db.Tx, p person.Person, in RegisterInput) (Volunteer, error) {
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
	v := Volunteer{ID: tx.NewID(), No: no, PersonID: p.ID, Name: p.Name, Region: in.Region, StationID: st.ID, Status: Pending, Version: 1}
	home, err := in.fill(ctx, tx, &v, spot{st.Lat, st.Lng})
	if err != nil {
		return v, err
	}
	if err := insert(ctx, tx, v, home); err != nil {
		return v, err
	}
	if err := agree(ctx, tx, p, in.Consent, in.GuardianID, in.Evidence); err != nil {
		return v, err
	}
	if err := db.IndexName(ctx, tx, "volunteer", v.ID, v.Name); err != nil {
		return v, err
	}
	if err := note(ctx, tx, v.ID, "register", "", ""); err != nil {
		return v, err
	}
	return v, audit.Write(ctx, tx, audit.Entry{Action: "volunteer.register", Object: "volunteer", ID: v.ID.String(), Region: v.Region})
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
}

// Approve lets somebody serve, or says with a reason why not.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Volunteer, error) {
	if in.Decision == "refuse" && in.Reason == "" {
		return Volunteer{}, errs.Field("reason", "不通过要写明原因")
	}
	verb := "approve"
	if in.Decision == "refuse" {
		verb = in.Decision
	}
	return s.change(ctx, in.ID, in.Version, Approve, verb, in.Reason, func(tx *db.Tx, v *Volunteer) (string, error) {
		if v.Status != Pending && v.Status != Refused {
			return "", errs.WrongState("已经审核过")
		}
		if v.PersonID == auth.From(ctx).Person {
			return "", errs.Deny("不能审核自己")
		}
		if in.Decision == "refuse" {
			v.Status = Refused
			return "", nil
		}
		v.Status = Active
		return "", s.Approved.Publish(ctx, tx, ApprovedEvent{*v})
	})
}

// GetInput names a volunteer.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one volunteer to himself or to whoever runs the place.
func (s *Service) Get(ctx context.Context, in GetInput) (out Profile, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out, err = Load(ctx, tx, in.ID); err != nil {
			return err
		}
		return auth.Require(ctx, View, View, out.place())
	})
	if err != nil {
		out = Profile{}
	}
	return out, err
}

// ListInput filters and sorts the register: the newest first unless asked otherwise.
type ListInput struct {
	Status string `query:"status" enum:"pending,active,refused,left," maxLength:"8"`
	Q      string `query:"q" maxLength:"40" doc:"姓名里的字或编号"`
	Skill  string `query:"skill" pattern:"^[a-z0-9_]*$" maxLength:"40" doc:"会什么，词典里的代码"`
	Sort   string `query:"sort" enum:"new,name,no," maxLength:"4" doc:"按登记先后（新的在前）、姓名或编号"`
	db.Paging
}

// List gives the volunteers in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (out db.Page[Volunteer], err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := list(ctx, tx, auth.ScopeOf(ctx, View), in)
		out = db.PageOf(rows, in.Paging, in.key)
		return err
	})
	return out, err
}

func (in ListInput) key(v Volunteer) []string {
	switch in.Sort {
	case "name":
		return db.Key(v.Name, v.ID)
	case "no":
		return db.Key(v.No, v.ID)
	}
	return db.Key("", v.ID)
}

// Verify: nobody is in the register of volunteers without ever having consented, and nobody who took it back is asked to serve.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return unasked.Each(ctx, tx, func(id db.ID) error {
		report("volunteer "+id.String(), "没有登记为志愿者的同意，或者已经撤回还在册")
		return nil
	}, person.PurposeVolunteer)
}
