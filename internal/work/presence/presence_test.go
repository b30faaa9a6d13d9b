package presence_test

import (
	"testing"
	"time"

	"linli/internal/platform/seal"
	"linli/internal/work/presence"
)

// A code holds while it is shown, three steps after and one before; for its own thing alone, however it is typed.
func TestCodes(t *testing.T) {
	c := presence.New(seal.Ephemeral())
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	code := c.Code("activity", 7, at)
	if len(code) != 6 || c.Code("activity", 7, at.Add(presence.Step-time.Second)) != code ||
		c.Code("activity", 7, at.Add(presence.Step)) == code {
		t.Errorf("%s is shown for another time", code)
	}
	for _, x := range []struct {
		what  string
		later time.Duration
		typed string
		want  bool
	}{
		{"activity", 0, code, true}, {"activity", 0, code[:3] + " " + code[3:], true}, {"activity", 4*presence.Step - time.Second, code, true},
		{"activity", 4 * presence.Step, code, false}, {"activity", -presence.Step, code, true},
		{"activity", -presence.Step - time.Second, code, false},
		{"sitting", 0, code, false}, {"activity", 0, "", false}, {"activity", 0, code[:5], false},
	} {
		if got := c.Fits(x.what, 7, at.Add(x.later), x.typed); got != x.want {
			t.Errorf("%s %v later, %q: %v", x.what, x.later, x.typed, got)
		}
	}
	if c.Fits("activity", 8, at, code) {
		t.Error("another one's code is taken")
	}
}
