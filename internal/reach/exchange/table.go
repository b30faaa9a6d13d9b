package exchange

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/errs"
	"linli/internal/platform/sheet"
)

// MaxFile is the most bytes of a file, and of what an XLSX file unpacks to.
const (
	MaxFile     = 10 << 20
	maxUnpacked = 100 << 20
)

// row is one line of a file, its cells by column name.
type row struct {
	line  int
	cells map[string]string
}

// read gives the rows of a file; a header that does not fit refuses the whole.
func read(data []byte, columns []column) ([]row, error) {
	if len(data) > MaxFile {
		return nil, errs.Field("file", "文件不能超过 10 MB")
	}
	lines, numbers, err := lines(data)
	if err != nil {
		return nil, errs.Field("file", "这个文件读不懂：要 CSV 或 XLSX，第一行是列名")
	}
	if len(lines) < 2 || len(lines) > MaxRows+1 {
		return nil, errs.Field("file", fmt.Sprintf("第一行是列名，后面要有 1 到 %d 行", MaxRows))
	}
	names, err := header(lines[0], columns)
	if err != nil {
		return nil, err
	}
	var out []row
	for i, cells := range lines[1:] {
		r := row{numbers[i+1], map[string]string{}}
		for n, c := range cells {
			if n < len(names) {
				r.cells[names[n]] = plain(c)
			}
		}
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			out = append(out, r)
		}
	}
	return out, nil
}

// lines gives all lines with their numbers in the file.
func lines(data []byte) (out [][]string, numbers []int, err error) {
	if bytes.HasPrefix(data, []byte("PK")) {
		x, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnpacked})
		if err != nil {
			return nil, nil, err
		}
		defer x.Close()
		out, err = x.GetRows(x.GetSheetName(0))
		for i := range out {
			numbers = append(numbers, i+1)
		}
		return out, numbers, err
	}
	if !utf8.Valid(data) { // what a Chinese Excel calls CSV
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			return nil, nil, err
		}
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	in.FieldsPerRecord = -1
	for {
		cells, err := in.Read()
		if err == io.EOF {
			return out, numbers, nil
		}
		if err != nil {
			return nil, nil, err
		}
		at, _ := in.FieldPos(0)
		out, numbers = append(out, cells), append(numbers, at)
	}
}

// header gives the column name of each cell. An unknown or repeated column is refused, so that nothing is left out silently.
func header(cells []string, columns []column) (names []string, err error) {
	c, seen := errs.Check{}, map[string]bool{}
	for _, cell := range cells {
		name := ""
		for _, col := range columns {
			if word := strings.TrimSpace(cell); word == col.word || word == col.name {
				name = col.name
			}
		}
		c.Thatf(name != "" && !seen[name], "file", "第一行的“%s”不是这里的列名，或者重复了", cell)
		seen[name] = true
		names = append(names, name)
	}
	return names, c.Err()
}

// plain takes off the apostrophe with which a cell goes out that a spreadsheet would take for a formula.
func plain(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && sheet.Starts(rest) {
		cell = rest
	}
	return strings.TrimSpace(cell)
}

// write gives the table as CSV or as XLSX.
func write(table [][]string, xlsx bool, w io.Writer) error {
	form := sheet.CSV
	if xlsx {
		form = func(t sheet.Table) ([]byte, error) { return sheet.XLSX(t) }
	}
	body, err := form(sheet.Plain(table))
	if err == nil {
		_, err = w.Write(body)
	}
	return err
}

// cells reads typed values of a row and collects what is wrong with them.
type cells struct {
	row
	errs.Check
}

func (c cells) text(name string) string { return c.row.cells[name] }

func (c cells) region(name string) (r auth.Region) {
	c.That(r.UnmarshalText([]byte(c.text(name))) == nil && r != 0, name, "要填十二位区划代码")
	return r
}

func (c cells) number(name string) float64 {
	f, err := strconv.ParseFloat(c.text(name), 64)
	c.That(err == nil || c.text(name) == "", name, "要填数字")
	return f
}

const minute = "2006-01-02 15:04"

func (c cells) time(name string) time.Time {
	t, err := time.ParseInLocation(minute, c.text(name), clock.Shanghai)
	c.That(err == nil, name, "要写成 2026-01-31 09:30")
	return t
}

// short refuses what is longer than a field of the web takes.
func (c cells) short(name string, most int) string {
	c.Thatf(utf8.RuneCountInString(c.text(name)) <= most, name, "最多 %d 个字", most)
	return c.text(name)
}
