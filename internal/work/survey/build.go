package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/xform"
)

// Body is what a form may come as: a workbook, or its questions.
type Body struct {
	File      blob.Upload      `json:"file" required:"false" doc:"XLSForm 工作簿：survey、choices、settings 三张表"`
	Questions []xform.Question `json:"questions" required:"false" maxItems:"400"`
	Choices   []xform.Choice   `json:"choices" required:"false" maxItems:"10000"`
}

// read gives the form that a body holds; what is wrong stands at its cell or field. No questions are a form that is still to be built.
func (b Body) read(title string) (xform.Source, error) {
	if len(b.File.Data) > 0 {
		f, problems, err := xform.Read(b.File.Data, title)
		if err != nil || len(problems) > 0 {
			return xform.Source{}, firstOf(err, refusal(problems))
		}
		return f.Source, nil
	}
	src := xform.Source{Title: title, Questions: b.Questions, Choices: b.Choices}
	if len(src.Questions) == 0 {
		return src, nil
	}
	f, problems := xform.New(src)
	if len(problems) > 0 {
		return src, refusal(problems)
	}
	return f.Source, nil
}

func firstOf(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// refusal says each problem where it lies.
func refusal(problems []xform.Problem) error {
	c := errs.Check{}
	for _, p := range problems {
		words := p.Words
		if p.Cell != "" {
			words = p.At() + "：" + words
		}
		c.That(false, p.At(), words)
	}
	return c.Err()
}

// AddInput makes a survey.
type AddInput struct {
	StationID db.ID  `json:"station_id" doc:"哪个站点问"`
	Title     string `json:"title" required:"false" maxLength:"80" doc:"名称；带工作簿的可以不填，用它的 form_title"`
	Purpose   string `json:"purpose" minLength:"1" maxLength:"300" doc:"为什么问、答案给谁用"`
	Body
}

// Add makes a survey as a draft, with the form that comes along or without questions.
func (s *Service) Add(ctx context.Context, in AddInput) (Detail, error) {
	var src xform.Source
	op := act.Op{Perm: Keep, Action: "survey.add", Check: func() (err error) {
		if src, err = in.read(strings.TrimSpace(in.Title)); err != nil {
			return err
		}
		c := errs.Check{}
		c.That(src.Title != "", "title", "请写问卷的名称")
		c.That(strings.TrimSpace(in.Purpose) != "", "purpose", "请写为什么问")
		return c.Err()
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Detail, error) {
		at, err := seatOf.Get(ctx, tx, in.StationID)
		if err != nil {
			return Detail{}, err
		}
		if err := auth.Require(ctx, Keep, View, auth.Place{Region: at.Region, Station: at.ID}); err != nil {
			return Detail{}, err
		}
		if at.Status == "closed" {
			return Detail{}, errs.WrongState("站点已经撤销")
		}
		v := Survey{ID: tx.NewID(), Version: 1, Region: at.Region, StationID: at.ID, Title: src.Title, Purpose: strings.TrimSpace(in.Purpose),
			State: Draft, NextNo: 1, MadeBy: auth.From(ctx).Name, MadeAt: tx.Now}
		if err := s.surveys.Enter(ctx, tx, op, &v); err != nil {
			return Detail{}, err
		}
		if err := formTable.Insert(ctx, tx, newForm(ctx, tx, v.ID, 1, src)); err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, v.ID)
	})
}

func newForm(ctx context.Context, tx *db.Tx, survey db.ID, no int64, src xform.Source) form {
	return form{ID: tx.NewID(), SurveyID: survey, No: no, Source: text(src), ByName: auth.From(ctx).Name, At: tx.Now}
}

func text(src xform.Source) string {
	raw, err := json.Marshal(src)
	if err != nil {
		panic(err) // texts and truths
	}
	return string(raw)
}

// reform changes the questions of a survey: those not opened yet, else a new version of them.
func (s *Service) reform(ctx context.Context, op act.Op, fn func(src *xform.Source) error) (Detail, error) {
	op.Perm, op.From, op.Wrong = Keep, []string{Draft, Open}, "问卷结束了，不再改"
	return act.ChangeTo(ctx, s.db, &s.surveys, op, func(tx *db.Tx, v *Survey) error {
		no := max(v.NextNo, v.FormNo)
		row, err := formAt.Get(ctx, tx, v.ID, no)
		if err != nil {
			return err
		}
		var src xform.Source
		if err := json.Unmarshal([]byte(row.Source), &src); err != nil {
			return err
		}
		if err := fn(&src); err != nil {
			return err
		}
		v.Title = src.Title
		if v.NextNo != 0 {
			_, err = reword.Run(ctx, tx, v.ID, no, text(src), auth.From(ctx).Name, tx.Now)
			return err
		}
		v.NextNo = no + 1
		return formTable.Insert(ctx, tx, newForm(ctx, tx, v.ID, v.NextNo, src))
	}, func(tx *db.Tx, v Survey) (Detail, error) { return s.detail(ctx, tx, v.ID) })
}

