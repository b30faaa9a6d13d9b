package activity

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// most is how many occurrences a series has at most: a year of weeks and one.
const most = 53

// rule is what is taken of a recurrence (RFC 5545): weekly on weekdays or monthly on one day, to a day or so many times. Nothing else.
type rule struct {
	weekdays []time.Weekday
	monthDay int
	until    clock.Day
	count    int
}

var weekdays = map[string]time.Weekday{"MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6, "SU": 0}

func badRule(why string) error { return errs.Field("recurrence", why) }

// parseRule reads the whitelist and refuses whatever is not on it.
func parseRule(text string) (r rule, err error) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSpace(text)), ";") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || value == "" || parts[name] != "" {
			return r, badRule("重复的写法看不懂")
		}
		parts[name] = value
	}
	for name := range parts {
		if !slices.Contains([]string{"FREQ", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT"}, name) {
			return r, badRule("重复里不能用 " + name)
		}
	}
	switch {
	case parts["FREQ"] == "WEEKLY" && parts["BYDAY"] != "" && parts["BYMONTHDAY"] == "":
		for d := range strings.SplitSeq(parts["BYDAY"], ",") {
			w, ok := weekdays[d]
			if !ok || slices.Contains(r.weekdays, w) {
				return r, badRule("星期写成 MO,WE 这样")
			}
			r.weekdays = append(r.weekdays, w)
		}
	case parts["FREQ"] == "MONTHLY" && parts["BYMONTHDAY"] != "" && parts["BYDAY"] == "":
		if r.monthDay, err = strconv.Atoi(parts["BYMONTHDAY"]); err != nil || r.monthDay < 1 || r.monthDay > 28 {
			return r, badRule("每月几号，1 到 28")
		}
	default:
		return r, badRule("只能每周的几天，或者每月一天")
	}
	if (parts["UNTIL"] == "") == (parts["COUNT"] == "") {
		return r, badRule("写到哪天为止（UNTIL），或者一共几场（COUNT），只写一个")
	}
	if text := parts["COUNT"]; text != "" {
		if r.count, err = strconv.Atoi(text); err != nil || r.count < 1 || r.count > most {
			return r, badRule("最多 53 场")
		}
		return r, nil
	}
	day := parts["UNTIL"]
	if len(day) == 8 {
		day = day[:4] + "-" + day[4:6] + "-" + day[6:]
	}
	if r.until, err = clock.ParseDay(day); err != nil {
		return r, badRule("到哪天为止，写成 20270131 这样")
	}
	return r, nil
}

func (r rule) on(d clock.Day) bool {
	t := d.Time()
	if r.monthDay != 0 {
		return t.Day() == r.monthDay
	}
	return slices.Contains(r.weekdays, t.Weekday())
}

// days are those on which the activity takes place: one, or those of its rule, without public holidays unless they are wanted.
func (in CreateInput) days(ctx context.Context, tx *db.Tx) ([]clock.Day, error) {
	if in.Recurrence == "" {
		return []clock.Day{in.Day}, nil
	}
	r, err := parseRule(in.Recurrence)
	if err != nil {
		return nil, err
	}
	last := in.Day.AddDays(farthest)
	special, err := setting.SpecialDays(ctx, tx, in.Day, last)
	if err != nil {
		return nil, err
	}
	var out []clock.Day
	for d := in.Day; d <= last && len(out) < most; d = d.AddDays(1) {
		if r.until != 0 && d > r.until || r.count != 0 && len(out) == r.count {
			break
		}
		if r.on(d) && (in.Holidays == "keep" || special[d] != "holiday") {
			out = append(out, d)
		}
	}
	if len(out) == 0 {
		return nil, badRule("这样一场也没有")
	}
	return out, nil
}
