package honour

import (
	"bytes"
	"context"
	"strings"

	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/project"
)

// EnterInput is a commendation as the law wants it kept.
type EnterInput struct {
	Kind        string      `json:"kind" set:"commendation.kind"`
	VolunteerNo string      `json:"volunteer_no" required:"false" maxLength:"40"`
	TeamID      db.ID       `json:"team_id" required:"false"`
	ProjectID   db.ID       `json:"project_id" required:"false"`
	Source      string      `json:"source" set:"commendation.source"`
	Title       string      `json:"title" minLength:"2" maxLength:"60" doc:"表彰名称"`
	Giver       string      `json:"giver" minLength:"2" maxLength:"60" doc:"授予单位"`
	Document    string      `json:"document" required:"false" maxLength:"60" doc:"文号或者荣誉证书号；政府部门的必填"`
	Day         clock.Day   `json:"day" doc:"授予日期"`
	File        blob.Upload `json:"file" required:"false" doc:"文件、荣誉证书的照片；政府部门的必填"`
}

func (in EnterInput) check() error {
	c := errs.Check{}
	c.That(in.Source != Government || strings.TrimSpace(in.Document) != "", "document", "政府部门的表彰要有文号")
	c.That(in.Source != Government || len(in.File.Data) > 0, "file", "政府部门的表彰要附文件或者荣誉证书")
	c.That(strings.TrimSpace(in.Title) != "", "title", "请写表彰名称")
	c.That(strings.TrimSpace(in.Giver) != "", "giver", "请写授予单位")
	c.That(in.Day != 0, "day", "请写授予日期")
	return c.Err()
}

// Enter notes a commendation; it counts when a second person has compared it with its paper.
func (s *Service) Enter(ctx context.Context, in EnterInput) (Commendation, error) {
	op := act.Op{Perm: Enter, Action: "honour.enter", Check: in.check}
	if err := auth.Allow(ctx, Enter); err != nil {
		return Commendation{}, err
	}
	file := in.File
	if len(file.Data) > 0 && !bytes.HasPrefix(file.Data, []byte("%PDF-")) {
		var err error
		if file, err = blob.Clean(file); err != nil { // outside of any transaction
			return Commendation{}, err
		}
	}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (x Commendation, err error) {
		me := auth.From(ctx)
		x = Commendation{ID: tx.NewID(), Version: 1, Kind: in.Kind, Source: in.Source, Title: strings.TrimSpace(in.Title),
			Giver: strings.TrimSpace(in.Giver), Document: strings.TrimSpace(in.Document), Day: in.Day, State: Entered, ByID: me.Account,
			ByName: me.Name, At: tx.Now}
		if in.Day > clock.DayOf(tx.Now) {
			return x, errs.Field("day", "请写今天以前的日期")
		}
		if err := s.whom(ctx, tx, in, &x); err != nil {
			return x, err
		}
		n, err := twins.One(ctx, tx, x.Title, x.Day, x.VolunteerID, x.TeamID, x.ProjectID)
		if err == nil && n > 0 {
			err = errs.Field("title", "这一项已经登记过")
		}
		if err != nil {
			return x, err
		}
		if len(file.Data) > 0 {
			if x.FileID, err = s.blobs.Put(ctx, tx, file, blob.Owner{Kind: "commendation", ID: x.ID, Region: x.Region}); err != nil {
				return x, err
			}
		}
		return x, commendationKind.Enter(ctx, tx, op, &x)
	})
}

