// Package format writes figures as pages, tables and paper show them. Times and days are clock's, what has another text in another
// language is i18n's.
package format

import (
	"cmp"
	"strconv"
	"strings"
)

// Int writes a whole number plainly, as forms and addresses need it.
func Int[N ~int | ~int32 | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// Some is Int, but nothing for 0.
func Some[N ~int | ~int32 | ~int64](n N) string {
	if n == 0 {
		return ""
	}
	return Int(n)
}

// Signed says of a change which way it goes: “+3”, “-3”, “0”.
func Signed(n int64) string {
	if n > 0 {
		return "+" + Int(n)
	}
	return Int(n)
}

// Hours are minutes as tables count them: in hours with one decimal.
func Hours(minutes int64) string { return Tenth(float64(minutes) / 60) }

// Tenth rounds to one decimal.
func Tenth(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

// Percent is a share of 1 in percent with one decimal: “33.3%”.
func Percent(share float64) string { return Tenth(share*100) + "%" }

// Degrees writes a coordinate with all its digits.
func Degrees(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Thousands parts the whole digits of a number that is already written: “-12,345.6”.
func Thousands(s string) string {
	whole, rest, dot := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for n := len(whole) - 3; n > 0; n -= 3 {
		whole = whole[:n] + "," + whole[n:]
	}
	if dot {
		return sign + whole + "." + rest
	}
	return sign + whole
}

// Yes marks in a table what holds: “是”, or nothing.
func Yes(b bool) string {
	if b {
		return "是"
	}
	return ""
}

// Or is the text, or a dash where there is none.
func Or(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// Once joins two texts of which people often write the same twice: that one, the one that is not empty, or both with what stands between.
func Once(a, between, b string) string {
	if a == "" || b == "" || a == b {
		return cmp.Or(a, b)
	}
	return a + between + b
}
