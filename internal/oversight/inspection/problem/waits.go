package problem

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
)

const (
	waitColumns = `b.id, b.body AS what, st.name AS who, b.made_at AS at, b.due_day AS due`
	waitTables  = `problem b JOIN station st ON st.id = b.station_id WHERE `
)

var waitPlace = auth.Columns{Region: "b.region", Station: "b.station_id"}

// What waits of difficulties: for an answer of the level where they lie, and for the word of the station about the answer.
var (
	toAnswer = area.Waiting(area.Wait{Shell: "gov", Rank: 20, Perm: Answer, Href: "/gov/problems", Word: "站点提的困难，等答复", Button: "去答复",
		Page: govAt}, waitColumns,
		waitTables+`b.state = 'waiting' AND (b.level = 'banner') = ({seat} % 1000000 = 0)`, waitPlace)
	toRate = area.Waiting(area.Wait{Shell: "desk", Rank: 70, Perm: Raise, Href: "/desk/problems", Word: "上级答复了，等您评价", Button: "去评价",
		Page: myAt}, waitColumns, waitTables+`b.state = 'answered'`, waitPlace)
)
