package clock

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

var (
	dayText = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?`)
	dayRun  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:\D|$)`)
	hourOf  = regexp.MustCompile(
		`^(凌晨|早上|上午|中午|下午|晚上|晚)?\s*(\d{1,2})\s*[:时点]\s*(半|\d{1,2})?\s*(?:[:分]\s*(\d{1,2})?(?:\.0+)?\s*秒?)?\s*(AM|PM)?$`)
	weekday = regexp.MustCompile(`^\s*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?`)
	numeral = regexp.MustCompile(`[〇零○一二三四五六七八九十]+`)
)

// plainText makes wide and Chinese figures plain, and the strokes and colons of input methods those of a keyboard.
func plainText(s string) string {
	s = strings.NewReplacer("—", "-", "–", "-", "－", "-", "−", "-", "．", ".", "。", ".", "：", ":", "∶", ":", "T",
		" ").Replace(strings.ToUpper(s))
	s = strings.TrimSpace(width.Fold.String(s))
	head, tail := s, ""
	if i := strings.IndexAny(s, "星周礼"); i > 0 && strings.ContainsAny(s, "年月") {
		head, tail = s[:i], s[i:]
	}
	return numeral.ReplaceAllStringFunc(head, figures) + tail
}

// figures reads a Chinese number up to 99, or digits one after another as years have them.
func figures(s string) string {
	digit := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			b.WriteString(strconv.Itoa(max(strings.Index("〇一二三四五六七八九", string(r))/len("一"), 0)))
		}
		return b.String()
	}
	tens, ones, ok := strings.Cut(s, "十")
	if !ok {
		return digit(s)
	}
	n := 10
	if tens != "" {
		t, err := strconv.Atoi(digit(tens))
		if err != nil {
			return s
		}
		n = t * 10
	}
	if ones != "" {
		o, err := strconv.Atoi(digit(ones))
		if err != nil {
			return s
		}
		n += o
	}
	return strconv.Itoa(n)
}

// cutDay reads the day with which a text begins.
func cutDay(s string) (d Day, rest string, ok bool) {
	m := dayText.FindStringSubmatch(s)
	if m != nil {
		rest = s[len(m[0]):]
	} else if m = dayRun.FindStringSubmatch(s); m != nil {
		rest = s[8:]
	} else {
		return 0, "", false
	}
	var n [3]int64
	for i := range n {
		v, err := strconv.ParseInt(m[i+1], 10, 64)
		if err != nil {
			return 0, "", false
		}
		n[i] = v
	}
	d = Day(n[0]*10000 + n[1]*100 + n[2])
	if DayOf(time.Date(int(n[0]), time.Month(n[1]), int(n[2]), 0, 0, 0, 0, Shanghai)) != d {
		return 0, "", false
	}
	return d, strings.TrimSpace(weekday.ReplaceAllString(rest, "")), true
}

// ReadDay reads a day as people and spreadsheets write it: 1980-1-31, 1980/1/31, 1980年1月31日, 19800131, with midnight behind it.
func ReadDay(s string) (Day, bool) {
	d, rest, ok := cutDay(plainText(s))
	if ok && rest != "" {
		seconds, known := readHour(rest)
		ok = known && seconds == 0
	}
	return d, ok
}

// ReadTime reads a day with a time of day: 2025/1/31 9:30, 2025年1月31日下午3点半, 24:00.
func ReadTime(s string) (time.Time, bool) {
	d, rest, ok := cutDay(plainText(s))
	if !ok {
		return time.Time{}, false
	}
	seconds, ok := readHour(rest)
	return d.Time().Add(time.Duration(seconds) * time.Second), ok
}

// readHour gives the seconds since midnight.
func readHour(s string) (int64, bool) {
	m := hourOf.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	part := func(s string) int64 {
		if s == "半" {
			return 30
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	h, minute, second := part(m[2]), part(m[3]), part(m[4])
	late := m[1] == "下午" || strings.HasPrefix(m[1], "晚") || m[5] == "PM" || m[1] == "中午" && h < 3
	if late && h < 12 {
		h += 12
	}
	if (m[5] == "AM" || m[1] == "凌晨") && h == 12 {
		h = 0
	}
	if h > 24 || minute > 59 || second > 59 || h == 24 && minute+second > 0 {
		return 0, false
	}
	return h*3600 + minute*60 + second, true
}
