package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"linli/internal/platform/errs"
)

// Limits of a blank form.
const (
	MaxBlank    = 2 << 20  // bytes of the file
	maxUnpacked = 32 << 20 // bytes of all that it unpacks to
	maxParts    = 500      // files in it
	GridRows    = 120      // rows that are looked at
	GridColumns = 40       // columns that are looked at
)

var (
	errNoForm = errs.New(errs.Unsupported, "unsupported", "只收 XLSX 表格；旧的 XLS 请先另存为 XLSX，带宏的不收")
	errTooBig = errs.New(errs.TooLarge, "too_large", "空表不能大于 2 MB，解开也不能太大")
	mainPart  = []byte("spreadsheetml.sheet.main+xml") // a workbook with macros has another
)

// Blank is an XLSX form that somebody else drew; its first worksheet is the form.
type Blank struct {
	file  *excelize.File
	sheet string
}

// Open reads a form. What it is, its content says and not its name; too large a file, and one that unpacks to too much, is TooLarge,
// anything else is Unsupported.
func Open(data []byte) (*Blank, error) {
	if len(data) > MaxBlank {
		return nil, errTooBig
	}
	if err := inspect(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked})
	if err != nil {
		return nil, errNoForm
	}
	return &Blank{f, f.GetSheetName(0)}, nil
}

// inspect looks into the archive before anything is unpacked.
func inspect(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errNoForm
	}
	if len(z.File) > maxParts {
		return errTooBig
	}
	total := uint64(0)
	known := false
	for _, part := range z.File {
		if total += part.UncompressedSize64; total > maxUnpacked {
			return errTooBig
		}
		if strings.Contains(part.Name, "vbaProject") || strings.Contains(part.Name, "externalLink") {
			return errNoForm
		}
		if part.Name != "[Content_Types].xml" {
			continue
		}
		r, err := part.Open()
		if err != nil {
			return errNoForm
		}
		types, err := io.ReadAll(io.LimitReader(r, 1<<20))
		if err = errors.Join(err, r.Close()); err != nil {
			return errNoForm
		}
		known = bytes.Contains(types, mainPart)
	}
	if !known {
		return errNoForm
	}
	return nil
}

// Close gives back what the form holds.
func (b *Blank) Close() error { return b.file.Close() }

// Cell is one cell of the grid; merged ones span more.
type Cell struct {
	At         string // "B5"
	Text       string
	Cols, Rows int
}

// Line is one row of the grid.
type Line struct {
	N     int
	Cells []Cell
}

// Grid gives the form as people see it, its upper left part, with merged cells as one.
func (b *Blank) Grid() (columns []string, lines []Line, err error) {
	merged, err := b.file.GetMergeCells(b.sheet)
	if err != nil {
		return nil, nil, err
	}
	spans, covered := map[[2]int][2]int{}, map[[2]int]bool{}
	wide, high := 1, 1
	for _, m := range merged {
		c1, r1, e1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c2, r2, e2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if e1 != nil || e2 != nil {
			return nil, nil, errNoForm
		}
		c2, r2 = min(c2, GridColumns), min(r2, GridRows)
		if c1 > c2 || r1 > r2 {
			continue
		}
		spans[[2]int{c1, r1}] = [2]int{c2 - c1 + 1, r2 - r1 + 1}
		for c := c1; c <= c2; c++ {
			for r := r1; r <= r2; r++ {
				covered[[2]int{c, r}] = c != c1 || r != r1
			}
		}
		wide, high = max(wide, c2), max(high, r2)
	}
	texts, err := b.texts()
	if err != nil {
		return nil, nil, err
	}
	high = max(high, len(texts))
	for _, row := range texts {
		wide = max(wide, len(row))
	}
	for c := 1; c <= wide; c++ {
		name, err := excelize.ColumnNumberToName(c)
		if err != nil {
			return nil, nil, err
		}
		columns = append(columns, name)
	}
	for r := 1; r <= high; r++ {
		line := Line{N: r}
		for c := 1; c <= wide; c++ {
			if covered[[2]int{c, r}] {
				continue
			}
			cell := Cell{At: columns[c-1] + strconv.Itoa(r), Cols: 1, Rows: 1}
			if s, ok := spans[[2]int{c, r}]; ok {
				cell.Cols, cell.Rows = s[0], s[1]
			}
			if r <= len(texts) && c <= len(texts[r-1]) {
				cell.Text = texts[r-1][c-1]
			}
			line.Cells = append(line.Cells, cell)
		}
		lines = append(lines, line)
	}
	return columns, lines, nil
}

// texts reads the upper left part, row by row, so that a cell far away costs nothing.
func (b *Blank) texts() (out [][]string, err error) {
	rows, err := b.file.Rows(b.sheet)
	if err != nil {
		return nil, errNoForm
	}
	for len(out) < GridRows && rows.Next() {
		row, err := rows.Columns()
		if err != nil {
			rows.Close()
			return nil, errNoForm
		}
		out = append(out, row[:min(len(row), GridColumns)])
	}
	return out, rows.Close()
}

// IsCell says whether a text names a cell of the part that is looked at.
func IsCell(at string) bool {
	c, r, err := excelize.CellNameToCoordinates(at)
	return err == nil && c <= GridColumns && r <= GridRows && strings.ToUpper(at) == at
}

// Set writes a value into a cell, a number as a number. A share goes as a fraction into a cell that shows percent, else as percent.
func (b *Blank) Set(at, text string, share bool) error {
	if !isNumber(text) {
		return b.file.SetCellStr(b.sheet, at, text)
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return err
	}
	if share && !b.showsPercent(at) {
		x, err = strconv.ParseFloat(strconv.FormatFloat(x*100, 'f', 2, 64), 64)
		if err != nil {
			return err
		}
	}
	return b.file.SetCellFloat(b.sheet, at, x, -1, 64)
}

// Percent formats of Excel by their number: 0% and 0.00%.
const percent0, percent2 = 9, 10

func (b *Blank) showsPercent(at string) bool {
	id, err := b.file.GetCellStyle(b.sheet, at)
	if err != nil {
		return false
	}
	style, err := b.file.GetStyle(id)
	return err == nil && (style.NumFmt == percent0 || style.NumFmt == percent2 || style.CustomNumFmt != nil &&
		strings.Contains(*style.CustomNumFmt, "%"))
}

// Room makes room for n rows where the form has those from first to last: more are put in before the last, looking like the first, so
// that sums over the rows take them in; what stands below moves down.
func (b *Blank) Room(first, last, n int) error {
	for have := last - first + 1; have < n; have++ {
		at := last
		if first == last {
			at++
		}
		if err := b.file.DuplicateRowTo(b.sheet, first, at); err != nil {
			return err
		}
		last++
	}
	return nil
}

// Bytes gives the filled form; its formulas are worked out anew when it is opened.
func (b *Blank) Bytes() ([]byte, error) {
	if err := b.file.UpdateLinkedValue(); err != nil {
		return nil, err
	}
	out, err := b.file.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
