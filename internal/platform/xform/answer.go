package xform

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/width"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
	"linli/internal/platform/spelling"
)

// Yes is the answer to an acknowledge, as ODK keeps it.
const Yes = "OK"

const maxText = 2000

// Given are answers as they come, by the names of the questions: a text, a number, yes or no, or several codes.
type Given map[string][]string

// Schema lets each answer be a text, a number, a truth or a list of texts.
func (Given) Schema(huma.Registry) *huma.Schema {
	most := maxText
	return &huma.Schema{Type: huma.TypeObject, Description: "题目代号和答案：文字、数字、true，多选的是一组代号",
		AdditionalProperties: &huma.Schema{MaxLength: &most}}
}

// UnmarshalJSON takes each answer in whichever of its kinds it comes.
func (g *Given) UnmarshalJSON(raw []byte) error {
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		return errors.New("答案应是题目代号和答案")
	}
	*g = Given{}
	for name, v := range all {
		list, several := v.([]any)
		if !several {
			list = []any{v}
		}
		for _, x := range list {
			text, ok := textOf(x)
			if !ok {
				return errors.New("答案只能是文字、数字、true 或者一组代号")
			}
			if text != "" {
				(*g)[name] = append((*g)[name], text)
			}
		}
	}
	return nil
}

func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		if v {
			return Yes, true
		}
		return "", true
	}
	return "", false
}

// Answers are answers in their one form, by the names of the questions. Questions without an answer are not among them.
type Answers map[string]string

// JSON is the one way in which answers are kept: an object with its names in order.
func (a Answers) JSON() []byte {
	raw, err := json.Marshal(a)
	if err != nil {
		panic(err) // a map of texts
	}
	return raw
}

// Given are the answers as they would come again.
func (a Answers) Given() Given {
	out := Given{}
	for name, v := range a {
		out[name] = []string{v}
	}
	return out
}

// Check brings answers into their one form and judges them: what is not asked is left out, what is asked and required must be there, and
// each answer meets its condition. Errors bear the names of the questions after “answers.”.
func (f *Form) Check(in Given, today clock.Day) (Answers, error) {
	c, all := errs.Check{}, Answers{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		i, there := f.byName[name]
		if !there || !f.Questions[i].Answered() {
			c.That(false, "answers", "没有“"+brief(name)+"”这道题，或者它不用回答")
			continue
		}
		v, err := f.canon(f.Questions[i], in[name])
		if err != nil {
			c.That(false, "answers."+name, err.Error())
		} else if v != "" {
			all[name] = v
		}
	}
	m := &machine{f: f, today: today.String(), all: all, memo: map[int]bool{}}
	out := Answers{}
	for i, q := range f.Questions {
		if !q.Answered() || !m.relevant(i) {
			continue
		}
		v := all[q.Name]
		c.That(v != "" || !q.Required, "answers."+q.Name, "这道题要回答")
		if v == "" {
			continue
		}
		out[q.Name] = v
		if e := f.checks[i]; !e.none() && !truth(m.value(e)) {
			words := q.ConstraintMessage
			if words == "" {
				words = "答案不符合要求"
			}
			c.That(false, "answers."+q.Name, words)
		}
	}
	return out, c.Err()
}

// Asked says of each row whether it is asked, with these answers.
func (f *Form) Asked(all Answers, today clock.Day) []bool {
	m := &machine{f: f, today: today.String(), all: all, memo: map[int]bool{}}
	out := make([]bool, len(f.Questions))
	for i := range out {
		out[i] = m.relevant(i)
	}
	return out
}

// Secret says whether any of the answers is to a sensitive question.
func (f *Form) Secret(all Answers) bool {
	for _, q := range f.Questions {
		if q.Sensitive && all[q.Name] != "" {
			return true
		}
	}
	return false
}

var (
	wholeNumber = regexp.MustCompile(`^-?\d{1,15}$`)
	anyNumber   = regexp.MustCompile(`^-?\d{1,12}(\.\d{1,6})?$`)
	between     = regexp.MustCompile(`[\s,，、;；]+`)
	yeses       = []string{Yes, "true", "on", "1", "是", "yes"}
)

// canon brings one answer into its one form.
func (f *Form) canon(q Question, texts []string) (string, error) {
	if q.Type == SelectMultiple {
		return f.several(q, texts)
	}
	if len(texts) > 1 {
		return "", errors.New("只能有一个答案")
	}
	if len(texts) == 0 {
		return "", nil
	}
	text := plain(texts[0])
	if text == "" {
		return "", nil
	}
	switch q.Type {
	case Text:
		if utf8.RuneCountInString(text) > maxText || spelling.Broken(text) {
			return "", fmt.Errorf("最多 %d 个字，不能有认不出的字", maxText)
		}
		return text, nil
	case SelectOne:
		return f.coded(q, text)
	}
	return canonOf[q.Type](width.Fold.String(text))
}

