// Package wording says permissions as people do, and of browsers and networks what is kept and shown of them.
package wording

import (
	"cmp"
	"net/netip"
	"strings"

	"linli/internal/platform/auth"
)

// Words of the two halves of a permission, area.verb.
var (
	areas = map[string]string{"account": "账号", "audit": "审计", "attendance": "签到", "calendar": "工作日历", "catalogue": "服务目录",
		"certificate": "证明", "dictionary": "字典", "dispatch": "派单", "identity": "统一身份认证", "job": "后台任务", "notify": "消息",
		"order": "订单", "person": "人员登记", "portal": "公开页面", "record": "服务记录", "region": "区划", "setting": "设置",
		"station": "站点", "volunteer": "志愿者"}
	verbs = map[string]string{"appoint": "任命和收回", "approve": "审批", "cancel": "撤单", "card": "发联系卡", "confirm": "确认",
		"consent": "登记同意", "create": "新建", "desk": "工作台", "edit": "修改", "enrol": "当面登记", "erase": "注销", "handle": "受理和派单",
		"import": "导入", "issue": "登记资质和保险", "lock": "停用和恢复", "manage": "管理", "merge": "合并重复", "own": "自己的",
		"register": "登记", "reveal": "查看原值（留痕）", "roles": "查看角色权限", "second": "第二人审批", "serve": "接单和服务",
		"subject": "个人信息请求", "update": "更新", "view": "查看", "void": "作废"}
)

// Permission says a permission as people do; a half without a word stays as it is.
func Permission(p auth.Perm) string {
	area, verb, _ := strings.Cut(string(p), ".")
	return cmp.Or(areas[area], area) + "：" + cmp.Or(verbs[verb], verb)
}

// Agent names a browser as people know it.
func Agent(agent string) string {
	for _, x := range []struct{ mark, word string }{{"MicroMessenger", "微信"}, {"HarmonyOS", "华为手机"}, {"iPhone", "苹果手机"}, {"iPad", "平板"},
		{"Android", "安卓手机"}, {"Windows", "Windows 电脑"}, {"Macintosh", "苹果电脑"}, {"Linux", "Linux 电脑"}} {
		if strings.Contains(agent, x.mark) {
			return x.word
		}
	}
	return "其他程序"
}

// Network keeps of an address what tells networks apart and not households: /24, or /48.
func Network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	a, bits := a.Unmap(), 48
	if a.Is4() {
		bits = 24
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// Cut keeps the first n characters.
func Cut(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}
