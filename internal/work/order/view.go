package order

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"linli/internal/platform/i18n"
	"linli/internal/platform/web/ui"
	"linli/internal/work/catalogue"
)

// This file holds the words and choices that the pages share.

func version(o Order) string { return strconv.FormatInt(o.Version, 10) }

func join(words []string) string { return strings.Join(words, "、") }

func names(ctx context.Context, hs []Helper) string {
	var out []string
	for _, h := range hs {
		if h.State.Holds() {
			out = append(out, h.Name)
		}
	}
	return strings.Join(out, i18n.Text(ctx, "、"))
}

func channelOptions() []ui.Option {
	return ui.Members(Channels, "phone_call", "desk", "visit", "superior")
}

func evidenceWord(e string) string {
	return map[string]string{"code": "一次性号码", "login": "本人登录", "signature": "签名或手印", "call_back": "电话回访", "paper": "纸面"}[e]
}

func ratingWord(n int64) string {
	return [...]string{"", "不满意", "不太满意", "基本满意", "满意", "很满意"}[n]
}

func stateOptions() (out []ui.Option) {
	for _, s := range States {
		out = append(out, ui.Option{Value: string(s), Label: s.Word()})
	}
	return out
}

func menuOptions(items []catalogue.Item) (out []ui.Option) {
	for _, i := range items {
		out = append(out, ui.Option{Value: i.ID.String(), Label: i.Name, Hint: i.Blurb, Icon: i.Icon})
	}
	return out
}

func placeOptions(places []Choice) (out []ui.Option) {
	for _, p := range places {
		out = append(out, ui.Option{Value: p.Code.String(), Label: p.Name})
	}
	return out
}

// steps puts a history into a timeline; the last step is where the order stands.
func steps(ctx context.Context, events []Event) []ui.Step {
	out := make([]ui.Step, len(events))
	for i, e := range events {
		note := i18n.Text(ctx, "%s，%s", i18n.Time(ctx, e.At).Text, e.Actor)
		if e.OnBehalfOf != "" {
			note = i18n.Text(ctx, "%s，%s说的，%s代办（%s）", i18n.Time(ctx, e.At).Text, e.OnBehalfOf, e.Actor, i18n.Text(ctx, Channels.Word(e.Channel)))
		}
		if e.Reason != "" {
			note = i18n.Text(ctx, "%s。%s", note, e.Reason)
		}
		out[i] = ui.Step{Title: i18n.Text(ctx, "%s：%s", i18n.Text(ctx, e.Move.Word()), i18n.Text(ctx, e.State.Word())),
			Note: strings.Trim(note, "，。"), State: "done"}
		if i == len(events)-1 {
			out[i].State = "now"
		}
	}
	return out
}

func newSteps(now int) []ui.Step {
	out := []ui.Step{{Title: "选服务"}, {Title: "说情况"}, {Title: "交给站里"}}
	for i := range out {
		switch {
		case i < now:
			out[i].State = "done"
		case i == now:
			out[i].State = "now"
		default:
			out[i].State = "todo"
		}
	}
	return out
}

func handedTo(v MyNew) string {
	if v.Station != "" {
		return v.Station
	}
	return "苏木乡镇（街道）"
}

// headline says to a resident in one sentence where the order stands.
func (d DeskOrder) headline(ctx context.Context) string {
	who := names(ctx, d.Volunteers)
	switch d.State {
	case Submitted:
		return "站里正在看您的单子"
	case NeedsInfo:
		return "站里请您补充一下"
	case Rejected:
		return "这次暂时提供不了"
	case Queued, Open, Offered:
		return "正在给您找志愿者"
	case Accepted:
		return i18n.Text(ctx, "%s来帮您，%s", who, i18n.Span(ctx, d.WindowStart, d.WindowEnd).Text)
	case InService:
		return i18n.Text(ctx, "%s正在服务", who)
	case Served:
		return "做完了吗？请您确认"
	case Unconfirmed:
		return "还没有收到您的确认"
	case Confirmed:
		return "谢谢您，请评一评"
	case Disputed:
		return "站里会打电话问您"
	case Cancelled:
		return "已经撤单"
	}
	return "办好了"
}

// call asks a group chat who will take an open order: the service, the community, the time. The title and details, which people wrote,
// the name, the address and the telephone stay here; whoever follows the address signs in first.
func (d DeskOrder) call(ctx context.Context, base string) string {
	return strings.Join([]string{"招募志愿者：" + d.Item.Name, "时间：" + d.when(ctx), "地方：" + d.Place, fmt.Sprintf("需要：%d 人", d.Needed),
		"认领：" + base + d.taskPath()}, "\n")
}

// href gives the address of this list in another order or from another place on.
func (f Found) href(sort, cursor string) string {
	return ui.Href("/desk/orders", "q", f.In.Q, "state", f.In.State, "kind", f.In.Kind, "from", f.In.From, "to", f.In.To, "sort", sort,
		"cursor", cursor)
}

func (f Found) dir(sort string) string {
	switch {
	case sort == "window" && f.In.Sort == "window":
		return "ascending"
	case sort == "new" && f.In.Sort != "window":
		return "descending"
	}
	return ""
}

func (f Found) first() string {
	if f.In.Cursor == "" {
		return ""
	}
	return f.href(f.In.Sort, "")
}

func (f Found) next() string {
	if f.Next == nil {
		return ""
	}
	return f.href(f.In.Sort, *f.Next)
}
