package attendance

import (
	"testing"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/order"
)

// Time that reaches up to half an hour beyond the window counts by itself, a second more needs a second person.
func TestBeyond(t *testing.T) {
	from := time.Date(2026, 11, 24, 9, 0, 0, 0, clock.Shanghai)
	o := order.Order{WindowStart: from, WindowEnd: from.Add(time.Hour)}
	for what, c := range map[string]struct {
		in, out time.Duration // before the window, after it
		second  bool
	}{
		"in time": {0, 0, false}, "early and late at the edge": {Tolerance, Tolerance, false},
		"too early": {Tolerance + time.Second, 0, true}, "too late": {0, Tolerance + time.Second, true},
	} {
		if second, why := beyond(o, o.WindowStart.Add(-c.in), o.WindowEnd.Add(c.out)); second != c.second || second != (why != "") {
			t.Errorf("%s: %t %q", what, second, why)
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
