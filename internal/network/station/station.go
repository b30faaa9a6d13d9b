// Package station is the network of volunteer service stations and points: where they are, who runs them, when they are open. A
// community has one open station at most; a point hangs under a station.
//
// Nouns: station, point, application, stretch (of a station's life), quarter. Verbs: get, list, nearest, apply, check (an
// application), create, edit, confirm (the name on the sign), move, set status, save (a quarter).
package station

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/event"
	"linli/internal/platform/geo"
	"linli/internal/platform/seal"
)

// Permissions.
const (
	View    auth.Perm = "station.view"
	Desk    auth.Perm = "station.desk" // the pages of those who look after stations, or over them
	Edit    auth.Perm = "station.edit"
	Apply   auth.Perm = "station.apply"
	Create  auth.Perm = "station.create"
	Confirm auth.Perm = "station.confirm"
	Quarter auth.Perm = "station.quarter"
	Oversee auth.Perm = "station.oversee" // what officers see of the network
)

// Statuses.
const (
	Open      = "open"
	Suspended = "suspended"
	Closed    = "closed"
)

// Station is one station or point as everybody may see it.
type Station struct {
	ID            db.ID       `json:"id"`
	No            string      `json:"no" db:",once"`
	Kind          string      `json:"kind" db:",once" doc:"station 站，point 点"`
	ParentID      db.ID       `json:"parent_id" db:",once" doc:"点所属的站"`
	Name          string      `json:"name" doc:"挂牌名称"`
	NameConfirmed bool        `json:"name_confirmed" doc:"苏木乡镇已确认名称"`
	Region        auth.Region `json:"region"`
	Host          string      `json:"host" doc:"依托的设施"`
	Address       string      `json:"address"`
	Hours         Week        `json:"hours" db:"week" doc:"开放时间；没有登记时为空"`
	OnHolidays    bool        `json:"on_holidays" doc:"节假日照常开门"`
	HoursNote     string      `json:"hours_note" doc:"开放时间的说明"`
	Phone         string      `json:"phone" db:"-"`
	Lat           float64     `json:"lat"`
	Lng           float64     `json:"lng"`
	Status        string      `json:"status" doc:"open 开放，suspended 暂停，closed 撤销"`
	StatusDay     clock.Day   `json:"status_day"`
	Version       int64       `json:"version"`
	Metres        int64       `json:"metres,omitempty" db:"-" doc:"离查找处的直线距离"`
	OpenNow       bool        `json:"open_now,omitempty" db:"-" doc:"现在开着门；只在查询时说"`
	OpenToday     bool        `json:"open_today,omitempty" db:"-" doc:"今天开过门、开着门或还要开门"`
	ClosesAt      *time.Time  `json:"closes_at,omitempty" db:"-" doc:"现在开着门的，几点关"`
	OpensAt       *time.Time  `json:"opens_at,omitempty" db:"-" doc:"现在没开门的，下次什么时候开"`

	Sealed []byte `json:"-" db:"phone"`
	Cell   int64  `json:"-"` // of Lat and Lng
}

// Place says where the station lies, for questions of permission.
func (s Station) Place() auth.Place { return auth.Place{Region: s.Region, Station: s.ID} }

// Get gives a station without its telephone; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Station, error) {
	return table.Get(ctx, tx, id)
}

// ForCommunity gives the open station that serves a community, if there is one.
func ForCommunity(ctx context.Context, tx *db.Tx, community auth.Region) (Station, bool, error) {
	return db.Found(serving.One(ctx, tx, int64(community)))
}

// Of gives the station of a community that is not closed, open or not yet, if there is one.
func Of(ctx context.Context, tx *db.Tx, community auth.Region) (Station, bool, error) {
	return db.Found(standing.One(ctx, tx, int64(community)))
}

// Service holds the operations.
type Service struct {
	db           *db.DB
	keys         *seal.Keys
	stations     act.Kind[Station]
	applications act.Kind[Application]
	// Moved tells, inside the transaction, that a station stands in another community now.
	Moved event.Topic[MovedEvent]
	// Turned tells, inside the transaction, that a stretch of a station's life began: it opened, moved, was suspended or closed, on
	// whatever day.
	Turned event.Topic[TurnedEvent]
	// Showing asks what else the public page of a station tells.
	Showing event.Topic[*ShowingEvent]
}

