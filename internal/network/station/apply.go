package station

import (
	"context"
	"slices"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/seal"
)

// States of an application.
const (
	Submitted = "submitted"
	Returned  = "returned"
	Accepted  = "accepted"
	Rejected  = "rejected"
	Withdrawn = "withdrawn"
)

// Application asks the town for a station or point.
type Application struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	State      string      `json:"state" doc:"submitted 待核实，returned 退回补充，accepted 已设立，rejected 不予设立，withdrawn 已撤回"`
	Region     auth.Region `json:"region" db:",once"`
	Kind       string      `json:"kind" db:",once"`
	ParentID   db.ID       `json:"parent_id" db:",once"`
	StationID  db.ID       `json:"station_id" doc:"设立以后的站点"`
	Name       string      `json:"name"`
	Host       string      `json:"host"`
	Address    string      `json:"address"`
	Hours      Week        `json:"hours" db:"week"`
	OnHolidays bool        `json:"on_holidays"`
	HoursNote  string      `json:"hours_note"`
	Phone      string      `json:"phone" db:"-"`
	Lat        float64     `json:"lat"`
	Lng        float64     `json:"lng"`
	Note       string      `json:"note"`
	AppliedBy  db.ID       `json:"-" db:",once"`
	ByName     string      `json:"by_name" db:",once"`
	At         time.Time   `json:"at" db:",once"`
	Reason     string      `json:"reason" doc:"核实的意见"`
	CheckedBy  string      `json:"checked_by"`
	CheckedAt  *time.Time  `json:"checked_at"`

	Sealed []byte `json:"-" db:"phone"`
}

func (a Application) site() site {
	return site{Region: a.Region, ParentID: a.ParentID,
		Facts: Facts{Name: a.Name, Host: a.Host, Address: a.Address, Opening: Opening{a.Hours, a.OnHolidays, a.HoursNote}, Phone: a.Phone,
			Lat: a.Lat, Lng: a.Lng}}
}

func (a Application) place() auth.Place { return auth.Place{Region: a.Region} }

// open says that something is still to be done about it.
func (a Application) open() bool { return slices.Contains(undecided, a.State) }

var undecided = []string{Submitted, Returned}

const errDecided = "这份申请已经办完"

func sealApplication(id db.ID) string { return seal.At("station_application", "phone", int64(id)) }

// ApplyInput is an application.
type ApplyInput struct {
	Region   auth.Region `json:"region"`
	ParentID db.ID       `json:"parent_id" required:"false" doc:"填了就是这个站下面的点"`
	Facts
	Note string `json:"note" required:"false" maxLength:"500" doc:"场地、人员、设备的情况"`
}

// Apply asks the town for a station or point, which opens once the town has checked the place.
func (s *Service) Apply(ctx context.Context, in ApplyInput) (Application, error) {
	return s.applications.Add(ctx, s.db, act.Op{Perm: Apply, Action: "station.apply"}, own(ctx, Apply, in.Region),
		func(tx *db.Tx) (Application, error) {
			who, where := auth.From(ctx), site{in.Region, in.ParentID, in.Facts}
			a := Application{ID: tx.NewID(), Version: 1, State: Submitted, Region: in.Region, Kind: where.kind(), ParentID: in.ParentID,
				AppliedBy: who.Account, ByName: who.Name, At: tx.Now}
			return a, s.asks(ctx, tx, &a, where, in.Note)
		})
}

// asks takes over what is asked for. A community with a station, or with an application for one that waits, asks for no second.
func (s *Service) asks(ctx context.Context, tx *db.Tx, a *Application, in site, note string) error {
	d, _, err := in.check(ctx, tx)
	if err != nil {
		return err
	}
	if a.Kind == "station" {
		if n, err := waiting.One(ctx, tx, int64(a.Region), a.ID); err != nil || n > 0 {
			if err == nil {
				err = errs.Field("region", "这个嘎查村（社区）已有一份申请在办")
			}
			return err
		}
	}
	if a.Name, err = named(in.Name, d, a.Kind); err != nil {
		return err
	}
	if a.Hours, err = in.Hours.checked(); err != nil {
		return err
	}
	a.Host, a.Address, a.OnHolidays, a.HoursNote, a.Phone, a.Lat, a.Lng, a.Note = in.Host, in.Address, in.OnHolidays, in.HoursNote, in.Phone,
		in.Lat, in.Lng, note
	a.Sealed = s.keys.SealText(a.Phone, sealApplication(a.ID))
	return nil
}

// tellOfApplication leaves word: to the town what is to be checked, to the applicant what came of it.
func tellOfApplication(ctx context.Context, tx *db.Tx, op act.Op, _, a Application) error {
	switch a.State {
	case Submitted:
		to, err := account.HoldersIn(ctx, tx, auth.TownOfficer, a.Region)
		if err != nil {
			return err
		}
		for _, id := range to {
			if err := a.tell(ctx, tx, id, "有一份设立站点的申请待核实", a.Name); err != nil {
				return err
			}
		}
	case Returned, Accepted, Rejected:
		return a.tell(ctx, tx, a.AppliedBy, "设立站点的申请："+applicationStates.Word(a.State), a.Name+" "+op.Cause)
	}
	return nil
}

