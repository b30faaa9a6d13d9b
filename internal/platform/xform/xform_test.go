package xform_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
	"linli/internal/platform/xform"
)

const today = clock.Day(20261123)

// home is the form of a visit: each type, a group, conditions.
func home() xform.Source {
	return xform.Source{Title: "入户走访", Questions: []xform.Question{
		{Type: "note", Name: "hello", Label: "先说明来意"},
		{Type: "acknowledge", Name: "agree", Label: "本人同意", Required: true},
		{Type: "integer", Name: "age", Label: "周岁", Required: true, Constraint: ". >= 0 and . <= 120", ConstraintMessage: "0 到 120"},
		{Type: "select_one", List: "yn", Name: "alone", Label: "独居吗"},
		{Type: "begin_group", Name: "care", Label: "照料", Relevant: "${age} >= 60 and ${alone} = 'yes'"},
		{Type: "select_multiple", List: "help", Name: "help", Label: "要帮什么",
			Constraint: "count-selected(.) <= 2 and not(selected(., 'none') and count-selected(.) > 1)"},
		{Type: "text", Name: "other", Label: "别的", Relevant: "selected(${help}, 'other')", Required: true, Sensitive: true},
		{Type: "end_group"},
		{Type: "decimal", Name: "income", Label: "每月收入", Sensitive: true},
		{Type: "date", Name: "last", Label: "上次看病", Constraint: ". <= today()"},
		{Type: "image", Name: "door", Label: "门口照片"},
		{Type: "geopoint", Name: "at", Label: "位置"},
	}, Choices: []xform.Choice{{List: "yn", Name: "yes", Label: "是"}, {List: "yn", Name: "no", Label: "否"},
		{List: "help", Name: "shop", Label: "买菜"}, {List: "help", Name: "doctor", Label: "看病"}, {List: "help", Name: "other", Label: "别的"},
		{List: "help", Name: "none", Label: "不用"}}}
}

func form(t testing.TB, src xform.Source) *xform.Form {
	t.Helper()
	f, problems := xform.New(src)
	if len(problems) > 0 {
		t.Fatalf("refused: %+v", problems)
	}
	return f
}

