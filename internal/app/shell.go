package app

import (
	"context"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/coverage"
	"linli/internal/network/office"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection/plan"
	"linli/internal/oversight/inspection/problem"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/oversight/report"
	"linli/internal/oversight/stats"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/notify"
	"linli/internal/platform/web/ui"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/reach/console"
	"linli/internal/reach/exchange"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance"
	"linli/internal/work/catalogue"
	"linli/internal/work/dispatch"
	"linli/internal/work/order"
)

// entry is one line of a navigation; who does not hold the permission does not see it.
type entry struct {
	perm              auth.Perm
	href, label, icon string
	line              string // said under it on a start page
}

var (
	siteEntries = []entry{
		{portal.View, "/", "首页", "home", ""},
		{station.View, "/stations", "找服务站", "pin", ""},
		{certificate.Look, "/verify", "查验证书", "qr", ""},
		{coverage.Public, "/coverage", "站点覆盖", "chart", ""},
		{spotcheck.Public, "/spot-checks", "抽查公开", "scan", ""},
		{portal.View, "/regions", "区划", "flag", ""},
		{stats.Look, "/figures", "数据", "chart", ""},
		{order.Handle, "/desk", "工作台", "board", ""},
		{portal.Enter, "/my", "我的", "user", ""},
	}
	phoneEntries = []entry{
		{portal.View, "/my", "首页", "home", ""},
		{order.Make, "/my/orders", "求助", "heart", ""},
		{order.Serve, "/my/tasks", "任务", "order", ""},
		{record.View, "/my/hours", "时长", "clock", ""},
		{account.Own, "/my/security", "我的", "user", ""},
	}
	// startEntries are the tiles of /my.
	startEntries = []entry{
		{order.Make, "/my/orders/new", "我要求助", "heart", "三步点一单，不花钱"},
		{order.Make, "/my/orders", "我的求助", "order", "办到哪一步了，给个评价"},
		{order.Serve, "/my/tasks", "我的任务", "calendar", "接单、签到、签退"},
		{record.View, "/my/hours", "服务时长", "clock", "每一次都在这里"},
		{certificate.Make, "/my/certificates", "开证明", "medal", "免费，谁都能查验"},
		{volunteer.View, "/my/volunteer", "我是志愿者", "users", "登记，或者看自己的编号、歇几天"},
		{person.Own, "/my/profile", "我的信息", "user", "登记了什么，同意过什么"},
		{notify.Own, "/messages", "消息", "bell", "单子有动静，在这里告诉您"},
		{account.Own, "/my/security", "账号和安全", "lock", "密码、动态码、登录过的设备"},
		{order.Handle, "/desk", "去工作台", "board", "站里的事"},
		{station.Oversee, "/gov", "主管部门", "flag", "管的地方，各站怎么样"},
	}
	deskEntries = []entry{
		{order.Handle, "/desk", "今天", "home", ""},
		{order.Handle, "/desk/board", "工作台", "board", ""},
		{order.Make, "/desk/orders/new", "登记求助", "phone", ""},
		{order.Handle, "/desk/orders", "求助单", "order", ""},
		{dispatch.Plan, "/desk/plans", "一起派单", "users", ""},
		{attendance.View, "/desk/attendance", "签到签退", "clock", ""},
		{attendance.Sheets, "/desk/sheets", "补录单", "doc", ""},
		{order.Second, "/desk/second", "第二人复核", "check", ""},
		{record.View, "/desk/records", "服务记录", "archive", ""},
		{certificate.View, "/desk/certificates", "证书", "medal", ""},
		{order.IssueCard, "/desk/cards", "便民联系卡", "key", ""},
		{person.Edit, "/desk/persons", "居民", "user", ""},
		{volunteer.Enrol, "/desk/volunteers", "志愿者", "users", ""},
		{exchange.Use, "/desk/imports", "成批导入", "upload", ""},
		{station.Desk, "/desk/stations", "站点", "pin", ""},
		{standard.View, "/desk/standard", "站点标准", "shield", ""},
		{office.View, "/desk/office", "站里的台账", "archive", ""},
		{visit.View, "/desk/findings", "督导整改", "flag", ""},
		{problem.View, "/desk/problems", "困难问题", "chat", ""},
		{station.Desk, "/desk/quarters", "居民小区", "home", ""},
		{catalogue.Edit, "/desk/catalogue", "服务目录", "book", ""},
		{order.Handle, "/desk/handover", "移交", "next", ""},
		{station.Oversee, "/gov", "主管部门", "flag", ""},
	}
	govEntries = []entry{
		{station.Oversee, "/gov", "首页", "home", ""},
		{coverage.View, "/gov/coverage", "覆盖进度", "chart", "对着目标看进度，缺什么、差在哪里，一直看到站点的证据"},
		{stats.View, "/gov/indicators", "指标", "chart", "每个数怎么算的、名单是哪些、和别处比"},
		{report.View, "/gov/reports", "报表和通报", "doc", "月报、季报、年报，上级的空表，通报和简报"},
		{station.Oversee, "/gov/stations", "站点", "pin", "在哪里、谁管、开没开着"},
		{station.Oversee, "/gov/standard", "站点标准", "shield", "达没达标，缺什么，证据看得见"},
		{station.Oversee, "/gov/checklist", "标准清单", "doc", "建设方案的必备项，本地增加的项"},
		{office.Configure, "/gov/office", "制度样本和档案分类", "book", "给站点的制度样本，档案分几类、保存几年"},
		{coverage.View, "/gov/coverage/missing?lack=none", "没有站的嘎查村（社区）", "flag", "该设还没设的，申请办到哪一步"},
		{station.Oversee, "/gov/quarters", "居民小区", "users", "户数多、应设点还没设点的"},
		{plan.View, "/gov/plan", "计划和任务", "calendar", "年度计划，下达的和收到的任务，谁还没签收"},
		{visit.Inspect, "/gov/inspections", "督导检查", "check", "用手机逐项记，问题限期整改、复查"},
		{visit.Inspect, "/gov/findings", "问题和整改", "flag", "哪些过期没办结"},
		{spotcheck.View, "/gov/spot-checks", "记录与证明抽查", "scan", "抽什么、怎么抽都公开，谁都能重抽"},
		{problem.View, "/gov/problems", "困难问题清单", "chat", "站点提出，限期答复，站点评价"},
		{setting.Edit, "/admin/settings", "设置", "settings", "时限、工作时间、称呼，本级可以自己定"},
		{order.Handle, "/desk", "工作台", "board", "求助单、志愿者、服务记录"},
	}
	adminEntries = []entry{
		{portal.View, "/admin", "首页", "home", ""},
		{account.View, "/admin/accounts", "账号", "users", ""},
		{account.ViewRoles, "/admin/roles", "职务", "key", ""},
		{region.Edit, "/admin/editions", "区划版本", "flag", "上传新的一版，先看差别再生效"},
		{region.Edit, "/admin/regions", "社区认定", "check", "哪些嘎查村（社区）计入覆盖率的分母"},
		{setting.View, "/admin/settings", "设置", "settings", "时限、工作时间、称呼，各级可以自己定"},
		{setting.DictionaryEdit, "/admin/dictionaries", "词典", "book", "各处可选的词，别的平台的代码"},
		{setting.View, "/admin/calendar", "工作日历", "calendar", "放假和调休，时限按它算"},
		{console.ViewJobs, "/admin/jobs", "后台任务", "clock", ""},
		{audit.View, "/admin/audit", "审计", "archive", ""},
	}
)

// decorate gives each shell its navigation.
func decorate(_ context.Context, p *ui.Page) {
	p.Navs = ui.Navs{"site": nav(siteEntries), "phone": nav(phoneEntries), "start": nav(startEntries), "desk": nav(deskEntries), "gov": nav(govEntries), "admin": nav(adminEntries)}
}

func nav(entries []entry) func(context.Context) []ui.NavItem {
	return func(ctx context.Context) (out []ui.NavItem) {
		for _, e := range entries {
			if auth.Holds(ctx, e.perm) {
				out = append(out, ui.NavItem{Href: e.href, Label: e.label, Icon: e.icon, Line: e.line})
			}
		}
		return out
	}
}
