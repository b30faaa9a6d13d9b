// Package sheet writes tables as CSV, XLSX and DOCX, and fills the blank XLSX that somebody else drew. It knows no business: areas
// bring titles, columns and rows.
package sheet

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"linli/internal/platform/blob"
	"linli/internal/platform/format"
)

// Table is one table with what stands around it on paper.
type Table struct {
	Title   string
	Lead    string     // one line below the title: where and when
	Columns []string   // one word each
	Rows    [][]string // texts as people read them; a cell of digits alone becomes a number in XLSX
	Foot    []string   // lines below: who filled it in, who checked it, the place of the seal
	Name    string     // of its worksheet; the title when empty
	plain   bool
}

// Plain is a register without anything around it, its columns first: all cells are texts, so that it can go in again as it came out.
func Plain(table [][]string) Table {
	return Table{Columns: table[0], Rows: table[1:], Name: "Sheet1", plain: true}
}

// Media types of the files.
const (
	TypeCSV  = "text/csv; charset=utf-8"
	TypeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	TypeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// formula starts are what a spreadsheet takes for a formula.
const formula = "=+-@\t\r＝＋－＠"

// Starts says whether a spreadsheet would take the cell for a formula; a number is none.
func Starts(cell string) bool {
	first, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune(formula, first) && !isNumber(cell)
}

// Guard puts an apostrophe before what a spreadsheet would take for a formula.
func Guard(cell string) string {
	if Starts(cell) {
		return "'" + cell
	}
	return cell
}

// isNumber says that a cell is a plain number of at most 15 digits, which a spreadsheet keeps exactly; codes that begin with 0 are none.
func isNumber(s string) bool {
	digits, dot := 0, false
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '.' && !dot && digits > 0:
			dot = true
		case r == '-' && i == 0:
		default:
			return false
		}
	}
	whole := strings.TrimPrefix(s, "-")
	return digits > 0 && digits < 12 && !strings.HasSuffix(s, ".") && (len(whole) == 1 || whole[0] != '0' || whole[1] == '.')
}

// File gives a table as a file that bears a name, in a format that is also the end of the name: csv, or xlsx, which takes several tables.
func File(format, name string, tables ...Table) (blob.File, error) {
	if format == "csv" {
		body, err := CSV(tables[0])
		return blob.File{Name: name + ".csv", Type: TypeCSV, Body: body}, err
	}
	body, err := XLSX(tables...)
	return blob.File{Name: name + ".xlsx", Type: TypeXLSX, Body: body}, err
}

// CSV gives the rows under the columns.
func CSV(t Table) ([]byte, error) {
	var out bytes.Buffer
	l, err := NewLines(&out)
	for _, row := range append([][]string{t.Columns}, t.Rows...) {
		if err == nil {
			err = l.Line(row)
		}
	}
	if err == nil {
		err = l.End()
	}
	return out.Bytes(), err
}

// Lines writes CSV (RFC 4180) line by line, in UTF-8 with a byte order mark as Excel expects.
type Lines struct {
	w       *csv.Writer
	guarded []string
}

// NewLines begins to write.
func NewLines(w io.Writer) (*Lines, error) {
	_, err := io.WriteString(w, "\ufeff")
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &Lines{w: out}, err
}

// Line writes a line; what a spreadsheet would take for a formula is text.
func (l *Lines) Line(cells []string) error {
	l.guarded = l.guarded[:0]
	for _, c := range cells {
		l.guarded = append(l.guarded, Guard(c))
	}
	return l.w.Write(l.guarded)
}

// End writes what is left.
func (l *Lines) End() error {
	l.w.Flush()
	return l.w.Error()
}

