// Package grid writes tables of text for a spreadsheet: CSV as Excel here expects it, or XLSX. No cell is taken for a formula. It knows no business.
package grid

import (
	"bytes"
	"encoding/csv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Media types of the two files.
const (
	TypeCSV  = "text/csv; charset=utf-8"
	TypeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// formula holds the first characters of what a spreadsheet takes for a formula; such a cell goes out behind an apostrophe.
const formula = "=+-@\t\r＝＋－＠"

// Starts says whether a spreadsheet would take the cell for a formula.
func Starts(cell string) bool { return cell != "" && strings.ContainsRune(formula, []rune(cell)[0]) }

func guarded(row []string) []string {
	out := make([]string, len(row))
	for i, cell := range row {
		if out[i] = cell; Starts(cell) {
			out[i] = "'" + cell
		}
	}
	return out
}

// CSV writes UTF-8 with a byte order mark and CRLF.
func CSV(table [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range table {
		if err := w.Write(guarded(row)); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// XLSX writes one sheet; all cells are text.
func XLSX(table [][]string) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	for i, row := range table {
		cells := make([]any, len(row))
		for j, c := range guarded(row) {
			cells[j] = c
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return nil, err
		}
		if err := w.SetRow(at, cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
