package exchange

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
	"linli/internal/platform/spelling"
)

// row is one line of a file, its cells by column name; faults are the cells that cannot be read.
type row struct {
	line   int
	cells  map[string]string
	faults map[string]string
}

// table is a file laid out: its rows, what is wrong with it before any row is taken, and what was left out or looks odd.
type table struct {
	rows     []row
	problems []Problem
	notes    []string
	headings []Heading
}

// Heading is a cell of the header, and the column that it was taken for: none, or "-" for one that is not read.
type Heading struct {
	Text  string `json:"text"`
	Field string `json:"field"`
}

// headerWithin is in how many lines the names of the columns are looked for: titles stand above them.
const headerWithin = 15

// spare are columns that a roster has and a register does not: they are left out, which is said.
var spare = []string{"序号", "编号", "序", "备注", "说明", remarks}

// remarks is the column in which a file that goes back says what is to be mended.
const remarks = "要改的地方"

// reading is how headings are understood: by the columns of the register, and by what the place said that its own headings mean.
type reading struct {
	columns []column
	own     map[string]string // column by plain heading
}

// read lays a file out. What is not read is a problem or a note: nothing is left out in silence.
func read(data []byte, as reading) (t table, err error) {
	page, at, notes, err := laid(data, as)
	if err != nil {
		return t, err
	}
	t.notes = notes
	h := t.header(page.Rows[at], as)
	t.hidden(page, h)
	for _, r := range page.Rows[:at] {
		t.note("第 %d 行是标题，没有读", r.N)
	}
	for _, r := range page.Rows[at+1:] {
		t.take(r, h)
	}
	if len(t.rows) == 0 || len(t.rows) > MaxRows {
		return t, errs.Field("file", fmt.Sprintf("列名下面要有 1 到 %d 行", MaxRows))
	}
	return t, nil
}

func (t *table) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

func (t *table) fault(line int, field, what string) {
	t.problems = append(t.problems, Problem{Line: line, Field: field, Message: what})
}

// laid finds the worksheet of a file with the rows, and the line of its columns' names.
func laid(data []byte, as reading) (page sheet.Page, at int, notes []string, err error) {
	book, err := sheet.ReadBook(data, MaxRows)
	if err != nil {
		return page, 0, nil, err
	}
	found := 0
	for _, p := range book.Sheets {
		n := as.header(p)
		switch {
		case p.Name == sheet.Guide: // of our own forms
		case p.Hidden:
			notes = append(notes, fmt.Sprintf("工作表“%s”是隐藏的，没有读", p.Name))
		case n >= 0:
			if found++; found > 1 {
				return page, 0, nil, errs.Field("file", fmt.Sprintf("“%s”和“%s”两张工作表都有内容：请合成一张，或者分成两个文件传", page.Name, p.Name))
			}
			page, at = p, n
		case len(p.Rows) > 0 && len(book.Sheets) > 1:
			notes = append(notes, fmt.Sprintf("工作表“%s”里没有这里的列名，没有读", p.Name))
		}
	}
	if found == 0 {
		words := make([]string, len(as.columns))
		for i, c := range as.columns {
			words[i] = c.word
		}
		return page, 0, nil, errs.Field("file", "没有找到列名。第一行（标题下面）要写列名："+strings.Join(words, "、"))
	}
	return page, at, notes, nil
}

