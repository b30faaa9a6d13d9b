package survey_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/sheet"
	"linli/internal/platform/xform"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/survey"
)

// world is the gacha with the area.
type world struct {
	*attendancetest.World
	*testing.T
	s      *survey.Service
	worker context.Context
	goes   map[db.ID]db.ID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, s: survey.New(base.DB, base.Keys, base.Persons, blob.New(base.DB, t.TempDir())), goes: map[db.ID]db.ID{}}
		w.s.Ask = survey.Outside{Goes: func(_ context.Context, _ *db.Tx, who, person db.ID) (bool, error) { return w.goes[who] == person, nil }}
		w.s.Follow(base.Persons)
		w.worker, _ = w.Actor("社工", 0, auth.Grant{Role: auth.SocialWorker, Region: attendancetest.Gacha})
		test(w)
		w.whole(0)
	})
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (w *world) whole(n int) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return w.s.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.Errorf("verify finds %v, %v, want %d", found, err, n)
	}
}

// count is how many rows a statement counts.
func (w *world) count(text string) (n int64) {
	w.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		n, err = db.Query[int64](text).One(w.System, tx)
		return err
	}); err != nil {
		w.Fatal(err)
	}
	return n
}

func (w *world) exec(text string) {
	w.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(text).Run(w.System, tx)
		return err
	})
}

// questions are one of each kind that carriers treat differently.
func questions() survey.Body {
	return survey.Body{Questions: []xform.Question{
		{Type: "select_one", List: "yn", Name: "alone", Label: "独居吗", Required: true},
		{Type: "select_multiple", List: "help", Name: "help", Label: "要帮什么"},
		{Type: "text", Name: "other", Label: "别的", Relevant: "selected(${help}, 'other')", Required: true},
		{Type: "integer", Name: "age", Label: "周岁", Constraint: ". <= 120", ConstraintMessage: "最多 120"},
		{Type: "text", Name: "illness", Label: "病", Sensitive: true},
		{Type: "image", Name: "door", Label: "门口"},
	}, Choices: []xform.Choice{{List: "yn", Name: "y", Label: "是"}, {List: "yn", Name: "n", Label: "否"},
		{List: "help", Name: "shop", Label: "买菜"}, {List: "help", Name: "doctor", Label: "看病"}, {List: "help", Name: "other", Label: "别的"}}}
}

// open is a survey of the station that is being asked.
func (w *world) open() survey.Detail {
	w.Helper()
	d := must[survey.Detail](w)(w.s.Add(w.Manager, survey.AddInput{StationID: w.Station.ID, Title: "入户走访", Purpose: "安排服务",
		Body: questions()}))
	return must[survey.Detail](w)(w.s.Open(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version}))
}

func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func (w *world) given(d survey.Detail, n int) survey.AnswerInput {
	return survey.AnswerInput{ID: d.ID, Instance: uuid(n), FormVersion: d.FormNo, Consent: person.BySpoken, Channel: survey.OnDesk,
		Answers: xform.Given{"alone": {"y"}, "help": {"other", "shop"}, "other": {"修门\n=1+1"}, "age": {"７６"}, "illness": {"高血压"}}}
}

// stored are the bytes of an answer as they lie in the database.
func (w *world) stored(id db.ID) (plain string, sealed []byte) {
	w.Helper()
	a := must[survey.Leaf](w)(w.s.Read(w.worker, survey.ReadInput{ID: id, Reason: "比对"}))
	return a.Plain, a.Answers.JSON()
}

