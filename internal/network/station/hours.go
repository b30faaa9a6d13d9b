package station

import (
	"context"
	"database/sql/driver"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"linli/internal/civic/setting"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/i18n"
)

// Hours is one stretch of a weekday on which a station is open. Without its times it is none: so a form leaves a day closed.
type Hours struct {
	Weekday int64  `json:"weekday" minimum:"1" maximum:"7" doc:"1 周一 至 7 周日"`
	From    string `json:"from,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"几点几分，如 09:00" doc:"几点开门"`
	To      string `json:"to,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" patternDescription:"几点几分，如 17:30" doc:"几点关门"`
}

// Week is when a station is open, at most twice a weekday, in order; empty when that is not known.
type Week []Hours

// Opening is what a station tells of its opening hours.
type Opening struct {
	Hours      Week   `json:"hours" required:"false" maxItems:"14" doc:"开放时间，一天最多两段；不填为没有登记"`
	OnHolidays bool   `json:"on_holidays" required:"false" doc:"节假日照常开门；不填为休息"`
	HoursNote  string `json:"hours_note" required:"false" maxLength:"100" doc:"开放时间的说明，例如有事打电话"`
}

// perDay is how often a station may open on one day: in the morning and in the afternoon.
const perDay = 2

// checked gives the week in order, without the stretches that are none. A fault is told by the place of its stretch in the list:
// hours.3.to.
func (w Week) checked() (Week, error) {
	c, out, used := errs.Check{}, Week{}, map[int64]int{}
	for i, h := range w {
		at := "hours." + strconv.Itoa(i)
		if h.From == "" && h.To == "" {
			continue
		}
		c.That(h.From != "", at+".from", "请填几点开门")
		c.That(h.To != "", at+".to", "请填几点关门")
		c.That(h.From == "" || h.To == "" || h.To > h.From, at+".to", "关门要晚于开门")
		used[h.Weekday]++
		c.That(used[h.Weekday] <= perDay, at+".from", "一天最多填两段")
		c.That(!slices.ContainsFunc(out, func(o Hours) bool { return o.Weekday == h.Weekday && h.From < o.To && o.From < h.To }), at+".from",
			"和同一天的另一段重叠了")
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Hours) int { return strings.Compare(a.key(), b.key()) })
	return out, c.Err()
}

func (h Hours) key() string { return strconv.FormatInt(h.Weekday, 10) + h.From }

// A week is stored in 112 digits: for each weekday two times HHMM–HHMM, zeros where it is closed, so that a query asks for one place
// in the text.
const (
	shut     = "0000"
	dayWidth = perDay * 2 * len(shut)
	weekLen  = 7 * dayWidth
)

// Value stores the week.
func (w Week) Value() (driver.Value, error) {
	if len(w) == 0 {
		return "", nil
	}
	var b strings.Builder
	for day := range int64(7) {
		spans := w.on(day + 1)
		for i := range perDay {
			if i < len(spans) {
				b.WriteString(digits(spans[i].From) + digits(spans[i].To))
			} else {
				b.WriteString(shut + shut)
			}
		}
	}
	return b.String(), nil
}

// Scan reads the week as Value stored it.
func (w *Week) Scan(v any) error {
	text := fmt.Sprintf("%s", v)
	*w = Week{}
	if text == "" {
		return nil
	}
	if len(text) != weekLen {
		return fmt.Errorf("opening hours of %d digits", len(text))
	}
	for at := 0; at < weekLen; at += 2 * len(shut) {
		if from, to := text[at:at+4], text[at+4:at+8]; to != shut {
			*w = append(*w, Hours{int64(at/dayWidth) + 1, from[:2] + ":" + from[2:], to[:2] + ":" + to[2:]})
		}
	}
	return nil
}

func digits(hhmm string) string { return strings.Replace(hhmm, ":", "", 1) }

func (w Week) on(weekday int64) (out []Hours) {
	for _, h := range w {
		if h.Weekday == weekday {
			out = append(out, h)
		}
	}
	return out
}

// weekdayOf counts Monday as 1 and Sunday as 7.
func weekdayOf(d clock.Day) int64 { return int64(d.Time().Weekday()+6)%7 + 1 }

// Kinds of a day that differs from the plain week; setting.SpecialDays gives them.
const (
	holiday = "holiday"
	workday = "workday"
)

// hoursOn are the stretches of a day: none on a holiday unless the station says otherwise; on a weekend that was made a working day
// those of Monday where the weekend has none of its own.
func (st Station) hoursOn(d clock.Day, kind string) []Hours {
	if kind == holiday && !st.OnHolidays {
		return nil
	}
	own := st.Hours.on(weekdayOf(d))
	if kind == workday && len(own) == 0 {
		return st.Hours.on(1)
	}
	return own
}

// ahead is how many days are searched for the next opening: longer than any row of days off.
const ahead = 30