// ShowingEvent gathers what others know of a station for its public page: nothing that is not for everybody.
type ShowingEvent struct {
	Station  Station
	OnDuty   []Line // who is on duty now, and until when
	Services []Line // what it does: a category, and the services of it
	Notices  []Line // what hangs there
	Photos   []Photo
}

// Thumbs is how many photographs a public page shows small beside the first, before somebody asks for the rest.
const Thumbs = 4

// Photo is a photograph on the public page: as it was taken, as it is shown and as one of a row. Width and Height are of the one that
// is shown, in pixels.
type Photo struct {
	Href, View, Thumb, Caption string
	Width, Height              int64
}

// Line is a line of the public page, which may lead on.
type Line struct{ Text, Note, Href string }

// Show gives the public page of a station.
func (s *Service) Show(ctx context.Context, in GetInput) (ShowingEvent, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out ShowingEvent, err error) {
		if out.Station, err = s.shown(ctx, tx, in.ID); err != nil {
			return out, err
		}
		return out, s.Showing.Publish(ctx, tx, &out)
	})
}

// MovedEvent says that a station moved to another community.
type MovedEvent struct{ Station Station }

// TurnedEvent says that a stretch of a station's life began, where it is and where it was before; 0 when it was nowhere. The station's own
// row may be written behind it.
type TurnedEvent struct {
	StationID  db.ID
	From, Here auth.Region
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys) *Service {
	s := &Service{db: d, keys: keys}
	s.stations = act.Kind[Station]{Object: "station", View: View, Table: table, Load: s.load, Make: enter, Place: Station.Place,
		State: func(st Station) string { return st.Status }, Tell: s.tell}
	s.applications = act.Kind[Application]{Object: "station_application", View: Apply, Table: applications, Load: s.application,
		Place: Application.place, State: func(a Application) string { return a.State },
		Trail: func(_, a Application) map[string]any { return map[string]any{"state": a.State} }, Tell: tellOfApplication}
	return s
}

// load gives a station with its telephone.
func (s *Service) load(ctx context.Context, tx *db.Tx, id db.ID) (Station, error) {
	st, err := Get(ctx, tx, id)
	if err == nil {
		err = s.open(&st)
	}
	return st, err
}

func (s *Service) open(st *Station) (err error) {
	st.Phone, err = Telephone(s.keys, *st)
	return err
}

// Telephone opens the telephone of a station, which is for everybody.
func Telephone(keys *seal.Keys, st Station) (string, error) {
	return keys.OpenText(st.Sealed, sealAt(st.ID))
}

// Signature is a station's name and telephone, as they stand on what it hands out; "" where no station serves the community.
func Signature(ctx context.Context, tx *db.Tx, keys *seal.Keys, community auth.Region) (string, error) {
	st, found, err := ForCommunity(ctx, tx, community)
	if err != nil || !found {
		return "", err
	}
	phone, err := Telephone(keys, st)
	return strings.TrimSpace(st.Name + "　电话 " + phone), err
}

func sealAt(id db.ID) string { return seal.At("station", "phone", int64(id)) }

// Serving gives the open station that serves a community, with its telephone, if there is one.
func (s *Service) Serving(ctx context.Context, tx *db.Tx, community auth.Region) (Station, bool, error) {
	st, found, err := ForCommunity(ctx, tx, community)
	if err == nil && found {
		err = s.open(&st)
	}
	return st, found, err
}

// GetInput names a station.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one station; public.
func (s *Service) Get(ctx context.Context, in GetInput) (Station, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Station, error) { return s.shown(ctx, tx, in.ID) })
}

// shown gives one station as it is seen.
func (s *Service) shown(ctx context.Context, tx *db.Tx, id db.ID) (Station, error) {
	st, err := Get(ctx, tx, id)
	if err != nil {
		return st, err
	}
	list := []Station{st}
	err = s.show(ctx, tx, list)
	return list[0], err
}

