// Package rule is the rules of a station (规章制度): five template.Slots, each with its editions.
//
// Nouns: rule, slot, edition. Verbs: adopt, write, publish, discard, print.
package rule

import (
	"context"
	"strings"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/template"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// States of a rule.
const (
	Draft     = "draft"
	Published = "published"
)

// Rule is one edition of a station's rules in a slot.
type Rule struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	StationID db.ID       `json:"station_id"`
	Region    auth.Region `json:"-"`
	Slot      string      `json:"slot" doc:"organisation 组织，daily 日常运行，management 管理，evaluation 评估，incentives 激励"`
	Edition   int64       `json:"edition" doc:"第几版"`
	Title     string      `json:"title"`
	Body      string      `json:"text"`
	State     string      `json:"state" doc:"draft 草稿，published 公布"`
	FromDay   clock.Day   `json:"from_day" doc:"公布的日子；草稿为空"`
	UntilDay  clock.Day   `json:"until_day" doc:"下一版公布的日子；9999-12-31 为现行"`
	ByName    string      `json:"by_name"`
	At        time.Time   `json:"at"`
}

// Holds says that the edition is the one in force on a day.
func (r Rule) Holds(day clock.Day) bool {
	return r.State == Published && r.FromDay <= day && day < r.UntilDay
}

// span says when an edition held.
func (r Rule) span() string {
	switch {
	case r.State == Draft:
		return "草稿"
	case r.UntilDay == clock.Forever:
		return r.FromDay.String() + " 起施行"
	}
	return r.FromDay.String() + " 至 " + r.UntilDay.AddDays(-1).String()
}

// Slot is one of the five with what a station has in it.
type Slot struct {
	Code     string             `json:"slot"`
	Editions []Rule             `json:"editions" doc:"新的在前"`
	Template *template.Template `json:"template" doc:"离本站最近的上级给的样本"`
}

// now gives the edition in force, and draft the one that is being written; nil when there is none.
func (s Slot) now() *Rule {
	return s.find(func(r Rule) bool { return r.State == Published && r.UntilDay == clock.Forever })
}

func (s Slot) draft() *Rule { return s.find(func(r Rule) bool { return r.State == Draft }) }

func (s Slot) find(fits func(Rule) bool) *Rule {
	for i := range s.Editions {
		if fits(s.Editions[i]) {
			return &s.Editions[i]
		}
	}
	return nil
}

// Rules are the five template.Slots of a station.
type Rules struct {
	office.Book
	Slots []Slot `json:"slots"`
}

// Rules gives a station's rules with their history.
func (s *Service) Rules(ctx context.Context, in office.StationInput) (Rules, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Rules, error) { return rules(ctx, tx, b) })
}

func rules(ctx context.Context, tx *db.Tx, b office.Book) (out Rules, err error) {
	have, err := rulesOf.All(ctx, tx, b.Station.ID)
	if err != nil {
		return out, err
	}
	given, err := template.Nearest(ctx, tx, b.Station.Region)
	if err != nil {
		return out, err
	}
	out.Book = b
	for _, code := range template.Slots.Codes() {
		slot := Slot{Code: code, Editions: []Rule{}}
		for _, r := range have {
			if r.Slot == code {
				slot.Editions = append(slot.Editions, r)
			}
		}
		if t, ok := given[code]; ok {
			slot.Template = &t
		}
		out.Slots = append(out.Slots, slot)
	}
	return out, nil
}

// AdoptInput begins an edition of a station's rules.
type AdoptInput struct {
	ID   db.ID  `path:"id"`
	Slot string `json:"slot" enum:"organisation,daily,management,evaluation,incentives"`
	From string `json:"from" enum:"template,present" default:"template" doc:"template 从样本开始，present 从现行的一版开始"`
}

// Adopt begins the next edition in a slot, as a draft: from the template, or from the edition in force.
func (s *Service) Adopt(ctx context.Context, in AdoptInput) (Rule, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Rule{}, err
	}
	return office.Change(ctx, s.db, in.ID, "rule_draft", func(tx *db.Tx, b office.Book) (r Rule, id db.ID, err error) {
		all, err := rules(ctx, tx, b)
		if err != nil {
			return r, 0, err
		}
		slot := all.slot(in.Slot)
		r = Rule{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Slot: in.Slot, State: Draft, ByName: auth.From(ctx).Name, At: tx.Now, UntilDay: clock.Forever}
		switch now := slot.now(); {
		case in.From == "present" && now != nil:
			r.Title, r.Body = now.Title, now.Body
		case in.From == "present" || slot.Template == nil:
			return r, 0, errs.Field("from", "没有可以用的文本")
		default:
			r.Title, r.Body = slot.Template.Title, strings.ReplaceAll(slot.Template.Body, template.StationName, b.Station.Name)
		}
		for _, e := range slot.Editions {
			r.Edition = max(r.Edition, e.Edition)
		}
		r.Edition++
		n, err := addRule.Run(ctx, tx, r.ID, r.StationID, int64(r.Region), r.Slot, r.Edition, r.Title, r.Body, r.ByName, r.At)
		if err == nil && n == 0 {
			err = errs.WrongState("这一项已经有一份草稿在写")
		}
		return r, r.ID, err
	})
}

