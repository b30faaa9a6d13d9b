package training

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// byLaw are qualifications that an authority gives by law: no training of ours issues one (志愿服务条例 art. 16).
var byLaw = []string{"driver", "electrician", "counsellor", "lawyer"}

// CourseInput is a new course.
type CourseInput struct {
	StationID     db.ID       `json:"station_id" required:"false" doc:"哪个站点的课；不填是整个区划的"`
	Region        auth.Region `json:"region" required:"false" doc:"不是站点的课，是哪个区划的"`
	Kind          string      `json:"kind" required:"false" enum:"on_site,article" default:"on_site" maxLength:"10" doc:"现场课，或者看图文、做测验"`
	Qualification string      `json:"qualification_code" required:"false" maxLength:"40" pattern:"^[a-z0-9_]*$" doc:"合格以后发什么资格"`
	Words
}

// Words are what a course says, and how long what it gives lasts.
type Words struct {
	Title       string `json:"title" minLength:"1" maxLength:"60"`
	Content     string `json:"content" minLength:"1" maxLength:"20000" doc:"学什么；图文课就是课文"`
	Minutes     int64  `json:"minutes" minimum:"10" maximum:"2880" doc:"学时，分钟"`
	ValidMonths int64  `json:"valid_months" required:"false" minimum:"0" maximum:"120" doc:"资格管几个月；0 是长期"`
}

func (w Words) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(w.Title) != "", "title", "请写课程名称")
	c.That(strings.TrimSpace(w.Content) != "", "content", "请写学什么")
	return c.Err()
}

func (w Words) onto(c *Course) {
	c.Title, c.Content, c.Minutes, c.ValidMonths = strings.TrimSpace(w.Title), strings.TrimSpace(w.Content), w.Minutes, w.ValidMonths
}

// Make makes a course, for a station or for a whole division.
func (s *Service) Make(ctx context.Context, in CourseInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "training.make", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Detail, error) {
		c := Course{ID: tx.NewID(), Region: in.Region, StationID: in.StationID, Kind: in.Kind, Qualification: in.Qualification, State: Draft,
			PassMark: 80, MadeBy: auth.From(ctx).Account, MadeAt: tx.Now, Version: 1}
		if c.Kind == "" {
			c.Kind = OnSite
		}
		if in.StationID != 0 {
			st, err := station.Get(ctx, tx, in.StationID)
			if err != nil {
				return Detail{}, err
			}
			c.Region = st.Region
		} else if c.Region == 0 {
			c.Region = auth.From(ctx).Seat()
		}
		if err := auth.Require(ctx, Plan, Plan, c.at()); err != nil {
			return Detail{}, err
		}
		if err := issues(ctx, tx, c.Qualification); err != nil {
			return Detail{}, err
		}
		in.onto(&c)
		if err := s.courses.Enter(ctx, tx, op, &c); err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, tx, c.ID)
	})
}

func (in CourseInput) check() error {
	if slices.Contains(byLaw, in.Qualification) {
		return errs.Field("qualification_code", "这是发证机关依法发的资格，培训不能发；本人拿证到站里登记")
	}
	return in.Words.check()
}

// issues refuses a qualification that the dictionary does not know.
func issues(ctx context.Context, tx *db.Tx, code string) error {
	words, err := setting.Words(ctx, tx, setting.Qualification)
	if err == nil && code != "" && !slices.ContainsFunc(words, func(w setting.Word) bool { return w.Code == code && w.Active }) {
		err = errs.Field("qualification_code", "词典里没有这种资格")
	}
	return err
}

// EditInput corrects a course.
type EditInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Words
}

// Edit corrects what a course says. What it has given already stays as it was.
func (s *Service) Edit(ctx context.Context, in EditInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "training.edit", ID: in.ID, Version: in.Version, From: []string{Draft, Open}, Check: in.check}
	return s.change(ctx, op, func(_ *db.Tx, c *Course) error {
		in.onto(c)
		return nil
	})
}

// MoveInput names a course and the version of it that was read.
type MoveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// Publish opens a course.
func (s *Service) Publish(ctx context.Context, in MoveInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "training.publish", ID: in.ID, Version: in.Version, From: []string{Draft, Closed}}
	return s.change(ctx, op, func(tx *db.Tx, c *Course) error {
		c.State, c.Reason = Open, ""
		return c.asked(ctx, tx)
	})
}

// Close takes a course out of use; what is under way goes on, and what it has given stays.
func (s *Service) Close(ctx context.Context, in MoveInput) (Detail, error) {
	op := act.Op{Perm: Plan, Action: "training.close", ID: in.ID, Version: in.Version, From: []string{Open}, Cause: in.Reason}
	return s.change(ctx, op, func(_ *db.Tx, c *Course) error {
		c.State, c.Reason = Closed, strings.TrimSpace(in.Reason)
		return nil
	})
}

