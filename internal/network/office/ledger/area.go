package ledger

import (
	"linli/internal/platform/area"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "ledger", Routes: s.Routes,
	}
}