// canonOf are the answers that are written in figures.
var canonOf = map[string]func(text string) (string, error){
	Integer: func(text string) (string, error) {
		if !wholeNumber.MatchString(text) {
			return "", errors.New("要写整数，最多 15 位")
		}
		return trimmed(text), nil
	},
	Decimal: func(text string) (string, error) {
		if !anyNumber.MatchString(text) {
			return "", errors.New("要写数字，小数最多六位")
		}
		return trimmed(text), nil
	},
	Date: func(text string) (string, error) {
		d, ok := clock.ReadDay(text)
		if !ok {
			return "", errors.New("要写日期，如 2026-11-23")
		}
		return d.String(), nil
	},
	Acknowledge: func(text string) (string, error) {
		if !slices.Contains(yeses, text) {
			return "", errors.New("同意的打勾，不同意的不填")
		}
		return Yes, nil
	},
	Image: func(text string) (string, error) {
		if !wholeID.MatchString(text) {
			return "", errors.New("照片用传上来的编号")
		}
		return text, nil
	},
	Geopoint: geopoint,
}

var wholeID = regexp.MustCompile(`^[1-9]\d{0,18}$`)

// geopoint keeps latitude and longitude; height and exactness, which other programs add, are left out.
func geopoint(text string) (string, error) {
	parts := between.Split(text, -1)
	if len(parts) != 2 && len(parts) != 4 || !anyNumber.MatchString(parts[0]) || !anyNumber.MatchString(parts[1]) {
		return "", errors.New("要写纬度和经度，中间空一格，如 40.84 111.75")
	}
	lat, lng := number(parts[0]), number(parts[1])
	if lat < -90 || lat > 90 || lng < -180 || lng > 180 {
		return "", errors.New("纬度在前、经度在后，看看写反了没有")
	}
	return trimmed(parts[0]) + " " + trimmed(parts[1]), nil
}

// plain takes off what nobody sees, and the stroke that a spreadsheet keeps before what looks like a formula.
func plain(s string) string {
	s = clean(s)
	if rest, ok := strings.CutPrefix(s, "'"); ok && sheet.Starts(rest) {
		return clean(rest)
	}
	return s
}

// trimmed is a number without needless zeros.
func trimmed(s string) string {
	minus := ""
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		minus, s = "-", rest
	}
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s = strings.TrimLeft(s, "0"); s == "" || s[0] == '.' {
		s = "0" + s
	}
	if s == "0" {
		return s
	}
	return minus + s
}

// coded finds a choice by its code, or by what people read where that is one alone.
func (f *Form) coded(q Question, text string) (string, error) {
	found := ""
	for _, c := range f.choices[q.List] {
		if c.Name == text {
			return text, nil
		}
		if c.Label == text {
			if found != "" {
				return "", errors.New("有两个选项都叫“" + q.quote(text) + "”，请写代号")
			}
			found = c.Name
		}
	}
	if found == "" {
		return "", errors.New("没有“" + q.quote(text) + "”这个选项")
	}
	return found, nil
}

// quote is an answer as a refusal repeats it, which others may read: one to a sensitive question is not.
func (q Question) quote(text string) string {
	if q.Sensitive {
		return "…"
	}
	return brief(text)
}

// several keeps the chosen codes in the order of the list.
func (f *Form) several(q Question, texts []string) (string, error) {
	chosen := map[string]bool{}
	for _, text := range texts {
		if code, err := f.coded(q, plain(text)); err == nil {
			chosen[code] = true
			continue
		}
		for _, part := range between.Split(plain(text), -1) {
			if part == "" {
				continue
			}
			code, err := f.coded(q, part)
			if err != nil {
				return "", err
			}
			chosen[code] = true
		}
	}
	var out []string
	for _, c := range f.choices[q.List] {
		if chosen[c.Name] {
			out = append(out, c.Name)
		}
	}
	return strings.Join(out, " "), nil
}

// Boxes turns the numbers of boxes on a printed sheet into the codes of the choices that stand beside them.
func (f *Form) Boxes(in Given) (Given, error) {
	c, out := errs.Check{}, Given{}
	for name, texts := range in {
		i, there := f.byName[name]
		if !there || !f.Questions[i].Selects() {
			out[name] = texts
			continue
		}
		list := f.choices[f.Questions[i].List]
		for _, part := range between.Split(width.Fold.String(plain(strings.Join(texts, " "))), -1) {
			if part == "" {
				continue
			}
			n, err := strconv.Atoi(part)
			if err != nil || n < 1 || n > len(list) {
				c.That(false, "answers."+name, fmt.Sprintf("方框的号码是 1 到 %d", len(list)))
				continue
			}
			out[name] = append(out[name], list[n-1].Name)
		}
	}
	return out, c.Err()
}

// Words are an answer as people read it.
func (f *Form) Words(q Question, answer string) string {
	switch {
	case answer == "":
		return ""
	case q.Type == Acknowledge:
		return "是"
	case !q.Selects():
		return answer
	}
	var out []string
	codes := strings.Fields(answer)
	for _, c := range f.choices[q.List] {
		if slices.Contains(codes, c.Name) {
			out = append(out, c.Label)
		}
	}
	return strings.Join(out, "、")
}
