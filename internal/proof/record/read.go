package record

import (
	"context"
	"fmt"
	"time"

	"linli/internal/civic/proof"
	"linli/internal/civic/second"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
	"linli/internal/work/attendance"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// CountedOf gives the records of a volunteer that count on days from–to, both included, in the order of time.
func CountedOf(ctx context.Context, tx *db.Tx, volunteerID db.ID, from, to clock.Day) ([]Record, error) {
	return counted.All(ctx, tx, volunteerID, from, to)
}

// Load gives one record for an area above; NotFound when there is none.
func Load(ctx context.Context, tx *db.Tx, id db.ID) (Record, error) { return byID.Get(ctx, tx, id) }

// GetInput names a record.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a record with its history and corrections.
type Detail struct {
	Record
	History     []Change               `json:"history"`
	Corrections []Correction           `json:"corrections"`
	Checks      []Freeze               `json:"checks" doc:"有人提出疑问、核实过几次，最近的在前"`
	Session     *attendance.Attendance `json:"attendance"`
	RecordedBy  string                 `json:"recorded_by"`
	ConfirmedBy string                 `json:"confirmed_by"`
	ApprovedBy  string                 `json:"approved_by"`
	Today       clock.Day              `json:"-"`
	Mine        bool                   `json:"-"`
	MayAsk      bool                   `json:"-"`
	MayReview   bool                   `json:"-"`
	Waits       *second.Wait           `json:"waits" doc:"等谁复核；不在等复核时没有"`
	Cannot      string                 `json:"-"` // why the reader, who looks at others' records, may not look at this one
	NoVoid      string                 `json:"-"` // why the reader, who looks at others' records, may not make this one void
	Asks        second.Standing        `json:"-"` // how the correction that was asked for stands to the reader
}

// Asked is the correction that waits, or nil.
func (d Detail) Asked() *Correction {
	for i := range d.Corrections {
		if d.Corrections[i].State == "open" {
			return &d.Corrections[i]
		}
	}
	return nil
}

// Get gives one record.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Detail, err error) {
		r, err := byID.Get(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, View, View, r.place()); err != nil {
			return out, err
		}
		return s.detail(ctx, tx, r)
	})
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, r Record) (out Detail, err error) {
	out = Detail{Record: r, Today: clock.DayOf(tx.Now), Mine: auth.From(ctx).Person == r.PersonID,
		MayAsk: auth.Can(ctx, Correct, r.place()), MayReview: auth.Can(ctx, Review, r.place())}
	if out.History, err = changesOf.All(ctx, tx, r.ID); err != nil {
		return out, err
	}
	if out.Corrections, err = correctionsOf.All(ctx, tx, r.ID); err != nil {
		return out, err
	}
	if out.Corrections == nil {
		out.Corrections = []Correction{}
	}
	if out.Checks, err = freezesOf.All(ctx, tx, r.ID); err != nil {
		return out, err
	}
	if out.Checks == nil {
		out.Checks = []Freeze{}
	}
	if r.AttendanceID != 0 {
		a, err := attendance.Get(ctx, tx, r.AttendanceID)
		if err != nil {
			return out, err
		}
		out.Session = &a
	}
	for _, who := range []struct {
		id   db.ID
		name *string
	}{{r.RecordedBy, &out.RecordedBy}, {r.ConfirmedBy, &out.ConfirmedBy}, {r.ApprovedBy, &out.ApprovedBy}} {
		if *who.name, err = accountName(ctx, tx, who.id); err != nil {
			return out, err
		}
	}
	if err := s.awaited(ctx, tx, &out); err != nil {
		return out, err
	}
	if out.MayReview {
		if out.MayReview, _, err = refused(turn(ctx, tx, s.byRecord(), r.ID)); err != nil {
			return out, err
		}
	}
	if out.MayReview && r.Status != Void {
		if _, out.NoVoid, err = refused(s.mayVoid(ctx, tx, r)); err != nil {
			return out, err
		}
	}
	return out, s.askedOf(ctx, tx, &out)
}