// change is a change of a course that answers with all of it.
func (s *Service) change(ctx context.Context, op act.Op, fn func(tx *db.Tx, c *Course) error) (Detail, error) {
	return act.ChangeTo(ctx, s.db, &s.courses, op, fn, func(tx *db.Tx, c Course) (Detail, error) { return s.detail(ctx, tx, c.ID) })
}

// GetInput names a course or a sitting.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Detail is a course with its sittings, for who runs it.
type Detail struct {
	Course
	List      []Sitting  `json:"sitting_list"`
	Questions []Question `json:"questions" doc:"测验题；只有能改课程的人看得到"`
	Waiting   []Waiting  `json:"waiting" doc:"测验合格，等第二人确认的人；只有能确认的人看得到"`

	Where string `json:"-"`
}

// Waiting is a result of a test that waits for the second person; Short is why the reader is none.
type Waiting struct {
	Seat
	Short string `json:"short"`
}

// Get gives a course with its sittings.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &s.courses, in.ID, func(tx *db.Tx, c Course) (Detail, error) { return s.detail(ctx, tx, c.ID) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, id db.ID) (out Detail, err error) {
	if out.Course, err = Get(ctx, tx, id); err != nil {
		return out, err
	}
	if out.List, err = sittingsIn.All(ctx, tx, id); err != nil {
		return out, err
	}
	if out.List == nil {
		out.List = []Sitting{}
	}
	if err := s.online(ctx, tx, &out); err != nil {
		return out, err
	}
	out.Where, err = region.FullName(ctx, tx, out.Region)
	return out, err
}

// online adds to a course to read what only who runs it may see: the questions with what is right, and who waits for the second person.
func (s *Service) online(ctx context.Context, tx *db.Tx, out *Detail) (err error) {
	out.Questions, out.Waiting = []Question{}, []Waiting{}
	if out.Kind == Article && auth.Can(ctx, Plan, out.at()) {
		list, err := questionsOf.All(ctx, tx, out.ID)
		if err != nil {
			return err
		}
		out.Questions = append(out.Questions, list...)
	}
	if out.Kind != Article || !auth.Can(ctx, Confirm, out.at()) {
		return nil
	}
	list, err := online.All(ctx, tx, out.ID)
	for _, p := range list {
		if err != nil {
			return err
		}
		w := Waiting{Seat: p}
		w.Short, err = wordsOf(s.mayConfirm(ctx, tx, p))
		out.Waiting = append(out.Waiting, w)
	}
	return err
}

// ListInput filters the courses of a place.
type ListInput struct {
	Region auth.Region `query:"region"`
	State  string      `query:"state" set:"training_course.state," maxLength:"10"`
	Kind   string      `query:"kind" set:"training_course.kind," maxLength:"10"`
	Code   string      `query:"qualification" maxLength:"40" pattern:"^[a-z0-9_]*$" doc:"发什么资格的"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	Sort   string      `query:"sort" enum:"new,title," maxLength:"5" doc:"新的在前，或按名称"`
	db.Paging
}

// Register is one page of the courses of a place.
type Register struct {
	In ListInput `json:"-"`
	db.Page[Course]
}

// List gives the courses in the actor's scope.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		out.In = in
		out.Page, err = list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View)}, in.Paging)
		return out, err
	})
}

// NoInput is the input of a page that asks for nothing.
type NoInput struct{}

// Blank is the form of a new course, with what is chosen from.
type Blank struct {
	Stations []choice
	Wide     string // the division of the actor, where he may make courses for all of it
	Codes    []setting.Word
}

type choice struct {
	ID   db.ID
	Name string
}

// Blank gives the form of a new course.
func (s *Service) Blank(ctx context.Context, _ NoInput) (Blank, error) {
	return act.Read(ctx, s.db, Plan, func(tx *db.Tx) (out Blank, err error) {
		if out.Stations, err = stations.First(ctx, tx, auth.ScopeOf(ctx, Plan), 100); err != nil {
			return out, err
		}
		seat := auth.From(ctx).Seat()
		if auth.Can(ctx, Plan, auth.Place{Region: seat}) {
			if out.Wide, err = region.FullName(ctx, tx, seat); err != nil {
				return out, err
			}
		}
		words, err := setting.Words(ctx, tx, setting.Qualification)
		for _, w := range words {
			if !slices.Contains(byLaw, w.Code) {
				out.Codes = append(out.Codes, w)
			}
		}
		return out, err
	})
}

var stations = db.ListOf(func(b *db.Builder, in auth.Scope) {
	b.Add(`SELECT s.id, s.name FROM station s WHERE s.status <> 'closed'`)
	in.Where(b, auth.Columns{Region: "s.region", Station: "s.id"})
}, func(auth.Scope) db.Order[choice] {
	return db.Order[choice]{By: "s.name, s.id", Key: func(c choice) []any { return []any{c.Name, c.ID} }}
})
