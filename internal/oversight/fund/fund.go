// Package fund keeps the money for projects (以奖代补, 项目资助) and for regions that keep their records well (规范化管理项目资金): where it comes
// from, by which rules it is given, who asked for it, who agreed, what was paid and what it was used for. It pays nothing itself; a
// payment is noted by its voucher.
//
// What may be spent is in the books, in fen: appropriation → commitment → payment → use, each an account that never falls below zero, so
// that no two people spend the same fen. Who proposes, who agrees and who accepts are different people, independent of one another; the
// applicant's own staff, team and kin have no say.
//
// Nouns: programme, source, proposal, line (of its budget), step, payment, receipt. Verbs: Create, AddSource, Confirm, Publish, Carry, End;
// Propose, Resubmit, Approve, Return, Refuse; Finish, Accept, Halt, Pay, GiveBack, Enter, Check, Evaluate, Close, Stop.
package fund

import (
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/inspection"
	"linli/internal/oversight/stats"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/set"
)

// Permissions.
const (
	Look    auth.Perm = "fund.look"    // what is published, by anyone
	View    auth.Perm = "fund.view"    // programmes and proposals of one's place
	Manage  auth.Perm = "fund.manage"  // programmes of one's division
	Propose auth.Perm = "fund.propose" // for one's station, its teams, or one's division; and what follows
	Decide  auth.Perm = "fund.decide"  // approve, accept, check receipts: the levels above the applicant
	Record  auth.Perm = "fund.record"  // payments, at the level whose programme it is
)

// How a programme gives money.
const (
	Award     = "award"     // 以奖代补: after acceptance
	Regulated = "regulated" // 规范化管理项目资金: to a region
	Grant     = "grant"     // 项目资助: in parts, some of it before
)

// States of a programme.
const (
	Draft = "draft"
	Open  = "open"
	Ended = "closed"
)

// States of a proposal.
const (
	Proposed = "proposed"
	Returned = "returned"
	Refused  = "refused"
	Doing    = "doing"
	Finished = "finished"
	Accepted = "accepted"
	Closed   = "closed"
	Stopped  = "stopped"
)

// States of a source and of a receipt.
const (
	Waits     = "waits"
	Confirmed = "confirmed"
	Entered   = "entered"
	Checked   = "checked"
)

// Kinds of payments.
const (
	paid = "pay"
	back = "back"
)

// Words that people see.
var (
	Modes = set.New("fund_programme.mode", set.Row{Award, "以奖代补"}, set.Row{Regulated, "规范化管理项目资金"}, set.Row{Grant, "项目资助"})
	// Kinds are where money comes from. 福彩公益金 is what most of such projects live on (内财综规〔2021〕32号).
	Kinds = set.New("fund_source.kind", set.Row{"lottery", "福彩公益金"}, set.Row{"budget", "财政预算"}, set.Row{"party", "党费、专项经费"},
		set.Row{"donation", "社会捐赠"}, set.Row{"other", "其他"})
	// Categories are what a project may spend on: no fixed assets, no cash to people.
	Categories = set.New("fund_line.category fund_receipt.category", set.Row{"activity", "业务活动费"}, set.Row{"material", "活动物资"},
		set.Row{"training", "培训费"}, set.Row{"insurance", "志愿者保险"}, set.Row{"publicity", "宣传费"}, set.Row{"manage", "管理费"},
		set.Row{"tax", "税费"}, set.Row{"other", "其他"})
	programmeStates = set.New("fund_programme.state", set.Row{Draft, "筹备", "wait"}, set.Row{Open, "已公布", "work"},
		set.Row{Ended, "已结束", "done"})
	sourceStates = set.New("fund_source.state", set.Row{Waits, "等第二人核对", "wait"}, set.Row{Confirmed, "已到位", "done"}, set.Row{Refused, "不对"})
	// States are those of a proposal, as people see them.
	States = set.New("fund_proposal.state", set.Row{Proposed, "待审批", "wait"}, set.Row{Returned, "退回补充", "ask"}, set.Row{Refused, "未批准"},
		set.Row{Doing, "实施中", "work"}, set.Row{Finished, "待验收", "wait"}, set.Row{Accepted, "已验收", "work"}, set.Row{Closed, "已结项", "done"},
		set.Row{Stopped, "已终止"})
	applicants    = set.New("fund_proposal.applicant", set.Row{"station", "站点"}, set.Row{"team", "志愿服务队"}, set.Row{"region", "地区"})
	receiptStates = set.New("fund_receipt.state", set.Row{Entered, "等核对", "wait"}, set.Row{Checked, "已核对", "done"}, set.Row{Refused, "不能用"})
	payKinds      = set.New("fund_payment.kind", set.Row{paid, "拨付"}, set.Row{back, "交回"})
	stepWords     = set.New("fund_step.action", set.Row{"propose", "申报"}, set.Row{"resubmit", "补充后再报"}, set.Row{"return", "退回补充"},
		set.Row{"refuse", "不批准"}, set.Row{"approve", "同意"}, set.Row{"finish", "交成果"}, set.Row{"accept", "验收"}, set.Row{"halt", "暂停，重新验收"},
		set.Row{"pay", "拨付"}, set.Row{"give_back", "交回"}, set.Row{"evaluate", "绩效自评"}, set.Row{"close", "结项"}, set.Row{"stop", "终止"})
)