// BringInput replaces all questions of a survey.
type BringInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Body
}

// Bring replaces all questions by those of a workbook or a body.
func (s *Service) Bring(ctx context.Context, in BringInput) (Detail, error) {
	var src xform.Source
	op := act.Op{Action: "survey.bring", ID: in.ID, Version: in.Version, Check: func() (err error) {
		if len(in.File.Data) == 0 && len(in.Questions) == 0 {
			return errs.Field("file", "请选 XLSX 文件")
		}
		src, err = in.read("-") // the survey keeps its own title
		return err
	}}
	return s.reform(ctx, op, func(now *xform.Source) error {
		now.Questions, now.Choices = src.Questions, src.Choices
		return nil
	})
}

// PutInput puts a question into a survey, or says one anew.
type PutInput struct {
	ID                db.ID  `path:"id"`
	Version           int64  `json:"version" minimum:"1"`
	Name              string `json:"name" required:"false" maxLength:"40" doc:"改哪一题；不填就是加一题"`
	Type              string `json:"type" maxLength:"20" doc:"题型"`
	Label             string `json:"label" minLength:"1" maxLength:"500" doc:"怎样问"`
	Hint              string `json:"hint" required:"false" maxLength:"500"`
	Choices           string `json:"choices" required:"false" maxLength:"4000" doc:"选项，一行一个"`
	Required          bool   `json:"required" required:"false"`
	Sensitive         bool   `json:"sensitive" required:"false"`
	Relevant          string `json:"relevant" required:"false" maxLength:"500"`
	Constraint        string `json:"constraint" required:"false" maxLength:"500"`
	ConstraintMessage string `json:"constraint_message" required:"false" maxLength:"500"`
}

// built are the types that a question put on the page may have; groups come in workbooks.
func built(kind string) bool {
	return slices.Contains(xform.Types, kind) && kind != xform.BeginGroup && kind != xform.EndGroup
}

// Put adds a question at the end, or says the named one anew.
func (s *Service) Put(ctx context.Context, in PutInput) (Detail, error) {
	op := act.Op{Action: "survey.put", ID: in.ID, Version: in.Version, Check: func() error {
		if !built(in.Type) {
			return errs.Field("type", "请选题型")
		}
		return nil
	}}
	return s.reform(ctx, op, func(src *xform.Source) error {
		q := xform.Question{Type: in.Type, Name: in.Name, Label: in.Label, Hint: in.Hint, Required: in.Required, Sensitive: in.Sensitive,
			Relevant: in.Relevant, Constraint: in.Constraint, ConstraintMessage: in.ConstraintMessage}
		at := len(src.Questions)
		if in.Name != "" {
			if at = slices.IndexFunc(src.Questions, named(in.Name)); at < 0 || !built(src.Questions[at].Type) {
				return errs.Field("name", "没有这道题")
			}
		} else {
			q.Name = unused(src.Questions)
			src.Questions = append(src.Questions, q)
		}
		if q.Selects() {
			q.List = "l_" + q.Name
			if err := choose(src, q.List, in.Choices); err != nil {
				return err
			}
		}
		src.Questions[at] = q
		return judged(src, at)
	})
}

func named(name string) func(xform.Question) bool {
	return func(q xform.Question) bool { return q.Name == name }
}

// unused is a name that no question has.
func unused(list []xform.Question) string {
	for n := len(list) + 1; ; n++ {
		if name := fmt.Sprint("q", n); !slices.ContainsFunc(list, named(name)) {
			return name
		}
	}
}

// choose writes the choices of a list anew, one a line. A line that stays keeps its code.
func choose(src *xform.Source, name, lines string) error {
	was, most := map[string]string{}, 0
	for _, c := range src.Choices {
		if n := 0; c.List == name {
			was[c.Label] = c.Name
			if _, err := fmt.Sscan(c.Name, &n); err == nil {
				most = max(most, n)
			}
		}
	}
	src.Choices = slices.DeleteFunc(src.Choices, func(c xform.Choice) bool { return c.List == name })
	seen := map[string]bool{}
	for line := range strings.SplitSeq(lines, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if seen[line] {
			return errs.Field("choices", "“"+line+"”写了两次")
		}
		seen[line] = true
		code := was[line]
		if code == "" {
			most++
			code = fmt.Sprint(most)
		}
		src.Choices = append(src.Choices, xform.Choice{List: name, Name: code, Label: line})
	}
	if len(seen) < 2 {
		return errs.Field("choices", "至少写两个选项，一行一个")
	}
	return nil
}

