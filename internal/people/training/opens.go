package training

import (
	"context"
	"slices"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
)

// Opens is what somebody could do who held a qualification, and cannot now.
type Opens struct {
	Posts  int64 `json:"posts" doc:"身边活动的岗位"`
	Orders int64 `json:"orders" doc:"身边待认领的单子"`
}

// asking is something nearby with the qualifications that it asks for on its day.
type asking struct {
	First, Second string
	Day           clock.Day
}

// opens counts the posts and the open orders of his town for which a volunteer lacks nothing but what a qualification gives.
func (s *Service) opens(ctx context.Context, tx *db.Tx, id db.ID, code string) (out Opens, err error) {
	if code == "" {
		return out, nil
	}
	v, err := volunteer.Load(ctx, tx, id)
	if err != nil {
		return out, err
	}
	words, err := setting.Words(ctx, tx, setting.Qualification)
	if err != nil {
		return out, err
	}
	then := v
	d := volunteer.Dated{Code: code, From: clock.DayOf(tx.Now)}
	if i := slices.IndexFunc(words, func(w setting.Word) bool { return w.Code == code }); i >= 0 {
		d.Includes = words[i].Includes
	}
	then.Qualifications = append(slices.Clone(v.Qualifications), d)
	town, _ := v.Region.At(auth.LevelTown).Prefix()
	for _, kind := range []struct {
		query *db.Rows[asking]
		n     *int64
	}{{postsNear, &out.Posts}, {ordersNear, &out.Orders}} {
		list, err := kind.query.All(ctx, tx, town, tx.Now)
		if err != nil {
			return out, err
		}
		for _, a := range list {
			if !a.by(v) && a.by(then) {
				*kind.n++
			}
		}
	}
	return out, nil
}

// by says whether a volunteer holds all that is asked.
func (a asking) by(v volunteer.Profile) bool {
	return v.Qualified(a.First, a.Day) && v.Qualified(a.Second, a.Day)
}

var (
	postsNear = db.Query[asking](`SELECT x.qualification_code AS first, '' AS second, a.day FROM activity_post x
		JOIN activity a ON a.id = x.activity_id WHERE a.region/1000 = $1 AND a.state = 'open' AND a.starts_at > $2
		AND x.qualification_code <> '' ORDER BY x.id LIMIT 1000`)
	ordersNear = db.Query[asking](`SELECT i.qualification_code AS first, i.training_code AS second, o.day FROM orders o
		JOIN catalogue_item i ON i.id = o.catalogue_id WHERE o.region/1000 = $1 AND o.state = 'open' AND o.window_end > $2
		AND (i.qualification_code <> '' OR i.training_code <> '') ORDER BY o.id LIMIT 1000`)
)

// Work tells once a day whose qualification ends soon.
func (s *Service) work(r *job.Runner) { r.Every("training.expiring", 24*time.Hour, s.Remind) }

// ends is a qualification that ends soon and of which its holder was not told.
type ends struct {
	ID       db.ID
	PersonID db.ID
	Code     string
	Label    string
	ToDay    clock.Day
}

// told is that somebody was told of the end of a qualification.
type told struct {
	DatedID db.ID
	Day     clock.Day
}

// Remind tells each volunteer once of a qualification that ends within a month, when nothing follows it, and where it is learnt again.
func (s *Service) Remind(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		today := clock.DayOf(tx.Now)
		list, err := ending.All(ctx, tx, today, today.AddDays(soon))
		for _, e := range list {
			if err == nil {
				err = toldTable.Insert(ctx, tx, told{e.ID, today})
			}
			if err == nil {
				err = tell(ctx, tx, e.PersonID, "您的一项资格快到期了", e.Label+"管到 "+e.ToDay.Words(ctx)+"，到期以后要它的活动和单子就不能参加了；这里看哪里能续上",
					my+"?want="+e.Code)
			}
		}
		return err
	})
}

var (
	toldTable = db.NewRelation[told]("training_told", "dated_id")
	ending    = db.Query[ends](`SELECT d.id, v.person_id, d.code, COALESCE(w.label, d.code) AS label, d.to_day FROM volunteer_dated d
		JOIN volunteer v ON v.id = d.volunteer_id LEFT JOIN dictionary w ON w.name = d.kind AND w.code = d.code
		WHERE d.kind = 'qualification' AND d.to_day BETWEEN $1 AND $2 AND d.withdrawn_day = 0 AND v.status = 'active'
		AND NOT EXISTS (SELECT 1 FROM training_told x WHERE x.dated_id = d.id) AND NOT EXISTS (SELECT 1 FROM volunteer_dated n
		WHERE n.volunteer_id = d.volunteer_id AND n.kind = d.kind AND n.code = d.code AND n.withdrawn_day = 0
		AND (n.to_day = 0 OR n.to_day > d.to_day)) ORDER BY d.id LIMIT 2000`)
)
