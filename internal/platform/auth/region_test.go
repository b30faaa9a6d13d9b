package auth

import (
	"testing"
)

// FuzzRegion: a text is 12 digits that do not begin with zero, or refused; what is read is written as it was, and its ancestors
// contain it, each one level higher.
func FuzzRegion(f *testing.F) {
	for _, s := range []string{"", "150000000000", "152502001001", "000000000000", "15250200100", "1525020010011", "-15250200100",
		"+15250200100", "15_502001001", "１５２５０２００１００１", "999999999999", " 15250200100", "15250200100\x00", "0x1234567890"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var r Region
		if err := r.UnmarshalText([]byte(s)); err != nil {
			return
		}
		out, err := r.MarshalText()
		if err != nil || string(out) != s {
			t.Fatalf("%q came back as %q, %v", s, out, err)
		}
		if r == 0 {
			return
		}
		if len(s) != 12 || s[0] == '0' {
			t.Fatalf("%q was taken", s)
		}
		for _, c := range s {
			if c < '0' || c > '9' {
				t.Fatalf("%q was taken", s)
			}
		}
		if !r.Contains(r) {
			t.Fatalf("%s does not contain itself", r)
		}
		for at := r; ; at = at.Parent() {
			prefix, divisor := at.Prefix()
			if !at.Contains(r) || at.At(at.Level()) != at || r.At(at.Level()) != at || prefix*divisor != int64(at) {
				t.Fatalf("%s in %s: level %d, prefix %d of %d", r, at, at.Level(), prefix, divisor)
			}
			p := at.Parent()
			if p == 0 {
				break
			}
			if p.Level() >= at.Level() {
				t.Fatalf("%s of level %d is the parent of %s of level %d", p, p.Level(), at, at.Level())
			}
		}
	})
}
