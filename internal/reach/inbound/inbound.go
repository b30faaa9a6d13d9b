// Package inbound takes what other platforms and other installations of this system hand over (接收批次): batches of reach/batch, signed by
// a key that two independent people have registered. Every line is kept with where it came from, beside the own registers, and never
// overwrites them: who is somebody here already is found by his numbers, and where both say different things a person decides.
//
// Nobody becomes a volunteer by a batch: he registers here himself. A service goes to the records only through record.ImportOne, for a
// volunteer who was matched, and counts when a second person has looked at it; a signature is no hand (design/trust.md).
//
// Nouns: source, key, mapping, batch, line, conflict. Verbs: Register, AddKey, ConfirmKey, EndKey, Map, Receive, Decide, Take,
// ConfirmRecords, Withdraw, Agree, Drop, File, Receipt.
package inbound

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/proof/record"
	"linli/internal/reach/batch"
)

// Permissions: View is seeing sources and batches, Take registering sources, taking batches in and deciding over them, Confirm looking
// at records of a batch as a second person.
const (
	View    auth.Perm = "inbound.view"
	Take    auth.Perm = "inbound.take"
	Confirm auth.Perm = "inbound.confirm"
)

// States of a batch.
const (
	Loading = "loading" // not read to its end
	Open    = "open"    // read; conflicts are decided
	Dropped = "dropped"

	taking      = "taking"
	taken       = "taken" // of a line too
	withdrawing = "withdrawing"
	undoing     = "undoing"
)

// States of a line.
const (
	fresh    = "new" // a person whom nobody knows here
	matched  = "matched"
	disputed = "conflict"
	apart    = "apart"
	waiting  = "waits"
	kept     = "kept" // as what others said
	refused  = "refused"
	known    = "known" // the same came before
	undone   = "undone"
)

// The closed sets of the area.
var (
	Platforms    = set.New("inbound_source.platform", batch.Platforms.Rows()...)
	SourceStates = set.New("inbound_source.state", set.Row{"open", "在用", "done"}, set.Row{"closed", "停用", ""})
	KeyStates    = set.New("inbound_key.state", set.Row{"entered", "等第二人核对", "wait"}, set.Row{"confirmed", "核对过", "done"},
		set.Row{"refused", "没有通过", "alarm"}, set.Row{"ended", "停用", ""})
	States = set.New("inbound_batch.state", set.Row{Loading, "没有读完", "wait"}, set.Row{Open, "待核对", "sent"},
		set.Row{taking, "正在收下", "wait"}, set.Row{taken, "已收下", "done"}, set.Row{withdrawing, "等第二人同意撤销", "wait"},
		set.Row{undoing, "正在撤销", "wait"}, set.Row{"withdrawn", "已撤销", ""}, set.Row{Dropped, "不收", ""})
	Kinds = set.New("inbound_line.kind", set.Row{batch.Person, "个人基本信息"}, set.Row{batch.Service, "志愿服务情况"},
		set.Row{batch.Training, "培训情况"}, set.Row{batch.Commendation, "表彰奖励"}, set.Row{batch.Evaluation, "评价情况"})
	LineStates = set.New("inbound_line.state", set.Row{fresh, "这里没有这个人", ""}, set.Row{matched, "对上了", "done"},
		set.Row{disputed, "有冲突", "wait"}, set.Row{apart, "不是同一个人", ""}, set.Row{waiting, "等收下", "sent"}, set.Row{taken, "已收下", "done"},
		set.Row{kept, "留作记载", "done"}, set.Row{refused, "没有收下", "alarm"}, set.Row{known, "以前收过", ""}, set.Row{undone, "已撤销", ""})
	Fields = set.New("inbound_conflict.field", set.Row{"name", "姓名不一样"}, set.Row{"birth_day", "出生日期不一样"}, set.Row{"sex", "性别不一样"},
		set.Row{"phone", "电话不一样"}, set.Row{"candidates", "可能是几个人"}, set.Row{"record", "以前收过，内容变了"})
	Decisions = set.New("inbound_conflict.decision", set.Row{"open", "还没有决定", "wait"}, set.Row{"ours", "以本系统的为准", "done"},
		set.Row{"theirs", "以对方的为准", "sent"}, set.Row{apart, "不是同一个人", ""})
)

// Source is a platform or another installation that may hand batches over to a division.
type Source struct {
	ID           db.ID       `json:"id"`
	Version      int64       `json:"version"`
	Region       auth.Region `json:"region" db:",once"`
	Platform     string      `json:"platform" db:",once"`
	Name         string      `json:"name" db:",once" doc:"平台或者单位的名称"`
	Installation string      `json:"installation" db:",once" doc:"对方的系统编号，批次开头的 installation"`
	State        string      `json:"state"`
	MappingNo    int64       `json:"mapping"`
	ByID         db.ID       `json:"-" db:",once"`
	ByName       string      `json:"by_name" db:",once"`
	MadeAt       time.Time   `json:"made_at" db:",once"`
}

func (s Source) place() auth.Place { return auth.Place{Region: s.Region} }

