// Package catalogue is the menu of services that stations offer: what it is, whom it is for, what it asks of a volunteer and which
// risk it bears. The list of the whole region holds everywhere; a division may add items of its own for itself and all below.
//
// Nouns: item, category. Verbs: list, get, add, change.
package catalogue

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Permissions.
const (
	View auth.Perm = "catalogue.view"
	Edit auth.Perm = "catalogue.edit"
)

// Item is one service of the menu.
type Item struct {
	ID                db.ID        `json:"id"`
	Region            auth.Region  `json:"region" db:",once" doc:"在哪一级的目录里；自治区的处处可用"`
	Code              string       `json:"code" db:",once"`
	Name              string       `json:"name"`
	Blurb             string       `json:"blurb" doc:"图片下面的一句话"`
	Category          string       `json:"category" doc:"十五类之一"`
	Icon              string       `json:"icon"`
	Audience          person.Codes `json:"audience" doc:"为哪些服务对象；空为人人可点"`
	Minutes           int64        `json:"minutes" doc:"一般用时（分钟）"`
	Needed            int64        `json:"needed" doc:"一般人数"`
	Skills            person.Codes `json:"skills"`
	Languages         person.Codes `json:"languages"`
	Dangerous         bool         `json:"dangerous" doc:"可能有人身危险：先买保险（志愿服务条例第十七条），未成年人不参加"`
	AdultsOnly        bool         `json:"adults_only"`
	TwoPersons        bool         `json:"two_persons" doc:"须两人同去"`
	InsuranceNeeded   bool         `json:"insurance_needed"`
	TrainingCode      string       `json:"training_code" doc:"须完成的培训（志愿服务条例第十六条）"`
	QualificationCode string       `json:"qualification_code" doc:"须有的法定资格（志愿服务条例第十六条）"`
	Risk              string       `json:"risk" doc:"要如实告知的风险（志愿服务条例第十二条）"`
	Active            bool         `json:"active"`
	Sort              int64        `json:"sort"`
	Version           int64        `json:"version"`
}

// Insured says whether a volunteer must hold accident insurance on the day (Regulations on Volunteer Service, art. 17).
func (i Item) Insured() bool { return i.InsuranceNeeded || i.Dangerous }

// Categories are the 15 kinds of activity that the plan names, in its order.
var Categories = set.New("catalogue_item.category",
	set.Row{"poverty", "扶贫帮困"}, set.Row{"elderly_disabled", "助老助残"}, set.Row{"education", "助学支教"}, set.Row{"public_order", "治安维稳"},
	set.Row{"health", "卫生健康"}, set.Row{"environment", "环境保护"}, set.Row{"advocacy", "宣传教育"}, set.Row{"culture_sports", "文化体育"},
	set.Row{"farming", "助农增收"}, set.Row{"technology", "科技帮扶"}, set.Row{"counselling", "心理咨询"}, set.Row{"legal_aid", "法律援助"},
	set.Row{"emergency", "应急救援"}, set.Row{"employment", "就业指导"}, set.Row{"convenience", "便民利民"})

// items says how items are kept. What one asks of volunteers is in the trail by its version.
var items = act.Kind[Item]{Object: "catalogue_item", View: View, Table: table,
	Place: func(i Item) auth.Place { return auth.Place{Region: i.Region} },
	Trail: func(_, i Item) map[string]any {
		return map[string]any{"code": i.Code, "active": i.Active, "version": i.Version}
	}}

// Get gives an item, inactive ones too; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Item, error) { return table.Get(ctx, tx, id) }

// Menu gives the active items that hold in a division, in their order.
func Menu(ctx context.Context, tx *db.Tx, region auth.Region) ([]Item, error) {
	return menu.All(ctx, tx, region.At(1), region.At(2), region.At(3), region.At(4), region)
}

// Service holds the operations.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{db: d} }

// ListInput asks for the menu of a place.
type ListInput struct {
	Region   auth.Region `query:"region" doc:"在哪里点单；不填为自治区的目录"`
	Category string      `query:"category" maxLength:"40"`
	All      bool        `query:"all" doc:"连停用的一起"`
	db.Paging
}

// List gives the menu of a place; public.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Item], error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (db.Page[Item], error) { return list.Page(ctx, tx, in, in.Paging) })
}

