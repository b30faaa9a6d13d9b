// Package visit is how officers look at stations (建设方案 四（一） 督促检查): a visit with the checklist of the day, whose findings the station
// puts right and the inspector looks at again.
//
// Nouns: visit, line, finding, step. Verbs: open, fill, cancel; photograph, rectify, return, close, extend.
package visit

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Permissions.
const (
	View    auth.Perm = "inspection.view"
	Inspect auth.Perm = "inspection.visit"
	Rectify auth.Perm = "inspection.rectify"
)

// Service holds the operations.
type Service struct {
	db       *db.DB
	files    inspection.Files
	standard *standard.Service
}

// New makes the service.
func New(d *db.DB, files inspection.Files, st *standard.Service) *Service {
	return &Service{db: d, files: files, standard: st}
}

// States of an inspection.
const (
	Planned   = "planned"
	Open      = "open"
	Closed    = "closed"
	Cancelled = "cancelled"
)

// Visit is a visit to a station.
type Visit struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	StationID  db.ID       `json:"station_id" db:",once"`
	Station    string      `json:"station" db:",read"`
	Region     auth.Region `json:"region" db:",once"`
	Day        clock.Day   `json:"day" doc:"检查的日子"`
	Purpose    string      `json:"purpose" db:",once"`
	Inspectors string      `json:"inspectors" doc:"到场的人"`
	State      string      `json:"state" doc:"planned 待检查，open 整改中，closed 已办结，cancelled 取消"`
	Note       string      `json:"note"`
	AccountID  db.ID       `json:"-" db:",once"`
	ByName     string      `json:"by_name" db:",once"`
	MadeAt     time.Time   `json:"made_at" db:",once"`
	FilledAt   *time.Time  `json:"filled_at"`
	Findings   int64       `json:"finding_count" db:",read" doc:"问题数"`
	Unclosed   int64       `json:"unclosed" db:",read" doc:"没有办结的问题数"`
}

// visits says how visits are kept.
var visits = act.Kind[Visit]{Object: "inspection", View: View, Table: visitTable, Lock: true,
	Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Visit, error) { return visitByID.Get(ctx, tx, id) },
	Place: Visit.place, State: func(x Visit) string { return x.State }}

func (x Visit) place() auth.Place { return auth.Place{Region: x.Region, Station: x.StationID} }

// Line is one item of the form: as the checklist has it, or as it was answered.
type Line struct {
	VisitID db.ID  `json:"-" db:"inspection_id"`
	N       int64  `json:"-"`
	Item    string `json:"item"`
	Label   string `json:"label"`
	Kind    string `json:"kind"`
	Answer  string `json:"answer" doc:"yes 符合，no 有问题，空为没看"`
	Remark  string `json:"remark"`
	// What the checklist says, while the form is blank.
	Explain string `json:"explain,omitempty" db:"-"`
	// How the item stands in the station's standard today; pages say it beside what was seen.
	Stands string `json:"-" db:"-"`
}

// contrary says where what was seen and the station's standard of today differ: the one is an eye, the other is evidence.
func (l Line) contrary() string {
	switch {
	case l.Answer == "yes" && l.Stands != standard.Has && l.Stands != "":
		return "站点标准里今天还缺：没有在有效期里的证据，要站里交上来才算"
	case l.Answer == "no" && l.Stands == standard.Has:
		return "站点标准里今天算有：后来交了新的证据"
	}
	return ""
}

// Detail is an inspection with its form and findings.
type Detail struct {
	Visit
	Where    string    `json:"where"`
	Lead     string    `json:"lead" doc:"牵头部门"`
	Met      bool      `json:"met" doc:"站点今天达标"`
	Lines    []Line    `json:"lines"`
	Found    []Finding `json:"findings"`
	Due      clock.Day `json:"-"` // proposed for what is found
	Today    clock.Day `json:"-"`
	Managers int       `json:"-"`
	visits   bool
}

// OpenInput plans a visit to a station.
type OpenInput struct {
	StationID  db.ID     `json:"station_id"`
	Day        clock.Day `json:"day" required:"false" doc:"哪一天去；不填为今天"`
	Purpose    string    `json:"purpose" required:"false" maxLength:"100" doc:"检查什么，例如年度督导、回头看"`
	Inspectors string    `json:"inspectors" required:"false" maxLength:"100" doc:"一起去的人"`
}

