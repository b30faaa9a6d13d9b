package station

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/audit"
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
	Region     auth.Region `json:"region"`
	Kind       string      `json:"kind"`
	ParentID   db.ID       `json:"parent_id"`
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
	AppliedBy  db.ID       `json:"-"`
	ByName     string      `json:"by_name"`
	At         time.Time   `json:"at"`
	Reason     string      `json:"reason" doc:"核实的意见"`
	CheckedBy  string      `json:"checked_by"`
	CheckedAt  *time.Time  `json:"checked_at"`

	Sealed []byte `json:"-" db:"phone"`
}

func (a Application) site() site {
	return site{Region: a.Region, ParentID: a.ParentID, Facts: Facts{Name: a.Name, Host: a.Host, Address: a.Address, Opening: Opening{a.Hours, a.OnHolidays, a.HoursNote}, Phone: a.Phone, Lat: a.Lat, Lng: a.Lng}}
}

func (a Application) place() auth.Place { return auth.Place{Region: a.Region} }

// open says that something is still to be done about it.
func (a Application) open() bool { return a.State == Submitted || a.State == Returned }

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
	if err := auth.Allow(ctx, Apply); err != nil {
		return Application{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Application, error) {
		if err := auth.Require(ctx, Apply, Apply, auth.Place{Region: in.Region}); err != nil {
			return Application{}, errs.Field("region", "这个地方不归您管，或者没有这个区划")
		}
		who, where := auth.From(ctx), site{in.Region, in.ParentID, in.Facts}
		a := Application{ID: tx.NewID(), Version: 1, State: Submitted, Region: in.Region, Kind: where.kind(), ParentID: in.ParentID, AppliedBy: who.Account, ByName: who.Name, At: tx.Now}
		if err := s.asks(ctx, tx, &a, where, in.Note); err != nil {
			return a, err
		}
		if err := insertApplication(ctx, tx, a); err != nil {
			return a, err
		}
		return a, s.applied(ctx, tx, a, "station.apply", "")
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
	a.Host, a.Address, a.OnHolidays, a.HoursNote, a.Phone, a.Lat, a.Lng, a.Note = in.Host, in.Address, in.OnHolidays, in.HoursNote, in.Phone, in.Lat, in.Lng, note
	a.Sealed = s.keys.SealText(a.Phone, sealApplication(a.ID))
	return nil
}

// applied writes the trail and leaves word: to the town what is to be checked, to the applicant what came of it.
func (s *Service) applied(ctx context.Context, tx *db.Tx, a Application, action, reason string) error {
	if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: "station_application", ID: a.ID.String(), Region: a.Region, Cause: reason,
		Detail: map[string]any{"state": a.State}}); err != nil {
		return err
	}
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
		return a.tell(ctx, tx, a.AppliedBy, "设立站点的申请："+applicationWords[a.State], a.Name+" "+reason)
	}
	return nil
}

func (a Application) tell(ctx context.Context, tx *db.Tx, to db.ID, title, text string) error {
	if to == 0 {
		return nil
	}
	return notify.Send(ctx, tx, notify.Message{To: to, Kind: "station", Title: title, Text: text, Link: a.path()})
}

// decide is what every change of an application shares.
func (s *Service) decide(ctx context.Context, id db.ID, version int64, perm auth.Perm, fn func(*db.Tx, *Application) (action, reason string, err error)) (Application, error) {
	if err := auth.Allow(ctx, perm); err != nil {
		return Application{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Application, error) {
		a, err := s.application(ctx, tx, id)
		if err != nil {
			return a, err
		}
		if err := auth.Require(ctx, perm, Apply, a.place()); err != nil {
			return Application{}, err
		}
		if a.Version != version {
			return Application{}, errs.ErrStale
		}
		action, reason, err := fn(tx, &a)
		if err != nil {
			return Application{}, err
		}
		if err := updateApplication(ctx, tx, &a); err != nil {
			return Application{}, err
		}
		return a, s.applied(ctx, tx, a, action, reason)
	})
}

