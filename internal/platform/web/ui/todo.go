package ui

import (
	"context"
	"slices"

	"linli/internal/platform/i18n"
)

// Heap is one kind of what waits for the reader, the oldest first.
type Heap struct {
	Word, Href string
	Alarm      bool
	Total      int
	Items      []Todo
}

// Todo is one thing that waits: what, of whom, since when, until when, and what is done about it.
type Todo struct {
	What, Who, Since, Due string
	Late                  bool
	Href, Button          string
}

// since says of whom and since when.
func (t Todo) since(ctx context.Context) string {
	if t.Who == "" {
		return i18n.Text(ctx, "%s 起", t.Since)
	}
	return i18n.Text(ctx, "%s，%s 起", t.Who, t.Since)
}

// until says until when, straight after since; "" where nothing is due.
func (t Todo) until(ctx context.Context) string {
	if t.Due == "" {
		return ""
	}
	return i18n.Text(ctx, "，%s 到期", t.Due)
}

// Heaps gives the heaps of a shell for the reader, at most so many things of each, of 0 the numbers alone; none that is empty.
type Heaps func(ctx context.Context, shell string, most int) ([]Heap, error)

// heapMost is how many of a heap a start page shows.
const heapMost = 3

// heaps asks for what waits in the shell of this page.
func (p *Page) heaps(ctx context.Context) ([]Heap, error) {
	if p.Heaps == nil {
		return nil, nil
	}
	return p.Heaps(ctx, p.Shell, heapMost)
}

// Fold is a heading of a navigation with its lines; a line of its own has no heading.
type Fold struct {
	Name  string
	Items []NavItem
}

// Folds puts the lines of one group under their heading, which stands where the first of them does.
func Folds(items []NavItem) []Fold {
	return folds(items, func(it NavItem) string { return it.Group })
}

// parts are the lines of a fold, those that stand in a part of it under the heading of that.
func (f Fold) parts() []Fold {
	return folds(f.Items, func(it NavItem) string { return it.Part })
}

func folds(items []NavItem, heading func(NavItem) string) (out []Fold) {
	for _, it := range items {
		name := heading(it)
		if i := slices.IndexFunc(out, func(f Fold) bool { return name != "" && f.Name == name }); i >= 0 {
			out[i].Items = append(out[i].Items, it)
			continue
		}
		out = append(out, Fold{name, []NavItem{it}})
	}
	return out
}

// holds says whether an entry of the whole navigation stands in the fold.
func (f Fold) holds(href string) bool {
	for _, it := range f.Items {
		if it.Href == href {
			return true
		}
	}
	return false
}

// count is how many wait under the heading, and whether any is urgent.
func (f Fold) count() (n int, alarm bool) {
	for _, it := range f.Items {
		n, alarm = n+it.Count, alarm || it.Alarm && it.Count > 0
	}
	return n, alarm
}

// tabs are the lines that a narrow screen keeps in sight: those marked, or else the first.
func tabs(items []NavItem) (out []NavItem) {
	for _, it := range items {
		if it.Tab {
			out = append(out, it)
		}
	}
	if len(out) == 0 {
		out = items
	}
	return out[:min(len(out), 4)]
}

// sorted parts the kinds of which one thing waits from those that need room of their own.
func sorted(heaps []Heap) (many, single []Heap) {
	for _, h := range heaps {
		if h.Total == 1 && len(h.Items) == 1 && !h.Alarm {
			single = append(single, h)
		} else {
			many = append(many, h)
		}
	}
	return many, single
}

// heapLink leads to all of a heap and says how many more wait than are shown.
func heapLink(ctx context.Context, h Heap) []Link {
	if h.Total <= len(h.Items) {
		return nil
	}
	return []Link{{Label: i18n.Text(ctx, "还有 %d 条", h.Total-len(h.Items)), Href: h.Href}}
}
