package sign

import (
	"linli/internal/platform/area"
)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "sign", Routes: s.Routes,
	}
}
