package standard

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// urged are stations that officers asked in the last thirty days to mend what is missing, and where something still is.
var urged = area.Waiting(area.Wait{Shell: "desk", Rank: 65, Perm: Submit, Href: "/desk/standard", Word: "上级提醒补齐的", Button: "去补齐",
	Page: func(id db.ID) string { return "/desk/standard/" + id.String() }},
	`u.station_id AS id, st.name AS what, u.by_name AS who, u.at, 0 AS due`,
	`standard_urge u JOIN station st ON st.id = u.station_id WHERE u.day >= {month}
		AND NOT EXISTS (SELECT 1 FROM standard_urge n WHERE n.station_id = u.station_id AND n.day > u.day)`,
	auth.Columns{Region: "st.region", Station: "st.id"})
