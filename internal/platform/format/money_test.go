package format

import (
	"strings"
	"testing"
)

func TestYuan(t *testing.T) {
	for _, c := range []struct {
		fen         int64
		long, plain string
	}{{0, "0.00 元", "0.00"}, {5, "0.05 元", "0.05"}, {123450, "1,234.50 元", "1234.50"}, {-100, "-1.00 元", "-1.00"}, {-5, "-0.05 元", "-0.05"}} {
		if Yuan(c.fen) != c.long || Plain(c.fen) != c.plain {
			t.Errorf("%d: %s, %s", c.fen, Yuan(c.fen), Plain(c.fen))
		}
		if got := Sum(c.fen); strings.ReplaceAll(got, "\u00a0", " ") != c.long || got != Number(c.fen)+"\u00a0元" {
			t.Errorf("%d: on a page %q", c.fen, got)
		}
	}
	for text, fen := range map[string]int64{"0": 0, "1": 100, "1234.5": 123450, "1,234.50": 123450, " １２００元 ": 120000, "0.05": 5, "¥3": 300,
		"999999999999.99": 99999999999999, "007": 700, "-9.98": -998} {
		if got, err := ReadYuan(text); err != nil || got != fen {
			t.Errorf("%q: %d %v", text, got, err)
		}
	}
	for _, text := range []string{"", "--1", "1-", "1.234", "1.", ".5", "1e3", "1000000000000", "一百", "1.2.3", "+1", "元"} {
		if got, err := ReadYuan(text); err == nil {
			t.Errorf("%q read as %d", text, got)
		}
	}
}