func given(t testing.TB, raw string) (g xform.Given) {
	t.Helper()
	if err := json.Unmarshal([]byte(raw), &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// Answers take one form, what is not asked is left out, and what is wrong is said of each question.
func TestCheck(t *testing.T) {
	f := form(t, home())
	for _, c := range []struct{ in, want string }{
		{`{"agree": true, "age": " ０７０ ", "alone": "是", "help": ["other", "shop"], "other": "修\r\n门"}`,
			`{"age":"70","agree":"OK","alone":"yes","help":"shop other","other":"修\n门"}`},
		{`{"agree": "OK", "age": 59, "alone": "yes", "help": "doctor", "other": "x"}`, `{"age":"59","agree":"OK","alone":"yes"}`},
		{`{"agree": "是", "age": 70, "alone": "yes", "help": "看病，买菜", "other": "x"}`,
			`{"age":"70","agree":"OK","alone":"yes","help":"shop doctor"}`},
		{`{"agree": 1, "age": "000", "income": "-012.50", "last": "2026/11/23", "at": "40.840 111,75"}`, `invalid answers.at`},
		{`{"agree": 1, "age": "000", "income": "-012.50", "last": "2026/11/23", "at": "40.840，111.75"}`,
			`{"age":"0","agree":"OK","at":"40.84 111.75","income":"-12.5","last":"2026-11-23"}`},
		{`{"agree": 1, "age": 1, "at": "40.84 111.75 1063.5 4"}`, `{"age":"1","agree":"OK","at":"40.84 111.75"}`},
		{`{"agree": 1, "age": 120, "income": "-0.0"}`, `{"age":"120","agree":"OK","income":"0"}`},
		{`{}`, `invalid answers.age: 这道题要回答; answers.agree: 这道题要回答`},
		{`{"agree": 1, "age": 121}`, `invalid answers.age: 0 到 120`},
		{`{"agree": 1, "age": -1}`, `invalid answers.age: 0 到 120`},
		{`{"agree": 1, "age": "7.5"}`, `invalid answers.age: 要写整数，最多 15 位`},
		{`{"agree": 1, "age": "1234567890123456"}`, `invalid answers.age: 要写整数`},
		{`{"agree": "no", "age": 7}`, `invalid answers.agree`},
		{`{"agree": 1, "age": 7, "last": "2026-11-24"}`, `invalid answers.last: 答案不符合要求`},
		{`{"agree": 1, "age": 7, "last": "2026-02-30"}`, `invalid answers.last: 要写日期`},
		{`{"agree": 1, "age": 7, "hello": "x"}`, `invalid answers: 没有“hello”这道题`},
		{`{"agree": 1, "age": 7, "nobody": "x"}`, `invalid answers: 没有“nobody”这道题`},
		{`{"agree": 1, "age": 7, "alone": "maybe"}`, `invalid answers.alone: 没有“maybe”这个选项`},
		{`{"agree": 1, "age": 7, "alone": ["yes", "no"]}`, `invalid answers.alone: 只能有一个答案`},
		{`{"agree": 1, "age": 70, "alone": "yes", "help": ["none", "shop"]}`, `invalid answers.help`},
		{`{"agree": 1, "age": 70, "alone": "yes", "help": ["doctor", "shop", "none"]}`, `invalid answers.help`},
		{`{"agree": 1, "age": 70, "alone": "yes", "help": ["other"]}`, `invalid answers.other: 这道题要回答`},
		{`{"agree": 1, "age": 7, "door": "0"}`, `invalid answers.door`},
		{`{"agree": 1, "age": 7, "at": "111.75 40.84"}`, `invalid answers.at: 纬度在前`},
		{`{"agree": 1, "age": 7, "income": "1.1234567"}`, `invalid answers.income`},
	} {
		got, err := f.Check(given(t, c.in), today)
		text := string(got.JSON())
		if err != nil {
			text = "invalid " + strings.TrimSuffix(strings.TrimPrefix(err.Error(), "请改正标出的地方 ("), ")")
		}
		if err == nil && text != c.want || err != nil && !strings.HasPrefix(text, c.want) {
			t.Errorf("%s\n got %s\nwant %s", c.in, text, c.want)
		}
	}
	for _, bad := range []string{`{"age": {"x": 1}}`, `{"age": [[1]]}`, `[]`} {
		var g xform.Given
		if json.Unmarshal([]byte(bad), &g) == nil {
			t.Errorf("%s is taken for answers", bad)
		}
	}
	if got, err := f.Check(xform.Given{"agree": {"OK"}, "age": {"1"}, "other": {strings.Repeat("𠮷", 2000)}}, today); err != nil ||
		got["other"] != "" {
		t.Error(got, err)
	}
}

// What does not belong to the subset is refused where it stands, all of it at once.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*xform.Source)
		want   string
	}{
		{func(s *xform.Source) { s.Title = " " }, "title: 请写问卷的名称"},
		{func(s *xform.Source) { s.Title = strings.Repeat("长", 81) }, "title: 请写问卷的名称"},
		{func(s *xform.Source) { s.Questions = nil }, "questions: 题目 1 到 200 行"},
		{func(s *xform.Source) { s.Questions = s.Questions[:1] }, "questions: 没有要回答的题目"},
		{func(s *xform.Source) { s.Questions = slices.Repeat(s.Questions, 20) }, "questions: 题目 1 到 200 行，现在 240 行"},
		{func(s *xform.Source) { s.Choices = make([]xform.Choice, 10000) }, "choices: 选项一共最多 500 个，现在 10000 个"},
		{func(s *xform.Source) { s.Choices[1].Name = "yes" }, "choices.1.name: 这一组里已经有 yes"},
		{func(s *xform.Source) { s.Choices[1].Name = "a b" }, "choices.1.name: 代号只用"},
		{func(s *xform.Source) { s.Choices[1].Label = "" }, "choices.1.label: 请写给人看的文字"},
		{func(s *xform.Source) { s.Choices[1].List = "" }, "choices.1.list: 请写是哪一组"},
		{func(s *xform.Source) { s.Questions[2].Type = "range" }, "questions.2.type: 不认得题型 range"},
		{func(s *xform.Source) { s.Questions[2].Name = "年龄" }, "questions.2.name: 代号只用"},
		{func(s *xform.Source) { s.Questions[2].Name = "agree" }, "questions.2.name: 代号 agree 前面已经用过"},
		{func(s *xform.Source) { s.Questions[2].Name = strings.Repeat("a", 41) }, "questions.2.name: 代号只用"},
		{func(s *xform.Source) { s.Questions[2].Label = strings.Repeat("问", 501) }, "questions.2.label: 最多 500 个字"},
		{func(s *xform.Source) { s.Questions[3].List = "" }, "questions.3.type: 请写用哪一组选项"},
		{func(s *xform.Source) { s.Questions[3].List = "x" }, "questions.3.type: choices 表里没有“x”"},
		{func(s *xform.Source) { s.Questions[2].List = "yn" }, "questions.2.type: integer 后面不跟选项"},
		{func(s *xform.Source) { s.Questions[0].Required = true }, "questions.0.type: note 没有答案"},
		{func(s *xform.Source) { s.Questions[10].Required = true }, "questions.10.required: 照片在别的都存好"},
		{func(s *xform.Source) { s.Questions[7].Type = "note" }, "questions.4.type: 这个分组没有结束"},
		{func(s *xform.Source) { s.Questions[4].Type = "end_group" }, "questions.4.type: 这里没有要结束的分组"},
		{func(s *xform.Source) { s.Questions[7].Relevant = "1 = 1" }, "questions.7.relevant: 写在分组开始的那一行"},
		{func(s *xform.Source) { s.Questions[2].Relevant = ". > 1" }, "questions.2.relevant: “.”只用在 constraint 里"},
		{func(s *xform.Source) { s.Questions[2].Relevant = "${age} > 1" }, "questions.2.relevant: 绕成了圈"},
		{func(s *xform.Source) { s.Questions[2].Relevant = "${other} != ''" }, "questions.2.relevant: 绕成了圈"},
		{func(s *xform.Source) { s.Questions[3].Relevant = "selected(${help}, 'shop')" }, "questions.3.relevant: 绕成了圈"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "${nobody} = 1" }, "questions.2.constraint: 没有 ${nobody} 这道题"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "${hello} = 1" }, "questions.2.constraint: ${hello} 没有答案"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "${alone} = 'maybe'" }, "questions.2.constraint: ${alone} 没有选项 'maybe'"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "selected(${income}, 'a')" }, "questions.2.constraint: ${income} 不是选择题"},
		{func(s *xform.Source) { s.Questions[2].Constraint = ". > 1 +" }, "questions.2.constraint: “+”读不懂：不能计算"},
		{func(s *xform.Source) { s.Questions[2].Constraint = ". > ‘a’" }, "questions.2.constraint: “‘”读不懂：引号要用英文的"},
		{func(s *xform.Source) { s.Questions[2].Constraint = ". > " }, "questions.2.constraint: 条件没有写完"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "1 < . < 3" }, "questions.2.constraint: 一次只能比两样"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "(. > 1" }, "questions.2.constraint: 少了右括号"},
		{func(s *xform.Source) { s.Questions[2].Constraint = ". > 1)" }, "questions.2.constraint: “)”不该在这里"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "regex(., 'a')" }, "questions.2.constraint: 不认得 regex"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "today" }, "questions.2.constraint: today 后面要有括号"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "today(1)" }, "questions.2.constraint: today() 里要有 0 样"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "selected(${help})" }, "questions.2.constraint: selected() 里要有 2 样"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "selected('shop', ${help})" }, "questions.2.constraint: selected() 先写题目"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "selected(1, 'a')" }, "questions.2.constraint: selected() 里只写题目"},
		{func(s *xform.Source) {
			s.Questions[2].Constraint = strings.Repeat("(", 21) + "1" + strings.Repeat(")", 21)
		},
			"questions.2.constraint: 括号最多套 20 层"},
		{func(s *xform.Source) { s.Questions[2].Constraint = "1 = 1 " + strings.Repeat("or 1 = 1 ", 60) }, "questions.2.constraint: 条件最多 500 个字"},
		{func(s *xform.Source) {
			for range 6 {
				s.Questions = append([]xform.Question{{Type: "begin_group", Name: fmt.Sprint("g", len(s.Questions)), Label: "组"}}, s.Questions...)
				s.Questions = append(s.Questions, xform.Question{Type: "end_group"})
			}
		}, "questions.5.type: 分组最多套 5 层"},
	} {
		src := home()
		c.change(&src)
		_, problems := xform.New(src)
		if len(problems) == 0 || !strings.HasPrefix(problems[0].At()+": "+problems[0].Words, c.want) {
			t.Errorf("want %q, got %+v", c.want, problems)
		}
	}
	src := home()
	src.Questions[2].Type, src.Questions[3].List, src.Choices[2].Label = "range", "x", ""
	if _, problems := xform.New(src); len(problems) != 4 {
		t.Errorf("three things are wrong, and a choice that hangs on one of them; found %+v", problems)
	}
	at := home()
	at.Questions[2].Constraint = strings.Repeat("(", 20) + ". >= 0" + strings.Repeat(")", 20)
	form(t, at)
}