// A form is built question by question, each change judged, and a change of one that is asked is asked only when it is opened.
func TestBuild(t *testing.T) {
	each(t, func(w *world) {
		add := survey.AddInput{StationID: w.Station.ID, Title: "问", Purpose: "为什么"}
		_, err := w.s.Add(w.Elsewhere, add)
		w.Refused(err, "not_found", "another's station")
		blank := add
		blank.Title = " "
		_, err = w.s.Add(w.Manager, blank)
		w.Refused(err, "invalid", "no title")
		d := must[survey.Detail](w)(w.s.Add(w.Manager, add))
		_, err = w.s.Open(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version})
		w.Refused(err, "wrong_state", "no questions")
		put := func(in survey.PutInput) error {
			in.ID, in.Version = d.ID, d.Version
			next, err := w.s.Put(w.Manager, in)
			if err == nil {
				d = next
			}
			return err
		}
		w.Refused(put(survey.PutInput{Type: "begin_group", Label: "组"}), "invalid", "a group on the page")
		w.Refused(put(survey.PutInput{Type: "select_one", Label: "吃", Choices: "是"}), "invalid", "one choice")
		w.Refused(put(survey.PutInput{Type: "select_one", Label: "吃", Choices: "是\n是"}), "invalid", "twice the same")
		w.Refused(put(survey.PutInput{Type: "text", Label: "吃", Relevant: "${q9} = 1"}), "invalid", "no such question")
		for _, in := range []survey.PutInput{{Type: "select_one", Label: "吃", Choices: "饭\n面"},
			{Type: "integer", Label: "几岁", Constraint: ". > 0"}, {Type: "text", Label: "哪里", Relevant: "${q1} = '2'"},
			{Name: "q1", Type: "select_one", Label: "吃什么", Choices: "面\n肉\n饭"}} {
			if err := put(in); err != nil {
				t.Fatal(err)
			}
		}
		if got := d.Source.Choices; len(got) != 3 || got[0].Name != "2" || got[1].Name != "3" || got[2].Name != "1" {
			t.Errorf("choices keep their codes: %+v", got)
		}
		_, err = w.s.Move(w.Manager, survey.MoveInput{ID: d.ID, Version: d.Version, Name: "q1"})
		w.Refused(err, "invalid", "already first")
		d = must[survey.Detail](w)(w.s.Move(w.Manager, survey.MoveInput{ID: d.ID, Version: d.Version, Name: "q1", Down: true}))
		_, err = w.s.Drop(w.Manager, survey.DropInput{ID: d.ID, Version: d.Version, Name: "q1"})
		w.Refused(err, "invalid", "another hangs on it")
		d = must[survey.Detail](w)(w.s.Drop(w.Manager, survey.DropInput{ID: d.ID, Version: d.Version, Name: "q3"}))
		d = must[survey.Detail](w)(w.s.Drop(w.Manager, survey.DropInput{ID: d.ID, Version: d.Version, Name: "q1"}))
		if len(d.Source.Questions) != 1 || len(d.Source.Choices) != 0 || d.FormNo != 0 || d.NextNo != 1 {
			t.Errorf("left %+v", d)
		}
		_, err = w.s.Put(w.Head2, survey.PutInput{ID: d.ID, Version: d.Version - 1, Type: "text", Label: "x"})
		w.Refused(err, "stale_version", "an old version")
		d = must[survey.Detail](w)(w.s.Open(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version}))
		_, err = w.s.Open(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version})
		w.Refused(err, "wrong_state", "nothing to open")
		if err := put(survey.PutInput{Type: "text", Label: "还有吗"}); err != nil || d.FormNo != 1 || d.NextNo != 2 || len(d.Versions) != 2 {
			t.Fatalf("a change of what is asked: %+v %v", d, err)
		}
		old := must[survey.Detail](w)(w.s.Get(w.Manager, survey.GetInput{ID: d.ID, FormVersion: 1}))
		paper := must[survey.Paper](w)(w.s.Fill(w.Vols[0].Ctx, survey.FillInput{ID: d.ID}))
		if len(old.Source.Questions) != 1 || len(paper.Source.Questions) != 1 || paper.FormNo != 1 {
			t.Errorf("still asked: %+v", paper.Source)
		}
		d = must[survey.Detail](w)(w.s.Open(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version}))
		d = must[survey.Detail](w)(w.s.Close(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version}))
		w.Refused(put(survey.PutInput{Type: "text", Label: "晚了"}), "wrong_state", "over")
		if d = must[survey.Detail](w)(w.s.Open(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version})); d.State != survey.Open ||
			d.FormNo != 2 {
			t.Errorf("asked again: %+v", d.Survey)
		}
		_, err = w.s.Get(w.Vols[0].Ctx, survey.GetInput{ID: d.ID})
		w.Refused(err, "denied", "a volunteer at the desk's page")
	})
}

