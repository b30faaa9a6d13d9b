package clock

import (
	"context"
	"fmt"
	"time"

	"linli/internal/platform/errs"
)

// Day is a calendar day in Shanghai, written yyyymmdd (20261123), as the databases store it: days compare as numbers do.
// In text and JSON it is "2026-11-23". Zero means no day and is "" in text.
type Day int32

// Forever ends what holds without end.
const Forever Day = 99991231

// DayOf gives the Shanghai day that t falls on.
func DayOf(t time.Time) Day {
	y, m, d := t.In(Shanghai).Date()
	return Day(y*10000 + int(m)*100 + d)
}

// Today is the business day of ctx.
func Today(ctx context.Context) Day { return DayOf(In(ctx)) }

// ParseDay reads "2026-11-23"; any other form, and a day that no calendar has, is Invalid.
func ParseDay(s string) (Day, error) {
	t, err := time.ParseInLocation(time.DateOnly, s, Shanghai)
	if err != nil {
		return 0, errs.New(errs.Invalid, "invalid", "日期要写成 2026-11-23 这样，并且真有这一天")
	}
	return DayOf(t), nil
}

// Time is the first instant of the day.
func (d Day) Time() time.Time {
	return time.Date(int(d/10000), time.Month(d/100%100), int(d%100), 0, 0, 0, 0, Shanghai)
}

// AddDays gives the day n calendar days later, or earlier when n is negative.
func (d Day) AddDays(n int) Day { return DayOf(d.Time().AddDate(0, 0, n)) }

// Year is the year of a day.
func (d Day) Year() int64 { return int64(d / 10000) }

// InYear is the same day of another year; the 29th of February becomes the 28th.
func (d Day) InYear(year int64) Day {
	if d%10000 == 229 {
		d--
	}
	return Day(year)*10000 + d%10000
}

// Sub counts the calendar days from o to d; every day has 24 hours in this zone.
func (d Day) Sub(o Day) int { return int(d.Time().Sub(o.Time()) / (24 * time.Hour)) }

// String gives "2026-11-23", or "" for no day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100)
}

// MarshalText gives the form of String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the form of String; an empty text is no day.
func (d *Day) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	*d, err = ParseDay(string(text))
	return err
}
