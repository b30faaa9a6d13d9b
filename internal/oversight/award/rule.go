package award

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/proof/honour"
)

// Figures are what the records say of somebody who was nominated.
type Figures struct {
	Since   clock.Day `json:"since" doc:"从哪天起在册、成立或者开始；不问的为空"`
	Minutes int64     `json:"minutes" doc:"计入的服务时间"`
	Times   int64     `json:"times" doc:"计入的服务人次"`
	People  int64     `json:"people" doc:"队员、参加过的人、在册的志愿者"`
	Active  int64     `json:"active" doc:"其中近一年服务过的"`
	Brands  int64     `json:"brands" doc:"案例库里公开的品牌项目"`
	Records string    `json:"records_sha256" doc:"这些记录的摘要"`
}

// Condition is one thing that a category asks for, and whether it is so.
type Condition struct {
	Word string `json:"word"`
	Met  bool   `json:"met"`
	Why  string `json:"why"`
}

// base is what does not come from records.
type base struct {
	Since  clock.Day
	People int64
}

// fact is a counted record of somebody's.
type fact struct {
	ID       db.ID
	PersonID db.ID
	Day      clock.Day
	Minutes  int64
}

const counted = `SELECT r.id, r.person_id, r.day, r.minutes FROM service_record r `

var (
	basesOf = map[string]*db.Rows[base]{
		Volunteer: db.Query[base](`SELECT approved_day AS since, 1 AS people FROM volunteer WHERE id = $1`),
		Team: db.Query[base](`SELECT t.founded_day AS since, (SELECT COUNT(*) FROM team_member m WHERE m.team_id = t.id AND m.state = 'in') AS people
			FROM team t WHERE t.id = $1`),
		Project:   db.Query[base](`SELECT from_day AS since, 0 AS people FROM project WHERE id = $1`),
		Community: db.Query[base](`SELECT 0 AS since, COUNT(*) AS people FROM volunteer WHERE region = $1 AND status = 'active'`),
	}
	factsOf = map[string]*db.Rows[fact]{
		Volunteer: db.Query[fact](counted + `JOIN volunteer v ON v.person_id = r.person_id WHERE v.id = $1 AND r.status = 'counted' ORDER BY r.id`),
		Team: db.Query[fact](counted + `JOIN team_member m ON m.person_id = r.person_id AND m.state = 'in' AND r.day >= m.from_day
			WHERE m.team_id = $1 AND r.status = 'counted' ORDER BY r.id`),
		Project: db.Query[fact](counted + `JOIN attendance t ON t.id = r.attendance_id JOIN sheet_row l ON l.id = t.row_id
			JOIN activity a ON a.sheet_id = l.sheet_id WHERE a.project_id = $1 AND r.status = 'counted' ORDER BY r.id`),
		Community: db.Query[fact](counted + `WHERE r.region = $1 AND r.status = 'counted' ORDER BY r.id`),
	}
)

// figures counts what the records say of a nomination, by those that count today.
func figures(ctx context.Context, tx *db.Tx, n Nomination) (out Figures, err error) {
	id := map[string]db.ID{Volunteer: n.VolunteerID, Team: n.TeamID, Project: n.ProjectID, Community: db.ID(n.Region)}[n.Kind]
	b, err := basesOf[n.Kind].One(ctx, tx, id)
	if err != nil {
		return out, err
	}
	out.Since, out.People = b.Since, b.People
	yearAgo, sum := clock.DayOf(tx.Now)-10000, sha256.New()
	all, recent := map[db.ID]bool{}, map[db.ID]bool{}
	err = factsOf[n.Kind].Each(ctx, tx, func(f fact) error {
		out.Times, out.Minutes, all[f.PersonID] = out.Times+1, out.Minutes+f.Minutes, true
		if f.Day >= yearAgo {
			recent[f.PersonID] = true
		}
		fmt.Fprintf(sum, "%d %d %d\n", int64(f.ID), f.Day, f.Minutes)
		return nil
	}, id)
	out.Active, out.Records = int64(len(recent)), hex.EncodeToString(sum.Sum(nil))
	if n.Kind == Project {
		out.People = int64(len(all))
	}
	out.Active = min(out.Active, out.People)
	if err != nil {
		return out, err
	}
	switch n.Kind {
	case Team:
		out.Brands, err = honour.BrandsOfTeam(ctx, tx, n.TeamID)
	case Community:
		out.Brands, err = honour.BrandsIn(ctx, tx, n.Region)
	}
	return out, err
}

// conditions says of each thing that a category asks for whether the figures hold to it, and why.
func conditions(c Category, f Figures, today clock.Day) []Condition {
	out := []Condition{}
	if c.LeastYears > 0 {
		since := map[string]string{Volunteer: "注册", Team: "成立", Project: "开展"}[c.Kind]
		why := "没有" + since + "的日期"
		if f.Since != 0 {
			why = f.Since.String() + " " + since + "，满 " + format.Int((int64(today)-int64(f.Since))/10000) + " 年"
		}
		out = append(out, Condition{since + "满 " + format.Int(c.LeastYears) + " 年",
			f.Since != 0 && int64(f.Since)+c.LeastYears*10000 <= int64(today), why})
	}
	if c.LeastHours > 0 {
		out = append(out, Condition{"计入的服务时间 " + format.Int(c.LeastHours) + " 小时以上", f.Minutes >= c.LeastHours*60,
			"计入 " + format.Hours(f.Minutes) + " 小时，" + format.Int(f.Times) + " 人次"})
	}
	if c.LeastPeople > 0 {
		out = append(out, Condition{"志愿者 " + format.Int(c.LeastPeople) + " 人以上", f.People >= c.LeastPeople, "有 " + format.Int(f.People) + " 人"})
	}
	if c.LeastActive > 0 {
		out = append(out, Condition{"近一年服务过的占 " + format.Int(c.LeastActive) + "% 以上",
			f.People > 0 && f.Active*100 >= c.LeastActive*f.People, format.Int(f.People) + " 人里有 " + format.Int(f.Active) + " 人"})
	}
	if c.LeastBrands > 0 {
		out = append(out, Condition{"品牌项目 " + format.Int(c.LeastBrands) + " 个以上", f.Brands >= c.LeastBrands,
			"案例库里公开的有 " + format.Int(f.Brands) + " 个"})
	}
	return out
}

// unmet are the conditions that do not hold, in one line; "" when all do.
func unmet(list []Condition) (out string) {
	for _, c := range list {
		if !c.Met {
			out += "；" + c.Word + "：" + c.Why
		}
	}
	if out != "" {
		out = out[len("；"):]
	}
	return out
}
