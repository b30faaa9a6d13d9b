package record

import (
	"cmp"
	"context"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// OnCheckedOut makes the pending record of a service that is over.
func (s *Service) OnCheckedOut(ctx context.Context, tx *db.Tx, e attendance.OutEvent) error {
	item, err := catalogue.Get(ctx, tx, e.Order.CatalogueID)
	if err != nil {
		return err
	}
	r := fromAttendance(e.Attendance)
	r.Source, r.OrderID, r.Round, r.Title, r.Category, r.Content = "order", e.Order.ID, e.Attendance.Round, e.Order.Title, e.Order.Category,
		item.Name
	r.NeedsSecond, r.Why = e.Attendance.NeedsSecond, e.Attendance.Why
	_, err = s.make(ctx, tx, r)
	return err
}

// OnSheetApproved makes the records of a paper sheet, line by line: those of whom entered or approved it, and of their kin, wait for
// another person, the others count.
func (s *Service) OnSheetApproved(ctx context.Context, tx *db.Tx, e attendance.SheetEvent) error {
	var last Record // place, unit and responsible person are those of the sheet
	event, ofEvent, err := activity.OfSheet(ctx, tx, e.Sheet.ID)
	if err != nil {
		return err
	}
	for i, row := range e.Rows {
		item, err := catalogue.Get(ctx, tx, row.ItemID)
		if err != nil {
			return err
		}
		r := fromAttendance(e.Attendances[i])
		r.Source, r.Title, r.Category, r.Content = "sheet", item.Name, item.Category, item.Name
		r.Confirmed, r.Evidence, r.ConfirmedBy = true, "paper", e.Sheet.EnteredBy
		r.Place, r.Unit, r.Leader = last.Place, last.Unit, last.Leader
		if ofEvent {
			r.Title, r.Category, r.Content, r.Place = event.Title, event.Category, event.Content, event.Place
		}
		if r, err = s.make(ctx, tx, r); err != nil {
			return err
		}
		h := proof.Hands{For: r.PersonID, Place: r.place(), First: []db.ID{e.Sheet.EnteredBy}, Second: []db.ID{e.Sheet.ApprovedBy}}
		if err := listed(ctx, tx, row.ID, &h); err != nil {
			return err
		}
		v, err := proof.Now(tx, s.persons).Judge(ctx, h)
		if err != nil {
			return err
		}
		if v.Stands {
			r.ApprovedBy, r.ApprovedAt = e.Sheet.ApprovedBy, e.Sheet.ApprovedAt
		}
		if err := s.countOn(ctx, tx, &r, v, v.Stands); err != nil {
			return err
		}
		last = r
	}
	return nil
}

func fromAttendance(a attendance.Attendance) Record {
	return Record{VolunteerID: a.VolunteerID, PersonID: a.PersonID, Region: a.Region, StationID: a.StationID, AttendanceID: a.ID, Day: a.Day,
		StartedAt: a.InAt, EndedAt: a.End(), Minutes: a.Minutes, RecordedBy: a.InBy}
}

// make stores a new record, pending, with its place, unit, responsible person and deadline.
func (s *Service) make(ctx context.Context, tx *db.Tx, r Record) (Record, error) {
	err := free(ctx, tx, r)
	if err == nil {
		r, err = s.fill(ctx, tx, r)
	}
	if err != nil {
		return r, err
	}
	return r, s.records.Enter(ctx, tx, act.Op{Action: "record.made"}, &r)
}

// fill gives a new record what it lacks of them, and its number.
func (s *Service) fill(ctx context.Context, tx *db.Tx, r Record) (_ Record, err error) {
	if r.Place == "" {
		if r.Place, err = region.FullName(ctx, tx, r.Region); err != nil {
			return r, err
		}
	}
	if r.Unit == "" {
		if r.Unit, err = UnitOf(ctx, tx, r.Region); err != nil {
			return r, err
		}
	}
	if r.Leader == "" {
		if r.Leader, err = leaderOf(ctx, tx, r.StationID, r.Region); err != nil {
			return r, err
		}
	}
	if r.DueDay == 0 {
		if r.DueDay, err = attendance.DueDay(ctx, tx, clock.DayOf(r.EndedAt), r.Region); err != nil {
			return r, err
		}
	}
	r.ID, r.Version, r.Status, r.MadeAt = tx.NewID(), 1, Pending, tx.Now
	return r, nil
}

// free says that the volunteer has no other record of the same time; a void one does not matter.
func free(ctx context.Context, tx *db.Tx, r Record) error {
	other, there, err := db.Found(overlap.One(ctx, tx, r.VolunteerID, r.StartedAt, r.EndedAt, int64(r.ID)))
	if err != nil || !there {
		return err
	}
	return busy(ctx, other)
}

func busy(ctx context.Context, p period) error {
	return errs.Clash("这段时间已经有一条服务记录（" + clock.Span(ctx, p.StartedAt, p.EndedAt) + "），一个人不能同时在两处")
}

// UnitOf names the recording unit of a community: its committee in full, never the station (practice: the station is only 经办).
func UnitOf(ctx context.Context, tx *db.Tx, code auth.Region) (string, error) {
	path, err := region.Path(ctx, tx, code)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, step := range path {
		if step.Level >= auth.LevelBanner {
			parts = append(parts, step.Name)
		}
	}
	if len(parts) == 0 {
		return region.FullName(ctx, tx, code)
	}
	return committee(strings.Join(parts, "")), nil
}

// committee gives the full name of the body that the divisions' short names stand for.
func committee(name string) string {
	for _, ending := range [][2]string{{"村委会", "村民委员会"}, {"居委会", "居民委员会"}, {"嘎查", "嘎查村民委员会"}, {"村", "村村民委员会"}, {"社区", "社区居民委员会"}} {
		if stem, ok := strings.CutSuffix(name, ending[0]); ok {
			return stem + ending[1]
		}
	}
	return name
}

// leaderOf names the responsible person: the station's manager, else the head of the community.
func leaderOf(ctx context.Context, tx *db.Tx, stationID db.ID, at auth.Region) (string, error) {
	var holders []db.ID
	var err error
	if stationID != 0 {
		holders, err = account.Holders(ctx, tx, auth.StationManager, stationID)
	}
	if err == nil && len(holders) == 0 {
		holders, err = account.HoldersIn(ctx, tx, auth.CommunityHead, at)
	}
	if err != nil || len(holders) == 0 {
		return "", err
	}
	a, err := account.Get(ctx, tx, holders[0])
	return a.Name, err
}

// OnConfirmed takes the served person's word over all records of the round and counts what needs nobody else.
func (s *Service) OnConfirmed(ctx context.Context, tx *db.Tx, e order.ConfirmedEvent) error {
	return s.eachOfRound(ctx, tx, e.Order, e.Order.Round, func(r *Record) error {
		if r.Status == Void || r.Status == Counted {
			return nil
		}
		session, err := attendance.Get(ctx, tx, r.AttendanceID)
		if err != nil {
			return err
		}
		if err := s.step(ctx, tx, r, "confirmed", "", func(r *Record) {
			r.Status, r.Confirmed, r.Evidence, r.ConfirmedBy, r.Reason = Pending, true, e.Evidence, e.By, ""
			r.unseen(session)
			switch { // whoever looked at it before has not heard this word
			case e.Late:
				r.NeedsSecond, r.Why = true, "过了期限才确认，要第二人复核"
			case e.By == 0 || e.By == r.RecordedBy:
				r.NeedsSecond, r.Why = true, "签到和确认是同一个人办理，要第二人复核"
			}
		}); err != nil {
			return err
		}
		return s.count(ctx, tx, r, false)
	})
}

// unseen takes back that a second person has looked at it; what its times ask for stays asked for.
func (r *Record) unseen(session attendance.Attendance) {
	r.NeedsSecond, r.Why, r.ApprovedBy, r.ApprovedAt = session.NeedsSecond, session.Why, 0, nil
}

// OnDisputed suspends the records of the round while the matter is looked into.
func (s *Service) OnDisputed(ctx context.Context, tx *db.Tx, e order.DisputedEvent) error {
	return s.eachOfRound(ctx, tx, e.Order, e.Order.Round, func(r *Record) error {
		if r.Status == Void || r.Status == Suspended {
			return nil
		}
		reason := "服务对象不满意，正在回访"
		return s.step(ctx, tx, r, "suspended", reason, func(r *Record) {
			r.Status, r.Reason, r.CountedAt, r.CountedDay = Suspended, reason, nil, 0
		})
	})
}

// OnResolved ends the suspension: the second person who resolved confirmed the service by call-back, or the order is done again and
// the records of the earlier round are void.
func (s *Service) OnResolved(ctx context.Context, tx *db.Tx, e order.ResolvedEvent) error {
	round := e.Order.Round
	if e.Redo {
		round--
	}
	return s.eachOfRound(ctx, tx, e.Order, round, func(r *Record) error {
		if r.Status != Suspended {
			return nil
		}
		if e.Redo {
			return s.void(ctx, tx, r, "服务对象不满意，重新办理")
		}
		if err := s.step(ctx, tx, r, "resumed", "", func(r *Record) {
			r.Status, r.Reason, r.Confirmed, r.Evidence, r.ConfirmedBy = Pending, "", true, "call_back", e.By
			r.NeedsSecond, r.Why, r.ApprovedBy, r.ApprovedAt = true, "回访后确认，要第二人复核", 0, nil
			if e.By != r.RecordedBy {
				r.ApprovedBy, r.ApprovedAt = e.By, &tx.Now
			}
		}); err != nil {
			return err
		}
		return s.count(ctx, tx, r, false)
	})
}

// eachOfRound takes the records of one round of an order in turn, each volunteer's time locked.
func (s *Service) eachOfRound(ctx context.Context, tx *db.Tx, o order.Order, round int64, do func(*Record) error) error {
	rows, err := ofRound.All(ctx, tx, o.ID, round)
	if err != nil {
		return err
	}
	volunteers := make([]db.ID, len(rows))
	for i, r := range rows {
		volunteers[i] = r.VolunteerID
	}
	if err := attendance.Turn(ctx, tx, volunteers...); err != nil {
		return err
	}
	if rows, err = ofRound.All(ctx, tx, o.ID, round); err != nil {
		return err
	}
	for i := range rows {
		if err := do(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// count makes a confirmed record count, if nothing is missing; must says that a refusal is an error and not a reason to wait. The
// caller holds the volunteer's turn.
func (s *Service) count(ctx context.Context, tx *db.Tx, r *Record, must bool) error {
	v, err := s.judge(ctx, tx, *r)
	if err != nil {
		return err
	}
	return s.countOn(ctx, tx, r, v, must)
}

// countOn is count on a verdict that is there.
func (s *Service) countOn(ctx context.Context, tx *db.Tx, r *Record, v proof.Verdict, must bool) error {
	why, err := missing(ctx, tx, *r, v)
	if err != nil {
		return err
	}
	if why != "" {
		if must {
			return errs.Clash(why)
		}
		if !r.NeedsSecond || r.Why != why {
			r.NeedsSecond, r.Why = true, why
			if err := table.Update(ctx, tx, r); err != nil {
				return err
			}
		}
		return s.byRecord().Queue(ctx, tx, r.ID, r.Region)
	}
	return s.step(ctx, tx, r, "counted", "", func(r *Record) {
		r.Status, r.CountedAt, r.CountedDay, r.Why, r.Reason = Counted, &tx.Now, clock.DayOf(tx.Now), "", ""
		r.Confirmation, r.BeforeRule = Both, 0
		if r.ApprovedBy != 0 {
			r.Confirmation = Reviewed
		}
	})
}

// missing says, for people, what a record still lacks to count; "" when nothing.
func missing(ctx context.Context, tx *db.Tx, r Record, v proof.Verdict) (string, error) {
	approved := r.ApprovedBy != 0 && r.ApprovedBy != r.RecordedBy
	switch {
	case !r.Confirmed:
		return "等服务对象确认", nil
	case !v.Stands:
		return v.Why, nil
	case r.NeedsSecond && !approved:
		return cmp.Or(r.Why, "要第二人复核"), nil
	}
	agreed, err := person.HasConsent(ctx, tx, r.PersonID, person.PurposeVolunteer)
	if err != nil || !agreed {
		return "没有本人同意记录", err
	}
	return dayLimit(ctx, tx, r, approved)
}

// judge asks whether two independent people stand behind the minutes of a record as they are now.
func (s *Service) judge(ctx context.Context, tx *db.Tx, r Record) (proof.Verdict, error) {
	h, err := hands(ctx, tx, r)
	if err != nil {
		return proof.Verdict{}, err
	}
	return proof.Now(tx, s.persons).Judge(ctx, h)
}

// dayLimit says, for people, why the volunteer's day has no room for the record; "" when it has. The limits are settings of at most
// Direct and Most.
func dayLimit(ctx context.Context, tx *db.Tx, r Record, approved bool) (string, error) {
	sum, err := daySum.One(ctx, tx, r.VolunteerID, r.Day, r.ID)
	if err != nil {
		return "", err
	}
	direct, err := setting.Int(ctx, tx, setting.DayMinutesDirect, r.Region)
	if err != nil {
		return "", err
	}
	most, err := setting.Int(ctx, tx, setting.DayMinutesMax, r.Region)
	sum += r.Minutes
	switch {
	case err != nil:
		return "", err
	case sum > most:
		return "当天合计 " + clock.Minutes(sum) + "，超过 " + clock.Minutes(most) + "，不能计入", nil
	case sum > direct && !approved:
		return "当天合计 " + clock.Minutes(sum) + "，超过 " + clock.Minutes(direct) + "，要第二人复核", nil
	}
	return "", nil
}

func (s *Service) void(ctx context.Context, tx *db.Tx, r *Record, reason string) error {
	return s.step(ctx, tx, r, "void", reason, func(r *Record) { r.void(reason) })
}

func (r *Record) void(reason string) {
	r.Status, r.Reason, r.CountedAt, r.CountedDay, r.Why = Void, reason, nil, 0, ""
}

// step changes a record, with its history and trail, and tells those who build on it.
func (s *Service) step(ctx context.Context, tx *db.Tx, r *Record, action, reason string, fn func(*Record)) error {
	return s.records.Alter(ctx, tx, act.Op{Action: "record." + action, Cause: reason}, r, func(_ *db.Tx, r *Record) error {
		fn(r)
		return nil
	})
}

// step is the line of a change in the record's history.
func step(ctx context.Context, tx *db.Tx, op act.Op, was, now Record) line {
	me := auth.From(ctx)
	return line{tx.NewID(), now.ID, now.Version, me.Account, Change{At: tx.Now, Actor: me.Name,
		Action: strings.TrimPrefix(op.Action, "record."), Status: now.Status, MinutesFrom: was.Minutes, Minutes: now.Minutes,
		ContentFrom: was.Content, Content: now.Content, Reason: op.Cause}}
}

// tell writes a change into the record's history, and tells those who build on it.
func (s *Service) tell(ctx context.Context, tx *db.Tx, op act.Op, was, now Record) error {
	was = stood(was, now)
	if err := changeTable.Insert(ctx, tx, step(ctx, tx, op, was, now)); err != nil {
		return err
	}
	if now.Status != Pending {
		if err := s.byRecord().End(ctx, tx, now.ID); err != nil {
			return err
		}
	}
	if now.Status == Void {
		if err := s.unask(ctx, tx, now); err != nil {
			return err
		}
	}
	return s.Changed.Publish(ctx, tx, ChangedEvent{Record: now, Before: was, From: was.Status, MinutesFrom: was.Minutes})
}
