package project

import (
	"context"
	"fmt"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// with is the address of the same list with one thing of it changed.
func (r Register) with(path, name, value string) string {
	regular := ""
	if r.In.Regular {
		regular = "true"
	}
	return ui.Href(path, "q", r.In.Q, "state", r.In.State, "group", r.In.Group, "regular", regular, "region", r.In.Region, "sort", r.In.Sort,
		name, value)
}

// sorted says for the head of a column how the list stands.
func (r Register) sorted(by string) string {
	if r.In.Sort == by {
		return "ascending"
	}
	return ""
}

func (m Missing) with(path, name, value string) string {
	return ui.Href(path, "q", m.In.Q, "region", m.In.Region, name, value)
}

func (d Detail) plans(ctx context.Context) bool { return auth.Can(ctx, Plan, d.place()) }

func (d Detail) approves(ctx context.Context) bool {
	return auth.Can(ctx, Approve, auth.Place{Region: d.Region, Station: d.StationID})
}

// led says who answers for the project.
func (d Detail) led() string {
	switch {
	case d.Owner == "leader":
		return d.Leader
	case d.Leader != "":
		return d.Leader + "（现在不在，由" + d.keeper() + "管）"
	}
	return d.keeper()
}

func (d Detail) keeper() string {
	if d.TeamID != 0 {
		return d.Team
	}
	return d.Station
}

func (d Detail) heldWords() string { return d.Result.words() }

func (r Result) words() string {
	if r.Held == 0 {
		return "还没有"
	}
	return fmt.Sprintf("%d 场，%s 至 %s", r.Held, r.First, r.Last)
}

func (d Detail) sumWords() string { return d.Result.Sum.words() }

func (s Sum) words() string {
	return fmt.Sprintf("%d 人次（%d 位志愿者），%s 小时", s.Times, s.People, format.Hours(s.Minutes))
}

func (c Copies) words() string {
	return fmt.Sprintf("%d 处照着办，合计 %d 场、%d 人次、%s 小时；现在经常办的 %d 处", c.N, c.Held, c.Times, format.Hours(c.Minutes), c.Running)
}

// stands says how a phase stands on a day.
func (p Phase) stands(today clock.Day) (tone, word string) {
	switch {
	case today < p.FromDay:
		return "", "没到"
	case today > p.ToDay:
		return "done", "过了"
	}
	return "work", "正在"
}

func (o Occurrence) stands() (tone, word string) {
	if o.Held {
		return "done", "办过"
	}
	return "", map[string]string{"draft": "没发布", "open": "已发布", "handed_in": "等复核", "cancelled": "取消了"}[o.State]
}

func chosen(list []choice) (out []ui.Option) {
	for _, c := range list {
		label := c.Name
		if c.Day != 0 {
			label = c.Day.String() + " " + c.Name
		}
		out = append(out, ui.Option{Value: c.ID.String(), Label: label})
	}
	return out
}

// planPath is the form of a new activity in the project.
func (d Detail) planPath(base string) string {
	path := "/desk/activities/new"
	if base == my {
		path = "/my/activities/new"
	}
	team := ""
	if d.TeamID != 0 {
		team = d.TeamID.String()
	}
	return ui.Href(path, "project_id", d.ID.String(), "station_id", d.StationID.String(), "team_id", team)
}

// activityPath is the page of an activity as who looks from base sees it.
func activityPath(base string, o Occurrence) string {
	switch base {
	case my:
		return "/my/activities/" + o.ID.String() + "/lead"
	case desk:
		return "/desk/activities/" + o.ID.String()
	}
	return ""
}

func optional(n int64) string {
	if n == 0 {
		return ""
	}
	return format.Int(n)
}

// said is what a project says, to be said anew.
func (d Detail) said() Content {
	c := Content{Name: d.Name, Groups: d.Groups, Goal: d.Goal, Plan: d.Plan, Rhythm: d.Rhythm, ForPeople: d.ForPeople, Budget: d.Budget,
		FromDay: d.FromDay, ToDay: d.ToDay}
	for _, p := range d.Phases {
		c.Phases = append(c.Phases, PhaseInput{Name: p.Name, FromDay: p.FromDay, ToDay: p.ToDay})
	}
	return c
}

// phase is the nth phase, an empty one beyond.
func (c Content) phase(n int) PhaseInput {
	if n < len(c.Phases) {
		return c.Phases[n]
	}
	return PhaseInput{}
}

func (f Face) groups() string { return setting.Labels(f.Words, f.Groups) }

func first(list []choice) string {
	if len(list) == 0 {
		return ""
	}
	return list[0].ID.String()
}

// nearby is where somebody looks for projects: near his home first.
func (m Mine) nearby() string {
	if m.Home == 0 {
		return site
	}
	return ui.Href(site, "region", m.Home.At(auth.LevelTown))
}

func (f Faces) regular() string {
	if f.In.Regular {
		return "true"
	}
	return ""
}

func phaseName(i int, field string) string { return fmt.Sprintf("phases.%d.%s", i, field) }
