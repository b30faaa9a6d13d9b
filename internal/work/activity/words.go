package activity

import (
	"context"
	"fmt"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
	"linli/internal/work/attendance"
)

// with is the address of the same list with one thing of it changed.
func (r Register) with(path, name, value string) string {
	return ui.Href(path, "q", r.In.Q, "state", r.In.State, "category", r.In.Category, "from", r.In.From, "to", r.In.To, "region", r.In.Region,
		"sort", r.In.Sort, name, value)
}

func (d Detail) leads(ctx context.Context) bool { return auth.Can(ctx, Lead, d.at()) }

func (d Detail) publishes(ctx context.Context) bool {
	return auth.Can(ctx, Publish, auth.Place{Region: d.Region, Station: d.StationID})
}

// calls says that it is time to call the roll; done that the list can be handed in.
func (d Detail) calls() bool {
	return (d.State == Open || d.returned()) && !d.Now.Before(d.StartsAt.Add(-early))
}

func (d Detail) done() bool { return d.calls() && !d.Now.Before(d.EndsAt) }

func (d Detail) returned() bool {
	return d.State == HandedIn && d.SheetState == string(attendance.Returned)
}

// holds are those who have a place; others wait or are being asked.
func (d Detail) holds(held bool) (out []Seat) {
	for _, p := range d.Seats {
		if p.State == Held == held && (held || p.State == Waiting || p.State == Offered) {
			out = append(out, p)
		}
	}
	return out
}

// fate says where the list that was handed in stands.
func (d Detail) fate() string {
	if d.SheetID == 0 {
		return "没有人来，不用复核"
	}
	return attendance.SheetState(d.SheetState).Word()
}

// room says in three ways how full an activity is.
func room(needed, taken int64) string {
	if taken >= needed {
		return "名额满了，可以排候补"
	}
	return fmt.Sprintf("要 %d 人，还差 %d 人", needed, needed-taken)
}

// asks says what a post asks for.
func (p Post) asks() string {
	out := ""
	if p.MinimumAge > 0 {
		out += "，满 " + format.Int(p.MinimumAge) + " 周岁"
	}
	if p.Qualification != "" {
		out += "，要有资格：" + p.word
	}
	return out
}

func (p Post) label() string { return p.Name + "：" + room(p.Needed, p.Taken) + p.asks() }

func (f Face) postOptions() (out []ui.Option) {
	for _, p := range f.Posts {
		out = append(out, ui.Option{Value: p.ID.String(), Label: p.label()})
	}
	return out
}

func chosen(list []choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return out
}

// station is the one that the form begins with.
func (b Blank) station() string {
	if b.In.StationID != 0 {
		return b.In.StationID.String()
	}
	return b.Stations[0].ID.String()
}

func (b Blank) team() string {
	if b.In.TeamID == 0 {
		return ""
	}
	return b.In.TeamID.String()
}

func (b Blank) skillOptions() []ui.Option { return setting.Options(b.Skills) }

func (b Blank) codeOptions() []ui.Option { return setting.Options(b.Codes) }

// arrives says that it is time to check in or out by the code.
func (c Card) arrives() bool {
	return !c.Now.Before(c.StartsAt.Add(-early)) && !c.Now.After(c.EndsAt.Add(early)) && c.Mine.LeftAt == nil &&
		(c.Mine.Came == "" || c.Mine.Came == ByCode)
}

func (c Card) arriveWord() string {
	if c.Mine.Came == "" {
		return "签到"
	}
	return "签退"
}
