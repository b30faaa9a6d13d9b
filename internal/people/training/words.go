package training

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/web/ui"
)

// with is the address of the same list with one thing of it changed.
func (r Register) with(path, name, value string) string {
	return ui.Href(path, "q", r.In.Q, "state", r.In.State, "kind", r.In.Kind, "qualification", r.In.Code, "region", r.In.Region,
		"sort", r.In.Sort, name, value)
}

// teacher is who teaches, in words.
func (s Sitting) teacher() string { return cmp.Or(s.Lecturer, s.Trainer, "服务站") }

// paragraphs are the lines of a text.
func paragraphs(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
}

// verdict says whether a try passed.
func verdict(passed bool) string {
	if passed {
		return results.Word(Passed)
	}
	return results.Word(Failed)
}

func (a Asked) options() (out []ui.Option) {
	for i, w := range a.Choices {
		out = append(out, ui.Option{Value: strconv.Itoa(i), Label: w})
	}
	return out
}

// mark is the mark of a test as it is, or as it is proposed.
func (c Course) mark() int64 { return max(c.PassMark, 50) }

// blanks are the questions there are, with room for more.
func (d Detail) blanks() []Question {
	return append(slices.Clone(d.Questions), make([]Question, max(5-len(d.Questions), 2))...)
}

// leader is who calls the roll.
func (s Sitting) leader() string { return cmp.Or(s.Trainer, "服务站") }

// room says how full a sitting is.
func (s Sitting) room() string {
	if s.Taken >= s.Needed {
		return "名额满了"
	}
	return fmt.Sprintf("%d 个名额，还有 %d 个", s.Needed, s.Needed-s.Taken)
}

// gives says what a course gives.
func gives(label string, months int64) string {
	switch {
	case label == "":
		return "没有资格，只记学时"
	case months == 0:
		return label + "，长期有效"
	case months%12 == 0:
		return fmt.Sprintf("%s，管 %d 年", label, months/12)
	}
	return fmt.Sprintf("%s，管 %d 个月", label, months)
}

// over says that a sitting has ended, so that results can be entered.
func (s Sheet) over() bool { return !s.Now.Before(s.EndsAt) && s.State != Cancelled }

// waiting are the places whose result waits for the second person.
func (s Sheet) waiting() (out []Seat) {
	for _, p := range s.Seats {
		if p.State == Noted {
			out = append(out, p)
		}
	}
	return out
}

// open are the places whose result can still be entered or corrected.
func (s Sheet) open() (out []Seat) {
	for _, p := range s.Seats {
		if p.State != Confirmed && p.State != CalledOff {
			out = append(out, p)
		}
	}
	return out
}

// found is what was entered for a place so far.
func (p Seat) found() string {
	if p.State == Absent {
		return Absent
	}
	return p.Result
}

// outcome is where a place stands, in words with a tone.
func (p Seat) outcome() (tone, word string) {
	if p.State == Confirmed {
		return results.Tone(p.Result), results.Word(p.Result)
	}
	return placeStates.Tone(p.State), placeStates.Word(p.State)
}

func (h Holding) span() string {
	if h.To == 0 {
		return h.From.String() + " 起，长期有效"
	}
	return h.From.String() + " 到 " + h.To.String()
}

var holdingWords = map[string][2]string{"valid": {"done", "有效"}, "soon": {"wait", "快到期了"},
	"over": {"alarm", "过期了"}, "later": {"sent", "还没开始"}}

func (b Blank) codes() []ui.Option { return setting.Options(b.Codes) }

func (b Blank) stations() (out []ui.Option) {
	for _, c := range b.Stations {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return out
}

func learnt(minutes int64) string { return clock.Minutes(minutes) }

func (c Course) plans(ctx context.Context) bool { return auth.Can(ctx, Plan, c.at()) }

func (s Sitting) plans(ctx context.Context) bool { return auth.Can(ctx, Plan, s.at()) }

func (s Sitting) confirms(ctx context.Context) bool { return auth.Can(ctx, Confirm, s.at()) }

// owner is whose course it is.
func (c Course) owner() string { return cmp.Or(c.Station, "整个区划的课") }
