// Package standard says whether a station meets the plan's standard, by dated evidence. The plan's items are pass or fail; the
// national 六有 and six functions, and what a division adds, make the grade. Status and grade are computed from the evidence for every
// day, and never typed.
//
// Nouns: item, edition (the items in force on a day), evidence, check, status. Verbs: get, submit, withdraw, check, urge, list, add
// (an item), revise, retire.
package standard

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/event"
)

// Permissions.
const (
	View   auth.Perm = "standard.view"
	Submit auth.Perm = "standard.submit"
	Check  auth.Perm = "standard.check"
	Items  auth.Perm = "standard.items"
)

// Statuses and grades. The grades are this system's own convention: the plan's items alone, with all of 六有, with the six functions and
// the division's own items too.
const (
	Met   = "met"
	Unmet = "unmet"

	Basic    = "basic"
	Sound    = "sound"
	Upgraded = "upgraded"
)

// Kinds of item.
const (
	PlanItem     = "plan"
	SixItem      = "six"
	FunctionItem = "function"
	LocalItem    = "local"
)

// Item is one line of the checklist.
type Item struct {
	ID       db.ID       `json:"id"`
	Region   auth.Region `json:"region" doc:"谁定的"`
	Code     string      `json:"code"`
	Label    string      `json:"label"`
	Explain  string      `json:"explain" doc:"要做到什么样"`
	How      string      `json:"how" doc:"怎么补"`
	Kind     string      `json:"kind" doc:"plan 建设方案的必备项，six 六有，function 六项功能，local 本地增加"`
	Accepts  string      `json:"accepts" doc:"photo 照片，document 照片或 PDF，text 文字，可以再附文件"`
	Months   int64       `json:"months" doc:"证据管几个月；0 为当年有效"`
	Sort     int64       `json:"-"`
	FromDay  clock.Day   `json:"from_day"`
	UntilDay clock.Day   `json:"until_day"`
}

// Mandatory says that a station without it does not meet the standard.
func (i Item) Mandatory() bool { return i.Kind == PlanItem }

func (i Item) inForce(day clock.Day) bool { return i.FromDay <= day && day < i.UntilDay }

// lasts is the last day on which evidence of a day counts.
func (i Item) lasts(day clock.Day) clock.Day {
	if i.Months == 0 {
		return day/10000*10000 + 1231
	}
	return clock.DayOf(day.Time().AddDate(0, int(i.Months), -1))
}

// six and four are the plan's and the nation's groups of words, each with the items that make it true.
var (
	six = []group{{"有场所", []string{"site"}}, {"有队伍", []string{"team"}}, {"有项目", []string{"project"}}, {"有设施", []string{"equipment"}},
		{"有制度", []string{"rules"}}, {"有标识", []string{"sign"}}}
	four = []group{{"有场所", []string{"site"}}, {"有人员", []string{"manager"}}, {"有项目", []string{"project"}},
		{"有管理", []string{"rules", "plan", "notices", "archive"}}}
)

type group struct {
	word  string
	codes []string
}

// Evidence shows that an item is met.
type Evidence struct {
	ID        db.ID       `json:"id"`
	StationID db.ID       `json:"-"`
	Region    auth.Region `json:"-"`
	Item      string      `json:"item"`
	BlobID    db.ID       `json:"file" doc:"附件；没有时为空"`
	Body      string      `json:"text"`
	Day       clock.Day   `json:"day"`
	LastDay   clock.Day   `json:"last_day" doc:"管到这一天（含）"`
	EndedDay  clock.Day   `json:"ended_day" doc:"撤回或核查不认的日子；9999-12-31 为没有"`
	State     string      `json:"state" doc:"claimed 自查，confirmed 苏木乡镇已核，sampled 旗县区抽查过，refused 不认，withdrawn 撤回"`
	Remark    string      `json:"remark"`
	ByName    string      `json:"by_name"`
	At        time.Time   `json:"at"`
	AccountID int64       `json:"-" db:",once"`
	Reminded  bool        `json:"-" db:",once"`
	Counts    bool        `json:"counts" db:"-" doc:"在所问的那一天算数"`
}

func (e Evidence) counts(day clock.Day) bool {
	return e.Day <= day && day <= e.LastDay && day < e.EndedDay
}

// Status is what follows from the evidence on the days from Day until the day before UntilDay.
type Status struct {
	StationID db.ID     `json:"-"`
	Day       clock.Day `json:"day"`
	UntilDay  clock.Day `json:"until_day"`
	Met       bool      `json:"met"`
	Grade     string    `json:"grade"`
	Missing   string    `json:"missing" doc:"缺的必备项，空格隔开"`
}

