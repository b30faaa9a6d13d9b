package plan

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Task is what a division asks of those directly below it.
type Task struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	Region    auth.Region `json:"region" db:",once" doc:"谁下达的"`
	Place     string      `json:"place" db:",read"`
	Year      int64       `json:"year" db:",once"`
	FromID    db.ID       `json:"from_id" db:",once" doc:"由上级的哪项任务分解而来；没有时为空"`
	Title     string      `json:"title"`
	Body      string      `json:"text"`
	BlobID    db.ID       `json:"file"`
	DueDay    clock.Day   `json:"due_day"`
	ByName    string      `json:"by_name"`
	At        time.Time   `json:"at"`
	EndedAt   *time.Time  `json:"ended_at" doc:"收回的时间；没有时为空"`
	EndReason string      `json:"end_reason"`
	Receivers int64       `json:"receivers" db:",read"`
	Received  int64       `json:"received" db:",read" doc:"已签收"`
	Done      int64       `json:"done" db:",read" doc:"已反馈"`
}

// Receipt is one receiving division of a task.
type Receipt struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	TaskID     db.ID       `json:"task_id" db:",once"`
	Region     auth.Region `json:"region" db:",once"`
	Place      string      `json:"place" db:",read"`
	ReceivedAt *time.Time  `json:"received_at"`
	ReceivedBy string      `json:"received_by"`
	Feedback   string      `json:"feedback"`
	BlobID     db.ID       `json:"file"`
	DoneAt     *time.Time  `json:"done_at"`
	DoneBy     string      `json:"done_by"`
	Reminded   bool        `json:"-" db:",once"` // of the day of feedback
	Title      string      `json:"title" db:",read"`
	DueDay     clock.Day   `json:"due_day" db:",read"`
	Sender     auth.Region `json:"sender" db:",read"`
	SenderName string      `json:"sender_name" db:",read"`
	EndedAt    *time.Time  `json:"ended_at" db:",read"`
}

// taskKind says how tasks are kept.
var taskKind = act.Kind[Task]{Object: "oversight_task", View: View, Table: taskTable, Make: enterTask,
	Place: func(t Task) auth.Place { return auth.Place{Region: t.Region} }}

// receiptKind says how receipts are kept; the trail of one is that of its task.
var receiptKind = act.Kind[Receipt]{Object: "oversight_task", View: View, Table: receiptTable,
	ID:    func(r Receipt) db.ID { return r.TaskID },
	Place: func(r Receipt) auth.Place { return auth.Place{Region: r.Region} }}

// enterTask stores a task. What is asked from above is passed on once.
func enterTask(ctx context.Context, tx *db.Tx, t *Task) error {
	fresh, err := taskTable.Add(ctx, tx, *t)
	if err == nil && !fresh {
		err = errs.Field("from_id", "这项任务已经分解过")
	}
	return err
}

// State says where a receipt stands: waiting, received or done.
func (r Receipt) State() string {
	switch {
	case r.DoneAt != nil:
		return "done"
	case r.ReceivedAt != nil:
		return "received"
	}
	return "waiting"
}

// Overdue says that the day is over and nothing was reported.
func (r Receipt) Overdue(today clock.Day) bool {
	return r.DoneAt == nil && r.EndedAt == nil && r.DueDay < today
}

// SendInput is a task for those directly below.
type SendInput struct {
	Region auth.Region   `json:"region" doc:"谁下达"`
	Year   int64         `json:"year" minimum:"2021" maximum:"2100"`
	FromID db.ID         `json:"from_id" required:"false" doc:"由上级的哪项任务分解而来"`
	Title  string        `json:"title" minLength:"1" maxLength:"60"`
	Text   string        `json:"text" minLength:"1" maxLength:"5000"`
	DueDay clock.Day     `json:"due_day" doc:"反馈的期限"`
	To     []auth.Region `json:"to" required:"false" maxItems:"200" doc:"给哪些下级；不填为全部"`
	File   blob.Upload   `json:"file" required:"false"`
}

