package clock

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/internal/platform/errs"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNowIsShanghaiMicroseconds(t *testing.T) {
	before := time.Now().Truncate(time.Microsecond)
	now := In(t.Context())
	if now.Before(before) || time.Since(now) > time.Minute {
		t.Errorf("Now() = %v, the machine says %v", now, before)
	}
	if _, offset := now.Zone(); offset != 8*3600 || now.Nanosecond()%1000 != 0 {
		t.Errorf("Now() = %v: want +08:00 and whole microseconds", now)
	}
}

func TestClockStandsWhereItWasSet(t *testing.T) {
	c := &Clock{}
	ctx := With(t.Context(), c)
	if time.Since(In(ctx)) > time.Minute {
		t.Errorf("In() = %v by a clock that was not set", In(ctx))
	}
	c.Set(at(t, "2026-11-22T17:05:06.123456789Z"))
	for range 2 {
		if got := In(ctx).Format(time.RFC3339Nano); got != "2026-11-23T01:05:06.123456+08:00" {
			t.Errorf("In() = %s", got)
		}
	}
	if Today(ctx) != 20261123 {
		t.Errorf("Today() = %v", Today(ctx))
	}
	if other := At(ctx, at(t, "2030-01-01T00:00:00Z")); Today(other) != 20300101 || Today(ctx) != 20261123 {
		t.Errorf("Today() = %v within, %v outside", Today(other), Today(ctx))
	}
}

func TestConcurrentUse(t *testing.T) {
	var c Clock
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 1000 {
				c.Set(c.Now().Add(time.Second))
			}
		})
	}
	wg.Wait()
}

func TestFromFileFollowsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clock")
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := FromFile(t.Context(), path); err == nil {
		t.Fatal("a missing file was accepted")
	}
	write("tomorrow")
	if _, err := FromFile(t.Context(), path); err == nil {
		t.Fatal("nonsense was accepted")
	}
	write("2026-11-23T09:05:00+08:00\n")
	c, err := FromFile(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	first := at(t, "2026-11-23T09:05:00+08:00")
	if !c.Now().Equal(first) {
		t.Fatalf("Now() = %v", c.Now())
	}

	write("2026-11-2") // half written: the last time stays
	time.Sleep(2 * poll)
	if !c.Now().Equal(first) {
		t.Errorf("Now() = %v after a torn write", c.Now())
	}
	write("2027-01-01T00:00:00Z")
	next, patience := at(t, "2027-01-01T00:00:00Z"), time.Now().Add(2*time.Minute) // a busy machine is no failure
	for !c.Now().Equal(next) && time.Now().Before(patience) {
		time.Sleep(poll / 10)
	}
	if !c.Now().Equal(next) || poll > 200*time.Millisecond/2 {
		t.Errorf("Now() = %v after the file moved, read each %v", c.Now(), poll)
	}
}

func TestDayOfFollowsShanghaiMidnight(t *testing.T) {
	for _, c := range []struct {
		at   string
		want Day
	}{
		{"2026-11-22T15:59:59.999999Z", 20261122},
		{"2026-11-22T16:00:00Z", 20261123},
		{"2028-02-28T16:00:00Z", 20280229},
		{"2026-12-31T16:00:00Z", 20270101},
	} {
		if got := DayOf(at(t, c.at)); got != c.want {
			t.Errorf("DayOf(%s) = %v, want %v", c.at, got, c.want)
		}
	}
}

func TestDayArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := DayOf(time.Unix(rapid.Int64Range(-2e9, 4e9).Draw(t, "unix"), 0))
		n := rapid.IntRange(-40000, 40000).Draw(t, "n")
		later := d.AddDays(n)
		if later.Sub(d) != n || later.AddDays(-n) != d || (later > d) != (n > 0) {
			t.Fatalf("%v + %d = %v, difference %d", d, n, later, later.Sub(d))
		}
		if back, err := ParseDay(d.String()); err != nil || back != d || DayOf(d.Time()) != d {
			t.Fatalf("%v reads back as %v, %v", d, back, err)
		}
	})
}

func TestDayAsText(t *testing.T) {
	type form struct{ From, To Day }
	text, err := json.Marshal(form{From: 20261103})
	if err != nil || string(text) != `{"From":"2026-11-03","To":""}` {
		t.Fatalf("%s, %v", text, err)
	}
	var back form
	if err := json.Unmarshal(text, &back); err != nil || back.From != 20261103 || back.To != 0 {
		t.Fatalf("%+v, %v", back, err)
	}
	for _, bad := range []string{"2026-02-29", "2026-13-01", "2026-1-1", "20261123", "2026-11-23 ", "明天", "2026-11-23T00:00:00Z"} {
		if d, err := ParseDay(bad); errs.KindOf(err) != errs.Invalid {
			t.Errorf("ParseDay(%q) = %v, %v", bad, d, err)
		}
	}
}

func TestWords(t *testing.T) {
	morning := at(t, "2026-11-23T09:05:00+08:00")
	ctx := At(t.Context(), morning)
	for _, c := range []struct{ got, want string }{
		{Words(ctx, morning), "11月23日 星期一 09:05"},
		{Words(ctx, morning.UTC()), "11月23日 星期一 09:05"},
		{Words(ctx, morning.AddDate(1, 0, 0)), "2027年11月23日 星期二 09:05"},
		{Day(20261129).Words(ctx), "11月29日 星期日"},
		{Day(0).Words(ctx), ""},
		{Span(ctx, morning, morning.Add(90*time.Minute)), "11月23日 星期一 09:05–10:35"},
		{Span(ctx, morning, morning.Add(20*time.Hour)), "11月23日 星期一 09:05 – 11月24日 星期二 05:05"},
		{Minutes(45), "45分钟"},
		{Minutes(0), "0分钟"},
		{Minutes(120), "2小时"},
		{Minutes(90), "1小时30分钟"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
