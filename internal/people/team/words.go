package team

import (
	"cmp"
	"context"
	"fmt"

	"linli/internal/platform/auth"
	"linli/internal/platform/web/ui"
)

// with is the address of the same list with one thing of it changed; an empty value takes it out.
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

func (d Detail) leads(ctx context.Context) bool { return auth.Can(ctx, Lead, d.place()) }

func (d Detail) approves(ctx context.Context) bool {
	return auth.Can(ctx, Approve, auth.Place{Region: d.Region, Station: d.StationID})
}

// step says of a team that waits for approval what has to happen now.
func (d Detail) step() string {
	if n := d.Least - d.Members; n > 0 {
		return fmt.Sprintf("已有 %d 人答应，至少要 %d 人，还差 %d 人：请人加入，等他们答应。人够了由站里、嘎查村（社区）或苏木乡镇审批。", d.Members, d.Least, n)
	}
	return fmt.Sprintf("已有 %d 人答应，人够了：等站里、嘎查村（社区）或苏木乡镇审批，批没批准都会发消息告诉负责人。", d.Members)
}

// call is what the leader sends to whom he would like to have in the team.
func (d Detail) call(ctx context.Context) string {
	return fmt.Sprintf("%s（%s）请您加入：%s。登录以后点“我要加入”：%s", d.Name, Kinds.Word(d.Kind), d.Purpose, ui.From(ctx).Base+minePath(d.ID))
}

func (d Detail) successorOptions() (out []ui.Option) {
	for _, o := range d.Others {
		out = append(out, ui.Option{Value: o.ID.String(), Label: o.Name})
	}
	return out
}

// memberOptions are the members who do not hold the office.
func (d Detail) memberOptions(role string) (out []ui.Option) {
	for _, m := range d.Held {
		if m.Office != role {
			out = append(out, ui.Option{Value: m.PersonID.String(), Label: m.Name})
		}
	}
	return out
}

// note says since when, and how he agreed.
func (m Membership) note() string {
	switch m.State {
	case In:
		return m.No + "，" + m.FromDay.String() + " 加入，" + agreed.Word(m.Agreed)
	case Asked, Wants:
		return m.AskedAt.Format("2006-01-02") + " 提出"
	}
	return m.Reason
}

func (m Membership) removeWord() string {
	if m.State == Asked {
		return "撤回邀请"
	}
	return "请他离队"
}

func (o OfficeLine) span() string {
	if o.ToDay == 0 {
		return o.FromDay.String() + " 起"
	}
	return o.FromDay.String() + " 至 " + o.ToDay.String()
}

// nearby is where somebody looks for teams: near his home first.
func (m Mine) nearby() string {
	if m.Home == 0 {
		return "/teams"
	}
	return ui.Href("/teams", "region", m.Home.At(auth.LevelTown))
}

func (c Card) leaveWord() string {
	if c.Mine.State == Wants {
		return "不加入了"
	}
	return "离队"
}

func (b Blank) base() string {
	if b.Desk {
		return desk
	}
	return my
}

// from is the name of the page that leads here.
func (b Blank) from() string {
	if b.Desk {
		return "志愿服务队"
	}
	return "我的队伍"
}

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

func (b Blank) howMany() string {
	return fmt.Sprintf("志愿者编号，一行一个；连负责人至少 %d 人答应才能批准（本系统约定）。编号在各人的“我是志愿者”里；不知道的可以先提交，再把队伍的网址发给他们自己加入", b.Least)
}

// led says who leads a team; one that is no more has nobody.
func (t Team) led() string {
	if t.LeaderName == "" && t.State == Active {
		return "没有负责人"
	}
	return cmp.Or(t.LeaderName, "—")
}
