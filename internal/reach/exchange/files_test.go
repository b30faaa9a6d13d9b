package exchange_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/reach/exchange"
	"linli/internal/work/attendance/attendancetest"
)

// Files that once went in wrong, or not at all: what each has to say now. A word of the problems is their line, field and part of the
// message, one of the notes part of a note.
func TestFiles(t *testing.T) {
	for name, want := range map[string]struct {
		rows            int
		problems, notes []string
		refused         string
	}{
		"01-date-default-format.xlsx":              {rows: 2},
		"03-two-sheets.xlsx":                       {refused: "“一组”和“二组”"},
		"04-hidden-first-sheet.xlsx":               {rows: 1, notes: []string{"“旧名册”是隐藏的"}},
		"05-formula-without-value.xlsx":            {rows: 1, problems: []string{"2 phone 公式"}},
		"06-error-cells.xlsx":                      {rows: 1, problems: []string{"2 address #REF!", "2 householder #VALUE!", "2 landmark #N/A"}},
		"07-name-padded-with-wide-space.xlsx":      {rows: 2, problems: []string{"3 confirm_new 庚一"}},
		"08-invisible-characters.xlsx":             {rows: 1},
		"09-gbk-broken-byte.csv":                   {rows: 1, problems: []string{"2 address 认不出"}},
		"10-excel-unicode-text.csv":                {rows: 1},
		"11-trailing-commas.csv":                   {rows: 1},
		"12-hidden-row.xlsx":                       {rows: 2, notes: []string{"第 2 行是隐藏的"}},
		"13-cell-beyond-header.xlsx":               {rows: 1, problems: []string{"2 K 已迁走"}},
		"14-names-refused.csv":                     {rows: 7, problems: []string{"8 confirm_new 古丽·买买提"}},
		"15-names-that-differ-only-in-writing.csv": {rows: 4, problems: []string{"3 confirm_new 古丽·买买提", "4 confirm_new", "5 confirm_new"}},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", "inputs", name))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w world) {
				r, err := w.s.Import(w.System, "people", exchange.Source{Name: name, Data: data}, true)
				if want.refused != "" {
					if err == nil || !strings.Contains(err.Error(), want.refused) {
						t.Errorf("%+v %v", r, err)
					}
					return
				}
				if err != nil || r.Rows != want.rows || len(r.Problems) != len(want.problems) || len(r.Notes) != len(want.notes) {
					t.Fatalf("%+v %v", r, err)
				}
				for i, words := range want.problems {
					for _, word := range strings.Fields(words) {
						if p := r.Problems[i]; !strings.Contains(said(r.Problems[i:i+1])+" "+p.Message, word) {
							t.Errorf("%+v, want %s", p, words)
						}
					}
				}
				for i, words := range want.notes {
					if !strings.Contains(r.Notes[i], words) {
						t.Errorf("%s, want %s", r.Notes[i], words)
					}
				}
			})
		})
	}
}

// A heading that nobody knows is explained once: the file is looked through again, the place remembers it for the next one, and other
// places do not know of it.
func TestHeadings(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		file := blob.Upload{Name: "花名册.csv", Data: []byte("某嘎查花名册,,,\n姓名,同意方式,家在哪,党龄\n萨仁,口头,东街,3\n")}
		check := func(who context.Context) exchange.Run {
			t.Helper()
			r, err := w.s.Check(who, exchange.CheckInput{Kind: "people", File: file})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := check(w.Manager)
		if said(r.Problems) != "2 C,2 D" || len(r.Notes) != 1 || len(r.Headings) != 4 || r.Headings[2] != (exchange.Heading{Text: "家在哪"}) {
			t.Fatalf("%+v", r)
		}
		in := exchange.MapInput{ID: r.ID, Version: r.Version, Headings: []string{"家在哪", "党龄"}, Fields: []string{"address", "?"}}
		for field, want := range map[string]string{"nothing": "invalid fields: 没有这样的列"} {
			_, err := w.s.Map(w.Manager, exchange.MapInput{ID: r.ID, Version: r.Version, Headings: in.Headings, Fields: []string{field, "?"}})
			errstest.Is(t, err, want)
		}
		_, err := w.s.Map(w.Manager, exchange.MapInput{ID: r.ID, Version: r.Version, Headings: in.Headings, Fields: in.Fields[:1]})
		errstest.Is(t, err, "invalid fields: 每个列名要对一列")
		_, err = w.s.Map(w.Resident, in)
		errstest.Is(t, err, "denied")
		_, err = w.s.Map(w.Elsewhere, in)
		errstest.Is(t, err, "not_found")
		if r, err = w.s.Map(w.Manager, in); err != nil || said(r.Problems) != "2 D" || r.Headings[2].Field != "address" {
			t.Fatalf("%+v %v", r, err)
		}
		_, err = w.s.Map(w.Manager, in)
		errstest.Is(t, err, "stale_version")
		in.Version, in.Fields = r.Version, []string{"address", "-"}
		if r, err = w.s.Map(w.Manager, in); err != nil || len(r.Problems) > 0 || len(r.Notes) != 2 || r.Lines != 1 {
			t.Fatalf("%+v %v", r, err)
		}
		if next := check(w.Manager); len(next.Problems) > 0 || next.Headings[3].Field != "-" {
			t.Errorf("what was said is forgotten: %+v", next)
		}
		if other := check(w.Elsewhere); said(other.Problems) == "" || other.Headings[2].Field != "" {
			t.Errorf("another place knows it: %+v", other)
		}
		if r, err = w.s.Take(w.Manager, exchange.MoveInput{ID: r.ID, Version: r.Version}); err != nil || r.State != exchange.Stored {
			t.Errorf("%+v %v", r, err)
		}
	})
}