// Programme is money that is given by rules.
type Programme struct {
	ID            db.ID       `json:"id"`
	Version       int64       `json:"version"`
	Region        auth.Region `json:"region" db:",once" doc:"哪一级的"`
	Name          string      `json:"name"`
	Mode          string      `json:"mode" set:"fund_programme.mode" db:",once"`
	State         string      `json:"state" set:"fund_programme.state"`
	AuthorityNo   string      `json:"authority_no" doc:"依据文号"`
	Rules         string      `json:"rules"`
	ForStation    bool        `json:"for_station"`
	ForTeam       bool        `json:"for_team"`
	ForRegion     bool        `json:"for_region"`
	Year          int64       `json:"year"`
	FromDay       clock.Day   `json:"from"`
	ToDay         clock.Day   `json:"to"`
	Most          int64       `json:"most" doc:"一个项目最多多少，分"`
	ShareStart    int64       `json:"share_start" doc:"批准后可以拨百分之几"`
	ShareAccepted int64       `json:"share_accepted" doc:"验收公示后再拨百分之几"`
	ShareClosed   int64       `json:"share_closed" doc:"结项后再拨百分之几"`
	OutsideID     db.ID       `json:"-" db:",once"`
	BudgetID      db.ID       `json:"-" db:",once"`
	SpentID       db.ID       `json:"-" db:",once"`
	MadeBy        db.ID       `json:"-" db:",once"`
	Maker         string      `json:"made_by" db:",once"`
	MadeAt        time.Time   `json:"made_at" db:",once"`
	PublishedBy   db.ID       `json:"-"`
	Publisher     string      `json:"published_by"`
	PublishedAt   *time.Time  `json:"published_at"`
}

// Source is an appropriation, a donation: money of a programme, on paper.
type Source struct {
	ID          db.ID       `json:"id"`
	Version     int64       `json:"version"`
	ProgrammeID db.ID       `json:"fund_id" db:",once"`
	Region      auth.Region `json:"region" db:",once"`
	Kind        string      `json:"kind" set:"fund_source.kind" db:",once"`
	Payer       string      `json:"payer" db:",once"`
	Document    string      `json:"document" db:",once"`
	Day         clock.Day   `json:"day" db:",once"`
	Amount      int64       `json:"amount" db:",once"`
	State       string      `json:"state" set:"fund_source.state"`
	ByID        db.ID       `json:"-" db:",once"`
	ByName      string      `json:"by" db:",once"`
	At          time.Time   `json:"at" db:",once"`
	DecidedBy   db.ID       `json:"-"`
	Decider     string      `json:"decided_by"`
	DecidedAt   *time.Time  `json:"decided_at"`
}

// Proposal is what a station, a team or a division asks for.
type Proposal struct {
	ID            db.ID       `json:"id"`
	Version       int64       `json:"version"`
	ProgrammeID   db.ID       `json:"fund_id" db:",once"`
	Owner         auth.Region `json:"-" db:",once"` // whose programme it is
	Region        auth.Region `json:"region" db:",once"`
	Above         auth.Region `json:"-" db:",once"` // the first level above the applicant
	Holder        auth.Region `json:"holder" doc:"现在在哪一级手里"`
	StationID     db.ID       `json:"station_id" db:",once"`
	TeamID        db.ID       `json:"team_id" db:",once"`
	Applicant     string      `json:"applicant" set:"fund_proposal.applicant" db:",once"`
	ApplicantName string      `json:"applicant_name" db:",once"`
	Title         string      `json:"title"`
	Responsible   string      `json:"responsible"`
	PersonID      db.ID       `json:"-"`
	Purpose       string      `json:"purpose"`
	FromDay       clock.Day   `json:"from"`
	ToDay         clock.Day   `json:"to"`
	TargetEvents  int64       `json:"target_events" doc:"打算办几场"`
	TargetTimes   int64       `json:"target_times" doc:"打算服务多少人次"`
	Asked         int64       `json:"asked" doc:"申请多少，分"`
	Approved      int64       `json:"approved" doc:"批准多少，分"`
	Granted       int64       `json:"granted" doc:"验收核定多少，分"`
	State         string      `json:"state" set:"fund_proposal.state"`
	SignedBy      db.ID       `json:"-"` // the first signature at the last level
	NoticeUntil   clock.Day   `json:"notice_until" doc:"公示到哪天（含）；没有公示时为空"`
	DoneEvents    int64       `json:"done_events"`
	DoneTimes     int64       `json:"done_times"`
	Score         int64       `json:"score" doc:"绩效自评得分；没有自评时为 -1"`
	Evaluation    string      `json:"evaluation"`
	Figure        string      `json:"figure" doc:"申报时的记录及时率（地区申报的）"`
	CommittedID   db.ID       `json:"-"`
	PaidID        db.ID       `json:"-"`
	Steps         int64       `json:"-"`
	ProposedBy    db.ID       `json:"-" db:",once"`
	Proposer      string      `json:"proposed_by" db:",once"`
	ProposedAt    time.Time   `json:"proposed_at" db:",once"`
}

