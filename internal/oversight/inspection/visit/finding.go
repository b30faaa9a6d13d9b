package visit

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// States of a finding.
const (
	Unmended = "open"
	Mended   = "done"
	Settled  = "closed"
)

// Finding is something to be put right by a day.
type Finding struct {
	ID           db.ID       `json:"id"`
	Version      int64       `json:"version"`
	InspectionID db.ID       `json:"inspection_id" db:",once"`
	StationID    db.ID       `json:"station_id" db:",once"`
	Station      string      `json:"station" db:",read"`
	Region       auth.Region `json:"region" db:",once"`
	Item         string      `json:"item" db:",once" doc:"站点标准清单里的项；清单以外的为空"`
	Label        string      `json:"label" db:",once"`
	Problem      string      `json:"problem" db:",once"`
	DueDay       clock.Day   `json:"due_day"`
	State        string      `json:"state" doc:"open 待整改，done 待复查，closed 已办结"`
	RectifiedBy  db.ID       `json:"-"`
	ClosedBy     db.ID       `json:"-"`
	ClosedAt     *time.Time  `json:"closed_at"`
	Reminded     int64       `json:"-"` // 1: that it is soon due; 2: that it is overdue
	MadeAt       time.Time   `json:"made_at" db:",once"`
}

// findings says how findings are kept. What happened to one, in whose words, is in its steps.
var findings = act.Kind[Finding]{Object: "inspection_finding", View: View, Table: findingTable, Lock: true,
	Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Finding, error) { return findingByID.Get(ctx, tx, id) },
	Place: Finding.place, State: func(f Finding) string { return f.State }}

// pictured are findings to which a photograph is added: each stays as it was, so that photographs may arrive in any order.
var pictured = act.Kind[Finding]{Object: findings.Object, View: View, Load: findings.Load, Place: findings.Place, State: findings.State,
	Save: func(context.Context, *db.Tx, *Finding) error { return nil }, ID: func(f Finding) db.ID { return f.ID }}

func (f Finding) place() auth.Place { return auth.Place{Region: f.Region, Station: f.StationID} }

// Overdue says that the day is over and the finding is not closed.
func (f Finding) Overdue(today clock.Day) bool { return f.State != Settled && f.DueDay < today }

// Step is something that happened to a finding.
type Step struct {
	ID        db.ID     `json:"id"`
	FindingID db.ID     `json:"-"`
	Action    string    `json:"action" doc:"found 发现，photo 照片，rectified 整改，returned 复查不通过，closed 办结，extended 改期"`
	Text      string    `json:"text"`
	BlobID    db.ID     `json:"file" doc:"照片或文件；没有时为空"`
	AccountID db.ID     `json:"-"`
	ByName    string    `json:"by_name"`
	At        time.Time `json:"at"`
}

// FindingDetail is a finding with its history.
type FindingDetail struct {
	Finding
	Steps     []Step    `json:"steps"`
	Accepts   string    `json:"accepts" doc:"这一项要什么证据：photo、document、text"`
	How       string    `json:"how" doc:"怎么补"`
	Met       bool      `json:"met" doc:"站点今天达标"`
	Day       clock.Day `json:"-"`
	Today     clock.Day `json:"-"`
	visits    bool
	rectifies bool
}

// FindingInput names a finding.
type FindingInput struct {
	ID db.ID `path:"id"`
}

// Finding gives a finding with its history.
func (s *Service) Finding(ctx context.Context, in FindingInput) (FindingDetail, error) {
	return act.Look(ctx, s.db, &findings, in.ID, func(tx *db.Tx, f Finding) (FindingDetail, error) { return findingDetail(ctx, tx, f) })
}

func findingDetail(ctx context.Context, tx *db.Tx, f Finding) (out FindingDetail, err error) {
	out = FindingDetail{Finding: f, Today: clock.DayOf(tx.Now), visits: auth.Can(ctx, Inspect, f.place()),
		rectifies: auth.Can(ctx, Rectify, f.place())}
	i, err := f.listed(ctx, tx)
	if err != nil {
		return out, err
	}
	out.Accepts, out.How = cmp.Or(i.Accepts, "document"), i.How
	if out.Met, err = met(ctx, tx, f.StationID, out.Today); err != nil {
		return out, err
	}
	out.Steps, err = stepsOf.All(ctx, tx, f.ID)
	return out, err
}

