package survey

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"linli/internal/platform/auth"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
	"linli/internal/platform/xform"
)

// page is where a refused answer is shown again.
func (in AnswerInput) page(base string) string {
	path := base + "/" + in.ID.String()
	switch {
	case base == desk && in.Boxes:
		path += "/boxes"
	case base == desk:
		path += "/fill"
	}
	person := ""
	if in.PersonID != 0 {
		person = in.PersonID.String()
	}
	return ui.Href(path, "person_id", person)
}

// again is the part of the address in which a question is said anew.
func (in PutInput) again() string {
	if in.Name == "" {
		return ""
	}
	return "?edit=" + in.Name
}

var typeWords = ui.Options(xform.SelectOne, "单选", xform.SelectMultiple, "多选", xform.Text, "文字", xform.Integer, "整数", xform.Decimal, "小数",
	xform.Date, "日期", xform.Acknowledge, "打勾同意", xform.Geopoint, "位置", xform.Image, "照片", xform.Note, "说明（不用答）")

func typeWord(kind string) string {
	for _, o := range typeWords {
		if o.Value == kind {
			return o.Label
		}
	}
	return map[string]string{xform.BeginGroup: "分组", xform.EndGroup: "分组结束"}[kind]
}

// keeps says whether the reader may change the survey.
func (d Detail) keeps(ctx context.Context) bool { return auth.Can(ctx, Keep, d.place()) }

// changing says that the questions shown are not asked yet.
func (d Detail) changing() bool { return d.NextNo != 0 && d.Shown == d.NextNo }

// latest says that the questions shown are the last ones, which may be changed.
func (d Detail) latest() bool { return d.Shown == max(d.FormNo, d.NextNo) && d.State != Closed }

func (d Detail) openWord() string {
	switch {
	case d.State == Draft:
		return "发布，开始问"
	case d.State == Closed:
		return "再开始问"
	}
	return "发布改过的题目"
}

// edited is the question that is said anew on the page, an empty one when none is.
func (d Detail) edited(name string) PutInput {
	for _, q := range d.Source.Questions {
		if q.Name == name && built(q.Type) {
			return PutInput{Name: q.Name, Type: q.Type, Label: q.Label, Hint: q.Hint, Required: q.Required, Sensitive: q.Sensitive,
				Relevant: q.Relevant, Constraint: q.Constraint, ConstraintMessage: q.ConstraintMessage, Choices: d.lines(q)}
		}
	}
	return PutInput{}
}

// lines are the choices of a question, one a line.
func (d Detail) lines(q xform.Question) string {
	var out []string
	for _, c := range d.Source.Choices {
		if q.Selects() && c.List == q.List {
			out = append(out, c.Label)
		}
	}
	return strings.Join(out, "\n")
}

// about says of a question what is particular about it.
func (d Detail) about(q xform.Question) string {
	out := []string{typeWord(q.Type)}
	if lines := d.lines(q); lines != "" {
		out = append(out, strings.ReplaceAll(lines, "\n", " / "))
	}
	if q.Required {
		out = append(out, "必答")
	}
	if q.Relevant != "" {
		out = append(out, "什么时候问："+q.Relevant)
	}
	if q.Constraint != "" {
		out = append(out, "条件："+q.Constraint)
	}
	return strings.Join(out, "，")
}

// rules are what the script of the page knows of a row.
func (p Paper) rules(i int) templ.Attributes {
	q := p.Form.Questions[i]
	asked, check := p.Form.Rules(i)
	out := templ.Attributes{"data-q": q.Name, "data-asked": asked, "data-check": check}
	if up := p.Form.Parent(i); up >= 0 {
		out["data-in"] = p.Form.Questions[up].Name
	}
	if check != "" {
		out["data-say"] = q.ConstraintMessage
	}
	return out
}

// must says whether the browser may ask for an answer: not where it hangs on others whether the question is asked at all.
func (p Paper) must(i int) bool {
	for at := i; at >= 0; at = p.Form.Parent(at) {
		if p.Form.Questions[at].Relevant != "" {
			return false
		}
	}
	return p.Form.Questions[i].Required
}

// field is what a field of an answer has in common.
func (p Paper) field(i int) ui.FieldOpts {
	q := p.Form.Questions[i]
	return ui.FieldOpts{Name: "answers." + q.Name, Label: fmt.Sprintf("%d. %s", p.Form.Number(i), q.Label), Hint: q.Hint, Required: p.must(i)}
}