func (s Status) same(o Status) bool {
	return s.Met == o.Met && s.Grade == o.Grade && s.Missing == o.Missing
}

// compute gives the statuses of a station for all days since its first evidence. It is the one place that knows how evidence makes a
// status.
func compute(items []Item, evidence []Evidence) []Status {
	var out []Status
	for _, day := range turns(items, evidence) {
		now := on(items, evidence, day)
		if n := len(out); n > 0 {
			out[n-1].UntilDay = day
			if out[n-1].same(now) {
				out[n-1].UntilDay = clock.Forever
				continue
			}
		}
		out = append(out, now)
	}
	return out
}

// turns are the days on which something begins or ends, since the first evidence.
func turns(items []Item, evidence []Evidence) []clock.Day {
	if len(evidence) == 0 {
		return nil
	}
	first := evidence[0].Day
	for _, e := range evidence {
		first = min(first, e.Day)
	}
	days := []clock.Day{first}
	add := func(d clock.Day) {
		if d > first && d < clock.Forever {
			days = append(days, d)
		}
	}
	for _, e := range evidence {
		add(e.Day)
		add(e.LastDay.AddDays(1))
		add(e.EndedDay)
	}
	for _, i := range items {
		add(i.FromDay)
		add(i.UntilDay)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// on is the status of one day.
func on(items []Item, evidence []Evidence, day clock.Day) Status {
	has := map[string]bool{}
	for _, e := range evidence {
		has[e.Item] = has[e.Item] || e.counts(day)
	}
	s := Status{Day: day, UntilDay: clock.Forever}
	var missing []string
	rest := true // the functions and the division's own items
	for _, i := range items {
		switch {
		case !i.inForce(day) || has[i.Code]:
		case i.Mandatory():
			missing = append(missing, i.Code)
		case i.Kind != SixItem:
			rest = false
		}
	}
	s.Met, s.Missing = len(missing) == 0, strings.Join(missing, " ")
	switch {
	case !s.Met:
	case !allOf(six, has):
		s.Grade = Basic
	case !rest:
		s.Grade = Sound
	default:
		s.Grade = Upgraded
	}
	return s
}

func allOf(groups []group, has map[string]bool) bool {
	return !slices.ContainsFunc(groups, func(g group) bool { return !g.met(has) })
}

func (g group) met(has map[string]bool) bool {
	return !slices.ContainsFunc(g.codes, func(code string) bool { return !has[code] })
}

// Service holds the operations.
type Service struct {
	db    *db.DB
	blobs *blob.Store
	// Renewed tells, inside the transaction, that the statuses of a station were written anew, for all its days.
	Renewed event.Topic[RenewedEvent]
}

// RenewedEvent says that a station may stand otherwise against the standard.
type RenewedEvent struct{ StationID db.ID }

// New makes the service.
func New(d *db.DB, blobs *blob.Store) *Service { return &Service{db: d, blobs: blobs} }

// GetInput names a station, and a day of the past when another than today is meant.
type GetInput struct {
	ID   db.ID     `path:"id"`
	Date clock.Day `query:"date"`
}

// Line is one item with the evidence that a station has for it, the newest first.
type Line struct {
	Item
	Mandatory bool       `json:"mandatory"`
	Met       bool       `json:"met"`
	Evidence  []Evidence `json:"evidence"`
	ExpiresOn *clock.Day `json:"expires_on" doc:"算数的证据管到哪一天；没有时为空"`
}

// Mark is a word of 六有 or 四有 and whether it is true.
type Mark struct {
	Word string `json:"word"`
	Met  bool   `json:"met"`
}

// Standard is a station against the checklist of a day.
type Standard struct {
	StationID db.ID           `json:"station_id"`
	Name      string          `json:"name"`
	Date      clock.Day       `json:"date"`
	Edition   clock.Day       `json:"edition" doc:"清单的版本：最近一次变动的日子"`
	Status    string          `json:"status" doc:"met 达标，unmet 未达标"`
	Grade     string          `json:"grade" doc:"basic 达标，sound 六有齐全，upgraded 六有和六项功能齐全（提档升级）；未达标为空"`
	Items     []Line          `json:"items"`
	Six       []Mark          `json:"six" doc:"六有"`
	Four      []Mark          `json:"four" doc:"四有"`
	Station   station.Station `json:"-"`
	Where     string          `json:"-"`
	Managers  int             `json:"-"`
	Visits    []Visit         `json:"-"`
	Urgings   []Urging        `json:"-"`
	Today     clock.Day       `json:"-"`
	submits   bool
	checks    bool
}

// Get gives a station's standard on a day.
func (s *Service) Get(ctx context.Context, in GetInput) (Standard, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Standard, err error) {
		st, err := stationFor(ctx, tx, in.ID, View)
		if err != nil {
			return out, err
		}
		return of(ctx, tx, st, in.Date)
	})
}

