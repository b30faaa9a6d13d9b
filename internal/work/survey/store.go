package survey

import (
	"context"
	"encoding/json"
	"fmt"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/xform"
)

const station = `COALESCE((SELECT t.name FROM station t WHERE t.id = s.station_id), '') AS station`

var (
	table   = db.NewRelation[Survey]("survey")
	columns = table.Columns("s") + `, ` + station
	byID    = db.Query[Survey](`SELECT ` + columns + ` FROM survey s WHERE s.id = $1`)
	// filler says whether somebody is a volunteer of a place.
	filler = db.Query[int64](`SELECT count(*) FROM volunteer v WHERE v.person_id = $1 AND v.status = 'active' AND v.region = $2`)
	openAt = db.Query[Survey](`SELECT ` + columns + ` FROM survey s JOIN volunteer v ON v.region = s.region WHERE s.state = 'open'
		AND v.person_id = $1 AND v.status = 'active' ORDER BY s.opened_at DESC, s.id DESC LIMIT 50`)

	formTable = db.NewRelation[form]("survey_form")
	formAt    = formTable.Where(`survey_id = $1 AND no = $2`)
	formsOf   = formTable.Where(`survey_id = $1 ORDER BY no`)
	everyForm = formTable.Where(`survey_id > 0 ORDER BY id`)
	reword    = db.SQL(`UPDATE survey_form SET source = $3, by_name = $4, at = $5 WHERE survey_id = $1 AND no = $2`)

	answerTable   = db.NewRelation[Answer]("survey_answer")
	answerColumns = answerTable.Columns("a") + `, COALESCE((SELECT p.name FROM person p WHERE p.id = a.person_id), '') AS name`
	answerByID    = db.Query[Answer](`SELECT ` + answerColumns + ` FROM survey_answer a WHERE a.id = $1`)
	answerOf      = db.Query[Answer](`SELECT ` + answerColumns + ` FROM survey_answer a WHERE a.instance = $1`)
	answersAbout  = db.Query[Answer](`SELECT ` + answerColumns + ` FROM survey_answer a WHERE a.person_id = $1 ORDER BY a.id`)
	everyAnswer   = db.Query[Answer](`SELECT ` + answerColumns + ` FROM survey_answer a ORDER BY a.id`)
	tally         = db.Query[int64](`SELECT count(*) FROM survey_answer WHERE survey_id = $1`)
	follow        = db.SQL(`UPDATE survey_answer SET person_id = $2, version = version + 1 WHERE person_id = $1`)
	blank         = db.SQL(`UPDATE survey_answer SET answers = '{}', sealed = NULL, version = version + 1 WHERE person_id = $1`)
	seatOf        = db.Query[seat](`SELECT s.id, s.region, s.name, s.status FROM station s WHERE s.id = $1`)
	formless      = db.Query[db.ID](`SELECT s.id FROM survey s WHERE s.form_no > 0 AND NOT EXISTS (SELECT 1 FROM survey_form f
		WHERE f.survey_id = s.id AND f.no = s.form_no) OR s.next_no > 0 AND s.next_no <> s.form_no + 1 ORDER BY s.id`)
)

// seat is a station at which a survey is made.
type seat struct {
	ID     db.ID
	Region auth.Region
	Name   string
	Status string
}

func load(ctx context.Context, tx *db.Tx, id db.ID) (s Survey, err error) {
	if s, err = byID.Get(ctx, tx, id); err != nil {
		return s, err
	}
	me := auth.From(ctx).Person
	if me == 0 {
		return s, nil
	}
	n, err := filler.One(ctx, tx, me, s.Region)
	if n > 0 {
		s.fillers = []db.ID{me}
	}
	return s, err
}

// loadAnswer gives an answer with what of it is not sensitive.
func loadAnswer(ctx context.Context, tx *db.Tx, id db.ID) (Answer, error) {
	a, err := answerByID.Get(ctx, tx, id)
	if err == nil {
		err = a.unfold()
	}
	return a, err
}

// unfold reads the answers as they are kept.
func (a *Answer) unfold() error {
	a.Hidden = a.Sealed != nil
	return json.Unmarshal([]byte(a.Plain), &a.Answers)
}

func sealedAt(id db.ID) string { return seal.At("survey_answer", "sealed", int64(id)) }

// write puts answers into the form in which they are kept: those to sensitive questions sealed.
func (s *Service) write(a *Answer, f *xform.Form, all xform.Answers) {
	secret := xform.Answers{}
	a.Answers = xform.Answers{}
	for name, v := range all {
		if i, _ := f.Index(name); f.Questions[i].Sensitive {
			secret[name] = v
		} else {
			a.Answers[name] = v
		}
	}
	a.Plain, a.Sealed = string(a.Answers.JSON()), nil
	if len(secret) > 0 {
		a.Sealed = s.keys.Seal(secret.JSON(), sealedAt(a.ID))
	}
	a.Hidden = a.Sealed != nil
}

// whole opens all answers.
func (s *Service) whole(a Answer) (xform.Answers, error) {
	out := xform.Answers{}
	if err := json.Unmarshal([]byte(a.Plain), &out); err != nil || a.Sealed == nil {
		return out, err
	}
	raw, err := s.keys.Open(a.Sealed, sealedAt(a.ID))
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	return out, err
}

// compiled makes the form of what is kept.
func compiled(source string) (*xform.Form, error) {
	var src xform.Source
	if err := json.Unmarshal([]byte(source), &src); err != nil {
		return nil, err
	}
	f, problems := xform.New(src)
	if len(problems) > 0 {
		return nil, fmt.Errorf("survey: a form that is kept is refused: %+v", problems[0])
	}
	return f, nil
}

// sought is a list of surveys within what the actor may see.
type sought struct {
	ListInput
	Scope auth.Scope
}

var list = db.ListOf(func(b *db.Builder, in sought) {
	b.Add(`SELECT ` + columns + `, (SELECT count(*) FROM survey_answer a WHERE a.survey_id = s.id) AS answers FROM survey s WHERE 1 = 1`)
	in.Scope.Where(b, auth.Columns{Region: "s.region", Station: "s.station_id"})
	auth.Within(b, "s.region", in.Region)
	b.If(in.State != "", " AND s.state = ?", in.State)
	b.If(in.Q != "", " AND s.title LIKE ? ESCAPE '!'", db.Holding(in.Q))
}, func(sought) db.Order[Line] {
	return db.Order[Line]{By: "s.id", Down: true, Key: func(l Line) []any { return []any{l.ID} }}
})

// filed are the answers to a survey within what the actor may see.
type filed struct {
	AnswersInput
	Scope auth.Scope
}

var answers = db.ListOf(func(b *db.Builder, in filed) {
	b.Add(`SELECT `+answerColumns+` FROM survey_answer a WHERE a.survey_id = ?`, in.ID)
	in.Scope.Where(b, auth.Columns{Region: "a.region", Station: "a.station_id"})
	b.If(in.Channel != "", " AND a.channel = ?", in.Channel)
	b.If(in.FormVersion != 0, " AND a.form_no = ?", in.FormVersion)
}, func(filed) db.Order[Answer] {
	return db.Order[Answer]{By: "a.id", Down: true, Key: func(a Answer) []any { return []any{a.ID} }}
})

var stations = db.ListOf(func(b *db.Builder, in auth.Scope) {
	b.Add(`SELECT s.id, s.region, s.name, s.status FROM station s WHERE s.status <> 'closed'`)
	in.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
}, func(auth.Scope) db.Order[seat] {
	return db.Order[seat]{By: "s.name, s.id", Key: func(s seat) []any { return []any{s.Name, s.ID} }}
})
