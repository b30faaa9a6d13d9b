package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gowebpki/jcs"
)

// Line is one line of a batch as it was read. Values are texts and whole numbers (int64).
type Line struct {
	N      int
	Kind   string
	Values map[string]any
	JSON   []byte // in canonical form
}

// Text is a text of the line, "" where there is none.
func (l Line) Text(name string) string {
	s, _ := l.Values[name].(string)
	return s
}

// Number is a whole number of the line.
func (l Line) Number(name string) int64 {
	n, _ := l.Values[name].(int64)
	return n
}

// Canonical gives the canonical form (RFC 8785) of a value.
func Canonical(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jcs.Transform(b)
}

// wrong is what is wrong with one field of a line; no field where it is the line.
type wrong struct{ field, words string }

var errRaw = errors.New("raw")

// parse reads one flat JSON object, and says what hinders.
func parse(raw []byte) (map[string]any, *wrong) {
	if !utf8.Valid(raw) {
		return nil, &wrong{"", "不是 UTF-8 编码"}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, &wrong{"", "不是一个 JSON 对象"}
	}
	out := map[string]any{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, &wrong{"", "JSON 读不通"}
		}
		if _, twice := out[name]; twice {
			return nil, &wrong{name, "写了两次"}
		}
		if t, err = d.Token(); err != nil {
			return nil, &wrong{"", "这一行不完整，或者 JSON 读不通"}
		}
		if out[name], err = plain(t); err != nil {
			return nil, &wrong{name, "只能是文字或者整数"}
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, &wrong{"", "这一行不完整"}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, &wrong{"", "对象后面还有别的东西"}
	}
	return out, nil
}

func plain(t json.Token) (any, error) {
	switch v := t.(type) {
	case string:
		return v, nil
	case json.Number:
		return whole(v.String())
	}
	return nil, errRaw
}

// whole reads a whole number as it must be written: no sign but minus, no zeros in front, no fraction.
func whole(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != s {
		return 0, errRaw
	}
	return n, nil
}

// Columns are those of the table: the kind, then every field of every group once.
var Columns = columns()

func columns() (out []string) {
	seen := map[string]bool{}
	out = append(out, "kind")
	for _, g := range Groups {
		for _, f := range g.Fields {
			if !seen[f.Name] {
				seen[f.Name] = true
				out = append(out, f.Name)
			}
		}
	}
	return out
}

// row gives the cells of a line, and values reads them again. What a spreadsheet might take for a formula stands behind an apostrophe.
func row(values map[string]any) []string {
	out := make([]string, len(Columns))
	for i, name := range Columns {
		if v, ok := values[name]; ok {
			out[i] = guard(fmt.Sprint(v))
		}
	}
	return out
}

const formula = "=+-@'\t\r"

func guard(s string) string {
	if s != "" && strings.Contains(formula, s[:1]) {
		return "'" + s
	}
	return s
}

func values(names, cells []string) (map[string]any, *wrong) {
	if len(cells) != len(names) {
		return nil, &wrong{"", fmt.Sprintf("有 %d 格，应该是 %d 格", len(cells), len(names))}
	}
	out := map[string]any{}
	for i, c := range cells {
		if c == "" {
			continue
		}
		c = strings.TrimPrefix(c, "'")
		if !utf8.ValidString(c) {
			return nil, &wrong{names[i], "不是 UTF-8 编码"}
		}
		out[names[i]] = c
	}
	kind, _ := out["kind"].(string)
	g := groupOf(kind)
	for name, v := range out {
		if g == nil || g.field(name) == nil || !g.field(name).Number {
			continue
		}
		n, err := whole(v.(string))
		if err != nil {
			return nil, &wrong{name, "要整数"}
		}
		out[name] = n
	}
	return out, nil
}