// Open plans a visit. The station is not told: a visit may come unannounced.
func (s *Service) Open(ctx context.Context, in OpenInput) (Detail, error) {
	op := act.Op{Perm: Inspect, Action: "inspection.open", Cause: in.Purpose}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Detail, err error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if errs.KindOf(err) == errs.NotFound || err == nil && !auth.Can(ctx, Inspect, st.Place()) {
			return out, errs.Field("station_id", "没有这个站点，或者不归您管")
		}
		if err != nil {
			return out, err
		}
		today := clock.DayOf(tx.Now)
		if in.Day == 0 {
			in.Day = today
		}
		c := errs.Check{}
		c.That(st.Status != station.Closed, "station_id", "已经撤销的站点不再检查")
		c.That(in.Day >= today && in.Day <= today.AddDays(366), "day", "今天到一年之内")
		if err := c.Err(); err != nil {
			return out, err
		}
		x := Visit{ID: tx.NewID(), Version: 1, StationID: st.ID, Station: st.Name, Region: st.Region, Day: in.Day, Purpose: in.Purpose,
			Inspectors: in.Inspectors, State: Planned, AccountID: auth.From(ctx).Account, ByName: auth.From(ctx).Name, MadeAt: tx.Now}
		if err := visits.Enter(ctx, tx, op, &x); err != nil {
			return out, err
		}
		return detail(ctx, tx, x)
	})
}

// VisitInput names an inspection.
type VisitInput struct {
	ID db.ID `path:"id"`
}

// Get gives an inspection: the blank form while it is planned, then what was found. A station does not see that a visit is planned.
func (s *Service) Get(ctx context.Context, in VisitInput) (Detail, error) {
	return act.Look(ctx, s.db, &visits, in.ID, func(tx *db.Tx, x Visit) (Detail, error) {
		out, err := detail(ctx, tx, x)
		if err == nil && x.FilledAt == nil && !out.visits {
			return Detail{}, errs.ErrNotFound
		}
		return out, err
	})
}

// change is a change of a visit, and what it is then.
func (s *Service) change(ctx context.Context, op act.Op, fn func(*db.Tx, *Visit) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &visits, op, fn, func(tx *db.Tx, x Visit) (out Detail, err error) {
		if x, err = visitByID.Get(ctx, tx, x.ID); err != nil {
			return out, err
		}
		return detail(ctx, tx, x)
	})
}

func detail(ctx context.Context, tx *db.Tx, x Visit) (out Detail, err error) {
	out = Detail{Visit: x, Today: clock.DayOf(tx.Now), visits: auth.Can(ctx, Inspect, x.place())}
	if out.Where, err = region.FullName(ctx, tx, x.Region); err != nil {
		return out, err
	}
	if out.Lead, err = leadFor(ctx, tx, x.Region); err != nil {
		return out, err
	}
	if out.Found, err = findingsOf.All(ctx, tx, x.ID); err != nil {
		return out, err
	}
	if out.Met, err = met(ctx, tx, x.StationID, out.Today); err != nil {
		return out, err
	}
	who, err := station.Managers(ctx, tx, x.StationID)
	if err != nil {
		return out, err
	}
	out.Managers = len(who)
	if x.FilledAt != nil {
		if out.Lines, err = linesOf.All(ctx, tx, x.ID); err != nil {
			return out, err
		}
		return out, stand(ctx, tx, x, out.Lines)
	}
	if out.Due, err = dueFrom(ctx, tx, out.Today, x.Region); err != nil {
		return out, err
	}
	if out.Lines, err = blank(ctx, tx, x.Region, max(x.Day, out.Today)); err != nil {
		return out, err
	}
	return out, stand(ctx, tx, x, out.Lines)
}

// stand notes beside each line how its item stands in the station's standard.
func stand(ctx context.Context, tx *db.Tx, x Visit, lines []Line) error {
	words, err := standard.Stands(ctx, tx, x.StationID)
	for i := range lines {
		lines[i].Stands = words[lines[i].Item]
	}
	return err
}

