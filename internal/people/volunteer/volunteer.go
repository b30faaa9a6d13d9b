// Package volunteer is the register of those who serve: registered by themselves or at the desk, approved by the station, with skills, dated
// qualifications and insurance, pauses and leave.
//
// Nouns: volunteer, profile, dated thing, pause. Verbs: register, approve, get, list, pause, leave, issue.
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
	Version    int64        `json:"version"`
}

func (v Volunteer) place() auth.Place {
	return auth.Place{Region: v.Region, Station: v.StationID, Persons: []db.ID{v.PersonID}}
}

// Dated is a qualification or insurance that holds for certain days; To zero has no end.
type Dated struct {
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
	PersonID   db.ID        `json:"person_id" required:"false" doc:"不填就是本人"`
	Region     auth.Region  `json:"region" required:"false" doc:"在哪里服务；不填为居住地"`
	Identities person.Codes `json:"identities" maxItems:"9"`
	Skills     person.Codes `json:"skills" required:"false" maxItems:"30"`
	MaxKm      int64        `json:"max_km" required:"false" minimum:"1" maximum:"300" default:"5"`
	Agreed     bool         `json:"agreed" required:"false" doc:"已看过风险说明（志愿服务条例第十二条）并同意登记"`
	Consent    string       `json:"consent" required:"false" enum:"self,spoken,paper,guardian" maxLength:"8" default:"self"`
	GuardianID db.ID        `json:"guardian_id" required:"false"`
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
	if err := mayJoin(p, in, clock.DayOf(tx.Now)); err != nil {
		return Volunteer{}, err
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
	v := Volunteer{ID: tx.NewID(), No: no, PersonID: p.ID, Name: p.Name, Region: in.Region, StationID: st.ID, Status: Pending, Identities: in.Identities, Skills: in.Skills,
		MaxKm: in.MaxKm, Version: 1}
	if err := insert(ctx, tx, v, st.Lat, st.Lng); err != nil {
		return v, err
	}
	if err := person.Consent(ctx, tx, p.ID, person.PurposeVolunteer, in.Consent, in.GuardianID); err != nil {
		return v, err
	}
	if err := db.IndexName(ctx, tx, "volunteer", v.ID, v.Name); err != nil {
		return v, err
	}
	return v, audit.Write(ctx, tx, audit.Entry{Action: "volunteer.register", Object: "volunteer", ID: v.ID.String(), Region: v.Region})
}

// mayJoin holds the rules for minors (see person.MinorRule).
func mayJoin(p person.Person, in RegisterInput, day clock.Day) error {
	age := person.Age(p, day)
	if age < 0 {
		return nil
	}
	refuse, needsConsent, _ := person.MinorRule(age)
	if refuse {
		return errs.Field("person_id", "年龄太小，不能登记为志愿者")
	}
	if needsConsent && in.Consent != person.ByGuardian {
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
	return s.change(ctx, in.ID, in.Version, Approve, "volunteer.approve", in.Reason, func(tx *db.Tx, v *Volunteer) error {
		if v.Status != Pending && v.Status != Refused {
			return errs.WrongState("已经审核过")
		}
		if v.PersonID == auth.From(ctx).Person {
			return errs.Deny("不能审核自己")
		}
		if in.Decision == "refuse" {
			v.Status = Refused
			return nil
		}
		v.Status = Active
		return s.Approved.Publish(ctx, tx, ApprovedEvent{*v})
	})
}

// LeaveInput ends being a volunteer.
type LeaveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Leave ends it at any time, of one's own free will; records stay.
func (s *Service) Leave(ctx context.Context, in LeaveInput) (Volunteer, error) {
	return s.change(ctx, in.ID, in.Version, Manage, "volunteer.leave", in.Reason, func(_ *db.Tx, v *Volunteer) error {
		if v.Status == Left {
			return errs.WrongState("已经退出")
		}
		v.Status = Left
		return nil
	})
}

// PauseInput sets days on which somebody does not serve.
type PauseInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	From    clock.Day `json:"from"`
	To      clock.Day `json:"to" required:"false"`
	Reason  string    `json:"reason" required:"false" maxLength:"200"`
}

// Pause takes days off; nobody has to say why.
func (s *Service) Pause(ctx context.Context, in PauseInput) (Volunteer, error) {
	if in.To != 0 && in.To < in.From {
		return Volunteer{}, errs.Field("to", "不能早于开始那天")
	}
	return s.change(ctx, in.ID, in.Version, Manage, "volunteer.pause", in.Reason, func(tx *db.Tx, v *Volunteer) error {
		_, err := addPause.Run(ctx, tx, tx.NewID(), v.ID, int64(in.From), int64(in.To), in.Reason)
		return err
	})
}

// IssueInput hands out a dated qualification or insurance.
type IssueInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Kind    string    `json:"kind" enum:"qualification,insurance"`
	Code    string    `json:"code" minLength:"1" maxLength:"40"`
	Number  string    `json:"number" required:"false" maxLength:"60"`
	From    clock.Day `json:"from"`
	To      clock.Day `json:"to" required:"false"`
}

