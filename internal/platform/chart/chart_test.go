package chart

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

func html(t *testing.T, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func values(list ...float64) (out []Value) {
	for _, v := range list {
		out = append(out, Of(v, number(v)))
	}
	return out
}

// The axis has round numbers, some four to six, around all that is known.
func TestAxis(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   []float64
	}{
		{[]float64{58.2, 93.4, 100}, []float64{100, 90, 80, 70, 60, 50}},
		{[]float64{0.1, 0.3}, []float64{0.3, 0.25, 0.2, 0.15, 0.1}},
		{[]float64{7, 7}, []float64{8, 7.5, 7, 6.5, 6}},
		{[]float64{0}, []float64{1, 0.8, 0.6, 0.4, 0.2, 0}},
		{[]float64{120, 14592}, []float64{15000, 10000, 5000, 0}},
		{nil, []float64{1, 0.8, 0.6, 0.4, 0.2, 0}},
	} {
		got := axisOf([]Series{{Values: values(c.values...)}}).ticks()
		if !slices.EqualFunc(got, c.want, func(a, b float64) bool { return number(a) == number(b) }) {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}

// What is not known breaks the line, stands as a dash in the table, and is never a zero.
func TestUnknown(t *testing.T) {
	s := Series{Name: "上报", Kind: Other, Values: []Value{Of(10, "10%"), Unknown, Of(20, "20%"), Of(30, "30%"), Unknown}}
	a := axis{0, 100, 20}
	if got := s.path(a); got != "M0 90 M50 80 L75 70" {
		t.Errorf("path %q", got)
	}
	if got := s.dots(a); got != "M0 90h0" {
		t.Errorf("a point without neighbours is seen as a dot: %q", got)
	}
	page := html(t, Lines(LineChart{Title: "走势", Head: "年", Labels: []string{"a", "b", "c", "d", "e"}, Series: []Series{s}}))
	if strings.Count(page, "<td class=\"num\">—</td>") != 2 || !strings.Contains(page, "上报 30%") {
		t.Errorf("the table: %s", page)
	}
	if c := (Scale{Bounds: [4]float64{0, 1, 2, 3}}).Class(Unknown); c != 0 {
		t.Errorf("the class of what is not known is %d", c)
	}
}

func TestScale(t *testing.T) {
	s := Scale{Bounds: [4]float64{60, 80, 95, 100}}
	for v, want := range map[float64]int{0: 1, 59.99: 1, 60: 2, 94: 3, 95: 4, 99.99: 4, 100: 5, 130: 5} {
		if got := s.Class(Of(v, "")); got != want {
			t.Errorf("%v is in class %d, want %d", v, got, want)
		}
	}
}

// Tiles stand north above south and west before east; without positions in the order given. Each has a title, its number in words and
// a way.
func TestTiles(t *testing.T) {
	tiles := []Tile{{Label: "东南"}, {Label: "西北", Href: "/a", Value: Of(5, "5%")}, {Label: "西南"}, {Label: "东北"}}
	at := [][2]float64{{120, 40}, {100, 45}, {101, 39}, {121, 46}}
	got := Grid(tiles, func(i int) (float64, float64, bool) { return at[i][0], at[i][1], true })
	want := []string{"东南 1 1", "西北 0 0", "西南 0 1", "东北 1 0"}
	for i, g := range got {
		if s := g.Label + " " + number(float64(g.Col)) + " " + number(float64(g.Row)); s != want[i] {
			t.Errorf("%s, want %s", s, want[i])
		}
	}
	plain := Grid(tiles, func(int) (float64, float64, bool) { return 0, 0, false })
	if plain[1].Col != 1 || plain[1].Row != 0 || plain[2].Row != 1 {
		t.Errorf("without positions: %+v", plain)
	}
	page := html(t, Tiles(TileMap{Title: "四方", Head: "方", Unit: "率", Tiles: got}))
	for _, x := range []string{"<title>西北：5%</title>", `<a href="/a">`, `y="50%"`, `<th scope="row">西北</th><td class="num">5%</td>`} {
		if !strings.Contains(page, x) {
			t.Errorf("no %s in %s", x, page)
		}
	}
	if strings.Contains(page, "style=") {
		t.Error("the content policy allows no inline style")
	}
}

// A square degree at 60° north is twice as high as wide; the drawing is 1000 wide.
func TestShapes(t *testing.T) {
	m := AreaMap{Title: "图", Credit: "GS（2026）1号", Areas: []Area{{Tile: Tile{Label: "甲", Value: Of(1, "1%")},
		Rings: []Ring{{{110, 59.5}, {111, 59.5}, {111, 60.5}, {110, 60.5}, {110, 59.5}}}, Spot: [2]float64{110.5, 60}}}}
	page := html(t, Shapes(m))
	for _, x := range []string{`viewBox="0 0 1000 2000"`, "M0 2000L1000 2000L1000 0L0 0Z", "GS（2026）1号", `x="50%" y="50%"`,
		"<title>甲：1%</title>"} {
		if !strings.Contains(page, x) {
			t.Errorf("no %s in %s", x, page)
		}
	}
}

func TestBars(t *testing.T) {
	b := BarChart{Title: "缺", Head: "缺什么", Unit: "个",
		Rows: []Row{{Label: "没有站", Value: Of(30, "30")}, {Label: "缺标识", Value: Of(15, "15"), Note: "多 2"}}, Goal: Of(60, "60")}
	page := html(t, Bars(b))
	for _, x := range []string{`width="50"`, `width="25"`, `d="M100 -1v10"`, `<td class="num">15 多 2</td>`} {
		if !strings.Contains(page, x) {
			t.Errorf("no %s in %s", x, page)
		}
	}
}