// listed is the item of today's checklist that a finding is of, none for what stands on no list.
func (f Finding) listed(ctx context.Context, tx *db.Tx) (item standard.Item, err error) {
	items, err := standard.InForce(ctx, tx, f.Region, clock.DayOf(tx.Now))
	if i := slices.IndexFunc(items, func(i standard.Item) bool { return i.Code == f.Item }); i >= 0 {
		item = items[i]
	}
	return item, err
}

// onChecklist calls fn with the station of a finding that is of an item of its standard.
func (f Finding) onChecklist(ctx context.Context, tx *db.Tx, fn func(station.Station) error) error {
	item, err := f.listed(ctx, tx)
	if err != nil || item.How == "" {
		return err
	}
	st, err := station.Get(ctx, tx, f.StationID)
	if err != nil {
		return err
	}
	return fn(st)
}

// step writes what happened to a finding.
func step(ctx context.Context, tx *db.Tx, finding db.ID, action, text string, file db.ID) error {
	who := auth.From(ctx)
	return stepTable.Insert(ctx, tx, Step{ID: tx.NewID(), FindingID: finding, Action: action, Text: text, BlobID: file, AccountID: who.Account,
		ByName: who.Name, At: tx.Now})
}

// move is a change of a finding, after which people are reminded anew; after writes its step and does what follows from it.
func (s *Service) move(ctx context.Context, op act.Op, fn func(*db.Tx, *Finding) error, after func(*db.Tx, Finding) error) (
	FindingDetail, error) {
	return act.ChangeTo(ctx, s.db, &findings, op, func(tx *db.Tx, f *Finding) error {
		f.Reminded = 0
		return fn(tx, f)
	}, func(tx *db.Tx, f Finding) (out FindingDetail, err error) {
		if err := after(tx, f); err != nil {
			return out, err
		}
		return findingDetail(ctx, tx, f)
	})
}

// PhotoInput adds a photograph to a finding.
type PhotoInput struct {
	ID   db.ID       `path:"id"`
	Text string      `json:"text" required:"false" maxLength:"100" doc:"照片里是什么"`
	File blob.Upload `json:"file"`
}

// Photo adds the inspector's photograph, one at a time: on a bad network each that arrived stays.
func (s *Service) Photo(ctx context.Context, in PhotoInput) (FindingDetail, error) {
	op := act.Op{Perm: Inspect, Action: "inspection.photo", ID: in.ID, From: []string{Unmended, Mended}, Wrong: "已经办结，不再加照片",
		Check: func() (err error) { in.File, err = photo(in.File); return err }}
	return act.ChangeTo(ctx, s.db, &pictured, op, func(tx *db.Tx, f *Finding) error {
		steps, err := stepsOf.All(ctx, tx, f.ID)
		if err != nil {
			return err
		}
		if len(steps) >= 60 {
			return errs.WrongState("照片太多了")
		}
		return s.keep(ctx, tx, *f, "photo", in.Text, in.File)
	}, func(tx *db.Tx, f Finding) (FindingDetail, error) { return findingDetail(ctx, tx, f) })
}

// keep writes a step with what was attached to it.
func (s *Service) keep(ctx context.Context, tx *db.Tx, f Finding, action, text string, up blob.Upload) error {
	kept, err := s.files.Keep(ctx, tx, up, "inspection_finding", f.ID, f.Region)
	if err != nil {
		return err
	}
	return step(ctx, tx, f.ID, action, text, kept)
}

// photo takes an image alone.
func photo(up blob.Upload) (blob.Upload, error) {
	switch {
	case len(up.Data) == 0:
		return up, errs.Field("file", "请选一张照片")
	case bytes.HasPrefix(up.Data, []byte("%PDF-")):
		return up, errs.Field("file", "这里要照片")
	}
	return inspection.Clean(up)
}

// RectifyInput is the station's word that a finding is put right, with its evidence.
type RectifyInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	Text    string      `json:"text" minLength:"1" maxLength:"300" doc:"怎么整改的"`
	File    blob.Upload `json:"file" required:"false"`
}

