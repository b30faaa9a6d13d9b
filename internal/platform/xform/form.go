// Package xform is a questionnaire as people of the trade write it: a subset of XLSForm, the one form format that ODK, Kobo and others
// share. It reads and writes the workbook, judges the form, and brings answers into one form whatever carried them: a page, a printed
// sheet with numbered boxes, JSON or a table. It knows no database and no business.
//
// What is not in the subset is refused by sheet, row and column, everything in one pass and within bounded time.
package xform

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"linli/internal/platform/spelling"
)

// Types of questions.
const (
	Text           = "text"
	Integer        = "integer"
	Decimal        = "decimal"
	Date           = "date"
	SelectOne      = "select_one"
	SelectMultiple = "select_multiple"
	Note           = "note"
	Acknowledge    = "acknowledge"
	Image          = "image"
	Geopoint       = "geopoint"
	BeginGroup     = "begin_group"
	EndGroup       = "end_group"
)

// Types are all of them, in the order in which people choose.
var Types = []string{Text, Integer, Decimal, Date, SelectOne, SelectMultiple, Note, Acknowledge, Image, Geopoint, BeginGroup, EndGroup}

// Limits of a form.
const (
	MaxQuestions = 200
	MaxChoices   = 500 // of all lists together
	maxName      = 40
	maxLabel     = 500
	maxHint      = 500
	maxTitle     = 80
	maxDepth     = 5 // of groups
)

// Source is a form as it is written down.
type Source struct {
	Title     string     `json:"title" maxLength:"80" doc:"名称"`
	Questions []Question `json:"questions" required:"false" maxItems:"400" doc:"题目，按次序"`
	Choices   []Choice   `json:"choices" required:"false" maxItems:"1000" doc:"选项，按次序"`
}

// Question is one row of the sheet survey. Sensitive is a column of our own, which other programs pass over.
type Question struct {
	Type              string `json:"type" maxLength:"20" doc:"题型"`
	List              string `json:"list,omitempty" required:"false" maxLength:"60" doc:"用哪一组选项"`
	Name              string `json:"name" maxLength:"60"`
	Label             string `json:"label,omitempty" required:"false" maxLength:"600"`
	Hint              string `json:"hint,omitempty" required:"false" maxLength:"600"`
	Required          bool   `json:"required,omitempty" required:"false"`
	Constraint        string `json:"constraint,omitempty" required:"false" maxLength:"600" doc:"答案要符合的条件，答案写作 ."`
	ConstraintMessage string `json:"constraint_message,omitempty" required:"false" maxLength:"600"`
	Relevant          string `json:"relevant,omitempty" required:"false" maxLength:"600" doc:"什么时候才问"`
	Sensitive         bool   `json:"sensitive,omitempty" required:"false" doc:"敏感：答案加密，只有少数人能看"`
}

// Answered says whether a row asks for something that is kept.
func (q Question) Answered() bool {
	return q.Type != Note && q.Type != BeginGroup && q.Type != EndGroup
}

// Selects says whether a question is answered from a list of choices.
func (q Question) Selects() bool { return q.Type == SelectOne || q.Type == SelectMultiple }

// Choice is one row of the sheet choices.
type Choice struct {
	List  string `json:"list" maxLength:"60"`
	Name  string `json:"name" maxLength:"60"`
	Label string `json:"label" maxLength:"600"`
}

// Form is a source that was found right.
type Form struct {
	Source
	byName  map[string]int
	parent  []int // the group of each row, -1 outside
	asked   []expr
	checks  []expr
	choices map[string][]Choice
	numbers []int // on paper, from 1; 0 for what is not answered
}

// ChoicesOf a question, in their order.
func (f *Form) ChoicesOf(q Question) []Choice { return f.choices[q.List] }

// Number is that of a row on paper; 0 for what is not answered.
func (f *Form) Number(i int) int { return f.numbers[i] }

// Index finds a question by its name.
func (f *Form) Index(name string) (int, bool) {
	i, ok := f.byName[name]
	return i, ok
}

