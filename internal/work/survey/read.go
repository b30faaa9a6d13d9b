package survey

import (
	"context"
	"fmt"
	"slices"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/xform"
)

// ListInput filters the surveys of a place.
type ListInput struct {
	Region auth.Region `query:"region"`
	State  string      `query:"state" set:"survey.state," maxLength:"8"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	db.Paging
}

// Line is a survey of a list.
type Line struct {
	Survey
	Answers int64 `json:"answers" doc:"收了几份"`
}

// Listing is one page of surveys.
type Listing struct {
	In ListInput `json:"-"`
	db.Page[Line]
}

// List gives the surveys in the actor's scope, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, sought{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}

// GetInput names a survey; form_version asks for one version of its questions, the one in force where it is 0.
type GetInput struct {
	ID          db.ID  `path:"id"`
	FormVersion int64  `query:"form_version" minimum:"0" maximum:"100000"`
	Edit        string `query:"edit" maxLength:"40" doc:"页面上要改的一题"`
}

// Detail is a survey with a version of its questions, and how much was answered.
type Detail struct {
	Survey
	Shown    int64        `json:"shown_version" doc:"下面的题目是第几版"`
	Source   xform.Source `json:"form"`
	Versions []form       `json:"versions"`
	Count    int64        `json:"answers"`

	edit string // the question that the page says anew
}

// Get gives a survey: of its questions the version asked for, else the one that is being changed, else the one in force.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.surveys, in.ID, func(tx *db.Tx, v Survey) (Detail, error) {
		d, err := s.detail(ctx, tx, v.ID)
		if err == nil && in.FormVersion != 0 && in.FormVersion != d.Shown {
			d, err = d.at(ctx, tx, in.FormVersion)
		}
		d.edit = in.Edit
		return d, err
	})
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (d Detail, err error) {
	if d.Survey, err = load(ctx, tx, id); err != nil {
		return d, err
	}
	if d.Versions, err = formsOf.All(ctx, tx, id); err != nil {
		return d, err
	}
	if d.Count, err = tally.One(ctx, tx, id); err != nil {
		return d, err
	}
	return d.at(ctx, tx, max(d.FormNo, d.NextNo))
}

// at is the same with another version of the questions.
func (d Detail) at(ctx context.Context, tx *db.Tx, no int64) (Detail, error) {
	row, err := formAt.Get(ctx, tx, d.ID, no)
	if err != nil {
		return d, err
	}
	d.Shown, d.Source, err = no, xform.Source{}, nil
	return d, unmarshal(row.Source, &d.Source)
}

// FillInput asks for the form to be filled in, and of whom.
type FillInput struct {
	ID       db.ID  `path:"id"`
	PersonID db.ID  `query:"person_id" doc:"问的是谁"`
	Q        string `query:"q" maxLength:"40" doc:"站里按姓名、电话找人"`
}

// Paper is a form to be filled in.
type Paper struct {
	Survey
	Source   xform.Source `json:"form"`
	Instance string       `json:"instance"`

	In     FillInput       `json:"-"`
	Form   *xform.Form     `json:"-"`
	Person person.Person   `json:"-"`
	Found  []person.Person `json:"-"`
	Today  clock.Day       `json:"-"`
}

// Fill gives the form in force with a fresh instance, for who may answer it.
func (s *Service) Fill(ctx context.Context, in FillInput) (Paper, error) {
	out := Paper{In: in, Instance: newInstance()}
	if in.Q != "" && auth.Holds(ctx, person.View) && auth.Holds(ctx, View) {
		found, err := s.persons.List(ctx, person.ListInput{Q: in.Q, Paging: db.Paging{Limit: 10}})
		if err != nil {
			return out, err
		}
		out.Found = found.Items
	}
	return act.Read(ctx, s.db, Fill, func(tx *db.Tx) (Paper, error) {
		v, err := load(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Fill, Fill, v.place())
		}
		if err != nil {
			return out, err
		}
		if out.Survey, out.Today = v, clock.DayOf(tx.Now); v.State != Open {
			return out, errs.WrongState("这份问卷现在不问：" + states.Word(v.State))
		}
		if in.PersonID != 0 {
			if _, err := s.about(ctx, tx, v, in.PersonID); err != nil {
				return out, errs.ErrNotFound
			}
			if out.Person, err = person.Get(ctx, tx, in.PersonID); err != nil {
				return out, err
			}
		}
		if out.Form, err = formOf(ctx, tx, v.ID, v.FormNo); err == nil {
			out.Source = out.Form.Source
		}
		return out, err
	})
}

// Blank is the form of a new survey.
type Blank struct {
	Stations []seat
}

// Blank gives the form of a new survey, at the stations of the actor.
func (s *Service) Blank(ctx context.Context, _ NoInput) (Blank, error) {
	return act.Read(ctx, s.db, Keep, func(tx *db.Tx) (out Blank, err error) {
		out.Stations, err = stations.First(ctx, tx, auth.ScopeOf(ctx, Keep), 100)
		return out, err
	})
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Mine are the surveys that somebody may answer as a volunteer.
type Mine struct {
	Items []Survey `json:"items"`
}

// Mine gives what is being asked where the actor is a volunteer.
func (s *Service) Mine(ctx context.Context, _ NoInput) (Mine, error) {
	return act.Read(ctx, s.db, Fill, func(tx *db.Tx) (out Mine, err error) {
		out.Items, err = openAt.All(ctx, tx, auth.From(ctx).Person)
		out.Items = append([]Survey{}, out.Items...)
		return out, err
	})
}

// AnswersInput filters the answers to a survey.
type AnswersInput struct {
	ID          db.ID  `path:"id"`
	Channel     string `query:"channel" set:"survey_answer.channel," maxLength:"8"`
	FormVersion int64  `query:"form_version" minimum:"0" maximum:"100000"`
	db.Paging
}

// AnswersPage is one page of answers, without what is sensitive.
type AnswersPage struct {
	db.Page[Answer]

	In     AnswersInput `json:"-"`
	Survey Survey       `json:"-"`
	Form   *xform.Form  `json:"-"`
	may    bool         // read what is sensitive
}

// Answers gives the answers to a survey, the newest first, without what is sensitive.
func (s *Service) Answers(ctx context.Context, in AnswersInput) (AnswersPage, error) {
	return act.Look(ctx, s.db, &s.surveys, in.ID, func(tx *db.Tx, v Survey) (out AnswersPage, err error) {
		if !auth.Can(ctx, View, v.place()) {
			return out, errs.ErrNotFound
		}
		out.In, out.Survey, out.may = in, v, auth.Can(ctx, Read, v.place())
		if out.Page, err = answers.Page(ctx, tx, filed{in, auth.ScopeOf(ctx, View)}, in.Paging); err != nil {
			return out, err
		}
		for i := range out.Items {
			if err := out.Items[i].unfold(); err != nil {
				return out, err
			}
		}
		if v.FormNo != 0 {
			out.Form, err = formOf(ctx, tx, v.ID, v.FormNo)
		}
		return out, err
	})
}

// OneInput names an answer.
type OneInput struct {
	ID db.ID `path:"id"`
}

// Leaf is one answer with the questions to which it was given.
type Leaf struct {
	Answer
	Title string      `json:"title"`
	Form  *xform.Form `json:"-"`
	may   bool        // read what is sensitive
	Why   string      `json:"-"` // it was opened
}

// One gives one answer without what is sensitive.
func (s *Service) One(ctx context.Context, in OneInput) (Leaf, error) {
	return act.Look(ctx, s.db, &s.answers, in.ID, func(tx *db.Tx, a Answer) (Leaf, error) { return s.leaf(ctx, tx, a) })
}

func (s *Service) leaf(ctx context.Context, tx *db.Tx, a Answer) (out Leaf, err error) {
	out.Answer, out.may = a, auth.Can(ctx, Read, a.place())
	v, err := load(ctx, tx, a.SurveyID)
	if err != nil {
		return out, err
	}
	out.Title = v.Title
	out.Form, err = formOf(ctx, tx, a.SurveyID, a.FormNo)
	return out, err
}

// ReadInput opens the sensitive part of an answer, and says why.
type ReadInput struct {
	ID     db.ID  `path:"id"`
	Reason string `json:"reason" minLength:"1" maxLength:"100"`
}

// Read opens all of an answer; the trail keeps who read it and why.
func (s *Service) Read(ctx context.Context, in ReadInput) (Leaf, error) {
	op := act.Op{Perm: Read, Action: "survey.read", ID: in.ID, Cause: in.Reason}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Leaf, error) {
		out, err := s.opened(ctx, tx, in)
		if err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "survey_answer", ID: in.ID.String(), Region: out.Region,
			Cause: in.Reason})
	})
}

// reread answers a repeated request to read.
func (s *Service) reread(ctx context.Context, in ReadInput, _ string) (Leaf, error) {
	return act.Read(ctx, s.db, Read, func(tx *db.Tx) (Leaf, error) { return s.opened(ctx, tx, in) })
}

func (s *Service) opened(ctx context.Context, tx *db.Tx, in ReadInput) (Leaf, error) {
	a, err := loadAnswer(ctx, tx, in.ID)
	if err == nil {
		err = auth.Require(ctx, Read, View, a.place())
	}
	if err != nil {
		return Leaf{}, err
	}
	out, err := s.leaf(ctx, tx, a)
	if err == nil {
		out.Answers, err = s.whole(a)
		out.Hidden, out.Why = false, in.Reason
	}
	return out, err
}

// PhotoInput names a picture of an answer.
type PhotoInput struct {
	ID    db.ID `path:"id"`
	Photo db.ID `path:"photo"`
}

// Photo gives a picture of an answer. That of a sensitive question is seen by those who may read such answers alone.
func (s *Service) Photo(ctx context.Context, in PhotoInput) (blob.File, error) {
	return act.Look(ctx, s.db, &s.answers, in.ID, func(tx *db.Tx, a Answer) (blob.File, error) {
		named := func(all xform.Answers) bool {
			for _, v := range all {
				if v == in.Photo.String() {
					return true
				}
			}
			return false
		}
		m, err := s.files.Get(ctx, tx, in.Photo)
		if err != nil || m.OwnerKind != "survey_answer" || m.OwnerID != a.ID || !named(a.Answers) && !auth.Can(ctx, Read, a.place()) {
			return blob.File{}, firstOf(err, errs.ErrNotFound)
		}
		return s.files.File(m)
	})
}

// pictures are the questions of an answer to which a picture may be put yet.
func (l Leaf) pictures() (out []xform.Question) {
	asked := l.Form.Asked(l.Answers, l.Day)
	for i, q := range l.Form.Questions {
		if q.Type == xform.Image && asked[i] && l.Answers[q.Name] == "" && (!q.Sensitive || !l.Hidden) {
			out = append(out, q)
		}
	}
	return out
}

// hiddenWords say how many answers are not shown.
func (l Leaf) hiddenWords() string {
	n := len(slices.DeleteFunc(slices.Clone(l.Form.Questions), func(q xform.Question) bool { return !q.Sensitive }))
	return fmt.Sprintf("有 %d 道敏感的题，答案加密，没有显示。", n)
}
