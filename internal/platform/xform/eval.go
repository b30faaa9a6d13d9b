package xform

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// machine works out expressions for one set of answers. The script of the page does the same: each change here is one there.
type machine struct {
	f     *Form
	today string
	all   Answers
	memo  map[int]bool
}

// relevant says whether a row is asked: its own condition and those of its groups hold.
func (m *machine) relevant(i int) bool {
	if known, ok := m.memo[i]; ok {
		return known
	}
	ok := true
	if p := m.f.parent[i]; p >= 0 {
		ok = m.relevant(p)
	}
	if e := m.f.asked[i]; ok && !e.none() {
		ok = truth(m.value(e))
	}
	m.memo[i] = ok
	return ok
}

// value is a text, a number (float64) or a truth (bool).
func (m *machine) value(e expr) any {
	switch e.op {
	case "q":
		return m.answer(e.text)
	case "s":
		return e.text
	case "n":
		return number(e.text)
	case "today":
		return m.today
	case "not":
		return !truth(m.value(e.args[0]))
	case "and":
		return truth(m.value(e.args[0])) && truth(m.value(e.args[1]))
	case "or":
		return truth(m.value(e.args[0])) || truth(m.value(e.args[1]))
	case "selected":
		return slices.Contains(strings.Fields(m.answer(e.args[0].text)), e.args[1].text)
	case "count":
		return float64(len(strings.Fields(m.answer(e.args[0].text))))
	}
	return compare(e.op, m.value(e.args[0]), m.value(e.args[1]))
}

// answer is empty for a question that is not asked.
func (m *machine) answer(name string) string {
	if !m.relevant(m.f.byName[name]) {
		return ""
	}
	return m.all[name]
}

var (
	numeric = regexp.MustCompile(`^-?\d+(\.\d+)?$`)
	dated   = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

// number is what a text says as a number, NaN where it says none.
func number(s string) float64 {
	if !numeric.MatchString(s) {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return x
}

func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	}
	return v != ""
}

func toNumber(v any) float64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	}
	return number(v.(string))
}

// compare is that of XPath, but that two days are compared as days.
func compare(op string, a, b any) bool {
	if op == "=" || op == "!=" {
		return same(a, b) == (op == "=")
	}
	s, isS := a.(string)
	t, isT := b.(string)
	if isS && isT && dated.MatchString(s) && dated.MatchString(t) {
		return ordered(op, float64(strings.Compare(s, t)), 0)
	}
	return ordered(op, toNumber(a), toNumber(b))
}

func ordered(op string, x, y float64) bool {
	switch op {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	}
	return x >= y
}

func same(a, b any) bool {
	_, boolA := a.(bool)
	_, boolB := b.(bool)
	_, numA := a.(float64)
	_, numB := b.(float64)
	switch {
	case boolA || boolB:
		return truth(a) == truth(b)
	case numA || numB:
		return toNumber(a) == toNumber(b)
	}
	return a == b
}

// Rules are what the script of the page needs of a row: when it is asked, and what its answer must meet; null where there is none.
func (f *Form) Rules(i int) (asked, check string) { return ruleOf(f.asked[i]), ruleOf(f.checks[i]) }

func ruleOf(e expr) string {
	if e.none() {
		return ""
	}
	raw, err := json.Marshal(e)
	if err != nil {
		panic(err) // texts and lists of them
	}
	return string(raw)
}
