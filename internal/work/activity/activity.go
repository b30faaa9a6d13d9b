// Package activity is what a station or a team does together at a set time and place (活动): announced with its risk, with posts that
// people sign up for, a list of those who wait, a roll call, and a list handed in from which records come.
//
// Nouns: activity (an occurrence of a series is one too), post, place (somebody's on a post: held, waited for, offered), move (a step of
// a post's list). Verbs: plan, publish, cancel, sign up, take, give up, call the roll, hand in.
//
// Places are never given twice: each move of a post's list locks the post first, an offer holds its place until it ends, and every move
// is logged, so that the list can be played again and everybody sees why he has the place that he has.
package activity

import (
	"context"
	"slices"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/event"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/work/attendance"
	"linli/internal/work/presence"
)

// Permissions. Plan is making and calling off; Lead the roll call; Join one's own place, or somebody's at the desk.
const (
	Public  auth.Perm = "activity.public"
	View    auth.Perm = "activity.view"
	Plan    auth.Perm = "activity.plan"
	Publish auth.Perm = "activity.publish"
	Join    auth.Perm = "activity.join"
	Lead    auth.Perm = "activity.lead"
)

// States of an activity.
const (
	Draft     = "draft"
	Open      = "open"
	HandedIn  = "handed_in"
	Cancelled = "cancelled"
)

// States of a place.
const (
	Held    = "held"
	Waiting = "waiting"
	Offered = "offered"
	GivenUp = "given_up"
	Expired = "expired"
	Ended   = "ended"
)

// How somebody was found to have come, or not.
const (
	ByCode  = "code"
	ByList  = "list"
	Absent  = "absent"
	Excused = "excused"
)

var (
	states = set.New("activity.state", set.Row{Draft, "没发布", "wait"}, set.Row{Open, "已发布", "done"}, set.Row{HandedIn, "已交名单"},
		set.Row{Cancelled, "已取消", "alarm"})
	placeStates = set.New("activity_place.state", set.Row{Held, "有名额", "done"}, set.Row{Waiting, "候补", "wait"},
		set.Row{Offered, "名额留着，等答复", "ask"}, set.Row{GivenUp, "退出了"}, set.Row{Expired, "过期没有答复"}, set.Row{Ended, "没有轮到"})
	comings = set.New("activity_place.came", set.Row{"", "没点名", "wait"}, set.Row{ByCode, "到了（签到码）", "done"}, set.Row{ByList, "到了（点名）", "done"},
		set.Row{Absent, "没来", "alarm"}, set.Row{Excused, "请假", "sent"})
	moveWords = set.New("activity_move.what", set.Row{"take", "报名时还有名额"}, set.Row{"wait", "满了，排候补"}, set.Row{"offer", "有人退出，轮到了"},
		set.Row{"accept", "答应了"}, set.Row{"give_up", "退出"}, set.Row{"expire", "到时间没有答复"}, set.Row{"end", "活动开始前没有轮到"})
)

// Refusals are what is no volunteer service (民政部令第67号 art. 19; the examples are this system's own list).
var Refusals = set.New("no_service", set.Row{"meeting", "开会、学习"}, set.Row{"duty", "值班、本职工作"}, set.Row{"team_building", "团队建设、联谊"},
	set.Row{"commerce", "商业、营利活动"}, set.Row{"paid", "给参加的人发报酬"})

