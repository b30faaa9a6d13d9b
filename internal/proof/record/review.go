package record

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/proof"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
	"linli/internal/work/order"
)

// ApproveInput is a second person's word on a record that waits for one, or on the correction asked for.
type ApproveInput struct {
	ID       db.ID  `path:"id"`
	Decision string `json:"decision" required:"false" enum:"approve,reject" default:"approve" maxLength:"10"`
	Minutes  *int64 `json:"minutes,omitempty" minimum:"0" maximum:"720" doc:"核定的分钟数；不填就是原来的"`
	Content  string `json:"content" required:"false" maxLength:"200"`
	Ground   string `json:"ground" required:"false" enum:"duty,paid,forced,commercial,own,meeting,false,double,other," maxLength:"12" doc:"不采纳的理由（民政部令第67号第十九条）"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

func (in ApproveInput) check() error {
	c := errs.Check{}
	c.That(in.Decision != "reject" || in.Ground != "" || strings.TrimSpace(in.Reason) != "", "reason", "不采纳要写明理由")
	return c.Err()
}

// why joins the ground of a refusal with what was written.
func (in ApproveInput) why() string {
	return strings.Trim(refusalWord(in.Ground)+"："+strings.TrimSpace(in.Reason), "：")
}

// Approve is the second person's decision. A confirmed record that waits for him counts, with fewer minutes if he finds fewer, or
// becomes void; a record with an open correction is amended or left. Who may be it, proof judges.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Detail, error) {
	return s.decide(ctx, in, func(ctx context.Context, tx *db.Tx, r *Record, asked *Correction) error {
		if asked != nil && r.Status != Pending {
			return s.decideCorrection(ctx, tx, r, *asked, in)
		}
		return s.approve(ctx, tx, r, in)
	})
}

// Decide is the second person's decision over the open correction of a record.
func (s *Service) Decide(ctx context.Context, in ApproveInput) (Detail, error) {
	return s.decide(ctx, in, func(ctx context.Context, tx *db.Tx, r *Record, asked *Correction) error {
		if asked == nil {
			return errs.WrongState("这条记录没有待核实的更正申请")
		}
		return s.decideCorrection(ctx, tx, r, *asked, in)
	})
}

// decide takes the steps of both, several of them where need be: of a record that is held, with its open correction.
func (s *Service) decide(ctx context.Context, in ApproveInput,
	do func(context.Context, *db.Tx, *Record, *Correction) error) (Detail, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Review, Check: in.check}, func(tx *db.Tx) (out Detail, err error) {
		r, err := held(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, Review, View, r.place()); err != nil {
			return out, err
		}
		asked, open, err := db.Found(openCorrection.One(ctx, tx, r.ID))
		if err != nil {
			return out, err
		}
		var c *Correction
		if open {
			c = &asked
		}
		if err := do(ctx, tx, &r, c); err != nil {
			return out, err
		}
		return s.detail(ctx, tx, r)
	})
}

// held loads a record for a change, with its volunteer's turn taken first.
func held(ctx context.Context, tx *db.Tx, id db.ID) (Record, error) {
	r, err := byID.Get(ctx, tx, id)
	if err == nil {
		err = attendance.Turn(ctx, tx, r.VolunteerID)
	}
	if err != nil {
		return r, err
	}
	return byID.Get(ctx, tx, id)
}

func (s *Service) approve(ctx context.Context, tx *db.Tx, r *Record, in ApproveInput) error {
	switch {
	case r.Status != Pending:
		return errs.WrongState("这条记录“" + r.Status.Word() + "”，不用复核")
	case !r.Confirmed:
		return errs.WrongState("服务对象还没有确认，确认后再复核")
	case !r.NeedsSecond:
		return errs.WrongState("这条记录不用第二人复核")
	case in.Minutes != nil && *in.Minutes > r.Minutes:
		return errs.Field("minutes", "核定的时长不能比记录的多；要加时长请走更正")
	}
	h, err := hands(ctx, tx, *r)
	if err != nil {
		return err
	}
	if err := turn(ctx, tx, s.byRecord(), r.ID); err != nil {
		return err
	}
	if _, err := s.look(ctx, tx, *r, h); err != nil {
		return err
	}
	if in.Decision == "reject" {
		return s.void(ctx, tx, r, in.why())
	}
	if in.Minutes != nil && *in.Minutes != r.Minutes {
		if err := s.step(ctx, tx, r, "amended", in.why(), func(r *Record) { r.setMinutes(*in.Minutes) }); err != nil {
			return err
		}
	}
	if err := shown(ctx, tx, *r, 0, r.Minutes); err != nil {
		return err
	}
	v, err := s.judge(ctx, tx, *r)
	if err != nil {
		return err
	}
	if !v.Stands {
		if err := s.looks.Alter(ctx, tx, act.Op{Action: "record.looked"}, r, func(_ *db.Tx, r *Record) error {
			r.Why = v.Why
			return nil
		}); err != nil {
			return err
		}
		return s.byRecord().Again(ctx, tx, r.ID)
	}
	r.approve(ctx, tx)
	return s.count(ctx, tx, r, true)
}

// look asks whether the actor may be the second person for a record, whose hands are given.
func (s *Service) look(ctx context.Context, tx *db.Tx, r Record, h proof.Hands) (enough bool, err error) {
	return s.lookOn(ctx, tx, proof.Now(tx, s.persons), r, h)
}

// lookOn is look on a bench that judges many.
func (s *Service) lookOn(ctx context.Context, tx *db.Tx, bench *proof.Bench, r Record, h proof.Hands) (enough bool, err error) {
	if me := auth.From(ctx).Account; me != 0 && (me == r.RecordedBy || slices.Contains(h.Second, me)) {
		return false, errs.Deny("这条记录您已经录入或看过，要换人复核")
	}
	if r.Source == "import" && s.Entered != nil {
		if err := s.apart(ctx, tx, r.ID); err != nil {
			return false, err
		}
	}
	return bench.Look(ctx, h)
}

// apart refuses the actor who had a part in an imported record before it was made, or is not independent of one who had.
func (s *Service) apart(ctx context.Context, tx *db.Tx, id db.ID) error {
	before, err := s.Entered(ctx, tx, id)
	if err != nil {
		return err
	}
	why, err := proof.Apart(ctx, tx, s.persons, before...)
	if err == nil && why != "" {
		err = errs.Deny(why)
	}
	return err
}

func (r *Record) approve(ctx context.Context, tx *db.Tx) {
	r.ApprovedBy, r.ApprovedAt = auth.From(ctx).Account, &tx.Now
}

// setMinutes keeps the end where the minutes put it.
func (r *Record) setMinutes(n int64) {
	r.Minutes, r.EndedAt = n, r.StartedAt.Add(time.Duration(n)*time.Minute)
}

// AskInput asks for a correction. Minutes or content say how it should read; without them the second person finds out.
type AskInput struct {
	ID      db.ID  `path:"id"`
	Minutes *int64 `json:"minutes,omitempty" minimum:"0" maximum:"720" doc:"应是多少分钟"`
	Content string `json:"content" required:"false" maxLength:"200" doc:"服务内容应是什么"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"哪里错了、漏了"`
}

// Ask notes a correction that the volunteer, or the station, asks for (民政部令第67号 art. 13); nothing changes before it is verified.
func (s *Service) Ask(ctx context.Context, in AskInput) (Detail, error) {
	op := act.Op{Perm: Correct, Action: "record.asked", ID: in.ID, Cause: in.Reason, Check: in.check, From: live,
		Wrong: "已经作废的记录不能更正；确有服务的，请用补录单"}
	return act.ChangeTo(ctx, s.db, &s.remarks, op, func(tx *db.Tx, r *Record) error {
		c := Correction{ID: tx.NewID(), RecordID: r.ID, Region: r.Region, State: "open", Minutes: -1, Content: in.Content, Reason: in.Reason,
			AskedBy: auth.From(ctx).Account, AskedAt: tx.Now}
		if in.Minutes != nil {
			c.Minutes = *in.Minutes
		}
		fresh, err := correctionTable.Add(ctx, tx, c)
		if err == nil && !fresh {
			err = errs.WrongState("已经有一个更正申请在核实")
		}
		if err != nil {
			return err
		}
		return s.byAsk().Queue(ctx, tx, c.ID, c.Region)
	}, func(tx *db.Tx, r Record) (Detail, error) { return s.detail(ctx, tx, r) })
}

// live are the statuses of a record that is not void.
var live = []string{string(Pending), string(Counted), string(Suspended)}

func (in AskInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Reason) != "", "reason", "请写明哪里错了、漏了")
	return c.Err()
}

// decideCorrection amends the record or leaves it, with the reason. An amended record counts anew under the limits of its day. Minutes are
// never more than was asked; beyond what attendance and window show, two people agree besides who asked.
func (s *Service) decideCorrection(ctx context.Context, tx *db.Tx, r *Record, asked Correction, in ApproveInput) error {
	if err := turn(ctx, tx, s.byAsk(), asked.ID); err != nil {
		return err
	}
	enough, err := s.mayDecide(ctx, tx, *r, asked)
	if err != nil {
		return err
	}
	if in.Decision == "reject" {
		if err := s.end(ctx, tx, asked, "refused", in); err != nil {
			return err
		}
		op := act.Op{Action: "record.refused", Cause: in.why()}
		return s.remarks.Alter(ctx, tx, op, r, func(*db.Tx, *Record) error { return nil })
	}
	want, err := in.minutes(*r, asked)
	if err != nil {
		return err
	}
	agreed, err := agreedTo.All(ctx, tx, asked.ID)
	if err != nil {
		return err
	}
	far, err := beyond(ctx, tx, *r, want)
	if err != nil {
		return err
	}
	if (far || !enough) && len(agreed) == 0 {
		if err := shown(ctx, tx, *r, asked.ID, want); err != nil {
			return err
		}
		op := act.Op{Action: "record.looked", Cause: in.why()}
		if err := s.looks.Alter(ctx, tx, op, r, func(*db.Tx, *Record) error { return nil }); err != nil {
			return err
		}
		return s.byAsk().Again(ctx, tx, asked.ID)
	}
	for _, a := range agreed {
		want = min(want, a.Minutes)
	}
	if err := s.end(ctx, tx, asked, "approved", in); err != nil {
		return err
	}
	in.Minutes = &want
	op := act.Op{Action: "record.amended", Cause: asked.Reason}
	return s.records.Alter(ctx, tx, op, r, func(tx *db.Tx, r *Record) error { return amend(ctx, tx, r, asked, in) })
}

// mayDecide asks whether the actor may decide over a correction: none who asked for it or agreed to it before, nor close to one of them.
func (s *Service) mayDecide(ctx context.Context, tx *db.Tx, r Record, asked Correction) (enough bool, err error) {
	h, err := hands(ctx, tx, r)
	if err != nil {
		return false, err
	}
	agreed, err := agreedTo.All(ctx, tx, asked.ID)
	if err != nil {
		return false, err
	}
	before := proof.Hands{For: r.PersonID, Beside: h.Beside, First: []db.ID{asked.AskedBy}}
	for _, a := range agreed {
		before.Second = append(before.Second, a.AccountID)
	}
	if err := proof.Now(tx, s.persons).Apart(ctx, before); err != nil {
		return false, err
	}
	h.First, h.Second = append(h.First, asked.AskedBy), nil
	return s.look(ctx, tx, r, h)
}

// minutes are what the decision comes to: never more than was asked, or than there are where nothing was.
func (in ApproveInput) minutes(r Record, asked Correction) (int64, error) {
	most := asked.Minutes
	if most < 0 {
		most = r.Minutes
	}
	if in.Minutes == nil {
		return most, nil
	}
	if *in.Minutes > most {
		return 0, errs.Field("minutes", "核定的时长不能比申请的多")
	}
	return *in.Minutes, nil
}

// beyond says whether minutes are more than the attendance shows, or reach further beyond the window than is served without a second look.
func beyond(ctx context.Context, tx *db.Tx, r Record, minutes int64) (bool, error) {
	if minutes <= r.Minutes {
		return false, nil
	}
	if r.AttendanceID == 0 {
		return true, nil
	}
	a, err := attendance.Get(ctx, tx, r.AttendanceID)
	if err != nil || minutes > a.Minutes || r.OrderID == 0 {
		return minutes > a.Minutes, err
	}
	o, err := order.Get(ctx, tx, r.OrderID)
	return r.StartedAt.Add(time.Duration(minutes) * time.Minute).After(o.WindowEnd.Add(attendance.Tolerance)), err
}

// unask ends the correction that was asked of a record that is void now: nobody could decide over it any more. Whoever asked for it does
// not end it in this way either.
func (s *Service) unask(ctx context.Context, tx *db.Tx, r Record) error {
	c, open, err := db.Found(openCorrection.One(ctx, tx, r.ID))
	if err != nil || !open {
		return err
	}
	if c.AskedBy == auth.From(ctx).Account {
		return errs.WrongState(r.Day.Words(ctx) + "的记录，您申请的更正还在核实：先由别人核实更正，或者由别人作废")
	}
	return s.end(ctx, tx, c, "refused", ApproveInput{Reason: r.Reason})
}

// end keeps what was decided.
func (s *Service) end(ctx context.Context, tx *db.Tx, c Correction, state string, in ApproveInput) error {
	c.State, c.DecidedBy, c.DecidedAt, c.Answer = state, auth.From(ctx).Account, &tx.Now, in.why()
	if err := correctionTable.Update(ctx, tx, &c); err != nil {
		return err
	}
	return s.byAsk().End(ctx, tx, c.ID)
}

func amend(ctx context.Context, tx *db.Tx, r *Record, asked Correction, in ApproveInput) error {
	before := *r
	r.setMinutes(*in.Minutes)
	for _, text := range []string{asked.Content, in.Content} {
		if text != "" {
			r.Content = text
		}
	}
	if r.Minutes == before.Minutes && r.Content == before.Content {
		return errs.Field("minutes", "请写明改成多少分钟，或者服务内容改成什么")
	}
	if err := free(ctx, tx, *r); err != nil {
		return err
	}
	if err := attendance.Free(ctx, tx, r.VolunteerID, r.StartedAt, r.EndedAt, r.AttendanceID); err != nil {
		return err
	}
	if full, err := dayLimit(ctx, tx, *r, true); err != nil || full != "" {
		return orClash(err, full)
	}
	r.approve(ctx, tx)
	if r.Status == Counted {
		r.Confirmation = Reviewed
	}
	return nil
}

// VoidInput takes a record out, for ever, with the ground.
type VoidInput struct {
	ID     db.ID  `path:"id"`
	Ground string `json:"ground" enum:"duty,paid,forced,commercial,own,meeting,false,double,other" maxLength:"12"`
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// Void is a second person's: what was no volunteer service must neither be recorded nor certified (民政部令第67号 art. 19). The row stays.
func (s *Service) Void(ctx context.Context, in VoidInput) (Detail, error) {
	op := act.Op{Perm: Review, Action: "record.void", ID: in.ID, Cause: refusalWord(in.Ground) + "：" + in.Reason, From: live,
		Wrong: "这条记录已经作废"}
	return act.ChangeTo(ctx, s.db, &s.records, op, func(tx *db.Tx, r *Record) error {
		if err := s.mayVoid(ctx, tx, *r); err != nil {
			return err
		}
		r.void(op.Cause)
		return nil
	}, func(tx *db.Tx, r Record) (Detail, error) { return s.detail(ctx, tx, r) })
}

// mayVoid refuses, in words, whose turn it is not, and who had a hand in the times of a record or is close to one who had.
func (s *Service) mayVoid(ctx context.Context, tx *db.Tx, r Record) error {
	if err := turn(ctx, tx, s.byRecord(), r.ID); err != nil {
		return err
	}
	h, err := recorders(ctx, tx, r)
	if err != nil {
		return err
	}
	h.Second, h.Lay = nil, nil // who agreed before may find out better, and nobody need be known to be contradicted
	return proof.Now(tx, s.persons).Apart(ctx, h)
}

// orClash is err, or when there is none a conflict in words.
func orClash(err error, msg string) error {
	if err != nil {
		return err
	}
	return errs.Clash(msg)
}