// doors says of open stations whether somebody is there now, and when next.
func doors(ctx context.Context, tx *db.Tx, list []Station) error {
	today := clock.DayOf(tx.Now)
	special, err := setting.SpecialDays(ctx, tx, today, today.AddDays(ahead))
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Status == Open {
			list[i].door(tx.Now, special)
		}
	}
	return nil
}

// withDoor gives a station as it is after a change, with what doors says of it.
func withDoor(ctx context.Context, tx *db.Tx, st Station) (Station, error) {
	st.OpenNow, st.OpenToday, st.OpensAt, st.ClosesAt = false, false, nil, nil
	list := []Station{st}
	err := doors(ctx, tx, list)
	return list[0], err
}

// door walks the days from now on until the station opens.
func (st *Station) door(now time.Time, special map[clock.Day]string) {
	today := clock.DayOf(now)
	for d := today; len(st.Hours) > 0 && d < today.AddDays(ahead); d = d.AddDays(1) {
		for _, h := range st.hoursOn(d, special[d]) {
			from, to := moment(d, h.From), moment(d, h.To)
			switch {
			case !now.Before(to):
				st.OpenToday = true
			case !now.Before(from):
				st.OpenNow, st.OpenToday, st.ClosesAt = true, true, &to
				return
			default:
				st.OpenToday, st.OpensAt = st.OpenToday || d == today, &from
				return
			}
		}
	}
}

func moment(d clock.Day, hhmm string) time.Time {
	t, _ := time.Parse("15:04", hhmm) // checked when it was stored
	return d.Time().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// hour is a moment of the week, by the same rules as hoursOn.
type hour struct {
	Day              int    // where its weekday begins in the text of a week
	Now              string // HHMM
	Holiday, Workday bool
}

// hourOf is the moment of the transaction.
func hourOf(ctx context.Context, tx *db.Tx) (hour, error) {
	today := clock.DayOf(tx.Now)
	special, err := setting.SpecialDays(ctx, tx, today, today)
	return hour{int(weekdayOf(today)-1)*dayWidth + 1, digits(clock.Hour(tx.Now)), special[today] == holiday, special[today] == workday}, err
}

// narrow keeps the stations that are open then.
func (h hour) narrow(b *db.Builder) {
	b.Add(" AND st.status = 'open'").If(h.Holiday, " AND st.on_holidays").Add(" AND (")
	during(b, h.Day, h.Now)
	if h.Workday {
		b.Add(" OR substr(st.week, ?, ?) = ? AND (", h.Day, dayWidth, strings.Repeat("0", dayWidth))
		during(b, 1, h.Now)
		b.Add(")")
	}
	b.Add(")")
}

func during(b *db.Builder, day int, now string) {
	b.Add("substr(st.week, ?, 4) <= ? AND substr(st.week, ?, 4) > ? OR substr(st.week, ?, 4) <= ? AND substr(st.week, ?, 4) > ?",
		day, now, day+4, now, day+8, now, day+12, now)
}

var weekdayWords = [8]string{"", "周一", "周二", "周三", "周四", "周五", "周六", "周日"}

// Words says the week: 周一至周五 9:00–12:00、14:00–17:30；周六 9:00–12:00.
func (w Week) Words(ctx context.Context) string {
	var parts []string
	for first := int64(1); first <= 7; {
		last := first
		for last < 7 && sameHours(w.on(first), w.on(last+1)) {
			last++
		}
		if spans := w.on(first); len(spans) > 0 {
			parts = append(parts, dayWords(ctx, first, last)+" "+spanWords(ctx, spans))
		}
		first = last + 1
	}
	return strings.Join(parts, i18n.Text(ctx, "；"))
}

func sameHours(a, b []Hours) bool {
	return slices.EqualFunc(a, b, func(x, y Hours) bool { return x.From == y.From && x.To == y.To })
}

func dayWords(ctx context.Context, first, last int64) string {
	from, to := i18n.Text(ctx, weekdayWords[first]), i18n.Text(ctx, weekdayWords[last])
	switch {
	case first == 1 && last == 7:
		return i18n.Text(ctx, "每天")
	case first == last:
		return from
	}
	return i18n.Text(ctx, "%s至%s", from, to)
}

func spanWords(ctx context.Context, spans []Hours) string {
	var out []string
	for _, h := range spans {
		out = append(out, strings.TrimPrefix(h.From, "0")+"–"+strings.TrimPrefix(h.To, "0"))
	}
	return strings.Join(out, i18n.Text(ctx, "、"))
}

var (
	dayPart  = regexp.MustCompile(`^(每天|周[一二三四五六日](?:[至到~-]周[一二三四五六日])?(?:[、,]周[一二三四五六日])*)\s*(.+)$`)
	spanPart = regexp.MustCompile(`^(\d{1,2}):(\d\d)\s*(?:[–—~-]+|[至到])\s*(\d{1,2}):(\d\d)$`)
	plainer  = strings.NewReplacer("∶", ":", "星期天", "周日", "礼拜天", "周日", "周天", "周日", "星期", "周", "礼拜", "周", "工作日", "周一至周五", "周末", "周六、周日", "天天",
		"每天", "—", "-", "–", "-", "全天", "0:00-24:00", "24小时", "0:00-24:00", "\n", ";", "。", "")
)

// ParseWeek reads what Words says, and what people write for it; the field of an error is hours. 24:00 is the last minute of the day,
// which a form can show.
func ParseWeek(text string) (Week, error) {
	var out Week
	for part := range strings.SplitSeq(plainer.Replace(width.Fold.String(text)), ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		m := dayPart.FindStringSubmatch(part)
		if m == nil {
			return nil, errWeek
		}
		spans, err := parseSpans(m[2])
		if err != nil {
			return nil, err
		}
		for _, day := range daysOf(m[1]) {
			for _, h := range spans {
				out = append(out, Hours{day, h.From, h.To})
			}
		}
	}
	if out, err := out.checked(); err == nil {
		return out, nil
	}
	return nil, errWeek
}

var errWeek = errs.Field("hours", "应像“周一至周五 9:00–12:00、14:00–17:30；周六 9:00–12:00”，一天最多两段")

func parseSpans(text string) (out []Hours, err error) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, ",", "、"), "、") {
		m := spanPart.FindStringSubmatch(strings.TrimSpace(part))
		if m == nil {
			return nil, errWeek
		}
		from, to := m[1]+":"+m[2], m[3]+":"+m[4]
		for _, t := range []*string{&from, &to} {
			if *t == "24:00" {
				*t = "23:59"
			}
			parsed, err := time.Parse("15:04", *t)
			if err != nil {
				return nil, errWeek
			}
			*t = parsed.Format("15:04")
		}
		out = append(out, Hours{From: from, To: to})
	}
	return out, nil
}

