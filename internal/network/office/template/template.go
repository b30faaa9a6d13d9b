// Package template is what divisions set for the offices of their stations: texts from which rules begin, and the filing plan of the archive.
//
// Nouns: template, slot, category. Verbs: save, drop, add, edit.
package template

import (
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/office"
	"linli/internal/platform/audit"
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
	Region  auth.Region `json:"region" doc:"谁定的"`
	Slot    string      `json:"slot"`
	Title   string      `json:"title"`
	Body    string      `json:"text"`
	ByName  string      `json:"by_name"`
	At      time.Time   `json:"at"`
}

// Nearest gives, by slot, the template nearest above a place.
func Nearest(ctx context.Context, tx *db.Tx, at auth.Region) (map[string]Template, error) {
	rows, err := templatesOf.All(ctx, tx, int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at))
	out := map[string]Template{}
	for _, t := range rows { // from the autonomous region downwards
		out[t.Slot] = t
	}
	return out, err
}

// StationName stands in a template for the name of the station.
const StationName = "〔站名〕"

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
	if err := auth.Allow(ctx, office.Configure); err != nil {
		return out, err
	}
	if in.Region == 0 {
		if in.Region = auth.From(ctx).Seat(); in.Region == 0 {
			in.Region = region.Top
		}
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if err := auth.Require(ctx, office.Configure, office.Configure, auth.Place{Region: in.Region}); err != nil {
			return err
		}
		out = Templates{Region: in.Region, Places: map[string]string{}, sets: true, Items: []Template{}}
		if out.Where, err = region.FullName(ctx, tx, in.Region); err != nil {
			return err
		}
		given, err := Nearest(ctx, tx, in.Region)
		if err != nil {
			return err
		}
		for _, code := range Slots.Codes() {
			t, ok := given[code]
			if !ok {
				continue
			}
			out.Items = append(out.Items, t)
			if out.Places[code], err = region.FullName(ctx, tx, t.Region); err != nil {
				return err
			}
		}
		out.Categories, err = Categories(ctx, tx, in.Region)
		return err
	})
	return out, err
}

// TemplateInput is the text that a division gives its stations.
type TemplateInput struct {
	Region  auth.Region `json:"region"`
	Slot    string      `json:"slot" set:"office_template.slot"`
	Version int64       `json:"version" required:"false" minimum:"0" doc:"本级现有样本的版本；本级还没有的不填"`
	Title   string      `json:"title" minLength:"1" maxLength:"60"`
	Text    string      `json:"text" minLength:"1" maxLength:"8000" doc:"〔站名〕会换成站点的名称"`
}

// SaveTemplate gives the stations of a division a text of its own to start from. What stations have adopted stays as it is.
func (s *Service) SaveTemplate(ctx context.Context, in TemplateInput) (Template, error) {
	if err := auth.Allow(ctx, office.Configure); err != nil {
		return Template{}, err
	}
	c := errs.Check{}
	office.Required(c, "title", in.Title, "请写名称")
	office.Required(c, "text", in.Text, "请写内容")
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
	if err := auth.Require(ctx, office.Configure, office.Configure, auth.Place{Region: at}); err != nil || at.Level() > auth.LevelBanner {
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
	if err := auth.Allow(ctx, office.Configure); err != nil {
		return Template{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Template, error) {
		t, err := office.One(templateByID.One(ctx, tx, in.ID))
		if err != nil {
			return t, err
		}
		if err := auth.Require(ctx, office.Configure, office.Configure, auth.Place{Region: t.Region}); err != nil {
			return Template{}, err
		}
		if t.Region == region.Top {
			return t, errs.WrongState("自治区的示例只能改，不能去掉")
		}
		if err := office.Fresh(dropTemplate.Run(ctx, tx, t.ID, in.Version)); err != nil {
			return t, err
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: "office.template_drop", Object: "office_template", ID: t.ID.String(), Region: t.Region, Detail: map[string]any{"slot": t.Slot}})
	})
}
