package honour

import (
	"linli/internal/platform/clock"
	"linli/internal/platform/web/ui"
)

func options(list []choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return out
}

func some(id interface{ String() string }) string {
	if s := id.String(); s != "0" {
		return s
	}
	return ""
}

func (f File) timeline() (out []ui.Step) {
	for _, x := range f.Steps {
		note := x.ByName + "，" + clock.DayOf(x.At).String()
		if x.Text != "" {
			note += "：" + x.Text
		}
		out = append(out, ui.Step{Title: stepWords.Word(x.What), Note: note, State: "done"})
	}
	return out
}

// content is what a model says now, for its form.
func (f File) content() Content {
	return Content{Title: f.Title, Story: f.Story, Copying: f.Copying, Contact: f.Contact, ProjectID: f.ProjectID, TeamID: f.TeamID,
		Numbers: f.numbers}
}

var levelOptions = []ui.Option{{Value: "banner", Label: "旗县区"}, {Value: "league", Label: "盟市"}, {Value: "region", Label: "自治区"}}

func (v Pillars) with(path string, pairs ...any) string {
	return ui.Href(path, append(pairs, "region", v.In.Region)...)
}

// head is what the page is called.
func (v Pillars) head() string {
	if v.In.List == Nurture {
		return "骨干培养名单"
	}
	return "骨干名单"
}

func (v Pillars) title() string {
	if v.In.List == Nurture {
		return "还差一条的志愿者"
	}
	return "志愿者骨干"
}
