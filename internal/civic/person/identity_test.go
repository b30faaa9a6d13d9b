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

// Each kind of paper has a form of its own and keeps its kind before the number; the cards of 18 digits say birth and sex.
func TestPapers(t *testing.T) {
	for _, c := range []struct{ kind, written, want string }{
		{"", "11010519491231002X", "11010519491231002X"}, {Card, "81000019491231001" + string(idCheck("81000019491231001")), "8100001949123100"},
		{"", "H12345678", "港澳通行证 H12345678"}, {HongKong, "m0123456701", "港澳通行证 M0123456701"}, {HongKong, "X123", ""},
		{"", "12345678", "台胞证 12345678"}, {Taiwan, "1234", ""}, {"", "E12345678", "护照 E12345678"}, {"", "EA1234567", "护照 EA1234567"},
		{Passport, "123456789", "护照 123456789"}, {"", "护照：123456789", "护照 123456789"}, {"", "护照 E12345678", "护照 E12345678"},
		{Passport, "1234", ""},
		{"", "USA110080012345", "永居证 USA110080012345"}, {Network, "ABCDEFGH12345678", "网号 ABCDEFGH12345678"},
		{Network, "12", ""}, {"", "1.52527E+17", ""}, {"", "152527198001010000", ""}, {"", "123", ""}, {"", "", ""},
		{"", "911124198108030024", "永居证 911124198108030024"}, {"", "911124198108030025", ""},
	} {
		id, err := ParsePaper(c.kind, c.written, 20261129, false)
		if (err != nil) != (c.want == "") || !strings.HasPrefix(id.Number, c.want) {
			t.Errorf("%s %q: %+v %v, want %s", c.kind, c.written, id, err, c.want)
			continue
		}
		if err == nil {
			if again, err := ParsePaper("", id.Number, 20261129, false); err != nil || again != id {
				t.Errorf("%q again: %+v %v", id.Number, again, err)
			}
			if m := MaskIDNumber(id.Number); m == id.Number || !strings.Contains(m, "*") {
				t.Errorf("masked %q", m)
			}
		}
	}
	for n, want := range map[string]string{"152527198001010000": "Excel", "1.52527E+17": "科学计数", "123": "18 位"} {
		if _, err := ParsePaper("", n, 20261129, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", n, err)
		}
	}
}