// judged says what is wrong with a form at the fields in which its question at a row was written.
func judged(src *xform.Source, at int) error {
	f, problems := xform.New(*src)
	if len(problems) == 0 {
		*src = f.Source
		return nil
	}
	c := errs.Check{}
	for _, p := range problems {
		switch {
		case p.Sheet == "survey" && p.Row == at && p.Column != "name":
			c.That(false, p.Column, p.Words)
		case p.Sheet == "choices":
			c.That(false, "choices", p.Words)
		case p.Row >= 0 && p.Sheet == "survey":
			c.Thatf(false, "name", "第 %d 行的题目：%s", p.Row+1, p.Words)
		default:
			c.That(false, "name", p.Words)
		}
	}
	return c.Err()
}

// MoveInput moves a question.
type MoveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Name    string `json:"name" minLength:"1" maxLength:"40"`
	Down    bool   `json:"down" required:"false" doc:"往后挪；不填往前"`
}

// Move moves a question by one row. The beginning and the end of a group move with what the workbook says alone.
func (s *Service) Move(ctx context.Context, in MoveInput) (Detail, error) {
	op := act.Op{Action: "survey.move", ID: in.ID, Version: in.Version}
	return s.reform(ctx, op, func(src *xform.Source) error {
		at := slices.IndexFunc(src.Questions, named(in.Name))
		if at < 0 || !built(src.Questions[at].Type) {
			return errs.Field("name", "没有这道题")
		}
		to := at - 1
		if in.Down {
			to = at + 1
		}
		if to < 0 || to >= len(src.Questions) {
			return errs.Field("name", "已经在头上了")
		}
		src.Questions[at], src.Questions[to] = src.Questions[to], src.Questions[at]
		return judged(src, to)
	})
}

// DropInput names a question to be taken out.
type DropInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Name    string `json:"name" minLength:"1" maxLength:"40"`
}

// Drop takes a question out, and a list of choices that nobody uses any more.
func (s *Service) Drop(ctx context.Context, in DropInput) (Detail, error) {
	op := act.Op{Action: "survey.drop", ID: in.ID, Version: in.Version}
	return s.reform(ctx, op, func(src *xform.Source) error {
		at := slices.IndexFunc(src.Questions, named(in.Name))
		if at < 0 || !built(src.Questions[at].Type) {
			return errs.Field("name", "没有这道题")
		}
		list := src.Questions[at].List
		src.Questions = slices.Delete(src.Questions, at, at+1)
		if !slices.ContainsFunc(src.Questions, func(q xform.Question) bool { return q.List == list }) {
			src.Choices = slices.DeleteFunc(src.Choices, func(c xform.Choice) bool { return c.List == list })
		}
		if !slices.ContainsFunc(src.Questions, xform.Question.Answered) {
			return nil // to be built up again
		}
		return judged(src, -1)
	})
}

// StepInput is a step of a survey as a whole.
type StepInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Open begins to ask, or puts the changed questions in the place of those that were asked so far. A survey that is over is asked again.
func (s *Service) Open(ctx context.Context, in StepInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "survey.open", ID: in.ID, Version: in.Version}
	return act.ChangeTo(ctx, s.db, &s.surveys, op, func(tx *db.Tx, v *Survey) error {
		if v.State == Open && v.NextNo == 0 {
			return errs.WrongState("正在问，题目也没有改过")
		}
		if v.NextNo != 0 {
			row, err := formAt.Get(ctx, tx, v.ID, v.NextNo)
			if err != nil {
				return err
			}
			if !asks(row.Source) {
				return errs.WrongState("还没有题目")
			}
			v.FormNo, v.NextNo = v.NextNo, 0
		}
		v.State, v.ClosedAt = Open, nil
		if v.OpenedAt == nil {
			v.OpenedAt = &tx.Now
		}
		return nil
	}, func(tx *db.Tx, v Survey) (Detail, error) { return s.detail(ctx, tx, v.ID) })
}

// asks says whether a form that is kept has anything to be answered.
func asks(source string) bool {
	_, err := compiled(source)
	return err == nil
}

// Close ends the asking.
func (s *Service) Close(ctx context.Context, in StepInput) (Detail, error) {
	op := act.Op{Perm: Keep, Action: "survey.close", ID: in.ID, Version: in.Version, From: []string{Open}}
	return act.ChangeTo(ctx, s.db, &s.surveys, op, func(tx *db.Tx, v *Survey) error {
		v.State, v.ClosedAt = Closed, &tx.Now
		return nil
	}, func(tx *db.Tx, v Survey) (Detail, error) { return s.detail(ctx, tx, v.ID) })
}