// refused tells a refusal, in words, from a fault.
func refused(err error) (may bool, why string, fault error) {
	if errs.KindOf(err) == errs.Denied {
		return false, err.Error(), nil
	}
	return err == nil, "", err
}

// awaited adds who is to look at a record that waits, and why the reader is not it.
func (s *Service) awaited(ctx context.Context, tx *db.Tx, d *Detail) error {
	w, there, err := s.byRecord().Of(ctx, tx, d.ID)
	if err != nil || !there {
		return err
	}
	d.Waits = &w
	if !d.MayReview {
		return nil
	}
	h, err := hands(ctx, tx, d.Record)
	if err == nil {
		if err = turn(ctx, tx, s.byRecord(), d.ID); err == nil {
			_, err = s.look(ctx, tx, d.Record, h)
		}
	}
	_, d.Cannot, err = refused(err)
	return err
}

// askedOf adds with whom the correction that was asked for waits, and why the reader may not decide over it.
func (s *Service) askedOf(ctx context.Context, tx *db.Tx, d *Detail) (err error) {
	c := d.Asked()
	if c == nil {
		return nil
	}
	if d.Asks.Wait, _, err = s.byAsk().Of(ctx, tx, c.ID); err != nil || !auth.Can(ctx, Review, d.place()) {
		return err
	}
	if err = turn(ctx, tx, s.byAsk(), c.ID); err == nil {
		_, err = s.mayDecide(ctx, tx, d.Record, *c)
	}
	d.Asks.Mine, d.Asks.Why, err = refused(err)
	return err
}

// OfVolunteerInput asks for one volunteer's records.
type OfVolunteerInput struct {
	ID     db.ID     `path:"id"`
	Status string    `query:"status" set:"service_record.status," maxLength:"10"`
	From   clock.Day `query:"from"`
	To     clock.Day `query:"to"`
	db.Paging
}

// Totals are sums over all of a volunteer's records.
type Totals struct {
	Minutes          int64 `json:"minutes" doc:"已计入"`
	Times            int64 `json:"times"`
	PendingMinutes   int64 `json:"pending_minutes"`
	PendingTimes     int64 `json:"pending_times"`
	SuspendedMinutes int64 `json:"suspended_minutes"`
}

// Month is the sum of one month, 202611.
type Month struct {
	Month   int64
	N       int64
	Minutes int64
}

// OfVolunteer is a page of one volunteer's records, with his sums.
type OfVolunteer struct {
	db.Page[Record]
	Totals Totals `json:"totals"`
}

// OfVolunteer lists the records of one volunteer, the newest first.
func (s *Service) OfVolunteer(ctx context.Context, in OfVolunteerInput) (OfVolunteer, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out OfVolunteer, err error) {
		v, err := volunteer.Get(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, View, View, auth.Place{Region: v.Region, Station: v.StationID, Persons: []db.ID{v.PersonID}}); err != nil {
			return out, err
		}
		return ofVolunteer(ctx, tx, v.ID, in)
	})
}

// ofVolunteer reads without asking for the place of each record: who may see the volunteer sees all of his services.
func ofVolunteer(ctx context.Context, tx *db.Tx, id db.ID, in OfVolunteerInput) (out OfVolunteer, err error) {
	all := scoped{ListInput{VolunteerID: id, Status: in.Status, From: in.From, To: in.To},
		auth.ScopeOf(auth.AsSystem(ctx, "records of one volunteer"), View), clock.DayOf(tx.Now)}
	if out.Page, err = list.Page(ctx, tx, all, in.Paging); err != nil {
		return out, err
	}
	sums, err := totalsOf.All(ctx, tx, id)
	for _, t := range sums {
		switch t.Status {
		case Counted:
			out.Totals.Minutes, out.Totals.Times = t.Minutes, t.N
		case Pending:
			out.Totals.PendingMinutes, out.Totals.PendingTimes = t.Minutes, t.N
		case Suspended:
			out.Totals.SuspendedMinutes = t.Minutes
		}
	}
	return out, err
}