func (in *RectifyInput) check() (err error) {
	if in.File, err = inspection.Clean(in.File); err != nil {
		return err
	}
	if strings.TrimSpace(in.Text) == "" {
		return errs.Field("text", "请写明怎么整改的")
	}
	return nil
}

// Rectify takes what the station did. For an item of the checklist it is new evidence at the same time, so that the station's standard
// changes the same minute. The inspector is told.
func (s *Service) Rectify(ctx context.Context, in RectifyInput) (FindingDetail, error) {
	op := act.Op{Perm: Rectify, Action: "inspection.rectify", ID: in.ID, Version: in.Version, From: []string{Unmended},
		Wrong: "已经交过整改，等复查", Check: in.check}
	return s.move(ctx, op, func(tx *db.Tx, f *Finding) error {
		f.State, f.RectifiedBy = Mended, auth.From(ctx).Account
		return f.onChecklist(ctx, tx, func(st station.Station) error {
			return s.standard.Add(ctx, tx, st, standard.SubmitInput{ID: f.StationID, Item: f.Item, Text: in.Text, File: in.File})
		})
	}, func(tx *db.Tx, f Finding) error {
		if err := s.keep(ctx, tx, f, "rectified", in.Text, in.File); err != nil {
			return err
		}
		return tellInspector(ctx, tx, f, "有一个问题已整改，请复查", in.Text)
	})
}

// tellManagers leaves a message for the managers of the station.
func tellManagers(ctx context.Context, tx *db.Tx, f Finding, title, text string) error {
	return inspection.NotifyManagers(ctx, tx, f.StationID,
		notify.Message{Title: title, Text: f.Label + "：" + text, Link: myFindingAt(f.ID)})
}

// tellInspector leaves a message for whoever made the inspection.
func tellInspector(ctx context.Context, tx *db.Tx, f Finding, title, text string) error {
	x, err := visitByID.One(ctx, tx, f.InspectionID)
	if err != nil || x.AccountID == 0 {
		return err
	}
	return inspection.Notify(ctx, tx, []db.ID{x.AccountID}, notify.Message{Title: title, Text: f.Station + "，" + f.Label + "：" + text,
		Link: findingAt(f.ID)})
}

// JudgeInput is what the recheck found.
type JudgeInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Text    string `json:"text" required:"false" maxLength:"300"`
}

// Close ends a finding after a second look. Of several officers who close it at once one does; whoever put it right does not judge it
// himself. With its last finding the inspection is closed too.
func (s *Service) Close(ctx context.Context, in JudgeInput) (FindingDetail, error) {
	op := act.Op{Perm: Inspect, Action: "inspection.close", ID: in.ID, Version: in.Version, From: []string{Mended}, Wrong: "站点交了整改才能办结"}
	return s.move(ctx, op, func(tx *db.Tx, f *Finding) error {
		who := auth.From(ctx).Account
		if f.RectifiedBy == who && who != 0 {
			return errs.Deny("自己整改的，由别人复查")
		}
		f.State, f.ClosedBy, f.ClosedAt = Settled, who, &tx.Now
		return nil
	}, func(tx *db.Tx, f Finding) error {
		if err := step(ctx, tx, f.ID, "closed", in.Text, 0); err != nil {
			return err
		}
		// Whoever closes the last finding closes the inspection, so two who close two findings must see one another.
		if _, err := lockVisit.Run(ctx, tx, f.InspectionID); err != nil {
			return err
		}
		if _, err := closeVisit.Run(ctx, tx, f.InspectionID); err != nil {
			return err
		}
		return tellManagers(ctx, tx, f, "督导检查：有一个问题办结了", f.Problem)
	})
}