// A workbook that is wrong is refused by its cells, one that is right makes the survey, and what is taken out can be brought again.
func TestWorkbook(t *testing.T) {
	each(t, func(w *world) {
		table := sheet.Plain([][]string{{"type", "name", "label"}, {"range", "a", "甲"}, {"integer", "b", ""}})
		table.Name = "survey"
		raw, err := sheet.XLSX(table)
		if err != nil {
			t.Fatal(err)
		}
		srv := w.Web(w.s.Routes)
		body, _ := json.Marshal(map[string]any{"station_id": w.Station.ID, "purpose": "为", "file": blob.Upload{Name: "a.xlsx", Data: raw}})
		code, answer := srv.Do("manager", "POST", "/api/v1/surveys", string(body))
		var problem struct {
			Errors []struct{ Location, Message string }
		}
		if err := json.Unmarshal([]byte(answer), &problem); err != nil || code != 422 || len(problem.Errors) != 3 ||
			problem.Errors[0].Location != "settings!A1" || problem.Errors[1].Location != "survey!A2" || problem.Errors[2].Location != "survey!C3" {
			t.Errorf("%d %s", code, answer)
		}
		d := w.open()
		file := must[blob.File](w)(w.s.Workbook(w.Manager, survey.GetInput{ID: d.ID}))
		again := must[survey.Detail](w)(w.s.Bring(w.Manager, survey.BringInput{ID: d.ID, Version: d.Version,
			Body: survey.Body{File: blob.Upload{Name: "a.xlsx", Data: file.Body}}}))
		if text(again.Source) != text(d.Source) || again.NextNo != 2 {
			t.Errorf("brought again:\n%s\n%s", text(again.Source), text(d.Source))
		}
		made := must[survey.Detail](w)(w.s.Add(w.Manager, survey.AddInput{StationID: w.Station.ID, Purpose: "为",
			Body: survey.Body{File: blob.Upload{Data: file.Body}}}))
		if made.Title != "入户走访" {
			t.Errorf("the title of the workbook: %q", made.Title)
		}
		if f := must[blob.File](w)(w.s.Sheet(w.Manager, survey.GetInput{ID: d.ID})); !bytes.HasPrefix(f.Body, []byte("%PDF")) {
			t.Error("no paper")
		}
	})
}

func text(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

// The same answers are the same bytes whether they come through the page, the boxes of a printed sheet, JSON or a table.
func TestCarriers(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		srv := w.Web(w.s.Routes)
		var ids []db.ID
		form := func(n int, more url.Values) {
			w.Helper()
			v := url.Values{"instance": {uuid(n)}, "form_version": {"1"}, "consent": {"spoken"}, "channel": {"desk"},
				"answers.other": {"修门\r\n=1+1"}, "answers.age": {" 76"}, "answers.illness": {"高血压"}}
			path := "/desk/surveys/" + d.ID.String() + "/answers"
			for k, list := range more {
				v[k] = list
			}
			code, to := srv.Do("manager", "POST", path, v.Encode())
			id, ok := strings.CutPrefix(to, "/desk/survey-answers/")
			if code != 303 || !ok {
				t.Fatalf("%d %.600s", code, to)
			}
			id, _, _ = strings.Cut(id, "?")
			var n2 db.ID
			if err := n2.UnmarshalText([]byte(id)); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, n2)
		}
		form(1, url.Values{"answers.alone": {"y"}, "answers.help": {"other", "shop"}})
		form(2, url.Values{"answers.alone": {"1"}, "answers.help": {"3 1"}, "boxes": {"true"}, "channel": {"paper"}})
		code, body := srv.Do("manager", "POST", "/api/v1/surveys/"+d.ID.String()+"/answers", `{"instance": "`+uuid(3)+`", "form_version": 1,
			"consent": "spoken", "answers": {"alone": "y", "help": ["shop", "other"], "other": "修门\n=1+1", "age": 76, "illness": "高血压"}}`)
		var a survey.Answer
		if err := json.Unmarshal([]byte(body), &a); err != nil || code != 201 || a.Channel != "api" || !a.Hidden || a.Answers["illness"] != "" {
			t.Fatalf("%d %s", code, body)
		}
		ids = append(ids, a.ID)
		file := must[blob.File](w)(w.s.Export(w.worker, survey.ExportInput{ID: d.ID, Sensitive: true, Reason: "带回"}))
		if bytes.Contains(file.Body, []byte(uuid(1))) {
			t.Error("the file is no archive")
		}
		book, err := sheet.ReadBook(file.Body, 100)
		if err != nil || len(book.Sheets[0].Rows) != 5 {
			t.Fatal(err, book)
		}
		rows := [][]string{}
		for _, r := range book.Sheets[0].Rows[:3] {
			line := []string{}
			for _, c := range r.Cells {
				line = append(line, c.Text)
			}
			rows = append(rows, line)
		}
		rows[2][0] = uuid(4)
		raw, err := sheet.XLSX(sheet.Plain(rows))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time is no more
			after := must[survey.Detail](w)(w.s.Take(w.Manager, survey.TakeInput{ID: d.ID, File: blob.Upload{Data: raw}}))
			if after.Count != 4 {
				t.Errorf("%d answers", after.Count)
			}
		}
		page := must[survey.AnswersPage](w)(w.s.Answers(w.Manager, survey.AnswersInput{ID: d.ID, Channel: survey.OnTable}))
		if len(page.Items) != 1 {
			t.Fatal("the table's answer")
		}
		ids = append(ids, page.Items[0].ID)
		plain, all := w.stored(ids[0])
		want := `{"age":"76","alone":"y","help":"shop other","illness":"高血压","other":"修门\n=1+1"}`
		if string(all) != want || strings.Contains(plain, "高血压") {
			t.Errorf("stored %s and %s", plain, all)
		}
		for _, id := range ids[1:] {
			if p, a := w.stored(id); p != plain || !bytes.Equal(a, all) {
				t.Errorf("%s differs: %s %s", id, p, a)
			}
		}
	})
}

