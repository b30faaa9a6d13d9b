package office

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
)

// slots are the five kinds of rules that the plan asks for (建设方案：组织架构、日常运作、常态管理、评价、激励), in its order.
var slots = []string{"organisation", "daily", "management", "evaluation", "incentives"}

// States of a rule.
const (
	Draft     = "draft"
	Published = "published"
)

// Template is what a division gives its stations to start from.
type Template struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" doc:"谁定的"`
	Slot    string      `json:"slot"`
	Title   string      `json:"title"`
	Body    string      `json:"text"`
	ByName  string      `json:"by_name"`
	At      time.Time   `json:"at"`
}

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
	Code     string    `json:"slot"`
	Editions []Rule    `json:"editions" doc:"新的在前"`
	Template *Template `json:"template" doc:"离本站最近的上级给的样本"`
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

// Rules are the five slots of a station.
type Rules struct {
	Book
	Slots []Slot `json:"slots"`
}

// Rules gives a station's rules with their history.
func (s *Service) Rules(ctx context.Context, in StationInput) (Rules, error) {
	return look(ctx, s, in.ID, func(tx *db.Tx, b Book) (Rules, error) { return rules(ctx, tx, b) })
}

func rules(ctx context.Context, tx *db.Tx, b Book) (out Rules, err error) {
	have, err := rulesOf.All(ctx, tx, b.Station.ID)
	if err != nil {
		return out, err
	}
	given, err := templates(ctx, tx, b.Station.Region)
	if err != nil {
		return out, err
	}
	out.Book = b
	for _, code := range slots {
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

// templates gives, by slot, the template nearest above a place.
func templates(ctx context.Context, tx *db.Tx, at auth.Region) (map[string]Template, error) {
	rows, err := templatesOf.All(ctx, tx, int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at))
	out := map[string]Template{}
	for _, t := range rows { // from the autonomous region downwards
		out[t.Slot] = t
	}
	return out, err
}

// AdoptInput begins an edition of a station's rules.
type AdoptInput struct {
	ID   db.ID  `path:"id"`
	Slot string `json:"slot" enum:"organisation,daily,management,evaluation,incentives"`
	From string `json:"from" enum:"template,present" default:"template" doc:"template 从样本开始，present 从现行的一版开始"`
}

// Adopt begins the next edition in a slot, as a draft: from the template, or from the edition in force.
func (s *Service) Adopt(ctx context.Context, in AdoptInput) (Rule, error) {
	if err := auth.Allow(ctx, Keep); err != nil {
		return Rule{}, err
	}
	return write(ctx, s, in.ID, "rule_draft", func(tx *db.Tx, b Book) (r Rule, id db.ID, err error) {
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
			r.Title, r.Body = slot.Template.Title, strings.ReplaceAll(slot.Template.Body, stationWord, b.Station.Name)
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

// stationWord stands in a template for the name of the station.
const stationWord = "〔站名〕"

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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Rule{}, err
	}
	c := errs.Check{}
	said(c, "title", in.Title, "请写名称")
	said(c, "text", in.Text, "请写内容")
	if err := c.Err(); err != nil {
		return Rule{}, err
	}
	return turn(ctx, s, in.ID, ruleByID, stationOfRule, "rule_write", func(tx *db.Tx, _ Book, r Rule) (Rule, error) {
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Rule{}, err
	}
	return turn(ctx, s, in.ID, ruleByID, stationOfRule, "rule_publish", func(tx *db.Tx, b Book, r Rule) (Rule, error) {
		if r.State != Draft {
			return r, errs.WrongState("已经公布过了")
		}
		if r.Version != in.Version {
			return r, errs.ErrStale
		}
		if strings.Contains(r.Body, stationWord) {
			return r, errs.Clash("还有没填的“" + stationWord + "”")
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
	if err := auth.Allow(ctx, Keep); err != nil {
		return Rule{}, err
	}
	return turn(ctx, s, in.ID, ruleByID, stationOfRule, "rule_discard", func(tx *db.Tx, _ Book, r Rule) (Rule, error) {
		if r.State != Draft {
			return r, errs.WrongState("公布过的不能删")
		}
		n, err := dropRule.Run(ctx, tx, r.ID, in.Version)
		return r, fresh(n, err)
	})
}

// RuleInput names a rule.
type RuleInput struct {
	ID db.ID `path:"id"`
}

// RuleSheet is one edition with its station.
type RuleSheet struct {
	Book
	Rule
}

// Rule gives one edition.
func (s *Service) Rule(ctx context.Context, in RuleInput) (RuleSheet, error) {
	return seen(ctx, s, in.ID, ruleByID, stationOfRule, func(_ *db.Tx, b Book, r Rule) (RuleSheet, error) { return RuleSheet{b, r}, nil })
}

// WallInput names what is printed for the wall.
type WallInput struct {
	ID    db.ID  `path:"id"`
	Paper string `query:"paper" enum:"a4,a3" default:"a4" maxLength:"2"`
}

// RuleWall prints an edition for the wall, on A4 or A3.
func (s *Service) RuleWall(ctx context.Context, in WallInput) (File, error) {
	v, err := s.Rule(ctx, RuleInput{in.ID})
	if err != nil {
		return File{}, err
	}
	foot := v.Station.Name + "　" + v.span()
	if v.State == Draft {
		foot = "草稿，还没有公布"
	}
	return wall(v.Title, v.Station.Name, v.Body, foot, v.Today, in.Paper == "a3")
}

// NoticeWall prints a notice to be hung up.
func (s *Service) NoticeWall(ctx context.Context, in WallInput) (File, error) {
	v, err := s.Notice(ctx, NoticeInput{in.ID})
	if err != nil {
		return File{}, err
	}
	foot := fmt.Sprintf("%s　%s　公告 %s　张贴至 %s", v.Station.Name, v.FromDay, v.Number(), v.UntilDay)
	return wall(v.Title, "公　告", v.Body, foot, v.Today, in.Paper == "a3")
}

// wall prints a text for the wall, in the largest type, between 11 and 22 points (half as much again on A3), in which it stands on one page.
func wall(title, head, body, foot string, day clock.Day, a3 bool) (File, error) {
	scale := 1.0
	if a3 {
		scale = 1.414
	}
	var p *paper
	for size := 22.0; ; size -= 0.5 {
		p = &paper{Doc: pdf.New(title, pdf.Options{A3: a3, Created: day.Time()})}
		w, h := p.Size()
		edge := 18 * scale
		p.wide, p.foot, p.left = w-2*edge, h-26*scale, edge
		p.page()
		p.TextIn(pdf.Sans, 12*scale, edge, 16*scale, p.wide, 9*scale, pdf.Centre, head)
		p.TextIn(pdf.Serif, 30*scale, edge, 27*scale, p.wide, 24*scale, pdf.Centre, title)
		p.y = 58 * scale
		p.text(size*scale, size*scale*0.62, body)
		if p.pages == 1 || size <= 11 {
			break
		}
	}
	w, h := p.Size()
	p.Footer(func(page, total int) {
		if total > 1 {
			foot := fmt.Sprintf("第 %d 页，共 %d 页", page, total)
			p.TextIn(pdf.Sans, 9*scale, 18*scale, h-11*scale, w-36*scale, 5*scale, pdf.Centre, foot)
		}
		if page == total {
			p.TextIn(pdf.Sans, 12*scale, 18*scale, h-21*scale, w-36*scale, 8*scale, pdf.Right, foot)
		}
	})
	return asPDF(title, p.Doc)
}

// TemplatesInput names a division.
type TemplatesInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
}

// Templates are what a division's stations start from.
type Templates struct {
	Region     auth.Region       `json:"region"`
	Where      string            `json:"where"`
	Items      []Template        `json:"items"`
	Places     map[string]string `json:"-"` // whose each is, by slot
	Categories []Category        `json:"categories" doc:"档案分类方案"`
	sets       bool
}

// Templates gives the templates that hold in a division, and its filing plan.
func (s *Service) Templates(ctx context.Context, in TemplatesInput) (out Templates, err error) {
	if err := auth.Allow(ctx, Set); err != nil {
		return out, err
	}
	if in.Region == 0 {
		if in.Region = auth.From(ctx).Seat(); in.Region == 0 {
			in.Region = region.Top
		}
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Require(ctx, Set, Set, auth.Place{Region: in.Region}); err != nil {
			return err
		}
		out = Templates{Region: in.Region, Places: map[string]string{}, sets: true, Items: []Template{}}
		if out.Where, err = region.FullName(ctx, tx, in.Region); err != nil {
			return err
		}
		given, err := templates(ctx, tx, in.Region)
		if err != nil {
			return err
		}
		for _, code := range slots {
			t, ok := given[code]
			if !ok {
				continue
			}
			out.Items = append(out.Items, t)
			if out.Places[code], err = region.FullName(ctx, tx, t.Region); err != nil {
				return err
			}
		}
		out.Categories, err = categories(ctx, tx, in.Region)
		return err
	})
	return out, err
}

// TemplateInput is the text that a division gives its stations.
type TemplateInput struct {
	Region  auth.Region `json:"region"`
	Slot    string      `json:"slot" enum:"organisation,daily,management,evaluation,incentives"`
	Version int64       `json:"version" required:"false" minimum:"0" doc:"本级现有样本的版本；本级还没有的不填"`
	Title   string      `json:"title" minLength:"1" maxLength:"60"`
	Text    string      `json:"text" minLength:"1" maxLength:"8000" doc:"〔站名〕会换成站点的名称"`
}

// SaveTemplate gives the stations of a division a text of its own to start from. What stations have adopted stays as it is.
func (s *Service) SaveTemplate(ctx context.Context, in TemplateInput) (Template, error) {
	if err := auth.Allow(ctx, Set); err != nil {
		return Template{}, err
	}
	c := errs.Check{}
	said(c, "title", in.Title, "请写名称")
	said(c, "text", in.Text, "请写内容")
	if err := c.Err(); err != nil {
		return Template{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (t Template, err error) {
		if err := own(ctx, tx, in.Region); err != nil {
			return t, err
		}
		t = Template{ID: tx.NewID(), Region: in.Region, Slot: in.Slot, Title: in.Title, Body: in.Text, ByName: auth.From(ctx).Name, At: tx.Now}
		if err := putTemplate(ctx, tx, &t, in.Version); err != nil {
			return t, err
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: "office.template", Object: "office_template", ID: t.ID.String(), Region: t.Region, Detail: map[string]any{"slot": t.Slot}})
	})
}

// own refuses a division that is not the actor's to set things for.
func own(ctx context.Context, tx *db.Tx, at auth.Region) error {
	bad := errs.Field("region", "这个地方不归您管，或者没有这个区划")
	if err := auth.Require(ctx, Set, Set, auth.Place{Region: at}); err != nil || at.Level() > auth.LevelBanner {
		return bad
	}
	ok, err := region.Exists(ctx, tx, at)
	if err == nil && !ok {
		err = bad
	}
	return err
}

// DropTemplateInput names a template and the version of it that was read.
type DropTemplateInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// DropTemplate takes a division's own template away: that of the division above holds again. The autonomous region's stay.
func (s *Service) DropTemplate(ctx context.Context, in DropTemplateInput) (Template, error) {
	if err := auth.Allow(ctx, Set); err != nil {
		return Template{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Template, error) {
		t, err := one(templateByID.One(ctx, tx, in.ID))
		if err != nil {
			return t, err
		}
		if err := auth.Require(ctx, Set, Set, auth.Place{Region: t.Region}); err != nil {
			return Template{}, err
		}
		if t.Region == region.Top {
			return t, errs.WrongState("自治区的示例只能改，不能去掉")
		}
		if err := fresh(dropTemplate.Run(ctx, tx, t.ID, in.Version)); err != nil {
			return t, err
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: "office.template_drop", Object: "office_template", ID: t.ID.String(), Region: t.Region, Detail: map[string]any{"slot": t.Slot}})
	})
}
