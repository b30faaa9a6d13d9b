// Package rule is the rules of a station (规章制度): five template.Slots, each with its editions.
//
// Nouns: rule, slot, edition. Verbs: adopt, write, publish, discard, print.
package rule

import (
	"context"
	"strings"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/office/template"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/pdf"
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
	StationID db.ID       `json:"station_id" db:",once"`
	Region    auth.Region `json:"-" db:",once"`
	Slot      string      `json:"slot" db:",once" doc:"organisation 组织，daily 日常运行，management 管理，evaluation 评估，incentives 激励"`
	Edition   int64       `json:"edition" db:",once" doc:"第几版"`
	Title     string      `json:"title"`
	Body      string      `json:"text"`
	State     string      `json:"state" doc:"draft 草稿，published 公布"`
	FromDay   clock.Day   `json:"from_day" doc:"公布的日子；草稿为空"`
	UntilDay  clock.Day   `json:"until_day" doc:"下一版公布的日子；9999-12-31 为现行"`
	ByName    string      `json:"by_name" db:",once"`
	At        time.Time   `json:"at" db:",once"`
}

var rules = office.Kind[Rule]{Table: table, Delete: remove, Station: func(r Rule) db.ID { return r.StationID },
	State: func(r Rule, _ clock.Day) string { return r.State }}

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

// Rules are the five slots of a station.
type Rules struct {
	office.Book
	Slots []Slot `json:"slots"`
}

// List gives a station's rules with their history.
func (s *Service) List(ctx context.Context, in office.StationInput) (Rules, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Rules, error) { return rulesOf(ctx, tx, b) })
}

func rulesOf(ctx context.Context, tx *db.Tx, b office.Book) (out Rules, err error) {
	have, err := ofStation.All(ctx, tx, b.Station.ID)
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
	Slot string `json:"slot" set:"office_template.slot"`
	From string `json:"from" enum:"template,present" default:"template" doc:"template 从样本开始，present 从现行的一版开始"`
}