func (a Application) tell(ctx context.Context, tx *db.Tx, to db.ID, title, text string) error {
	if to == 0 {
		return nil
	}
	return notify.Send(ctx, tx, notify.Message{To: to, Kind: "station", Title: title, Text: text, Link: a.path()})
}

func (s *Service) application(ctx context.Context, tx *db.Tx, id db.ID) (Application, error) {
	a, err := applications.Get(ctx, tx, id)
	if err == nil {
		a.Phone, err = s.keys.OpenText(a.Sealed, sealApplication(a.ID))
	}
	return a, err
}

// AmendInput completes an application that waits or came back.
type AmendInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Facts
	Note string `json:"note" required:"false" maxLength:"500"`
}

// Amend sends a completed application to the town again.
func (s *Service) Amend(ctx context.Context, in AmendInput) (Application, error) {
	op := act.Op{Perm: Apply, Action: "station.amend", ID: in.ID, Version: in.Version, From: undecided, Wrong: errDecided}
	return s.applications.Change(ctx, s.db, op, func(tx *db.Tx, a *Application) error {
		a.State = Submitted
		return s.asks(ctx, tx, a, site{a.Region, a.ParentID, in.Facts}, in.Note)
	})
}

// WithdrawInput takes an application back.
type WithdrawInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Withdraw takes back an application that is not decided.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Application, error) {
	op := act.Op{Perm: Apply, Action: "station.withdraw", ID: in.ID, Version: in.Version, From: undecided, Wrong: errDecided}
	return s.applications.Change(ctx, s.db, op, func(_ *db.Tx, a *Application) error {
		a.State = Withdrawn
		return nil
	})
}

// CheckInput is what the town found.
type CheckInput struct {
	ID       db.ID     `path:"id"`
	Version  int64     `json:"version" minimum:"1"`
	Decision string    `json:"decision" enum:"accept,return,reject"`
	Day      clock.Day `json:"day" required:"false" doc:"哪一天设立；不填为今天"`
	Reason   string    `json:"reason" required:"false" maxLength:"200" doc:"退回、不予设立时要写"`
}

// Check is the town's word on an application: the station is set up and opens with its manager (SetStatus), or the applicant learns
// what is missing, or why not.
func (s *Service) Check(ctx context.Context, in CheckInput) (Application, error) {
	op := act.Op{Perm: Confirm, Action: "station.check", ID: in.ID, Version: in.Version, Cause: in.Reason, Check: in.check,
		From: []string{Submitted}, Wrong: "这份申请现在不等核实"}
	return s.applications.Change(ctx, s.db, op, func(tx *db.Tx, a *Application) error {
		now := tx.Now
		a.Reason, a.CheckedBy, a.CheckedAt = in.Reason, auth.From(ctx).Name, &now
		a.State = map[string]string{"accept": Accepted, "return": Returned, "reject": Rejected}[in.Decision]
		if a.State != Accepted {
			return nil
		}
		st, err := s.plan(ctx, tx, a.site(), in.Day)
		if err != nil {
			return err
		}
		a.StationID = st.ID
		return s.stations.Enter(ctx, tx, act.Op{Action: "station.create", Cause: "申请核实通过，设立"}, &st)
	})
}

func (in CheckInput) check() error {
	if in.Decision != "accept" && in.Reason == "" {
		return errs.Field("reason", "请写明缺什么，或者为什么不设")
	}
	return nil
}

// ApplicationList asks for the applications of the actor's place.
type ApplicationList struct {
	State string `query:"state" set:"station_application.state," maxLength:"10"`
	db.Paging
}

// Applications is one page of them, the newest first.
type Applications struct {
	In ApplicationList `json:"-"`
	db.Page[Application]
}

// Applications lists what was applied for.
func (s *Service) Applications(ctx context.Context, in ApplicationList) (Applications, error) {
	return act.Read(ctx, s.db, Apply, func(tx *db.Tx) (out Applications, err error) {
		out.In = in
		out.Page, err = applied.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, Apply)}, in.Paging)
		for i := range out.Items {
			if err == nil {
				out.Items[i].Phone, err = s.keys.OpenText(out.Items[i].Sealed, sealApplication(out.Items[i].ID))
			}
		}
		return out, err
	})
}

// Dossier is one application with its place and what the reader may do.
type Dossier struct {
	Application
	Where         string         `json:"where"`
	Hosts         []setting.Word `json:"-"`
	amends, check bool
}

// Application gives one application.
func (s *Service) Application(ctx context.Context, in GetInput) (Dossier, error) {
	return act.Look(ctx, s.db, &s.applications, in.ID, func(tx *db.Tx, a Application) (out Dossier, err error) {
		out = Dossier{Application: a, amends: a.open(), check: a.State == Submitted && auth.Can(ctx, Confirm, a.place())}
		if out.Where, err = region.FullName(ctx, tx, a.Region); err != nil {
			return out, err
		}
		out.Hosts, err = setting.Words(ctx, tx, setting.Hosts)
		return out, err
	})
}
