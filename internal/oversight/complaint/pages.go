package complaint

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	public = "/complaints"
	gov    = "/gov/complaints"
)

func at(id db.ID) string          { return inspection.PathOf(gov, id) }
func under(receipt string) string { return public + "/" + Digits(receipt) }

// Whom a complaint is about, where the level that decides depends on it.
const (
	aboutTown   = "town"
	aboutBanner = "banner"
	aboutLeague = "league"
)

// outside is the outcome of what is not this system's.
const outside = "outside"

// Words that people see.
var (
	kinds = set.New("complaint.kind",
		set.Row{"fee", "收费服务、变相收费"}, set.Row{"forced", "强制登记、摊派服务"}, set.Row{"false_hours", "虚假时长、冒名"},
		set.Row{"privacy", "泄露个人信息"}, set.Row{"manner", "服务态度、质量"}, set.Row{"discrimination", "歧视"},
		set.Row{"safety", "安全、伤害"}, set.Row{"system", "系统不好用"}, set.Row{"advice", "建议"}, set.Row{"other", "其他"})
	abouts = set.New("complaint.about",
		set.Row{"station", "站点和站里的人"}, set.Row{"volunteer", "志愿者、志愿服务队"}, set.Row{aboutTown, "苏木乡镇（街道）"},
		set.Row{aboutBanner, "旗县区"}, set.Row{aboutLeague, "盟市"}, set.Row{"other", "其他、说不清"})
	channels = set.New("complaint.channel",
		set.Row{"web", "网上"}, set.Row{"phone", "电话"}, set.Row{"desk", "当面"}, set.Row{"paper", "来信"})
	states = set.New("complaint.state",
		set.Row{Received, "已收到，待受理", "wait"}, set.Row{Accepted, "已受理，办理中", "work"}, set.Row{Answered, "已答复", "done"},
		set.Row{Reviewing, "复核中", "work"}, set.Row{Closed, "已办结", "done"}, set.Row{Transferred, "已转出", "ask"})
	outcomes = set.New("complaint.outcome",
		set.Row{"upheld", "属实"}, set.Row{"partly", "部分属实"}, set.Row{"unfounded", "不属实"}, set.Row{"unproven", "查无实据"},
		set.Row{"adopted", "建议采纳"}, set.Row{"noted", "建议留作参考"}, set.Row{outside, "不属本系统·已告知去向"})
	stepWords = set.New("complaint_step.action",
		set.Row{"accepted", "受理"}, set.Row{"asked", "想问您"}, set.Row{"transferred", "转办"}, set.Row{"answered", "答复"},
		set.Row{"added", "投诉人补充"}, set.Row{"review", "投诉人要求复核"})

	levelNames = map[int]string{auth.LevelTown: "town", auth.LevelBanner: "banner", auth.LevelLeague: "league", auth.LevelRegion: "region"}
	levelWords = map[int]string{auth.LevelTown: "苏木乡镇（街道）", auth.LevelBanner: "旗县区", auth.LevelLeague: "盟市", auth.LevelRegion: "自治区"}
)

func outcomeWord(code string) string {
	if code == "" {
		return "在办"
	}
	return outcomes.Word(code)
}

// levelWord says which level spoke; the complainant's own words have none.
func levelWord(name string) string {
	for level, x := range levelNames {
		if x == name {
			return levelWords[level]
		}
	}
	return ""
}

// handles says that the actor acts for the division that holds the complaint.
func handles(ctx context.Context, c Complaint) bool { return inspection.ActsFor(ctx, Handle, c.Region) }

func (c Complaint) word(today clock.Day) string {
	if c.overdue(today) {
		return states.Word(c.State) + "，过期"
	}
	return states.Word(c.State)
}

func (c Complaint) tone(today clock.Day) string {
	if c.overdue(today) {
		return "alarm"
	}
	return states.Tone(c.State)
}

// timeline is what was said and done; whoever has the receipt reads the same without names.
func timeline(ctx context.Context, steps []Step) (out []ui.Step) {
	for _, x := range steps {
		note := x.Day.Words(ctx)
		if x.ByName != "" {
			note = x.ByName + "，" + note
		}
		out = append(out, ui.Step{Title: levelWord(x.Level) + stepWords.Word(x.Action) + "：" + x.Text, Note: note, State: "done"})
	}
	return out
}

