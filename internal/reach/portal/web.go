package portal

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
	"linli/internal/work/order"
)

// Routes mounts the public pages.
func (s *Service) Routes(r *web.Router) {
	front := []web.Option{web.Translated}
	if s.published != nil {
		front = append(front, web.Fresh(s.edition))
	}
	web.Page(r, "GET /{$}", "portal.home", View, s.Home, homePage, front...)
	web.Page(r, "GET /privacy", "portal.text", View, s.Text, func(Nothing) templ.Component { return privacyPage() }, web.Translated)
	web.Page(r, "GET /accessibility", "portal.text", View, s.Text, func(Nothing) templ.Component { return accessibilityPage() },
		web.Translated)
	for _, path := range []string{"/scheme", "/plan"} { // one page; the second name is that of the outward interface
		web.Page(r, "GET "+path, "portal.scheme", View, s.Scheme, schemePage)
	}
	web.JSON(r, "GET /api/v1/plan", "portal.plan", View, s.Plan)
	web.Page(r, "GET /my", "portal.my", Enter, s.Open, func(Nothing) templ.Component { return startPage("我的邻里", "要办什么，点一下", "start") },
		web.Translated)
	web.JSON(r, "GET /api/v1/find", "portal.find", Search, s.Find)
	web.Page(r, "GET /desk/find", "portal.find", Search, s.Find, findPage)
	web.Page(r, "GET /gov/find", "portal.find", Search, s.Find, findPage)
	web.JSON(r, "POST /api/v1/orders/{id}/call", "portal.call", order.Dial, s.Call)
	web.Page(r, "POST /desk/orders/{id}/call", "portal.call", order.Dial, s.Call, ringPage)
	web.JSON(r, "POST /api/v1/callers", "portal.caller", order.Dial, s.Caller)
	web.Page(r, "GET /gov", "portal.gov", Enter, s.Gov, govPage)
	web.Page(r, "GET /admin", "portal.admin", Enter, s.Admin, adminPage)
}
