// Package set holds closed sets: the codes that a column may hold, each with the word that people see and the tone it is shown in. One
// value gives the words, the tones, the options of a select and the values that an input accepts (tag set:"table.column", with a comma
// behind it where none is right too); a test compares it with the CHECK of its column.
package set

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Row is one member: its code, its word and its tone.
type Row [3]string

// Code is what is stored.
func (r Row) Code() string { return r[0] }

// Word is what people see.
func (r Row) Word() string { return r[1] }

// Tone is how it is shown: "", wait, sent, work, ask, done or alarm.
func (r Row) Tone() string { return r[2] }

// Set is a closed set in the order in which it is offered.
type Set struct {
	columns []string
	rows    []Row
}

// named are the sets of the program by their columns.
var named = map[string]*Set{}

// New makes the set of a column, or of several that hold the same ("table.column table.column"). What no column holds has a name of
// its own without a dot. Two of one name, or two members of one code, are a fault of the program and found when it starts.
func New(columns string, rows ...Row) *Set {
	s := &Set{columns: strings.Fields(columns), rows: rows}
	for _, c := range s.columns {
		if named[c] != nil {
			panic("set: two of " + c)
		}
		named[c] = s
	}
	for i, r := range rows {
		if slices.ContainsFunc(rows[:i], func(o Row) bool { return o[0] == r[0] }) {
			panic(fmt.Sprintf("set: %s has %q twice", columns, r[0]))
		}
	}
	return s
}

// Named gives the set of a column, nil when there is none.
func Named(column string) *Set { return named[column] }

// Columns are the columns whose sets are known, in order.
func Columns() (out []string) {
	for c := range named {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// Tagged gives the values that a field accepts by its tag set:"…", nil without one.
func Tagged(tag reflect.StructTag) []string {
	text := tag.Get("set")
	if text == "" {
		return nil
	}
	column, none := strings.CutSuffix(text, ",")
	s := named[column]
	if s == nil {
		panic("set: no set is called " + column)
	}
	if out := s.Codes(); !none || slices.Contains(out, "") {
		return out
	}
	return append(s.Codes(), "")
}

// Rows are the members in their order.
func (s *Set) Rows() []Row { return s.rows }

// Codes are the codes in their order.
func (s *Set) Codes() []string {
	out := make([]string, len(s.rows))
	for i, r := range s.rows {
		out[i] = r[0]
	}
	return out
}

// Has tells whether a code is a member.
func (s *Set) Has(code string) bool { return s.at(code) >= 0 }

// Word is what people call a code; "" for one that is no member.
func (s *Set) Word(code string) string { return s.row(code)[1] }

// Tone is how a code is shown.
func (s *Set) Tone(code string) string { return s.row(code)[2] }

func (s *Set) row(code string) Row {
	if i := s.at(code); i >= 0 {
		return s.rows[i]
	}
	return Row{}
}

func (s *Set) at(code string) int {
	return slices.IndexFunc(s.rows, func(r Row) bool { return r[0] == code })
}
