package honour

import (
	"context"
	"strings"

	"linli/internal/network/station"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/project"
)

// Content is what a model says.
type Content struct {
	Title     string `json:"title" minLength:"2" maxLength:"60"`
	Story     string `json:"story" minLength:"1" maxLength:"5000" doc:"做了什么、怎样做的、有什么不同；不写住址、电话、病情和家庭困难"`
	Copying   string `json:"copying" minLength:"1" maxLength:"2000" doc:"别处怎样照着办：要什么人、多少钱、几步"`
	Contact   string `json:"contact" minLength:"1" maxLength:"100" doc:"找谁问：单位和座机，不写手机"`
	ProjectID db.ID  `json:"project_id" required:"false" doc:"品牌项目必选"`
	TeamID    db.ID  `json:"team_id" required:"false" doc:"优秀组织必选"`
	Numbers   string `json:"volunteer_numbers" required:"false" maxLength:"400" doc:"写到了哪些志愿者：编号，用空格隔开；骨干人才必填"`
}

// DraftInput is a new model.
type DraftInput struct {
	Kind  string `json:"kind" set:"model.kind"`
	Level string `json:"level" required:"false" enum:"banner,league,region" default:"banner" doc:"进哪一级的库"`
	Content
}

// Draft begins a model of the actor's station.
func (s *Service) Draft(ctx context.Context, in DraftInput) (Model, error) {
	op := act.Op{Perm: Enter, Action: "honour.draft"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (m Model, err error) {
		me, seat := auth.From(ctx), auth.From(ctx).Seat()
		if seat.Level() != auth.LevelCommunity {
			return m, errs.Deny("案例和品牌项目由站里写")
		}
		st, there, err := station.Of(ctx, tx, seat)
		if err == nil && !there {
			err = errs.WrongState("这里还没有站")
		}
		if err != nil {
			return m, err
		}
		level := map[string]int{"banner": auth.LevelBanner, "league": auth.LevelLeague, "region": auth.LevelRegion}[in.Level]
		m = Model{ID: tx.NewID(), Version: 1, Region: seat, StationID: st.ID, Owner: seat.At(level), Holder: seat.Parent(), Kind: in.Kind,
			State:  Draft,
			MadeBy: me.Account, Maker: me.Name, At: tx.Now}
		people, err := in.onto(ctx, tx, &m)
		if err != nil {
			return m, err
		}
		if err := modelKind.Enter(ctx, tx, op, &m); err != nil {
			return m, err
		}
		return m, renamed(ctx, tx, m.ID, people)
	})
}

// onto puts the content into a model, and gives whom it names.
func (in Content) onto(ctx context.Context, tx *db.Tx, m *Model) (people []volunteer.Numbered, err error) {
	m.Title, m.Story = strings.TrimSpace(in.Title), strings.TrimSpace(in.Story)
	m.Copying, m.Contact = strings.TrimSpace(in.Copying), in.Contact
	m.ProjectID, m.TeamID = 0, 0
	if m.Kind == Brand || in.ProjectID != 0 {
		p, err := project.Get(ctx, tx, in.ProjectID)
		if err == errs.ErrNotFound || err == nil && p.StationID != m.StationID {
			err = errs.Field("project_id", "请选本站的项目")
		}
		if err != nil {
			return nil, err
		}
		m.ProjectID = p.ID
	}
	if m.Kind == Organization || in.TeamID != 0 {
		t, err := team.Get(ctx, tx, in.TeamID)
		if err == errs.ErrNotFound || err == nil && t.StationID != m.StationID {
			err = errs.Field("team_id", "请选本站的志愿服务队")
		}
		if err != nil {
			return nil, err
		}
		m.TeamID = t.ID
	}
	for _, no := range strings.FieldsFunc(in.Numbers, func(r rune) bool { return strings.ContainsRune(" 　,，、;；\t\n\r", r) }) {
		v, err := find(ctx, tx, no)
		if err != nil || v.Region != m.Region {
			return nil, orField(err, "volunteer_numbers", no+" 不是本地在册志愿者的编号")
		}
		people = append(people, v)
	}
	if m.Kind == Backbone && len(people) == 0 {
		return nil, errs.Field("volunteer_numbers", "骨干人才请填志愿者编号")
	}
	return people, nil
}

func orField(err error, name, words string) error {
	if err != nil && errs.KindOf(err) != errs.Invalid {
		return err
	}
	return errs.Field(name, words)
}

// renamed lists anew whom a model names.
func renamed(ctx context.Context, tx *db.Tx, id db.ID, people []volunteer.Numbered) error {
	if _, err := unnamed.Run(ctx, tx, id); err != nil {
		return err
	}
	for _, v := range people {
		if _, err := named.Add(ctx, tx, Named{id, v.PersonID, v.Name}); err != nil {
			return err
		}
	}
	return nil
}

// EditInput changes a draft, or what was returned.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Content
}

// Edit changes a model that nobody reviews.
func (s *Service) Edit(ctx context.Context, in EditInput) (Model, error) {
	op := act.Op{Perm: Enter, Action: "honour.edit", ID: in.ID, Version: in.Version, From: []string{Draft, Returned, Recalled}}
	return modelKind.Change(ctx, s.db, op, func(tx *db.Tx, m *Model) error {
		people, err := in.onto(ctx, tx, m)
		if err != nil {
			return err
		}
		if m.State == Recalled {
			m.State = Draft
		}
		return renamed(ctx, tx, m.ID, people)
	})
}

