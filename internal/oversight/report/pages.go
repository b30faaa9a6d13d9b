package report

import (
	"fmt"
	"regexp"
	"strconv"

	"linli/internal/platform/auth"
	"linli/internal/platform/web/ui"
)

// at is the address of a table of a division and a period.
func at(code string, region auth.Region, period string) string {
	return ui.Href(base+"/"+code, "region", region, "period", period)
}

func (v Shown) exportAt(format string) string {
	return ui.Href(base+"/"+v.Kind.Code+"/export", "region", v.Region, "period", v.Period.Text, "format", format)
}

// periods are the choices of a page: the present one, and the dozen before it.
func (v Shown) periods() []ui.Option { return periodOptions(periodOf(v.Kind.Every, v.Today), v.Period) }

func periodOptions(now, chosen Period) (out []ui.Option) {
	for range 13 {
		out = append(out, ui.Option{Value: now.Text, Label: now.Word()})
		now = now.before()
	}
	if chosen.From < now.From {
		out = append(out, ui.Option{Value: chosen.Text, Label: chosen.Word()})
	}
	return out
}

func (v Shown) regions() []ui.Option {
	out := []ui.Option{{Value: v.Region.String(), Label: v.Where}}
	for _, d := range v.Below {
		out = append(out, ui.Option{Value: d.Code.String(), Label: d.Short()})
	}
	return out
}

// over says that the period has ended, so that its table can be reported.
func (v Shown) over() bool { return v.Period.To <= v.Today }

// oneDay is a cell that is one day, which is not broken at its hyphens.
var oneDay = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// isNumber says that a column holds figures, which stand right.
func (v Shown) isNumber(col int) bool {
	if col == 0 || len(v.Rows) == 0 {
		return false
	}
	for _, r := range v.Rows {
		if r[col] == "没有数据" {
			continue
		}
		for _, c := range r[col] {
			if (c < '0' || c > '9') && c != '.' && c != ',' && c != '%' {
				return false
			}
		}
	}
	return true
}

func (v FormSheet) path() string { return formsAt + "/" + v.ID.String() }

func (v FormSheet) filledAt() string {
	return ui.Href(v.path()+"/filled", "period", v.Period.Text)
}

func (v FormSheet) version() string { return strconv.FormatInt(v.Version, 10) }

// sent says whether the chosen period was sent, and by whom.
func (v FormSheet) sentMark() (Sent, bool) {
	for _, s := range v.Sent {
		if s.Period == v.Period.Text {
			return s, true
		}
	}
	return Sent{}, false
}

// values are what a cell may hold: words first, then figures by their names.
func (v FormSheet) values() (out []ui.Option) {
	for _, w := range formWordOrder {
		out = append(out, ui.Option{Value: w, Label: formWords[w]})
	}
	for _, i := range v.Values {
		out = append(out, ui.Option{Value: i.Code, Label: i.Group + "：" + i.Name})
	}
	return out
}

// spots are the lines of the form that maps: those that there are, and some empty ones.
func spots(have []Spot) []Spot {
	return append(append([]Spot{}, have...), make([]Spot, 6)...)
}

func spotName(kind string, n int, field string) string {
	return fmt.Sprintf("%s.%d.%s", kind, n, field)
}

// word names what stands in a mapped place.
func (v FormSheet) word(value string) string {
	for _, o := range v.values() {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// mapped says what goes into a cell of the grid, "" for nothing.
func (v FormSheet) mapped(cell string) string {
	for _, s := range v.Map.Cells {
		if s.At == cell {
			return v.word(s.Value)
		}
	}
	for _, s := range v.Map.Columns {
		if fmt.Sprintf("%s%d", s.At, v.Map.First) == cell {
			return v.word(s.Value) + "，往下填"
		}
	}
	return ""
}

func (v BulletinSheet) path() string { return bulletins + "/" + v.ID.String() }

func (v BulletinSheet) version() string { return strconv.FormatInt(v.Version, 10) }

// bulletinPeriods are the periods that a bulletin may be of: the last month, quarter and year, and some before.
func (v Home) bulletinPeriods() (out []ui.Option) {
	for _, every := range []string{Month, Quarter, Year} {
		p := periodOf(every, v.Today)
		for range 6 {
			p = p.before()
			out = append(out, ui.Option{Value: p.Text, Label: p.Word()})
		}
	}
	return out
}
