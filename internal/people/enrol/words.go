package enrol

import (
	"fmt"

	"linli/internal/platform/clock"
)

// part says how many of those who are counted.
func (s Share) part(n int64) string {
	if s.Counted == 0 {
		return "—"
	}
	return fmt.Sprintf("%d 人（%.1f%%）", n, float64(n)*100/float64(s.Counted))
}

// note says what the list has, or how somebody agreed.
func (e Entry) note() string {
	if e.State == Pending {
		out := e.Said.Part
		if e.Said.BirthDay != 0 {
			out += " " + e.Said.BirthDay.String()
		}
		return out + " " + e.DueDay.String() + " 以前"
	}
	return e.agreedWords()
}

// agreedWords says how and when somebody agreed, and who took it down.
func (e Entry) agreedWords() string {
	if e.AgreedAt == nil {
		return ways.Word("")
	}
	out := clock.DayOf(*e.AgreedAt).String() + " " + ways.Word(e.How)
	if e.AgreedName != "" {
		out += "，" + e.AgreedName + "经办"
	}
	return out
}
