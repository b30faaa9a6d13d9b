package gateway

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/cmpp"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/platform/sms"
	"linli/internal/platform/web/ui"
)

// LookInput says which way's form is shown.
type LookInput struct {
	Way string `query:"way" set:"sms_gateway.way," maxLength:"10"`
}

// Settings are the ways that are set, and the one whose form is shown.
type Settings struct {
	Items     []Gateway  `json:"items"`
	Proposals []Proposal `json:"proposals" doc:"等另一位管理员确认的"`
	shown     Gateway
	may       bool // set
	second    bool // confirm
	me        db.ID
}

// Look gives the ways that are set, never their secrets.
func (s *Service) Look(ctx context.Context, in LookInput) (Settings, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Settings, error) {
		out, err := settings(ctx, tx, in.Way)
		out.may, out.second, out.me = auth.Can(ctx, Edit, everywhere), auth.Can(ctx, Confirm, everywhere), auth.From(ctx).Account
		return out, err
	})
}

func settings(ctx context.Context, tx *db.Tx, way string) (out Settings, err error) {
	if out.Items, err = all.All(ctx, tx); err != nil {
		return out, err
	}
	if out.Items == nil {
		out.Items = []Gateway{}
	}
	list, err := waiting.All(ctx, tx)
	if err != nil {
		return out, err
	}
	out.Proposals = append([]Proposal{}, list...)
	for _, g := range out.Items {
		if g.Way == way || way == "" && g.Active {
			out.shown = g
		}
	}
	if out.shown.Way == "" {
		out.shown = Gateway{Way: way, Facts: Facts{MaxOpen: 16}}
		if way == "" {
			out.shown.Way = aliyun
		}
	}
	return out, nil
}

// inUse is the way in use, if one is.
func (v Settings) inUse() (Gateway, bool) {
	for _, g := range v.Items {
		if g.Active {
			return g, true
		}
	}
	return Gateway{}, false
}

// hands say who has set a way, and who has confirmed it.
func (g Gateway) hands() string {
	if g.SecondName == "" {
		return g.ByName + "一个人设的，没有第二个人确认过；重新保存一次，请另一位管理员确认。"
	}
	return g.ByName + "设的，" + g.SecondName + "确认的。"
}

// lines are what is asked to be confirmed, each with its word.
func (p Proposal) lines() (out [][2]string) {
	for _, l := range [][2]string{{"方式", Ways.Word(p.Way)}, {"地址", p.Address}, {"密钥编号", p.KeyID}, {"SdkAppId", p.App}, {"签名", p.Sign},
		{"地域", p.Zone}, {"业务代码", p.Service}, {"接入号", p.Number}, {"内容", p.Body}} {
		if l[1] != "" {
			out = append(out, l)
		}
	}
	shown := Gateway{Facts: p.Facts}
	for _, k := range sms.Kinds.Rows() {
		if t := shown.template(k.Code()); t.Code != "" {
			out = append(out, [2]string{k.Word(), strings.Join(append([]string{t.Code}, t.Params...), " ")})
		}
	}
	return append(out, [2]string{"谁要设", p.ByName})
}

// template gives what is filled in for a kind.
func (g Gateway) template(kind string) (t sms.Template) {
	list := map[string]sms.Template{}
	if g.Templates != "" && json.Unmarshal([]byte(g.Templates), &list) != nil {
		return t
	}
	if t, ok := list[kind]; ok {
		return t
	}
	return sms.Template{Params: sms.ParamsOf(kind)}
}

func (g Gateway) params(kind string) string { return strings.Join(g.template(kind).Params, " ") }

// explain says what variables a kind has.
func explain(kind string) string {
	var out []string
	for _, v := range sms.Vars[kind] {
		out = append(out, v.Name+"（"+v.Word+"）")
	}
	if out == nil {
		return "没有变量"
	}
	return "可用：" + strings.Join(out, "、")
}

func versionOf(g Gateway) string { return format.Int(g.Version) }

// reportKind is the work of noting what a gateway told of a message; it waits until the row knows the gateway's number.
const (
	reportKind = "gateway.report"
	reportWait = 20 * time.Second
)

type receipt struct {
	Ref  string `json:"ref"`
	Stat string `json:"stat"`
}

// statWords are what a gateway says of a message that did not arrive.
var statWords = map[string]string{"DELIVRD": "DELIVRD", "EXPIRED": "过了有效期没送到", "DELETED": "被网关删了", "UNDELIV": "送不到",
	"UNKNOWN": "不知道送到没有", "REJECTD": "被拒绝"}

// reported takes what a gateway tells; what cannot be kept now is told again.
func (s *Service) reported(r cmpp.Report) error {
	stat, known := statWords[r.Stat]
	if r.Stat == "ACCEPTD" || r.Stat == "" {
		return nil // it is on its way
	}
	if !known {
		stat = "没送到（" + strings.Map(plain, r.Stat) + "）"
	}
	ctx := auth.AsSystem(context.Background(), "gateway")
	return s.db.Write(ctx, func(tx *db.Tx) error {
		return job.Enqueue(ctx, tx, reportKind, receipt{cmpp.Ref(r.ID), stat}, job.At(time.Now().Add(reportWait)))
	})
}

func plain(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == ':' {
		return r
	}
	return -1
}

// note writes a report to its message.
func (s *Service) note(ctx context.Context, r receipt) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return notify.Report(ctx, tx, r.Ref, r.Stat) })
}

// paramsHint says how variables are written.
func paramsHint(g Gateway, kind string) string {
	if g.Way == aliyun {
		return explain(kind) + "；模板里叫别的名字的，写成 模板里的名字=" + sms.Vars[kind][0].Name
	}
	return explain(kind) + "；按模板里的顺序写"
}

// tabs lead to the form of each way; shown stands on the page.
func tabs(shown string) (out []ui.NavItem) {
	for _, w := range Ways.Rows() {
		out = append(out, ui.NavItem{Href: path + "?way=" + w.Code(), Label: w.Word(), Here: w.Code() == shown})
	}
	return out
}

// dropWord is what the button says that ends a proposal.
func dropWord(v Settings, p Proposal) string {
	if v.me == p.ByID {
		return "撤回"
	}
	return "不同意"
}