// What is wrong with a table of answers is said of each cell, and none of it is kept.
func TestTake(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		take := func(rows ...[]string) error {
			raw, err := sheet.XLSX(sheet.Plain(append([][]string{{"instance", "consent", "alone", "age"}}, rows...)))
			if err != nil {
				t.Fatal(err)
			}
			_, err = w.s.Take(w.Manager, survey.TakeInput{ID: d.ID, File: blob.Upload{Data: raw}})
			return err
		}
		for _, c := range []struct {
			row  []string
			want string
		}{{[]string{"", "maybe", "y"}, "Sheet1!B3"}, {[]string{"", "spoken", "x"}, "Sheet1!C3"},
			{[]string{"", "spoken", "y", "121"}, "Sheet1!D3"}, {[]string{"", "spoken", ""}, "Sheet1!C3"}} {
			err := take([]string{"", "spoken", "n", "1"}, c.row)
			w.Refused(err, "invalid", c.want)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v: %v", c.row, err)
			}
		}
		if n := w.count(`SELECT count(*) FROM survey_answer`); n != 0 {
			t.Errorf("%d answers are kept", n)
		}
		w.Refused(take(), "invalid", "no rows")
		if err := take([]string{"", "是"}, nil); err == nil {
			t.Error("taken")
		}
		for range 2 {
			if err := take([]string{"", "paper", "是", "1"}, []string{"", "paper", "否", "1"}); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.count(`SELECT count(*) FROM survey_answer`); n != 2 {
			t.Errorf("%d answers, not 2", n)
		}
		raw, _ := sheet.XLSX(sheet.Plain([][]string{{"instance", "consent", "alone"}, {"", "spoken", "y"}}))
		_, err := w.s.Take(w.Vols[0].Ctx, survey.TakeInput{ID: d.ID, File: blob.Upload{Data: raw}})
		w.Refused(err, "denied", "a volunteer with a table")
	})
}

