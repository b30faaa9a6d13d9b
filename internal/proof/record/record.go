// Package record keeps the service records of 民政部令第67号: basic data (art. 5) and services (art. 7: name, date, place, content, time,
// organising unit, responsible person). Minutes are whole minutes of time actually served.
//
// A record begins pending when a volunteer checks out and counts once the served person has confirmed and, where the evidence is weak,
// a second person has approved: never on the word of one. A dispute suspends it. Nothing is deleted: a record is amended with its
// history, or void.
//
// Nouns: record, change, correction. Verbs: Get, OfVolunteer, List, Export, Approve, Ask (for a correction), Decide, Void; subscribers
// of order and attendance; ImportRow.
package record

import (
	"context"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/event"
	"linli/internal/platform/set"
)

// Permissions. View is seeing records; Correct asking for a correction; Review what a second person decides; Bulk importing.
const (
	View    auth.Perm = "record.view"
	Correct auth.Perm = "record.correct"
	Review  auth.Perm = "record.review"
	Bulk    auth.Perm = "record.import"
)

// Status is where a record stands.
type Status string

// The statuses of the contract.
const (
	Pending   Status = "pending"
	Counted   Status = "counted"
	Suspended Status = "suspended"
	Void      Status = "void"
)

// Word is what people call it.
func (s Status) Word() string { return statuses.Word(string(s)) }

var statuses = set.New("service_record.status",
	set.Row{string(Pending), "待计入"}, set.Row{string(Counted), "已计入"},
	set.Row{string(Suspended), "暂缓（正在核查）"}, set.Row{string(Void), "作废"})

// Confirmation says how the time was confirmed; certificates tell hours by it.
type Confirmation string

// The kinds of confirmation.
const (
	Both     Confirmation = "both"
	SignIn   Confirmation = "sign_in"
	Reviewed Confirmation = "reviewed"
)

// Word is what people call it.
func (c Confirmation) Word() string { return confirmations.Word(string(c)) }

var confirmations = set.New("service_record.confirmation certificate_record.confirmation",
	set.Row{string(Both), "双方确认"}, set.Row{string(SignIn), "签到"}, set.Row{string(Reviewed), "复核"})

// Limits of one person's day in minutes, this system's own convention: up to Direct counts at once, up to Most with a second approval,
// above never. A region may set lower ones.
const (
	Direct = 480
	Most   = 720
)

// Record is one service of one volunteer.
type Record struct {
	ID            db.ID        `json:"id"`
	Version       int64        `json:"version"`
	VolunteerID   db.ID        `json:"volunteer_id" db:",once"`
	VolunteerNo   string       `json:"volunteer_no" db:",read"`
	PersonID      db.ID        `json:"-" db:",once"`
	Name          string       `json:"name" db:",read" doc:"志愿者姓名"`
	Region        auth.Region  `json:"region" db:",once"`
	StationID     db.ID        `json:"station_id" db:",once"`
	Source        string       `json:"source" db:",once" doc:"order 订单，sheet 补录单，import 导入"`
	OrderID       db.ID        `json:"order_id" db:",once"`
	AttendanceID  db.ID        `json:"attendance_id" db:",once"`
	Round         int64        `json:"-" db:",once"`
	Title         string       `json:"title" db:",once" doc:"活动名称"`
	Category      string       `json:"category" db:",once"`
	Day           clock.Day    `json:"day" db:",once"`
	Place         string       `json:"place" db:",once"`
	Content       string       `json:"content" doc:"服务内容"`
	StartedAt     time.Time    `json:"started_at" db:",once"`
	EndedAt       time.Time    `json:"ended_at"`
	Minutes       int64        `json:"minutes" doc:"服务时间，整分钟"`
	Unit          string       `json:"recording_unit" db:",once" doc:"活动组织单位，也是记录单位"`
	Leader        string       `json:"leader" db:",once" doc:"活动负责人"`
	Status        Status       `json:"status"`
	Confirmation  Confirmation `json:"confirmation" doc:"both 双方确认，sign_in 签到，reviewed 复核；还没有计入时为空"`
	Evidence      string       `json:"evidence" doc:"服务对象凭什么确认"`
	NeedsSecond   bool         `json:"needs_second" doc:"要第二人复核"`
	Why           string       `json:"why" doc:"为什么还没有计入"`
	Confirmed     bool         `json:"confirmed" doc:"服务对象已经确认"`
	RecordedBy    db.ID        `json:"-" db:",once"`
	ConfirmedBy   db.ID        `json:"-"`
	ApprovedBy    db.ID        `json:"-"`
	ApprovedAt    *time.Time   `json:"approved_at"`
	CountedAt     *time.Time   `json:"counted_at"`
	CountedDay    clock.Day    `json:"-"`
	DueDay        clock.Day    `json:"due_day" db:",once" doc:"服务结束后第十个工作日（民政部令第67号第十一条）"`
	Reason        string       `json:"reason" doc:"作废或暂缓的原因"`
	MadeAt        time.Time    `json:"made_at" db:",once"`
	BeforeRule    clock.Day    `json:"before_rule" doc:"规则前：两个人的规则实行以前计入的，值为实行以前的最后一天；按规则计入的没有"`
	CheckingUntil clock.Day    `json:"checking_until" db:",read" doc:"正在核实，最晚到这一天，这以前不开进新的证明；没有时为空"`
}