// Facts are what a station tells of itself.
type Facts struct {
	Name    string `json:"name" required:"false" maxLength:"60" doc:"挂牌名称；不填按规则拟定"`
	Host    string `json:"host" required:"false" maxLength:"40" doc:"依托的设施（词典 host）"`
	Address string `json:"address" minLength:"1" maxLength:"100"`
	Opening
	Phone string  `json:"phone" required:"false" maxLength:"20" pattern:"^[0-9 +-]*$" patternDescription:"数字和连字符"`
	Lat   float64 `json:"lat" minimum:"-90" maximum:"90"`
	Lng   float64 `json:"lng" minimum:"-180" maximum:"180"`
	Datum string  `json:"datum" required:"false" set:"datum" maxLength:"8" doc:"坐标是哪里来的；不填为 CGCS2000、WGS-84，地图上抄的会换算过来"`
}

// site is where a station or point is to be.
type site struct {
	Region   auth.Region
	ParentID db.ID
	Facts
}

func (in site) kind() string {
	if in.ParentID != 0 {
		return "point"
	}
	return "station"
}

// CreateInput sets up a station in a community, or a point under a station.
type CreateInput struct {
	Region   auth.Region `json:"region"`
	ParentID db.ID       `json:"parent_id" required:"false" doc:"填了就是这个站下面的点"`
	Day      clock.Day   `json:"day" required:"false" doc:"哪一天设立的；不填为今天"`
	Facts
}

// Create is the town's own word that a station or point is there; a community applies (Apply). Its name is proposed from the
// division's name by the rule of the sign: “XX嘎查志愿服务站”. A station waits, suspended, until it has a manager and is opened (SetStatus);
// a point is open where its station is.
func (s *Service) Create(ctx context.Context, in CreateInput) (Station, error) {
	op := act.Op{Perm: Create, Action: "station.create", Cause: "设立"}
	return s.stations.Add(ctx, s.db, op, own(ctx, Create, in.Region), func(tx *db.Tx) (Station, error) {
		st, err := s.plan(ctx, tx, site{in.Region, in.ParentID, in.Facts}, in.Day)
		if err != nil {
			return st, err
		}
		return withDoor(ctx, tx, st)
	})
}

// change is a change of a station, which answers as it is read: with its doors.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, st *Station) error) (Station, error) {
	return act.ChangeTo(ctx, s.db, &s.stations, op, fn, func(tx *db.Tx, st Station) (Station, error) { return withDoor(ctx, tx, st) })
}

// own is the place of something new in a division of the actor's.
func own(ctx context.Context, perm auth.Perm, at auth.Region) func(*db.Tx) (auth.Place, error) {
	return func(*db.Tx) (auth.Place, error) {
		if place := (auth.Place{Region: at}); auth.Can(ctx, perm, place) {
			return place, nil
		}
		return auth.Place{}, errs.Field("region", "这个地方不归您管，或者没有这个区划")
	}
}

// plan gives a new station or point, as the town's own word and an accepted application set it up.
func (s *Service) plan(ctx context.Context, tx *db.Tx, in site, day clock.Day) (st Station, err error) {
	d, status, err := in.check(ctx, tx)
	if err != nil {
		return st, err
	}
	if day, err = since(tx, day, 0); err != nil {
		return st, err
	}
	st = Station{ID: tx.NewID(), Kind: in.kind(), ParentID: in.ParentID, Region: in.Region, Status: status, StatusDay: day, Version: 1}
	st.No = "Z" + st.Region.String() + "-" + st.ID.String()
	if err := s.fill(&st, in.Facts, d); err != nil {
		return st, err
	}
	return st, alone(ctx, tx, st, day)
}

// check says whether a station or point may stand there, and gives the community and in which status it begins: a community has one
// station that is not closed.
func (in site) check(ctx context.Context, tx *db.Tx) (region.Division, string, error) {
	d, err := community(ctx, tx, in.Region)
	if err != nil {
		return d, "", err
	}
	if in.ParentID == 0 {
		if _, there, err := Of(ctx, tx, in.Region); err != nil || there {
			if err == nil {
				err = errs.Field("region", "这个嘎查村（社区）已有站，没有撤销")
			}
			return d, "", err
		}
		return d, Suspended, nil
	}
	parent, err := Get(ctx, tx, in.ParentID)
	if err != nil || parent.Kind != "station" || parent.Region != in.Region || parent.Status == Closed {
		return d, "", errs.Field("parent_id", "应是同一嘎查村（社区）里没有撤销的站")
	}
	return d, parent.Status, nil
}

