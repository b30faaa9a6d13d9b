package activity

import (
	"context"
	"fmt"
	"slices"

	"linli/internal/network/station"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/ui"
	"linli/internal/work/catalogue"
)

// services refuses a post that is to be recorded as what the menu of the place does not have under the activity's category.
func (in CreateInput) services(menu []catalogue.Item) error {
	c := errs.Check{}
	for i, p := range in.Posts {
		item, there := itemIn(menu, p.ItemID)
		c.That(p.ItemID == 0 || p.Needed == 0 || there && item.Category == in.Category, fmt.Sprintf("posts.%d.item_id", i),
			"请选这一类里的项目")
	}
	return c.Err()
}

func itemIn(menu []catalogue.Item, id db.ID) (catalogue.Item, bool) {
	for _, it := range menu {
		if it.ID == id {
			return it, true
		}
	}
	return catalogue.Item{}, false
}

// items are the services as which those of each post are recorded: what the post names, else, or where that is on the menu no more, the
// first of the activity's category.
func (a Activity) items(ctx context.Context, tx *db.Tx) (map[db.ID]catalogue.Item, error) {
	menu, err := catalogue.Menu(ctx, tx, a.Region)
	if err != nil {
		return nil, err
	}
	posts, err := postsOf.All(ctx, tx, a.ID)
	out := map[db.ID]catalogue.Item{}
	for _, p := range posts {
		item, there := itemIn(menu, p.ItemID)
		for i := 0; i < len(menu) && !there; i++ {
			item, there = menu[i], menu[i].Category == a.Category
		}
		if !there && err == nil {
			err = errs.WrongState("服务目录里没有“" + catalogue.Categories.Word(a.Category) + "”的项目，请先在目录里加上")
		}
		out[p.ID] = item
	}
	return out, err
}

// menu are the services of the place for which an activity is planned.
func (b Blank) menu(ctx context.Context, tx *db.Tx) ([]catalogue.Item, error) {
	if len(b.Stations) == 0 {
		return nil, nil
	}
	id := b.Stations[0].ID
	if slices.ContainsFunc(b.Stations, func(c choice) bool { return c.ID == b.In.StationID }) {
		id = b.In.StationID
	}
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	return catalogue.Menu(ctx, tx, st.Region)
}

// itemOptions are the services of the place, by category.
func (b Blank) itemOptions() (out []ui.Option) {
	for _, it := range b.Menu {
		out = append(out, ui.Option{Value: it.ID.String(), Label: catalogue.Categories.Word(it.Category) + "：" + it.Name})
	}
	return out
}
