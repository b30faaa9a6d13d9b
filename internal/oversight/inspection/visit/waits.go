package visit

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
)

const (
	waitColumns = `f.id, f.problem AS what, st.name AS who, f.made_at AS at, f.due_day AS due`
	waitTables  = `inspection_finding f JOIN station st ON st.id = f.station_id WHERE `
)

var findingPlace = auth.Columns{Region: "f.region", Station: "f.station_id"}

// What waits of findings: for the station to mend, for an inspector to look again, and what is overdue.
var (
	toMend = area.Waiting(area.Wait{Shell: "desk", Rank: 60, Perm: Rectify, Href: "/desk/findings", Word: "督导提出的问题，等整改", Button: "去整改",
		Page: myFindingAt}, waitColumns, waitTables+`f.state = 'open'`, findingPlace)
	toRecheck = area.Waiting(area.Wait{Shell: "gov", Rank: 30, Perm: Inspect, Href: "/gov/findings", Word: "整改好了，等复查", Button: "去复查",
		Page: findingAt}, waitColumns, waitTables+`f.state = 'done'`, findingPlace)
	overrun = area.Waiting(area.Wait{Shell: "gov", Rank: 40, Perm: Inspect, Href: "/gov/findings", Word: "过期没整改的问题", Button: "看一看",
		Alarm: true,
		Page:  findingAt}, waitColumns, waitTables+`f.state = 'open' AND f.due_day < {today}`, findingPlace)
	planned = area.Waiting(area.Wait{Shell: "gov", Rank: 28, Perm: Inspect, Href: visitsPath, Word: "安排了的督导检查，这几天要去", Button: "去检查",
		Page: visitAt}, `i.id, st.name AS what, i.inspectors AS who, i.made_at AS at, i.day AS due`,
		`inspection i JOIN station st ON st.id = i.station_id WHERE i.state = 'planned' AND i.day <= {week}`,
		auth.Columns{Region: "i.region", Station: "i.station_id"})
)