// GetInput names an item.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one item; public.
func (s *Service) Get(ctx context.Context, in GetInput) (Item, error) {
	return items.Get(ctx, s.db, in.ID)
}

// Fields are what an editor fills in.
type Fields struct {
	Name              string       `json:"name" minLength:"1" maxLength:"40"`
	Blurb             string       `json:"blurb" required:"false" maxLength:"60"`
	Category          string       `json:"category" maxLength:"40"`
	Icon              string       `json:"icon" required:"false" maxLength:"40"`
	Audience          person.Codes `json:"audience" required:"false" maxItems:"20"`
	Minutes           int64        `json:"minutes" minimum:"10" maximum:"720"`
	Needed            int64        `json:"needed" required:"false" minimum:"1" maximum:"100" default:"1"`
	Skills            person.Codes `json:"skills" required:"false" maxItems:"20"`
	Languages         person.Codes `json:"languages" required:"false" maxItems:"10"`
	Dangerous         bool         `json:"dangerous" required:"false"`
	AdultsOnly        bool         `json:"adults_only" required:"false"`
	TwoPersons        bool         `json:"two_persons" required:"false"`
	InsuranceNeeded   bool         `json:"insurance_needed" required:"false"`
	TrainingCode      string       `json:"training_code" required:"false" maxLength:"40"`
	QualificationCode string       `json:"qualification_code" required:"false" maxLength:"40"`
	Risk              string       `json:"risk" required:"false" maxLength:"400"`
	Sort              int64        `json:"sort" required:"false" minimum:"0" maximum:"100000" default:"1000"`
}

func (f Fields) check() error {
	c := errs.Check{}
	c.That(strings.TrimSpace(f.Name) != "", "name", "请填写名称")
	c.That(Categories.Has(f.Category), "category", "请选择十五类之一")
	c.That(!f.Dangerous || strings.TrimSpace(f.Risk) != "", "risk", "可能有人身危险的服务要写明风险（志愿服务条例第十二条）")
	c.That(!f.TwoPersons || f.Needed >= 2, "needed", "须两人同去的服务至少要 2 人")
	for _, codes := range []person.Codes{f.Audience, f.Skills, f.Languages} {
		for _, code := range codes {
			c.That(len(code) <= 40, "skills", "代码太长")
		}
	}
	return c.Err()
}

func (f Fields) onto(it Item) Item {
	it.Name, it.Blurb, it.Category, it.Icon, it.Audience, it.Minutes, it.Needed = f.Name, f.Blurb, f.Category, f.Icon, f.Audience, f.Minutes,
		max(f.Needed, 1)
	it.Skills, it.Languages, it.Dangerous, it.AdultsOnly, it.TwoPersons = f.Skills, f.Languages, f.Dangerous, f.AdultsOnly, f.TwoPersons
	it.InsuranceNeeded, it.TrainingCode, it.QualificationCode, it.Risk, it.Sort = f.InsuranceNeeded, f.TrainingCode, f.QualificationCode,
		f.Risk, f.Sort
	if it.Icon == "" {
		it.Icon = "heart"
	}
	return it
}

// AddInput adds an item to the menu of a division.
type AddInput struct {
	Region auth.Region `json:"region"`
	Fields
}

// Add puts a new item on the menu of a division and all below it.
func (s *Service) Add(ctx context.Context, in AddInput) (Item, error) {
	return items.Add(ctx, s.db, act.Op{Perm: Edit, Action: "catalogue.add", Check: in.check}, act.In(in.Region),
		func(tx *db.Tx) (Item, error) {
			id := tx.NewID()
			return in.onto(Item{ID: id, Region: in.Region, Code: "L" + id.String(), Active: true, Version: 1}), nil
		})
}

// ChangeInput changes an item; Active takes it off the menu or puts it back.
type ChangeInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version"`
	Active  bool  `json:"active" required:"false"`
	Fields
}

// Change alters an item; what it asks of volunteers holds at once for orders that wait.
func (s *Service) Change(ctx context.Context, in ChangeInput) (Item, error) {
	return items.Change(ctx, s.db, act.Op{Perm: Edit, Action: "catalogue.change", ID: in.ID, Version: in.Version, Check: in.check},
		func(_ *db.Tx, it *Item) error {
			*it = in.onto(*it)
			it.Active = in.Active
			return nil
		})
}