// Send hands a task down to the divisions directly below, whose officers are told.
func (s *Service) Send(ctx context.Context, in SendInput) (TaskDetail, error) {
	op := act.Op{Perm: Send, Action: "inspection.send", Cause: in.Title, Detail: map[string]any{},
		Check: func() (err error) { in.File, err = inspection.Clean(in.File); return err }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out TaskDetail, err error) {
		if err := acts(ctx, Send, in.Region); err != nil {
			return out, err
		}
		to, err := in.receivers(ctx, tx)
		if err != nil {
			return out, err
		}
		t := Task{ID: tx.NewID(), Version: 1, Region: in.Region, Year: in.Year, FromID: in.FromID, Title: in.Title, Body: in.Text,
			DueDay: in.DueDay, ByName: auth.From(ctx).Name, At: tx.Now}
		if t.BlobID, err = s.files.Keep(ctx, tx, in.File, "oversight_task", t.ID, t.Region); err != nil {
			return out, err
		}
		op.Detail["to"] = to
		if err := taskKind.Enter(ctx, tx, op, &t); err != nil {
			return out, err
		}
		var receipts []Receipt
		for _, r := range to {
			receipts = append(receipts, Receipt{ID: tx.NewID(), Version: 1, TaskID: t.ID, Region: r})
		}
		if err := receiptTable.InsertAll(ctx, tx, receipts); err != nil {
			return out, err
		}
		for _, r := range to {
			if err := inspection.NotifyOfficers(ctx, tx, r, notify.Message{Title: "有一项任务请签收", Text: t.Title + "，" + t.DueDay.Words(ctx) + "前反馈",
				Link: taskAt(t.ID)}); err != nil {
				return out, err
			}
		}
		return detail(ctx, tx, t.ID)
	})
}

// receivers gives the divisions that a task goes to.
func (in SendInput) receivers(ctx context.Context, tx *db.Tx) (out []auth.Region, err error) {
	below, err := region.Under(ctx, tx, in.Region)
	if err != nil {
		return nil, err
	}
	for _, d := range below {
		if len(in.To) == 0 || slices.Contains(in.To, d.Code) {
			out = append(out, d.Code)
		}
	}
	c := errs.Check{}
	c.That(in.Region.Level() < auth.LevelTown && len(out) > 0, "region", "任务由自治区、盟市、旗县区下达")
	c.That(len(in.To) == 0 || len(out) == len(slices.Compact(slices.Sorted(slices.Values(in.To)))), "to", "有不是直接下级的地方")
	c.That(in.DueDay >= clock.DayOf(tx.Now), "due_day", "不能早于今天")
	if in.FromID != 0 {
		from, received, err := db.Found(receiptOf.One(ctx, tx, in.FromID, in.Region))
		if err != nil {
			return nil, err
		}
		c.That(received && from.ReceivedAt != nil, "from_id", "先签收上级的任务")
		c.That(!received || in.DueDay <= from.DueDay, "due_day", "不能晚于上级要求的 "+from.DueDay.String())
	}
	return out, c.Err()
}

// TaskInput names a task.
type TaskInput struct {
	ID db.ID `path:"id"`
}

// TaskDetail is a task with those of its receipts that the reader may see.
type TaskDetail struct {
	Task
	Receipts []Receipt      `json:"receipts"`
	Lead     string         `json:"lead" doc:"下达的牵头部门"`
	Passed   map[db.ID]Task `json:"-"` // by receipt: what the receiver passed on
	Below    []region.Step  `json:"-"`
	Today    clock.Day      `json:"-"`
	ends     bool
	answers  map[db.ID]bool
	passes   map[db.ID]bool
}

// Task gives a task to its sender, with everybody's receipt, and to each receiver with his own.
func (s *Service) Task(ctx context.Context, in TaskInput) (TaskDetail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (TaskDetail, error) { return detail(ctx, tx, in.ID) })
}

