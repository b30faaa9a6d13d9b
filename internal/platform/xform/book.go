package xform

import (
	"fmt"
	"slices"
	"strings"

	"linli/internal/platform/blob"
	"linli/internal/platform/sheet"
)

// columns of the sheets that are read; a column of another name must be empty.
var columns = map[string][]string{
	"survey":   {"type", "name", "label", "hint", "required", "constraint", "constraint_message", "relevant", "sensitive"},
	"choices":  {"list_name", "name", "label"},
	"settings": {"form_title", "form_id", "version"},
}

// needed are the columns without which a sheet says nothing.
var needed = map[string][]string{"survey": {"type", "name", "label"}, "choices": {"list_name", "name", "label"}}

// maxRows of a sheet are looked at.
const maxRows = 1000

// reader reads the sheets of a workbook.
type reader struct {
	src      Source
	problems []Problem
	rows     map[string][]int             // the number in the file of each row
	letters  map[string]map[string]string // of the columns of each sheet
	broken   bool                         // the sheets are not as they should be: the rows are not worth judging
}

// Read reads the workbook of a form, under a title of its own where one is given. What is wrong with it is said by sheet, row and column;
// the error is a file that is no workbook.
func Read(data []byte, title string) (*Form, []Problem, error) {
	book, err := sheet.ReadBook(data, maxRows)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{rows: map[string][]int{}, letters: map[string]map[string]string{}}
	seen := map[string]bool{}
	for _, p := range book.Sheets {
		name := strings.ToLower(strings.TrimSpace(p.Name))
		switch {
		case columns[name] == nil:
			r.sheetAt(brief(p.Name), "A1", "不认得这张工作表：只用 survey、choices、settings")
		case p.Hidden:
			r.sheetAt(name, "A1", "这张工作表隐藏着，请先取消隐藏")
		default:
			r.page(name, p.Rows)
		}
		seen[name] = true
	}
	if !seen["survey"] {
		r.sheetAt("survey", "A1", "没有 survey 这张工作表")
	}
	if r.broken {
		return nil, r.problems, nil
	}
	if title != "" {
		r.src.Title = title
	}
	f, found := New(r.src)
	for _, p := range found {
		r.at(r.placed(p))
	}
	if len(r.problems) > 0 {
		return nil, r.problems, nil
	}
	return f, nil, nil
}

func (r *reader) at(p Problem) {
	if len(r.problems) < mostProblems && !slices.ContainsFunc(r.problems, func(o Problem) bool { return o.At() == p.At() }) {
		r.problems = append(r.problems, p)
	}
}

// sheetAt is a problem of a sheet as a whole or of its head.
func (r *reader) sheetAt(name, cell, words string) {
	r.broken = true
	r.at(Problem{Sheet: name, Cell: cell, Words: words})
}

// placed finds the cell of a problem.
func (r *reader) placed(p Problem) Problem {
	letter := r.letters[p.Sheet][p.Column]
	if letter == "" {
		letter = "A"
	}
	n := 1
	if p.Row >= 0 && p.Row < len(r.rows[p.Sheet]) {
		n = r.rows[p.Sheet][p.Row]
	}
	p.Cell = fmt.Sprint(letter, n)
	return p
}

// page reads one sheet: its first line names the columns.
func (r *reader) page(name string, rows []sheet.Row) {
	r.letters[name] = map[string]string{}
	if len(rows) == 0 {
		return
	}
	heads := make([]string, len(rows[0].Cells))
	for i, c := range rows[0].Cells {
		head := strings.ToLower(c.Text)
		heads[i] = head
		switch {
		case head == "":
		case !slices.Contains(columns[name], head) && used(rows[1:], i):
			r.sheetAt(name, fmt.Sprint(Letter(i), rows[0].N), "不认得“"+brief(c.Text)+"”这一列：可以用 "+strings.Join(columns[name], "、"))
		case r.letters[name][head] != "":
			r.sheetAt(name, fmt.Sprint(Letter(i), rows[0].N), "“"+brief(c.Text)+"”这一列有两个")
		default:
			r.letters[name][head] = Letter(i)
		}
	}
	for _, need := range needed[name] {
		if r.letters[name][need] == "" {
			r.sheetAt(name, fmt.Sprint("A", rows[0].N), "缺少“"+need+"”这一列")
		}
	}
	for _, row := range rows[1:] {
		r.row(name, heads, row)
	}
}

