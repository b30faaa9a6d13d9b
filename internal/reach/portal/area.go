package portal

import (
	_ "embed"

	"linli/internal/civic/account"
	"linli/internal/network/station"
	"linli/internal/platform/area"
	"linli/internal/work/order"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "portal", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Rank: 10, Perm: View, Href: "/", Label: "首页", Icon: "home"},
			{Shell: "site", Group: "公开", Rank: 54, Perm: View, Href: "/regions", Label: "区划", Icon: "flag"},
			{Shell: "site", Rank: 80, Perm: order.Handle, Href: "/desk", Label: "工作台", Icon: "board"},
			{Shell: "site", Rank: 81, Perm: station.Oversee, Href: "/gov", Label: "主管部门", Icon: "flag"},
			{Shell: "site", Rank: 90, Perm: Enter, Href: "/my", Label: "我的", Icon: "user"},
			{Shell: "phone", Rank: 10, Perm: View, Href: "/my", Label: "首页", Icon: "home"},
			{Shell: "start", Group: "工作", Rank: 100, Perm: order.Handle, Href: "/desk", Label: "去工作台", Icon: "board", Line: "站里的事"},
			{Shell: "start", Group: "工作", Rank: 110, Perm: station.Oversee, Href: "/gov", Label: "主管部门", Icon: "flag", Line: "管的地方，各站怎么样"},
			{Shell: "desk", Rank: 10, Perm: order.Handle, Href: "/desk", Label: "今天", Icon: "home", Tab: true},
			{Shell: "desk", Rank: 300, Perm: station.Oversee, Href: "/gov", Label: "主管部门", Icon: "flag"},
			{Shell: "gov", Rank: 10, Perm: station.Oversee, Href: "/gov", Label: "今天", Icon: "home", Tab: true},
			{Shell: "gov", Rank: 200, Perm: order.Handle, Href: "/desk", Label: "工作台", Icon: "board", Line: "求助单、志愿者、服务记录"},
			{Shell: "admin", Rank: 200, Perm: station.Oversee, Href: "/gov", Label: "主管部门", Icon: "flag"},
			{Shell: "admin", Rank: 210, Perm: order.Handle, Href: "/desk", Label: "工作台", Icon: "board"},
			{Shell: "desk", Group: "人", Part: "登记和账号", Rank: 128, Perm: account.View, Href: "/admin/accounts", Label: "账号", Icon: "lock"},
			{Shell: "gov", Group: "人与事", Part: "账号和设置", Rank: 92, Perm: account.View, Href: "/admin/accounts", Label: "账号", Icon: "lock",
				Line: "谁管哪里，任命和停用"},
			{Shell: "admin", Rank: 10, Perm: View, Href: "/admin", Label: "首页", Icon: "home"},
		},
		Waits: []area.Wait{lateOnes, toReview, toSend, toSecond, toConfirm, underWay, toAnswer, toLeave, toGo},
	}
}
