package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// workbook reads the parts of an XLSX file. It is read here and not by excelize because each cell must tell its kind, its format and
// its formula while a worksheet passes row by row: excelize gives those only of a worksheet that it holds whole in memory.
type workbook struct {
	parts   map[string]*zip.File
	since   bool // 1904
	strings []string
	formats []string // of each style: "date", or nothing
}

var errWorkbook = refusal("这个表格打不开，可能坏了：" + saveAs)

func readWorkbook(data []byte, most int) (out Book, err error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) > 4*maxParts {
		return out, errWorkbook
	}
	w := &workbook{parts: map[string]*zip.File{}}
	for _, f := range z.File {
		w.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	book, err := w.contents()
	if err != nil {
		return out, err
	}
	for _, s := range book {
		p := Page{Name: s.name, Hidden: s.hidden}
		if !s.hidden {
			if p.Rows, p.Columns, err = w.rows(s, most); err != nil {
				return out, err
			}
		}
		out.Sheets = append(out.Sheets, p)
	}
	return out, nil
}

// part decodes one part; a missing one leaves v as it is.
func (w *workbook) part(name string, v any) error {
	f, ok := w.parts[name]
	if !ok {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return errWorkbook
	}
	defer r.Close()
	if err := xml.NewDecoder(io.LimitReader(r, maxPart)).Decode(v); err != nil {
		return errWorkbook
	}
	return nil
}

type worksheet struct {
	name, part string
	hidden     bool
}

// contents reads what all worksheets share and gives their list.
func (w *workbook) contents() (out []worksheet, err error) {
	var book struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(w.part("xl/workbook.xml", &book), w.part("xl/_rels/workbook.xml.rels", &rels)); err != nil {
		return nil, errWorkbook
	}
	w.since = book.Pr.Date1904 == "1" || book.Pr.Date1904 == "true"
	target := map[string]string{}
	for _, r := range rels.List {
		target[r.ID] = strings.TrimPrefix(path.Join("/xl", r.Target), "/")
		if strings.HasPrefix(r.Target, "/") {
			target[r.ID] = strings.TrimPrefix(r.Target, "/")
		}
	}
	for _, s := range book.Sheets {
		at := worksheet{name: s.Name, hidden: s.State != "" && s.State != "visible"}
		for _, a := range s.Attrs {
			if a.Name.Local == "id" {
				at.part = target[a.Value]
			}
		}
		if w.parts[at.part] != nil {
			out = append(out, at)
		}
	}
	if len(out) == 0 {
		return nil, errWorkbook
	}
	return out, errors.Join(w.readStyles(), w.readStrings())
}

// run is a text with its parts: rich text in runs, the reading aid left out.
type run struct {
	T []string `xml:"t"`
	R []struct {
		T []string `xml:"t"`
	} `xml:"r"`
}

func (r run) String() string {
	out := strings.Join(r.T, "")
	for _, p := range r.R {
		out += strings.Join(p.T, "")
	}
	return escaped(out)
}

// escaped turns _x000D_ and its like into the character that it stands for.
func escaped(s string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], "_x")
		if i < 0 {
			return s
		}
		at += i
		if len(s) >= at+7 && s[at+6] == '_' {
			if n, err := strconv.ParseUint(s[at+2:at+6], 16, 16); err == nil {
				s = s[:at] + string(rune(n)) + s[at+7:]
			}
		}
		at++
	}
}

func (w *workbook) readStrings() error {
	var list struct {
		SI []run `xml:"si"`
	}
	err := w.part("xl/sharedStrings.xml", &list)
	for _, s := range list.SI {
		w.strings = append(w.strings, s.String())
	}
	return err
}

func (w *workbook) readStyles() error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	err := w.part("xl/styles.xml", &styles)
	own := map[int]string{}
	for _, f := range styles.Formats {
		own[f.ID] = f.Code
	}
	for _, c := range styles.Cells {
		kind := ""
		if code, ok := own[c.Format]; ok && showsDate(code) || !ok && builtinDate(c.Format) {
			kind = "date"
		}
		w.formats = append(w.formats, kind)
	}
	return err
}

type xmlCell struct {
	At    string  `xml:"r,attr"`
	Style int     `xml:"s,attr"`
	Type  string  `xml:"t,attr"`
	F     *string `xml:"f"`
	V     *string `xml:"v"`
	Is    *run    `xml:"is"`
}

// reader is where the reading of one worksheet stands.
type reader struct {
	*workbook
	d       *xml.Decoder
	most    int
	n       int // the row
	looked  int
	hidden  bool
	cells   []Value
	out     []Row
	columns []int
}

