package certificate

import (
	"strings"
	"testing"
)

// A code is read however it is written, and nothing that is none reaches the database.
func TestCleanCode(t *testing.T) {
	good := strings.Repeat(alphabet[:1], codeLength)
	for text, want := range map[string]string{
		good: good, strings.ToLower(good): good, shown(good): good, " " + good[:3] + "—" + good[3:5] + "–" + good[5:] + "　": good,
		good[1:]: "", good + alphabet[:1]: "", good[1:] + "!": "", good[1:] + "é": "", good[1:] + "\x80": "", "": "",
	} {
		if got := cleanCode(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

// Of an unknown code the page repeats letters and digits, and no more of them than a code has twice.
func TestTyped(t *testing.T) {
	plain := func(s string) string { return strings.ReplaceAll(s, "-", "") }
	for text, want := range map[string]string{
		"ab-19 z": "AB19Z", "<b>0/9</b>": "B09B", "娜é１": "1", "@[`{:": "", strings.Repeat("A", 2*codeLength): strings.Repeat("A", 2*codeLength),
		strings.Repeat("Z", 2*codeLength+1): strings.Repeat("Z", 2*codeLength),
	} {
		if got := plain(typed(text)); got != want {
			t.Errorf("%q is repeated as %q, want %q", text, got, want)
		}
	}
}
