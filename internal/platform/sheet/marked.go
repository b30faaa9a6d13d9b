package sheet

import (
	"github.com/xuri/excelize/v2"

	"linli/internal/platform/format"
)

// Marked is a table that goes back to who brought it: all cells are texts, the first row is the header, and what is wrong is red.
type Marked struct {
	rows [][]string
	bad  []map[int]bool
}

// Add adds a row with the columns, from 0, that are wrong in it.
func (m *Marked) Add(cells []string, bad map[int]bool) {
	m.rows, m.bad = append(m.rows, cells), append(m.bad, bad)
}

// XLSX gives the workbook.
func (m *Marked) XLSX() ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	red := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFC7CE"}}
	var styles [3]int // of a cell, of a wrong one, of the header
	for i, s := range []excelize.Style{{NumFmt: 49}, {NumFmt: 49, Fill: red}, {NumFmt: 49, Font: &excelize.Font{Bold: true}}} {
		id, err := f.NewStyle(&s)
		if err != nil {
			return nil, err
		}
		styles[i] = id
	}
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	if len(m.rows) > 0 {
		t := Plain(m.rows)
		for i := range t.Columns {
			if err := w.SetColWidth(i+1, i+1, t.width(i)); err != nil {
				return nil, err
			}
		}
	}
	for i, row := range m.rows {
		cells := make([]any, len(row))
		for j, c := range row {
			style := styles[0]
			switch {
			case m.bad[i][j]:
				style = styles[1]
			case i == 0:
				style = styles[2]
			}
			cells[j] = excelize.Cell{StyleID: style, Value: Guard(c)}
		}
		if err := w.SetRow("A"+format.Int(i+1), cells); err != nil {
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