// workbook is a file of sheets with their cells, row by row.
func workbook(t testing.TB, sheets map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, v := range row {
				at, _ := excelize.CoordinatesToCellName(j+1, i+1)
				var err error
				if s, ok := v.(string); ok && strings.HasPrefix(s, "==") {
					err = f.SetCellFormula(name, at, s[2:])
				} else {
					err = f.SetCellValue(name, at, v)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A workbook is refused by sheet, row and column, and one that is right reads to the form.
func TestRead(t *testing.T) {
	good := map[string][][]any{"survey": {{"type", "name", "label", "required", "my own"}, {"begin group", "g", "组"}, {},
		{"select_one yn", "q1", "好吗", "yes"}, {"integer", "q2", "几岁", true}, {"end group"}},
		"choices": {{"list_name", "name", "label"}, {"yn", 1, "是"}, {"yn", 0, "否"}}, "settings": {{"form_title"}, {"问一问"}}}
	f, problems, err := xform.Read(workbook(t, good), "")
	if err != nil || len(problems) > 0 || f.Title != "问一问" || len(f.Questions) != 4 || !f.Questions[1].Required || !f.Questions[2].Required ||
		f.Choices[1].Name != "0" || f.Questions[0].Type != "begin_group" {
		t.Fatal(f, problems, err)
	}
	for _, c := range []struct {
		sheet    string
		row, col int
		value    any
		want     string
	}{
		{"survey", 3, 0, "select_one no", "survey!A4 choices 表里没有“no”"},
		{"survey", 3, 1, "q2", "survey!B5 代号 q2 前面已经用过"},
		{"survey", 4, 2, "==1+1", "survey!C5 这一格是公式"},
		{"survey", 4, 3, "perhaps", "survey!D5 要写 yes"},
		{"survey", 4, 4, "x", "survey!E1 不认得“my own”这一列"},
		{"survey", 4, 7, "x", "survey!H5 这一格上面没有列名"},
		{"survey", 0, 1, "nom", "survey!B1 不认得“nom”这一列"},
		{"survey", 0, 4, "type", "survey!E1 “type”这一列有两个"},
		{"choices", 2, 1, 1, "choices!B3 这一组里已经有 1"},
		{"settings", 1, 0, "", "settings!A1 请写问卷的名称"},
	} {
		sheets := map[string][][]any{}
		for name, rows := range good {
			for _, r := range rows {
				sheets[name] = append(sheets[name], append(slices.Clone(r), make([]any, 9-len(r))...))
			}
		}
		sheets[c.sheet][c.row][c.col] = c.value
		_, problems, err := xform.Read(workbook(t, sheets), "")
		if err != nil || len(problems) == 0 || !strings.HasPrefix(problems[0].At()+" "+problems[0].Words, c.want) {
			t.Errorf("want %q, got %+v, %v", c.want, problems, err)
		}
	}
	_, problems, err = xform.Read(workbook(t, map[string][][]any{"entities": {{"x"}}}), "")
	if err != nil || len(problems) != 2 || problems[0].At() != "entities!A1" || problems[1].At() != "survey!A1" {
		t.Error(problems, err)
	}
	if _, _, err = xform.Read([]byte("%PDF-"), ""); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
}

// A formula with a value is refused too: what it says tomorrow is not what was looked at.
func TestFormula(t *testing.T) {
	raw, err := form(t, xform.Source{Title: "一", Questions: []xform.Question{{Type: "text", Name: "a", Label: "甲"}}}).File("1")
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw.Body))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.SetCellFormula("survey", "C2", `"甲"&"乙"`), f.SetCellStr("survey", "D2", "提示")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.CalcCellValue("survey", "C2"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	_, problems, err := xform.Read(out.Bytes(), "")
	if err != nil || len(problems) != 1 || problems[0].At() != "survey!C2" || !strings.Contains(problems[0].Words, "公式") {
		t.Error(problems, err)
	}
}

// generated makes a form that is right, and answers to it, from a seed.
func generated(r *rand.Rand) (src xform.Source, in xform.Given) {
	src, in = xform.Source{Title: fmt.Sprint("卷", r.IntN(100))}, xform.Given{}
	texts := []string{"=1+1", "-5度", "@我", "'=x", "𠮷ᠪᠠᠲᠤ", "一\n二", "买菜、看病", "+86", "3.10", "0012", "是", "\"a\"", "x y"}
	for n := range 2 + r.IntN(3) {
		for i := range 2 + r.IntN(4) {
			src.Choices = append(src.Choices, xform.Choice{List: fmt.Sprint("l", n), Name: fmt.Sprint(i + 1),
				Label: texts[r.IntN(len(texts))] + fmt.Sprint(i)})
		}
	}
	for i := range 3 + r.IntN(12) {
		q := xform.Question{Type: xform.Types[r.IntN(10)], Name: fmt.Sprint("q", i), Label: texts[r.IntN(len(texts))],
			Hint: texts[r.IntN(len(texts))]}
		if i > 0 && r.IntN(3) == 0 && src.Questions[i-1].Type == "integer" {
			q.Relevant = fmt.Sprintf("${q%d} > %d or not(${q%d} = '')", i-1, r.IntN(5), i-1)
		}
		q.Sensitive = q.Answered() && r.IntN(4) == 0
		number := func() string { return fmt.Sprintf("%d.%d0", r.IntN(20), r.IntN(10)) }
		switch q.Type {
		case "select_one", "select_multiple":
			q.List = "l0"
			in[q.Name] = []string{"2"}
			if q.Type == "select_multiple" {
				in[q.Name] = []string{"2", "1"}
			}
		case "integer":
			in[q.Name] = []string{fmt.Sprint(r.IntN(9))}
		case "text":
			in[q.Name] = []string{texts[r.IntN(len(texts))]}
		case "decimal":
			in[q.Name] = []string{number()}
		case "geopoint":
			in[q.Name] = []string{number() + " " + number()}
		case "date":
			in[q.Name] = []string{fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28))}
		case "acknowledge":
			in[q.Name] = []string{"OK"}
		case "image":
			in[q.Name] = []string{fmt.Sprint(1 + r.Int64N(1<<60))}
		}
		src.Questions = append(src.Questions, q)
	}
	src.Questions = append(src.Questions, xform.Question{Type: "text", Name: "end", Label: "完"})
	return src, in
}