// header gives the line with the most names of columns, at least two where the register has more, or −1.
func (as reading) header(p sheet.Page) int {
	best, most := -1, min(2, len(as.columns))-1
	for i, r := range p.Rows[:min(len(p.Rows), headerWithin)] {
		n := 0
		for _, c := range r.Cells {
			if name := as.name(c.Text); name != "" && name != leftOut {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

// plainName is the name of a column without what people decorate it with: spaces, a star, words in brackets, width.
func plainName(s string) string {
	s = width.Fold.String(s)
	if i := strings.IndexAny(s, "(["); i > 0 {
		s = s[:i]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("*:/", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// name gives the column that a cell of the header means, or "".
func (as reading) name(cell string) string {
	cell = plainName(cell)
	if own := as.own[cell]; own != "" {
		return own
	}
	for _, c := range as.columns {
		if cell == plainName(c.word) || cell == c.name || slices.Contains(also[c.name], cell) {
			return c.name
		}
	}
	return ""
}

// also are names under which rosters have a column.
var also = map[string][]string{
	"name": {"名字", "志愿者姓名", "居民姓名"}, "birth_day": {"出生年月日", "生日"}, "phone": {"手机", "手机号", "手机号码", "联系电话", "电话号码", "联系方式"},
	"id_number": {"身份证", "身份证号", "身份证号码", "证件号码", "证件号"}, "address": {"地址", "家庭住址", "家庭地址", "现住址"}, "landmark": {"路线"},
	"region": {"区划", "嘎查村", "社区", "村", "嘎查", "所在社区", "所在嘎查村"}, "group": {"小组", "浩特", "组"}, "householder": {"户主姓名"},
	"languages": {"会的语言"}, "identities": {"志愿者身份", "政治面貌"}, "skills": {"特长", "技能"}, "volunteer_no": {"志愿者号"}, "lat": {"北纬"}, "lng": {"东经"},
}

// header says which column each cell of the line names; one that names none is a problem, so that nothing is left out in silence.
func (t *table) header(r sheet.Row, as reading) []string {
	names, seen := make([]string, len(r.Cells)), map[string]bool{}
	for i, c := range r.Cells {
		name := as.name(c.Text)
		if name == "" && slices.Contains(spare, plainName(c.Text)) {
			name = leftOut
		}
		switch {
		case c.Text == "":
			continue
		case name == "":
			names[i] = leftOut
			t.fault(r.N, letters(i), fmt.Sprintf("“%s”不是这里的列名", c.Text))
		case name == leftOut:
			names[i] = leftOut
			t.note("“%s”这一列没有读", c.Text)
		case seen[name]:
			t.fault(r.N, letters(i), fmt.Sprintf("“%s”这一列有两个", c.Text))
		default:
			names[i], seen[name] = name, true
		}
		t.headings = append(t.headings, Heading{c.Text, name})
	}
	return names
}

// leftOut marks a column that is not read.
const leftOut = "-"

// letters names a column as a spreadsheet does.
func letters(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return strconv.Itoa(i + 1)
	}
	return name
}

func (t *table) hidden(p sheet.Page, names []string) {
	for _, c := range p.Columns {
		if c < len(names) && names[c] != "" && names[c] != leftOut {
			t.note("%s 列是隐藏的，也读了", letters(c))
		}
	}
	var lines []string
	for _, r := range p.Rows {
		if r.Hidden && len(lines) < 20 {
			lines = append(lines, strconv.Itoa(r.N))
		}
	}
	if len(lines) > 0 {
		t.note("第 %s 行是隐藏的（或者被筛选掉了），也读了", strings.Join(lines, "、"))
	}
}

// take puts a line into the table.
func (t *table) take(line sheet.Row, names []string) {
	r := row{line.N, map[string]string{}, map[string]string{}}
	for i, c := range line.Cells {
		switch {
		case c.Blank():
		case i >= len(names) || names[i] == "":
			t.fault(line.N, letters(i), fmt.Sprintf("“%s”这一格上面没有列名", c.Text))
		case names[i] == leftOut:
		case c.Fault != "":
			r.faults[names[i]] = c.Fault
		default:
			r.cells[names[i]] = plain(c.Text)
		}
	}
	if len(r.cells)+len(r.faults) > 0 {
		t.rows = append(t.rows, r)
	}
}

// plain takes off the apostrophe with which a cell goes out that a spreadsheet would take for a formula.
func plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && sheet.Starts(rest) {
		cell = rest
	}
	return strings.TrimSpace(cell)
}

// cells reads typed values of a row and collects what is wrong with them.
type cells struct {
	row
	errs.Check
}

// open begins to read a row: its cells that cannot be read are wrong already.
func (r row) open() cells {
	c := cells{r, errs.Check{}}
	for name, why := range r.faults {
		c.That(false, name, why)
	}
	return c
}

func (c cells) text(name string) string { return c.row.cells[name] }

// region reads a division by its code, or by the name of a community of the actor's place; an empty cell is his own community.
func (c cells) region(b *batch, name string) (r auth.Region) {
	text := c.text(name)
	if r.UnmarshalText([]byte(text)) == nil && r != 0 {
		return r
	}
	if known, ok := b.places[spelling.Key(text)]; ok && known != 0 {
		return known
	}
	c.Thatf(text != "", name, "要填嘎查村（社区）的名称，或十二位区划代码")
	c.Thatf(false, name, "没有找到“%s”：要填您管的嘎查村（社区）的名称，或十二位区划代码", text)
	return 0
}

// placesOf are the communities that the actor may name, by the key of what people call them; his own under "" when it is the only one.
func placesOf(ctx context.Context, tx *db.Tx) (map[string]auth.Region, error) {
	at := auth.From(ctx).Seat()
	var list []region.Step
	switch at.Level() {
	case auth.LevelCommunity:
		path, err := region.Path(ctx, tx, at)
		if err != nil {
			return nil, err
		}
		list = path[len(path)-1:]
	case auth.LevelTown:
		below, err := region.Under(ctx, tx, at)
		if err != nil {
			return nil, err
		}
		list = below
	}
	out := map[string]auth.Region{}
	for _, s := range list {
		for _, word := range []string{s.Name, s.Short()} {
			if other, twice := out[spelling.Key(word)]; twice && other != s.Code {
				out[spelling.Key(word)] = 0 // which one, only the code can say
				continue
			}
			out[spelling.Key(word)] = s.Code
		}
	}
	if len(list) == 1 {
		out[""] = list[0].Code
	}
	return out, nil
}

func (c cells) number(name string) float64 {
	f, err := strconv.ParseFloat(width.Fold.String(c.text(name)), 64)
	c.That(err == nil || c.text(name) == "", name, "要填数字")
	return f
}

const minute = "2006-01-02 15:04"

func (c cells) time(name string) time.Time {
	t, ok := clock.ReadTime(c.text(name))
	c.That(ok, name, "要写成 2026-01-31 09:30")
	return t
}

// short refuses what is longer than a field of the web takes.
func (c cells) short(name string, most int) string {
	c.Thatf(utf8.RuneCountInString(c.text(name)) <= most, name, "最多 %d 个字", most)
	return c.text(name)
}