// whom fills in who was commended, in the actor's place.
func (s *Service) whom(ctx context.Context, tx *db.Tx, in EnterInput, x *Commendation) error {
	switch in.Kind {
	case Team:
		t, err := team.Get(ctx, tx, in.TeamID)
		if err == errs.ErrNotFound || err == nil && !auth.Can(ctx, Enter, at(t.Region)) {
			return errs.Field("team_id", "请选您管的地方的志愿服务队")
		}
		x.TeamID, x.Subject, x.Region, x.PersonID = t.ID, t.Name, t.Region, t.LeaderID
		return err
	case Project:
		p, err := project.Get(ctx, tx, in.ProjectID)
		if err == errs.ErrNotFound || err == nil && !auth.Can(ctx, Enter, at(p.Region)) {
			return errs.Field("project_id", "请选您管的地方的项目")
		}
		x.ProjectID, x.Subject, x.Region, x.PersonID = p.ID, p.Name, p.Region, p.LeadID
		return err
	}
	v, err := find(ctx, tx, in.VolunteerNo)
	if err == nil && !auth.Can(ctx, Enter, at(v.Region)) {
		err = errs.Field("volunteer_no", "请填您管的地方的在册志愿者的编号")
	}
	x.VolunteerID, x.Subject, x.Region, x.PersonID = v.ID, v.Name, v.Region, v.PersonID
	return err
}

// find gives the volunteer of a number.
func find(ctx context.Context, tx *db.Tx, no string) (volunteer.Numbered, error) {
	v, there, err := volunteer.ByNo(ctx, tx, no)
	if err == nil && !there {
		err = errs.Field("volunteer_no", "请填您管的地方的在册志愿者的编号")
	}
	return v, err
}

// DecideInput is a decision with its version.
type DecideInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"300"`
}

func (in DecideInput) why() error {
	if strings.TrimSpace(in.Reason) == "" {
		return errs.Field("reason", "请写原因")
	}
	return nil
}

// Confirm is the second person's word that a commendation is as its paper says.
func (s *Service) Confirm(ctx context.Context, in DecideInput) (Commendation, error) {
	return s.decide(ctx, act.Op{Perm: Decide, Action: "honour.confirm", ID: in.ID, Version: in.Version, From: []string{Entered}}, Confirmed)
}

// Refuse is the second person's word that it is not.
func (s *Service) Refuse(ctx context.Context, in DecideInput) (Commendation, error) {
	return s.decide(ctx, act.Op{Perm: Decide, Action: "honour.refuse", ID: in.ID, Version: in.Version, From: []string{Entered}, Check: in.why,
		Cause: in.Reason}, Refused)
}

func (s *Service) decide(ctx context.Context, op act.Op, state string) (Commendation, error) {
	return commendationKind.Change(ctx, s.db, op, func(tx *db.Tx, x *Commendation) error {
		if err := s.apart(ctx, tx, x.PersonID, x.ByID); err != nil {
			return err
		}
		me := auth.From(ctx)
		x.State, x.DecidedBy, x.Decider, x.Reason = state, me.Account, me.Name, op.Cause
		return nil
	})
}

// Publish lets everybody see a commendation, by another person than who entered it; a volunteer agrees to it first.
func (s *Service) Publish(ctx context.Context, in DecideInput) (Commendation, error) {
	op := act.Op{Perm: Decide, Action: "honour.publish", ID: in.ID, Version: in.Version, From: []string{Confirmed, Recalled}}
	return commendationKind.Change(ctx, s.db, op, func(tx *db.Tx, x *Commendation) error {
		if err := s.apart(ctx, tx, x.PersonID, x.ByID); err != nil {
			return err
		}
		if x.Kind == Volunteer {
			if err := agreed(ctx, tx, x.PersonID, x.Subject); err != nil {
				return err
			}
		}
		x.State, x.PublishedOn, x.Reason = Published, clock.DayOf(tx.Now), ""
		return nil
	})
}

// Recall takes a commendation off every public page.
func (s *Service) Recall(ctx context.Context, in DecideInput) (Commendation, error) {
	op := act.Op{Perm: Enter, Action: "honour.recall", ID: in.ID, Version: in.Version, From: []string{Published}, Check: in.why,
		Cause: in.Reason}
	return commendationKind.Change(ctx, s.db, op, func(_ *db.Tx, x *Commendation) error {
		x.State, x.Reason = Recalled, in.Reason
		return nil
	})
}
