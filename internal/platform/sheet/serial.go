package sheet

import (
	"math"
	"strings"
	"time"
)

// Serial gives the day, the minute or the time of day that a spreadsheet keeps as a number; since1904 is the other of its two systems.
// Before March 1900 the first counts a day that never was.
func Serial(x float64, since1904 bool) string {
	seconds := int64(math.Round(x * 86400))
	if x < 0 || x > 2958466 {
		return "日期超出了范围"
	}
	if seconds < 86400 && !since1904 {
		return clockTime(seconds)
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if since1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if x < 60 {
		first = first.AddDate(0, 0, 1)
	}
	t := first.Add(time.Duration(seconds) * time.Second)
	day := t.Format("2006-01-02")
	if seconds%86400 == 0 {
		return day
	}
	return day + " " + clockTime(seconds%86400)
}

func clockTime(seconds int64) string {
	t := time.Unix(seconds, 0).UTC()
	if seconds%60 == 0 {
		return t.Format("15:04")
	}
	return t.Format("15:04:05")
}

// builtinDate says whether a number format that has no text of its own shows a day or a time; 27 to 36 and 50 to 58 are those of
// Chinese and other eastern editions.
func builtinDate(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// showsDate says whether the text of a number format shows a day or a time: one of its letters outside of quotes, brackets and escapes.
func showsDate(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	quoted, bracket, skip := false, false, false
	inside := ""
	for _, r := range strings.ToLower(code) {
		switch {
		case skip:
			skip = false
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\\', r == '_', r == '*':
			skip = true
		case r == '[':
			bracket, inside = true, ""
		case r == ']':
			bracket = false
			if strings.Trim(inside, "hms") == "" && inside != "" {
				return true
			}
		case bracket:
			inside += string(r)
		case strings.ContainsRune("ydhsme", r) && !strings.HasPrefix(strings.ToLower(code), "general"):
			if r != 'e' || !strings.ContainsAny(code, "0#") { // 0.00E+00 is a number
				return true
			}
		}
	}
	return false
}
