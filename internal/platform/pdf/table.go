package pdf

import "strings"

// Column is one column of a table; Width in millimetres.
type Column struct {
	Title string
	Width float64
	Align Align
}

// TableOptions say how a table looks. Zero values are for a plain form.
type TableOptions struct {
	Font      Font
	Size      float64        // of the type; 10 when zero
	RowHeight float64        // the least height of a row; 8 when zero
	Bottom    float64        // no row reaches below; 18 above the edge of the page when zero
	NewPage   func() float64 // paints the head of a page just added and returns where the table goes on; 18 when nil
}

const (
	padX     = 1.5
	padY     = 1.1
	gridLine = 0.2
)

type table struct {
	*Doc
	x, y float64
	cols []Column
	opt  TableOptions
}

// Table prints rows under a header, from y downwards, and returns where it ends. Cells wrap; a row that does not fit
// goes to the next page, under the header again; a row longer than a page is split between its lines. A row may have
// fewer cells than there are columns.
func (d *Doc) Table(x, y float64, cols []Column, rows [][]string, opt TableOptions) float64 {
	_, height := d.Size()
	opt.Size = orElse(opt.Size, 10)
	opt.RowHeight = orElse(opt.RowHeight, 8)
	opt.Bottom = orElse(opt.Bottom, height-18)
	if opt.NewPage == nil {
		opt.NewPage = func() float64 { return 18 }
	}
	t := &table{d, x, y, cols, opt}
	t.header(rows)
	for _, row := range rows {
		t.row(t.wrap(opt.Font, row))
	}
	return t.y
}

func orElse(v, fallback float64) float64 {
	if v == 0 {
		return fallback
	}
	return v
}

func (t *table) lineHeight() float64 { return t.opt.Size * leading * mmPerPt }

func (t *table) wrap(f Font, row []string) [][]string {
	cells := make([][]string, len(t.cols))
	for i := range min(len(row), len(t.cols)) {
		cells[i] = t.Wrap(f, t.opt.Size, strings.TrimSpace(row[i]), t.cols[i].Width-2*padX)
	}
	return cells
}

// height of a row of wrapped cells.
func (t *table) height(cells [][]string) float64 {
	n := 0
	for _, lines := range cells {
		n = max(n, len(lines))
	}
	return max(t.opt.RowHeight, float64(n)*t.lineHeight()+2*padY)
}

func (t *table) titles() [][]string {
	row := make([]string, len(t.cols))
	for i, c := range t.cols {
		row[i] = c.Title
	}
	return t.wrap(Bold, row)
}

// header opens the table, on the next page if not even its first row would follow.
func (t *table) header(rows [][]string) {
	need := t.height(t.titles()) + t.opt.RowHeight
	if len(rows) > 0 && t.y+need > t.opt.Bottom {
		t.AddPage()
		t.y = t.opt.NewPage()
	}
	t.paintHeader()
}

func (t *table) paintHeader() {
	titles := t.titles()
	before, width := t.colour, 0.0
	for _, c := range t.cols {
		width += c.Width
	}
	t.Colour(235, 235, 235)
	t.Fill(t.x, t.y, width, t.height(titles))
	t.Colour(before[0], before[1], before[2])
	t.cells(Bold, titles, true)
}

// row prints one row, over as many pages as it takes.
func (t *table) row(cells [][]string) {
	fresh := false
	for {
		if t.y+t.height(cells) <= t.opt.Bottom {
			t.cells(t.opt.Font, cells, false)
			return
		}
		if fresh {
			room := max(1, int((t.opt.Bottom-t.y-2*padY)/t.lineHeight()))
			var top [][]string
			top, cells = split(cells, room)
			t.cells(t.opt.Font, top, false)
			if rest(cells) == 0 {
				return
			}
		}
		t.AddPage()
		t.y = t.opt.NewPage()
		t.paintHeader()
		fresh = true
	}
}

// split cuts every cell after its first n lines.
func split(cells [][]string, n int) (top, below [][]string) {
	for _, lines := range cells {
		k := min(n, len(lines))
		top, below = append(top, lines[:k]), append(below, lines[k:])
	}
	return top, below
}

func rest(cells [][]string) (n int) {
	for _, lines := range cells {
		n += len(lines)
	}
	return n
}

// cells prints one row with its frame and moves below it.
func (t *table) cells(f Font, cells [][]string, centred bool) {
	x, height := t.x, t.height(cells)
	for i, c := range t.cols {
		align := c.Align
		if centred {
			align = Centre
		}
		y := t.y + (height-float64(len(cells[i]))*t.lineHeight())/2
		for _, line := range cells[i] {
			t.aligned(f, t.opt.Size, x+padX, baseline(y, t.lineHeight(), t.opt.Size), c.Width-2*padX, align, line)
			y += t.lineHeight()
		}
		t.Rect(x, t.y, c.Width, height, gridLine)
		x += c.Width
	}
	t.y += height
}