// Key is a public key by which a source signs, for some days. It holds when a second person has compared its fingerprint by telephone.
type Key struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	SourceID   db.ID       `json:"source_id" db:",once"`
	Region     auth.Region `json:"-" db:",once"`
	PublicKey  string      `json:"public_key" db:",once"`
	FromDay    clock.Day   `json:"from" db:",once"`
	UntilDay   clock.Day   `json:"until"`
	State      string      `json:"state"`
	ByID       db.ID       `json:"-" db:",once"`
	ByName     string      `json:"by_name" db:",once"`
	MadeAt     time.Time   `json:"made_at" db:",once"`
	SecondID   db.ID       `json:"-"`
	SecondName string      `json:"second_name"`
	DecidedAt  *time.Time  `json:"decided_at"`
	Reason     string      `json:"reason"`
}

func (k Key) place() auth.Place { return auth.Place{Region: k.Region} }

// Fingerprint is what two people read to one another on the telephone: sixteen bytes of the digest of a public key, in groups of four.
func Fingerprint(public string) string {
	raw, _ := base64.StdEncoding.DecodeString(public)
	sum := sha256.Sum256(raw)
	text := hex.EncodeToString(sum[:16])
	parts := make([]string, 0, 8)
	for i := 0; i < len(text); i += 4 {
		parts = append(parts, text[i:i+4])
	}
	return strings.Join(parts, " ")
}

// Batch is one file that came.
type Batch struct {
	ID            db.ID       `json:"id"`
	Version       int64       `json:"version"`
	SourceID      db.ID       `json:"source_id" db:",once"`
	Region        auth.Region `json:"region" db:",once"`
	Installation  string      `json:"installation" db:",once" doc:"批次开头写的系统编号"`
	Number        string      `json:"number" db:",once"`
	Digest        string      `json:"digest" db:",once"`
	PublicKey     string      `json:"public_key" db:",once" doc:"签名的公钥"`
	MappingNo     int64       `json:"mapping"`
	Header        string      `json:"-" db:",once"`
	Items         int64       `json:"items" db:",once" doc:"开头写的条数"`
	Done          int64       `json:"done" doc:"读了多少条"`
	State         string      `json:"state"`
	ByID          db.ID       `json:"-" db:",once"`
	ByName        string      `json:"by_name" db:",once"`
	MadeAt        time.Time   `json:"made_at" db:",once"`
	TakenBy       db.ID       `json:"-"`
	TakenName     string      `json:"taken_name"`
	TakenAt       *time.Time  `json:"taken_at"`
	WithdrawnBy   db.ID       `json:"-"`
	WithdrawnName string      `json:"withdrawn_name"`
	Reason        string      `json:"reason"`
	AgreedBy      db.ID       `json:"-"`
	AgreedName    string      `json:"agreed_name"`
	EndedAt       *time.Time  `json:"ended_at"`
}

func (b Batch) place() auth.Place { return auth.Place{Region: b.Region} }

// line is one line of a batch as it is kept. What it says is sealed; an erased person's is gone.
type line struct {
	BatchID   db.ID `db:",once"`
	N         int64 `db:",once"`
	SourceID  db.ID `db:",once"`
	Region    auth.Region
	Kind      string
	TheirID   string
	Owner     string // the number of the person's line
	Hash      string
	ChangedAt string // as they wrote it: texts of one form, which compare as times
	State     string
	PersonID  db.ID
	RecordID  db.ID
	Reason    string
	Line      []byte
}

func lineAt(batch db.ID, n int64) string { return seal.At("inbound_line", batch.String(), n) }

// conflict is one thing that both say differently, and who decided how.
type conflict struct {
	BatchID   db.ID
	N         int64
	Field     string
	Decision  string
	PersonID  db.ID
	ByID      db.ID
	ByName    string
	DecidedAt *time.Time
}

// Service holds the operations.
type Service struct {
	db      *db.DB
	keys    *seal.Keys
	persons *person.Service
	records *record.Service
	sources act.Kind[Source]
	signers act.Kind[Key]
	batches act.Kind[Batch]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, persons *person.Service, records *record.Service) *Service {
	records.Entered = entered
	return &Service{db: d, keys: keys, persons: persons, records: records,
		sources: act.Kind[Source]{Object: "inbound_source", View: View, Table: sourceTable, Place: Source.place,
			State: func(x Source) string { return x.State }, Word: SourceStates.Word,
			Trail: func(_, now Source) map[string]any {
				return map[string]any{"platform": now.Platform, "installation": now.Installation, "state": now.State}
			}},
		signers: act.Kind[Key]{Object: "inbound_key", View: View, Table: keyTable, Place: Key.place,
			State: func(x Key) string { return x.State }, Word: KeyStates.Word,
			Trail: func(_, now Key) map[string]any {
				return map[string]any{"fingerprint": Fingerprint(now.PublicKey), "state": now.State}
			}},
		batches: act.Kind[Batch]{Object: "inbound_batch", View: View, Table: batchTable, Place: Batch.place, Lock: true,
			State: func(x Batch) string { return x.State }, Word: States.Word,
			Trail: func(_, now Batch) map[string]any {
				return map[string]any{"number": now.Number, "installation": now.Installation, "state": now.State, "items": now.Items}
			}},
	}
}

// seat is the division that the actor takes batches in for.
func seat(ctx context.Context) auth.Region { return cmp.Or(auth.From(ctx).Seat(), region.Top) }
