package template

import (
	"context"
	"regexp"
	"strconv"

	"linli/internal/network/office"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// leastYears is how long every paper is kept at least: ten years, as the plan asks of stations' archives.
const leastYears = 10

// Category is one line of the filing plan of a division (分类方案).
type Category struct {
	ID      db.ID       `json:"id"`
	Version int64       `json:"version"`
	Region  auth.Region `json:"region" doc:"谁定的"`
	Code    string      `json:"code"`
	Name    string      `json:"name"`
	Years   int64       `json:"years" doc:"保存几年，至少 10 年；0 为永久"`
	Active  bool        `json:"active"`
}

// Term says how long papers of a category are kept.
func (c Category) Term() string {
	if c.Years == 0 {
		return "永久"
	}
	return strconv.FormatInt(c.Years, 10) + " 年"
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
	return categoriesOf.All(ctx, tx, int64(at.At(1)), int64(at.At(2)), int64(at.At(3)), int64(at.At(4)), int64(at))
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

// AddCategory adds a line to the filing plan of a division and all below.
func (s *Service) AddCategory(ctx context.Context, in CategoryInput) (Category, error) {
	if err := auth.Allow(ctx, office.Configure); err != nil {
		return Category{}, err
	}
	c := errs.Check{}
	c.That(codeShape.MatchString(in.Code), "code", "一到六个大写字母或数字，例如 JH")
	office.Required(c, "name", in.Name, "请写名称")
	checkYears(c, in.Years)
	if err := c.Err(); err != nil {
		return Category{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (out Category, err error) {
		if err := own(ctx, tx, in.Region); err != nil {
			return out, err
		}
		above, err := Categories(ctx, tx, in.Region)
		if err != nil {
			return out, err
		}
		for _, x := range above {
			c.That(x.Code != in.Code, "code", "已经有这个代码："+x.Name)
		}
		if err := c.Err(); err != nil {
			return out, err
		}
		out = Category{ID: tx.NewID(), Version: 1, Region: in.Region, Code: in.Code, Name: in.Name, Years: in.Years, Active: true}
		n, err := addCategory.Run(ctx, tx, out.ID, int64(out.Region), out.Code, out.Name, out.Years)
		if err == nil && n == 0 {
			err = errs.Field("code", "已经有这个代码")
		}
		if err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "office.category", Object: "office_category", ID: out.ID.String(), Region: out.Region})
	})
}

// EditCategoryInput changes a line of the filing plan.
type EditCategoryInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Name    string `json:"name" minLength:"1" maxLength:"30"`
	Years   int64  `json:"years" minimum:"0" maximum:"100" doc:"保存几年，至少 10 年；0 为永久"`
	Active  bool   `json:"active" required:"false" doc:"还用来归档"`
}

// EditCategory changes a line of the filing plan. What was filed before keeps its day.
func (s *Service) EditCategory(ctx context.Context, in EditCategoryInput) (Category, error) {
	if err := auth.Allow(ctx, office.Configure); err != nil {
		return Category{}, err
	}
	c := errs.Check{}
	office.Required(c, "name", in.Name, "请写名称")
	checkYears(c, in.Years)
	if err := c.Err(); err != nil {
		return Category{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Category, error) {
		x, err := office.One(categoryByID.One(ctx, tx, in.ID))
		if err != nil {
			return x, err
		}
		if err := auth.Require(ctx, office.Configure, office.Configure, auth.Place{Region: x.Region}); err != nil {
			return Category{}, err
		}
		x.Name, x.Years, x.Active = in.Name, in.Years, in.Active
		n, err := setCategory.Run(ctx, tx, x.ID, in.Version, x.Name, x.Years, x.Active)
		if err := office.Fresh(n, err); err != nil {
			return x, err
		}
		x.Version = in.Version + 1
		return x, audit.Write(ctx, tx, audit.Entry{Action: "office.category_edit", Object: "office_category", ID: x.ID.String(), Region: x.Region})
	})
}
