package sheet

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A cell that a spreadsheet would take for a formula stands behind an apostrophe in both files, and the caller's table stays as it was.
func TestFormula(t *testing.T) {
	table := [][]string{{"姓名", "说明"}, {"娜仁", "=1+1"}, {"-5", "＠a"}, {"12900000001", "1.50"}}
	c, err := CSV(Plain(table))
	if want := "\ufeff姓名,说明\r\n娜仁,'=1+1\r\n-5,'＠a\r\n12900000001,1.50\r\n"; err != nil || string(c) != want {
		t.Errorf("%q %v", c, err)
	}
	x, err := XLSX(Plain(table))
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(x))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := f.GetCellValue("Sheet1", "B2"); err != nil || got != "'=1+1" {
		t.Errorf("%q %v", got, err)
	}
	for at, want := range map[string]string{"A3": "-5", "A4": "12900000001", "B4": "1.50"} { // texts, as they were
		kind, e1 := f.GetCellType("Sheet1", at)
		got, e2 := f.GetCellValue("Sheet1", at)
		if e1 != nil || e2 != nil || got != want || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
			t.Errorf("%s: %q of type %v, %v %v", at, got, kind, e1, e2)
		}
	}
	if table[1][1] != "=1+1" {
		t.Error("the caller's table was changed")
	}
}