// Return says that the recheck found it not put right, and gives a new day. For an item of the checklist the evidence counts no longer.
func (s *Service) Return(ctx context.Context, in ReturnInput) (FindingDetail, error) {
	op := act.Op{Perm: Inspect, Action: "inspection.return", ID: in.ID, Version: in.Version, From: []string{Mended}, Wrong: "站点还没有交整改",
		Check: func() error { return in.check(clock.Today(ctx)) }}
	return s.move(ctx, op, func(tx *db.Tx, f *Finding) error {
		f.State, f.DueDay, f.RectifiedBy = Unmended, in.DueDay, 0
		return f.onChecklist(ctx, tx, func(st station.Station) error {
			return s.standard.Judge(ctx, tx, st, []standard.Finding{{Item: f.Item, OK: "no", Remark: in.Text}})
		})
	}, func(tx *db.Tx, f Finding) error {
		if err := step(ctx, tx, f.ID, "returned", in.Text, 0); err != nil {
			return err
		}
		return tellManagers(ctx, tx, f, "督导检查：复查没有通过，请再整改", in.Text)
	})
}

// ReturnInput gives a finding back to the station, or a later day.
type ReturnInput struct {
	ID      db.ID     `path:"id"`
	Version int64     `json:"version" minimum:"1"`
	Text    string    `json:"text" minLength:"1" maxLength:"200" doc:"原因"`
	DueDay  clock.Day `json:"due_day" doc:"新的期限"`
}

func (in ReturnInput) check(today clock.Day) error {
	c := errs.Check{}
	c.That(in.DueDay >= today && in.DueDay <= today.AddDays(366), "due_day", "今天到一年之内")
	c.That(strings.TrimSpace(in.Text) != "", "text", "请写明原因")
	return c.Err()
}

// Extend gives a finding another day, with the reason.
func (s *Service) Extend(ctx context.Context, in ReturnInput) (FindingDetail, error) {
	op := act.Op{Perm: Inspect, Action: "inspection.extend", ID: in.ID, Version: in.Version, From: []string{Unmended}, Wrong: "待整改的问题才能改期",
		Check: func() error { return in.check(clock.Today(ctx)) }}
	return s.move(ctx, op, func(_ *db.Tx, f *Finding) error {
		f.DueDay = in.DueDay
		return nil
	}, func(tx *db.Tx, f Finding) error {
		if err := step(ctx, tx, f.ID, "extended", in.DueDay.String()+"，"+in.Text, 0); err != nil {
			return err
		}
		return tellManagers(ctx, tx, f, "督导检查：整改期限改了", in.DueDay.Words(ctx))
	})
}

// FindingsInput asks for the findings of a division.
type FindingsInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	State  string      `query:"state" enum:"open,done,closed,overdue," maxLength:"10" doc:"overdue 为过期没办结的；不填为没办结的和办结的"`
	db.Paging
}

// Findings is one page of them.
type Findings struct {
	In      FindingsInput `json:"-"`
	Today   clock.Day     `json:"-"`
	Overdue int64         `json:"overdue" doc:"过期没办结的一共几个"`
	base    string
	db.Page[Finding]
}

// Findings lists findings, those due first before all.
func (s *Service) Findings(ctx context.Context, in FindingsInput) (Findings, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Findings, err error) {
		out.In, out.Today = in, clock.Today(ctx)
		search := findingSearch{in, auth.ScopeOf(ctx, View), out.Today}
		if out.Page, err = findingList.Page(ctx, tx, search, in.Paging); err != nil {
			return out, err
		}
		out.Overdue, err = overdue.One(ctx, tx, search)
		return out, err
	})
}

// settled is the first part of the order of findings: what is closed comes last.
func settled(f Finding) int64 {
	if f.State == Settled {
		return 1
	}
	return 0
}

// StepFileInput names a step.
type StepFileInput struct {
	ID db.ID `path:"id"`
}

// StepFile gives the photograph or document of a step.
func (s *Service) StepFile(ctx context.Context, in StepFileInput) (blob.File, error) {
	if err := auth.Allow(ctx, View); err != nil {
		return blob.File{}, err
	}
	return s.files.Read(ctx, func(tx *db.Tx) (db.ID, error) {
		st, err := stepTable.Get(ctx, tx, in.ID)
		if err != nil {
			return 0, err
		}
		f, err := findingByID.One(ctx, tx, st.FindingID)
		if err == nil {
			err = auth.Require(ctx, View, View, f.place())
		}
		return st.BlobID, err
	})
}