// An instance is one answer: again the same, else a conflict; of a version that was asked, while it is asked, by who may.
func TestAnswer(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		in := w.given(d, 1)
		first := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, in))
		if again := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, in)); again.ID != first.ID || again.Answers["age"] != "76" {
			t.Errorf("again %+v", again)
		}
		_, err := w.s.Answer(w.Vols[1].Ctx, in)
		w.Refused(err, "conflict", "another's instance")
		other := w.given(d, 1)
		other.Answers["age"] = []string{"77"}
		_, err = w.s.Answer(w.Vols[0].Ctx, other)
		w.Refused(err, "conflict", "another answer")
		less := w.given(d, 1)
		delete(less.Answers, "illness")
		_, err = w.s.Answer(w.Vols[0].Ctx, less)
		w.Refused(err, "conflict", "an answer less")
		for _, c := range []struct {
			change func(*survey.AnswerInput)
			code   string
		}{
			{func(in *survey.AnswerInput) { in.FormVersion = 2 }, "invalid"},
			{func(in *survey.AnswerInput) { at := attendancetest.Noon.Add(6 * time.Minute); in.At = &at }, "invalid"},
			{func(in *survey.AnswerInput) { at := attendancetest.Noon.Add(-time.Minute); in.At = &at }, "invalid"},
			{func(in *survey.AnswerInput) { in.AgreedDay = clock.DayOf(attendancetest.Noon).AddDays(1) }, "invalid"},
			{func(in *survey.AnswerInput) { in.Answers["door"] = []string{"5"} }, "invalid"},
			{func(in *survey.AnswerInput) { in.PersonID = w.ResidentPerson }, "invalid"},
			{func(in *survey.AnswerInput) { in.PersonID = 5 }, "invalid"},
		} {
			in := w.given(d, 2)
			c.change(&in)
			_, err := w.s.Answer(w.Vols[0].Ctx, in)
			w.Refused(err, c.code, text(in))
		}
		_, err = w.s.Answer(w.Elsewhere, w.given(d, 2))
		w.Refused(err, "not_found", "from elsewhere")
		_, err = w.s.Answer(w.Resident, w.given(d, 2))
		w.Refused(err, "denied", "a resident")
		w.goes[auth.From(w.Vols[0].Ctx).Person] = w.ResidentPerson
		named := w.given(d, 2)
		named.PersonID = w.ResidentPerson
		if a := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, named)); a.PersonID != w.ResidentPerson {
			t.Error("nobody's answer")
		}
		away := w.Person("邻村人", 5)
		w.exec(fmt.Sprintf(`UPDATE person SET region = (SELECT MIN(code) FROM region WHERE code > %d) WHERE id = %d`, attendancetest.Gacha, away))
		neighbour := w.given(d, 7)
		neighbour.PersonID = away
		_, err = w.s.Answer(w.Town, neighbour)
		w.Refused(err, "invalid", "who lives outside the survey's place")
		if err == nil || !strings.Contains(err.Error(), "不住在问卷的地方") {
			t.Error(err)
		}
		closed := must[survey.Detail](w)(w.s.Close(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version}))
		late := w.given(d, 3)
		_, err = w.s.Answer(w.Vols[0].Ctx, late)
		w.Refused(err, "wrong_state", "over")
		clock.Set(closed.ClosedAt.Add(time.Hour))
		before := closed.ClosedAt.Add(-time.Second)
		late.At = &before
		_, err = w.s.Answer(w.Vols[0].Ctx, late)
		w.Refused(err, "wrong_state", "late, with a network")
		late.Offline = true
		_, err = w.s.Answer(w.Vols[0].Ctx, late)
		w.Refused(err, "invalid", "before it was asked")
		late.At = closed.ClosedAt
		_, err = w.s.Answer(w.Vols[0].Ctx, late)
		w.Refused(err, "wrong_state", "filled in when it was over")
	})
}

// An instance is of one person and one survey, whoever says it again; nobody is asked for an entry that is no more, nor by a volunteer who
// is none now.
func TestWhose(t *testing.T) {
	each(t, func(w *world) {
		d, other := w.open(), w.open()
		named := w.given(d, 1)
		named.PersonID = w.ResidentPerson
		must[survey.Answer](w)(w.s.Answer(w.Manager, named))
		for name, in := range map[string]survey.AnswerInput{"of nobody": w.given(d, 1), "of another survey": w.given(other, 1)} {
			_, err := w.s.Answer(w.Manager, in)
			w.Refused(err, "conflict", name)
		}
		elsewhere := w.given(other, 1)
		elsewhere.PersonID = w.ResidentPerson
		_, err := w.s.Answer(w.Manager, elsewhere)
		w.Refused(err, "conflict", "of another survey, of the same person")
		gone := w.given(d, 2)
		gone.PersonID = w.Person("走了的人", 6)
		w.exec(fmt.Sprintf(`UPDATE person SET state = 'merged', merged_into = %d WHERE id = %d`, w.ResidentPerson, gone.PersonID))
		_, err = w.s.Answer(w.Manager, gone)
		w.Refused(err, "invalid", "an entry that is no more")
		w.exec(fmt.Sprintf(`UPDATE volunteer SET status = 'left' WHERE id = %d`, w.Vols[1].ID))
		_, err = w.s.Answer(w.Vols[1].Ctx, w.given(d, 3))
		w.Refused(err, "not_found", "a volunteer who is none now")
	})
}

