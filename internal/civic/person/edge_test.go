package person

import (
	"strings"
	"testing"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
)

// A year is full on the birthday, not a day before; what is unknown stays unknown.
func TestAgeOn(t *testing.T) {
	for _, c := range []struct {
		birth, day clock.Day
		want       int
	}{{0, 20261124, -1}, {20081124, 20261124, 18}, {20081125, 20261124, 17}, {20080101, 20261124, 18}, {20261124, 20261124, 0},
		{20240229, 20250228, 0}, {20240229, 20250301, 1}} {
		if got := AgeOn(c.birth, c.day); got != c.want {
			t.Errorf("born %s he is %d on %s, want %d", c.birth, got, c.day, c.want)
		}
	}
}

// Each age of the rules for minors is the first of its own kind.
func TestMinorRules(t *testing.T) {
	for age, want := range map[int]string{-1: "", 0: "refuse consent present sensitive", 5: "refuse consent present sensitive",
		6: "consent present sensitive", 9: "consent present sensitive",
		10: "consent sensitive", 13: "consent sensitive", 14: "consent", 17: "consent", 18: ""} {
		var got []string
		refuse, consent, present := MinorRule(age)
		words := minorRule(age)
		for _, x := range []struct {
			is         bool
			name, says string
		}{{refuse, "refuse", "不登记为志愿者"}, {consent, "consent", "监护人同意"}, {present, "present", "在场"},
			{strings.Contains(words, "敏感"), "sensitive", "未满 14"}} {
			if x.is {
				got = append(got, x.name)
			}
			if x.name != "consent" && x.name != "present" && x.is != strings.Contains(words, x.says) {
				t.Errorf("%d: %q and %s %t", age, words, x.name, x.is)
			}
		}
		if strings.Join(got, " ") != want || (words == "") != (want == "") {
			t.Errorf("%d: %v (%q), want %s", age, got, words, want)
		}
	}
}

func TestMasks(t *testing.T) {
	for _, c := range [][2]string{
		{MaskName(""), ""}, {MaskName("娜"), "娜*"}, {MaskName("娜仁"), "娜*"}, {MaskName("娜仁高"), "娜**"}, {MaskName("娜仁高娃"), "娜***"},
		{MaskName("娜仁高娃花"), "娜***"},
		{MaskIDNumber("190101198001010031"), "19**************31"}, {MaskIDNumber("19010119800101003"), strings.Repeat("*", 17)},
	} {
		if c[0] != c[1] {
			t.Errorf("%s, want %s", c[0], c[1])
		}
	}
}

func TestNameProblem(t *testing.T) {
	for name, want := range map[string]string{"": "请填", "·": "请填", "张": "", "Bold-Erdene O'Neil": "", "张1": "只写",
		strings.Repeat("名", MaxName): "", strings.Repeat("名", MaxName+1): "太长"} {
		if got := nameProblem(name); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// An address without months holds all year, one without a word is refused by its place in the list.
func TestAddressRules(t *testing.T) {
	list := []Address{{Detail: "东头"}, {Kind: "winter", FromMonth: 11, ToMonth: 4, Landmark: "敖包南坡"}, {Detail: " "},
		{FromMonth: 11, Detail: "x"}}
	c := errs.Check{}
	checkAddresses(c, list)
	errstest.Is(t, c.Err(), "invalid addresses.2.detail")
	if a, b, d := list[0], list[1], list[3]; a.Kind != "home" || a.FromMonth != 1 || a.ToMonth != 12 || b.Kind != "winter" ||
		b.FromMonth != 11 || b.ToMonth != 4 || d.FromMonth != 1 || d.ToMonth != 12 {
		t.Errorf("%+v", list)
	}
}

// Beside each other, each entry stands on its own side, and a line that neither has is left out.
func TestPairSides(t *testing.T) {
	entry := func(x, sex string, day clock.Day) Detail {
		return Detail{Person: Person{Name: "名" + x, Sex: sex, BirthDay: day, Householder: "户" + x, Group: "组" + x, Phone: "话" + x,
			IDNumber: "号" + x},
			RegionName: "地" + x}
	}
	p := Pair{Keep: entry("甲", Male, 19800101), Other: entry("乙", Female, 19810101)}
	seen := 0
	for _, row := range p.rows(t.Context()) {
		if strings.HasSuffix(row.keep, "甲") || row.keep == sexWords[Male] || row.keep == clock.Day(19800101).String() {
			seen++
			if row.keep == row.other || strings.HasSuffix(row.keep, "甲") && row.other != strings.TrimSuffix(row.keep, "甲")+"乙" || !row.differs() {
				t.Errorf("%+v", row)
			}
		}
		if row.what == "监护人" || row.what == "住址" {
			t.Errorf("a line that neither has: %+v", row)
		}
	}
	if seen != 8 {
		t.Errorf("%d lines of the one that stays", seen)
	}
}