// used says whether anything stands in a column.
func used(rows []sheet.Row, i int) bool {
	return slices.ContainsFunc(rows, func(r sheet.Row) bool { return i < len(r.Cells) && !r.Cells[i].Blank() })
}

// Letter names the column of a workbook, from 0.
func Letter(i int) string {
	out := ""
	for i++; i > 0; i = (i - 1) / 26 {
		out = string(rune('A'+(i-1)%26)) + out
	}
	return out
}

func (r *reader) row(name string, heads []string, row sheet.Row) {
	cells := map[string]string{}
	for i, c := range row.Cells {
		at := fmt.Sprint(Letter(i), row.N)
		switch {
		case c.Formula:
			r.at(Problem{Sheet: name, Cell: at, Words: "这一格是公式，请改成文字"})
		case c.Blank():
		case c.Fault != "":
			r.at(Problem{Sheet: name, Cell: at, Words: c.Fault})
		case i >= len(heads) || heads[i] == "":
			r.at(Problem{Sheet: name, Cell: at, Words: "这一格上面没有列名"})
		default:
			cells[heads[i]] = plain(c.Text)
		}
	}
	r.rows[name] = append(r.rows[name], row.N)
	switch name {
	case "survey":
		r.src.Questions = append(r.src.Questions, r.question(cells, row.N))
	case "choices":
		r.src.Choices = append(r.src.Choices, Choice{List: cells["list_name"], Name: cells["name"], Label: cells["label"]})
	default:
		if r.src.Title == "" {
			r.src.Title = cells["form_title"]
		}
	}
}

// question makes one row of the sheet survey.
func (r *reader) question(cells map[string]string, n int) Question {
	kind, list, _ := strings.Cut(strings.Join(strings.Fields(cells["type"]), " "), " ")
	if (kind == "begin" || kind == "end") && list == "group" { // both ways of writing are in use
		kind, list = kind+"_group", ""
	}
	q := Question{Type: kind, List: list, Name: cells["name"], Label: cells["label"], Hint: cells["hint"], Constraint: cells["constraint"],
		ConstraintMessage: cells["constraint_message"], Relevant: cells["relevant"]}
	q.Required = r.yes("required", cells["required"], n)
	q.Sensitive = r.yes("sensitive", cells["sensitive"], n)
	return q
}

func (r *reader) yes(column, text string, n int) bool {
	switch strings.ToLower(text) {
	case "yes", "true", "true()", "是", "1":
		return true
	case "", "no", "false", "false()", "否", "0":
		return false
	}
	r.at(Problem{Sheet: "survey", Cell: fmt.Sprint(r.letters["survey"][column], n), Words: "要写 yes，或者不填"})
	return false
}

// File gives the workbook of a form, which reads to the same form.
func (f *Form) File(version string) (blob.File, error) {
	survey := [][]string{columns["survey"]}
	for _, q := range f.Questions {
		survey = append(survey, []string{strings.TrimSpace(q.Type + " " + q.List), q.Name, q.Label, q.Hint, yesOf(q.Required), q.Constraint,
			q.ConstraintMessage, q.Relevant, yesOf(q.Sensitive)})
	}
	choices := [][]string{columns["choices"]}
	for _, c := range f.Choices {
		choices = append(choices, []string{c.List, c.Name, c.Label})
	}
	settings := [][]string{columns["settings"], {f.Title, "linli", version}}
	var tables []sheet.Table
	for i, t := range [][][]string{survey, choices, settings} {
		tables = append(tables, sheet.Plain(t))
		tables[i].Name = []string{"survey", "choices", "settings"}[i]
	}
	return sheet.File("xlsx", f.Title, tables...)
}

func yesOf(b bool) string {
	if b {
		return "yes"
	}
	return ""
}
