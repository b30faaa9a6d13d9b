package survey

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/pdf"
	"linli/internal/platform/sheet"
	"linli/internal/platform/xform"
)

func unmarshal(text string, v any) error { return json.Unmarshal([]byte(text), v) }

// newInstance is a random UUID of version 4.
func newInstance() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return instance(b, 4)
}

func instance(b [16]byte, version byte) string {
	b[6], b[8] = b[6]&0x0f|version<<4, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Workbook gives the questions as an XLSForm workbook, which can be brought again, here or elsewhere.
func (s *Service) Workbook(ctx context.Context, in GetInput) (blob.File, error) {
	return act.Look(ctx, s.db, &s.surveys, in.ID, func(tx *db.Tx, v Survey) (blob.File, error) {
		no := max(v.FormNo, v.NextNo)
		if in.FormVersion != 0 {
			no = in.FormVersion
		}
		f, err := s.whatAsks(ctx, tx, v, no)
		if err != nil {
			return blob.File{}, err
		}
		return f.File(fmt.Sprint(no))
	})
}

// whatAsks is a version of the questions, or the word that there are none yet.
func (s *Service) whatAsks(ctx context.Context, tx *db.Tx, v Survey, no int64) (*xform.Form, error) {
	row, err := formAt.Get(ctx, tx, v.ID, no)
	if err != nil {
		return nil, err
	}
	if !asks(row.Source) {
		return nil, errs.WrongState("还没有题目")
	}
	return compiled(row.Source)
}

// Sheet prints the questions with numbered boxes, to be filled in with a pen and copied at the desk by the numbers.
func (s *Service) Sheet(ctx context.Context, in GetInput) (blob.File, error) {
	return act.Look(ctx, s.db, &s.surveys, in.ID, func(tx *db.Tx, v Survey) (blob.File, error) {
		no := max(v.FormNo, v.NextNo)
		if in.FormVersion != 0 {
			no = in.FormVersion
		}
		f, err := s.whatAsks(ctx, tx, v, no)
		if err != nil {
			return blob.File{}, err
		}
		p := paper.New(v.Title, clock.DayOf(tx.Now), true)
		p.Page()
		p.TextIn(pdf.Bold, 16, paper.Margin, p.Y, p.Wide, 9, pdf.Centre, v.Title)
		p.Y += 12
		p.PrintText(10.5, 6, fmt.Sprintf("%s，第 %d 版。%s\n问之前先说明来意，问对方同不同意：□1 本人口头 □2 纸面签名 □3 监护人代为同意　　日期：________　填的人：________",
			v.Station, no, v.Purpose))
		p.Y += 3
		p.PrintText(11, 7, onPaper(f))
		return paper.File(v.Title+"-纸面", p.Doc)
	})
}

// onPaper are the questions as lines.
func onPaper(f *xform.Form) string {
	var out []string
	for i, q := range f.Questions {
		ask := q.Label
		if f.Number(i) != 0 {
			ask = fmt.Sprintf("%d. %s", f.Number(i), q.Label)
		}
		if q.Required {
			ask += "（必答）"
		}
		if q.Relevant != "" {
			ask += "（不是都要答，见说明）"
		}
		switch q.Type {
		case xform.EndGroup:
			continue
		case xform.BeginGroup:
			out = append(out, "【"+q.Label+"】")
			continue
		case xform.Note:
			out = append(out, ask)
			continue
		case xform.SelectMultiple:
			ask += "（可以选几个）"
		case xform.Image:
			ask += "（照片另外传）"
		}
		out = append(out, ask)
		if q.Hint != "" {
			out = append(out, "　　"+q.Hint)
		}
		out = append(out, blankOf(f, q))
	}
	return strings.Join(out, "\n")
}

// blankOf is where the pen writes.
func blankOf(f *xform.Form, q xform.Question) string {
	switch {
	case q.Selects():
		var boxes []string
		for n, c := range f.ChoicesOf(q) {
			boxes = append(boxes, fmt.Sprintf("□%d %s", n+1, c.Label))
		}
		return "　　" + strings.Join(boxes, "　　")
	case q.Type == xform.Acknowledge:
		return "　　□1 同意"
	case q.Type == xform.Text:
		return "　　________________________________________________"
	}
	return "　　________________"
}

// head are the columns of a table of answers that stand before those of the questions.
var head = []string{"instance", "form_version", "day", "consent", "consent_day"}

// exportMost is how many answers one file holds.
const exportMost = 5000

// ExportInput asks for the answers as a table; sensitive ones are left out unless a reason is given by who may read them.
type ExportInput struct {
	ID        db.ID  `path:"id"`
	Sensitive bool   `query:"sensitive" doc:"连敏感的答案一起，要写原因"`
	Reason    string `query:"reason" maxLength:"100"`
}

// Export gives the answers under the version in force as a table, which can be taken in again: a line each, then the questions' words.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "survey.export", ID: in.ID}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out blob.File, err error) {
		v, err := load(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, v.place())
		}
		if err == nil && in.Sensitive {
			if err = auth.Require(ctx, Read, View, v.place()); err == nil && strings.TrimSpace(in.Reason) == "" {
				err = errs.Field("reason", "看敏感的答案要写原因")
			}
		}
		if err != nil {
			return out, err
		}
		f, err := s.whatAsks(ctx, tx, v, max(v.FormNo, 1))
		if err != nil {
			return out, err
		}
		rows, err := answers.First(ctx, tx, filed{AnswersInput{ID: v.ID, FormVersion: v.FormNo}, auth.ScopeOf(ctx, View)}, exportMost)
		if err != nil {
			return out, err
		}
		table, err := s.tableOf(f, rows, in.Sensitive)
		if err != nil {
			return out, err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "survey", ID: v.ID.String(), Region: v.Region, Cause: in.Reason,
			Detail: map[string]any{"rows": len(rows), "sensitive": in.Sensitive}}); err != nil {
			return out, err
		}
		return sheet.File("xlsx", v.Title+"-答卷", sheet.Plain(table))
	})
}