func (f fields) with(change func(*ui.FieldOpts)) ui.FieldOpts {
	o := ui.FieldOpts(f)
	change(&o)
	return o
}

type fields ui.FieldOpts

// figures is a field that takes a number or a day.
func (p Paper) figures(i int) ui.FieldOpts {
	return fields(p.field(i)).with(func(o *ui.FieldOpts) {
		o.Autocomplete, o.Max = "off", "40"
		switch p.Form.Questions[i].Type {
		case xform.Integer:
			o.InputMode = "numeric"
		case xform.Decimal:
			o.InputMode = "decimal"
		case xform.Date:
			o.Type, o.Max = "date", ""
		case xform.Geopoint:
			o.Hint = strings.TrimSpace(o.Hint + " 纬度和经度，中间空一格")
		}
	})
}

// boxes is a field for the numbers of boxes on paper.
func (p Paper) boxes(i int) ui.FieldOpts {
	q := p.Form.Questions[i]
	return fields(p.field(i)).with(func(o *ui.FieldOpts) {
		var list []string
		for n, c := range p.Form.ChoicesOf(q) {
			list = append(list, format.Int(int64(n+1))+" "+c.Label)
		}
		o.Hint, o.Autocomplete, o.Max, o.InputMode = strings.Join(list, "，"), "off", "100", "numeric"
		if q.Type == xform.SelectMultiple {
			o.Hint, o.InputMode = o.Hint+"；几个号码中间空一格", "text"
		}
	})
}

func (p Paper) options(q xform.Question) (out []ui.Option) {
	for _, c := range p.Form.ChoicesOf(q) {
		out = append(out, ui.Option{Value: c.Name, Label: c.Label})
	}
	return out
}

func (b Blank) options() (out []ui.Option) {
	for _, s := range b.Stations {
		out = append(out, ui.Option{Value: s.ID.String(), Label: s.Name})
	}
	return out
}

func (p AnswersPage) with(name, value string) string {
	version := ""
	if p.In.FormVersion != 0 {
		version = format.Int(p.In.FormVersion)
	}
	return ui.Href(pageOf(p.In.ID)+"/answers", "channel", p.In.Channel, "form_version", version, name, value)
}

// whom says of whom an answer is.
func (a Answer) whom() string {
	if a.Name == "" {
		return "没有记名"
	}
	return a.Name
}

// shown are the rows of an answer that may be shown.
func (l Leaf) shown() []said {
	return inWords(l.Form, l.plainAnswers())
}

// plainAnswers are the answers but those to picture questions, which are shown as pictures.
func (l Leaf) plainAnswers() xform.Answers {
	out := xform.Answers{}
	for name, v := range l.Answers {
		if i, there := l.Form.Index(name); there && l.Form.Questions[i].Type != xform.Image {
			out[name] = v
		}
	}
	return out
}

// photos are the pictures of an answer, by the questions to which they belong.
func (l Leaf) photos() (out []said) {
	for _, q := range l.Form.Questions {
		if q.Type == xform.Image && l.Answers[q.Name] != "" {
			out = append(out, said{q.Label, l.Answers[q.Name]})
		}
	}
	return out
}

func names(list []xform.Question) (out []ui.Option) {
	for _, q := range list {
		out = append(out, ui.Option{Value: q.Name, Label: q.Label})
	}
	return out
}

// sensitive says whether a form asks for anything sensitive.
func sensitive(f *xform.Form) bool {
	return f != nil && slices.ContainsFunc(f.Questions, func(q xform.Question) bool { return q.Sensitive })
}

func versionWord(no int64) string {
	if no == 0 {
		return "还没有"
	}
	return "第 " + format.Int(no) + " 版"
}

func putTitle(q PutInput) string {
	if q.Name == "" {
		return "加一题"
	}
	return "改这一题：" + q.Label
}

func fillLead(v Paper, boxes bool) string {
	if boxes {
		return "照纸面录入：选择题写方框旁边的号码。" + versionWord(v.FormNo) + "，看看和纸上的是不是同一版"
	}
	return v.Station
}

func channelOf(base string, boxes bool) string {
	switch {
	case boxes:
		return OnPaper
	case base == my:
		return OnPhone
	}
	return OnDesk
}
