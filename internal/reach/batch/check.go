package batch

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"
)

// Limits of a file.
const (
	MaxLine       = 16 << 10 // bytes of one line
	MaxViolations = 1000     // that one check names
)

// Violation is what is wrong with a file: in which line, with which field, in words.
type Violation struct {
	Line  int    `json:"line"`
	Field string `json:"field" doc:"哪一项；空的为整行"`
	Words string `json:"words"`
}

// Report is what a check found. A file without violations is whole, in order and as its sender signed it.
type Report struct {
	Lines      int         `json:"lines"`
	Batch      string      `json:"batch"`
	Key        string      `json:"key" doc:"签名的公钥（base64）；谁的钥匙要另外核实"`
	Digest     string      `json:"digest" doc:"签名以前各行的摘要"`
	Violations []Violation `json:"violations"`
	More       bool        `json:"more" doc:"问题太多，后面的没有再看"`

	Header Line `json:"-"`
}

// Good says that nothing is wrong.
func (r Report) Good() bool { return len(r.Violations) == 0 }

// errEnough ends a check that has found as much as it names.
var errEnough = errors.New("enough")

type checker struct {
	Report
	now    time.Time
	each   func(Line) error
	sum    hash.Hash
	group  int               // of the line before
	seen   map[string]string // group and id of an item → whose it is
	counts map[string]int64
	signed bool
	begun  bool
}

// Check reads a batch to its end. each, which may be nil, is given the items as they come, good ones only: that the whole is good is
// known at the end. An error is of reading or of each.
func Check(r io.Reader, now time.Time, each func(Line) error) (Report, error) {
	c := &checker{now: now, each: each, sum: sha256.New(), seen: map[string]string{}, counts: map[string]int64{}}
	c.Violations = []Violation{}
	in := bufio.NewReaderSize(r, MaxLine+2)
	first, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return c.Report, err
	}
	table := !bytes.HasPrefix(bytes.TrimPrefix(first, []byte("\xef\xbb\xbf")), []byte("{"))
	if table && len(first) > 0 {
		err = c.rows(in)
	} else {
		err = c.lines(in)
	}
	if err == nil {
		c.end()
	}
	if errors.Is(err, errEnough) {
		c.More, err = true, nil
	}
	return c.Report, err
}

func (c *checker) say(line int, field, words string) {
	c.Violations = append(c.Violations, Violation{line, field, words})
}

// lines reads JSON Lines.
func (c *checker) lines(in *bufio.Reader) error {
	for {
		raw, err := in.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(raw) == 0 {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		c.Lines++
		if len(raw) > MaxLine {
			c.say(c.Lines, "", fmt.Sprintf("一行不能超过 %d 字节", MaxLine))
			if errors.Is(err, bufio.ErrBufferFull) {
				return errEnough
			}
			continue
		}
		raw = bytes.TrimRight(raw, "\r\n")
		if len(raw) == 0 {
			c.say(c.Lines, "", "空行")
			continue
		}
		found, bad := parse(raw)
		if err := c.line(c.Lines, found, bad); err != nil {
			return err
		}
	}
}

// rows reads the table. Its first row is the names of the columns.
func (c *checker) rows(in *bufio.Reader) error {
	if bom, _ := in.Peek(3); string(bom) == "\xef\xbb\xbf" {
		_, _ = in.Discard(3)
	}
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	names, err := r.Read()
	if err != nil {
		c.say(1, "", "不是 JSON Lines，也不是 CSV")
		return nil
	}
	c.Lines = 1
	for i, name := range names {
		switch {
		case !slices.Contains(Columns, name):
			c.say(1, name, "没有这一列")
		case slices.Index(names, name) < i:
			c.say(1, name, "这一列写了两次")
		}
	}
	if !slices.Contains(names, "kind") {
		c.say(1, "kind", "缺这一列")
	}
	if len(c.Violations) > 0 {
		return errEnough
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		c.Lines++
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			c.say(bad.StartLine, "", "CSV 读不通")
			return errEnough
		}
		if err != nil {
			return err
		}
		found, bad := values(names, cells)
		if err := c.line(c.Lines, found, bad); err != nil {
			return err
		}
	}
}

// line judges one line: alone, then in its place.
func (c *checker) line(n int, found map[string]any, bad *wrong) error {
	if len(c.Violations) >= MaxViolations {
		return errEnough
	}
	if bad != nil {
		c.say(n, bad.field, bad.words)
		return nil
	}
	l := Line{N: n, Values: found}
	l.Kind = l.Text("kind")
	g := groupOf(l.Kind)
	if g == nil {
		c.say(n, "kind", "没有这一种："+l.Kind)
		return nil
	}
	before := len(c.Violations)
	c.fields(l, g)
	whole := len(c.Violations) == before
	c.order(l, g)
	if l.Kind == Head && c.Header.N == 0 {
		if c.Batch = l.Text("batch"); whole { // lines are compared with a header that is right
			c.Header = l
		}
	}
	if c.known(l, g) && whole {
		c.rules(l, g)
	}
	var err error
	if l.JSON, err = Canonical(found); err != nil {
		return err
	}
	if l.Kind == Signature {
		c.seal(l)
		return nil
	}
	c.sum.Write(l.JSON)
	c.sum.Write([]byte("\n"))
	if len(c.Violations) > before || c.each == nil {
		return nil
	}
	return c.each(l)
}

// order asks whether a line stands where its kind may.
func (c *checker) order(l Line, g *Group) {
	at := slices.Index(kinds, l.Kind)
	switch {
	case !c.begun && l.Kind != Head:
		c.say(l.N, "kind", "第一行要是批次的开头（header）")
	case c.begun && l.Kind == Head:
		c.say(l.N, "kind", "批次的开头只有一行")
	case c.signed:
		c.say(l.N, "kind", "签名以后不能再有别的行")
	case at < c.group:
		c.say(l.N, "kind", g.Word+"要在"+Groups[c.group].Word+"前面")
	}
	c.begun, c.group = true, max(at, c.group)
	if g.Count != "" {
		c.counts[g.Count]++
	}
}

// seal compares the signature with what was read.
func (c *checker) seal(l Line) {
	if c.signed {
		return
	}
	c.signed = true
	c.Key, c.Digest = l.Text("key"), hex.EncodeToString(c.sum.Sum(nil))
	if l.Text("batch") != c.Batch {
		c.say(l.N, "batch", "和开头的批次编号不一样")
	}
	if l.Text("digest") != c.Digest {
		c.say(l.N, "digest", "和前面各行算出的摘要不一样：签名以后有人改过")
		return
	}
	if !verified(l) {
		c.say(l.N, "signature", "签名不对")
	}
}

// end compares what the header said with what came.
func (c *checker) end() {
	if !c.begun {
		if len(c.Violations) == 0 {
			c.say(1, "", "文件是空的")
		}
		return
	}
	if !c.signed {
		c.say(c.Lines+1, "kind", "文件到这里断了：最后一行要是签名")
	}
	for _, g := range Groups {
		if g.Count != "" && c.Header.N > 0 && c.Header.Number(g.Count) != c.counts[g.Count] {
			c.say(c.Header.N, g.Count, fmt.Sprintf("开头写的是 %d，实际有 %d 行", c.Header.Number(g.Count), c.counts[g.Count]))
		}
	}
	slices.SortStableFunc(c.Violations, func(a, b Violation) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Field, b.Field)
	})
}
