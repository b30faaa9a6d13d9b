package partner

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
	"linli/internal/work/catalogue"
)

func categoryWord(code string) string { return catalogue.Categories.Word(code) }

func yes(b bool) string { return format.Yes(b) }

// with is the address of the same list with one thing of it changed.
func (r Register) with(path, name, value string) string {
	return ui.Href(path, "q", r.In.Q, "kind", r.In.Kind, "state", r.In.State, "region", r.In.Region, "sort", r.In.Sort, name, value)
}

// sorted says for the head of a column how the list stands.
func (r Register) sorted(by string) string {
	if r.In.Sort == by {
		return "ascending"
	}
	return ""
}

func (p Partner) keeps(ctx context.Context) bool {
	return auth.Can(ctx, Keep, auth.Place{Region: p.Region})
}

func (p Partner) speaks(ctx context.Context) bool { return auth.Can(ctx, Offers, p.place()) }

func (p Partner) checks(ctx context.Context) bool {
	return auth.Can(ctx, Check, auth.Place{Region: p.Region})
}

var dayWords = map[string]string{"MO": "一", "TU": "二", "WE": "三", "TH": "四", "FR": "五", "SA": "六", "SU": "日"}

// dayOptions are the days of a week.
var dayOptions = ui.Options("MO", "周一", "TU", "周二", "WE", "周三", "TH", "周四", "FR", "周五", "SA", "周六", "SU", "周日")

// When says a schedule.
func (o Offer) When() string {
	days := "每天"
	if len(o.ByDay) > 0 && len(o.ByDay) < len(weekdays) {
		var words []string
		for _, d := range o.ByDay {
			words = append(words, dayWords[d])
		}
		days = "每周" + strings.Join(words, "、")
	}
	if o.OpensAt != "" {
		days += " " + o.OpensAt + "–" + o.ClosesAt
	}
	if o.Capacity > 0 {
		days += "，一周最多 " + format.Int(o.Capacity) + " 次"
	}
	return days
}

func (o Offer) span() string { return o.ValidFrom.String() + " 至 " + o.ValidTo.String() }

func (c Contact) span() string {
	if c.ToDay == 0 {
		return c.FromDay.String() + " 起"
	}
	return c.FromDay.String() + " 至 " + c.ToDay.String()
}

func (c Contact) titled() string {
	if c.Post == "" {
		return c.Name
	}
	return c.Name + "（" + c.Post + "）"
}

// placed is the address of what a part is in, for its base.
func (p Part) placed(base string) string {
	switch {
	case p.ActivityID != 0 && base == desk:
		return "/desk/activities/" + p.ActivityID.String()
	case p.ActivityID != 0:
		return "/activities/" + p.ActivityID.String()
	case p.OrderID != 0 && base == desk:
		return "/desk/orders/" + p.OrderID.String()
	case p.ProjectID != 0 && base == desk:
		return "/desk/projects/" + p.ProjectID.String()
	case p.ProjectID != 0:
		return "/projects/" + p.ProjectID.String()
	}
	return ""
}

// page is the address of the page of units of what is named.
func (of Of) page() string {
	return ui.Href(desk+"/with", "activity_id", some(of.ActivityID.String()), "order_id", some(of.OrderID.String()), "project_id",
		some(of.ProjectID.String()))
}

func some(id string) string {
	if id == "0" {
		return ""
	}
	return id
}

func (p Part) of() Of { return Of{p.ActivityID, p.OrderID, p.ProjectID} }

func (b Blank) first() string {
	if len(b.Places) == 1 {
		return b.Places[0].Code.String()
	}
	return ""
}

func (b Blank) placeOptions() (out []ui.Option) {
	for _, p := range b.Places {
		out = append(out, ui.Option{Value: p.Code.String(), Label: p.Name})
	}
	return out
}

// years are those that a statement may be asked for.
func (s Statement) years() (out []ui.Option) {
	for y := s.Partner.MadeAt.Year(); y <= max(s.Partner.MadeAt.Year(), int(s.To.Year())); y++ {
		n := format.Int(y)
		out = append(out, ui.Option{Value: n, Label: n + " 年"})
	}
	return slices.Clip(out)
}

func orNone(text string) string { return cmp.Or(text, "—") }

func crumb(base string) string {
	if base == my {
		return "我的单位"
	}
	return "驻区单位"
}

func contactTitle(there bool) string {
	if there {
		return "换联系人"
	}
	return "选联系人"
}