// detail loads a task as the actor may see it.
func detail(ctx context.Context, tx *db.Tx, id db.ID) (out TaskDetail, err error) {
	t, err := taskByID.Get(ctx, tx, id)
	if err != nil {
		return out, err
	}
	all, err := receiptsOf.All(ctx, tx, id)
	if err != nil {
		return out, err
	}
	out = TaskDetail{Task: t, Receipts: []Receipt{}, Passed: map[db.ID]Task{}, answers: map[db.ID]bool{}, passes: map[db.ID]bool{},
		Today: clock.DayOf(tx.Now)}
	sender := auth.Can(ctx, View, auth.Place{Region: t.Region})
	out.ends = t.EndedAt == nil && inspection.ActsFor(ctx, Send, t.Region)
	for _, r := range all {
		if sender || auth.Can(ctx, View, auth.Place{Region: r.Region}) {
			out.Receipts = append(out.Receipts, r)
			out.answers[r.ID] = t.EndedAt == nil && inspection.ActsFor(ctx, Receive, r.Region)
			out.passes[r.ID] = t.EndedAt == nil && r.ReceivedAt != nil && inspection.ActsFor(ctx, Send, r.Region)
		}
	}
	if !sender && len(out.Receipts) == 0 {
		return TaskDetail{}, errs.ErrNotFound
	}
	if out.Lead, err = inspection.LeadOf(ctx, tx, t.Region); err != nil {
		return out, err
	}
	return out, out.passedOn(ctx, tx)
}

// passedOn finds what each receiver passed on, and to whom the actor may still pass it on.
func (t *TaskDetail) passedOn(ctx context.Context, tx *db.Tx) error {
	children, err := tasksFrom.All(ctx, tx, t.ID)
	if err != nil {
		return err
	}
	for _, r := range t.Receipts {
		for _, c := range children {
			if c.Region == r.Region {
				t.Passed[r.ID], t.passes[r.ID] = c, false
			}
		}
		if t.passes[r.ID] {
			if t.Below, err = region.Under(ctx, tx, r.Region); err != nil {
				return err
			}
		}
	}
	return nil
}

// ReceiptInput signs for a task.
type ReceiptInput struct {
	ID db.ID `path:"id"`
}

// Receive is the receiver's signature.
func (s *Service) Receive(ctx context.Context, in ReceiptInput) (TaskDetail, error) {
	return s.receipt(ctx, act.Op{Action: "inspection.receive", ID: in.ID}, func(tx *db.Tx, r *Receipt) error {
		if r.ReceivedAt != nil {
			return errs.WrongState("已经签收过")
		}
		r.ReceivedAt, r.ReceivedBy = &tx.Now, auth.From(ctx).Name
		return nil
	})
}

// ReportInput says what was done.
type ReportInput struct {
	ID   db.ID       `path:"id"`
	Text string      `json:"text" minLength:"1" maxLength:"3000"`
	File blob.Upload `json:"file" required:"false"`
}

// Report is the receiver's feedback; the sender is told. It is given once, after the receipt.
func (s *Service) Report(ctx context.Context, in ReportInput) (TaskDetail, error) {
	op := act.Op{Action: "inspection.report", ID: in.ID, Check: func() (err error) {
		if in.File, err = inspection.Clean(in.File); err == nil && strings.TrimSpace(in.Text) == "" {
			err = errs.Field("text", "请写明做了什么")
		}
		return err
	}}
	return s.receipt(ctx, op, func(tx *db.Tx, r *Receipt) (err error) {
		if r.ReceivedAt == nil || r.DoneAt != nil {
			return errs.WrongState("先签收，再反馈；反馈一次")
		}
		r.Feedback, r.DoneAt, r.DoneBy = in.Text, &tx.Now, auth.From(ctx).Name
		if r.BlobID, err = s.files.Keep(ctx, tx, in.File, "oversight_receipt", r.ID, r.Region); err != nil {
			return err
		}
		return inspection.NotifyOfficers(ctx, tx, r.Sender,
			notify.Message{Title: "有一项任务收到反馈", Text: r.Place + "：" + r.Title, Link: taskAt(r.TaskID)})
	})
}

