package exchange

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/geo"
	"linli/internal/platform/set"
)

// cell is a row of one cell.
func cell(text string) cells {
	return row{2, map[string]string{"x": text}, nil}.open()
}

// dictionary is one of four words.
var dictionary = []setting.Word{{Code: "mn", Label: "蒙古语"}, {Code: "zh", Label: "汉语"}}

// Each kind of cell reads what it may hold, and says what is wrong with anything else.
func TestCells(t *testing.T) {
	many := make([]setting.Word, 21)
	for i := range many {
		many[i] = setting.Word{Code: fmt.Sprint("c", i), Label: fmt.Sprint("词", i)}
	}
	places := &batch{places: map[string]auth.Region{"宝力根": 152502200200, "两处": 0, "": 152502200201}}
	few := set.New("x.test", set.Row{"a", "甲类"}, set.Row{"b", "乙类"})
	for _, c := range []struct {
		what string
		in   string
		read func(cells) any
		out  string
		want string
	}{
		{"number", "1.5", func(c cells) any { return c.number("x") }, "1.5", ""},
		{"number", "１２", func(c cells) any { return c.number("x") }, "12", ""},
		{"number", "", func(c cells) any { return c.number("x") }, "0", ""},
		{"number", "北", func(c cells) any { return c.number("x") }, "0", "invalid x: 要填数字"},
		{"day", "", func(c cells) any { return int64(c.day("x")) }, "0", ""},
		{"day", "1980/1/31", func(c cells) any { return int64(c.day("x")) }, "19800131", ""},
		{"day", "1980-13-01", func(c cells) any { return int64(c.day("x")) }, "0", "invalid x: 要写成 1980-01-31"},
		{"time", "2026-01-05 09:00", func(c cells) any { return c.time("x").UTC().Format(minute) }, "2026-01-05 01:00", ""},
		{"time", "早上", func(c cells) any { return c.time("x").IsZero() }, "true", "invalid x: 要写成 2026-01-31 09:30"},
		{"short", "四个字吧", func(c cells) any { return c.short("x", 4) }, "四个字吧", ""},
		{"short", "四个字吧", func(c cells) any { return c.short("x", 3) }, "四个字吧", "invalid x: 最多 3 个字"},
		{"one", "女", func(c cells) any { return c.one("x", sexes, "要填男或女") }, "female", ""},
		{"one", "雌", func(c cells) any { return c.one("x", sexes, "要填男或女") }, "", "invalid x: 要填男或女"},
		{"region", "152502200200", func(c cells) any { return c.region(places, "x") }, "152502200200", ""},
		{"region", "宝力根", func(c cells) any { return c.region(places, "x") }, "152502200200", ""},
		{"region", "", func(c cells) any { return c.region(places, "x") }, "152502200201", ""},
		{"region", "", func(c cells) any { return c.region(&batch{}, "x") == 0 }, "true", "invalid x: 要填嘎查村（社区）的名称，或十二位区划代码"},
		{"region", "两处", func(c cells) any { return c.region(places, "x") == 0 }, "true", "invalid x: 没有找到“两处”"},
		{"codes", "蒙古语、zh；汉语", func(c cells) any { return c.codes(dictionary, "x") }, "[mn zh zh]", ""},
		{"codes", "", func(c cells) any { return len(c.codes(dictionary, "x")) }, "0", ""},
		{"codes", "古语", func(c cells) any { return len(c.codes(dictionary, "x")) }, "1",
			"invalid x: 词典里没有“古语”，是不是“蒙古语”？可以填：蒙古语、汉语"},
		{"codes", "火", func(c cells) any { return len(c.codes(dictionary[:1], "x")) }, "1", "invalid x: 词典里没有“火”，可以填：蒙古语"},
		{"codes", "火", func(c cells) any { return len(c.codes(many[:20], "x")) }, "1", "invalid x: 词典里没有“火”，可以填：词0、词1"},
		{"codes", "火", func(c cells) any { return len(c.codes(many, "x")) }, "1",
			"invalid x: 词典里没有“火”，可以填的词在空表的第二张工作表上"},
		{"member", "甲类", func(c cells) any { return c.member("x", few) }, "a", ""},
		{"member", "B", func(c cells) any { return c.member("x", few) }, "b", ""},
		{"member", "", func(c cells) any { return c.member("x", few) }, "", ""},
		{"member", "丙类", func(c cells) any { return c.member("x", few) }, "", "invalid x: 没有“丙类”，是不是“甲类”？可以填：甲类、乙类"},
		{"member", "wgs84", func(c cells) any { return c.member("x", geo.Datums) != "" }, "true", ""},
	} {
		x := cell(c.in)
		out := fmt.Sprint(c.read(x))
		if err := x.Err(); out != c.out || err != nil || c.want != "" {
			if errstest.Is(t, err, c.want); out != c.out {
				t.Errorf("%s of %q is %s, want %s", c.what, c.in, out, c.out)
			}
		}
	}
	opening := row{2, map[string]string{"hours": "周一至周五 9:00–12:00", "on_holidays": "是", "hours_note": "冬天晚开"}, nil}.open()
	if o := opening.opening(); opening.Err() != nil || !o.OnHolidays || o.HoursNote != "冬天晚开" || len(o.Hours) != 5 {
		t.Errorf("%+v %v", o, opening.Err())
	}
	for yes, want := range map[string]string{"否": "", "": "", "也许": "invalid on_holidays: 要填“是”或“否”"} {
		c := row{2, map[string]string{"on_holidays": yes}, nil}.open()
		if o := c.opening(); o.OnHolidays {
			t.Errorf("%q opens on holidays", yes)
		}
		errstest.Is(t, c.Err(), want)
	}
	broken := row{2, nil, map[string]string{"x": "读不出来"}}.open()
	errstest.Is(t, broken.Err(), "invalid x: 读不出来")
}

