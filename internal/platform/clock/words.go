package clock

import (
	"context"
	"fmt"
	"time"
)

var weekdays = [...]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}

// Words says a time as people do: “11月23日 星期一 09:05”; the year stands before it unless it is the one of ctx.
func Words(ctx context.Context, t time.Time) string { return DayOf(t).Words(ctx) + " " + Hour(t) }

// Words says a day as people do: “11月23日 星期一”; the year stands before it unless it is the one of ctx, and no day is “”.
func (d Day) Words(ctx context.Context) string {
	if d == 0 {
		return ""
	}
	words := fmt.Sprintf("%d月%d日 %s", d/100%100, d%100, weekdays[d.Time().Weekday()])
	if d/10000 != Today(ctx)/10000 {
		return fmt.Sprintf("%d年%s", d/10000, words)
	}
	return words
}

// Date writes a day in full, as documents do: “2026年11月23日”.
func (d Day) Date() string { return fmt.Sprintf("%d年%d月%d日", d/10000, d/100%100, d%100) }

// NewYear is the first day of its year.
func (d Day) NewYear() Day { return d/10000*10000 + 101 }

// Hour is the time of day: “09:05”.
func Hour(t time.Time) string { return t.In(Shanghai).Format("15:04") }

// Span says a window: “11月23日 星期一 09:05–10:35”; its second day is named only when it is another one.
func Span(ctx context.Context, from, to time.Time) string {
	if DayOf(from) == DayOf(to) {
		return Words(ctx, from) + "–" + Hour(to)
	}
	return Words(ctx, from) + " – " + Words(ctx, to)
}

// Minutes says a length of time: “45分钟”, “2小时”, “1小时30分钟”.
func Minutes(n int64) string {
	switch h, m := n/60, n%60; {
	case h == 0:
		return fmt.Sprintf("%d分钟", m)
	case m == 0:
		return fmt.Sprintf("%d小时", h)
	default:
		return fmt.Sprintf("%d小时%d分钟", h, m)
	}
}