// What was filled in without a network while it was asked is kept when it comes later.
func TestOffline(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		clock.Set(attendancetest.Noon.Add(2 * time.Hour))
		at := attendancetest.Noon.Add(time.Hour)
		must[survey.Detail](w)(w.s.Close(w.Manager, survey.StepInput{ID: d.ID, Version: d.Version}))
		clock.Set(attendancetest.Noon.Add(100 * time.Hour))
		in := w.given(d, 1)
		in.At, in.Channel = &at, survey.OnPhone
		_, err := w.s.Answer(w.Vols[0].Ctx, in)
		w.Refused(err, "wrong_state", "late, with a network")
		in.Offline = true
		a := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, in))
		if !a.Offline || !a.At.Equal(at) || a.Day != clock.DayOf(at) || a.AgreedDay != a.Day {
			t.Errorf("%+v", a)
		}
	})
}

// Sensitive answers are read by few, with a reason that the trail keeps; lists, files and pages without it do not hold them.
func TestSensitive(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		a := must[survey.Answer](w)(w.s.Answer(w.Manager, w.given(d, 1)))
		for _, who := range []context.Context{w.Manager, w.Town} {
			_, err := w.s.Read(who, survey.ReadInput{ID: a.ID, Reason: "看看"})
			w.Refused(err, "denied", "not one of the few")
			_, err = w.s.Export(who, survey.ExportInput{ID: d.ID, Sensitive: true, Reason: "看看"})
			w.Refused(err, "denied", "not one of the few")
		}
		_, err := w.s.Export(w.Head, survey.ExportInput{ID: d.ID, Sensitive: true, Reason: " "})
		w.Refused(err, "invalid", "no reason")
		_, err = w.s.Read(w.Elsewhere, survey.ReadInput{ID: a.ID, Reason: "看看"})
		w.Refused(err, "not_found", "from elsewhere")
		if l := must[survey.Leaf](w)(w.s.Read(w.Head, survey.ReadInput{ID: a.ID, Reason: "配药"})); l.Answers["illness"] != "高血压" {
			t.Error("not opened")
		}
		mine := w.given(d, 2) // said again by who may see the answer and not what is sealed: a right guess is answered as a wrong one
		must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, mine))
		for _, guess := range []string{"高血压", "糖尿病"} {
			for _, channel := range []string{survey.OnDesk, survey.OnTable} {
				again := w.given(d, 2)
				again.Channel, again.Answers["illness"] = channel, []string{guess}
				_, err = w.s.Answer(w.Manager, again)
				w.Refused(err, "conflict", guess+" is guessed through "+channel)
			}
		}
		must[survey.Answer](w)(w.s.Answer(w.Head, mine))
		bare := w.given(d, 2)
		bare.Channel = survey.OnTable
		delete(bare.Answers, "illness")
		must[survey.Answer](w)(w.s.Answer(w.Manager, bare))
		if n := w.count(`SELECT count(*) FROM audit WHERE action = 'survey.read' AND cause = '配药'`); n != 1 {
			t.Errorf("%d lines in the trail", n)
		}
		if n := w.count(`SELECT count(*) FROM survey_answer WHERE answers LIKE '%高血压%'`); n != 0 {
			t.Error("plain in the table")
		}
		file := must[blob.File](w)(w.s.Export(w.Manager, survey.ExportInput{ID: d.ID}))
		book, err := sheet.ReadBook(file.Body, 100)
		if err != nil || strings.Contains(fmt.Sprint(book), "高血压") || strings.Contains(fmt.Sprint(book), "illness") {
			t.Error("the file holds it", err)
		}
		srv := w.Web(w.s.Routes)
		for _, path := range []string{"/desk/survey-answers/" + a.ID.String(), "/desk/surveys/" + d.ID.String() + "/answers",
			"/api/v1/survey-answers/" + a.ID.String(), "/api/v1/surveys/" + d.ID.String() + "/answers"} {
			if code, page := srv.Do("head", "GET", path, ""); code != 200 || strings.Contains(page, "高血压") {
				t.Errorf("%s: %d", path, code)
			}
		}
		code, page := srv.Do("head", "POST", "/desk/survey-answers/"+a.ID.String()+"/read", "reason=x")
		if code != 200 || !strings.Contains(page, "高血压") {
			t.Errorf("%d", code)
		}
	})
}

