package telephone

import (
	"strings"
	"testing"
)

// Numbers on which somebody can be called; a message goes to mobile ones alone.
func TestTelephones(t *testing.T) {
	for written, want := range map[string]string{
		"13900000001": "13900000001", "+86 139-0000—0001": "13900000001", "0086 13900000001": "13900000001", "8613900000001": "13900000001",
		"(+86)13900000001": "13900000001", "（＋８６）１３９０００００００１": "13900000001", "\u202d13900000001\u202c": "13900000001",
		"0479-5221234": "0479-5221234", "（0479）5221234": "0479-5221234", "04795221234": "0479-5221234", "0479 522 1234": "0479-5221234",
		"010-12345678": "010-12345678", "0479-5221234-801": "0479-5221234转801", "0479－5221234转801": "0479-5221234转801",
		"0479-5221234 分机 8": "0479-5221234转8", "+86 479 5221234": "0479-5221234", "400-123-4567": "4001234567",
		"13900000001/0479-5221234": "13900000001、0479-5221234", "13900000001 13900000002": "13900000001、13900000002",
		"13900000001，13900000002": "13900000001、13900000002", "0479-5221234转801、13900000001": "0479-5221234转801、13900000001",
	} {
		got, err := ParseAll(written, false)
		if err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", written, got, err, want)
			continue
		}
		if again, err := ParseAll(got, false); err != nil || again != got {
			t.Errorf("%q again: %q %v", got, again, err)
		}
		if m := Mask(got); m == got || !strings.Contains(m, "*") || strings.Contains(m, "5221234") {
			t.Errorf("masked %q", m)
		}
		if _, err := ParseMobile(written, false); (err == nil) != (len(got) == 11 && got[0] == '1') {
			t.Errorf("a message to %q: %v", written, err)
		}
	}
	for _, bad := range []string{"5221234", "12345", "11000000000", "0479-12", "139000000011", "1390000000",
		"13900000001、13900000002、13900000003", "abc"} {
		if got, err := ParseAll(bad, false); err == nil {
			t.Errorf("%q is taken as %q", bad, got)
		}
	}
	if got := Dial("0479-5221234转801、13900000001"); got != "0479-5221234,801" {
		t.Error(got)
	}
}

// Whatever is written, a mobile number is eleven digits of a number that may exist, or a refusal.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{"13800000000", "+86 129-0000-0001", "12900000001", "１３８００００００００", "", "\x00", "138000000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseMobile(s, true)
		if err != nil {
			return
		}
		if again, err := ParseMobile(n, true); err != nil || again != n || len(n) != 11 || strings.Trim(n, "0123456789") != "" || n[0] != '1' {
			t.Errorf("%q gives %q, then %q %v", s, n, again, err)
		}
		if m := Mask(n); m != n[:3]+"****"+n[7:] {
			t.Errorf("masked %q", m)
		}
	})
}

func TestMask(t *testing.T) {
	for _, c := range [][2]string{
		{Mask("12900000099"), "129****0099"}, {Mask("1290000"), "*******"}, {Mask("129000000990"), "************"}, {Mask(""), ""},
	} {
		if c[0] != c[1] {
			t.Errorf("%s, want %s", c[0], c[1])
		}
	}
}
