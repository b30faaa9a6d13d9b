package grid

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A cell that a spreadsheet would take for a formula stands behind an apostrophe in both files, and the caller's table stays as it was.
func TestFormula(t *testing.T) {
	table := [][]string{{"姓名", "说明"}, {"娜仁", "=1+1"}, {"", "＠a"}}
	c, err := CSV(table)
	if want := "\ufeff姓名,说明\r\n娜仁,'=1+1\r\n,'＠a\r\n"; err != nil || string(c) != want {
		t.Errorf("%q %v", c, err)
	}
	x, err := XLSX(table)
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
	if table[1][1] != "=1+1" {
		t.Error("the caller's table was changed")
	}
}
