package need

import (
	"context"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// with is the address of the same list with one thing of it changed.
func (l Listing) with(path, name, value string) string {
	return ui.Href(path, "q", l.In.Q, "state", l.In.State, "kind", l.In.Kind, "urgency", l.In.Urgency, "group", l.In.Group, "mine",
		on(l.In.Mine), "overdue", on(l.In.Overdue), "region", l.In.Region, "sort", l.In.Sort, name, value)
}

func on(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func (l Listing) sorted(by string) string {
	if l.In.Sort == by {
		return "ascending"
	}
	return ""
}

// late says that a need was not looked at in time.
func (n Need) late(today clock.Day) bool {
	return (n.State == Open || n.State == InHand) && n.FollowDay < today
}

func (d Detail) open() bool { return d.State == Open || d.State == InHand }

func (d Detail) keeps(ctx context.Context) bool { return auth.Can(ctx, Keep, d.place()) }

func (d Detail) groupWords() string { return format.Or(setting.Labels(d.Words, d.Groups)) }

func (d Detail) menu() (out []ui.Option) {
	for _, it := range d.forms.Menu {
		out = append(out, ui.Option{Value: it.ID.String(), Label: it.Name})
	}
	return out
}

func chosen(list []choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name, Hint: c.No})
	}
	return out
}

func first(list []choice) string {
	if len(list) == 0 {
		return ""
	}
	return list[0].ID.String()
}

func (n Number) word() string {
	switch {
	case n.Hidden:
		return "少"
	case n.N == 0:
		return "—"
	}
	return format.Int(n.N)
}

// tone is how dark a number stands in the table.
func (n Number) tone() string {
	switch {
	case n.Hidden || n.N == 0:
		return ""
	case n.N >= 20:
		return "alarm"
	}
	return "wait"
}

func stepTitle(v Detail) string {
	if v.State == Open {
		return "还没有人管"
	}
	return "再记一步"
}

func stepWord(v Detail) string {
	if v.State == Open {
		return "我来管"
	}
	return "记下"
}