func (s *Service) receipt(ctx context.Context, op act.Op, fn func(*db.Tx, *Receipt) error) (TaskDetail, error) {
	op.Perm = Receive
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out TaskDetail, err error) {
		r, err := receiptByID.Get(ctx, tx, op.ID)
		if err != nil {
			return out, err
		}
		if err := acts(ctx, Receive, r.Region); err != nil {
			return out, err
		}
		if r.EndedAt != nil {
			return out, errs.WrongState("这项任务已经收回")
		}
		op.Cause = r.Title
		if err := receiptKind.Alter(ctx, tx, op, &r, fn); err != nil {
			return out, err
		}
		return detail(ctx, tx, r.TaskID)
	})
}

// EndInput takes a task back.
type EndInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// End takes a task back: nobody needs to report any more; what was reported stays.
func (s *Service) End(ctx context.Context, in EndInput) (TaskDetail, error) {
	op := act.Op{Perm: Send, Action: "inspection.end", Cause: in.Reason}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out TaskDetail, err error) {
		if out, err = detail(ctx, tx, in.ID); err != nil {
			return out, err
		}
		if !inspection.ActsFor(ctx, Send, out.Region) {
			return out, errs.ErrDenied // a receiver sees it and may not
		}
		if out.EndedAt != nil {
			return out, errs.WrongState("已经收回过")
		}
		out.Version = in.Version
		if err := taskKind.Alter(ctx, tx, op, &out.Task, func(tx *db.Tx, t *Task) error {
			t.EndedAt, t.EndReason = &tx.Now, in.Reason
			return nil
		}); err != nil {
			return out, err
		}
		for _, r := range out.Receipts {
			if r.DoneAt == nil {
				if err := inspection.NotifyOfficers(ctx, tx, r.Region,
					notify.Message{Title: "有一项任务收回了", Text: out.Title + "：" + in.Reason, Link: taskAt(out.ID)}); err != nil {
					return out, err
				}
			}
		}
		return detail(ctx, tx, in.ID)
	})
}

// TaskFile gives the attachment of a task.
func (s *Service) TaskFile(ctx context.Context, in TaskInput) (blob.File, error) {
	if err := auth.Allow(ctx, View); err != nil {
		return blob.File{}, err
	}
	return s.files.Read(ctx, func(tx *db.Tx) (db.ID, error) {
		t, err := detail(ctx, tx, in.ID)
		return t.BlobID, err
	})
}

// ReceiptFile gives what a receiver attached to his feedback.
func (s *Service) ReceiptFile(ctx context.Context, in ReceiptInput) (blob.File, error) {
	if err := auth.Allow(ctx, View); err != nil {
		return blob.File{}, err
	}
	return s.files.Read(ctx, func(tx *db.Tx) (db.ID, error) {
		r, err := receiptSeen(ctx, tx, in.ID)
		return r.BlobID, err
	})
}

// TaskOfReceipt gives the task of a receipt.
func (s *Service) TaskOfReceipt(ctx context.Context, in ReceiptInput) (TaskDetail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out TaskDetail, err error) {
		r, err := receiptSeen(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		return detail(ctx, tx, r.TaskID)
	})
}

// receiptSeen gives a receipt to whoever may see it.
func receiptSeen(ctx context.Context, tx *db.Tx, id db.ID) (Receipt, error) {
	r, err := receiptByID.Get(ctx, tx, id)
	if err == nil && !auth.Can(ctx, View, auth.Place{Region: r.Region}) {
		err = errs.ErrNotFound
	}
	return r, err
}

// Remind tells the receivers of tasks once when the day of feedback is near.
func (s *Service) Remind(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		due, err := unreported.All(ctx, tx, clock.DayOf(tx.Now).AddDays(inspection.RemindDays))
		if err != nil {
			return err
		}
		for _, r := range due {
			if _, err := markReceipt.Run(ctx, tx, r.ID); err != nil {
				return err
			}
			m := notify.Message{Title: "有一项任务快到反馈期限", Text: r.Title + "，" + r.DueDay.Words(ctx), Link: taskAt(r.TaskID)}
			if err := inspection.NotifyOfficers(ctx, tx, r.Region, m); err != nil {
				return err
			}
		}
		return nil
	})
}