// consents refuses a model that names somebody who does not agree to it.
func consents(ctx context.Context, tx *db.Tx, m Model) error {
	people, err := namedIn.All(ctx, tx, m.ID)
	for i := 0; i < len(people) && err == nil; i++ {
		err = agreed(ctx, tx, people[i].PersonID, people[i].Name)
	}
	return err
}

// step counts a step of a model and writes it down.
func step(ctx context.Context, tx *db.Tx, m *Model, what, text string) error {
	me := auth.From(ctx)
	m.Steps++
	return steps.Insert(ctx, tx, Step{ModelID: m.ID, N: m.Steps, What: what, Text: text, ByID: me.Account, ByName: me.Name, At: tx.Now})
}

// SubmitInput hands a model in.
type SubmitInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Checked bool  `json:"checked" doc:"写到的志愿者都列出来了，没有住址、电话、病情和家庭困难"`
}

// Submit hands a model in to the first level; everybody whom it names has agreed.
func (s *Service) Submit(ctx context.Context, in SubmitInput) (Model, error) {
	op := act.Op{Perm: Enter, Action: "honour.submit", ID: in.ID, Version: in.Version, From: []string{Draft, Returned}, Check: func() error {
		c := errs.Check{}
		c.That(in.Checked, "checked", "请对照过再送审")
		return c.Err()
	}}
	return modelKind.Change(ctx, s.db, op, func(tx *db.Tx, m *Model) error {
		if err := consents(ctx, tx, *m); err != nil {
			return err
		}
		m.State, m.Holder, m.Reason = Submitted, m.Region.Parent(), ""
		return step(ctx, tx, m, "submit", "")
	})
}

// turn refuses who does not act for the level that holds a model, or had a hand in it before.
func (s *Service) turn(ctx context.Context, tx *db.Tx, m Model) error {
	if !auth.Can(ctx, Review, at(m.Holder)) {
		return errs.ErrDenied
	}
	all, err := stepsOf.All(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	before := []db.ID{m.MadeBy}
	for _, x := range all {
		if x.What == "return" { // what was put right is looked at anew
			before = []db.ID{m.MadeBy}
			continue
		}
		before = append(before, x.ByID)
	}
	people, err := namedIn.All(ctx, tx, m.ID)
	for i := 0; i < len(people) && err == nil; i++ {
		err = s.apart(ctx, tx, people[i].PersonID)
	}
	if err != nil {
		return err
	}
	return s.apart(ctx, tx, 0, before...)
}

// Approve is the word of a level; the library's own is the last.
func (s *Service) Approve(ctx context.Context, in DecideInput) (Model, error) {
	op := act.Op{Perm: Review, Action: "honour.approve", ID: in.ID, Version: in.Version, From: []string{Submitted}, Cause: in.Reason}
	return modelKind.Change(ctx, s.db, op, func(tx *db.Tx, m *Model) error {
		if err := s.turn(ctx, tx, *m); err != nil {
			return err
		}
		if m.Holder.Level() <= m.Owner.Level() { // by level: a division that goes on under another code keeps its library
			m.State = Approved
		} else {
			m.Holder = m.Holder.Parent()
		}
		return step(ctx, tx, m, "approve", in.Reason)
	})
}

// Return sends a model back for what is missing.
func (s *Service) Return(ctx context.Context, in DecideInput) (Model, error) {
	op := act.Op{Perm: Review, Action: "honour.return", ID: in.ID, Version: in.Version, From: []string{Submitted}, Check: in.why,
		Cause: in.Reason}
	return modelKind.Change(ctx, s.db, op, func(tx *db.Tx, m *Model) error {
		if err := s.turn(ctx, tx, *m); err != nil {
			return err
		}
		m.State, m.Holder, m.Reason = Returned, m.Region.Parent(), in.Reason
		return step(ctx, tx, m, "return", in.Reason)
	})
}

// PublishModel puts an approved model into the library, by another person than who approved it.
func (s *Service) PublishModel(ctx context.Context, in DecideInput) (Model, error) {
	op := act.Op{Perm: Review, Action: "honour.publish_model", ID: in.ID, Version: in.Version, From: []string{Approved}}
	return modelKind.Change(ctx, s.db, op, func(tx *db.Tx, m *Model) error {
		if err := s.turn(ctx, tx, *m); err != nil {
			return err
		}
		if err := consents(ctx, tx, *m); err != nil {
			return err
		}
		m.State, m.PublishedOn = Published, clock.DayOf(tx.Now)
		return step(ctx, tx, m, "publish", "")
	})
}

// RecallModel takes a model off every public page; what is put right goes through the levels anew.
func (s *Service) RecallModel(ctx context.Context, in DecideInput) (Model, error) {
	op := act.Op{Perm: Enter, Action: "honour.recall_model", ID: in.ID, Version: in.Version, From: []string{Published, Approved},
		Check: in.why,
		Cause: in.Reason}
	return modelKind.Change(ctx, s.db, op, func(tx *db.Tx, m *Model) error {
		m.State, m.Reason = Recalled, in.Reason
		return step(ctx, tx, m, "recall", in.Reason)
	})
}
