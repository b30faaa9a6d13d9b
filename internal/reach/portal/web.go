package portal

import (
	"github.com/a-h/templ"

	"linli/internal/platform/web"
)

// Routes mounts the public pages.
func (s *Service) Routes(r *web.Router) {
	web.Page(r, "GET /{$}", "portal.home", View, s.Home, homePage)
	web.Page(r, "GET /privacy", "portal.text", View, s.Text, func(Nothing) templ.Component { return privacyPage() })
	web.Page(r, "GET /accessibility", "portal.text", View, s.Text, func(Nothing) templ.Component { return accessibilityPage() })
}
