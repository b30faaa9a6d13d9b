package batch

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ReceiptFormat is the name of the format of receipts.
const ReceiptFormat = "linli-receipt/1"

// Receipt is what a platform says of a batch: JSON Lines, the first line says which batch, each other what became of one item. It is
// matched by numbers alone. It may end with a signature over the lines before it; a signature that does not hold refuses it.
type Receipt struct {
	Batch string
	Key   string // that signed it; "" where nobody did
	Items []Answer
}

// Answer is what became of one item.
type Answer struct {
	N                        int
	Item, ID, Result, Reason string
}

var (
	receiptHead = Group{Kind: "receipt", Word: "回执的开头", Fields: []Field{
		needed(fixed("format", "格式和版本", ReceiptFormat)), needed(id("batch", "批次编号"))}}
	receiptLine = Group{Kind: "answer", Word: "一条回执", Fields: []Field{
		needed(coded("item", "哪一组", Code{Person, ""}, Code{Service, ""}, Code{Training, ""}, Code{Commendation, ""}, Code{Evaluation, ""})),
		needed(id("id", "条目编号")), needed(coded("result", "结果", Code{"received", "收下"}, Code{"refused", "没有收下"}, Code{"waits", "还在核对"})),
		optional(text("reason", "没有收下的原因", 200))}}
)

// receiptColumns are those of a receipt as a table.
var receiptColumns = []string{"batch", "item", "id", "result", "reason"}

// ReadReceipt reads a receipt, JSON Lines or a table of batch, item, id, result and reason, and says what is wrong with which line.
func ReadReceipt(r io.Reader) (out Receipt, violations []Violation) {
	in := bufio.NewReaderSize(r, MaxLine+2)
	c := &checker{seen: map[string]string{}, sum: sha256.New()}
	take := func(n int, found map[string]any, bad *wrong) {
		if bad != nil {
			c.say(n, bad.field, bad.words)
			return
		}
		c.answer(Line{N: n, Values: found}, &out)
	}
	if first, _ := in.Peek(1); string(first) == "{" {
		c.receiptLines(in, take)
	} else {
		c.receiptRows(in, take)
	}
	if out.Batch == "" && len(c.Violations) == 0 {
		c.say(1, "batch", "没有批次编号")
	}
	return out, c.Violations
}

func (c *checker) receiptLines(in io.Reader, take func(int, map[string]any, *wrong)) {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, MaxLine)
	n := 0
	for lines.Scan() && len(c.Violations) < MaxViolations {
		n++
		found, bad := parse(lines.Bytes())
		take(n, found, bad)
	}
	if lines.Err() != nil {
		c.say(n+1, "", "一行太长，或者读不出来")
	}
}

// receiptRows makes of each row of a table the lines that say the same.
func (c *checker) receiptRows(in io.Reader, take func(int, map[string]any, *wrong)) {
	r := csv.NewReader(in)
	names, err := r.Read()
	if err != nil || !slices.Equal(names, receiptColumns) {
		c.say(1, "", "不是 JSON Lines；表格的第一行要是 "+strings.Join(receiptColumns, ","))
		return
	}
	for n := 2; len(c.Violations) < MaxViolations; n++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			c.say(n, "", "CSV 读不通")
			return
		}
		found, bad := values(names, cells)
		if bad == nil {
			take(n, map[string]any{"kind": receiptHead.Kind, "format": ReceiptFormat, "batch": found["batch"]}, nil)
			delete(found, "batch")
			found["kind"] = receiptLine.Kind
		}
		take(n, found, bad)
	}
}

// answer takes down one line of a receipt.
func (c *checker) answer(l Line, out *Receipt) {
	if c.signed {
		c.say(l.N, "kind", "签名以后不能再有别的行")
		return
	}
	if l.Text("kind") == Signature && out.Batch != "" {
		c.fields(l, groupOf(Signature))
		c.Batch = out.Batch
		c.seal(l)
		out.Key = c.Key
		return
	}
	text, err := Canonical(l.Values)
	if err != nil {
		c.say(l.N, "", "JSON 读不通")
		return
	}
	c.sum.Write(append(text, '\n'))
	g := &receiptLine
	if out.Batch == "" || l.Text("kind") == receiptHead.Kind {
		g = &receiptHead
	}
	if l.Text("kind") != g.Kind {
		c.say(l.N, "kind", g.Word+"的 kind 要是 "+g.Kind)
		return
	}
	before := len(c.Violations)
	c.fields(l, g)
	if g == &receiptHead {
		if out.Batch != "" && out.Batch != l.Text("batch") {
			c.say(l.N, "batch", "一份回执只说一批")
		}
		out.Batch = l.Text("batch")
		return
	}
	a := Answer{l.N, l.Text("item"), l.Text("id"), l.Text("result"), l.Text("reason")}
	if first, twice := c.seen[a.Item+"/"+a.ID]; twice {
		c.say(l.N, "id", "第 "+first+" 行说过这一条")
	}
	c.seen[a.Item+"/"+a.ID] = strconv.Itoa(l.N)
	if a.Result == "refused" && a.Reason == "" {
		c.say(l.N, "reason", "没有收下的要写原因")
	}
	if len(c.Violations) == before {
		out.Items = append(out.Items, a)
	}
}

// ReceiptWriter writes a signed receipt line by line.
type ReceiptWriter struct{ w Writer }

// NewReceipt begins the receipt of a batch.
func NewReceipt(out io.Writer, number string) (*ReceiptWriter, error) {
	r := &ReceiptWriter{Writer{out: out, sum: sha256.New(), batch: number}}
	return r, r.add(&receiptHead, map[string]any{"format": ReceiptFormat, "batch": number})
}

// Add writes what became of one item. A reason is cut to what a line holds.
func (r *ReceiptWriter) Add(a Answer) error {
	reason := []rune(a.Reason)
	fields := map[string]any{"item": a.Item, "id": a.ID, "result": a.Result}
	if len(reason) > 0 {
		fields["reason"] = string(reason[:min(len(reason), 200)])
	}
	return r.add(&receiptLine, fields)
}

func (r *ReceiptWriter) add(g *Group, fields map[string]any) error {
	for name, v := range fields {
		if words := g.field(name).judge(v); words != "" {
			return errors.New("batch: " + name + words)
		}
	}
	fields["kind"] = g.Kind
	line, err := Canonical(fields)
	if err != nil {
		return err
	}
	return r.w.Put(line)
}

// Close writes the signature.
func (r *ReceiptWriter) Close(by Signer) error { return r.w.Close(by) }
