// Package region is the tree of administrative divisions: autonomous region, league, banner, sumu or town, gacha-village or community,
// under the 12-digit codes of the National Bureau of Statistics. A division that an edition closes or renames keeps its history.
//
// Nouns: division, edition, change. Verbs: get, list, search, import, count (as a community).
package region

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/event"
)

// Permissions.
const (
	View auth.Perm = "region.view"
	Edit auth.Perm = "region.edit"
)

// Top is the autonomous region.
const Top auth.Region = 150000000000

// Division is one unit of the tree.
type Division struct {
	Code              auth.Region `json:"code"`
	Name              string      `json:"name" doc:"统计区划中的全称"`
	Level             int64       `json:"level" doc:"1 自治区，2 盟市，3 旗县区，4 苏木乡镇（街道），5 嘎查村（社区）"`
	Parent            auth.Region `json:"parent" doc:"上级代码；自治区为空"`
	Class             string      `json:"class" doc:"城乡分类代码，版本没有提供时为空"`
	Edition           clock.Day   `json:"edition" doc:"区划版本的时点"`
	ValidFrom         clock.Day   `json:"valid_from" doc:"从哪天起是这样（名称、是否计入）；以前的见 history"`
	ValidTo           clock.Day   `json:"valid_to" doc:"9999-12-31 表示现行"`
	Successor         auth.Region `json:"successor" doc:"撤并后由谁接续"`
	Population        int64       `json:"population" doc:"人口；没有时为 0"`
	PopulationBasis   string      `json:"population_basis" doc:"人口的口径：census2020 普查，其余为估计"`
	CountsAsCommunity bool        `json:"counts_as_community" doc:"是否计入嘎查村（社区）数"`
	CountsWhy         string      `json:"counts_why"`
	Children          int64       `json:"children" doc:"现行的直接下级数"`
	Communities       int64       `json:"communities" doc:"计入的嘎查村（社区）数"`
	Version           int64       `json:"version"`
}

// InForce says whether the division has not been closed.
func (d Division) InForce() bool { return d.ValidTo == clock.Forever }

// Short is the name as people say it.
func (d Division) Short() string { return Short(d.Name, d.Level) }

// Short is the name of a division of a level as people say it: that of a community without the words for the committee.
func Short(name string, level int64) string {
	if level != auth.LevelCommunity {
		return name
	}
	name, _ = SignName(name)
	return name
}

// LevelWord names the level as people do.
func (d Division) LevelWord() string { return LevelWord(d.Level) }

// LevelWord names a level as people do; "" for no level.
func LevelWord(level int64) string {
	return map[int64]string{1: "自治区", 2: "盟市", 3: "旗县区", 4: "苏木乡镇（街道）", 5: "嘎查村（社区）"}[level]
}

// Get gives a division, closed ones too; a code that no edition has is NotFound.
func Get(ctx context.Context, tx *db.Tx, code auth.Region) (Division, error) {
	return byCode.Get(ctx, tx, code)
}

// Below gives the divisions in force directly below one, by code.
func Below(ctx context.Context, tx *db.Tx, code auth.Region) ([]Division, error) {
	return below.All(ctx, tx, code)
}

// Under names the divisions directly below one; Below counts them too, which costs more.
func Under(ctx context.Context, tx *db.Tx, code auth.Region) ([]Step, error) {
	return under.All(ctx, tx, code)
}

// Exists says whether the division is in force; operations ask it of every region that a person gives.
func Exists(ctx context.Context, tx *db.Tx, code auth.Region) (bool, error) {
	n, err := inForce.One(ctx, tx, code, clock.Forever)
	return n > 0, err
}

// Name gives the short name of a division, as people say it.
func Name(ctx context.Context, tx *db.Tx, code auth.Region) (string, error) {
	path, err := Path(ctx, tx, code)
	if err != nil {
		return "", err
	}
	return path[len(path)-1].Short(), nil
}

// FullName gives the name from the league down: “锡林郭勒盟锡林浩特市宝力根苏木宝力根嘎查”.
func FullName(ctx context.Context, tx *db.Tx, code auth.Region) (string, error) {
	path, err := Path(ctx, tx, code)
	if err != nil {
		return "", err
	}
	if len(path) == 1 {
		return path[0].Name, nil
	}
	var out strings.Builder
	for _, d := range path[1:] {
		out.WriteString(d.Short())
	}
	return out.String(), nil
}

// Step is a division on the way from the top to another.
type Step struct {
	Code  auth.Region `json:"code"`
	Name  string      `json:"name"`
	Level int64       `json:"level"`
}

