package app

import (
	"context"

	"linli/internal/platform/web/ui"
)

// decorate gives each shell its navigation.
func decorate(_ context.Context, p *ui.Page) {
	p.Navs = ui.Navs{"site": func(context.Context) []ui.NavItem {
		return []ui.NavItem{{Href: "/", Label: "首页", Icon: "home"}, {Href: "/regions", Label: "区划", Icon: "pin"}}
	}}
}
