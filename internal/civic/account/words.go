package account

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/web/ui"
)

// atWords says a time as people do.
func atWords(t time.Time) string { return clock.Words(t) }

func orNone(s string) string {
	if s == "" {
		return "没有"
	}
	return s
}

func onOff(on bool) string {
	if on {
		return "已登记"
	}
	return "没有登记"
}

func cardWords(v Security) string {
	if !v.Card {
		return "没有"
	}
	return "还剩 " + strconv.Itoa(v.CardLeft) + " 个码"
}

func totpLabel(on bool) string {
	if on {
		return "换一部手机登记动态码"
	}
	return "登记动态码"
}

func factorWord(f Factor) string {
	switch f {
	case FactorTOTP:
		return "密码加动态码"
	case FactorCard:
		return "密码加动态码，或动态码卡"
	case FactorDevice:
		return "密码；新设备加短信验证码"
	}
	return "密码或短信"
}

func giverWords(givers []string) string {
	if len(givers) == 0 {
		return "不由任命产生"
	}
	return strings.Join(givers, "、")
}

func untilWords(g Grant) string {
	if g.UntilDay == 0 {
		return ""
	}
	return "，到 " + g.UntilDay.String()
}

// agentWords names a browser as people know it.
func agentWords(agent string) string {
	for _, x := range []struct{ mark, word string }{{"MicroMessenger", "微信"}, {"HarmonyOS", "华为手机"}, {"iPhone", "苹果手机"}, {"iPad", "平板"},
		{"Android", "安卓手机"}, {"Windows", "Windows 电脑"}, {"Macintosh", "苹果电脑"}, {"Linux", "Linux 电脑"}} {
		if strings.Contains(agent, x.mark) {
			return x.word
		}
	}
	return "其他程序"
}

// roleOptions lists roles to choose from; nil is all.
func roleOptions(roles []auth.Role) []ui.Option {
	if roles == nil {
		roles = auth.Roles
	}
	out := make([]ui.Option, len(roles))
	for i, r := range roles {
		out[i] = ui.Option{Value: string(r), Label: r.Word()}
	}
	return out
}

func placeOptions(places []Place) []ui.Option {
	out := make([]ui.Option, len(places))
	for i, p := range places {
		out[i] = ui.Option{Value: p.Code, Label: p.Name}
	}
	return out
}

// withBack adds where to go afterwards.
func withBack(path, back string) string {
	if back == "" {
		return path
	}
	return path + "?back=" + url.QueryEscape(back)
}

// href is the list again, from a cursor.
func (v Listing) href(cursor string) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": v.Q, "role": string(v.Role), "state": v.State, "cursor": cursor} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/admin/accounts?" + q.Encode()
}

func (v Listing) first() string {
	if v.Cursor == "" {
		return ""
	}
	return v.href("")
}

func (v Listing) next() string {
	if v.Next == "" {
		return ""
	}
	return v.href(v.Next)
}
