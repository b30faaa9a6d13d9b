package i18n

import (
	"context"
	"fmt"
	"time"

	"linli/internal/platform/clock"
)

const (
	englishDay  = "Monday 2 January 2006"
	englishTime = englishDay + ", 15:04"
)

// Day says a day as people do: “11月23日 星期一”, “Monday 23 November 2026”.
func Day(ctx context.Context, d clock.Day) Word {
	if From(ctx) == English && d != 0 {
		return Word{d.Time().Format(englishDay), English, Reviewed}
	}
	return Word{d.Words(ctx), Chinese, Reviewed}
}

// Date says a day with its year, whatever year it is: for what is kept and shown later.
func Date(ctx context.Context, d clock.Day) string {
	if From(ctx) == English {
		return Day(ctx, d).Text
	}
	return d.Date()
}

// Time says a time: “11月23日 星期一 09:05”, “Monday 23 November 2026, 09:05”.
func Time(ctx context.Context, t time.Time) Word {
	if From(ctx) == English {
		return Word{t.In(clock.Shanghai).Format(englishTime), English, Reviewed}
	}
	return Word{clock.Words(ctx, t), Chinese, Reviewed}
}

// Minutes says a time served: “1小时30分钟”, “1 h 30 min”.
func Minutes(ctx context.Context, n int64) string {
	if From(ctx) != English {
		return clock.Minutes(n)
	}
	switch h, m := n/60, n%60; {
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	default:
		return fmt.Sprintf("%d h %d min", h, m)
	}
}

// Span says a window; its second day is named only when it is another one.
func Span(ctx context.Context, from, to time.Time) Word {
	switch {
	case From(ctx) != English:
		return Word{clock.Span(ctx, from, to), Chinese, Reviewed}
	case clock.DayOf(from) == clock.DayOf(to):
		return Word{Time(ctx, from).Text + "–" + clock.Hour(to), English, Reviewed}
	}
	return Word{Time(ctx, from).Text + " – " + Time(ctx, to).Text, English, Reviewed}
}