func (p Proposal) place() auth.Place { return auth.Place{Region: p.Region, Station: p.StationID} }

// Line is a line of a proposal's budget.
type Line struct {
	ProposalID db.ID  `json:"-"`
	N          int64  `json:"-"`
	Category   string `json:"category" set:"fund_line.category"`
	What       string `json:"what"`
	Amount     int64  `json:"amount"`
}

// Step is something that was done about a proposal.
type Step struct {
	ProposalID db.ID     `json:"-"`
	N          int64     `json:"-"`
	What       string    `json:"what" set:"fund_step.action" db:"action"`
	Text       string    `json:"text"`
	Amount     int64     `json:"amount"`
	FileID     db.ID     `json:"file_id"`
	ByID       db.ID     `json:"-"`
	ByName     string    `json:"by"`
	At         time.Time `json:"at"`
}

// Payment is money that was paid, or came back, by its voucher.
type Payment struct {
	ID         db.ID       `json:"id"`
	ProposalID db.ID       `json:"-"`
	Region     auth.Region `json:"-"`
	Kind       string      `json:"kind" set:"fund_payment.kind"`
	Amount     int64       `json:"amount"`
	Voucher    string      `json:"voucher"`
	Day        clock.Day   `json:"day"`
	Payee      string      `json:"payee"`
	ByID       db.ID       `json:"-"`
	ByName     string      `json:"by"`
	At         time.Time   `json:"at"`
}

// Receipt says what money was used for.
type Receipt struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	ProposalID db.ID       `json:"proposal_id" db:",once"`
	Region     auth.Region `json:"region" db:",once"`
	Above      auth.Region `json:"-" db:",once"`
	Issuer     string      `json:"issuer" db:",once" doc:"开票的单位"`
	Number     string      `json:"number" db:",once" doc:"票据号"`
	Mark       string      `json:"-" db:",once"`
	Amount     int64       `json:"amount" db:",once"`
	Day        clock.Day   `json:"day" db:",once"`
	Category   string      `json:"category" set:"fund_receipt.category" db:",once"`
	What       string      `json:"what" db:",once"`
	ActivityID db.ID       `json:"activity_id" db:",once"`
	FileID     db.ID       `json:"file_id" db:",once"`
	State      string      `json:"state" set:"fund_receipt.state"`
	ByID       db.ID       `json:"-" db:",once"`
	ByName     string      `json:"by" db:",once"`
	At         time.Time   `json:"at" db:",once"`
	DecidedBy  db.ID       `json:"-"`
	Decider    string      `json:"decided_by"`
	DecidedAt  *time.Time  `json:"decided_at"`
	Reason     string      `json:"reason"`
}

// link is an activity that a proposal paid for.
type link struct{ ProposalID, ActivityID db.ID }

// Service holds the operations.
type Service struct {
	db      *db.DB
	persons *person.Service
	stats   *stats.Service
	files   inspection.Files
}

// New makes the service.
func New(d *db.DB, persons *person.Service, figures *stats.Service, blobs *blob.Store) *Service {
	return &Service{d, persons, figures, inspection.Files{DB: d, Blobs: blobs}}
}

// at is the place of what lies in a division.
func at(r auth.Region) auth.Place { return auth.Place{Region: r} }

var (
	programmeKind = act.Kind[Programme]{Object: "fund_programme", View: View, Table: programmes, Lock: true, Word: programmeStates.Word,
		Place: func(x Programme) auth.Place { return at(x.Region) }, State: func(x Programme) string { return x.State },
		Trail: func(was, now Programme) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	sourceKind = act.Kind[Source]{Object: "fund_source", View: View, Table: sources, Lock: true, Word: sourceStates.Word,
		Place: func(x Source) auth.Place { return at(x.Region) }, State: func(x Source) string { return x.State },
		Trail: func(_, now Source) map[string]any { return map[string]any{"to": now.State, "amount": now.Amount} }}
	proposalKind = act.Kind[Proposal]{Object: "fund_proposal", View: View, Table: proposals, Lock: true, Word: States.Word,
		Place: Proposal.place, State: func(x Proposal) string { return x.State },
		Names: func(x Proposal) []string { return []string{x.Responsible} },
		Trail: func(was, now Proposal) map[string]any {
			return map[string]any{"from": was.State, "to": now.State, "approved": now.Approved, "granted": now.Granted}
		}}
	receiptKind = act.Kind[Receipt]{Object: "fund_receipt", View: View, Table: receipts, Lock: true, Word: receiptStates.Word,
		Place: func(x Receipt) auth.Place { return at(x.Region) }, State: func(x Receipt) string { return x.State },
		Trail: func(_, now Receipt) map[string]any { return map[string]any{"to": now.State, "amount": now.Amount} }}
)
