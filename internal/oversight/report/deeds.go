package report

import (
	"context"
	"slices"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/people/team"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/work/catalogue"
	"linli/internal/work/pairing"
	"linli/internal/work/project"
)

// held is an activity whose list a second person approved.
type held struct {
	No, Title, Category, Place, Team, Station string
	Day                                       clock.Day
	People, Minutes                           int64
}

// inList are the counted minutes of the list of an activity.
const inList = `(SELECT COALESCE(SUM(r.minutes), 0) FROM sheet_row l JOIN attendance t ON t.row_id = l.id JOIN service_record r
	ON r.attendance_id = t.id AND r.status = 'counted' WHERE l.sheet_id = a.sheet_id)`

var activitiesOf = db.DynamicOf[held](func(b *db.Builder, in asked) {
	b.Add(`SELECT h.no, a.title, a.category, a.place, COALESCE(m.name, '') AS team, s.name AS station, a.day,
		(SELECT COUNT(DISTINCT l.person_id) FROM sheet_row l WHERE l.sheet_id = a.sheet_id) AS people, `+inList+` AS minutes
		FROM activity a JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved' JOIN station s ON s.id = a.station_id
		LEFT JOIN team m ON m.id = a.team_id WHERE a.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "a.region", in.At)
	b.Add(" ORDER BY a.day, a.id LIMIT ?", maxRows+1)
})

func activities(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, err := activitiesOf.All(ctx, tx, asked{at, p})
	for _, r := range rows {
		by := r.Team
		if by == "" {
			by = r.Station
		}
		out = append(out, []string{r.No, r.Day.String(), r.Title, catalogue.Categories.Word(r.Category), r.Place, by, format.Int(r.People),
			format.Hours(r.Minutes)})
	}
	return out, err
}

// visits is 结对探访情况表, which the area of pairing counts: it alone may open to which groups somebody belongs.
func visits(ctx context.Context, tx *db.Tx, s *Service, at auth.Region, p Period) ([][]string, error) {
	scope := auth.ScopeOf(auth.AsSystem(ctx, "结对探访情况表"), pairing.Figures)
	return s.pairs.ByGroup(ctx, tx, pairing.RateInput{Region: at, From: p.From, To: p.To}, scope)
}

// crew is a team as it stood on the last day of the period.
type crew struct {
	Name, Kind, Leader, Place    string
	Members, Party, Held, Missed int64
}

var teamsOf = db.DynamicOf[crew](func(b *db.Builder, in asked) {
	const members = ` FROM team_member m JOIN volunteer v ON v.id = m.volunteer_id WHERE m.team_id = t.id AND m.from_day BETWEEN 1 AND ?
		AND (m.to_day = 0 OR m.to_day > ?)`
	b.Add(`SELECT t.name, t.kind, c.name AS place, COALESCE((SELECT MIN(p.name) FROM team_role r JOIN person p ON p.id = r.person_id
		WHERE r.team_id = t.id AND r.role = 'leader' AND r.from_day <= ? AND (r.to_day = 0 OR r.to_day > ?)), '') AS leader,
		(SELECT COUNT(*)`+members+`) AS members`, in.To, in.To, in.To, in.To)
	b.Add(`, (SELECT COUNT(*)`+members+` AND ' ' || v.identities || ' ' LIKE '% party %') AS party`, in.To, in.To)
	b.Add(`, (SELECT COUNT(*) FROM activity a JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved' WHERE a.team_id = t.id
		AND a.day BETWEEN ? AND ?) AS held, (SELECT COUNT(*) FROM activity a WHERE a.team_id = t.id AND a.state = 'cancelled'
		AND a.day BETWEEN ? AND ?) AS missed FROM team t JOIN region c ON c.code = t.region WHERE t.founded_day BETWEEN 1 AND ?
		AND (t.dissolved_day = 0 OR t.dissolved_day > ?)`, in.From, in.To, in.From, in.To, in.To, in.To)
	auth.Within(b, "t.region", in.At)
	b.Add(" ORDER BY t.name, t.id LIMIT ?", maxRows+1)
})

func teams(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, err := teamsOf.All(ctx, tx, asked{at, p})
	for _, r := range rows {
		out = append(out, []string{r.Name, team.Kinds.Word(r.Kind), r.Place, r.Leader, format.Int(r.Members), format.Int(r.Party),
			format.Int(r.Held), format.Int(r.Missed)})
	}
	return out, err
}

// came is what was held of a project in the period.
type came struct {
	ProjectID            db.ID
	Held, Times, Minutes int64
}

var cameOf = db.DynamicOf[came](func(b *db.Builder, in asked) {
	b.Add(`SELECT a.project_id, COUNT(*) AS held, SUM((SELECT COUNT(*) FROM sheet_row l WHERE l.sheet_id = a.sheet_id)) AS times,
		SUM(`+inList+`) AS minutes FROM activity a JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved'
		WHERE a.project_id IS NOT NULL AND a.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "a.region", in.At)
	b.Add(" GROUP BY a.project_id ORDER BY a.project_id")
})