// met says whether a station is up to standard.
func met(ctx context.Context, tx *db.Tx, station db.ID, today clock.Day) (bool, error) {
	n, err := metToday.One(ctx, tx, station, today)
	return n > 0, err
}

// leadFor is the leading department of whoever acts: of the division of his seat when it lies above the place, else of the place's banner.
func leadFor(ctx context.Context, tx *db.Tx, at auth.Region) (string, error) {
	if by := auth.From(ctx).Seat(); by != 0 && by.Level() <= auth.LevelTown && by.Contains(at) {
		return inspection.LeadOf(ctx, tx, by)
	}
	return inspection.LeadOf(ctx, tx, at.At(auth.LevelBanner))
}

// blank is the form of a day: the items of the checklist that hold then.
func blank(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) (out []Line, err error) {
	items, err := standard.InForce(ctx, tx, at, day)
	for i, it := range items {
		out = append(out, Line{N: int64(i), Item: it.Code, Label: it.Label, Kind: it.Kind, Explain: it.Explain})
	}
	return out, err
}

// dueFrom proposes until when findings are put right.
func dueFrom(ctx context.Context, tx *db.Tx, today clock.Day, at auth.Region) (clock.Day, error) {
	n, err := setting.Int(ctx, tx, setting.RectifyDays, at)
	return today.AddDays(int(n)), err
}

// AnswerInput is what was seen of one item.
type AnswerInput struct {
	Item   string `json:"item" maxLength:"40"`
	Answer string `json:"answer" required:"false" enum:"yes,no," maxLength:"3" doc:"yes 符合，no 有问题；空为没看"`
	Remark string `json:"remark" required:"false" maxLength:"300" doc:"有什么问题"`
}

// FillInput is the filled form. It may come later than the visit, from a phone that had no network.
type FillInput struct {
	ID         db.ID         `path:"id"`
	Version    int64         `json:"version" minimum:"1"`
	Inspectors string        `json:"inspectors" required:"false" maxLength:"100"`
	Answers    []AnswerInput `json:"answers" maxItems:"100"`
	Others     string        `json:"others" required:"false" maxLength:"2000" doc:"清单以外的问题，一行一个，每行最多 300 字"`
	Note       string        `json:"note" required:"false" maxLength:"1000" doc:"总的情况"`
	DueDay     clock.Day     `json:"due_day" required:"false" doc:"整改期限；不填按设置"`
}

// Fill takes the form: what is right confirms the station's evidence, what is wrong ends it from today and becomes a finding; the
// managers are told. A visit without a finding is closed at once.
func (s *Service) Fill(ctx context.Context, in FillInput) (Detail, error) {
	op := act.Op{Perm: Inspect, Action: "inspection.fill", ID: in.ID, Version: in.Version, From: []string{Planned}, Wrong: "这次检查已经记过"}
	return s.change(ctx, op, func(tx *db.Tx, x *Visit) error {
		today := clock.DayOf(tx.Now)
		lines, err := blank(ctx, tx, x.Region, today) // the checklist is that of the day on which it is filled
		if err != nil {
			return err
		}
		if in.DueDay == 0 {
			if in.DueDay, err = dueFrom(ctx, tx, today, x.Region); err != nil {
				return err
			}
		}
		found, err := in.check(lines, today)
		if err != nil {
			return err
		}
		x.Day, x.Inspectors, x.Note, x.FilledAt, x.State = today, in.Inspectors, in.Note, &tx.Now, Closed
		if len(found) > 0 {
			x.State = Open
		}
		return s.store(ctx, tx, *x, lines, found)
	})
}