// IssueTo enters what somebody holds, at the desk.
func (s *Service) IssueTo(ctx context.Context, in IssueInput) (Volunteer, error) {
	return s.change(ctx, in.ID, in.Version, Hand, "volunteer.issue", "", func(tx *db.Tx, v *Volunteer) error {
		return Issue(ctx, tx, v.ID, in.Kind, Dated{in.Code, in.Number, in.From, in.To})
	})
}

// Issue gives a volunteer something dated; training issues through it too.
func Issue(ctx context.Context, tx *db.Tx, id db.ID, kind string, d Dated) error {
	if d.To != 0 && d.To < d.From {
		return errs.Field("to", "不能早于开始那天")
	}
	_, err := addDated.Run(ctx, tx, tx.NewID(), id, kind, d.Code, d.Number, int64(d.From), int64(d.To), auth.From(ctx).Name)
	return err
}

func (s *Service) change(ctx context.Context, id db.ID, version int64, perm auth.Perm, action, reason string, fn func(*db.Tx, *Volunteer) error) (Volunteer, error) {
	if err := auth.Allow(ctx, perm); err != nil {
		return Volunteer{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Volunteer, error) {
		v, err := Get(ctx, tx, id)
		if err != nil {
			return v, err
		}
		if err := auth.Require(ctx, perm, View, v.place()); err != nil {
			return v, err
		}
		was := v.Status
		if err := fn(tx, &v); err != nil {
			return v, err
		}
		n, err := setStatus.Run(ctx, tx, v.ID, version, v.Status, reason, int64(clock.DayOf(tx.Now)))
		if err != nil {
			return v, err
		}
		if n == 0 {
			return v, errs.ErrStale
		}
		v.Version = version + 1
		if err := s.Changed.Publish(ctx, tx, ChangedEvent{Volunteer: v, From: was}); err != nil {
			return v, err
		}
		return v, audit.Write(ctx, tx, audit.Entry{Action: action, Object: "volunteer", ID: v.ID.String(), Region: v.Region, Cause: reason,
			Detail: map[string]any{"from": was, "to": v.Status}})
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

// ListInput filters the register.
type ListInput struct {
	Status string `query:"status" enum:"pending,active,refused,left"`
	Q      string `query:"q" maxLength:"40" doc:"姓名里的字或编号"`
	db.Paging
}

// List gives the volunteers in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (out db.Page[Volunteer], err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := list(ctx, tx, auth.ScopeOf(ctx, View), in, more, after)
		out = db.PageOf(rows, in.Paging, func(v Volunteer) []string { return db.Key(v.ID) })
		return err
	})
	return out, err
}

// Verify: nobody is in the register of volunteers without his consent.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return unasked.Each(ctx, tx, func(id db.ID) error {
		report("volunteer "+id.String(), "没有登记为志愿者的同意")
		return nil
	}, person.PurposeVolunteer)
}
