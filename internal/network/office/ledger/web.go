package ledger

import (
	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	web.JSON(r, "GET /api/v1/stations/{id}/ledgers", "ledger.list", office.View, s.List)
	web.JSON(r, "GET /api/v1/stations/{id}/ledgers/{code}", "ledger.get", office.View, s.Get)
	web.Page(r, "GET "+office.DeskPath+"/{id}/ledgers", "ledger.list", office.View, s.List, ledgersPage)
	web.Page(r, "GET "+office.DeskPath+"/{id}/ledgers/{code}", "ledger.get", office.View, s.Get, ledgerPage)
	web.File(r, "GET "+office.DeskPath+"/{id}/ledgers.file", "ledger.file", office.View, s.File)
}
