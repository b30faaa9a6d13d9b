package account

import (
	"cmp"
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

// Words of the two halves of a permission, area.verb.
var (
	areaWords = map[string]string{"account": "账号", "audit": "审计", "attendance": "签到", "calendar": "工作日历", "catalogue": "服务目录",
		"certificate": "证明", "dictionary": "字典", "dispatch": "派单", "job": "后台任务", "notify": "消息", "order": "订单", "person": "人员登记",
		"portal": "公开页面", "record": "服务记录", "region": "区划", "setting": "设置",
		"station": "站点", "volunteer": "志愿者"}
	verbWords = map[string]string{"appoint": "任命和收回", "approve": "审批", "cancel": "撤单", "card": "发联系卡", "confirm": "确认", "consent": "登记同意",
		"create": "新建", "desk": "工作台", "edit": "修改", "enrol": "当面登记", "erase": "注销", "handle": "受理和派单", "import": "导入", "issue": "登记资质和保险",
		"lock": "停用和恢复", "manage": "管理", "merge": "合并重复",
		"own": "自己的", "register": "登记", "reveal": "查看原值（留痕）", "roles": "查看角色权限", "second": "第二人审批", "serve": "接单和服务", "subject": "个人信息请求",
		"update": "更新",
		"view":   "查看", "void": "作废"}
)

// permWords says a permission as people do; a half without a word stays as it is.
func permWords(p auth.Perm) string {
	area, verb, _ := strings.Cut(string(p), ".")
	return cmp.Or(areaWords[area], area) + "：" + cmp.Or(verbWords[verb], verb)
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
