package station

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

const askColumns = `a.id, a.name AS what, a.by_name AS who, a.at, 0 AS due`

// What waits of applications for stations: for the town to check, and for the applicant to mend.
var (
	toCheck = area.Waiting(area.Wait{Shell: "desk", Rank: 55, Perm: Confirm, Href: desk, Word: "设立站点的申请，等核实", Button: "去核实",
		Page: askPage},
		askColumns, `station_application a WHERE a.state = 'submitted'`, auth.Columns{Region: "a.region"})
	toCheckGov = area.Waiting(area.Wait{Shell: "gov", Rank: 25, Perm: Confirm, Href: gov, Word: "设立站点的申请，等核实", Button: "去核实",
		Page: askPage}, askColumns, `station_application a WHERE a.state = 'submitted'`, auth.Columns{Region: "a.region"})
	toComplete = area.Waiting(area.Wait{Shell: "desk", Rank: 56, Perm: Apply, Href: desk, Word: "设立站点的申请退回来了，等补充", Button: "去补充",
		Page: askPage}, askColumns, `station_application a WHERE a.state = 'returned'`, auth.Columns{Region: "a.region"})
)

func askPage(id db.ID) string { return "/desk/applications/" + id.String() }
