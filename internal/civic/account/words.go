package account

import (
	"strconv"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/web/ui"
)

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

func totpLabel(v Security) string {
	switch {
	case v.Pending:
		return "换一个密钥，从头登记"
	case v.TOTP:
		return "换一部手机登记动态码"
	}
	return "登记动态码"
}

// totpClass leaves the eye to the one thing to do next.
func totpClass(v Security) string {
	if v.Pending || v.TOTP {
		return "quiet"
	}
	return "primary"
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

// href is the list again, from a cursor.
func (v Listing) href(cursor string) string {
	return ui.Href("/admin/accounts", "q", v.Q, "role", v.Role, "state", v.State, "cursor", cursor)
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
