package xform

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Limits of an expression.
const (
	maxExpr   = 500 // characters
	maxNested = 20  // parentheses within parentheses
)

// expr is an expression: an operator or function with its operands. In JSON it is an array with the operator first, which the page's
// script works out as the server does.
type expr struct {
	op   string // or and not = != < <= > >= selected count today, q a question's answer, s a text, n a number
	text string
	args []expr
}

func (e expr) none() bool { return e.op == "" }

// MarshalJSON gives ["op", operands…]; nothing is null.
func (e expr) MarshalJSON() ([]byte, error) {
	if e.none() {
		return []byte("null"), nil
	}
	out := []any{e.op}
	if e.op == "q" || e.op == "s" || e.op == "n" {
		out = append(out, e.text)
	}
	for _, a := range e.args {
		out = append(out, a)
	}
	return json.Marshal(out)
}

var (
	tokens = regexp.MustCompile(`^(?:\$\{[^{}\s]*\}|'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?|!=|<=|>=|[=<>(),]|[A-Za-z][A-Za-z-]*|\.)`)
	// foreign are signs that people bring from other programs, with what to write here.
	foreign = []struct{ sign, words string }{{"“", "引号要用英文的 ' "}, {"”", "引号要用英文的 ' "}, {"‘", "引号要用英文的 ' "}, {"’", "引号要用英文的 ' "},
		{"（", "括号要用英文的"}, {"）", "括号要用英文的"}, {"，", "逗号要用英文的"}, {"&", "并且写作 and"}, {"|", "或者写作 or"}, {"+", "不能计算"},
		{"*", "不能计算"}, {"/", "不能计算"}, {"[", "不能用方括号"}}
)

// parser reads one expression; self is the question whose answer “.” is.
type parser struct {
	left  string
	token string
	depth int
	self  string
}

// parse reads an expression; the error says in words what is wrong.
func parse(text, self string) (expr, error) {
	if text == "" {
		return expr{}, nil
	}
	if len([]rune(text)) > maxExpr {
		return expr{}, fmt.Errorf("条件最多 %d 个字", maxExpr)
	}
	p := &parser{left: text, self: self}
	if err := p.next(); err != nil {
		return expr{}, err
	}
	e, err := p.joined("or", func() (expr, error) { return p.joined("and", p.compared) })
	if err == nil && p.token != "" {
		err = fmt.Errorf("“%s”不该在这里", brief(p.token))
	}
	return e, err
}

func (p *parser) next() error {
	p.left = strings.TrimLeft(p.left, " \t\n")
	if p.left == "" {
		p.token = ""
		return nil
	}
	p.token = tokens.FindString(p.left)
	if p.token == "" {
		for _, f := range foreign {
			if strings.HasPrefix(p.left, f.sign) {
				return fmt.Errorf("“%s”读不懂：%s", f.sign, f.words)
			}
		}
		return fmt.Errorf("“%s”读不懂", brief(p.left))
	}
	p.left = p.left[len(p.token):]
	return nil
}

// joined reads operands with one word between them.
func (p *parser) joined(word string, operand func() (expr, error)) (expr, error) {
	e, err := operand()
	for err == nil && p.token == word {
		var right expr
		if err = p.next(); err == nil {
			if right, err = operand(); err == nil {
				e = expr{op: word, args: []expr{e, right}}
			}
		}
	}
	return e, err
}

var comparisons = []string{"=", "!=", "<", "<=", ">", ">="}

func (p *parser) compared() (expr, error) {
	e, err := p.operand()
	if err != nil || !slices.Contains(comparisons, p.token) {
		return e, err
	}
	op := p.token
	if err := p.next(); err != nil {
		return e, err
	}
	right, err := p.operand()
	if err == nil && slices.Contains(comparisons, p.token) {
		err = fmt.Errorf("一次只能比两样，用 and 连起来")
	}
	return expr{op: op, args: []expr{e, right}}, err
}

func (p *parser) operand() (e expr, err error) {
	t := p.token
	switch {
	case t == "":
		return e, fmt.Errorf("条件没有写完")
	case t == "(":
		return p.within()
	case strings.HasPrefix(t, "${"):
		e = expr{op: "q", text: t[2 : len(t)-1]}
	case t == ".":
		if p.self == "" {
			return e, fmt.Errorf("“.”只用在 constraint 里")
		}
		e = expr{op: "q", text: p.self}
	case t[0] == '\'' || t[0] == '"':
		e = expr{op: "s", text: t[1 : len(t)-1]}
	case t[0] == '-' || t[0] >= '0' && t[0] <= '9':
		e = expr{op: "n", text: t}
	default:
		return p.function(t)
	}
	return e, p.next()
}

// within reads what stands in parentheses.
func (p *parser) within() (e expr, err error) {
	if p.depth++; p.depth > maxNested {
		return e, fmt.Errorf("括号最多套 %d 层", maxNested)
	}
	if err = p.next(); err == nil {
		e, err = p.joined("or", func() (expr, error) { return p.joined("and", p.compared) })
	}
	if err == nil && p.token != ")" {
		err = fmt.Errorf("少了右括号")
	}
	p.depth--
	if err == nil {
		err = p.next()
	}
	return e, err
}