func (v Rules) slot(code string) Slot {
	for _, s := range v.Slots {
		if s.Code == code {
			return s
		}
	}
	return Slot{}
}

// WriteInput is a draft as it was written.
type WriteInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Title   string `json:"title" minLength:"1" maxLength:"60"`
	Text    string `json:"text" minLength:"1" maxLength:"8000"`
}

func stationOfRule(r Rule) db.ID { return r.StationID }

// Write changes a draft; what was published is never rewritten.
func (s *Service) Write(ctx context.Context, in WriteInput) (Rule, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Rule{}, err
	}
	c := errs.Check{}
	office.Required(c, "title", in.Title, "请写名称")
	office.Required(c, "text", in.Text, "请写内容")
	if err := c.Err(); err != nil {
		return Rule{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, ruleByID, stationOfRule, "rule_write", func(tx *db.Tx, _ office.Book, r Rule) (Rule, error) {
		if r.State != Draft {
			return r, errs.WrongState("公布过的不能改，请写新的一版")
		}
		if r.Version != in.Version {
			return r, errs.ErrStale
		}
		r.Title, r.Body = in.Title, in.Text
		return r, updateRule(ctx, tx, &r)
	})
}

// RuleTurn names a rule and the version of it that was read.
type RuleTurn struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Publish lets a draft hold from today, and the edition before no longer.
func (s *Service) Publish(ctx context.Context, in RuleTurn) (Rule, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Rule{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, ruleByID, stationOfRule, "rule_publish", func(tx *db.Tx, b office.Book, r Rule) (Rule, error) {
		if r.State != Draft {
			return r, errs.WrongState("已经公布过了")
		}
		if r.Version != in.Version {
			return r, errs.ErrStale
		}
		if strings.Contains(r.Body, template.StationName) {
			return r, errs.Clash("还有没填的“" + template.StationName + "”")
		}
		if _, err := endRule.Run(ctx, tx, r.StationID, r.Slot, int64(b.Today)); err != nil {
			return r, err
		}
		r.State, r.FromDay, r.UntilDay = Published, b.Today, clock.Forever
		return r, updateRule(ctx, tx, &r)
	})
}

// Discard throws a draft away.
func (s *Service) Discard(ctx context.Context, in RuleTurn) (Rule, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Rule{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, ruleByID, stationOfRule, "rule_discard", func(tx *db.Tx, _ office.Book, r Rule) (Rule, error) {
		if r.State != Draft {
			return r, errs.WrongState("公布过的不能删")
		}
		n, err := dropRule.Run(ctx, tx, r.ID, in.Version)
		return r, office.Fresh(n, err)
	})
}

// RuleInput names a rule.
type RuleInput struct {
	ID db.ID `path:"id"`
}

// RuleSheet is one edition with its station.
type RuleSheet struct {
	office.Book
	Rule
}

// Rule gives one edition.
func (s *Service) Rule(ctx context.Context, in RuleInput) (RuleSheet, error) {
	return office.ReadRow(ctx, s.db, in.ID, ruleByID, stationOfRule, func(_ *db.Tx, b office.Book, r Rule) (RuleSheet, error) { return RuleSheet{b, r}, nil })
}

// RuleWall prints an edition for the wall, on A4 or A3.
func (s *Service) RuleWall(ctx context.Context, in office.PosterInput) (blob.File, error) {
	v, err := s.Rule(ctx, RuleInput{in.ID})
	if err != nil {
		return blob.File{}, err
	}
	foot := v.Station.Name + "　" + v.span()
	if v.State == Draft {
		foot = "草稿，还没有公布"
	}
	return office.Poster(v.Title, v.Station.Name, v.Body, foot, v.Today, in.Paper == "a3")
}

// Verify says which rules have two editions in force at once.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return office.Report(ctx, tx, overlapping, "office_rule", "同一项制度有两版同时有效", report)
}