// Activity is one, or one occurrence of a series.
type Activity struct {
	ID         db.ID       `json:"id"`
	Region     auth.Region `json:"region" db:",once"`
	StationID  db.ID       `json:"station_id" db:",once"`
	TeamID     db.ID       `json:"team_id" db:",once" doc:"由哪支队伍来做；站里自己做的没有"`
	ProjectID  db.ID       `json:"project_id" doc:"哪个项目的；单独办的没有"`
	SeriesID   db.ID       `json:"series_id" db:",once" doc:"同一个重复的活动，各场一样"`
	Rule       string      `json:"recurrence" db:",once"`
	Title      string      `json:"title"`
	Category   string      `json:"category" set:"catalogue_item.category" db:",once"`
	Content    string      `json:"content"`
	Place      string      `json:"place"`
	Conditions string      `json:"conditions"`
	Risk       string      `json:"risk"`
	GuideUnit  string      `json:"guide_unit" doc:"指导单位；治安维稳一类发布前要有"`
	Insured    bool        `json:"insurance_needed" db:"insurance_needed,once" doc:"参加的人那天要有人身意外伤害保险"`
	Agreement  bool        `json:"agreement_needed" db:"agreement_needed,once" doc:"参加的人要先和服务站签好志愿服务协议（本系统约定）"`
	State      string      `json:"state" set:"activity.state"`
	StartsAt   time.Time   `json:"starts_at" db:",once"`
	EndsAt     time.Time   `json:"ends_at" db:",once"`
	Day        clock.Day   `json:"day" db:",once"`
	MadeBy     db.ID       `json:"-" db:",once"`
	MadeAt     time.Time   `json:"made_at" db:",once"`
	DueDay     clock.Day   `json:"due_day" db:",once" doc:"结束后第十个工作日：最迟这天交名单（民政部令第67号第十一条）"`
	SheetID    db.ID       `json:"sheet_id" doc:"交上去的名单"`
	Reason     string      `json:"reason"`
	Published  *time.Time  `json:"-" db:"published_at"`
	Version    int64       `json:"version"`

	LeaderID   db.ID  `json:"-" db:",read"`
	DeputyID   db.ID  `json:"-" db:",read"`
	Team       string `json:"team" db:",read"`
	Needed     int64  `json:"needed" db:",read"`
	Taken      int64  `json:"taken" db:",read" doc:"有了名额的，和留着等答复的"`
	SheetState string `json:"-" db:",read"`
}

func (a Activity) at() auth.Place {
	return auth.Place{Region: a.Region, Station: a.StationID, Persons: []db.ID{a.LeaderID, a.DeputyID}}
}

// Post is a kind of work within an activity that so many people are needed for.
type Post struct {
	ID            db.ID        `json:"id"`
	ActivityID    db.ID        `json:"-" db:",once"`
	Name          string       `json:"name" db:",once"`
	Needed        int64        `json:"needed" db:",once"`
	Skills        person.Codes `json:"skills" db:",once"`
	Qualification string       `json:"qualification_code" db:"qualification_code,once"`
	MinimumAge    int64        `json:"minimum_age" db:",once"`
	ItemID        db.ID        `json:"item_id" db:",once" doc:"记录时算服务目录里的哪一项"`
	Taken         int64        `json:"taken"`
	Moves         int64        `json:"-"`

	word string // of the qualification
}

// postsIn gives the posts of an activity with the words of what they ask.
func postsIn(ctx context.Context, tx *db.Tx, id db.ID) ([]Post, error) {
	posts, err := postsOf.All(ctx, tx, id)
	if err != nil || !slices.ContainsFunc(posts, func(p Post) bool { return p.Qualification != "" }) {
		return posts, err
	}
	words, err := setting.Words(ctx, tx, setting.Qualification)
	for i, p := range posts {
		posts[i].word = setting.Label(words, p.Qualification)
	}
	return posts, err
}

// Seat is somebody's place on a post.
type Seat struct {
	ID          db.ID      `json:"id"`
	ActivityID  db.ID      `json:"activity_id" db:",once"`
	PostID      db.ID      `json:"post_id" db:",once"`
	PersonID    db.ID      `json:"-" db:",once"`
	VolunteerID db.ID      `json:"volunteer_id" db:",once"`
	State       string     `json:"state" set:"activity_place.state"`
	WaitsNo     int64      `json:"waits_no" db:",once" doc:"候补的先后"`
	AskedAt     time.Time  `json:"asked_at" db:",once"`
	OfferUntil  *time.Time `json:"offer_until" doc:"名额给您留到什么时候"`
	Came        string     `json:"came" set:"activity_place.came"`
	CameAt      *time.Time `json:"came_at"`
	LeftAt      *time.Time `json:"left_at"`
	Reason      string     `json:"reason"`
	Version     int64      `json:"version"`

	Name      string      `json:"name" db:",read"`
	No        string      `json:"volunteer_no" db:",read"`
	Post      string      `json:"post" db:",read"`
	Region    auth.Region `json:"-" db:",read"`
	StationID db.ID       `json:"-" db:",read"`
}

