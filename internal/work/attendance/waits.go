package attendance

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// What waits of paper sheets for those who have to mend what came back.
var returned = area.Waiting(area.Wait{Shell: "desk", Rank: 50, Perm: Sheets, Href: "/desk/sheets", Word: "补录单退回来了，等改", Button: "去改",
	Page: func(id db.ID) string { return sheetPath(id.String()) }},
	sheetColumns, sheetTables+`s.state = 'returned'`, auth.Columns{Region: "s.region", Station: "s.station_id"})

const (
	sheetColumns = `s.id, s.no AS what, st.name AS who, COALESCE(s.entered_at, s.issued_at) AS at, s.due_day AS due`
	sheetTables  = `sheet s JOIN station st ON st.id = s.station_id WHERE `
)

// entered are the sheets that wait for the actor as their second person.
func (s *Service) entered() area.Wait {
	return area.Wait{Shell: "desk", Rank: 40, Perm: Review, Href: "/desk/second", Word: "补录单和活动名单，等您复核", Button: "去复核",
		Page: func(id db.ID) string { return sheetPath(id.String()) + "/approve" }, Own: s.heap}
}
