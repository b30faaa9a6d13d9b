package appointment

import "linli/internal/platform/area"

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "appointment",
		Live: []area.Live{{Table: "account_act", Word: "任命和账号的核实"}},
	}
}
