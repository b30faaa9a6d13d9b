package green

import (
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

func (l Listing) people() (out []ui.Option) {
	for _, p := range l.found {
		out = append(out, ui.Option{Value: p.PersonID.String(), Label: p.Name + "　" + p.BirthDay.String()})
	}
	return out
}

// family names who belongs to a household.
func (a Account) family() string {
	var names []string
	for _, m := range a.Members {
		names = append(names, m.Name)
	}
	return strings.Join(names, "、")
}

func (a Account) kindOptions() (out []ui.Option) {
	for _, k := range a.Kinds {
		if k.Active {
			out = append(out, ui.Option{Value: k.ID.String(), Label: k.Name + "　" + format.Int(k.Points) + " 分"})
		}
	}
	return out
}

func (r Rules) turn() string {
	switch {
	case !r.there:
		return "开办"
	case r.Open:
		return "停办"
	}
	return "恢复开办"
}

func (r Rules) other() string {
	if r.there && r.Open {
		return "false"
	}
	return "true"
}

// affords says whether the household has the points for something.
func (a Account) affords(o Offer) bool { return a.Balance-a.Held >= o.Points }

// opens says whether the reader may set up a shop here.
func (v Shops) opens() bool { return v.at.Level() == auth.LevelCommunity && v.shut == "" }

func (v Shops) hint() string {
	if !v.opens() {
		return "由嘎查村（社区）设立。"
	}
	return "在下面设一个。"
}
