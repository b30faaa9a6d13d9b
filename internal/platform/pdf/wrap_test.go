package pdf_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/internal/platform/pdf"
)

var mixed = rapid.OneOf(
	rapid.String(),
	rapid.StringOfN(rapid.RuneFrom([]rune("中文字𠮷䶮㐂，。（）“”ab1-. \n　\u200d\u0301😀")), 0, 80, -1),
	rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
)

func TestWrapKeepsEveryByteWithinTheWidth(t *testing.T) {
	d := pdf.New("", pdf.Options{})
	rapid.Check(t, func(t *rapid.T) {
		s := mixed.Draw(t, "s")
		font := pdf.Font(rapid.IntRange(0, 3).Draw(t, "font"))
		width := rapid.Float64Range(0, 120).Draw(t, "width")
		lines := d.Wrap(font, 12, s, width)
		if got := strings.Join(lines, ""); got != s {
			t.Fatalf("%q came back as %q", s, got)
		}
		for _, line := range lines {
			visible := strings.TrimRightFunc(line, func(r rune) bool {
				return strings.ContainsRune(" \t\n　", r) || d.Width(font, 12, string(r)) == 0
			})
			if line == "" || d.Width(font, 12, visible) > width+1e-6 && printed(d, font, visible) > 1 {
				t.Fatalf("%q is wider than %v", line, width)
			}
			if i := strings.IndexByte(line, '\n'); i >= 0 && i != len(line)-1 {
				t.Fatalf("%q goes on after a line feed", line)
			}
		}
	})
}

// printed counts the characters of s that take room.
func printed(d *pdf.Doc, f pdf.Font, s string) (n int) {
	for _, r := range s {
		if d.Width(f, 12, string(r)) > 0 {
			n++
		}
	}
	return n
}

func TestWrap(t *testing.T) {
	d := pdf.New("", pdf.Options{})
	const em = 25.4 / 72 * 10
	for _, c := range []struct {
		s    string
		ems  float64
		want []string
	}{
		{"", 4, nil},
		{"一二三四五六", 4, []string{"一二三四", "五六"}},
		{"一二三四，五", 4, []string{"一二三", "四，五"}},
		{"一二三（四五", 4, []string{"一二三", "（四五"}},
		{"一二三“四”。", 4, []string{"一二三", "“四”。"}},
		{"一二 three four", 4, []string{"一二 ", "three ", "four"}},
		{"一1234567890", 4, []string{"一", "123456", "7890"}},
		{"一二\n\n三\n", 4, []string{"一二\n", "\n", "三\n"}},
		{"一二三四    五", 4, []string{"一二三四    ", "五"}},
		{"𠮷䶮㐂𠮷䶮", 2, []string{"𠮷䶮", "㐂𠮷", "䶮"}},
		{"一\n 二", 4, []string{"一\n", " 二"}},
		{"一二", 0, []string{"一", "二"}},
	} {
		if got := d.Wrap(pdf.Kai, 10, c.s, c.ems*em); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.s, got, c.want)
		}
	}
}
