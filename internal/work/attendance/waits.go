package attendance

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// What waits of paper sheets: for a second person, and for those who have to mend what came back.
var (
	entered = area.Waiting(area.Wait{Shell: "desk", Rank: 40, Perm: Review, Href: "/desk/sheets", Word: "补录单，等第二人复核", Button: "去复核",
		Page: func(id db.ID) string { return sheetPath(id.String()) + "/approve" }},
		sheetColumns, sheetTables+`s.state = 'entered'`, auth.Columns{Region: "s.region", Station: "s.station_id"})
	returned = area.Waiting(area.Wait{Shell: "desk", Rank: 50, Perm: Sheets, Href: "/desk/sheets", Word: "补录单退回来了，等改", Button: "去改",
		Page: func(id db.ID) string { return sheetPath(id.String()) }},
		sheetColumns, sheetTables+`s.state = 'returned'`, auth.Columns{Region: "s.region", Station: "s.station_id"})
)

const (
	sheetColumns = `s.id, s.no AS what, st.name AS who, COALESCE(s.entered_at, s.issued_at) AS at, s.due_day AS due`
	sheetTables  = `sheet s JOIN station st ON st.id = s.station_id WHERE `
)