// check puts the answers into the lines and gives the findings.
func (in FillInput) check(lines []Line, today clock.Day) (found []Finding, err error) {
	at := map[string]int{}
	for i, l := range lines {
		at[l.Item] = i
	}
	c, seen := errs.Check{}, 0
	for n, a := range in.Answers {
		i, ok := at[a.Item]
		c.That(ok, fmt.Sprintf("answers.%d.item", n), "清单里没有这一项，或者填了两次")
		c.That(a.Answer != "no" || strings.TrimSpace(a.Remark) != "", fmt.Sprintf("answers.%d.remark", n), "请写明有什么问题")
		if !ok || a.Answer == "" {
			continue
		}
		delete(at, a.Item)
		seen++
		lines[i].Answer, lines[i].Remark = a.Answer, a.Remark
		if a.Answer == "no" {
			found = append(found, Finding{Item: a.Item, Label: lines[i].Label, Problem: a.Remark})
		}
	}
	for _, line := range inspection.Paragraphs(in.Others) {
		c.That(utf8.RuneCountInString(line) <= 300, "others", "一个问题最多 300 个字")
		found = append(found, Finding{Label: "清单以外的问题", Problem: line})
	}
	for i := range found {
		found[i].DueDay = in.DueDay
	}
	c.That(seen > 0, "answers", "至少看一项")
	c.That(len(found) == 0 || in.DueDay >= today && in.DueDay <= today.AddDays(366), "due_day", "今天到一年之内")
	return found, c.Err()
}

// store writes the lines and findings, carries them to the station's standard, and tells the managers.
func (s *Service) store(ctx context.Context, tx *db.Tx, x Visit, lines []Line, found []Finding) error {
	for i := range lines {
		lines[i].VisitID = x.ID
	}
	if err := lineTable.InsertAll(ctx, tx, lines); err != nil {
		return err
	}
	st, err := station.Get(ctx, tx, x.StationID)
	if err != nil {
		return err
	}
	var judged []standard.Finding
	for _, l := range lines {
		if l.Answer != "" {
			judged = append(judged, standard.Finding{Item: l.Item, OK: l.Answer, Remark: l.Remark})
		}
	}
	if err := s.standard.Judge(ctx, tx, st, judged); err != nil {
		return err
	}
	words := make([]string, len(found))
	for i, f := range found {
		f.ID, f.Version, f.InspectionID, f.StationID, f.Region, f.State, f.MadeAt = tx.NewID(), 1, x.ID, x.StationID, x.Region, Unmended, tx.Now
		if err := findingTable.Insert(ctx, tx, f); err != nil {
			return err
		}
		if err := step(ctx, tx, f.ID, "found", f.Problem, 0); err != nil {
			return err
		}
		words[i] = f.Label + "（" + f.Problem + "）"
	}
	if len(found) == 0 {
		return nil
	}
	return inspection.NotifyManagers(ctx, tx, x.StationID, notify.Message{Title: fmt.Sprintf("督导检查：有 %d 个问题要整改", len(found)),
		Text: st.Name + "，" + found[0].DueDay.Words(ctx) + "前：" + strings.Join(words, "、"), Link: "/desk/findings"})
}

// CancelInput gives up a planned visit.
type CancelInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Cancel gives up a visit that was planned.
func (s *Service) Cancel(ctx context.Context, in CancelInput) (Detail, error) {
	op := act.Op{Perm: Inspect, Action: "inspection.cancel", ID: in.ID, Version: in.Version, Cause: in.Reason, From: []string{Planned},
		Wrong: "已经记过的检查不能取消"}
	return s.change(ctx, op, func(_ *db.Tx, x *Visit) error {
		x.State, x.Note = Cancelled, in.Reason
		return nil
	})
}

// ListInput asks for the inspections of a division.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	State  string      `query:"state" set:"inspection.state," maxLength:"10"`
	Q      string      `query:"q" maxLength:"40" doc:"站点名称里的字"`
	db.Paging
}

// Visits is one page of them.
type Visits struct {
	In       ListInput         `json:"-"`
	Lead     string            `json:"-"`
	Stations []station.Station `json:"-"` // to plan a visit to
	Today    clock.Day         `json:"-"`
	db.Page[Visit]
}

// List gives inspections, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Visits, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Visits, err error) {
		out.In, out.Today = in, clock.Today(ctx)
		scope := auth.ScopeOf(ctx, View)
		if out.Page, err = visitList.Page(ctx, tx, visitSearch{in, scope, !auth.Holds(ctx, Inspect)}, in.Paging); err != nil {
			return out, err
		}
		if out.Lead, err = inspection.LeadOf(ctx, tx, inspection.Seat(ctx)); err != nil {
			return out, err
		}
		out.Stations, err = inspection.Stations(ctx, tx, auth.ScopeOf(ctx, Inspect), in.Q)
		return out, err
	})
}