// A picture is put to an answer that is kept, once, and seen where the answer is.
func TestPicture(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		a := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, w.given(d, 1)))
		var raw bytes.Buffer
		if err := png.Encode(&raw, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
			t.Fatal(err)
		}
		in := survey.PictureInput{ID: a.ID, Version: a.Version, Question: "door", File: blob.Upload{Name: "a.png", Data: raw.Bytes()}}
		_, err := w.s.Picture(w.Vols[1].Ctx, in)
		w.Refused(err, "not_found", "another volunteer")
		wrong := in
		wrong.Question = "age"
		_, err = w.s.Picture(w.Vols[0].Ctx, wrong)
		w.Refused(err, "invalid", "no picture question")
		b := must[survey.Answer](w)(w.s.Picture(w.Vols[0].Ctx, in))
		in.Version = b.Version
		_, err = w.s.Picture(w.Vols[0].Ctx, in)
		w.Refused(err, "invalid", "there is one already")
		var photo db.ID
		if err := photo.UnmarshalText([]byte(b.Answers["door"])); err != nil {
			t.Fatal(err)
		}
		if f := must[blob.File](w)(w.s.Photo(w.Manager, survey.PhotoInput{ID: a.ID, Photo: photo})); f.Type == "" {
			t.Error("no picture")
		}
		next := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, w.given(d, 2)))
		for _, who := range []context.Context{w.Manager, w.Head} {
			_, err = w.s.Photo(who, survey.PhotoInput{ID: next.ID, Photo: photo})
			w.Refused(err, "not_found", "a picture of another answer")
		}
		_, err = w.s.Photo(w.Manager, survey.PhotoInput{ID: a.ID, Photo: 5})
		w.Refused(err, "not_found", "no such picture")
		asked := survey.Body{Questions: []xform.Question{{Type: "text", Name: "hurt", Label: "哪里坏了"},
			{Type: "image", Name: "damage", Label: "坏的地方", Relevant: "${hurt} != ''"},
			{Type: "image", Name: "wound", Label: "伤口", Sensitive: true}}}
		v := must[survey.Detail](w)(w.s.Add(w.Manager, survey.AddInput{StationID: w.Station.ID, Title: "房子", Purpose: "修", Body: asked}))
		v = must[survey.Detail](w)(w.s.Open(w.Manager, survey.StepInput{ID: v.ID, Version: v.Version}))
		c := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, survey.AnswerInput{ID: v.ID, Instance: uuid(5), FormVersion: 1,
			Consent: person.BySpoken}))
		_, err = w.s.Picture(w.Vols[0].Ctx, survey.PictureInput{ID: c.ID, Version: c.Version, Question: "damage", File: in.File})
		w.Refused(err, "invalid", "a picture that is not asked for")
		in.ID, in.Version, in.Question = c.ID, c.Version, "wound"
		c = must[survey.Answer](w)(w.s.Picture(w.Vols[0].Ctx, in))
		all := must[survey.Leaf](w)(w.s.Read(w.Head, survey.ReadInput{ID: c.ID, Reason: "换药"}))
		if err := photo.UnmarshalText([]byte(all.Answers["wound"])); err != nil || c.Answers["wound"] != "" {
			t.Fatal(err, c.Answers)
		}
		_, err = w.s.Photo(w.Manager, survey.PhotoInput{ID: c.ID, Photo: photo})
		w.Refused(err, "not_found", "a sensitive picture")
		must[blob.File](w)(w.s.Photo(w.Head, survey.PhotoInput{ID: c.ID, Photo: photo}))
		if again := must[survey.Answer](w)(w.s.Answer(w.Vols[0].Ctx, w.given(d, 1))); again.ID != a.ID {
			t.Error("a picture makes no other answer")
		}
	})
}