func (s *Service) application(ctx context.Context, tx *db.Tx, id db.ID) (a Application, err error) {
	a, ok, err := db.Found(applicationByID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
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
	return s.decide(ctx, in.ID, in.Version, Apply, func(tx *db.Tx, a *Application) (string, string, error) {
		if !a.open() {
			return "", "", errs.WrongState("这份申请已经办完")
		}
		a.State = Submitted
		return "station.amend", "", s.asks(ctx, tx, a, site{a.Region, a.ParentID, in.Facts}, in.Note)
	})
}

// WithdrawInput takes an application back.
type WithdrawInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Withdraw takes back an application that is not decided.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Application, error) {
	return s.decide(ctx, in.ID, in.Version, Apply, func(_ *db.Tx, a *Application) (string, string, error) {
		if !a.open() {
			return "", "", errs.WrongState("这份申请已经办完")
		}
		a.State = Withdrawn
		return "station.withdraw", "", nil
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

// Check is the town's word on an application: the station is set up and opens with its manager (SetStatus), or the applicant learns what is missing, or why not.
func (s *Service) Check(ctx context.Context, in CheckInput) (Application, error) {
	if in.Decision != "accept" && in.Reason == "" {
		if err := auth.Allow(ctx, Confirm); err != nil {
			return Application{}, err
		}
		return Application{}, errs.Field("reason", "请写明缺什么，或者为什么不设")
	}
	return s.decide(ctx, in.ID, in.Version, Confirm, func(tx *db.Tx, a *Application) (string, string, error) {
		if a.State != Submitted {
			return "", "", errs.WrongState("这份申请现在不等核实")
		}
		now := tx.Now
		a.Reason, a.CheckedBy, a.CheckedAt = in.Reason, auth.From(ctx).Name, &now
		a.State = map[string]string{"accept": Accepted, "return": Returned, "reject": Rejected}[in.Decision]
		if a.State == Accepted {
			st, err := s.found(ctx, tx, a.site(), in.Day, "申请核实通过，设立")
			if err != nil {
				return "", "", err
			}
			a.StationID = st.ID
		}
		return "station.check", in.Reason, nil
	})
}

// ApplicationList asks for the applications of the actor's place.
type ApplicationList struct {
	State string `query:"state" enum:"submitted,returned,accepted,rejected,withdrawn," maxLength:"10"`
	db.Paging
}

// Applications is one page of them, the newest first.
type Applications struct {
	In ApplicationList `json:"-"`
	db.Page[Application]
}

// Applications lists what was applied for.
func (s *Service) Applications(ctx context.Context, in ApplicationList) (out Applications, err error) {
	if err := auth.Allow(ctx, Apply); err != nil {
		return out, err
	}
	out.In = in
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := applications(ctx, tx, auth.ScopeOf(ctx, Apply), in, more, after)
		out.Page = db.PageOf(rows, in.Paging, func(a Application) []string { return db.Key(a.ID) })
		for i := range out.Items {
			if err == nil {
				out.Items[i].Phone, err = s.keys.OpenText(out.Items[i].Sealed, sealApplication(out.Items[i].ID))
			}
		}
		return err
	})
	return out, err
}

// Dossier is one application with its place and what the reader may do.
type Dossier struct {
	Application
	Where         string         `json:"where"`
	Hosts         []setting.Word `json:"-"`
	amends, check bool
}

// Application gives one application.
func (s *Service) Application(ctx context.Context, in GetInput) (out Dossier, err error) {
	if err := auth.Allow(ctx, Apply); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		a, err := s.application(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := auth.Require(ctx, Apply, Apply, a.place()); err != nil {
			return err
		}
		out = Dossier{Application: a, amends: a.open(), check: a.State == Submitted && auth.Can(ctx, Confirm, a.place())}
		if out.Where, err = region.FullName(ctx, tx, a.Region); err != nil {
			return err
		}
		out.Hosts, err = setting.Words(ctx, tx, setting.Hosts)
		return err
	})
	return out, err
}
