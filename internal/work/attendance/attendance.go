// Package attendance knows who served when: check-in and check-out of each assignment, and the numbered paper sheets (补录单) that stand
// in for them where there is no telephone or no power.
//
// Nouns: attendance, sheet, row. Verbs: CheckIn, CheckOut, Close (a forgotten check-out, by a second person), Issue, Enter, Approve,
// Return, Void (sheets), WeekPack.
//
// Minutes are whole minutes between check-in and check-out, without the way there and back (民函〔2012〕340号; 民政部令第67号 art. 7: the time
// actually given). Time that reaches more than Tolerance beyond the agreed window counts only after a second person has looked at it.
package attendance

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/event"
	"linli/internal/platform/seal"
	"linli/internal/work/order"
)

// Permissions. Check is checking in and out, by the volunteer or by the station for him; Review what a second person decides; Sheets
// issuing and entering paper sheets.
const (
	View   auth.Perm = "attendance.view"
	Check  auth.Perm = "attendance.check"
	Review auth.Perm = "attendance.review"
	Sheets auth.Perm = "attendance.sheets"
)

// Limits of time, this system's own convention but for OfflineUp, which is the contract's.
const (
	Tolerance = 30 * time.Minute // served time may reach so far beyond the window without a second look
	OfflineUp = 72 * time.Hour   // how far back a device's time is believed
	skew      = 5 * time.Minute  // how far a device's clock may run ahead
)

// Evidence says what a check-in or check-out rests on, the strongest first.
type Evidence string

// The ladder of evidence.
const (
	ByCode    Evidence = "code"    // the code on show at the station that day, or the one on the resident's slip
	ByPlace   Evidence = "place"   // the device was within the radius
	ByStation Evidence = "station" // entered by the station on the volunteer's word
	ByNone    Evidence = "none"
	ByPaper   Evidence = "paper" // a signed row of a sheet
)

// Word is what people call it.
func (e Evidence) Word() string {
	return map[Evidence]string{ByCode: "核对签到码", ByPlace: "在服务地点", ByStation: "站点代办", ByNone: "未附凭据", ByPaper: "纸质签名"}[e]
}

// Attendance is one volunteer's presence at one service.
type Attendance struct {
	ID           db.ID       `json:"id"`
	Source       string      `json:"source" db:",once" doc:"order 订单，sheet 补录单"`
	OrderID      db.ID       `json:"order_id" db:",once"`
	AssignmentID db.ID       `json:"assignment_id" db:",once"`
	RowID        db.ID       `json:"row_id" db:",once" doc:"补录单的一行"`
	VolunteerID  db.ID       `json:"volunteer_id" db:",once"`
	PersonID     db.ID       `json:"-" db:",once"`
	Region       auth.Region `json:"region" db:",once"`
	StationID    db.ID       `json:"station_id" db:",once"`
	Round        int64       `json:"round" db:",once" doc:"订单第几次办理"`
	Day          clock.Day   `json:"day" db:",once" doc:"服务开始的那一天"`

	InAt        time.Time  `json:"in_at" db:",once"`
	InServerAt  time.Time  `json:"in_server_at" db:",once" doc:"服务器收到的时间"`
	InDeviceAt  *time.Time `json:"in_device_at" db:",once" doc:"设备上的时间"`
	InEvidence  Evidence   `json:"in_evidence" db:",once"`
	InMetres    int64      `json:"-" db:",once"` // from the place of service; -1 where unknown
	InBy        db.ID      `json:"-" db:",once"`
	InVoice     string     `json:"in_voice" db:",once" doc:"代办时：经由什么、谁说的"`
	OutAt       *time.Time `json:"out_at"`
	OutServerAt *time.Time `json:"out_server_at"`
	OutDeviceAt *time.Time `json:"out_device_at"`
	OutEvidence Evidence   `json:"out_evidence"`
	OutMetres   int64      `json:"-"`
	OutBy       db.ID      `json:"-"`
	OutVoice    string     `json:"out_voice"`

	Minutes     int64  `json:"minutes" doc:"实际服务的整分钟数，不含路上"`
	NeedsSecond bool   `json:"needs_second" doc:"要第二人看过才算数"`
	Why         string `json:"why" doc:"为什么要第二人看"`
	ClosedBy    db.ID  `json:"-"` // the second person who closed a forgotten session
	CloseReason string `json:"close_reason"`
}

// sessionFrame says how sessions are kept. What begins and ends them asks the order whether it may.
var sessionFrame = act.Kind[Attendance]{Object: "attendance", View: View, Table: table, Place: Attendance.place,
	Trail: func(_, a Attendance) map[string]any {
		return map[string]any{"order": a.OrderID.String(), "volunteer": a.VolunteerID.String(), "in": a.InEvidence, "out": a.OutEvidence,
			"minutes": a.Minutes}
	}}

// over ends a session, with its trail.
func over(ctx context.Context, tx *db.Tx, op act.Op, a *Attendance, out time.Time) error {
	return sessionFrame.Alter(ctx, tx, op, a, func(_ *db.Tx, a *Attendance) error {
		a.OutAt, a.Minutes = &out, int64(out.Sub(a.InAt)/time.Minute)
		return nil
	})
}

// Open says that the volunteer has not checked out.
func (a Attendance) Open() bool { return a.OutAt == nil }

// End is when the service ended; the zero time while it runs.
func (a Attendance) End() time.Time {
	if a.OutAt == nil {
		return time.Time{}
	}
	return *a.OutAt
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	orders  *order.Service
	persons *person.Service
	blobs   *blob.Store
	sheets  act.Kind[Sheet]
	// CheckedIn and CheckedOut tell of a session's two ends; SheetApproved of the sessions of a paper sheet, each already over.
	CheckedIn     event.Topic[InEvent]
	CheckedOut    event.Topic[OutEvent]
	SheetApproved event.Topic[SheetEvent]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, orders *order.Service, persons *person.Service, blobs *blob.Store) *Service {
	s := &Service{db: d, keys: keys, orders: orders, persons: persons, blobs: blobs}
	s.sheets = s.frame()
	return s
}

// InEvent says that a volunteer began to serve.
type InEvent struct {
	Order      order.Order
	Attendance Attendance
}

// OutEvent says that a volunteer's service is over.
type OutEvent struct {
	Order      order.Order
	Attendance Attendance
}

// SheetEvent says that a second person approved a paper sheet: EnteredBy and ApprovedBy are different accounts. Rows and Attendances
// are in the same order.
type SheetEvent struct {
	Sheet       Sheet
	Rows        []Row
	Attendances []Attendance
}
