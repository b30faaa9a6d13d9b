package format_test

import (
	"slices"
	"testing"

	"linli/internal/platform/format"
)

func TestSpellings(t *testing.T) {
	for name, want := range map[string][]string{
		"建兴":    {"jianxing", "jx"},
		"娜仁 高娃": {"narengaowa", "nrgw"},
		"曾可":    {"zengke", "zk", "cengke", "ck"},
		"IBM中心": {"ibmzhongxin", "ibmzx"},
		"锡林郭勒盟": {"xilinguolemeng", "xlglm"},
		"·":     nil,
		"":      nil,
	} {
		if got := format.Spellings(name); !slices.Equal(got, want) {
			t.Errorf("%s is spelled %q, want %q", name, got, want)
		}
	}
}

func TestSpelled(t *testing.T) {
	for text, want := range map[string]string{"NR gw": "nrgw", "a": "", "娜仁": "", "138": "", "": ""} {
		if got, ok := format.Spelled(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v", text, got, ok)
		}
	}
}
