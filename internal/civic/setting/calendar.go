package setting

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// holidays are the days off and the moved working days that the State Council announced, 2020 to 2026.
//
//go:embed holidays.csv
var holidays string

// Day is one day that differs from the plain week.
type Day struct {
	Day  clock.Day `json:"day"`
	Kind string    `json:"kind" enum:"holiday,workday"`
	Name string    `json:"name"`
}

// Announced says whether the days of a year are known. Until they are, working days are Monday to Friday, and pages say so.
func Announced(ctx context.Context, tx *db.Tx, year int) (bool, error) {
	n, err := dayCount.One(ctx, tx, int64(year*10000), int64(year*10000+1231))
	return n > 0, err
}

func isWorking(d clock.Day, special map[clock.Day]string) bool {
	if kind, ok := special[d]; ok {
		return kind == "workday"
	}
	w := d.Time().Weekday()
	return w != time.Saturday && w != time.Sunday
}

// IsWorkingDay says whether people are at work that day.
func IsWorkingDay(ctx context.Context, tx *db.Tx, d clock.Day) (bool, error) {
	special, err := between(ctx, tx, d, d)
	return isWorking(d, special), err
}

// SpecialDays gives the days of a stretch that differ from the plain week, as holiday or workday.
func SpecialDays(ctx context.Context, tx *db.Tx, from, to clock.Day) (map[clock.Day]string, error) {
	return between(ctx, tx, from, to)
}

// reach is how many days around a date are read at once: longer than any row of days off.
const reach = 30

// AddWorkingDays gives the n-th working day after d; d itself does not count. For n = 0 it is d.
func AddWorkingDays(ctx context.Context, tx *db.Tx, d clock.Day, n int64) (clock.Day, error) {
	special, err := between(ctx, tx, d, d.AddDays(int(n)*2+reach))
	if err != nil {
		return 0, err
	}
	for n > 0 {
		d = d.AddDays(1)
		if isWorking(d, special) {
			n--
		}
	}
	return d, nil
}

// AddWorkingHours gives the moment at which so many hours of work have passed after t, in the working hours of the division's banner
// and season.
func AddWorkingHours(ctx context.Context, tx *db.Tx, t time.Time, hours int64, at auth.Region) (time.Time, error) {
	left := time.Duration(hours) * time.Hour
	for d := clock.DayOf(t); left > 0; d = d.AddDays(1) {
		working, err := IsWorkingDay(ctx, tx, d)
		if err != nil {
			return t, err
		}
		if !working {
			continue
		}
		spans, err := hoursOf(ctx, tx, d, at)
		if err != nil {
			return t, err
		}
		for _, s := range spans {
			from, to := d.Time().Add(s.from), d.Time().Add(s.to)
			if from.Before(t) {
				from = t
			}
			if !to.After(from) {
				continue
			}
			if to.Sub(from) >= left {
				return from.Add(left), nil
			}
			left -= to.Sub(from)
		}
	}
	return t, nil
}

// span is a part of a working day, from midnight.
type span struct{ from, to time.Duration }

func hoursOf(ctx context.Context, tx *db.Tx, d clock.Day, at auth.Region) ([]span, error) {
	months, err := Text(ctx, tx, SummerMonths, at)
	if err != nil {
		return nil, err
	}
	var from, to int
	if _, err := fmt.Sscanf(months, "%d-%d", &from, &to); err != nil {
		return nil, err
	}
	key := WorkHours
	if m := int(d.Time().Month()); m >= from && m <= to {
		key = SummerHours
	}
	text, err := Text(ctx, tx, key, at)
	if err != nil {
		return nil, err
	}
	return parseHours(text)
}

func parseHours(text string) (out []span, err error) {
	for part := range strings.SplitSeq(text, ",") {
		a, b, _ := strings.Cut(strings.TrimSpace(part), "-")
		from, err1 := time.Parse("15:04", a)
		to, err2 := time.Parse("15:04", b)
		s := span{sinceMidnight(from), sinceMidnight(to)}
		if err1 != nil || err2 != nil || s.to <= s.from || len(out) > 0 && s.from < out[len(out)-1].to {
			return nil, errs.Field("value", "应像 08:30-12:00,14:30-17:30，从早到晚")
		}
		out = append(out, s)
	}
	return out, nil
}

