package record

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/proof"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/set"
)

// Freeze keeps a record out of new certificates while somebody looks into what was said of it (核实中), never beyond its last day. The
// minutes stay as they are: whether they are right is decided by a correction, which takes two.
type Freeze struct {
	CauseID   db.ID      `json:"-" db:",once"` // what is looked into, of the area above
	RecordID  db.ID      `json:"record_id" db:",once"`
	Version   int64      `json:"-"`
	At        time.Time  `json:"at" db:",once"`
	UntilDay  clock.Day  `json:"until_day" db:",once" doc:"最晚到哪一天（含）；过了自己放开"`
	AccountID db.ID      `json:"-" db:",once"`
	EndedAt   *time.Time `json:"ended_at"`
	Outcome   string     `json:"outcome" doc:"还没有结果时为空"`
}

// Holds says that the record goes into no certificate on a day.
func (f Freeze) Holds(today clock.Day) bool { return f.EndedAt == nil && today <= f.UntilDay }

// How a freeze comes out. What is upheld goes on until its last day, for the correction to be decided; all others end at once.
const (
	Upheld   = "upheld"
	Cleared  = "cleared"
	Mistaken = "mistaken"
	lapsed   = "lapsed"
)

var outcomes = set.New("record_freeze.outcome",
	set.Row{Upheld, "核实过，有出入，要更正"}, set.Row{Cleared, "核实过，没有发现问题"},
	set.Row{Mistaken, "弄错了记录，已经放开"}, set.Row{lapsed, "期限到了，已经放开"})

func (f Freeze) word() string {
	if f.Outcome == "" {
		return "核实中"
	}
	return outcomes.Word(f.Outcome)
}

// Words is what the office reads of it.
func (f Freeze) Words(ctx context.Context) string {
	if f.EndedAt != nil {
		return f.word()
	}
	return f.word() + "，最晚到" + f.UntilDay.Words(ctx)
}

var (
	freezeTable = db.NewRelation[Freeze]("record_freeze", "cause_id", "record_id")
	freezesOf   = freezeTable.Where("record_id = $1 ORDER BY at DESC")
	freezesBy   = freezeTable.Where("cause_id = $1 ORDER BY at, record_id")
	overdue     = freezeTable.Where("ended_at IS NULL AND until_day < $1 ORDER BY until_day, cause_id, record_id LIMIT 500")
)

// checking is the last day of the freezes of a record that have not ended, zero without one.
const checking = `, COALESCE((SELECT MAX(f.until_day) FROM record_freeze f WHERE f.record_id = r.id AND f.ended_at IS NULL), 0) AS checking_until`

// Checking says that somebody looks into the record and that it goes into no new certificate.
func (r Record) Checking(today clock.Day) bool { return today <= r.CheckingUntil }

// Freeze lets a record wait outside of certificates until a day, for what an area above looks into. Who had a hand in the record, whose
// minutes they are and who is close to them may not; and for one cause it happens once, so that its days are never begun anew.
func (s *Service) Freeze(ctx context.Context, tx *db.Tx, cause, id db.ID, until clock.Day) error {
	r, err := held(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, View, View, r.place())
	}
	if err != nil {
		return err
	}
	if r.Status == Void {
		return errs.WrongState("这条记录已经作废，不会开进证明")
	}
	h, err := hands(ctx, tx, r)
	if err == nil {
		err = proof.Now(tx, s.persons).Apart(ctx, h)
	}
	if err != nil {
		return err
	}
	f := Freeze{CauseID: cause, RecordID: id, Version: 1, At: tx.Now, UntilDay: until, AccountID: auth.From(ctx).Account}
	fresh, err := freezeTable.Add(ctx, tx, f)
	if err == nil && !fresh {
		err = errs.WrongState("为这件事已经停过这条记录，一件事只停一次")
	}
	if err != nil {
		return err
	}
	return s.toldOf(ctx, tx, r, "record.frozen", "一条服务记录正在核实",
		"有人对这条记录提出疑问。核实期间时长照算，只是先不开进新的证明，最晚到"+until.Words(ctx)+"；结果会告诉您。")
}

// Thaw gives the outcome to what was frozen for a cause and has not ended; of one record where it is named.
func (s *Service) Thaw(ctx context.Context, tx *db.Tx, cause, record db.ID, outcome string) error {
	list, err := freezesBy.All(ctx, tx, cause)
	if err != nil {
		return err
	}
	for _, f := range list {
		if f.EndedAt != nil || record != 0 && f.RecordID != record {
			continue
		}
		if err := s.thaw(ctx, tx, f, outcome); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) thaw(ctx context.Context, tx *db.Tx, f Freeze, outcome string) error {
	r, err := held(ctx, tx, f.RecordID)
	if err != nil {
		return err
	}
	f.Outcome, f.EndedAt = outcome, &tx.Now
	text := "照常开进证明。"
	if outcome == Upheld {
		f.EndedAt, text = nil, "站里会更正这条记录；更正以前先不开进新的证明，最晚到"+f.UntilDay.Words(ctx)+"。不同意的，可以在这条记录的页上申请更正，写明理由。"
	}
	if err := freezeTable.Update(ctx, tx, &f); err != nil {
		return err
	}
	return s.toldOf(ctx, tx, r, "record.thawed", "服务记录的核实结果："+outcomes.Word(outcome), text)
}

// Lapse ends what nobody has decided by its last day.
func (s *Service) Lapse(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		list, err := overdue.All(ctx, tx, clock.DayOf(tx.Now))
		if err != nil {
			return err
		}
		for _, f := range list {
			if f.Outcome == "" {
				err = s.thaw(ctx, tx, f, lapsed)
			} else { // its outcome was told
				f.EndedAt = &tx.Now
				err = freezeTable.Update(ctx, tx, &f)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// FrozenBy gives what was frozen for a cause.
func FrozenBy(ctx context.Context, tx *db.Tx, cause db.ID) ([]Freeze, error) {
	return freezesBy.All(ctx, tx, cause)
}

// Matching gives the records of a day that name a volunteer or an activity, within what the actor may see.
func Matching(ctx context.Context, tx *db.Tx, q string, day clock.Day) ([]Record, error) {
	return list.First(ctx, tx, scoped{ListInput{Q: q, From: day, To: day}, auth.ScopeOf(ctx, View), clock.DayOf(tx.Now)}, mostMatching)
}

// mostMatching is how many records are shown to choose from.
const mostMatching = 30

// toldOf leaves the step in the trail and tells whose record it is.
func (s *Service) toldOf(ctx context.Context, tx *db.Tx, r Record, action, title, text string) error {
	if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: "record", ID: r.ID.String(), Region: r.Region,
		Detail: map[string]any{"status": r.Status, "minutes": r.Minutes}}); err != nil {
		return err
	}
	to, has, err := account.OfPerson(ctx, tx, r.PersonID)
	if err != nil || !has {
		return err
	}
	return notify.Send(ctx, tx, notify.Message{To: to.ID, Kind: "record", Title: title, Text: r.Title + "，" + r.Day.Words(ctx) + "。" + text,
		Link: "/my/hours/" + r.ID.String()})
}
