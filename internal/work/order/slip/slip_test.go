package slip_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/internal/work/order/slip"
)

// A card is cut out along its frame: a name of thirty characters, one of them rare, stays within it and loses nothing.
func TestCardKeepsWithinItsFrame(t *testing.T) {
	name := "阿拉腾敖其尔图雅𠮷孟和巴雅尔娜仁托娅乌云毕力格斯琴高娃巴特尔"
	body, err := slip.Card("K638574080", name, "锡林郭勒盟太仆寺旗宝昌镇建兴社区志愿服务站　电话 0479-5221234转801", time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC),
		strings.Fields(strings.Repeat("197823 ", 12)))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "card.pdf")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	boxes, err := exec.CommandContext(t.Context(), "pdftotext", "-bbox", file, "-").Output()
	if err != nil {
		t.Fatal("pdftotext (poppler-utils):", err)
	}
	const mm = 72 / 25.4
	var text string
	for _, m := range regexp.MustCompile(
		`<word xMin="([0-9.]+)" yMin="[0-9.]+" xMax="([0-9.]+)" yMax="([0-9.]+)">([^<]*)<`).FindAllStringSubmatch(string(boxes), -1) {
		left, _ := strconv.ParseFloat(m[1], 64)
		right, _ := strconv.ParseFloat(m[2], 64)
		if left < 20*mm || right > 140*mm {
			t.Errorf("%q stands from %.0f to %.0f mm", m[4], left/mm, right/mm)
		}
		text += m[4]
	}
	for _, want := range []string{name, "卡号", "K638574080", "12."} {
		if !strings.Contains(text, want) {
			t.Errorf("the card lacks %q: %s", want, text)
		}
	}
}
