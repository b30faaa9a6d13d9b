package area

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
)

// Wait is a kind of thing that waits for somebody: a heap on the start page of a shell, and the number at a line of its navigation.
type Wait struct {
	Shell  string // desk, gov, admin, or phone for what waits for a person himself
	Rank   int
	Perm   auth.Perm
	Href   string // the line of the navigation that counts it (of phone, it may be a tile of the start page), and where all of it is listed
	Word   string // what the heap is called
	Button string // what is done about one
	Alarm  bool
	Page   func(db.ID) string // of one
	// Own finds what waits for the actor where no statement can say it: at most some, and how many in all.
	Own func(ctx context.Context, tx *db.Tx, most int) ([]Own, int, error)

	rows  *db.Dynamic[waiting, asking]
	where func(b *db.Builder, in asking) // what rows counts: tables and conditions
}

type waiting struct {
	ID        db.ID
	What, Who string
	At        time.Time // since when
	Due       clock.Day // 0 for none
	Total     int64
}

// Own is one thing that waits for the actor himself.
type Own struct {
	ID        db.ID
	What, Who string
	At        time.Time
	Due       clock.Day
}

type asking struct {
	Scope auth.Scope
	Now   time.Time
	Seat  int64
	Me    db.ID
	Most  int
}

// Waiting makes a Wait of the rows of a table, oldest first. Columns are id, what, who, at and due; tables end in conditions, in which
// {now} is the time, {today} its day, {month} thirty days earlier, {week} seven and {ahead} thirty days later, {me} the account of the
// actor, and {seat} the division that he acts for.
func Waiting(w Wait, columns, tables string, by auth.Columns) Wait {
	w.where = func(b *db.Builder, in asking) {
		rest := tables
		for {
			text, after, more := strings.Cut(rest, "{")
			b.Add(text)
			if !more {
				break
			}
			name, tail, _ := strings.Cut(after, "}")
			b.Add(placeOf(name), in.value(name))
			rest = tail
		}
		in.Scope.Where(b, by)
	}
	w.rows = db.DynamicOf[waiting](func(b *db.Builder, in asking) {
		b.Add(`SELECT ` + columns + `, count(*) OVER () AS total FROM `)
		w.where(b, in)
		b.Add(` ORDER BY 4, 1 LIMIT ?`, in.Most)
	})
	return w
}

// placeOf holds what a name in braces stands for. Beside a small number, as in {seat} % 1000, PostgreSQL takes a value for small itself,
// and no code of a division is.
func placeOf(name string) string {
	if name == "seat" {
		return "CAST(? AS BIGINT)"
	}
	return "?"
}

// value is what a name in braces stands for.
func (in asking) value(name string) any {
	switch today := clock.DayOf(in.Now); name {
	case "now":
		return in.Now
	case "today":
		return today
	case "month":
		return today.AddDays(-30)
	case "week":
		return today.AddDays(7)
	case "ahead":
		return today.AddDays(30)
	case "seat":
		return in.Seat
	case "me":
		return in.Me
	}
	panic("area: no {" + name + "}")
}

// heap asks what waits in the actor's scope.
func (w Wait) heap(ctx context.Context, tx *db.Tx, most int) (ui.Heap, error) {
	today := clock.DayOf(tx.Now)
	out := ui.Heap{Word: w.Word, Href: w.Href, Alarm: w.Alarm}
	add := func(o Own) {
		out.Items = append(out.Items, ui.Todo{What: o.What, Who: o.Who, Since: clock.Words(ctx, o.At), Due: o.Due.Words(ctx),
			Late: o.Due != 0 && o.Due < today, Href: cmp.Or(w.page(o.ID), w.Href), Button: w.Button})
	}
	if w.Own != nil {
		list, total, err := w.Own(ctx, tx, most)
		for _, o := range list {
			add(o)
		}
		out.Total = total
		return out, err
	}
	rows, err := w.rows.All(ctx, tx, w.asked(ctx, tx, most))
	for _, r := range rows {
		out.Total = int(r.Total)
		add(Own{r.ID, r.What, r.Who, r.At, r.Due})
	}
	return out, err
}

func (w Wait) asked(ctx context.Context, tx *db.Tx, most int) asking {
	by := auth.From(ctx)
	return asking{auth.ScopeOf(ctx, w.Perm), tx.Now, int64(by.Seat()), by.Account, most}
}

// number is how much waits in one of many heaps.
type number struct{ Heap, Total int64 }

// numbers asks how much waits in each heap, in one question: every page of a desk tells it.
func numbers(ctx context.Context, tx *db.Tx, list []Wait) ([]ui.Heap, error) {
	out := make([]ui.Heap, len(list))
	all, between := tx.Build(""), ""
	for i, w := range list {
		if w.Own != nil {
			h, err := w.heap(ctx, tx, 1)
			if err != nil {
				return nil, err
			}
			out[i].Total = h.Total
		} else {
			all.Add(fmt.Sprintf("%sSELECT %d AS heap, count(*) AS total FROM ", between, i))
			w.where(all, w.asked(ctx, tx, 0))
			between = " UNION ALL "
		}
		out[i].Word, out[i].Href, out[i].Alarm = w.Word, w.Href, w.Alarm
	}
	if between == "" {
		return out, nil
	}
	found, err := db.Select[number](ctx, tx, all)
	for _, n := range found {
		out[n.Heap].Total = int(n.Total)
	}
	return out, err
}

// things asks for the first of what waits in each heap.
func things(ctx context.Context, tx *db.Tx, list []Wait, most int) ([]ui.Heap, error) {
	out := make([]ui.Heap, len(list))
	for i, w := range list {
		var err error
		if out[i], err = w.heap(ctx, tx, most); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w Wait) page(id db.ID) string {
	if w.Page == nil {
		return ""
	}
	return w.Page(id)
}

func byRank(a, b Wait) int { return cmp.Compare(a.Rank, b.Rank) }

// Heaps asks every heap of a shell that the reader has anything to do with. Who works for a town begins his day at the desk, and meets
// there what waits for him as an authority.
func Heaps(d *db.DB, areas []Area) ui.Heaps {
	shells := map[string][]Wait{}
	for _, a := range areas {
		for _, w := range a.Waits {
			shells[w.Shell] = append(shells[w.Shell], w)
		}
	}
	for _, list := range shells {
		slices.SortStableFunc(list, byRank)
	}
	return func(ctx context.Context, shell string, most int) (out []ui.Heap, err error) {
		list, mine := shells[shell], []Wait(nil)
		if shell == "desk" && auth.From(ctx).Is(auth.TownOfficer) {
			list = slices.Concat(list, shells["gov"])
			slices.SortStableFunc(list, byRank)
		}
		for _, w := range list {
			if auth.Holds(ctx, w.Perm) && !slices.ContainsFunc(mine, func(x Wait) bool { return x.Word == w.Word }) {
				mine = append(mine, w)
			}
		}
		if len(mine) == 0 {
			return nil, nil
		}
		return out, d.Read(ctx, func(tx *db.Tx) (err error) {
			if most == 0 {
				out, err = numbers(ctx, tx, mine)
			} else {
				out, err = things(ctx, tx, mine, most)
			}
			out = slices.DeleteFunc(out, func(h ui.Heap) bool { return h.Total == 0 })
			return err
		})
	}
}
