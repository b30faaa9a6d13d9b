package pdf_test

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/pdf"
)

var created = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

const (
	rare     = "𠮷野䶮㐂"
	longName = "阿拉腾敖其尔乌兰图雅娜仁高娃斯琴毕力格巴特尔额尔敦其木格孟克" // 30 characters and one more
)

// sample uses everything that the package offers, over several pages.
func sample() *pdf.Doc {
	d := pdf.New("志愿服务记录证明"+rare, pdf.Options{Author: "宝力根嘎查志愿服务站", Created: created})
	d.Footer(func(page, total int) {
		d.Colour(110, 110, 110)
		d.TextIn(pdf.Sans, 8.5, 20, 283, 170, 5, pdf.Centre, "第 "+string(rune('0'+page))+" 页，共 "+string(rune('0'+total))+" 页")
	})
	certificate(d)
	slip(d)
	roster(d)
	return d
}

func certificate(d *pdf.Doc) {
	d.AddPage()
	d.Rect(12, 12, 186, 262, 0.9)
	d.Rect(14, 14, 182, 258, 0.3)
	d.TextIn(pdf.Serif, 30, 20, 30, 170, 20, pdf.Centre, "志愿服务记录证明")
	d.Colour(100, 95, 90)
	d.TextIn(pdf.Sans, 10, 20, 50, 170, 8, pdf.Centre, "编号：NMXL-BLG-2026-000128")
	d.Colour(0, 0, 0)
	y := d.Paragraph(pdf.Kai, 16, 32, 72, 146, 11, "　　兹证明"+rare+
		"（身份证号 152502********0021，志愿者编号 1525020003817）于2025年3月1日至2026年10月31日，参加宝力根嘎查（社区）志愿服务站组织的助老送餐、草原防火巡护、双语政策宣讲等志愿服务活动 42 次，累计服务时长 128.5 小时。"+
		"\n　　特此证明。")
	d.Line(32, y+4, 178, y+4, 0.2)
	d.QR(32, 210, 34, "https://example.org/c/8F3K-2M7Q")
	d.Text(pdf.Sans, 9, 34, 248, "扫码验真 · 查询码 8F3K-2M7Q")
	d.TextIn(pdf.Kai, 14, 98, 214, 84, 8, pdf.Right, "宝力根嘎查村民委员会")
	d.TextIn(pdf.Kai, 14, 98, 224, 84, 8, pdf.Right, "（盖章处）")
	d.TextIn(pdf.Kai, 14, 98, 234, 84, 8, pdf.Right, "2026年11月23日")
}

func slip(d *pdf.Doc) {
	d.AddPage()
	d.TextIn(pdf.Bold, 18, 20, 18, 170, 12, pdf.Centre, "志愿服务派单")
	d.Rect(20, 34, 60, 9, 0.2)
	d.TextIn(pdf.Sans, 12, 21, 34, 58, 9, pdf.Left, longName)
	d.Rect(84, 34, 106, 9, 0.2)
	d.TextIn(pdf.Sans, 12, 85, 34, 104, 9, pdf.Left, "黑体："+rare+" café №5 ① ☑ 😀 \u202e反\u202c")
	d.Fill(20, 46, 170, 0.6)
	d.Image(20, 50, 40, 20, picture())
	d.Text(pdf.Bold, 14, 66, 60, "加粗"+rare+" Bold 2026")
	d.Paragraph(pdf.Sans, 10.5, 20, 76, 80, 6,
		"每周一上午，站点管理员打印“一周工作包”：本周的需求、电话簿、空白编号单；电话13800000000，网址 https://example.org/very/long/path/without/any/break/at/all/in/it 以及一段结尾。")
}

func roster(d *pdf.Doc) {
	d.AddPage()
	d.TextIn(pdf.Serif, 16, 20, 16, 170, 12, pdf.Centre, "一周工作包 · 电话簿")
	cols := []pdf.Column{{"序号", 14, pdf.Centre}, {"姓名", 40, pdf.Left}, {"电话", 32, pdf.Centre}, {"需要的帮助", 64, pdf.Left}, {"时长", 20, pdf.Right}}
	var rows [][]string
	for i := range 40 {
		row := []string{string(rune('A' + i%26)), "娜仁高娃", "138 0000 0000", "每周二送餐上门", "1.5"}
		if i%9 == 4 {
			row[1], row[3] = longName, "陪同前往锡林浩特市医院复查，往返需要轮椅；家属电话另附，出发前一天请再打一次电话确认。"
		}
		rows = append(rows, row)
	}
	d.Table(20, 32, cols, append(rows, []string{"空"}), pdf.TableOptions{})
}