// A file with faults comes back with its cells in red and the reasons beside them; mended there, it goes in.
func TestMarked(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		r, err := w.s.Check(w.Manager, exchange.CheckInput{Kind: "people", File: blob.Upload{Name: "a.csv",
			Data: []byte("居民名册,,\n姓名,电话,同意方式\n萨仁,123,口头\n乌日娜,13900000001,口头\n")}})
		if err != nil || said(r.Problems) != "3 phone" {
			t.Fatalf("%+v %v", r, err)
		}
		_, err = w.s.Marked(w.Resident, exchange.GetInput{ID: r.ID})
		errstest.Is(t, err, "denied")
		_, err = w.s.Marked(w.Elsewhere, exchange.GetInput{ID: r.ID})
		errstest.Is(t, err, "not_found")
		file, err := w.s.Marked(w.Manager, exchange.GetInput{ID: r.ID})
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(file.Body))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := f.GetRows("Sheet1")
		if err != nil || len(rows) != 3 || rows[0][3] != "要改的地方" || rows[1][1] != "123" || !strings.HasPrefix(rows[1][3], "电话：") ||
			len(rows[2]) != 3 {
			t.Fatalf("%q %v", rows, err)
		}
		red := func(at string) bool {
			id, e1 := f.GetCellStyle("Sheet1", at)
			style, e2 := f.GetStyle(id)
			return e1 == nil && e2 == nil && style.Fill.Pattern == 1 && style.NumFmt == 49
		}
		if !red("B2") || !red("D2") || red("B3") || red("A2") || red("D1") {
			t.Error("the wrong cells are red")
		}
		if err := f.SetCellStr("Sheet1", "B2", "13900000002"); err != nil {
			t.Fatal(err)
		}
		b, err := f.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		if r, err := w.s.Import(w.Manager, "people", exchange.Source{Data: b.Bytes()}, true); err != nil || len(r.Problems) > 0 || r.Rows != 2 {
			t.Errorf("mended: %+v %v", r, err)
		}
	})
}

// What the files hold is stored as it is meant.
func TestWhatFilesBecome(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for name, want := range map[string]string{"01-date-default-format.xlsx": "甲一 1980-01-31,甲二 1952-12-03", "10-excel-unicode-text.csv": "",
			"14-names-refused.csv": "李〇,王\U0002ebf0,ᠲᠤᠶ\u180eᠠ,陈䶮,王玉,古丽·买买提", "08-invisible-characters.xlsx": "辛一"} {
			data, err := os.ReadFile(filepath.Join("testdata", "inputs", name))
			if err != nil {
				t.Fatal(err)
			}
			if name == "14-names-refused.csv" { // its last two are one name, born on one day: the desk says that they are two people
				data = []byte(strings.Replace(strings.Replace(string(data), ",户主", ",户主,确是另一人", 1), "026,,口头,东街1号,,", "026,,口头,东街1号,,,是", 1))
			}
			if r, err := w.s.Import(w.System, "people", exchange.Source{Name: name, Data: data}, false); err != nil || !r.Stored {
				t.Fatalf("%s: %+v %v", name, r, err)
			}
			for one := range strings.SplitSeq(want, ",") {
				q, birth, _ := strings.Cut(one, " ")
				found, err := w.persons.List(w.System, person.ListInput{Q: q})
				if want != "" && (err != nil || len(found.Items) == 0 || birth != "" && found.Items[0].BirthDay.String() != birth) {
					t.Errorf("%s: %q is not found: %+v %v", name, one, found.Items, err)
				}
			}
		}
		found, err := w.persons.List(w.System, person.ListInput{Q: "辛一"})
		if err != nil || len(found.Items) != 1 || found.Items[0].Householder != "户主" {
			t.Errorf("%+v %v", found.Items, err)
		}
	})
}