// HoursInput asks for one's own hours.
type HoursInput struct{ db.Paging }

// Hours is the page of one's own hours.
type Hours struct {
	OfVolunteer
	Volunteer volunteer.Volunteer
	Months    []Month
	Known     bool // whether the reader is a volunteer
}

// Mine gives the actor's own records (民政部令第67号 art. 12).
func (s *Service) Mine(ctx context.Context, in HoursInput) (Hours, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Hours, err error) {
		if out.Volunteer, out.Known, err = volunteer.OfPerson(ctx, tx, auth.From(ctx).Person); err != nil || !out.Known {
			return out, err
		}
		if out.OfVolunteer, err = ofVolunteer(ctx, tx, out.Volunteer.ID, OfVolunteerInput{Paging: in.Paging}); err != nil {
			return out, err
		}
		out.Months, err = monthsOf.All(ctx, tx, out.Volunteer.ID)
		return out, err
	})
}

// ListInput asks for the records of the actor's scope.
type ListInput struct {
	Status      string    `query:"status" set:"service_record.status," maxLength:"10"`
	VolunteerID db.ID     `query:"volunteer_id"`
	From        clock.Day `query:"from"`
	To          clock.Day `query:"to"`
	Overdue     bool      `query:"overdue" doc:"过了十个工作日还没有计入的"`
	Second      bool      `query:"second" doc:"等第二人复核的"`
	Q           string    `query:"q" maxLength:"60" doc:"姓名、志愿者编号或活动名称"`
	db.Paging
}

// Figures are the timeliness of a scope over a span of days. Due are the records whose ten working days are over or that count
// already; InTime of them counted in time (民政部令第67号 art. 11).
type Figures struct {
	Records int64 `json:"records"`
	Pending int64 `json:"pending"`
	Overdue int64 `json:"overdue"`
	Due     int64 `json:"due"`
	InTime  int64 `json:"in_time"`
}

// Rate is the share recorded in time in per cent with one digit, “—” when nothing is due.
func (f Figures) Rate() string {
	if f.Due == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f", float64(f.InTime)*100/float64(f.Due))
}

// Records is a page of records with the figures of the last twelve months.
type Records struct {
	db.Page[Record]
	Figures Figures   `json:"figures"`
	In      ListInput `json:"-"`
	Today   clock.Day `json:"-"`
}

// List gives the records of the actor's stations or region.
func (s *Service) List(ctx context.Context, in ListInput) (Records, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Records, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		scope := auth.ScopeOf(ctx, View)
		if out.Page, err = list.Page(ctx, tx, scoped{in, scope, out.Today}, in.Paging); err != nil {
			return out, err
		}
		from, to := in.From, in.To
		if from == 0 {
			from = clock.DayOf(tx.Now.AddDate(-1, 0, 0))
		}
		if to == 0 {
			to = out.Today
		}
		out.Figures, err = figures.One(ctx, tx, stretch{scope, from, to, out.Today})
		return out, err
	})
}

// Waiting is the second person's list: all that waits for this reader. What of his scope waits for somebody else stands apart, with why.
type Waiting struct {
	Orders      order.SecondPart
	Records     db.Page[Record]
	Sheets      []attendance.Sheet
	Corrections []AskedLine
	Others      []second.Other
}

// AskedLine is a correction asked for, in the second person's list.
type AskedLine struct {
	ID         db.ID
	RecordID   db.ID
	Minutes    int64
	NowMinutes int64
	Content    string
	Reason     string
	AskedAt    time.Time
	Name       string
	Title      string
	Day        clock.Day
}