func picture() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 80, 40))
	for x := range 80 {
		for y := range 40 {
			img.Set(x, y, color.NRGBA{uint8(3 * x), uint8(6 * y), 90, 255})
		}
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img)
	return out.Bytes()
}

func render(t testing.TB, d *pdf.Doc) []byte {
	t.Helper()
	out, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// textOf reads a file as a person copying from it would; pdftotext (poppler-utils) is part of the setup.
func textOf(t *testing.T, file []byte, options ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", append(options, "-layout", path, "-")...).Output()
	if err != nil {
		t.Fatalf("pdftotext, of poppler-utils: %v", err)
	}
	return string(out)
}

func TestEqualInputGivesEqualBytes(t *testing.T) {
	d := sample()
	first := render(t, d)
	if !bytes.Equal(first, render(t, d)) {
		t.Error("a second call of Bytes differs")
	}
	if !bytes.Equal(first, render(t, sample())) {
		t.Error("a second document differs")
	}
	if bytes.Count(first, []byte("(D:20261123080000)")) != 2 {
		t.Error("the file is not dated as asked")
	}
}

func TestDocumentsMadeAtTheSameTime(t *testing.T) {
	want := render(t, sample())
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			if !bytes.Equal(want, render(t, sample())) {
				t.Error("differs")
			}
		})
	}
}

func TestTextCanBeCopied(t *testing.T) {
	got := textOf(t, render(t, sample()))
	for _, want := range []string{"志愿服务记录证明", "兹证明" + rare + "（身份证号", "黑体：" + rare + " café", "加粗" + rare, "反", "😀", "扫码验真", "第 1 页，共 4 页",
		"138 0000 0000"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "需要的帮助"); n != 2 {
		t.Errorf("the header of a table on two pages stands %d times", n)
	}
	if strings.ContainsAny(got, "\u202e\u202c") {
		t.Error("a direction character was printed")
	}
}

func TestLongNameStaysInItsBox(t *testing.T) {
	d := pdf.New("", pdf.Options{Created: created})
	d.TextIn(pdf.Kai, 14, 20, 20, 40, 8, pdf.Left, longName)
	got := textOf(t, render(t, d), "-r", "254", "-x", "200", "-y", "200", "-W", "400", "-H", "80")
	if joined := strings.Join(strings.Fields(got), ""); joined != longName {
		t.Errorf("printed %q", joined)
	}
}

func TestRowLongerThanAPage(t *testing.T) {
	d := pdf.New("", pdf.Options{Created: created})
	long := strings.Repeat("草原上的志愿者，", 600) + "完"
	d.Table(20, 20, []pdf.Column{{"事由", 60, pdf.Left}, {"备注", 30, pdf.Left}}, [][]string{{long, "短"}, {"下一行"}}, pdf.TableOptions{})
	got := strings.Join(strings.Fields(textOf(t, render(t, d))), "")
	if n := strings.Count(got, "志愿"); n != 600 {
		t.Errorf("%d of 600 sentences printed", n)
	}
	if !strings.HasSuffix(got, "下一行") || strings.Count(got, "短") != 1 {
		t.Error("the rest of the table is wrong")
	}
}

func TestNarrowestTableEnds(t *testing.T) {
	d := pdf.New("", pdf.Options{Created: created})
	d.Table(20, 20, []pdf.Column{{"一", 1, pdf.Left}}, [][]string{{"甲乙丙"}}, pdf.TableOptions{Bottom: 10})
	render(t, d)
}

func TestPictureThatIsNone(t *testing.T) {
	var animation bytes.Buffer
	if err := gif.Encode(&animation, image.NewPaletted(image.Rect(0, 0, 2, 2), color.Palette{color.Black}), nil); err != nil {
		t.Fatal(err)
	}
	for _, data := range [][]byte{nil, animation.Bytes(), picture()[:40]} {
		d := pdf.New("", pdf.Options{Created: created})
		d.Image(0, 0, 10, 10, data)
		if _, err := d.Bytes(); err == nil {
			t.Errorf("no error for %q", data)
		}
	}
}

