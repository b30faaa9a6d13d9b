// Package sign is the sign (标牌) that hangs at a station.
//
// Nouns: sign. Verbs: print.
package sign

import (
	"context"
	"strings"
	"time"

	"linli/internal/network/office"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/platform/pdf"
)

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Sign is what the sign (标牌) of a station says.
type Sign struct {
	office.Book
	Name    string `json:"name" doc:"挂牌名称"`
	Quarter string `json:"quarter" doc:"第二行：点所在的小区；站没有"`
	Sure    bool   `json:"confirmed" doc:"苏木乡镇（街道）已确认名称"`
}

// Get gives what a station's sign says: the name by the rule of the sign, and for a point its quarter as the second line. Mongolian stands
// beside it only when it has been
// reviewed by a native reader; there is no reviewed name of a station yet, so the sign is in Chinese alone, as the page says.
func (s *Service) Get(ctx context.Context, in office.StationInput) (Sign, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out Sign, err error) {
		out = Sign{Book: b, Name: b.Station.Name, Sure: b.Station.NameConfirmed}
		out.Quarter, _, err = db.Found(quarterOf.One(ctx, tx, b.Station.ID))
		return out, err
	})
}

// PrintInput says on what the sign is printed.
type PrintInput struct {
	ID    db.ID  `path:"id"`
	Paper string `query:"paper" enum:"a4,a3" default:"a3" maxLength:"2"`
	Way   string `query:"way" enum:"across,down" default:"across" maxLength:"6" doc:"across 横式，down 竖式"`
}

// Print prints the sign across or down, on A3 or A4. A name that the town has not confirmed is printed as a sample.
func (s *Service) Print(ctx context.Context, in PrintInput) (blob.File, error) {
	v, err := s.Get(ctx, office.StationInput{ID: in.ID})
	if err != nil {
		return blob.File{}, err
	}
	if len([]rune(v.Name)) > longestSign {
		return blob.File{}, errs.WrongState("名称太长，印不成标牌，请先改短")
	}
	d := pdf.New("标牌 "+v.Name, pdf.Options{A3: in.Paper == "a3", Landscape: in.Way == "across", Created: signDay(v)})
	d.AddPage()
	if in.Way == "down" {
		v.down(d)
	} else {
		v.across(d)
	}
	if !v.Sure {
		w, h := d.Size()
		d.Colour(110, 110, 110)
		d.TextIn(pdf.Sans, 10, 20, h-16, w-40, 6, pdf.Centre, "样稿：名称还没有经苏木乡镇（街道）确认，不要张挂")
	}
	return paper.File("标牌-"+v.Name+"-"+in.Paper, d)
}

// signDay is a moment that stays, so that the same sign is the same file.
func signDay(v Sign) time.Time { return v.Station.StatusDay.Time() }

// longestSign is how many characters fit on a sign so that they can be read.
const longestSign = 40

// mmPerPoint turns a size of type into millimetres.
const mmPerPoint = 25.4 / 72

// frame draws the two lines around a sign and gives the room within.
func frame(d *pdf.Doc) (x, y, w, h float64) {
	wide, high := d.Size()
	edge := min(wide, high) * 0.045
	d.Rect(edge, edge, wide-2*edge, high-2*edge, edge/7)
	d.Rect(edge*1.35, edge*1.35, wide-2.7*edge, high-2.7*edge, edge/28)
	inner := edge * 2.2
	return inner, inner, wide - 2*inner, high - 2*inner
}

// across prints the name in one line, or in two or three when one would be too small to be read, in the largest type that fits.
func (v Sign) across(d *pdf.Doc) {
	x, y, w, h := frame(d)
	rows := lines(v.Name, 14)
	size := 400.0
	for _, l := range rows {
		size = min(size, w/max(d.Width(pdf.Serif, 1, l), 0.01))
	}
	step := h / float64(len(rows)+1)
	size = min(size, step*0.8/mmPerPoint)
	mid := y + h/2
	if v.Quarter != "" {
		mid -= h * 0.09
	}
	first := mid - step*float64(len(rows)-1)/2
	for i, l := range rows {
		centred(d, pdf.Serif, size, x, first+step*float64(i), w, l)
	}
	if v.Quarter != "" {
		small := min(size*0.5, w/max(d.Width(pdf.Sans, 1, v.Quarter), 0.01))
		centred(d, pdf.Sans, small, x, y+h*0.86, w, v.Quarter)
	}
}

// centred prints a line with its middle at y.
func centred(d *pdf.Doc, f pdf.Font, size, x, y, w float64, text string) {
	d.Text(f, size, x+(w-d.Width(f, size, text))/2, y+size*mmPerPoint*0.38, text)
}

// down prints the name from above to below, each character upright, columns from right to left; the quarter stands small at the left.
func (v Sign) down(d *pdf.Doc) {
	x, y, w, h := frame(d)
	columns := lines(v.Name, 16)
	longest := 0
	for _, c := range columns {
		longest = max(longest, len([]rune(c)))
	}
	parts := float64(len(columns))
	if v.Quarter != "" {
		parts += 0.6
	}
	pitch := w / parts
	step := min(h/float64(longest), pitch*1.1)
	size := min(step*0.9, pitch*0.86) / mmPerPoint
	for i, c := range columns {
		mid := x + w - pitch*(float64(i)+0.5)
		stack(d, pdf.Serif, size, mid, y+(h-step*float64(longest))/2, step, c)
	}
	if v.Quarter != "" {
		n := float64(len([]rune(v.Quarter)))
		small := min(size*0.5, h/n*0.9/mmPerPoint)
		stack(d, pdf.Sans, small, x+pitch*0.3, y+h-small*mmPerPoint*1.12*n, small*mmPerPoint*1.12, v.Quarter)
	}
}

// stack prints characters one below another, their middle at x; brackets take the form that lies down.
func stack(d *pdf.Doc, f pdf.Font, size, x, y, step float64, text string) {
	for _, r := range text {
		if lying, ok := lyingDown[r]; ok {
			r = lying
		}
		c := string(r)
		d.Text(f, size, x-d.Width(f, size, c)/2, y+step/2+size*mmPerPoint*0.38, c)
		y += step
	}
}

// lyingDown are the forms of brackets and strokes for vertical text.
var lyingDown = map[rune]rune{'（': '︵', '）': '︶', '(': '︵', ')': '︶', '—': '︱', '-': '︱', '－': '︱'}

// lines cuts a name that is longer than a line should be: 志愿服务站 gets a line of its own, and a place that is still too long gets two.
func lines(name string, most int) []string {
	r := []rune(name)
	if len(r) <= most {
		return []string{name}
	}
	place, tail := name, ""
	if at := strings.LastIndex(name, "志愿服务"); at > 0 {
		place, tail = name[:at], name[at:]
	}
	out := []string{place}
	if p := []rune(place); len(p) > most {
		out = []string{string(p[:(len(p)+1)/2]), string(p[(len(p)+1)/2:])}
	}
	if tail != "" {
		out = append(out, tail)
	}
	return out
}