// Each form reads from the workbook that it was written into as it was, and the same answers are the same bytes through a page, boxes
// on paper, JSON and a table.
func TestCarriers(t *testing.T) {
	for seed := range uint64(60) {
		src, in := generated(rand.New(rand.NewPCG(seed, 1)))
		f := form(t, src)
		file, err := f.File("3")
		if err != nil {
			t.Fatal(err)
		}
		again, problems, err := xform.Read(file.Body, "")
		if err != nil || len(problems) > 0 || !reflect.DeepEqual(again.Source, f.Source) {
			t.Fatalf("seed %d: %v %v\n%+v\n%+v", seed, problems, err, f.Source, again)
		}
		page, err := f.Check(in, today)
		if err != nil {
			t.Fatal(seed, err)
		}
		boxes := xform.Given{}
		for name, texts := range in {
			i, _ := f.Index(name)
			for _, text := range texts {
				if q := f.Questions[i]; q.Selects() { // the box beside which the choice stands
					text = fmt.Sprint(1 + slices.IndexFunc(f.ChoicesOf(q), func(c xform.Choice) bool { return c.Name == text }))
				}
				boxes[name] = append(boxes[name], text)
			}
		}
		if boxes, err = f.Boxes(boxes); err != nil {
			t.Fatal(seed, err)
		}
		raw, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		table := [][]string{{}, {}}
		for name, v := range page {
			table[0], table[1] = append(table[0], name), append(table[1], v)
		}
		if len(table[0]) == 0 {
			continue
		}
		xlsx, err := sheet.XLSX(sheet.Plain(table))
		if err != nil {
			t.Fatal(err)
		}
		book, err := sheet.ReadBook(xlsx, 10)
		if err != nil {
			t.Fatal(err)
		}
		rows := xform.Given{}
		for i, c := range book.Sheets[0].Rows[1].Cells {
			rows[book.Sheets[0].Rows[0].Cells[i].Text] = []string{c.Text}
		}
		for carrier, g := range map[string]xform.Given{"boxes": boxes, "JSON": given(t, string(raw)), "table": rows, "again": page.Given()} {
			got, err := f.Check(g, today)
			if err != nil || !bytes.Equal(got.JSON(), page.JSON()) {
				t.Errorf("seed %d, %s: %s, %v, want %s", seed, carrier, got.JSON(), err, page.JSON())
			}
		}
	}
}

