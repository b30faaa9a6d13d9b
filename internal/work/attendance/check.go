package attendance

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/geo"
	"linli/internal/platform/spelling"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// CheckInput is a check-in or check-out. A bare one is taken at the lowest evidence; nothing of the position but its distance is kept.
type CheckInput struct {
	ID          db.ID      `path:"id"`
	Version     int64      `json:"version,omitempty" minimum:"0" doc:"看到的版本；可以不填"`
	VolunteerID db.ID      `json:"volunteer_id,omitempty" doc:"站点代办时填；本人办理可以不填"`
	Code        string     `json:"code,omitempty" maxLength:"40" format:"any-text" doc:"站点当天的签到码，或居民手里的确认码"`
	Lat         *float64   `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	Lng         *float64   `json:"lng,omitempty" minimum:"-180" maximum:"180"`
	At          *time.Time `json:"at,omitempty" doc:"设备上的时间；offline 为真时最多补记 72 小时"`
	Offline     bool       `json:"offline,omitempty"`
	order.Voice
}

// Checked is what a check-in or check-out made of the order, and the session itself.
type Checked struct {
	ID         db.ID       `json:"id"`
	No         string      `json:"no"`
	State      order.State `json:"state"`
	Version    int64       `json:"version"`
	Attendance Attendance  `json:"attendance"`
}

// moment is when something happened: the time that counts, and the device's where it said one.
type moment struct {
	at     time.Time
	device *time.Time
}

// moment takes the server's time, or for a device that was offline its own, at most OfflineUp back.
func (in CheckInput) moment(now time.Time) (moment, error) {
	if in.At == nil {
		return moment{at: now}, nil
	}
	device := in.At.In(clock.Shanghai).Truncate(time.Microsecond)
	c := errs.Check{}
	c.That(!device.After(now.Add(skew)), "at", "设备上的时间比现在还晚，请校准手机时间")
	c.That(!in.Offline || !device.Before(now.Add(-OfflineUp)), "at", "离线记录最多补到 72 小时以前；更早的请用补录单")
	if in.Offline && device.Before(now) {
		return moment{device, &device}, c.Err()
	}
	return moment{now, &device}, c.Err()
}

func (in CheckInput) check() error {
	c := errs.Check{}
	c.That((in.Lat == nil) == (in.Lng == nil), "lat", "经度和纬度要一起填")
	return c.Err()
}

// visit is one volunteer's part of one order, loaded and locked for a check-in or check-out.
type visit struct {
	order order.Order
	part  order.Assignment
	when  moment
	self  bool // the volunteer acts for himself
	voice string
}

// begin loads what a check-in or check-out is about; order asks whether the actor may.
func (s *Service) begin(ctx context.Context, tx *db.Tx, in CheckInput) (v visit, err error) {
	if v.order, v.part, err = order.ForService(ctx, tx, in.ID, in.VolunteerID); err != nil {
		return v, err
	}
	if in.Version != 0 && in.Version != v.order.Version {
		return v, errs.ErrStale
	}
	v.self = auth.From(ctx).Person == v.part.PersonID
	if !v.self {
		v.voice = strings.TrimSpace(cmp.Or(order.Channels.Word(in.Channel), order.Channels.Word("desk")) + " " + in.SpokenBy)
	}
	v.when, err = in.moment(tx.Now)
	return v, err
}

// CheckIn begins a volunteer's service, from two hours (a setting) before the window to its end. Of two at once exactly one succeeds.
func (s *Service) CheckIn(ctx context.Context, in CheckInput) (Checked, error) {
	out, err := act.Write(ctx, s.db, act.Op{Perm: Check, Check: in.check}, func(tx *db.Tx) (Checked, error) {
		v, err := s.begin(ctx, tx, in)
		if err != nil {
			return Checked{}, err
		}
		if err := mayCheckIn(ctx, tx, v); err != nil {
			return Checked{}, err
		}
		how, metres, err := s.evidence(ctx, tx, v, in)
		if err != nil {
			return Checked{}, err
		}
		a := Attendance{ID: tx.NewID(), Source: "order", OrderID: v.order.ID, AssignmentID: v.part.ID, VolunteerID: v.part.VolunteerID,
			PersonID: v.part.PersonID, Region: v.order.Region, StationID: v.order.StationID, Round: v.part.Round, Day: clock.DayOf(v.when.at),
			InAt: v.when.at, InServerAt: tx.Now, InDeviceAt: v.when.device, InEvidence: how, InMetres: metres, InBy: auth.From(ctx).Account,
			InVoice: v.voice, OutMetres: -1}
		op := act.Op{Action: "attendance.check_in"} // who spoke stands in the session: the trail names nobody who is served
		if err := sessionFrame.Enter(ctx, tx, op, &a); err != nil {
			return Checked{}, err
		}
		o, err := s.orders.CheckedIn(ctx, tx, v.order, v.part, v.when.at, in.Voice)
		if err != nil {
			return Checked{}, err
		}
		return checked(o, a), s.CheckedIn.Publish(ctx, tx, InEvent{o, a})
	})
	return out, s.orders.Wrong(ctx, in.ID, err)
}

// mayCheckIn asks what a check-in asks: the state, the time, the fitness to serve, the consent, and that the volunteer is nowhere else.
func mayCheckIn(ctx context.Context, tx *db.Tx, v visit) error {
	minutes, err := setting.Int(ctx, tx, setting.CheckInEarly, v.order.Region)
	if err != nil {
		return err
	}
	early := time.Duration(minutes) * time.Minute
	switch {
	case v.part.State != order.PartAccepted:
		return errs.WrongState("已经签到，或者这一单现在不是由您服务")
	case v.order.State != order.Accepted && v.order.State != order.InService:
		return errs.WrongState("这一单现在是“" + v.order.State.Word() + "”，不能签到")
	case v.when.at.Before(v.order.WindowStart.Add(-early)):
		return errs.WrongState("还早：" + clock.Words(ctx, v.order.WindowStart.Add(-early)) + "起可以签到")
	case v.when.at.After(v.order.WindowEnd):
		return errs.WrongState("约定的时间已过，不能再签到；确实去了的，请用补录单")
	}
	why, err := order.MayServe(ctx, tx, v.order, v.part.VolunteerID, v.when.at)
	if err != nil {
		return err
	}
	if why != "" {
		return errs.Clash(why)
	}
	agreed, err := person.HasConsent(ctx, tx, v.part.PersonID, person.PurposeVolunteer)
	if err != nil {
		return err
	}
	if !agreed {
		return errs.Clash("还没有本人同意记录志愿服务，先在“我的资料”里同意或到站签名")
	}
	if err := Turn(ctx, tx, v.part.VolunteerID); err != nil {
		return err
	}
	return Free(ctx, tx, v.part.VolunteerID, v.when.at, v.when.at.Add(time.Minute), 0)
}

// CheckOut ends a volunteer's service; Minutes are the whole minutes between the two.
func (s *Service) CheckOut(ctx context.Context, in CheckInput) (Checked, error) {
	out, err := act.Write(ctx, s.db, act.Op{Perm: Check, Check: in.check}, func(tx *db.Tx) (Checked, error) {
		v, err := s.begin(ctx, tx, in)
		if err != nil {
			return Checked{}, err
		}
		a, ok, err := db.Found(byAssignment.One(ctx, tx, v.part.ID))
		if err != nil {
			return Checked{}, err
		}
		if !ok || !a.Open() {
			return Checked{}, errs.WrongState("还没有签到，或者已经签退")
		}
		how, metres, err := s.evidence(ctx, tx, v, in)
		if err != nil {
			return Checked{}, err
		}
		a.OutServerAt, a.OutDeviceAt, a.OutEvidence, a.OutMetres = &tx.Now, v.when.device, how, metres
		a.OutBy, a.OutVoice = auth.From(ctx).Account, v.voice
		item, err := catalogue.Get(ctx, tx, v.order.CatalogueID)
		if err != nil {
			return Checked{}, err
		}
		a.Why = doubt(v.order, time.Duration(item.Minutes)*time.Minute, stay{in: a.InAt, out: v.when.at,
			claimed: !a.InAt.Equal(a.InServerAt) || !v.when.at.Equal(tx.Now),
			tapped:  a.InVoice == "" && a.InEvidence != ByCode || v.self && how != ByCode})
		a.NeedsSecond = a.Why != ""
		return s.finish(ctx, tx, v, a, v.when.at, in.Voice)
	})
	return out, s.orders.Wrong(ctx, in.ID, err)
}

// finish ends a session and the volunteer's part of the order.
func (s *Service) finish(ctx context.Context, tx *db.Tx, v visit, a Attendance, out time.Time, voice order.Voice) (Checked, error) {
	if out.Before(a.InAt) {
		return Checked{}, errs.Field("at", "签退不能早于签到（"+clock.Words(ctx, a.InAt)+"）")
	}
	if err := Turn(ctx, tx, a.VolunteerID); err != nil {
		return Checked{}, err
	}
	if err := Free(ctx, tx, a.VolunteerID, a.InAt, out, a.ID); err != nil {
		return Checked{}, err
	}
	if err := over(ctx, tx, act.Op{Action: "attendance.check_out"}, &a, out); err != nil {
		return Checked{}, err
	}
	o, err := s.orders.CheckedOut(ctx, tx, v.order, v.part, out, voice)
	if err != nil {
		return Checked{}, err
	}
	return checked(o, a), s.CheckedOut.Publish(ctx, tx, OutEvent{o, a})
}

// stay is from when to when somebody served, by the words of a device (claimed) and by his own taps without a code (tapped).
type stay struct {
	in, out         time.Time
	claimed, tapped bool
}

// doubt says why a second person looks at a session before it counts; "" where none need.
func doubt(o order.Order, usual time.Duration, s stay) string {
	switch {
	case s.in.Before(o.WindowStart.Add(-Tolerance)):
		return "比约定时间早 30 分钟以上开始"
	case s.out.After(o.WindowEnd.Add(Tolerance)):
		return "比约定时间晚 30 分钟以上才签退"
	case s.claimed:
		return "时间是手机补记的"
	case s.tapped && s.out.Sub(s.in) > usual+Tolerance:
		return fmt.Sprintf("比这项服务平常的 %s长 30 分钟以上", clock.Minutes(int64(usual/time.Minute)))
	}
	return ""
}

func checked(o order.Order, a Attendance) Checked {
	return Checked{ID: o.ID, No: o.No, State: o.State, Version: o.Version, Attendance: a}
}

// evidence finds the strongest thing that the check-in or check-out rests on, and the distance in metres, −1 when unknown.
func (s *Service) evidence(ctx context.Context, tx *db.Tx, v visit, in CheckInput) (Evidence, int64, error) {
	metres, near, err := s.distance(ctx, tx, v.order, in)
	if err != nil {
		return "", 0, err
	}
	switch {
	case in.Code != "":
		if err := v.order.TriesLeft(); err != nil {
			return "", 0, err
		}
		ok, err := s.codeMatches(ctx, tx, v, in.Code)
		if err == nil && !ok {
			err = order.ErrWrongCode
		}
		return ByCode, metres, err
	case near && v.self:
		return ByPlace, metres, nil
	case !v.self:
		return ByStation, metres, nil
	}
	return ByNone, metres, nil
}

// codeMatches tries the station's code of the day and the resident's own code of the order.
func (s *Service) codeMatches(ctx context.Context, tx *db.Tx, v visit, code string) (bool, error) {
	code = spelling.Code(code)
	if v.order.StationID != 0 && subtle.ConstantTimeCompare([]byte(code),
		[]byte(s.StationCode(v.order.StationID, clock.DayOf(v.when.at)))) == 1 {
		return true, nil
	}
	return s.orders.CodeMatches(ctx, tx, v.order, code)
}

// StationCode is the six digits that a station shows on one day to those who come to serve.
func (s *Service) StationCode(stationID db.ID, day clock.Day) string {
	mac := s.keys.MAC("attendance-station-code", fmt.Appendf(nil, "%d/%d", stationID, day))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(mac)%1_000_000)
}

// distance compares the device's position with where the served person lives this month, or with the station where that is not known.
func (s *Service) distance(ctx context.Context, tx *db.Tx, o order.Order, in CheckInput) (metres int64, near bool, err error) {
	if in.Lat == nil {
		return -1, false, nil
	}
	home, err := s.persons.Contact(ctx, tx, o.RecipientID)
	if err != nil {
		return 0, false, err
	}
	lat, lng := home.Lat, home.Lng
	if !geo.Marked(lat, lng) && o.StationID != 0 {
		st, err := station.Get(ctx, tx, o.StationID)
		if err != nil {
			return 0, false, err
		}
		lat, lng = st.Lat, st.Lng
	}
	if !geo.Marked(lat, lng) {
		return -1, false, nil
	}
	radius, err := setting.Int(ctx, tx, setting.CheckInRadius, o.Region)
	metres = int64(geo.Metres(lat, lng, *in.Lat, *in.Lng))
	return metres, metres <= radius, err
}

// Turn locks a volunteer's time until tx ends: whoever adds to it takes its turn first, several volunteers in the order of their ids.
func Turn(ctx context.Context, tx *db.Tx, volunteers ...db.ID) error {
	for _, id := range slices.Compact(slices.Sorted(slices.Values(volunteers))) {
		if _, err := takeTurn.One(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// Free says that the volunteer is at no other service between two times; except is the session itself. The caller has taken the Turn.
func Free(ctx context.Context, tx *db.Tx, volunteerID db.ID, from, to time.Time, except db.ID) error {
	other, busy, err := db.Found(overlapping.One(ctx, tx, volunteerID, from, to, int64(except)))
	if err != nil || !busy {
		return err
	}
	if other.OutAt == nil {
		return errs.Clash("另一处服务还没有签退（" + clock.Words(ctx, other.InAt) + "签到），一个人不能同时在两处")
	}
	return errs.Clash("这段时间和另一次服务（" + clock.Span(ctx, other.InAt, *other.OutAt) + "）重叠，一个人不能同时在两处")
}
