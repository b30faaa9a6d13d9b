package attendance

import (
	"strings"
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/order"
)

// Time that reaches up to half an hour beyond the window, or beyond what the service usually takes, counts by itself; a second more needs
// a second person, and so does what a device claims. A code on show vouches for its end.
func TestDoubt(t *testing.T) {
	from := time.Date(2026, 11, 24, 9, 0, 0, 0, clock.Shanghai)
	o, usual := order.Order{WindowStart: from, WindowEnd: from.Add(3 * time.Hour)}, time.Hour
	for what, c := range map[string]struct {
		in, out         time.Duration // after the window's start
		claimed, tapped bool
		why             string
	}{
		"in time":                    {0, time.Hour, false, true, ""},
		"early and late at the edge": {-Tolerance, 3*time.Hour + Tolerance, false, false, ""},
		"too early":                  {-Tolerance - time.Second, time.Hour, false, false, "早"},
		"too late":                   {2 * time.Hour, 3*time.Hour + Tolerance + time.Second, false, true, "晚"},
		"claimed":                    {0, time.Hour, true, false, "补记"},
		"long at the edge":           {0, time.Hour + Tolerance, false, true, ""},
		"too long":                   {0, time.Hour + Tolerance + time.Second, false, true, "平常"},
		"long with the code":         {0, 2 * time.Hour, false, false, ""},
	} {
		if why := doubt(o, usual, stay{from.Add(c.in), from.Add(c.out), c.claimed, c.tapped}); (why == "") != (c.why == "") ||
			!strings.Contains(why, c.why) {
			t.Errorf("%s: %q", what, why)
		}
	}
}

// A device's clock may run ahead by its skew; offline it is believed for 72 hours and no longer, online never.
func TestMoment(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, clock.Shanghai)
	for what, c := range map[string]struct {
		at      time.Duration
		offline bool
		want    string
		counts  bool // the device's time
	}{
		"ahead at the edge": {skew, false, "", false}, "ahead": {skew + time.Second, false, "invalid at: 校准", false},
		"online and behind": {-time.Hour, false, "", false},
		"offline":           {-time.Hour, true, "", true}, "offline at the edge": {-OfflineUp, true, "", true},
		"offline too long":  {-OfflineUp - time.Second, true, "invalid at: 72", true},
		"offline and ahead": {skew, true, "", false}, "long ago but online": {-OfflineUp - time.Second, false, "", false},
	} {
		t.Run(what, func(t *testing.T) {
			device := now.Add(c.at)
			m, err := CheckInput{At: &device, Offline: c.offline}.moment(now)
			errstest.Is(t, err, c.want)
			if m.at.Equal(device) != c.counts || !c.counts && !m.at.Equal(now) || m.device == nil || !m.device.Equal(device) {
				t.Errorf("%v, device %v", m.at, m.device)
			}
		})
	}
	if m, err := (CheckInput{}).moment(now); err != nil || !m.at.Equal(now) || m.device != nil {
		t.Errorf("without a device: %+v %v", m, err)
	}
}