// PlannedEvent says that an activity of a project is about to be written; the project may refuse it.
type PlannedEvent struct{ Activity Activity }

// ChangedEvent says that an activity which the public sees, or saw until now, was published, changed, closed or cancelled.
type ChangedEvent struct {
	Activity Activity
	From     string
}

// Outside is what areas above tell of an activity; app fills it.
type Outside struct {
	Partners func(ctx context.Context, tx *db.Tx, activity db.ID) ([]string, error) // names of the units that take part
}

// Service holds the operations.
type Service struct {
	Ask        Outside
	db         *db.DB
	codes      presence.Codes
	sheets     *attendance.Service
	activities act.Kind[Activity]
	seats      act.Kind[Seat]
	Planned    event.Topic[PlannedEvent]
	Changed    event.Topic[ChangedEvent]
}

// New makes the service.
func New(d *db.DB, keys *seal.Keys, sheets *attendance.Service) *Service {
	s := &Service{db: d, codes: presence.New(keys), sheets: sheets}
	s.activities = act.Kind[Activity]{Object: "activity", View: View, Table: table, Load: Get, Lock: true, Place: Activity.at,
		Word: states.Word, State: func(a Activity) string { return a.State },
		Trail: func(was, now Activity) map[string]any { return map[string]any{"from": was.State, "to": now.State} },
		Tell: func(ctx context.Context, tx *db.Tx, _ act.Op, was, now Activity) error {
			if was.State != Open && now.State != Open {
				return nil
			}
			return s.Changed.Publish(ctx, tx, ChangedEvent{now, was.State})
		}}
	s.seats = act.Kind[Seat]{Object: "activity_place", View: Join, Table: seatTable,
		Load: func(ctx context.Context, tx *db.Tx, id db.ID) (Seat, error) { return seatByID.Get(ctx, tx, id) },
		Place: func(p Seat) auth.Place {
			return auth.Place{Region: p.Region, Station: p.StationID, Persons: []db.ID{p.PersonID}}
		},
		State: func(p Seat) string { return p.State }, Word: placeStates.Word, Names: func(p Seat) []string { return []string{p.Name} },
		Trail: func(was, now Seat) map[string]any { return map[string]any{"from": was.State, "to": now.State} }}
	return s
}

// Get gives an activity; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Activity, error) { return byID.Get(ctx, tx, id) }

// OfSheet gives the activity whose list became a sheet, if it was one.
func OfSheet(ctx context.Context, tx *db.Tx, sheet db.ID) (Activity, bool, error) {
	return db.Found(bySheet.One(ctx, tx, sheet))
}

// Beside gives the persons who were at the same activity, of a line of a sheet that was its list: they are no hand for one another.
func Beside(ctx context.Context, tx *db.Tx, row db.ID) ([]db.ID, error) {
	return beside.All(ctx, tx, row)
}

// Lay gives the account that handed in the list on which a line of a sheet stands: who leads a team holds no office and needs to be known.
func Lay(ctx context.Context, tx *db.Tx, row db.ID) ([]db.ID, error) {
	return lay.All(ctx, tx, row)
}

// over says that an activity cannot be joined or left any more.
func (a Activity) over(now time.Time) error {
	switch {
	case a.State != Open:
		return errs.WrongState("活动" + states.Word(a.State))
	case !now.Before(a.StartsAt):
		return errs.WrongState("活动已经开始")
	}
	return nil
}

func onDuty(list []string) bool { return slices.ContainsFunc(list, Refusals.Has) }