// community gives a community in which something may be placed.
func community(ctx context.Context, tx *db.Tx, at auth.Region) (region.Division, error) {
	d, err := region.Get(ctx, tx, at)
	if err != nil || d.Level != auth.LevelCommunity || !d.InForce() {
		return d, errs.Field("region", "应是现行的嘎查村（社区）")
	}
	return d, nil
}

// fill takes over the facts; without a name it proposes the one of the rule.
func (s *Service) fill(st *Station, f Facts, d region.Division) (err error) {
	if st.Name, err = named(f.Name, d, st.Kind); err != nil {
		return err
	}
	if st.Hours, err = f.Hours.checked(); err != nil {
		return err
	}
	st.Host, st.OnHolidays, st.HoursNote, st.Phone = f.Host, f.OnHolidays, f.HoursNote, f.Phone
	st.Sealed = s.keys.SealText(f.Phone, sealAt(st.ID))
	return st.stand(f.Address, f.Datum, f.Lat, f.Lng)
}

// stand says where the station is, in the datum in which its position was given: inside the region.
func (st *Station) stand(address, datum string, lat, lng float64) error {
	lat, lng = geo.Turned(datum, lat, lng)
	if why := geo.Fault(lat, lng); why != "" {
		c := errs.Check{}
		c.That(false, "lat", why)
		c.That(false, "lng", why)
		return c.Err()
	}
	st.Address, st.Lat, st.Lng, st.Cell = address, lat, lng, int64(geo.Cell(lat, lng))
	return nil
}

// named is the name that was given, else the one of the rule; where the division's name does not tell, a person must say.
func named(given string, d region.Division, kind string) (string, error) {
	if given != "" {
		return given, nil
	}
	if _, sure := region.SignName(d.Name); !sure {
		return "", errs.Field("name", "从“"+d.Name+"”看不出挂牌用什么名称，请填写，例如 "+proposed(d, kind))
	}
	return proposed(d, kind), nil
}

// proposed is the name of the rule.
func proposed(d region.Division, kind string) string {
	return d.Short() + "志愿服务" + map[string]string{"station": "站", "point": "点"}[kind]
}

// tell writes the index of names; with a new station its life begins.
func (s *Service) tell(ctx context.Context, tx *db.Tx, op act.Op, was, now Station) error {
	if err := db.IndexName(ctx, tx, "station", now.ID, now.Name); err != nil || was.ID != 0 {
		return err
	}
	return s.turned(ctx, tx, now, now.StatusDay, op.Cause)
}

// EditInput changes what a station tells of itself.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Facts
}

// Edit changes a station's facts; a new name waits for the town's confirmation.
func (s *Service) Edit(ctx context.Context, in EditInput) (Station, error) {
	op := act.Op{Perm: Edit, Action: "station.edit", ID: in.ID, Version: in.Version, Cause: "修改资料"}
	return s.change(ctx, op, func(tx *db.Tx, st *Station) error {
		d, err := region.Get(ctx, tx, st.Region)
		if err != nil {
			return err
		}
		was := st.Name
		if err := s.fill(st, in.Facts, d); err != nil {
			return err
		}
		st.NameConfirmed = st.NameConfirmed && st.Name == was
		_, err = renamePast.Run(ctx, tx, st.ID, st.Name, st.Address)
		return err
	})
}

// ConfirmInput confirms the name on the sign.
type ConfirmInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// ConfirmName is the town's word that the sign may carry the name.
func (s *Service) ConfirmName(ctx context.Context, in ConfirmInput) (Station, error) {
	op := act.Op{Perm: Confirm, Action: "station.confirm", ID: in.ID, Version: in.Version, Cause: "确认名称"}
	return s.change(ctx, op, func(_ *db.Tx, st *Station) error {
		if st.NameConfirmed {
			return errs.WrongState("名称已经确认过")
		}
		st.NameConfirmed = true
		return nil
	})
}
