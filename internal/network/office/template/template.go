// Package template is what divisions set for the offices of their stations: texts from which rules begin, and the filing plan of the
// archive.
//
// Nouns: template, slot, category. Verbs: save, drop, add, edit.
package template

import (
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/office"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// Slots are the five kinds of rules that the plan asks for (建设方案：组织架构、日常运作、常态管理、评价、激励), in its order.
var Slots = set.New("office_template.slot office_rule.slot",
	set.Row{"organisation", "组织"}, set.Row{"daily", "日常运行"}, set.Row{"management", "管理"}, set.Row{"evaluation", "评估"},
	set.Row{"incentives", "激励"})

// Template is what a division gives its stations to start from.
type Template struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" db:",once" doc:"谁定的"`
	Slot    string      `json:"slot" db:",once"`
	Title   string      `json:"title"`
	Body    string      `json:"text"`
	Active  bool        `json:"-"` // not once a division that took over has one of its own
	ByName  string      `json:"by_name"`
	At      time.Time   `json:"at"`
}

var templates = act.Kind[Template]{Object: "office_template", View: office.Configure, Table: texts,
	Place: func(t Template) auth.Place { return auth.Place{Region: t.Region} },
	Trail: func(_, t Template) map[string]any { return map[string]any{"slot": t.Slot} }}

// Nearest gives, by slot, the template nearest above a place.
func Nearest(ctx context.Context, tx *db.Tx, at auth.Region) (map[string]Template, error) {
	rows, err := textsAbove.All(ctx, tx, above(at)...)
	out := map[string]Template{}
	for _, t := range rows { // from the autonomous region downwards
		out[t.Slot] = t
	}
	return out, err
}

// StationName stands in a template for the name of the station.
const StationName = "〔站名〕"

// ListInput names a division.
type ListInput struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
}

// Templates are what a division's stations start from.
type Templates struct {
	Region     auth.Region       `json:"region"`
	Where      string            `json:"where"`
	Items      []Template        `json:"items"`
	Places     map[string]string `json:"-"` // whose each is, by slot
	Categories []Category        `json:"categories" doc:"档案分类方案"`
}

// List gives the templates that hold in a division, and its filing plan.
func (s *Service) List(ctx context.Context, in ListInput) (Templates, error) {
	return act.Read(ctx, s.db, office.Configure, func(tx *db.Tx) (out Templates, err error) {
		if in.Region == 0 {
			if in.Region = auth.From(ctx).Seat(); in.Region == 0 {
				in.Region = region.Top
			}
		}
		if err := auth.Require(ctx, office.Configure, office.Configure, auth.Place{Region: in.Region}); err != nil {
			return out, err
		}
		out = Templates{Region: in.Region, Places: map[string]string{}, Items: []Template{}}
		if out.Where, err = region.FullName(ctx, tx, in.Region); err != nil {
			return out, err
		}
		given, err := Nearest(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		for _, code := range Slots.Codes() {
			t, ok := given[code]
			if !ok {
				continue
			}
			out.Items = append(out.Items, t)
			if out.Places[code], err = region.FullName(ctx, tx, t.Region); err != nil {
				return out, err
			}
		}
		out.Categories, err = Categories(ctx, tx, in.Region)
		return out, err
	})
}

// SaveInput is the text that a division gives its stations.
type SaveInput struct {
	Region  auth.Region `json:"region"`
	Slot    string      `json:"slot" set:"office_template.slot"`
	Version int64       `json:"version" required:"false" minimum:"0" doc:"本级现有样本的版本；本级还没有的不填"`
	Title   string      `json:"title" minLength:"1" maxLength:"60"`
	Text    string      `json:"text" minLength:"1" maxLength:"8000" doc:"〔站名〕会换成站点的名称"`
}

// Save gives the stations of a division a text of its own to start from. What stations have adopted stays as it is.
func (s *Service) Save(ctx context.Context, in SaveInput) (Template, error) {
	op := act.Op{Perm: office.Configure, Action: "office.template", Check: office.Filled([3]string{"title", in.Title, "请写名称"},
		[3]string{"text", in.Text, "请写内容"})}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (t Template, err error) {
		if err := own(ctx, tx, in.Region); err != nil {
			return t, err
		}
		t, there, err := db.Found(textOf.One(ctx, tx, int64(in.Region), in.Slot))
		if err == nil && there && t.Active && t.Version != in.Version {
			err = errs.ErrStale
		}
		if err != nil {
			return t, err
		}
		fill := func(_ *db.Tx, t *Template) error {
			t.Title, t.Body, t.Active, t.ByName, t.At = in.Title, in.Text, true, auth.From(ctx).Name, tx.Now
			return nil
		}
		if there {
			return t, templates.Alter(ctx, tx, op, &t, fill)
		}
		t = Template{ID: tx.NewID(), Version: 1, Region: in.Region, Slot: in.Slot}
		fill(tx, &t)
		return t, templates.Enter(ctx, tx, op, &t)
	})
}

// own refuses a division that is not the actor's to set things for.
func own(ctx context.Context, tx *db.Tx, at auth.Region) error {
	bad := errs.Field("region", "这个地方不归您管，或者没有这个区划")
	if err := auth.Require(ctx, office.Configure, office.Configure, auth.Place{Region: at}); err != nil || at.Level() > auth.LevelBanner {
		return bad
	}
	ok, err := region.Exists(ctx, tx, at)
	if err == nil && !ok {
		err = bad
	}
	return err
}

// Drop takes a division's own template away: that of the division above holds again. The autonomous region's stay.
func (s *Service) Drop(ctx context.Context, in office.VersionInput) (Template, error) {
	drop := templates
	drop.Save = func(ctx context.Context, tx *db.Tx, t *Template) error {
		n, err := dropText.Run(ctx, tx, t.ID, t.Version)
		if err == nil && n == 0 {
			err = errs.ErrStale
		}
		return err
	}
	op := act.Op{Perm: office.Configure, Action: "office.template_drop", ID: in.ID, Version: in.Version}
	return drop.Change(ctx, s.db, op, func(_ *db.Tx, t *Template) error {
		if t.Region == region.Top {
			return errs.WrongState("自治区的示例只能改，不能去掉")
		}
		return nil
	})
}
