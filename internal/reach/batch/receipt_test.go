package batch_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"linli/internal/platform/area/areatest"
	"linli/internal/reach/batch"
)

// ask asks the published format for a path.
func ask(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	a := areatest.Ask(nil, nil)
	batch.Routes(a.Router)
	rec := httptest.NewRecorder()
	a.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
	return rec
}

const receiptHead = `{"batch":"B1","format":"linli-receipt/1","kind":"receipt"}` + "\n"

// took is a line of a receipt.
func took(item, id, result string, more ...string) string {
	return fmt.Sprintf(`{"id":%q,"item":%q,"kind":"answer"%s,"result":%q}`, id, item, strings.Join(more, ""), result) + "\n"
}

// read gives what stands in a receipt and what is wrong with it, in words.
func read(text string) (out batch.Receipt, said []string) {
	out, list := batch.ReadReceipt(strings.NewReader(text))
	for _, v := range list {
		said = append(said, strings.TrimSpace(fmt.Sprintf("%d %s %s", v.Line, v.Field, v.Words)))
	}
	return out, said
}

// signed ends a receipt with the signature over its lines.
func signed(t *testing.T, text, number string) string { return string(closed(t, []byte(text), number)) }

// A receipt is read whole, in both forms, signed or not.
func TestReceiptIsRead(t *testing.T) {
	lines := receiptHead + took("person", "p1", "received") + took("service", "s1", "refused", `,"reason":"没有这个单位"`) +
		took("service", "p1", "waits")
	table := "batch,item,id,result,reason\nB1,person,p1,received,\nB1,service,s1,refused,没有这个单位\nB1,service,p1,waits,\n"
	want := []batch.Answer{{2, "person", "p1", "received", ""}, {3, "service", "s1", "refused", "没有这个单位"}, {4, "service", "p1", "waits", ""}}
	key := base64.StdEncoding.EncodeToString(key.Public())
	for text, by := range map[string]string{lines: "", table: "", signed(t, lines, "B1"): key} {
		got, wrong := read(text)
		if got.Batch != "B1" || got.Key != by || !slices.Equal(got.Items, want) || wrong != nil {
			t.Errorf("%+v %q", got, wrong)
		}
	}
}

// What is wrong with a receipt is said of its line.
func TestReceiptIsRefused(t *testing.T) {
	ok := took("person", "p1", "received")
	many := strings.Repeat(took("person", "", "received"), batch.MaxViolations+5)
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"no head":         {ok, "1 kind 回执的开头的 kind 要是 receipt"},
		"nothing":         {"", "1  不是 JSON Lines；表格的第一行要是 batch,item,id,result,reason"},
		"half an object":  {receiptHead + `{"kind":"answer"`, "2  这一行不完整"},
		"another kind":    {receiptHead + `{"kind":"horse"}`, "2 kind 一条回执的 kind 要是 answer"},
		"another format":  {strings.Replace(receiptHead, "/1", "/2", 1), "1 format “格式和版本”要写成 linli-receipt/1"},
		"no batch":        {strings.Replace(receiptHead, `"batch":"B1",`, "", 1), "1 batch 缺“批次编号”"},
		"two batches":     {receiptHead + strings.Replace(receiptHead, "B1", "B2", 1), "2 batch 一份回执只说一批"},
		"one batch twice": {receiptHead + receiptHead, ""},
		"twice":           {receiptHead + ok + ok, "3 id 第 2 行说过这一条"},
		"no reason":       {receiptHead + took("person", "p1", "refused"), "2 reason 没有收下的要写原因"},
		"a reason of 200": {receiptHead + took("person", "p1", "refused", `,"reason":"`+strings.Repeat("长", 200)+`"`), ""},
		"a reason of 201": {receiptHead + took("person", "p1", "refused", `,"reason":"`+strings.Repeat("长", 201)+`"`),
			"2 reason “没有收下的原因”最多 200 个字"},
		"no such result":   {receiptHead + took("person", "p1", "lost"), "2 result “结果”没有这个代码：lost"},
		"no such group":    {receiptHead + took("header", "p1", "received"), "2 item “哪一组”没有这个代码：header"},
		"a signature of 2": {signed(t, receiptHead+ok, "B2"), "3 batch 和开头的批次编号不一样"},
		"changed after":    {strings.Replace(signed(t, receiptHead+ok, "B1"), "p1", "p2", 1), "3 digest 和前面各行算出的摘要不一样：签名以后有人改过"},
		"a line behind":    {signed(t, receiptHead+ok, "B1") + ok, "4 kind 签名以后不能再有别的行"},
		"signed, no head":  {signed(t, "", "B1"), "1 kind 回执的开头的 kind 要是 receipt"},
		"a long line":      {receiptHead + ok + strings.Repeat("x", batch.MaxLine), "3  一行太长，或者读不出来"},
		"table, no reason": {"batch,item,id,result,reason\nB1,person,p1,refused,\n", "2 reason 没有收下的要写原因"},
		"table, two":       {"batch,item,id,result,reason\nB1,person,p1,received,\nB2,person,p2,received,\n", "3 batch 一份回执只说一批"},
		"table, open":      {"batch,item,id,result,reason\nB1,person,\"p1,received,\n", "2  CSV 读不通"},
		"table, cells":     {"batch,item,id,result,reason\nB1,person\n", "2  CSV 读不通"},
		"table, no line":   {"batch,item,id,result,reason\n", "1 batch 没有批次编号"},
		"other columns":    {"batch,item,id,reason,result\n", "1  不是 JSON Lines；表格的第一行要是 batch,item,id,result,reason"},
		"too many to name": {receiptHead + many, "2 id “条目编号”是空的；没有的不写"},
	} {
		_, said := read(c.text)
		if c.want == "" && said == nil {
			continue
		}
		if len(said) == 0 || said[0] != c.want || len(said) > batch.MaxViolations+1 {
			t.Errorf("%s: %.3q of %d, want %q", name, said, len(said), c.want)
		}
	}
}

// The writer of receipts writes what the reader reads, signed, byte by byte as by hand; a long reason is cut.
func TestReceiptWriter(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 1, 200: 200, 201: 200} {
		var out bytes.Buffer
		w, err := batch.NewReceipt(&out, "B1")
		if err == nil {
			err = w.Add(batch.Answer{Item: "person", ID: "p1", Result: "refused", Reason: strings.Repeat("长", n)})
		}
		if err == nil {
			err = w.Close(key)
		}
		var more []string
		if want > 0 {
			more = []string{`,"reason":"` + strings.Repeat("长", want) + `"`}
		}
		if hand := signed(t, receiptHead+took("person", "p1", "refused", more...), "B1"); err != nil || out.String() != hand {
			t.Errorf("%v\n%s\nby hand\n%s", err, out.String(), hand)
		}
	}
	w, err := batch.NewReceipt(&bytes.Buffer{}, "B1")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(batch.Answer{Item: "horse", ID: "p1", Result: "received"}); err == nil ||
		!strings.Contains(err.Error(), "batch: item没有这个代码") {
		t.Error(err)
	}
	if _, err := batch.NewReceipt(&bytes.Buffer{}, "B 1"); err == nil {
		t.Error("a receipt of no batch is begun")
	}
}

// The digest of a writer is that of its lines.
func TestWriterDigest(t *testing.T) {
	var out bytes.Buffer
	w, err := batch.NewWriter(&out, false, without(sound()[0], "kind"))
	if want := fmt.Sprintf("%x", sha256.Sum256(out.Bytes())); err != nil || w.Digest() != want {
		t.Errorf("%s, want %s, %v", w.Digest(), want, err)
	}
}