// functions with how many operands each takes.
var functions = map[string]int{"not": 1, "selected": 2, "count-selected": 1, "today": 0}

func (p *parser) function(name string) (e expr, err error) {
	want, known := functions[name]
	if !known {
		return e, fmt.Errorf("不认得 %s：可以用 and、or、not()、selected()、count-selected()、today()", brief(name))
	}
	if err = p.next(); err == nil && p.token != "(" {
		err = fmt.Errorf("%s 后面要有括号", name)
	}
	if err != nil {
		return e, err
	}
	if e.op = name; name == "count-selected" {
		e.op = "count"
	}
	if name == "not" {
		arg, err := p.within()
		e.args = []expr{arg}
		return e, err
	}
	if err = p.next(); err != nil {
		return e, err
	}
	for p.token != ")" && len(e.args) < want {
		if len(e.args) > 0 {
			if p.token != "," {
				break
			}
			if err = p.next(); err != nil {
				return e, err
			}
		}
		arg, err := p.simple(name)
		if err != nil {
			return e, err
		}
		e.args = append(e.args, arg)
	}
	if p.token != ")" || len(e.args) != want {
		return e, fmt.Errorf("%s() 里要有 %d 样", name, want)
	}
	return e, p.next()
}

// simple is an operand of selected() and count-selected(): a question first, then a text.
func (p *parser) simple(name string) (expr, error) {
	if p.token == "" || !strings.HasPrefix(p.token, "${") && !strings.ContainsRune(".'\"", rune(p.token[0])) {
		return expr{}, fmt.Errorf("%s() 里只写题目（如 ${q1}）和选项的代号（如 'a'）", name)
	}
	return p.operand()
}

// refs adds the names of the questions that an expression asks for.
func (e expr) refs(out []string) []string {
	if e.op == "q" {
		out = append(out, e.text)
	}
	for _, a := range e.args {
		out = a.refs(out)
	}
	return out
}

// expressions reads all of them, and what each asks for must be there.
func (j *judge) expressions() {
	f := j.f
	for i, q := range f.Questions {
		f.asked = append(f.asked, j.expression(i, "relevant", q.Relevant, ""))
		self := ""
		if q.Answered() {
			self = q.Name
		}
		f.checks = append(f.checks, j.expression(i, "constraint", q.Constraint, self))
	}
}

func (j *judge) expression(i int, column, text, self string) expr {
	e, err := parse(text, self)
	if err == nil && text != "" && j.f.Questions[i].Type == EndGroup {
		err = fmt.Errorf("写在分组开始的那一行")
	}
	if err == nil {
		err = j.known(e)
	}
	if err != nil {
		j.say("survey", i, column, "%s", err.Error())
		return expr{}
	}
	return e
}

// known refuses questions that are not there, and choices that are not in their list.
func (j *judge) known(e expr) error {
	if e.op == "q" {
		i, there := j.f.byName[e.text]
		if !there {
			return fmt.Errorf("没有 ${%s} 这道题", brief(e.text))
		}
		if !j.f.Questions[i].Answered() {
			return fmt.Errorf("${%s} 没有答案，不能用在条件里", brief(e.text))
		}
	}
	if (e.op == "selected" || e.op == "count") && (e.args[0].op != "q" || len(e.args) > 1 && e.args[1].op != "s") {
		return fmt.Errorf("selected() 先写题目，再写选项的代号")
	}
	for _, a := range e.args {
		if err := j.known(a); err != nil {
			return err
		}
	}
	return j.coded(e)
}

// coded refuses to ask for a choice that a question does not have.
func (j *judge) coded(e expr) error {
	if len(e.args) != 2 || e.args[0].op != "q" || e.args[1].op != "s" || e.op != "selected" && e.op != "=" && e.op != "!=" {
		return nil
	}
	q, code := j.f.Questions[j.f.byName[e.args[0].text]], e.args[1].text
	if !q.Selects() {
		if e.op == "selected" {
			return fmt.Errorf("${%s} 不是选择题", brief(q.Name))
		}
		return nil
	}
	if code != "" && !slices.ContainsFunc(j.f.choices[q.List], func(c Choice) bool { return c.Name == code }) {
		return fmt.Errorf("${%s} 没有选项 '%s'", brief(q.Name), brief(code))
	}
	return nil
}

// loops refuses questions that wait for one another: whether a question is asked may not hang on itself, by whatever way.
func (j *judge) loops() {
	f := j.f
	const unseen, within, done = 0, 1, 2
	state := make([]int, len(f.Questions))
	var walk func(i int) bool
	walk = func(i int) bool {
		if state[i] != unseen {
			return state[i] == done
		}
		state[i] = within
		for _, name := range f.asked[i].refs(nil) {
			if !walk(f.byName[name]) {
				return false
			}
		}
		if p := f.parent[i]; p >= 0 && !walk(p) {
			return false
		}
		state[i] = done
		return true
	}
	for i := range f.Questions {
		if !walk(i) {
			j.say("survey", i, "relevant", "绕成了圈：这道题问不问，最后又看它自己")
			return
		}
	}
}