// wordsRow marks the line that says the questions in words; it is no answer.
const wordsRow = "题目"

func (s *Service) tableOf(f *xform.Form, rows []Answer, sensitive bool) ([][]string, error) {
	names, words := append([]string{}, head...), []string{wordsRow, "第几版", "日期", "怎样同意的", "哪天同意的"}
	for _, q := range f.Questions {
		if q.Answered() && (sensitive || !q.Sensitive) {
			names, words = append(names, q.Name), append(words, q.Label)
		}
	}
	out := [][]string{names, words}
	for _, a := range rows {
		err := unmarshal(a.Plain, &a.Answers)
		all := a.Answers
		if sensitive && err == nil {
			all, err = s.whole(a)
		}
		if err != nil {
			return nil, err
		}
		line := []string{a.Instance, fmt.Sprint(a.FormNo), a.Day.String(), a.Consent, a.AgreedDay.String()}
		for _, name := range names[len(head):] {
			line = append(line, all[name])
		}
		out = append(out, line)
	}
	return out, nil
}

// TakeInput brings answers in a table.
type TakeInput struct {
	ID   db.ID       `path:"id"`
	File blob.Upload `json:"file" doc:"XLSX 或 CSV：第一行是 instance、consent 和题目代号"`
}

// mostRows of a table are taken in at once.
const mostRows = 500

