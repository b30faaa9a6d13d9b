package visit

import (
	"bytes"
	"context"
	"strings"
	"time"

	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
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
	InspectionID db.ID       `json:"inspection_id"`
	StationID    db.ID       `json:"station_id"`
	Station      string      `json:"station"`
	Region       auth.Region `json:"region"`
	Item         string      `json:"item" doc:"站点标准清单里的项；清单以外的为空"`
	Label        string      `json:"label"`
	Problem      string      `json:"problem"`
	DueDay       clock.Day   `json:"due_day"`
	State        string      `json:"state" doc:"open 待整改，done 待复查，closed 已办结"`
	RectifiedBy  db.ID       `json:"-"`
	ClosedBy     db.ID       `json:"-"`
	ClosedAt     *time.Time  `json:"closed_at"`
	MadeAt       time.Time   `json:"made_at"`
}

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
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out FindingDetail, err error) {

		if out, err = found(ctx, tx, in.ID); err != nil {
			return out, err
		}
		return out, auth.Require(ctx, View, View, out.place())
	})
}

func found(ctx context.Context, tx *db.Tx, id db.ID) (out FindingDetail, err error) {
	f, ok, err := db.Found(findingByID.One(ctx, tx, id))
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	if err != nil {
		return out, err
	}
	out = FindingDetail{Finding: f, Accepts: "document", Today: clock.DayOf(tx.Now), visits: auth.Can(ctx, Inspect, f.place()),
		rectifies: auth.Can(ctx, Rectify, f.place())}
	items, err := standard.InForce(ctx, tx, f.Region, out.Today)
	if err != nil {
		return out, err
	}
	for _, i := range items {
		if i.Code == f.Item {
			out.Accepts, out.How = i.Accepts, i.How
		}
	}
	n, err := metToday.One(ctx, tx, f.StationID, out.Today)
	if err != nil {
		return out, err
	}
	out.Met = n > 0
	out.Steps, err = stepsOf.All(ctx, tx, id)
	return out, err
}

// step writes what happened to a finding.
func step(ctx context.Context, tx *db.Tx, finding db.ID, action, text string, file db.ID) error {
	who := auth.From(ctx)
	_, err := addStep.Run(ctx, tx, tx.NewID(), finding, action, text, file, who.Account, who.Name, tx.Now)
	return err
}