// Answers go with a merged entry; of an erased person nothing stays but that he was asked; verify notices what does not fit.
func TestPerson(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		in := w.given(d, 1)
		in.PersonID = w.ResidentPerson
		a := must[survey.Answer](w)(w.s.Answer(w.Manager, in))
		held := func(id db.ID) (out string) {
			w.Write(func(tx *db.Tx) error {
				v, err := w.s.Held(w.System, tx, id)
				out = text(v)
				return err
			})
			return out
		}
		if got := held(w.ResidentPerson); !strings.Contains(got, "高血压") || !strings.Contains(got, "买菜、别的") {
			t.Errorf("held: %s", got)
		}
		other := w.Person("另一条", 7)
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: w.ResidentPerson, To: other})
		})
		if held(w.ResidentPerson) != "null" || !strings.Contains(held(other), "高血压") {
			t.Error("the answer did not go with the entry")
		}
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, other, "注销") })
		if got := held(other); strings.Contains(got, "高血压") || strings.Contains(got, "修门") || !strings.Contains(got, "入户走访") {
			t.Errorf("held after: %s", got)
		}
		for _, broken := range []string{`UPDATE survey_answer SET answers = '{"nobody":"1"}'`,
			`UPDATE survey_answer SET answers = '{"illness":"1"}'`, `UPDATE survey_answer SET answers = '{ }'`,
			`UPDATE survey_answer SET answers = '{}', form_no = 9`, `UPDATE survey SET form_no = 5`} {
			w.exec(broken)
			w.whole(1)
			w.exec(`UPDATE survey_answer SET answers = '{}', form_no = 1`)
			w.exec(`UPDATE survey SET form_no = 1`)
		}
		if l := must[survey.Leaf](w)(w.s.One(w.Manager, survey.OneInput{ID: a.ID})); len(l.Answers) != 0 {
			t.Error("not blank")
		}
	})
}

// Each page holds what its reader needs; the form offers people by name at the desk, and none to volunteers.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		d := w.open()
		a := must[survey.Answer](w)(w.s.Answer(w.Manager, w.given(d, 1)))
		srv := w.Web(w.s.Routes)
		at := "/desk/surveys/" + d.ID.String()
		for _, c := range []struct{ who, path, has, hasNot string }{
			{"manager", "/desk/surveys", "入户走访", "没有这样的问卷"},
			{"elsewhere", "/desk/surveys", "没有这样的问卷", "入户走访"},
			{"manager", "/desk/surveys?state=closed", "没有这样的问卷", "入户走访"},
			{"manager", "/desk/surveys/new", "XLSForm", ""},
			{"manager", at, "填一份", ""},
			{"manager", at + "?edit=alone", "改这一题", ""},
			{"manager", at + "/fill?q=%E5%85%B6%E6%9C%A8%E6%A0%BC", "其木格", ""},
			{"manager", at + "/fill?person_id=" + w.ResidentPerson.String(), "其木格", ""},
			{"manager", at + "/boxes", "1 买菜，2 看病，3 别的", ""},
			{"manager", at + "/answers", "站里录入", "高血压"},
			{"manager", "/desk/survey-answers/" + a.ID.String(), "买菜、别的", "高血压"},
			{"volunteer", "/my/surveys", "入户走访", ""},
			{"volunteer", "/my/surveys/" + d.ID.String() + "?q=%E5%85%B6%E6%9C%A8%E6%A0%BC", "独居吗", "其木格"},
		} {
			code, page := srv.Do(c.who, "GET", c.path, "")
			if code != 200 || !strings.Contains(page, c.has) || c.hasNot != "" && strings.Contains(page, c.hasNot) {
				t.Errorf("%s %s: %d, wants %q without %q", c.who, c.path, code, c.has, c.hasNot)
			}
		}
		code, page := srv.Do("manager", "POST", at+"/answers",
			"instance="+uuid(9)+"&form_version=1&consent=spoken&channel=desk&answers.age=121&answers.other=abc")
		if code != 422 || !strings.Contains(page, "最多 120") || !strings.Contains(page, uuid(9)) || !strings.Contains(page, "这道题要回答") {
			t.Errorf("a refused form: %d", code)
		}
		if code, _ := srv.Do("volunteer", "GET", "/my/surveys/"+d.ID.String()+"?person_id="+w.ResidentPerson.String(), ""); code != 404 {
			t.Errorf("a volunteer at a stranger's form: %d", code)
		}
	})
}
