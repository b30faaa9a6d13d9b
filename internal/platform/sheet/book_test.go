package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// workbookOf is a minimal workbook: the rows of one worksheet as XML, its number formats by id and text.
func workbookOf(t *testing.T, pr, rows string, formats ...string) []byte {
	t.Helper()
	var own, xfs strings.Builder
	for i, f := range formats {
		id := 200 + i
		if n := 0; f != "" && strings.Trim(f, "0123456789") == "" {
			if _, err := fmt.Sscan(f, &n); err != nil {
				t.Fatal(err)
			}
			id = n
		} else {
			fmt.Fprintf(&own, `<numFmt numFmtId="%d" formatCode="%s"/>`, id, strings.ReplaceAll(f, `"`, "&quot;"))
		}
		fmt.Fprintf(&xfs, `<xf numFmtId="%d"/>`, id)
	}
	return zipped(t, map[string]string{
		"[Content_Types].xml": `<Types/>`,
		"xl/workbook.xml": `<workbook xmlns:r="http://x/r"><workbookPr ` + pr +
			`/><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/styles.xml":              `<styleSheet><numFmts>` + own.String() + `</numFmts><cellXfs>` + xfs.String() + `</cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml":   `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	})
}

func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, body := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func only(t *testing.T, data []byte) []Row {
	t.Helper()
	b, err := ReadBook(data, 5000)
	if err != nil || len(b.Sheets) != 1 {
		t.Fatalf("%+v %v", b, err)
	}
	return b.Sheets[0].Rows
}

// A cell that is a number is read by its number and by whether its format is one of days, in both systems of dates; never by how it looks.
func TestDateCells(t *testing.T) {
	for _, f := range []string{"14", "15", "22", "31", "57", "yyyy-mm-dd", "yyyy/m/d;@", `yyyy"年"m"月"d"日"`, `[$-804]yyyy"年"m"月"d"日";@`,
		`[DBNum1][$-804]yyyy"年"m"月"d"日";@`, "dd/mm/yy", "m/d/yyyy h:mm", `aaaa yyyy\-mm`} {
		rows := only(t, workbookOf(t, "", `<row r="3"><c r="B3" s="0"><v>29251</v></c><c r="C3" s="0"><v>45688.395833333336</v></c></row>`, f))
		if got := rows[0].Cells; got[1].Text != "1980-01-31" || got[2].Text != "2025-01-31 09:30" || rows[0].N != 3 || !got[0].Blank() {
			t.Errorf("%s: %+v", f, rows)
		}
		rows = only(t, workbookOf(t, `date1904="1"`, `<row r="1"><c r="A1" s="0"><v>27789</v></c></row>`, f))
		if got := rows[0].Cells[0].Text; got != "1980-01-31" {
			t.Errorf("%s from 1904: %s", f, got)
		}
	}
	for _, f := range []string{"0", "1", "49", "0.00", "#,##0.00", "0.00E+00", "General", `0"日"`, `[Red]0`, `0\d`, "@"} {
		rows := only(t, workbookOf(t, "", `<row><c s="0"><v>29251</v></c><c s="0"><v>1.5272719800101001E+17</v></c></row>`, f))
		if got := rows[0].Cells; got[0].Text != "29251" || got[1].Text != "152727198001010000" && got[1].Text != "152727198001010020" &&
			!strings.HasPrefix(got[1].Text, "15272719800101") {
			t.Errorf("%s: %+v", f, got)
		}
	}
	for x, want := range map[float64]string{1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 0.5: "12:00", 45688.999999: "2025-02-01",
		-1: "日期超出了范围"} {
		if got := Serial(x, false); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}

// What a cell cannot say is a fault, and what nobody sees is not read.
func TestCells(t *testing.T) {
	rows := only(t,
		workbookOf(t, "", `<row r="1" hidden="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>A1</f></c><c r="C1" t="str"><f>A1</f><v></v></c>`+
			`<c r="D1" t="b"><v>1</v></c><c r="E1" t="inlineStr"><is><t>东&#x202e;街&#x200b;1</t></is></c><c r="F1" t="s"><v>7</v></c>`+
			`<c r="G1" t="inlineStr"><is><r><t>甲_x000D_</t></r><r><t>乙</t></r><rPh><t>x</t></rPh></is></c><c r="H1"><f>1+1</f><v>2</v></c></row>`+
			`<row r="2"><c r="A2" t="inlineStr"><is><t> </t></is></c></row>`))
	if len(rows) != 1 || !rows[0].Hidden || len(rows[0].Cells) != 8 {
		t.Fatalf("%+v", rows)
	}
	for i, want := range []string{"fault", "fault", "", "是", "东街1", "fault", "甲乙", "2"} {
		if c := rows[0].Cells[i]; (c.Fault != "") != (want == "fault") || c.Fault == "" && c.Text != want {
			t.Errorf("%s: %+v", string(rune('A'+i)), c)
		}
	}
}

// Two million rows in a small file are refused soon and in little memory; so are rows without end that hold nothing.
func TestTooManyRows(t *testing.T) {
	for what, row := range map[string]string{"one cell": `<row><c><v>1</v></c></row>`,
		"formats alone": `<row s="1" ht="20" customFormat="1"><c s="1"/></row>`} {
		data := workbookOf(t, "", strings.Repeat(row, 1_000_000))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := ReadBook(data, 5000)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "5000 行") {
			t.Errorf("%s: %v", what, err)
		}
		if spent := after.TotalAlloc - before.TotalAlloc; spent > 100<<20 || took > 40*time.Second {
			t.Errorf("%s: %d MB, %v", what, spent>>20, took)
		}
		t.Logf("%s: %d KB, %d MB allocated, %v", what, len(data)>>10, (after.TotalAlloc-before.TotalAlloc)>>20, took)
	}
}

// A text is read in the writings that Excel and its like give it.
func TestTexts(t *testing.T) {
	const plain = "姓名,电话\n王䶮,139\n"
	wide := func(order binary.AppendByteOrder, mark, s string) []byte {
		var out []byte
		for _, u := range utf16.Encode([]rune(mark + s)) {
			out = order.AppendUint16(out, u)
		}
		return out
	}
	gbk, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	tabs := strings.ReplaceAll(plain, ",", "\t")
	for what, data := range map[string][]byte{"UTF-8": []byte(plain), "with a mark": []byte("\ufeff" + plain), "GB18030": gbk,
		"UTF-16LE": wide(binary.LittleEndian, "\ufeff", tabs), "UTF-16BE": wide(binary.BigEndian, "\ufeff", plain), "tabs": []byte(tabs),
		"semicolons": []byte(strings.ReplaceAll(plain, ",", ";")), "wide commas": []byte(strings.ReplaceAll(plain, ",", "，")),
		"CR": []byte(strings.ReplaceAll(plain, "\n", "\r")), "CRLF": []byte(strings.ReplaceAll(plain, "\n", "\r\n")),
		"wrapped": []byte("姓名,电话,,\n王䶮,=\"139\",,\n,,,\n"), "apostrophe": []byte("姓名,电话\n王䶮,'139\n")} {
		rows := only(t, data)
		if len(rows) != 2 || len(rows[1].Cells) != 2 || rows[1].Cells[0].Text != "王䶮" || rows[1].Cells[1].Text != "139" || rows[1].N != 2 {
			t.Errorf("%s: %+v", what, rows)
		}
	}
	if rows := only(t, []byte("a,b\nc,\xd6\xff\n")); rows[1].Cells[1].Fault == "" {
		t.Errorf("broken bytes: %+v", rows)
	}
}

// What is no table that is read here is answered with what to do.
func TestAdvice(t *testing.T) {
	for what, data := range map[string]string{"另存为": "\xd0\xcf\x11\xe0\xa1\xb1",
		"XLSB": string(zipped(t, map[string]string{"xl/workbook.bin": "x"})), "ODS": string(zipped(t, map[string]string{"mimetype": "x"})) +
			"opendocument", "网页": "<html><table><tr><td>1</table>",
		"PDF": "%PDF-1.7", "打不开": "PK\x03\x04", "空的": ""} {
		_, err := ReadBook([]byte(data), 10)
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What excelize writes, and with it what goes out from here, is read again as it was.
func TestOwnWorkbook(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetRow("Sheet1", "A1", &[]any{"姓名", "日期", time.Date(1980, 1, 31, 0, 0, 0, 0, time.UTC), 3.5, true}); err != nil {
		t.Fatal(err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"姓名", "日期", "1980-01-31", "3.5", "是"}
	for i, c := range only(t, b.Bytes())[0].Cells {
		if c.Text != want[i] {
			t.Errorf("%d: %+v", i, c)
		}
	}
	plain, err := XLSX(Plain([][]string{{"a", "b"}, {"012", "王"}}))
	if err != nil {
		t.Fatal(err)
	}
	if rows := only(t, plain); rows[1].Cells[0].Text != "012" || rows[1].Cells[1].Text != "王" {
		t.Errorf("%+v", rows)
	}
}
