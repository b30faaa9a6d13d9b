package log

import (
	"time"

	"linli/internal/platform/web"
)

// Routes mounts the public addresses.
func (s *Service) Routes(r *web.Router) {
	reader := web.Rate(600, time.Minute) // whoever follows a log reads many tiles at once
	web.Page(r, "GET /log", "log.overview", View, s.Overview, overviewPage, web.Translated)
	web.File(r, "GET /log/checkpoint", "log.checkpoint", View, s.Checkpoint, reader)
	web.File(r, "GET /log/tile/{path...}", "log.tile", View, s.Tile, reader)
	web.File(r, "GET /api/v1/log/checkpoint", "log.checkpoint", View, s.Checkpoint, reader)
	web.File(r, "GET /api/v1/log/proof", "log.proof", View, s.Proof, reader)
	web.JSON(r, "GET /api/v1/log/leaf", "log.leaf", View, s.Leaf, web.Rate(60, time.Minute))
}