// What a volunteer says of himself is read within its limits.
func TestFacts(t *testing.T) {
	dict := map[string][]setting.Word{setting.Identities: dictionary, setting.Skills: dictionary}
	for km, want := range map[string]string{"": "5", "1": "1", "8公里": "8", "300 公里": "300", "0": "要填 1 到 300 的整数", "301": "要填 1 到 300 的整数",
		"1e2": "要填 1 到 300 的整数", "很远": "要填 1 到 300 的整数"} {
		c := row{2, map[string]string{"max_km": km, "identities": "mn", "skills": "zh"}, nil}.open()
		f := c.facts(dict)
		if err := c.Err(); err != nil {
			errstest.Is(t, err, "invalid max_km: "+want)
		} else if fmt.Sprint(f.MaxKm) != want || strings.Join(f.Identities, "") != "mn" || strings.Join(f.Skills, "") != "zh" {
			t.Errorf("%q: %+v", km, f)
		}
	}
	c := row{2, map[string]string{"available": "周八上午"}, nil}.open()
	c.facts(dict)
	if err := c.Err(); errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "“周八上午”看不懂") ||
		!strings.Contains(err.Error(), "至少填一种身份") {
		t.Error(err)
	}
}

// Fields that a table has under another name are named by it; all else stays.
func TestRenamed(t *testing.T) {
	names := map[string]string{"person_id": "birth_day"}
	errstest.Is(t, renamed(errs.Field("person_id", "不对"), names), "invalid birth_day: 不对")
	errstest.Is(t, renamed(errs.Field("name", "不对"), names), "invalid name: 不对")
	errstest.Is(t, renamed(errs.WrongState("不行"), names), "wrong_state: 不行")
	errstest.Is(t, renamed(nil, names), "")
	if sexWord("female") != "女" || sexWord("male") != "男" || sexWord("") != "" || dayWord(0) != "" || dayWord(19800131) != "1980-01-31" {
		t.Error("words of a table")
	}
	if tableWord("orders.recipient_id") != "求助单" || tableWord("horse.x") != "horse" || letters(0) != "A" || letters(26) != "AA" {
		t.Error("words of what rests on a row")
	}
	if got := []string{plain("'=1"), plain("'x"), plain(" x ")}; !slices.Equal(got, []string{"=1", "'x", "x"}) {
		t.Errorf("%q", got)
	}
}

// The page of a file says what each column was taken for, and asks of those that nobody knows.
func TestSheetOfAFile(t *testing.T) {
	v := Sheet{columns: []column{{"name", "姓名"}, {"sex", "性别"}}}
	v.Headings = []Heading{{Field: "name"}, {Field: leftOut}}
	if v.strange() || v.word("sex") != "性别" || v.word("x") != "x" || v.fieldOf(v.Headings[0]) != "name" || v.fieldOf(Heading{}) != undecided {
		t.Errorf("%+v", v)
	}
	v.Headings = append(v.Headings, Heading{})
	if got := v.choices(); !v.strange() || len(got) != 4 || got[0].Value != undecided || got[1].Value != leftOut || got[2].Value != "name" ||
		got[3].Label != "性别" {
		t.Errorf("%+v", got)
	}
	in := auth.With(t.Context(), auth.Actor{Grants: []auth.Grant{{Role: auth.StationManager, Region: 152502200200}}})
	for at, want := range map[auth.Region]bool{152502200200: true, 152502200201: false} {
		if v.Region = at; v.maps(in) != want {
			t.Errorf("%v: %v", at, v.maps(in))
		}
	}
	if v.Headings = nil; v.maps(in) {
		t.Error("a file without columns is mapped")
	}
}
