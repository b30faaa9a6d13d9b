package person

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// The check character is that of GB 11643, whose own examples hold; every single wrong digit is found.
func TestIDNumber(t *testing.T) {
	for _, good := range []string{"11010519491231002X", "440524188001010014", " 110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ"} {
		id, err := ParseIDNumber(good, 20261129, false)
		if good == "440524188001010014" { // of the standard, born before anybody who lives
			if err == nil {
				t.Error("somebody born in 1880 is taken")
			}
			continue
		}
		if err != nil || id.Number != "11010519491231002X" || id.BirthDay != 19491231 || id.Sex != Female {
			t.Errorf("%q: %+v %v", good, id, err)
		}
	}
	const whole = "11010519491231002X"
	for i := range 17 {
		for c := byte('0'); c <= '9'; c++ {
			if wrong := whole[:i] + string(c) + whole[i+1:]; wrong != whole {
				if _, err := ParseIDNumber(wrong, 20261129, false); err == nil {
					t.Errorf("%s is taken", wrong)
				}
			}
		}
	}
	const nobody = "190101198001010031"
	if _, err := ParseIDNumber(nobody, 20261129, true); err != nil {
		t.Errorf("demo: %v", err)
	}
	if _, err := ParseIDNumber(nobody, 20261129, false); err == nil {
		t.Error("a number of nobody is taken outside the demo")
	}
}

// Whatever is typed, the answer is a number of the right form or a refusal of its field, and what was taken is taken again.
func FuzzIDNumber(f *testing.F) {
	for _, s := range []string{"11010519491231002X", "190101198001010031", "", "１１０１０５", "\xff", "1101051949123100 2x",
		strings.Repeat("9", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseIDNumber(s, 20261129, true)
		if err != nil {
			return
		}
		again, err := ParseIDNumber(id.Number, 20261129, true)
		if err != nil || again != id || len(id.Number) != 18 || id.Number[17] != idCheck(id.Number[:17]) {
			t.Errorf("%q gives %+v, then %+v %v", s, id, again, err)
		}
		if m := MaskIDNumber(id.Number); strings.Contains(m, id.Number[6:14]) || utf8.RuneCountInString(m) != 18 {
			t.Errorf("masked %q", m)
		}
	})
}

// The same for telephones: eleven digits of a number that may exist, or a refusal.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{"13800000000", "+86 129-0000-0001", "12900000001", "１３８００００００００", "", "\x00", "138000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParsePhone(s, true)
		if err != nil {
			return
		}
		if again, err := ParsePhone(n, true); err != nil || again != n || len(n) != 11 || strings.Trim(n, "0123456789") != "" || n[0] != '1' {
			t.Errorf("%q gives %q, then %q %v", s, n, again, err)
		}
		if m := MaskPhone(n); m != n[:3]+"****"+n[7:] {
			t.Errorf("masked %q", m)
		}
	})
}
