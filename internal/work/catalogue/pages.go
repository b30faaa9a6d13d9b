package catalogue

import (
	"cmp"
	"context"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Shelf is the page of a menu: what holds at a place, taken off or not, and who put it there.
type Shelf struct {
	Region auth.Region
	Place  string
	Groups []Group
}

// Group is one category of a menu.
type Group struct {
	Name  string
	Items []Item
}

// ShelfInput asks for the menu of a place; the actor's own when it is left out.
type ShelfInput struct {
	Region auth.Region `query:"region" required:"false"`
}

// Shelf gives the menu by category.
func (s *Service) Shelf(ctx context.Context, in ShelfInput) (Shelf, error) {
	return act.Read(ctx, s.db, Edit, func(tx *db.Tx) (out Shelf, err error) {
		out.Region = place(ctx, in.Region)

		if out.Place, err = region.Name(ctx, tx, out.Region); err != nil {
			return out, err
		}
		items, err := shelf.All(ctx, tx, out.Region.At(1), out.Region.At(2), out.Region.At(3), out.Region.At(4), out.Region)
		for _, c := range Categories.Rows() {
			g := Group{Name: c.Word()}
			for _, it := range items {
				if it.Category == c.Code() {
					g.Items = append(g.Items, it)
				}
			}
			if len(g.Items) > 0 {
				out.Groups = append(out.Groups, g)
			}
		}
		return out, err
	})
}

// place is where the actor edits, when he names no place himself.
func place(ctx context.Context, named auth.Region) auth.Region {
	return cmp.Or(named, auth.From(ctx).Seat(), region.Top)
}

// Sheet is the form of one item, new when it has no id, with the words to choose from.
type Sheet struct {
	Item
	Place                       string
	Skill, Language, Recipients []setting.Word
	mine                        bool
}

// Blank prepares the form of a new item.
func (s *Service) Blank(ctx context.Context, in ShelfInput) (Sheet, error) {
	return act.Read(ctx, s.db, Edit, func(tx *db.Tx) (out Sheet, err error) {
		at := place(ctx, in.Region)
		out.Item = Item{Region: at, Icon: "heart", Minutes: 60, Needed: 1, Sort: 1000, Active: true}
		return out, out.words(ctx, tx)
	})
}

// Sheet gives the form of one item; who may not change it reads it.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Read(ctx, s.db, Edit, func(tx *db.Tx) (out Sheet, err error) {
		if out.Item, err = Get(ctx, tx, in.ID); err != nil {
			return out, err
		}
		return out, out.words(ctx, tx)
	})
}

func (v *Sheet) words(ctx context.Context, tx *db.Tx) (err error) {
	v.mine = auth.Can(ctx, Edit, auth.Place{Region: v.Region})
	if v.Place, err = region.Name(ctx, tx, v.Region); err != nil {
		return err
	}
	for name, into := range map[string]*[]setting.Word{"skill": &v.Skill, "language": &v.Language, "recipient_group": &v.Recipients} {
		if *into, err = setting.Words(ctx, tx, name); err != nil {
			return err
		}
	}
	return nil
}

func path(id db.ID) string { return "/desk/catalogue/" + id.String() }

func (v Sheet) action() string {
	if v.ID == 0 {
		return "/desk/catalogue"
	}
	return path(v.ID)
}

func (v Sheet) title() string {
	if v.ID == 0 {
		return "加一项服务"
	}
	return v.Name
}

var icons = ui.Options("heart", "爱心", "clinic", "看病", "wrench", "维修", "food", "送餐", "car", "接送", "book", "学习", "shield", "安全", "leaf", "环境",
	"broom", "打扫", "snow", "清雪", "chat", "聊天", "scissors", "理发", "doc", "代办", "speaker", "宣讲", "gift", "慰问", "phone", "手机", "users", "活动")

func joined(codes []string) string { return strings.Join(codes, ",") }