// BlankInput looks for the place that it is about, or for a complaint by its receipt.
type BlankInput struct {
	Q       string      `query:"q" maxLength:"40" doc:"地名"`
	Region  auth.Region `query:"region"`
	Receipt string      `query:"receipt" maxLength:"40" doc:"回执号：查进度"`
}

// Blank is the page on which somebody complains, or follows what he complained of.
type Blank struct {
	In     BlankInput
	Where  string // the chosen place
	Places []place
	Found  *Followed // by the receipt
}

// place is one that somebody may mean.
type place struct {
	Code  auth.Region
	Where string
}

// mostPlaces is how many are offered.
const mostPlaces = 12

// blank gives the form, once the place is known; before it, where that may be.
func (s *Service) blank(ctx context.Context, in BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Make, func(tx *db.Tx) (out Blank, err error) {
		out.In = in
		if in.Receipt != "" {
			return out, s.found(ctx, tx, &out)
		}
		if in.Region != 0 {
			out.Where, err = region.FullName(ctx, tx, in.Region)
			return out, err
		}
		if in.Q == "" {
			return out, nil
		}
		list, err := region.Look(ctx, tx, in.Q, region.Top)
		for _, x := range list[:min(len(list), mostPlaces)] {
			where, err := region.FullName(ctx, tx, x.Code)
			if err != nil {
				return out, err
			}
			out.Places = append(out.Places, place{x.Code, where})
		}
		return out, err
	})
}

func (s *Service) found(ctx context.Context, tx *db.Tx, out *Blank) error {
	c, err := s.by(ctx, tx, out.In.Receipt)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := s.followed(ctx, tx, c, out.In.Receipt)
	out.Found = &f
	return err
}

// everywhere is the link for who means no single place.
func everywhere() string { return ui.Href(public, "region", region.Top) }

// link is an address under the search of a list.
func (v Complaints) link(path string) string {
	return ui.Href(path, "state", v.In.State, "kind", v.In.Kind, "region", v.In.Region)
}

// clocks says whose days run, in words: ours are a setting, the law's are cited.
func (f Followed) clocks(ctx context.Context) string {
	switch f.State {
	case Received:
		return f.DueDay.Words(ctx) + "以前告诉您是否受理（本系统约定）"
	case Accepted:
		return f.DueDay.Words(ctx) + "以前答复（本系统约定）"
	case Answered:
		return "不同意的，" + f.ReviewDay.Words(ctx) + "以前可以要求上一级复核，一次（参照《信访工作条例》第三十五条）"
	case Reviewing:
		return f.DueDay.Words(ctx) + "以前答复（参照《信访工作条例》第三十五条）"
	case Transferred:
		return "接收的机关应在 15 日内告知是否受理、60 日内办结（《信访工作条例》第二十二条、第三十四条）"
	}
	return ""
}

func (c Complaint) day() clock.Day { return clock.DayOf(c.MadeAt) }

func (c Complaint) live() bool {
	return c.State == Received || c.State == Accepted || c.State == Reviewing
}

// reach says how the complainant can be reached.
func (f File) reach() string {
	if f.Reach == "" {
		return "匿名，没有留"
	}
	return f.Reach
}

// choices are the outcomes of this state: what was not taken up can only be told where to go.
func (f File) choices() []ui.Option {
	if f.State == Received {
		return ui.Members(outcomes, outside)
	}
	return ui.Members(outcomes)
}

// weight makes the answer the main thing once the complaint is taken up.
func (f File) weight() string {
	if f.State == Received {
		return ""
	}
	return "primary"
}

// ways are where a complaint may be passed to.
func (f File) ways() []ui.Option {
	out := ui.Option{Value: "out", Label: "转给本系统以外的机关", Hint: "信访、12345、市场监管……；这里就办到这一步"}
	if f.Region.Level() == auth.LevelRegion {
		return []ui.Option{out}
	}
	return []ui.Option{{Value: "up", Label: "转上一级", Hint: "要回避的、不归本级的；期限照走"}, out}
}