// Boxes that are not on the sheet are refused.
func TestBoxes(t *testing.T) {
	f := form(t, home())
	for _, bad := range []string{"0", "5", "shop", "1 9", "-1"} {
		if _, err := f.Boxes(xform.Given{"help": {bad}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("box %s: %v", bad, err)
		}
	}
	got, err := f.Boxes(xform.Given{"help": {"４、1"}, "age": {"7"}})
	if err != nil || !reflect.DeepEqual(got, xform.Given{"help": {"none", "shop"}, "age": {"7"}}) {
		t.Error(got, err)
	}
	if i, _ := f.Index("other"); f.Number(i) != 5 || f.Number(0) != 0 || f.Depth(i) != 1 || f.Words(f.Questions[5], "shop none") != "买菜、不用" {
		t.Error("numbers and words of paper")
	}
	if asked := f.Asked(xform.Answers{"age": "60", "alone": "yes"}, today); !asked[5] || asked[6] {
		t.Error("asked", asked)
	}
	if asked, check := f.Rules(6); asked != `["selected",["q","help"],["s","other"]]` || check != "" {
		t.Error(asked, check)
	}
}

// Whatever stands in a form or an answer is judged in bounded time, and what was found right works.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"${a} = 1", "((((((((((((((((((((((((", strings.Repeat("not(", 100), ". > 1 and . < 2",
		"selected(${b}, '1')", "count-selected(${b}) >= 2 or today() > '2026-01-01'", strings.Repeat("1=1 or ", 70) + "1=1",
		"${" + strings.Repeat("a", 400) + "}",
		"'", "\"", "..", "-", "1.", ".5", "${}", "and and", "not", "not()", "1=1=1", "\x00", "（${a} = 1）", "a\u202eb", "not(not(not(1)))"} {
		f.Add(seed, "1", "12", "q")
	}
	f.Add("${a} = 1", "１２.50", "2 1", "年")
	f.Fuzz(func(t *testing.T, rule, one, many, name string) {
		began := time.Now()
		src := xform.Source{Title: "一", Questions: []xform.Question{{Type: "decimal", Name: "a", Label: "甲", Constraint: rule},
			{Type: "select_multiple", List: "l", Name: "b", Label: "乙"}, {Type: "text", Name: "c", Label: "丙", Relevant: rule},
			{Type: "text", Name: name, Label: name}},
			Choices: []xform.Choice{{List: "l", Name: "1", Label: "一"}, {List: "l", Name: "2", Label: one}}}
		form, problems := xform.New(src)
		if (form == nil) == (len(problems) == 0) {
			t.Fatal("neither form nor problems")
		}
		if form == nil {
			return
		}
		answers, err := form.Check(xform.Given{"a": {one}, "b": {many}, "c": {many}}, today)
		if err == nil {
			again, err := form.Check(answers.Given(), today)
			if err != nil || !bytes.Equal(again.JSON(), answers.JSON()) {
				t.Fatalf("not in one form: %s, %s, %v", answers.JSON(), again.JSON(), err)
			}
		}
		if time.Since(began) > time.Minute {
			t.Fatal("takes too long")
		}
	})
}