// Take keeps the answers of a table, all of them or none; what is wrong is said of each cell.
func (s *Service) Take(ctx context.Context, in TakeInput) (Detail, error) {
	var book sheet.Book
	op := act.Op{Perm: Fill, Action: "survey.take", ID: in.ID, Quiet: "each answer leaves its own", Check: func() (err error) {
		if len(in.File.Data) == 0 {
			return errs.Field("file", "请选文件")
		}
		book, err = sheet.ReadBook(in.File.Data, mostRows)
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Detail, error) {
		c := errs.Check{}
		v, err := load(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, Keep, Fill, v.place())
		}
		if err == nil && v.State != Open {
			err = errs.WrongState("这份问卷现在不问：" + states.Word(v.State))
		}
		if err == nil && (len(book.Sheets) == 0 || len(book.Sheets[0].Rows) < 2) {
			err = errs.Field("file", "没有答卷：第一行是列名，下面一行一份")
		}
		if err != nil {
			return Detail{}, err
		}
		page := book.Sheets[0]
		t := grid{name: page.Name, c: c, heads: map[string]int{}}
		for i, cell := range page.Rows[0].Cells {
			t.heads[cell.Text] = i
		}
		for _, row := range page.Rows[1:] {
			if err := s.takeRow(ctx, tx, v, t, row); err != nil {
				return Detail{}, err
			}
		}
		if err := c.Err(); err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, v.ID)
	})
}

// grid is where the reading of a table of answers stands.
type grid struct {
	name  string
	heads map[string]int
	c     errs.Check
}

func (t grid) cell(row sheet.Row, head string) string {
	if i, there := t.heads[head]; there && i < len(row.Cells) {
		return row.Cells[i].Text
	}
	return ""
}

// at is the cell of a row under a heading.
func (t grid) at(row sheet.Row, head string) string {
	name, i := t.name, t.heads[head]
	if name == "" {
		name = "answers"
	}
	return fmt.Sprintf("%s!%s%d", name, xform.Letter(i), row.N)
}

// wrong notes what is wrong with a cell.
func (t grid) wrong(row sheet.Row, head, words string) {
	at := t.at(row, head)
	t.c.That(false, at, at+"："+words)
}

// takeRow keeps one line of a table; what is wrong with it is noted at its cells.
func (s *Service) takeRow(ctx context.Context, tx *db.Tx, v Survey, t grid, row sheet.Row) error {
	if t.cell(row, "instance") == wordsRow {
		return nil
	}
	in := AnswerInput{ID: v.ID, Instance: strings.ToLower(t.cell(row, "instance")), FormVersion: v.FormNo, Answers: xform.Given{},
		Channel: OnTable, Consent: t.cell(row, "consent")}
	whole := sha256.New()
	for name, i := range t.heads {
		if i < len(row.Cells) && row.Cells[i].Fault != "" {
			t.wrong(row, name, row.Cells[i].Fault)
		}
	}
	for _, c := range row.Cells {
		fmt.Fprintf(whole, "%q,", c.Text)
	}
	if in.Instance == "" { // the same line is the same answer
		in.Instance = instance([16]byte(whole.Sum([]byte(nil))[:16]), 8)
	}
	if !person.Hows.Has(in.Consent) {
		t.wrong(row, "consent", "怎样同意的要写 self、spoken、paper 或 guardian")
	}
	if text := t.cell(row, "consent_day"); text != "" {
		day, ok := clock.ReadDay(text)
		if in.AgreedDay = day; !ok {
			t.wrong(row, "consent_day", "要写日期")
		}
	}
	if text := t.cell(row, "form_version"); text != "" {
		if _, err := fmt.Sscan(text, &in.FormVersion); err != nil || in.FormVersion < 1 {
			t.wrong(row, "form_version", "要写第几版")
		}
	}
	for name := range t.heads {
		if text := t.cell(row, name); text != "" && !slices.Contains(head, name) {
			in.Answers[name] = []string{text}
		}
	}
	if len(t.c) > 0 {
		return nil
	}
	_, err := s.Record(ctx, tx, in)
	if e := (errs.Check{}); err != nil {
		if errs.KindOf(err) == errs.Conflict || errs.KindOf(err) == errs.NotFound {
			t.wrong(row, "instance", err.Error())
			return nil
		}
		if err := e.Merge(err); err != nil {
			return err
		}
		for field, words := range e {
			t.wrong(row, strings.TrimPrefix(field, "answers."), words)
		}
		return nil
	}
	return nil
}