// rows reads a worksheet as it passes, so that a long one costs no memory, and stops where there are too many.
func (w *workbook) rows(s worksheet, most int) ([]Row, []int, error) {
	part, err := w.parts[s.part].Open()
	if err != nil {
		return nil, nil, errWorkbook
	}
	defer part.Close()
	r := reader{workbook: w, d: xml.NewDecoder(io.LimitReader(part, maxPart)), most: most}
	for {
		t, err := r.d.Token()
		if errors.Is(err, io.EOF) {
			return r.out, r.columns, nil
		}
		if err != nil {
			return nil, nil, errWorkbook
		}
		switch t := t.(type) {
		case xml.StartElement:
			err = r.start(t)
		case xml.EndElement:
			if t.Name.Local == "row" {
				err = r.end()
			}
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

func (r *reader) start(t xml.StartElement) error {
	switch t.Name.Local {
	case "col":
		from, to := number(t, "min"), number(t, "max")
		for c := from; isSet(t, "hidden") && c <= min(to, MaxColumns); c++ {
			r.columns = append(r.columns, c-1)
		}
	case "row":
		r.n++
		if n := number(t, "r"); n > 0 {
			r.n = n
		}
		r.hidden, r.cells = isSet(t, "hidden"), nil
		if r.looked++; r.looked > lookedAt {
			return refusal(fmt.Sprintf("表里有两万多行（大多是空的也算）：一个文件最多 %d 行。请选中后面多余的行，整行删除，再存", r.most))
		}
	case "c":
		var c xmlCell
		if err := r.d.DecodeElement(&c, &t); err != nil {
			return errWorkbook
		}
		at := len(r.cells)
		if c.At != "" {
			at = columnOf(c.At)
		}
		v := r.value(c)
		v.Formula = c.F != nil
		if v.Blank() && !v.Formula {
			return nil
		}
		if at < 0 || at >= MaxColumns {
			return refusal(fmt.Sprintf("第 %d 行在第 %d 列以后还有内容：最多 %d 列", r.n, MaxColumns, MaxColumns))
		}
		for len(r.cells) <= at {
			r.cells = append(r.cells, Value{})
		}
		r.cells[at] = v
	}
	return nil
}

func (r *reader) end() error {
	row, ok := line(r.n, r.hidden, r.cells)
	if ok {
		r.out = append(r.out, row)
	}
	if len(r.out) > r.most+around {
		return refusal(fmt.Sprintf("行数太多：一个文件最多 %d 行，请分成几个", r.most))
	}
	return nil
}

// value says what a cell holds by its type, never by how it is shown.
func (w *workbook) value(c xmlCell) Value {
	raw := ""
	if c.V != nil {
		raw = *c.V
	}
	switch {
	case c.Type == "e":
		return Value{Text: raw, Fault: "这一格是 " + raw + "（公式出了错），请改成文字"}
	case c.Type == "inlineStr" && c.Is != nil:
		return valueOf(c.Is.String())
	case c.F != nil && raw == "" && c.Type != "str":
		return Value{Fault: "这一格的公式还没有算出来：请用 Excel 打开存一次，或者改成文字"}
	case c.Type == "s":
		n, err := strconv.Atoi(strings.TrimSpace(raw))
		if err != nil || n < 0 || n >= len(w.strings) {
			return Value{Fault: "这一格读不出来，请重新填"}
		}
		return valueOf(w.strings[n])
	case c.Type == "b":
		return Value{Text: map[string]string{"1": "是", "true": "是"}[raw] + map[string]string{"0": "否", "false": "否"}[raw]}
	case c.Type == "str", c.Type == "d":
		return valueOf(escaped(raw))
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil {
		return valueOf(raw)
	}
	if c.Style >= 0 && c.Style < len(w.formats) && w.formats[c.Style] == "date" {
		return Value{Text: Serial(x, w.since)}
	}
	return Value{Text: strconv.FormatFloat(x, 'f', -1, 64)}
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func number(t xml.StartElement, name string) int {
	n, err := strconv.Atoi(attr(t, name))
	if err != nil {
		return 0
	}
	return n
}

func isSet(t xml.StartElement, name string) bool {
	return attr(t, name) == "1" || attr(t, name) == "true"
}

// columnOf gives the column of "AB12" from 0, or -1.
func columnOf(at string) int {
	n := 0
	for i := 0; i < len(at) && at[i] >= 'A' && at[i] <= 'Z' && n < 1<<20; i++ {
		n = n*26 + int(at[i]-'A') + 1
	}
	return n - 1
}
