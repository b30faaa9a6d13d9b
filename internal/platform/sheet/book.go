package sheet

import (
	"bytes"
	"strings"

	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Limits of a table that somebody brings.
const (
	MaxFile    = 10 << 20 // bytes of the file
	maxPart    = 32 << 20 // bytes of one part of a workbook, unpacked
	lookedAt   = 20000    // rows of a worksheet that are looked at, empty ones among them
	MaxColumns = 200
	around     = 20 // lines with text besides the rows: titles, the header, notes
)

// Book is a table file as somebody brings it: a workbook or a text.
type Book struct {
	Sheets []Page
}

// Page is one worksheet of a book; one that is hidden is named and not read. A text has one page without a name.
type Page struct {
	Name    string
	Hidden  bool
	Rows    []Row
	Columns []int // hidden ones that were read all the same, from 0
}

// Row is one line with its number in the file, from 1. Lines without any text are left out.
type Row struct {
	N      int
	Hidden bool
	Cells  []Value
}

// Value is what a cell says, or why it cannot be said; Formula says that a workbook works it out.
type Value struct {
	Text, Fault string
	Formula     bool
}

// Blank says whether nobody wrote anything there.
func (v Value) Blank() bool { return v.Text == "" && v.Fault == "" }

// ReadBook reads a file by what it is and not by its name: XLSX, or text in UTF-8, UTF-16 or GB18030 with commas, semicolons or tabs.
// most is how many rows a page may have. A refusal is the error of field file and says what to do.
func ReadBook(data []byte, most int) (Book, error) {
	if len(data) > MaxFile {
		return Book{}, refusal("文件不能超过 10 MB")
	}
	if advice := foreign(data); advice != "" {
		return Book{}, refusal(advice)
	}
	if bytes.HasPrefix(data, []byte("PK")) {
		return readWorkbook(data, most)
	}
	rows, err := readText(data, most)
	return Book{[]Page{{Rows: rows}}}, err
}

func refusal(why string) error { return errs.Field("file", why) }

const saveAs = "请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（.xlsx）”，再传"

// foreign gives advice for formats that are known and not read.
func foreign(data []byte) string {
	has := func(s string) bool { return bytes.Contains(data[:min(len(data), 4096)], []byte(s)) }
	lower := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 512)], "\ufeff \t\r\n")))
	switch {
	case len(data) == 0:
		return "这个文件是空的"
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "这是旧的 XLS，或者加了密码的表：" + saveAs
	case bytes.HasPrefix(data, []byte("PK")) && bytes.Contains(data, []byte("xl/workbook.bin")):
		return "这是二进制的 XLSB：" + saveAs
	case bytes.HasPrefix(data, []byte("PK")) && has("opendocument"):
		return "这是 ODS：" + saveAs
	case strings.HasPrefix(lower, "<html"), strings.HasPrefix(lower, "<!doctype html"), strings.HasPrefix(lower, "<table"),
		strings.HasPrefix(lower, "<?xml"):
		return "这是网页或 XML，只是名字像表格：" + saveAs
	case bytes.HasPrefix(data, []byte("%PDF")):
		return "这是 PDF，要表格：XLSX 或 CSV"
	}
	return ""
}

// valueOf is a cell of text: without what nobody sees; what is no character is a fault.
func valueOf(s string) Value {
	if spelling.Broken(s) {
		return Value{Text: strings.ToValidUTF8(s, "\ufffd"), Fault: "有认不出的字（文件的编码坏了），请把这一格重新填"}
	}
	return Value{Text: strings.TrimSpace(spelling.Seen(s))}
}

// line makes a row of its values; ok is false when nobody wrote anything in it. Empty cells at its end are none.
func line(n int, hidden bool, cells []Value) (Row, bool) {
	for len(cells) > 0 && cells[len(cells)-1].Blank() {
		cells = cells[:len(cells)-1]
	}
	return Row{n, hidden, cells}, len(cells) > 0
}
