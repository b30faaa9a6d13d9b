package standard

import (
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// What waits of standards: what officers asked to mend, and what a station says it has and its town has not seen.
var (
	urged    = reminded("desk", Submit, "/desk/standard", "上级提醒补齐的", "去补齐")
	urgedGov = reminded("gov", Check, "/gov/standard", "提醒过、还没有补齐的站点", "看一看")
	// Towns alone are asked: above them a look would go through the evidence of whole leagues for nothing.
	toWitness = area.Waiting(area.Wait{Shell: "gov", Rank: 35, Perm: Check, Href: "/gov/standard", Word: "站里说有了，还没有人去看过", Button: "去核对",
		Page: func(id db.ID) string { return "/gov/standard/" + id.String() + "/check" }},
		`st.id, st.name AS what, e.by_name AS who, e.at, 0 AS due`, `standard_evidence e JOIN station st ON st.id = e.station_id
		WHERE {seat} % 1000 = 0 AND {seat} % 1000000 > 0 AND e.state = 'claimed'
		AND e.ended_day = 99991231 AND st.status <> 'closed' AND st.region / 1000 * 1000 = {seat}
		AND NOT EXISTS (SELECT 1 FROM standard_evidence n WHERE n.station_id = e.station_id AND n.state = 'claimed'
			AND n.ended_day = 99991231 AND n.id < e.id)`, auth.Columns{Region: "st.region", Station: "st.id"})
)

// reminded are stations that officers asked in the last thirty days to mend what is missing, and that still do not meet the standard.
func reminded(shell string, perm auth.Perm, href, word, button string) area.Wait {
	return area.Waiting(area.Wait{Shell: shell, Rank: 65, Perm: perm, Href: href, Word: word, Button: button,
		Page: func(id db.ID) string { return href + "/" + id.String() }},
		`u.station_id AS id, st.name AS what, u.by_name AS who, u.at, 0 AS due`,
		`standard_urge u JOIN station st ON st.id = u.station_id WHERE u.day >= {month} AND st.status <> 'closed'
		AND NOT EXISTS (SELECT 1 FROM standard_urge n WHERE n.station_id = u.station_id AND n.day > u.day)
		AND NOT EXISTS (SELECT 1 FROM standard_status x WHERE x.station_id = u.station_id AND x.day <= {today} AND x.until_day > {today}
			AND x.met)`, auth.Columns{Region: "st.region", Station: "st.id"})
}