// Stations and earlier records as people have them: wide colons in the hours, places outside of the region, days and times by serial,
// categories by word, communities by name or not at all.
func TestOtherFiles(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		try := func(kind string, data []byte, want string) {
			t.Helper()
			r, err := w.s.Import(w.Town, kind, exchange.Source{Data: data}, true)
			if err != nil || said(r.Problems) != want {
				t.Errorf("%s: %+v %v, want %q", kind, r.Problems, err, want)
			}
		}
		file := func(name string) []byte {
			data, err := os.ReadFile(filepath.Join("testdata", "inputs", name))
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		for name, want := range map[string]string{"16-station-wide-colon-hours.xlsx": "", "17-station-in-hainan.xlsx": "2 lat,2 lng"} {
			r, err := w.s.Import(w.System, "stations", exchange.Source{Data: file(name)}, true)
			if err != nil || said(r.Problems) != want {
				t.Errorf("%s: %+v %v", name, r.Problems, err)
			}
		}
		r, err := w.s.Import(w.System, "records", exchange.Source{Data: file("02-records-datetime-default-format.xlsx")}, true)
		if err != nil || said(r.Problems) != "2 volunteer_no" { // the file names nobody
			t.Errorf("records: %+v %v", r.Problems, err)
		}
		row := func(category, place string) []byte {
			return []byte(old + w.Vols[0].No + ",," + place + ",扫雪," + category + ",2026/1/5 9:00,2026年1月5日 上午11点半,,清扫,宝力根嘎查,\n")
		}
		try("records", row("环境保护", "152502200200"), "")
		try("records", row("打扫卫生", "152502200200"), "2 category")
		try("stations", []byte(head+"站,152502200201,,,队部,,,116,43.8\n"), "2 lat,2 lng")
		name := strings.Fields(w.community())[0]
		try("people", []byte(people+"萨仁,,,"+name+",,,,,,,口头\n"), "")
		try("people", []byte(people+"萨仁,,,没有这个嘎查,,,,,,,口头\n"), "2 region")
		if r, err := w.s.Import(w.Manager, "people", exchange.Source{Data: []byte("户主,姓名,序号,同意方式,备注\n巴雅尔,萨仁,1,口头,低保\n")}, true); err != nil ||
			len(r.Problems) > 0 || len(r.Notes) != 2 {
			t.Errorf("the manager's own place: %+v %v", r, err)
		}
		if r, err := w.s.Import(w.Manager, "people",
			exchange.Source{Data: []byte("某嘎查居民花名册（2024年）,,\n姓名*,联系电话,同意方式\n萨仁,0479-5221234/13900000001,口头\n")}, true); err != nil ||
			len(r.Problems) > 0 || len(r.Notes) != 1 {
			t.Errorf("a title above: %+v %v", r, err)
		}
	})
}

// community is the name of the world's gacha.
func (w world) community() (name string) {
	w.Write(func(tx *db.Tx) (err error) {
		name, err = region.Name(w.System, tx, attendancetest.Gacha)
		return err
	})
	return name
}

// The empty table keeps what is typed as text, offers what may be chosen, tells the rest on a second worksheet, and comes back as it is
// meant to be filled in.
func TestForms(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, kind := range []string{"people", "volunteers", "stations", "records"} {
			form, err := w.s.Template(w.Manager, exchange.TemplateInput{Kind: kind})
			if err != nil {
				t.Fatal(err)
			}
			f, err := excelize.OpenReader(bytes.NewReader(form.Body))
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []string{"A2", "E7", "H900"} {
				id, e1 := f.GetCellStyle("Sheet1", at)
				style, e2 := f.GetStyle(id)
				if e1 != nil || e2 != nil || style.NumFmt != 49 {
					t.Errorf("%s %s: %+v %v %v", kind, at, style, e1, e2)
				}
			}
			lists, err := f.GetDataValidations("Sheet1")
			if err != nil || len(lists) == 0 {
				t.Errorf("%s: %v %v", kind, lists, err)
			}
			guide, err := f.GetRows("填写说明")
			if err != nil || len(guide) < 8 {
				t.Errorf("%s: %v %v", kind, guide, err)
			}
			if kind == "people" {
				for c, s := range []string{"萨仁", "女", "1980-01-31", "", "", "", "0479-5221234、13900000001", "", "蒙古语、汉语"} {
					if err := f.SetCellStr("Sheet1", string(rune('A'+c))+"2", s); err != nil {
						t.Fatal(err)
					}
				}
				if err := f.SetCellStr("Sheet1", "M2", "口头"); err != nil {
					t.Fatal(err)
				}
				b, err := f.WriteToBuffer()
				if err != nil {
					t.Fatal(err)
				}
				if r, err := w.s.Import(w.Manager, kind, exchange.Source{Data: b.Bytes()}, true); err != nil || len(r.Problems)+len(r.Notes) > 0 ||
					r.Rows != 1 {
					t.Errorf("filled in: %+v %v", r, err)
				}
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