// stationFor gives a station to whoever holds a permission there.
func stationFor(ctx context.Context, tx *db.Tx, id db.ID, perm auth.Perm) (station.Station, error) {
	st, err := station.Get(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, perm, View, st.Place())
	}
	return st, err
}

// of reads the checklist and the evidence of a station and says how it stands on a day, today when none is given.
func of(ctx context.Context, tx *db.Tx, st station.Station, day clock.Day) (out Standard, err error) {
	today := clock.DayOf(tx.Now)
	if day == 0 {
		day = today
	}
	if day > today {
		return out, errs.Field("date", "不能晚于今天")
	}
	items, err := itemsFor(ctx, tx, st.Region)
	if err != nil {
		return out, err
	}
	all, err := evidenceOf.All(ctx, tx, st.ID)
	if err != nil {
		return out, err
	}
	now := on(items, all, day)
	out = Standard{StationID: st.ID, Name: st.Name, Date: day, Status: Unmet, Grade: now.Grade, Station: st, Today: today}
	if now.Met {
		out.Status = Met
	}
	has := map[string]bool{}
	for _, i := range items {
		for _, d := range []clock.Day{i.FromDay, i.UntilDay} {
			if d <= day {
				out.Edition = max(out.Edition, d)
			}
		}
		if i.inForce(day) {
			l := lineOf(i, all, day)
			has[i.Code] = l.Met
			out.Items = append(out.Items, l)
		}
	}
	out.Six, out.Four = marks(six, has), marks(four, has)
	return out, nil
}

func marks(groups []group, has map[string]bool) (out []Mark) {
	for _, g := range groups {
		out = append(out, Mark{g.word, g.met(has)})
	}
	return out
}

// shown is how much evidence that no longer counts a line still shows.
const shown = 3

// lineOf gathers the evidence of an item: all that counts, and the latest that does not.
func lineOf(i Item, all []Evidence, day clock.Day) Line {
	l := Line{Item: i, Mandatory: i.Mandatory(), Evidence: []Evidence{}}
	for _, e := range all {
		if e.Item != i.Code {
			continue
		}
		if e.Counts = e.counts(day); e.Counts {
			l.Met = true
			if l.ExpiresOn == nil || *l.ExpiresOn < e.LastDay {
				last := e.LastDay
				l.ExpiresOn = &last
			}
		} else if len(l.Evidence) >= shown {
			continue
		}
		l.Evidence = append(l.Evidence, e)
	}
	return l
}

// Verify: each station's status equals what its evidence makes it, on every day.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	stations, err := judged.All(ctx, tx)
	if err != nil {
		return err
	}
	for _, st := range stations {
		want, err := statusesOf(ctx, tx, st.ID, st.Region)
		if err != nil {
			return err
		}
		have, err := statuses.All(ctx, tx, st.ID)
		if err != nil {
			return err
		}
		if !slices.Equal(want, have) {
			report("station "+st.ID.String(), "达标结论和证据不符")
		}
	}
	return nil
}

// statusesOf computes the statuses of a station from its evidence.
func statusesOf(ctx context.Context, tx *db.Tx, id db.ID, at auth.Region) ([]Status, error) {
	items, err := itemsFor(ctx, tx, at)
	if err != nil {
		return nil, err
	}
	all, err := evidenceOf.All(ctx, tx, id)
	out := compute(items, all)
	for i := range out {
		out[i].StationID = id
	}
	return out, err
}

// renew writes a station's statuses anew.
func (s *Service) renew(ctx context.Context, tx *db.Tx, id db.ID, at auth.Region) error {
	list, err := statusesOf(ctx, tx, id, at)
	if err != nil {
		return err
	}
	if err := replaceStatuses(ctx, tx, id, list); err != nil {
		return err
	}
	return s.Renewed.Publish(ctx, tx, RenewedEvent{id})
}

// InForce gives the checklist of a division on a day, in its order.
func InForce(ctx context.Context, tx *db.Tx, at auth.Region, day clock.Day) ([]Item, error) {
	items, err := itemsFor(ctx, tx, at)
	return slices.DeleteFunc(items, func(i Item) bool { return !i.inForce(day) }), err
}

// Labels gives the plan's items their words.
func Labels(ctx context.Context, tx *db.Tx) (map[string]string, error) {
	items, err := everyItem.All(ctx, tx)
	out := map[string]string{}
	for _, i := range items {
		if i.Kind != LocalItem {
			out[i.Code] = i.Label
		}
	}
	return out, err
}