// Adopt begins the next edition in a slot, as a draft: from the template, or from the edition in force.
func (s *Service) Adopt(ctx context.Context, in AdoptInput) (Rule, error) {
	op := act.Op{Perm: office.Edit, Action: "office.rule_draft"}
	return office.Write(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (r Rule, id db.ID, err error) {
		all, err := rulesOf(ctx, tx, b)
		if err != nil {
			return r, 0, err
		}
		slot := all.slot(in.Slot)
		r = Rule{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Slot: in.Slot, Edition: slot.next(),
			State: Draft, UntilDay: clock.Forever,
			ByName: auth.From(ctx).Name, At: tx.Now}
		switch now := slot.now(); {
		case in.From == "present" && now != nil:
			r.Title, r.Body = now.Title, now.Body
		case in.From == "present" || slot.Template == nil:
			return r, 0, errs.Field("from", "没有可以用的文本")
		default:
			r.Title, r.Body = slot.Template.Title, strings.ReplaceAll(slot.Template.Body, template.StationName, b.Station.Name)
		}
		ok, err := table.Add(ctx, tx, r)
		if err == nil && !ok {
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

// next is the number of the edition to come.
func (s Slot) next() (n int64) {
	for _, e := range s.Editions {
		n = max(n, e.Edition)
	}
	return n + 1
}

// WriteInput is a draft as it was written.
type WriteInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Title   string `json:"title" minLength:"1" maxLength:"60"`
	Text    string `json:"text" minLength:"1" maxLength:"8000"`
}

var draft = []string{Draft}

// Write changes a draft; what was published is never rewritten.
func (s *Service) Write(ctx context.Context, in WriteInput) (Rule, error) {
	op := act.Op{Perm: office.Edit, Action: "office.rule_write", ID: in.ID, Version: in.Version,
		Check: office.Filled([3]string{"title", in.Title, "请写名称"}, [3]string{"text", in.Text,
			"请写内容"}), From: draft, Wrong: "公布过的不能改，请写新的一版"}
	return rules.Change(ctx, s.db, op, func(_ *db.Tx, _ office.Book, r *Rule) error {
		r.Title, r.Body = in.Title, in.Text
		return nil
	})
}

// Publish lets a draft hold from today, and the edition before no longer.
func (s *Service) Publish(ctx context.Context, in office.VersionInput) (Rule, error) {
	op := act.Op{Perm: office.Edit, Action: "office.rule_publish", ID: in.ID, Version: in.Version, From: draft, Wrong: "已经公布过了"}
	return rules.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, r *Rule) error {
		if strings.Contains(r.Body, template.StationName) {
			return errs.Clash("还有没填的“" + template.StationName + "”")
		}
		r.State, r.FromDay, r.UntilDay = Published, b.Today, clock.Forever
		_, err := endPresent.Run(ctx, tx, r.StationID, r.Slot, int64(b.Today))
		return err
	})
}

// Discard throws a draft away.
func (s *Service) Discard(ctx context.Context, in office.VersionInput) (Rule, error) {
	op := act.Op{Perm: office.Edit, Action: "office.rule_discard", ID: in.ID, Version: in.Version, From: draft, Wrong: "公布过的不能删"}
	return rules.Remove(ctx, s.db, op, func(office.Book, Rule) error { return nil })
}

// Sheet is one edition with its station.
type Sheet struct {
	office.Book
	Rule
}

// Get gives one edition.
func (s *Service) Get(ctx context.Context, in office.EntryInput) (Sheet, error) {
	return office.Look(ctx, s.db, &rules, in.ID, func(_ *db.Tx, b office.Book, r Rule) (Sheet, error) { return Sheet{b, r}, nil })
}

// Poster prints an edition for the wall, on A4 or A3.
func (s *Service) Poster(ctx context.Context, in office.PosterInput) (blob.File, error) {
	v, err := s.Get(ctx, office.EntryInput{ID: in.ID})
	if err != nil {
		return blob.File{}, err
	}
	foot := v.Station.Name + "　" + v.span()
	if v.State == Draft {
		foot = "草稿，还没有公布"
	}
	return paper.Poster(v.Title, v.Station.Name, v.Body, foot, v.Today, in.Paper == "a3")
}

// Ledger has the editions that held on a day of a stretch.
var Ledger = ledger.Ledger{Code: "rules", Name: "规章制度台账", Columns: []string{"制度", "名称", "版次", "施行", "登记人"}, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := ofStation.All(ctx, tx, st.ID)
	for _, slot := range template.Slots.Codes() {
		for _, r := range rows {
			if r.Slot == slot && r.State == Published && r.FromDay <= until && r.UntilDay > from && len(out) < limit {
				out = append(out, []string{template.Slots.Word(r.Slot), r.Title, "第 " + format.Int(r.Edition) + " 版", r.span(), r.ByName})
			}
		}
	}
	return out, err
}

// Proof shows that all five rules are published.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error) {
	all, err := rulesOf(ctx, tx, b)
	if err != nil {
		return text, file, err
	}
	p := paper.New("规章制度", b.Today, true)
	var lacks []string
	for _, slot := range all.Slots {
		r := slot.now()
		if r == nil {
			lacks = append(lacks, template.Slots.Word(slot.Code))
			continue
		}
		p.Page()
		p.TextIn(pdf.Serif, 20, paper.Margin, p.Y, p.Wide, 12, pdf.Centre, r.Title)
		p.TextIn(pdf.Sans, 10.5, paper.Margin, p.Y+13, p.Wide, 6, pdf.Centre, b.Station.Name+"　"+r.span())
		p.Y += 24
		p.PrintText(12, 8, r.Body)
	}
	if len(lacks) > 0 {
		return text, file, errs.WrongState("还没有公布：" + strings.Join(lacks, "、"))
	}
	file, err = office.AsUpload(paper.File("规章制度", p.Doc))
	return "五类制度都已公布", file, err
}