// move is what all moves of a finding share: load → may they? → change → the trail.
func (s *Service) move(ctx context.Context, id db.ID, perm auth.Perm, action string,
	fn func(*db.Tx, *FindingDetail) error) (FindingDetail, error) {
	return act.Write(ctx, s.db, act.Op{Perm: perm}, func(tx *db.Tx) (out FindingDetail, err error) {
		if out, err = found(ctx, tx, id); err != nil {
			return out, err
		}
		if err := auth.Require(ctx, perm, View, out.place()); err != nil {
			return out, err
		}
		if err := fn(tx, &out); err != nil {
			return out, err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: "inspection_finding", ID: id.String(),
			Region: out.Region}); err != nil {
			return out, err
		}
		return found(ctx, tx, id)
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
	if err := auth.Allow(ctx, Inspect); err != nil {
		return FindingDetail{}, err
	}
	file, err := photo(in.File)
	if err != nil {
		return FindingDetail{}, err
	}
	return s.move(ctx, in.ID, Inspect, "inspection.photo", func(tx *db.Tx, f *FindingDetail) error {
		if f.State == Settled {
			return errs.WrongState("已经办结，不再加照片")
		}
		if len(f.Steps) >= 60 {
			return errs.WrongState("照片太多了")
		}
		kept, err := s.files.Keep(ctx, tx, file, "inspection_finding", f.ID, f.Region)
		if err != nil {
			return err
		}
		return step(ctx, tx, f.ID, "photo", in.Text, kept)
	})
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

// Rectify takes what the station did. For an item of the checklist it is new evidence at the same time, so that the station's standard
// changes the same minute. The inspector is told.
func (s *Service) Rectify(ctx context.Context, in RectifyInput) (FindingDetail, error) {
	if err := auth.Allow(ctx, Rectify); err != nil {
		return FindingDetail{}, err
	}
	file, err := inspection.Clean(in.File)
	if err != nil {
		return FindingDetail{}, err
	}
	if strings.TrimSpace(in.Text) == "" {
		return FindingDetail{}, errs.Field("text", "请写明怎么整改的")
	}
	return s.move(ctx, in.ID, Rectify, "inspection.rectify", func(tx *db.Tx, f *FindingDetail) error {
		if f.State != Unmended {
			return errs.WrongState("已经交过整改，等复查")
		}
		f.Version, f.State, f.RectifiedBy = in.Version, Mended, auth.From(ctx).Account
		if err := updateFinding(ctx, tx, f.Finding, Unmended); err != nil {
			return err
		}
		if f.How != "" {
			st, err := station.Get(ctx, tx, f.StationID)
			if err != nil {
				return err
			}
			if err := s.standard.Add(ctx, tx, st, standard.SubmitInput{ID: f.StationID, Item: f.Item, Text: in.Text, File: file}); err != nil {
				return err
			}
		}
		kept, err := s.files.Keep(ctx, tx, file, "inspection_finding", f.ID, f.Region)
		if err != nil {
			return err
		}
		if err := step(ctx, tx, f.ID, "rectified", in.Text, kept); err != nil {
			return err
		}
		return tellInspector(ctx, tx, f.Finding, "有一个问题已整改，请复查", in.Text)
	})
}

// tellInspector leaves a message for whoever made the inspection.
func tellInspector(ctx context.Context, tx *db.Tx, f Finding, title, text string) error {
	x, err := visitByID.One(ctx, tx, f.InspectionID)
	if err != nil || x.AccountID == 0 {
		return err
	}
	return inspection.Notify(ctx, tx, []db.ID{x.AccountID}, notify.Message{Title: title, Text: f.Station + "，" + f.Label + "：" + text,
		Link: "/gov/findings/" + f.ID.String()})
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
	return s.move(ctx, in.ID, Inspect, "inspection.close", func(tx *db.Tx, f *FindingDetail) error {
		who := auth.From(ctx).Account
		switch {
		case f.State != Mended:
			return errs.WrongState("站点交了整改才能办结")
		case f.RectifiedBy == who && who != 0:
			return errs.Deny("自己整改的，由别人复查")
		}
		// Whoever closes the last finding closes the inspection, so two who close two findings must see one another.
		if _, err := lockVisit.Run(ctx, tx, f.InspectionID); err != nil {
			return err
		}
		f.Version, f.State, f.ClosedBy, f.ClosedAt = in.Version, Settled, who, &tx.Now
		if err := updateFinding(ctx, tx, f.Finding, Mended); err != nil {
			return err
		}
		if err := step(ctx, tx, f.ID, "closed", in.Text, 0); err != nil {
			return err
		}
		if _, err := closeVisit.Run(ctx, tx, f.InspectionID); err != nil {
			return err
		}
		return inspection.NotifyManagers(ctx, tx, f.StationID, notify.Message{Title: "督导检查：有一个问题办结了", Text: f.Label + "：" + f.Problem,
			Link: "/desk/findings/" + f.ID.String()})
	})
}

// Return says that the recheck found it not put right, and gives a new day. For an item of the checklist the evidence counts no longer.
func (s *Service) Return(ctx context.Context, in ReturnInput) (FindingDetail, error) {
	return s.move(ctx, in.ID, Inspect, "inspection.return", func(tx *db.Tx, f *FindingDetail) error {
		if f.State != Mended {
			return errs.WrongState("站点还没有交整改")
		}
		if err := in.check(f.Today); err != nil {
			return err
		}
		f.Version, f.State, f.DueDay, f.RectifiedBy = in.Version, Unmended, in.DueDay, 0
		if err := updateFinding(ctx, tx, f.Finding, Mended); err != nil {
			return err
		}
		if f.How != "" {
			st, err := station.Get(ctx, tx, f.StationID)
			if err != nil {
				return err
			}
			if err := s.standard.Judge(ctx, tx, st, []standard.Finding{{Item: f.Item, OK: "no", Remark: in.Text}}); err != nil {
				return err
			}
		}
		if err := step(ctx, tx, f.ID, "returned", in.Text, 0); err != nil {
			return err
		}
		return inspection.NotifyManagers(ctx, tx, f.StationID, notify.Message{Title: "督导检查：复查没有通过，请再整改", Text: f.Label + "：" + in.Text,
			Link: "/desk/findings/" + f.ID.String()})
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
	return s.move(ctx, in.ID, Inspect, "inspection.extend", func(tx *db.Tx, f *FindingDetail) error {
		if f.State != Unmended {
			return errs.WrongState("待整改的问题才能改期")
		}
		if err := in.check(f.Today); err != nil {
			return err
		}
		f.Version, f.DueDay = in.Version, in.DueDay
		if err := updateFinding(ctx, tx, f.Finding, Unmended); err != nil {
			return err
		}
		if err := step(ctx, tx, f.ID, "extended", in.DueDay.String()+"，"+in.Text, 0); err != nil {
			return err
		}
		return inspection.NotifyManagers(ctx, tx, f.StationID, notify.Message{Title: "督导检查：整改期限改了", Text: f.Label + "：" + in.DueDay.Words(ctx),
			Link: "/desk/findings/" + f.ID.String()})
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

		rows, err := findings(ctx, tx, auth.ScopeOf(ctx, View), in, out.Today)
		if err != nil {
			return out, err
		}
		out.Page = db.PageOf(rows, in.Paging, func(f Finding) []string { return db.Key(settled(f), int64(f.DueDay), f.ID) })
		out.Overdue, err = countOverdue(ctx, tx, auth.ScopeOf(ctx, View), in.Region, out.Today)
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
		st, ok, err := db.Found(stepByID.One(ctx, tx, in.ID))
		if err == nil && !ok {
			err = errs.ErrNotFound
		}
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