// WaitingInput pages through the records that wait.
type WaitingInput struct{ db.Paging }

// Waiting lists what waits for the actor as a second person, the most urgent first.
func (s *Service) Waiting(ctx context.Context, in WaitingInput) (Waiting, error) {
	return act.Read(ctx, s.db, order.Second, func(tx *db.Tx) (out Waiting, err error) {
		if out.Orders, out.Others, err = order.SecondRows(ctx, tx, s.persons); err != nil {
			return out, err
		}
		if auth.Allow(ctx, Review) != nil {
			return out, nil
		}
		if out.Records, err = s.mine(ctx, tx, in.Paging); err != nil {
			return out, err
		}
		return out, s.rest(ctx, tx, &out)
	})
}

// mine is a page of the waiting records for which the actor may be the second person: pages are read until one holds any.
func (s *Service) mine(ctx context.Context, tx *db.Tx, in db.Paging) (out db.Page[Record], err error) {
	for bench := proof.Now(tx, s.persons); ; {
		page, err := waiting.Page(ctx, tx, waitingFor(ctx), in)
		if err != nil {
			return out, err
		}
		for _, r := range page.Items {
			h, err := hands(ctx, tx, r)
			if err != nil {
				return out, err
			}
			switch _, err := s.lookOn(ctx, tx, bench, r, h); {
			case err == nil:
				out.Items = append(out.Items, r)
			case errs.KindOf(err) != errs.Denied:
				return out, err
			}
		}
		if out.Next = page.Next; len(out.Items) > 0 || page.Next == nil {
			return out, nil
		}
		in.Cursor = *page.Next
	}
}

// Handed is a record as a register that is handed on has it.
type Handed struct {
	ID                 db.ID
	VolunteerNo, Name  string
	Region             auth.Region
	Title, Category    string
	StartedAt, EndedAt time.Time
	Place, Content     string
	Unit, Leader       string
}

// Each calls fn for every record of the actor's scope that is not void, in the order in which they came, without keeping them.
func (s *Service) Each(ctx context.Context, fn func(Handed) error) error {
	_, err := act.Read(ctx, s.db, View, func(tx *db.Tx) (struct{}, error) {
		return struct{}{}, handed.Each(ctx, tx, auth.ScopeOf(ctx, View), fn)
	})
	return err
}

// ExportMost is how many rows one export holds.
const ExportMost = 20000

// ExportInput asks for the list as a file.
type ExportInput struct {
	Format string `query:"format" enum:"xlsx,csv" default:"xlsx" maxLength:"4"`
	ListInput
}

// Export writes the list as XLSX or CSV, each cell guarded against being read as a formula. It is in the trail.
func (s *Service) Export(ctx context.Context, in ExportInput) (out blob.File, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		rows, err := exported.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View), clock.DayOf(tx.Now)}, ExportMost+1)
		if err != nil {
			return err
		}
		if len(rows) > ExportMost {
			return errs.Field("from", fmt.Sprintf("超过 %d 行，请缩小日期范围", ExportMost))
		}
		table := [][]string{{"志愿者编号", "姓名", "活动名称", "类别", "日期", "开始", "结束", "服务时间（分钟）", "地点", "服务内容", "活动组织单位", "活动负责人", "状态", "确认方式", "应记录到"}}
		for _, r := range rows {
			table = append(table, []string{r.VolunteerNo, r.Name, r.Title, catalogue.Categories.Word(r.Category), r.Day.String(),
				clock.Hour(r.StartedAt), clock.Hour(r.EndedAt), fmt.Sprint(r.Minutes), r.Place, r.Content, r.Unit, r.Leader, r.Status.Word(),
				r.Confirmation.Word(), r.DueDay.String()})
		}
		if out, err = sheet.File(in.Format, "服务记录-"+clock.DayOf(tx.Now).String(), sheet.Plain(table)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{Action: "record.export", Object: "record",
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	return out, err
}