// daysOf gives the weekdays of 每天, 周一至周五 or 周一、周三.
func daysOf(text string) (out []int64) {
	if text == "每天" {
		return []int64{1, 2, 3, 4, 5, 6, 7}
	}
	for part := range strings.SplitSeq(strings.NewReplacer("到", "至", "~", "至", "-", "至", ",", "、").Replace(text), "、") {
		a, b, span := strings.Cut(part, "至")
		from := int64(slices.Index(weekdayWords[:], a))
		to := from
		if span {
			to = int64(slices.Index(weekdayWords[:], b))
		}
		for d := from; d <= to; d++ {
			out = append(out, d)
		}
	}
	return out
}

// Words says the opening hours of a station in full; "" when nothing is known.
func (o Opening) Words(ctx context.Context) string {
	var parts []string
	if len(o.Hours) > 0 {
		parts = append(parts, o.Hours.Words(ctx), i18n.Text(ctx, map[bool]string{true: "节假日照常", false: "节假日休息"}[o.OnHolidays]))
	}
	if o.HoursNote != "" {
		parts = append(parts, o.HoursNote)
	}
	return strings.Join(parts, i18n.Text(ctx, "；"))
}

func (st Station) opening() Opening { return Opening{st.Hours, st.OnHolidays, st.HoursNote} }

// door words say whether somebody is there now, and until or since when; nothing of a station that does not tell its hours.
func (st Station) doorTone() string { return map[bool]string{true: "done", false: "wait"}[st.OpenNow] }

func (st Station) doorWord() string {
	switch {
	case st.Status != Open || len(st.Hours) == 0:
		return ""
	case st.OpenNow:
		return "现在开门"
	case st.OpenToday:
		return "现在没开门"
	}
	return "今天休息"
}

func (st Station) doorNext(ctx context.Context) string {
	switch {
	case st.ClosesAt != nil:
		return i18n.Text(ctx, "到 %s", clock.Hour(*st.ClosesAt))
	case st.OpensAt != nil && clock.DayOf(*st.OpensAt) == clock.Today(ctx):
		return i18n.Text(ctx, "下次开门：今天 %s", clock.Hour(*st.OpensAt))
	case st.OpensAt != nil:
		return i18n.Text(ctx, "下次开门：%s", i18n.Time(ctx, *st.OpensAt).Text)
	}
	return ""
}

// slot is one line of the grid in which hours are entered: the n-th stretch of a weekday.
type slot struct {
	Name     string // hours.3
	Day      string
	Nth      int
	From, To string
	Weekday  string
}

// slots are the fourteen lines, two for each weekday.
func (o Opening) slots() (out []slot) {
	for day := int64(1); day <= 7; day++ {
		spans := o.Hours.on(day)
		for i := range perDay {
			x := slot{Name: "hours." + strconv.Itoa(len(out)), Day: weekdayWords[day], Nth: i, Weekday: strconv.FormatInt(day, 10)}
			if i < len(spans) {
				x.From, x.To = spans[i].From, spans[i].To
			}
			out = append(out, x)
		}
	}
	return out
}
