package award

import (
	"strconv"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// hundred are the four lists of 四个100 with what the selection of 2024 asked for, as a form proposes them, and room for two more.
var hundred = []Category{
	{Kind: Volunteer, Name: "最美志愿者", LeastYears: 3},
	{Kind: Team, Name: "最佳志愿服务组织", LeastYears: 3, LeastPeople: 20, LeastActive: 60, LeastBrands: 2},
	{Kind: Project, Name: "最佳志愿服务项目", LeastYears: 1}, {Kind: Community, Name: "最美志愿服务社区（村）", LeastPeople: 20}, {}, {},
}

func fieldName(i int, field string) string { return "categories." + strconv.Itoa(i) + "." + field }

func (f File) timeline() (out []ui.Step) {
	for _, x := range f.Way {
		note := x.ByName + "，" + clock.DayOf(x.At).String()
		if x.Text != "" {
			note += "：" + x.Text
		}
		out = append(out, ui.Step{Title: levels[x.Holder.Level()] + stepWords.Word(x.What), Note: note, State: "done"})
	}
	return out
}

var levels = map[int]string{auth.LevelRegion: "自治区", auth.LevelLeague: "盟市", auth.LevelBanner: "旗县区", auth.LevelTown: "苏木乡镇（街道）",
	auth.LevelCommunity: "站里"}

// stands says how far a nomination is.
func (n Nomination) stands() string {
	if n.State == Nominated {
		return levels[n.Holder.Level()] + "待写意见"
	}
	return nominationStates.Word(n.State)
}

// asks says what a list asks for.
func (c Category) asks() (out string) {
	for _, x := range conditions(c, Figures{}, 0) {
		if out != "" {
			out += "，"
		}
		out += x.Word
	}
	return format.Or(out)
}

func options(list []choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return out
}

func (s Spread) text() string {
	return format.Int(s.Judges) + " 位评委，平均 " + s.Mean + "，最低 " + format.Int(s.Low) + "，最高 " + format.Int(s.High) + "，标准分 " + s.Even
}

// of gives the spread of a nomination as a cell.
func (d Detail) of(r Row) string {
	for _, s := range d.Spreads {
		if s.NominationID == r.ID {
			return s.text()
		}
	}
	return ""
}

// ready says whether a list may be made final now.
func (d Detail) ready() bool {
	for _, o := range d.Objections {
		if o.State == Waits {
			return false
		}
	}
	return d.State == InNotice && d.today > d.NoticeUntil
}

func (d Detail) chosen() (n int) {
	for _, r := range d.Nominations {
		if r.State == Chosen {
			n++
		}
	}
	return n
}

// listOf are the named of one list.
func (v Shown) listOf(n int64) (out []Named) {
	for _, x := range v.Named {
		if x.Category == n {
			out = append(out, x)
		}
	}
	return out
}

func (v Shown) namedOptions() (out []ui.Option) {
	for _, x := range v.Named {
		out = append(out, ui.Option{Value: x.ID.String(), Label: x.Subject, Hint: x.List})
	}
	return out
}

// when says where a campaign stands in time.
func (f Face) when(today clock.Day) string {
	switch f.State {
	case InNotice:
		if today > f.NoticeUntil {
			return "公示过了，等公布"
		}
		return "公示到 " + f.NoticeUntil.String()
	case Published:
		return f.ResultDay.String() + " 公布"
	}
	return "提名到 " + f.ToDay.String()
}

func (v Listing) pairs() []any {
	return []any{"award", v.In.Award, "state", v.In.State, "region", v.In.Region, "q", v.In.Q}
}

// advancing is the button of a level.
func (f File) advancing() string {
	if f.State == Deciding {
		return "拟定入选"
	}
	return "同意，报上一级"
}

// returned is why a nomination was sent back last.
func (f File) returned() (why string) {
	for _, x := range f.Way {
		if x.What == "return" {
			why = x.Text
		}
	}
	return why
}

// namedTitle says of a list before the public whether it is the result.
func (v Shown) namedTitle(c Category) string {
	if v.State == Published {
		return "入选：" + c.Name
	}
	return "公示：" + c.Name
}