// XLSX gives a workbook, one worksheet a table: the title over all columns, the lead, the columns, the rows, the foot; ready to be
// printed on A4 across. A plain one is its columns, which stay in sight, and its rows.
func XLSX(tables ...Table) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	for i, t := range tables {
		name := worksheetName(t)
		if i == 0 {
			if err := f.SetSheetName("Sheet1", name); err != nil {
				return nil, err
			}
		} else if _, err := f.NewSheet(name); err != nil {
			return nil, err
		}
		put := fill
		if t.plain {
			put = fillPlain
		}
		if err := put(f, name, t); err != nil {
			return nil, err
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// worksheetName is what Excel allows: at most 31 characters, none of : \ / ? * [ ].
func worksheetName(t Table) string {
	name := t.Name
	if name == "" {
		name = t.Title
	}
	name = strings.NewReplacer(":", "", `\`, "", "/", "", "?", "", "*", "", "[", "", "]", "", "'", "").Replace(name)
	if r := []rune(name); len(r) > 31 {
		name = string(r[:31])
	}
	if name == "" {
		name = "表"
	}
	return name
}

// xlsxWriter keeps the first error of many calls.
type xlsxWriter struct {
	*excelize.File
	sheet string
	err   error
}

func (w *xlsxWriter) do(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *xlsxWriter) set(col, row int, text string, style int) {
	at, err := excelize.CoordinatesToCellName(col, row)
	w.do(err)
	if isNumber(text) {
		w.do(w.SetCellDefault(w.sheet, at, text))
	} else {
		w.do(w.SetCellStr(w.sheet, at, Guard(text)))
	}
	w.do(w.SetCellStyle(w.sheet, at, at, style))
}

func (w *xlsxWriter) style(s excelize.Style) int {
	id, err := w.NewStyle(&s)
	w.do(err)
	return id
}

func fill(f *excelize.File, name string, t Table) error {
	w := &xlsxWriter{File: f, sheet: name}
	line := []excelize.Border{{Type: "left", Style: 1, Color: "000000"}, {Type: "right", Style: 1, Color: "000000"},
		{Type: "top", Style: 1, Color: "000000"}, {Type: "bottom", Style: 1, Color: "000000"}}
	middle := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	title := w.style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 16}, Alignment: middle})
	plain := w.style(excelize.Style{Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	head := w.style(excelize.Style{Font: &excelize.Font{Bold: true}, Border: line, Alignment: middle})
	cell := w.style(excelize.Style{Border: line, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	wide := max(len(t.Columns), 1)
	row := 1
	across := func(text string, style int) {
		from, e1 := excelize.CoordinatesToCellName(1, row)
		to, e2 := excelize.CoordinatesToCellName(wide, row)
		w.do(e1)
		w.do(e2)
		if wide > 1 {
			w.do(f.MergeCell(name, from, to))
		}
		w.set(1, row, text, style)
		row++
	}
	across(t.Title, title)
	w.do(f.SetRowHeight(name, 1, 30))
	if t.Lead != "" {
		across(t.Lead, plain)
	}
	for i, c := range t.Columns {
		w.set(i+1, row, c, head)
	}
	top := row
	row++
	for _, r := range t.Rows {
		for i, c := range r {
			w.set(i+1, row, c, cell)
		}
		row++
	}
	for _, line := range t.Foot {
		across(line, plain)
	}
	w.widths(t)
	across4, paper, fitW, fitH := "landscape", 9, 1, 0
	fit := true
	w.do(f.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &across4, Size: &paper, FitToWidth: &fitW, FitToHeight: &fitH}))
	w.do(f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	w.do(f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: top, TopLeftCell: "A" + format.Int(top+1), ActivePane: "bottomLeft"}))
	return w.err
}

// fillPlain writes row by row, so that a long register takes little memory.
func fillPlain(f *excelize.File, name string, t Table) error {
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i := range t.Columns {
		if err := w.SetColWidth(i+1, i+1, t.width(i)); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range append([][]string{t.Columns}, t.Rows...) {
		cells, opts := make([]any, len(row)), excelize.RowOpts{}
		for j, c := range row {
			cells[j] = Guard(c)
		}
		if i == 0 {
			opts.StyleID = head
		}
		if err := w.SetRow("A"+format.Int(i+1), cells, opts); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (w *xlsxWriter) widths(t Table) {
	for i := range t.Columns {
		col, err := excelize.ColumnNumberToName(i + 1)
		w.do(err)
		w.do(w.SetColWidth(w.sheet, col, col, t.width(i)))
	}
}

// width is that of a column with room for its longest text, a Chinese character counting two.
func (t Table) width(column int) float64 {
	most := width(t.Columns[column])
	for _, r := range t.Rows {
		if column < len(r) {
			most = max(most, width(r[column]))
		}
	}
	return float64(min(max(most, 6), 44)) + 2
}

func width(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0x2E80 {
			n++
		}
	}
	return n
}
