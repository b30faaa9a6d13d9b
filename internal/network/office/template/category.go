package template

import (
	"context"
	"regexp"

	"linli/internal/network/office"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// leastYears is how long every paper is kept at least: ten years, as the plan asks of stations' archives.
const leastYears = 10

// Category is one line of the filing plan of a division (分类方案).
type Category struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" db:",once" doc:"谁定的"`
	Code    string      `json:"code" db:",once"`
	Name    string      `json:"name"`
	Years   int64       `json:"years" doc:"保存几年，至少 10 年；0 为永久"`
	Active  bool        `json:"active"`
}

// Term says how long papers of a category are kept.
func (c Category) Term() string {
	if c.Years == 0 {
		return "永久"
	}
	return format.Int(c.Years) + " 年"
}

// Until is the last day on which a paper of a day must be kept.
func (c Category) Until(day clock.Day) clock.Day {
	if c.Years == 0 {
		return clock.Forever
	}
	return day.InYear(day.Year() + c.Years)
}

// Categories gives the filing plan that holds in a division: those of every division above it, and its own.
func Categories(ctx context.Context, tx *db.Tx, at auth.Region) ([]Category, error) {
	return linesAbove.All(ctx, tx, above(at)...)
}

// CategoryInput is a line of the filing plan.
type CategoryInput struct {
	Region auth.Region `json:"region"`
	Code   string      `json:"code" minLength:"1" maxLength:"6" doc:"一到六个大写字母或数字"`
	Name   string      `json:"name" minLength:"1" maxLength:"30"`
	Years  int64       `json:"years" minimum:"0" maximum:"100" doc:"保存几年，至少 10 年；0 为永久"`
}

var codeShape = regexp.MustCompile(`^[A-Z0-9]{1,6}$`)

func checkYears(c errs.Check, years int64) {
	c.That(years == 0 || years >= leastYears, "years", "至少 10 年；0 为永久")
}

func (in CategoryInput) check() error {
	c := errs.Check{}
	c.That(codeShape.MatchString(in.Code), "code", "一到六个大写字母或数字，例如 JH")
	office.Required(c, "name", in.Name, "请写名称")
	checkYears(c, in.Years)
	return c.Err()
}

// AddCategory adds a line to the filing plan of a division and all below.
func (s *Service) AddCategory(ctx context.Context, in CategoryInput) (Category, error) {
	op := act.Op{Perm: office.Configure, Action: "office.category", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Category, err error) {
		if err := own(ctx, tx, in.Region); err != nil {
			return out, err
		}
		above, err := Categories(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		c := errs.Check{}
		for _, x := range above {
			c.That(x.Code != in.Code, "code", "已经有这个代码："+x.Name)
		}
		if err := c.Err(); err != nil {
			return out, err
		}
		out = Category{ID: tx.NewID(), Version: 1, Region: in.Region, Code: in.Code, Name: in.Name, Years: in.Years, Active: true}
		return out, categories.Enter(ctx, tx, op, &out)
	})
}

var categories = act.Kind[Category]{Object: "office_category", View: office.Configure, Table: lines,
	Place: func(c Category) auth.Place { return auth.Place{Region: c.Region} },
	Make: func(ctx context.Context, tx *db.Tx, c *Category) error {
		ok, err := lines.Add(ctx, tx, *c)
		if err == nil && !ok {
			err = errs.Field("code", "已经有这个代码")
		}
		return err
	}}

// EditCategoryInput changes a line of the filing plan.
type EditCategoryInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Name    string `json:"name" minLength:"1" maxLength:"30"`
	Years   int64  `json:"years" minimum:"0" maximum:"100" doc:"保存几年，至少 10 年；0 为永久"`
	Active  bool   `json:"active" required:"false" doc:"还用来归档"`
}

func (in EditCategoryInput) check() error {
	c := errs.Check{}
	office.Required(c, "name", in.Name, "请写名称")
	checkYears(c, in.Years)
	return c.Err()
}

// EditCategory changes a line of the filing plan. What was filed before keeps its day.
func (s *Service) EditCategory(ctx context.Context, in EditCategoryInput) (Category, error) {
	op := act.Op{Perm: office.Configure, Action: "office.category_edit", ID: in.ID, Version: in.Version, Check: in.check}
	return categories.Change(ctx, s.db, op, func(_ *db.Tx, c *Category) error {
		c.Name, c.Years, c.Active = in.Name, in.Years, in.Active
		return nil
	})
}
