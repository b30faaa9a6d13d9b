package sheet

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"linli/internal/platform/format"
)

// Field is one column of a form that people fill in with a spreadsheet.
type Field struct {
	Word   string
	How    string   // what is asked
	Sample string   // as it is filled in
	Words  []string // what may be chosen; several go with 、 between when Many is set
	Many   bool
}

// Guide is the name of the second worksheet of a form: what each column asks, an example, the words that are known.
const Guide = "填写说明"

// formRows is how many rows of a form are laid out.
const formRows = 2000

// mostChoices is how long the list of a cell may be in a workbook, in characters.
const mostChoices = 250

// Form gives an empty table to fill in: every cell a text, so that no number loses digits and no day becomes another, a list to choose
// from where there is one, and a second worksheet that tells what is asked.
func Form(fields []Field) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	w := &xlsxWriter{File: f, sheet: "Sheet1"}
	text := 49 // the number format @
	plain := w.style(excelize.Style{NumFmt: text})
	head := w.style(excelize.Style{NumFmt: text, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1,
		Color: []string{"E2EFDA"}}})
	for i, field := range fields {
		column, err := excelize.ColumnNumberToName(i + 1)
		w.do(err)
		w.do(f.SetColStyle(w.sheet, column, plain))
		w.do(f.SetColWidth(w.sheet, column, column, float64(max(12, width(field.Word)+4, width(field.Sample)+2))))
		w.do(f.SetCellStr(w.sheet, column+"1", field.Word))
		w.do(f.SetCellStyle(w.sheet, column+"1", column+"1", head))
		if field.Many || len(field.Words) == 0 || len([]rune(strings.Join(field.Words, ","))) > mostChoices {
			continue
		}
		list := excelize.NewDataValidation(true)
		list.Sqref = column + "2:" + column + format.Int(formRows)
		w.do(list.SetDropList(field.Words))
		w.do(f.AddDataValidation(w.sheet, list))
	}
	w.do(f.SetPanes(w.sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	w.guide(fields, head)
	if w.err != nil {
		return nil, w.err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// guide fills the second worksheet.
func (w *xlsxWriter) guide(fields []Field, head int) {
	_, err := w.NewSheet(Guide)
	w.do(err)
	w.sheet = Guide
	wrapped := w.style(excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	rows := [][]string{{"列", "怎么填", "例子", "可以填的词"}}
	for _, f := range fields {
		words := strings.Join(f.Words, "、")
		if f.Many && words != "" {
			words += "（可以填几个，用、隔开）"
		}
		rows = append(rows, []string{f.Word, f.How, f.Sample, words})
	}
	for r, row := range rows {
		for c, s := range row {
			at, err := excelize.CoordinatesToCellName(c+1, r+1)
			w.do(err)
			w.do(w.SetCellStr(w.sheet, at, s))
			style := wrapped
			if r == 0 {
				style = head
			}
			w.do(w.SetCellStyle(w.sheet, at, at, style))
		}
	}
	for i, wide := range []float64{16, 34, 24, 60} {
		column, err := excelize.ColumnNumberToName(i + 1)
		w.do(err)
		w.do(w.SetColWidth(w.sheet, column, column, wide))
	}
}