func sinceMidnight(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

func isHours(text string) error {
	_, err := parseHours(text)
	return err
}

func isMonths(text string) error {
	a, b, _ := strings.Cut(text, "-")
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || from < 1 || to > 12 || from > to {
		return errs.Field("value", "应像 5-9，表示 5 月到 9 月")
	}
	return nil
}

func isShortText(text string) error {
	if n := len([]rune(text)); n == 0 || n > 12 {
		return errs.Field("value", "1 到 12 个字")
	}
	return nil
}

func isList(text string) error {
	for part := range strings.SplitSeq(text, "、") {
		if strings.TrimSpace(part) == "" {
			return errs.Field("value", "写名称，之间用顿号")
		}
	}
	return nil
}

func isName(text string) error {
	if n := len([]rune(text)); n == 0 || n > 40 {
		return errs.Field("value", "1 到 40 个字")
	}
	return nil
}

func isLink(text string) error {
	u, err := url.Parse(text)
	if text != "" && (err != nil || u.Scheme != "https" || u.Host == "" || len(text) > 200) {
		return errs.Field("value", "写 https 开头的网址")
	}
	return nil
}

var (
	icpForm    = regexp.MustCompile(`^\p{Han}ICP备[0-9]{8,10}号(-[0-9]{1,3})?$`)
	policeForm = regexp.MustCompile(`^\p{Han}公网安备 ?[0-9]{14}号$`)
)

// isFiling takes a number as the authority writes it, or none.
func isFiling(form *regexp.Regexp, like string) func(string) error {
	return func(text string) error {
		if text != "" && !form.MatchString(text) {
			return errs.Field("value", like)
		}
		return nil
	}
}

// DayInput sets one day of the calendar.
type DayInput struct {
	Day  clock.Day `path:"day" maxLength:"10"`
	Kind string    `json:"kind" enum:"holiday,workday,plain" doc:"plain：按平常的一周"`
	Name string    `json:"name" required:"false" maxLength:"20"`
}

// SetDay changes the calendar when a year is announced or altered.
func (s *Service) SetDay(ctx context.Context, in DayInput) (Day, error) {
	return act.Write(ctx, s.db, act.Op{Perm: CalendarEdit, Action: "calendar.set"}, func(tx *db.Tx) (Day, error) {
		return Day(in), setDay(ctx, tx, Day(in))
	})
}

func setDay(ctx context.Context, tx *db.Tx, d Day) (err error) {
	if d.Kind == "plain" {
		_, err = dropDay.Run(ctx, tx, int64(d.Day))
	} else {
		_, err = putDay.Run(ctx, tx, int64(d.Day), d.Kind, d.Name)
	}
	if err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "calendar.set", Object: "calendar", ID: d.Day.String(), Region: top,
		Detail: map[string]any{"kind": d.Kind}})
}

// firstYear is before the first year that the calendar tells of.
const firstYear = 2019

// SpanInput sets the days of a stretch, as an announcement tells them.
type SpanInput struct {
	From clock.Day `json:"from"`
	To   clock.Day `json:"to" required:"false" doc:"不填为只有一天"`
	Kind string    `json:"kind" enum:"holiday,workday,plain" doc:"plain：按平常的一周"`
	Name string    `json:"name" required:"false" maxLength:"20"`
}

// SetSpan changes a stretch of at most a month, as SetDay does a day.
func (s *Service) SetSpan(ctx context.Context, in SpanInput) (Calendar, error) {
	if in.To == 0 {
		in.To = in.From
	}
	return act.Write(ctx, s.db, act.Op{Perm: CalendarEdit, Action: "calendar.set", Check: in.check}, func(tx *db.Tx) (Calendar, error) {
		for d := in.From; d <= in.To; d = d.AddDays(1) {
			if err := setDay(ctx, tx, Day{d, in.Kind, in.Name}); err != nil {
				return Calendar{}, err
			}
		}
		return calendarOf(ctx, tx, CalendarInput{int64(in.From / 10000)})
	})
}

func (in SpanInput) check() error {
	c := errs.Check{}
	c.That(in.From/10000 > firstYear && in.From/10000 <= lastYear, "from", "年份在 2020 到 2100 之间")
	c.That(in.To >= in.From && in.To/10000 <= lastYear && in.To.Sub(in.From) < 31, "to", "不早于开始，最多 31 天")
	return c.Err()
}

// CalendarInput names a year.
type CalendarInput struct {
	Year int64 `query:"year" minimum:"2020" maximum:"2100" doc:"不填为今年"`
}

// lastYear is the last year of the calendar.
const lastYear = 2100

// Calendar is the days of a year that differ from the plain week.
type Calendar struct {
	Year      int64 `json:"year"`
	Announced bool  `json:"announced" doc:"这一年的安排是否已经录入；没有时按周一到周五"`
	Items     []Day `json:"items"`
}

// Calendar gives a year; public.
func (s *Service) Calendar(ctx context.Context, in CalendarInput) (Calendar, error) {
	return act.Read(ctx, s.db, CalendarView, func(tx *db.Tx) (Calendar, error) { return calendarOf(ctx, tx, in) })
}

func calendarOf(ctx context.Context, tx *db.Tx, in CalendarInput) (Calendar, error) {
	if in.Year == 0 {
		in.Year = int64(clock.DayOf(tx.Now) / 10000)
	}
	days, err := daysBetween.All(ctx, tx, in.Year*10000, in.Year*10000+1231)
	if days == nil {
		days = []Day{}
	}
	return Calendar{in.Year, len(days) > 0, days}, err
}

// Seed loads calendar and dictionaries into an empty database.
func Seed(ctx context.Context, tx *db.Tx) error {
	n, err := dayCount.One(ctx, tx, 0, 99991231)
	if err != nil {
		return err
	}
	if n == 0 {
		days, err := embedded()
		if err != nil {
			return err
		}
		if err := dayTable.InsertAll(ctx, tx, days); err != nil {
			return err
		}
	}
	if n, err = wordCount.One(ctx, tx); err != nil || n > 0 {
		return err
	}
	return wordTable.InsertAll(ctx, tx, seedWords(tx))
}

func embedded() ([]Day, error) {
	rows, err := csv.NewReader(strings.NewReader(holidays)).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []Day
	for _, r := range rows[1:] {
		d, err := clock.ParseDay(r[0])
		if err != nil {
			return nil, err
		}
		out = append(out, Day{d, r[1], r[2]})
	}
	return out, nil
}
