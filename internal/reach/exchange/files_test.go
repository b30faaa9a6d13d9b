package exchange_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/reach/exchange"
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