// Depth is in how many groups a row stands.
func (f *Form) Depth(i int) (n int) {
	for p := f.parent[i]; p >= 0; p = f.parent[p] {
		n++
	}
	return n
}

// Parent is the row of the group in which a row stands, -1 outside of all.
func (f *Form) Parent(i int) int { return f.parent[i] }

// Problem is one thing that is not right with a form: in which sheet and row, from 0, and under which heading.
type Problem struct {
	Sheet  string
	Row    int
	Column string
	Cell   string // where it stood in a workbook: C7
	Words  string
}

// At is where the problem lies: the cell of a workbook, else the field of the source.
func (p Problem) At() string {
	switch {
	case p.Cell != "":
		return p.Sheet + "!" + p.Cell
	case p.Sheet == "settings":
		return "title"
	case p.Row < 0:
		return listOf[p.Sheet]
	}
	return fmt.Sprintf("%s.%d.%s", listOf[p.Sheet], p.Row, fieldOf(p.Column))
}

var listOf = map[string]string{"survey": "questions", "choices": "choices"}

func fieldOf(column string) string {
	if column == "list_name" {
		return "list"
	}
	return column
}

// mostProblems are as many as anybody reads at once.
const mostProblems = 50

// judge gathers what is wrong with a source.
type judge struct {
	f        *Form
	problems []Problem
}

func (j *judge) say(sheet string, row int, column, words string, args ...any) {
	if len(j.problems) < mostProblems {
		j.problems = append(j.problems, Problem{Sheet: sheet, Row: row, Column: column, Words: fmt.Sprintf(words, args...)})
	}
}

var nameShape = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// New judges a source: the form, or everything that is wrong with it.
func New(src Source) (*Form, []Problem) {
	j := &judge{f: &Form{Source: tidy(src), byName: map[string]int{}, choices: map[string][]Choice{}}}
	if j.size(); len(j.problems) > 0 {
		return nil, j.problems // too large to look at each row
	}
	if n := utf8.RuneCountInString(j.f.Title); n == 0 || n > maxTitle {
		j.say("settings", -1, "form_title", "请写问卷的名称，最多 %d 个字", maxTitle)
	}
	j.listChoices()
	j.structure()
	for i, q := range j.f.Questions {
		j.question(i, q)
	}
	j.expressions()
	if len(j.problems) == 0 {
		j.loops()
	}
	if len(j.problems) > 0 {
		return nil, j.problems
	}
	return j.f, nil
}

// tidy brings the texts of a source into one form.
func tidy(src Source) Source {
	src.Title = plain(src.Title)
	src.Questions, src.Choices = slices.Clone(src.Questions), slices.Clone(src.Choices)
	for i := range src.Questions {
		q := &src.Questions[i]
		for _, s := range []*string{&q.Type, &q.List, &q.Name, &q.Label, &q.Hint, &q.Constraint, &q.ConstraintMessage, &q.Relevant} {
			*s = plain(*s)
		}
	}
	for i := range src.Choices {
		c := &src.Choices[i]
		c.List, c.Name, c.Label = plain(c.List), plain(c.Name), plain(c.Label)
	}
	return src
}

func clean(s string) string {
	return strings.TrimSpace(spelling.Seen(strings.ReplaceAll(s, "\r\n", "\n")))
}

func (j *judge) size() {
	f := j.f
	if len(f.Questions) == 0 || len(f.Questions) > MaxQuestions {
		j.say("survey", -1, "", "题目 1 到 %d 行，现在 %d 行", MaxQuestions, len(f.Questions))
	}
	if len(f.Choices) > MaxChoices {
		j.say("choices", -1, "", "选项一共最多 %d 个，现在 %d 个：太多的请改成填文字", MaxChoices, len(f.Choices))
	}
}

