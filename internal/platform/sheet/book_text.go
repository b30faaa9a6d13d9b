package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// decode gives the text of a file: by its byte order mark, else UTF-16 by its zeros, UTF-8 if it is that, else what a Chinese Excel
// calls CSV. Bytes that are nothing become U+FFFD, which a cell tells.
func decode(data []byte) string {
	utf16 := func(e unicode.Endianness) string {
		out, err := unicode.UTF16(e, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return string(data)
		}
		return string(out)
	}
	zeros := func(odd int) (n int) {
		for i := odd; i < min(len(data), 400); i += 2 {
			if data[i] == 0 {
				n++
			}
		}
		return n
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), zeros(1) > 3 && zeros(0) == 0:
		return utf16(unicode.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")), zeros(0) > 3 && zeros(1) == 0:
		return utf16(unicode.BigEndian)
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\ufeff")
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil {
		return string(data)
	}
	return string(out)
}

// comma is what parts the cells: what the first lines hold most of.
func comma(s string) rune {
	head := s
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		if j := strings.IndexByte(s[i+1:], '\n'); j >= 0 {
			head = s[:i+1+j]
		}
	}
	best, most := ',', 0
	for _, c := range ",\t;，；" {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

func readText(data []byte, most int) (out []Row, err error) {
	s := decode(data)
	if !strings.Contains(s, "\n") { // as an old Macintosh ends lines
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	in := csv.NewReader(strings.NewReader(s))
	in.Comma, in.FieldsPerRecord, in.LazyQuotes = comma(s), -1, true
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, refusal("这个文件读不懂：要 XLSX，或者一行一条、逗号或制表符分开的文本")
		}
		at, _ := in.FieldPos(0)
		values := make([]Value, len(cells))
		for i, c := range cells {
			values[i] = valueOf(unquoted(c))
		}
		row, ok := line(at, false, values)
		if !ok {
			continue
		}
		if len(row.Cells) > MaxColumns {
			return nil, refusal(fmt.Sprintf("第 %d 行有 %d 列，最多 %d 列", at, len(row.Cells), MaxColumns))
		}
		if out = append(out, row); len(out) > most+around {
			return nil, refusal(fmt.Sprintf("行数太多：一个文件最多 %d 行，请分成几个", most))
		}
	}
}

// unquoted takes the wrapping off with which a number is kept a text in a CSV: ="139…" and a leading apostrophe before a digit.
func unquoted(cell string) string {
	c := strings.TrimSpace(cell)
	if len(c) > 3 && strings.HasPrefix(c, `="`) && strings.HasSuffix(c, `"`) {
		return c[2 : len(c)-1]
	}
	if len(c) > 1 && c[0] == '\'' && c[1] >= '0' && c[1] <= '9' {
		return c[1:]
	}
	return cell
}
