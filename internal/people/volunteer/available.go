package volunteer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/clock"
)

// Parts of a day, an own convention: morning until noon, afternoon until six, evening after it.
var dayParts = []struct {
	code, word string
	from, to   int // hours
}{{"am", "上午", 6, 12}, {"pm", "下午", 12, 18}, {"ev", "晚上", 18, 24}}

var weekdays = []string{"周一", "周二", "周三", "周四", "周五", "周六", "周日"}

// inOrder sorts what was chosen through the week, each once.
func inOrder(chosen []string) (out person.Codes) {
	for day := range weekdays {
		for _, p := range dayParts {
			if code := strconv.Itoa(day+1) + p.code; slices.Contains(chosen, code) {
				out = append(out, code)
			}
		}
	}
	return out
}

// Free says whether the volunteer said that he can come through the whole of a time; said is false while he has said nothing about his
// week.
func (v Volunteer) Free(from, to time.Time) (free, said bool) {
	if len(v.Available) == 0 {
		return false, false
	}
	return !slices.ContainsFunc(Parts(from, to), func(part string) bool { return !slices.Contains(v.Available, part) }), true
}

// Parts gives the codes of the parts of the week that a time touches, as Available has them; the night is "", which nobody has.
func Parts(from, to time.Time) (parts []string) {
	for t := from.In(clock.Shanghai); t.Before(to); t = t.Truncate(time.Hour).Add(time.Hour) {
		if part := partOf(t); !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return parts
}

// partOf gives the code of the part of the week that holds t; nobody is asked about the night.
func partOf(t time.Time) string {
	day := (int(t.Weekday()) + 6) % 7
	for _, p := range dayParts {
		if p.from <= t.Hour() && t.Hour() < p.to {
			return strconv.Itoa(day+1) + p.code
		}
	}
	return ""
}

// saidFree says a week in words: 周一上午、下午；周六上午.
func saidFree(codes []string) string {
	out := ""
	for day, name := range weekdays {
		words := ""
		for _, p := range dayParts {
			if slices.Contains(codes, strconv.Itoa(day+1)+p.code) {
				if words != "" {
					words += "、"
				}
				words += p.word
			}
		}
		if words == "" {
			continue
		}
		if out != "" {
			out += "；"
		}
		out += name + words
	}
	return out
}

// WeekWords says a week as a cell of a table: 周一上午、周六下午.
func WeekWords(codes []string) string {
	var out []string
	for day, name := range weekdays {
		for _, p := range dayParts {
			if slices.Contains(codes, strconv.Itoa(day+1)+p.code) {
				out = append(out, name+p.word)
			}
		}
	}
	return strings.Join(out, "、")
}

// ParseWeek reads such a cell, and gives the first word that says no part of a week.
func ParseWeek(text string) (codes []string, wrong string) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,；; ", r) }) {
		code := ""
		for day, name := range weekdays {
			for _, p := range dayParts {
				if word == name+p.word {
					code = strconv.Itoa(day+1) + p.code
				}
			}
		}
		if code == "" {
			return nil, word
		}
		codes = append(codes, code)
	}
	return codes, ""
}
