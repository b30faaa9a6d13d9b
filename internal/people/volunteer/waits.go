package volunteer

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// applied are those who want to serve and whom nobody has answered.
var applied = area.Waiting(area.Wait{Shell: "desk", Rank: 30, Perm: Approve, Href: "/desk/volunteers", Word: "想当志愿者的，等审核", Button: "去审核",
	Page: func(id db.ID) string { return "/desk/volunteers/" + id.String() }},
	`v.id, p.name AS what, '' AS who, v.at, 0 AS due`, `volunteer v JOIN person p ON p.id = v.person_id WHERE v.status = 'pending'`,
	auth.Columns{Region: "v.region", Station: "v.station_id"})
