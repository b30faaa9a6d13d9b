// Package chart draws figures as SVG on the server: lines, bars, sparks, a tile cartogram and maps of imported shapes. Each has its
// numbers as a table beside it (its twin), and all words follow the size that the reader has chosen. It knows no business: areas bring
// labels, values and addresses.
//
// Components: Lines, Bars, Bar, Spark, Tiles, Shapes, Legend, Twin.
package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Value is one figure: its size, and as people read it. A figure that is not known is left out of a drawing and never drawn as zero.
type Value struct {
	Size  float64
	Text  string // "93.4%"; what stands in the table twin
	Known bool
}

// Of makes a known value.
func Of(size float64, text string) Value { return Value{size, text, true} }

// Unknown is the value of a figure that nobody has, shown as a dash.
var Unknown = Value{Text: "—"}

// Series is one line. Kind is how it is drawn: Fact, Beside, Goal or Other; a word beside each line names it, so that no one needs the
// colour.
type Series struct {
	Name   string
	Kind   string
	Values []Value // one for each label of the chart
}

// Kinds of line.
const (
	Fact   = "fact"   // what is: a full line
	Beside = "beside" // what is, counted in another way: a thin full line
	Goal   = "goal"   // what ought to be: dashed
	Other  = "other"  // beside the matter, such as figures of another source: dotted
)

// LineChart is lines over labels that stand in equal distances.
type LineChart struct {
	Title  string // of the table twin; unique on the page
	Head   string // what the labels are: "年份"
	Labels []string
	Series []Series
	Unit   string // written behind the numbers of the axis: "%"
}

// axis is the range of a chart with the lines across it.
type axis struct{ low, high, step float64 }

// axisOf gives round numbers around all known values: some three to six steps.
func axisOf(series []Series) axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range series {
		for _, v := range s.Values {
			if v.Known {
				low, high = math.Min(low, v.Size), math.Max(high, v.Size)
			}
		}
	}
	if low > high {
		low, high = 0, 1
	}
	if high-low < 1e-9 {
		low, high = math.Max(0, low-1), high+1
	}
	step := math.Pow(10, math.Floor(math.Log10((high-low)/3)))
	for _, f := range []float64{5, 2} {
		if (high-low)/(step*f) >= 2.5 {
			step *= f
			break
		}
	}
	return axis{math.Floor(low/step+1e-9) * step, math.Ceil(high/step-1e-9) * step, step}
}

// ticks are the numbers of the axis, the greatest first, as they stand on the page.
func (a axis) ticks() (out []float64) {
	n := int(math.Round((a.high - a.low) / a.step))
	for i := n; i >= 0; i-- {
		out = append(out, a.low+float64(i)*a.step)
	}
	return out
}

// at is the height of a value in a box of 100 by 100.
func (a axis) at(v float64) string { return coord(100 - (v-a.low)/(a.high-a.low)*100) }