func TestPhotograph(t *testing.T) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 30, 20)), nil); err != nil {
		t.Fatal(err)
	}
	d := pdf.New("", pdf.Options{Created: created})
	d.Image(20, 20, 60, 60, photo.Bytes())
	if !bytes.Contains(render(t, d), photo.Bytes()) {
		t.Error("the photograph was not embedded as it is")
	}
}

func TestEveryCharacterAtOnce(t *testing.T) {
	var all strings.Builder
	for r := rune(0x20); r < 0x30000; r += 3 {
		all.WriteRune(r)
	}
	d := pdf.New("", pdf.Options{Created: created})
	d.Paragraph(pdf.Kai, 2, 5, 5, 200, 0.9, all.String())
	got := textOf(t, render(t, d))
	for r := rune(0x4E00); r < 0x9FA6; r++ {
		if strings.ContainsRune(all.String(), r) && !strings.ContainsRune(got, r) {
			t.Fatalf("%c is lost", r)
		}
	}
}

func TestTextTooLongForQR(t *testing.T) {
	d := pdf.New("", pdf.Options{Created: created})
	d.QR(0, 0, 30, strings.Repeat("长", 3000))
	if _, err := d.Bytes(); err == nil {
		t.Error("no error")
	}
}

func TestEmptyDocumentHasAPage(t *testing.T) {
	if out := render(t, pdf.New("", pdf.Options{Created: created})); !bytes.Contains(out, []byte("/Count 1")) {
		t.Error("no page")
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", rare, "\x00\xff\ufffe\uffff", "😀🇨🇳👨‍👩‍👧", "(\\)\r\n", "e\u0301葛󠄀", "ᠰᠠᠢᠨ", "\U0010FFFF"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := pdf.New(s, pdf.Options{Author: s, Created: created})
		for i, font := range []pdf.Font{pdf.Sans, pdf.Bold, pdf.Kai, pdf.Serif} {
			d.Text(font, 12, 10, float64(20+10*i), s)
		}
		d.Paragraph(pdf.Kai, 12, 10, 60, 50, 6, s)
		d.TextIn(pdf.Sans, 12, 10, 100, 50, 8, pdf.Centre, s)
		d.Table(10, 120, []pdf.Column{{s, 20, pdf.Left}}, [][]string{{s}}, pdf.TableOptions{})
		render(t, d)
	})
}

func BenchmarkSample(b *testing.B) {
	render(b, sample())
	for b.Loop() {
		render(b, sample())
	}
}

// What no font has is left blank and named; words of the vertical script are shaped, so that two names differ on paper as they do on
// the page; a rare character is printed in one face with its neighbours. The box that fonts keep for “no glyph” is never drawn.
func TestNamesOnPaper(t *testing.T) {
	if got := pdf.Missing("王\U0003134a芳ᠲᠤᠶ\u180eᠠ Bold·Ж😀"); string(got) != "\U0003134a😀" {
		t.Errorf("missing: %q", string(got))
	}
	if got := pdf.Missing(rare + longName + "李〇ᠨᠠᠷᠠᠨ"); len(got) != 0 {
		t.Errorf("missing: %q", string(got))
	}
	one := func(name string) []byte {
		d := pdf.New("", pdf.Options{Created: created})
		d.TextIn(pdf.Sans, 14, 20, 20, 80, 10, pdf.Left, name)
		return render(t, d)
	}
	if bytes.Equal(one("ᠨᠠᠷᠠᠨ"), one("ᠲᠤᠶᠠᠨ")) {
		t.Error("two names give one picture")
	}
	for _, name := range []string{"ᠨᠠᠷᠠᠨ", "𠮷野", "王\U0003134a芳"} {
		if got := strings.TrimSpace(textOf(t, one(name))); got != name {
			t.Errorf("%q is copied as %q", name, got)
		}
	}
	d := pdf.New("", pdf.Options{Created: created})
	for i, line := range d.Wrap(pdf.Kai, 10, "志愿者"+pdf.Whole("朝鲁"), 4*10*25.4/72) {
		if want := []string{"志愿者", pdf.Whole("朝鲁")}[i]; line != want {
			t.Errorf("line %d: %q", i, line)
		}
	}
}
