package recruit

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// with is the address of the same list with one thing of it changed.
func (r Register) with(path, name, value string) string {
	return ui.Href(path, "q", r.In.Q, "state", r.In.State, "region", r.In.Region, "sort", r.In.Sort, name, value)
}

// sorted says for the head of a column how the list stands.
func (r Register) sorted(by string) string {
	if r.In.Sort == by {
		return "ascending"
	}
	return ""
}

func (d Detail) plans(ctx context.Context) bool { return auth.Can(ctx, Plan, d.at()) }

// whose says who calls: a team, a project, the station or the division.
func (c Campaign) whose(where string) string {
	var out []string
	for _, w := range []string{cmp.Or(c.Station, where), c.Team, c.Project} {
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " · ")
}

func (c Campaign) numbers() string {
	return fmt.Sprintf("%d / %d", c.Accepted, c.Needed)
}

// left is how many are still wanted.
func (f Face) left() string {
	if f.Accepted >= f.Needed {
		return "招满了"
	}
	return fmt.Sprintf("招 %d 人，还差 %d 人", f.Needed, f.Needed-f.Accepted)
}

// when says from when to when one may apply.
func when(ctx context.Context, from, to clock.Day) string {
	return from.Words(ctx) + " 至 " + to.Words(ctx)
}

// said is what somebody answered, in one line.
func (a Application) said() string {
	var out []string
	for _, x := range a.Answers {
		out = append(out, x.Label+"："+x.Body)
	}
	return strings.Join(out, "；")
}

// note says when and how somebody applied.
func (a Application) note() string {
	out := a.No + "，" + clock.DayOf(a.MadeAt).String() + " " + hows.Word(a.How)
	if a.Reason != "" {
		out += "，" + a.Reason
	}
	return out
}

// nearby is where somebody looks for campaigns: near his home first.
func (m Mine) nearby() string {
	if m.Home == 0 {
		return site
	}
	return ui.Href(site, "region", m.Home.At(auth.LevelBanner))
}

func (b Blank) first() string {
	if len(b.Places) == 0 {
		return ""
	}
	return b.Places[0].Code.String()
}

func (b Blank) placeOptions() (out []ui.Option) {
	for _, p := range b.Places {
		out = append(out, ui.Option{Value: p.Code.String(), Label: p.Name})
	}
	return out
}

func options(list []named) (out []ui.Option) {
	for _, n := range list {
		out = append(out, ui.Option{Value: n.ID.String(), Label: n.Name})
	}
	return out
}

// content is what a campaign says, to be said anew.
func (d Detail) content() Content {
	c := Content{Title: d.Title, Need: d.Need, Content: d.Content, Place: d.Place, Hours: d.Hours, Conditions: d.Conditions, Needed: d.Needed,
		HowTo: d.HowTo, Risk: d.Risk, FromDay: d.FromDay, ToDay: d.ToDay, TeamID: d.TeamID, ProjectID: d.ProjectID}
	for _, q := range d.Questions {
		c.Questions = append(c.Questions, QuestionInput{Kind: q.Kind, Label: q.Label, Choices: q.Choices, Required: q.Required})
	}
	return c
}

// question is the nth question, an empty one beyond.
func (c Content) question(n int) QuestionInput {
	if n < len(c.Questions) {
		return c.Questions[n]
	}
	return QuestionInput{Kind: AskText}
}

// questionsMost is how many a campaign asks.
const questionsMost = 5

func asked(i int, field string) string { return fmt.Sprintf("questions.%d.%s", i, field) }

func answer(i int) string { return fmt.Sprintf("answers.%d.answer", i) }

func (q Question) options() (out []ui.Option) {
	for _, c := range q.choices() {
		out = append(out, ui.Option{Value: c, Label: c})
	}
	return out
}

// asks says how a question is put, on the page of its campaign.
func (q Question) asks() string {
	out := askKinds.Word(q.Kind)
	if q.Choices != "" {
		out += "：" + q.Choices
	}
	if q.Required {
		out += "，必答"
	}
	return out
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return format.Int(n)
}

func idText(id interface{ String() string }, zero bool) string {
	if zero {
		return ""
	}
	return id.String()
}

func (f Face) stands() (tone, word string) {
	switch {
	case f.State == Closed:
		return states.Tone(Closed), states.Word(Closed)
	case f.Open:
		return "done", "正在报名"
	}
	return "wait", "还没开始报名"
}