func projects(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, err := project.Within(ctx, tx, at, maxRows+1)
	if err != nil {
		return nil, err
	}
	words, err := setting.Words(ctx, tx, setting.Groups)
	if err != nil {
		return nil, err
	}
	done, err := cameOf.All(ctx, tx, asked{at, p})
	for _, r := range rows {
		if r.FromDay > p.To || r.ToDay < p.From || r.State != project.Active && r.State != project.Closed {
			continue
		}
		c := came{}
		if i := slices.IndexFunc(done, func(c came) bool { return c.ProjectID == r.ID }); i >= 0 {
			c = done[i]
		}
		out = append(out, []string{r.Name, r.Station, setting.Labels(words, r.Groups), r.RhythmWord(), r.FromDay.String() + " 至 " +
			r.ToDay.String(), map[bool]string{true: "是", false: "否"}[r.Regular], format.Int(c.Held), format.Int(c.Times), format.Hours(c.Minutes)})
	}
	return out, err
}

// lesson is a sitting, or a course to read, with what a second person confirmed of it.
type lesson struct {
	Title, Station, Place  string
	StartsAt               *time.Time
	People, Passed, Learnt int64
}

var lessonsOf = db.DynamicOf[lesson](func(b *db.Builder, in asked) {
	const sums = `COUNT(*) AS people, SUM(CASE WHEN x.result = 'passed' THEN 1 ELSE 0 END) AS passed, SUM(x.minutes) AS learnt`
	b.Add(`SELECT c.title, COALESCE(s.name, '') AS station, g.place, g.starts_at, `+sums+` FROM training_place x
		JOIN training_sitting g ON g.id = x.sitting_id JOIN training_course c ON c.id = x.course_id LEFT JOIN station s ON s.id = c.station_id
		WHERE x.state = 'confirmed' AND g.day BETWEEN ? AND ?`, in.From, in.To)
	auth.Within(b, "c.region", in.At)
	b.Add(` GROUP BY g.id, c.title, s.name, g.place, g.starts_at UNION ALL
		SELECT c.title, COALESCE(s.name, ''), '', NULL, `+sums+` FROM training_place x JOIN training_course c ON c.id = x.course_id
		LEFT JOIN station s ON s.id = c.station_id WHERE x.state = 'confirmed' AND x.sitting_id IS NULL AND x.confirmed_at >= ?
		AND x.confirmed_at < ?`, in.From.Time(), in.To.AddDays(1).Time())
	auth.Within(b, "c.region", in.At)
	b.Add(" GROUP BY c.id, c.title, s.name ORDER BY 4, 1, 2 LIMIT ?", maxRows+1)
})

func trainings(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, err := lessonsOf.All(ctx, tx, asked{at, p})
	for _, r := range rows {
		day, place := "", "图文课"
		if r.StartsAt != nil {
			day, place = r.StartsAt.In(clock.Shanghai).Format("2006-01-02 15:04"), r.Place
		}
		out = append(out, []string{r.Title, day, place, r.Station, format.Int(r.People), format.Int(r.Passed), format.Hours(r.Learnt)})
	}
	return out, err
}

// roll is what the party members who registered in a division did.
type roll struct {
	Key                                   int64
	Name                                  string
	People, Fresh, Served, Times, Minutes int64
}

// rollOf has a row for each division directly below, or for the community itself. Who has left by the end of the period is in none.
var rollOf = db.DynamicOf[roll](func(b *db.Builder, in asked) {
	b.Add(`SELECT x.key, COALESCE((SELECT c.name FROM region c WHERE c.code = x.key), '') AS name, COUNT(*) AS people,
		SUM(CASE WHEN x.approved_day >= ? THEN 1 ELSE 0 END) AS fresh, SUM(CASE WHEN x.times > 0 THEN 1 ELSE 0 END) AS served,
		SUM(x.times) AS times, SUM(x.minutes) AS minutes FROM (
		SELECT `+auth.AtLevel("v.region", min(in.At.Level()+1, auth.LevelCommunity))+` AS key, v.approved_day, COUNT(r.id) AS times,
		COALESCE(SUM(r.minutes), 0) AS minutes FROM volunteer v LEFT JOIN service_record r ON r.volunteer_id = v.id
		AND r.status = 'counted' AND r.day BETWEEN ? AND ? WHERE v.approved_day BETWEEN 1 AND ? AND (v.left_day = 0 OR v.left_day > ?)
		AND ' ' || v.identities || ' ' LIKE '% party %'`, in.From, in.From, in.To, in.To, in.To)
	auth.Within(b, "v.region", in.At)
	b.Add(" GROUP BY v.id, v.region, v.approved_day) x GROUP BY x.key ORDER BY x.key")
})

func partyMembers(ctx context.Context, tx *db.Tx, _ *Service, at auth.Region, p Period) (out [][]string, err error) {
	rows, err := rollOf.All(ctx, tx, asked{at, p})
	total := roll{Name: "合计"}
	for _, r := range rows {
		out = append(out, r.cells())
		total.People, total.Fresh, total.Served = total.People+r.People, total.Fresh+r.Fresh, total.Served+r.Served
		total.Times, total.Minutes = total.Times+r.Times, total.Minutes+r.Minutes
	}
	return append(out, total.cells()), err
}

func (r roll) cells() []string {
	return []string{r.Name, format.Int(r.People), format.Int(r.Fresh), format.Int(r.Served), format.Int(r.Times), format.Hours(r.Minutes)}
}
