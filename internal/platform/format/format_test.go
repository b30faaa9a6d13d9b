package format

import "testing"

func TestFormats(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Int(-7), "-7"}, {Int(int64(1) << 60), "1152921504606846976"},
		{Some(0), ""}, {Some(int64(7)), "7"},
		{Signed(3), "+3"}, {Signed(-3), "-3"}, {Signed(0), "0"},
		{Hours(0), "0.0"}, {Hours(45), "0.8"}, {Hours(90), "1.5"}, {Hours(6000), "100.0"},
		{Percent(1.0 / 3), "33.3%"}, {Percent(1), "100.0%"},
		{Degrees(43.9), "43.9"}, {Degrees(116.123456), "116.123456"},
		{Thousands("0"), "0"}, {Thousands("999"), "999"}, {Thousands("1000"), "1,000"}, {Thousands("-1234567.5"), "-1,234,567.5"},
		{Thousands("-100"), "-100"},
		{Yes(true), "是"}, {Yes(false), ""}, {Or(""), "—"}, {Or("a"), "a"},
		{Once("a", " ", "b"), "a b"}, {Once("a", " ", "a"), "a"}, {Once("", " ", "b"), "b"}, {Once("a", " ", ""), "a"}, {Once("", " ", ""), ""},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
