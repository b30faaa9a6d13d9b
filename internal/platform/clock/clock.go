// Package clock is business time: deadlines, days, windows, TOTP. Ids, leases, retries, sessions, rate limits and lock-out use
// machine time instead (the standard package time).
package clock

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Shanghai is the one zone of the whole system; China has had no summer time since 1991.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// fixed is the instant at which business time stands still; nil lets it follow the machine.
var fixed atomic.Pointer[time.Time]

type momentKey struct{}

// At gives ctx a business time of its own: what is done under it is done at t. Only whoever fills a demo calls it.
func At(ctx context.Context, t time.Time) context.Context {
	return context.WithValue(ctx, momentKey{}, business(t))
}

// In gives the business time of ctx: its own, or else Now.
func In(ctx context.Context) time.Time {
	if t, ok := ctx.Value(momentKey{}).(time.Time); ok {
		return t
	}
	return Now()
}

// poll is how often a clock file is read again; the contract promises 200 ms at most.
const poll = 100 * time.Millisecond

// Now gives business time in +08:00, whole microseconds (what both databases store).
func Now() time.Time {
	if t := fixed.Load(); t != nil {
		return *t
	}
	return business(time.Now())
}

// Set stops business time at t, for the whole process. Only tests and demo mode call it.
func Set(t time.Time) {
	t = business(t)
	fixed.Store(&t)
}

// Reset lets business time follow the machine again. Only tests and demo mode call it.
func Reset() { fixed.Store(nil) }

// FromFile makes business time exactly what the file says, an RFC 3339 time, and follows its changes until ctx ends; then time
// stays where it was. A file that is gone or half written leaves the last time in force; only the first reading can fail.
// Demo mode only.
func FromFile(ctx context.Context, path string) error {
	t, err := read(path)
	if err != nil {
		return err
	}
	Set(t)
	go follow(ctx, path)
	return nil
}

func follow(ctx context.Context, path string) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if t, err := read(path); err == nil {
				Set(t)
			}
		}
	}
}

func read(path string) (time.Time, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return time.Time{}, fmt.Errorf("clock file: %w", err)
	}
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(string(text)))
	if err != nil {
		return time.Time{}, fmt.Errorf("clock file %s: %w", path, err)
	}
	return t, nil
}

// business puts t into the shape of every business time; truncation also drops the monotonic reading.
func business(t time.Time) time.Time { return t.In(Shanghai).Truncate(time.Microsecond) }
