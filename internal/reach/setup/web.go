package setup

import (
	"net/url"
	"time"

	"linli/internal/platform/web"
)

// Routes mounts the area. Tries of addresses are counted, though none can be guessed.
func (s *Service) Routes(r *web.Router) {
	few := web.Rate(60, time.Hour)
	web.JSON(r, "GET /api/v1/setup/{token}", "setup.open", Start, s.Open, few)
	web.JSON(r, "POST /api/v1/setup/{token}", "setup.begin", Start, s.Begin, web.Status(201), few)
	web.JSON(r, "GET /api/v1/setup", "setup.steps", Follow, s.Steps)
	web.Page(r, "GET /setup/{token}", "setup.open", Start, s.Open, openPage, few)
	web.Form(r, "POST /setup/{token}", "setup.begin", Start, s.begin,
		func(in beginForm) string { return pathOf(in.Token) + "?q=" + url.QueryEscape(in.Q) },
		func(in beginForm, _ Begun) string { return pathOf(in.Token) }, few)
	web.Page(r, "GET "+path, "setup.steps", Follow, s.Steps, stepsPage)
}