// Overdue says that the ten working days of 民政部令第67号 art. 11 are over and the record does not count yet.
func (r Record) Overdue(today clock.Day) bool { return r.Status == Pending && r.DueDay < today }

func (r Record) place() auth.Place {
	return auth.Place{Region: r.Region, Station: r.StationID, Persons: []db.ID{r.PersonID}}
}

// Change is one line of a record's history.
type Change struct {
	At          time.Time `json:"at"`
	Actor       string    `json:"actor"`
	Action      string    `json:"action"`
	Status      Status    `json:"status"`
	MinutesFrom int64     `json:"minutes_from"`
	Minutes     int64     `json:"minutes"`
	ContentFrom string    `json:"content_from"`
	Content     string    `json:"content"`
	Reason      string    `json:"reason"`
}

// Word is what people call the change.
func (c Change) Word() string {
	return map[string]string{"made": "生成", "confirmed": "服务对象确认", "counted": "计入", "suspended": "暂缓", "resumed": "恢复", "void": "作废",
		"amended": "更正", "asked": "申请更正", "refused": "更正未采纳", "looked": "看过，同意"}[c.Action]
}

// Correction is a request to put a record right.
type Correction struct {
	ID        db.ID       `json:"id"`
	RecordID  db.ID       `json:"record_id" db:",once"`
	Region    auth.Region `json:"-" db:",once"`
	State     string      `json:"state" doc:"open 待核实，approved 已更正，refused 未采纳"`
	Minutes   int64       `json:"minutes" db:",once" doc:"改成多少分钟；-1 为没有提"`
	Content   string      `json:"content" db:",once"`
	Reason    string      `json:"reason" db:",once"`
	AskedBy   db.ID       `json:"-" db:",once"`
	AskedAt   time.Time   `json:"asked_at" db:",once"`
	DecidedBy db.ID       `json:"-"`
	DecidedAt *time.Time  `json:"decided_at"`
	Answer    string      `json:"answer"`
}

// Refusals are what is no volunteer service and is neither recorded nor certified (民政部令第67号 art. 19; the examples are this system's
// own list).
var Refusals = []struct{ Code, Word string }{
	{"duty", "履行职务、岗位职责"}, {"paid", "领取报酬的服务"}, {"forced", "强行指派、不是自愿"}, {"commercial", "商业、营利活动"},
	{"own", "自己家里或亲属之间的事"}, {"meeting", "开会、值班、学习培训"}, {"false", "没有发生或记错"}, {"double", "重复记录"}, {"other", "其他"}}

func refusalWord(code string) string {
	for _, r := range Refusals {
		if r.Code == code {
			return r.Word
		}
	}
	return ""
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	persons *person.Service
	records act.Kind[Record] // each step of a record
	remarks act.Kind[Record] // what is said of a record that stays as it is
	looks   act.Kind[Record] // a look that is not enough by itself: no step, its history shows it as what it is
	// Entered names who had a part in an imported record beside who recorded it, where an area above brings records: none of them is its
	// second person.
	Entered func(ctx context.Context, tx *db.Tx, record db.ID) ([]db.ID, error)
	// Changed tells of every change of a record's status or minutes.
	Changed event.Topic[ChangedEvent]
}

// New makes the service.
func New(d *db.DB, persons *person.Service) *Service {
	s := &Service{db: d, persons: persons}
	s.records = act.Kind[Record]{Object: "record", View: View, Table: table, Load: held, Place: Record.place, Tell: s.tell,
		Names: func(r Record) []string { return []string{r.Name} },
		State: func(r Record) string { return string(r.Status) },
		Trail: func(was, now Record) map[string]any {
			return map[string]any{"status": now.Status, "minutes": now.Minutes, "was": stood(was, now).Minutes}
		}}
	s.remarks, s.looks = s.records, s.records
	s.looks.Tell = nil
	s.remarks.Save = func(context.Context, *db.Tx, *Record) error { return nil }
	return s
}

// stood is how a record stood; a new one had no status and the same time.
func stood(was, now Record) Record {
	if was.ID == 0 {
		was = Record{Minutes: now.Minutes, Content: now.Content}
	}
	return was
}

// ChangedEvent says how a record stands now and how it stood; From is "" for a new one. Before is the whole record as it stood, empty
// for a new one.
type ChangedEvent struct {
	Record      Record
	Before      Record
	From        Status
	MinutesFrom int64
}