func coord(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

func number(v float64) string { return strconv.FormatFloat(math.Round(v*1e6)/1e6, 'f', -1, 64) }

// x is the place of label i of n in a box of 100.
func x(i, n int) string {
	if n < 2 {
		return "50"
	}
	return coord(float64(i) * 100 / float64(n-1))
}

// path draws the known values; where one is missing the line is broken.
func (s Series) path(a axis) string {
	var out strings.Builder
	pen := "M"
	for i, v := range s.Values {
		if !v.Known {
			pen = "M"
			continue
		}
		fmt.Fprintf(&out, "%s%s %s ", pen, x(i, len(s.Values)), a.at(v.Size))
		pen = "L"
	}
	return strings.TrimSpace(out.String())
}

// dots marks the end of a line of facts, and each of its points that stands alone.
func (s Series) dots(a axis) string {
	var out strings.Builder
	known := func(i int) bool { return i >= 0 && i < len(s.Values) && s.Values[i].Known }
	for i, v := range s.Values {
		if v.Known && !known(i+1) && (!known(i-1) || s.Kind == Fact) {
			fmt.Fprintf(&out, "M%s %sh0 ", x(i, len(s.Values)), a.at(v.Size))
		}
	}
	return strings.TrimSpace(out.String())
}

// latest is the last known value, for the legend.
func (s Series) latest() string {
	for i := len(s.Values) - 1; i >= 0; i-- {
		if s.Values[i].Known {
			return s.Values[i].Text
		}
	}
	return Unknown.Text
}

// few keeps at most n labels, evenly, with the first and the last.
func few(labels []string, n int) []string {
	if len(labels) <= n {
		return labels
	}
	out := make([]string, n)
	for i := range out {
		out[i] = labels[int(math.Round(float64(i)*float64(len(labels)-1)/float64(n-1)))]
	}
	return out
}

// Row is one line of Bars.
type Row struct {
	Label, Href string // no Href, no link
	Value       Value
	Note        string // said small behind the value
}

// BarChart is horizontal bars under one another. Goal, when known, is a mark across all of them.
type BarChart struct {
	Title, Head, Unit string // of the table twin: its name, what the rows are, what the values are
	Rows              []Row
	Goal              Value
}

// most is what a full bar stands for.
func (b BarChart) most() float64 {
	m := b.Goal.Size
	for _, r := range b.Rows {
		m = math.Max(m, r.Value.Size)
	}
	if m <= 0 {
		return 1
	}
	return m
}

// share is a part of a whole in a box of 100, kept inside it.
func share(v, whole float64) float64 { return math.Min(100, math.Max(0, v/whole*100)) }

// Scale sorts values into five classes by four bounds from below: what is not less than the last is in the fifth.
type Scale struct {
	Bounds [4]float64
	Words  [5]string // of the legend: "不足 60%", …, "100%"
}

// Class is the class of a value, 1 to 5; 0 for one that is not known.
func (s Scale) Class(v Value) int {
	if !v.Known {
		return 0
	}
	n := 1
	for _, b := range s.Bounds {
		if v.Size >= b {
			n++
		}
	}
	return n
}

// Tile is one division of a cartogram or map.
type Tile struct {
	Label, Href string
	Value       Value
	Current     bool // the one that the page is about
	Col, Row    int  // place in the cartogram, from 0
}

// said is what a tile tells who cannot see it, and whoever points at it.
func (t Tile) said() string { return t.Label + "：" + t.Value.Text }

// TileMap is a cartogram: one tile of equal size a division, in roughly the places that they have on a map.
type TileMap struct {
	Title, Head, Unit string
	Tiles             []Tile
	Scale             Scale
	Note              string // how the tiles are placed
}

// size is how many columns and rows there are.
func (m TileMap) size() (cols, rows int) {
	for _, t := range m.Tiles {
		cols, rows = max(cols, t.Col+1), max(rows, t.Row+1)
	}
	return max(cols, 1), max(rows, 1)
}

// lines breaks a long label in two.
func (t Tile) lines() []string {
	r := []rune(t.Label)
	if len(r) <= 5 {
		return []string{t.Label, t.Value.Text}
	}
	half := len(r) / 2
	return []string{string(r[:half]), string(r[half:]), t.Value.Text}
}

// line is how far line i of n in a tile stands below its middle, by the size of the letters: however high a tile is, its lines stay
// together.
func line(i, n int) string {
	return number(float64(i)*1.25-float64(n-1)*0.625+0.35) + "em"
}

func percent(i, of int) string { return number(float64(i)*100/float64(of)) + "%" }

// Grid gives tiles their places by position: as many rows as keep the whole wider than high, from north to south, each from west to
// east. at gives longitude and latitude. Tiles without a position go into rows in the order given.
func Grid(tiles []Tile, at func(i int) (lng, lat float64, ok bool)) []Tile {
	type spot struct {
		i        int
		lng, lat float64
	}
	spots := make([]spot, len(tiles))
	placed := true
	for i := range tiles {
		lng, lat, ok := at(i)
		spots[i] = spot{i, lng, lat}
		placed = placed && ok
	}
	rows := max(1, int(math.Round(math.Sqrt(float64(len(tiles))/1.7))))
	cols := (len(tiles) + rows - 1) / rows
	if placed {
		slices.SortStableFunc(spots, func(a, b spot) int { return cmp.Compare(b.lat, a.lat) })
	}
	out := append([]Tile(nil), tiles...)
	for r := 0; r*cols < len(spots); r++ {
		line := spots[r*cols : min(len(spots), (r+1)*cols)]
		if placed {
			slices.SortStableFunc(line, func(a, b spot) int { return cmp.Compare(a.lng, b.lng) })
		}
		for c, s := range line {
			out[s.i].Col, out[s.i].Row = c, r
		}
	}
	return out
}

// Ring is a closed line of longitude and latitude in degrees.
type Ring [][2]float64

// Area is one division of a map with its outline: outer rings and holes alike, filled by the even-odd rule.
type Area struct {
	Tile
	Rings []Ring
	Spot  [2]float64 // where its words stand
}

// AreaMap is a map of shapes. Credit is what must stand under it, such as the number of the approval of the map.
type AreaMap struct {
	Title, Head, Unit string
	Areas             []Area
	Scale             Scale
	Credit            string
}

// frame turns degrees into the box of the drawing, 1000 wide: an equirectangular picture, true to shape in its middle latitude.
type frame struct{ west, north, kx, ky, high float64 }

func (m AreaMap) frame() frame {
	west, south, east, north := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, a := range m.Areas {
		for _, r := range a.Rings {
			for _, p := range r {
				west, east = math.Min(west, p[0]), math.Max(east, p[0])
				south, north = math.Min(south, p[1]), math.Max(north, p[1])
			}
		}
	}
	if west >= east || south >= north {
		return frame{0, 0, 1, 1, 600}
	}
	kx := 1000 / (east - west)
	ky := kx / math.Cos((north+south)/2*math.Pi/180)
	return frame{west, north, kx, ky, math.Ceil((north - south) * ky)}
}

func (f frame) point(p [2]float64) (float64, float64) {
	return (p[0] - f.west) * f.kx, (f.north - p[1]) * f.ky
}

func (f frame) path(rings []Ring) string {
	var out strings.Builder
	for _, r := range rings {
		pen := "M"
		for _, p := range r[:max(0, len(r)-1)] { // Z closes it
			px, py := f.point(p)
			out.WriteString(pen + coord(px) + " " + coord(py))
			pen = "L"
		}
		out.WriteString("Z")
	}
	return out.String()
}

// spot is the place of an area's words, as parts of the whole.
func (f frame) spot(a Area) (string, string) {
	px, py := f.point(a.Spot)
	return number(math.Round(px)/10) + "%", number(math.Round(py/f.high*1000)/10) + "%"
}

func (f frame) box() string { return "0 0 1000 " + coord(f.high) }

// twin is the table of a map.
func twin(tiles []Tile) [][]string {
	out := make([][]string, len(tiles))
	for i, t := range tiles {
		out[i] = []string{t.Label, t.Value.Text}
	}
	return out
}

func (m AreaMap) tiles() []Tile {
	out := make([]Tile, len(m.Areas))
	for i, a := range m.Areas {
		out[i] = a.Tile
	}
	return out
}

// table is the twin of a line chart.
func (c LineChart) table() (head []string, rows [][]string) {
	head = append(head, c.Head)
	for _, s := range c.Series {
		head = append(head, s.Name)
	}
	for i, l := range c.Labels {
		row := []string{l}
		for _, s := range c.Series {
			text := Unknown.Text
			if i < len(s.Values) {
				text = s.Values[i].Text
			}
			row = append(row, text)
		}
		rows = append(rows, row)
	}
	return head, rows
}

func (b BarChart) table() [][]string {
	out := make([][]string, len(b.Rows))
	for i, r := range b.Rows {
		out[i] = []string{r.Label, strings.TrimSpace(r.Value.Text + " " + r.Note)}
	}
	return out
}
