package insurance

import (
	"cmp"

	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/clock"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// scopeWords are the short words of a list.
var scopeWords = map[string]string{OfRegion: "全地方", OfStation: "站点", OfTeam: "队伍", OfNamed: "名单"}

func (p Policy) span() string { return p.From.String() + " 至 " + p.Until.String() }

func (n Name) span() string {
	if n.To == 0 {
		return n.From.String() + " 起"
	}
	if n.To < n.From {
		return "登记错了，没有保过"
	}
	return n.From.String() + " 至 " + n.To.String()
}

// whom says in one sentence whom a policy covers, and whom it does not.
func (p Policy) whom(where string) string {
	switch p.Scope {
	case OfRegion:
		return "在“" + where + "”服务的人：服务那天、地点在这里的，都管着，不看名单；到别处服务不管。"
	case OfStation:
		return "为“" + p.Whose + "”服务的人：那天的订单或者活动是这个站的，都管着，不看名单；为别的站服务不管。"
	case OfTeam:
		return "参加“" + p.Whose + "”活动的人：那天的活动是这支队伍的，都管着，不看名单；站里派的订单不是队伍的活动，不管。"
	}
	return "只管名单上的人，在他自己的日子里，不论到哪里服务；不在名单上的不管。"
}

// tone is how near the end is.
func (p Policy) tone(today clock.Day) (tone, word string) {
	switch {
	case p.Until < today:
		return "alarm", "过期了"
	case p.From > today:
		return "wait", "还没开始"
	case p.Until <= today.AddDays(soon):
		return "ask", "快到期"
	}
	return "done", "有效"
}

// soon is how many days before its end a policy is said to end soon.
const soon = 30

func limitWord(fen int64) string {
	if fen == 0 {
		return "没有写"
	}
	return "每人 " + format.Sum(fen)
}

func (v Listing) label(kind string) string { return setting.Label(v.Kinds, kind) }

func options(list []choice) (out []ui.Option) {
	for _, c := range list {
		out = append(out, ui.Option{Value: c.ID.String(), Label: c.Name})
	}
	return out
}

// only is the value of the only choice there is.
func only(list []choice) string {
	if len(list) == 1 {
		return list[0].ID.String()
	}
	return ""
}

func (b Blank) placeOptions() (out []ui.Option) {
	for _, p := range b.Places {
		out = append(out, ui.Option{Value: p.Code.String(), Label: p.Name})
	}
	return out
}

// link is the address of a threatened thing; the government reads them at the desk's pages only where it may.
func (x Threatened) link() string {
	if x.Ordered {
		return "/desk/orders/" + x.ID.String()
	}
	return "/desk/activities/" + x.ID.String()
}

func (x Share) share() string {
	if x.All == 0 {
		return "—"
	}
	return format.Percent(float64(x.Covered) / float64(x.All))
}

func (x IncidentDetail) policyOptions() (out []ui.Option) {
	for _, p := range x.Policies {
		out = append(out, ui.Option{Value: p.ID.String(), Label: p.Insurer + " " + p.Number + "（" + p.span() + "）"})
	}
	return out
}

func (h Happening) outcome() string {
	if h.Outcome == "paid" {
		return outcomes.Word(h.Outcome) + " " + format.Sum(h.Paid)
	}
	return outcomes.Word(h.Outcome)
}

func orNone(text string) string { return cmp.Or(text, "—") }

// endings are the outcomes that an incident may have from where it stands.
func (x IncidentDetail) endings() []ui.Option {
	if x.State == Noted {
		return ui.Members(outcomes, "withdrawn", "uninsured")
	}
	return ui.Members(outcomes, "paid", "refused", "withdrawn")
}

// day is the value of a field for a day that may be missing.
func day(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// plain is the value of a field for a sum that may be missing.
func plain(fen int64) string {
	if fen == 0 {
		return ""
	}
	return format.Plain(fen)
}

func ownSpan(d volunteer.Dated) string {
	if d.To == 0 {
		return d.From.String() + " 起"
	}
	return d.From.String() + " 至 " + d.To.String()
}