// Short is the name as people say it.
func (s Step) Short() string { return Short(s.Name, s.Level) }

// Path gives the way from the autonomous region down to the division, both included.
func Path(ctx context.Context, tx *db.Tx, code auth.Region) ([]Step, error) {
	path, err := steps.All(ctx, tx, code.At(1), code.At(2), code.At(3), code.At(4), code)
	if err == nil && (len(path) == 0 || path[len(path)-1].Code != code) {
		err = errs.ErrNotFound
	}
	return path, err
}

// Service holds the operations.
type Service struct {
	db *db.DB
	// Closing asks what an edition would leave behind; Moved tells, one division a transaction, that it goes on under another code;
	// Settled that all have moved.
	Closing event.Topic[ClosingEvent]
	Moved   event.Topic[MovedEvent]
	Settled event.Topic[Edition]
	// Changed tells, in the transaction of the change, that at or below a division other divisions stand, or count as communities, than did.
	Changed event.Topic[ChangedEvent]
}

// ChangedEvent says that the divisions at and below one changed.
type ChangedEvent struct{ At auth.Region }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// GetInput names a division.
type GetInput struct {
	Code auth.Region `path:"code"`
}

// Get gives one division with the counts of what lies below; public.
func (s *Service) Get(ctx context.Context, in GetInput) (Division, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (Division, error) { return Get(ctx, tx, in.Code) })
}

// ListInput asks for the children of a division, or for divisions whose name holds Q.
type ListInput struct {
	Parent auth.Region `query:"parent" doc:"上级代码；不填且没有查找词时给自治区"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	db.Paging
}

// List gives divisions in force, by code; public.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Division], error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (db.Page[Division], error) { return page(ctx, tx, in) })
}

// mostMeant is how many divisions a text may mean; who finds so many writes more of the name.
const mostMeant = 500

func page(ctx context.Context, tx *db.Tx, in ListInput) (out db.Page[Division], err error) {
	of := listing{ListInput: in}
	if in.Q != "" {
		found, err := Look(ctx, tx, in.Q, Top)
		if err != nil {
			return out, err
		}
		for _, s := range found[:min(len(found), mostMeant)] {
			of.Meant = append(of.Meant, s.Code)
		}
	}
	return list.Page(ctx, tx, of, in.Paging)
}

// CountInput changes whether a community-level unit counts as a community, and says why.
type CountInput struct {
	Code    auth.Region `path:"code"`
	Counts  bool        `json:"counts" required:"false"`
	FromDay clock.Day   `json:"from_day" required:"false" doc:"从哪天起；不填为今天。原来就认定错了的，填当初的日子"`
	Reason  string      `json:"reason" maxLength:"200" doc:"依据"`
	Version int64       `json:"version"`
}

// Count sets whether a unit counts as a community, from a day on: an official list wins over the guess made from its name. The days
// before keep their figure.
func (s *Service) Count(ctx context.Context, in CountInput) (Division, error) {
	op := act.Op{Perm: Edit, Action: "region.count", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Division, error) {
		d, err := Get(ctx, tx, in.Code)
		if err != nil {
			return d, err
		}
		if err := auth.Require(ctx, Edit, View, auth.Place{Region: d.Code}); err != nil {
			return d, err
		}
		if d.Level != auth.LevelCommunity || !d.InForce() {
			return d, errs.WrongState("只有现行的嘎查村（社区）一级可以设置是否计入")
		}
		if in.FromDay, err = countedFrom(tx, in.FromDay); err != nil {
			return d, err
		}
		if err := count(ctx, tx, in); err != nil {
			return d, err
		}
		if err := audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "region", ID: d.Code.String(), Region: d.Code, Cause: in.Reason,
			Detail: map[string]any{"from": d.CountsAsCommunity, "to": in.Counts, "day": in.FromDay}}); err != nil {
			return d, err
		}
		if err := s.Changed.Publish(ctx, tx, ChangedEvent{d.Code}); err != nil {
			return d, err
		}
		return Get(ctx, tx, d.Code)
	})
}

func (in CountInput) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(in.Reason) != "", "reason", "请写明依据，例如民政部门名录的文号")
	return c.Err()
}

// countedFrom settles the day from which a decision holds: today unless another is given, never to come; what is said of days before
// the first edition is said of the first edition.
func countedFrom(tx *db.Tx, day clock.Day) (clock.Day, error) {
	today := clock.DayOf(tx.Now)
	switch {
	case day == 0:
		return today, nil
	case day > today:
		return 0, errs.Field("from_day", "不能晚于今天")
	}
	return KnownFrom(day), nil
}
