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

// Clock tells business time: it stands where it was set, and follows the machine until then. Its zero value is ready.
type Clock struct{ stands atomic.Pointer[time.Time] }

// Now gives business time in +08:00, whole microseconds (what both databases store).
func (c *Clock) Now() time.Time {
	if t := c.stands.Load(); t != nil {
		return *t
	}
	return business(time.Now())
}

// Set stops the clock at t. Only tests and demo mode do.
func (c *Clock) Set(t time.Time) {
	t = business(t)
	c.stands.Store(&t)
}

// Stopped gives a clock that stands at t.
func Stopped(t time.Time) *Clock {
	c := &Clock{}
	c.Set(t)
	return c
}

type clockKey struct{}

// With gives ctx a clock of its own: what is done under it is done at the clock's time.
func With(ctx context.Context, c *Clock) context.Context {
	return context.WithValue(ctx, clockKey{}, c)
}

// At gives ctx a business time of its own: what is done under it is done at t.
func At(ctx context.Context, t time.Time) context.Context { return With(ctx, Stopped(t)) }

// In gives the business time of ctx: that of its clock, or else that of the process.
func In(ctx context.Context) time.Time {
	if c, ok := ctx.Value(clockKey{}).(*Clock); ok {
		return c.Now()
	}
	return Now()
}

// process is the clock of every context that has none of its own: it follows the machine. Only tests that run alone set it.
var process Clock

// Now gives the time of the process.
func Now() time.Time { return process.Now() }

// Set stops the clock of the process. Only tests that run alone call it; the others give their context a clock.
func Set(t time.Time) { process.Set(t) }

// Reset lets the clock of the process follow the machine again.
func Reset() { process.stands.Store(nil) }

// poll is how often a clock file is read again; the contract promises 200 ms at most.
const poll = 100 * time.Millisecond

// FromFile gives a clock that tells exactly what the file says, an RFC 3339 time, and follows its changes until ctx ends; then time
// stays where it was. A file that is gone or half written leaves the last time in force; only the first reading can fail.
// Demo mode only.
func FromFile(ctx context.Context, path string) (*Clock, error) {
	t, err := read(path)
	if err != nil {
		return nil, err
	}
	c := Stopped(t)
	go c.follow(ctx, path)
	return c, nil
}

func (c *Clock) follow(ctx context.Context, path string) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if t, err := read(path); err == nil {
				c.Set(t)
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