func (j *judge) listChoices() {
	seen := map[Choice]bool{}
	for i, c := range j.f.Choices {
		if c.List == "" {
			j.say("choices", i, "list_name", "请写是哪一组选项")
		}
		j.name("choices", i, c.Name, choiceShape)
		j.length("choices", i, "label", c.Label, maxLabel, true)
		key := Choice{List: c.List, Name: c.Name}
		if seen[key] {
			j.say("choices", i, "name", "这一组里已经有 %s", c.Name)
		}
		seen[key] = true
		j.f.choices[c.List] = append(j.f.choices[c.List], c)
	}
}

// choiceShape: codes of choices may be numbers, and have no spaces, which stand between the codes of an answer.
var choiceShape = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func (j *judge) name(sheet string, i int, name string, shape *regexp.Regexp) {
	switch {
	case name == "":
		j.say(sheet, i, "name", "请写代号（英文字母、数字）")
	case len(name) > maxName || !shape.MatchString(name):
		j.say(sheet, i, "name", "代号只用英文字母、数字、下划线和短横，最多 %d 个", maxName)
	}
}

func (j *judge) length(sheet string, i int, column, text string, most int, needed bool) {
	n := utf8.RuneCountInString(text)
	switch {
	case n == 0 && needed:
		j.say(sheet, i, column, "请写给人看的文字")
	case n > most:
		j.say(sheet, i, column, "最多 %d 个字", most)
	case spelling.Broken(text):
		j.say(sheet, i, column, "有认不出的字")
	}
}

// structure pairs the groups and numbers what is answered.
func (j *judge) structure() {
	f, open, n := j.f, []int{}, 0
	for i, q := range f.Questions {
		at := -1
		if len(open) > 0 {
			at = open[len(open)-1]
		}
		if q.Type == EndGroup {
			if len(open) == 0 {
				j.say("survey", i, "type", "这里没有要结束的分组")
			} else {
				open, at = open[:len(open)-1], f.parent[at]
			}
		}
		f.parent = append(f.parent, at)
		if q.Type == BeginGroup {
			if open = append(open, i); len(open) > maxDepth {
				j.say("survey", i, "type", "分组最多套 %d 层", maxDepth)
			}
		}
		number := 0
		if q.Answered() {
			n++
			number = n
		}
		f.numbers = append(f.numbers, number)
	}
	for _, i := range open {
		j.say("survey", i, "type", "这个分组没有结束（end_group）")
	}
	if n == 0 {
		j.say("survey", -1, "", "没有要回答的题目")
	}
}

func (j *judge) question(i int, q Question) {
	if q.Type == EndGroup {
		return
	}
	j.name("survey", i, q.Name, nameShape)
	if _, taken := j.f.byName[q.Name]; taken {
		j.say("survey", i, "name", "代号 %s 前面已经用过", brief(q.Name))
	} else {
		j.f.byName[q.Name] = i
	}
	if !slices.Contains(Types, q.Type) {
		j.say("survey", i, "type", "不认得题型 %s：可以用 %s", brief(q.Type), strings.Join(Types, "、"))
		return
	}
	j.length("survey", i, "label", q.Label, maxLabel, true)
	j.length("survey", i, "hint", q.Hint, maxHint, false)
	j.length("survey", i, "constraint_message", q.ConstraintMessage, maxHint, false)
	switch {
	case q.Selects() && q.List == "":
		j.say("survey", i, "type", "请写用哪一组选项：%s 后面空一格写组名", q.Type)
	case q.Selects() && len(j.f.choices[q.List]) == 0:
		j.say("survey", i, "type", "choices 表里没有“%s”这一组选项", brief(q.List))
	case !q.Selects() && q.List != "":
		j.say("survey", i, "type", "%s 后面不跟选项", q.Type)
	}
	if !q.Answered() && (q.Required || q.Constraint != "" || q.Sensitive) {
		j.say("survey", i, "type", "%s 没有答案，不能设必答、条件或者敏感", q.Type)
	}
	if q.Type == Image && q.Required {
		j.say("survey", i, "required", "照片在别的都存好以后补传，不能设为必答")
	}
}

// brief keeps a text that is shown in a refusal short.
func brief(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}
